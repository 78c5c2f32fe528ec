import { passages as uniquePassages } from '../catalogue/citations.js'
import type { Citation, Claim } from '../catalogue/schemas.js'
import type { CatalogueView } from '../catalogue/view.js'
import { UK_COUNTRIES, type GapCode, type Severity } from '../catalogue/vocabulary.js'
import { conditionShares } from './applicability.js'
import { strengthOrder, type Position } from './combine.js'
import { unitDeliveryCost } from './criteria.js'
import { isAdultOnly, percent, strengthWords } from './explain.js'
import { keep } from './json-text.js'
import type { Profile, ProfileNeed } from './profile.js'
import type { Candidate, Ranking } from './rank.js'
import type { GapWarning } from './schemas.js'

/** Evidence published longer ago than this, in years, is called dated: EIF and CEBC re-review within about this span. */
const DATED_AFTER = 7

/** Passages named under a derived warning; a need can rest on very many. */
const MOST_SOURCES = 6

const SEVERITY_ORDER: Record<Severity, number> = { high: 0, medium: 1, low: 2 }
const EARLY_STAGES = ['early-help', 'universal', 'universal-health']

/**
 * The gap warnings of an answer: those that a source states and this profile raises, and those that
 * follow from what the catalogue view holds. A published warning takes the place of a derived one
 * with the same code about the same need or intervention, unless the derived one says that what the
 * source fears is so in this profile.
 *
 * @param listed the candidates that the answer shows, best first
 * @param year the calendar year that age of evidence is counted from
 */
export function gapWarnings(view: CatalogueView, profile: Profile, ranking: Ranking, listed: readonly Candidate[], year: number): GapWarning[] {
  const shown = new Map([...listed, ...ranking.provided].map((candidate) => [candidate.intervention.id, candidate]))

  const published = publishedWarnings(view, profile, shown)
  const stated = new Set(published.flatMap((w) => [...w.needs, ...w.interventions].map((subject) => `${w.code} ${subject}`)))
  const derived = [
    ...needWarnings(view, profile, ranking, listed),
    ...[...shown.values()].flatMap(warningsAbout),
    ...provisionWarnings(view, profile, ranking, listed),
    ...acrossWarnings(listed, year)
  ].filter((w) => isOfThisProfile(w) || ![...w.needs, ...w.interventions].some((subject) => stated.has(`${w.code} ${subject}`)))
  return [...published, ...derived].sort(
    (a, b) =>
      SEVERITY_ORDER[a.severity] - SEVERITY_ORDER[b.severity] ||
      (a.basis === b.basis ? 0 : a.basis === 'published' ? -1 : 1) ||
      compare(a.code, b.code) ||
      compare(a.needs.join() + a.interventions.join(), b.needs.join() + b.interventions.join()) ||
      compare(a.message, b.message)
  )
}

const isOfThisProfile = (w: GapWarning) => w.code === 'effect-depends-on-condition' && w.severity === 'high'

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** Needs that the profile has, with those that its stage or its mixture of needs stands for. */
function raisedNeeds(profile: Profile): Set<string> {
  const codes = new Set(profile.needs.map((need) => need.code))
  const stages = profile.needs.map((need) => need.cohort.context.get('stage'))
  if (stages.some((stage) => stage && EARLY_STAGES.some((early) => (stage.get(early) ?? 0) > 0))) codes.add('early-help')
  if (stages.some((stage) => (stage?.get('looked-after') ?? 0) > 0)) codes.add('placement-sufficiency')
  if (familyNeeds(profile).length > 1) codes.add('complex-multiple-needs')
  return codes
}

const familyNeeds = (profile: Profile) => profile.needs.filter((need) => need.concerns === 'family')

function publishedWarnings(view: CatalogueView, profile: Profile, shown: ReadonlyMap<string, Candidate>): GapWarning[] {
  const codes = raisedNeeds(profile)
  const ids = new Set([...shown.keys(), ...profile.provision.keys()])
  const decisions = new Set(['any'])
  if (profile.constraints.annualBudget !== null) decisions.add('business-case')
  if (profile.area !== null) decisions.add('benchmark')
  if ([...profile.provision.values()].some((p) => p.annualCost !== null)) decisions.add('spending-comparison')
  if (codes.has('evaluation-capacity')) decisions.add('monitoring')

  const raised: GapWarning[] = []
  for (const gap of view.gaps) {
    const needs = gap.needs.length === 0 ? gap.needs : gap.needs.filter((need) => codes.has(need))
    const interventions = gap.interventions.length === 0 ? gap.interventions : gap.interventions.filter((id) => ids.has(id))
    const decided = gap.decision !== null && decisions.has(gap.decision)
    if (needs.length === 0 && interventions.length === 0 && !decided) continue
    raised.push({
      code: gap.code,
      severity: gap.severity,
      need: needs.length === 1 ? needs[0]! : null,
      needs,
      intervention: interventions.length === 1 ? interventions[0]! : null,
      interventions,
      message: gap.message,
      basis: 'published',
      sources: gap.sources,
      questions: gap.questions,
      suggestedAction: gap.suggestedAction
    })
  }
  return raised
}

interface Finding {
  code: GapCode
  severity: Severity
  needs?: string[]
  interventions?: string[]
  message: string
  questions: string[]
  suggestedAction: string
  sources: Citation[]
}

function derived({ code, severity, needs = [], interventions = [], message, questions, suggestedAction, sources }: Finding): GapWarning {
  return {
    code,
    severity,
    need: needs.length === 1 ? needs[0]! : null,
    needs,
    intervention: interventions.length === 1 ? interventions[0]! : null,
    interventions,
    message,
    basis: 'derived',
    sources,
    questions,
    suggestedAction
  }
}

const passages = (lists: Iterable<readonly Citation[]>) => uniquePassages(lists, MOST_SOURCES)

const looked = new WeakMap<CatalogueView, Map<string, Citation[]>>()

/** What was looked at for a need: the passages behind its claims, or the reviews searched where there are none. */
function lookedAt(view: CatalogueView, need: string): Citation[] {
  let byNeed = looked.get(view)
  if (byNeed === undefined) looked.set(view, (byNeed = new Map()))
  let citations = byNeed.get(need)
  if (citations === undefined) byNeed.set(need, (citations = findLookedAt(view, need)))
  return citations
}

function findLookedAt(view: CatalogueView, need: string): Citation[] {
  const claims = view.byNeed.get(need)?.flatMap((link) => link.claims) ?? []
  if (claims.length > 0) return passages(claims.map((claim) => claim.sources))
  return view.catalogue.sources
    .filter((s) => view.sourceIds.has(s.id) && s.kind.endsWith('review'))
    .slice(0, MOST_SOURCES)
    .map(({ id, title, publisher, year, url }) => ({ id, title, publisher, year, section: null, url }))
}

const list = (names: readonly string[]) => (names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`)
const lower = (need: ProfileNeed) => need.label.toLowerCase()
const namesOf = (candidates: readonly Candidate[]) => list(candidates.map((c) => c.intervention.name))
const idsOf = (candidates: readonly Candidate[]) => candidates.map((c) => c.intervention.id)

function needWarnings(view: CatalogueView, profile: Profile, ranking: Ranking, listed: readonly Candidate[]): GapWarning[] {
  const found: GapWarning[] = []
  for (const row of ranking.cover) {
    const { need } = row
    const sources = lookedAt(view, need.code)
    if (row.options === 0) {
      found.push(
        derived({
          code: 'need-not-covered',
          severity: 'high',
          needs: [need.code],
          message: `Nothing in the evidence looked at is a response to ${lower(need)}. That is a silence of these sources, not a finding that nothing works.`,
          questions: [`What is being done about ${lower(need)} now, and how would anyone know whether it helps?`],
          suggestedAction: 'Look for evidence beyond these sources before commissioning, and plan an evaluation with whatever is chosen.',
          sources
        })
      )
    } else if (row.strongest === null || strengthOrder(row.strongest) < strengthOrder('evidence-based')) {
      found.push(
        derived({
          code: 'no-strong-evidence',
          severity: 'high',
          needs: [need.code],
          message:
            `None of the ${row.options} options held for ${lower(need)} has evidence-based or stronger evidence that applies to this profile; ` +
            (row.strongest === null || row.strongest === 'none' ? 'none is graded as having any effect.' : `the strongest that applies is ${strengthWords({ strength: row.strongest })}.`),
          questions: ['Where evidence of impact is missing, what other knowledge is the choice based on?'],
          suggestedAction: 'Treat any choice as a test: state the aim, measure from the start, and decide beforehand when to stop.',
          sources
        })
      )
    }
    if (need.concerns === 'family' && row.assessments > 0 && row.recommended === 0) {
      const tools = listed.filter((c) => c.intervention.role === 'assessment' && c.positions.some((p) => p.need === need))
      if (tools.length > 0) {
        found.push(
          derived({
            code: 'assessment-is-not-treatment',
            severity: 'medium',
            needs: [need.code],
            interventions: idsOf(tools),
            message: `${namesOf(tools)} can help to assess ${lower(need)}; assessing it does not treat it, and no recommended response to it is held for this profile.`,
            questions: [`What will be offered to families once ${lower(need)} has been assessed?`],
            suggestedAction: 'Commission assessment together with a response, and count only the response against the need.',
            sources: passages(tools.map((c) => c.intervention.sources))
          })
        )
      }
    }
    const scope = view.catalogue.needByCode.get(need.code)!.scope
    if (scope !== 'within-review') {
      const why = {
        'early-help': 'Early help was left out of the 2017 review of child protection evidence',
        'looked-after': 'Services for children in care were left out of the reviews of 2017',
        'beyond-review': 'The 2017 review did not look for evidence on it'
      }[scope]
      found.push(
        derived({
          code: 'outside-sources-scope',
          severity: 'medium',
          needs: [need.code],
          message: `${why}, so little said here about ${lower(need)} is a rating, and a gap here may be a gap of scope.`,
          questions: [`Which sources cover ${lower(need)} itself?`],
          suggestedAction: 'Consult the guidebook of the Early Intervention Foundation (now Foundations), or another source that covers it, before deciding.',
          sources
        })
      )
    }
  }

  const families = familyNeeds(profile)
  if (families.length > 1) {
    found.push(
      derived({
        code: 'overlapping-needs',
        severity: 'medium',
        needs: families.map((need) => need.code),
        message: 'Most of the evidence comes from families with one of these problems; what works for one need not work where the others are present too.',
        questions: ['How many of these families have more than one of these needs?'],
        suggestedAction: 'Assess how far the needs overlap, plan a package aimed at each member of the family, and watch outcomes from the start.',
        sources: overlapSources(view)
      })
    )
  }
  return found
}

/** The passages that say that complex needs call for a package. */
export const overlapSources = (view: CatalogueView) => view.byId.get('integrated-packages-complex-needs')?.sources ?? []

const settledWarnings = new WeakMap<Position, Map<string, GapWarning[]>>()

/** What follows from one candidate; worked out once where its positions are settled. */
function warningsAbout(candidate: Candidate): GapWarning[] {
  if (!candidate.positions.every(({ settled }) => settled)) return aboutCandidate(candidate)
  const first = candidate.positions[0]!.position
  const key = candidate.positions.map(({ need, position }) => `${need.code} ${position.tier}`).join()
  let byNeeds = settledWarnings.get(first)
  if (byNeeds === undefined) settledWarnings.set(first, (byNeeds = new Map()))
  let found = byNeeds.get(key)
  if (found === undefined) byNeeds.set(key, (found = aboutCandidate(candidate).map(keep)))
  return found
}

function aboutCandidate(candidate: Candidate): GapWarning[] {
  const found: GapWarning[] = []
  const { intervention, positions, tier } = candidate
  const about = { interventions: [intervention.id], sources: passages(positions.map(({ position }) => position.lead?.claim.sources ?? [])) }
  const name = intervention.name
  const claims = intervention.claims.filter((claim) => positions.some(({ need }) => need.code === claim.need))

  const disputed = positions.filter(({ position }) => position.disagreement)
  if (disputed.length > 0) {
    const decided = disputed.some(({ position }) => position.decidedAgainst !== null)
    found.push(
      derived({
        ...about,
        code: 'sources-disagree',
        severity: decided ? 'high' : 'medium',
        needs: disputed.map(({ need }) => need.code),
        message: `Findings on ${name} disagree: ${disputed.flatMap(({ position }) => [position.lead!, ...position.against]).map(({ claim }) => finding(claim)).join('; ')}. They are shown side by side and not averaged.`,
        questions: ['Which of these studies is closest to the families, the setting and the delivery planned here?'],
        suggestedAction: decided ? 'Do not count on benefit here without an evaluation of your own.' : 'Read the findings against the local setting before deciding.',
        sources: passages(disputed.flatMap(({ position }) => [position.lead!, ...position.against]).map(({ claim }) => claim.sources))
      })
    )
  }
  if (tier >= 2) {
    const asked = uncertainties(candidate)
    if (asked.length > 0) {
      const worst = asked.some(({ holds }) => holds)
      found.push(
        derived({
          ...about,
          code: 'effect-depends-on-condition',
          severity: worst ? 'high' : 'medium',
          needs: [...new Set(asked.map(({ need }) => need))],
          message: `What is known of ${name} depends on the families: ${asked.map(({ text, share, holds }) => `${text} (${holds ? `so for ${percent(share)}` : `not known for ${percent(share)}`})`).join('; ')}.`,
          questions: ['For how many of these families is that so?'],
          suggestedAction: worst ? 'Plan for the families that this concerns before offering it to them.' : 'Find out before commissioning, and give it in the profile.'
        })
      )
    }
    const abroad = positions.find(({ position: { lead } }) => lead !== null && lead.claim.direction === 'positive' && lead.claim.country !== null && lead.claim.country !== 'International' && !UK_COUNTRIES.includes(lead.claim.country))
    if (abroad !== undefined) {
      found.push(
        derived({
          ...about,
          code: 'not-validated-in-uk',
          severity: 'medium',
          needs: [abroad.need.code],
          message: `The evidence that ${name} rests on here comes from ${abroad.position.lead!.claim.country}; no UK result stands behind it.`,
          questions: ['What differs between those services and families and ours?'],
          suggestedAction: 'Ask the provider for UK results, and evaluate from the start.'
        })
      )
    }
    const adult = positions.filter(({ position }) => isAdultOnly(position))
    if (adult.length > 0 && adult.length === positions.length) {
      found.push(
        derived({
          ...about,
          code: 'adult-outcome-only',
          severity: 'medium',
          needs: adult.map(({ need }) => need.code),
          message: `What is shown for ${name} is an outcome for adults; the sources report no outcome for children from it alone.`,
          questions: ['How will it be known whether the children are safer or better off?'],
          suggestedAction: 'Measure child outcomes alongside, and consider it as one part of a package.'
        })
      )
    }
    if (intervention.availability.uk === 'unclear') {
      found.push(
        derived({
          code: 'uk-availability-unclear',
          severity: 'medium',
          interventions: [intervention.id],
          message: `It is unclear how far ${name} can be had in the UK.`,
          questions: ['Who could deliver it here, and from when?'],
          suggestedAction: 'Establish a provider before it enters a business case.',
          sources: intervention.availability.sources
        })
      )
    }
  }
  const mixed = positions.find(({ position: { lead } }) => lead?.claim.direction === 'mixed')
  if (mixed !== undefined) {
    found.push(
      derived({
        ...about,
        code: 'limited-effect',
        severity: 'medium',
        needs: [mixed.need.code],
        message: `Findings on ${name} are limited or mixed: it helps some, and not others.`,
        questions: ['What happens for those whom it does not help?'],
        suggestedAction: 'Keep safeguarding and monitoring in place whatever the programme reports.'
      })
    )
  }
  const running = claims.filter((claim) => claim.status === 'under-evaluation')
  if (running.length > 0) {
    found.push(
      derived({
        code: 'evaluation-under-way',
        severity: 'medium',
        interventions: [intervention.id],
        message: `An evaluation of ${name} was under way in ${Math.max(...running.map((claim) => claim.year))}; its result is not among the evidence looked at.`,
        questions: ['Has the evaluation reported, and what did it find?'],
        suggestedAction: 'Look for the result before deciding.',
        sources: passages(running.map((claim) => claim.sources))
      })
    )
  }
  if (intervention.takeUp.length > 0 && claims.length > 0 && claims.every((claim) => claim.direction === 'unknown')) {
    found.push(
      derived({
        code: 'widely-used-unevaluated',
        severity: 'medium',
        interventions: [intervention.id],
        message: `${name} is reported in use, and no effect of it is known. How many use it says nothing of whether it works.`,
        questions: ['Is there capacity to evaluate it here?'],
        suggestedAction: 'Use it only with an evaluation, or ask what else could be done with the same money.',
        sources: passages([...intervention.takeUp, ...claims].map((part) => part.sources))
      })
    )
  }
  return found
}

const finding = (claim: Claim) =>
  `${claim.direction === 'no-effect' ? 'no effect' : claim.direction} (${claim.country ?? 'no country stated'}, ${claim.year}, ${strengthWords(claim)})`

/** Conditions of the leading claims that are not known to hold, and cautions that do. */
function uncertainties({ intervention, positions }: Candidate): { need: string; text: string; share: number; holds: boolean }[] {
  const found = new Map<string, { need: string; text: string; share: number; holds: boolean }>()
  for (const { need, position } of positions) {
    for (const condition of position.lead?.claim.conditions ?? []) {
      if (condition.key === null) continue
      const shares = conditionShares(condition, need.cohort)
      if (condition.effect === 'caution' && shares.met > 0) {
        found.set(condition.text, { need: need.code, text: condition.text, share: shares.met, holds: true })
      } else if (shares.unknown > 0 && !found.has(condition.text)) {
        found.set(condition.text, { need: need.code, text: condition.text, share: shares.unknown, holds: false })
      }
    }
  }
  return intervention.role === 'response' ? [...found.values()] : []
}

function provisionWarnings(view: CatalogueView, profile: Profile, ranking: Ranking, listed: readonly Candidate[]): GapWarning[] {
  const found: GapWarning[] = []
  const linked = new Map(ranking.provided.map((candidate) => [candidate.intervention.id, candidate]))
  for (const { intervention: id, annualCost } of profile.provision.values()) {
    const intervention = view.byId.get(id)
    const candidate = linked.get(id)
    const evidenced = candidate ? candidate.tier >= 2 : (intervention?.claims.some(showsBenefit) ?? false)
    const name = intervention?.name ?? id
    const sources = passages((intervention?.claims ?? []).map((claim) => claim.sources))
    if (!evidenced) {
      found.push(
        derived({
          code: 'current-provision-not-evidenced',
          severity: annualCost !== null && annualCost > 0 ? 'high' : 'medium',
          interventions: [id],
          needs: candidate?.positions.map(({ need }) => need.code) ?? [],
          message: intervention
            ? `${name} is provided now, and nothing in the evidence looked at shows that it achieves its aim for ${candidate ? 'these needs' : 'families'}.`
            : `${name} is provided now, and the sources chosen say nothing of it.`,
          questions: ['On what other knowledge is it provided, and has anyone checked what it achieves?'],
          suggestedAction: 'Ask for outcomes from the service itself, and plan an evaluation or a review.',
          sources
        })
      )
    } else if (candidate) {
      found.push(
        derived({
          code: 'added-value-unmeasured',
          severity: 'low',
          interventions: [id],
          needs: candidate.positions.map(({ need }) => need.code),
          message: `${name} is provided already: more of it, or something comparable, has to add measurable value over what it does now.`,
          questions: ['What does the present service achieve, and what would more of it, or something else, add that can be measured?'],
          suggestedAction: 'Take a baseline from the present service before comparing.',
          sources
        })
      )
    }
  }
  if (profile.provision.size === 0) return found

  for (const { need } of ranking.cover) {
    if (need.concerns !== 'family') continue
    const serving = ranking.provided.filter((c) => c.intervention.role === 'response' && c.positions.some((p) => p.need === need))
    const options = listed.filter((c) => c.intervention.role === 'response' && c.positions.some((p) => p.need === need && p.position.tier === 3))
    if (options.length > 0 && !options.some((c) => profile.provision.has(c.intervention.id))) {
      const comparable = serving.filter((c) => c.positions.some((p) => p.need === need && p.position.tier >= 2))
      found.push(
        derived({
          code: 'evidenced-option-not-provided',
          severity: 'medium',
          needs: [need.code],
          interventions: idsOf(options.slice(0, 3)),
          message:
            `For ${lower(need)}, ${namesOf(options.slice(0, 3))} ${options.length === 1 ? 'has' : 'have'} evidence that applies to this profile and ${options.length === 1 ? 'is' : 'are'} not among the current provision.` +
            (comparable.length > 0 ? ` ${namesOf(comparable)} ${comparable.length === 1 ? 'is' : 'are'} provided for it, so measurable added value is the question.` : ''),
          questions: ['What would it add, measurably, over what is provided now?'],
          suggestedAction: 'Compare it with present provision on outcomes, cost and fit before deciding.',
          sources: passages(options.slice(0, 3).map((c) => c.intervention.sources))
        })
      )
    }
    const places = serving.map((c) => profile.provision.get(c.intervention.id)!.places)
    if (need.children !== null && serving.length > 0 && places.every((n) => n !== null)) {
      const total = places.reduce((sum, n) => sum + n, 0)
      if (total < need.children) {
        found.push(
          derived({
            code: 'places-short-of-need',
            severity: 'medium',
            needs: [need.code],
            interventions: idsOf(serving),
            message: `${total} places are provided for ${lower(need)} and ${need.children} children have it. Places may also serve other needs, so the shortfall can be larger.`,
            questions: ['Who is not being reached, and what happens to them?'],
            suggestedAction: 'Check waiting times and who is turned away before deciding between more of the same and something else.',
            sources: passages(serving.map((c) => c.intervention.sources))
          })
        )
      }
    }
  }
  return found
}

const showsBenefit = (claim: Claim) => claim.direction === 'positive' && strengthOrder(claim.strength) > strengthOrder('limited')

/** Warnings about many of the options at once. */
function acrossWarnings(listed: readonly Candidate[], year: number): GapWarning[] {
  const found: GapWarning[] = []
  const responses = listed.filter((c) => c.intervention.role === 'response' && c.tier >= 2)
  const uncosted = responses.filter((c) => unitDeliveryCost(c.intervention) === null)
  if (uncosted.length > 0) {
    found.push(
      derived({
        code: 'cost-unknown',
        severity: 'medium',
        interventions: idsOf(uncosted),
        message: `No delivery cost for one family is held for ${uncosted.length} of the ${responses.length} options that stand highest. It is unknown, not nil.`,
        questions: ['What does it cost here to deliver it to one family, start-up and supervision included?'],
        suggestedAction: 'Get quotations, and state in the business case which costs are known.',
        sources: passages(uncosted.map((c) => c.intervention.sources))
      })
    )
  }
  const unstated = responses.filter((c) => c.intervention.availability.uk === 'not-stated')
  if (unstated.length > 0) {
    found.push(
      derived({
        code: 'uk-availability-unclear',
        severity: 'low',
        interventions: idsOf(unstated),
        message: `No source held says whether ${unstated.length} of the ${responses.length} options that stand highest can be had in the UK.`,
        questions: ['Which of them has a UK provider, licence or trainer?'],
        suggestedAction: 'Check availability before shortlisting.',
        sources: passages(unstated.map((c) => c.intervention.sources))
      })
    )
  }
  const dated = responses.filter((c) => c.positions.every(({ position: { lead } }) => lead === null || lead.claim.year < year - DATED_AFTER))
  if (dated.length > 0) {
    found.push(
      derived({
        code: 'dated-evidence',
        severity: 'medium',
        interventions: idsOf(dated),
        message: `The evidence looked at for ${dated.length} of the ${responses.length} options that stand highest was published before ${year - DATED_AFTER}.`,
        questions: ['What has been found since?'],
        suggestedAction: 'Search for later trials and reviews before deciding.',
        sources: passages(dated.flatMap((c) => c.positions.map(({ position }) => position.lead?.claim.sources ?? [])))
      })
    )
  }
  return found
}

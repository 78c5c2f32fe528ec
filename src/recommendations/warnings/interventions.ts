import type { Claim } from '../../catalogue/schemas.js'
import { isWidelyUsedUnevaluated } from '../../catalogue/derived-gaps.js'
import { UK_COUNTRIES } from '../../catalogue/vocabulary.js'
import { conditionShares } from '../applicability.js'
import type { Position } from '../combine.js'
import { unitDeliveryCost } from '../criteria.js'
import { clause, isAdultOnly, percent, strengthWords } from '../explain.js'
import { keep } from '../json-text.js'
import type { Candidate } from '../rank.js'
import type { GapWarning } from '../schemas.js'
import { derived, idsOf, list, lower, passages } from './warning.js'

/** Evidence published longer ago than this, in years, is called dated: clearinghouses re-review within about this span. */
const DATED_AFTER = 7

const MOST_KEPT = 64
const settledWarnings = new WeakMap<Position, Map<string, GapWarning[]>>()

/** What follows from one candidate; worked out once where its positions are settled. */
export function warningsAbout(candidate: Candidate): GapWarning[] {
  if (!candidate.positions.every(({ settled }) => settled)) return aboutCandidate(candidate)
  const first = candidate.positions[0]!.position
  const key = candidate.positions.map(({ need }) => `${need.code} ${need.goal}`).join()
  let byNeeds = settledWarnings.get(first)
  if (byNeeds === undefined) settledWarnings.set(first, (byNeeds = new Map<string, GapWarning[]>()))
  let found = byNeeds.get(key)
  if (found === undefined) {
    // Callers choose the combinations of needs and goals, so what is kept of one has a bound.
    if (byNeeds.size === MOST_KEPT) byNeeds.clear()
    byNeeds.set(key, (found = aboutCandidate(candidate).map(keep)))
  }
  return found
}

function aboutCandidate(candidate: Candidate): GapWarning[] {
  const found: GapWarning[] = []
  const { intervention, positions, tier } = candidate
  // Most candidates give rise to little, so what is common to their warnings is made only when one is.
  const about = () => ({ interventions: [intervention.id], sources: passages(positions.map(({ position }) => position.lead?.claim.sources ?? [])) })
  const name = intervention.name
  const claims = intervention.claims.filter((claim) => positions.some(({ need }) => need.code === claim.need))

  const disputed = positions.filter(({ position }) => position.disagreement)
  if (disputed.length > 0) {
    const decided = disputed.some(({ position }) => position.decidedAgainst !== null)
    found.push(
      derived({
        ...about(),
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
    const asked = intervention.role === 'response' ? uncertainties(candidate) : []
    if (asked.length > 0) {
      const worst = asked.some(({ holds }) => holds)
      found.push(
        derived({
          ...about(),
          code: 'effect-depends-on-condition',
          severity: worst ? 'high' : 'medium',
          needs: [...new Set(asked.map(({ need }) => need))],
          message: `What is known of ${name} depends on conditions: ${asked.map(({ text, extent }) => `${text} (${extent})`).join('; ')}.`,
          questions: ['For how many of these families do the conditions hold, and will it be delivered as they require?'],
          suggestedAction: worst ? 'Plan for the families that this concerns before offering it to them.' : 'Find out before commissioning, and give it in the profile.'
        })
      )
    }
    const benefit = claims.filter((claim) => claim.direction === 'positive' && claim.country !== null)
    const countries = [...new Set(benefit.map((claim) => claim.country!))]
    if (countries.length > 0 && !countries.some((country) => country === 'International' || UK_COUNTRIES.includes(country))) {
      found.push(
        derived({
          ...about(),
          code: 'not-validated-in-uk',
          severity: 'medium',
          needs: [...new Set(benefit.map((claim) => claim.need))].sort(),
          message: `The evidence of benefit from ${name} comes from ${list(countries.sort().map(inCountry))}; no UK result stands behind it.`,
          questions: ['What differs between those services and families and ours?'],
          suggestedAction: 'Ask the provider for UK results, and evaluate from the start.',
          sources: passages(benefit.map((claim) => claim.sources))
        })
      )
    } else if (countries.length === 1 && countries[0] !== 'International') {
      found.push(
        derived({
          ...about(),
          code: 'one-country-only',
          severity: 'low',
          message: `All the evidence of benefit from ${name} whose country is known comes from ${inCountry(countries[0]!)}.`,
          questions: ['Has it been tried elsewhere, and with what result?'],
          suggestedAction: 'Look for studies of other places before relying on one.',
          sources: passages(benefit.map((claim) => claim.sources))
        })
      )
    }
    const adult = positions.filter((one) => isAdultOnly(intervention, one))
    if (adult.length > 0 && adult.length === positions.length) {
      found.push(
        derived({
          ...about(),
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
        ...about(),
        code: 'limited-effect',
        severity: 'medium',
        needs: [mixed.need.code],
        message: `Findings on ${name} are limited or mixed for ${lower(mixed.need)}.`,
        questions: ['What happens for those whom it does not help?'],
        suggestedAction: 'Do not rely on it alone, and keep safeguarding and monitoring in place whatever it reports.'
      })
    )
  }
  // An evaluation that was under way has reported once a study of its own year or later is held for the need: found, or
  // finished and not seen. A report can be dated the year before the book that still calls it under way.
  const reported = (claim: Claim) =>
    claims.some((other) => other.need === claim.need && other.year >= claim.year - 1 && (other.status === 'result-not-seen' || (other.direction !== 'unknown' && other.nativeRating?.scheme === 'by-design')))
  const running = claims.filter((claim) => claim.status === 'under-evaluation' && !reported(claim))
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
  const ages = claims.filter((claim) => claim.direction === 'positive' && claim.age !== null).map((claim) => claim.age!)
  const { ageOffered } = intervention
  if (ageOffered !== null && ages.length > 0) {
    const evaluated = { min: Math.min(...ages.map((age) => age.min)), max: Math.max(...ages.map((age) => age.max)) }
    if (ageOffered.min < evaluated.min || ageOffered.max > evaluated.max) {
      found.push(
        derived({
          ...about(),
          code: 'offered-wider-than-evaluated',
          severity: 'medium',
          message: `${name} is offered for ages ${ageOffered.min} to ${ageOffered.max}, and evaluated for ages ${evaluated.min} to ${evaluated.max}.`,
          questions: ['How many of the children are of an age that was not evaluated?'],
          suggestedAction: 'Offer it to the ages that were evaluated, or evaluate it for the others.'
        })
      )
    }
  }
  if (intervention.availability.uk === 'discontinued') {
    found.push(
      derived({
        code: 'discontinued',
        severity: 'high',
        interventions: [intervention.id],
        message: `${name} is no longer delivered in the UK.`,
        questions: ['What has taken its place for these families?'],
        suggestedAction: 'Do not plan on it; look at the other options for the same need.',
        sources: intervention.availability.sources
      })
    )
  }
  const unseen = claims.filter((claim) => claim.status === 'result-not-seen')
  if (unseen.length > 0) {
    found.push(
      derived({
        code: 'result-not-seen',
        severity: 'medium',
        interventions: [intervention.id],
        message: `A study of ${name} is finished (${list(unseen.map(({ country, year }) => `${country ?? 'country not stated'}, ${year}`))}), and its result has not been seen by those who keep this catalogue.`,
        questions: ['What did the study find?'],
        suggestedAction: 'Get the report before deciding; it may change the standing in either direction.',
        sources: passages(unseen.map((claim) => claim.sources))
      })
    )
  }
  if (isWidelyUsedUnevaluated(intervention)) {
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

const inCountry = (country: string) => (['United States', 'Netherlands'].includes(country) ? `the ${country}` : country)

const finding = (claim: Claim) =>
  `${claim.direction === 'no-effect' ? 'no effect' : claim.direction} (${claim.country ?? 'no country stated'}, ${claim.year}, ${strengthWords(claim)})`

interface Uncertainty {
  need: string
  text: string
  /** How far it is so, in words. */
  extent: string
  /** Whether a caution holds for some of this profile. */
  holds: boolean
}

/** Conditions of the leading claims that are not known to hold, or that no profile can show, and cautions that hold. */
function uncertainties({ positions }: Candidate): Uncertainty[] {
  const found = new Map<string, Uncertainty>()
  for (const { need, position } of positions) {
    for (const condition of position.lead?.claim.conditions ?? []) {
      const text = clause(condition.text)
      if (condition.key === null) {
        found.set(text, { need: need.code, text, extent: 'no profile can show this', holds: false })
        continue
      }
      const shares = conditionShares(condition, need.cohort)
      if (condition.effect === 'caution' && shares.met > 0) {
        found.set(text, { need: need.code, text, extent: `so for ${percent(shares.met)}`, holds: true })
      } else if (shares.unknown > 0 && !found.has(text)) {
        found.set(text, { need: need.code, text, extent: `not known for ${percent(shares.unknown)}`, holds: false })
      }
    }
  }
  return [...found.values()]
}

/** The year of a claim, or of its last review where that is later. */
const lastLookedAt = (claim: Claim) => Math.max(claim.year, Number(claim.reviewed?.slice(0, 4) ?? 0))

/** Warnings about many of the options at once. */
export function acrossWarnings(listed: readonly Candidate[], year: number): GapWarning[] {
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
  const dated = responses.filter((c) => c.positions.every(({ position: { lead } }) => lead === null || lastLookedAt(lead.claim) < year - DATED_AFTER))
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

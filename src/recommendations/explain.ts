import type { Claim, Condition, Intervention } from '../catalogue/schemas.js'
import { strengthOrder } from '../catalogue/vocabulary.js'
import { ALL_MET, conditionShares, stageShares, type Cohort, type Shares } from './applicability.js'
import { STANDINGS, servesGoal, type Position, type Standing, type Tier } from './combine.js'
import { CRITERIA, unitDeliveryCost, type Criterion } from './criteria.js'
import type { Profile } from './profile.js'
import type { Candidate, NeedPosition } from './rank.js'
import type { ExclusionCode } from './vocabulary.js'
import { keep } from './json-text.js'
import type { ConditionCheck, InterventionRef, NeedAnswer, Recommendation } from './schemas.js'

/** The words of an answer: every number of the model, said so that a commissioner can check it. */

export const standingOf = (tier: Tier): Standing | 'not-applicable' => (tier === -1 ? 'not-applicable' : STANDINGS[tier])

/** A share as a whole percentage that never rounds up to all or down to none. */
export function percent(share: number): string {
  if (share > 0 && share < 0.01) return 'under 1%'
  if (share > 0.99 && share < 1) return 'over 99%'
  return `${Math.round(share * 100)}%`
}

const STRENGTH_WORDS = {
  strong: 'strong evidence',
  'evidence-based': 'evidence-based',
  moderate: 'moderate evidence',
  preliminary: 'preliminary evidence',
  limited: 'limited evidence, which supports no claim of cause',
  none: 'no evidence of effect'
} as const

export const strengthWords = (claim: Pick<Claim, 'strength'>) =>
  claim.strength === null ? 'called effective or recommended, but not graded' : STRENGTH_WORDS[claim.strength]

const STATUS_WORDS: Record<Claim['status'], string> = {
  rated: 'rated',
  'graded-in-words': 'graded in words',
  'not-rated': 'not rated by any source held',
  'not-evaluated': 'not evaluated',
  'under-evaluation': 'under evaluation when the source was written',
  'result-not-seen': 'evaluated, but the result has not been seen'
}

/** The year of a claim with where it is from, as far as known. */
const origin = ({ country, year }: Claim) => `${country ?? 'no country stated'}, ${year}`

function check(condition: Pick<Condition, 'key' | 'effect' | 'text'>, shares: Shares | null): ConditionCheck {
  const { key, effect, text } = condition
  if (shares === null) return { key, effect, text, status: 'not-in-profile', met: null, notMet: null, unknown: null }
  const status = shares.unknown === 1 ? 'unknown' : shares.met === 1 ? 'met' : shares.notMet === 1 ? 'not-met' : shares.met === 0 && shares.unknown > 0 ? 'unknown' : 'partly-met'
  return { key, effect, text, status, met: shares.met, notMet: shares.notMet, unknown: shares.unknown }
}

const uncheckables = new WeakMap<Condition, ConditionCheck>()

function uncheckable(condition: Condition): ConditionCheck {
  let made = uncheckables.get(condition)
  if (made === undefined) uncheckables.set(condition, (made = check(condition, null)))
  return made
}

const STAGE_WORDS: Record<string, string> = {
  universal: 'universal services',
  'universal-health': 'universal health services',
  'early-help': 'early help',
  'front-door': 'the front door',
  's17-child-in-need': 'child in need (section 17)',
  's47-child-protection': 'child protection (section 47)',
  'plo-pre-proceedings': 'pre-proceedings',
  'care-proceedings': 'care proceedings',
  'edge-of-care': 'the edge of care',
  'looked-after': 'children in care',
  reunification: 'reunification',
  'post-removal': 'after a removal',
  'system-wide': 'the whole system'
}

/** Each condition of a claim, held against the cohort. */
export function checkConditions(intervention: Intervention, conditions: readonly Condition[], cohort: Cohort): ConditionCheck[] {
  const checks = conditions.map((condition) => (condition.key === null ? uncheckable(condition) : check(condition, conditionShares(condition, cohort))))
  const stage = stageShares(intervention, cohort)
  if (stage !== ALL_MET && stage.met < 1) {
    const list = intervention.stages!.map((one) => STAGE_WORDS[one]).join(', ')
    checks.push(
      check(
        {
          key: 'stage',
          effect: 'requires',
          text: intervention.stagesStated ? `It is used at: ${list}` : `The sources place it at: ${list}; they say nothing of other stages`
        },
        stage
      )
    )
  }
  return checks
}

const ONLY_CONTRARY = 'Only findings of no effect or harm are held for this need, and it is not known whether they apply to this profile.'

function needReasons(intervention: Intervention, one: NeedPosition): string[] {
  const { need, position } = one
  const { lead, tier, against, decidedAgainst } = position
  if (lead === null) return [against.length > 0 ? ONLY_CONTRARY : 'Nothing that is claimed of it can apply to this profile.']
  const { claim, shares } = lead
  const reasons: string[] = []
  if (claim.direction === 'positive' || claim.direction === 'mixed') {
    const mixed = claim.direction === 'mixed' ? ', with mixed findings' : ''
    const open = claim.conditions.filter((condition) => condition.key === null && condition.effect === 'requires').length
    const besides = open === 0 ? '' : ` Besides, it holds only under ${open === 1 ? 'a condition' : `${open} conditions`} that no profile can show: see conditions.`
    reasons.push(`${sentence(strengthWords(claim))}${mixed} (${origin(claim)}); its conditions are met for ${percent(shares.met)} of the ${subjects(claim)}${unknownPart(shares)}.${besides}`)
    if (tier < 3 && claim.direction === 'positive' && strengthOrder(claim.strength) >= strengthOrder('moderate') && shares.met < 0.5) reasons.push('Not recommended while its conditions are not known to be met for at least half of the children.')
    if (!servesGoal(claim, { goal: need.goal, supporting: intervention.role !== 'response' })) reasons.push(`The finding is about ${claim.outcomeFor} outcomes, which is not the goal given, so it counts at most as preliminary.`)
    else if (claim.outcomeFor === 'adult') reasons.push(isAdultOnly(intervention, one) ? 'The finding is about adults; no child outcome is reported.' : 'This finding is about adults; others, about children or parenting, stand beside it.')
    else if (claim.outcomeFor === 'engagement') reasons.push('The finding is about engaging families or their part in decisions, not about less maltreatment.')
    else if (claim.outcomeFor === 'assessment') reasons.push('The finding is about the quality of assessment; a tool treats nothing.')
    if (claim.status === 'rated' && claim.nativeRating?.value.endsWith('-consistent')) reasons.push('Judged consistent with that level at face value; the level was not awarded.')
  } else if (claim.direction === 'unknown') {
    reasons.push(`No effect is known: ${STATUS_WORDS[claim.status]} (${origin(claim)}).`)
  }
  if (position.unseen !== null) reasons.push(`A UK trial is finished (${origin(position.unseen.claim)}) and its result has not been seen; until it is, this is not recommended.`)
  for (const counter of against) {
    const finding = counter.claim.direction === 'harm' ? 'harm' : 'no effect'
    const applies = counter.shares.met > 0 ? '' : ' in families of whom it is not known whether they are like these'
    const role = counter === decidedAgainst ? (tier === 0 ? 'which is why it is not supported' : 'which takes it out of recommended') : 'shown beside the other findings'
    reasons.push(`${sentence(finding)} was found (${origin(counter.claim)}; ${strengthWords(counter.claim)})${applies}, ${role}.`)
  }
  return reasons
}

/** A condition as part of a sentence: its own full stop would stand in the middle. */
export const clause = (text: string) => text.trim().replace(/[.;]$/, '')

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
const unknownPart = (shares: Shares) => (shares.unknown > 0 ? ` and unknown for ${percent(shares.unknown)}` : '')

interface Wording {
  claimIds: string[]
  conditions: ConditionCheck[]
  reasons: string[]
}

function wordingOf(intervention: Intervention, one: NeedPosition): Wording {
  const { need, position } = one
  return {
    claimIds: intervention.claims.filter((claim) => claim.need === need.code).map((claim) => claim.id),
    conditions: position.lead === null ? [] : checkConditions(intervention, position.lead.claim.conditions, need.cohort),
    reasons: needReasons(intervention, one)
  }
}

const settledWordings = new WeakMap<Position, Wording>()

/** What is said of a settled position is put into words, and into JSON, once. */
function settledWording(intervention: Intervention, one: NeedPosition): Wording {
  let wording = settledWordings.get(one.position)
  if (wording === undefined) {
    wording = wordingOf(intervention, one)
    keep(wording.claimIds)
    keep(wording.conditions)
    keep(wording.reasons)
    settledWordings.set(one.position, wording)
  }
  return wording
}

function answerNeed(intervention: Intervention, one: NeedPosition): NeedAnswer {
  const { need, position } = one
  const { lead } = position
  const { claimIds, conditions, reasons } = one.settled ? settledWording(intervention, one) : wordingOf(intervention, one)
  const shares = lead?.shares ?? position.against[0]?.shares ?? { met: 0, notMet: 1, unknown: 0 }
  return {
    need: need.code,
    label: need.label,
    standing: standingOf(position.tier),
    strength: lead === null ? 'none' : lead.claim.strength,
    direction: lead?.claim.direction ?? 'unknown',
    status: lead?.claim.status ?? 'not-rated',
    wording: lead?.claim.nativeRating?.wording ?? null,
    note: lead?.claim.note ?? null,
    outcome: lead?.claim.outcome ?? null,
    outcomeFor: lead?.claim.outcomeFor ?? null,
    claimIds,
    applicability: shares,
    children: need.children,
    childrenMet: need.children === null ? null : Math.round(need.children * shares.met),
    conditions,
    reasons
  }
}

const AVAILABILITY_WORDS = {
  available: 'Reported in use in the UK',
  pilot: 'Piloted or on trial in the UK',
  unclear: 'A source says that its availability in the UK is unclear',
  discontinued: 'No longer offered in the UK',
  'not-stated': 'No source held says whether it is available in the UK'
} as const

/** A few places are named, so that use by one council is not read as use everywhere. */
function placesOf({ availability: { uk, places } }: Intervention): string {
  return uk === 'available' && places.length > 0 && places.length <= 3 ? ` (${places.join(', ')})` : ''
}

const pounds = (amount: number) => `£${amount.toLocaleString('en-GB')}`

interface FixedReasons {
  deliverability: string
  cost: string
}
const fixedReasons = new WeakMap<Intervention, FixedReasons>()

/** The reasons that no profile changes, put into words once. */
function fixedReason(criterion: keyof FixedReasons, intervention: Intervention): string {
  let reasons = fixedReasons.get(intervention)
  if (reasons === undefined) {
    const cost = unitDeliveryCost(intervention)
    reasons = {
      deliverability: `${AVAILABILITY_WORDS[intervention.availability.uk]}${placesOf(intervention)}${intervention.availability.implementationSupport === true ? '; an implementation service is reported' : ''}.`,
      cost:
        cost === null
          ? 'No delivery cost is held, so cost counts neither for it nor against it.'
          : `${cost.upTo === null ? `About ${pounds(cost.amount!.amount)}` : `${pounds(cost.amount!.amount)} to ${pounds(cost.upTo)}`} per ${cost.per}${cost.amount!.priceYear === null ? ', price year not stated' : ` at ${cost.amount!.priceYear} prices`}.`
    }
    fixedReasons.set(intervention, reasons)
  }
  return reasons[criterion]
}

function contributionReason(criterion: Criterion, candidate: Candidate, profile: Profile): string {
  const { intervention, positions, values } = candidate
  switch (criterion) {
    case 'deliverability':
    case 'cost':
      return fixedReason(criterion, intervention)
    case 'evidence': {
      const best = positions.reduce((a, b) => (b.position.value > a.position.value ? b : a))
      if (best.position.value === 0) return 'No evidence of benefit is known to apply to this profile.'
      const { claim, shares } = best.position.best!
      return `${sentence(strengthWords(claim))} for ${best.need.label.toLowerCase()}, applying to ${percent(shares.met)} of those ${subjects(claim)}${best.position.against.some((one) => one.shares.met > 0 && !one.claim.besideTheAim) ? '; a fifth less for contrary findings' : ''}.`
    }
    case 'coverage': {
      const codes = positions.filter(({ position }) => position.tier > 0 && position.addressed > 0).map(({ need }) => need.code)
      return codes.length === 0
        ? 'It is not known to reach any of the need in this profile.'
        : `Speaks to ${percent(values.coverage)} of the weighted need: ${codes.join(', ')}.`
    }
    case 'addedValue':
      return profile.provision.has(intervention.id)
        ? 'Already provided: more of it has to show measurable value over what it does now.'
        : 'Not among the current provision given.'
  }
}

const references = new WeakMap<Intervention, InterventionRef>()

/** The short form in which an answer names an intervention. */
export function referTo(intervention: Intervention): InterventionRef {
  let reference = references.get(intervention)
  if (reference === undefined) {
    reference = keep({ id: intervention.id, name: intervention.name, kind: intervention.kind, role: intervention.role })
    references.set(intervention, reference)
  }
  return reference
}

/** Where harm for another need keeps the whole from being recommended, the need that it would be recommended for says so. */
function withOverall(answer: NeedAnswer, { position }: NeedPosition, candidate: Candidate): NeedAnswer {
  return position.tier <= candidate.tier ? answer : { ...answer, reasons: [...answer.reasons, 'A rigorous study found harm for another need of this profile, so it is not recommended as a whole.'] }
}

/** One ranked item of an answer. */
export function explainCandidate(candidate: Candidate, rank: number, profile: Profile): Recommendation {
  const { intervention } = candidate
  return {
    rank,
    intervention: referTo(intervention),
    standing: STANDINGS[Math.max(0, candidate.tier)]!,
    score: candidate.score,
    contributions: CRITERIA.map((criterion) => ({
      criterion,
      weight: Math.round(profile.weights[criterion] * 1e6) / 1e6,
      value: candidate.values[criterion],
      contribution: candidate.contributions[criterion],
      reason: contributionReason(criterion, candidate, profile)
    })),
    needs: candidate.positions.map((one) => withOverall(answerNeed(intervention, one), one, candidate)),
    alreadyProvided: profile.provision.has(intervention.id),
    caveats: intervention.caveats,
    availability: intervention.availability,
    costs: intervention.costs,
    disagreements: intervention.disagreements,
    evidenceAsOf: intervention.evidenceAsOf,
    sources: intervention.sources
  }
}

/** Why an intervention that speaks to a need of the profile is not ranked. */
export function explainExclusion(code: ExclusionCode, intervention: Intervention, positions: readonly NeedPosition[], profile: Profile): string {
  switch (code) {
    case 'comparator-only':
      return 'The sources name it only as the weaker comparison; it is not something to commission.'
    case 'context-only':
      return 'It is part of the surroundings of the work, not something to commission for a need.'
    case 'conditions-not-met': {
      const unmet = new Set<string>()
      for (const { need } of positions) {
        for (const claim of intervention.claims) {
          if (claim.need !== need.code) continue
          for (const one of checkConditions(intervention, claim.conditions, need.cohort)) {
            if (one.effect === 'requires' && one.notMet !== null && one.notMet > 0) unmet.add(one.text)
          }
        }
      }
      return unmet.size === 0 ? ONLY_CONTRARY : `The evidence does not apply to this profile: ${[...unmet].map(clause).join('; ')}.`
    }
    case 'below-minimum-strength':
      return `Its evidence for these needs is below the minimum asked for, ${profile.constraints.minimumStrength}.`
    case 'uk-availability-not-shown':
      return `${AVAILABILITY_WORDS[intervention.availability.uk]}, and availability in the UK is required.`
  }
}

/** Whether all that is shown for a need is an outcome for adults. */
export function isAdultOnly(intervention: Intervention, { need, position: { lead } }: NeedPosition): boolean {
  if (lead === null || lead.claim.direction !== 'positive' || lead.claim.outcomeFor !== 'adult') return false
  return !intervention.claims.some(
    (claim) => claim.need === need.code && (claim.outcomeFor === 'child' || claim.outcomeFor === 'parenting') && (claim.direction === 'positive' || claim.direction === 'mixed')
  )
}

/** Who a share counts: a finding about adults is about families, not about so many children. */
const subjects = ({ outcomeFor }: Pick<Claim, 'outcomeFor'>) => (outcomeFor === 'child' || outcomeFor === 'parenting' ? 'children' : 'families')

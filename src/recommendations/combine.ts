import type { Claim } from '../catalogue/schemas.js'
import { UK_COUNTRIES, strengthOrder, type Goal, type OutcomeFor, type Strength } from '../catalogue/vocabulary.js'
import type { Shares } from './applicability.js'

export const STANDINGS = ['not-supported', 'test-and-evaluate', 'consider', 'recommended'] as const
export type Standing = (typeof STANDINGS)[number]

/** Standing as a number, 0 to 3; -1 means that nothing said of it applies to the cohort. */
export type Tier = -1 | 0 | 1 | 2 | 3

export interface AppliedClaim {
  claim: Claim
  shares: Shares
}

/** What all claims about one intervention and one need come to, for one cohort. */
export interface Position {
  tier: Tier
  /** Certainty of the best positive evidence times the share for whom its conditions are met, 0 to 1. */
  value: number
  /** The same with the unknown share taken as met: what an answer to the open questions could make of it. */
  potential: number
  /** The share of the cohort that some claim, other than one of no effect or harm, is about. */
  addressed: number
  /** The strongest positive or mixed claim that can apply to some of the cohort. */
  strongest: AppliedClaim | null
  /** The claim that the standing rests on. */
  lead: AppliedClaim | null
  /** Applicable claims of no effect or harm. */
  against: AppliedClaim[]
  /** The claim of no effect or harm that limits the standing. */
  decidedAgainst: AppliedClaim | null
  /** A finished UK trial whose result has not been seen, where that keeps it out of `recommended`. */
  unseen: AppliedClaim | null
  /** An applicable claim of harm. */
  harm: boolean
  /** Applicable claims that point in different directions. */
  disagreement: boolean
}

/** How much certainty each strength stands for in the score, 0 to 1. Ours, not a source's: equal steps from `moderate` up, and wide enough that one step is never made up for by consistency. */
const CERTAINTY: Record<Strength | 'not-graded', number> = {
  none: 0,
  limited: 0.1,
  'not-graded': 0.25,
  preliminary: 0.4,
  moderate: 0.6,
  'evidence-based': 0.8,
  strong: 1
}

/** A source's own remark that its evidence is the most consistent, or is one study, moves certainty by less than a step. */
const CONSISTENCY = { 'most-consistent': 0.1, 'single-study': -0.04 } as const

const LIMITED = strengthOrder('limited')
const NOT_GRADED = strengthOrder(null)
const PRELIMINARY = strengthOrder('preliminary')
const MODERATE = strengthOrder('moderate')
const RIGOROUS = strengthOrder('evidence-based')

/** Which kinds of outcome serve which goal. */
const SERVES: Record<Exclude<Goal, 'any'>, readonly OutcomeFor[]> = {
  'child-outcomes': ['child', 'parenting'],
  'adult-outcomes': ['adult'],
  engagement: ['engagement'],
  assessment: ['assessment']
}

/** Outcomes that are no family's: for a practice that supports the work they are the aim, whatever the goal. */
const OF_THE_WORK: readonly OutcomeFor[] = ['engagement', 'assessment', 'practice', 'system']

/** What is aimed at, and whether by a response to families or by something that supports the work. */
export interface Aim {
  goal: Goal | null
  supporting: boolean
}
export const NO_AIM: Aim = { goal: null, supporting: false }

export function servesGoal(claim: Pick<Claim, 'outcomeFor'>, { goal, supporting }: Aim): boolean {
  if (goal === null || goal === 'any' || SERVES[goal].includes(claim.outcomeFor)) return true
  return supporting && OF_THE_WORK.includes(claim.outcomeFor)
}

/** Evidence whose only source is the developer or provider counts a tenth less. */
const DEPENDENT = 0.9

/** Certainty of a claim, 0 to 1; a claim about another kind of outcome than the goal counts at most as preliminary. */
export function certainty(claim: Pick<Claim, 'strength' | 'consistency' | 'outcomeFor'> & { independent?: boolean | null }, aim: Aim): number {
  const plain = CERTAINTY[claim.strength ?? 'not-graded']
  const given = plain === 0 || claim.consistency === null ? plain : Math.min(1, plain + CONSISTENCY[claim.consistency])
  const weighed = claim.independent === false ? given * DEPENDENT : given
  return servesGoal(claim, aim) ? weighed : Math.min(weighed, CERTAINTY.preliminary)
}

const isUk = (claim: Claim) => claim.country !== null && UK_COUNTRIES.includes(claim.country)

/** The best standing that one claim of benefit, or of nothing known, can give on its own. */
function tierOf({ claim, shares }: AppliedClaim, aim: Aim): Tier {
  if (shares.met + shares.unknown === 0) return -1
  const order = servesGoal(claim, aim) ? strengthOrder(claim.strength) : Math.min(strengthOrder(claim.strength), PRELIMINARY)
  if (claim.direction === 'positive') {
    if (order >= MODERATE && shares.met >= 0.5) return 3
    return order > LIMITED ? 2 : 1
  }
  if (claim.direction === 'mixed') return order >= NOT_GRADED ? 2 : 1
  return 1
}

/**
 * Combines all that is claimed of one intervention for one need into one position.
 *
 * 1. Applicability first: a claim counts only for the share of the cohort that meets its conditions;
 *    a claim that nobody in the cohort can meet does not count at all.
 * 2. Each claim of benefit gives a standing of its own: `recommended` from moderate certainty up when
 *    its conditions are met for at least half of the cohort; `consider` when it is weaker, ungraded,
 *    mixed, or its conditions are not known to be met; `test-and-evaluate` when it is limited or
 *    nothing is known. The best of them leads. Nothing is averaged.
 * 3. A rigorous finding (evidence-based or strong) of no effect or of harm then limits the standing,
 *    where it applies to at least half as large a share as the best evidence of benefit does:
 *    - no effect, UK: at most `consider` while some evidence of benefit stands, else `not-supported`;
 *    - no effect, elsewhere: `not-supported` only where no evidence of benefit stands;
 *    - harm: `not-supported` if from the UK, otherwise at most `consider`.
 *    It is answered, and no longer limits, when a later rigorous UK study shows benefit for at least
 *    as large a share.
 *    A finding of no effect on an outcome beside the aim (better school readiness and no difference in
 *    birth weight, say) is shown and limits nothing; one of harm always counts.
 * 4. A finished UK trial whose result has not been seen keeps it at `consider` until it is, or until a
 *    later one shows benefit.
 * 5. Any other applicable claim of no effect or harm, rigorous or not, takes a fifth off the value.
 *
 * So adding a claim of no effect or harm never raises a position, adding one of benefit never lowers
 * it, and the order of the claims does not matter.
 */
export function combineClaims(applied: readonly AppliedClaim[], aim: Aim): Position {
  let tier: Tier = -1
  let value = 0
  let potential = 0
  let addressed = 0
  let strongest: AppliedClaim | null = null
  let lead: AppliedClaim | null = null
  let leadValue = -1
  let leadMet = 0
  let supported = false
  let positive = false
  const against: AppliedClaim[] = []

  for (const one of applied) {
    const { claim, shares } = one
    if (shares.met + shares.unknown === 0) continue
    if (claim.direction === 'no-effect' || claim.direction === 'harm') {
      against.push(one)
      continue
    }
    const weight = claim.direction === 'positive' ? 1 : claim.direction === 'mixed' ? 0.5 : 0
    const sure = weight === 0 ? 0 : certainty(claim, aim) * weight
    const own = tierOf(one, aim)
    const ownValue = sure * shares.met
    if (own > tier || (own === tier && (ownValue > leadValue || (ownValue === leadValue && precedes(one, lead!))))) {
      lead = one
      leadValue = ownValue
    }
    if (own > tier) tier = own
    if (weight > 0 && (strongest === null || strengthOrder(claim.strength) > strengthOrder(strongest.claim.strength))) strongest = one
    value = Math.max(value, ownValue)
    potential = Math.max(potential, sure * (shares.met + shares.unknown))
    addressed = Math.max(addressed, shares.met)
    if (claim.direction === 'positive') {
      positive = true
      if (strengthOrder(claim.strength) >= NOT_GRADED) supported = true
      if (strengthOrder(claim.strength) >= MODERATE) leadMet = Math.max(leadMet, shares.met)
    }
  }

  // A finished UK trial whose result nobody here has seen may say anything: until it is, there is no recommending.
  const unseen = tier === 3 ? (applied.find((one) => isUnseenUkTrial(one) && !isAnswered(one, applied)) ?? null) : null
  if (unseen !== null) tier = 2

  const position: Position = { tier, value, potential, addressed, strongest, lead, against, decidedAgainst: null, unseen, harm: false, disagreement: false }
  if (against.length === 0) return position

  against.sort((a, b) => (precedes(a, b) ? -1 : 1))
  for (const one of against) {
    const { claim, shares } = one
    if (shares.met === 0) continue
    if (claim.direction === 'harm') position.harm = true
    if (strengthOrder(claim.strength) < RIGOROUS || shares.met < leadMet / 2) continue
    if (claim.besideTheAim && claim.direction === 'no-effect') continue
    if (isAnswered(one, applied)) continue
    const limit: Tier =
      claim.direction === 'harm' ? (isUk(claim) ? 0 : 2) : isUk(claim) ? (supported ? 2 : 0) : supported ? 3 : 0
    if (limit < position.tier) {
      position.tier = limit
      position.decidedAgainst = one
    }
  }
  if (position.lead === null) {
    // Only findings of no effect or harm apply: they are the position.
    position.tier = against.some((one) => one.shares.met > 0) ? 0 : -1
    position.lead = against.find((one) => one.shares.met > 0) ?? null
    position.decidedAgainst = position.lead
  }
  if (against.some((one) => one.shares.met > 0 && !one.claim.besideTheAim)) {
    position.value *= 0.8
    position.potential *= 0.8
    position.disagreement = positive
  }
  return position
}

/** Whether a later rigorous UK study shows benefit for at least as large a share. */
const isAnswered = ({ claim, shares }: AppliedClaim, applied: readonly AppliedClaim[]) =>
  applied.some(
    (other) =>
      other.claim.direction === 'positive' &&
      strengthOrder(other.claim.strength) >= RIGOROUS &&
      isUk(other.claim) &&
      other.claim.year > claim.year &&
      other.shares.met >= shares.met
  )

const isUnseenUkTrial = ({ claim, shares }: AppliedClaim) =>
  claim.status === 'result-not-seen' && isUk(claim) && (claim.studyDesign === 'randomised-trial' || claim.studyDesign === 'quasi-experimental') && shares.met > 0

/** A fixed order among claims that weigh the same: larger share met, stronger, later, then by id. */
function precedes(a: AppliedClaim, b: AppliedClaim): boolean {
  if (a.shares.met !== b.shares.met) return a.shares.met > b.shares.met
  const byStrength = strengthOrder(a.claim.strength) - strengthOrder(b.claim.strength)
  if (byStrength !== 0) return byStrength > 0
  if (a.claim.year !== b.claim.year) return a.claim.year > b.claim.year
  return a.claim.id < b.claim.id
}

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
  /** Certainty of the best evidence of benefit times the share for whom its conditions are met, 0 to 1; a fifth less beside contrary findings. */
  value: number
  /** The same with the unknown share taken as met: what an answer to the open questions could make of it. */
  potential: number
  /** The claim that the value comes from. */
  best: AppliedClaim | null
  /** The share of the cohort that any of its claims, other than of no effect or harm, is about, 0 to 1: whom it speaks to, however well. */
  addressed: number
  /** Where the strongest positive or mixed claim that can apply stands in the order of strengths; -1 where there is none. */
  strongest: number
  /** The strongest grade of benefit known to apply to some of the cohort, and that may apply; null where none is graded. */
  known: Strength | null
  possible: Strength | null
  /** The claim that the standing rests on. */
  lead: AppliedClaim | null
  /** Claims of no effect or harm that apply, or may. */
  against: AppliedClaim[]
  /** The claim of no effect or harm that limits the standing. */
  decidedAgainst: AppliedClaim | null
  /** A finished UK trial whose result has not been seen, where that keeps it out of `recommended`. */
  unseen: AppliedClaim | null
  /** A rigorous finding of harm that nothing has answered. */
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
 *    Where it is from the UK and only may apply to so large a share, because a fact is unknown, it is
 *    at most `consider`: what is unknown is never taken as met, nor a warning as not meant.
 *    It is answered, and no longer limits, when a later rigorous UK study shows benefit of the same
 *    kind of outcome for at least as large a share.
 *    A finding of no effect on an outcome beside the aim (better school readiness and no difference in
 *    birth weight, say) is shown and limits nothing; one of harm always counts.
 * 4. A finished UK trial whose result has not been seen keeps it at `consider` until it is, or until a
 *    later one shows benefit.
 * 5. Where any claim of no effect or harm applies, other than beside the aim, a fifth is taken off the
 *    value, once.
 *
 * So adding a claim of no effect or harm never raises a position, adding one of benefit never lowers
 * it, and the order of the claims does not matter. (Where nothing else applies, findings of no effect
 * or harm are the position: `not-supported`, the lowest there is.)
 */
export function combineClaims(applied: readonly AppliedClaim[], aim: Aim): Position {
  const relevant = applied.filter(({ shares }) => shares.met + shares.unknown > 0)
  const against = relevant.filter(({ claim }) => isContrary(claim)).sort((a, b) => (precedes(a, b) ? -1 : 1))
  const position = weighBenefit(
    relevant.filter(({ claim }) => !isContrary(claim)),
    aim
  )
  position.against = against
  limitByFindings(position, relevant, aim)
  if (position.tier === 3) {
    position.unseen = relevant.find((one) => isUnseenUkTrial(one) && !isAnswered(one, relevant, aim)) ?? null
    if (position.unseen !== null) position.tier = 2
  }
  return position
}

const isContrary = (claim: Claim) => claim.direction === 'no-effect' || claim.direction === 'harm'

/** Rules 1 and 2: what the claims of benefit, and those of nothing known, come to by themselves. */
function weighBenefit(claims: readonly AppliedClaim[], aim: Aim): Position {
  const position: Position = {
    tier: -1,
    value: 0,
    potential: 0,
    best: null,
    addressed: 0,
    strongest: -1,
    known: null,
    possible: null,
    lead: null,
    against: [],
    decidedAgainst: null,
    unseen: null,
    harm: false,
    disagreement: false
  }
  let leadValue = -1
  for (const one of claims) {
    const { claim, shares } = one
    const weight = claim.direction === 'positive' ? 1 : claim.direction === 'mixed' ? 0.5 : 0
    const sure = weight === 0 ? 0 : certainty(claim, aim) * weight
    const value = sure * shares.met
    const tier = tierOf(one, aim)
    if (tier > position.tier || (tier === position.tier && (value > leadValue || (value === leadValue && precedes(one, position.lead!))))) {
      position.lead = one
      leadValue = value
    }
    if (tier > position.tier) position.tier = tier
    position.addressed = Math.max(position.addressed, shares.met)
    if (weight === 0) continue
    if (position.best === null || value > position.value || (value === position.value && precedes(one, position.best))) position.best = one
    position.value = Math.max(position.value, value)
    position.potential = Math.max(position.potential, sure * (shares.met + shares.unknown))
    position.strongest = Math.max(position.strongest, strengthOrder(claim.strength))
    if (claim.direction === 'positive' && claim.strength !== null) {
      position.possible = stronger(position.possible, claim.strength)
      if (shares.met > 0) position.known = stronger(position.known, claim.strength)
    }
  }
  return position
}

const stronger = (a: Strength | null, b: Strength) => (a !== null && strengthOrder(a) >= strengthOrder(b) ? a : b)

/** Rules 3 and 5: what findings of no effect and harm leave of a position. */
function limitByFindings(position: Position, claims: readonly AppliedClaim[], aim: Aim) {
  const { against } = position
  if (against.length === 0) return
  const benefits = claims.filter(({ claim }) => claim.direction === 'positive')
  const supported = benefits.some(({ claim }) => strengthOrder(claim.strength) >= NOT_GRADED)
  const benefiting = benefits
    .filter(({ claim }) => strengthOrder(claim.strength) >= MODERATE && !claim.besideTheAim && servesGoal(claim, aim))
    .reduce((most, { shares }) => Math.max(most, shares.met), 0)

  for (const one of against) {
    const { claim, shares } = one
    if (strengthOrder(claim.strength) < RIGOROUS || (claim.besideTheAim && claim.direction === 'no-effect') || isAnswered(one, claims, aim)) continue
    const applies = shares.met > 0 && shares.met >= benefiting / 2
    const mayApply = isUk(claim) && shares.met + shares.unknown >= benefiting / 2
    if (!applies && !mayApply) continue
    if (applies && claim.direction === 'harm') position.harm = true
    const limit: Tier = !applies ? 2 : claim.direction === 'harm' ? (isUk(claim) ? 0 : 2) : supported ? (isUk(claim) ? 2 : 3) : 0
    if (limit < position.tier) {
      position.tier = limit
      position.decidedAgainst = one
    }
  }
  const certain = against.filter(({ shares }) => shares.met > 0)
  if (position.lead === null && certain.length > 0) {
    position.tier = 0
    position.lead = certain[0]!
    position.decidedAgainst = certain[0]!
  }
  if (certain.some(({ claim }) => !claim.besideTheAim)) {
    position.value *= 0.8
    position.potential *= 0.8
    position.disagreement = benefits.length > 0
  }
}

/** Whether a later rigorous UK study shows benefit of the same kind of outcome for at least as large a share. */
const isAnswered = ({ claim, shares }: AppliedClaim, applied: readonly AppliedClaim[], aim: Aim) =>
  applied.some(
    (other) =>
      other.claim.direction === 'positive' &&
      other.claim.outcomeFor === claim.outcomeFor &&
      !other.claim.besideTheAim &&
      servesGoal(other.claim, aim) &&
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

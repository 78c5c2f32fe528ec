import type { Intervention } from '../catalogue/schemas.js'
import type { CatalogueView, Link } from '../catalogue/view.js'
import { strengthOrder, type Goal, type Role, type Strength } from '../catalogue/vocabulary.js'
import { claimShares, stageShares, type Cohort } from './applicability.js'
import { combineClaims, type Aim, type AppliedClaim, type Position, type Tier } from './combine.js'
import { CRITERIA, costValue, deliverability, type Criterion } from './criteria.js'
import type { Profile, ProfileNeed } from './profile.js'
import type { ExclusionCode, List } from './vocabulary.js'

export interface NeedPosition {
  need: ProfileNeed
  position: Position
  /** True where the profile knows none of the facts that the claims ask for: then it is the same for every such profile with this goal. */
  settled: boolean
}

export interface Candidate {
  intervention: Intervention
  tier: Tier
  /** 0 to 1, four decimals: the sum of the contributions. */
  score: number
  values: Record<Criterion, number>
  contributions: Record<Criterion, number>
  positions: NeedPosition[]
}

export interface Exclusion {
  intervention: Intervention
  codes: ExclusionCode[]
  positions: NeedPosition[]
}

/** What the catalogue offers one need of the profile, over all of its options and not only those listed. */
export interface NeedCover {
  need: ProfileNeed
  /** The best standing of an option for this need; -1 where none applies. */
  best: Tier
  /** Options: responses for a family's need, supporting measures for a need of the service itself. */
  options: number
  recommended: number
  /** Options at least to be considered that the constraints of the profile leave out. */
  leftOut: number
  assessments: number
  /** The strongest grade of benefit that is known to apply to some of the cohort; null where there is none or it is ungraded. */
  strongest: Strength | null
  /** The same, where it is not known whether it applies. */
  strongestPossible: Strength | null
}

export interface Ranking {
  lists: Record<List, Candidate[]>
  totals: Record<List | 'excluded', number>
  excluded: Exclusion[]
  cover: NeedCover[]
  /** The position of each intervention that the council says it provides, where it speaks to a need. */
  provided: Candidate[]
}

/** Four decimals, so that a score is what it is shown to be and ties are ties. */
export const tidy = (value: number) => Math.round(value * 1e4) / 1e4

/** The most that are listed as excluded; `totals` says how many there were. */
const EXCLUDED_SHOWN = 50

/** Candidates kept in each list even where fewer are shown: what is said of coverage must not depend on `limit`. */
export const KEPT = 20

/** Best standing first, then score, then what open questions could still make of it, then id. */
export function compareCandidates(a: Candidate, b: Candidate): number {
  return (
    b.tier - a.tier ||
    b.score - a.score ||
    promise(b) - promise(a) ||
    (a.intervention.id < b.intervention.id ? -1 : a.intervention.id > b.intervention.id ? 1 : 0)
  )
}

const promise = (candidate: Candidate) => candidate.positions.reduce((most, { position }) => Math.max(most, tidy(position.potential)), 0)

/**
 * Ranks what the catalogue view holds against a profile.
 *
 * Standing comes first and the score orders within it, so that price, reach or convenience never
 * put an unproven approach above a proven one; what stands where is decided in `combineClaims`, need
 * by need. The score of one intervention depends on that intervention and the profile alone, so
 * adding or removing another never reorders the rest.
 */
export function rankInterventions(view: CatalogueView, profile: Profile): Ranking {
  const byIntervention = new Map<Intervention, NeedPosition[]>()
  for (const need of profile.needs) {
    for (const link of view.byNeed.get(need.code) ?? []) {
      const { intervention } = link
      const aim = { goal: need.goal, supporting: intervention.role !== 'response' }
      const settled = !need.cohort.context.has('stage') && link.facts.every((key) => !isKnown(key, need.cohort))
      const position = settled ? settledPosition(link, aim) : positionFor(link, need.cohort, aim)
      const known = byIntervention.get(intervention)
      if (known) known.push({ need, position, settled })
      else byIntervention.set(intervention, [{ need, position, settled }])
    }
  }

  const cover = profile.needs.map(
    (need): NeedCover => ({ need, best: -1, options: 0, recommended: 0, leftOut: 0, assessments: 0, strongest: null, strongestPossible: null })
  )
  const coverOf = new Map(cover.map((row) => [row.need, row]))
  const lists: Record<List, Candidate[]> = { response: [], engagement: [], assessment: [], system: [], workforce: [] }
  const totals = { response: 0, engagement: 0, assessment: 0, system: 0, workforce: 0, excluded: 0 }
  const excluded: Exclusion[] = []
  const provided: Candidate[] = []

  for (const [intervention, positions] of byIntervention) {
    const { role } = intervention
    const isProvided = profile.provision.has(intervention.id)
    const codes = exclusionCodes(intervention, positions, profile)
    const constrained = codes.some((code) => code === 'below-minimum-strength' || code === 'uk-availability-not-shown')
    const most = mostOverall(positions)
    for (const { need, position } of positions) countCover(coverOf.get(need)!, role, position, most, constrained)
    if (isProvided) provided.push(score(intervention, positions, profile))
    if (codes.length === 0) {
      const name = role as List
      const list = lists[name]
      totals[name] += 1
      const room = Math.max(KEPT, name === 'response' ? profile.limit.recommendations : profile.limit.supporting)
      // What stands below all of a full list is not scored.
      if (list.length < room || overallTier(positions) >= list[room - 1]!.tier) keepBest(list, score(intervention, positions, profile), room)
      continue
    }
    totals.excluded += 1
    excluded.push({ intervention, codes, positions })
  }
  excluded.sort((a, b) => (a.intervention.id < b.intervention.id ? -1 : 1))
  excluded.length = Math.min(excluded.length, EXCLUDED_SHOWN)
  provided.sort((a, b) => (a.intervention.id < b.intervention.id ? -1 : 1))
  return { lists, totals, excluded, cover, provided }
}

const isKnown = (key: Link['facts'][number], cohort: Cohort) => (key === 'childAge' ? cohort.ageBands.length > 0 : cohort.context.has(key))

function positionFor({ intervention, claims }: Link, cohort: Cohort, aim: Aim): Position {
  const stage = stageShares(intervention, cohort)
  return combineClaims(claims.map((claim): AppliedClaim => ({ claim, shares: claimShares(claim.conditions, stage, cohort) })), aim)
}

const NOTHING_KNOWN: Cohort = { ageBands: [], context: new Map() }

const settledPositions = new WeakMap<Link, Map<Goal | null, Position>>()

/** Where no fact that matters is known, the position is worked out once. */
function settledPosition(link: Link, aim: Aim): Position {
  let byGoal = settledPositions.get(link)
  if (byGoal === undefined) settledPositions.set(link, (byGoal = new Map<Goal | null, Position>()))
  let position = byGoal.get(aim.goal)
  if (position === undefined) {
    position = positionFor(link, NOTHING_KNOWN, aim)
    byGoal.set(aim.goal, position)
  }
  return position
}

function countCover(row: NeedCover, role: Role, { tier, known, possible, decidedAgainst }: Position, most: Tier, constrained: boolean) {
  if (role === 'assessment') row.assessments += 1
  const isOption = row.need.concerns === 'family' ? role === 'response' : role !== 'comparator' && role !== 'context'
  if (!isOption) return
  row.options += 1
  const standing = Math.min(tier, most) as Tier
  if (constrained) {
    if (standing >= 2) row.leftOut += 1
    return
  }
  if (standing > row.best) row.best = standing
  if (standing === 3) row.recommended += 1
  if (decidedAgainst !== null) return
  row.strongest = strongerOf(row.strongest, known)
  row.strongestPossible = strongerOf(row.strongestPossible, possible)
}

const strongerOf = (a: Strength | null, b: Strength | null) => (a === null || (b !== null && strengthOrder(b) > strengthOrder(a)) ? b : a)

/** A rigorous finding of harm for one need is not outweighed by benefit for another. */
const mostOverall = (positions: readonly NeedPosition[]): Tier => (positions.some(({ position }) => position.harm) ? 2 : 3)

/** The best standing for any of the needs, as far as harm for another lets it. */
function overallTier(positions: readonly NeedPosition[]): Tier {
  let tier: Tier = -1
  for (const { position } of positions) if (position.tier > tier) tier = position.tier
  return Math.min(tier, mostOverall(positions)) as Tier
}

function exclusionCodes(intervention: Intervention, positions: readonly NeedPosition[], profile: Profile): ExclusionCode[] {
  if (intervention.role === 'comparator') return ['comparator-only']
  if (intervention.role === 'context') return ['context-only']
  const codes: ExclusionCode[] = []
  if (positions.every(({ position }) => position.tier === -1)) codes.push('conditions-not-met')
  const { minimumStrength, requireUkAvailability } = profile.constraints
  if (minimumStrength !== null && minimumStrength !== 'none') {
    const wanted = strengthOrder(minimumStrength)
    const reached = positions.some(({ position: { strongest } }) => strongest >= wanted)
    if (!reached) codes.push('below-minimum-strength')
  }
  if (requireUkAvailability && intervention.availability.uk !== 'available' && intervention.availability.uk !== 'pilot') {
    codes.push('uk-availability-not-shown')
  }
  return codes
}

/** The score of one intervention for a profile; see `criteria.ts` for what each criterion measures. */
function score(intervention: Intervention, positions: NeedPosition[], profile: Profile): Candidate {
  let evidence = 0
  let coverage = 0
  for (const { need, position } of positions) {
    evidence = Math.max(evidence, position.value)
    if (position.tier > 0) coverage += need.weight * position.addressed
  }
  const values: Record<Criterion, number> = {
    evidence,
    coverage: Math.min(1, coverage),
    deliverability: deliverability(intervention),
    cost: costValue(intervention),
    addedValue: profile.provision.has(intervention.id) ? 0 : 1
  }
  const contributions = { ...values }
  let total = 0
  for (const criterion of CRITERIA) {
    values[criterion] = tidy(values[criterion])
    contributions[criterion] = tidy(profile.weights[criterion] * values[criterion])
    total += contributions[criterion]
  }
  return { intervention, tier: overallTier(positions), score: tidy(total), values, contributions, positions }
}

/** Puts a candidate into a list of at most `most`, best first. */
function keepBest(list: Candidate[], candidate: Candidate, most: number) {
  if (list.length === most && compareCandidates(candidate, list[most - 1]!) > 0) return
  let at = list.length
  while (at > 0 && compareCandidates(candidate, list[at - 1]!) < 0) at -= 1
  list.splice(at, 0, candidate)
  if (list.length > most) list.pop()
}

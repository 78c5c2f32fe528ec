import { compareCandidates, tidy, type Candidate } from './rank.js'
import type { StatisticsUse } from './schemas.js'

/** Between how many children a need may lie. */
export interface CountRange {
  need: string
  low: number
  high: number
}

/** Between which ranks an entry lies, whatever the counts are within their ranges. */
export interface RankLimits {
  candidate: Candidate
  rank: number
  best: number
  worst: number
}

/**
 * The ranks that open counts allow, proved and not tried out. Pure.
 *
 * Counts change nothing of a candidate but its coverage: the sum over the needs of `aₙ · cₙ / Σc`, with
 * aₙ the share of need n that it addresses. So candidate i scores over candidate j exactly where
 *
 *   `Σ (f + w · (aᵢₙ − aⱼₙ)) · cₙ > 0`
 *
 * with w the weight of coverage and f what the other criteria put i ahead. That is linear in each count:
 * its least value is had with each count at one of its ends, and where that is above zero, i stands
 * above j for all counts between them too. A rank is then at best one more than the candidates that
 * always stand above, and at worst leaves below it those that always stand below. Single sets of counts
 * may not reach these limits; none passes them.
 *
 * Scores are rounded to four decimals in two steps, which can move each by half a step; a lead that is
 * smaller than that is no proof, unless i addresses at least as much of every need and so is rounded
 * at least as high.
 *
 * @param candidates every candidate of the list, in their order for the counts reckoned with
 * @param ranges the count of each need of the profile; none below 1, as a need of no child is none
 * @param coverageWeight 0 to 1
 */
export function rankLimits(candidates: readonly Candidate[], ranges: readonly CountRange[], coverageWeight: number): RankLimits[] {
  const entries = candidates.map((candidate) => ({
    candidate,
    others: tidy(candidate.score - candidate.contributions.coverage),
    addressed: addressedOf(candidate, ranges)
  }))
  const slack = STEP * (1 + coverageWeight)
  const alwaysAbove = (a: (typeof entries)[number], b: (typeof entries)[number]): boolean => {
    if (a.candidate.tier !== b.candidate.tier) return a.candidate.tier > b.candidate.tier
    const lead = tidy(a.others - b.others)
    const more = a.addressed.map((share, n) => share - b.addressed[n]!)
    if (more.every((share) => share >= 0) && lead >= 0) {
      // Ahead or even for any counts; where even, what does not hang on counts decides.
      return lead > 0 || compareCandidates({ ...a.candidate, score: b.candidate.score }, b.candidate) < 0
    }
    return ranges.reduce((least, { low, high }, n) => {
      const each = lead - slack + coverageWeight * more[n]!
      return least + each * (each > 0 ? low : high)
    }, 0) > 0
  }
  return entries.map((entry, i) => {
    const above = entries.filter((other) => other !== entry && alwaysAbove(other, entry)).length
    const below = entries.filter((other) => other !== entry && alwaysAbove(entry, other)).length
    return { candidate: entry.candidate, rank: i + 1, best: above + 1, worst: entries.length - below }
  })
}

/** Of scores, which have four decimals. */
const STEP = 1e-4

/** The share of each need that counts towards the coverage of a candidate; see `score` in rank.ts. */
function addressedOf({ positions }: Candidate, ranges: readonly CountRange[]): number[] {
  const shares = new Map(positions.map(({ need, position }) => [need.code, position.tier > 0 ? position.addressed : 0]))
  return ranges.map(({ need }) => shares.get(need) ?? 0)
}

/**
 * How far the order hangs on open counts, in words.
 *
 * @param limits of every candidate of the list, in their order
 * @param open between how many children each need lies whose count is open
 * @param shown how many of the order are shown
 */
export function describeSensitivity(limits: readonly RankLimits[], open: readonly { low: number; high: number }[], shown: number): StatisticsUse['sensitivity'] {
  const list = open.length === 0 ? [] : limits.slice(0, shown)
  const moved = list.filter(({ best, worst }) => best < worst).map(({ candidate, rank, best, worst }) => ({ intervention: candidate.intervention.id, rank, best, worst }))
  const firstChanges = list[0] !== undefined && list[0].worst > 1
  const none = open.some(({ low }) => low === 0) ? ' A need whose count may be none is taken to have one child at least.' : ''
  return {
    openCounts: open.length,
    orderChanges: moved.length > 0,
    firstChanges,
    statement:
      open.length === 0
        ? 'No number is open: every count that was used is published.'
        : moved.length === 0
          ? 'The order is the same whatever the counts that are withheld or overlap are within their ranges.' + none
          : `The order may change with counts that are withheld or overlap: ${moved.length} of the ${list.length} shown may move${firstChanges ? ', the first among them' : '; the first stays first'}. The rest keep their place whatever those counts are within their ranges.${none}`,
    moved
  }
}

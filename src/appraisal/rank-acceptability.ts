/**
 * Stochastic multicriteria acceptability analysis (SMAA-2): which ranks an option takes when both what
 * it does and what it is valued by are uncertain. Lahdelma and Salminen 2001; Tervonen and Figueira 2008,
 * doi:10.1002/mcda.407. Arrays are of one number for each draw.
 */

/** Measurements of one option: an array for each criterion, more being better. */
export type Measurements = readonly Float64Array[]

/** Weights: for each criterion one number for all draws, or an array of one for each. */
export type Weights = readonly (number | Float64Array)[]

export interface RankAcceptability {
  /** Of each option, the share of draws in which it takes rank 1, 2 and so on; they add up to 1. */
  ranks: number[][]
  /** Of each option, the mean of the weights with which it comes first; null where it never does. */
  centralWeights: (number[] | null)[]
  /** Of each option, the share of draws in which it comes first if those weights are held; null likewise. */
  confidence: (number | null)[]
}

/** Value of an option, draw by draw: the sum of weight x measurement over the criteria. */
export function weighted(measurements: Measurements, weights: Weights, to: Float64Array): Float64Array {
  to.fill(0)
  for (const [c, amount] of measurements.entries()) {
    const weight = weights[c]!
    if (typeof weight === 'number') for (let d = 0; d < to.length; d++) to[d]! += weight * amount[d]!
    else for (let d = 0; d < to.length; d++) to[d]! += weight[d]! * amount[d]!
  }
  return to
}

/** The rank of each option, draw by draw, less 1: how many are worth strictly more. Equals take the same, so that none is put behind another by its place in the list. */
function ranksOf(values: readonly Float64Array[]): Uint8Array[] {
  const draws = values[0]!.length
  const ranks = values.map(() => new Uint8Array(draws))
  for (let i = 0; i < values.length; i++) {
    for (let k = 0; k < i; k++) {
      const [a, b, ofA, ofB] = [values[i]!, values[k]!, ranks[i]!, ranks[k]!]
      // Without branches: which of two is worth more cannot be foreseen.
      for (let d = 0; d < draws; d++) {
        const apart = a[d]! - b[d]!
        ofA[d]! += Number(apart < 0)
        ofB[d]! += Number(apart > 0)
      }
    }
  }
  return ranks
}

/** In how many draws no option is worth strictly more than one of them. */
function countFirst(values: readonly Float64Array[], i: number): number {
  const own = values[i]!
  const beaten = new Uint8Array(own.length)
  for (const other of values) if (other !== own) for (let d = 0; d < own.length; d++) beaten[d]! |= Number(other[d]! > own[d]!)
  let count = 0
  for (let d = 0; d < own.length; d++) count += 1 - beaten[d]!
  return count
}

/** Mean of one weight over the draws in which an option comes first. */
function heldWhenFirst(weight: number | Float64Array, ranks: Uint8Array, firsts: number): number {
  if (typeof weight === 'number') return weight
  let sum = 0
  for (let d = 0; d < ranks.length; d++) if (ranks[d] === 0) sum += weight[d]!
  return sum / firsts
}

/** @param options 1 to 255, each with as many criteria as there are weights */
export function rankAcceptability(options: readonly Measurements[], weights: Weights): RankAcceptability {
  const draws = options[0]![0]!.length
  const values = options.map(() => new Float64Array(draws))
  const valued = (held: Weights) => options.map((measurements, i) => weighted(measurements, held, values[i]!))
  const ranks = ranksOf(valued(weights))
  const counts = ranks.map((own) => {
    const count = new Array<number>(options.length).fill(0)
    for (let d = 0; d < draws; d++) count[own[d]!]!++
    return count
  })
  const centralWeights = counts.map(([firsts], i) => (firsts === 0 ? null : weights.map((weight) => heldWhenFirst(weight, ranks[i]!, firsts!))))
  return {
    ranks: counts.map((count) => count.map((n) => n / draws)),
    centralWeights,
    confidence: centralWeights.map((held, i) => {
      if (held === null) return null
      return countFirst(valued(held), i) / draws
    })
  }
}

/**
 * Three weights that favour nothing: spread evenly over all that are 0 or above and add up to 1, as the
 * parts of a stick are that is broken in two places.
 * @param a where it is broken, even numbers between 0 and 1
 * @param b the same, independent of the first
 */
export function evenWeights(a: Float64Array, b: Float64Array): [Float64Array, Float64Array, Float64Array] {
  const parts = [new Float64Array(a.length), new Float64Array(a.length), new Float64Array(a.length)] as [Float64Array, Float64Array, Float64Array]
  for (let d = 0; d < a.length; d++) {
    const first = Math.min(a[d]!, b[d]!)
    const second = Math.max(a[d]!, b[d]!)
    parts[0][d] = first
    parts[1][d] = second - first
    parts[2][d] = 1 - second
  }
  return parts
}

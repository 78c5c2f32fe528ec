/** Sums over draws. Arrays are of one number for each draw. */

export function mean(values: Float64Array): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return sum / values.length
}

export function shareAbove0(values: Float64Array): number {
  let above = 0
  for (let i = 0; i < values.length; i++) above += Number(values[i]! > 0)
  return above / values.length
}

const WANTED = [0.1, 0.5, 0.9] as const
const BINS = 2048
const counts = new Int32Array(BINS)
/** The bin of each value. */
let places = new Int16Array(0)

/**
 * P10, P50 and P90: the value at (n - 1) x p of the values in order, on the straight line between two
 * neighbours (type 7 of Hyndman and Fan, 1996). Exact, without putting all values in order: they are
 * counted into bins of equal width, and only the bins that hold a wanted place are sorted.
 */
export function percentiles(values: Float64Array): [number, number, number] {
  const n = values.length
  const [low, high] = extremes(values)
  const scale = (BINS - 1) / (high - low)
  // All the same, or so near that a bin would have no width.
  if (!Number.isFinite(scale)) {
    const sorted = values.slice().sort()
    return three((p) => between(p, n, (place) => sorted[place]!))
  }
  countIntoBins(values, low, scale)

  /** Of each wanted place, less the values of bins that are not wanted. */
  const within = new Map<number, number>()
  const bins: number[] = []
  const starts: number[] = []
  let before = 0
  let bin = 0
  let held = 0
  for (const place of WANTED.flatMap((p) => [Math.floor((n - 1) * p), Math.min(Math.floor((n - 1) * p) + 1, n - 1)])) {
    while (before + counts[bin]! <= place) before += counts[bin++]!
    if (bins.at(-1) !== bin) {
      bins.push(bin)
      starts.push(held)
      held += counts[bin]!
    }
    within.set(place, starts.at(-1)! + place - before)
  }
  // Bins stand in order, so to sort all that they hold leaves each in its place.
  const kept = gather(values, bins, Int32Array.from(starts), new Float64Array(held)).sort()
  return three((p) => between(p, n, (place) => kept[within.get(place)!]!))
}

// Each pass is a function of its own: as parts of one they took half as long again.

/** The least and the greatest; two at a time, so that one comparison need not wait for the other. */
function extremes(values: Float64Array): [number, number] {
  const last = values.length - 1
  let low = values[last]!
  let high = low
  let low2 = low
  let high2 = low
  for (let i = 0; i < last; i += 2) {
    const a = values[i]!
    const b = values[i + 1]!
    if (a < low) low = a
    if (a > high) high = a
    if (b < low2) low2 = b
    if (b > high2) high2 = b
  }
  return [Math.min(low, low2), Math.max(high, high2)]
}

function countIntoBins(values: Float64Array, low: number, scale: number) {
  counts.fill(0)
  if (places.length < values.length) places = new Int16Array(values.length)
  for (let i = 0; i < values.length; i++) {
    // The mask changes nothing, and saves looking whether there is such a bin.
    const at = ((values[i]! - low) * scale) & (BINS - 1)
    places[i] = at
    counts[at]!++
  }
}

/** The values of some bins, bin by bin from where each starts. */
function gather(values: Float64Array, bins: readonly number[], next: Int32Array, to: Float64Array): Float64Array {
  // From here on a count says which of the wanted bins it is.
  counts.fill(-1)
  bins.forEach((bin, k) => (counts[bin] = k))
  for (let i = 0; i < values.length; i++) {
    const k = counts[places[i]! & (BINS - 1)]!
    if (k >= 0) to[next[k]!++] = values[i]!
  }
  return to
}

const three = (at: (p: number) => number): [number, number, number] => [at(WANTED[0]), at(WANTED[1]), at(WANTED[2])]

function between(p: number, n: number, valueAt: (place: number) => number): number {
  const place = (n - 1) * p
  const below = Math.floor(place)
  const value = valueAt(below)
  return place === below ? value : value + (place - below) * (valueAt(Math.min(below + 1, n - 1)) - value)
}

/**
 * Expected value of perfect information: mean over draws of the best option less the best of the
 * means, in the unit of the net benefits. Never below 0. Claxton 1999; as in the package BCEA.
 * @param netBenefits of each option, draw by draw
 */
export function expectedValueOfPerfectInformation(netBenefits: readonly Float64Array[]): number {
  const draws = netBenefits[0]!.length
  let best = 0
  for (let i = 0; i < draws; i++) {
    let most = netBenefits[0]![i]!
    for (let k = 1; k < netBenefits.length; k++) if (netBenefits[k]![i]! > most) most = netBenefits[k]![i]!
    best += most
  }
  return Math.max(0, best / draws - Math.max(...netBenefits.map(mean)))
}

let most = new Float64Array(0)

/** Share of draws in which each option has the highest net benefit; a draw with equals is shared among them. */
export function sharesBest(netBenefits: readonly Float64Array[]): number[] {
  const draws = netBenefits[0]!.length
  // Option by option and without branches: which of them is worth most cannot be foreseen.
  if (most.length !== draws) most = new Float64Array(draws)
  most.set(netBenefits[0]!)
  for (const values of netBenefits.slice(1)) for (let i = 0; i < draws; i++) if (values[i]! > most[i]!) most[i] = values[i]!
  const firsts = netBenefits.map((values) => {
    let count = 0
    for (let i = 0; i < draws; i++) count += Number(values[i] === most[i])
    return count
  })
  if (firsts.reduce((sum, count) => sum + count, 0) === draws) return firsts.map((count) => count / draws)
  const equals = new Uint8Array(draws)
  for (const values of netBenefits) for (let i = 0; i < draws; i++) equals[i]! += Number(values[i] === most[i])
  return netBenefits.map((values) => {
    let share = 0
    for (let i = 0; i < draws; i++) if (values[i] === most[i]) share += 1 / equals[i]!
    return share / draws
  })
}

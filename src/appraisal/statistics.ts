/** Sums over draws. Arrays are of one number for each draw. */

export function mean(values: Float64Array): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return sum / values.length
}

export function shareAbove0(values: Float64Array): number {
  let above = 0
  for (let i = 0; i < values.length; i++) if (values[i]! > 0) above++
  return above / values.length
}

const BINS = 2048
const counts = new Int32Array(BINS)
let places = new Int16Array(0)

/**
 * P10, P50 and P90: the value at (n - 1) x p of the values in order, on the straight line between two
 * neighbours (type 7 of Hyndman and Fan, 1996). Exact, without putting all values in order: they are
 * counted into bins of equal width, and only the bins that hold a wanted place are sorted.
 */
export function percentiles(values: Float64Array): [number, number, number] {
  const n = values.length
  let low = values[0]!
  let high = low
  for (let i = 1; i < n; i++) {
    const value = values[i]!
    if (value < low) low = value
    else if (value > high) high = value
  }
  const scale = (BINS - 1) / (high - low)
  // All the same, or so near that a bin would have no width.
  if (!Number.isFinite(scale)) {
    const sorted = Float64Array.from(values).sort()
    return [0.1, 0.5, 0.9].map((p) => between(p, n, (place) => sorted[place]!)) as [number, number, number]
  }
  counts.fill(0)
  if (places.length < n) places = new Int16Array(n)
  for (let i = 0; i < n; i++) {
    const at = ((values[i]! - low) * scale) | 0
    places[i] = at
    counts[at]!++
  }

  const wanted = [0.1, 0.5, 0.9].flatMap((p) => [Math.floor((n - 1) * p), Math.min(Math.floor((n - 1) * p) + 1, n - 1)]).sort((a, b) => a - b)
  /** Of each wanted bin, how many values stand before it, and its own. */
  const bins = new Map<number, { before: number; values: Float64Array; held: number }>()
  const binOf = new Map<number, number>()
  let before = 0
  let bin = 0
  for (const place of wanted) {
    while (before + counts[bin]! <= place) before += counts[bin++]!
    binOf.set(place, bin)
    if (!bins.has(bin)) bins.set(bin, { before, values: new Float64Array(counts[bin]!), held: 0 })
  }
  // From here on a count says whether the bin is wanted.
  counts.fill(0)
  for (const wantedBin of bins.keys()) counts[wantedBin] = 1
  for (let i = 0; i < n; i++) {
    const at = places[i]!
    if (counts[at] === 0) continue
    const found = bins.get(at)!
    found.values[found.held++] = values[i]!
  }
  for (const found of bins.values()) found.values.sort()
  const valueAt = (place: number) => {
    const found = bins.get(binOf.get(place)!)!
    return found.values[place - found.before]!
  }
  return [0.1, 0.5, 0.9].map((p) => between(p, n, valueAt)) as [number, number, number]
}

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

/** Share of draws in which each option has the highest net benefit; a draw with equals is shared among them. */
export function sharesBest(netBenefits: readonly Float64Array[]): number[] {
  const draws = netBenefits[0]!.length
  const shares = new Float64Array(netBenefits.length)
  for (let i = 0; i < draws; i++) {
    let most = netBenefits[0]![i]!
    let best = 0
    let equals = 1
    for (let k = 1; k < netBenefits.length; k++) {
      const value = netBenefits[k]![i]!
      if (value > most) {
        most = value
        best = k
        equals = 1
      } else if (value === most) equals++
    }
    if (equals === 1) shares[best]!++
    else for (let k = 0; k < netBenefits.length; k++) if (netBenefits[k]![i] === most) shares[k]! += 1 / equals
  }
  return Array.from(shares, (share) => share / draws)
}

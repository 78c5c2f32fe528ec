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

/**
 * P10, P50 and P90: the value at (n - 1) x p of the values in order, on the straight line between two
 * neighbours (type 7 of Hyndman and Fan, 1996). The array is put into another order.
 */
export function percentiles(values: Float64Array): [number, number, number] {
  const last = values.length - 1
  const found: number[] = []
  let from = 0
  for (const p of [0.1, 0.5, 0.9]) {
    const place = last * p
    const below = Math.floor(place)
    select(values, below, from, last)
    let value = values[below]!
    if (place > below) {
      let next = values[below + 1]!
      for (let i = below + 2; i <= last; i++) if (values[i]! < next) next = values[i]!
      value += (place - below) * (next - value)
    }
    found.push(value)
    from = below
  }
  return found as [number, number, number]
}

/** Puts into place k the value that belongs there in order, smaller ones before it. Floyd and Rivest, Algorithm 489 (1975). */
function select(values: Float64Array, k: number, left: number, right: number): void {
  while (right > left) {
    if (right - left > 600) {
      const n = right - left + 1
      const i = k - left + 1
      const z = Math.log(n)
      const s = 0.5 * Math.exp((2 * z) / 3)
      const sd = 0.5 * Math.sqrt((z * s * (n - s)) / n) * (i < n / 2 ? -1 : 1)
      select(values, k, Math.max(left, Math.floor(k - (i * s) / n + sd)), Math.min(right, Math.floor(k + ((n - i) * s) / n + sd)))
    }
    const pivot = values[k]!
    let i = left
    let j = right
    swap(values, left, k)
    if (values[right]! > pivot) swap(values, right, left)
    while (i < j) {
      swap(values, i, j)
      i++
      j--
      while (values[i]! < pivot) i++
      while (values[j]! > pivot) j--
    }
    if (values[left] === pivot) swap(values, left, j)
    else {
      j++
      swap(values, j, right)
    }
    if (j <= k) left = j + 1
    if (k <= j) right = j - 1
  }
}

function swap(values: Float64Array, i: number, j: number) {
  const held = values[i]!
  values[i] = values[j]!
  values[j] = held
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
  const shares = netBenefits.map(() => 0)
  for (let i = 0; i < draws; i++) {
    let most = netBenefits[0]![i]!
    let equals = 1
    for (let k = 1; k < netBenefits.length; k++) {
      const value = netBenefits[k]![i]!
      if (value > most) {
        most = value
        equals = 1
      } else if (value === most) equals++
    }
    for (let k = 0; k < netBenefits.length; k++) if (netBenefits[k]![i] === most) shares[k]! += 1 / equals
  }
  return shares.map((share) => share / draws)
}

/** Share of draws in which benefits - threshold x costs > 0: a point of the acceptability curve. */
export function acceptability(benefits: Float64Array, costs: Float64Array, threshold: number): number {
  let above = 0
  for (let i = 0; i < benefits.length; i++) if (benefits[i]! - threshold * costs[i]! > 0) above++
  return above / benefits.length
}

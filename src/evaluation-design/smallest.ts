/**
 * The smallest whole number from `from` to `most` for which something holds, where it goes on holding
 * from there; null where it holds for none.
 */
export function smallestWhere(holds: (count: number) => boolean, from: number, most: number): number | null {
  let low = from - 1
  let high = from
  while (!holds(high)) {
    if (high >= most) return null
    low = high
    high = Math.min(most, high * 2)
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (holds(middle)) high = middle
    else low = middle
  }
  return high
}

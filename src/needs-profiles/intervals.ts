import type { Figure } from '../indicators/figures.js'

/** Between how many children a count may lie; `working` is the number that is reckoned with. */
export interface Interval {
  low: number
  high: number
  working: number
}

/**
 * Counts of 1 to 5 are withheld. DfE, children in need census: guidance on suppression (2020).
 */
export const MOST_SUPPRESSED = 5

/**
 * What a published count leaves open. Null where it says nothing.
 *
 * A suppressed count is 1 to 5. In a table whose cells add up to a total, a second cell is withheld so
 * that the first cannot be worked out; it may be any of those that are withheld, and is the next
 * smallest of its row. So where more than one is withheld, each may be as large as the smallest that
 * is shown. What is withheld is never worked out from a total.
 *
 * @param figure the count
 * @param beside the other counts of the same row, where the table's cells add up; none otherwise
 */
export function intervalOf(figure: Figure, beside: readonly Figure[] = []): Interval | null {
  switch (figure.status) {
    case 'ok':
      return { low: figure.value!, high: figure.value!, working: figure.value! }
    case 'suppressed': {
      const shown = beside.filter(({ value }) => value !== null && value > 0).map(({ value }) => value!)
      const secondary = beside.some(({ status }) => status === 'suppressed')
      const high = secondary && shown.length > 0 ? Math.max(MOST_SUPPRESSED, Math.min(...shown)) : MOST_SUPPRESSED
      // The middle of 1 to 5 whatever the upper end: a second cell is withheld for the first one's sake, and most are small.
      return { low: 1, high, working: 3 }
    }
    case 'rounds-to-zero':
      return { low: 0, high: MOST_SUPPRESSED, working: 1 }
    case 'not-applicable':
      return { low: 0, high: 0, working: 0 }
    default:
      return null
  }
}

/**
 * Counts that may share children: together at least the largest of them, and at most their sum. The
 * largest is reckoned with. Null where none says anything.
 */
export function togetherAtLeast(intervals: readonly (Interval | null)[]): Interval | null {
  const known = intervals.filter((one) => one !== null)
  if (known.length === 0) return null
  return {
    low: Math.max(...known.map(({ low }) => low)),
    high: known.reduce((sum, { high }) => sum + high, 0),
    working: Math.max(...known.map(({ working }) => working))
  }
}

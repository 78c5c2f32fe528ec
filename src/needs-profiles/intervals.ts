import type { Figure } from '../indicators/figures.js'

/** Between how many children a count may lie; `working` is the number that is reckoned with. */
export interface Interval {
  low: number
  high: number
  working: number
}

/** Counts of 1 to 5 are withheld. DfE, children in need census: guidance on suppression (2020). */
export const MOST_SUPPRESSED = 5

/**
 * Since this year a factor that is withheld is withheld for being small. In 2018 others were withheld
 * with it: what councils leave of the published totals of their regions is up to 92 for a single one.
 */
export const FACTORS_SMALL_SINCE = 2019

/** The cells of a table that add up, and their sum, all out of one release. */
export interface Row {
  others: readonly Figure[]
  total: Figure
}

/**
 * What a published count leaves open. Null where it says nothing.
 *
 * A count alone that is suppressed is 1 to 5. In a row whose cells add up to a total that is published,
 * more cells are withheld so that the first cannot be worked out, in its own row or in that of another
 * council; the publisher does not say which, nor that it takes the next smallest. (Published rows show
 * that it does not: Leicestershire 2021 leaves 84 between two, and shows a 50.) So such a cell may be as
 * large as what the cells shown leave of the total. That end is rounded up to the next ten, so that it
 * is a bound and never the count itself; and it is never below 5. It may also be none at all: up to
 * 2018, rows leave 1 to two that are withheld. Without a total there is no bound, and nothing is said.
 *
 * @param figure the count
 * @param row the rest of its row, where the cells of the table add up; null where they do not
 */
export function intervalOf(figure: Figure, row: Row | null = null): Interval | null {
  switch (figure.status) {
    case 'ok':
      return { low: figure.value!, high: figure.value!, working: figure.value! }
    case 'suppressed': {
      // The middle of 1 to 5 whatever the upper end: half of what a row leaves would be worked out from its total.
      if (row === null) return { low: 1, high: MOST_SUPPRESSED, working: 3 }
      if (row.total.value === null) return null
      const left = row.others.reduce((rest, { value }) => rest - (value ?? 0), row.total.value)
      // Alone in its row it is what the row leaves; beside others that are not shown it may be none.
      const alone = row.others.every(({ status }) => status === 'ok' || status === 'not-applicable')
      return { low: alone ? 1 : 0, high: left <= MOST_SUPPRESSED ? MOST_SUPPRESSED : Math.ceil(left / 10) * 10, working: 3 }
    }
    case 'rounds-to-zero':
      // Above zero, the publisher says.
      return { low: 1, high: MOST_SUPPRESSED, working: 1 }
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

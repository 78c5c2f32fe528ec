import type { DeflatorSeries } from './data-files.js'
import { CALENDAR_YEAR, financialYear, startOf, yearAfter } from './years.js'

/** Share of a financial year that falls into the calendar year it starts in: April to December. */
const FIRST_PART = 0.75

/** Index of prices by year, financial and calendar alike; no unit. */
export type PriceIndex = ReadonlyMap<string, number>

export interface Extension {
  priceYear: string
  changePercent: number
}

/**
 * The index of a series for every year that it covers, of both kinds. The years of the other kind
 * are taken from its own: a financial year is 0.75 of the calendar year it starts in and 0.25 of the
 * next (nine months and three); a calendar year is 0.25 of the financial year that ends in it and
 * 0.75 of the one that starts in it.
 *
 * An extension goes on from the last year of its own kind: index(y) = index(y - 1) x (1 + change / 100).
 * @throws ExtensionError for one that does not follow on
 */
export function priceIndex(series: DeflatorSeries, extension: readonly Extension[] = []): PriceIndex {
  const index = new Map(series.points.map(({ year, index }) => [year, index]))
  fillOtherKind(index)
  const kindOf = (year: string) => (CALENDAR_YEAR.test(year) ? 'calendar' : 'financial')
  extension.forEach(({ priceYear, changePercent }, i) => {
    if (kindOf(priceYear) !== kindOf(extension[0]!.priceYear)) throw new ExtensionError(i, 'extension-mixed', 'The years of an extension are all calendar or all financial.')
    const last = lastYear(index, kindOf(priceYear))
    if (priceYear !== yearAfter(last)) throw new ExtensionError(i, 'extension-gap', `It must go on with ${yearAfter(last)}, the year after the last that is known, not with ${priceYear}.`)
    index.set(priceYear, index.get(last)! * (1 + changePercent / 100))
  })
  fillOtherKind(index)
  return index
}

export class ExtensionError extends Error {
  constructor(readonly at: number, readonly code: string, message: string) {
    super(message)
  }
}

function fillOtherKind(index: Map<string, number>) {
  const derived: [string, number][] = []
  for (const year of index.keys()) {
    if (CALENDAR_YEAR.test(year)) {
      const next = index.get(String(Number(year) + 1))
      if (next !== undefined) derived.push([financialYear(Number(year)), FIRST_PART * index.get(year)! + (1 - FIRST_PART) * next])
    } else {
      const start = startOf(year)!
      const before = index.get(financialYear(start - 1))
      if (before !== undefined) derived.push([String(start), (1 - FIRST_PART) * before + FIRST_PART * index.get(year)!])
    }
  }
  for (const [year, value] of derived) if (!index.has(year)) index.set(year, value)
}

/** The first or last year of a kind that an index covers. */
export const lastYear = (index: PriceIndex, kind: 'calendar' | 'financial') => ofKind(index, kind).at(-1)!
export const firstYear = (index: PriceIndex, kind: 'calendar' | 'financial') => ofKind(index, kind)[0]!
const ofKind = (index: PriceIndex, kind: 'calendar' | 'financial') => [...index.keys()].filter((year) => CALENDAR_YEAR.test(year) === (kind === 'calendar')).sort()

/**
 * What an amount in the prices of one year is multiplied by to be in those of another:
 * index(to) / index(from). 1 for the same year, whatever the series covers.
 * @returns null where the series covers one of them not
 */
export function upratingFactor(index: PriceIndex, from: string, to: string): number | null {
  if (from === to) return 1
  const [start, end] = [index.get(from), index.get(to)]
  return start === undefined || end === undefined ? null : end / start
}

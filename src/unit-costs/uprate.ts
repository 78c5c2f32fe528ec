import type { DeflatorSeries } from '../appraisal/data-files.js'
import { firstYear, lastYear, priceIndex, upratingFactor, type PriceIndex } from '../appraisal/deflate.js'
import type { Uprate } from './describe.js'

const indices = new WeakMap<DeflatorSeries, PriceIndex>()

function indexOf(series: DeflatorSeries): PriceIndex {
  let index = indices.get(series)
  if (index === undefined) indices.set(series, (index = priceIndex(series)))
  return index
}

/** The first and the last financial year that a series reaches. */
export const reachOf = (series: DeflatorSeries) => ({ from: firstYear(indexOf(series), 'financial'), to: lastYear(indexOf(series), 'financial') })

/**
 * What puts pounds of a financial year into those of another: value x index(to) / index(from), rounded
 * to pence. The original is never changed.
 * @param series an index of prices; `forecastFrom` marks the first year that was a forecast
 * @param to the financial year asked for
 * @returns undefined where the series does not reach that year
 */
export function uprateBy(series: DeflatorSeries, to: string): Uprate | undefined {
  const index = indexOf(series)
  if (!index.has(to)) return undefined
  return (value, from) => {
    const factor = upratingFactor(index, from, to)
    return {
      value: factor === null ? null : Math.round(Number(value) * factor * 100) / 100,
      status: factor === null ? 'unavailable' : 'ok',
      priceYear: to,
      factor,
      // Financial years sort as text; so do a calendar year and a financial one that starts in it.
      forecast: from !== to && series.forecastFrom !== null && (from >= series.forecastFrom || to >= series.forecastFrom),
      sources: [series.source]
    }
  }
}

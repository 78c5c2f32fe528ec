import type { DiscountSchedule } from './data-files.js'

type Steps = DiscountSchedule['steps']

/**
 * The real discount rate of a year.
 * @param year of the appraisal, 0 the first
 * @throws RangeError for a year that no step covers
 */
export function rateIn(steps: Steps, year: number): number {
  const step = steps.find(({ fromYear, toYear }) => year >= fromYear && year <= toYear)
  if (step === undefined) throw new RangeError(`No discount rate is held for year ${year}`)
  return step.rate
}

/**
 * Discount factors of years 0 to years - 1. DF(0) = 1; DF(t) = DF(t - 1) / (1 + rate(t)), so that a
 * factor compounds through the steps: DF(31) = DF(30) / 1.03. HM Treasury, The Green Book, annex A6.
 */
export function discountFactors(steps: Steps, years: number): Float64Array {
  const factors = new Float64Array(years)
  for (let year = 0; year < years; year++) factors[year] = year === 0 ? 1 : factors[year - 1]! / (1 + rateIn(steps, year))
  return factors
}

/** Present value in year 0 of a flow by year: the sum of flow(t) x DF(t). In the unit of the flow. */
export function presentValue(flow: ArrayLike<number>, factors: ArrayLike<number>): number {
  let sum = 0
  for (let year = 0; year < flow.length; year++) sum += flow[year]! * factors[year]!
  return sum
}

/**
 * The first year from which on the cumulative sum of a flow stays at or above 0.
 * @returns `no-outlay` where the sum is never below 0, `not-within-horizon` where it ends below
 */
export function paybackYear(flow: ArrayLike<number>): { year: number | null; status: 'ok' | 'no-outlay' | 'not-within-horizon' } {
  let sum = 0
  let last = -1
  for (let year = 0; year < flow.length; year++) {
    sum += flow[year]!
    // What is below 0 by less than a hundredth of a penny is there by rounding alone.
    if (sum < -1e-4) last = year
  }
  if (last === -1) return { year: null, status: 'no-outlay' }
  return last === flow.length - 1 ? { year: null, status: 'not-within-horizon' } : { year: last + 1, status: 'ok' }
}

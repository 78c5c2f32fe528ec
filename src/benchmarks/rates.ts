import type { Figure } from '../indicators/figures.js'
import type { FigureStatus } from '../indicators/vocabulary.js'

/** Children aged 0 to 17 that published rates are stated for. */
const PER = 10_000

/** Published rates have one decimal place. */
const oneDecimal = (value: number) => Math.round(value * 10) / 10

/**
 * Count per 10,000 children aged 0 to 17. The population of a reporting year, which ends on 31 March,
 * is the mid-year estimate of the year before. DfE, children in need: methodology.
 *
 * A count or a population that is not published leaves the rate unpublished, for the same reason.
 */
export function ratePer10000(count: Figure, population: Figure): Figure {
  if (count.value === null) return { value: null, status: count.status }
  if (population.value === null || population.value <= 0) return { value: null, status: population.status === 'ok' ? 'not-applicable' : population.status }
  return { value: oneDecimal((count.value / population.value) * PER), status: 'ok' }
}

/** The year whose mid-year estimate a reporting year's rates are worked out on. */
export const populationYear = (reportingYear: number) => reportingYear - 1

/**
 * Where a value stands among others, 0 to 100: the share of the others that is lower, those that are
 * equal counting half. Null among none.
 */
export function percentileAmong(value: number, others: readonly number[]): number | null {
  if (others.length === 0) return null
  const lower = others.filter((other) => other < value).length
  const equal = others.filter((other) => other === value).length
  return Math.round(((lower + equal / 2) / others.length) * 100)
}

/**
 * The highest place that a value can have among others of which some are withheld: counts of 1 to 5
 * are, so those are taken as lower, save than none. Null among none.
 */
export const percentileAtMost = (value: number, others: readonly number[], withheld: number): number | null =>
  percentileAmong(value, [...others, ...Array.from({ length: withheld }, () => (value > 0 ? -Infinity : Infinity))])

/** The middle value; of an even number, halfway between the two in the middle. Null of none. `decimals` are those that the values have. */
export function median(values: readonly number[], decimals = 1): number | null {
  if (values.length === 0) return null
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  if (sorted.length % 2 === 1) return sorted[middle]!
  // In whole units of the last decimal: halves of binary fractions would round by chance.
  const whole = (value: number) => Math.round(value * 10 ** decimals)
  return Math.round((whole(sorted[middle - 1]!) + whole(sorted[middle]!)) / 2) / 10 ** decimals
}

/**
 * Change a year, by the straight line of least squares through the years that have a value. Null with
 * fewer than three of them, as two points are only a difference.
 */
export function slopePerYear(points: readonly { year: number; value: number | null }[]): number | null {
  const known = points.filter((point): point is { year: number; value: number } => point.value !== null)
  if (known.length < 3) return null
  const meanYear = known.reduce((sum, { year }) => sum + year, 0) / known.length
  const meanValue = known.reduce((sum, { value }) => sum + value, 0) / known.length
  const spread = known.reduce((sum, { year }) => sum + (year - meanYear) ** 2, 0)
  return oneDecimal(known.reduce((sum, { year, value }) => sum + (year - meanYear) * (value - meanValue), 0) / spread)
}

/** The difference to the year before, in the unit of the values and in percent. Null where either is not published. */
export function changeBetween(before: number | null, after: number | null): { difference: number; percent: number | null } | null {
  if (before === null || after === null) return null
  return { difference: oneDecimal(after - before), percent: before === 0 ? null : oneDecimal(((after - before) / before) * 100) }
}

export const STANDINGS = ['high-here-and-common', 'high-here', 'common-everywhere', 'typical', 'low-here', 'unknown'] as const
export type Standing = (typeof STANDINGS)[number]

/** The top and the bottom fifth of councils. */
const HIGH = 80
const LOW = 20

/**
 * Tells what is high here apart from what is common everywhere: the largest needs of most councils are
 * the largest needs of the country.
 *
 * @param percentile among all councils; null where it is not known
 * @param atMost the highest that the percentile can be; low is only what is low even then
 * @param common whether it is among the most frequent of its kind nationally
 */
export function standingOf(percentile: number | null, atMost: number | null, common: boolean): Standing {
  if (percentile === null) return 'unknown'
  if (percentile >= HIGH) return common ? 'high-here-and-common' : 'high-here'
  if ((atMost ?? percentile) <= LOW) return common ? 'common-everywhere' : 'low-here'
  return common ? 'common-everywhere' : 'typical'
}

/** Those whose value is in the top quarter of their kind. */
export function commonest<T extends { value: number | null }>(list: readonly T[]): Set<T> {
  const known = list.filter(({ value }) => value !== null).sort((a, b) => b.value! - a.value!)
  return new Set(known.slice(0, Math.ceil(known.length / 4)))
}

/** How many are published, and how many are not and why. */
export function countStatuses(figures: readonly Figure[]): { published: number; notPublished: { status: FigureStatus; count: number }[] } {
  const counts = new Map<FigureStatus, number>()
  for (const { status } of figures) if (status !== 'ok') counts.set(status, (counts.get(status) ?? 0) + 1)
  return { published: figures.filter(({ status }) => status === 'ok').length, notPublished: [...counts].map(([status, count]) => ({ status, count })) }
}

import { noncentralCumulative, quantile } from './distributions.js'
import type { Precision } from './precision.js'

export interface Test {
  /** Probability of a false alarm. */
  alpha: number
  /** Probability of seeing an effect that is there. */
  power: number
  tails: 1 | 2
}

/**
 * Minimum detectable effect for a mean: (t[1 - alpha/tails] + t[power]) times the standard error.
 *
 * @returns the effect in standard deviations of the outcome
 * @source Dong and Maynard (2013), PowerUp!
 */
export function detectableDifference({ variance, df }: Precision, { alpha, power, tails }: Test): number {
  return (quantile(1 - alpha / tails, df) + quantile(power, df)) * Math.sqrt(variance)
}

/**
 * Probability that the test of a mean sees an effect of this size: exact, by the noncentral t. With two
 * tails a significant result in the wrong direction counts too, as in the published tables.
 *
 * @param effect in standard deviations of the outcome, 0 or more
 */
export function powerForDifference(effect: number, { variance, df }: Precision, { alpha, tails }: Pick<Test, 'alpha' | 'tails'>): number {
  const critical = quantile(1 - alpha / tails, df)
  const shift = effect / Math.sqrt(variance)
  const wrongWay = tails === 2 ? noncentralCumulative(-critical, df, shift) : 0
  return Math.min(1, 1 - noncentralCumulative(critical, df, shift) + wrongWay)
}

/**
 * People in each of two equal groups by the normal formula of textbooks, 2 (z[1 - alpha/tails] + z[power])^2 / d^2,
 * rounded up. It is a little too low for small groups; here it is only shown beside the answer.
 */
export function normalFormulaPerGroup(effect: number, { alpha, power, tails }: Test): number {
  return Math.ceil((2 * (quantile(1 - alpha / tails, Infinity) + quantile(power, Infinity)) ** 2) / effect ** 2)
}

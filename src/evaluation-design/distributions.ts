import normalCdf from '@stdlib/stats-base-dists-normal-cdf'
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile'
import studentCdf from '@stdlib/stats-base-dists-t-cdf'
import studentQuantile from '@stdlib/stats-base-dists-t-quantile'

/**
 * The distribution that a test statistic is held against: Student's t with its degrees of freedom, or
 * the standard normal where they are infinite.
 */
export const quantile = (probability: number, df: number) => (df === Infinity ? normalQuantile(probability, 0, 1) : studentQuantile(probability, df))
export const cumulative = (value: number, df: number) => (df === Infinity ? normalCdf(value, 0, 1) : studentCdf(value, df))

/** Even. Enough for nine correct digits from one degree of freedom to a million. */
const INTERVALS = 1000
/** How far to integrate to either side of the mode, in standard deviations. */
const REACH = 12

/**
 * Probability that a noncentral t variable lies below `value`.
 *
 * T = (Z + shift) / S, where S is the square root of a chi-squared variable over its degrees of
 * freedom, so P(T < value) is the mean of normalCdf(value * s - shift) over S. The density of S is
 * proportional to s^(df-1) exp(-df s^2 / 2). Both integrals by Simpson's rule, so that what the density
 * has to be divided by drops out.
 *
 * @param df degrees of freedom, 1 or more
 * @param shift the noncentrality: the true effect in standard errors
 */
export function noncentralCumulative(value: number, df: number, shift: number): number {
  const mode = Math.sqrt((df - 1) / df)
  const reach = REACH / Math.sqrt(2 * df)
  const from = Math.max(0, mode - reach)
  const step = (mode + reach - from) / INTERVALS
  const logDensity = (s: number) => (df === 1 ? 0 : (df - 1) * Math.log(s)) - (df * s * s) / 2
  const peak = logDensity(mode)
  let below = 0
  let total = 0
  for (let i = 0; i <= INTERVALS; i++) {
    const s = from + i * step
    const weight = (i === 0 || i === INTERVALS ? 1 : i % 2 === 1 ? 4 : 2) * Math.exp(logDensity(s) - peak)
    below += weight * normalCdf(value * s - shift, 0, 1)
    total += weight
  }
  return below / total
}

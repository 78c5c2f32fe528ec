import { cumulative, quantile } from './distributions.js'
import type { Test } from './means.js'
import type { Precision } from './precision.js'

/** Two shares between 0 and 1: without the service and with it. */
export interface Shares {
  without: number
  with: number
}

/**
 * Standard errors of the difference between two shares: where there is none, so that both groups have
 * the pooled share, and where it is as given.
 *
 * @param precision its `variance` is that of a difference of means, in units of the outcome's variance
 * @param served share of the people who get the service
 */
function standardErrors({ variance }: Precision, served: number, shares: Shares) {
  const spread = (share: number) => share * (1 - share)
  const pooled = served * shares.with + (1 - served) * shares.without
  return { ifNone: Math.sqrt(variance * spread(pooled)), ifSo: Math.sqrt(variance * (served * spread(shares.without) + (1 - served) * spread(shares.with))) }
}

/**
 * By how much the difference between two shares exceeds the least that the design can see: 0 or more
 * where it can. The difference must reach z[1 - alpha/tails] standard errors under the pooled share plus
 * z[power] standard errors under the two shares. Student's t stands in place of z where the degrees of
 * freedom of the precision are those of clusters.
 *
 * @source Fleiss, Levin and Paik (2003), chapter 4, without the continuity correction: the formula of
 *   R's power.prop.test, here for groups of any two sizes
 */
export function excessOverDetectable(shares: Shares, precision: Precision, served: number, { alpha, power, tails }: Test): number {
  const { ifNone, ifSo } = standardErrors(precision, served, shares)
  return Math.abs(shares.with - shares.without) - quantile(1 - alpha / tails, precision.df) * ifNone - quantile(power, precision.df) * ifSo
}

/** Probability that the test of two shares sees the difference between them; the wrong direction does not count. Source as above. */
export function powerForShares(shares: Shares, precision: Precision, served: number, { alpha, tails }: Pick<Test, 'alpha' | 'tails'>): number {
  const { ifNone, ifSo } = standardErrors(precision, served, shares)
  const reach = Math.abs(shares.with - shares.without) - quantile(1 - alpha / tails, precision.df) * ifNone
  if (ifSo === 0) return reach > 0 ? 1 : 0
  return cumulative(reach / ifSo, precision.df)
}

/**
 * The share with the service that is nearest to the share without it and can still be told from it.
 * Null where not even 0 or 1, whichever lies that way, could.
 */
export function detectableShare(without: number, direction: 'decrease' | 'increase', precision: Precision, served: number, test: Test): number | null {
  const end = direction === 'decrease' ? 0 : 1
  const excess = (share: number) => excessOverDetectable({ without, with: share }, precision, served, test)
  if (excess(end) < 0) return null
  // The standard errors are concave in the share, so the excess is convex: below zero at no difference, it crosses once.
  let [unseen, seen] = [without, end]
  for (let i = 0; i < 60; i++) {
    const middle = (unseen + seen) / 2
    if (excess(middle) < 0) unseen = middle
    else seen = middle
  }
  return seen
}

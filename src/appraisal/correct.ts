import type { AppraisalData } from './data-files.js'
import type { CAPITAL_PROJECTS } from './vocabulary.js'

/**
 * A cost after its corrections, in the unit of the cost: gross + gross x (percent + bias) / 100.
 * Costs are not below 0, so a correction never lowers one.
 */
export const correctCost = (gross: number, percent: number, biasPercent = 0) => gross + (gross * (percent + biasPercent)) / 100

/**
 * A benefit after its correction: gross - |gross| x percent / 100. A harm (below 0) is made larger:
 * a correction never makes an option look better, but for one of doing nothing, of which `warnings.ts` warns.
 */
export const correctBenefit = (gross: number, percent: number) => gross - (Math.abs(gross) * percent) / 100

/**
 * What can be taken out of a budget, of a corrected fiscal value: value x cashability. Spending that
 * a benefit brings about (below 0) has to be paid in full.
 */
export const cashablePart = (corrected: number, cashability: number) => (corrected > 0 ? corrected * cashability : corrected)

/**
 * Optimism bias of a capital project made of several kinds: the mean of their upper bounds, weighted
 * by share, in percent. 30% non-standard and 70% standard buildings: 32.1%. HM Treasury, optimism bias.
 */
export const mixedOptimismBias = (parts: readonly { project: (typeof CAPITAL_PROJECTS)[number]; share: number }[], { projects }: AppraisalData['optimismBias']) =>
  parts.reduce((sum, { project, share }) => sum + projects[project].upper * share, 0)

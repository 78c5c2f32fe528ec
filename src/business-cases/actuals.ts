import type { ErrorItem } from '../errors.js'
import { nearest } from '../nearest.js'
import { VALUE_AND_STATUS } from './check.js'
import { filled } from './kept.js'
import { readPeriod } from './periods.js'
import { ActualInput, type Actual, type BenefitsRegister } from './schemas.js'

/** What a council writes of an entry. */
export type ActualContent = Omit<Actual, 'id' | 'recordedAt' | 'correctedBy'>

export const actualContent = (input: ActualInput): ActualContent => filled(ActualInput, input)

/**
 * What a schema cannot see of an entry: whether the register has the benefit and the appraisal the
 * period, whether value and status go together, and whether the period was over when it was measured.
 * @param today ISO day
 * @returns every fault
 */
export function checkActual(input: ActualContent, register: BenefitsRegister, today: string): ErrorItem[] {
  const faults: ErrorItem[] = []
  const fault = (pointer: string, code: string, message: string, suggestions: string[] = []) => faults.push({ pointer, in: 'body', code, message, suggestions })
  const benefit = register.benefits.find(({ id }) => id === input.benefit)
  if (benefit === undefined) {
    const ids = register.benefits.map(({ id }) => id)
    fault('/benefit', 'unknown-benefit', `The register has no benefit '${input.benefit}'; it has ${ids.map((id) => `'${id}'`).join(', ')}.`, nearest(input.benefit, ids))
  }
  const period = readPeriod(input.period)
  if (period === undefined || !register.periods.includes(period.financialYear)) {
    fault('/period', 'unknown-period', `'${input.period}' is not a period of the appraisal, which runs from ${register.periods[0]} to ${register.periods.at(-1)}.`, nearest(input.period, register.periods))
  } else if (input.measuredAt < period.to) {
    fault('/measuredAt', 'period-not-over', `${input.period} ends on ${period.to}: what it brought cannot be measured before. A quarter can be entered when it is over.`)
  }
  if (input.measuredAt > today) fault('/measuredAt', 'in-the-future', `${input.measuredAt} is still to come; today is ${today}.`)
  if ((input.status === 'ok') !== (input.value !== null)) fault('/status', 'value-and-status', VALUE_AND_STATUS)
  if (benefit?.measuredIn === 'pounds' && input.value !== null && input.priceYear !== register.priceYear) {
    fault('/priceYear', 'price-year', `The register is in ${register.priceYear} prices. Put the amount into those, and say so with priceYear.`, register.priceYear === null ? [] : [register.priceYear])
  }
  if (benefit !== undefined && benefit.measuredIn !== 'pounds' && input.priceYear !== null) fault('/priceYear', 'not-in-pounds', `'${benefit.id}' is not measured in pounds; leave priceYear out.`)
  return faults
}

/** Whether an entry that holds says just this already. */
export const saysTheSame = (entry: Actual, input: ActualContent) =>
  (Object.keys(input) as (keyof ActualContent)[]).every((key) => JSON.stringify(entry[key]) === JSON.stringify(input[key]))

import { cashablePart, correctBenefit, correctCost } from './correct.js'
import { presentValue } from './discount.js'
import type { Model, ModelBenefit, ModelCost, ModelOption } from './model.js'
import { COUNCIL, GAINS, type Agency, type Ledger } from './vocabulary.js'

/** Values of the inputs, by place. */
export type Values = ArrayLike<number>

/** A line in a year, for one agency and one kind of value. Pounds of the price year; costs are above 0 here. */
export interface Flow {
  line: string
  type: 'cost' | 'benefit'
  year: number
  agency: Agency
  ledger: Ledger
  transfer: boolean
  gross: number
  corrected: number
  cashable: number
}

/** A cost line by year, in pounds of the price year: amount x people, where it is by people, x deflation. */
export function costByYear(line: ModelCost, x: Values, years: number): Float64Array {
  const flow = new Float64Array(years)
  for (const { year, amount, people } of line.terms) flow[year]! += x[amount]! * (people === null ? 1 : x[people]!) * line.deflation
  return flow
}

/**
 * People whose outcome is changed, by year, drop-off included:
 * the sum over years of entry e with e + lag <= t < e + lag + duration of
 * people(e) x needShare x engagement x retention x impact x (1 - deadweight) x (1 - dropOff)^(t - e - lag).
 */
export function peopleByYear(line: ModelBenefit, x: Values, years: number): Float64Array {
  const flow = new Float64Array(years)
  const each = line.factors.reduce((product, place) => product * x[place]!, 1) * (1 - x[line.deadweight]!)
  const kept = 1 - x[line.dropOff]!
  for (const { year: entry, people } of line.entrants) {
    let share = each * x[people]!
    const last = Math.min(years, entry + line.lag + line.duration)
    for (let year = entry + line.lag; year < last; year++, share *= kept) flow[year]! += share
  }
  return flow
}

/** Share of the units of a line that fall after the last year of the appraisal, 0 to 1. */
export function shareBeyond(line: ModelBenefit, x: Values, years: number): number {
  const kept = 1 - x[line.dropOff]!
  let all = 0
  let beyond = 0
  for (const { year: entry, people } of line.entrants) {
    let share = x[people]!
    for (let n = 0; n < line.duration; n++, share *= kept) {
      all += share
      if (entry + line.lag + n >= years) beyond += share
    }
  }
  return all === 0 ? 0 : beyond / all
}

/** Every flow of an option that is not nothing. */
export function flowsOf(option: ModelOption, x: Values, years: number): Flow[] {
  const flows: Flow[] = []
  for (const line of option.costs) {
    costByYear(line, x, years).forEach((gross, year) => {
      if (gross === 0) return
      const corrected = correctCost(gross, line.correction, line.bias)
      flows.push({ line: line.id, type: 'cost', year, agency: line.agency, ledger: line.ledger, transfer: line.transfer, gross, corrected, cashable: line.ledger === 'fiscal' ? corrected : 0 })
    })
  }
  for (const line of option.benefits) {
    peopleByYear(line, x, years).forEach((people, year) => {
      const units = people * x[line.unitsPerYear]!
      for (const { ledger, amount, deflation } of line.values) {
        const gross = units * x[amount]! * deflation
        if (gross === 0) continue
        const corrected = correctBenefit(gross, line.correction)
        const cashable = ledger === 'fiscal' ? cashablePart(corrected, x[line.cashability]!) : 0
        const parts = ledger === 'fiscal' ? line.split : [{ agency: GAINS[ledger]!, share: 1 }]
        for (const { agency, share } of parts) {
          if (share !== 0) flows.push({ line: line.id, type: 'benefit', year, agency, ledger, transfer: line.transfer, gross: gross * share, corrected: corrected * share, cashable: cashable * share })
        }
      }
    })
  }
  return flows
}

/** Present value of the corrected public value of a line, which is what it adds to the NPSV; 0 for a transfer. */
export function publicValueOf(line: ModelCost | ModelBenefit, x: Values, { years, factors }: Pick<Model, 'years' | 'factors'>): number {
  if (line.transfer) return 0
  if ('terms' in line) return -correctCost(presentValue(costByYear(line, x, years), factors), line.correction, line.bias)
  const units = presentValue(peopleByYear(line, x, years), factors) * x[line.unitsPerYear]!
  return line.values.reduce((sum, { amount, deflation }) => sum + correctBenefit(units * x[amount]! * deflation, line.correction), 0)
}

/** Inputs that a line reads. */
export function inputsOf(line: ModelCost | ModelBenefit): number[] {
  if ('terms' in line) return line.terms.flatMap(({ amount, people }) => (people === null ? [amount] : [amount, people]))
  return [...line.entrants.map(({ people }) => people), ...line.factors, line.deadweight, line.dropOff, line.unitsPerYear, ...line.values.map(({ amount }) => amount)]
}

/** Share of a benefit's fiscal value that is the council's. */
export const councilShare = (line: ModelBenefit) => line.split.reduce((sum, { agency, share }) => (agency === COUNCIL ? sum + share : sum), 0)

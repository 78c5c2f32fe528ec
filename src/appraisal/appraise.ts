import type { Citation } from '../schemas.js'
import type { AppraisalData } from './data-files.js'
import { paybackYear, presentValue } from './discount.js'
import { flowsOf, peopleByYear, shareBeyond, type Flow } from './flows.js'
import type { Model, ModelOption } from './model.js'
import { pence, ratio, unit } from './rounding.js'
import type { Amounts, Appraisal, AppraisalInput, AppraisalMethod, BenefitResult, CashFlow, OptionResult, Payback, SwitchingValue, Totals } from './schemas.js'
import { responsesOf, switchingValueOf, type Response } from './switching.js'
import { correctBenefit, cashablePart } from './correct.js'
import { understand } from './understand.js'
import { AGENCIES, COUNCIL, LEDGERS } from './vocabulary.js'
import { financialYear } from './years.js'

export const MODEL_VERSION = 'appraisal-1'

export const BENEFIT_OR_NEGATIVE_COST =
  'Whatever a benefit line brings is a benefit, also where it is a saving of the body that pays; harm is a benefit below 0; only cost lines are costs. What doing nothing costs is taken off the cost of each option, as it is no longer paid. Net present value is the same under any such rule; the benefit-cost ratio is not.'

/** Present values that are less than a penny are nothing. */
const NOTHING = 0.005

/**
 * Appraises options with every input at its value. Pure.
 *
 * Net present social value = present value of benefits - present value of costs, fiscal, economic
 * and social, corrected by the confidence grades, without transfers, in real prices, discounted to
 * the first year, against doing nothing. HM Treasury, The Green Book.
 * @param at JSON pointer of the input within the request, for the faults it names
 * @throws DomainError 422 that names every field at fault
 */
export const appraise = (input: AppraisalInput, data: AppraisalData, at = ''): Appraisal => appraiseModel(understand(input, data, at))

export function appraiseModel(model: Model): Appraisal {
  const values = Float64Array.from(model.inputs, ({ value }) => value)
  const flows = model.options.map((option) => flowsOf(option, values, model.years))
  const responses = responsesOf(model)
  const settled = model.options.map((option, i) => settle(model, option, flows[i]!, flows[0]!))
  const options = model.options.map((option, i): OptionResult => ({ ...settled[i]!.result, switchingValues: switchingValues(model, responses, i, settled.map(({ npsv }) => npsv)), benefits: benefitResults(model, option, values) }))
  const ranking = settled
    .map(({ npsv, npsvPerCouncilPound }, i) => ({ option: model.options[i]!.id, npsv, npsvPerCouncilPound }))
    .sort((a, b) => b.npsv - a.npsv)
    .map((entry, i, all) => ({ rank: 1 + all.findIndex(({ npsv }) => pence(npsv) === pence(entry.npsv)), option: entry.option, npsv: pence(entry.npsv), npsvPerCouncilPound: entry.npsvPerCouncilPound, i }))
    .map(({ rank, option, npsv, npsvPerCouncilPound }) => ({ rank, option, npsv, npsvPerCouncilPound }))
  const warnings = [...model.warnings, ...resultWarnings(model, options)]
  const method = methodOf(model)
  return {
    modelVersion: MODEL_VERSION,
    title: model.title,
    area: model.area,
    prices: { currency: 'GBP', priceYear: model.priceYear, unit: 'pounds' },
    startYear: financialYear(model.startYear),
    years: model.years,
    method,
    options,
    ranking,
    cashFlows: model.options.flatMap((option, i) => flows[i]!.map((flow) => cashFlow(model, option, flow))),
    assumptions: model.assumptions,
    warnings,
    notes: [
      'All figures are in real terms: inflation after the price year plays no part.',
      'No threshold of the benefit-cost ratio stands for good value: a ratio below 1 is not poor value by itself, and one above 1 is no instruction to spend.',
      'An appraisal weighs what was put into it. It says nothing of whether the evidence holds here.'
    ],
    sources: passages([method.discounting.sources, method.deflator.sources, method.confidence.sources, ...warnings.map(({ sources }) => sources)])
  }
}

// ---- Sums ----

interface Sums {
  /** By year. */
  costs: Record<keyof Amounts, Float64Array>
  benefits: Record<keyof Amounts, Float64Array>
}

const MEASURES = ['gross', 'corrected', 'cashable'] as const

function sum(flows: readonly Flow[], years: number): Sums {
  const zero = () => ({ gross: new Float64Array(years), corrected: new Float64Array(years), cashable: new Float64Array(years) })
  const sums: Sums = { costs: zero(), benefits: zero() }
  for (const flow of flows) for (const measure of MEASURES) sums[flow.type === 'cost' ? 'costs' : 'benefits'][measure][flow.year]! += flow[measure]
  return sums
}

const less = (a: ArrayLike<number>, b: ArrayLike<number>) => Float64Array.from(a, (value, i) => value - b[i]!)
const total = (flow: Float64Array) => flow.reduce((all, value) => all + value, 0)
const amounts = (of: (measure: keyof Amounts) => number): Amounts => ({ gross: pence(of('gross')), corrected: pence(of('corrected')), cashable: pence(of('cashable')) })

function totalsOf({ costs, benefits }: Sums, factors: Float64Array): Totals {
  const set = (value: (flow: Float64Array) => number) => ({
    costs: amounts((measure) => value(costs[measure])),
    benefits: amounts((measure) => value(benefits[measure])),
    net: amounts((measure) => value(less(benefits[measure], costs[measure])))
  })
  return { ...set(total), presentValue: set((flow) => presentValue(flow, factors)) }
}

const isPublic = ({ transfer }: Flow) => !transfer
const isCouncil = ({ agency }: Flow) => agency === COUNCIL
const netOf = ({ costs, benefits }: Sums, measure: keyof Amounts) => less(benefits[measure], costs[measure])

function settle(model: Model, option: ModelOption, own: readonly Flow[], nothing: readonly Flow[]) {
  const { years, factors } = model
  const of = (keep: (flow: Flow) => boolean, flows = own) => sum(flows.filter(keep), years)
  const publicOwn = of(isPublic)
  const publicNothing = of(isPublic, nothing)
  const council = of(isCouncil)
  const councilNothing = of(isCouncil, nothing)

  const extra = (measure: 'gross' | 'corrected') => less(netOf(publicOwn, measure), netOf(publicNothing, measure))
  const npsv = presentValue(extra('corrected'), factors)
  const presentValueCosts = presentValue(less(publicOwn.costs.corrected, publicNothing.costs.corrected), factors)
  const presentValueBenefits = presentValue(less(publicOwn.benefits.corrected, publicNothing.benefits.corrected), factors)
  const councilCost = presentValue(less(council.costs.cashable, councilNothing.costs.cashable), factors)
  const councilExtra = less(netOf(council, 'cashable'), netOf(councilNothing, 'cashable'))
  const perCouncilPound = Math.abs(councilCost) < NOTHING ? null : npsv / councilCost

  let cumulative = 0
  let cumulativePresentValue = 0
  let cumulativeCashable = 0
  const at = (sums: Sums, year: number) => ({
    costs: amounts((measure) => sums.costs[measure][year]!),
    benefits: amounts((measure) => sums.benefits[measure][year]!),
    net: amounts((measure) => sums.benefits[measure][year]! - sums.costs[measure][year]!)
  })
  const everyYear = Array.from({ length: years }, (_, year) => ({ year, financialYear: financialYear(model.startYear + year) }))
  const result: Omit<OptionResult, 'switchingValues' | 'benefits'> = {
    option: option.id,
    name: option.name,
    doNothing: option.doNothing,
    intervention: option.intervention,
    years: everyYear.map(({ year, financialYear }) => {
      const net = publicOwn.benefits.corrected[year]! - publicOwn.costs.corrected[year]!
      cumulative += net
      cumulativePresentValue += net * factors[year]!
      return { year, financialYear, discountFactor: unit(factors[year]!), ...at(publicOwn, year), cumulative: pence(cumulative), presentValue: pence(net * factors[year]!), cumulativePresentValue: pence(cumulativePresentValue) }
    }),
    publicValue: totalsOf(publicOwn, factors),
    ledgers: {
      ...(Object.fromEntries(LEDGERS.map((ledger) => [ledger, totalsOf(of((flow) => isPublic(flow) && flow.ledger === ledger), factors)])) as Record<(typeof LEDGERS)[number], Totals>),
      transfersLeftOut: totalsOf(of((flow) => flow.transfer), factors)
    },
    agencies: AGENCIES.filter((agency) => own.some((flow) => flow.agency === agency)).map((agency) => ({ agency, totals: totalsOf(of((flow) => flow.agency === agency), factors) })),
    council: {
      totals: totalsOf(council, factors),
      cashable: pence(total(councilExtra)),
      cashablePresentValue: pence(presentValue(councilExtra, factors)),
      payback: describePayback(model, councilExtra),
      years: everyYear.map(({ year, financialYear }) => {
        cumulativeCashable += council.benefits.cashable[year]! - council.costs.cashable[year]!
        return { year, financialYear, ...at(council, year), cumulativeCashable: pence(cumulativeCashable) }
      })
    },
    npsv: pence(npsv),
    npsvGross: pence(presentValue(extra('gross'), factors)),
    presentValueCosts: pence(presentValueCosts),
    presentValueBenefits: pence(presentValueBenefits),
    bcr: Math.abs(presentValueCosts) < NOTHING ? { value: null, status: 'no-cost' } : presentValueCosts < 0 ? { value: null, status: 'cost-saving' } : { value: unit(presentValueBenefits / presentValueCosts), status: 'ok' },
    npsvPerCouncilPound: perCouncilPound === null || councilCost < 0 ? { value: null, status: perCouncilPound === null ? 'no-council-cost' : 'cost-saving' } : { value: unit(perCouncilPound), status: 'ok' },
    payback: describePayback(model, Float64Array.from(extra('corrected'), (net, year) => net * factors[year]!))
  }
  return { result, npsv, npsvPerCouncilPound: result.npsvPerCouncilPound.value }
}

function describePayback(model: Model, flow: Float64Array): Payback {
  const { year, status } = paybackYear(flow)
  return { year, financialYear: year === null ? null : financialYear(model.startYear + year), status }
}

// ---- Lines ----

function benefitResults(model: Model, { benefits }: ModelOption, values: Float64Array): BenefitResult[] {
  return benefits.map((line) => {
    const changed = peopleByYear(line, values, model.years)
    const by = { gross: new Float64Array(model.years), corrected: new Float64Array(model.years), cashable: new Float64Array(model.years) }
    const units = changed.map((people) => people * values[line.unitsPerYear]!)
    for (const { ledger, amount, deflation } of line.values) {
      units.forEach((number, year) => {
        const gross = number * values[amount]! * deflation
        const corrected = correctBenefit(gross, line.correction)
        by.gross[year]! += gross
        by.corrected[year]! += corrected
        if (ledger === 'fiscal') by.cashable[year]! += cashablePart(corrected, values[line.cashability]!)
      })
    }
    return {
      id: line.id,
      name: line.name,
      transfer: line.transfer,
      presentValue: amounts((measure) => presentValue(by[measure], model.factors)),
      beyondHorizon: ratio(shareBeyond(line, values, model.years)),
      years: Array.from(changed, (people, year) => ({ year, people: unit(people), units: unit(units[year]!), ...amounts((measure) => by[measure][year]!) }))
    }
  })
}

function cashFlow(model: Model, option: ModelOption, { type, year, line, agency, ledger, transfer, ...flow }: Flow): CashFlow {
  const sign = type === 'cost' ? -1 : 1
  const factor = model.factors[year]!
  return {
    option: option.id,
    year,
    financialYear: financialYear(model.startYear + year),
    line,
    type,
    agency,
    ledger,
    transfer,
    gross: pence(sign * flow.gross),
    corrected: pence(sign * flow.corrected),
    cashable: pence(sign * flow.cashable),
    discountFactor: unit(factor),
    presentValue: pence(sign * flow.corrected * factor)
  }
}

// ---- Switching values ----

function switchingValues(model: Model, responses: readonly Response[], option: number, npsv: readonly number[]): SwitchingValue[] {
  if (option === 0) return []
  const others = npsv.map((_, i) => i).filter((i) => i !== 0 && i !== option)
  const best = others.reduce<number | null>((found, i) => (found === null || npsv[i]! > npsv[found]! ? i : found), null)
  const rivals = best === null ? [0] : [0, best]
  return responses
    .flatMap((response) =>
      rivals.flatMap((rival): SwitchingValue[] => {
        const { pointer, key, label, value, low, high } = model.inputs[response.input]!
        const difference = (x: number) => response.npsv(option, x) - response.npsv(rival, x)
        // An input of neither option moves neither.
        if (difference(low) === difference(high) && difference(value) === difference(low)) return []
        const found = Math.abs(difference(value)) < NOTHING ? value : switchingValueOf(difference, value, low, high)
        const switching = found === null ? null : unit(found)
        const change = found === null || value === 0 ? null : Number((((found - value) / Math.abs(value)) * 100).toFixed(4)) + 0
        const status = found === null ? 'no-switch' : value === 0 ? 'at-zero' : 'ok'
        return [{ pointer, key, label, value, against: model.options[rival]!.id, switchingValue: switching, changePercent: change, status }]
      })
    )
    .sort((a, b) => nearness(a) - nearness(b) || (a.pointer < b.pointer ? -1 : a.pointer > b.pointer ? 1 : 0))
}

const nearness = ({ changePercent, switchingValue }: SwitchingValue) => (changePercent === null ? (switchingValue === null ? Number.MAX_VALUE : Number.MAX_VALUE / 2) : Math.abs(changePercent))

// ---- What it rests on ----

function methodOf(model: Model): AppraisalMethod {
  const { schedule, series, table } = model
  const cited = (source: Citation | null) => (source === null ? [] : [source])
  return {
    benefitOrNegativeCost: BENEFIT_OR_NEGATIVE_COST,
    relativeTo: model.options[0]!.id,
    discounting: { id: schedule.id, version: schedule.version, title: schedule.title, verified: !model.ownSchedule, note: schedule.note, sources: cited(schedule.source), steps: schedule.steps.map((step) => ({ ...step })) },
    deflator: {
      id: series.id,
      version: series.version,
      title: series.title,
      verified: model.extended.length === 0,
      note: [...(series.note === null ? [] : [series.note]), ...model.extended.map(({ priceYear, changePercent, source }) => `${priceYear}: ${changePercent}%, sent with the request (${source}).`)].join(' ') || null,
      sources: cited(series.source),
      financialYears: 'A financial year is 0.75 of the calendar year it starts in and 0.25 of the next: nine months and three. A calendar year is 0.25 of the financial year that ends in it and 0.75 of the one that starts in it.',
      used: model.upratings.map(({ priceYear, factor }) => ({ priceYear, factor: Number(factor.toFixed(9)) }))
    },
    confidence: { id: table.id, version: table.version, title: table.title, verified: !model.ownTable && table.verified, note: table.note, sources: cited(table.source), grades: table.grades.map((grade) => ({ ...grade })) }
  }
}

function resultWarnings(model: Model, options: readonly OptionResult[]): Appraisal['warnings'] {
  return options.flatMap(({ benefits, option, payback, npsv }, i) => [
    ...benefits.flatMap(({ name, beyondHorizon }, j) =>
      beyondHorizon > 0
        ? [{ code: 'benefits-beyond-horizon', severity: 'low' as const, pointer: model.options[i]!.benefits[j]!.pointer, message: `'${name}': ${Math.round(beyondHorizon * 100)}% of its units fall after the last year and are not counted. More years would count them.`, sources: [] }]
        : []
    ),
    ...(payback.status === 'not-within-horizon' && npsv < 0
      ? [{ code: 'long-payback', severity: 'medium' as const, pointer: model.options[i]!.pointer, message: `'${option}' does not pay back within ${model.years} years. What prevents harm to children can take 10 to 20 years to pay back: see whether the appraisal is long enough before it is turned down for that.`, sources: [] }]
      : [])
  ])
}

function passages(lists: readonly (readonly Citation[])[]): Citation[] {
  const seen = new Map<string, Citation>()
  for (const list of lists) for (const citation of list) {
    const key = `${citation.id} ${citation.section}`
    if (!seen.has(key)) seen.set(key, citation)
  }
  return [...seen.values()]
}

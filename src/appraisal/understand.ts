import { unprocessable, type ErrorItem } from '../errors.js'
import { nearest } from '../nearest.js'
import { mixedOptimismBias } from './correct.js'
import type { AppraisalData, ConfidenceTable, DiscountSchedule } from './data-files.js'
import { ExtensionError, firstYear, lastYear, priceIndex, upratingFactor, type PriceIndex } from './deflate.js'
import { discountFactors } from './discount.js'
import type { EntrantsByYear, Input, Model, ModelBenefit, ModelCost, ModelOption } from './model.js'
import { settleRange, type Domain, type Settled } from './ranges.js'
import type { AppraisalInput, AppraisalMoney, AppraisalOption, BenefitLine, CostLine, Entrants, Quantity } from './schemas.js'
import { COUNCIL, GAINS, LEDGERS, UNITS } from './vocabulary.js'
import { warningsOf } from './warnings.js'
import { CALENDAR_YEAR, financialYear, isPriceYear, startOf, yearAfter } from './years.js'

export const MOST_YEARS = 100
const EARLIEST_START = 1950
const LATEST_START = 2100
export const DRAWS = { least: 100, most: 50_000, usual: 10_000 } as const
/** Lines times years of an appraisal. */
export const MOST_LINE_YEARS = 3_000
/** Sums and products of a simulation, as `workOf` counts them: a few seconds. */
export const MOST_WORK = 150_000_000
/** Percentiles of a year take about as long as ten sums. */
const PERCENTILES = 10
export const DEFAULT_THRESHOLDS = [0.5, 1, 1.5, 2, 3, 4]
export const DEFAULT_COUNCIL_VALUES = [1, 1.5, 2, 3]
export const DO_NOTHING = 'do-nothing'

const SHARE: Domain = { low: 0, high: 1 }
const IMPACT: Domain = { low: -1, high: 1 }
const MOST_POUNDS = 1e12
const VALUE: Domain = { low: -MOST_POUNDS, high: MOST_POUNDS }
const COST: Domain = { low: 0, high: MOST_POUNDS }
/** More children than any council has. */
const PEOPLE: Domain = { low: 0, high: 500_000 }
const MOST_UNITS = 100_000

const MOST_FAULTS = 50
/** Shares written with a few digits add up to 1 only nearly. */
const SUM_TOLERANCE = 1e-6

/**
 * Reads an appraisal that already has the right shape, and checks what a schema cannot.
 * @param at JSON pointer of the input within the request
 * @throws DomainError 422 that names every fault by its field and says what to do
 */
export function understand(input: AppraisalInput, data: AppraisalData, at = ''): Model {
  const reader = new Reader(data, at)
  const model = reader.read(input)
  if (reader.faults.length > 0) {
    const [first] = reader.faults
    const shown = reader.faults.slice(0, MOST_FAULTS)
    throw unprocessable(reader.faults.length === 1 ? first!.message : `The appraisal has ${reader.faults.length} faults; the first: ${first!.message}`, {
      code: reader.faults.length === 1 ? first!.code : 'invalid-appraisal',
      errors: shown
    })
  }
  model.warnings.push(...warningsOf(model, input, at))
  return model
}

class Reader {
  readonly faults: ErrorItem[] = []
  private readonly inputs: Input[] = []
  private readonly byKey = new Map<string, { place: number; written: string }>()
  private readonly assumptions: Model['assumptions'] = []
  private years = 1
  private index: PriceIndex = new Map()
  private seriesId = ''
  private priceYear = ''
  private readonly upratings = new Map<string, number>()
  private table!: ConfidenceTable

  constructor(private readonly data: AppraisalData, private readonly at: string) {}

  read(input: AppraisalInput): Model {
    const start = startOf(input.startYear)
    if (start === null) this.fault('/startYear', 'financial-year', `'${input.startYear}' is not a financial year: the second part is the year after the first, as in 2026/27.`)
    else if (start < EARLIEST_START || start > LATEST_START) this.fault('/startYear', 'financial-year', `${input.startYear} is not plausible as the first year of an appraisal: it is from ${financialYear(EARLIEST_START)} to ${financialYear(LATEST_START)}.`)
    if (!Number.isInteger(input.years) || input.years < 1 || input.years > MOST_YEARS) this.fault('/years', 'years', `An appraisal runs for 1 to ${MOST_YEARS} years, not ${input.years}.`)
    else this.years = input.years
    if (!isPriceYear(input.priceYear)) this.fault('/priceYear', 'price-year', notAPriceYear(input.priceYear))
    this.priceYear = input.priceYear

    const series = this.readSeries(input)
    const { schedule, own: ownSchedule } = this.readSchedule(input)
    const { table, own: ownTable } = this.readTable(input)
    this.table = table
    // Outside the series it is told at each amount that has to be brought to it.
    const lines = input.options.reduce((sum, { costs = [], benefits = [] }) => sum + costs.length + benefits.length, 0)
    if (lines * this.years > MOST_LINE_YEARS) this.fault('/years', 'too-much-work', `${lines} lines over ${this.years} years are too many: lines times years is at most ${MOST_LINE_YEARS}. Appraise fewer years, or fewer options at a time.`)

    const options = this.readOptions(input)
    const simulation = this.readSimulation(input, options)
    const positive = (values: readonly number[] | undefined, pointer: string) =>
      values?.forEach((value, i) => {
        if (!Number.isFinite(value) || value < 0 || value > 1e6) this.fault(`${pointer}/${i}`, 'threshold', `It must be a number from 0 to 1,000,000, not ${value}.`)
      })
    positive(input.acceptability?.thresholds, '/acceptability/thresholds')
    positive(input.acceptability?.councilValues, '/acceptability/councilValues')

    return {
      title: input.title,
      area: input.area ?? null,
      startYear: start ?? 0,
      years: this.years,
      priceYear: input.priceYear,
      schedule,
      ownSchedule,
      factors: this.faults.length > 0 ? new Float64Array(this.years) : discountFactors(schedule.steps, this.years),
      series,
      extended: [...(input.deflator?.extension ?? [])],
      upratings: [...this.upratings].map(([priceYear, factor]) => ({ priceYear, factor })).sort((a, b) => (a.priceYear < b.priceYear ? -1 : 1)),
      table,
      ownTable,
      inputs: this.inputs,
      options,
      simulation,
      thresholds: input.acceptability?.thresholds ?? DEFAULT_THRESHOLDS,
      councilValues: input.acceptability?.councilValues ?? DEFAULT_COUNCIL_VALUES,
      assumptions: this.assumptions,
      warnings: []
    }
  }

  private fault(pointer: string, code: string, message: string, suggestions: string[] = []) {
    this.faults.push({ pointer: this.at + pointer, code, message, in: 'body', suggestions })
  }

  private assume(pointer: string, statement: string) {
    this.assumptions.push({ pointer: this.at + pointer, statement })
  }

  // ---- Tables ----

  private readSeries({ deflator }: AppraisalInput) {
    const ids = this.data.deflators.map(({ id }) => id)
    const named = deflator?.series ?? ids[0]!
    let series = this.data.deflators.find(({ id }) => id === named)
    if (series === undefined) {
      this.fault('/deflator/series', 'unknown-series', `'${named}' is not a deflator series that is carried. Those are ${ids.join(' and ')}.`, nearest(named, ids))
      series = this.data.deflators[0]!
    }
    this.seriesId = series.id
    const extension = deflator?.extension ?? []
    let usable = extension.length
    extension.forEach(({ priceYear, changePercent }, i) => {
      const pointer = `/deflator/extension/${i}`
      if (!isPriceYear(priceYear)) this.fault(`${pointer}/priceYear`, 'price-year', notAPriceYear(priceYear))
      else if (!Number.isFinite(changePercent) || changePercent <= -50 || changePercent > 100) this.fault(`${pointer}/changePercent`, 'change', `A change of prices of ${changePercent}% a year cannot be right: give it in percent, as 2.5.`)
      else return
      usable = Math.min(usable, i)
    })
    try {
      this.index = priceIndex(series, extension.slice(0, usable))
    } catch (error) {
      if (!(error instanceof ExtensionError)) throw error
      this.fault(`/deflator/extension/${error.at}/priceYear`, error.code, error.message)
      this.index = priceIndex(series, extension.slice(0, error.at))
    }
    return series
  }

  private readSchedule({ discountSchedule = 'standard' }: AppraisalInput): { schedule: DiscountSchedule; own: boolean } {
    if (typeof discountSchedule === 'string') {
      const schedule = this.data.schedules.find(({ id }) => id === discountSchedule) ?? this.data.schedules[0]!
      const last = schedule.steps.at(-1)!.toYear
      if (this.years - 1 > last) this.fault('/years', 'beyond-schedule', `The schedule '${schedule.id}' has rates to year ${last}.`)
      return { schedule, own: false }
    }
    const { title, source, steps } = discountSchedule
    let next = 0
    steps.forEach(({ fromYear, toYear, rate }, i) => {
      const pointer = `/discountSchedule/steps/${i}`
      if (fromYear !== next) this.fault(`${pointer}/fromYear`, 'schedule-gap', `This step must start at year ${next}, ${i === 0 ? 'the first' : 'the one after the step before ends'}, not at ${fromYear}.`)
      if (toYear < fromYear) this.fault(`${pointer}/toYear`, 'years-reversed', `The step ends in year ${toYear}, before it starts in ${fromYear}.`)
      if (!Number.isFinite(rate) || rate < -0.1 || rate > 0.5) this.fault(`${pointer}/rate`, 'rate', `A rate of ${rate} is not plausible: 3.5% a year is 0.035.`)
      next = toYear + 1
    })
    if (next < this.years) this.fault('/discountSchedule/steps', 'beyond-schedule', `The schedule ends with year ${next - 1} and the appraisal with year ${this.years - 1}: add a step, or appraise ${Math.max(next, 1)} years.`)
    return { schedule: { id: 'own', version: 'own', title, note: source, source: null, steps }, own: true }
  }

  private readTable({ confidenceTable }: AppraisalInput): { table: ConfidenceTable; own: boolean } {
    const shipped = this.data.confidenceTables
    if (confidenceTable === undefined) return { table: shipped[0]!, own: false }
    if (typeof confidenceTable === 'string') {
      const table = shipped.find(({ id }) => id === confidenceTable)
      const ids = shipped.map(({ id }) => id)
      if (table === undefined) this.fault('/confidenceTable', 'unknown-table', `'${confidenceTable}' is not a confidence table that is carried. Those are: ${ids.join(', ')}. A table of your own can be sent in its place.`, nearest(confidenceTable, ids))
      return { table: table ?? shipped[0]!, own: false }
    }
    const seen = new Set<number>()
    confidenceTable.grades.forEach(({ grade, costPercent, benefitPercent }, i) => {
      const pointer = `/confidenceTable/grades/${i}`
      if (seen.has(grade)) this.fault(`${pointer}/grade`, 'duplicate-grade', `Grade ${grade} stands twice.`)
      seen.add(grade)
      if (!Number.isFinite(costPercent) || costPercent < 0 || costPercent > 500) this.fault(`${pointer}/costPercent`, 'percent', `A cost is corrected up, by 0 to 500 percent, not by ${costPercent}.`)
      if (!Number.isFinite(benefitPercent) || benefitPercent < 0 || benefitPercent > 100) this.fault(`${pointer}/benefitPercent`, 'percent', `A benefit is corrected down, by 0 to 100 percent (5 takes off five in a hundred), not by ${benefitPercent}.`)
    })
    const { title, source, grades } = confidenceTable
    return { table: { id: 'own', version: 'own', title, verified: false, note: source, source: null, grades: grades.map((grade) => ({ ...grade, meaning: grade.meaning ?? null })) }, own: true }
  }

  private readSimulation({ simulation }: AppraisalInput, options: readonly ModelOption[]): Model['simulation'] {
    if (simulation === null) return null
    const draws = simulation?.draws ?? DRAWS.usual
    const seed = simulation?.seed ?? 1
    if (!Number.isInteger(draws) || draws < DRAWS.least || draws > DRAWS.most) {
      this.fault('/simulation/draws', 'draws', `A simulation has ${DRAWS.least} to ${DRAWS.most} draws, not ${draws}. ${DRAWS.usual} give percentiles that more draws hardly change.`)
    } else {
      const most = Math.floor(MOST_WORK / Math.max(this.workOf(options), 1))
      if (draws > most && this.inputs.some(({ range }) => range !== null)) this.fault('/simulation/draws', 'too-much-work', `${draws} draws over ${this.years} years are too much for one request, as this is: ${most < DRAWS.least ? 'give it fewer lines or years' : `at most ${most} draws, or fewer lines or years`}. People and drop-off without ranges make it quicker.`)
    }
    if (!Number.isInteger(seed) || seed < -2147483648 || seed > 2147483647) this.fault('/simulation/seed', 'seed', `A seed is a whole number from -2147483648 to 2147483647, not ${seed}.`)
    return { draws, seed }
  }

  /** What one draw costs, in sums: a line by year, or by year of entry and year of benefit where people or drop-off are uncertain. */
  private workOf(options: readonly ModelOption[]): number {
    const uncertain = (place: number) => this.inputs[place]!.range !== null
    let work = 0
    for (const { costs, benefits } of options) {
      work += this.years * (costs.length + PERCENTILES)
      for (const { entrants, dropOff, lag, duration } of benefits) {
        if (!uncertain(dropOff) && !entrants.some(({ people }) => uncertain(people))) work += this.years
        else work += entrants.reduce((sum, { year }) => sum + Math.max(0, Math.min(duration, this.years - year - lag)), PERCENTILES * this.years)
      }
    }
    return work
  }

  // ---- Inputs ----

  /** Notes an input and answers with its place. One with a key that is known is the same input. */
  private input(given: Quantity, pointer: string, domain: Domain, what: string, identity: string, label: string): number {
    const written = typeof given === 'number' ? { value: given } : given
    const { value, range, key } = written as { value: number; range?: Parameters<typeof settleRange>[0]; key?: string }
    const place = this.inputs.length
    const within = typeof given === 'number' ? pointer : `${pointer}/value`
    let settled: Settled | null = null
    if (!Number.isFinite(value)) this.fault(within, 'not-finite', `${what} must be a finite number.`)
    else if (value < domain.low || value > domain.high) this.fault(within, ...outOf(value, domain, what))
    else if (range !== undefined) {
      const outcome = settleRange(range, value, domain)
      if ('settled' in outcome) settled = outcome.settled
      else for (const { field, code, message } of outcome.faults) this.fault(`${pointer}/range${field === '' ? '' : `/${field}`}`, code, message)
    }
    if (key !== undefined) {
      const text = JSON.stringify({ value, range, domain })
      const known = this.byKey.get(key)
      if (known !== undefined) {
        if (known.written !== text) this.fault(`${pointer}/key`, 'key-differs', `'${key}' stands at ${this.inputs[known.place]!.pointer} with another value or range, or for another kind of input: one key is one uncertain thing. Give both the same, or another key.`)
        return known.place
      }
      this.byKey.set(key, { place, written: text })
    }
    this.inputs.push({ pointer: this.at + pointer, key: key ?? null, identity: key === undefined ? identity : `key ${key}`, label, value, range: settled, ...domain })
    return place
  }

  /** A number that nobody gave. */
  private fixed(value: number, pointer: string, label: string): number {
    return this.inputs.push({ pointer: this.at + pointer, key: null, identity: '', label, value, range: null, low: value, high: value }) - 1
  }

  private money({ amount, currency, priceYear }: AppraisalMoney, pointer: string, domain: Domain, what: string, identity: string, label: string) {
    if (currency !== 'GBP') this.fault(`${pointer}/currency`, 'currency', `Amounts are in GBP, not ${currency}: currencies are never mixed. Convert it to pounds and say at what rate in source.`)
    const place = this.input(amount, `${pointer}/amount`, domain, what, identity, label)
    return { amount: place, deflation: this.deflation(priceYear, `${pointer}/priceYear`) }
  }

  private deflation(priceYear: string, pointer: string): number {
    if (!isPriceYear(priceYear)) {
      this.fault(pointer, 'price-year', notAPriceYear(priceYear))
      return 1
    }
    const factor = upratingFactor(this.index, priceYear, this.priceYear)
    if (factor !== null) {
      this.upratings.set(priceYear, factor)
      return factor
    }
    if (isPriceYear(this.priceYear)) {
      const missing = this.index.has(priceYear) ? this.priceYear : priceYear
      this.fault(pointer, 'price-year-outside-series', `Prices of ${priceYear} cannot be brought to those of ${this.priceYear}: ${this.covers(missing)}`)
    }
    return 1
  }

  private covers(missing: string): string {
    const kind = CALENDAR_YEAR.test(missing) ? 'calendar' : 'financial'
    const [first, last] = [firstYear(this.index, kind), lastYear(this.index, kind)]
    const has = `the series ${this.seriesId} covers ${first} to ${last}, and ${missing} is not among them.`
    return missing < first
      ? `${has} Nothing earlier is carried: use a value of a later price year.`
      : `${has} Send the years from ${yearAfter(last)} on in deflator.extension, each with its change in percent and its source, or choose an earlier priceYear.`
  }

  // ---- Options and lines ----

  private readOptions({ options }: AppraisalInput): ModelOption[] {
    const seen = new Map<string, number>()
    options.forEach(({ id }, i) => {
      const earlier = seen.get(id)
      if (earlier !== undefined) this.fault(`/options/${i}/id`, 'duplicate-id', `'${id}' is the id of /options/${earlier} already: each option has an id of its own.`)
      else seen.set(id, i)
    })
    const nothing = options.flatMap((option, i) => (option.doNothing === true ? [i] : []))
    for (const i of nothing.slice(1)) this.fault(`/options/${i}/doNothing`, 'second-do-nothing', `/options/${nothing[0]} is doing nothing already: exactly one option is.`)
    const read = options.map((option, i) => this.readOption(option, `/options/${i}`))
    if (nothing.length === 0) {
      if (seen.has(DO_NOTHING)) this.fault(`/options/${seen.get(DO_NOTHING)}/doNothing`, 'do-nothing-not-marked', `An option with the id '${DO_NOTHING}' needs doNothing: true, or another id.`)
      this.assume('/options', 'Nobody sent an option of doing nothing: one without costs and benefits was added, so all figures are against no change.')
      return [{ id: DO_NOTHING, name: 'Do nothing', pointer: null, doNothing: true, intervention: null, costs: [], benefits: [] }, ...read]
    }
    return [read[nothing[0]!]!, ...read.filter((_, i) => i !== nothing[0])]
  }

  private readOption(option: AppraisalOption, pointer: string): ModelOption {
    const cohort = this.readEntrants(option.cohort ?? [], `${pointer}/cohort`, `${option.id}/cohort`, option.name)
    const seen = new Map<string, string>()
    const once = (id: string, at: string) => {
      const earlier = seen.get(id)
      if (earlier !== undefined) this.fault(`${at}/id`, 'duplicate-id', `'${id}' is the id of ${earlier} already: each line of an option, cost or benefit, has an id of its own.`)
      else seen.set(id, at)
    }
    const costs = (option.costs ?? []).map((line, i) => {
      once(line.id, `${pointer}/costs/${i}`)
      return this.readCost(line, `${pointer}/costs/${i}`, option.id, cohort)
    })
    const benefits = (option.benefits ?? []).map((line, i) => {
      once(line.id, `${pointer}/benefits/${i}`)
      return this.readBenefit(line, `${pointer}/benefits/${i}`, option.id, cohort)
    })
    return { id: option.id, name: option.name, pointer: this.at + pointer, doNothing: option.doNothing ?? false, intervention: option.intervention ?? null, costs, benefits }
  }

  private inHorizon(year: number, pointer: string): boolean {
    if (Number.isInteger(year) && year >= 0 && year < this.years) return true
    this.fault(pointer, 'outside-horizon', `Year ${year} is outside the appraisal, whose years are 0 to ${this.years - 1}.`)
    return false
  }

  private readEntrants(entrants: readonly Entrants[], pointer: string, identity: string, name: string): EntrantsByYear[] {
    const seen = new Set<number>()
    const read = entrants.map(({ year, people }, i) => {
      this.inHorizon(year, `${pointer}/${i}/year`)
      if (seen.has(year)) this.fault(`${pointer}/${i}/year`, 'duplicate-year', `Year ${year} stands twice: put its people together.`)
      seen.add(year)
      return { year, people: this.input(people, `${pointer}/${i}/people`, PEOPLE, 'People', `${identity}/${year}`, `${name}: people who enter in year ${year}`) }
    })
    return read.sort((a, b) => a.year - b.year)
  }

  private grade(confidence: number | null | undefined, pointer: string) {
    if (confidence == null) return { costPercent: 0, benefitPercent: 0 }
    const row = this.table.grades.find(({ grade }) => grade === confidence)
    if (row !== undefined) return row
    this.fault(`${pointer}/confidence`, 'unknown-grade', `The table '${this.table.id}' has the grades ${this.table.grades.map(({ grade }) => grade).join(', ')}, and no ${confidence}.`)
    return { costPercent: 0, benefitPercent: 0 }
  }

  private readCost(line: CostLine, pointer: string, option: string, cohort: readonly EntrantsByYear[]): ModelCost {
    const identity = `${option}/${line.id}`
    const last = this.years - 1
    const from = line.fromYear ?? 0
    const to = line.basis === 'once' ? from : (line.toYear ?? last)
    if (this.inHorizon(from, `${pointer}/fromYear`) && line.toYear != null && this.inHorizon(line.toYear, `${pointer}/toYear`)) {
      if (line.toYear < from) this.fault(`${pointer}/toYear`, 'years-reversed', `The cost ends in year ${line.toYear}, before it starts in ${from}.`)
      else if (line.basis === 'once' && line.toYear !== from) this.fault(`${pointer}/toYear`, 'once', `A cost that falls once falls in fromYear (${from}): leave toYear out, or choose per-year.`)
    }
    const { amount, deflation } = this.money(line.amount, `${pointer}/amount`, COST, 'A cost', `${identity}/amount`, `${line.name}: cost`)
    const byYear = new Map<number, number>()
    line.byYear?.forEach(({ year, amount: other }, i) => {
      const at = `${pointer}/byYear/${i}`
      if (line.basis === 'once') this.fault(at, 'once', 'A cost that falls once has one amount: choose per-year for amounts by year.')
      if (this.inHorizon(year, `${at}/year`)) {
        if (byYear.has(year)) this.fault(`${at}/year`, 'duplicate-year', `Year ${year} stands twice.`)
        else if (year < from || year > to) this.fault(`${at}/year`, 'outside-line', `Year ${year} is outside those of the cost, ${from} to ${to}.`)
      }
      byYear.set(year, this.input(other, `${at}/amount`, COST, 'A cost', `${identity}/amount/${year}`, `${line.name}: cost in year ${year}`))
    })
    if (line.basis === 'per-person' && cohort.length === 0) this.fault(`${pointer}/basis`, 'no-cohort', 'A cost per person needs people: give the option a cohort.')

    const terms: ModelCost['terms'] = []
    for (let year = Math.max(from, 0); year <= Math.min(to, last); year++) {
      const people = line.basis === 'per-person' ? cohort.find((entry) => entry.year === year)?.people : null
      if (people !== undefined) terms.push({ year, amount: byYear.get(year) ?? amount, people })
    }
    const ledger = line.ledger ?? 'fiscal'
    const agency = line.agency ?? GAINS[ledger] ?? COUNCIL
    if (ledger === 'fiscal' && (agency === 'economy' || agency === 'society')) this.fault(`${pointer}/agency`, 'not-an-agency', `'${agency}' has no budget, so it bears no fiscal cost: choose an agency, or the ledger economic or social.`)
    let bias = 0
    if (line.optimismBias != null) {
      this.addsUp(line.optimismBias.map(({ share }) => share), `${pointer}/optimismBias`)
      bias = mixedOptimismBias(line.optimismBias, this.data.optimismBias)
    }
    const spread = { once: `once, in year ${from}`, 'per-year': `every year from ${from} to ${to}`, 'per-person': `for each person who enters in years ${from} to ${to}` }[line.basis]
    this.assume(pointer, `'${line.name}': borne by ${agency}, ${spread}${byYear.size > 0 ? ', with other amounts in years ' + [...byYear.keys()].join(', ') : ''}${line.transfer === true ? '; a transfer, so no part of public value' : ''}.`)
    return { id: line.id, name: line.name, pointer: this.at + pointer, kind: line.kind, agency, ledger, transfer: line.transfer ?? false, terms, deflation, correction: this.grade(line.confidence, pointer).costPercent, bias }
  }

  private readBenefit(line: BenefitLine, pointer: string, option: string, cohort: readonly EntrantsByYear[]): ModelBenefit {
    const identity = `${option}/${line.id}`
    const entrants = line.population == null ? cohort : this.readEntrants(line.population, `${pointer}/population`, `${identity}/population`, line.name)
    const defaulted: string[] = []
    const share = (name: 'needShare' | 'engagement' | 'retention' | 'deadweight' | 'dropOff' | 'cashability', usual: number, label: string) => {
      const given = line[name]
      if (given !== undefined) return this.input(given, `${pointer}/${name}`, SHARE, 'A share', `${identity}/${name}`, `${line.name}: ${label}`)
      defaulted.push(`${label} ${usual}`)
      return this.fixed(usual, `${pointer}/${name}`, `${line.name}: ${label}`)
    }
    const needShare = share('needShare', 1, 'share with the need')
    const engagement = share('engagement', 1, 'engagement')
    const retention = share('retention', 1, 'retention')
    const impact = this.input(line.impact, `${pointer}/impact`, IMPACT, 'An impact', `${identity}/impact`, `${line.name}: impact`)
    const deadweight = share('deadweight', 0, 'deadweight')
    const dropOff = share('dropOff', 0, 'yearly drop-off')
    const cashability = share('cashability', 0, 'cashability')

    const { lag = 0, duration = 1 } = line
    if (lag < 0 || lag >= this.years) this.fault(`${pointer}/lag`, 'outside-horizon', `A lag of ${lag} years puts the benefit outside the appraisal, which has ${this.years}: it must be 0 to ${this.years - 1}.`)
    if (duration < 1 || duration > MOST_YEARS) this.fault(`${pointer}/duration`, 'duration', `A benefit lasts 1 to ${MOST_YEARS} years, not ${duration}.`)

    const { unitValue } = line
    const unit = UNITS[unitValue.per]
    const atUnits = `${pointer}/unitValue/unitsPerYear`
    let unitsPerYear: number
    if (unitValue.unitsPerYear === undefined) {
      if (unit.needed) this.fault(atUnits, 'unit-does-not-fit', `The value is for ${unit.text}, and benefits are counted by the year: say how many of them a person with the outcome has in a year${unitValue.per === 'week' ? ', such as 52' : ''}.`)
      unitsPerYear = this.fixed(1, atUnits, `${line.name}: units a year`)
    } else {
      const given = unitValue.unitsPerYear
      const number = typeof given === 'number' ? given : given.value
      if (unit.most !== null && number > unit.most) this.fault(typeof given === 'number' ? atUnits : `${atUnits}/value`, 'unit-does-not-fit', `The value is for ${unit.text}, of which a person has at most ${unit.most} in a year, not ${number}.`)
      unitsPerYear = this.input(unit.most !== null && number > unit.most ? unit.most : given, atUnits, { low: 0, high: unit.most ?? MOST_UNITS }, 'The number of units a year', `${identity}/unitsPerYear`, `${line.name}: units a year`)
    }
    if (unitValue.per === 'lifetime') {
      if (duration !== 1) this.fault(`${pointer}/duration`, 'unit-does-not-fit', `A value for a lifetime counts once for each person; over ${duration} years it would count ${duration} times. Leave the duration at 1.`)
    }

    const values: ModelBenefit['values'][number][] = []
    for (const ledger of LEDGERS) {
      const money = unitValue[ledger]
      if (money == null) continue
      values.push({ ledger, ...this.money(money, `${pointer}/unitValue/${ledger}`, VALUE, 'A unit value', `${identity}/${ledger}`, `${line.name}: ${ledger} value of ${unit.text}`) })
    }
    if (values.length === 0) this.fault(`${pointer}/unitValue`, 'no-value', 'Give at least one value: fiscal, economic or social. A benefit that cannot be valued belongs into the text of the case.')

    const fiscal = values.some(({ ledger }) => ledger === 'fiscal')
    const split = line.agencySplit ?? []
    const agencies = new Set<string>()
    split.forEach(({ agency, share: part }, i) => {
      const at = `${pointer}/agencySplit/${i}`
      if (agencies.has(agency)) this.fault(`${at}/agency`, 'duplicate-agency', `${agency} stands twice: add its shares together.`)
      agencies.add(agency)
      if (agency === 'economy' || agency === 'society') this.fault(`${at}/agency`, 'not-an-agency', `'${agency}' has no budget: give that part as an economic or a social value.`)
      if (!Number.isFinite(part) || part < 0 || part > 1) this.fault(`${at}/share`, ...outOf(part, SHARE, 'A share'))
    })
    if (fiscal && split.length === 0) this.fault(`${pointer}/agencySplit`, 'no-agency', 'A fiscal value is somebody\'s spending: say whose, with shares that add up to 1.')
    else if (split.length > 0) this.addsUp(split.map(({ share: part }) => part), `${pointer}/agencySplit`)

    const formula = `'${line.name}': ${line.population == null ? 'the people of the option' : 'its own people'}, from ${lag === 0 ? 'the year they enter' : `${lag} year${lag === 1 ? '' : 's'} after they enter`}, for ${duration} year${duration === 1 ? '' : 's'}${this.years < lag + duration ? ' as far as the appraisal runs' : ''}; the benefits of each year of entrants stack.`
    this.assume(pointer, defaulted.length === 0 ? formula : `${formula} Not given, so assumed: ${defaulted.join(', ')}.`)
    return {
      id: line.id,
      name: line.name,
      pointer: this.at + pointer,
      entrants,
      factors: [needShare, engagement, retention, impact],
      deadweight,
      dropOff,
      lag,
      duration,
      unitsPerYear,
      per: unitValue.per,
      values,
      split: fiscal ? split : [],
      cashability,
      correction: this.grade(line.confidence, pointer).benefitPercent,
      transfer: line.transfer ?? false,
      unitCost: unitValue.unitCost ?? null
    }
  }

  private addsUp(shares: readonly number[], pointer: string) {
    const sum = shares.reduce((total, part) => total + part, 0)
    const bad = shares.findIndex((part) => !Number.isFinite(part) || part < 0 || part > 1)
    if (pointer.endsWith('optimismBias') && bad >= 0) this.fault(`${pointer}/${bad}/share`, ...outOf(shares[bad]!, SHARE, 'A share'))
    if (Number.isFinite(sum) && Math.abs(sum - 1) > SUM_TOLERANCE) this.fault(pointer, 'shares-do-not-add-up', `The shares add up to ${Number(sum.toFixed(6))}; they must add up to 1.`)
  }
}

const notAPriceYear = (given: string) => `'${given}' is not a year: write a financial year such as 2013/14, or a calendar year such as 2019.`

/** A code and a message for a number outside what it can be. */
function outOf(value: number, domain: Domain, what: string): [string, string] {
  const percent = domain.high === 1 && value > 1 && value <= 100 ? ` If ${value}% is meant, write ${Number((value / 100).toFixed(6))}.` : ''
  if (domain === SHARE) return ['not-a-share', `A share is from 0 to 1, not ${value}.${percent}`]
  if (domain === IMPACT) return ['not-a-share', `An impact is a change in a share, from -1 to 1, not ${value}.${percent}`]
  if (domain === COST && value < 0) return ['negative-cost', `A cost is not below 0 (${value}): what an option saves is a benefit line.`]
  return ['out-of-range', `${what} is from ${domain.low} to ${domain.high}, not ${value}.`]
}


import { MODEL_VERSION } from './appraise.js'
import type { AppraisalData } from './data-files.js'
import { correctCost } from './correct.js'
import { councilShare, inputsOf } from './flows.js'
import type { Model, ModelBenefit, ModelOption } from './model.js'
import { drawsOf, quantileOf } from './ranges.js'
import { evenWeights, rankAcceptability } from './rank-acceptability.js'
import { pence, ratio, unit } from './rounding.js'
import { RANKING_CRITERIA, type AcceptabilityPoint, type AppraisalInput, type Percentiles, type SimulatedOption, type Simulation, type Spread, type TornadoBar } from './schemas.js'
import { expectedValueOfPerfectInformation, mean, percentiles, shareAbove0, sharesBest } from './statistics.js'
import { responsesOf, type Response } from './switching.js'
import { understand } from './understand.js'
import { COUNCIL } from './vocabulary.js'
import { financialYear } from './years.js'

/**
 * Draws from every range again and again. Pure: the same input and seed give the same answer, on
 * every machine. Each uncertain input has a stream of its own, seeded by its identity, so a further
 * line moves no other; an input with a key is drawn once for all options that share it.
 *
 * The figures are those of `appraise`, draw by draw: corrected, against doing nothing.
 * @returns null where no input has a range, or the input says `simulation: null`
 * @throws DomainError 422 that names every field at fault
 */
export function simulate(input: AppraisalInput, data: AppraisalData, at = ''): Simulation | null {
  const steps = simulateModel(understand(input, data, at))
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/** Milliseconds of work after which others get their turn. */
const TURN = 10

/**
 * The same, giving way to other requests every few milliseconds. A thread of its own would use a
 * second core, at the price of copying the model and a second copy of the program in memory; the
 * whole of a usual simulation takes less time than starting one.
 */
export async function simulateInTurns(input: AppraisalInput, data: AppraisalData, at = ''): Promise<Simulation | null> {
  const steps = simulateModel(understand(input, data, at))
  let since = performance.now()
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    if (performance.now() - since < TURN) continue
    await new Promise((resolve) => setImmediate(resolve))
    since = performance.now()
  }
}

/** Where the weights of the ranking come from. */
const EVEN = { distribution: 'uniform', low: 0, high: 1 } as const

/** A number for each draw, or one for all. */
type Drawn = number | Float64Array

/** What a benefit line comes to, year by year, for one unit of `scale`. */
interface Shape {
  /** Weight of each year, 0 or above, where it is the same in every draw. */
  certain: Float64Array | null
  /** Weight of each year and draw otherwise. */
  uncertain: (Float64Array | null)[]
}

/** The simulation, pausing between its parts so that whoever runs it can do other work. It waits for nothing. */
export function* simulateModel(model: Model): Generator<void, Simulation | null, void> {
  const { simulation, years, factors, inputs, options } = model
  const uncertain = inputs.flatMap(({ range }, place) => (range === null ? [] : [place]))
  if (simulation === null || uncertain.length === 0) return null
  const { draws, seed } = simulation

  const pool = new Pool(draws)
  const drawn: Drawn[] = inputs.map(({ value }) => value)
  const spreads = new Map<number, Percentiles>()
  const scratch = pool.take()
  const spreadOf = (values: Float64Array, round: (value: number) => number): Percentiles => {
    const [p10, p50, p90] = percentiles(values)
    return { p10: round(p10), p50: round(p50), p90: round(p90) }
  }
  /** The last option that reads an input: after it, its draws can go. */
  const lastReader = new Map<number, number>()
  const readBy = options.map((option, i) => {
    const read = new Set([...option.costs, ...option.benefits].flatMap((line) => ('terms' in line ? inputsOf(line) : [...inputsOf(line), line.cashability])))
    for (const place of read) lastReader.set(place, i)
    return read
  })
  const drawInput = (place: number) => {
    const { range, identity } = inputs[place]!
    const values = drawsOf(range!, pool.take(), seed, identity)
    drawn[place] = values
    const [p10, p50, p90] = quantileOf(range!, 0.5) === null ? percentiles(values) : ([0.1, 0.5, 0.9].map((p) => quantileOf(range!, p)!) as [number, number, number])
    spreads.set(place, { p10, p50, p90 })
  }

  const responses = responsesOf(model).filter(({ input }) => inputs[input]!.range !== null)
  const results: Omit<SimulatedOption, 'probabilityBest'>[] = []
  const npsv: Float64Array[] = []
  const costs: Float64Array[] = []
  const gains: Float64Array[] = []
  const councilCosts: Float64Array[] = []
  let nothing: Flows | null = null

  for (const [i, option] of options.entries()) {
    for (const place of readBy[i]!) {
      if (inputs[place]!.range === null || typeof drawn[place] !== 'number') continue
      drawInput(place)
      yield
    }
    const flows = newFlows(years, pool)
    for (const line of option.costs) {
      addCost(flows, model, line, drawn, pool)
      yield
    }
    const benefits: SimulatedOption['benefits'] = []
    const groups = new Map<string, Group>()
    for (const line of option.benefits) {
      const scale = productOf([...line.factors, line.unitsPerYear].map((place) => drawn[place]!), complement(drawn[line.deadweight]!), pool)
      const shape = yield* shapeOf(line, drawn, years, pool)
      const value = valueOf(line, scale, drawn, pool)
      addBenefit(flows, model, line, shape, value, groups, pool)
      yield
      benefits.push({ id: line.id, years: yield* benefitYears(shape, scale, value.all, spreadOf, scratch, years) })
      pool.give(scale, value.all, value.council, ...shape.uncertain)
    }
    addGroups(flows, model, groups.values(), pool)
    if (i === 0) nothing = flows
    else subtract(flows, nothing!, pool)
    if (i === 0) for (const of of [npsv, costs, gains, councilCosts]) of.push(pool.take())
    else {
      costs.push(flows.presentCosts)
      gains.push(flows.presentBenefits)
      councilCosts.push(flows.presentCouncilCosts)
      npsv.push(differenceOf(flows.presentBenefits, flows.presentCosts, 1, pool.take()))
    }

    const [cumulative, cumulativePresent, cumulativeCouncil] = [pool.take(), pool.take(), pool.take()]
    const zero = { p10: 0, p50: 0, p90: 0 }
    const simulatedYears: SimulatedOption['years'] = []
    for (let year = 0; year < years; year++) {
      const entry = { year, financialYear: financialYear(model.startYear + year) }
      if (i === 0) {
        simulatedYears.push({ ...entry, cumulative: zero, cumulativePresentValue: zero, councilCumulativeCashable: zero })
        continue
      }
      const net = flows.net[year]
      if (net != null) {
        const factor = factors[year]!
        for (let d = 0; d < draws; d++) {
          const value = net[d]!
          cumulative[d]! += value
          cumulativePresent[d]! += value * factor
        }
      }
      const council = flows.council[year]
      if (council != null) for (let d = 0; d < draws; d++) cumulativeCouncil[d]! += council[d]!
      simulatedYears.push({ ...entry, cumulative: spreadOf(cumulative, pence), cumulativePresentValue: spreadOf(cumulativePresent, pence), councilCumulativeCashable: spreadOf(cumulativeCouncil, pence) })
      yield
    }
    results.push({
      option: option.id,
      npsv: { mean: pence(mean(npsv[i]!)), ...spreadOf(npsv[i]!, pence) },
      councilCashable: { mean: pence(mean(cumulativeCouncil)), ...spreadOf(cumulativeCouncil, pence) } satisfies Spread,
      probabilityNpsvPositive: ratio(shareAbove0(npsv[i]!)),
      probabilityCouncilCashablePositive: ratio(shareAbove0(cumulativeCouncil)),
      tornado: i === 0 ? [] : yield* tornado(model, responses, spreads, i),
      years: simulatedYears,
      benefits
    })
    pool.give(cumulative, cumulativePresent, cumulativeCouncil, ...(i === 0 ? [] : [...flows.net, ...flows.council]))
    for (const [place, last] of lastReader) {
      if (last !== i || typeof drawn[place] === 'number') continue
      pool.give(drawn[place]!)
      drawn[place] = Number.NaN
    }
  }

  const best = sharesBest(npsv)
  const worth = options.map(() => pool.take())
  const points: AcceptabilityPoint[] = []
  const point = (kind: AcceptabilityPoint['kind'], value: number, gainsOf: readonly Float64Array[], costsOf: readonly Float64Array[], price: number) => {
    const shares = sharesBest(worth.map((to, i) => differenceOf(gainsOf[i]!, costsOf[i]!, price, to)))
    points.push({ kind, value, options: options.map(({ id }, i) => ({ option: id, probabilityAcceptable: ratio(shareAbove0(worth[i]!)), probabilityBest: ratio(shares[i]!) })) })
  }
  for (const threshold of model.thresholds) {
    point('threshold', threshold, gains, costs, threshold)
    yield
  }
  for (const value of model.councilValues) {
    point('council-value', value, npsv, councilCosts, value - 1)
    yield
  }
  const negative = (amount: Float64Array) => {
    const to = pool.take()
    add(to, amount, -1)
    return to
  }
  const evenly = (name: string) => drawsOf(EVEN, pool.take(), seed, `weights ${name}`)
  const ranked = rankAcceptability(options.map((_, i) => [gains[i]!, negative(costs[i]!), negative(councilCosts[i]!)]), evenWeights(evenly('a'), evenly('b')))
  yield

  return {
    modelVersion: MODEL_VERSION,
    draws,
    seed,
    generator: 'xoroshiro128+ (pure-rand 8), a stream for each uncertain input, seeded by SHA-256 of the seed and the name of the input',
    uncertainInputs: uncertain.length,
    options: results.map((result, i) => ({ ...result, probabilityBest: ratio(best[i]!) })),
    evpi: pence(expectedValueOfPerfectInformation(npsv)),
    acceptability: points,
    rankAcceptability: {
      criteria: [...RANKING_CRITERIA],
      options: options.map(({ id }, i) => {
        const weights = ranked.centralWeights[i]
        return {
          option: id,
          ranks: ranked.ranks[i]!.map(ratio),
          centralWeights: weights == null ? null : { benefits: ratio(weights[0]!), costs: ratio(weights[1]!), councilCosts: ratio(weights[2]!) },
          confidenceFactor: ranked.confidence[i] === null ? null : ratio(ranked.confidence[i]!)
        }
      })
    },
    warnings: model.warnings.filter(({ code }) => ['uncertainty-counted-twice', 'range-centre-differs', 'range-cut', 'same-input-drawn-apart'].includes(code)),
    notes: [
      'Figures are after the confidence grades, against doing nothing; those of benefits are of the option itself.',
      'Only the inputs with a range move. What has none is taken as known, so the spread is the least there is.',
      'Inputs are drawn as independent of each other, but for those that share a key.'
    ]
  }
}

// ---- Arithmetic on draws ----

/** Arrays of one number for each draw, used again: taking and clearing them anew would cost as much as the arithmetic. */
class Pool {
  private readonly free: Float64Array[] = []
  constructor(private readonly draws: number) {}

  /** An array of zeros. */
  take(): Float64Array {
    const array = this.free.pop()
    return array === undefined ? new Float64Array(this.draws) : array.fill(0)
  }

  /** Takes back what nobody reads any more. */
  give(...arrays: readonly (Drawn | null)[]) {
    for (const array of arrays) if (array instanceof Float64Array) this.free.push(array)
  }
}

/** a - price x b, draw by draw. */
function differenceOf(a: Float64Array, b: Float64Array, price: number, to: Float64Array): Float64Array {
  for (let d = 0; d < to.length; d++) to[d] = a[d]! - price * b[d]!
  return to
}

/** Product of numbers and arrays, as one array; a copy, never one of those given. */
function productOf(parts: readonly Drawn[], last: Drawn, pool: Pool): Float64Array {
  let constant = 1
  const arrays: Float64Array[] = []
  for (const part of [...parts, last]) {
    if (typeof part === 'number') constant *= part
    else arrays.push(part)
  }
  const product = pool.take()
  const [a, b, c, ...more] = arrays
  if (a === undefined) return product.fill(constant)
  // The usual few in one pass.
  if (b === undefined) for (let d = 0; d < product.length; d++) product[d] = constant * a[d]!
  else if (c === undefined) for (let d = 0; d < product.length; d++) product[d] = constant * a[d]! * b[d]!
  else for (let d = 0; d < product.length; d++) product[d] = constant * a[d]! * b[d]! * c[d]!
  for (const array of more) for (let d = 0; d < product.length; d++) product[d]! *= array[d]!
  return product
}

const complement = (part: Drawn): Drawn => (typeof part === 'number' ? 1 - part : part.map((value) => 1 - value))

interface Flows {
  /** Corrected public value by year, benefits less costs; null where there is none. */
  net: (Float64Array | null)[]
  /** Cashable benefits of the council less its costs, by year. */
  council: (Float64Array | null)[]
  presentCosts: Float64Array
  presentBenefits: Float64Array
  presentCouncilCosts: Float64Array
}

const newFlows = (years: number, pool: Pool): Flows => ({
  net: new Array<null>(years).fill(null),
  council: new Array<null>(years).fill(null),
  presentCosts: pool.take(),
  presentBenefits: pool.take(),
  presentCouncilCosts: pool.take()
})

/** Adds weight x amount, draw by draw. */
function add(to: Float64Array, amount: Drawn, weight: number) {
  if (typeof amount === 'number') {
    const each = amount * weight
    for (let d = 0; d < to.length; d++) to[d]! += each
  } else for (let d = 0; d < to.length; d++) to[d]! += amount[d]! * weight
}

function addTo(by: (Float64Array | null)[], year: number, pool: Pool, amount: Drawn, weight: number) {
  if (weight === 0 || amount === 0) return
  add((by[year] ??= pool.take()), amount, weight)
}

function addCost(flows: Flows, { factors }: Model, line: ModelOption['costs'][number], drawn: readonly Drawn[], pool: Pool) {
  const corrected = correctCost(line.deflation, line.correction, line.bias)
  const council = line.agency === COUNCIL && line.ledger === 'fiscal'
  // Years with the same amount and as many people cost the same: their weights are summed first.
  const terms = new Map<string, { amount: Drawn; present: number }>()
  for (const { year, amount, people } of line.terms) {
    const money = drawn[amount]!
    const heads = people === null ? 1 : drawn[people]!
    const known = typeof heads === 'number' ? heads : 1
    const key = typeof heads === 'number' ? `${amount}` : `${amount} ${people}`
    const term = terms.get(key) ?? { amount: typeof heads === 'number' ? money : productOf([money, heads], 1, pool), present: 0 }
    terms.set(key, term)
    const weight = corrected * known
    term.present += weight * factors[year]!
    if (!line.transfer) addTo(flows.net, year, pool, term.amount, -weight)
    if (council) addTo(flows.council, year, pool, term.amount, -weight)
  }
  for (const { amount, present } of terms.values()) {
    if (!line.transfer) add(flows.presentCosts, amount, present)
    if (council) add(flows.presentCouncilCosts, amount, present)
  }
}

/**
 * Weights of the years of a benefit: the sum over entrants of people x (1 - drop-off)^n. They are the
 * same in every draw unless people or drop-off are uncertain, and then one set serves all draws.
 */
function* shapeOf(line: ModelBenefit, drawn: readonly Drawn[], years: number, pool: Pool): Generator<void, Shape, void> {
  const kept = complement(drawn[line.dropOff]!)
  if (typeof kept === 'number' && line.entrants.every(({ people }) => typeof drawn[people] === 'number')) {
    const certain = new Float64Array(years)
    for (const { year: entry, people } of line.entrants) {
      let weight = drawn[people] as number
      const last = Math.min(years, entry + line.lag + line.duration)
      for (let year = entry + line.lag; year < last; year++, weight *= kept) certain[year]! += weight
    }
    return { certain, uncertain: [] }
  }
  const uncertain: Shape['uncertain'] = new Array<null>(years).fill(null)
  /** (1 - drop-off)^n, for as many years as any benefit lasts. */
  const left: Drawn[] = [1]
  for (let n = 1; n < Math.min(line.duration, years); n++) {
    const before = left[n - 1]!
    left.push(typeof before === 'number' && typeof kept === 'number' ? before * kept : productOf([before], kept, pool))
  }
  for (const { year: entry, people } of line.entrants) {
    const heads = drawn[people]!
    const last = Math.min(years, entry + line.lag + line.duration)
    for (let year = entry + line.lag; year < last; year++) {
      const share = left[year - entry - line.lag]!
      if (typeof heads === 'number') addTo(uncertain, year, pool, share, heads)
      else if (typeof share === 'number') addTo(uncertain, year, pool, heads, share)
      else {
        const to = (uncertain[year] ??= pool.take())
        for (let d = 0; d < to.length; d++) to[d]! += heads[d]! * share[d]!
      }
      yield
    }
  }
  return { certain: null, uncertain }
}

interface Value {
  /** Corrected value of all kinds for a weight of one. */
  all: Float64Array
  /** Of it, what the council can take out of its budget; null where it has no part. */
  council: Float64Array | null
}

/** What a weight of one is worth, draw by draw: correction and cashability as in `correct.ts`. Weights are not below 0, so its sign is that of the benefit. */
function valueOf(line: ModelBenefit, scale: Float64Array, drawn: readonly Drawn[], pool: Pool): Value {
  const all = pool.take()
  const draws = all.length
  const share = councilShare(line)
  const worth = pool.take()
  let council: Float64Array | null = null
  const [above, below] = [1 - line.correction / 100, 1 + line.correction / 100]
  for (const { ledger, amount, deflation } of line.values) {
    // What is the same in every draw is known before the loop, so that numbers need not be told from arrays in it.
    const money = drawn[amount]!
    const [moneys, each] = typeof money === 'number' ? [null, money] : [money, 0]
    for (let d = 0; d < draws; d++) {
      const gross = scale[d]! * (moneys === null ? each : moneys[d]!) * deflation
      worth[d] = gross * (gross > 0 ? above : below)
    }
    add(all, worth, 1)
    if (ledger !== 'fiscal' || share <= 0) continue
    council ??= pool.take()
    const cashability = drawn[line.cashability]!
    const [shares, same] = typeof cashability === 'number' ? [null, cashability] : [cashability, 0]
    for (let d = 0; d < draws; d++) {
      const corrected = worth[d]!
      council[d]! += corrected * share * (corrected > 0 ? (shares === null ? same : shares[d]!) : 1)
    }
  }
  pool.give(worth)
  return { all, council }
}

/** Lines whose years weigh the same: their values are summed before the weights are put to them. */
interface Group {
  weights: Float64Array
  all: Float64Array
  council: Float64Array | null
}

function addBenefit(flows: Flows, { factors, years }: Model, line: ModelBenefit, shape: Shape, { all, council }: Value, groups: Map<string, Group>, pool: Pool) {
  if (shape.certain !== null) {
    const key = shape.certain.join(' ')
    const group = groups.get(key) ?? { weights: shape.certain, all: pool.take(), council: null }
    groups.set(key, group)
    if (!line.transfer) add(group.all, all, 1)
    if (council !== null) add((group.council ??= pool.take()), council, 1)
    return
  }
  for (let year = 0; year < years; year++) {
    const weights = shape.uncertain[year]
    if (weights == null) continue
    const factor = factors[year]!
    if (!line.transfer) {
      const net = (flows.net[year] ??= pool.take())
      for (let d = 0; d < all.length; d++) {
        const value = all[d]! * weights[d]!
        net[d]! += value
        flows.presentBenefits[d]! += value * factor
      }
    }
    if (council !== null) {
      const cash = (flows.council[year] ??= pool.take())
      for (let d = 0; d < cash.length; d++) cash[d]! += council[d]! * weights[d]!
    }
  }
}

function addGroups(flows: Flows, { factors }: Model, groups: Iterable<Group>, pool: Pool) {
  for (const { weights, all, council } of groups) {
    let present = 0
    weights.forEach((weight, year) => {
      present += weight * factors[year]!
      addTo(flows.net, year, pool, all, weight)
      if (council !== null) addTo(flows.council, year, pool, council, weight)
    })
    add(flows.presentBenefits, all, present)
    pool.give(all, council)
  }
}

function subtract(flows: Flows, nothing: Flows, pool: Pool) {
  for (const by of ['net', 'council'] as const) nothing[by].forEach((amount, year) => amount !== null && addTo(flows[by], year, pool, amount, -1))
  for (const of of ['presentCosts', 'presentBenefits', 'presentCouncilCosts'] as const) add(flows[of], nothing[of], -1)
}

/** Percentiles by year. With weights that are certain, those of one weight serve every year. */
function* benefitYears(shape: Shape, scale: Float64Array, value: Float64Array, spreadOf: (values: Float64Array, round: (value: number) => number) => Percentiles, scratch: Float64Array, years: number): Generator<void, SimulatedOption['benefits'][number]['years'], void> {
  const result: SimulatedOption['benefits'][number]['years'] = []
  const { certain } = shape
  if (certain !== null) {
    const times = ({ p10, p50, p90 }: Percentiles, weight: number, round: (value: number) => number): Percentiles => ({ p10: round(p10 * weight), p50: round(p50 * weight), p90: round(p90 * weight) })
    const asIs = (given: number) => given
    const [units, corrected] = [spreadOf(scale, asIs), spreadOf(value, asIs)]
    yield
    for (let year = 0; year < years; year++) result.push({ year, units: times(units, certain[year]!, unit), corrected: times(corrected, certain[year]!, pence) })
    return result
  }
  const zero = { p10: 0, p50: 0, p90: 0 }
  const weighted = (weights: Float64Array, by: Float64Array, round: (value: number) => number): Percentiles => {
    for (let d = 0; d < scratch.length; d++) scratch[d] = weights[d]! * by[d]!
    const [p10, p50, p90] = percentiles(scratch)
    return { p10: round(p10), p50: round(p50), p90: round(p90) }
  }
  for (let year = 0; year < years; year++) {
    const weights = shape.uncertain[year]
    result.push(weights == null ? { year, units: zero, corrected: zero } : { year, units: weighted(weights, scale, unit), corrected: weighted(weights, value, pence) })
    yield
  }
  return result
}

/** Each uncertain input at its P10 and P90, all others at their value; widest swing first. */
function* tornado(model: Model, responses: readonly Response[], spreads: ReadonlyMap<number, Percentiles>, option: number): Generator<void, TornadoBar[], void> {
  const bars: TornadoBar[] = []
  for (const response of responses) {
    const spread = spreads.get(response.input)
    // An input that only later options read does not move this one.
    if (spread === undefined) continue
    const { p10, p50, p90 } = spread
    const against = (x: number) => response.npsv(option, x) - response.npsv(0, x)
    const [low, high] = [against(p10), against(p90)]
    yield
    if (low === high) continue
    const { pointer, key, label } = model.inputs[response.input]!
    bars.push({ pointer, key, label, input: { p10: unit(p10), p50: unit(p50), p90: unit(p90) }, npsvAtP10: pence(low), npsvAtP90: pence(high), swing: pence(Math.abs(high - low)) })
  }
  return bars.sort((a, b) => b.swing - a.swing || (a.pointer < b.pointer ? -1 : 1))
}

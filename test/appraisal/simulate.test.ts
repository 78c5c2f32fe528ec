import t from 'tap'
import { appraise } from '../../src/appraisal/appraise.js'
import { readAppraisalData } from '../../src/appraisal/data-files.js'
import type { AppraisalInput, Quantity, Simulation } from '../../src/appraisal/schemas.js'
import { simulate, simulateInTurns } from '../../src/appraisal/simulate.js'
import { appraisal, benefit, cost, gbp, option } from '../helpers/appraisals.js'

const data = readAppraisalData()
const run = (input: AppraisalInput) => simulate(input, data)!
const normal = (value: number, sd: number, key?: string): Quantity => ({ value, range: { distribution: 'normal', sd }, ...(key === undefined ? {} : { key }) })
const of = (simulation: Simulation, id = 'option') => simulation.options.find(({ option }) => option === id)!
/** A benefit in the first year alone whose value is uncertain, at no cost. */
const once = (value: Quantity, more: Parameters<typeof benefit>[1] = {}) => benefit(0, { unitValue: { fiscal: gbp(value), per: 'case', unitsPerYear: 1 }, ...more })

t.test('a net benefit that is normal with mean 1 and deviation 2 has the published value of information', (t) => {
  // In thousands of pounds, so that rounding to pence plays no part.
  const simulation = run(appraisal([option({ costs: [], benefits: [once(normal(1e6, 2e6))] })], { simulation: { draws: 50_000 } }))
  t.ok(Math.abs(simulation.evpi / 1e6 - 0.395593) < 0.015, `${simulation.evpi}`)
  t.ok(Math.abs(of(simulation).probabilityNpsvPositive - 0.691462) < 0.0062)
  // Deviations of P10 and P90 of a normal: 1.281552.
  t.ok(Math.abs(of(simulation).npsv.p10 / 1e6 - (1 - 2 * 1.281552)) < 0.05)
  t.ok(Math.abs(of(simulation).npsv.p90 / 1e6 - (1 + 2 * 1.281552)) < 0.05)
  t.equal(of(simulation).probabilityBest, of(simulation).probabilityNpsvPositive, 'against doing nothing alone')
  t.end()
})

t.test('the same seed gives the same answer, and another seed another', (t) => {
  const input = (seed: number) => appraisal([option({ benefits: [once(normal(100, 10))] })], { simulation: { draws: 500, seed } })
  t.strictSame(run(input(7)), run(input(7)))
  t.not(of(run(input(7))).npsv.mean, of(run(input(8))).npsv.mean)
  t.end()
})

t.test('a further line or option moves no other draw', (t) => {
  const simulation = { draws: 500 }
  const line = once(normal(100, 10))
  const alone = of(run(appraisal([option({ benefits: [line] })], { simulation })))
  const besides = of(run(appraisal([option({ id: 'other', name: 'Other', benefits: [once(normal(50, 5))] }), option({ benefits: [once(normal(7, 1), { id: 'first' }), line] })], { simulation })))
  t.strictSame(besides.benefits.find(({ id }) => id === 'benefit'), alone.benefits[0])
  t.end()
})

t.test('what shares a key is drawn once for all, so that options differ by nothing else', (t) => {
  const options = (key?: string) => [option({ costs: [], benefits: [once(normal(100, 10, key))] }), option({ id: 'twin', name: 'Twin', costs: [], benefits: [once(normal(100, 10, key))] })]
  const shared = run(appraisal(options('week'), { simulation: { draws: 500 } }))
  t.strictSame(of(shared).npsv, of(shared, 'twin').npsv)
  t.equal(of(shared).probabilityBest, 0.5)
  t.equal(shared.evpi, 0)
  t.equal(shared.uncertainInputs, 1)
  const apart = run(appraisal(options(), { simulation: { draws: 500 } }))
  t.not(of(apart).npsv.mean, of(apart, 'twin').npsv.mean)
  t.ok(apart.evpi > 0)
  t.end()
})

t.test('every way of reckoning a benefit gives the same: uncertain people, drop-off or neither', (t) => {
  // A range so narrow that it is none to the penny, put on one input after the other.
  const narrow = (value: number): Quantity => ({ value, range: { distribution: 'uniform', low: value * (1 - 1e-12), high: value * (1 + 1e-12) } })
  const build = (people: Quantity, dropOff: Quantity, impact: Quantity, amount: Quantity) =>
    appraisal(
      [
        option({ id: 'as-now', name: 'As now', doNothing: true, costs: [cost(40, { basis: 'per-year' })], benefits: [] }),
        option({
          cohort: [{ year: 0, people }, { year: 2, people: 5 }],
          costs: [cost(amount, { basis: 'per-person', confidence: 3 })],
          benefits: [
            benefit(30, { lag: 1, duration: 3, dropOff, impact, deadweight: 0.1, confidence: 4, cashability: 0.5, agencySplit: [{ agency: 'local-authority', share: 0.6 }, { agency: 'nhs', share: 0.4 }] }),
            benefit(0, { id: 'harm', impact, duration: 2, dropOff, confidence: 4, unitValue: { fiscal: gbp(-20), social: gbp(9), per: 'person' }, cashability: 0.5 })
          ]
        })
      ],
      { simulation: { draws: 100 } }
    )
  const expected = appraise(build(10, 0.29, 0.47, 12), data).options[1]!
  for (const input of [build(narrow(10), 0.29, 0.47, 12), build(10, narrow(0.29), 0.47, 12), build(narrow(10), narrow(0.29), 0.47, 12), build(10, 0.29, narrow(0.47), 12), build(10, 0.29, 0.47, narrow(12)), build(narrow(10), narrow(0.29), narrow(0.47), narrow(12))]) {
    const { npsv, councilCashable, years, benefits } = of(run(input))
    // The last digit may fall to either side of a half.
    const same = (found: readonly number[], wanted: readonly number[], within: number) => t.ok(found.length === wanted.length && found.every((value, i) => Math.abs(value - wanted[i]!) <= within), `${JSON.stringify(found)} and ${JSON.stringify(wanted)}`)
    same([npsv.p10, npsv.p90, councilCashable.p50, years.at(-1)!.cumulativePresentValue.p50], [expected.npsv, expected.npsv, expected.council.cashable, expected.npsv], 0.011)
    same(benefits.flatMap((line) => line.years.map(({ corrected }) => corrected.p50)), expected.benefits.flatMap((line) => line.years.map(({ corrected }) => corrected)), 0.011)
    same(benefits.flatMap((line) => line.years.map(({ units }) => units.p50)), expected.benefits.flatMap((line) => line.years.map(({ units }) => units)), 2e-6)
  }
  t.end()
})

t.test('percentiles of a benefit and of the sum so far are given for every year', (t) => {
  const { years, benefits } = of(run(appraisal([option({ benefits: [benefit(30, { lag: 1, duration: 5, impact: { value: 0.5, range: { distribution: 'uniform', low: 0, high: 1 } } })] })], { simulation: { draws: 5000 } })))
  t.strictSame(years.map(({ financialYear }) => financialYear), ['2026/27', '2027/28', '2028/29', '2029/30', '2030/31', '2031/32'])
  t.strictSame(years[0]!.cumulative, { p10: -100, p50: -100, p90: -100 })
  t.ok(Math.abs(years[5]!.cumulative.p90 - (-100 + 5 * 27)) < 3)
  t.strictSame(benefits[0]!.years[0], { year: 0, units: { p10: 0, p50: 0, p90: 0 }, corrected: { p10: 0, p50: 0, p90: 0 } })
  t.ok(Math.abs(benefits[0]!.years[3]!.corrected.p10 - 3) < 1)
  t.end()
})

t.test('the tornado puts the input that matters most first', (t) => {
  const { tornado } = of(run(appraisal([option({ costs: [cost(normal(100, 1))], benefits: [once(normal(500, 100)), once(normal(50, 10), { id: 'small' })] })], { simulation: { draws: 100 } })))
  t.strictSame(tornado.map(({ pointer }) => pointer), ['/options/0/benefits/0/unitValue/fiscal/amount', '/options/0/benefits/1/unitValue/fiscal/amount', '/options/0/costs/0/amount/amount'])
  // 2 x 1.281552 deviations of 100.
  t.equal(tornado[0]!.swing, 256.31)
  t.end()
})

t.test('acceptability is the share of draws that clear what is asked of a pound', (t) => {
  const input = appraisal([option({ costs: [cost(100)], benefits: [once({ value: 200, range: { distribution: 'uniform', low: 0, high: 400 } })] })], { acceptability: { thresholds: [0, 1, 2, 5], councilValues: [1, 2] }, simulation: { draws: 20_000 } })
  const { acceptability } = run(input)
  const share = (kind: string, value: number) => acceptability.find((point) => point.kind === kind && point.value === value)!.options.find(({ option }) => option === 'option')!.probabilityAcceptable
  for (const [threshold, expected] of [[0, 1], [1, 0.75], [2, 0.5], [5, 0]] as const) t.ok(Math.abs(share('threshold', threshold) - expected) < 0.015, `${threshold}`)
  // A council pound worth two: 200 must be gained for 100.
  t.ok(Math.abs(share('council-value', 1) - 0.75) < 0.015)
  t.ok(Math.abs(share('council-value', 2) - 0.5) < 0.015)
  t.end()
})

t.test('the ranks of an option follow from what it gives, what it costs and whose cost that is', (t) => {
  // Worth three times its cost, all borne by the council: first where 3 w(benefits) > w(costs) + w(council), doing nothing otherwise.
  const { rankAcceptability } = run(appraisal([option({ costs: [cost(100)], benefits: [once({ value: 300, range: { distribution: 'uniform', low: 299.99, high: 300.01 } })] })]))
  const [nothing, worth] = rankAcceptability.options
  t.strictSame(rankAcceptability.criteria, ['benefits', 'costs', 'councilCosts'])
  // The weights add up to 1, so that is w(benefits) > 1/4: (3/4) squared of all that are equally likely.
  t.ok(Math.abs(worth!.ranks[0]! - 0.5625) < 0.02, worth!.ranks.join(' '))
  t.equal(worth!.ranks[0]! + worth!.ranks[1]!, 1)
  t.ok(Math.abs(nothing!.ranks[0]! - (1 - worth!.ranks[0]!)) < 1e-9)
  // Of those weights the mean is 1/4 + (3/4) / 3 for the benefits, and the rest in halves.
  const { benefits, costs, councilCosts } = worth!.centralWeights!
  t.ok(Math.abs(benefits - 0.5) < 0.02 && Math.abs(costs - 0.25) < 0.02 && Math.abs(councilCosts - 0.25) < 0.02, JSON.stringify(worth!.centralWeights))
  t.equal(worth!.confidenceFactor, 1)
  t.end()
})

t.test('nothing is simulated where no input has a range, or where the caller asks for none', (t) => {
  t.equal(simulate(appraisal(), data), null)
  t.equal(simulate(appraisal([option({ benefits: [once(normal(1, 1))] })], { simulation: null }), data), null)
  t.end()
})

t.test('a long simulation lets others have their turn, and gives the same answer', async (t) => {
  const input = appraisal([option({ cohort: Array.from({ length: 20 }, (_, year) => ({ year, people: normal(50, 5) })), benefits: [benefit(30, { duration: 10, dropOff: { value: 0.2, range: { distribution: 'beta', alpha: 2, beta: 8 } } })] })], { years: 20, simulation: { draws: 20_000 } })
  let turns = 0
  let running = true
  const count = () => {
    turns++
    if (running) setImmediate(count)
  }
  setImmediate(count)
  const inTurns = await simulateInTurns(input, data)
  running = false
  t.ok(turns > 5, `${turns} turns`)
  t.strictSame(inTurns, run(input))
})

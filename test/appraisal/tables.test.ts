import t, { type Test } from 'tap'
import { correctBenefit, correctCost, cashablePart, mixedOptimismBias } from '../../src/appraisal/correct.js'
import { readAppraisalData } from '../../src/appraisal/data-files.js'
import { priceIndex, upratingFactor } from '../../src/appraisal/deflate.js'
import { discountFactors, paybackYear, presentValue, rateIn } from '../../src/appraisal/discount.js'
import { financialYear, startOf } from '../../src/appraisal/years.js'

const data = readAppraisalData()
const [standard, health] = data.schedules
const near = (t: Pick<Test, 'equal'>, value: number, expected: number, digits = 6) => t.equal(value.toFixed(digits), expected.toFixed(digits))

t.test('discount factors compound through the steps of the Green Book', (t) => {
  const factors = discountFactors(standard!.steps, 101)
  for (const [year, factor] of [[0, 1], [1, 0.966184], [5, 0.841973], [10, 0.708919], [30, 0.356278], [31, 0.345901], [75, 0.094214], [76, 0.091916], [100, 0.050818]] as const) near(t, factors[year]!, factor)
  near(t, factors[31]! * 1.03, factors[30]!)
  t.end()
})

t.test('annuities of 1 a year over 30 and 100 years are those worked out by hand', (t) => {
  const factors = discountFactors(standard!.steps, 101)
  const annuity = (years: number) => presentValue(Float64Array.from({ length: years + 1 }, (_, year) => (year === 0 ? 0 : 1)), factors)
  near(t, annuity(30), 18.392045)
  near(t, annuity(100), 28.863363)
  t.end()
})

t.test('health has rates of its own, and a year that no step covers is an error', (t) => {
  t.strictSame([0, 30, 31, 76, 126, 201, 301].map((year) => rateIn(health!.steps, year)), [0.015, 0.015, 0.0129, 0.0107, 0.0086, 0.0064, 0.0043])
  t.throws(() => rateIn([{ fromYear: 0, toYear: 4, rate: 0.03 }], 5), RangeError)
  t.end()
})

t.test('payback is the year from which on the sum stays at or above nothing', (t) => {
  t.strictSame(paybackYear([-100, 60, 60]), { year: 2, status: 'ok' })
  t.strictSame(paybackYear([-100, 150, -100, 60]), { year: 3, status: 'ok' }, 'a sum that falls below again has not paid back before')
  t.strictSame(paybackYear([-100, 20]), { year: null, status: 'not-within-horizon' })
  t.strictSame(paybackYear([0, 20]), { year: null, status: 'no-outlay' })
  t.end()
})

t.test('the uprating that the Unit Cost Database publishes comes out again', (t) => {
  const series = data.deflators.find(({ kind }) => kind === 'financial')!
  const index = priceIndex(series)
  near(t, index.get('2013/14')!, 190.033434, 6)
  t.equal(Number((51_080 * upratingFactor(index, '2013/14', '2015/16')!).toFixed(2)), 52_675.64)
  t.end()
})

t.test('a financial year has nine months of one calendar year and three of the next', (t) => {
  const calendar = priceIndex(data.deflators.find(({ kind }) => kind === 'calendar')!)
  near(t, calendar.get('2022/23')!, 0.75 * 90.5005 + 0.25 * 96.2507)
  t.equal(calendar.get('2024/25'), undefined, 'half of it is not known yet')
  const financial = priceIndex(data.deflators.find(({ kind }) => kind === 'financial')!)
  near(t, financial.get('2013')!, 0.25 * financial.get('2012/13')! + 0.75 * financial.get('2013/14')!)
  t.end()
})

t.test('an extension goes on where the series ends, and nowhere else', (t) => {
  const series = data.deflators[0]!
  const index = priceIndex(series, [{ priceYear: '2024/25', changePercent: 4 }, { priceYear: '2025/26', changePercent: 2.5 }])
  near(t, upratingFactor(index, '2023/24', '2025/26')!, 1.04 * 1.025)
  const calendar = priceIndex(series, [{ priceYear: '2025', changePercent: 4 }])
  t.ok(calendar.has('2024/25'), 'a further calendar year completes a financial one')
  t.throws(() => priceIndex(series, [{ priceYear: '2026', changePercent: 2 }]), { message: /2025/ })
  t.throws(() => priceIndex(series, [{ priceYear: '2025', changePercent: 2 }, { priceYear: '2025/26', changePercent: 2 }]), { message: /all calendar or all financial/ })
  t.equal(upratingFactor(index, '1800', '1800'), 1, 'the same year needs no series')
  t.equal(upratingFactor(index, '1800', '2024'), null)
  t.end()
})

t.test('a correction raises costs, lowers benefits and enlarges harm', (t) => {
  t.equal(correctCost(200, 15), 230)
  t.equal(correctBenefit(200, 15), 170)
  t.equal(correctBenefit(-200, 15), -230)
  t.equal(cashablePart(170, 0.5), 85)
  t.equal(cashablePart(-230, 0.5), -230, 'what is spent more has to be paid in full')
  t.end()
})

t.test('optimism bias of 30% non-standard and 70% standard buildings is 32.1%', (t) => {
  near(t, mixedOptimismBias([{ project: 'non-standard-buildings', share: 0.3 }, { project: 'standard-buildings', share: 0.7 }], data.optimismBias), 32.1)
  t.end()
})

t.test('the confidence table says that it is not verified', (t) => {
  const [table] = data.confidenceTables
  t.match(table, { verified: false, note: /unverified/i, version: '1' })
  t.strictSame(table!.grades.map(({ costPercent }) => costPercent), [0, 5, 10, 15, 25, 40])
  t.end()
})

t.test('a financial year names two years in a row', (t) => {
  t.strictSame(['2026/27', '1999/00', '2026/28', '2026'].map(startOf), [2026, 1999, null, null])
  t.equal(financialYear(1999), '1999/00')
  t.end()
})

import t from 'tap'
import fc from 'fast-check'
import { financialYearAfter, readPeriod } from '../../src/business-cases/periods.js'
import { realise, unreportedYears } from '../../src/business-cases/realisation.js'
import type { Actual, BenefitsRegister, RegisterBenefit } from '../../src/business-cases/schemas.js'
import { FIGURE_STATUSES } from '../../src/indicators/vocabulary.js'

const PERIODS = ['2023/24', '2024/25', '2025/26', '2026/27']
const TODAY = '2026-06-01'

/** Ten units a year, worth £1,000 each, of which a quarter is cash; P10 is 6 and P90 is 14. */
const benefit = (id: string, fixed: Partial<RegisterBenefit> = {}): RegisterBenefit => ({
  number: 1, id, class: 'cash-releasing', category: null, description: 'Fewer plans', serviceFeature: null, potentialCosts: null, activities: null, responsibleOfficer: null, owner: null, measure: null, measuredIn: 'units',
  targetImprovement: null, fullYearValue: null, timescale: null, baseline: null, targets: [], forecastFrom: id, transfer: false, poundsPerUnit: 1000, cashablePerUnit: 250,
  forecasts: PERIODS.map((period) => ({ period, forecast: { expected: 10, p10: 6, p90: 14, pounds: 10_000, cashable: 2_500 } })),
  ...fixed
})
const register = (...benefits: RegisterBenefit[]): BenefitsRegister => ({ businessCase: 'c', approvedVersion: 3, createdAt: '2023-04-01T00:00:00.000Z', option: 'new', priceYear: '2023/24', periods: PERIODS, benefits })

const COMPARED = { method: 'matched-comparison' as const, counterfactual: 'The other teams did not change.', note: null }
let entries = 0
const entry = (fixed: Partial<Actual> = {}): Actual => ({
  id: `entry-${++entries}`, recordedAt: '2024-06-01T00:00:00.000Z', benefit: 'plans', period: '2023/24', value: 8, status: 'ok', priceYear: null, measuredAt: '2024-05-31', source: 'Records', attribution: COMPARED, note: null, by: 'X', corrects: null, correctedBy: null, ...fixed
})
const lineAt = (answer: ReturnType<typeof realise>, period: string, id = 'plans') => answer.lines.find((line) => line.benefit === id && line.period === period)!

t.test('a worked case: 8 of 10 in the first year, 15 in the second, the third not measured', (t) => {
  const answer = realise(register(benefit('plans')), [entry(), entry({ period: '2024/25', value: 15 })], 'in-delivery', TODAY)
  t.match(lineAt(answer, '2023/24'), { variance: { absolute: -2, percent: -20 }, insideP10P90: true, claimable: true, pounds: 8_000, cashable: 2_000 })
  t.match(lineAt(answer, '2024/25'), { variance: { absolute: 5, percent: 50 }, insideP10P90: false, claimable: true, pounds: 15_000, cashable: 3_750 })
  t.match(lineAt(answer, '2025/26'), { ended: true, actual: null, claimable: false, cannotClaim: { code: 'not-measured' }, pounds: null })
  t.match(lineAt(answer, '2026/27'), { ended: false, cannotClaim: { code: 'not-over' } })
  t.match(answer.totals, {
    measured: { pounds: 23_000, forecast: 20_000, counted: 2, of: 3 },
    claimable: { pounds: 23_000, counted: 2, of: 3 },
    cashReleasing: { pounds: 5_750, forecast: 5_000, counted: 2, of: 3 }
  })
  t.match(answer.totals.measured.statement, /2 of 3/)
  t.notMatch(answer.totals.cashReleasing.statement, /claimed/)
  const alone = realise(register(benefit('plans')), [entry({ attribution: null }), entry({ period: '2024/25' })], 'in-delivery', TODAY)
  t.match(alone.totals.cashReleasing.statement, /Of those counted, 1 cannot be claimed/, 'cash without a counterfactual is not said to be claimable')
  t.strictSame(answer.cannotBeClaimed.map(({ period, code }) => `${period} ${code}`), ['2025/26 not-measured'])
  t.ok(answer.sources.length > 0)
  t.end()
})

t.test('the bounds of P10 and P90 are inside', (t) => {
  const inside = (value: number) => lineAt(realise(register(benefit('plans')), [entry({ value })], 'approved', TODAY), '2023/24').insideP10P90
  t.strictSame([5.99, 6, 14, 14.01].map(inside), [false, true, true, false])
  t.end()
})

t.test('a figure that is withheld is null with its status, and never counts as zero', (t) => {
  for (const status of FIGURE_STATUSES.filter((one) => one !== 'ok')) {
    const answer = realise(register(benefit('plans')), [entry({ value: null, status })], 'approved', TODAY)
    t.match(lineAt(answer, '2023/24'), { actual: { value: null, status }, variance: { absolute: null, percent: null }, insideP10P90: null, claimable: false, cannotClaim: { code: 'no-value', message: new RegExp(status) }, pounds: null })
    t.match(answer.totals.measured, { pounds: null, forecast: null, counted: 0, of: 3 })
  }
  const zero = realise(register(benefit('plans')), [entry({ value: 0 })], 'approved', TODAY)
  t.match(zero.totals.measured, { pounds: 0, counted: 1 }, 'a measured zero is a zero')
  t.end()
})

t.test('what has no counterfactual is measured, and cannot be claimed', (t) => {
  for (const attribution of [null, { ...COMPARED, counterfactual: null }, { ...COMPARED, method: 'none' as const }]) {
    const answer = realise(register(benefit('plans')), [entry({ attribution })], 'approved', TODAY)
    t.match(lineAt(answer, '2023/24'), { claimable: false, cannotClaim: { code: 'no-counterfactual' }, pounds: 8_000 })
    t.match(answer.totals, { measured: { pounds: 8_000, counted: 1 }, claimable: { pounds: null, counted: 0, of: 3 } })
  }
  t.end()
})

t.test('a correction takes the place of what it corrects, and is counted once', (t) => {
  const first = entry({ correctedBy: 'b' })
  const answer = realise(register(benefit('plans')), [first, entry({ id: 'b', value: 9, corrects: first.id })], 'approved', TODAY)
  t.match(lineAt(answer, '2023/24'), { actual: { entry: 'b', value: 9, corrections: 1 }, pounds: 9_000 })
  t.equal(answer.totals.measured.pounds, 9_000)
  t.end()
})

t.test('quarters are shown, have no forecast, and are not added up', (t) => {
  const answer = realise(register(benefit('plans', { targets: [{ period: '2024/25 Q2', value: 3 }] })), [entry({ period: '2023/24 Q1', value: 2 })], 'approved', TODAY)
  t.strictSame(answer.lines.map(({ period }) => period), ['2023/24', '2023/24 Q1', '2024/25', '2024/25 Q2', '2025/26', '2026/27'])
  t.match(lineAt(answer, '2023/24 Q1'), { forecast: null, actual: { value: 2 }, insideP10P90: null })
  t.match(lineAt(answer, '2024/25 Q2'), { target: 3, cannotClaim: { code: 'not-measured' } })
  t.match(answer.totals.measured, { pounds: null, counted: 0, of: 3 })
  t.end()
})

t.test('cash-releasing benefits are kept apart, and transfers count in cash alone', (t) => {
  const benefits = [benefit('plans'), benefit('harm', { class: 'quantitative' }), benefit('rent', { transfer: true }), benefit('trust', { class: 'qualitative', measuredIn: null, poundsPerUnit: null, cashablePerUnit: null, forecasts: PERIODS.map((period) => ({ period, forecast: null })) })]
  const answer = realise(register(...benefits), benefits.map(({ id }) => entry({ benefit: id, value: 10 })), 'approved', TODAY)
  t.match(answer.totals, { measured: { pounds: 20_000, counted: 2, of: 6 }, cashReleasing: { pounds: 5_000, forecast: 5_000, counted: 2, of: 6 } })
  t.equal(lineAt(answer, '2023/24', 'harm').cashable, null)
  t.equal(lineAt(answer, '2023/24', 'trust').pounds, null)
  t.end()
})

t.test('pounds are added up without losing or gaining a penny', (t) => {
  const benefits = Array.from({ length: 30 }, (_, i) => benefit(`b${i}`, { measuredIn: 'pounds', poundsPerUnit: 1 }))
  t.equal(realise(register(...benefits), benefits.map(({ id }) => entry({ benefit: id, value: 0.1 })), 'approved', TODAY).totals.measured.pounds, 3)
  t.end()
})

const anyEntries = fc.array(
  fc.record({ benefit: fc.constantFrom('plans', 'harm'), period: fc.constantFrom(...PERIODS, '2023/24 Q2', '2025/26 Q4'), value: fc.option(fc.integer({ min: -50, max: 50 })), compared: fc.boolean() }),
  { maxLength: 16 }
)
/** Each entry corrects the one before it for the same benefit and period. */
const chained = (given: { benefit: string; period: string; value: number | null; compared: boolean }[]) => {
  const made: Actual[] = []
  for (const { benefit, period, value, compared } of given) {
    const before = made.findLast((one) => one.benefit === benefit && one.period === period)
    const next = entry({ benefit, period, value, status: value === null ? 'suppressed' : 'ok', attribution: compared ? COMPARED : null, corrects: before?.id ?? null })
    if (before !== undefined) before.correctedBy = next.id
    made.push(next)
  }
  return made
}

t.test('whatever is entered and corrected, totals hold what was measured over whole years that are over, and nothing else', (t) => {
  const held = register(benefit('plans'), benefit('harm', { class: 'quantitative' }))
  fc.assert(
    fc.property(anyEntries, (given) => {
      const all = chained(given)
      const { totals, lines, cannotBeClaimed } = realise(held, all, 'in-delivery', TODAY)
      const counting = all.filter(({ correctedBy, status, period }) => correctedBy === null && status === 'ok' && period.length === 7 && period < '2026/27')
      const sum = (list: Actual[]) => (list.length === 0 ? null : list.reduce((total, { value }) => total + 1000 * value!, 0))
      const refused = lines.filter(({ cannotClaim }) => cannotClaim !== null && cannotClaim.code !== 'not-over')
      return (
        totals.measured.pounds === sum(counting) &&
        totals.measured.counted === counting.length &&
        totals.measured.of === 6 &&
        totals.claimable.pounds === sum(counting.filter(({ attribution }) => attribution !== null)) &&
        lines.every(({ actual, claimable, cannotClaim }) => claimable === (cannotClaim === null) && (!claimable || actual?.value != null)) &&
        cannotBeClaimed.length === refused.length
      )
    }),
    { numRuns: 60 }
  )
  t.end()
})

t.test('a year that is over and of which nothing was entered is left unsaid; one entered as null is not', (t) => {
  const held = register(benefit('plans'))
  t.strictSame(unreportedYears(held, [entry({ value: null, status: 'unavailable' })], TODAY), [{ benefit: 'plans', period: '2024/25' }, { benefit: 'plans', period: '2025/26' }])
  t.strictSame(unreportedYears(held, PERIODS.map((period) => entry({ period })), TODAY), [])
  t.end()
})

t.test('financial years run from April to March, and their quarters with them', (t) => {
  t.strictSame(readPeriod('2026/27'), { financialYear: '2026/27', quarter: null, from: '2026-04-01', to: '2027-03-31' })
  t.match(readPeriod('2026/27 Q1'), { quarter: 1, from: '2026-04-01', to: '2026-06-30' })
  t.match(readPeriod('2026/27 Q4'), { quarter: 4, from: '2027-01-01', to: '2027-03-31' })
  t.equal(readPeriod('1999/00')?.to, '2000-03-31')
  for (const none of ['2026/28', '2026', '2026/27 Q5', '2026-27', '']) t.equal(readPeriod(none), undefined, none)
  t.equal(financialYearAfter('2026/27', 0), '2026/27')
  t.equal(financialYearAfter('1998/99', 2), '2000/01')
  t.end()
})

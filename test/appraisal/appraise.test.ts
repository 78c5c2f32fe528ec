import t from 'tap'
import { appraise } from '../../src/appraisal/appraise.js'
import { readAppraisalData } from '../../src/appraisal/data-files.js'
import type { AppraisalInput, OptionResult } from '../../src/appraisal/schemas.js'
import { appraisal, benefit, cost, gbp, option } from '../helpers/appraisals.js'

const data = readAppraisalData()
const run = (input: AppraisalInput) => appraise(input, data)
/** The option that is not doing nothing. */
const result = (input: AppraisalInput): OptionResult => run(input).options.find(({ doNothing }) => !doNothing)!
const codes = (input: AppraisalInput) => run(input).warnings.map(({ code }) => code)

t.test('100 paid now for 30 a year over five years has the value worked out by hand', (t) => {
  const { npsv, npsvGross, bcr, payback, years, switchingValues, council, npsvPerCouncilPound } = result(appraisal())
  t.equal(npsv, 35.45)
  t.equal(npsvGross, 35.45)
  t.strictSame(bcr, { value: 1.354516, status: 'ok' })
  t.strictSame(payback, { year: 4, financialYear: '2030/31', status: 'ok' })
  t.strictSame([3, 4].map((year) => years[year]!.cumulativePresentValue), [-15.95, 10.19])
  t.match(switchingValues.find(({ pointer }) => pointer === '/options/0/benefits/0/unitValue/fiscal/amount'), { value: 30, switchingValue: 22.148137, against: 'do-nothing', status: 'ok' })
  t.match(switchingValues.find(({ pointer }) => pointer === '/options/0/costs/0/amount/amount'), { switchingValue: 135.451571, changePercent: 35.4516 })
  t.equal(council.cashable, 50)
  t.strictSame(npsvPerCouncilPound, { value: 0.354516, status: 'ok' })
  t.end()
})

t.test('entrants of each year bring their benefit after the lag, for its duration, less the drop-off, and they stack', (t) => {
  const line = benefit(1, { lag: 1, duration: 2, dropOff: 0.5, needShare: 0.5, engagement: 0.8, retention: 0.5, impact: 0.25, deadweight: 0.2, unitValue: { fiscal: gbp(10), per: 'week', unitsPerYear: 4 } })
  const { benefits } = result(appraisal([option({ cohort: [{ year: 0, people: 100 }, { year: 1, people: 200 }], costs: [], benefits: [line] })], { years: 4 }))
  // One entrant: 0.5 x 0.8 x 0.5 x 0.25 x 0.8 = 0.04. Year 1: 100. Year 2: 50 of the first and 200. Year 3: 100 of the second.
  t.strictSame(benefits[0]!.years.map(({ people, units, gross }) => [people, units, gross]), [[0, 0, 0], [4, 16, 160], [10, 40, 400], [4, 16, 160]])
  t.equal(benefits[0]!.beyondHorizon, 0)
  t.end()
})

t.test('what falls after the last year is not counted, and its share is told', (t) => {
  const input = appraisal([option({ costs: [], benefits: [benefit(10, { duration: 4 })] })], { years: 3 })
  t.equal(result(input).benefits[0]!.beyondHorizon, 0.25)
  t.ok(codes(input).includes('benefits-beyond-horizon'))
  t.end()
})

t.test('costs fall once, every year or by person, and an amount by year takes the place of the usual one', (t) => {
  const costs = [
    cost(1000, { id: 'start', kind: 'start-up' }),
    cost(100, { id: 'yearly', basis: 'per-year', fromYear: 1, toYear: 3, byYear: [{ year: 2, amount: 50 }] }),
    cost(7, { id: 'each', basis: 'per-person' })
  ]
  const { years } = result(appraisal([option({ cohort: [{ year: 0, people: 10 }, { year: 2, people: 20 }], costs, benefits: [] })], { years: 5 }))
  t.strictSame(years.map(({ costs: { gross } }) => gross), [1070, 100, 190, 100, 0])
  t.end()
})

t.test('grades raise costs and lower benefits, and cash is a share of the corrected fiscal value', (t) => {
  const { npsv, npsvGross, publicValue, council } = result(appraisal([option({ costs: [cost(100, { confidence: 3 })], benefits: [benefit(200, { confidence: 5, cashability: 0.4 })] })]))
  t.strictSame(publicValue.costs, { gross: 100, corrected: 110, cashable: 110 })
  t.strictSame(publicValue.benefits, { gross: 200, corrected: 150, cashable: 60 })
  t.equal(npsv, 40)
  t.equal(npsvGross, 100)
  t.equal(council.cashable, -50)
  t.end()
})

t.test('building costs are raised by the optimism bias of their kinds', (t) => {
  const line = cost(1000, { optimismBias: [{ project: 'non-standard-buildings', share: 0.3 }, { project: 'standard-buildings', share: 0.7 }] })
  t.equal(result(appraisal([option({ costs: [line], benefits: [] })])).publicValue.costs.corrected, 1321)
  t.ok(codes(appraisal([option({ costs: [{ ...line, confidence: 3 }], benefits: [] })])).includes('optimism-bias-twice'))
  t.end()
})

t.test('amounts of several price years are brought to one', (t) => {
  const input = appraisal([option({ costs: [{ ...cost(0), amount: gbp(51_080, '2013/14') }], benefits: [] })], { priceYear: '2015/16', deflator: { series: 'gdp-deflator-financial-ucd-1.4' } })
  const { options, method, warnings } = run(input)
  t.equal(options[1]!.publicValue.costs.gross, 52_675.64)
  t.strictSame(method.deflator.used, [{ priceYear: '2013/14', factor: 1.031238 }])
  t.ok(warnings.some(({ code, sources }) => code === 'forecast-deflator' && sources.length === 1))
  t.end()
})

/** Published splits of the Unit Cost Database: a domestic violence incident, an exclusion, a year of truancy. */
const SPLITS: [number, Record<string, number>][] = [
  [2470, { nhs: 1171, 'criminal-justice': 581, police: 415, 'local-authority': 193, housing: 110 }],
  [9218.63, { 'local-authority': 7181 + 1003.5, nhs: 63.69, 'criminal-justice': 970.44 }],
  [1509.33, { 'local-authority': 706 + 327.83, nhs: 52, 'criminal-justice': 423.5 }]
]

t.test('a value is split between agencies as it was published, and the parts add up to it', (t) => {
  for (const [value, parts] of SPLITS) {
    const agencySplit = Object.entries(parts).map(([agency, part]) => ({ agency: agency as 'nhs', share: part / value }))
    const { agencies, council, publicValue } = result(appraisal([option({ costs: [], benefits: [benefit(value, { agencySplit })] })]))
    t.strictSame(Object.fromEntries(agencies.map(({ agency, totals }) => [agency, totals.benefits.gross])), parts)
    t.equal(publicValue.benefits.gross, value)
    t.equal(council.totals.benefits.gross, parts['local-authority'], 'the council alone')
  }
  t.end()
})

t.test('fiscal, economic and social value are kept apart, and a transfer is cash and no public value', (t) => {
  const split = [{ agency: 'dwp' as const, share: 1 }]
  const benefits = [
    benefit(0, { id: 'a', unitValue: { fiscal: gbp(10), economic: gbp(20), social: gbp(40), per: 'person' }, agencySplit: split, cashability: 0.5 }),
    benefit(0, { id: 'b', unitValue: { fiscal: gbp(100), per: 'person' }, agencySplit: split, transfer: true })
  ]
  const { ledgers, publicValue, agencies, npsv } = result(appraisal([option({ costs: [], benefits })]))
  t.strictSame([ledgers.fiscal, ledgers.economic, ledgers.social, ledgers.transfersLeftOut].map(({ benefits: { gross } }) => gross), [10, 20, 40, 100])
  t.strictSame(publicValue.benefits, { gross: 70, corrected: 70, cashable: 5 })
  t.equal(npsv, 70)
  t.strictSame(agencies.map(({ agency, totals }) => [agency, totals.benefits.gross, totals.benefits.cashable]), [['dwp', 110, 105], ['economy', 20, 0], ['society', 40, 0]])
  t.end()
})

t.test('all is against doing nothing, whose costs are no longer paid', (t) => {
  const nothing = option({ id: 'as-now', name: 'As now', doNothing: true, costs: [cost(60)], benefits: [benefit(10)] })
  const { options, ranking, method } = run(appraisal([nothing, option({ costs: [cost(100)], benefits: [benefit(150)] }), option({ id: 'stop', name: 'Stop', costs: [], benefits: [] })]))
  const [asNow, invest, stop] = options
  t.match(asNow, { npsv: 0, bcr: { value: null, status: 'no-cost' }, payback: { status: 'no-outlay' }, switchingValues: [] })
  t.match(invest, { npsv: 100, presentValueCosts: 40, presentValueBenefits: 140, bcr: { value: 3.5, status: 'ok' } })
  t.match(stop, { npsv: 50, bcr: { value: null, status: 'cost-saving' }, npsvPerCouncilPound: { value: null, status: 'cost-saving' } })
  t.strictSame(ranking.map(({ option }) => option), ['option', 'stop', 'as-now'])
  t.equal(method.relativeTo, 'as-now')
  t.match(method.benefitOrNegativeCost, /only cost lines are costs/)
  t.end()
})

t.test('doing nothing is added where nobody sent it, and the answer says so', (t) => {
  const { options, assumptions } = run(appraisal())
  t.match(options[0], { option: 'do-nothing', doNothing: true, npsv: 0 })
  t.ok(assumptions.some(({ pointer, statement }) => pointer === '/options' && /doing nothing/.test(statement)))
  t.end()
})

t.test('no ratio is given where nothing is paid, and none per council pound where the council pays nothing', (t) => {
  t.match(result(appraisal([option({ costs: [] })])), { bcr: { value: null, status: 'no-cost' }, npsvPerCouncilPound: { value: null, status: 'no-council-cost' } })
  t.match(result(appraisal([option({ costs: [cost(100, { agency: 'nhs' })] })])), { bcr: { status: 'ok' }, npsvPerCouncilPound: { value: null, status: 'no-council-cost' } })
  t.end()
})

t.test('an input that cannot turn the order says so, and one that is no straight line is found too', (t) => {
  const hopeless = result(appraisal([option({ benefits: [benefit(1)] })]))
  t.match(hopeless.switchingValues.find(({ pointer }) => pointer.endsWith('/impact')), { switchingValue: null, changePercent: null, status: 'no-switch' })
  // 60 + 60 (1 - d) + 60 (1 - d)^2 = 100 at 1 - d = (-1 + sqrt(1 + 4 x 2 / 3)) / 2; no discounting.
  const input = appraisal([option({ benefits: [benefit(60, { duration: 3, dropOff: 0.1 })] })], { discountSchedule: { title: 'None', source: 'For a test', steps: [{ fromYear: 0, toYear: 10, rate: 0 }] } })
  const kept = (-1 + Math.sqrt(1 + 8 / 3)) / 2
  t.equal(result(input).switchingValues.find(({ pointer }) => pointer.endsWith('/dropOff'))!.switchingValue, Number((1 - kept).toFixed(6)))
  t.end()
})

t.test('switching against the best of the others is told apart from switching against doing nothing', (t) => {
  const { options } = run(appraisal([option(), option({ id: 'better', name: 'Better', benefits: [benefit(33, { lag: 1, duration: 5 })] })]))
  const values = options[1]!.switchingValues.filter(({ pointer }) => pointer === '/options/0/benefits/0/unitValue/fiscal/amount')
  t.strictSame(values.map(({ against, switchingValue }) => [against, switchingValue]).sort(), [['better', 33], ['do-nothing', 22.148137]])
  t.end()
})

t.test('rows of cash flow add up to the answer, costs below nothing', (t) => {
  const { cashFlows, options } = run(appraisal())
  t.equal(cashFlows.length, 6)
  t.match(cashFlows[0], { option: 'option', year: 0, financialYear: '2026/27', line: 'cost', type: 'cost', agency: 'local-authority', ledger: 'fiscal', gross: -100, cashable: -100, presentValue: -100 })
  t.ok(Math.abs(cashFlows.reduce((sum, { presentValue }) => sum + presentValue, 0) - options[1]!.npsv) < 0.05)
  t.end()
})

t.test('the answer names its rules and tables, and what could not be verified', (t) => {
  const { method, sources, warnings, modelVersion, prices } = run(appraisal([option({ costs: [cost(100, { confidence: 2 })] })]))
  t.match(method.discounting, { id: 'standard', version: 'green-book-2022', verified: true, note: /under review/ })
  t.match(method.confidence, { id: 'local-partnerships-unverified-1', verified: false })
  t.strictSame(sources.map(({ id }) => id), ['hmt-green-book', 'hmt-gdp-deflators-2025', 'hmt-local-partnerships-cba'])
  t.ok(warnings.some(({ code, severity }) => code === 'confidence-table-unverified' && severity === 'high'))
  t.ok(warnings.some(({ code }) => code === 'discount-rates-under-review'))
  t.equal(modelVersion, 'appraisal-1')
  t.strictSame(prices, { currency: 'GBP', priceYear: '2026/27', unit: 'pounds' })
  t.end()
})

t.test('what is doubtful in an input is warned of', (t) => {
  const range = { distribution: 'triangular' as const, low: 0.1, high: 0.3 }
  const warned = (line: Parameters<typeof benefit>[1], code: string) => t.ok(codes(appraisal([option({ benefits: [benefit(30, line)] })])).includes(code), code)
  warned({ impact: { value: 0.2, range }, confidence: 4 }, 'uncertainty-counted-twice')
  warned({}, 'impact-without-evidence')
  warned({ claimIds: ['a'], deadweight: 0.3 }, 'impact-and-deadweight')
  warned({ cashability: 1 }, 'all-cashable')
  warned({ transfer: true }, 'transfer-left-out')
  warned({ impact: { value: 0.1, range } }, 'range-centre-differs')
  warned({ impact: { value: 0.9, range: { distribution: 'normal', sd: 0.5 } } }, 'range-cut')
  warned({ population: [] }, 'benefit-without-people')
  warned({ engagement: { value: 0.2, range }, retention: 1, impact: { value: 0.2, range } }, 'no-confidence-grade')
  t.notOk(codes(appraisal([option({ costs: [cost(100, { confidence: 2 })], benefits: [benefit(30, { impact: { value: 0.2, range } })] })])).includes('uncertainty-counted-twice'))
  t.ok(codes(appraisal([option({ benefits: [benefit(30, { impact: { value: 0.2, range } })] }), option({ id: 'b', benefits: [benefit(30, { impact: { value: 0.2, range } })] })])).includes('same-input-drawn-apart'))
  t.ok(codes(appraisal([option({ costs: [cost(1e6)] })])).includes('long-payback'))
  const nothing = (confidence: number | null) => codes(appraisal([option({ id: 'as-now', doNothing: true, benefits: [], costs: [cost(100, { confidence })] }), option()]))
  t.ok(nothing(6).includes('doing-nothing-corrected'), 'a doubtful cost of doing nothing makes every other option look better')
  t.notOk(nothing(null).includes('doing-nothing-corrected'))
  t.end()
})

import t from 'tap'
import type { Figure } from '../../src/indicators/figures.js'
import { intervalOf, togetherAtLeast } from '../../src/needs-profiles/intervals.js'
import { CANNOT_SAY, ELSEWHERE, MAPPING, MAPPED_INDICATORS, NOT_MAPPED, PLAN_ROW } from '../../src/needs-profiles/mapping.js'
import { needsFromFigures as needsOf } from '../../src/needs-profiles/needs-from-figures.js'
import { INDICATORS } from '../../src/imports/tables.js'
import { shippedCatalogue } from '../helpers/advice.js'

const ok = (value: number): Figure => ({ value, status: 'ok' })
const c: Figure = { value: null, status: 'suppressed' }
const u: Figure = { value: null, status: 'low-reliability' }
const x: Figure = { value: null, status: 'unavailable' }
const needsFromFigures = (mapping: typeof MAPPING, figureOf: (code: string) => Figure, year = 2024) => needsOf(mapping, PLAN_ROW, year, figureOf)
const of = (figures: Record<string, Figure>, rest: Figure = ok(0)) => (code: string) => figures[code] ?? rest

t.test('a published count is itself; a withheld one is 1 to 5; a missing one says nothing', (t) => {
  t.strictSame(intervalOf(ok(120)), { low: 120, high: 120, working: 120 })
  t.strictSame(intervalOf(c), { low: 1, high: 5, working: 3 })
  t.equal(intervalOf(u), null)
  t.equal(intervalOf(x), null)
  t.equal(intervalOf({ value: null, status: 'rounds-to-zero' })!.low, 1, 'what rounds to zero is above it')
  t.end()
})

t.test('a count that may be withheld for the sake of another is bounded by what its row leaves, never below 5 and never to the unit', (t) => {
  const row = (total: Figure, ...others: Figure[]) => ({ total, others })
  // Rutland at 31 March 2024: 26 plans, none in three categories, the other two withheld. One of them is 21 at least.
  t.strictSame(intervalOf(c, row(ok(26), c, ok(0), ok(0), ok(0))), { low: 0, high: 30, working: 3 })
  // Leicestershire 2021, plans started: 716 less 352, 50 and 230 leaves 84, though 50 is shown.
  t.strictSame(intervalOf(c, row(ok(716), ok(352), ok(50), ok(230), c)), { low: 0, high: 90, working: 3 })
  // Lewisham at 31 March 2024: one alone, withheld for another council's sake. The row leaves 8.
  t.strictSame(intervalOf(c, row(ok(284), ok(138), ok(8), ok(10), ok(120))), { low: 1, high: 10, working: 3 })
  for (const left of [1, 2, 3, 4, 5]) t.strictSame(intervalOf(c, row(ok(200 + left), ok(200))), { low: 1, high: 5, working: 3 }, 'a small one is not told apart from another small one')
  t.equal(intervalOf(c, row(c, ok(0))), null, 'without a total there is no bound')
  t.equal(intervalOf(c, row(x, c, c)), null)
  t.strictSame(intervalOf(c, row(ok(40), ok(20), u)), { low: 0, high: 20, working: 3 }, 'what is not shown may be all that is left')
  t.end()
})

t.test('a withheld count is never worked out from a total', (t) => {
  // Herefordshire at 31 March 2024: 203 plans, 80 neglect, 105 emotional, none multiple, two withheld: 18 between them.
  const row = { 'cpp-at-31-march-latest-neg': ok(80), 'cpp-at-31-march-latest-emo': ok(105), 'cpp-at-31-march-latest-mul': ok(0), 'cpp-at-31-march-latest-phy': c, 'cpp-at-31-march-latest-sab': c }
  const open = (total: Figure, change: Record<string, Figure> = {}) => needsFromFigures(MAPPING, of({ ...row, ...change, 'cpp-at-31-march': total }, u)).needs.filter(({ interval }) => interval.high > interval.low)
  t.strictSame(open(ok(203)).map(({ interval }) => interval), [{ low: 0, high: 20, working: 3 }, { low: 0, high: 20, working: 3 }])
  t.strictSame(open(ok(197)), open(ok(203)), 'a total that differs a little changes nothing')
  t.strictSame(open(ok(203))[0]!.openBecause, ['secondary-suppression'])
  // One alone withheld, where the total would give it away: 200 - 80 - 105 - 11 = 4, or 1, or 5.
  for (const total of [197, 200, 201]) t.match(open(ok(total), { 'cpp-at-31-march-latest-phy': ok(11) }), [{ need: 'sexual-abuse', interval: { low: 1, high: 5, working: 3 } }])
  t.strictSame(open(u), [], 'of a row without a total nothing is said')
  t.strictSame(needsFromFigures(MAPPING, of(row, u)).notStated.find(({ need }) => need === 'sexual-abuse'), { need: 'sexual-abuse', reason: 'not-published', indicators: ['cpp-at-31-march-latest-sab'] })
  t.end()
})

t.test('factors that were withheld in 2018, when small ones were not alone, say nothing', (t) => {
  const read = (year: number) => needsFromFigures(MAPPING, of({ 'factor-16a': ok(900), 'factor-4b': c }), year)
  t.match(read(2019).needs.find(({ need }) => need === 'parental-mental-health'), { interval: { low: 1, high: 5 } })
  t.strictSame(read(2018).needs.map(({ need }) => need), ['neglect'])
  t.match(read(2018).notStated.find(({ need }) => need === 'parental-mental-health'), { reason: 'not-published' })
  t.end()
})

t.test('counts that overlap are at least the largest and at most the sum', (t) => {
  t.strictSame(togetherAtLeast([intervalOf(ok(614)), intervalOf(ok(490))]), { low: 614, high: 1104, working: 614 })
  t.strictSame(togetherAtLeast([intervalOf(ok(614)), null]), { low: 614, high: 614, working: 614 })
  t.equal(togetherAtLeast([null, null]), null)
  t.end()
})

t.test('needs come from factors; from plans only where no factor is published', (t) => {
  const factors = needsFromFigures(MAPPING, of({ 'factor-16a': ok(1622), 'factor-1b': ok(614), 'factor-2b': c, 'cpp-at-31-march-latest-neg': ok(185) }))
  t.equal(factors.basis, 'assessment-factors')
  t.match(factors.needs, [{ need: 'neglect', interval: { working: 1622 }, openBecause: [], alongside: ['cpp-at-31-march-latest-neg'] }, { need: 'parental-substance-misuse', interval: { low: 614, high: 619, working: 614 }, openBecause: ['suppressed', 'overlap'] }])
  t.equal(factors.notStated.find(({ need }) => need === 'fgm')!.reason, 'none')
  t.equal(factors.notStated.find(({ need }) => need === 'poverty')!.reason, 'no-count')
  const plans = needsFromFigures(MAPPING, of({ 'cpp-at-31-march-latest-neg': ok(80) }, u))
  t.equal(plans.basis, 'plan-categories')
  t.strictSame(plans.needs.map(({ need }) => need), ['neglect'])
  t.equal(plans.notStated.find(({ need }) => need === 'domestic-abuse')!.reason, 'not-published')
  t.strictSame(needsFromFigures(MAPPING, of({}, u)).basis, null)
  t.end()
})

t.test('the mapping names needs and indicators that exist, and agrees with the codes of the catalogue', (t) => {
  const { needByCode } = shippedCatalogue()
  const indicators = new Set(INDICATORS.map(({ code }) => code))
  for (const code of MAPPED_INDICATORS) t.ok(indicators.has(code), code)
  for (const { need, factors, plans, primaryNeed } of MAPPING) {
    const codes = needByCode.get(need)?.dfeCodes.map(({ code }) => code.toLowerCase())
    t.ok(codes, need)
    for (const code of [...factors, ...plans, ...primaryNeed]) t.ok(codes?.includes(code.split('-').at(-1)!), `${need} ${code}`)
  }
  t.ok(CANNOT_SAY.some((text) => /episodes/.test(text)))
  t.end()
})

t.test('every published factor, category of a plan and primary need is taken, or said not to be with the reason', (t) => {
  const left = NOT_MAPPED.flatMap(({ indicators }) => indicators)
  for (const { code } of INDICATORS.filter(({ code }) => /^(factor|primary-need|cpp-at-31-march-latest)-/.test(code))) {
    t.equal([MAPPED_INDICATORS, left].filter((codes) => codes.includes(code)).length, 1, code)
  }
  for (const code of ['1C', '2C', '4C', '20', 'MUL', 'N1', 'N2', 'N3', 'N5', 'N8']) t.ok(CANNOT_SAY.some((text) => text.includes(code)), code)
  t.end()
})

t.test('what the catalogue has under a need is taken for it, for another need or for none, each of them said', (t) => {
  const indicatorOf = { 'assessment-factor': 'factor-', 'category-of-abuse': 'cpp-at-31-march-latest-', 'primary-need': 'primary-need-' }
  const left = NOT_MAPPED.flatMap(({ indicators }) => indicators)
  const takes = (need: string) => MAPPING.filter((one) => one.need === need).flatMap(({ factors, plans, primaryNeed }) => [...factors, ...plans, ...primaryNeed])
  for (const { code: need, dfeCodes } of shippedCatalogue().needs) {
    for (const { list, code } of dfeCodes) {
      const indicator = `${indicatorOf[list as keyof typeof indicatorOf]}${code.toLowerCase()}`
      const elsewhere = ELSEWHERE.find((one) => one.need === need && one.indicators.includes(indicator))
      t.equal([takes(need).includes(indicator), elsewhere !== undefined, left.includes(indicator)].filter(Boolean).length, 1, `${need} ${indicator}`)
      if (elsewhere !== undefined) t.ok(takes(elsewhere.takenFor).includes(indicator), `${indicator} for ${elsewhere.takenFor}`)
    }
  }
  t.end()
})

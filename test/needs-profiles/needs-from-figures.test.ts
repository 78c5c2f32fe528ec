import t from 'tap'
import type { Figure } from '../../src/indicators/figures.js'
import { intervalOf, togetherAtLeast } from '../../src/needs-profiles/intervals.js'
import { CANNOT_SAY, MAPPING, MAPPED_INDICATORS } from '../../src/needs-profiles/mapping.js'
import { needsFromFigures } from '../../src/needs-profiles/needs-from-figures.js'
import { INDICATORS } from '../../src/imports/tables.js'
import { shippedCatalogue } from '../helpers/advice.js'

const ok = (value: number): Figure => ({ value, status: 'ok' })
const c: Figure = { value: null, status: 'suppressed' }
const u: Figure = { value: null, status: 'low-reliability' }
const x: Figure = { value: null, status: 'unavailable' }
const of = (figures: Record<string, Figure>, rest: Figure = ok(0)) => (code: string) => figures[code] ?? rest

t.test('a published count is itself; a withheld one is 1 to 5; a missing one says nothing', (t) => {
  t.strictSame(intervalOf(ok(120)), { low: 120, high: 120, working: 120 })
  t.strictSame(intervalOf(c), { low: 1, high: 5, working: 3 })
  t.equal(intervalOf(u), null)
  t.equal(intervalOf(x), null)
  t.end()
})

t.test('a count that may be withheld for the sake of another is wider, up to the smallest shown', (t) => {
  t.strictSame(intervalOf(c, [c, ok(80), ok(105), ok(0)]), { low: 1, high: 80, working: 3 })
  t.strictSame(intervalOf(c, [ok(80), ok(0)]), { low: 1, high: 5, working: 3 }, 'one alone is withheld for being small')
  t.strictSame(intervalOf(c, [c, ok(3)]), { low: 1, high: 5, working: 3 })
  t.end()
})

t.test('a withheld count is never worked out from a total', (t) => {
  // Herefordshire at 31 March 2024: 203 plans, 80 neglect, 105 emotional, two withheld: 18 between them.
  const row = { 'cpp-at-31-march-latest-neg': ok(80), 'cpp-at-31-march-latest-emo': ok(105), 'cpp-at-31-march-latest-phy': c, 'cpp-at-31-march-latest-sab': c }
  const answers = [18, 200, 4000].map((rest) => needsFromFigures(MAPPING, of({ ...row, 'cpp-at-31-march': ok(185 + rest) }, u)))
  t.strictSame(answers[0], answers[1], 'another total changes nothing')
  t.strictSame(answers[1], answers[2])
  const open = answers[0]!.needs.filter(({ interval }) => interval.high > interval.low)
  t.equal(open.length, 2)
  for (const { interval } of open) {
    t.strictSame(interval, { low: 1, high: 80, working: 3 })
    t.not(interval.working, 18 / 2)
  }
  // One alone withheld, where the total would give it away: 200 - 80 - 105 - 11 = 4.
  const alone = needsFromFigures(MAPPING, of({ ...row, 'cpp-at-31-march-latest-phy': ok(11), 'cpp-at-31-march': ok(200) }, u))
  t.strictSame(alone.needs.find(({ need }) => need === 'sexual-abuse')!.interval, { low: 1, high: 5, working: 3 })
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

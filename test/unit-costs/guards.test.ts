import t from 'tap'
import fc from 'fast-check'
import { readOverlaps, readShippedEdition } from '../../src/unit-costs/data-files.js'
import { STALE_AFTER_YEARS, UNIT_COST_WARNING_CODES, checkUnitCosts, type UnitCostCatalogue, type UnitCostUse } from '../../src/unit-costs/guards.js'

const { records, ...edition } = readShippedEdition()
const catalogueIn = (year: string): UnitCostCatalogue => ({ edition, records: new Map(records.map((record) => [record.code, record])), overlaps: readOverlaps(), year })
/** When the prices of 2013/14 were fresh, so that a test of another guard meets no warning of age. */
const then = catalogueIn('2014/15')
const now = catalogueIn('2026/27')

const valueOf = (code: string) => Number(then.records.get(code)?.fiscal.value ?? 0)
const use = (code: string, change: Partial<UnitCostUse> = {}): UnitCostUse => ({ pointer: `/lines/${code}`, code, per: then.records.get(code)?.unit ?? 'year', unitsPerYear: null, amount: valueOf(code), priceYear: then.records.get(code)?.[change.ledger ?? 'fiscal'].priceYear ?? '2013/14', cashability: 0, ledger: 'fiscal', ...change })
const kinds = (lines: UnitCostUse[], catalogue = then) => checkUnitCosts(lines, catalogue).map(({ code }) => code)

t.test('a clean use is met with silence', (t) => {
  t.strictSame(checkUnitCosts([], now), [])
  t.strictSame(checkUnitCosts([use('SS2.0', { per: 'week', unitsPerYear: 52 }), use('HE20.2', { per: 'incident', unitsPerYear: 6 }), use('SS1.0', { ledger: 'fiscal', per: 'year' })].slice(0, 2), then), [])
  t.strictSame(checkUnitCosts([use('SS1.0', { per: 'year' }), use('HE3.0', { per: 'incident', unitsPerYear: 2 }), use('HE23.3', { per: 'hour', unitsPerYear: 12 })], then), [])
  t.strictSame(checkUnitCosts([use('SS3.0', { per: 'week', unitsPerYear: 52, amount: 6123, priceYear: '2025/26', localValue: true })], now), [], "the council's own cost is as young as its prices")
  t.end()
})

t.test("an amount that carries a code is the code's, in the prices of the code", (t) => {
  t.match(checkUnitCosts([use('SS1.0', { amount: 9000 })], then), [{ code: 'amount-differs', severity: 'medium', pointers: ['/lines/SS1.0'], message: /£51,080 per year in prices of 2013\/14.*takes £9,000/ }])
  t.match(checkUnitCosts([use('SS1.0', { priceYear: '2015/16' })], then), [{ code: 'amount-differs', message: /same amount as one of 2015\/16/, suggestedAction: 'Say 2013/14.' }])
  t.strictSame(kinds([use('SS1.0', { amount: 52_675.64, priceYear: '2015/16' })]), [], 'uprated already')
  t.strictSame(kinds([use('SS1.0', { amount: 51_100 })]), [], 'rounded')
  t.end()
})

t.test('a headline beside its constituents is counted twice', (t) => {
  const [warning, ...others] = checkUnitCosts([use('CR2.0.4'), use('HE3.0'), use('CR2.0'), use('CR2.0.1')], catalogueIn('2009/10'))
  t.strictSame(others, [])
  t.match(warning, { code: 'headline-with-constituents', severity: 'high', pointers: ['/lines/CR2.0.4', '/lines/CR2.0', '/lines/CR2.0.1'], message: /CR2\.0 already contains CR2\.0\.4 and CR2\.0\.1.*fiscal value twice/, sources: [{ id: 'gmca-unit-costs-2015', section: 'CR2.0' }, {}, {}] })
  t.strictSame(kinds([use('CR2.0.1'), use('CR2.0.4'), use('CR2.0.5')], catalogueIn('2009/10')), [], 'constituents alone are as good as the headline')
  t.strictSame(kinds([use('CR2.0', { ledger: 'social', amount: 6795 }), use('CR2.0.4')], catalogueIn('2009/10')), [], 'what victims suffer and what the council spends are different money')
  t.strictSame(kinds([use('SS1.1'), use('SS1.1.5')], catalogueIn('2010/11')), [], 'what the headline does not hold may stand beside it')
  t.match(checkUnitCosts([use('HE3.0'), use('HE3.0.1')], then), [{ code: 'headline-with-constituents', message: /average over HE3\.0\.1/ }])
  t.end()
})

t.test('the average of all children in care does not stand beside a placement', (t) => {
  for (const code of ['SS3.0', 'SS3.1', 'SS2.0', 'SS1.4']) {
    const [warning] = checkUnitCosts([use('SS1.0'), use(code, { unitsPerYear: 52 })].map((line) => ({ ...line, unitsPerYear: line.code.startsWith('SS1') ? null : 52 })), then).filter(({ code }) => code === 'average-with-placement')
    t.match(warning, { severity: 'high', pointers: ['/lines/SS1.0', `/lines/${code}`], message: /only where nothing is known of the placements/, suggestedAction: /Leave SS1\.0 out/ }, code)
  }
  t.strictSame(kinds([use('SS2.0', { unitsPerYear: 52 }), use('SS3.0', { unitsPerYear: 52 })]), [], 'two placements are different children')
  t.end()
})

t.test('other rows that overlap are told apart from those that only look alike', (t) => {
  t.match(checkUnitCosts([use('CR8.0'), use('CR8.7')], catalogueIn('2011/12')), [{ code: 'overlapping-unit-costs', pointers: ['/lines/CR8.0', '/lines/CR8.7'] }])
  t.match(checkUnitCosts([use('HE1.7'), use('HE2.10')], then), [{ code: 'overlapping-unit-costs', message: /same figure under two codes/i }])
  t.strictSame(kinds([use('CR8.7'), use('CR8.8')], catalogueIn('2011/12')), [])
  t.end()
})

t.test('a weekly cost used as a yearly one is found, and 52 weeks of it are not', (t) => {
  t.match(checkUnitCosts([use('SS3.0', { per: 'year' })], then), [{ code: 'weekly-cost-used-as-yearly', severity: 'high', pointers: ['/lines/SS3.0'], message: /£2,995 a week is £155,740 in 52 weeks/ }])
  t.strictSame(kinds([use('SS3.0', { per: 'year', amount: null })]), ['weekly-cost-used-as-yearly'])
  t.strictSame(kinds([use('SS3.0', { per: 'year', amount: 155_740, unitsPerYear: 1 })]), [])
  t.strictSame(kinds([use('SS3.0', { per: 'year', amount: 2995 * 30, unitsPerYear: 30 })]), [], 'thirty weeks, said to be thirty')
  t.strictSame(kinds([use('SS3.0', { per: 'per-week', unitsPerYear: 52 })]), [])
  t.strictSame(kinds([use('SS3.0', { per: 'person' })]), ['weekly-cost-used-as-yearly'], 'a person counts once in each year')
  t.strictSame(kinds([use('SS3.0', { per: 'person', amount: 155_740 })]), [])
  t.match(checkUnitCosts([use('SS3.0', { unitsPerYear: 1 })], then), [{ code: 'weekly-cost-used-as-yearly', severity: 'medium' }])
  t.end()
})

t.test('a unit other than that of the code is found', (t) => {
  const years = catalogueIn('2009/10')
  t.strictSame(kinds([use('SS5.0', { per: 'year' })], years), ['unit-mismatch'], 'six months of work used as a year')
  t.strictSame(kinds([use('SS5.0', { per: 'year', amount: 2832 })], years), [])
  t.strictSame(kinds([use('SS1.0', { per: 'week' })]), ['unit-mismatch'])
  t.strictSame(kinds([use('SS1.0', { per: 'week', amount: 51_080 / 52 })]), [])
  t.strictSame(kinds([use('SS3.0', { per: 'week', amount: 155_740, unitsPerYear: 52 })]), ['unit-mismatch'], 'a yearly amount said to be weekly')
  t.strictSame(kinds([use('CR2.0', { per: 'year' })], years), ['unit-mismatch'], 'an incident is no year')
  t.strictSame(kinds([use('CR2.0', { per: 'year', amount: 2470 * 20, unitsPerYear: 20 })], years), [])
  t.strictSame(kinds([use('SS15.3', { per: 'person' })], years), [], 'a value of 25 years, once for each child')
  t.strictSame(kinds([use('SS15.3', { per: 'year' })], years), ['unit-mismatch'])
  t.strictSame(kinds([use('SS3.0', { unitsPerYear: 60 })]), ['too-many-units-a-year'])
  t.end()
})

t.test('a line with values in several ledgers is told once what is wrong with its unit', (t) => {
  const three = (['fiscal', 'economic', 'social'] as const).map((ledger) => use('CR2.0', { ledger, per: 'week' }))
  t.strictSame(kinds(three, catalogueIn('2009/10')), ['unit-mismatch'])
  t.match(checkUnitCosts(three, now).map(({ code, pointers }) => [code, pointers]), [['unit-mismatch', ['/lines/CR2.0']], ['stale-price-year', ['/lines/CR2.0']]])
  t.end()
})

t.test('an amount in a ledger that the code has no value in comes from nowhere', (t) => {
  t.match(checkUnitCosts([use('SS3.0', { ledger: 'social', unitsPerYear: 52, amount: 900 })], then), [{ code: 'value-not-held', severity: 'high', message: /no social value.*£900 cannot come from it/ }])
  t.end()
})

t.test('old prices are stale, and those of children’s homes are told beside what councils paid ten years on', (t) => {
  const [warning] = checkUnitCosts([use('SS3.0', { unitsPerYear: 52 })], now)
  t.match(warning, { code: 'stale-price-year', severity: 'high', message: /2013\/14, 13 years back.*£2,995 a week is £155,740 a year.*£318,400/, sources: [{ id: 'gmca-unit-costs-2015' }, { id: 'nao-childrens-residential-care-2025', publisher: 'National Audit Office' }], suggestedAction: /own placement cost/ })
  t.match(checkUnitCosts([use('HE3.0')], now), [{ code: 'stale-price-year', severity: 'medium' }])
  t.strictSame(kinds([use('HE3.0')], catalogueIn(`${2013 + STALE_AFTER_YEARS}/${14 + STALE_AFTER_YEARS}`)), [], 'at the threshold')
  t.strictSame(kinds([use('HE3.0')], catalogueIn(`${2014 + STALE_AFTER_YEARS}/${15 + STALE_AFTER_YEARS}`)), ['stale-price-year'], 'a year beyond it')
  t.strictSame(kinds([use('HE3.0', { priceYear: '2026/27', amount: 300 })], now), ['stale-price-year'], 'uprating an old figure makes it no younger')
  t.match(checkUnitCosts([use('HE3.0', { priceYear: '2015/16', localValue: true })], now), [{ code: 'stale-price-year' }], "the council's own cost grows old too")
  t.match(checkUnitCosts([use('HE3.0', { priceYear: null, localValue: true })], now), [{ code: 'price-year-unknown' }])
  t.end()
})

t.test('an average is not claimed as cashable without a word', (t) => {
  t.match(checkUnitCosts([use('SS3.0', { unitsPerYear: 52, cashability: 0.2 })], then), [{ code: 'average-cost-claimed-cashable', severity: 'high', message: /20% of it.*place that falls free is usually filled again/ }])
  t.match(checkUnitCosts([use('HE3.0', { cashability: 0.2 })], then), [{ code: 'average-cost-claimed-cashable', severity: 'medium' }])
  t.match(checkUnitCosts([use('HE3.0', { cashability: 1 })], then), [{ severity: 'high' }])
  t.strictSame(kinds([use('HE3.0', { cashability: null }), use('E&E3.2', { cashability: 1, unitsPerYear: 52 })]), [], 'a payment ends with its claim')
  t.end()
})

t.test('an unknown code is named with the nearest ones, and nothing else is said of it', (t) => {
  t.match(checkUnitCosts([use('SS3.O', { cashability: 1, per: 'year' })], now), [{ code: 'unknown-unit-cost', severity: 'high', pointers: ['/lines/SS3.O'], message: /did you mean 'SS3\.0'/ }])
  t.end()
})

const line = fc
  .record({
    code: fc.constantFrom(...records.map(({ code }) => code), 'SS1.0', 'SS3.0', 'CR2.0', 'CR2.0.4', 'nonsense'),
    per: fc.constantFrom('year', 'week', 'incident', 'lifetime', 'person', 'month', 'per-week'),
    unitsPerYear: fc.constantFrom(null, 1, 12, 52, 400),
    amount: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true })),
    priceYear: fc.constantFrom(null, '2013/14', '2026/27'),
    cashability: fc.constantFrom(null, 0, 0.5, 1),
    ledger: fc.constantFrom('fiscal' as const, 'economic' as const, 'social' as const)
  })
const lines = fc.array(line, { maxLength: 8 }).map((list) => list.map((one, i) => ({ pointer: `/lines/${i}`, ...one })))

t.test('whatever is used, every warning names lines that were given, a source and a way out', (t) => {
  fc.assert(
    fc.property(lines, (given) => {
      for (const { code, pointers, message, sources, suggestedAction } of checkUnitCosts(given, now)) {
        if (!UNIT_COST_WARNING_CODES.includes(code) || pointers.length === 0 || message.length < 20 || sources.length === 0 || suggestedAction.length < 20) return false
        if (!pointers.every((pointer) => given.some((one) => one.pointer === pointer))) return false
      }
      return true
    }),
    { numRuns: 200 }
  )
  t.end()
})

t.test('the order of the lines changes no finding, and a further line takes none away', (t) => {
  const found = (given: UnitCostUse[]) => checkUnitCosts(given, now).map(({ code, pointers }) => `${code} ${[...pointers].sort().join()}`).sort()
  fc.assert(
    fc.property(lines, (given) => {
      t.strictSame(found([...given].reverse()), found(given))
    }),
    { numRuns: 60 }
  )
  fc.assert(
    fc.property(lines, line, (given, further) => {
      const before = checkUnitCosts(given, now)
      const after = checkUnitCosts([...given, { pointer: '/further', ...further }], now)
      return before.every((warning) => after.some(({ code, pointers }) => code === warning.code && warning.pointers.every((pointer) => pointers.includes(pointer))))
    }),
    { numRuns: 200 }
  )
  t.end()
})

t.test('a headline with any of its constituents on the same ledger is always found', (t) => {
  const parts = records.filter(({ relation }) => relation === 'constituent' || relation === 'variant')
  fc.assert(fc.property(fc.constantFrom(...parts), (part) => kinds([use(part.code), use(part.headline!)], now).includes('headline-with-constituents')), { numRuns: 200 })
  t.end()
})

import t from 'tap'
import fc from 'fast-check'
import { parentCode, relationOf } from '../../src/unit-costs/relations.js'
import { readEdition, readPounds } from '../../src/unit-costs/read-edition.js'
import { agencyOf, financialYear, unitOf } from '../../src/unit-costs/vocabulary.js'

const reading = (text: string | Buffer) =>
  readEdition(
    (async function* () {
      yield Buffer.from(text as string)
    })()
  )
const HEADER = 'code,detail,unit,agency,fiscal_value,fiscal_price_year'

t.test('an amount is read as it is written; what is no amount is not made one', (t) => {
  for (const [text, value] of [['51080', '51080'], ['327.8333333333333', '327.8333333333333'], [' £1,234.50 ', '1234.50'], ['£ 12', '12'], ['1,234,567', '1234567'], ['0', '0']] as const) t.equal(readPounds(text), value, text)
  for (const text of ['', ' ', '-', 'n/a', 'N/A']) t.equal(readPounds(text), null, `'${text}' is none`)
  for (const text of ['=1+1', '=HYPERLINK("x")', '12,34', '1.2.3', '1e5', '-5', '£', 'c', '50-60', '+7', '0x10', '1234 ish', 'Infinity']) t.equal(readPounds(text), undefined, text)
  fc.assert(fc.property(fc.nat(999_999_999), fc.nat(99), (whole, pence) => readPounds(`£${whole.toLocaleString('en-GB')}.${String(pence).padStart(2, '0')}`) === `${whole}.${String(pence).padStart(2, '0')}`))
  t.end()
})

t.test('units, agencies and years are read by their words', (t) => {
  for (const [wording, unit] of [['Per week', 'per-week'], ['Per client per week', 'per-week'], ['per person per annum', 'per-year'], ['Per child over a 25 year period', 'per-25-years'], ['Per FTE', 'per-full-time-post'], ['Each', 'per-item'], ['Per moon', 'other'], ['', 'other']] as const) t.equal(unitOf(wording), unit, wording)
  t.equal(unitOf('Per process', 'Costs over a six month period'), 'per-six-months')
  for (const [wording, agency] of [['Local authority', 'local-authority'], ['NHS', 'nhs'], ['Court', 'criminal-justice'], ['HM Revenue and Customs', 'hmrc'], ['Department for Education', 'central-government'], ['Schools', 'schools'], ['', 'not-stated'], ['Martians', 'other-public']] as const) t.equal(agencyOf(wording), agency, wording)
  for (const [text, year] of [['2013/14', '2013/14'], ['2013-14', '2013/14'], ['2013/2014', '2013/14'], ['1999/00', '1999/00'], ['2013', undefined], ['2013/15', undefined], ['2013/14 prices', undefined]] as const) t.equal(financialYear(text), year, text)
  t.end()
})

t.test('a code of three levels is part of the headline two levels up to it, where that is held', (t) => {
  t.equal(parentCode('SS2.0.1'), 'SS2.0')
  t.equal(parentCode('E&E10.0.2'), 'E&E10.0')
  t.equal(parentCode('SS2.1'), null)
  t.strictSame(relationOf('SS2.0.1', new Set(['SS2.0', 'SS2.0.1'])), { headline: 'SS2.0', relation: 'constituent' })
  t.strictSame(relationOf('SS2.0.1', new Set(['SS2.0.1'])), { headline: null, relation: null })
  t.strictSame(relationOf('SS2.0.1', new Set(['SS2.0']), { variant: ['SS2.0.*'] }), { headline: 'SS2.0', relation: 'variant' })
  t.end()
})

t.test('columns are found by name, in any order and by any of their names', async (t) => {
  const { records, columns } = await reading('\ufeffFiscal price year,RAG,Fiscal value,Comment,Unit,Cost/saving detail,Code\r\n2013-14,A,"£2,995",ours,Per week,A home,SS3.0\r\n')
  t.match(records, [{ code: 'SS3.0', detail: 'A home', unit: 'per-week', fiscal: { value: '2995', priceYear: '2013/14' }, economic: { value: null, priceYear: null }, grade: 'amber', agency: 'not-stated' }])
  t.strictSame(columns.ignored, ['Comment'])
})

t.test('formulas stay text, and what cannot be read is said with its row', async (t) => {
  const { records, skipped, rows, figures } = await reading(
    `${HEADER}\nSS1.0,=HYPERLINK(x),Per year,=cmd,=1+1,2013/14\nSS2.0,Foster care,Per week,NHS,700,soon\n,No code,Per week,NHS,1,2013/14\nSS2.0,Again,Per week,NHS,1,2013/14\n(heading),x,,,,\nSS3.0,Nothing,Per week,NHS,,\n,,,,,\n`
  )
  t.match(records, [
    { code: 'SS1.0', detail: '=HYPERLINK(x)', fiscal: { value: null, priceYear: null } },
    { code: 'SS2.0', fiscal: { value: '700', priceYear: null } },
    { code: 'SS3.0', fiscal: { value: null } }
  ])
  t.strictSame(rows, { read: 6, stored: 3, skipped: 3 })
  t.strictSame(figures, { read: 2, stored: 1, skipped: 1 })
  t.match(
    skipped.map(({ reason, samples }) => [reason, samples[0]]),
    [['not-a-figure', { row: 2, found: /"=1\+1"/ }], ['price-year-not-understood', { row: 3, found: /soon/ }], ['no-code', { row: 4, found: 'No code' }], ['held-twice', { row: 5 }], ['code-not-understood', { row: 6, found: '(heading)' }]]
  )
})

t.test('a file that is not one is told what was expected and what was found', async (t) => {
  const cases: [string, string | Buffer, string, RegExp][] = [
    ['a spreadsheet', 'PK\u0003\u0004rest', 'zip-file', /spreadsheet/],
    ['a web page', '<!doctype html>', 'not-csv', /web page/],
    ['Latin-1', Buffer.concat([Buffer.from(`${HEADER}\nSS1.0,caf`), Buffer.from([0xe9]), Buffer.from(',Per week,,1,2013/14\n')]), 'wrong-encoding', /UTF-8/],
    ['nothing', '', 'empty-file', /empty/],
    ['a header alone', `${HEADER}\n`, 'no-rows', /no rows/],
    ['another CSV', 'name,age\nAnn,4\n', 'not-unit-costs', /no column code, detail, unit.*name, age/],
    ['a value without its price year', 'code,detail,unit,fiscal_value\nSS1.0,x,Per week,1\n', 'not-unit-costs', /fiscal_price_year/],
    ['a second ledger without its price year', `${HEADER},social_value\nSS1.0,x,Per week,,1,2013/14,2\n`, 'not-unit-costs', /social_price_year/],
    ['a column twice', `${HEADER},cost_code\nSS1.0,x,Per week,,1,2013/14,SS1.0\n`, 'duplicate-column', /code and cost_code/],
    ['a row cut short', `${HEADER}\nSS1.0,x,Per week,,1,2013/14\nSS2.0,x\n`, 'truncated', /row 3 has 2 cells/],
    ['a quotation mark that nothing closes', `${HEADER}\nSS1.0,"x,Per week,,1,2013/14\n`, 'truncated', /quotation mark/],
    ['no amounts', `${HEADER}\nSS1.0,x,Per week,,=1,2013/14\n`, 'nothing-to-store', /none of which/]
  ]
  for (const [what, text, code, found] of cases) await t.rejects(reading(text), { code, message: found, status: 422 }, what)
  await t.rejects(reading('code;detail\n'), { message: /Expected: a unit cost database.*Nothing was stored\.$/ })
})

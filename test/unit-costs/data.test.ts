import t from 'tap'
import { readOverlaps, readSelection, readShippedEdition } from '../../src/unit-costs/data-files.js'
import { matchesCode } from '../../src/unit-costs/relations.js'
import { AGENCIES, LEDGERS, RELATIONS, UNIT_CODES, agencyOf, financialYear, unitOf, type Ledger } from '../../src/unit-costs/vocabulary.js'
import { shippedCatalogue } from '../helpers/advice.js'

const edition = readShippedEdition()
const byCode = new Map(edition.records.map((record) => [record.code, record]))
const amount = (code: string, ledger: Ledger = 'fiscal') => Number(byCode.get(code)![ledger].value)
const sum = (...codes: string[]) => codes.reduce((total, code) => total + amount(code), 0)
const near = (a: number, b: number) => Math.abs(a - b) < 0.006

/** By theme: rows, and the sums of fiscal, economic and social values. Worked out from the whole database of 684 rows by another program. */
const OF_THE_DATABASE: Record<string, [number, number, number, number]> = {
  Crime: [129, 589275.99, 554579, 1126426],
  'Education & Skills': [17, 28999.96, 8329, 0],
  'Employment & Economy': [39, 206724.41, 60365, 0],
  Health: [137, 121479.83, 61946, 8574],
  Housing: [34, 21365.02, 0, 0],
  'Social Services': [88, 1288753.06, 12877, 0]
}

t.test('the rows carried are those of the rule, and their figures add up to those of the database', (t) => {
  const found = new Map<string, [number, number, number, number]>()
  for (const record of edition.records) {
    const entry = found.get(record.theme) ?? [0, 0, 0, 0]
    entry[0] += 1
    LEDGERS.forEach((ledger, i) => (entry[i + 1]! += Number(record[ledger].value ?? 0)))
    found.set(record.theme, entry)
  }
  t.equal(edition.records.length, 444)
  t.equal(byCode.size, 444, 'no code stands twice')
  t.strictSame([...found.keys()].sort(), Object.keys(OF_THE_DATABASE).sort())
  for (const [theme, [rows, ...sums]] of Object.entries(OF_THE_DATABASE)) {
    t.equal(found.get(theme)![0], rows, theme)
    sums.forEach((total, i) => t.ok(near(found.get(theme)![i + 1]!, total), `${theme}, ${LEDGERS[i]}`))
  }
  t.end()
})

t.test('published figures are carried as they stand', (t) => {
  t.match(byCode.get('SS1.0'), { fiscal: { value: '51080', priceYear: '2013/14' }, unit: 'per-year', agency: 'local-authority', grade: 'amber' })
  t.match(byCode.get('SS3.0'), { fiscal: { value: '2995', priceYear: '2013/14' }, unit: 'per-week', grade: 'green' })
  t.equal(amount('SS3.0') * 52, 155_740)
  t.match(byCode.get('CR2.0'), { fiscal: { value: '2470', priceYear: '2008/09' }, economic: { value: '1473', priceYear: '2008/09' }, social: { value: '6795', priceYear: '2008/09' }, agency: 'multiple' })
  t.match(byCode.get('E&S1.0.4'), { fiscal: { value: '327.8333333333333' } }, 'to the last digit')
  t.end()
})

t.test('headlines are the sums of their constituents, agency by agency', (t) => {
  t.strictSame(['CR2.0.1', 'CR2.0.2', 'CR2.0.3', 'CR2.0.4', 'CR2.0.5'].map((code) => [amount(code), byCode.get(code)!.agency]), [[1171, 'nhs'], [581, 'criminal-justice'], [415, 'police'], [193, 'local-authority'], [110, 'local-authority']])
  t.equal(sum('CR2.0.1', 'CR2.0.2', 'CR2.0.3', 'CR2.0.4', 'CR2.0.5'), 2470)
  t.ok(near(sum('E&S2.0.1', 'E&S2.0.2', 'E&S2.0.3', 'E&S2.0.4'), 9218.63), '7,181 + 63.69 + 970.44 + 1,003.50')
  t.strictSame(['E&S2.0.1', 'E&S2.0.2', 'E&S2.0.3', 'E&S2.0.4'].map((code) => amount(code).toFixed(2)), ['7181.00', '63.69', '970.44', '1003.50'])
  t.ok(near(sum('E&S1.0.1', 'E&S1.0.2', 'E&S1.0.3', 'E&S1.0.4'), 1509.33), '706 + 52 + 423.5 + 327.83')
  t.ok(near(sum('CR8.0.1', 'CR8.0.2', 'CR8.0.3', 'CR8.0.4', 'CR8.0.5', 'CR8.0.6'), 608.99), 'with the row that has no code in the source')
  t.end()
})

t.test('what is missing is null, and nought stands only where the source says nought', (t) => {
  t.strictSame(byCode.get('SS3.0')!.social, { value: null, priceYear: null })
  t.strictSame(edition.records.flatMap((record) => LEDGERS.filter((ledger) => Number(record[ledger].value) === 0 && record[ledger].value !== null).map(() => record.code)), ['CR8.18.5'])
  for (const record of edition.records) for (const ledger of LEDGERS) if ((record[ledger].value === null) !== (record[ledger].priceYear === null)) t.fail(`${record.code} ${ledger}`)
  t.end()
})

t.test('every word of the file is one of the closed lists, and follows from the wording beside it', (t) => {
  for (const record of edition.records) {
    const fits =
      UNIT_CODES.includes(record.unit) && record.unit === unitOf(record.unitWording, record.detail) && record.unit !== 'other' && AGENCIES.includes(record.agency) && record.agency === agencyOf(record.agencyWording) && (record.relation === null || RELATIONS.includes(record.relation)) && record.grade !== null && record.citation !== ''
    if (!fits) t.fail(record.code)
    for (const ledger of LEDGERS) if (record[ledger].priceYear !== null && financialYear(record[ledger].priceYear) !== record[ledger].priceYear) t.fail(`${record.code} ${ledger}`)
    if (record.headline !== null && !byCode.has(record.headline)) t.fail(`${record.code} has no headline`)
  }
  t.equal(byCode.get('SS5.0')!.unit, 'per-six-months', 'though the source says per process')
  t.match(byCode.get('SS1.1.5'), { headline: 'SS1.1', relation: 'stand-alone' })
  t.match(byCode.get('SS2.0.1'), { headline: 'SS2.0', relation: 'constituent' })
  t.match(byCode.get('SS2.1'), { headline: null, relation: null })
  t.match(byCode.get('HE12.2.1'), { headline: 'HE12.2', relation: 'other-measure' })
  t.end()
})

t.test('rows that overlap are both held, and the rows under two codes are the same figure', (t) => {
  for (const { code, with: others, kind } of readOverlaps()) {
    const found = edition.records.filter((record) => matchesCode(record.code, others))
    t.ok(byCode.has(code) && found.length > 0, code)
    if (kind === 'same-figure' && !others[0]!.endsWith('*')) t.same(found[0]!.fiscal, byCode.get(code)!.fiscal, `${code} and ${found[0]!.code}`)
  }
  t.end()
})

t.test('the edition is a source of the catalogue, and every rule says why', (t) => {
  const source = shippedCatalogue().sources.find(({ id }) => id === edition.source)
  t.match(source, { title: edition.title, publisher: edition.publisher, year: 2015 })
  t.match(edition, { licence: 'CC BY 4.0', attribution: /Greater Manchester.*CC BY 4\.0/ })
  const { carried, leftOut } = readSelection()
  for (const { outcome, reason } of [...carried, ...leftOut]) t.match(reason, /\w{4}/, outcome)
  t.end()
})

import { readFileSync, readdirSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import t from 'tap'
import { clearAbandoned, type ImportReport } from '../../src/imports/service.js'
import { shippedFiles, shippedFolder } from '../../src/indicators/shipped.js'
import type { AreaIndicators } from '../../src/indicators/schemas.js'
import { testApp, testDatabase } from '../helpers/app.js'

const database = await testDatabase(t)
const app = await testApp(t, { database })
type Problem = { status: number; code: string; detail: string; errors?: { suggestions: string[] }[] }

const send = (payload: string | Buffer, query = '', type = 'text/csv') => app.inject({ method: 'POST', url: `/v1/imports${query}`, headers: { 'content-type': type }, payload })
const published = (path: string) => gunzipSync(readFileSync(join(shippedFolder(), path)))
const held = async () => {
  const { rows } = await database.kysely.selectFrom('observation').select((eb) => [eb.fn.countAll<number>().as('n')]).execute().then((found) => ({ rows: found }))
  const datasets = await database.kysely.selectFrom('dataset').select('slug').orderBy('slug').execute()
  return { figures: Number(rows[0]!.n), datasets: datasets.map(({ slug }) => slug) }
}

const HEADER = 'time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,old_la_code,new_la_code,la_name'
const leeds = (...cells: (string | number)[]) => `2025,Reporting year,Local authority,E92000001,England,E12000003,Yorkshire and The Humber,383,E08000035,Leeds,${cells.join(',')}`
const file = (columns: string, ...rows: string[]) => `${HEADER},${columns}\n${rows.join('\n')}\n`

t.test('a file of each published table imports unchanged, every cell of every row', async (t) => {
  for (const { path, dataset, hash } of shippedFiles()) {
    const response = await send(published(path))
    t.equal(response.statusCode, 201, `${path} ${response.body.slice(0, 300)}`)
    const report = response.json<ImportReport>()
    t.match(report, { unchanged: false, replaced: false, dataset: { id: dataset, known: true, hash }, warnings: [], filters: path.includes('cla') ? ['population_type'] : [] })
    t.strictSame(report.skipped, [], path)
    t.equal(report.figures.read, report.figures.stored)
    t.equal(report.rows.read, report.rows.stored)
    t.ok(report.columns.every(({ known }) => known), path)
  }
  const { items } = (await app.inject('/v1/areas/E92000001/indicators')).json<AreaIndicators>()
  t.equal(items.find(({ indicator }) => indicator === 'cin-at-31-march')!.value, 402_400)
})

t.test('the same file again changes nothing', async (t) => {
  const before = await held()
  const response = await send(published('dfe-2025/b1_children_in_need_2013_to_2025.csv.gz'))
  t.equal(response.statusCode, 200)
  t.match(response.json(), { unchanged: true, dataset: { id: 'children-in-need-2025' }, figures: { stored: 0 } })
  t.strictSame(await held(), before)
})

t.test('columns in another order, with a BOM and line ends of Windows, are the same figures', async (t) => {
  const [header, ...rows] = published('dfe-2025/b1_children_in_need_2013_to_2025.csv.gz').toString().trimEnd().split(/\r?\n/)
  const reversed = `\ufeff${[header!, ...rows.filter((row) => !row.includes('"'))].map((row) => row.split(',').reverse().join(',')).join('\r\n')}\r\n`
  const before = await held()
  const response = await send(reversed)
  t.equal(response.statusCode, 201, response.body.slice(0, 300))
  t.match(response.json(), { replaced: true, dataset: { id: 'children-in-need-2025' } })
  t.same((await held()).datasets, before.datasets, 'it took the place of the one held')
  const { items } = (await app.inject('/v1/areas/383/indicators?year=2025')).json<AreaIndicators>()
  t.equal(items.find(({ indicator }) => indicator === 'cin-at-31-march')!.value, 5775)
})

t.test('a council is joined on its three digits, whatever its ONS code was', async (t) => {
  const rows = [['370', 'E08000016', 'Barnsley'], ['373', 'E08000039', 'Sheffield']].map(([old, code, name], i) => `2025,Reporting year,Local authority,E92000001,England,E12000003,Y,${old},${code},${name},${i + 1}`)
  t.equal((await send(file('visits', ...rows), '?name=visits')).statusCode, 201)
  for (const [code, value] of [['E08000038', 1], ['E08000019', 2]] as const) {
    const { items } = (await app.inject(`/v1/areas/${code}/indicators?group=imported`)).json<AreaIndicators>()
    t.match(items, [{ indicator: 'visits.visits', value, status: 'ok', release: '2025' }])
  }
})

t.test('a file that is not known is kept with its filters, and what cannot be held is said', async (t) => {
  const body = file(
    'age_band,visits,Share (%)',
    leeds('0 to 4', 12, 'low'),
    leeds('5 to 11', 'c', 4.5),
    leeds('5 to 11', 'c', 4.5),
    leeds('12 plus', '=HYPERLINK("http://x")'.replaceAll('"', ''), 'z'),
    '2025,Reporting year,School,E92000001,England,,,383,E08000035,Leeds,0 to 4,1,1',
    '2025,Reporting year,Local authority,E92000001,England,,,999,E08000999,Nowhere,0 to 4,1,1',
    '2025,Reporting year,Local authority,E92000001,England,,,383,E08000036,Muddled,0 to 4,1,1',
    '202526x,Reporting year,Local authority,E92000001,England,,,383,E08000035,Leeds,0 to 4,1,1'
  )
  const response = await send(body, '?name=Home%20visits')
  t.equal(response.statusCode, 201, response.body)
  const report = response.json<ImportReport>()
  t.match(report, {
    dataset: { id: 'home-visits-2025', title: 'Home visits', known: false },
    filters: ['age_band'],
    rows: { read: 8, stored: 4, skipped: 4 },
    figures: { read: 8, stored: 5, skipped: 3 },
    columns: [{ column: 'visits', indicator: 'home-visits.visits', known: false }, { column: 'Share (%)', indicator: 'home-visits.share' }]
  })
  t.strictSame(new Set(report.skipped.map(({ reason }) => reason)), new Set(['level-not-held', 'area-not-held', 'area-codes-disagree', 'period-not-understood', 'held-twice', 'not-a-figure']))
  t.match(report.skipped.find(({ reason }) => reason === 'not-a-figure'), { count: 1, samples: [{ row: 5, found: /visits.*=HYPERLINK/ }] })
  const { items } = (await app.inject('/v1/areas/383/indicators?group=imported')).json<AreaIndicators>()
  t.match(items.filter(({ indicator, filters }) => indicator === 'home-visits.visits' && filters[0]!.value !== '12 plus'), [
    { value: 12, status: 'ok', filters: [{ name: 'age_band', value: '0 to 4' }] },
    { value: null, status: 'suppressed', filters: [{ value: '5 to 11' }] }
  ])
})

t.test('nothing that a file brings is given out as a formula in CSV', async (t) => {
  const body = file('=band,=cmd|calc,"@SUM(A1)"', leeds("'+1", 1, 2), leeds('=1+1', 3, 4))
  t.equal((await send(body, '?name==cmd%7Ccalc%20A0')).statusCode, 201)
  const { rows } = (await app.inject('/v1/rows/indicators?area=383&year=2025&limit=10000')).json<{ rows: Record<string, unknown>[] }>()
  const own = rows.filter(({ datasetTitle }) => datasetTitle === '=cmd|calc A0')
  t.strictSame(new Set(own.map(({ label }) => label)), new Set(['=cmd|calc', '@SUM(A1)']), 'as it stands in JSON')
  t.equal(own.length, 4)
  const response = await app.inject('/v1/rows/indicators?area=383&year=2025&limit=10000&format=csv')
  t.equal(response.statusCode, 200)
  const cells: string[][] = parse(response.body)
  t.equal(cells.flat().filter((cell) => cell.includes('cmd|calc')).length > 0, true)
  t.strictSame(cells.slice(1).flat().filter((cell) => /^[=+@\t\r\n]|^-(?!\d)/.test(cell)), [])
})

t.test('what a killed process left of a file is removed after a day, and nothing else', async (t) => {
  const folder = t.testdir({ 'evident-import-abc123': { 'file.csv': 'x' }, 'evident-import-def456': { 'file.csv': 'x' }, 'evident-import-of-mine': { 'file.csv': 'x' }, 'evident-import-ghi789': 'a file' })
  const old = new Date(Date.now() - 25 * 60 * 60 * 1000)
  for (const name of ['evident-import-abc123', 'evident-import-of-mine', 'evident-import-ghi789']) utimesSync(join(folder, name), old, old)
  t.equal(await clearAbandoned(folder), 1)
  t.strictSame(readdirSync(folder).sort(), ['evident-import-def456', 'evident-import-ghi789', 'evident-import-of-mine'])
  t.equal(await clearAbandoned(join(folder, 'none')), 0)
})

t.test('the title of a table does not say its publication twice', async (t) => {
  const titles = (await database.kysely.selectFrom('dataset').select('title').execute()).map(({ title }) => title)
  t.ok(titles.includes('Children in need: numbers and rates') && titles.includes('Children in need: Factors identified at the end of assessment'), titles.join('\n'))
  t.strictSame(titles.filter((title) => /^(.+): \1/.test(title)), [])
})

/** A row of a table for every council of today. */
const everyCouncil = async (row: (council: { dfeCode: string; code: string }, i: number) => string) => {
  const { items } = (await app.inject('/v1/areas?level=council&limit=200')).json<{ items: { dfeCode: string; code: string; ended: string | null }[] }>()
  return items.filter(({ ended }) => ended === null).map(row)
}
const councilRow = (dfeCode: string, ...cells: (string | number)[]) => `2024,Reporting year,Local authority,E92000001,England,,,${dfeCode},,,${cells.join(',')}`
const figureOf = async (indicator: string, area = '383') => (await app.inject(`/v1/areas/${area}/indicators?limit=200`)).json<AreaIndicators>().items.find((item) => item.indicator === indicator)

t.test('a new column of a known table is kept as an indicator of its own', async (t) => {
  const rows = await everyCouncil(({ dfeCode }) => councilRow(dfeCode, 'Children in Need', 4, 3, 2, 1))
  const response = await send(file('category,Anypoint_child,Started_child,At31_episodes,Brand_new', ...rows.map((row) => row.replace(/^2024/, '2012'))))
  t.equal(response.statusCode, 201, response.body)
  t.match(response.json(), { dataset: { id: 'children-in-need-2012', known: true }, columns: [{}, {}, {}, { column: 'Brand_new', indicator: 'children-in-need.brand-new', known: false }], warnings: [/Brand_new/] })
})

t.test('no file takes the place of a published table by a name or a column alone', async (t) => {
  const before = await figureOf('factor-16a')
  t.equal(before!.value, 1622)
  t.match((await send(file('visits', leeds(7)), '?name=Assessment%20factors')).json(), { replaced: false, dataset: { id: 'own-assessment-factors-2025', known: false } })
  t.same(await figureOf('factor-16a'), before)

  const referrals = await figureOf('referrals')
  t.match((await send(file('service,Referrals', leeds('CAMHS', 11)), '?name=camhs')).json(), { dataset: { known: false }, filters: ['service'] })
  t.match((await send(file('sex,referral_count,rereferral_percent', leeds('girls', 11, 4), leeds('boys', 12, 5)))).json(), { replaced: false, dataset: { known: false }, filters: ['sex'] }, 'parted in a way that the table is not')
  t.same(await figureOf('referrals'), referrals)

  const population = await figureOf('population-0-17')
  t.match((await send(file('age_group,population_estimate', leeds('0 to 4', 5)))).json(), { dataset: { known: false } })
  t.same(await figureOf('population-0-17'), population)

  const c3 = published('dfe-2025/c3_factors_identified_at_end_of_assessment_2018_to_2025.csv.gz')
  t.match((await send(c3, '?name=copy&filters=category')).json(), { replaced: false, dataset: { id: 'copy-2025', known: false } })
  t.match((await send(`${c3.toString()}\n`, '?filters=Neglect')).json(), { status: 422, code: 'unknown-filter' })
  t.same(await figureOf('factor-16a'), before)
})

t.test('a part of a published table, one of years to come and one that cannot be read are refused', async (t) => {
  const before = await held()
  const columns = 'category,Anypoint_child,Started_child,At31_episodes'
  const all = await everyCouncil(({ dfeCode }) => councilRow(dfeCode, 'Children in Need', 4, 3, 2))
  t.match((await send(file(columns, ...all.slice(0, 130)))).json(), { status: 422, code: 'partial-table', detail: /130 of 153 councils.*name of its own/ })
  const [header, ...rows] = published('dfe-2025/b1_children_in_need_2013_to_2025.csv.gz').toString().trimEnd().split('\n')
  t.match((await send(`${[header, ...rows.slice(0, 100)].join('\n')}\n`)).json(), { status: 422, code: 'partial-table' }, 'a file cut at the end of a row')
  t.match((await send(`${[header, ...rows.filter((row) => row.startsWith('2025'))].join('\n')}\n`)).json(), { status: 422, code: 'partial-table', detail: /165 pairs.*held with 2\d{3}/ }, 'a file cut after the first of its years')
  t.match((await send(file(columns, ...all, all[0]!.replace(/^2024/, '2099')))).json(), { status: 422, code: 'future-period', detail: /2099/ })
  t.match((await send(file(columns, ...(await everyCouncil(({ dfeCode }) => councilRow(dfeCode, 'Children in Need', '"1,234"', 3, 2)))))).json(), { status: 422, code: 'unreadable-figures', detail: /1,234/ })
  const later = Array.from({ length: 500 }, (_, i) => all[i % all.length]!.replace(/^2024/, String(2000 + Math.floor(i / all.length))))
  t.match((await send(file(columns, ...later, councilRow('383', 'Something else', 1, 1, 1)))).json(), { status: 422, code: 'column-varies', detail: /Something else/ })
  t.strictSame(await held(), before)
})

t.test('a row stands for an area of its level alone', async (t) => {
  const rows = [
    '2025,Reporting year,Regional,E92000001,England,E08000035,Y,,,,1',
    '2025,Reporting year,National,E12000003,England,,,,,,1',
    '2025,Reporting year,Local authority,E92000001,England,,,,E12000003,,1',
    '2025,Reporting year,Local authority,E92000001,England,,,England,,,1'
  ]
  t.match((await send(file('visits', ...rows), '?name=levels')).json(), { status: 422, code: 'nothing-to-store' })
})

t.test('a number that people wrote with commas parts no rows', async (t) => {
  const report = (await send(file('visits,share', leeds('"1,234"', 1)), '?name=commas')).json<ImportReport>()
  t.match(report, { filters: [], figures: { stored: 1, skipped: 1 }, skipped: [{ reason: 'not-a-figure', samples: [{ found: /1,234/ }] }] })
})

t.test('one figure given twice with two values is refused, as either might be wrong', async (t) => {
  const before = await held()
  t.match((await send(file('age,children', leeds(0, 3), leeds(1, 500)), '?name=ages')).json(), { status: 422, code: 'figures-disagree', detail: /age of Leeds for 2025.*filters/ })
  t.strictSame(await held(), before)
})

t.test('files that arrive together are stored one after another, the same one once', async (t) => {
  const body = file('visits', leeds(1))
  const answers = await Promise.all([1, 2, 3].map(() => send(body, '?name=together')))
  t.strictSame(answers.map(({ statusCode }) => statusCode).sort(), [200, 200, 201])
  t.match((await send('PK\u0003\u0004')).json(), { code: 'zip-file' })
  t.equal((await send(file('visits', leeds(2)), '?name=after')).statusCode, 201, 'a refusal holds up none that come after it')
})

t.test('a file that is not one is refused with what was expected and what was found, and leaves nothing behind', async (t) => {
  const b1 = published('dfe-2025/b1_children_in_need_2013_to_2025.csv.gz')
  const latin = Buffer.concat([Buffer.from(file('visits', leeds(1))), Buffer.from([0xe9, 0x0a])])
  const cases: [string, string | Buffer, string, RegExp][] = [
    ['a zip', Buffer.from('PK\u0003\u0004rest'), 'zip-file', /Unpack/],
    ['a gzip file', Buffer.from([0x1f, 0x8b, 8, 0, 1]), 'compressed-file', /gzip/],
    ['text in UTF-16', Buffer.from(`\ufeff${HEADER}\n`, 'utf16le'), 'wrong-encoding', /UTF-16/],
    ['text in Latin-1', latin, 'wrong-encoding', /not UTF-8/],
    ['a web page', '<!doctype html><p>Sign in', 'not-csv', /web page/],
    ['a byte of zero', `${HEADER},a\n${leeds('1\u0000')}\n`, 'not-csv', /zero/],
    ['nothing', '', 'empty-file', /empty/],
    ['a header alone', `${HEADER},visits\n`, 'no-rows', /no rows/],
    ['another CSV', 'name,age\nAnn,4\n', 'not-ees', /name, age/],
    ['a header with a slip', `${HEADER.replace('time_period', 'time_perod')},visits\n${leeds(1)}\n`, 'not-ees', /time_period/],
    ['the description of a file', 'col_name,col_type,label\nx,Indicator,X\n', 'metadata-file', /meta\.csv/],
    ['a last row without a line break', file('visits', leeds(1), leeds(12)).trimEnd(), 'truncated', /cut short/],
    ['columns parted by semicolons', file('visits', leeds(1)).replaceAll(',', ';'), 'not-csv', /semicolons/],
    ['text in UTF-16 without a mark', Buffer.from(file('visits', leeds(1)), 'utf16le'), 'wrong-encoding', /UTF-16/],
    ['a file cut in a row', b1.subarray(0, b1.length - 20), 'truncated', /cut short/],
    ['a quotation mark that nothing closes', file('visits', leeds('"1')), 'truncated', /quotation mark/],
    ['a row with a cell too many', file('visits', leeds(1), leeds(1, 2)), 'truncated', /row 3 has 12 cells/],
    ['a million columns', `${HEADER},${'a,'.repeat(1_000_000)}b\n${leeds(1)}\n`, 'too-many-columns', /columns/],
    ['three thousand columns', `${HEADER},${Array.from({ length: 3000 }, (_, i) => `a${i}`).join()}\n${leeds(1)}\n`, 'too-many-columns', /3010/],
    ['a row of two megabytes', file('visits', leeds(`"${'x'.repeat(2_000_000)}"`)), 'row-too-long', /bytes/],
    ['a column twice', file('visits,visits', leeds(1, 2)), 'duplicate-column', /visits/],
    ['no figures', file('note', leeds('all words')), 'no-figures', /no column of figures/],
    ['areas that are not held', file('visits', '2025,Reporting year,Local authority,W92000004,Wales,,,681,W06000015,Cardiff,3'), 'nothing-to-store', /none of which/]
  ]
  const before = await held()
  for (const [what, body, code, found] of cases) {
    const response = await send(body)
    t.equal(response.statusCode, code === 'empty-file' && response.statusCode === 400 ? 400 : 422, `${what}: ${response.body.slice(0, 200)}`)
    if (response.statusCode !== 422) continue
    const problem = response.json<Problem>()
    t.equal(problem.code, code, what)
    t.match(problem.detail, found, what)
    t.match(problem.detail, /Expected: a data file of 'Explore education statistics'.*Nothing was stored/, what)
  }
  t.strictSame(await held(), before)
})

t.test('a name that no text of the database can hold is refused', async (t) => {
  const before = await held()
  t.match((await send(file('visits', leeds(1)), '?name=visits%00')).json(), { status: 400, code: 'validation', errors: [{ pointer: '/name', in: 'query' }] })
  t.strictSame(await held(), before)
})

t.test('a file that fails half way leaves nothing behind, though its first figures were written', async (t) => {
  const before = await held()
  const rows = Array.from({ length: 45_000 }, (_, i) => leeds(`group ${i % 40_000}`, i))
  const response = await send(`${file('kind,visits', ...rows)}${leeds('last')}\n`, '?name=halfway')
  t.match(response.json(), { status: 422, code: 'truncated' })
  t.strictSame(await held(), before)
})

t.test('a column of numbers that parts the rows is named as a filter', async (t) => {
  const body = file('age,visits', leeds(4, 10), leeds(5, 11))
  const response = await send(body, '?name=by-age&filters=age')
  t.match(response.json(), { filters: ['age'], figures: { stored: 2 } })
  t.match((await send(body, '?name=by-age&filters=age')).json(), { unchanged: true }, 'the very file is held, so read')
  t.match((await send(body, '?filters=age,visits')).json(), { status: 422, code: 'no-figures' })
  t.match((await send(body, '?name=of-age&filters=age')).json(), { unchanged: false, replaced: true, dataset: { id: 'of-age-2025' } }, 'the same file under another name takes the place of the first')
  t.match((await send(body, '?filters=la_name')).json(), { status: 422, code: 'unknown-filter', detail: /la_name/ })
  t.match((await send(`${body}${leeds(6, 12)}\n`, '?filters=ages')).json(), { status: 422, code: 'unknown-filter', errors: [{ suggestions: ['age'] }] })
})

t.test('a body that is no CSV is told what to send', async (t) => {
  for (const type of ['application/json', 'application/zip', 'multipart/form-data; boundary=x']) {
    const response = await send('{}', '', type)
    t.equal(response.statusCode, 415, type)
    t.match(response.json(), { code: 'unsupported-media-type', detail: /text\/csv/ })
  }
  t.match((await app.inject({ method: 'POST', url: '/v1/imports' })).json(), { status: 400, code: 'missing-body' })
  t.match((await app.inject({ method: 'POST', url: '/v1/recommendations', headers: { 'content-type': 'text/csv' }, payload: 'a' })).json(), { status: 415 }, 'elsewhere a CSV is none')
  t.match((await send('x', '?nam=1')).json(), { status: 400, code: 'validation' })
})

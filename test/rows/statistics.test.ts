import { parse } from 'csv-parse/sync'
import { sql } from 'kysely'
import t, { type Test } from 'tap'
import type { AreaBenchmarks } from '../../src/benchmarks/schemas.js'
import type { AreaIndicators } from '../../src/indicators/schemas.js'
import type { ColumnInfo, Row } from '../../src/rows/columns.js'
import { figuresQuery } from '../../src/rows/queries.js'
import { testApp, testDatabase } from '../helpers/app.js'

/** Every JSON answer here is also held against the OpenAPI document, and so each row against the types of its columns. */
const database = await testDatabase(t, 'statistics')
const { kysely } = database
const app = await testApp(t, { database })

interface Rows {
  columns: ColumnInfo[]
  rows: Row[]
  nextCursor: string | null
}

async function get(dataset: string, query = ''): Promise<Rows> {
  const response = await app.inject(`/v1/rows/${dataset}?${query}`)
  if (response.statusCode !== 200) throw new Error(`${dataset} ${query} answered ${response.statusCode}: ${response.body.slice(0, 300)}`)
  return response.json<Rows>()
}
async function pages(dataset: string, query: string, limit: number): Promise<Row[]> {
  const rows: Row[] = []
  let cursor: string | null = null
  do {
    const page: Rows = await get(dataset, `${query}&limit=${limit}${cursor === null ? '' : `&cursor=${cursor}`}`)
    if (page.nextCursor !== null) t.equal(page.rows.length, limit, 'every page but the last is full')
    rows.push(...page.rows)
    cursor = page.nextCursor
  } while (cursor !== null)
  return rows
}
const cells = (row: Row, ...names: string[]) => names.map((name) => row[name])

t.test('rows of published figures', async (t) => {
  t.test('are every figure held, once, in the order of the table', async (t) => {
    const held = await sql<{ n: number; total: string }>`select count(*)::integer as n, sum(value) as total from observation where series_id <= (select min(id) + 5 from series)`.execute(kysely)
    const rows: Row[] = []
    for (let cursor: string | null = null; rows.length < held.rows[0]!.n; ) {
      const page: Rows = await get('indicators', `limit=4999${cursor === null ? '' : `&cursor=${cursor}`}`)
      rows.push(...page.rows)
      cursor = page.nextCursor
    }
    const first = rows.slice(0, held.rows[0]!.n)
    t.equal(new Set(first.map((row) => cells(row, 'areaCode', 'key', 'year', 'dataset').join('|'))).size, first.length)
    t.equal(first.reduce((sum, { value }) => sum + Math.round(Number(value) * 10), 0), Math.round(Number(held.rows[0]!.total) * 10))
  })

  t.test('of a council are those of its own address, each with value, status and where it comes from', async (t) => {
    const { items } = (await app.inject('/v1/areas/E08000035/indicators?year=2024')).json<AreaIndicators>()
    const rows = await pages('indicators', 'area=383&year=2024&newest=true', 30)
    const line = (of: object) => JSON.stringify(['key', 'value', 'status', 'release', 'populationBase'].map((name) => (of as Row)[name]))
    t.strictSame(rows.map(line).sort(), items.map(line).sort())
    t.match(rows.find(({ indicator }) => indicator === 'cin-at-31-march-rate'), { areaCode: 'E08000035', areaDfeCode: '383', areaLevel: 'council', regionCode: 'E12000003', year: 2024, period: '2024', release: '2024', publisher: 'Department for Education', populationBase: /11,998,646/, section: /At31_episodes_rate/, newest: true })
  })

  t.test('have the same rows in the same order however they are paged, with any filter', async (t) => {
    for (const [query, limits] of [
      ['indicator=cin-at-31-march&level=council', [400, 1999]],
      ['area=E09000001', [300]],
      ['year=2023&newest=true&indicator=factor-16a', [1, 40, 164]],
      ['release=2024&indicator=section-47&year=2024', [165, 166]]
    ] as const) {
      const whole = await get('indicators', `${query}&limit=10000`)
      t.equal(whole.nextCursor, null, query)
      t.ok(whole.rows.length > 100)
      for (const limit of limits) if (whole.rows.length / limit < 200) t.strictSame(await pages('indicators', query, limit), whole.rows, `${query} by ${limit}`)
    }
  })

  t.test('tell the newest release of a figure from the older ones', async (t) => {
    const all = (await get('indicators', 'area=E92000001&indicator=cin-at-31-march&year=2024')).rows
    t.strictSame(all.map((row) => cells(row, 'value', 'release', 'newest')).sort(), [[399460, '2024', false], [399460, '2024', false], [399460, '2025', true]])
    t.strictSame((await get('indicators', 'area=E92000001&indicator=cin-at-31-march&year=2024&newest=true')).rows.length, 1)
    t.strictSame((await get('indicators', 'area=E92000001&indicator=cin-at-31-march&year=2024&newest=false')).rows.length, 2)
  })

  t.test('never show what is withheld, nor zero in its place, and mark what is an estimate', async (t) => {
    for (const row of (await get('indicators', 'area=E09000001&limit=10000')).rows) if ((row['status'] === 'ok') !== (row['value'] !== null)) t.fail(JSON.stringify(row))
    const csv = parse<Record<string, string>>((await app.inject('/v1/rows/indicators?area=E06000001&indicator=cpp-at-31-march-latest-phy&year=2024&format=csv')).body, { columns: true })
    t.match(csv, [{ value: '', status: 'suppressed', estimated: 'false' }])
    const scores = (await get('indicators', 'indicator=idaci-average-score')).rows
    t.equal(scores.length, 153)
    t.equal(scores.filter(({ estimated }) => estimated).length, 21)
    for (const { estimated, note, areaCode } of scores) if (estimated !== /^E10/.test(String(areaCode)) || (note === null) === estimated) t.fail(String(areaCode))
    t.match(scores.find(({ areaCode }) => areaCode === 'E10000014'), { value: 0.24, status: 'ok', note: /districts, weighted by their residents/ })
  })

  t.test('are found along the key of the table, wherever a page starts', async (t) => {
    const plan = await kysely.transaction().execute(async (trx) => {
      await sql`set local enable_seqscan = off`.execute(trx)
      await sql`set local enable_bitmapscan = off`.execute(trx)
      const { rows } = await sql<Record<string, string>>`explain ${figuresQuery({ wanted: [{ series: 3, period: null }], after: { period: 2020, area: 120 }, areas: null, limit: 51 })}`.execute(trx)
      return rows.flatMap((line) => Object.values(line)).join('\n')
    })
    t.match(plan, /Index Scan using observation_pkey[^]*Index Cond: [^]*series_id = [^]*ROW\(period, area_id\) > ROW/)
  })
})

t.test('rows of benchmarks', async (t) => {
  const whole = await get('benchmarks', 'limit=10000')

  t.test('are those of every council of today, as its own address gives them', async (t) => {
    t.equal(whole.nextCursor, null)
    t.equal(new Set(whole.rows.map(({ areaCode }) => areaCode)).size, 153)
    for (const code of ['E08000035', 'E09000001']) {
      const { items } = (await app.inject(`/v1/areas/${code}/benchmarks`)).json<AreaBenchmarks>()
      const rows = whole.rows.filter(({ areaCode }) => areaCode === code)
      t.strictSame(
        rows.map((row) => cells(row, 'key', 'count', 'value', 'status', 'england', 'region', 'percentile', 'councilsMedian', 'neighboursMedian', 'neighboursRank', 'standing', 'changePercent', 'slopePerYear', 'release')),
        items.map((i) => [i.key, i.count?.value ?? null, i.value, i.status, i.england.value, i.region.value, i.councils.percentile, i.councils.median, i.neighbours.median, i.neighbours.rank, i.standing, i.change?.percent ?? null, i.trend.slopePerYear, i.release]),
        code
      )
    }
  })

  t.test('have the same rows however they are paged', async (t) => {
    t.strictSame((await pages('benchmarks', '', 1000)), whole.rows)
    t.strictSame(await pages('benchmarks', 'area=383', 7), whole.rows.filter(({ areaCode }) => areaCode === 'E08000035'))
    t.strictSame((await get('benchmarks', 'indicator=section-47')).rows, whole.rows.filter(({ indicator }) => indicator === 'section-47'))
  })
})

t.test('both are listed with the columns that they have, and refuse what they cannot answer', async (t) => {
  const { items } = (await app.inject('/v1/rows')).json<{ items: { dataset: string; columns: ColumnInfo[] }[] }>()
  const made = (key: unknown) => Buffer.from(JSON.stringify(key)).toString('base64url')
  for (const dataset of ['indicators', 'benchmarks']) {
    const { columns, rows } = await get(dataset, 'limit=1')
    t.strictSame(items.find((one) => one.dataset === dataset)!.columns, columns)
    t.strictSame(Object.keys(rows[0]!), columns.map(({ name }) => name))
  }
  const refusals: [string, number, string, string][] = [
    ['indicators?area=E08000099', 422, 'unknown-area', '/area'],
    ['indicators?indicator=cin-at-31-marsh', 422, 'unknown-indicator', '/indicator'],
    ['indicators?release=2020', 422, 'unknown-release', '/release'],
    ['indicators?year=1999', 422, 'no-figures', '/year'],
    ['indicators?newest=perhaps', 400, 'validation', '/newest'],
    ['indicators?level=district', 400, 'validation', '/level'],
    ['benchmarks?area=E12000003', 422, 'not-a-council', '/area'],
    ['benchmarks?area=E10000006', 422, 'area-ended', '/area'],
    ['benchmarks?indicator=factor-5a', 422, 'unknown-indicator', '/indicator'],
    ['benchmarks?year=1990', 422, 'no-figures', '/year'],
    ...[['indicators', 1, 2], ['indicators', 1, 2.5, 3], ['indicators', 1, 2, 99_999], ['indicators', -1, 2, 3], ['benchmarks', 'E08000035', 'x']].map((key): [string, number, string, string] => [`indicators?cursor=${made(key)}`, 400, 'invalid-cursor', '/cursor'])
  ]
  for (const [path, status, code, pointer] of refusals) await t.test(path.slice(0, 60), async (t: Test) => {
    const response = await app.inject(`/v1/rows/${path}`)
    t.match(response.json(), { status, code, errors: [{ pointer, in: 'query' }] }, response.body.slice(0, 300))
  })
  t.match((await app.inject('/v1/rows/indicators?indicator=cin-at-31-marsh')).json(), { errors: [{ suggestions: ['cin-at-31-march'] }] })
})

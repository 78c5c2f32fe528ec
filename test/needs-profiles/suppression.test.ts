import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import t from 'tap'
import type { AreaBenchmarks } from '../../src/benchmarks/schemas.js'
import { readCell } from '../../src/imports/cells.js'
import { TABLES } from '../../src/imports/tables.js'
import type { Figure } from '../../src/indicators/figures.js'
import type { AreaIndicators } from '../../src/indicators/schemas.js'
import { shippedFolder } from '../../src/indicators/shipped.js'
import type { NeedsProfileFromStatistics } from '../../src/needs-profiles/from-statistics-schemas.js'
import { intervalOf } from '../../src/needs-profiles/intervals.js'
import { PLAN_ROW } from '../../src/needs-profiles/mapping.js'
import type { RecommendationAnswer } from '../../src/recommendations/schemas.js'
import type { Row } from '../../src/rows/columns.js'
import { testApp, testDatabase } from '../helpers/app.js'

/** Tries to work out what is withheld, from everything that is answered, by what a reader could do: subtract, divide, compare. */

const d4 = TABLES.find(({ section }) => section === 'd4')!
const column = (indicator: string) => d4.columns[indicator]![0]!
const published = parse<Record<string, string>>(gunzipSync(readFileSync(join(shippedFolder(), 'dfe-2024', 'd4_cpps_at31march_by_category_of_abuse_2013_to_2024.csv.gz'))), { columns: true, bom: true })
const figure = (text: string): Figure => {
  const { value, status } = readCell(text)!
  return { value: value === null ? null : Number(value), status }
}
/** Every row of a council that is published with a total: what it withholds, and what it leaves to those. */
const rows = published.flatMap((row) => {
  const total = figure(row[column(PLAN_ROW.total)]!)
  const cells = PLAN_ROW.parts.map((part) => ({ part, ...figure(row[column(part)]!) }))
  const withheld = cells.filter(({ status }) => status === 'suppressed')
  if (row['geographic_level'] !== 'Local authority' || total.value === null || cells.some(({ status }) => status !== 'ok' && status !== 'suppressed')) return []
  return [{ code: row['old_la_code']!, year: Number(row['time_period']), total, cells, withheld, left: total.value - cells.reduce((sum, { value }) => sum + (value ?? 0), 0) }]
})

t.test('in every row as published, the intervals hold what is withheld, and none gives it away', (t) => {
  const open = rows.filter(({ withheld }) => withheld.length > 0)
  t.ok(rows.length > 1500 && open.length > 700)
  t.ok(rows.every(({ withheld, left }) => withheld.length > 0 || left === 0), 'rows that show everything add up')
  for (const { code, year, total, cells, withheld, left } of open) {
    const intervals = withheld.map((one) => intervalOf(one, { total, others: cells.filter((other) => other !== one) })!)
    const [low, high] = [intervals.reduce((sum, one) => sum + one.low, 0), intervals.reduce((sum, one) => sum + one.high, 0)]
    if (left < low || left > high) t.fail(`${code} ${year}: ${left} is left to ${withheld.length}, which may be ${low} to ${high} together`)
    for (const one of intervals) {
      if (one.low !== (withheld.length === 1 ? 1 : 0) || one.high < 5 || one.working !== 3 || (one.high > 5 && one.high % 10 !== 0)) t.fail(`${code} ${year}: ${JSON.stringify(one)}`)
      if (one.high < left) t.fail(`${code} ${year}: ${left} is left, and one of ${withheld.length} is said to be ${one.high} at most`)
    }
  }
  t.end()
})

t.test('no answer about a council helps to work out what is withheld of it', async (t) => {
  const app = await testApp(t, { database: await testDatabase(t, 'statistics') })
  const get = async <T>(url: string): Promise<T | null> => {
    const response = await app.inject(url)
    return response.statusCode === 200 ? response.json<T>() : null
  }
  // Hardly anything shown; two left 26 between them; one alone withheld; categories in place of factors; a council like many.
  for (const [code, year] of [['E09000001', 2025], ['E06000017', 2024], ['E09000023', 2024], ['E06000019', 2024], ['E06000001', 2024]] as const) {
    const { items } = (await get<AreaIndicators>(`/v1/areas/${code}/indicators?year=${year}`))!
    const withheld = items.filter(({ status }) => status === 'suppressed')
    const shown = new Set(items.filter(({ value }) => value !== null).map(({ key }) => key))
    t.ok(withheld.length > 0, code)

    // Divide: a rate or a share of a withheld count, times its base, is the count.
    for (const { key } of withheld) for (const kind of ['rate', 'percent']) if (shown.has(key.replace('|', `-${kind}|`))) t.fail(`${code} ${key}: its ${kind} is shown`)
    const compared = (await get<AreaBenchmarks>(`/v1/areas/${code}/benchmarks?year=${year}`))!
    for (const item of compared.items) {
      const point = item.trend.points.find((one) => one.year === item.year)
      if (item.measure === 'rate' && item.count!.status !== 'ok' && [item.value, item.count!.value, item.publishedRate?.value ?? null, point?.value ?? null, item.change, item.councils.percentile, item.neighbours.rank].some((one) => one !== null)) t.fail(`${code} ${item.key}`)
    }

    // Subtract: what stands for regions and for England is what was published, never a sum made here.
    const regions = new Map((await get<{ rows: Row[] }>(`/v1/rows/indicators?level=country&year=${year}&newest=true&limit=10000`))!.rows.map((row) => [`${String(row['key'])}`, row]))
    for (const { key, unit } of withheld) {
      const national = regions.get(key)
      if (national?.['value'] != null && unit === 'children' && Number(national['value']) % 10 !== 0) t.fail(`${key} of England is not rounded as published`)
    }

    // Compare: what the rows say is what the council's own address says.
    const own = (await get<{ rows: Row[] }>(`/v1/rows/indicators?area=${code}&year=${year}&newest=true&limit=10000`))!.rows
    t.strictSame(own.filter(({ status }) => status === 'suppressed').map(({ key }) => key).sort(), withheld.map(({ key }) => key).sort())
    for (const row of own) if (row['status'] === 'suppressed' && row['value'] !== null) t.fail(String(row['key']))

    // Needs, the answer to them and what is kept of them: an interval never narrower than the publisher's 1 to 5.
    const profile = await get<NeedsProfileFromStatistics>(`/v1/areas/${code}/needs-profile?year=${year}`)
    if (profile === null) continue
    const answer = (await app.inject({ method: 'POST', url: '/v1/recommendations', payload: { area: code, year, limit: 1 } })).json<RecommendationAnswer>()
    const recorded = (await get<RecommendationAnswer>(`/v1/recommendations/${answer.id}`))!
    const title = 'From statistics'
    const saved = (await app.inject({ method: 'POST', url: '/v1/needs-profiles', payload: { title, profile: profile.profile } })).json<{ profile: { needs: { need: string; children: number }[] } }>()
    for (const needs of [profile.needs, answer.profile.statistics!.needs, recorded.profile.statistics!.needs]) {
      for (const { need, figures, interval, children } of needs) {
        if (!figures.some(({ status }) => status === 'suppressed')) continue
        const known = figures.flatMap(({ value }) => value ?? [])
        const least = Math.max(1, ...known)
        if (interval.high - known.reduce((sum, one) => sum + one, 0) < 5 || interval.low > least) t.fail(`${code} ${need} is ${interval.low} to ${interval.high}`)
        if (known.length === 0 && children !== 3) t.fail(`${code} ${need} is reckoned as ${children}`)
        t.equal(saved.profile.needs.find((one) => one.need === need)!.children, children)
        t.equal(answer.profile.needs.find((one) => one.need === need)!.children, children)
      }
    }
  }
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import t from 'tap'
import type { AreaIndicators, IndicatorFigure } from '../../src/indicators/schemas.js'
import { shippedFiles, shippedFolder } from '../../src/indicators/shipped.js'
import { seedStatistics } from '../../src/indicators/service.js'
import { openAreas } from '../../src/areas/service.js'
import { testApp, testDatabase } from '../helpers/app.js'

const database = await testDatabase(t, 'statistics')
const app = await testApp(t, { database })

async function figures(code: string, year?: number): Promise<Map<string, IndicatorFigure>> {
  const response = await app.inject(`/v1/areas/${code}/indicators${year === undefined ? '' : `?year=${year}`}`)
  t.equal(response.statusCode, 200, response.body.slice(0, 300))
  const { items } = response.json<AreaIndicators>()
  return new Map(items.map((item) => [item.indicator + item.filters.map(({ value }) => ` ${value}`).join(''), item]))
}
const ENGLAND = 'E92000001'

t.test('the figures that the publishers state for England are those that are answered', async (t) => {
  const latest = await figures(ENGLAND, 2025)
  const before = await figures(ENGLAND, 2024)
  t.match(latest.get('cin-at-31-march'), { value: 402_400, status: 'ok', release: '2025', year: 2025, populationBase: null })
  t.match(latest.get('cpp-at-31-march'), { value: 49_420 })
  t.match(latest.get('looked-after Children looked after on 31 March each year'), { value: 81_770 })
  t.match(before.get('population-0-17'), { value: 12_183_016, dataset: 'population-0-17-2025' })
  t.match(before.get('cin-at-31-march'), { value: 399_460, release: '2025' })
  t.match(before.get('cpp-at-31-march'), { value: 49_900 })
  t.match(before.get('cpp-at-31-march-latest-neg'), { value: 24_570, release: '2024' })
  t.match(before.get('cpp-at-31-march-latest-emo'), { value: 19_790 })
  t.match(before.get('section-47'), { value: 224_520 })
})

t.test('councils add up to England as far as the publisher lets them', async (t) => {
  const sum = async (indicator: string, period: number, release: string) => {
    const { rows } = await database.kysely
      .selectFrom('observation')
      .innerJoin('series', 'series.id', 'observation.series_id')
      .innerJoin('dataset', 'dataset.id', 'series.dataset_id')
      .innerJoin('area', 'area.id', 'observation.area_id')
      .where('indicator_code', '=', indicator)
      .where('period', '=', period)
      .where('release', '=', release)
      .where('level', '=', 'council')
      .select((eb) => [eb.fn.sum<string>('value').as('sum')])
      .execute()
      .then((found) => ({ rows: found }))
    return Number(rows[0]!.sum)
  }
  t.equal(await sum('cin-at-31-march', 2025, '2025'), 402_398)
  t.equal(await sum('population-0-17', 2024, '2025'), 12_183_016)
})

t.test('a rate names the population it was worked out on, and two bases are never one', async (t) => {
  const { populationBase, release } = (await figures(ENGLAND, 2024)).get('cin-at-31-march-rate')!
  t.equal(release, '2024')
  t.match(populationBase, /11,998,646/)
  t.match((await figures(ENGLAND, 2025)).get('looked-after-rate Children looked after on 31 March each year')!.populationBase, /12,183,016/)
})

t.test('a figure that is withheld has no value and says why, and none is zero for it', async (t) => {
  t.match((await figures('E06000001', 2024)).get('cpp-at-31-march-latest-phy'), { value: null, status: 'suppressed' })
  t.match((await figures('E10000014', 2024)).get('factor-16a'), { value: null, status: 'low-reliability' })
  t.match((await figures('E06000019', 2024)).get('factor-16a'), { value: null, status: 'low-reliability' })
  for (const code of ['E08000035', 'E10000020', 'E06000001', 'E09000001', 'E06000053', 'E10000014', 'E06000019']) {
    for (const item of (await figures(code)).values()) {
      t.equal(item.status === 'ok', item.value !== null, `${code} ${item.key}`)
      if (item.sources.length === 0 || item.sources.some(({ title }) => title === '')) t.fail(`${code} ${item.key} has no source`)
    }
  }
})

t.test('the councils whose code changed in 2025 keep their figures under both codes', async (t) => {
  for (const [old, now] of [['E08000016', 'E08000038'], ['E08000019', 'E08000039']] as const) {
    const value = (await figures(now, 2025)).get('cin-at-31-march')!.value
    t.ok(value! > 1000)
    t.equal((await figures(old, 2025)).get('cin-at-31-march')!.value, value)
  }
})

t.test('poverty and deprivation are held with their population, and what is an estimate says so and how it was made', async (t) => {
  t.match((await figures(ENGLAND, 2025)).get('children-in-low-income-percent'), { value: 19.8, status: 'ok', period: '2024/25', estimated: false, note: null, populationBase: /under 16/, sources: [{ publisher: 'Department for Work and Pensions', year: 2026 }] })
  t.match((await figures('E06000001')).get('imd-average-score'), { value: 37.58, status: 'ok', estimated: false, note: null, sources: [{ publisher: /^Ministry of Housing/ }] })
  t.match((await figures('E10000014')).get('idaci-average-score'), { value: 0.24, status: 'ok', estimated: true, note: /mean of the average scores of the county's districts, weighted by their residents/ })
})

t.test('a year or a group with no figures is a 404 that says what is held', async (t) => {
  t.match((await app.inject('/v1/areas/383/indicators?year=1999')).json(), { status: 404, code: 'no-figures', detail: /2012 to 2025/ })
  t.match((await app.inject('/v1/areas/383/indicators?group=assessment-factors')).json(), { status: 404, code: 'no-figures', detail: /The groups are assessment-factor, /, errors: [{ pointer: '/group', suggestions: ['assessment-factor'] }] })
  t.match((await app.inject('/v1/areas/XX/indicators')).json(), { status: 422, code: 'unknown-area' })
})

t.test('what no file has of an area is not listed as unavailable, and a council that ended keeps its last figures', async (t) => {
  const cumberland = [...(await figures('E06000063', 2022)).values()]
  t.strictSame([...new Set(cumberland.map(({ dataset }) => dataset))].sort(), ['children-in-low-income-families-2026', 'looked-after-children-2025'], 'it began in 2023, and these alone have rows for the years before')
  const cumbria = await figures('E10000006')
  t.match(cumbria.get('factor-16a'), { year: 2023, status: 'ok', release: '2025' })
  t.match(cumbria.get('looked-after Children looked after on 31 March each year'), { year: 2025, status: 'not-applicable' })
  t.match((await app.inject('/v1/areas/E06000059/indicators?year=2018')).json(), { status: 404, code: 'no-figures' }, 'Dorset of today began in 2019')
})

t.test('the attribution stands in every answer', async (t) => {
  for (const path of ['indicators', 'needs-profile', 'benchmarks']) t.match((await app.inject(`/v1/areas/383/${path}`)).json(), { attribution: /Open Government Licence v3\.0.*DfE.*ONS.*MHCLG/ })
})

t.test('a second start stores nothing', async (t) => {
  t.equal(await seedStatistics(database, await openAreas(database)), 0)
})

t.test('a release that somebody imported in place of a carried one stays', async (t) => {
  const { path } = shippedFiles().find(({ dataset }) => dataset === 'children-in-need-2025')!
  const payload = gunzipSync(readFileSync(join(shippedFolder(), path))).toString().replace(',402400,', ',2,')
  const response = await app.inject({ method: 'POST', url: '/v1/imports', headers: { 'content-type': 'text/csv' }, payload })
  t.match(response.json(), { replaced: true, dataset: { id: 'children-in-need-2025' } })
  t.equal(await seedStatistics(database, await openAreas(database)), 0)
  t.match((await figures(ENGLAND, 2025)).get('cin-at-31-march'), { value: 2 })
})

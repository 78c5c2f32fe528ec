import t from 'tap'
import type { NeedsProfileFromStatistics } from '../../src/needs-profiles/from-statistics-schemas.js'
import type { RecommendationAnswer } from '../../src/recommendations/schemas.js'
import { testApp, testDatabase } from '../helpers/app.js'

const database = await testDatabase(t, 'statistics')
const app = await testApp(t, { database })
const profileOf = async (code: string, year?: number) => app.inject(`/v1/areas/${code}/needs-profile${year === undefined ? '' : `?year=${year}`}`)
const preview = async (payload: object) => app.inject({ method: 'POST', url: '/v1/recommendations/preview', payload })

t.test('Leeds: the needs are the published counts, each with source, year and status', async (t) => {
  const { year, basis, needs, profile } = (await profileOf('E08000035')).json<NeedsProfileFromStatistics>()
  t.equal(year, 2025)
  t.equal(basis, 'assessment-factors')
  t.match(needs.find(({ need }) => need === 'neglect'), { children: 1622, interval: { low: 1622, high: 1622 }, openBecause: [], figures: [{ value: 1622, status: 'ok', year: 2025, release: '2025', sources: [{ publisher: 'Department for Education' }] }], alongside: [{ value: 185, year: 2024 }] })
  t.match(needs.find(({ need }) => need === 'parental-substance-misuse'), { children: 614, interval: { low: 614, high: 1104 }, openBecause: ['overlap'] })
  t.equal(profile.needs.length, needs.length)
})

t.test('the area alone, and the profile that it gives posted back, come to the same ranking', async (t) => {
  for (const code of ['E08000035', '926', 'E06000001', 'E09000001', 'E06000053', 'E10000014', 'E08000016']) {
    const drawn = (await profileOf(code)).json<NeedsProfileFromStatistics>()
    const alone = await preview({ area: code })
    t.equal(alone.statusCode, 200, code)
    const own = alone.json<RecommendationAnswer>()
    const posted = (await preview(drawn.profile)).json<RecommendationAnswer>()
    t.ok(own.recommendations.length > 0, code)
    t.strictSame(own.recommendations, posted.recommendations, code)
    t.equal(posted.profile.statistics, null)
    const statistics = own.profile.statistics!
    t.equal(statistics.needs.length, drawn.needs.length)
    for (const [i, { figures }] of drawn.needs.entries()) {
      const said = own.profile.inferred.find(({ pointer }) => pointer === `/needs/${i}`)!.statement
      for (const { value, status, dataset } of figures) t.ok(said.includes(String(value ?? status)) && said.includes(dataset) && said.includes(String(drawn.year)), said)
    }
    const open = drawn.needs.filter(({ interval }) => interval.high > interval.low).length
    t.equal(statistics.sensitivity.openCounts, open)
    t.ok(own.profile.inferred.some(({ statement }) => statement === statistics.sensitivity.statement))
  }
})

t.test('a year chooses the statistics of a recommendation as it does those of the profile, and is kept with it', async (t) => {
  const drawn = (await profileOf('E08000035', 2023)).json<NeedsProfileFromStatistics>()
  const recorded = await app.inject({ method: 'POST', url: '/v1/recommendations', payload: { area: 'E08000035', year: 2023, limit: 2 } })
  const { id, profile } = recorded.json<RecommendationAnswer>()
  t.match(profile, { area: 'E08000035', year: 2023, statistics: { year: 2023 } })
  t.strictSame(profile.statistics!.needs, drawn.needs)
  t.strictSame(Object.fromEntries(profile.needs.map(({ need, children }) => [need, children])), Object.fromEntries(drawn.profile.needs.map(({ need, children }) => [need, children])))
  t.match((await app.inject(`/v1/recommendations/${id}`)).json(), { profile: { year: 2023 } })
  t.match((await preview({ area: 'E08000035', limit: 2 })).json(), { profile: { year: 2025 } }, 'the latest, where none is named')
  t.match((await preview({ needs: [{ need: 'neglect' }], limit: 2 })).json(), { profile: { year: null } })
})

t.test('a year without an area, with needs, or that is not held is refused with the way out', async (t) => {
  const needs = [{ need: 'neglect' }]
  t.match((await preview({ year: 2024, needs })).json(), { status: 422, code: 'year-without-area', errors: [{ pointer: '/year', in: 'body' }] })
  t.match((await preview({ year: 2024 })).json(), { status: 422, code: 'year-without-area' })
  t.match((await preview({ area: '383', year: 2024, needs })).json(), { status: 422, code: 'year-with-needs', errors: [{ pointer: '/year' }] })
  t.match((await preview({ area: '383', year: 1999 })).json(), { status: 422, code: 'no-figures', detail: /Years that can be used: 2025, 2024, .*2019/, errors: [{ pointer: '/year', suggestions: ['2025', '2024', '2023'] }] })
  t.match((await preview({ area: 'E10000014', year: 2024 })).json(), { status: 422, code: 'no-figures', errors: [{ pointer: '/year', suggestions: ['2025', '2023', '2022'] }] })
  t.match((await preview({ area: '383', year: '2024' })).json(), { status: 400, errors: [{ pointer: '/year', code: 'type' }] })
})

t.test('where nearly everything is withheld, the numbers are intervals and the answer says what hangs on them', async (t) => {
  const { needs } = (await profileOf('E09000001')).json<NeedsProfileFromStatistics>()
  t.ok(needs.length >= 8)
  for (const { interval, openBecause } of needs) t.ok(interval.high > interval.low && openBecause.length > 0)
  const { sensitivity } = (await preview({ area: 'E09000001' })).json<RecommendationAnswer>().profile.statistics!
  t.equal(sensitivity.orderChanges, sensitivity.moved.length > 0)
  for (const { rank, best, worst } of sensitivity.moved) t.ok(best <= rank && rank <= worst)
})

t.test('Hampshire 2024: nothing usable is published, and the answer says so and names other years', async (t) => {
  const response = await profileOf('E10000014', 2024)
  t.equal(response.statusCode, 404)
  t.match(response.json(), { code: 'no-figures', detail: /Hampshire for 2024.*low-reliability.*not low need.*2025, 2023/ })
})

t.test('Herefordshire 2024: categories of abuse stand in for factors, and the answer says so', async (t) => {
  const { basis, statement, needs, notStated } = (await profileOf('E06000019', 2024)).json<NeedsProfileFromStatistics>()
  t.equal(basis, 'plan-categories')
  t.match(statement, /no assessment factors are published/)
  t.strictSame(needs.map(({ need, children, interval }) => [need, children, interval.low, interval.high]), [
    ['emotional-abuse', 105, 105, 105],
    ['neglect', 80, 80, 80],
    ['physical-abuse', 3, 0, 20],
    ['sexual-abuse', 3, 0, 20]
  ])
  t.match(notStated.find(({ need }) => need === 'domestic-abuse'), { reason: 'not-published', figures: [{ status: 'low-reliability' }] })
})

t.test('what is no council of today is refused with what to ask for', async (t) => {
  t.match((await profileOf('E10000006')).json(), { status: 422, code: 'area-ended', errors: [{ suggestions: ['E06000063', 'E06000064'] }] })
  t.match((await profileOf('E92000001')).json(), { status: 422, code: 'not-a-council' })
  t.match((await preview({ area: 'E10000006' })).json(), { status: 422, code: 'area-ended', errors: [{ pointer: '/area', in: 'body' }] })
  t.match((await preview({ area: 'E08000099' })).json(), { status: 422, code: 'unknown-area', errors: [{ pointer: '/area' }] })
})

t.test('a council is found by any of its words, and what is recorded has its code in force and says what was asked', async (t) => {
  const needs = [{ need: 'neglect' }]
  for (const [word, code, said] of [
    ['Leeds', 'E08000035', /'Leeds' was asked for: Leeds/],
    ['e08000035', 'E08000035', /'e08000035' was asked for/],
    ['E08000016', 'E08000038', /'E08000016' was asked for, a code that ended on 20\d\d-\d\d-\d\d: Barnsley/],
    ['370', 'E08000038', /'370' was asked for/]
  ] as const) {
    const recorded = await app.inject({ method: 'POST', url: '/v1/recommendations', payload: { area: word, needs, limit: 1 } })
    t.equal(recorded.statusCode, 201, word)
    const { id, profile } = recorded.json<RecommendationAnswer>()
    t.equal(profile.area, code)
    t.match(profile.inferred.find(({ pointer }) => pointer === '/area')?.statement, said)
    const { request } = await database.kysely.selectFrom('recommendation').select('request').where('id', '=', id!).executeTakeFirstOrThrow()
    t.match(JSON.parse(request), { area: code })
    const { rows } = (await app.inject(`/v1/rows/recommendations?recommendation=${id}`)).json<{ rows: Record<string, unknown>[] }>()
    t.ok(rows.length > 0 && rows.every((row) => row['area'] === code), JSON.stringify(rows[0]))
  }
  t.match((await preview({ area: 'barnsley' })).json(), { profile: { area: 'E08000038', statistics: { area: { name: 'Barnsley' } } } })
  t.equal((await preview({ area: 'E08000035', needs })).json<RecommendationAnswer>().profile.inferred.some(({ pointer }) => pointer === '/area'), false)
  t.match((await preview({ area: 'w06000015', needs })).json(), { profile: { area: 'W06000015' } })
})

t.test('a district is answered with its county, and a region is refused', async (t) => {
  for (const body of [{}, { needs: [{ need: 'neglect' }] }]) {
    t.match((await preview({ ...body, area: 'E07000008' })).json(), { status: 422, code: 'unknown-area', detail: /a district, Cambridge.*its county, 'E10000003'/, errors: [{ pointer: '/area', in: 'body', suggestions: ['E10000003'] }] })
    t.match((await preview({ ...body, area: 'E12000003' })).json(), { status: 422, code: 'not-a-council', errors: [{ pointer: '/area' }] })
  }
})

t.test('a recorded answer for an area is compared on the needs that it was given for', async (t) => {
  const recorded = await app.inject({ method: 'POST', url: '/v1/recommendations', payload: { area: 'E08000035', limit: 3 } })
  t.equal(recorded.statusCode, 201)
  const { id } = recorded.json<RecommendationAnswer>()
  t.equal((await app.inject(`/v1/recommendations/${id}`)).body, recorded.body)
  t.equal((await app.inject({ method: 'POST', url: `/v1/recommendations/${id}/compare`, payload: { from: { sources: ['founding-documents'] }, to: {} } })).statusCode, 200)
})

t.test('a count that is parted, such as one by age, never stands for the need', async (t) => {
  const before = (await profileOf('E08000035')).json<NeedsProfileFromStatistics>()
  const { kysely } = database
  const { id: parent, ...dataset } = await kysely.selectFrom('dataset').selectAll().where('slug', '=', 'assessment-factors-2025').executeTakeFirstOrThrow()
  const parted = await kysely.insertInto('dataset').values({ ...dataset, slug: 'by-age-2026', table_code: null, first_period: 2026, last_period: 2026, hash: 'b'.repeat(64) } as never).returning('id').executeTakeFirstOrThrow()
  const { id: whole, ...series } = await kysely.selectFrom('series').selectAll().where('dataset_id', '=', parent).where('indicator_code', '=', 'factor-16a').executeTakeFirstOrThrow()
  const band = await kysely.insertInto('series').values({ ...series, dataset_id: parted.id, filters: JSON.stringify({ age: '0 to 4' }) } as never).returning('id').executeTakeFirstOrThrow()
  const { area_id, ...figure } = await kysely.selectFrom('observation').selectAll().where('series_id', '=', whole).where('period', '=', 2025).where('value', '=', '1622').executeTakeFirstOrThrow()
  await kysely.insertInto('observation').values({ ...figure, area_id, series_id: band.id, period: 2026, value: '7' }).execute()
  t.strictSame((await profileOf('E08000035')).json(), before)
})

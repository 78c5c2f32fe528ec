import t from 'tap'
import type { AreaBenchmarks, Benchmark } from '../../src/benchmarks/schemas.js'
import { testApp, testDatabase } from '../helpers/app.js'

const app = await testApp(t, { database: await testDatabase(t, 'statistics') })

async function benchmarks(code: string, year?: number): Promise<Map<string, Benchmark>> {
  const response = await app.inject(`/v1/areas/${code}/benchmarks${year === undefined ? '' : `?year=${year}`}`)
  t.equal(response.statusCode, 200, response.body.slice(0, 200))
  return new Map(response.json<AreaBenchmarks>().items.map((item) => [item.indicator, item]))
}

t.test('Leeds stands beside England, its region, its neighbours and its past on one population', async (t) => {
  const item = (await benchmarks('383')).get('cin-at-31-march')!
  t.match(item, { year: 2025, count: { value: 5775 }, status: 'ok', england: { value: 330.3, status: 'ok' }, neighbours: { published: 10, notPublished: 0 }, councils: { published: 153 } })
  t.match(item.populationBase, /mid-2024/)
  t.strictSame(item.trend.points.map(({ year }) => year), [2020, 2021, 2022, 2023, 2024, 2025])
  const [before, now] = item.trend.points.slice(-2)
  t.equal(now!.value, item.value)
  t.equal(item.change!.difference, Math.round((item.value! - before!.value!) * 10) / 10)
  t.match(item.warnings, [{ code: 'rebased-population', message: /published a rate of 332\.4.*11,998,646.*it is 332\.1/ }], 'who compares with what was published for 2024 is told')
  t.equal(item.warnings.length, 1)
})

t.test('low here is not said where the low ones of others are withheld', async (t) => {
  t.match((await benchmarks('383', 2024)).get('cpp-at-31-march-latest-neg'), { standing: 'low-here', councils: { percentile: 4, published: 148 } })
  t.match((await benchmarks('E06000009', 2024)).get('factor-13a'), { standing: 'typical', councils: { percentile: 19 } }, 'Blackpool: nineteenth of those published, and others are withheld for being small')
  const item = (await benchmarks('E08000035', 2024)).get('cpp-at-31-march-latest-sab')!
  t.match(item.warnings.find(({ code }) => code === 'few-published')?.message, /92 of 153 councils.*withheld because they are small: among all councils it may be as high as/)
})

t.test("a release's own rate on another population is shown with a warning, and is not mixed in", async (t) => {
  const england = (await benchmarks('383', 2024)).get('section-47')!
  t.equal(england.england.value, 186.2, '224,520 on the rebased 12,059,476')
  t.match(england.publishedRate, { release: '2024', populationBase: /11,998,646/ })
  t.not(england.publishedRate!.value, england.value)
  t.ok(england.warnings.some(({ code }) => code === 'rebased-population'))
})

t.test('what is withheld or missing is compared with nothing', async (t) => {
  const hampshire = (await benchmarks('E10000014', 2024)).get('factor-16a')!
  t.match(hampshire, { value: null, status: 'low-reliability', standing: 'unknown', councils: { percentile: null }, neighbours: { rank: null }, change: null })
  const city = await benchmarks('E09000001')
  t.match(city.get('factor-16a'), { value: null, status: 'suppressed', standing: 'unknown', warnings: [{ code: 'suppressed' }] })
  for (const code of ['E10000020', 'E06000001', 'E06000053', 'E06000019']) {
    for (const item of (await benchmarks(code)).values()) {
      t.equal(item.value !== null, item.status === 'ok', `${code} ${item.key}`)
      t.equal(item.standing === 'unknown', item.value === null, `${code} ${item.key}`)
      if (item.councils.published < 100) t.ok(item.warnings.some(({ code }) => code === 'few-published'))
    }
  }
})

t.test('the most frequent factors are common everywhere, whatever the council', async (t) => {
  const common = (await benchmarks('E06000001')).get('factor-4b')!
  t.ok(['common-everywhere', 'high-here-and-common'].includes(common.standing))
  t.match((await app.inject('/v1/areas/383/benchmarks')).json<AreaBenchmarks>().cautions.map(({ code }) => code), ['front-doors-differ', 'deprivation', 'low-is-not-low-need', 'high-is-not-poor-practice', 'inspection-grade', 'small-numbers', 'episodes'])
})

t.test("the caution on deprivation gives the council's own figures beside those of its neighbours, estimates as such", async (t) => {
  const deprivation = async (code: string) => (await app.inject(`/v1/areas/${code}/benchmarks`)).json<AreaBenchmarks>().cautions.find((caution) => caution.code === 'deprivation')!.message
  const [leeds, hampshire] = [await benchmarks('383'), await benchmarks('E10000014')]
  const { value, neighbours } = leeds.get('children-in-low-income-percent')!
  t.ok((await deprivation('383')).includes(`Here ${value}% of children under 16 lived in low income families in the year to March 2025 (median of its statistical neighbours ${neighbours.median}; England 19.8)`))
  t.notMatch(await deprivation('383'), /an estimate/)
  t.match(await deprivation('E10000014'), /0\.24 \(2025\) \(an estimate; median of its statistical neighbours 0\.\d+; median of all councils/)
  t.match(hampshire.get('idaci-average-score'), { estimated: true, unit: 'score', england: { value: null, status: 'unavailable' }, councils: { published: 153 }, warnings: [{ code: 'estimated', message: /21 of the 153 councils are estimates, this one among them.*weighted/ }] })
  t.match(leeds.get('idaci-average-score'), { estimated: false, warnings: [{ code: 'estimated', message: /^The figures of 21 of the 153 councils are estimates\. / }] })
})

t.test('a year that nothing covers is a 404, and an ended council is told what took its place', async (t) => {
  t.match((await app.inject('/v1/areas/383/benchmarks?year=1990')).json(), { status: 404, code: 'no-figures' })
  t.match((await app.inject('/v1/areas/E06000061/benchmarks?year=2020')).json(), { status: 404, code: 'no-figures', detail: /North Northamptonshire/ }, 'a council of 2021')
  t.match((await app.inject('/v1/areas/E10000006/benchmarks')).json(), { status: 422, code: 'area-ended' })
})

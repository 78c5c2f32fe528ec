import t from 'tap'
import { chooseSeries, periodText, yearOf, type Series } from '../../src/indicators/figures.js'

const series = (id: number, table: string, release: string, lastPeriod: number, indicator = 'cin-at-31-march', firstPeriod = 2013): Series => ({
  id,
  indicator,
  label: indicator,
  unit: 'children',
  group: 'children-in-need',
  filters: {},
  timeIdentifier: 'Reporting year',
  column: 'c',
  dataset: { id, slug: `${table}-${release}`, table, section: null, title: table, release, publisher: 'DfE', url: null, populationBase: null, estimates: null, firstPeriod, lastPeriod }
})
const order = ['b1', 'b3']
const ids = (chosen: { series: Series; period: number }[]) => chosen.map((one) => `${one.series.id} ${one.period}`)

t.test('the newest release that covers the year gives the figure', (t) => {
  const all = [series(1, 'b1', '2024', 2024), series(2, 'b1', '2025', 2025), series(3, 'b3', '2024', 2024)]
  t.strictSame(ids(chooseSeries(all, 2024, order)), ['2 2024'])
  t.strictSame(ids(chooseSeries(all, 2025, order)), ['2 2025'])
  t.strictSame(ids(chooseSeries(all, null, order)), ['2 2025'])
  t.strictSame(ids(chooseSeries(all, 2026, order)), [])
  t.end()
})

t.test('within a release the table that is listed first gives it', (t) => {
  t.strictSame(ids(chooseSeries([series(1, 'b3', '2024', 2024), series(2, 'b1', '2024', 2024)], 2024, order)), ['2 2024'])
  t.end()
})

t.test('an academic year counts as the year it ends in', (t) => {
  t.equal(yearOf(202425), 2025)
  t.equal(periodText(202425), '2024/25')
  t.equal(periodText(2025), '2025')
  t.strictSame(ids(chooseSeries([series(1, 'x', '2025', 202425, 'a', 201920)], 2021, order)), ['1 202021'])
  t.end()
})

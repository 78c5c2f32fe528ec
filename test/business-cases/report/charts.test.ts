import t from 'tap'
import fc from 'fast-check'
import { agencyChart, broken, cumulativeChart, tornadoChart, type CumulativeYear } from '../../../src/business-cases/report/charts.js'

const text = { id: 'chart', title: 'A chart', description: 'What it shows.' }
const years = (estimates: readonly number[], spread = true): CumulativeYear[] =>
  estimates.map((estimate, i) => ({ financialYear: `${2026 + i}/${27 + i}`, estimate, spread: spread ? { p10: estimate - 40 - 10 * i, p50: estimate - 5, p90: estimate + 30 + 10 * i } : null }))

/** The points of a path of straight lines, as [x, y]. */
const pathOf = (svg: string, name: string) => {
  const path = new RegExp(`<path class="${name}" d="([^"]+)"`).exec(svg)?.[1]
  return path === undefined ? undefined : [...path.matchAll(/[ML](-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)] as const)
}
const rectsOf = (svg: string, name: string) => [...svg.matchAll(new RegExp(`<rect class="${name}" x="(-?[\\d.]+)" y="(-?[\\d.]+)" width="(-?[\\d.]+)"`, 'g'))].map(([, x, , width]) => ({ from: Number(x), to: Number(x) + Number(width) }))
const heightOf = (svg: string, label: string) => Number(new RegExp(`y="(-?[\\d.]+)"[^>]*>${label}`).exec(svg)![1])

t.test('the line stands higher where the sum is higher, and the median lies within the band', (t) => {
  const estimate = fc.array(fc.integer({ min: -5_000_000, max: 5_000_000 }), { minLength: 2, maxLength: 30 })
  fc.assert(
    fc.property(estimate, (estimates) => {
      const svg = cumulativeChart(text, years(estimates))
      const line = pathOf(svg, 'estimate')!
      const band = pathOf(svg, 'band')!
      const median = pathOf(svg, 'median')!
      const upper = band.slice(0, estimates.length)
      const lower = band.slice(estimates.length).reverse()
      return (
        line.length === estimates.length &&
        band.length === 2 * estimates.length &&
        line.every(([x, y], i) => i === 0 || (x > line[i - 1]![0] && Math.sign(line[i - 1]![1] - y) * Math.sign(estimates[i]! - estimates[i - 1]!) >= 0)) &&
        median.every(([x, y], i) => x === upper[i]![0] && x === lower[i]![0] && y >= upper[i]![1] && y <= lower[i]![1]) &&
        [...line, ...band].every(([x, y]) => x >= 74 && x <= 530 && y >= 22 && y <= 290)
      )
    }),
    { numRuns: 60 }
  )
  t.end()
})

t.test('heights are to scale, from a zero that is always on the chart', (t) => {
  // From -100 to 300 in steps of 100 over 268 units: 67 for each 100.
  const svg = cumulativeChart(text, years([-100, 0, 300], false))
  t.strictSame(pathOf(svg, 'estimate')!.map(([, y]) => y), [290, 223, 22])
  t.equal(heightOf(svg, '£0') - 4, 223)
  const positive = cumulativeChart(text, years([200, 300], false))
  t.equal(heightOf(positive, '£0') - 4, 290, 'zero is the foot, not the least of the values')
  t.end()
})

t.test('where there was no simulation there is no band, and the chart says that the uncertainty is not known', (t) => {
  const svg = cumulativeChart(text, years([-100, 50, 20], false))
  t.equal(pathOf(svg, 'band'), undefined)
  t.equal(pathOf(svg, 'median'), undefined)
  t.match(svg, /How uncertain it is has not been worked out/)
  t.match(cumulativeChart(text, years([-100, 50])), /P90 £90<.*Best estimate £50<.*Median £45<.*P10 £0</s, 'every line is named at its end, from the top')
  t.doesNotThrow(() => cumulativeChart(text, years([0])))
  t.throws(() => cumulativeChart(text, years([Number.NaN])), /not a number/)
  t.end()
})

t.test('end labels do not cover each other', (t) => {
  const svg = cumulativeChart(text, [{ financialYear: '2026/27', estimate: 0, spread: null }, { financialYear: '2027/28', estimate: 1_000_000, spread: { p10: 999_000, p50: 1_000_000, p90: 1_000_500 } }])
  const heights = [...svg.matchAll(/class="end" x="[\d.]+" y="([\d.]+)"/g)].map(([, y]) => Number(y))
  t.equal(heights.length, 4)
  t.ok(heights.every((y, i) => i === 0 || y - heights[i - 1]! >= 15), heights.join())
  t.end()
})

t.test('each bar of a tornado runs from the result with all inputs at their value to the result with one moved', (t) => {
  const rows = [
    { label: 'Impact', input: { p10: 0.05, p90: 0.14 }, atP10: -50, atP90: 150 },
    { label: 'Cost', input: { p10: 90_000, p90: 130_000 }, atP10: 120, atP90: 40 }
  ]
  const svg = tornadoChart(text, 100, rows)
  const base = Number(/class="base" x1="([\d.]+)"/.exec(svg)![1])
  const [impactLow, costLow] = rectsOf(svg, 'at-p10')
  const [impactHigh, costHigh] = rectsOf(svg, 'at-p90')
  const near = (a: number, b: number) => Math.abs(a - b) < 0.2
  t.ok(near(impactLow!.to, base) && near(impactHigh!.from, base), 'more impact, a better result')
  t.ok(near(costLow!.from, base) && near(costHigh!.to, base), 'more cost, a worse one')
  // 150 below the base, 50 above, 20 above and 60 below.
  const unit = (impactLow!.to - impactLow!.from) / 150
  t.ok(near((impactHigh!.to - impactHigh!.from) / 50, unit) && near((costLow!.to - costLow!.from) / 20, unit) && near((costHigh!.to - costHigh!.from) / 60, unit), 'all to one scale')
  for (const words of ['All inputs at their value: £100', 'At P10 (0.05): −£50', 'At P90 (130,000): £40']) t.ok(svg.includes(words), words)
  t.end()
})

t.test('every agency is named with what it gains and what of that is cash', (t) => {
  const svg = agencyChart(text, [
    { name: 'Council', benefits: 300, cashable: 100 },
    { name: 'NHS', benefits: 150, cashable: 0 },
    { name: 'Police', benefits: -50, cashable: 0 }
  ])
  for (const words of ['Council', 'NHS', 'Police', '£300, of which £100 cashable', '£150, of which £0 cashable', '−£50, of which £0 cashable']) t.ok(svg.includes(`>${words}<`), words)
  const [cash, ...noMoreCash] = rectsOf(svg, 'cashable')
  const [council, nhs, police] = rectsOf(svg, 'rest')
  t.strictSame(noMoreCash, [], 'no bar for no cash')
  t.ok(Math.abs(council!.from - cash!.to) < 0.2, 'what is not cash follows what is')
  t.ok(Math.abs((council!.to - council!.from) / (cash!.to - cash!.from) - 2) < 0.01)
  t.ok(Math.abs(nhs!.from - cash!.from) < 0.2 && Math.abs(police!.to - cash!.from) < 0.2, 'a loss lies on the other side of zero')
  t.end()
})

t.test('every chart has a title and a description, names nothing by colour, and is the same each time', (t) => {
  const charts = [
    () => cumulativeChart(text, years([-100, 50])),
    () => tornadoChart(text, 10, [{ label: 'x', input: { p10: 1, p90: 2 }, atP10: 0, atP90: 20 }]),
    () => agencyChart(text, [{ name: 'NHS', benefits: 1, cashable: 0 }])
  ]
  for (const draw of charts) {
    const svg = draw()
    t.equal(draw(), svg)
    t.match(svg, /role="img" aria-labelledby="chart-title chart-description"/)
    t.match(svg, /<title id="chart-title">A chart<\/title>\s*<desc id="chart-description">What it shows\.<\/desc>/)
    t.match(svg, /url\(#chart-hatch\)/)
    const colours = [...svg.matchAll(/(?:fill|stroke)="#([0-9a-f]{6})"/g)].map(([, colour]) => colour!)
    t.ok(colours.every((colour) => colour.slice(0, 2) === colour.slice(2, 4) && colour.slice(2, 4) === colour.slice(4)), 'all of it is grey')
    t.notMatch(svg, /NaN|undefined|Infinity|<script/)
  }
  t.end()
})

t.test('a name is text, whatever is in it', (t) => {
  const name = '<b>Bold</b> & "co" <script>alert(1)</script>'
  for (const svg of [
    tornadoChart({ ...text, title: name, description: name }, 10, [{ label: name, input: { p10: 1, p90: 2 }, atP10: 0, atP90: 20 }]),
    agencyChart(text, [{ name, benefits: 1, cashable: 0 }])
  ]) {
    t.notMatch(svg, /<b>|<script/)
    t.match(svg, /&lt;b&gt;Bold/)
  }
  t.strictSame(broken('Cost of the team and its training', 100, 2), ['Cost of the', 'team and its t…'])
  t.strictSame(broken('x'.repeat(40), 100, 2), ['x'.repeat(15), `${'x'.repeat(14)}…`], 'a word with no blank is cut')
  t.end()
})

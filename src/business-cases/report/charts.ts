import { scaleLinear, type ScaleLinear } from 'd3-scale'
import { area, line } from 'd3-shape'
import { html, type Markup } from './html.js'
import { number, shortPounds } from './words.js'

/**
 * Charts as SVG text. The same figures give the same text. Each has a title and a description, is told
 * apart by line, hatching and label rather than by colour, and stands beside a table of its figures.
 */

export interface ChartText {
  /** Told apart from the other charts of a page; letters, digits and hyphens. */
  id: string
  title: string
  description: string
}

const WIDTH = 680
const INK = '#1d1d1d'
const GREY = '#6b6b6b'
const PALE = '#d4d4d4'
const FONT = 12
/** Width of an average letter, by which lines are broken. */
const LETTER = FONT * 0.54

function frame({ id, title, description }: ChartText, height: number, content: Markup): string {
  return String(html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="${id}-title ${id}-description" font-family="Arial, Helvetica, sans-serif" font-size="${FONT}" fill="${INK}">
<title id="${id}-title">${title}</title>
<desc id="${id}-description">${description}</desc>
<defs><pattern id="${id}-hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="5" height="5" fill="#ffffff"/><line x1="0" y1="0" x2="0" y2="5" stroke="${GREY}" stroke-width="1.6"/></pattern></defs>
<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>
${content}
</svg>`)
}

/** Coordinates to a tenth: what can be seen, and no tails of binary fractions. */
const at = (value: number) => Math.round(value * 10) / 10

/** A scale of pounds that holds 0 and all values. */
function scaleOf(values: readonly number[], from: number, to: number): ScaleLinear<number, number> {
  for (const value of values) if (!Number.isFinite(value)) throw new Error('A chart was given a value that is not a number')
  const low = Math.min(0, ...values)
  const high = Math.max(0, ...values)
  return scaleLinear()
    .domain(low === high ? [0, 1] : [low, high])
    .nice(6)
    .range([from, to])
}

/** Text broken at blanks into at most so many lines, the last cut short where it does not fit. */
export function broken(text: string, width: number, most: number): string[] {
  const letters = Math.max(4, Math.floor(width / LETTER))
  const lines: string[] = []
  let rest = text.trim().replace(/\s+/g, ' ')
  while (rest.length > letters && lines.length < most - 1) {
    const blank = rest.lastIndexOf(' ', letters)
    const cut = blank > letters / 3 ? blank : letters
    lines.push(rest.slice(0, cut))
    rest = rest.slice(cut).trim()
  }
  return [...lines, rest.length > letters ? `${rest.slice(0, letters - 1)}…` : rest]
}

function label(text: string, x: number, middle: number, width: number, most = 3): Markup {
  const lines = broken(text, width, most)
  const top = middle - ((lines.length - 1) * (FONT + 2)) / 2 + FONT * 0.35
  return html`<text x="${at(x)}" text-anchor="end">${lines.map((line, i) => html`<tspan x="${at(x)}" y="${at(top + i * (FONT + 2))}">${line}</tspan>`)}</text>`
}

/** Moves labels apart, in their order, so that none covers another, and keeps them between two heights. */
function apart<T extends { y: number }>(labels: readonly T[], gap: number, low: number, high: number): T[] {
  const sorted = [...labels].sort((a, b) => a.y - b.y)
  const placed = sorted.map((one) => ({ ...one }))
  for (let i = 1; i < placed.length; i++) placed[i]!.y = Math.max(placed[i]!.y, placed[i - 1]!.y + gap)
  let floor = high
  for (let i = placed.length - 1; i >= 0; i--) {
    placed[i]!.y = Math.max(low, Math.min(placed[i]!.y, floor))
    floor = placed[i]!.y - gap
  }
  return placed
}

export interface CumulativeYear {
  /** Such as 2026/27. */
  financialYear: string
  /** The sum so far with every input at its value, in pounds. */
  estimate: number
  /** The sum so far over the draws of a simulation; null where there is none. */
  spread: { p10: number; p50: number; p90: number } | null
}

/** The sum so far, year by year, with the band that eight draws in ten fall into. */
export function cumulativeChart(text: ChartText, years: readonly CumulativeYear[]): string {
  const height = 340
  const [left, right, top, bottom] = [74, WIDTH - 150, 22, height - 50]
  const values = years.flatMap(({ estimate, spread }) => [estimate, ...(spread === null ? [] : [spread.p10, spread.p50, spread.p90])])
  const y = scaleOf(values, bottom, top)
  const x = (i: number) => at(years.length === 1 ? (left + right) / 2 : left + 18 + (i * (right - left - 36)) / (years.length - 1))
  const spreads = years.flatMap(({ spread }, i) => (spread === null ? [] : [{ i, ...spread }]))
  const band = area<(typeof spreads)[number]>(({ i }) => x(i), ({ p10 }) => at(y(p10)), ({ p90 }) => at(y(p90)))(spreads)
  const median = line<(typeof spreads)[number]>(({ i }) => x(i), ({ p50 }) => at(y(p50)))(spreads)
  const path = line<CumulativeYear>((_, i) => x(i), ({ estimate }) => at(y(estimate)))([...years])
  const every = Math.ceil(years.length / 9)
  const last = years.at(-1)
  const ends = last === undefined ? [] : [{ y: y(last.estimate), text: `Best estimate ${shortPounds(last.estimate)}` }]
  if (last?.spread != null) {
    ends.push({ y: y(last.spread.p90), text: `P90 ${shortPounds(last.spread.p90)}` }, { y: y(last.spread.p50), text: `Median ${shortPounds(last.spread.p50)}` }, { y: y(last.spread.p10), text: `P10 ${shortPounds(last.spread.p10)}` })
  }
  return frame(
    text,
    height,
    html`${y.ticks(6).map((tick) => html`<line x1="${left}" x2="${right}" y1="${at(y(tick))}" y2="${at(y(tick))}" stroke="${tick === 0 ? INK : PALE}" stroke-width="${tick === 0 ? 1.4 : 0.8}"/><text x="${left - 8}" y="${at(y(tick) + 4)}" text-anchor="end">${shortPounds(tick)}</text>`)}
${band !== null && spreads.length > 0 && html`<path class="band" d="${band}" fill="url(#${text.id}-hatch)" fill-opacity="0.55" stroke="${GREY}" stroke-width="0.8"/>`}
${median !== null && spreads.length > 0 && html`<path class="median" d="${median}" fill="none" stroke="${INK}" stroke-width="1.4" stroke-dasharray="6 4"/>`}
<path class="estimate" d="${path}" fill="none" stroke="${INK}" stroke-width="2.4"/>
${years.map(({ estimate }, i) => html`<circle cx="${x(i)}" cy="${at(y(estimate))}" r="3.4" fill="#ffffff" stroke="${INK}" stroke-width="2"/>`)}
${years.map(({ financialYear }, i) => i % every === 0 && html`<text x="${x(i)}" y="${bottom + 20}" text-anchor="middle">${financialYear}</text>`)}
${apart(ends, 15, top, bottom).map((end) => html`<text class="end" x="${right + 4}" y="${at(end.y + 4)}">${end.text}</text>`)}
<text x="${left}" y="${height - 10}" fill="${GREY}">${spreads.length > 0 ? 'Solid line: every input at its value. Dashed: median of the draws. Hatched: P10 to P90, eight draws in ten.' : 'Every input at its value. How uncertain it is has not been worked out.'}</text>`
  )
}

export interface TornadoRow {
  label: string
  /** The input at its P10 and P90, in its own unit. */
  input: { p10: number; p90: number }
  /** The result with the input there and all others at their value, in pounds. */
  atP10: number
  atP90: number
}

/** What each uncertain input alone does to the result: two bars for each, from the result with all at their value. */
export function tornadoChart(text: ChartText, base: number, rows: readonly TornadoRow[]): string {
  const rowHeight = 46
  const [left, right, top] = [222, 500, 44]
  const bottom = top + rows.length * rowHeight
  const x = scaleOf([base, ...rows.flatMap(({ atP10, atP90 }) => [atP10, atP90])], left, right)
  const bar = (name: 'P10' | 'P90', input: number, result: number, y: number, fill: string) => html`<rect class="${name === 'P10' ? 'at-p10' : 'at-p90'}" x="${at(Math.min(x(base), x(result)))}" y="${y}" width="${at(Math.abs(x(result) - x(base)))}" height="15" fill="${fill}" stroke="${INK}" stroke-width="0.8"/><text x="${right + 12}" y="${y + 12}" font-size="11">At ${name} (${number(input)}): ${shortPounds(result)}</text>`
  return frame(
    text,
    bottom + 34,
    html`${x.ticks(5).map((tick) => html`<line x1="${at(x(tick))}" x2="${at(x(tick))}" y1="${top}" y2="${bottom}" stroke="${tick === 0 ? INK : PALE}" stroke-width="${tick === 0 ? 1.4 : 0.8}"/><text x="${at(x(tick))}" y="${bottom + 18}" text-anchor="middle">${shortPounds(tick)}</text>`)}
<line class="base" x1="${at(x(base))}" x2="${at(x(base))}" y1="${top - 12}" y2="${bottom}" stroke="${INK}" stroke-width="1.4" stroke-dasharray="5 3"/>
<text x="${at(x(base))}" y="${top - 18}" text-anchor="${x(base) > (left + right) / 2 ? 'end' : 'start'}">All inputs at their value: ${shortPounds(base)}</text>
${rows.map(({ label: name, input, atP10, atP90 }, i) => {
  const y = top + i * rowHeight + 6
  return html`<g class="input">${label(name, left - 12, y + 17, left - 16)}${bar('P10', input.p10, atP10, y, `url(#${text.id}-hatch)`)}${bar('P90', input.p90, atP90, y + 18, '#8a8a8a')}</g>
`
})}`
  )
}

export interface AgencyRow {
  name: string
  /** Present value of all its benefits, in pounds; below 0 where it loses. */
  benefits: number
  /** Of that, what can be taken out of a budget. */
  cashable: number
}

/** Who gains: for each agency what can be taken out of a budget and what cannot, one behind the other. */
export function agencyChart(text: ChartText, rows: readonly AgencyRow[]): string {
  const rowHeight = 44
  const [left, right, top] = [190, WIDTH - 30, 34]
  const bottom = top + rows.length * rowHeight
  // Parts of one sign are laid end to end from 0; a gain and a loss of one agency lie on either side of it.
  const parts = rows.map(({ benefits, cashable }) => {
    const rest = benefits - cashable
    const from = (part: number, before: number) => (part < 0 === before < 0 ? before : 0)
    return { cashable: [0, cashable] as const, rest: [from(rest, cashable), from(rest, cashable) + rest] as const }
  })
  const x = scaleOf(parts.flatMap(({ cashable, rest }) => [...cashable, ...rest]), left, right)
  const bar = (kind: string, [from, to]: readonly [number, number], y: number, fill: string) => from !== to && html`<rect class="${kind}" x="${at(Math.min(x(from), x(to)))}" y="${at(y)}" width="${at(Math.abs(x(to) - x(from)))}" height="16" fill="${fill}" stroke="${INK}" stroke-width="0.8"/>`
  return frame(
    text,
    bottom + 32,
    html`<rect x="${left}" y="8" width="16" height="12" fill="#4a4a4a" stroke="${INK}" stroke-width="0.8"/><text x="${left + 22}" y="18">Can be taken out of a budget</text>
<rect x="${left + 200}" y="8" width="16" height="12" fill="url(#${text.id}-hatch)" stroke="${INK}" stroke-width="0.8"/><text x="${left + 222}" y="18">Cannot</text>
${x.ticks(5).map((tick) => html`<line x1="${at(x(tick))}" x2="${at(x(tick))}" y1="${top}" y2="${bottom}" stroke="${tick === 0 ? INK : PALE}" stroke-width="${tick === 0 ? 1.4 : 0.8}"/><text x="${at(x(tick))}" y="${bottom + 18}" text-anchor="middle">${shortPounds(tick)}</text>`)}
${rows.map(({ name, benefits, cashable }, i) => {
  const y = top + i * rowHeight + 4
  const words = `${shortPounds(benefits)}, of which ${shortPounds(cashable)} cashable`
  const start = Math.min(x(Math.min(0, benefits)) + 3, right - words.length * LETTER)
  return html`<g class="agency">${label(name, left - 10, y + 10, left - 20, 2)}${bar('cashable', parts[i]!.cashable, y, '#4a4a4a')}${bar('rest', parts[i]!.rest, y, `url(#${text.id}-hatch)`)}<text x="${at(Math.max(left + 3, start))}" y="${y + 30}" font-size="11" stroke="#ffffff" stroke-width="3" paint-order="stroke">${words}</text></g>`
})}`
  )
}

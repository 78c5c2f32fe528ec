import type { FigureStatus } from './vocabulary.js'

/** One column of one data set, for one choice of its filters, with what it takes to cite it. */
export interface Series {
  id: number
  indicator: string
  label: string
  unit: string
  group: string
  filters: Record<string, string>
  timeIdentifier: string
  column: string
  dataset: Dataset
}

export interface Dataset {
  id: number
  slug: string
  /** The known table that it is; null for any other. */
  table: string | null
  section: string | null
  title: string
  release: string
  publisher: string
  url: string | null
  populationBase: string | null
  /** How the figures that it marks as estimates were made, where that is known. */
  estimates: string | null
  firstPeriod: number
  lastPeriod: number
}

export interface Figure {
  value: number | null
  status: FigureStatus
  /** The publisher, or who put the file together, marks the value as an estimate. */
  estimated?: true
}

/** Where nothing at all is held: no row for the area and the year in any file. */
export const NOT_HELD: Figure = { value: null, status: 'unavailable' }

/** The year that a period ends in: 2025 of 2025 and of 202425. */
export const yearOf = (period: number) => (period > 9999 ? Math.floor(period / 100) + 1 : period)

/** 2025 as it stands, 202425 as 2024/25. */
export const periodText = (period: number) => (period > 9999 ? `${Math.floor(period / 100)}/${String(period % 100).padStart(2, '0')}` : String(period))

/** What makes two series of different releases the same figure. */
export const seriesKey = ({ indicator, filters, timeIdentifier }: Pick<Series, 'indicator' | 'filters' | 'timeIdentifier'>) =>
  `${indicator}|${Object.entries(filters).map(([name, value]) => `${name}=${value}`).sort().join('|')}|${timeIdentifier}`

/** The periods from the first of a data set to the last. */
export function periodsIn({ firstPeriod, lastPeriod }: Pick<Dataset, 'firstPeriod' | 'lastPeriod'>): number[] {
  const years = Array.from({ length: yearOf(lastPeriod) - yearOf(firstPeriod) + 1 }, (_, i) => yearOf(firstPeriod) + i)
  return years.map((year) => periodsOf(year)[lastPeriod > 9999 ? 1 : 0]!)
}

/** Periods that end in a year, of each kind. */
const periodsOf = (year: number) => [year, (year - 1) * 100 + (year % 100)]

/**
 * The series that gives each figure for a year, or for the last year that any gives where `year` is
 * null. The newest release that covers the year wins for all areas alike, so that one comparison never
 * mixes releases; within one release the table that is listed first does.
 */
export function chooseSeries(all: readonly Series[], year: number | null, tableOrder: readonly string[]): { series: Series; period: number }[] {
  const place = (table: string | null) => (table === null || !tableOrder.includes(table) ? tableOrder.length : tableOrder.indexOf(table))
  const chosen = new Map<string, { series: Series; period: number }>()
  for (const series of all) {
    const { firstPeriod, lastPeriod } = series.dataset
    const period = year === null ? lastPeriod : periodsOf(year).find((one) => one >= firstPeriod && one <= lastPeriod && one > 9999 === lastPeriod > 9999)
    if (period === undefined) continue
    const key = seriesKey(series)
    const rival = chosen.get(key)
    if (rival === undefined || comesBefore({ series, period }, rival)) chosen.set(key, { series, period })
  }
  return [...chosen.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)

  function comesBefore(a: { series: Series; period: number }, b: { series: Series; period: number }): boolean {
    const [x, y] = [a.series.dataset, b.series.dataset]
    if (yearOf(a.period) !== yearOf(b.period)) return yearOf(a.period) > yearOf(b.period)
    if (x.release !== y.release) return x.release > y.release
    return place(x.table) < place(y.table) || (place(x.table) === place(y.table) && x.id > y.id)
  }
}

/** Units of figures that are shares of a population, or means over one. */
const OF_A_POPULATION = new Set(['per-10000', 'percent-of-children', 'score'])

/** The population that a rate was worked out on; null for a figure that is no rate. */
export const populationBaseOf = ({ unit, dataset }: Series) => (OF_A_POPULATION.has(unit) ? (dataset.populationBase ?? 'Not stated in the file.') : null)

/** A data set as the source of a figure. */
export const citeSeries = ({ dataset, column }: Series) => ({
  id: dataset.slug,
  title: dataset.title,
  publisher: dataset.publisher,
  year: Number(dataset.release),
  section: `${dataset.section === null ? '' : `table ${dataset.section}, `}column ${column}`,
  url: dataset.url
})

/** How an estimate was made. */
export const estimateNote = ({ dataset }: Series) => dataset.estimates ?? 'The file marks the figure as an estimate and does not say how it was made.'

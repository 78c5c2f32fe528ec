import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { createGunzip } from 'node:zlib'
import type { Areas } from '../areas/areas.js'
import type { Database } from '../db/database.js'
import type { Log } from '../logging.js'
import { storeTable } from '../imports/service.js'
import { listDatasets } from '../imports/queries.js'
import { TABLES } from '../imports/tables.js'
import { NOT_HELD, chooseSeries, periodsIn, yearOf, type Figure, type Series } from './figures.js'
import { findDatasetsMark, findFigures, findLastPeriods, findSeries } from './queries.js'
import { shippedFiles, shippedFolder } from './shipped.js'

/**
 * Stores the releases that the service carries, file by file, unless they are held. A release that
 * somebody imported in place of a carried one stays.
 * @returns how many files were stored
 */
export async function seedStatistics(database: Pick<Database, 'kysely'>, areas: Areas, log?: Log): Promise<number> {
  const held = await listDatasets(database.kysely)
  const missing = shippedFiles().filter(({ hash, dataset }) => !held.some((one) => one.hash === hash || (one.slug === dataset && one.origin === 'imported')))
  if (missing.length === 0) return 0
  log?.info({ files: missing.length }, 'storing published statistics (a few seconds, the first time only)')
  for (const { path, fileName, hash } of missing) {
    await storeTable(database, areas, createReadStream(join(shippedFolder(), path)).pipe(createGunzip()), hash, { fileName, origin: 'shipped' })
  }
  return missing.length
}

/** A figure with the series that gives it. */
export interface GivenFigure {
  series: Series
  period: number
  figure: Figure
}

export interface StatisticsService {
  /** Every series in order of its id, and which series and period no newer release gives, as `id period`. */
  held(): Promise<{ series: readonly Series[]; newest: ReadonlySet<string> }>
  /** Years that any figure is held for, newest first. */
  years(): Promise<number[]>
  /** Every figure that is held for an area for a year, or the latest of each where `year` is null. */
  figuresOf(area: number, year: number | null): Promise<GivenFigure[]>
  /** Chosen indicators of all areas, for a year or the latest of each. */
  compare(indicators: readonly string[], year: number | null): Promise<{ chosen: { series: Series; period: number }[]; figureOf: (area: number, series: Series, period: number) => Figure }>
  /** Chosen indicators of some areas over all years held. */
  trend(indicators: readonly string[], areas: readonly number[], years: readonly number[]): Promise<(GivenFigure & { area: number; year: number })[]>
  /** An indicator out of the very data sets that gave other figures of an area, by data set and year. */
  besideOf(indicator: string, given: readonly { series: Series; period: number }[], area: number): Promise<Map<number, Map<number, Figure>>>
}

const TABLE_ORDER = TABLES.map(({ id }) => id)

export function statisticsService({ kysely }: Pick<Database, 'kysely'>): StatisticsService {
  let known: { mark: string; series: Series[]; newest?: Set<string> } | undefined

  /** The list of series changes only with an import, here or in another instance. */
  async function allSeries(): Promise<Series[]> {
    const mark = await findDatasetsMark(kysely)
    if (known?.mark !== mark) known = { mark, series: await findSeries(kysely) }
    return known.series
  }
  const wanted = (chosen: readonly { series: Series; period: number }[]) => chosen.map(({ series, period }) => ({ seriesId: series.id, period }))
  const givenOf = (area: number, chosen: readonly { series: Series; period: number }[], byArea: Map<number, Map<string, Figure>>): GivenFigure[] =>
    chosen.flatMap(({ series, period }) => {
      const figure = byArea.get(area)?.get(`${series.id} ${period}`)
      return figure === undefined ? [] : [{ series, period, figure }]
    })
  const of = (figures: Map<string, Figure> | undefined, series: Series, period: number) => figures?.get(`${series.id} ${period}`) ?? NOT_HELD

  const yearsOf = (all: readonly Series[]) => [...new Set([...new Set(all.map(({ dataset }) => dataset))].flatMap((dataset) => periodsIn(dataset).map(yearOf)))].sort((a, b) => b - a)

  return {
    async held() {
      await allSeries()
      const one = known!
      const { series } = one
      one.newest ??= new Set(yearsOf(series).flatMap((year) => chooseSeries(series, year, TABLE_ORDER).map((chosen) => `${chosen.series.id} ${chosen.period}`)))
      return { series, newest: one.newest }
    },
    years: async () => yearsOf(await allSeries()),
    async figuresOf(area, year) {
      const chosen = chooseSeries(await allSeries(), year, TABLE_ORDER)
      const given = givenOf(area, chosen, await findFigures(kysely, wanted(chosen), [area]))
      if (year !== null || given.length === chosen.length) return given
      // A council that ended, or one that a file has only for earlier years.
      const found = new Set(given.map(({ series }) => series.id))
      const missing = chosen.filter(({ series }) => !found.has(series.id))
      const last = await findLastPeriods(kysely, missing.map(({ series }) => series.id), area)
      const earlier = missing.flatMap(({ series }) => (last.has(series.id) ? [{ series, period: last.get(series.id)! }] : []))
      return [...given, ...givenOf(area, earlier, await findFigures(kysely, wanted(earlier), [area]))]
    },
    async compare(indicators, year) {
      const names = new Set(indicators)
      const chosen = chooseSeries((await allSeries()).filter(({ indicator }) => names.has(indicator)), year, TABLE_ORDER)
      const byArea = await findFigures(kysely, wanted(chosen))
      return { chosen, figureOf: (area, series, period) => of(byArea.get(area), series, period) }
    },
    async trend(indicators, areas, years) {
      const names = new Set(indicators)
      const held = (await allSeries()).filter(({ indicator }) => names.has(indicator))
      const chosen = years.flatMap((year) => chooseSeries(held, year, TABLE_ORDER))
      const byArea = await findFigures(kysely, wanted(chosen), areas)
      return areas.flatMap((area) => chosen.map(({ series, period }) => ({ area, year: yearOf(period), series, period, figure: of(byArea.get(area), series, period) })))
    },
    async besideOf(indicator, given, area) {
      const held = (await allSeries()).filter((series) => series.indicator === indicator)
      const mates = new Map(given.flatMap(({ series, period }) => held.filter(({ dataset, filters }) => dataset.id === series.dataset.id && Object.keys(filters).length === 0).map((mate) => [`${mate.id} ${period}`, { series: mate, period }])))
      const figures = (await findFigures(kysely, wanted([...mates.values()]), [area])).get(area)
      const found = new Map<number, Map<number, Figure>>()
      for (const { series, period } of mates.values()) {
        const byYear = found.get(series.dataset.id) ?? new Map<number, Figure>()
        found.set(series.dataset.id, byYear.set(yearOf(period), of(figures, series, period)))
      }
      return found
    }
  }
}

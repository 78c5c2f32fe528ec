import { Type, type Static } from 'typebox'
import type { Area, Areas } from '../areas/areas.js'
import { requireArea } from '../areas/service.js'
import { LEVELS } from '../areas/vocabulary.js'
import type { Database } from '../db/database.js'
import { unprocessable } from '../errors.js'
import { periodsIn, yearOf, type Series } from '../indicators/figures.js'
import type { StatisticsService } from '../indicators/service.js'
import { ATTRIBUTION } from '../indicators/vocabulary.js'
import { nearest, orElse } from '../nearest.js'
import { words } from '../schemas.js'
import { rowOf, type Row } from './columns.js'
import { cursorAfter, keyOf, type RowDataset } from './dataset.js'
import { FIGURE_COLUMNS } from './figure-columns.js'
import { listFigures, type StoredFigure, type Wanted } from './queries.js'

export const areaQuery = Type.Optional(Type.String({ minLength: 1, maxLength: 80, description: 'Only this area, by any of its codes or its name.', examples: ['E08000035'] }))
export const indicatorQuery = Type.Optional(Type.String({ minLength: 1, maxLength: 400, description: 'Only this indicator.', examples: ['cin-at-31-march'] }))

const query = {
  area: areaQuery,
  level: Type.Optional(words(LEVELS, { description: 'Only areas of this level. Regions and England are in the table too, so without it a sum over all rows counts children several times.', examples: ['council'] })),
  indicator: indicatorQuery,
  year: Type.Optional(Type.Integer({ minimum: 1900, maximum: 2100, description: 'Only figures for this year, the one that their period ends in.', examples: [2024] })),
  release: Type.Optional(Type.String({ pattern: '^\\d{4}$', description: 'Only figures out of the releases of this year.', examples: ['2025'] })),
  newest: Type.Optional(Type.Boolean({ description: 'With `true`, only figures of the newest release that gives them, so that none stands twice; with `false`, only the older ones.', examples: [true] }))
}
type Filters = Partial<Static<ReturnType<typeof Type.Object<typeof query>>>>

/** Rows that a period of a series, a council each, is taken to have when the size of a query is chosen. */
const AREAS_GUESSED = 150
const PERIODS_GUESSED = 10
const MOST_WANTED = 2_000

function readKey([series, period, area, ...more]: unknown[]) {
  const whole = (one: unknown): one is number => typeof one === 'number' && Number.isInteger(one) && one >= 0 && one <= 2_147_483_647
  return whole(series) && whole(period) && whole(area) && area <= 32_767 && more.length === 0 ? { series, period, area } : undefined
}

export const refuse = (pointer: string, code: string, message: string, suggestions: string[] = []) => unprocessable(message, { code, errors: [{ pointer, in: 'query', code, message, suggestions }] })

/** @throws DomainError 422 where no figure of the indicator is held */
export function requireIndicator(indicator: string | undefined, held: readonly string[]) {
  if (indicator === undefined || held.includes(indicator)) return
  const near = nearest(indicator, [...new Set(held)])
  throw refuse('/indicator', 'unknown-indicator', `'${indicator.slice(0, 60)}' is no indicator that figures are held of${orElse(near)} GET /v1/areas/E92000001/indicators shows them.`, near)
}

/** Every figure held, in order of the series, the period and the area, which is that of the table's key. */
export function figureDataset({ database: { kysely: db }, areas, statistics }: { database: Pick<Database, 'kysely'>; areas: Areas; statistics: StatisticsService }): RowDataset {
  const name = 'indicators'

  async function wantedBy({ indicator, year, release, newest }: Filters): Promise<{ all: readonly Series[]; wanted: Wanted[] }> {
    const { series: all, newest: chosen } = await statistics.held()
    requireIndicator(indicator, all.map((one) => one.indicator))
    const releases = [...new Set(all.map(({ dataset }) => dataset.release))].sort().reverse()
    if (release !== undefined && !releases.includes(release)) throw refuse('/release', 'unknown-release', `No release of ${release} is held. What is: ${releases.join(', ')}.`, releases.slice(0, 3))
    const years = await statistics.years()
    if (year !== undefined && !years.includes(year)) throw refuse('/year', 'no-figures', `No figures are held for ${year}; they are for ${years.at(-1)} to ${years[0]}.`, years.slice(0, 3).map(String))
    const fitting = all.filter((one) => (indicator === undefined || one.indicator === indicator) && (release === undefined || one.dataset.release === release))
    if (year === undefined && newest === undefined) return { all, wanted: fitting.map(({ id }) => ({ series: id, period: null })) }
    const wanted = fitting.flatMap(({ id, dataset }) =>
      periodsIn(dataset)
        .filter((period) => (year === undefined || yearOf(period) === year) && (newest === undefined || chosen.has(`${id} ${period}`) === newest))
        .map((period) => ({ series: id, period }))
    )
    return { all, wanted }
  }

  function areasFor({ area, level }: Filters): Area[] | null {
    const one = area === undefined ? undefined : requireArea(areas, area, { in: 'query', pointer: '/area' }).area
    if (one === undefined && level === undefined) return null
    return areas.all.filter((each) => (one === undefined || each === one) && (level === undefined || each.level === level))
  }

  return {
    name,
    title: 'Published figures',
    description:
      `A row for each figure held of councils, regions and England, with its value and status, the release it comes from and the population that a rate is of. Several releases hold the same years: filter by newest or release, and by level, before anything is added up. ${ATTRIBUTION}`,
    columns: FIGURE_COLUMNS,
    query,
    async read(request) {
      const { limit, cursor, ...filters } = request as typeof request & Filters
      const after = keyOf(name, cursor, readKey)
      const within = areasFor(filters)
      const { all, wanted } = await wantedBy(filters)
      const { newest } = await statistics.held()
      const seriesById = new Map(all.map((one) => [one.id, one]))
      const perWanted = (within?.length ?? AREAS_GUESSED) * (wanted[0]?.period === null ? PERIODS_GUESSED : 1)
      const step = Math.min(Math.ceil((limit + 1) / Math.max(perWanted, 1)), MOST_WANTED)
      const ids = within?.map(({ id }) => id) ?? null

      const found: StoredFigure[] = []
      // The series, or the period of one, that the page before ended in goes on after its last row.
      const started = after === null ? -1 : wanted.findIndex(({ series, period }) => series === after.series && (period === null || period === after.period))
      if (started >= 0) found.push(...(await listFigures(db, { wanted: [wanted[started]!], after, areas: ids, limit: limit + 1 })))
      let next = after === null ? 0 : wanted.findIndex(({ series, period }) => series > after.series || (series === after.series && period !== null && period > after.period))
      while (next >= 0 && next < wanted.length && found.length <= limit) {
        found.push(...(await listFigures(db, { wanted: wanted.slice(next, next + step), after: null, areas: ids, limit: limit + 1 - found.length })))
        next += step
      }
      const rows: Row[] = found.slice(0, limit).map((figure) => rowOf(FIGURE_COLUMNS, { figure, series: seriesById.get(figure.series)!, area: areas.byId.get(figure.area)!, newest: newest.has(`${figure.series} ${figure.period}`) }))
      const last = found[limit - 1]
      return { rows, nextCursor: found.length > limit ? cursorAfter(name, [last!.series, last!.period, last!.area]) : null }
    }
  }
}

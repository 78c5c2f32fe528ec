import { sql, type Kysely, type Transaction } from 'kysely'
import type { Schema } from '../db/schema.js'
import { TABLES } from '../imports/tables.js'
import type { Figure, Series } from './figures.js'
import type { FigureStatus } from './vocabulary.js'

type Db = Kysely<Schema> | Transaction<Schema>

/** Changes with every import. */
export async function findDatasetsMark(db: Db): Promise<string> {
  const row = await db.selectFrom('dataset').select((eb) => [eb.fn.max('id').as('id'), eb.fn.countAll().as('held')]).executeTakeFirstOrThrow()
  return `${row.id} ${row.held}`
}

export async function findSeries(db: Db): Promise<Series[]> {
  const tables = new Map(TABLES.map((table) => [table.id, table]))
  const datasets = new Map(
    (await db.selectFrom('dataset').selectAll().execute()).map((row) => [
      row.id,
      {
        id: row.id,
        slug: row.slug,
        table: row.table_code,
        section: tables.get(row.table_code ?? '')?.section ?? null,
        title: row.title,
        release: row.release,
        publisher: row.publisher,
        url: row.url,
        populationBase: row.population_base,
        estimates: tables.get(row.table_code ?? '')?.estimates ?? null,
        firstPeriod: row.first_period,
        lastPeriod: row.last_period
      }
    ])
  )
  const rows = await db
    .selectFrom('series')
    .innerJoin('indicator', 'indicator.code', 'series.indicator_code')
    .select(['series.id', 'series.dataset_id', 'series.source_column', 'series.filters', 'series.time_identifier', 'indicator.code', 'indicator.label', 'indicator.unit', 'indicator.grouping'])
    .orderBy('series.id')
    .execute()
  return rows.flatMap((row) => {
    const dataset = datasets.get(row.dataset_id)
    if (dataset === undefined) return []
    return [{ id: row.id, indicator: row.code, label: row.label, unit: row.unit, group: row.grouping, filters: row.filters, timeIdentifier: row.time_identifier, column: row.source_column, dataset }]
  })
}

/**
 * Figures by area, by series and period; all areas where none are named. `offset 0` keeps each pair a
 * look-up in the primary key: joined freely, the whole table may be read for a hundred figures.
 */
export async function findFigures(db: Db, wanted: readonly { seriesId: number; period: number }[], areas?: readonly number[]): Promise<Map<number, Map<string, Figure>>> {
  const array = (list: readonly number[]) => `{${list.join()}}`
  const { rows } = await sql<{ series_id: number; period: number; area_id: number; value: string | null; status: string; estimated: boolean }>`
    select o.series_id, o.period, o.area_id, o.value, o.status, o.estimated
    from unnest((${array(wanted.map(({ seriesId }) => seriesId))}::text)::integer[], (${array(wanted.map(({ period }) => period))}::text)::integer[]) as wanted (series_id, period)
    cross join lateral (
      select * from observation
      where series_id = wanted.series_id and period = wanted.period ${areas === undefined ? sql`` : sql`and area_id = any((${array(areas)}::text)::smallint[])`}
      offset 0
    ) o`.execute(db)
  const byArea = new Map<number, Map<string, Figure>>()
  for (const { series_id, period, area_id, value, status, estimated } of rows) {
    let figures = byArea.get(area_id)
    if (figures === undefined) byArea.set(area_id, (figures = new Map<string, Figure>()))
    figures.set(`${series_id} ${period}`, { value: value === null ? null : Number(value), status: status as FigureStatus, ...(estimated ? { estimated } : {}) })
  }
  return byArea
}

/** The last period of each series that an area has a figure for. */
export async function findLastPeriods(db: Db, series: readonly number[], area: number): Promise<Map<number, number>> {
  const { rows } = await sql<{ series_id: number; period: number }>`
    select o.series_id, o.period
    from unnest((${`{${series.join()}}`}::text)::integer[]) as wanted (series_id)
    cross join lateral (select * from observation where series_id = wanted.series_id and area_id = ${area} order by period desc limit 1) o`.execute(db)
  return new Map(rows.map(({ series_id, period }) => [series_id, period]))
}

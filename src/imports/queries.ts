import { randomUUID } from 'node:crypto'
import { sql, type Kysely, type Transaction } from 'kysely'
import type { Schema } from '../db/schema.js'
import type { Batch, SeriesDraft } from './read-table.js'
import type { IndicatorRecord } from './tables.js'

type Db = Kysely<Schema> | Transaction<Schema>

export interface DatasetDraft {
  slug: string
  tableCode: string | null
  title: string
  release: string
  publisher: string
  licence: string
  url: string | null
  populationBase: string | null
  origin: 'shipped' | 'imported'
  fileName: string | null
  hash: string
  firstPeriod: number
  lastPeriod: number
}

/** One import at a time; readers are not kept waiting. */
export async function lockImports(trx: Transaction<Schema>): Promise<void> {
  await sql`lock table dataset in exclusive mode`.execute(trx)
}

/** What a file became: one data set, or another too where it was given a name of its own. */
export const findDatasetsByHash = (db: Db, hash: string) => db.selectFrom('dataset').selectAll().where('hash', '=', hash).orderBy('id').execute()

export const listDatasets = (db: Db) => db.selectFrom('dataset').selectAll().orderBy('slug').execute()

/** A data set that is not whole yet: `finishDataset` gives it its name, in the same transaction. */
export async function beginDataset(trx: Transaction<Schema>, hash: string): Promise<number> {
  const { id } = await trx
    .insertInto('dataset')
    .values({ slug: `importing-${randomUUID()}`, title: '', release: '', publisher: '', licence: '', origin: 'imported', hash, first_period: 0, last_period: 0, table_code: null, url: null, population_base: null, file_name: null })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** How many pairs of a period and an area a data set has figures for. */
export async function countPlaces(db: Db, dataset: string): Promise<number> {
  const { rows } = await sql<{ places: string | number }>`
    select count(*) as places from (
      select distinct o.period, o.area_id from dataset d join series s on s.dataset_id = d.id join observation o on o.series_id = s.id where d.slug = ${dataset}
    ) one`.execute(db)
  return Number(rows[0]!.places)
}

/** The filters that the series of a data set have. */
export async function findFiltersOf(db: Db, dataset: number): Promise<string[]> {
  const row = await db.selectFrom('series').select('filters').where('dataset_id', '=', dataset).executeTakeFirst()
  return row === undefined ? [] : Object.keys(row.filters)
}

/**
 * Names a data set, in the place of the one of the same table and release where one is held.
 * @param others data sets that give way too: the same file, read otherwise
 */
export async function finishDataset(trx: Transaction<Schema>, id: number, draft: DatasetDraft, others: readonly number[] = []): Promise<{ replaced: boolean }> {
  const held = await trx.selectFrom('dataset').select('id').where('slug', '=', draft.slug).executeTakeFirst()
  const givingWay = new Set([...(held === undefined ? [] : [held.id]), ...others])
  for (const one of givingWay) await deleteDataset(trx, one)
  await trx
    .updateTable('dataset')
    .set({
      slug: draft.slug,
      table_code: draft.tableCode,
      title: draft.title,
      release: draft.release,
      publisher: draft.publisher,
      licence: draft.licence,
      url: draft.url,
      population_base: draft.populationBase,
      origin: draft.origin,
      file_name: draft.fileName,
      first_period: draft.firstPeriod,
      last_period: draft.lastPeriod
    })
    .where('id', '=', id)
    .execute()
  return { replaced: givingWay.size > 0 }
}

async function deleteDataset(trx: Transaction<Schema>, id: number) {
  await trx.deleteFrom('observation').where('series_id', 'in', (eb) => eb.selectFrom('series').select('series.id').where('dataset_id', '=', id)).execute()
  await trx.deleteFrom('dataset').where('id', '=', id).execute()
}

export async function upsertIndicators(db: Db, records: readonly IndicatorRecord[]): Promise<void> {
  for (let at = 0; at < records.length; at += 1000) {
    await db
      .insertInto('indicator')
      .values(records.slice(at, at + 1000).map(({ code, label, unit, group }) => ({ code, label, unit, grouping: group })))
      .onConflict((oc) => oc.column('code').doUpdateSet((eb) => ({ label: eb.ref('excluded.label'), unit: eb.ref('excluded.unit'), grouping: eb.ref('excluded.grouping') })))
      .execute()
  }
}

/** @returns the ids, in the order given */
export async function insertSeries(trx: Transaction<Schema>, dataset: number, drafts: readonly SeriesDraft[]): Promise<number[]> {
  const ids: number[] = []
  for (let at = 0; at < drafts.length; at += 1000) {
    const rows = await trx
      .insertInto('series')
      .values(drafts.slice(at, at + 1000).map(({ indicator, column, filters, timeIdentifier }) => ({ dataset_id: dataset, indicator_code: indicator, source_column: column, filters: JSON.stringify(filters), time_identifier: timeIdentifier })))
      .returning('id')
      .execute()
    ids.push(...rows.map(({ id }) => id))
  }
  return ids
}

const unnested = (batch: Batch) => {
  const array = (list: readonly (number | string | null)[]) => `{${list.map((one) => one ?? 'NULL').join()}}`
  return sql`unnest(
      (${array(batch.series)}::text)::integer[], (${array(batch.period)}::text)::integer[], (${array(batch.area)}::text)::smallint[],
      (${array(batch.value)}::text)::numeric[], (${array(batch.status)}::text)::text[]${batch.estimated.size === 0 ? sql`` : sql`, (${array(batch.series.map((_, i) => (batch.estimated.has(i) ? 't' : 'f')))}::text)::boolean[]`}
    )`
}

/**
 * Stores figures whose series are given by id. Each column travels as the text of one array: a
 * parameter for each cell would be many times slower on both engines.
 * @returns how many were not held yet
 */
export async function insertObservations(trx: Transaction<Schema>, batch: Batch): Promise<number> {
  const { numAffectedRows } = await sql`
    insert into observation (series_id, period, area_id, value, status${batch.estimated.size === 0 ? sql`` : sql`, estimated`})
    select * from ${unnested(batch)}
    on conflict do nothing`.execute(trx)
  return Number(numAffectedRows ?? 0)
}

/** A figure of the batch that is held with another value or status, where there is one. */
export async function findClash(trx: Transaction<Schema>, batch: Batch): Promise<{ column: string; period: number; area: string; values: [string, string] } | undefined> {
  const { rows } = await sql<{ source_column: string; period: number; name: string; held: string; found: string }>`
    select s.source_column, o.period, a.name, coalesce(o.value::text, o.status) as held, coalesce(b.value::text, b.status) as found
    from ${unnested(batch)} as b (series_id, period, area_id, value, status)
    join observation o using (series_id, period, area_id)
    join series s on s.id = o.series_id
    join area a on a.id = o.area_id
    where o.value is distinct from b.value or o.status <> b.status
    limit 1`.execute(trx)
  const [row] = rows
  return row === undefined ? undefined : { column: row.source_column, period: row.period, area: row.name, values: [row.held, row.found] }
}

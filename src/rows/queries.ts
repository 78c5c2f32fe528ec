import { sql, type Kysely } from 'kysely'
import type { Schema } from '../db/schema.js'

interface Where {
  /** Whether to start with the record at the key, or with the one after it. */
  from: 'at' | 'after'
  key: { createdAt: string; id: string } | null
  recommendation?: string | undefined
  /** ISO day. */
  since?: string | undefined
  limit: number
}

export interface StoredAnswer {
  id: string
  createdAt: string
  response: string
}

/** Recorded answers, oldest first, by the index recommendation_in_order: any page costs what the first does. */
export function answersQuery(db: Kysely<Schema>, organisation: string, { from, key, recommendation, since, limit }: Where) {
  let query = db.selectFrom('recommendation').select(['id', 'created_at', 'response']).where('organisation_id', '=', organisation)
  if (key !== null) query = query.where(sql<boolean>`(created_at, id) ${sql.raw(from === 'at' ? '>=' : '>')} (${key.createdAt}::timestamptz, ${key.id}::uuid)`)
  if (recommendation !== undefined) query = query.where('id', '=', recommendation)
  if (since !== undefined) query = query.where('created_at', '>=', new Date(since))
  return query.orderBy('created_at').orderBy('id').limit(limit)
}

export async function listAnswers(db: Kysely<Schema>, organisation: string, where: Where): Promise<StoredAnswer[]> {
  const rows = await answersQuery(db, organisation, where).execute()
  return rows.map(({ id, created_at, response }) => ({ id, createdAt: created_at.toISOString(), response }))
}

export async function isRecorded(db: Kysely<Schema>, organisation: string, id: string): Promise<boolean> {
  return (await db.selectFrom('recommendation').select('id').where('id', '=', id).where('organisation_id', '=', organisation).executeTakeFirst()) !== undefined
}

/** A series, or one period of it. */
export interface Wanted {
  series: number
  period: number | null
}

export interface StoredFigure {
  series: number
  period: number
  area: number
  value: number | null
  status: string
  estimated: boolean
}

interface WantedFigures {
  /** In order; all of one kind, with a period or without. */
  wanted: readonly Wanted[]
  /** The figure to go on after, where `wanted` is that which holds it. */
  after: { period: number; area: number } | null
  /** All areas where null. */
  areas: readonly number[] | null
  limit: number
}

/**
 * Figures in order of series, period and area. Each series, or period of one, is a walk of its own
 * along the table's key, which is in that order, so a late page costs what the first does.
 */
export function figuresQuery({ wanted, after, areas, limit }: WantedFigures) {
  const array = (list: readonly number[]) => `{${list.join()}}`
  const byPeriod = wanted[0]?.period != null
  return sql<{ series_id: number; period: number; area_id: number; value: string | null; status: string; estimated: boolean }>`
    select o.series_id, o.period, o.area_id, o.value, o.status, o.estimated
    from ${byPeriod ? sql`unnest((${array(wanted.map(({ series }) => series))}::text)::integer[], (${array(wanted.map(({ period }) => period!))}::text)::integer[]) as wanted (series_id, period)` : sql`unnest((${array(wanted.map(({ series }) => series))}::text)::integer[]) as wanted (series_id)`}
    cross join lateral (
      select * from observation
      where series_id = wanted.series_id
        ${byPeriod ? sql`and period = wanted.period` : sql``}
        ${after === null ? sql`` : sql`and (period, area_id) > (${after.period}::integer, ${after.area}::smallint)`}
        ${areas === null ? sql`` : sql`and area_id = any((${array(areas)}::text)::smallint[])`}
      order by series_id, period, area_id
      limit ${limit}
    ) o
    order by o.series_id, o.period, o.area_id
    limit ${limit}`
}

export async function listFigures(db: Kysely<Schema>, wanted: WantedFigures): Promise<StoredFigure[]> {
  const { rows } = await figuresQuery(wanted).execute(db)
  return rows.map(({ series_id, period, area_id, value, status, estimated }) => ({ series: series_id, period, area: area_id, value: value === null ? null : Number(value), status, estimated }))
}

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

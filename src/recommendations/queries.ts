import type { Kysely, Transaction } from 'kysely'
import type { Schema } from '../db/schema.js'

type Db = Kysely<Schema> | Transaction<Schema>

export interface DecisionRecord {
  id: string
  organisation: string
  createdAt: string
  catalogueVersion: number
  modelVersion: string
  /** The body as it was sent, as JSON text; with the needs that were taken from statistics, where it gave an area alone. */
  request: string
  /** The answer as it was given, byte for byte. */
  response: string
}

export async function insertRecommendation(db: Db, record: DecisionRecord): Promise<void> {
  await db
    .insertInto('recommendation')
    .values({
      id: record.id,
      organisation_id: record.organisation,
      created_at: record.createdAt,
      catalogue_version: record.catalogueVersion,
      model_version: record.modelVersion,
      request: record.request,
      response: record.response
    })
    .execute()
}

export async function findResponse(db: Db, organisation: string, id: string): Promise<string | undefined> {
  const row = await db.selectFrom('recommendation').select('response').where('id', '=', id).where('organisation_id', '=', organisation).executeTakeFirst()
  return row?.response
}

export async function findDecision(db: Db, organisation: string, id: string): Promise<{ request: string; createdAt: Date } | undefined> {
  const row = await db.selectFrom('recommendation').select(['request', 'created_at']).where('id', '=', id).where('organisation_id', '=', organisation).executeTakeFirst()
  return row && { request: row.request, createdAt: row.created_at }
}

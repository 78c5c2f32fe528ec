import { sql, type Kysely } from 'kysely'
import type { Schema } from '../db/schema.js'

type Db = Kysely<Schema>

export interface Answer {
  status: number
  headers: Record<string, string>
  body: string
}

/** Cleared with each key that is kept: more than one, so that they never pile up. */
const CLEARED = 10

/** Whether nobody else works on the request. Held until the transaction ends; never waits. */
export async function tryLock(db: Db, organisation: string, operation: string, key: string): Promise<boolean> {
  const { rows } = await sql<{ free: boolean }>`select pg_try_advisory_xact_lock(hashtextextended(${JSON.stringify(['idempotency', organisation, operation, key])}, 0)) as free`.execute(db)
  return rows[0]!.free
}

/** A statement of its own after the lock: one that began before it would not see what the other has just stored. */
export const findAnswer = (db: Db, operation: string, key: string): Promise<(Answer & { fingerprint: Buffer }) | undefined> =>
  db.selectFrom('idempotency_key').select(['fingerprint', 'status', 'headers', 'body']).where('operation', '=', operation).where('key', '=', key).where('expires_at', '>', sql<Date>`now()`).executeTakeFirst()

/** Takes the place of one that is over. */
export async function keepAnswer(db: Db, kept: Answer & { operation: string; key: string; fingerprint: Buffer; hours: number }): Promise<void> {
  const { operation, key, fingerprint, status, body, hours } = kept
  const headers = JSON.stringify(kept.headers)
  const [created_at, expires_at] = [sql<Date>`now()`, sql<Date>`now() + make_interval(hours => ${hours})`]
  await db
    .insertInto('idempotency_key')
    .values({ operation, key, fingerprint, status, headers, body, created_at, expires_at })
    .onConflict((held) => held.columns(['organisation_id', 'operation', 'key']).doUpdateSet({ fingerprint, status, headers, body, created_at, expires_at }))
    .execute()
  await sql`select evident_clear_idempotency_keys(${CLEARED})`.execute(db)
}

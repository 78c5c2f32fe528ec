import { sql, type Kysely, type Selectable, type Transaction } from 'kysely'
import type { NeedsProfileTable, Schema } from '../db/schema.js'
import type { NeedsProfile, NeedsProfileContent } from './schemas.js'

type Db = Kysely<Schema> | Transaction<Schema>

const fromRow = ({ id, version, created_at, updated_at, document }: Selectable<NeedsProfileTable>): NeedsProfile => ({
  id,
  version,
  createdAt: created_at.toISOString(),
  updatedAt: updated_at.toISOString(),
  ...(document as unknown as NeedsProfileContent)
})

const VERSION_COLUMNS = ['needs_profile_id', 'organisation_id', 'version', 'created_at', 'document'] as const

/** One statement keeps the profile and its first version: both, or neither. */
export async function insertNeedsProfile(db: Db, organisation: string, id: string, createdAt: string, content: NeedsProfileContent): Promise<NeedsProfile> {
  const row = await db
    .with('created', (query) =>
      query
        .insertInto('needs_profile')
        .values({ id, organisation_id: organisation, version: 1, created_at: createdAt, updated_at: createdAt, document: JSON.stringify(content) })
        .returningAll()
    )
    .with('kept', (query) =>
      query
        .insertInto('needs_profile_version')
        .columns([...VERSION_COLUMNS])
        .expression((eb) => eb.selectFrom('created').select(['id', 'organisation_id', 'version', 'updated_at', 'document']))
    )
    .selectFrom('created')
    .selectAll()
    .executeTakeFirstOrThrow()
  return fromRow(row)
}

/**
 * Replaces a profile where it still is at one of these versions, and keeps the new version beside the
 * old ones. One statement: of two that come at once, the second waits for the row, finds another
 * version there, and changes nothing.
 * @returns undefined where it is at another version by now, or is not held
 */
export async function replaceNeedsProfile(db: Db, organisation: string, id: string, versions: readonly number[], updatedAt: string, content: NeedsProfileContent): Promise<NeedsProfile | undefined> {
  if (versions.length === 0) return undefined
  const row = await db
    .with('changed', (query) =>
      query
        .updateTable('needs_profile')
        .set((eb) => ({ version: eb('version', '+', 1), updated_at: updatedAt, document: JSON.stringify(content) }))
        .where('id', '=', id)
        .where('organisation_id', '=', organisation)
        .where('version', 'in', [...versions])
        .returningAll()
    )
    .with('kept', (query) =>
      query
        .insertInto('needs_profile_version')
        .columns([...VERSION_COLUMNS])
        .expression((eb) => eb.selectFrom('changed').select(['id', 'organisation_id', 'version', 'updated_at', 'document']))
    )
    .selectFrom('changed')
    .selectAll()
    .executeTakeFirst()
  return row && fromRow(row)
}

export async function findNeedsProfile(db: Db, organisation: string, id: string): Promise<NeedsProfile | undefined> {
  const row = await db.selectFrom('needs_profile').selectAll().where('id', '=', id).where('organisation_id', '=', organisation).executeTakeFirst()
  return row && fromRow(row)
}

const versionsOf = (db: Db, organisation: string, id: string) =>
  db
    .selectFrom('needs_profile_version as kept')
    .innerJoin('needs_profile as now', 'now.id', 'kept.needs_profile_id')
    .where('now.id', '=', id)
    .where('now.organisation_id', '=', organisation)
    .select(['now.id', 'now.organisation_id', 'kept.version', 'now.created_at', 'kept.created_at as updated_at', 'kept.document'])

/** The newest first; those before a version, where given. Each as it stood when it was made. */
export async function listVersions(db: Db, organisation: string, id: string, limit: number, before: number | null): Promise<NeedsProfile[]> {
  let query = versionsOf(db, organisation, id)
  if (before !== null) query = query.where('kept.version', '<', before)
  return (await query.orderBy('kept.version', 'desc').limit(limit).execute()).map(fromRow)
}

export async function findVersion(db: Db, organisation: string, id: string, version: number): Promise<NeedsProfile | undefined> {
  const row = await versionsOf(db, organisation, id).where('kept.version', '=', version).executeTakeFirst()
  return row && fromRow(row)
}

/** The newest first; after the one that was made at a time with an id, where given. */
export async function listNeedsProfiles(db: Db, organisation: string, limit: number, after: { createdAt: string; id: string } | null): Promise<NeedsProfile[]> {
  let query = db.selectFrom('needs_profile').selectAll().where('organisation_id', '=', organisation)
  if (after !== null) query = query.where(sql<boolean>`(created_at, id) < (${after.createdAt}::timestamptz, ${after.id}::uuid)`)
  const rows = await query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).execute()
  return rows.map(fromRow)
}

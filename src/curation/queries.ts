import type { Kysely, Transaction } from 'kysely'
import type { CatalogueRecords } from '../catalogue/check.js'
import type { Schema } from '../db/schema.js'
import type { Citation } from '../schemas.js'
import type { Conflict } from './merge.js'
import type { CatalogueConflict, CatalogueCounts } from './schemas.js'
import type { RecordKind } from './vocabulary.js'

export type Db = Kysely<Schema> | Transaction<Schema>

/** A version as it is stored, without its records. */
export interface StoredVersion {
  version: number
  parent: number | null
  origin: 'shipped' | 'curated'
  createdAt: Date
  organisation: string | null
  organisationName: string | null
  actor: string | null
  reason: string | null
  sources: Citation[]
  settles: number[]
  changes: { added: number; changed: number; withdrawn: number } | null
  counts: CatalogueCounts
  changeSet: string | null
  openConflicts: number
}

const versions = (db: Db) =>
  db
    .selectFrom('catalogue_version as v')
    .select(['v.id as version', 'v.parent', 'v.origin', 'v.created_at as createdAt', 'v.by_organisation as organisation', 'v.by_name as organisationName', 'v.actor', 'v.reason', 'v.sources', 'v.settles', 'v.changes', 'v.counts', 'v.change_set as changeSet'])
    .select((eb) =>
      eb
        .selectFrom('catalogue_conflict as c')
        .leftJoin('catalogue_settlement as s', 's.conflict_id', 'c.id')
        .whereRef('c.version', '=', 'v.id')
        .where('s.version', 'is', null)
        .select((inner) => inner.fn.countAll<number>().as('open'))
        .as('openConflicts')
    )

export async function findVersion(db: Db, version: number): Promise<StoredVersion | undefined> {
  return (await versions(db).where('v.id', '=', version).executeTakeFirst()) as StoredVersion | undefined
}

/** The version that was made from another, of which there is one at most. */
export async function findChild(db: Db, parent: number): Promise<StoredVersion | undefined> {
  return (await versions(db).where('v.parent', '=', parent).executeTakeFirst()) as StoredVersion | undefined
}

/** The newest first; those before a version, where given. */
export async function listVersions(db: Db, limit: number, before: number | null): Promise<StoredVersion[]> {
  const query = before === null ? versions(db) : versions(db).where('v.id', '<', before)
  return (await query.orderBy('v.id', 'desc').limit(limit).execute()) as StoredVersion[]
}

/** Those after one version up to another, the oldest first. */
export async function listVersionsBetween(db: Db, after: number, upTo: number): Promise<StoredVersion[]> {
  return (await versions(db).where('v.id', '>', after).where('v.id', '<=', upTo).orderBy('v.id').execute()) as StoredVersion[]
}

/** The newest version that is as it was shipped: before curation there was none else. */
export async function findShippedVersion(db: Db): Promise<number | undefined> {
  return (await db.selectFrom('catalogue_version').select('id').where('origin', '=', 'shipped').orderBy('id', 'desc').limit(1).executeTakeFirst())?.id
}

// ---- What was shipped: read and written at start alone, by the owner --------------------------

export async function isEditionHeld(db: Db, edition: number, hash: string): Promise<boolean> {
  return (await db.selectFrom('catalogue_shipped').select('id').where('edition', '=', edition).where('content_hash', '=', hash).executeTakeFirst()) !== undefined
}

export async function findLastEdition(db: Db): Promise<{ edition: number; hash: string; records: CatalogueRecords } | undefined> {
  const row = await db.selectFrom('catalogue_shipped').select(['edition', 'content_hash', 'document']).orderBy('id', 'desc').limit(1).executeTakeFirst()
  return row && { edition: row.edition, hash: row.content_hash, records: JSON.parse(row.document) as CatalogueRecords }
}

export async function insertEdition(db: Db, { edition, hash, version, records }: { edition: number; hash: string; version: number; records: CatalogueRecords }): Promise<void> {
  await db.insertInto('catalogue_shipped').values({ edition, content_hash: hash, version, document: JSON.stringify(records) }).execute()
}

// ---- Conflicts --------------------------------------------------------------------------------

const asText = (content: unknown) => (content === null ? null : JSON.stringify(content))

export async function insertConflicts(db: Db, version: number, conflicts: readonly Conflict[]): Promise<void> {
  for (const { code, kind, id, parts, message, shippedBefore, shippedNow, curated } of conflicts) {
    await db
      .insertInto('catalogue_conflict')
      .values({ version, code, kind, record_id: id, parts: JSON.stringify(parts), message, shipped_before: asText(shippedBefore), shipped_now: asText(shippedNow), curated: asText(curated) })
      .execute()
  }
}

export async function insertSettlements(db: Db, version: number, conflicts: readonly number[]): Promise<void> {
  if (conflicts.length > 0) await db.insertInto('catalogue_settlement').values(conflicts.map((conflict_id) => ({ conflict_id, version }))).execute()
}

const conflicts = (db: Db) =>
  db
    .selectFrom('catalogue_conflict as c')
    .leftJoin('catalogue_settlement as s', 's.conflict_id', 'c.id')
    .select(['c.id', 'c.version', 'c.code', 'c.kind', 'c.record_id as record', 'c.parts', 'c.message', 'c.shipped_before as shippedBefore', 'c.shipped_now as shippedNow', 'c.curated', 's.version as settledBy'])
    .orderBy('c.id')

export async function findOpenConflicts(db: Db): Promise<(CatalogueConflict & { kind: RecordKind })[]> {
  return (await conflicts(db).where('s.version', 'is', null).execute()) as CatalogueConflict[]
}

export async function listConflicts(db: Db, state: 'open' | 'settled', limit: number, after: number): Promise<CatalogueConflict[]> {
  return (await conflicts(db).where('s.version', state === 'open' ? 'is' : 'is not', null).where('c.id', '>', after).limit(limit).execute()) as CatalogueConflict[]
}

export async function findConflicts(db: Db, by: { version: number } | { ids: readonly number[] }): Promise<CatalogueConflict[]> {
  if ('ids' in by && by.ids.length === 0) return []
  return (await ('ids' in by ? conflicts(db).where('c.id', 'in', [...by.ids]) : conflicts(db).where('c.version', '=', by.version)).execute()) as CatalogueConflict[]
}

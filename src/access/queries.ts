import { sql, type Kysely } from 'kysely'
import { WHOEVER, actAs } from '../db/acting.js'
import type { Schema } from '../db/schema.js'
import type { ChainEntry, Link } from './audit.js'
import type { Scope } from './vocabulary.js'

type Db = Kysely<Schema>

export interface OrganisationRow {
  organisation_id: string
  organisation: string
  area_code: string | null
  ended_at: Date | null
}

export interface KeyRow extends OrganisationRow {
  name: string
  hash: Buffer
  scopes: Scope[]
  expires_at: Date
  last_used_at: Date | null
  revoked_at: Date | null
}

// What is asked before it is known for whom. The functions do not look at the acting organisation.

export const findKey = (db: Db, id: string) => actAs(WHOEVER, async () => (await sql<KeyRow>`select * from evident_find_key(${id})`.execute(db)).rows[0])

export const noteKeyUse = (db: Db, id: string) => actAs(WHOEVER, async () => sql`select evident_note_key_use(${id})`.execute(db))

export const hasKeys = (db: Db) => actAs(WHOEVER, async () => (await sql<{ held: boolean }>`select evident_has_keys() as held`.execute(db)).rows[0]!.held)

/** By its id or by the ONS code of its council. */
export const findOrganisation = (db: Db, word: string) => actAs(WHOEVER, async () => (await sql<OrganisationRow>`select * from evident_find_organisation(${word})`.execute(db)).rows[0])

export interface EntryFilter {
  limit: number
  /** Only entries before this one. */
  before: number | null
  subject?: string | undefined
  subjectId?: string | undefined
}

const ENTRY = sql<ChainEntry>`
  organisation_id as organisation, sequence, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, actor, request_id as "requestId", action, subject, subject_id as "subjectId",
  before, after, encode(previous_hash, 'hex') as "previousHash", encode(hash, 'hex') as hash`

/** The newest first. */
export async function listEntries(db: Db, organisation: string, { limit, before, subject, subjectId }: EntryFilter): Promise<ChainEntry[]> {
  const { rows } = await sql<ChainEntry>`
    select ${ENTRY} from audit_entry where organisation_id = ${organisation}::uuid
      ${before === null ? sql`` : sql`and sequence < ${before}`}
      ${subject === undefined ? sql`` : sql`and subject = ${subject}`}
      ${subjectId === undefined ? sql`` : sql`and subject_id = ${subjectId}`}
    order by sequence desc limit ${limit}`.execute(db)
  return rows
}

/** The oldest first, after the one with a sequence. */
export async function listChain(db: Db, organisation: string, after: number, limit: number): Promise<ChainEntry[]> {
  return (await sql<ChainEntry>`select ${ENTRY} from audit_entry where organisation_id = ${organisation}::uuid and sequence > ${after} order by sequence limit ${limit}`.execute(db)).rows
}

/** Where each trail is said to end, and whose it is. A trail whose end is not noted is listed too. */
export async function listTrails(db: Db): Promise<(Partial<Link> & { organisation: string; name: string | null })[]> {
  const { rows } = await sql<{ organisation: string; name: string | null; sequence: number | null; hash: string | null }>`
    select t.organisation_id as organisation, o.name, h.sequence, encode(h.hash, 'hex') as hash
    from (select organisation_id from audit_head union select organisation_id from audit_entry) t
    left join audit_head h on h.organisation_id = t.organisation_id
    left join organisation o on o.id = t.organisation_id
    order by o.name, t.organisation_id`.execute(db)
  return rows.map(({ organisation, name, sequence, hash }) => ({ organisation, name, ...(sequence === null || hash === null ? {} : { sequence, hash }) }))
}

// What the owner alone may do: the admin commands.

export interface OrganisationListing {
  id: string
  name: string
  areaCode: string | null
  createdAt: Date
  endedAt: Date | null
}

const ORGANISATION = ['id', 'name', 'area_code as areaCode', 'created_at as createdAt', 'ended_at as endedAt'] as const

export const listOrganisationRows = (db: Db): Promise<OrganisationListing[]> => db.selectFrom('organisation').select(ORGANISATION).orderBy('name').orderBy('id').execute()

export const findOrganisationRow = (db: Db, word: string): Promise<OrganisationListing | undefined> =>
  db
    .selectFrom('organisation')
    .select(ORGANISATION)
    .where((eb) => eb.or([eb(sql<string>`id::text`, '=', word.toLowerCase()), eb('area_code', '=', word)]))
    .executeTakeFirst()

export const insertOrganisation = (db: Db, { id, name, areaCode }: { id: string; name: string; areaCode: string | null }): Promise<OrganisationListing> =>
  db.insertInto('organisation').values({ id, name, area_code: areaCode }).returning(ORGANISATION).executeTakeFirstOrThrow()

export interface KeyListing {
  id: string
  organisation: string
  organisationName: string
  name: string
  scopes: Scope[]
  createdAt: Date
  expiresAt: Date
  lastUsedAt: Date | null
  revokedAt: Date | null
  replacedBy: string | null
}

const keys = (db: Db) =>
  db
    .selectFrom('api_key as k')
    .innerJoin('organisation as o', 'o.id', 'k.organisation_id')
    .select(['k.id', 'k.organisation_id as organisation', 'o.name as organisationName', 'k.name', 'k.scopes', 'k.created_at as createdAt', 'k.expires_at as expiresAt', 'k.last_used_at as lastUsedAt', 'k.revoked_at as revokedAt', 'k.replaced_by as replacedBy'])

export async function listKeyRows(db: Db, organisation: string | null): Promise<KeyListing[]> {
  const query = keys(db).orderBy('o.name').orderBy('k.created_at').orderBy('k.id')
  return (await (organisation === null ? query : query.where('k.organisation_id', '=', organisation)).execute()) as KeyListing[]
}

export const findKeyToChange = async (db: Db, id: string) => (await keys(db).where('k.id', '=', id).executeTakeFirst()) as KeyListing | undefined

export async function insertKey(db: Db, { id, organisation, name, hash, scopes, expiresAt }: { id: string; organisation: string; name: string; hash: Buffer; scopes: readonly Scope[]; expiresAt: Date }): Promise<void> {
  await db.insertInto('api_key').values({ id, organisation_id: organisation, name, hash, scopes: [...scopes], expires_at: expiresAt }).execute()
}

export async function expireKey(db: Db, id: string, expiresAt: Date, replacedBy: string): Promise<void> {
  await db.updateTable('api_key').set({ expires_at: expiresAt, replaced_by: replacedBy }).where('id', '=', id).execute()
}

export async function revokeKeyRow(db: Db, id: string, at: Date): Promise<void> {
  await db.updateTable('api_key').set({ revoked_at: at }).where('id', '=', id).where('revoked_at', 'is', null).execute()
}

/** @returns how many there were to revoke */
export async function revokeKeysOf(db: Db, organisation: string, at: Date): Promise<number> {
  const { numUpdatedRows } = await db.updateTable('api_key').set({ revoked_at: at }).where('organisation_id', '=', organisation).where('revoked_at', 'is', null).executeTakeFirst()
  return Number(numUpdatedRows)
}

export async function setEnded(db: Db, organisation: string, at: Date | null): Promise<void> {
  await db.updateTable('organisation').set({ ended_at: at }).where('id', '=', organisation).execute()
}

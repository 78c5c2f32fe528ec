import { createHash } from 'node:crypto'
import { sql, type Kysely, type Transaction } from 'kysely'
import type { Schema } from '../db/schema.js'
import type { CatalogueRecords } from './check.js'
import type { InterventionRecord } from './records.js'
import type { Citation } from './schemas.js'

type Db = Kysely<Schema> | Transaction<Schema>

const DOCUMENTS = [
  ['catalogue_source', 'sources'],
  ['catalogue_need', 'needs'],
  ['catalogue_standard', 'standards'],
  ['catalogue_family', 'families'],
  ['catalogue_age', 'ages'],
  ['catalogue_gap', 'gaps'],
  ['catalogue_question', 'questions'],
  ['catalogue_context_figure', 'contextFigures']
] as const

/** Rows of one insert: PostgreSQL takes 65,535 parameters in a statement. */
const BATCH = 500

/** Identifies what a catalogue says, whatever the order of its files and keys. */
export function contentHash(records: CatalogueRecords): string {
  const stable = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(stable)
      : value !== null && typeof value === 'object'
        ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, stable(inner)]))
        : value
  const interventions = records.interventions.map((entry) => ({ ...entry, claims: [...entry.claims].sort((a, b) => (a.id < b.id ? -1 : 1)) }))
  const sorted = Object.entries({ ...records, interventions }).map(([kind, list]) => [kind, (list as object[]).map((record) => JSON.stringify(stable(record))).sort()])
  return createHash('sha256').update(JSON.stringify(sorted.sort())).digest('hex')
}

/** When a version was stored. */
export async function findStoredAt(db: Db, version: number): Promise<Date | undefined> {
  return (await db.selectFrom('catalogue_version').select('created_at').where('id', '=', version).executeTakeFirst())?.created_at
}

export async function findLatestVersion(db: Db): Promise<number | undefined> {
  const row = await db.selectFrom('catalogue_version').select((eb) => eb.fn.max('id').as('id')).executeTakeFirst()
  return row?.id ?? undefined
}

export async function isVersionHeld(db: Db, version: number): Promise<boolean> {
  return (await db.selectFrom('catalogue_version').select('id').where('id', '=', version).executeTakeFirst()) !== undefined
}

/** Who made a version, from which, why and on what grounds. */
export interface VersionFacts {
  origin: 'shipped' | 'curated'
  reason: string
  /** The version that it was made from; null for the first. */
  parent: number | null
  by: { organisation: string; organisationName: string; actor: string } | null
  sources: Citation[]
  /** Ids of conflicts. */
  settles: number[]
  /** How many records it says otherwise than its parent. */
  changes: { added: number; changed: number; withdrawn: number }
  /** Identifies the change set that it was made by; null where it was none. */
  changeSet: string | null
}

/** Key of the lock that whoever makes a version holds until it is stored: another than that of a start, during which a version may be made. */
const VERSION_LOCK = 4_907_112

/** Work that ends with a new version, if with any: one at a time, in all instances. */
export const makingVersion = <T>(db: Kysely<Schema>, work: (trx: Transaction<Schema>) => Promise<T>): Promise<T> =>
  db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(${VERSION_LOCK})`.execute(trx)
    return work(trx)
  })

const countsOf = (records: CatalogueRecords) => ({
  sources: records.sources.length,
  needs: records.needs.length,
  standards: records.standards.length,
  families: records.families.length,
  ages: records.ages.length,
  interventions: records.interventions.length,
  claims: records.interventions.reduce((sum, { claims }) => sum + claims.length, 0),
  gaps: records.gaps.length,
  questions: records.questions.length,
  contextFigures: records.contextFigures.length
})

/** Stores a version with all its records. To be called by whoever is `makingVersion`. */
export async function saveVersion(trx: Db, records: CatalogueRecords, facts: VersionFacts): Promise<number> {
  const version = (facts.parent ?? 0) + 1
  await trx
    .insertInto('catalogue_version')
    .values({
      id: version,
      content_hash: contentHash(records),
      origin: facts.origin,
      reason: facts.reason,
      parent: facts.parent,
      by_organisation: facts.by?.organisation ?? null,
      by_name: facts.by?.organisationName ?? null,
      actor: facts.by?.actor ?? null,
      sources: JSON.stringify(facts.sources),
      settles: JSON.stringify(facts.settles),
      changes: JSON.stringify(facts.changes),
      counts: JSON.stringify(countsOf(records)),
      change_set: facts.changeSet
    })
    .execute()

  for (const [table, kind] of DOCUMENTS) {
    for (const rows of batches<{ id?: string; code?: string; intervention?: string }>(records[kind])) {
      await trx.insertInto(table).values(rows.map((record) => ({ version, id: (record.id ?? record.code ?? record.intervention)!, document: JSON.stringify(record) }))).execute()
    }
  }
  for (const rows of batches(records.interventions)) {
    await trx
      .insertInto('catalogue_intervention')
      .values(rows.map((record) => ({ version, id: record.id, name: record.name, kind: record.kind, role: record.role, document: JSON.stringify({ ...record, claims: undefined }) })))
      .execute()
  }
  for (const rows of batches(records.interventions.flatMap(({ id, needs }) => needs.map((need_code) => ({ version, intervention_id: id, need_code }))))) {
    await trx.insertInto('catalogue_intervention_need').values(rows).execute()
  }
  for (const rows of batches(records.interventions.flatMap(({ id, claims }) => claims.map((claim) => ({ intervention: id, claim }))))) {
    await trx
      .insertInto('catalogue_claim')
      .values(
        rows.map(({ intervention, claim }) => ({
          version,
          id: claim.id,
          intervention_id: intervention,
          need_code: claim.need,
          direction: claim.direction,
          strength: claim.strength,
          status: claim.status,
          year: claim.year,
          document: JSON.stringify(claim)
        }))
      )
      .execute()
  }
  return version
}

function* batches<T>(rows: readonly T[]): Generator<T[]> {
  for (let at = 0; at < rows.length; at += BATCH) yield rows.slice(at, at + BATCH)
}

/** Reads back the records of one version. */
export async function findRecords(db: Db, version: number): Promise<CatalogueRecords> {
  const documents = async <T>(table: (typeof DOCUMENTS)[number][0]) =>
    (await db.selectFrom(table).select('document').where('version', '=', version).orderBy('id').execute()).map((row) => row.document as T)
  const interventions = await db.selectFrom('catalogue_intervention').select('document').where('version', '=', version).orderBy('id').execute()
  const claims = await db.selectFrom('catalogue_claim').select(['intervention_id', 'document']).where('version', '=', version).orderBy('id').execute()
  const claimsOf = new Map<string, InterventionRecord['claims']>()
  for (const { intervention_id, document } of claims) {
    const list = claimsOf.get(intervention_id) ?? []
    list.push(document as unknown as InterventionRecord['claims'][number])
    claimsOf.set(intervention_id, list)
  }
  return {
    sources: await documents('catalogue_source'),
    needs: await documents('catalogue_need'),
    standards: await documents('catalogue_standard'),
    interventions: interventions.map(({ document }) => {
      const record = document as unknown as Omit<InterventionRecord, 'claims'>
      return { ...record, claims: claimsOf.get(record.id) ?? [] }
    }),
    families: await documents('catalogue_family'),
    ages: await documents('catalogue_age'),
    gaps: await documents('catalogue_gap'),
    questions: await documents('catalogue_question'),
    contextFigures: await documents('catalogue_context_figure')
  }
}

import { sql, type Kysely, type Selectable, type Transaction as DbTransaction } from 'kysely'
import type { AppraisalAnswer } from '../appraisal/schemas.js'
import type { BusinessCaseActualTable, BusinessCaseTable, BusinessCaseVersionTable, Schema } from '../db/schema.js'
import type { EvidenceRequest } from './evidence.js'
import type { Actual, BenefitsRegister, BusinessCaseContent, CaseEvidence, Transition } from './schemas.js'
import type { Change, State } from './vocabulary.js'

type Db = Kysely<Schema> | DbTransaction<Schema>

/** A case as it is held: what a council wrote, and where it stands. */
export interface HeldCase {
  id: string
  version: number
  createdAt: string
  updatedAt: string
  state: State
  content: BusinessCaseContent
  submission: string | null
}

export interface HeldVersion {
  version: number
  at: string
  change: Change
  state: State
  content: BusinessCaseContent
  submission: string | null
  transition: Transition | null
}

export interface Submission {
  id: string
  at: string
  request: EvidenceRequest
  evidence: CaseEvidence
  answer: AppraisalAnswer
}

const fromRow = ({ id, version, state, created_at, updated_at, document, submission_id }: Selectable<BusinessCaseTable>): HeldCase => ({
  id,
  version,
  createdAt: created_at.toISOString(),
  updatedAt: updated_at.toISOString(),
  state: state as State,
  content: document as unknown as BusinessCaseContent,
  submission: submission_id
})

const fromVersionRow = ({ version, created_at, change, state, document, submission_id, transition }: Omit<Selectable<BusinessCaseVersionTable>, 'organisation_id'>): HeldVersion => ({
  version,
  at: created_at.toISOString(),
  change: change as Change,
  state: state as State,
  content: document as unknown as BusinessCaseContent,
  submission: submission_id,
  transition: transition as unknown as Transition | null
})

const versionOf = ({ id, version, updatedAt, state, content, submission }: HeldCase, change: Change, transition: Transition | null) => ({
  business_case_id: id,
  version,
  created_at: updatedAt,
  change,
  state,
  document: JSON.stringify(content),
  submission_id: submission,
  transition: transition === null ? null : JSON.stringify(transition)
})

/** Give it a transaction: the case and its first version, both or neither. */
export async function insertCase(trx: DbTransaction<Schema>, organisation: string, made: HeldCase): Promise<void> {
  const { id, version, createdAt, updatedAt, state, content, submission } = made
  await trx
    .insertInto('business_case')
    .values({ id, organisation_id: organisation, version, state, area_code: content.area, created_at: createdAt, updated_at: updatedAt, document: JSON.stringify(content), submission_id: submission })
    .execute()
  await trx.insertInto('business_case_version').values({ organisation_id: organisation, ...versionOf(made, 'created', null) }).execute()
}

/**
 * Puts a case in the place of the version before it, and keeps that beside it. Of two that come at
 * once the second waits for the row, finds another version there, and changes nothing.
 * @returns false where it is at another version by now
 */
export async function replaceCase(trx: DbTransaction<Schema>, organisation: string, next: HeldCase, change: Change, transition: Transition | null): Promise<boolean> {
  const { id, version, updatedAt, state, content, submission } = next
  const row = await trx
    .updateTable('business_case')
    .set({ version, state, area_code: content.area, updated_at: updatedAt, document: JSON.stringify(content), submission_id: submission })
    .where('id', '=', id)
    .where('organisation_id', '=', organisation)
    .where('version', '=', version - 1)
    .returning('id')
    .executeTakeFirst()
  if (row === undefined) return false
  await trx.insertInto('business_case_version').values({ organisation_id: organisation, ...versionOf(next, change, transition) }).execute()
  return true
}

export async function insertSubmission(db: Db, { id, at, request, evidence, answer }: Submission): Promise<void> {
  await db.insertInto('business_case_submission').values({ id, created_at: at, request: JSON.stringify(request), evidence: JSON.stringify(evidence), appraisal: JSON.stringify(answer) }).execute()
}

export async function insertRegister(db: Db, register: BenefitsRegister): Promise<void> {
  await db.insertInto('business_case_register').values({ business_case_id: register.businessCase, created_at: register.createdAt, document: JSON.stringify(register) }).execute()
}

export async function findCase(db: Db, organisation: string, id: string): Promise<HeldCase | undefined> {
  const row = await db.selectFrom('business_case').selectAll().where('id', '=', id).where('organisation_id', '=', organisation).executeTakeFirst()
  return row && fromRow(row)
}

export async function listCases(
  db: Db,
  organisation: string,
  { limit, after, area, state }: { limit: number; after: { createdAt: string; id: string } | null; area?: string | undefined; state?: State | undefined }
): Promise<HeldCase[]> {
  let query = db.selectFrom('business_case').selectAll().where('organisation_id', '=', organisation)
  if (after !== null) query = query.where(sql<boolean>`(created_at, id) < (${after.createdAt}::timestamptz, ${after.id}::uuid)`)
  if (area !== undefined) query = query.where('area_code', '=', area)
  if (state !== undefined) query = query.where('state', '=', state)
  const rows = await query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).execute()
  return rows.map(fromRow)
}

export async function findVersion(db: Db, id: string, version: number): Promise<HeldVersion | undefined> {
  const row = await db.selectFrom('business_case_version').selectAll().where('business_case_id', '=', id).where('version', '=', version).executeTakeFirst()
  return row && fromVersionRow(row)
}

/** Oldest first, without their content. */
export async function listVersions(db: Db, id: string): Promise<Omit<HeldVersion, 'content'>[]> {
  const rows = await db.selectFrom('business_case_version').select(['business_case_id', 'version', 'created_at', 'change', 'state', 'submission_id', 'transition']).where('business_case_id', '=', id).orderBy('version').execute()
  return rows.map((row) => fromVersionRow({ ...row, document: {} }))
}

/** Decisions, oldest first. */
export async function listTransitions(db: Db, id: string): Promise<Transition[]> {
  const rows = await db.selectFrom('business_case_version').select('transition').where('business_case_id', '=', id).where('change', '=', 'transition').orderBy('version').execute()
  return rows.map(({ transition }) => transition as unknown as Transition)
}

/** With every key: what a submission of an earlier version of this service does not hold is null. */
const evidenceOf = (document: unknown): CaseEvidence => ({ findingsAgainst: null, ...(document as Omit<CaseEvidence, 'findingsAgainst'>) })

export async function findSubmission(db: Db, id: string): Promise<Submission | undefined> {
  const row = await db.selectFrom('business_case_submission').selectAll().where('id', '=', id).executeTakeFirst()
  return row && { id: row.id, at: row.created_at.toISOString(), request: row.request as unknown as EvidenceRequest, evidence: evidenceOf(row.evidence), answer: row.appraisal as unknown as AppraisalAnswer }
}

/** Without the appraisal, which is the greater part of it. */
export async function findEvidence(db: Db, id: string): Promise<{ request: EvidenceRequest; evidence: CaseEvidence } | undefined> {
  const row = await db.selectFrom('business_case_submission').select(['request', 'evidence']).where('id', '=', id).executeTakeFirst()
  return row && { request: row.request as unknown as EvidenceRequest, evidence: evidenceOf(row.evidence) }
}

export async function findRegister(db: Db, id: string): Promise<BenefitsRegister | undefined> {
  const row = await db.selectFrom('business_case_register').select('document').where('business_case_id', '=', id).executeTakeFirst()
  return row && (row.document as unknown as BenefitsRegister)
}

const fromActualRow = (row: Selectable<BusinessCaseActualTable> & { corrected_by: string | null }): Actual & { position: number } => ({
  position: row.position,
  ...(row.document as unknown as Omit<Actual, 'id' | 'recordedAt' | 'value' | 'corrects' | 'correctedBy'>),
  id: row.id,
  recordedAt: row.recorded_at.toISOString(),
  value: row.value === null ? null : Number(row.value),
  corrects: row.corrects,
  correctedBy: row.corrected_by
})

/** Every entry, in the order in which they came. */
export async function listActuals(db: Db, id: string): Promise<(Actual & { position: number })[]> {
  const rows = await db
    .selectFrom('business_case_actual as entry')
    .leftJoin('business_case_actual as later', 'later.corrects', 'entry.id')
    .selectAll('entry')
    .select('later.id as corrected_by')
    .where('entry.business_case_id', '=', id)
    .orderBy('entry.position')
    .execute()
  return rows.map(fromActualRow)
}

export async function insertActual(db: Db, businessCase: string, { id, recordedAt, value, status, benefit, period, corrects, ...rest }: Omit<Actual, 'correctedBy'>): Promise<void> {
  await db
    .insertInto('business_case_actual')
    .values({ id, business_case_id: businessCase, benefit, period, value: value === null ? null : String(value), status, recorded_at: recordedAt, corrects, document: JSON.stringify({ benefit, period, status, ...rest }) })
    .execute()
}

// ---- What a case links to ---------------------------------------------------------------------

export async function findNeedsProfileVersions(db: Db, organisation: string, id: string, version: number): Promise<{ current: number; document: Record<string, unknown> | null } | undefined> {
  const row = await db
    .selectFrom('needs_profile as profile')
    .leftJoin('needs_profile_version as held', (join) => join.onRef('held.needs_profile_id', '=', 'profile.id').on('held.version', '=', version))
    .select(['profile.version as current', 'held.document as document'])
    .where('profile.id', '=', id)
    .where('profile.organisation_id', '=', organisation)
    .executeTakeFirst()
  return row && { current: row.current, document: row.document }
}

export async function findRecommendation(db: Db, organisation: string, id: string): Promise<{ catalogueVersion: number; request: string } | undefined> {
  const row = await db.selectFrom('recommendation').select(['catalogue_version', 'request']).where('id', '=', id).where('organisation_id', '=', organisation).executeTakeFirst()
  return row && { catalogueVersion: row.catalogue_version, request: row.request }
}

export async function findCatalogueVersions(db: Db): Promise<number[]> {
  return (await db.selectFrom('catalogue_version').select('id').orderBy('id').execute()).map(({ id }) => id)
}

// ---- Rows for BI ------------------------------------------------------------------------------

/** What has to be held of a case: anything at all, a stored appraisal, or a benefits register. */
export type Wanted = 'case' | 'appraisal' | 'register'

/** A case with all that is held of it, as far as it is wanted. */
export interface StoredCase extends HeldCase {
  evidence: CaseEvidence | null
  answer: AppraisalAnswer | null
  register: BenefitsRegister | null
  actuals: Actual[]
  transitions: Transition[]
}

/** Those made first coming first, by the index business_case_in_order. */
export async function listCasesInOrder(
  db: Db,
  organisation: string,
  { from, key, limit, businessCase, wanted }: { from: 'at' | 'after'; key: { createdAt: string; id: string } | null; limit: number; businessCase?: string | undefined; wanted: Wanted }
): Promise<StoredCase[]> {
  let query = db.selectFrom('business_case').selectAll().where('organisation_id', '=', organisation)
  if (key !== null) query = query.where(sql<boolean>`(created_at, id) ${sql.raw(from === 'at' ? '>=' : '>')} (${key.createdAt}::timestamptz, ${key.id}::uuid)`)
  if (businessCase !== undefined) query = query.where('id', '=', businessCase)
  if (wanted === 'appraisal') query = query.where('submission_id', 'is not', null)
  if (wanted === 'register') query = query.where('state', 'in', ['approved', 'in-delivery', 'closed'])
  const rows = await query.orderBy('created_at').orderBy('id').limit(limit).execute()
  const found: StoredCase[] = []
  for (const held of rows.map(fromRow)) {
    const submission = wanted !== 'register' && held.submission !== null ? await findSubmission(db, held.submission) : undefined
    const register = wanted === 'appraisal' ? undefined : await findRegister(db, held.id)
    found.push({
      ...held,
      evidence: submission?.evidence ?? null,
      answer: submission?.answer ?? null,
      register: register ?? null,
      actuals: wanted === 'register' ? await listActuals(db, held.id) : [],
      transitions: wanted === 'case' ? await listTransitions(db, held.id) : []
    })
  }
  return found
}

import { sql, type Kysely, type Selectable, type Transaction } from 'kysely'
import type { Schema, UnitCostLocalValueTable, UnitCostTable } from '../db/schema.js'
import type { UnitCostRecord } from './records.js'
import type { Agency, Grade, KindOfValue, Relation, Unit } from './vocabulary.js'

type Db = Kysely<Schema> | Transaction<Schema>

export const findEditions = (db: Db) =>
  db
    .selectFrom('unit_cost_edition')
    .selectAll()
    .select((eb) => eb.selectFrom('unit_cost').select((rows) => rows.fn.countAll<string | number>().as('n')).whereRef('edition_id', '=', 'unit_cost_edition.id').as('rows'))
    .orderBy('id')
    .execute()

/** One at a time; readers are not kept waiting. */
export async function lockEditions(trx: Transaction<Schema>): Promise<void> {
  await sql`lock table unit_cost_edition in exclusive mode`.execute(trx)
}

export interface EditionDraft {
  slug: string
  title: string
  publisher: string
  licence: string
  published: string | null
  file_name: string | null
  hash: string
  loaded_at: string
}

/** An edition and all its rows, in the transaction given. */
export async function insertEdition(trx: Transaction<Schema>, draft: EditionDraft, records: readonly UnitCostRecord[]): Promise<void> {
  const { id } = await trx.insertInto('unit_cost_edition').values(draft).returning('id').executeTakeFirstOrThrow()
  const rows = records.map((record, position) => ({
    edition_id: id,
    position,
    code: record.code,
    theme: record.theme,
    outcome: record.outcome,
    detail: record.detail,
    unit_wording: record.unitWording,
    unit: record.unit,
    agency_wording: record.agencyWording,
    agency_detail: record.agencyDetail,
    agency: record.agency,
    kind: record.kind,
    fiscal_value: record.fiscal.value,
    fiscal_price_year: record.fiscal.priceYear,
    economic_value: record.economic.value,
    economic_price_year: record.economic.priceYear,
    social_value: record.social.value,
    social_price_year: record.social.priceYear,
    citation: record.citation,
    grade: record.grade,
    headline: record.headline,
    relation: record.relation
  }))
  for (let at = 0; at < rows.length; at += 500) await trx.insertInto('unit_cost').values(rows.slice(at, at + 500)).execute()
}

export const datePublished = (trx: Transaction<Schema>, slug: string, published: string) => trx.updateTable('unit_cost_edition').set({ published }).where('slug', '=', slug).execute()

const fromRow = (row: Selectable<UnitCostTable>): UnitCostRecord => ({
  code: row.code,
  theme: row.theme,
  outcome: row.outcome,
  detail: row.detail,
  unitWording: row.unit_wording,
  unit: row.unit as Unit,
  agencyWording: row.agency_wording,
  agencyDetail: row.agency_detail,
  agency: row.agency as Agency,
  kind: row.kind as KindOfValue,
  fiscal: { value: row.fiscal_value, priceYear: row.fiscal_price_year },
  economic: { value: row.economic_value, priceYear: row.economic_price_year },
  social: { value: row.social_value, priceYear: row.social_price_year },
  citation: row.citation,
  grade: row.grade as Grade | null,
  headline: row.headline,
  relation: row.relation as Relation | null,
  note: null
})

export const findUnitCosts = async (db: Db, edition: number): Promise<UnitCostRecord[]> => (await db.selectFrom('unit_cost').selectAll().where('edition_id', '=', edition).orderBy('position').execute()).map(fromRow)

export type LocalValueRow = Selectable<UnitCostLocalValueTable>

/** The current value of each code that an area has one for. */
export const findLocalValues = (db: Db, area: string, codes?: readonly string[]): Promise<LocalValueRow[]> => {
  let query = db.selectFrom('unit_cost_local_value').selectAll().distinctOn('code').where('area_code', '=', area)
  if (codes !== undefined) query = query.where('code', 'in', [...codes])
  return query.orderBy('code').orderBy('version', 'desc').execute()
}

/** Every version, the newest first. */
export const findLocalHistory = (db: Db, area: string, code: string): Promise<LocalValueRow[]> =>
  db.selectFrom('unit_cost_local_value').selectAll().where('area_code', '=', area).where('code', '=', code).orderBy('version', 'desc').execute()

/**
 * Adds a version. Of two that come at once with the same number, the second finds it taken.
 * @returns undefined where that version is there already
 */
export const insertLocalValue = (db: Db, row: Omit<LocalValueRow, 'entered_at' | 'organisation_id'> & { organisation_id?: string; entered_at: string }): Promise<LocalValueRow | undefined> =>
  db.insertInto('unit_cost_local_value').values(row).onConflict((oc) => oc.doNothing()).returningAll().executeTakeFirst()

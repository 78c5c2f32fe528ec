import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse as parseCsv } from 'csv-parse/sync'
import { parse as parseYaml } from 'yaml'
import { packageRoot } from '../package-root.js'
import type { Overlap, UnitCostEdition, UnitCostRecord } from './records.js'
import type { Agency, Grade, KindOfValue, Relation, Unit } from './vocabulary.js'

/** What is carried of the database, and by which rule. */
export interface Selection {
  edition: Omit<UnitCostEdition, 'origin' | 'hash' | 'records'>
  carried: SelectionRule[]
  leftOut: SelectionRule[]
  missingCodes: { between: [string, string]; code: string }[]
  relations: Partial<Record<Relation, string[]>>
  notes: Record<string, string>
}

export interface SelectionRule {
  theme: string
  outcome: string
  codes?: string[]
  except?: string[]
  reason: string
}

const folder = () => join(packageRoot(), 'src', 'unit-costs', 'data')
const text = (name: string) => readFileSync(join(folder(), name), 'utf8')

export const readSelection = (): Selection => parseYaml(text('selection.yaml')) as Selection
export const readOverlaps = (): Overlap[] => parseYaml(text('overlaps.yaml')) as Overlap[]

/** Made by scripts/build-unit-costs.ts. */
export const shippedFile = () => join(folder(), 'gmca-v1.4.csv')

/** Columns of the file that the service carries, in order. */
export const SHIPPED_COLUMNS = [
  'code', 'theme', 'outcome', 'detail', 'unit', 'unit_code', 'agency', 'agency_detail', 'agency_code', 'kind',
  'fiscal_value', 'fiscal_price_year', 'economic_value', 'economic_price_year', 'social_value', 'social_price_year',
  'source', 'grade', 'headline', 'relation', 'note'
] as const
export type ShippedRow = Record<(typeof SHIPPED_COLUMNS)[number], string>

export const toShippedRow = (record: UnitCostRecord): ShippedRow => ({
  code: record.code,
  theme: record.theme,
  outcome: record.outcome,
  detail: record.detail,
  unit: record.unitWording,
  unit_code: record.unit,
  agency: record.agencyWording,
  agency_detail: record.agencyDetail,
  agency_code: record.agency,
  kind: record.kind,
  fiscal_value: record.fiscal.value ?? '',
  fiscal_price_year: record.fiscal.priceYear ?? '',
  economic_value: record.economic.value ?? '',
  economic_price_year: record.economic.priceYear ?? '',
  social_value: record.social.value ?? '',
  social_price_year: record.social.priceYear ?? '',
  source: record.citation,
  grade: record.grade ?? '',
  headline: record.headline ?? '',
  relation: record.relation ?? '',
  note: record.note ?? ''
})

const orNull = (word: string) => (word === '' ? null : word)

const fromShippedRow = (row: ShippedRow): UnitCostRecord => ({
  code: row.code,
  theme: row.theme,
  outcome: row.outcome,
  detail: row.detail,
  unitWording: row.unit,
  unit: row.unit_code as Unit,
  agencyWording: row.agency,
  agencyDetail: row.agency_detail,
  agency: row.agency_code as Agency,
  kind: row.kind as KindOfValue,
  fiscal: { value: orNull(row.fiscal_value), priceYear: orNull(row.fiscal_price_year) },
  economic: { value: orNull(row.economic_value), priceYear: orNull(row.economic_price_year) },
  social: { value: orNull(row.social_value), priceYear: orNull(row.social_price_year) },
  citation: row.source,
  grade: orNull(row.grade) as Grade | null,
  headline: orNull(row.headline),
  relation: orNull(row.relation) as Relation | null,
  note: orNull(row.note)
})

/** The edition that the service carries. */
export function readShippedEdition(): UnitCostEdition {
  const file = readFileSync(shippedFile())
  const rows: ShippedRow[] = parseCsv(file, { columns: true })
  return { ...readSelection().edition, origin: 'shipped', hash: createHash('sha256').update(file).digest('hex'), records: rows.map(fromShippedRow) }
}

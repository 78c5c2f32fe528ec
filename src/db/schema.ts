import type { ColumnType, Generated, JSONColumnType } from 'kysely'

/** The tables, as Kysely sees them. `migrations/` makes them so. */
export interface Schema {
  organisation: OrganisationTable
  api_key: ApiKeyTable
  audit_entry: AuditEntryTable
  audit_head: AuditHeadTable
  catalogue_version: CatalogueVersionTable
  catalogue_source: CatalogueDocumentTable
  catalogue_need: CatalogueDocumentTable
  catalogue_standard: CatalogueDocumentTable
  catalogue_family: CatalogueDocumentTable
  catalogue_age: CatalogueDocumentTable
  catalogue_gap: CatalogueDocumentTable
  catalogue_question: CatalogueDocumentTable
  catalogue_context_figure: CatalogueDocumentTable
  catalogue_intervention: CatalogueInterventionTable
  catalogue_intervention_need: CatalogueInterventionNeedTable
  catalogue_claim: CatalogueClaimTable
  catalogue_shipped: CatalogueShippedTable
  catalogue_conflict: CatalogueConflictTable
  catalogue_settlement: CatalogueSettlementTable
  recommendation: RecommendationTable
  area: AreaTable
  area_alias: AreaAliasTable
  area_neighbour: AreaNeighbourTable
  dataset: DatasetTable
  indicator: IndicatorTable
  series: SeriesTable
  observation: ObservationTable
  needs_profile: NeedsProfileTable
  needs_profile_version: NeedsProfileVersionTable
  unit_cost_edition: UnitCostEditionTable
  unit_cost: UnitCostTable
  unit_cost_local_value: UnitCostLocalValueTable
  business_case: BusinessCaseTable
  business_case_version: BusinessCaseVersionTable
  business_case_submission: BusinessCaseSubmissionTable
  business_case_register: BusinessCaseRegisterTable
  business_case_actual: BusinessCaseActualTable
  idempotency_key: IdempotencyKeyTable
}

/** Who records decisions, until councils sign in as themselves. Seeded by the first migration. */
export const LOCAL_ORGANISATION = '00000000-0000-4000-8000-000000000001'

export interface OrganisationTable {
  id: string
  name: string
  area_code: string | null
  created_at: CreatedAt
  ended_at: ColumnType<Date | null, Date | string | null | undefined, Date | string | null>
}

export interface ApiKeyTable {
  id: string
  organisation_id: string
  name: string
  /** SHA-256 of the key. */
  hash: Buffer
  scopes: string[]
  created_at: CreatedAt
  expires_at: Date
  last_used_at: ColumnType<Date | null, never, Date>
  revoked_at: ColumnType<Date | null, never, Date>
  replaced_by: ColumnType<string | null, never, string>
}

/** Written by the database itself, at every change. */
export interface AuditEntryTable {
  organisation_id: string
  sequence: ColumnType<number, never, never>
  at: ColumnType<Date, never, never>
  actor: ColumnType<string, never, never>
  request_id: ColumnType<string, never, never>
  action: ColumnType<string, never, never>
  subject: ColumnType<string, never, never>
  subject_id: ColumnType<string, never, never>
  /** JSON text. */
  before: ColumnType<string | null, never, never>
  after: ColumnType<string | null, never, never>
  previous_hash: ColumnType<Buffer, never, never>
  hash: ColumnType<Buffer, never, never>
}

/** The last entry of each organisation's trail. */
export interface AuditHeadTable {
  organisation_id: string
  sequence: ColumnType<number, never, never>
  hash: ColumnType<Buffer, never, never>
}

export interface CatalogueVersionTable {
  /** A bigint, held as a number: the driver refuses one that a number cannot hold exactly. */
  id: Generated<number>
  content_hash: string
  origin: 'shipped' | 'curated'
  reason: string | null
  created_at: CreatedAt
  /** The version that it was made from; null for the first. No two have the same. */
  parent: ColumnType<number | null, number | null | undefined, never>
  /** Who curated it: the organisation, its name at the time, and the key, token or person as the trail names them. */
  by_organisation: ColumnType<string | null, string | null | undefined, never>
  by_name: ColumnType<string | null, string | null | undefined, never>
  actor: ColumnType<string | null, string | null | undefined, never>
  /** The grounds of a curated version, as citations. */
  sources: ColumnType<unknown[], string | undefined, never>
  /** Ids of the conflicts that it settles. */
  settles: ColumnType<number[], string | undefined, never>
  /** How many records it adds, changes and withdraws; null for what was stored before that was counted. */
  changes: NullableDocument
  /** How many records of each kind it holds. */
  counts: NullableDocument
  /** SHA-256 of the change set, by which one that is sent again is known. */
  change_set: ColumnType<string | null, string | null | undefined, never>
}

/** What the service shipped, edition by edition, as it was before it was merged. */
export interface CatalogueShippedTable {
  id: Generated<number>
  edition: number
  content_hash: string
  /** The version in force once it was taken in. */
  version: number
  /** The records, as JSON text. */
  document: string
  created_at: CreatedAt
}

/** Where an edition and a curator had both changed the same; the curator's stands until it is settled. */
export interface CatalogueConflictTable {
  id: Generated<number>
  version: number
  code: 'both-changed' | 'does-not-fit'
  kind: string
  record_id: string
  parts: ColumnType<string[], string, never>
  message: string
  shipped_before: NullableDocument
  shipped_now: NullableDocument
  curated: NullableDocument
}

export interface CatalogueSettlementTable {
  conflict_id: number
  version: number
}

/** Rows that are read whole: the document is the record as the data files hold it. */
export interface CatalogueDocumentTable {
  version: number
  id: string
  document: JsonDocument
}

export interface CatalogueInterventionTable extends CatalogueDocumentTable {
  name: string
  kind: string
  role: string
}

export interface CatalogueInterventionNeedTable {
  version: number
  intervention_id: string
  need_code: string
}

export interface CatalogueClaimTable extends CatalogueDocumentTable {
  intervention_id: string
  need_code: string
  direction: string
  strength: string | null
  status: string
  year: number
}

export interface RecommendationTable {
  id: string
  organisation_id: string
  created_at: ColumnType<Date, Date | string, never>
  catalogue_version: number
  model_version: string
  /** Text, not jsonb: what was answered is given again byte for byte. */
  request: string
  response: string
  /** SHA-256 and length, as the trail of changes tells them. */
  request_digest: ColumnType<string, never, never>
  response_digest: ColumnType<string, never, never>
}

export interface AreaTable {
  id: number
  code: string
  dfe_code: string | null
  name: string
  level: string
  region_id: number | null
  started: string | null
  ended: string | null
  /** Codes, as JSON text. */
  replaced_by: ColumnType<string[], string, string>
}

export interface AreaAliasTable {
  /** The alias as it is compared: letters and digits alone. */
  key: string
  area_id: number
  kind: string
  alias: string
  started: string | null
  ended: string | null
}

export interface AreaNeighbourTable {
  area_id: number
  rank: number
  neighbour_id: number
  closeness: string
}

export interface DatasetTable {
  id: Generated<number>
  slug: string
  /** The table that it was recognised as; null for one that is not known. */
  table_code: string | null
  title: string
  release: string
  publisher: string
  licence: string
  url: string | null
  population_base: string | null
  origin: 'shipped' | 'imported'
  file_name: string | null
  /** SHA-256 of the file, before anything was read from it. */
  hash: string
  first_period: number
  last_period: number
  imported_at: CreatedAt
}

export interface IndicatorTable {
  code: string
  label: string
  unit: string
  grouping: string
}

/** One column of one data set, for one choice of its filters. */
export interface SeriesTable {
  id: Generated<number>
  dataset_id: number
  indicator_code: string
  source_column: string
  filters: JSONColumnType<Record<string, string>>
  time_identifier: string
}

export interface ObservationTable {
  series_id: number
  /** As published: 2025, or 202425 for an academic or financial year. */
  period: number
  area_id: number
  /** Numeric, which the drivers give as text; null unless the status is ok. */
  value: string | null
  status: string
  /** The file marks the value as an estimate. */
  estimated: Generated<boolean>
}

export interface NeedsProfileTable {
  id: string
  organisation_id: string
  /** Counts up by one with each change. */
  version: number
  created_at: ColumnType<Date, Date | string, never>
  updated_at: ColumnType<Date, Date | string, Date | string>
  document: JsonDocument
}

/** Every version of a needs profile, the current one among them. */
export interface NeedsProfileVersionTable {
  needs_profile_id: string
  organisation_id: string
  version: number
  created_at: ColumnType<Date, Date | string, never>
  document: JsonDocument
}

/** An edition of a unit cost database that somebody loaded; the one that the service carries is read from its own file. */
export interface UnitCostEditionTable {
  id: Generated<number>
  slug: string
  title: string
  publisher: string
  licence: string
  /** A year, a month or a day; null where nobody has said. */
  published: string | null
  file_name: string | null
  /** SHA-256 of the file. */
  hash: string
  loaded_at: CreatedAt
}

export interface UnitCostTable {
  edition_id: number
  /** Place in the file. */
  position: number
  code: string
  theme: string
  outcome: string
  detail: string
  unit_wording: string
  unit: string
  agency_wording: string
  agency_detail: string
  agency: string
  kind: string
  /** Pounds: numeric, which the drivers give as text. */
  fiscal_value: string | null
  fiscal_price_year: string | null
  economic_value: string | null
  economic_price_year: string | null
  social_value: string | null
  social_price_year: string | null
  citation: string
  grade: string | null
  headline: string | null
  relation: string | null
}

/** A council's own value of a code, version by version; the highest is the current one. */
export interface UnitCostLocalValueTable {
  /** Whoever acts, where it is left out. */
  organisation_id: Generated<string>
  area_code: string
  code: string
  version: number
  /** The edition whose value it was put beside. */
  edition: string
  value: string
  price_year: string
  unit: string
  source_note: string
  entered_by: string
  entered_at: ColumnType<Date, Date | string, never>
}

export interface BusinessCaseTable {
  id: string
  organisation_id: string
  /** Counts up by one with each change and each decision. */
  version: number
  state: string
  area_code: string | null
  created_at: ColumnType<Date, Date | string, never>
  updated_at: ColumnType<Date, Date | string, Date | string>
  document: JsonDocument
  /** What was put forward, while it is as it was put forward. */
  submission_id: string | null
}

/** Every version of a business case, the current one among them. */
export interface BusinessCaseVersionTable {
  /** Whoever acts, where it is left out. */
  organisation_id: Generated<string>
  business_case_id: string
  version: number
  created_at: ColumnType<Date, Date | string, never>
  change: string
  state: string
  document: JsonDocument
  submission_id: string | null
  /** The decision that made it; null where its content was changed. */
  transition: ColumnType<Record<string, unknown> | null, string | null, never>
}

export interface BusinessCaseSubmissionTable {
  /** Whoever acts, where it is left out. */
  organisation_id: Generated<string>
  id: string
  created_at: ColumnType<Date, Date | string, never>
  /** What the evidence was asked with. */
  request: JsonDocument
  evidence: JsonDocument
  appraisal: JsonDocument
}

export interface BusinessCaseRegisterTable {
  /** Whoever acts, where it is left out. */
  organisation_id: Generated<string>
  business_case_id: string
  created_at: ColumnType<Date, Date | string, never>
  document: JsonDocument
}

export interface BusinessCaseActualTable {
  /** Whoever acts, where it is left out. */
  organisation_id: Generated<string>
  position: Generated<number>
  id: string
  business_case_id: string
  benefit: string
  period: string
  /** Numeric, which the drivers give as text; null unless the status is ok. */
  value: string | null
  status: string
  recorded_at: ColumnType<Date, Date | string, never>
  corrects: string | null
  document: JsonDocument
}

/** What was answered to a request that said by its Idempotency-Key which one it is. */
export interface IdempotencyKeyTable {
  /** Whoever acts, where it is left out. */
  organisation_id: Generated<string>
  operation: string
  key: string
  /** SHA-256 of the request. */
  fingerprint: Buffer
  status: number
  headers: JSONColumnType<Record<string, string>>
  body: string
  created_at: ColumnType<Date, Date | string, Date | string>
  expires_at: ColumnType<Date, Date | string, Date | string>
}

type CreatedAt = ColumnType<Date, Date | string | undefined, never>
/** Written as JSON text (a bare array would be taken for a PostgreSQL array), read as an object. */
type JsonDocument = JSONColumnType<Record<string, unknown>>
type NullableDocument = ColumnType<Record<string, unknown> | null, string | null | undefined, never>

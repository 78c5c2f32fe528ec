import type { Agency, Grade, KindOfValue, Ledger, Relation, Unit } from './vocabulary.js'

/** Pounds as the source writes them, never through binary floating point, and the year of their prices. Null where the source gives none. */
export interface Pounds {
  value: string | null
  priceYear: string | null
}

/** One row of a unit cost database. */
export interface UnitCostRecord extends Record<Ledger, Pounds> {
  code: string
  theme: string
  outcome: string
  detail: string
  unitWording: string
  unit: Unit
  agencyWording: string
  agencyDetail: string
  agency: Agency
  kind: KindOfValue
  /** What the database itself cites. */
  citation: string
  grade: Grade | null
  headline: string | null
  relation: Relation | null
  /** Ours, in our words. */
  note: string | null
}

/** One edition of a unit cost database: its rows, in the order of the source. */
export interface UnitCostEdition {
  id: string
  /** The source that it is, as listed at /v1/sources where the service carries it. */
  source: string
  title: string
  publisher: string
  licence: string
  attribution: string
  url: string | null
  /** A year, a month or a day: 2015, 2015-03, 2026-01-31. Null where nobody has said. */
  published: string | null
  /** When it was loaded; null for the edition that the service carries. */
  loadedAt: string | null
  origin: 'shipped' | 'imported'
  hash: string
  records: readonly UnitCostRecord[]
}

/** A group of rows that must not be added up, whatever their codes look like. */
export interface Overlap {
  /** The code that covers, wholly or in part, what the others are about. */
  code: string
  /** Codes, or patterns that end in `*`. */
  with: readonly string[]
  kind: 'placement' | 'subset' | 'same-figure'
  reason: string
}

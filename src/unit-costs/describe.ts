import { citeEdition } from './citations.js'
import type { Overlap, Pounds, UnitCostEdition, UnitCostRecord } from './records.js'
import { overlapsOf } from './relations.js'
import type { UnitCost, UnitCostEditionSummary, UnitCostLocalValue, UnitCostUprated, UnitCostValue } from './schemas.js'
import { GRADE_MEANINGS, LEDGERS, type Agency, type Ledger, type Unit } from './vocabulary.js'

/** Puts an amount into the prices of the year asked for. */
export type Uprate = (value: string, from: string) => UnitCostUprated

export interface Filters {
  q?: string | undefined
  codes?: readonly string[] | undefined
  theme?: string | undefined
  agency?: Agency | undefined
  unit?: Unit | undefined
  ledger?: Ledger | undefined
}

/** The rows that fit every filter given, in the order of the edition. `q`: every word of it stands in the code, the detail, the outcome or the theme. */
export function filterUnitCosts(records: readonly UnitCostRecord[], { q, codes, theme, agency, unit, ledger }: Filters): UnitCostRecord[] {
  const wanted = q?.toLowerCase().split(/\s+/).filter((word) => word !== '')
  return records.filter(
    (record) =>
      (codes === undefined || codes.includes(record.code)) &&
      (theme === undefined || record.theme === theme) &&
      (agency === undefined || record.agency === agency) &&
      (unit === undefined || record.unit === unit) &&
      (ledger === undefined || record[ledger].value !== null) &&
      (wanted === undefined || wanted.every((word) => `${record.code} ${record.detail} ${record.outcome} ${record.theme}`.toLowerCase().includes(word)))
  )
}

function describeValue({ value, priceYear }: Pounds, uprate: Uprate | undefined): UnitCostValue {
  if (value === null) return { value: null, status: 'unavailable', currency: 'GBP', priceYear: null, uprated: null }
  return { value: Number(value), status: 'ok', currency: 'GBP', priceYear, uprated: uprate === undefined || priceYear === null ? null : uprate(value, priceYear) }
}

export function describeUnitCost(
  edition: UnitCostEdition,
  record: UnitCostRecord,
  { overlaps, uprate, local = null }: { overlaps: readonly Overlap[]; uprate?: Uprate | undefined; local?: UnitCostLocalValue | null }
): UnitCost {
  const [fiscal, economic, social] = LEDGERS.map((ledger) => describeValue(record[ledger], uprate)) as [UnitCostValue, UnitCostValue, UnitCostValue]
  return {
    code: record.code,
    edition: edition.id,
    theme: record.theme,
    outcome: record.outcome,
    detail: record.detail,
    kind: record.kind,
    unit: { code: record.unit, wording: record.unitWording },
    agency: { code: record.agency, wording: record.agencyWording, detail: record.agencyDetail },
    fiscal,
    economic,
    social,
    grade: record.grade === null ? null : { code: record.grade, meaning: GRADE_MEANINGS[record.grade] },
    headline: record.headline,
    relation: record.relation,
    constituents: edition.records.filter(({ headline }) => headline === record.code).map(({ code }) => code),
    notWith: overlapsOf(record.code, overlaps, edition.records.map(({ code }) => code)).map(({ code, reason }) => ({ code, reason })),
    note: record.note,
    local,
    citation: record.citation,
    sources: [citeEdition(edition, record.code)],
    licence: edition.licence,
    attribution: edition.attribution
  }
}

export const summariseEdition = (edition: Omit<UnitCostEdition, 'records'>, rows: number, isDefault: boolean): UnitCostEditionSummary => ({
  id: edition.id,
  title: edition.title,
  publisher: edition.publisher,
  published: edition.published,
  origin: edition.origin,
  isDefault,
  rows,
  hash: edition.hash,
  loadedAt: edition.loadedAt,
  licence: edition.licence,
  attribution: edition.attribution,
  url: edition.url
})

/**
 * The edition that is used where none is asked for: the one published last, of those whose date is
 * known; of two of the same date the one loaded last. An edition of no stated date is never taken for
 * a newer one, so loading it changes no answer.
 */
export function defaultEdition<T extends Pick<UnitCostEdition, 'published' | 'loadedAt'>>(editions: readonly T[]): T {
  const order = ({ published, loadedAt }: T) => [published ?? '', loadedAt ?? ''] as const
  return editions.reduce((best, one) => {
    const [a, b] = [order(best), order(one)]
    return b[0] > a[0] || (b[0] === a[0] && b[1] > a[1]) ? one : best
  })
}

import { parse } from 'csv-parse'
import { Readable } from 'node:stream'
import { unprocessable } from '../errors.js'
import { LONGEST_ROW, explained } from '../imports/read-table.js'
import { checkedText } from '../imports/text-check.js'
import { nearest } from '../nearest.js'
import type { Pounds, UnitCostRecord } from './records.js'
import { LEDGERS, agencyOf, financialYear, gradeOf, kindOfValue, unitOf, type Ledger } from './vocabulary.js'

export const EXPECTED =
  'Expected: a unit cost database as a CSV in UTF-8, one row for each unit cost, whose first row names the columns code, detail and unit, and fiscal_value with fiscal_price_year, or the same for economic or social; beside them theme, outcome, agency, agency_detail, source and rag are read, in any order.'

export const refuseEdition = (code: string, found: string, suggestions: string[] = []) =>
  unprocessable(`${found} ${EXPECTED} Nothing was stored.`, { code, title: 'The file cannot be loaded', errors: [{ pointer: '', in: 'body', code, message: found, suggestions }] })

/** Every name that a column is known by, in small letters with _ between the words. */
const COLUMNS = {
  code: ['code', 'cost_code', 'unit_cost_code'],
  theme: ['theme', 'outcome_theme'],
  outcome: ['outcome', 'outcome_area', 'sub_theme'],
  detail: ['detail', 'cost_detail', 'cost_saving_detail', 'details', 'description'],
  unit: ['unit', 'units', 'cost_unit'],
  agency: ['agency', 'agency_bearing_the_fiscal_cost', 'agency_bearing_fiscal_cost'],
  agency_detail: ['agency_detail', 'agency_bearing_the_fiscal_cost_detail'],
  source: ['source', 'sources'],
  rag: ['rag', 'rag_rating', 'rag_status', 'confidence'],
  fiscal_value: ['fiscal_value', 'fiscal_cost', 'fiscal'],
  fiscal_price_year: ['fiscal_price_year', 'fiscal_year', 'fiscal_value_price_year'],
  economic_value: ['economic_value', 'economic_cost', 'economic'],
  economic_price_year: ['economic_price_year', 'economic_year', 'economic_value_price_year'],
  social_value: ['social_value', 'social_cost', 'social'],
  social_price_year: ['social_price_year', 'social_year', 'social_value_price_year']
} as const
type Column = keyof typeof COLUMNS

export const EDITION_SKIP_REASONS = {
  'no-code': 'The row has no code, so that nothing could refer to it.',
  'code-not-understood': 'The code is not one such as SS1.0 or E&S2.0.1.',
  'held-twice': 'The same code stood earlier in the file; the first is kept.',
  'not-a-figure': 'The cell is no amount of pounds; the value is kept as unavailable. Formulas are text and never worked out.',
  'price-year-not-understood': 'The price year is not one such as 2013/14; the value is kept, and cannot be uprated.'
} as const
export type EditionSkipReason = keyof typeof EDITION_SKIP_REASONS

export interface EditionReading {
  records: UnitCostRecord[]
  rows: { read: number; stored: number; skipped: number }
  figures: { read: number; stored: number; skipped: number }
  skipped: { reason: EditionSkipReason; message: string; of: 'rows' | 'figures'; count: number; samples: { row: number; found: string }[] }[]
  /** Names of columns that were read, and of those that were not. */
  columns: { read: string[]; ignored: string[] }
}

const MOST_ROWS = 20_000
const MOST_COLUMNS = 200
const SAMPLES = 5

const CODE = /^[A-Za-z][A-Za-z&]{0,7}\d{1,4}(\.\d{1,4}){0,4}$/
/** Plain, or as a spreadsheet shows pounds: £1,234.50. */
const POUNDS = /^(?:£\s*)?(\d{1,12}|\d{1,3}(?:,\d{3}){1,3})(\.\d{1,20})?$/
const NONE = new Set(['', '-', 'n/a', 'na', 'none'])

/** An amount as it is written, null where the cell says that there is none, undefined where it is no amount. */
export function readPounds(text: string): string | null | undefined {
  const trimmed = text.trim()
  if (NONE.has(trimmed.toLowerCase())) return null
  const parts = POUNDS.exec(trimmed)
  return parts === null ? undefined : `${parts[1]!.replaceAll(',', '')}${parts[2] ?? ''}`
}

/**
 * Reads a unit cost database row by row. Columns are found by name, never by place.
 * @throws DomainError 422 saying what was expected and what was found
 */
export async function readEdition(chunks: AsyncIterable<Uint8Array>): Promise<EditionReading> {
  const reading: EditionReading = { records: [], rows: { read: 0, stored: 0, skipped: 0 }, figures: { read: 0, stored: 0, skipped: 0 }, skipped: [], columns: { read: [], ignored: [] } }
  const skip = (reason: EditionSkipReason, of: 'rows' | 'figures', row: number, found: string) => {
    let entry = reading.skipped.find((one) => one.reason === reason)
    if (entry === undefined) reading.skipped.push((entry = { reason, message: EDITION_SKIP_REASONS[reason], of, count: 0, samples: [] }))
    entry.count += 1
    if (entry.samples.length < SAMPLES) entry.samples.push({ row, found: found.slice(0, 120) })
    if (reason !== 'price-year-not-understood') reading[of].skipped += 1
  }

  let places: Map<Column, number> | undefined
  let width = 0
  let row = 0
  const codes = new Set<string>()
  const source = Readable.from(checkedText(chunks, refuseEdition), { objectMode: false })
  const parser = parse({ bom: true, relax_column_count: true, max_record_size: LONGEST_ROW, skip_empty_lines: true })
  source.on('error', (error) => parser.destroy(error))
  source.pipe(parser)
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      row += 1
      if (places === undefined) {
        places = readHeader(cells, reading)
        width = cells.length
        continue
      }
      if (cells.length !== width) throw refuseEdition('truncated', `Found: row ${row} has ${cells.length} ${cells.length === 1 ? 'cell' : 'cells'} where the header has ${width} columns; the file is cut short or damaged.`)
      if (cells.every((cell) => cell.trim() === '')) continue
      reading.rows.read += 1
      if (reading.rows.read > MOST_ROWS) throw refuseEdition('too-many-rows', `Found: more than ${MOST_ROWS} rows.`)
      readRow(cells, row)
    }
  } catch (error) {
    throw explained(error, row, refuseEdition)
  } finally {
    source.destroy()
  }
  if (places === undefined) throw refuseEdition('empty-file', 'Found: an empty file.')
  if (reading.rows.read === 0) throw refuseEdition('no-rows', 'Found: a header and no rows.')
  if (reading.figures.stored === 0) throw refuseEdition('nothing-to-store', `Found: ${reading.rows.read} rows, none of which has both a code and an amount.`)
  return reading

  function readRow(cells: string[], number: number) {
    const cell = (column: Column) => cells[places!.get(column) ?? -1]?.trim() ?? ''
    const code = cell('code')
    if (code === '') return skip('no-code', 'rows', number, cell('detail'))
    if (!CODE.test(code)) return skip('code-not-understood', 'rows', number, code)
    if (codes.has(code)) return skip('held-twice', 'rows', number, code)
    codes.add(code)
    const pounds = (ledger: Ledger): Pounds => {
      const text = cell(`${ledger}_value`)
      const value = readPounds(text)
      if (value === null) return { value: null, priceYear: null }
      reading.figures.read += 1
      if (value === undefined) {
        skip('not-a-figure', 'figures', number, `${ledger}_value of ${code}: ${JSON.stringify(text.slice(0, 60))}`)
        return { value: null, priceYear: null }
      }
      reading.figures.stored += 1
      const year = cell(`${ledger}_price_year`)
      const priceYear = financialYear(year) ?? null
      if (priceYear === null) skip('price-year-not-understood', 'figures', number, `${ledger}_price_year of ${code}: ${JSON.stringify(year.slice(0, 60))}`)
      return { value, priceYear }
    }
    const detail = cell('detail')
    const [unit, agency] = [unitOf(cell('unit'), detail), agencyOf(cell('agency'))]
    const [fiscal, economic, social] = LEDGERS.map(pounds) as [Pounds, Pounds, Pounds]
    reading.records.push({
      code,
      theme: cell('theme'),
      outcome: cell('outcome'),
      detail,
      unitWording: cell('unit'),
      unit,
      agencyWording: cell('agency'),
      agencyDetail: cell('agency_detail'),
      agency,
      kind: kindOfValue({ detail, unit, agency }),
      fiscal,
      economic,
      social,
      citation: cell('source'),
      grade: gradeOf(cell('rag')),
      headline: null,
      relation: null,
      note: null
    })
    reading.rows.stored += 1
  }
}

const normal = (name: string) =>
  name
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')

/** @throws DomainError 422 where the header is not that of such a file */
function readHeader(names: string[], reading: EditionReading): Map<Column, number> {
  if (names.length > MOST_COLUMNS) throw refuseEdition('too-many-columns', `Found: ${names.length} columns, more than the ${MOST_COLUMNS} that are read.`)
  const header = names.map(normal)
  const places = new Map<Column, number>()
  for (const [column, known] of Object.entries(COLUMNS) as [Column, readonly string[]][]) {
    const found = header.flatMap((name, i) => (known.includes(name) ? [i] : []))
    if (found.length > 1) throw refuseEdition('duplicate-column', `Found: two columns that say ${column}: ${found.map((i) => names[i]!.slice(0, 60)).join(' and ')}.`)
    if (found.length === 1) places.set(column, found[0]!)
  }
  const missing: string[] = (['code', 'detail', 'unit'] as const).filter((column) => !places.has(column))
  if (!LEDGERS.some((ledger) => places.has(`${ledger}_value`) && places.has(`${ledger}_price_year`))) missing.push('fiscal_value with fiscal_price_year')
  const unpaired = LEDGERS.find((ledger) => places.has(`${ledger}_value`) && !places.has(`${ledger}_price_year`))
  if (missing.length === 0 && unpaired !== undefined) missing.push(`${unpaired}_price_year`)
  if (missing.length > 0) {
    const shown = names.slice(0, 12).map((name) => name.slice(0, 40)).join(', ')
    throw refuseEdition('not-unit-costs', `Found: no column ${missing.join(', ')}; the first row holds ${shown}${names.length > 12 ? ` and ${names.length - 12} more` : ''}.`, missing.flatMap((name) => nearest(name.split(' ', 1)[0]!, names.map((one) => one.trim().slice(0, 60)), 1)))
  }
  const read = new Set(places.values())
  reading.columns = { read: names.filter((_, i) => read.has(i)).map((name) => name.trim()), ignored: names.filter((_, i) => !read.has(i)).map((name) => name.trim().slice(0, 60)) }
  return places
}

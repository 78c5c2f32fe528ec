import { parse, type CsvError } from 'csv-parse'
import { Readable } from 'node:stream'
import type { Area, Areas } from '../areas/areas.js'
import type { Level } from '../areas/vocabulary.js'
import { slug } from './slug.js'
import { nearest } from '../nearest.js'
import { readCell } from './cells.js'
import { indicatorByColumn, recogniseTable, type Table } from './tables.js'
import { checkedText, refuseFile, type Refuse } from './text-check.js'

/** One column of the file, for one choice of its filters. */
export interface SeriesDraft {
  indicator: string
  column: string
  filters: Record<string, string>
  timeIdentifier: string
}

/** Figures in columns, as the database takes them. */
export interface Batch {
  /** Places in the list of series. */
  series: number[]
  period: number[]
  area: number[]
  value: (string | null)[]
  status: string[]
  /** Places in these columns of numbers that the file marks as estimates. */
  estimated: Set<number>
}

export interface Sink {
  /** Called once, before any figure: what the file is, and its columns of figures. */
  open(file: OpenedFile): Promise<void>
  /** Series that have come up since the last call, and figures of any that have. Answers how many were not held yet. */
  write(added: SeriesDraft[], batch: Batch): Promise<number>
}

export interface ColumnReading {
  column: string
  indicator: string
  /** Whether the column is one that is known, rather than kept as an indicator of its own. */
  known: boolean
}

export interface OpenedFile {
  table: Table | undefined
  /** First part of the codes of indicators that are not known. */
  base: string
  columns: ColumnReading[]
  filters: string[]
  /** Columns of text that must say the same in every row, and what they say. */
  constants: { column: string; value: string }[]
}

export const SKIP_REASONS = {
  'level-not-held': 'Rows of a level other than national, regional and local authority are not held.',
  'area-not-held': 'No area is known by the codes of the row.',
  'area-codes-disagree': 'The codes of the row belong to different areas.',
  'period-not-understood': 'The time period is neither a year (2025) nor a pair of years (202425).',
  'held-twice': 'The same figure stood earlier in the file, with the same value.',
  'not-a-figure': 'The cell is neither a number nor one of the symbols c, z, x, u, k, low, : and ~. Formulas are never worked out.'
} as const
export type SkipReason = keyof typeof SKIP_REASONS

export interface Reading {
  rows: { read: number; stored: number; skipped: number }
  figures: { read: number; stored: number; skipped: number }
  skipped: { reason: SkipReason; message: string; count: number; of: 'rows' | 'figures'; samples: { row: number; found: string }[] }[]
  warnings: string[]
  firstPeriod: number
  lastPeriod: number
  /** How many councils of today have a row in the last period. */
  councils: number
  /** How many pairs of a period and an area have a row. */
  places: number
}

export interface ReadOptions {
  areas: Areas
  /** First part of the codes of indicators of a table that is not known. */
  base: string
  /** Whether to take the file as a table of its own, though it looks like a known one. */
  asOwn?: boolean
  /** Columns to take as filters, where the file alone does not show it. */
  filters?: string[]
  onProgress?: (rows: number) => void
}

const REQUIRED = ['time_period', 'time_identifier', 'geographic_level', 'country_code', 'country_name']
/** Columns of every such file that say where and when; all others are filters or figures. */
const IDENTITY = new Set([...REQUIRED, 'region_code', 'region_name', 'old_la_code', 'new_la_code', 'la_name'])
const MOST_COLUMNS = 2_000
const MOST_SERIES = 50_000
export const LONGEST_ROW = 1024 * 1024
const LONGEST_NAME = 300
/** Rows looked at to tell filters from figures. */
const SAMPLE = 500
/** Figures written at a time. */
const BATCH = 20_000
const SAMPLES = 5

/**
 * Reads a file of 'Explore education statistics' row by row and hands its figures on in batches.
 * Columns are found by name, never by place.
 * @throws DomainError 422 saying what was expected and what was found
 */
export async function readTable(chunks: AsyncIterable<Uint8Array>, sink: Sink, { areas, base, asOwn = false, filters: asked = [], onProgress }: ReadOptions): Promise<Reading> {
  const reading: Reading = { rows: { read: 0, stored: 0, skipped: 0 }, figures: { read: 0, stored: 0, skipped: 0 }, skipped: [], warnings: [], firstPeriod: Infinity, lastPeriod: -Infinity, councils: 0, places: 0 }
  const skipped = new Map<SkipReason, Reading['skipped'][number]>()
  const areasOf = new Map<number, Set<number>>()
  const today = new Set(areas.councils.map(({ id }) => id))
  let lastByte = 0x0a

  async function* watched() {
    for await (const chunk of checkedText(chunks)) {
      lastByte = chunk.at(-1) ?? lastByte
      yield chunk
    }
  }

  let header: string[] | undefined
  let interpret: ((row: string[], number: number) => Promise<void>) | undefined
  let sample: string[][] = []
  let batch = emptyBatch()
  let added: SeriesDraft[] = []
  let row = 0

  const source = Readable.from(watched(), { objectMode: false })
  const parser = parse({ bom: true, relax_column_count: true, max_record_size: LONGEST_ROW, skip_empty_lines: true })
  source.on('error', (error) => parser.destroy(error))
  source.pipe(parser)
  try {
    for await (const record of parser as AsyncIterable<string[]>) {
      row += 1
      if (header === undefined) {
        header = readHeader(record)
        continue
      }
      if (record.length !== header.length) {
        throw refuseFile('truncated', `Found: row ${row} has ${record.length} ${record.length === 1 ? 'cell' : 'cells'} where the header has ${header.length} columns; the file is cut short or damaged.`)
      }
      if (interpret === undefined) {
        sample.push(record)
        if (sample.length === SAMPLE) await begin()
        continue
      }
      await interpret(record, row)
    }
  } catch (error) {
    throw explained(error, row)
  } finally {
    source.destroy()
  }
  if (header === undefined) throw refuseFile('empty-file', 'Found: an empty file.')
  if (row === 1) throw refuseFile('no-rows', 'Found: a header and no rows.')
  // A last number that lost its end is still a number: 12 of 1234.
  if (lastByte !== 0x0a && lastByte !== 0x0d) throw refuseFile('truncated', `Found: no line break after the last row (${row}), which may be cut short. If it is whole, add a line break at its end.`)
  if (interpret === undefined) await begin()
  await flush()
  if (reading.rows.stored === 0) {
    const why = [...skipped.values()].map(({ message, count, samples }) => `${count} rows: ${message} For example: ${samples[0]?.found ?? ''}.`).join(' ')
    throw refuseFile('nothing-to-store', `Found: ${reading.rows.read} rows, none of which can be held. ${why}`)
  }
  return { ...reading, skipped: [...skipped.values()], councils: [...areasOf.get(reading.lastPeriod)!].filter((id) => today.has(id)).length, places: [...areasOf.values()].reduce((sum, { size }) => sum + size, 0) }

  function skip(reason: SkipReason, of: 'rows' | 'figures', number: number, found: string, count = 1) {
    const entry = skipped.get(reason) ?? { reason, message: SKIP_REASONS[reason], count: 0, of, samples: [] }
    entry.count += count
    if (entry.samples.length < SAMPLES) entry.samples.push({ row: number, found: found.slice(0, 120) })
    skipped.set(reason, entry)
    reading[of].skipped += count
  }

  /** Settles what each column is, and reads the rows that were looked at for that. */
  async function begin() {
    const file = interpretHeader(header!, sample, { base, asked, asOwn })
    await sink.open(file)
    interpret = rowReader(file)
    const waiting = sample
    sample = []
    for (const [i, one] of waiting.entries()) await interpret(one, i + 2)
  }

  async function flush() {
    if (batch.series.length === 0) return
    const stored = await sink.write(added, batch)
    reading.figures.stored += stored
    if (stored < batch.series.length) skip('held-twice', 'figures', row, `among the rows up to ${row}`, batch.series.length - stored)
    batch = emptyBatch()
    added = []
    onProgress?.(reading.rows.read)
  }

  function rowReader({ columns, filters, constants }: OpenedFile) {
    const place = new Map(header!.map((name, i) => [name.toLowerCase(), i]))
    const at = (name: string) => place.get(name) ?? -1
    const [period, identifier, level, country, region, oldCode, newCode] = ['time_period', 'time_identifier', 'geographic_level', 'country_code', 'region_code', 'old_la_code', 'new_la_code'].map(at) as [number, number, number, number, number, number, number]
    const figureColumns = columns.map(({ column, indicator }) => ({ column, indicator, i: header!.indexOf(column) }))
    const filterColumns = filters.map((name) => ({ name, i: header!.indexOf(name) }))
    const constantColumns = constants.map(({ column, value }) => ({ column, value, i: header!.indexOf(column) }))
    const seriesOf = new Map<string, number>()
    let seriesCount = 0
    const areaOf = new Map<string, number | SkipReason>()

    function findArea(cells: string[]): number | SkipReason {
      switch (cells[level]!.trim().toLowerCase()) {
        case 'national':
          return ofLevel('country', areas.byCode.get(cells[country]!.trim()))
        case 'regional':
          return ofLevel('region', areas.byCode.get((cells[region] ?? '').trim()))
        case 'local authority': {
          const found = [cells[oldCode], cells[newCode]].filter((code) => code !== undefined && code.trim() !== '').map((code) => areas.find(code!)?.area)
          const [first] = found.filter((area) => area !== undefined)
          return found.some((area) => area !== undefined && area !== first) ? 'area-codes-disagree' : ofLevel('council', first)
        }
        default:
          return 'level-not-held'
      }
    }

    return async (cells: string[], number: number) => {
      reading.rows.read += 1
      for (const { column, value, i } of constantColumns) {
        if (cells[i] !== value) throw refuseFile('column-varies', `Found: ${column.slice(0, 60)} says ${JSON.stringify(value.slice(0, 60))} and, in row ${number}, ${JSON.stringify(cells[i]!.slice(0, 60))}; it says the same in every row of the published table. ${AS_OWN}`)
      }
      const when = cells[period]!.trim()
      if (!isPeriod(when)) return skip('period-not-understood', 'rows', number, when)
      const areaKey = `${cells[level]}|${cells[country]}|${cells[region] ?? ''}|${cells[oldCode] ?? ''}|${cells[newCode] ?? ''}`
      let area = areaOf.get(areaKey)
      if (area === undefined) areaOf.set(areaKey, (area = findArea(cells)))
      if (typeof area === 'string') return skip(area, 'rows', number, area === 'level-not-held' ? cells[level]! : [cells[oldCode], cells[newCode], cells[region], cells[country]].filter(Boolean).join(' '))
      reading.rows.stored += 1
      const year = Number(when)
      reading.firstPeriod = Math.min(reading.firstPeriod, year)
      reading.lastPeriod = Math.max(reading.lastPeriod, year)
      let found = areasOf.get(year)
      if (found === undefined) areasOf.set(year, (found = new Set()))
      found.add(area)
      const choice = filterColumns.map(({ i }) => cells[i]!.slice(0, LONGEST_NAME))
      const choiceKey = `${cells[identifier]}\u0000${choice.join('\u0000')}`
      for (const { column, indicator, i } of figureColumns) {
        reading.figures.read += 1
        const cell = readCell(cells[i]!)
        if (cell === undefined) {
          skip('not-a-figure', 'figures', number, `${column}: ${JSON.stringify(cells[i]!.slice(0, 60))}`)
          continue
        }
        const key = `${i}\u0000${choiceKey}`
        let series = seriesOf.get(key)
        if (series === undefined) {
          seriesOf.set(key, (series = seriesCount++))
          if (seriesCount > MOST_SERIES) throw refuseFile('too-many-series', `Found: more than ${MOST_SERIES} combinations of columns and filters.`)
          added.push({ indicator, column, filters: Object.fromEntries(filterColumns.map(({ name }, f) => [name, choice[f]!])), timeIdentifier: cells[identifier]!.trim().slice(0, LONGEST_NAME) })
        }
        if (cell.estimated) batch.estimated.add(batch.series.length)
        batch.series.push(series)
        batch.period.push(year)
        batch.area.push(area)
        batch.value.push(cell.value)
        batch.status.push(cell.status)
      }
      if (batch.series.length >= BATCH) await flush()
    }
  }
}

/** The way out for a file that looks like a published table and is another. */
export const AS_OWN = 'If it is another table, give it a name of its own (`name`), and it is kept beside the published one.'

const ofLevel = (level: Level, area: Area | undefined): number | SkipReason => (area?.level === level ? area.id : 'area-not-held')

const emptyBatch = (): Batch => ({ series: [], period: [], area: [], value: [], status: [], estimated: new Set() })

/** 2025, or 202425 with the second year following the first. */
function isPeriod(text: string): boolean {
  if (/^(19|20)\d\d$/.test(text)) return true
  return /^(19|20)\d{4}$/.test(text) && Number(text.slice(4)) === (Number(text.slice(2, 4)) + 1) % 100
}

/** @throws DomainError 422 where the header is not that of such a file */
function readHeader(names: string[]): string[] {
  const header = names.map((name) => name.trim().slice(0, LONGEST_NAME))
  if (header.length > MOST_COLUMNS) throw refuseFile('too-many-columns', `Found: ${header.length} columns, more than the ${MOST_COLUMNS} that are read.`)
  const lower = header.map((name) => name.toLowerCase())
  if (lower.includes('col_name') && lower.includes('col_type')) throw refuseFile('metadata-file', 'Found: the description of a data file (.meta.csv). Send the data file that it describes.')
  const [only] = header
  if (header.length === 1 && /time_period/i.test(only!) && /[;\t|]/.test(only!)) {
    throw refuseFile('not-csv', `Found: columns parted by ${only!.includes(';') ? 'semicolons' : only!.includes('\t') ? 'tabs' : 'upright strokes'}, not by commas.`)
  }
  const missing = REQUIRED.filter((name) => !lower.includes(name))
  if (missing.length > 0) {
    const near = missing.flatMap((name) => nearest(name, header, 1))
    const shown = header.slice(0, 12).map((name) => name.slice(0, 40)).join(', ')
    throw refuseFile('not-ees', `Found: no column ${missing.join(', ')}; the first row holds ${shown}${header.length > 12 ? ` and ${header.length - 12} more` : ''}.`, { suggestions: near })
  }
  const twice = lower.find((name, i) => lower.indexOf(name) !== i)
  if (twice !== undefined) throw refuseFile('duplicate-column', `Found: two columns named ${twice.slice(0, 60)}.`)
  return header
}

/** Settles whether the file is a known table, and what each of its columns is. */
function interpretHeader(header: string[], sample: string[][], { base, asked, asOwn }: { base: string; asked: string[]; asOwn: boolean }): OpenedFile {
  for (const name of asked) {
    if (!header.includes(name)) throw refuseFile('unknown-filter', `Found: no column ${name.slice(0, 60)} to take as a filter.`, { suggestions: nearest(name, header) })
    if (IDENTITY.has(name.toLowerCase())) throw refuseFile('unknown-filter', `Found: ${name} among the filters. It says where or when, which parts the rows already.`)
  }
  const alike = asOwn ? undefined : recogniseTable(header)
  if (alike !== undefined) {
    const file = asKnown(alike)
    if (file !== undefined) return file
  }
  const columns: ColumnReading[] = []
  const filters: string[] = []
  header.forEach((column, i) => {
    if (IDENTITY.has(column.toLowerCase())) return
    if (asked.includes(column) || !isOfFigures(sample, i)) filters.push(column)
    else columns.push({ column, indicator: ownCode(base, column, columns), known: false })
  })
  if (columns.length === 0) throw refuseFile('no-figures', 'Found: no column of figures beside those that say where and when.')
  return { table: undefined, base, columns, filters, constants: [] }

  /** Undefined where the rows are parted in a way that the table is not: by sex, by age. */
  function asKnown(table: Table): OpenedFile | undefined {
    const known = indicatorByColumn(table)
    const constants: OpenedFile['constants'] = []
    const ownColumns: ColumnReading[] = []
    const ownFilters: string[] = []
    for (const [i, column] of header.entries()) {
      const name = column.toLowerCase()
      const code = known.get(name)
      if (IDENTITY.has(name)) continue
      if (table.filters.includes(name)) ownFilters.push(column)
      else if (code !== undefined) ownColumns.push({ column, indicator: code, known: true })
      else if (!table.constants.includes(name) && isOfFigures(sample, i)) ownColumns.push({ column, indicator: ownCode(table.id, column, ownColumns), known: false })
      else {
        const value = sample[0]![i]!
        if (sample.some((row) => row[i] !== value) || (table.says?.[name] ?? value) !== value) return undefined
        constants.push({ column, value })
      }
    }
    if (asked.length > 0) throw refuseFile('unknown-filter', `Found: the published table '${table.title}', whose columns are known, and filters beside. Send it without filters. ${AS_OWN}`)
    return { table, base: table.id, columns: ownColumns, filters: ownFilters, constants }
  }
}

function ownCode(base: string, column: string, before: readonly ColumnReading[]): string {
  const code = `${base}.${slug(column)}`
  const alike = before.filter(({ indicator }) => indicator === code || indicator.startsWith(`${code}-`)).length
  return alike === 0 ? code : `${code}-${alike + 1}`
}

/** Numbers as people write them. They are not read as figures, and a column of them parts no rows. */
const WRITTEN_NUMBER = /^[£-]{0,2}\d[\d,. ]*%?$/

/** A column of figures is one most of whose cells are numbers or symbols; text parts the rows. */
function isOfFigures(sample: string[][], i: number): boolean {
  const filled = sample.filter((row) => row[i]!.trim() !== '')
  if (filled.length === 0) return true
  return filled.filter((row) => readCell(row[i]!) !== undefined || WRITTEN_NUMBER.test(row[i]!.trim())).length * 2 >= filled.length
}

/** A fault of the parser of CSV, as a refusal that says where; any other as it is. */
export function explained(error: unknown, row: number, refuse: Refuse = refuseFile): unknown {
  const { code } = error as Partial<CsvError>
  switch (code as string | undefined) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return refuse('truncated', `Found: a quotation mark after row ${row} that nothing closes; the file is cut short or damaged.`)
    case 'CSV_MAX_RECORD_SIZE':
      return row === 0
        ? refuse('too-many-columns', `Found: a first row of more than ${LONGEST_ROW} bytes, far more columns than the ${MOST_COLUMNS} that are read.`)
        : refuse('row-too-long', `Found: a row of more than ${LONGEST_ROW} bytes after row ${row}.`)
    case 'CSV_INVALID_CLOSING_QUOTE':
    case 'INVALID_OPENING_QUOTE':
    case 'CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE':
      return refuse('not-csv', `Found: a quotation mark out of place after row ${row}.`)
    default:
      return error
  }
}

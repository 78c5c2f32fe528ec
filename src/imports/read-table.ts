import { parse, type CsvError } from 'csv-parse'
import { Readable } from 'node:stream'
import type { Areas } from '../areas/areas.js'
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
}

export const SKIP_REASONS = {
  'level-not-held': 'Rows of a level other than national, regional and local authority are not held.',
  'area-not-held': 'No area is known by the codes of the row.',
  'area-codes-disagree': 'The codes of the row belong to different areas.',
  'period-not-understood': 'The time period is neither a year (2025) nor a pair of years (202425).',
  'held-twice': 'The same figure stood earlier in the file; the first is kept.',
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
}

export interface ReadOptions {
  areas: Areas
  /** First part of the codes of indicators of a table that is not known. */
  base: string
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
export async function readTable(chunks: AsyncIterable<Uint8Array>, sink: Sink, { areas, base, filters: asked = [], onProgress }: ReadOptions): Promise<Reading> {
  const reading: Reading = { rows: { read: 0, stored: 0, skipped: 0 }, figures: { read: 0, stored: 0, skipped: 0 }, skipped: [], warnings: [], firstPeriod: Infinity, lastPeriod: -Infinity }
  const skipped = new Map<SkipReason, Reading['skipped'][number]>()
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
  if (interpret === undefined) await begin()
  await flush()
  if (reading.rows.stored === 0) {
    const why = [...skipped.values()].map(({ message, count, samples }) => `${count} rows: ${message} For example: ${samples[0]?.found ?? ''}.`).join(' ')
    throw refuseFile('nothing-to-store', `Found: ${reading.rows.read} rows, none of which can be held. ${why}`)
  }
  if (lastByte !== 0x0a) reading.warnings.push('The file does not end with a line break, so its last row may be cut short. Compare it with the one published.')
  return { ...reading, skipped: [...skipped.values()] }

  function skip(reason: SkipReason, of: 'rows' | 'figures', number: number, found: string, count = 1) {
    const entry = skipped.get(reason) ?? { reason, message: SKIP_REASONS[reason], count: 0, of, samples: [] }
    entry.count += count
    if (entry.samples.length < SAMPLES) entry.samples.push({ row: number, found: found.slice(0, 120) })
    skipped.set(reason, entry)
    reading[of].skipped += count
  }

  /** Settles what each column is, and reads the rows that were looked at for that. */
  async function begin() {
    const file = interpretHeader(header!, sample, { base, asked })
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

  function rowReader({ columns, filters }: OpenedFile) {
    const place = new Map(header!.map((name, i) => [name.toLowerCase(), i]))
    const at = (name: string) => place.get(name) ?? -1
    const [period, identifier, level, country, region, oldCode, newCode] = ['time_period', 'time_identifier', 'geographic_level', 'country_code', 'region_code', 'old_la_code', 'new_la_code'].map(at) as [number, number, number, number, number, number, number]
    const figureColumns = columns.map(({ column, indicator }) => ({ column, indicator, i: header!.indexOf(column) }))
    const filterColumns = filters.map((name) => ({ name, i: header!.indexOf(name) }))
    const seriesOf = new Map<string, number>()
    let seriesCount = 0
    const areaOf = new Map<string, number | SkipReason>()

    function findArea(cells: string[]): number | SkipReason {
      switch (cells[level]!.trim().toLowerCase()) {
        case 'national':
          return areas.byCode.get(cells[country]!.trim())?.id ?? 'area-not-held'
        case 'regional':
          return areas.byCode.get((cells[region] ?? '').trim())?.id ?? 'area-not-held'
        case 'local authority': {
          const found = [cells[oldCode], cells[newCode]].filter((code) => code !== undefined && code.trim() !== '').map((code) => areas.find(code!)?.area.id)
          const [first] = found.filter((id) => id !== undefined)
          if (first === undefined) return 'area-not-held'
          return found.some((id) => id !== undefined && id !== first) ? 'area-codes-disagree' : first
        }
        default:
          return 'level-not-held'
      }
    }

    return async (cells: string[], number: number) => {
      reading.rows.read += 1
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

const emptyBatch = (): Batch => ({ series: [], period: [], area: [], value: [], status: [] })

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

function interpretHeader(header: string[], sample: string[][], { base, asked }: { base: string; asked: string[] }): OpenedFile {
  const table = recogniseTable(header)
  const own = table?.id ?? base
  const known = table === undefined ? new Map<string, string>() : indicatorByColumn(table)
  const unknownFilter = asked.find((name) => !header.includes(name))
  if (unknownFilter !== undefined) throw refuseFile('unknown-filter', `Found: no column ${unknownFilter.slice(0, 60)} to take as a filter.`, { suggestions: nearest(unknownFilter, header) })
  const columns: ColumnReading[] = []
  const filters: string[] = []
  header.forEach((column, i) => {
    const name = column.toLowerCase()
    if (IDENTITY.has(name) || table?.constants.includes(name)) return
    const code = known.get(name)
    if (asked.includes(column) || table?.filters.includes(name)) filters.push(column)
    else if (code !== undefined) columns.push({ column, indicator: code, known: true })
    else if (isOfFigures(sample, i)) columns.push({ column, indicator: ownCode(column), known: false })
    else filters.push(column)
  })
  function ownCode(column: string): string {
    const code = `${own}.${slug(column)}`
    const alike = columns.filter(({ indicator }) => indicator === code || indicator.startsWith(`${code}-`)).length
    return alike === 0 ? code : `${code}-${alike + 1}`
  }
  if (columns.length === 0) throw refuseFile('no-figures', 'Found: no column of figures beside those that say where and when.')
  return { table, base: own, columns, filters }
}

/** A column of figures is one most of whose cells are numbers or symbols; text parts the rows. */
function isOfFigures(sample: string[][], i: number): boolean {
  const filled = sample.filter((row) => row[i]!.trim() !== '')
  if (filled.length === 0) return true
  return filled.filter((row) => readCell(row[i]!) !== undefined).length * 2 >= filled.length
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

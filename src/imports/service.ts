import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { lstat, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Transaction } from 'kysely'
import type { Areas } from '../areas/areas.js'
import type { Database } from '../db/database.js'
import type { Schema } from '../db/schema.js'
import { payloadTooLarge } from '../errors.js'
import { periodText, yearOf } from '../indicators/figures.js'
import { LICENCE } from '../indicators/vocabulary.js'
import { beginDataset, countPlaces, findClash, findDatasetsByHash, findFiltersOf, finishDataset, insertObservations, insertSeries, lockImports, upsertIndicators } from './queries.js'
import { AS_OWN, readTable, type OpenedFile, type Reading } from './read-table.js'
import { slug } from './slug.js'
import { INDICATORS, TABLES, findRelease, releaseOf, titleOf, type Table } from './tables.js'
import { checkStart, refuseFile } from './text-check.js'

export const LARGEST_FILE = 512 * 1024 * 1024

/** First part of the names of folders that hold a file while it arrives; six letters follow. */
const FOLDER = 'evident-import-'
const A_DAY = 24 * 60 * 60 * 1000

/** Removes what a process that was killed left of files on their way in. One of today may be another's that still runs. */
export async function clearAbandoned(where = tmpdir(), now = Date.now()): Promise<number> {
  const names = (await readdir(where).catch(() => [])).filter((name) => name.startsWith(FOLDER) && name.length === FOLDER.length + 6)
  const removed = await Promise.all(
    names.map(async (name) => {
      const path = join(where, name)
      try {
        const found = await lstat(path)
        if (!found.isDirectory() || now - found.mtimeMs < A_DAY) return false
        await rm(path, { recursive: true })
        return true
      } catch {
        // Gone by now, or somebody else's.
        return false
      }
    })
  )
  return removed.filter(Boolean).length
}

export interface ImportOptions {
  fileName?: string | undefined
  /** The name of a data set, which is then a table of its own even where it looks like a known one. */
  name?: string | undefined
  filters?: string[] | undefined
  onProgress?: (rows: number) => void
}

export interface ImportReport {
  dataset: { id: string; title: string; release: string; known: boolean; hash: string; firstPeriod: number; lastPeriod: number }
  /** Nothing was stored, because this very file is held. */
  unchanged: boolean
  /** An older file of the same table and release gave way. */
  replaced: boolean
  rows: Reading['rows']
  figures: Reading['figures']
  skipped: Reading['skipped']
  columns: OpenedFile['columns']
  filters: string[]
  warnings: string[]
  seconds: number
}

export interface ImportService {
  /** Imports a file as it arrives: it is kept aside until it is whole, so that a slow sender holds nothing up. */
  importStream(chunks: AsyncIterable<Uint8Array>, options?: ImportOptions): Promise<ImportReport>
  importFile(path: string, options?: ImportOptions): Promise<ImportReport>
}

interface Deps {
  database: Pick<Database, 'kysely'>
  areas: Areas
  /** Told of every file, null where it was not taken, for whoever counts them. */
  onImported?: (report: ImportReport | null) => void
}

export function importService({ database, areas, onImported }: Deps): ImportService {
  let last: Promise<unknown> = Promise.resolve()

  /** One after another: each would hold a connection while it waits for the one before, until none were left for readers. */
  function inTurn<T>(run: () => Promise<T>): Promise<T> {
    const turn = last.then(run, run)
    last = turn.catch(() => undefined)
    return turn
  }

  return {
    importStream: (chunks, options = {}) => told(() => importChunks(chunks, options)),
    importFile: (path, options = {}) => told(() => importWhole(path, { fileName: basename(path), ...options }))
  }

  async function told(run: () => Promise<ImportReport>): Promise<ImportReport> {
    let report: ImportReport | null = null
    try {
      return (report = await run())
    } finally {
      onImported?.(report)
    }
  }

  async function importChunks(chunks: AsyncIterable<Uint8Array>, options: ImportOptions): Promise<ImportReport> {
    const folder = await mkdtemp(join(tmpdir(), FOLDER))
    try {
      const path = join(folder, 'file.csv')
      await pipeline(limited(chunks), createWriteStream(path))
      return await importWhole(path, options)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  async function importWhole(path: string, options: ImportOptions): Promise<ImportReport> {
    if ((await stat(path)).size > LARGEST_FILE) throw tooLarge()
    const hash = createHash('sha256')
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
    return inTurn(() => storeTable(database, areas, createReadStream(path), hash.digest('hex'), { ...options, origin: 'imported' }))
  }
}

const tooLarge = () => payloadTooLarge(`The file is over the limit of ${LARGEST_FILE / 1024 / 1024} MiB.`)

async function* limited(chunks: AsyncIterable<Uint8Array>) {
  let size = 0
  for await (const chunk of chunks) {
    if (size === 0) checkStart(chunk)
    size += chunk.length
    if (size > LARGEST_FILE) throw tooLarge()
    yield chunk
  }
}

/** First part of the names of what a file becomes that is no known table; never that of one. */
function baseOf(name: string): string {
  const base = slug(name)
  return TABLES.some(({ id }) => id === base) ? `own-${base}` : base
}

/** A published table lists every council, with a symbol where nothing is published: fewer than nine in ten are an extract. */
const WHOLE = 0.9
/** A release that is published again may leave out a little, such as a council that ended; not years. */
const AGAIN = 0.95
/** More cells than one in a hundred that cannot be read are no slip. */
const UNREADABLE = 0.01

/**
 * A release of a known table gives every council's figures from then on, so half of one would take the
 * other half away.
 * @throws DomainError 422 where the file is not the whole of a release
 */
function requireWhole(table: Table, reading: Reading, { councils, thisYear, heldPlaces }: { councils: number; thisYear: number; heldPlaces: number }): void {
  const unreadable = reading.skipped.find(({ reason }) => reason === 'not-a-figure')
  if (unreadable !== undefined && unreadable.count > reading.figures.read * UNREADABLE) {
    const [sample] = unreadable.samples
    throw refuseFile('unreadable-figures', `Found: ${unreadable.count} of ${reading.figures.read} cells of '${table.title}' that are neither numbers nor symbols, such as row ${sample!.row}, ${sample!.found}.`)
  }
  if (yearOf(reading.lastPeriod) > thisYear) throw refuseFile('future-period', `Found: figures for ${periodText(reading.lastPeriod)} in '${table.title}', which is yet to come. ${AS_OWN}`)
  if (reading.councils < councils * WHOLE) throw refuseFile('partial-table', `Found: ${reading.councils} of ${councils} councils in '${table.title}' for ${periodText(reading.lastPeriod)}. A part would take the place of the whole. ${AS_OWN}`)
  if (reading.places < heldPlaces * AGAIN) throw refuseFile('partial-table', `Found: rows for ${reading.places} pairs of a period and an area in '${table.title}', where the same release is held with ${heldPlaces}. A part would take the place of the whole. ${AS_OWN}`)
}

/** Of the data sets that a file became, the one that was read as it is asked to be read now. */
async function findAsAsked<T extends { id: number; slug: string; release: string }>(trx: Transaction<Schema>, list: readonly T[], base: string | undefined, filters: readonly string[]): Promise<T | undefined> {
  for (const held of list) {
    if (base !== undefined && held.slug !== `${base}-${held.release}`) continue
    const parted = filters.length === 0 ? [] : await findFiltersOf(trx, held.id)
    if (filters.every((name) => parted.includes(name))) return held
  }
  return undefined
}

/** Stores the figures of one file in one transaction, unless that very file is held. */
export async function storeTable(
  { kysely }: Pick<Database, 'kysely'>,
  areas: Areas,
  chunks: AsyncIterable<Uint8Array>,
  hash: string,
  { fileName, name, filters = [], onProgress, origin }: ImportOptions & { origin: 'shipped' | 'imported' }
): Promise<ImportReport> {
  const started = performance.now()
  const base = baseOf(name ?? fileName?.replace(/\.csv$/i, '') ?? `file-${hash.slice(0, 8)}`)
  return kysely.transaction().execute(async (trx) => {
    await lockImports(trx)
    const sameFile = await findDatasetsByHash(trx, hash)
    const held = await findAsAsked(trx, sameFile, name === undefined ? undefined : base, filters)
    if (held !== undefined) {
      const nothing = { read: 0, stored: 0, skipped: 0 }
      return {
        dataset: { id: held.slug, title: held.title, release: held.release, known: held.table_code !== null, hash, firstPeriod: held.first_period, lastPeriod: held.last_period },
        unchanged: true,
        replaced: false,
        rows: nothing,
        figures: nothing,
        skipped: [],
        columns: [],
        filters: [],
        warnings: [],
        seconds: seconds(started)
      }
    }
    const id = await beginDataset(trx, hash)
    let opened: OpenedFile | undefined
    const ids: number[] = []
    const reading = await readTable(
      chunks,
      {
        async open(file) {
          opened = file
          const labels = new Map(INDICATORS.map((record) => [record.code, record]))
          await upsertIndicators(
            trx,
            file.columns.map(({ column, indicator }) => labels.get(indicator) ?? { code: indicator, label: column.replaceAll('_', ' '), unit: 'not-stated', group: 'imported' })
          )
        },
        async write(added, batch) {
          ids.push(...(await insertSeries(trx, id, added)))
          const placed = { ...batch, series: batch.series.map((place) => ids[place]!) }
          const stored = await insertObservations(trx, placed)
          const clash = stored === batch.series.length ? undefined : await findClash(trx, placed)
          if (clash !== undefined) {
            const { column, period, area, values } = clash
            throw refuseFile('figures-disagree', `Found: ${column} of ${area} for ${periodText(period)} more than once, as ${values[0]} and as ${values[1]}. Where a column of numbers parts the rows, such as one of ages, name it in \`filters\`.`)
          }
          return stored
        }
      },
      { areas, base, asOwn: name !== undefined, filters, ...(onProgress === undefined ? {} : { onProgress }) }
    )
    const { table, columns, filters: parted } = opened!
    const release = releaseOf(reading.lastPeriod, table)
    if (table !== undefined) requireWhole(table, reading, { councils: areas.councils.length, thisYear: new Date().getUTCFullYear(), heldPlaces: await countPlaces(trx, `${table.id}-${release}`) })
    const known = table === undefined ? undefined : findRelease(table.publication, release)
    const warnings = [...reading.warnings]
    if (table === undefined) warnings.push('This is not one of the tables that the service knows: its columns are kept as indicators of their own and are not used for needs profiles or benchmarks.')
    if (columns.some(({ known }) => !known) && table !== undefined) warnings.push(`Columns that are new to the service are kept as indicators of their own: ${columns.filter(({ known }) => !known).map(({ column }) => column).join(', ')}.`)
    const dataset = {
      slug: `${table?.id ?? base}-${release}`,
      tableCode: table?.id ?? null,
      title: table === undefined ? (name ?? fileName ?? 'Imported file') : titleOf(table),
      release,
      publisher: table?.publisher ?? 'Not stated in the file',
      licence: LICENCE,
      url: known?.url ?? null,
      populationBase: known?.populationBase ?? null,
      origin,
      fileName: fileName ?? null,
      hash,
      firstPeriod: reading.firstPeriod,
      lastPeriod: reading.lastPeriod
    }
    const { replaced } = await finishDataset(
      trx,
      id,
      dataset,
      sameFile.filter(({ table_code }) => table_code === null).map((one) => one.id)
    )
    return {
      dataset: { id: dataset.slug, title: dataset.title, release, known: table !== undefined, hash, firstPeriod: reading.firstPeriod, lastPeriod: reading.lastPeriod },
      unchanged: false,
      replaced,
      rows: reading.rows,
      figures: reading.figures,
      skipped: reading.skipped,
      columns,
      filters: parted,
      warnings,
      seconds: seconds(started)
    }
  })
}

const seconds = (started: number) => Math.round(performance.now() - started) / 1000

import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Areas } from '../areas/areas.js'
import type { Database } from '../db/database.js'
import { payloadTooLarge } from '../errors.js'
import { LICENCE } from '../indicators/vocabulary.js'
import { beginDataset, findDatasetByHash, finishDataset, insertObservations, insertSeries, lockImports, upsertIndicators } from './queries.js'
import { readTable, type OpenedFile, type Reading } from './read-table.js'
import { slug } from './slug.js'
import { INDICATORS, findRelease, releaseOf } from './tables.js'
import { checkStart } from './text-check.js'

export const LARGEST_FILE = 512 * 1024 * 1024

export interface ImportOptions {
  fileName?: string | undefined
  /** The name of a data set that is not one of the known tables. */
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

export function importService({ database, areas }: { database: Pick<Database, 'kysely'>; areas: Areas }): ImportService {
  return {
    async importStream(chunks, options = {}) {
      const folder = await mkdtemp(join(tmpdir(), 'evident-import-'))
      try {
        const path = join(folder, 'file.csv')
        await pipeline(limited(chunks), createWriteStream(path))
        return await importWhole(path, options)
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    },
    importFile: (path, options = {}) => importWhole(path, { fileName: basename(path), ...options })
  }

  async function importWhole(path: string, options: ImportOptions): Promise<ImportReport> {
    if ((await stat(path)).size > LARGEST_FILE) throw tooLarge()
    const hash = createHash('sha256')
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
    return storeTable(database, areas, createReadStream(path), hash.digest('hex'), { ...options, origin: 'imported' })
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

/** Stores the figures of one file in one transaction, unless that very file is held. */
export async function storeTable(
  { kysely }: Pick<Database, 'kysely'>,
  areas: Areas,
  chunks: AsyncIterable<Uint8Array>,
  hash: string,
  { fileName, name, filters = [], onProgress, origin }: ImportOptions & { origin: 'shipped' | 'imported' }
): Promise<ImportReport> {
  const started = performance.now()
  const base = slug(name ?? fileName?.replace(/\.csv$/i, '') ?? `file-${hash.slice(0, 8)}`)
  return kysely.transaction().execute(async (trx) => {
    await lockImports(trx)
    const held = await findDatasetByHash(trx, hash)
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
          return insertObservations(trx, { ...batch, series: batch.series.map((place) => ids[place]!) })
        }
      },
      { areas, base, filters, ...(onProgress === undefined ? {} : { onProgress }) }
    )
    const { table, columns, filters: parted } = opened!
    const release = releaseOf(reading.lastPeriod, table)
    const known = table === undefined ? undefined : findRelease(table.publication, release)
    const warnings = [...reading.warnings]
    if (table === undefined) warnings.push('This is not one of the tables that the service knows: its columns are kept as indicators of their own and are not used for needs profiles or benchmarks.')
    if (columns.some(({ known }) => !known) && table !== undefined) warnings.push(`Columns that are new to the service are kept as indicators of their own: ${columns.filter(({ known }) => !known).map(({ column }) => column).join(', ')}.`)
    const dataset = {
      slug: `${table?.id ?? base}-${release}`,
      tableCode: table?.id ?? null,
      title: table === undefined ? (name ?? fileName ?? 'Imported file') : `${table.publication}: ${table.title}`,
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
    const { replaced } = await finishDataset(trx, id, dataset)
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

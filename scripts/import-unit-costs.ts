import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { openAreas } from '../src/areas/service.js'
import { ConfigError, loadConfig } from '../src/config.js'
import { openDatabase } from '../src/db/database.js'
import { LockedError } from '../src/db/lock.js'
import { migrateToLatest } from '../src/db/migrate.js'
import { DomainError } from '../src/errors.js'
import type { UnitCostEditionReport } from '../src/unit-costs/schemas.js'
import { unitCostService } from '../src/unit-costs/service.js'

/** Loads an edition of a unit cost database into the database that the environment names. */
const USAGE = 'Usage: npm run unit-costs:import -- FILE --edition NAME [--published 2026-01] [--publisher NAME] [--licence NAME]\nFILE is a CSV, one row for each unit cost. With a date of publication later than that of the edition in use, it becomes the default.'

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { edition: { type: 'string' }, published: { type: 'string' }, publisher: { type: 'string' }, licence: { type: 'string' } }
    })
    const [file] = positionals
    if (file === undefined || positionals.length > 1 || values.edition === undefined || !/[A-Za-z0-9]/.test(values.edition)) return undefined
    if (values.published !== undefined && !/^(19|20)\d{2}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/.test(values.published)) return undefined
    return { file, options: { ...values, edition: values.edition, fileName: basename(file) } }
  } catch {
    return undefined
  }
}

const given = readArguments()
if (given === undefined) {
  console.error(USAGE)
  process.exit(2)
}

try {
  const database = await openDatabase(loadConfig())
  try {
    await migrateToLatest(database)
    const unitCosts = unitCostService({ database, areas: await openAreas(database) })
    console.log(told(given.file, await unitCosts.load(createReadStream(given.file), given.options)))
  } finally {
    await database.close()
  }
} catch (error) {
  const known = error instanceof ConfigError || error instanceof LockedError || error instanceof DomainError || (error as NodeJS.ErrnoException).syscall !== undefined
  console.error(known ? (error as Error).message : error)
  process.exitCode = 1
}

function told(file: string, { edition, unchanged, rows, figures, skipped, columns, warnings }: UnitCostEditionReport): string {
  const lines = unchanged
    ? [`${file}: held already as ${edition.id}; nothing was changed.`]
    : rows.stored === 0
      ? [`${file}: held already as ${edition.id}.`]
      : [
          `${file}: stored as ${edition.id}${edition.isDefault ? ', and now the default' : ''}.`,
          `  rows: ${rows.read} read, ${rows.stored} stored, ${rows.skipped} skipped; figures: ${figures.read} read, ${figures.stored} stored, ${figures.skipped} skipped`,
          ...(columns.ignored.length === 0 ? [] : [`  columns not read: ${columns.ignored.join(', ')}`]),
          ...skipped.map(({ message, count, of, samples }) => `  ${count} ${of}: ${message} For example row ${samples[0]?.row}: ${samples[0]?.found}`)
        ]
  return [...lines, ...warnings.map((warning) => `  ${warning}`)].join('\n')
}

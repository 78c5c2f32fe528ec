import { statSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { openAreas, seedAreas } from '../src/areas/service.js'
import { ConfigError, loadConfig } from '../src/config.js'
import { openDatabase } from '../src/db/database.js'
import { LockedError } from '../src/db/lock.js'
import { migrateToLatest } from '../src/db/migrate.js'
import { DomainError } from '../src/errors.js'
import { importService, type ImportReport } from '../src/imports/service.js'
import { seedStatistics } from '../src/indicators/service.js'

/** Imports data files of 'Explore education statistics' into the database that the environment names. */
const usage = 'Usage: npm run import -- [--name NAME] [--filters COLUMN,COLUMN] FILE...\nEach FILE is a CSV of explore-education-statistics.service.gov.uk, as downloaded.\nA file with a name is a table of its own, kept beside the published ones. Filters are columns of numbers that part the rows, such as ages.'
const { name, filters, files } = readArguments()

function readArguments() {
  try {
    const { values, positionals } = parseArgs({ options: { name: { type: 'string' }, filters: { type: 'string' } }, allowPositionals: true })
    if (positionals.length === 0 || (values.name !== undefined && (positionals.length > 1 || !/[A-Za-z0-9]/.test(values.name)))) throw new Error(positionals.length > 1 ? 'A name is for one file.' : '')
    return { name: values.name, filters: values.filters?.split(',').map((one) => one.trim()).filter((one) => one !== ''), files: positionals }
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`.trim())
    return process.exit(2)
  }
}

try {
  const database = await openDatabase(loadConfig())
  try {
    await migrateToLatest(database)
    await seedAreas(database)
    const areas = await openAreas(database)
    await seedStatistics(database, areas)
    const imports = importService({ database, areas })
    for (const file of files) {
      const size = statSync(file).size
      const report = await imports.importFile(file, { name, filters, onProgress: (rows) => progress(`${file} (${(size / 1e6).toFixed(1)} MB): ${rows.toLocaleString('en-GB')} rows read`) })
      progress('')
      console.log(told(file, report))
    }
  } finally {
    await database.close()
  }
} catch (error) {
  progress('')
  const known = error instanceof ConfigError || error instanceof LockedError || error instanceof DomainError || (error as NodeJS.ErrnoException).syscall === 'stat'
  console.error(known ? (error as Error).message : error)
  process.exitCode = 1
}

/** One line that is written over, on a terminal only. */
function progress(text: string) {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`)
}

function told(file: string, { dataset, unchanged, replaced, rows, figures, skipped, warnings, seconds }: ImportReport): string {
  if (unchanged) return `${file}: held already as ${dataset.id}; nothing was changed.`
  const rate = seconds > 0 ? `, ${Math.round(figures.stored / seconds).toLocaleString('en-GB')} figures a second` : ''
  return [
    `${file}: ${replaced ? 'took the place of' : 'stored as'} ${dataset.id} (${dataset.title}, release ${dataset.release}).`,
    `  rows: ${rows.read} read, ${rows.stored} stored, ${rows.skipped} skipped; figures: ${figures.read} read, ${figures.stored} stored, ${figures.skipped} skipped; ${seconds.toFixed(1)} s${rate}`,
    ...skipped.map(({ message, count, of, samples }) => `  ${count} ${of}: ${message} For example row ${samples[0]?.row}: ${samples[0]?.found}`),
    ...warnings.map((warning) => `  ${warning}`)
  ].join('\n')
}

import { createHash } from 'node:crypto'
import { createReadStream, existsSync, openSync, readSync, closeSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { adminService } from '../src/access/admin.js'
import { BackupError } from '../src/db/backup/backup-error.js'
import { backUpEmbedded, restoreEmbedded } from '../src/db/backup/embedded.js'
import { backUpPostgres, restorePostgres, sizeOf } from '../src/db/backup/postgres.js'
import { ConfigError, loadConfig } from '../src/config.js'
import { openDatabase } from '../src/db/database.js'
import { LockedError } from '../src/db/lock.js'
import { pendingMigrations } from '../src/db/migrate.js'

const USAGE = `Usage: npm run backup -- FILE               writes the database into a new file
       npm run restore -- FILE [--replace]  puts it back; into a database that holds anything only with --replace

The database is the one that the environment names. PostgreSQL is backed up while the service runs, and needs
pg_dump, pg_restore and psql of the server's version. The embedded database is open to one process: stop the server first.`

/** How a file begins: pg_dump's custom format, and gzip, in which the embedded engine writes its folder. */
const MAGIC = { postgres: 'PGDMP', embedded: '\x1f\x8b' } as const

async function main(): Promise<void> {
  const { restoring, path, replace } = understood(process.argv.slice(2))
  const config = loadConfig()
  const engine = config.databaseUrl === null ? 'embedded' : 'postgres'
  if (!restoring) {
    if (existsSync(path)) throw new BackupError(`${path} exists, and nothing is overwritten unasked. Name another file.`)
    await (config.databaseUrl === null ? backUpEmbedded(config.dataDir, path) : backUpPostgres(config.databaseOwnerUrl ?? config.databaseUrl, path))
    console.log(`Backed up: ${path}, ${(sizeOf(path) / 1e6).toFixed(1)} MB, sha256 ${await digestOf(path)}\nIt holds what every council keeps, and hashes of keys: keep it where only they may read it who may read the database.`)
    return
  }
  if (!existsSync(path)) throw new BackupError(`There is no file ${path}.`)
  if (!beginsWith(path, MAGIC[engine])) throw new BackupError(`${path} is no backup of ${engine === 'postgres' ? 'a PostgreSQL server (DATABASE_URL names one)' : 'the embedded database (no DATABASE_URL is set)'}. A backup goes back into the engine it came from.`)
  await (config.databaseUrl === null ? restoreEmbedded(config.dataDir, path, { replace }) : restorePostgres(config.databaseOwnerUrl ?? config.databaseUrl, path, { replace }))
  const database = await openDatabase(config)
  try {
    const pending = await pendingMigrations(database.kysely)
    const trails = await adminService({ database }).verifyAudit()
    const broken = trails.filter(({ fault }) => fault !== null)
    console.log(`Restored from ${path}. ${pending.length === 0 ? 'Its tables are those of this version.' : `The next start brings it up to date (${pending.join(', ')}).`}`)
    console.log(broken.length === 0 ? `The trail of changes is whole: ${trails.length} trails, ${trails.reduce((sum, { entries }) => sum + entries, 0)} entries.` : `The trail of changes is BROKEN: ${broken.map(({ name, organisation, fault }) => `${name ?? organisation}: ${fault}`).join('; ')}`)
    if (broken.length > 0) process.exitCode = 1
  } finally {
    await database.close()
  }
}

class UsageError extends BackupError {}

function understood([verb, ...words]: string[]) {
  try {
    const restoring = verb === 'restore'
    if (!restoring && verb !== 'backup') throw new Error('Say what to do.')
    const { values, positionals } = parseArgs({ args: words, options: restoring ? { replace: { type: 'boolean' } } : {}, allowPositionals: true })
    if (positionals.length !== 1) throw new Error('Name one file.')
    return { restoring, path: positionals[0]!, replace: (values as { replace?: boolean }).replace === true }
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${USAGE}`)
  }
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

function beginsWith(path: string, magic: string): boolean {
  const start = Buffer.alloc(magic.length)
  const file = openSync(path, 'r')
  try {
    return readSync(file, start) === magic.length && start.equals(Buffer.from(magic, 'latin1'))
  } finally {
    closeSync(file)
  }
}

try {
  await main()
} catch (error) {
  const known = error instanceof BackupError || error instanceof ConfigError || error instanceof LockedError
  console.error(known ? error.message : error)
  process.exitCode = error instanceof UsageError ? 2 : 1
}

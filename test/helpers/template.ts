import { createHash, randomUUID } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import pg from 'pg'
import { openAreas, seedAreas } from '../../src/areas/service.js'
import { seedCatalogue } from '../../src/curation/upgrade.js'
import { embeddedDatabase, openDatabase, type Database } from '../../src/db/database.js'
import { migrateToLatest } from '../../src/db/migrate.js'
import { seedStatistics } from '../../src/indicators/service.js'
import { PARSERS } from '../../src/db/parsers.js'
import { packageRoot } from '../../src/package-root.js'

/**
 * A migrated database with the catalogue in it takes seconds to make and a fraction of one to copy;
 * one with the published statistics too takes longer, so only tests that need them ask for them.
 * So one is made for each state of what goes into it, and every test gets a copy of its own.
 */
export type Contents = 'tables' | 'catalogue' | 'statistics'

/** What each state depends on. */
const FOLDERS: Record<Contents, string[]> = {
  tables: ['migrations'],
  catalogue: ['migrations', 'src/catalogue', 'src/curation', 'src/areas'],
  statistics: ['migrations', 'src/catalogue', 'src/curation', 'src/areas', 'src/indicators', 'src/imports']
}

const hashOfFolder = (folder: string) => {
  const hash = createHash('sha256')
  for (const name of (readdirSync(join(packageRoot(), folder), { recursive: true }) as string[]).sort()) {
    if (/\.(ts|js|yaml|json)$/.test(name)) hash.update(name).update(readFileSync(join(packageRoot(), folder, name)))
  }
  return hash.digest('hex')
}

const templateKey = (contents: Contents) => {
  const hash = createHash('sha256').update(readFileSync(join(packageRoot(), 'node_modules/@electric-sql/pglite/package.json')))
  for (const folder of FOLDERS[contents]) hash.update(hashOfFolder(folder))
  return `${contents}_${hash.digest('hex').slice(0, 16)}`
}

async function fill(database: Database, contents: Contents) {
  await migrateToLatest(database)
  if (contents === 'tables') return
  await seedCatalogue(database)
  await seedAreas(database)
  if (contents === 'statistics') await seedStatistics(database, await openAreas(database))
}

/** Creates, once, and copies a database that lives in memory. */
export async function embeddedCopy(contents: Contents, acquireTimeoutMs?: number): Promise<Database> {
  return embeddedDatabase(await PGlite.create({ loadDataDir: await template(contents), parsers: { ...PARSERS } }), acquireTimeoutMs)
}

/** The same on disk, as a server opens it with DATA_DIR. */
export async function folderCopy(folder: string, contents: Contents): Promise<void> {
  const engine = await PGlite.create({ dataDir: join(folder, 'postgres'), loadDataDir: await template(contents) })
  await engine.close()
}

async function template(contents: Contents): Promise<Blob> {
  const folder = join(packageRoot(), 'node_modules', '.cache', 'evident')
  const path = join(folder, `${templateKey(contents)}.tar`)
  if (!existsSync(path)) await writeTemplate(folder, path, contents)
  return new Blob([readFileSync(path)])
}

async function writeTemplate(folder: string, path: string, contents: Contents) {
  mkdirSync(folder, { recursive: true })
  // Of the log of changes as little as can be is left: it would be most of what every copy has to read.
  const engine = await PGlite.create({ parsers: { ...PARSERS }, postgresqlconf: ['min_wal_size=32MB', 'max_wal_size=32MB'] })
  const database = embeddedDatabase(engine)
  await fill(database, contents)
  await engine.exec('checkpoint')
  const tar = await engine.dumpDataDir('none')
  await database.close()
  for (const old of readdirSync(folder)) if (old.startsWith(contents) && old.endsWith('.tar') && old !== basename(path)) rmSync(join(folder, old), { force: true })
  // Linked into place, where no test file running beside this one was first: what one of them is reading stays as it is.
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, Buffer.from(await tar.arrayBuffer()))
  try {
    linkSync(draft, path)
  } catch (error) {
    if ((error as { code?: string }).code !== 'EEXIST') throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

/** Creates, once, and copies a database on the server that TEST_DATABASE_URL names; the copy is dropped when closed. */
export async function serverCopy(url: string, contents: Contents): Promise<Database & { url: string }> {
  const template = `evident_template_${templateKey(contents)}`
  await asAdmin(url, async (admin) => {
    await admin.query('select pg_advisory_lock(4907110)')
    const { rowCount } = await admin.query('select from pg_database where datname = $1', [template])
    if (rowCount === 0) {
      const draft = `evident_draft_${randomUUID().replaceAll('-', '')}`
      await admin.query(`create database ${draft}`)
      const database = await openDatabase(configFor(withDatabase(url, draft)))
      await fill(database, contents).finally(() => database.close())
      await admin.query(`alter database ${draft} rename to ${template}`)
      const old = await admin.query<{ datname: string }>('select datname from pg_database where datname like $1 and datname <> $2', [`evident\\_template\\_${contents}\\_%`, template])
      for (const { datname } of old.rows) await admin.query(`drop database if exists ${datname}`).catch(() => {})
    }
  })
  const name = `evident_test_${randomUUID().replaceAll('-', '')}`
  await asAdmin(url, (admin) => admin.query(`create database ${name} template ${template}`))
  const own = withDatabase(url, name)
  const database = await openDatabase(configFor(own))
  return {
    ...database,
    url: own,
    close: async () => {
      await database.close()
      await asAdmin(url, (admin) => admin.query(`drop database if exists ${name} with (force)`))
    }
  }
}

export const configFor = (databaseUrl: string | null, dataDir = '') => ({ databaseUrl, databasePoolSize: 4, dataDir })

export const withDatabase = (url: string, name: string) => Object.assign(new URL(url), { pathname: `/${name}` }).href

export async function asAdmin<T>(url: string, work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  try {
    return await work(admin)
  } finally {
    await admin.end()
  }
}

import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { adminService } from '../../src/access/admin.js'
import { OPEN_ACCESS } from '../../src/access/service.js'
import { SCOPES } from '../../src/access/vocabulary.js'
import { buildApp } from '../../src/app.js'
import { openDatabase } from '../../src/db/database.js'
import { LOCAL_ORGANISATION } from '../../src/db/schema.js'
import { NORFOLK, ROOMY } from '../helpers/access.js'
import { testDeps } from '../helpers/app.js'
import { configFor, folderCopy, serverCopy } from '../helpers/template.js'

/**
 * The service under test, as a process of its own over a database of its own, listening on loopback.
 * Beside what it serves, whoever started it may ask by message what was stored, for keys, and for how
 * much memory it has: started by run.ts.
 */

export interface Asks {
  /** Tables written to since an entry of the list of changes, and the last entry. */
  changes: { since: number }
  counts: null
  keys: null
  memory: null
  audit: null
  files: null
}
export interface Answers {
  changes: { last: number; tables: string[] }
  counts: Record<string, number>
  keys: Record<string, string>
  memory: { rss: number; heapUsed: number }
  /** What is wrong with the trails of changes. */
  audit: string[]
  /** Files left in the folder for temporary ones. */
  files: string[]
}

// Its own, so that a file that an import leaves behind is seen.
const folder = mkdtempSync(join(tmpdir(), 'evident-fuzz-'))
const temporary = mkdtempSync(join(folder, 'temporary-'))
process.env['TMPDIR'] = temporary

const url = process.env['TEST_DATABASE_URL'] ?? ''
const database = url === '' ? await onDisk() : await serverCopy(url, 'statistics')

async function onDisk() {
  await folderCopy(folder, 'statistics')
  return openDatabase(configFor(null, folder))
}

/**
 * Every table notes that it was written to, in the same transaction: so what is rolled back leaves no
 * note, and what was stored is known after each request at the price of reading one small table.
 */
async function watchTables() {
  const db = database.kysely
  await sql`create table fuzz_change (id bigserial primary key, of_table text not null)`.execute(db)
  const { rows } = await sql<{ name: string }>`select tablename as name from pg_tables where schemaname = 'public' and tablename <> 'fuzz_change' order by 1`.execute(db)
  await sql.raw(`create function fuzz_note() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$ begin if exists (select from changed) then insert into fuzz_change (of_table) values (tg_table_name); end if; return null; end $$`).execute(db)
  for (const { name } of rows) {
    for (const [event, which] of [['insert', 'new'], ['update', 'new'], ['delete', 'old']] as const) {
      await sql`create trigger ${sql.ref(`fuzz_${event}`)} after ${sql.raw(event)} on ${sql.table(name)} referencing ${sql.raw(which)} table as changed for each statement execute function fuzz_note()`.execute(db)
    }
  }
  return rows.map(({ name }) => name)
}
const tables = await watchTables()

/** That a key was used is noted on it, whatever it was used for. */
const NOTED_ALWAYS = ['api_key']

const answers: { [Name in keyof Asks]: (given: Asks[Name]) => Promise<Answers[Name]> } = {
  async changes({ since }) {
    const { rows } = await sql<{ id: number; name: string }>`select id, of_table as name from fuzz_change where id > ${since} order by id`.execute(database.kysely)
    return { last: Number(rows.at(-1)?.id ?? since), tables: [...new Set(rows.map(({ name }) => name))].filter((name) => !NOTED_ALWAYS.includes(name)) }
  },
  async counts() {
    const counts: Record<string, number> = {}
    for (const name of tables) counts[name] = Number((await sql<{ n: number }>`select count(*) as n from ${sql.table(name)}`.execute(database.kysely)).rows[0]!.n)
    return counts
  },
  async keys() {
    const admin = adminService({ database })
    const other = await admin.createOrganisation({ areaCode: NORFOLK })
    const make = async (organisation: string, name: string, scopes: readonly string[]) => (await admin.createKey({ organisation, name, scopes })).key
    const keys: Record<string, string> = { owner: await make(LOCAL_ORGANISATION, 'owner', SCOPES), colleague: await make(LOCAL_ORGANISATION, 'colleague', SCOPES), 'other-council': await make(other.id, 'other', SCOPES) }
    for (const scope of SCOPES) keys[scope] = await make(LOCAL_ORGANISATION, scope, [scope])
    return keys
  },
  async memory() {
    // Without what only waits to be collected: what is left has somebody who holds it.
    const { rss } = process.memoryUsage()
    ;(globalThis as { gc?: () => void }).gc?.()
    const { heapUsed } = process.memoryUsage()
    return { rss, heapUsed }
  },
  async audit() {
    return (await adminService({ database }).verifyAudit()).flatMap(({ organisation, fault }) => (fault === null ? [] : [`${organisation}: ${fault}`]))
  },
  async files() {
    return readdirSync(temporary, { recursive: true }) as string[]
  }
}

const app = await buildApp(await testDeps({ teardown: () => {} }, { database, config: { logLevel: 'error', access: OPEN_ACCESS, limits: ROOMY } }))
const address = await app.listen({ host: '127.0.0.1', port: 0 })

process.on('message', ({ id, ask, given }: { id: number; ask: keyof Asks; given: never }) => {
  answers[ask](given).then(
    (answer) => process.send?.({ id, answer }),
    (error: Error) => process.send?.({ id, error: error.stack })
  )
})
process.on('disconnect', () => {
  void app.close().finally(() => {
    rmSync(folder, { recursive: true, force: true })
    process.exit(0)
  })
})
process.send?.({ address, engine: database.engine })

import t from 'tap'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { openDatabase } from '../../src/db/database.js'
import { LEEDS, NORFOLK, bearer, councilWithKeys } from '../helpers/access.js'
import { runScript, temporaryFolder } from '../helpers/children.js'
import { asAdmin, configFor, withDatabase } from '../helpers/template.js'

const SERVER = new URL('../../src/server.ts', import.meta.url)
const BACKUP = new URL('../../scripts/backup.ts', import.meta.url)
const url = process.env['TEST_DATABASE_URL'] || 'postgres://postgres@127.0.0.1:5432/postgres'

/** A database of a login that is no superuser, as a council's server gives one. */
const tag = randomUUID().slice(0, 8)
const login = `evident_owner_${tag}`
const nobody = `evident_nobody_${tag}`
const urlOf = (name: string, user = login) => Object.assign(new URL(withDatabase(url, name)), { username: user }).href
const [from, to] = [`evident_from_${tag}`, `evident_to_${tag}`]

await asAdmin(url, async (admin) => {
  await admin.query(`do $$ begin create role evident_service nologin; exception when duplicate_object or unique_violation then null; end $$`)
  for (const role of [login, nobody]) await admin.query(`create role ${role} login`)
  await admin.query(`grant evident_service to ${login}`)
  for (const name of [from, to]) await admin.query(`create database ${name} owner ${login}`)
})
t.teardown(() =>
  asAdmin(url, async (admin) => {
    for (const name of [from, to]) await admin.query(`drop database if exists ${name} with (force)`)
    for (const role of [login, nobody]) await admin.query(`drop role ${role}`)
  })
)

const folder = temporaryFolder(t)
const file = join(folder, 'evident.dump')

async function script(words: string[], database: string, env: Record<string, string> = {}) {
  const child = runScript(t, BACKUP, { DATABASE_URL: database, ...env }, words)
  const { code } = await child.exited
  return { code, output: child.output() }
}

async function serve(database: string) {
  const server = runScript(t, SERVER, { DATABASE_URL: database, PORT: '0' })
  const address = (await server.until(/Evident is ready at (\S+)/, 120_000))[1]!
  const stop = async () => {
    server.process.kill('SIGTERM')
    await server.exited
  }
  return { address, stop }
}

const rowsOf = async <T>(name: string, query: string) => asAdmin(withDatabase(url, name), async (admin) => (await admin.query(query)).rows as T[])
const tableNames = async () => (await rowsOf<{ name: string }>(from, "select tablename as name from pg_tables where schemaname = 'public' order by 1")).map(({ name }) => name)

/** Every row of a table, as the hash of what it says. */
const hashesOf = async (name: string, table: string) => (await rowsOf<{ hash: string }>(name, `select md5(t::text) as hash from ${table} t order by 1`)).map(({ hash }) => hash)

/** What is held of a database beside its rows: owners, rules, triggers, functions, rights. */
const SHAPES: Record<string, string> = {
  owners: "select tablename, tableowner from pg_tables where schemaname = 'public' order by 1",
  'row-level security': "select relname, relrowsecurity, relforcerowsecurity from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1",
  policies: "select tablename, policyname, roles::text, cmd, qual, with_check from pg_policies where schemaname = 'public' order by 1, 2",
  triggers: "select tgrelid::regclass::text as of, pg_get_triggerdef(oid) as definition from pg_trigger where not tgisinternal order by 1, 2",
  functions: "select pg_get_functiondef(oid) as definition, proowner::regrole::text, (select array_agg(x::text order by x::text) from unnest(proacl) x) as rights from pg_proc where pronamespace = 'public'::regnamespace order by 1",
  rights: `select relname, (select array_agg(x::text order by x::text) from unnest(coalesce(relacl, acldefault(case relkind when 'S' then 's' else 'r' end::text::"char", relowner))) x) as rights from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'S') order by 1`,
  constraints: "select conrelid::regclass::text as of, conname, pg_get_constraintdef(oid) as definition from pg_constraint where connamespace = 'public'::regnamespace order by 1, 2",
  indexes: "select indexdef from pg_indexes where schemaname = 'public' order by 1",
  'the schema': "select array_agg(x::text order by x::text) as rights from pg_namespace, unnest(nspacl) x where nspname = 'public' and x::text like 'evident%'"
}

t.test('a backup taken while councils write goes back whole, with its owner, its rules and its trail', async (t) => {
  const { address, stop } = await serve(urlOf(from))
  const database = await openDatabase(configFor(urlOf(from)))
  const councils = [await councilWithKeys(database, LEEDS), await councilWithKeys(database, NORFOLK)]
  await database.close()
  const headers = (key: string) => ({ ...bearer(key), 'content-type': 'application/json' })
  const profile = { needs: [{ need: 'neglect', children: 40 }], area: LEEDS }
  const deadline = Date.now() + 30_000
  while ((await fetch(`${address}/v1/needs-profiles`)).status !== 401) if (Date.now() > deadline) throw new Error('the keys are not asked for')
  const record = async (n: number) => {
    const { key } = councils[n % 2]!
    const [path, body] = n % 3 === 0 ? ['/v1/needs-profiles', { title: `Profile ${n}`, profile }] : ['/v1/recommendations', profile]
    const response = await fetch(`${address}${path}`, { method: 'POST', headers: headers(key), body: JSON.stringify(body) })
    if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`)
    return (await response.json()) as { id: string }
  }
  for (let n = 0; n < 6; n += 1) await record(n)
  const kept = await (await fetch(`${address}/v1/recommendations`, { method: 'POST', headers: headers(councils[0]!.key), body: JSON.stringify(profile) })).text()
  const { id } = JSON.parse(kept) as { id: string }
  const tables = await tableNames()
  const before = new Map<string, string[]>()
  for (const table of tables) before.set(table, await hashesOf(from, table))

  let writing = true
  let written = 0
  const writers = [0, 1].map(async (first) => {
    for (let n = first; writing; n += 2) {
      await record(n)
      written += 1
    }
  })
  const backup = await script(['backup', file], urlOf(from))
  const during = written
  writing = false
  await Promise.all(writers)
  t.match(backup, { code: 0, output: /Backed up: .*evident\.dump, [\d.]+ MB, sha256 [0-9a-f]{64}/ })
  t.ok(during > 0, `${during} writes were acknowledged meanwhile`)

  t.test('and refuses what would be half a backup, or would overwrite one', async (t) => {
    t.match(await script(['backup', file], urlOf(from)), { code: 1, output: /exists, and nothing is overwritten unasked/ })
    await asAdmin(withDatabase(url, from), (admin) => admin.query(`grant select on all tables in schema public to ${nobody}`))
    t.match(await script(['backup', `${file}2`], urlOf(from, nobody)), { code: 1, output: /does not own api_key, .* may not see every row/ })
    await asAdmin(withDatabase(url, from), (admin) => admin.query(`revoke all on all tables in schema public from ${nobody}`))
    writeFileSync(join(folder, 'pg_dump'), '#!/bin/sh\necho "pg_dump (PostgreSQL) 9.6.24"\n')
    chmodSync(join(folder, 'pg_dump'), 0o755)
    t.match(await script(['backup', `${file}2`], urlOf(from), { PATH: `${folder}:${process.env['PATH']}` }), { code: 1, output: /pg_dump is of version 9\.6 and the server of \d+.*Install the client tools of PostgreSQL \d+/ })
    t.match(await script(['backup', `${file}2`], urlOf(from), { PATH: '/nowhere' }), { code: 1, output: /pg_dump was not found\. It comes with PostgreSQL's client tools/ })
  })

  const restored = await script(['restore', file], urlOf(to))
  t.match(restored, { code: 0, output: /Restored from .*Its tables are those of this version\.\nThe trail of changes is whole: \d+ trails, \d+ entries\./ }, restored.output)
  await stop()

  let rows = 0
  for (const table of tables) {
    const [source, copy] = [new Set(await hashesOf(from, table)), await hashesOf(to, table)]
    rows += copy.length
    // The head of a trail and the last use of a key are changed in place: what they were then is gone from the source.
    if (['audit_head', 'api_key'].includes(table)) t.equal(copy.length, before.get(table)!.length, `${table}: ${copy.length} rows`)
    else {
      t.strictSame(copy.filter((hash) => !source.has(hash)).length, 0, `${table}: each of ${copy.length} rows says what it said`)
      const held = new Set(copy)
      t.strictSame(before.get(table)!.filter((hash) => !held.has(hash)).length, 0, `${table}: and none of the ${before.get(table)!.length} that were there before is missing`)
    }
  }
  t.comment(`${rows} rows of ${tables.length} tables compared; ${during} writes acknowledged while it was taken`)
  for (const [what, query] of Object.entries(SHAPES)) t.strictSame(await rowsOf(to, query), await rowsOf(from, query), what)

  const again = await serve(urlOf(to))
  const asked = await fetch(`${again.address}/v1/recommendations/${id}`, { headers: bearer(councils[0]!.key) })
  t.equal(await asked.text(), kept, 'the recommendation is answered byte for byte')
  t.equal((await fetch(`${again.address}/v1/recommendations/${id}`, { headers: bearer(councils[1]!.key) })).status, 404, 'and to its own council alone')
  t.match(await script(['restore', '--replace', file], urlOf(to)), { code: 1, output: /The service has \d+ connections to this database\. Stop every instance first/ })
  await again.stop()

  t.test('it is put over what is there only when that is said, and then all of it or nothing', async (t) => {
    await rowsOf(to, 'create table later_version (id integer)')
    await rowsOf(to, `alter table later_version owner to ${login}`)
    await rowsOf(to, "update area set name = 'Changed since' where code = 'E08000035'")
    const state = async () => ({ later: await rowsOf(to, "select to_regclass('later_version') is not null as there"), area: await rowsOf(to, "select name from area where code = 'E08000035'") })
    const changed = { later: [{ there: true }], area: [{ name: 'Changed since' }] }
    t.match(await script(['restore', file], urlOf(to)), { code: 1, output: /has \d+ tables, and nothing is overwritten unasked/ })
    const whole = readFileSync(file)
    const broken = join(folder, 'broken.dump')
    writeFileSync(broken, whole.subarray(0, Math.floor(whole.length * 0.6)))
    const half = await script(['restore', '--replace', broken], urlOf(to))
    t.match(half, { code: 1, output: /failed: / }, half.output)
    t.strictSame(await state(), changed, 'of a file that breaks off, nothing is kept and nothing is lost')
    t.match(await script(['restore', '--replace', file], urlOf(to)), { code: 0, output: /The trail of changes is whole/ })
    t.strictSame(await state(), { later: [{ there: false }], area: [{ name: 'Leeds' }] })
    writeFileSync(join(folder, 'other'), 'neither of the two')
    t.match(await script(['restore', join(folder, 'other')], urlOf(to)), { code: 1, output: /is no backup of a PostgreSQL server/ })
  })
})

t.test('the tables go back to the login that owned them, or not at all', async (t) => {
  const other = `evident_other_${tag}`
  await asAdmin(url, (admin) => admin.query(`create database ${other} owner ${nobody}`))
  t.teardown(() => asAdmin(url, (admin) => admin.query(`drop database ${other} with (force)`)))
  const refused = await script(['restore', file], urlOf(other, nobody))
  t.match(refused, { code: 1, output: new RegExp(`belong to '${login}', and the login '${nobody}' is not that role`) })
})

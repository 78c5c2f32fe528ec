import t from 'tap'
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { join } from 'node:path'
import { sql } from 'kysely'
import { adminService } from '../../src/access/admin.js'
import { MIGRATIONS } from '../../migrations/index.js'
import { openDatabase } from '../../src/db/database.js'
import { packageRoot } from '../../src/package-root.js'
import { LEEDS, NORFOLK, councilWithKeys, type Council } from '../helpers/access.js'
import { storeRelabelled } from '../helpers/catalogue-version.js'
import { runScript, type Child } from '../helpers/children.js'
import { configFor } from '../helpers/template.js'
import { freePort, makeCluster } from './cluster.js'
import { HUNG_MS, caller, counted, isHonestFailure, pause, succeeded, waitFor, type Asked, type Call } from './requests.js'

/**
 * Three instances of the service on one PostgreSQL server, behind the proxy that is shipped, under load:
 * one is killed, the server crashes, and nothing that was acknowledged may be missing.
 */
const SERVER = new URL('../../src/server.ts', import.meta.url)
const ADMIN = new URL('../../scripts/admin.ts', import.meta.url)

/** Of load before the first fault, between the kill and the new start, between that and the crash, and after it. On a busy machine the load lasts as long as these take. */
const STEADY_MS = 8_000
const GONE_MS = 6_000
const WHOLE_AGAIN_MS = 4_000
const AFTERWARDS_MS = 14_000
const WRITERS = 6
const READERS = 5
/** Between two requests of one caller: a council's systems are many and not in a hurry. */
const BETWEEN_MS = 15
/** How long the service may be without an answer after each fault. */
const RECOVERED_WITHIN_MS = { kill: 10_000, crash: 20_000 }

t.setTimeout(240_000)
const figures = (text: string) => t.comment(text)
const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`

const cluster = await makeCluster(t)
const ports = [await freePort(), await freePort(), await freePort()]
const direct = ports.map((port) => `http://127.0.0.1:${port}`)
const front = `http://127.0.0.1:${await freePort()}`
const isUp = async (address: string) => (await fetch(`${address}/readyz`)).status === 200

const startInstance = (i: number): Child => runScript(t, SERVER, { PORT: String(ports[i]), DATABASE_URL: cluster.url, AUTH_REQUIRED: 'true', RATE_LIMIT: '600000', LOG_LEVEL: 'info' })
const began = performance.now()
const instances = [0, 1, 2].map(startInstance)
await Promise.all(instances.map((instance) => instance.until(/Evident is ready/, 120_000)))
const startedIn = performance.now() - began

const proxy = spawn('haproxy', ['-db', '-q', '-f', join(packageRoot(), 'deploy/haproxy.cfg')], {
  env: { ...process.env, EVIDENT_BIND: new URL(front).host, ...Object.fromEntries(ports.map((port, i) => [`EVIDENT_${i + 1}`, `127.0.0.1:${port}`])) },
  stdio: ['ignore', 'ignore', 'inherit']
})
proxy.on('error', (error) => t.fail(`haproxy cannot be run (${error.message}): install it`))
t.teardown(() => proxy.kill('SIGKILL'))
await waitFor('the proxy', () => isUp(front), 20_000)

const database = await openDatabase(configFor(cluster.url))
const councils = [await councilWithKeys(database, LEEDS), await councilWithKeys(database, NORFOLK)] as [Council, Council]
const admin = adminService({ database })

t.test('three that start at once on an empty database make its tables and fill them once', async (t) => {
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(database.kysely)
  t.strictSame(rows.map(({ name }) => name), Object.keys(MIGRATIONS).sort())
  const versions = await database.kysely.selectFrom('catalogue_version').select('id').execute()
  t.equal(versions.length, 1, 'one version of the catalogue')
  const twice = await sql`select from dataset group by hash, slug having count(*) > 1`.execute(database.kysely)
  t.equal(twice.rows.length, 0, 'no published table twice')
  for (const done of [/database brought up to date/, /catalogue stored/, /areas stored/, /storing published statistics/]) {
    t.equal(instances.filter((instance) => done.test(instance.output())).length, 1, `one instance alone says: ${done.source}`)
  }
  figures(`three instances on an empty database: all ready in ${seconds(startedIn)}`)
})

t.test('what one stores or revokes, all answer by', async (t) => {
  const holds = async (address: string, label: string) => ((await (await fetch(`${address}/v1/needs?limit=200`)).json()) as { items: { label: string }[] }).items.some((need) => need.label === label)
  const delayOf = async (label: string) => {
    await storeRelabelled(database.kysely, label)
    const stored = performance.now()
    await Promise.all(direct.map((address) => waitFor(`the new label at ${address}`, () => holds(address, label))))
    return performance.now() - stored
  }
  const cut = () => sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'evident listener'`.execute(database.kysely)
  const heard: number[] = []
  const deaf: number[] = []
  for (const round of [1, 2, 3]) heard.push(await delayOf(`Heard ${round}`))
  for (const round of [1, 2, 3]) {
    await cut()
    deaf.push(await delayOf(`Deaf ${round}`))
  }
  const told = (list: number[]) => list.map((ms) => `${Math.round(ms)} ms`).join(', ')
  figures(`a catalogue version in every instance after: ${told(heard)}; with the listening connections cut: ${told(deaf)}`)
  const median = (list: number[]) => [...list].sort((a, b) => a - b)[1]!
  t.ok(median(heard) < 1_000, 'within a second')
  t.ok(median(deaf) < 2_000, 'and soon, where nobody listens')

  const { id, key } = await admin.createKey({ organisation: LEEDS, name: 'short-lived', scopes: ['read'] })
  const statuses = async () => Promise.all(direct.map(async (address) => (await fetch(`${address}/v1/needs-profiles`, { headers: { authorization: `Bearer ${key}` } })).status))
  t.strictSame(await statuses(), [200, 200, 200], 'a new key is known everywhere at once')
  await admin.revokeKey(id)
  t.strictSame(await statuses(), [401, 401, 401], 'and a revoked one refused everywhere at once')
})

t.test('under load, through the death of an instance and of the database, nothing acknowledged is lost', async (t) => {
  await database.close()
  const { call, calls } = caller(front)
  const held: { location: string; key: string; other: string; text: string; exact: boolean }[] = []
  const wrong: string[] = []
  const takenLate: string[] = []
  const expect = (holds: boolean, what: string, { status, text, error }: Call) => void (holds || wrong.push(`${what}: ${status ?? error} ${text.slice(0, 300)}`))
  const settle = (one: Call, what: string) => {
    if (!succeeded(one)) expect(isHonestFailure(one), what, one)
    return succeeded(one)
  }
  const steady = { interventions: (await call('/v1/interventions/mash')).text, preview: previewOf((await call('/v1/recommendations/preview', { method: 'POST', key: councils[0].key, body: PROFILE })).text) }
  calls.length = 0
  let over = false
  let serial = 0

  async function write(writer: number) {
    const [{ key }, { key: other }] = writer % 2 === 0 ? councils : [councils[1], councils[0]]
    const keep = (one: Call, exact: boolean) => held.push({ location: one.location!, key, other, text: one.text, exact })
    while (!over) {
      serial += 1
      if (serial % 10 === 0) {
        const one = await call('/v1/recommendations', { method: 'POST', key, body: PROFILE })
        if (settle(one, 'recording a recommendation')) keep(one, true)
      } else if (serial % 10 === 5) {
        const one = await call('/v1/business-cases', { method: 'POST', key, body: { title: `Case ${serial}` } })
        if (settle(one, 'beginning a business case')) keep(one, false)
      } else {
        const asked = { method: 'POST', key, body: { title: `Profile ${serial}`, notes: `Writer ${writer}` } }
        const one = await (serial % 2 === 0 ? untilTaken('/v1/needs-profiles', asked) : call('/v1/needs-profiles', asked))
        if (settle(one, 'keeping a needs profile')) {
          if (serial % 3 === 0) await replace(one, key, other)
          else keep(one, false)
        }
      }
      await pause(BETWEEN_MS)
    }
  }

  /** As a careful system does: with a key of its own, sent again until it is answered. */
  async function untilTaken(path: string, asked: Asked) {
    const headers = { 'idempotency-key': `"${randomUUID()}"` }
    const began = performance.now()
    for (let tries = 1; ; tries += 1) {
      const one = await call(path, { ...asked, headers })
      // 409: the try before is still being worked on.
      if ((!isHonestFailure(one) && one.status !== 409) || performance.now() - began > HUNG_MS) {
        if (tries > 1) takenLate.push((asked.body as { title: string }).title)
        return one
      }
      await pause(200)
    }
  }

  /** Every version that was acknowledged must be found again under its number. */
  async function replace(made: Call, key: string, other: string) {
    const location = made.location!
    held.push({ location: `${location}/versions/1`, key, other, text: made.text, exact: false })
    const { title } = JSON.parse(made.text) as { title: string }
    const one = await call(location, { method: 'PUT', key, body: { title, notes: 'Changed' }, headers: { 'if-match': made.etag! } })
    if (settle(one, 'changing a needs profile')) held.push({ location: `${location}/versions/2`, key, other, text: one.text, exact: false })
  }

  async function read(reader: number) {
    while (!over) {
      const recorded = held[Math.floor((reader * 7919 + serial * 31) % Math.max(held.length, 1))]
      if (reader % 4 === 0) {
        const one = await call('/v1/interventions/mash')
        if (settle(one, 'the catalogue')) expect(one.text === steady.interventions, 'the catalogue says something else', one)
      } else if (reader % 4 === 1) {
        const one = await call('/v1/recommendations/preview', { method: 'POST', key: councils[0].key, body: PROFILE })
        if (settle(one, 'a preview')) expect(previewOf(one.text) === steady.preview, 'a preview says something else', one)
      } else if (recorded !== undefined && reader % 4 === 2) {
        const one = await call(recorded.location, { key: recorded.key })
        if (settle(one, 'reading what was stored')) expect(says(one.text, recorded), 'what was stored says something else', one)
      } else if (recorded !== undefined) {
        const one = await call(recorded.location, { key: recorded.other })
        expect(one.status === 404 || isHonestFailure(one), "another council's record is answered", one)
      }
      await pause(BETWEEN_MS)
    }
  }

  const faults: { name: keyof typeof RECOVERED_WITHIN_MS; at: number; until: number }[] = []
  async function harm() {
    await pause(STEADY_MS)
    const kill = { name: 'kill' as const, at: performance.now(), until: Infinity }
    faults.push(kill)
    instances[1]!.process.kill('SIGKILL')
    await instances[1]!.exited
    await pause(GONE_MS)
    const again = performance.now()
    instances[1] = startInstance(1)
    await waitFor('the instance that was started again', () => isUp(direct[1]!))
    figures(`the killed instance was ready again ${seconds(performance.now() - again)} after it was started`)
    await pause(WHOLE_AGAIN_MS)
    kill.until = performance.now()
    await cluster.stop()
    // From when it is down: while it is being stopped, it may still answer.
    faults.push({ name: 'crash', at: performance.now(), until: Infinity })
    await cluster.start()
    figures(`PostgreSQL was stopped at once and up again after ${seconds(performance.now() - kill.until)}`)
    await pause(AFTERWARDS_MS)
    over = true
  }
  await Promise.all([harm(), ...Array.from({ length: WRITERS }, (_, i) => write(i)), ...Array.from({ length: READERS }, (_, i) => read(i))])

  const failures = calls.filter((one) => !succeeded(one) && one.status !== 404 && one.status !== 409)
  const slowest = calls.reduce((most, { ms }) => Math.max(most, ms), 0)
  figures(`requests tried: ${calls.length}, of them changes: ${calls.filter(({ changes }) => changes).length}; acknowledged: ${held.length}; failed: ${failures.length} (${counted(failures)})`)
  figures(`slowest request: ${seconds(slowest)}; hung: ${calls.filter(({ ms }) => ms > HUNG_MS).length}`)
  t.strictSame(wrong, [], 'no answer was wrong: each was right, or said that something is away')
  t.equal(calls.filter(({ ms }) => ms > HUNG_MS).length, 0, `no request took longer than ${HUNG_MS / 1000} s`)
  t.ok(held.length > 100, 'there was a load')
  for (const { name, at, until } of faults) {
    const after = calls.filter((one) => one.at >= at && one.at + one.ms < until)
    const first = after.filter((one) => succeeded(one) && one.changes).reduce((least, one) => Math.min(least, one.at + one.ms - at), Infinity)
    const last = after.filter((one) => isHonestFailure(one)).reduce((most, one) => Math.max(most, one.at + one.ms - at), 0)
    figures(`after the ${name}: first change acknowledged ${seconds(first)}, last failure ${last === 0 ? 'none' : seconds(last)}`)
    t.ok(first < RECOVERED_WITHIN_MS[name], `changes are taken again within ${RECOVERED_WITHIN_MS[name] / 1000} s of the ${name}`)
    t.ok(last < RECOVERED_WITHIN_MS[name], 'and all of them')
  }
  for (const [i, { process: { exitCode, signalCode }, output }] of instances.entries()) t.ok(exitCode === null && signalCode === null, `instance ${i + 1} runs on; it said: ${output().slice(-1_000)}`)
  await waitFor('all instances', async () => (await Promise.all(direct.map(isUp))).every(Boolean), 20_000)

  const missing: string[] = []
  const queue = [...held.entries()]
  await Promise.all(
    Array.from({ length: 6 }, async () => {
      for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
        const [i, record] = next
        const response = await fetch(`${direct[i % 3]}${record.location}`, { headers: { authorization: `Bearer ${record.key}` } })
        if (response.status !== 200 || !says(await response.text(), record)) missing.push(`${record.location}: ${response.status}`)
      }
    })
  )
  figures(`acknowledged: ${held.length}, found as they were: ${held.length - missing.length}; faults survived: ${faults.length}`)
  const titles = await titlesHeld()
  const twice = takenLate.filter((title) => titles.get(title) !== 1)
  figures(`sent again with an Idempotency-Key until they were taken: ${takenLate.length}, of them stored once: ${takenLate.length - twice.length}`)
  t.strictSame(twice, [], 'what was sent again with its key is stored once')
  t.strictSame(missing, [], 'every acknowledged change is found, with its content')
})

/** How often each title is held, by both councils. */
async function titlesHeld() {
  const titles = new Map<string, number>()
  for (const { key } of councils) {
    for (let cursor: string | null = ''; cursor !== null; ) {
      const response = await fetch(`${front}/v1/needs-profiles?limit=200${cursor === '' ? '' : `&cursor=${cursor}`}`, { headers: { authorization: `Bearer ${key}` } })
      const page = (await response.json()) as { items: { title: string }[]; nextCursor: string | null }
      for (const { title } of page.items) titles.set(title, (titles.get(title) ?? 0) + 1)
      cursor = page.nextCursor
    }
  }
  return titles
}

t.test('a list is paged across instances as on one', async (t) => {
  const { key } = councils[0]
  const page = async (address: string, query: string) => (await (await fetch(`${address}/v1/needs-profiles?${query}`, { headers: { authorization: `Bearer ${key}` } })).json()) as { items: { id: string }[]; nextCursor: string | null }
  const whole = (await page(direct[0]!, 'limit=30')).items.map(({ id }) => id)
  const parts: string[] = []
  let cursor: string | null = ''
  for (let i = 0; i < 3; i += 1) {
    const part = await page(direct[i]!, `limit=10${cursor === '' ? '' : `&cursor=${cursor}`}`)
    parts.push(...part.items.map(({ id }) => id))
    cursor = part.nextCursor
  }
  t.equal(whole.length, 30)
  t.strictSame(parts, whole)
})

t.test('the trail of changes is whole', async (t) => {
  const verified = runScript(t, ADMIN, { DATABASE_URL: cluster.url }, ['verify-audit'])
  t.equal((await verified.exited).code, 0, verified.output())
  figures(/Leeds: \d+ entries/.exec(verified.output())?.[0] ?? verified.output())
})

const PROFILE = { needs: [{ need: 'neglect', children: 310 }] }

const previewOf = (text: string) => JSON.stringify({ ...(JSON.parse(text) as object), createdAt: null })

/** Decision records come back byte for byte; the rest says the same. */
const says = (text: string, { text: was, exact }: { text: string; exact: boolean }) => (exact ? text === was : isDeepStrictEqual(JSON.parse(text), JSON.parse(was)))

import t from 'tap'
import { sql } from 'kysely'
import { openDatabase } from '../../src/db/database.js'
import { LEEDS, NORFOLK, councilWithKeys } from '../helpers/access.js'
import { runScript } from '../helpers/children.js'
import { configFor } from '../helpers/template.js'
import { makeCluster } from './cluster.js'
import { caller, waitFor } from './requests.js'

/** The service with a real streaming replica: what comes from it, what never does, and what happens without it. */
const SERVER = new URL('../../src/server.ts', import.meta.url)
/** A query waits 6 s for the replica, then the primary answers it. */
const SLOWEST_MS = 12_000

t.setTimeout(180_000)
const primary = await makeCluster(t)
const replica = await primary.replica()
const server = runScript(t, SERVER, { PORT: '0', DATABASE_URL: primary.url, DATABASE_READ_URL: replica.url, AUTH_REQUIRED: 'true', LOG_LEVEL: 'warn' })
const address = (await server.until(/Evident is ready at (\S+)/, 120_000))[1]!
const [onPrimary, onReplica] = [await openDatabase(configFor(primary.url)), await openDatabase(configFor(replica.url))]
t.teardown(() => Promise.all([onPrimary.close(), onReplica.close()]))
const [leeds, norfolk] = [await councilWithKeys(onPrimary, LEEDS), await councilWithKeys(onPrimary, NORFOLK)]
const { call, calls } = caller(address)

const readiness = async () => JSON.parse((await call('/readyz')).text) as { status: string; replica: string }
const becomes = (state: string) => waitFor(`the replica ${state}`, async () => (await readiness()).replica === state, 30_000)
const recorded = async (key: string) => new Set((JSON.parse((await call('/v1/rows/recommendations?limit=1000', { key })).text) as { rows: { recommendationId: string }[] }).rows.map((row) => row.recommendationId))
const record = async () => {
  const { status, location, text } = await call('/v1/recommendations', { method: 'POST', key: leeds.key, body: { needs: [{ need: 'neglect', children: 310 }] } })
  if (status !== 201) throw new Error(`A recommendation was not recorded: ${status} ${text}`)
  return { id: location!.split('/').at(-1)!, location: location!, text }
}

await becomes('used')

t.test('rows come from the replica, and what was just stored from the primary', async (t) => {
  const first = await record()
  await waitFor('the rows of the first record', async () => (await recorded(leeds.key)).has(first.id))
  t.equal((await recorded(norfolk.key)).size, 0, 'and from the replica too, a council sees its own alone')

  await sql`select pg_wal_replay_pause()`.execute(onReplica.kysely)
  await waitFor('the replay to pause', async () => (await sql<{ paused: boolean }>`select pg_get_wal_replay_pause_state() = 'paused' as paused`.execute(onReplica.kysely)).rows[0]!.paused)
  const second = await record()
  t.notOk((await recorded(leeds.key)).has(second.id), 'the replica has not heard of it')
  t.equal((await call(second.location, { key: leeds.key })).text, second.text, 'and it is read back at once all the same')

  const behindAfter = await becomes('behind')
  t.ok((await recorded(leeds.key)).has(second.id), 'a replica that is ten seconds behind is not used')
  t.equal((await readiness()).status, 'ready')
  await sql`select pg_wal_replay_resume()`.execute(onReplica.kysely)
  const usedAfter = await becomes('used')
  t.comment(`a replica that had stopped following was no longer used after ${(behindAfter / 1000).toFixed(1)} s, and used again ${(usedAfter / 1000).toFixed(1)} s after it went on`)
})

t.test('while the replica is away, the primary answers for it', async (t) => {
  calls.length = 0
  await replica.stop()
  const rows = await Promise.all(['rows/indicators?limit=5', 'rows/benchmarks?limit=5', 'rows/recommendations', 'areas/E08000035/indicators', 'areas/E08000035/benchmarks'].map((path) => call(`/v1/${path}`, { key: leeds.key })))
  t.strictSame(rows.map(({ status }) => status), [200, 200, 200, 200, 200])
  await becomes('away')
  t.equal((await readiness()).status, 'ready')
  await replica.start()
  const usedAfter = await becomes('used')
  const slowest = Math.max(...calls.map(({ ms }) => ms))
  t.ok(slowest < SLOWEST_MS)
  t.comment(`without the replica every read was answered, the slowest after ${(slowest / 1000).toFixed(2)} s; it was used again ${(usedAfter / 1000).toFixed(1)} s after its start`)
})

t.test('a replica that is there and answers nothing keeps nobody waiting for long', async (t) => {
  // So that a connection is open, on which the next query is sent and never answered.
  await call('/v1/rows/indicators?limit=5', { key: leeds.key })
  calls.length = 0
  await replica.freeze()
  const [one] = await Promise.all([call('/v1/rows/indicators?limit=5', { key: leeds.key }), becomes('away')])
  t.equal(one.status, 200)
  const slowest = Math.max(...calls.map(({ ms }) => ms))
  t.ok(slowest < SLOWEST_MS)
  await replica.thaw()
  await becomes('used')
  t.comment(`with the replica frozen, the slowest answer took ${(slowest / 1000).toFixed(2)} s`)
})

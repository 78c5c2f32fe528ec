import t from 'tap'
import type { PostgresPoolClient } from 'kysely'
import { sql } from 'kysely'
import { SERVICE_ROLE, WHOEVER, actAs, actingPools } from '../../src/db/acting.js'
import { LOCAL_ORGANISATION } from '../../src/db/schema.js'
import { councilWithKeys, LEEDS, NORFOLK } from '../helpers/access.js'
import { testDatabase } from '../helpers/app.js'

/** One connection that notes what it is set to, and whether it was closed. */
function noting(fail = () => false) {
  const noted: unknown[][] = []
  const released: unknown[] = []
  const client = {
    query: async (_text: string, values: unknown[]) => {
      if (fail()) throw new Error('lost')
      noted.push(values)
      return { rows: [] }
    },
    release: (destroy?: boolean) => released.push(destroy)
  } as unknown as PostgresPoolClient
  const pools = actingPools({ connect: async () => client, end: async () => {}, totalCount: 1, idleCount: 1, waitingCount: 0 }, (one) => one, 200)
  const lend = async (side: 'owner' | 'service') => (await pools[side].connect()).release()
  return { noted, released, lend }
}

const reading = { organisation: 'leeds', actor: '', requestId: '' }
const changing = { organisation: 'leeds', actor: 'key:1', requestId: 'r1' }

t.test('a connection is set for whoever acts, once, and for nobody where nobody does', async (t) => {
  const { noted, lend } = noting()
  await lend('service')
  for (let i = 0; i < 3; i += 1) await actAs(reading, () => lend('service'))
  await actAs(changing, () => lend('service'))
  await actAs(reading, () => lend('service'))
  await actAs({ ...reading, organisation: 'norfolk' }, () => lend('service'))
  await actAs(WHOEVER, () => lend('service'))
  await lend('service')
  await lend('owner')
  await lend('owner')
  t.strictSame(noted, [
    [SERVICE_ROLE, '', '', '', '10s'],
    [SERVICE_ROLE, 'leeds', '', '', '10s'],
    [SERVICE_ROLE, 'leeds', 'key:1', 'r1', '10s'],
    [SERVICE_ROLE, 'leeds', '', '', '10s'],
    [SERVICE_ROLE, 'norfolk', '', '', '10s'],
    [SERVICE_ROLE, '', '', '', '10s'],
    ['none', '', '', '', '0']
  ])
})

t.test('a connection that could not be set is closed, and what it was set to is forgotten', async (t) => {
  let lost = false
  const { noted, released, lend } = noting(() => lost)
  await actAs(reading, () => lend('service'))
  lost = true
  await t.rejects(actAs(changing, () => lend('service')), /lost/)
  lost = false
  await actAs(reading, () => lend('service'))
  t.strictSame(released, [undefined, true, undefined])
  t.equal(noted.length, 2, 'it is set anew, though it was set so before')
})

t.test('many at once each see their own, whatever the connection served before', async (t) => {
  const database = await testDatabase(t)
  const [leeds, norfolk] = [await councilWithKeys(database, LEEDS), await councilWithKeys(database, NORFOLK)]
  const { kysely } = database.restricted()
  const seen = async () => (await sql<{ id: string }>`select id from organisation`.execute(kysely)).rows.map(({ id }) => id)
  const broken = async () => kysely.transaction().execute(async (trx) => sql`select 1 / 0`.execute(trx)).catch(() => {})
  const whose = ['', leeds.id, norfolk.id, LOCAL_ORGANISATION]
  await Promise.all(
    Array.from({ length: 60 }, async (_, i) => {
      const organisation = whose[(i * 7) % 4]!
      await actAs({ organisation, actor: i % 3 === 0 ? `key:${i}` : '', requestId: '' }, async () => {
        if (i % 5 === 0) await broken()
        t.strictSame(await seen(), organisation === '' ? [] : [organisation])
        await new Promise((resolve) => setImmediate(resolve))
        t.strictSame(await kysely.transaction().execute(async (trx) => (await trx.selectFrom('organisation').select('id').execute()).map(({ id }) => id)), organisation === '' ? [] : [organisation])
      })
    })
  )
  t.equal((await database.kysely.selectFrom('organisation').select('id').execute()).length, 3, 'the owner sees all')
  t.strictSame(await seen(), [], 'and the service outside a request none')
})

t.test('where too many wait for a connection, one more is turned away at once; the owner waits', async (t) => {
  const database = await testDatabase(t, 'tables')
  const hold = async (db: typeof database.kysely, until: Promise<void>) => db.connection().execute(async () => until)
  let free = () => {}
  const freed = new Promise<void>((resolve) => (free = resolve))
  const { kysely } = database.restricted()
  // More than the connections and the places to wait, of either engine.
  const asked = Array.from({ length: 230 }, () => hold(kysely, freed).then(() => 'served', (error: { code: string }) => error.code))
  const owner = hold(database.kysely, freed).then(() => 'served')
  await new Promise((resolve) => setImmediate(resolve))
  free()
  const outcomes = await Promise.all(asked)
  t.strictSame([...new Set(outcomes)].sort(), ['EVIDENT_DATABASE_SATURATED', 'served'])
  t.ok(outcomes.filter((one) => one === 'served').length >= 200)
  t.equal(await owner, 'served')
})

import t from 'tap'
import { sql } from 'kysely'
import { testApp, testDatabase } from './helpers/app.js'
import { BUILD, COMMIT, VERSION } from '../src/version.js'

t.test('the process answers that it is up without asking the database', async (t) => {
  const database = await testDatabase(t)
  const app = await testApp(t, { database })
  await database.kysely.destroy()
  const response = await app.inject('/healthz')
  t.equal(response.statusCode, 200)
  t.strictSame(response.json(), { status: 'up', version: VERSION, commit: COMMIT })
  t.equal(response.headers['evident-version'], BUILD)
})

t.test('it is ready when the database answers and its tables are current', async (t) => {
  const app = await testApp(t)
  const response = await app.inject('/readyz')
  t.equal(response.statusCode, 200)
  t.match(response.json(), { status: 'ready', database: 'reachable', migrations: 'current', catalogueVersion: 1 })
  t.equal(response.headers['cache-control'], 'no-store')

  app.stopping = true
  const stopping = await app.inject('/readyz')
  t.equal(stopping.statusCode, 503)
  t.match(stopping.json(), { status: 'stopping', database: 'unknown', migrations: 'unknown' }, 'told to stop, it is not ready')
  t.equal((await app.inject('/healthz')).statusCode, 200, 'and is up')
  t.equal((await app.inject('/v1/needs')).statusCode, 200, 'and answers')
})

t.test('it is not ready when the database cannot be reached', async (t) => {
  const database = await testDatabase(t)
  const app = await testApp(t, { database })
  await database.kysely.destroy()
  const response = await app.inject('/readyz')
  t.equal(response.statusCode, 503)
  t.match(response.json(), { status: 'not-ready', database: 'unreachable', migrations: 'unknown' })
})

t.test('it is not ready while a migration is pending', async (t) => {
  const database = await testDatabase(t)
  const app = await testApp(t, { database })
  await sql`delete from kysely_migration`.execute(database.kysely)
  const response = await app.inject('/readyz')
  t.equal(response.statusCode, 503)
  t.match(response.json(), { status: 'not-ready', database: 'reachable', migrations: 'pending' })
})

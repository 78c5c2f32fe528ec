import t from 'tap'
import { sql } from 'kysely'
import { testApp, testDatabase } from './helpers/app.js'

t.test('the process answers that it is up without asking the database', async (t) => {
  const database = await testDatabase(t)
  const app = await testApp(t, { database })
  await database.kysely.destroy()
  const response = await app.inject('/healthz')
  t.equal(response.statusCode, 200)
  t.equal(response.json().status, 'up')
})

t.test('it is ready when the database answers and its tables are current', async (t) => {
  const app = await testApp(t)
  const response = await app.inject('/readyz')
  t.equal(response.statusCode, 200)
  t.match(response.json(), { status: 'ready', database: 'reachable', migrations: 'current' })
  t.equal(response.headers['cache-control'], 'no-store')
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

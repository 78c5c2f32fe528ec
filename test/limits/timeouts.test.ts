import t from 'tap'
import { sql } from 'kysely'
import { buildApp } from '../../src/app.js'
import { openCatalogue } from '../../src/catalogue/service.js'
import { actAs } from '../../src/db/acting.js'
import { openDatabase } from '../../src/db/database.js'
import { LOCAL_ORGANISATION } from '../../src/db/schema.js'
import { DEFAULT_LIMITS, type Limits } from '../../src/limits/limits.js'
import { testDeps } from '../helpers/app.js'
import { asAdmin, configFor, serverCopy } from '../helpers/template.js'

const server = process.env['TEST_DATABASE_URL']
const onServer = server === undefined || server === '' ? { skip: 'needs TEST_DATABASE_URL: the embedded engine stops no statement' } : {}
const PROFILE = { title: 'Neglect, 2026' }

/** The app over a server, with one connection, so that what it was left like is seen by whoever comes next. */
async function appOnServer(given: Partial<Limits>) {
  const { url, close } = await serverCopy(server!, 'catalogue')
  const limits = { ...DEFAULT_LIMITS, ...given }
  const database = await openDatabase({ ...configFor(url), databasePoolSize: 1, limits })
  const app = await buildApp({ config: { logLevel: 'silent', limits }, database, catalogue: await openCatalogue(database) })
  app.get('/v1/slow', async () => sql`select pg_sleep(20)`.execute(database.restricted().kysely))
  t.teardown(async () => {
    await app.close()
    await close()
  })
  const kept = async () => (await app.inject('/v1/needs-profiles')).json<{ items: unknown[] }>().items.length
  return { app, database, url, kept, post: (headers = {}) => app.inject({ method: 'POST', url: '/v1/needs-profiles', headers, payload: PROFILE }) }
}

t.test('a statement that runs too long is stopped, and the connection serves the next', onServer, async (t) => {
  const { app, database, url, kept, post } = await appOnServer({ statementSeconds: 1 })
  const before = await kept()
  const slow = await app.inject('/v1/slow')
  t.match(slow.json(), { status: 503, code: 'statement-timeout' })
  t.equal(slow.headers['retry-after'], '5')
  t.equal(await kept(), before)

  await asAdmin(url, async (other) => {
    await other.query('begin')
    await other.query('lock table needs_profile in exclusive mode')
    t.match((await post()).json(), { status: 503, code: 'statement-timeout' }, 'one that waits for another session too')
    t.match((await post({ 'idempotency-key': 'waits' })).json(), { status: 503, code: 'statement-timeout' })
    await other.query('rollback')
  })
  t.equal(await kept(), before, 'nothing was stored')
  t.equal((await post({ 'idempotency-key': 'waits' })).statusCode, 201, 'and the key is free')
  t.strictSame((await actAs({ organisation: LOCAL_ORGANISATION, actor: '', requestId: '' }, () => sql<{ lock_timeout: string }>`show lock_timeout`.execute(database.restricted().kysely))).rows, [{ lock_timeout: '10s' }], 'a lock is waited for less long than a statement may run')
})

t.test('a request that is not answered in time is told so; with a key nothing of it is stored afterwards', onServer, async (t) => {
  const { app, url, kept, post } = await appOnServer({ answerSeconds: 1 })
  const before = await kept()
  await asAdmin(url, async (other) => {
    await other.query('begin')
    await other.query('lock table needs_profile in exclusive mode')
    const late = await post({ 'idempotency-key': 'late' })
    t.match(late.json(), { status: 503, code: 'answer-timeout' })
    t.equal(late.headers['retry-after'], '5')
    await other.query('rollback')
  })
  // The one connection is free again once what was begun has been undone.
  t.equal(await kept(), before)
  t.equal((await post({ 'idempotency-key': 'late' })).statusCode, 201)
  t.equal((await app.inject('/v1/needs')).statusCode, 200)
})

t.test('over HTTP, an answer that does not come is given up, also where the body has been read long since', async (t) => {
  const app = await buildApp({ ...(await testDeps(t)), config: { logLevel: 'silent', limits: { ...DEFAULT_LIMITS, answerSeconds: 1 } } })
  t.teardown(() => app.close())
  app.post('/v1/never', async () => new Promise(() => {}))
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  const response = await fetch(`${address}/v1/never`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })
  t.equal(response.headers.get('content-type'), 'application/problem+json; charset=utf-8')
  t.match(await response.json(), { status: 503, code: 'answer-timeout' })
})

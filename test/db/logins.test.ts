import t from 'tap'
import fastify from 'fastify'
import pg from 'pg'
import { sql } from 'kysely'
import { actAs } from '../../src/db/acting.js'
import { openDatabase } from '../../src/db/database.js'
import { requireServiceLogin } from '../../src/db/logins.js'
import { migrateToLatest } from '../../src/db/migrate.js'
import { adminService } from '../../src/access/admin.js'
import { registerHealth } from '../../src/health/routes.js'
import { testDatabase } from '../helpers/app.js'
import { asAdmin, configFor, withDatabase } from '../helpers/template.js'

const serverUrl = process.env['TEST_DATABASE_URL'] ?? ''

t.test('with a login for the owner and one for the service', { skip: serverUrl === '' && 'needs TEST_DATABASE_URL' }, async (t) => {
  // So that the role of the service is there to be granted.
  await testDatabase(t, 'tables')
  const [name, owner, service, stranger] = ['two', 'owner', 'serves', 'stranger'].map((word) => `evident_${word}_${process.pid}`) as [string, string, string, string]
  await asAdmin(serverUrl, async (admin) => {
    for (const login of [owner, service, stranger]) await admin.query(`create role ${login} login`)
    await admin.query(`create database ${name} owner ${owner}`)
    await admin.query(`grant evident_service to ${owner}, ${service}`)
  })
  const urlOf = (login: string) => Object.assign(new URL(withDatabase(serverUrl, name)), { username: login }).href
  const open = (login: string, databaseOwnerUrl: string | null = urlOf(owner)) => openDatabase({ ...configFor(urlOf(login)), databaseOwnerUrl })
  const [database, asStranger, asOwner, asSuperuser] = [await open(service), await open(stranger), await open(owner), await open('postgres')]
  t.teardown(async () => {
    for (const one of [database, asStranger, asOwner, asSuperuser]) await one.close()
    await asAdmin(serverUrl, async (admin) => {
      await admin.query(`drop database ${name} with (force)`)
      for (const login of [owner, service, stranger]) await admin.query(`drop role ${login}`)
    })
  })
  await database.exclusively(() => migrateToLatest(database))
  const admin = adminService({ database })
  const leeds = await admin.createOrganisation({ name: 'Leeds' })
  await admin.createOrganisation({ name: 'Norfolk' })
  await admin.createKey({ organisation: leeds.id, name: 'x', scopes: ['read'] })

  t.test('the owner migrates and administers, and requests are served by the other', async (t) => {
    await requireServiceLogin(database)
    const seen = async () => (await sql<{ name: string; login: string }>`select name, session_user as login from organisation`.execute(database.restricted().kysely)).rows
    t.strictSame(await actAs({ organisation: leeds.id, actor: '', requestId: '' }, seen), [{ name: 'Leeds', login: service }])
  })

  t.test('a statement that gives up the role of the service gains nothing', async (t) => {
    const client = new pg.Client({ connectionString: urlOf(service) })
    await client.connect()
    t.teardown(() => client.end())
    await client.query('set role evident_service')
    await client.query('reset role')
    const refused = [
      'select * from api_key',
      'delete from audit_entry',
      'update audit_head set sequence = 0',
      "update organisation set name = 'x'",
      "insert into catalogue_version (content_hash, origin) values ('x', 'curated')",
      'alter table recommendation disable row level security',
      'alter table audit_entry disable trigger all',
      'drop table recommendation',
      `set role ${owner}`,
      `set session authorization ${owner}`
    ]
    for (const text of refused) await t.rejects(client.query(text), { code: '42501' }, text)
    t.strictSame((await client.query('select name from organisation')).rows, [], 'and for nobody, it sees no row of any council')
  })

  t.test('a service that can no longer log in is not ready, though the owner can', async (t) => {
    const health = fastify()
    registerHealth(health, { database, catalogue: { current: () => ({ version: 1 }) as never } })
    t.teardown(() => health.close())
    t.match((await health.inject('/readyz')).json(), { status: 'ready' })
    await asAdmin(serverUrl, (admin) => admin.query(`alter role ${service} nologin`))
    await asAdmin(serverUrl, (admin) => admin.query('select pg_terminate_backend(pid) from pg_stat_activity where usename = $1', [service]))
    t.match((await health.inject('/readyz')).json(), { status: 'not-ready', database: 'unreachable' })
    await asAdmin(serverUrl, (admin) => admin.query(`alter role ${service} login`))
    t.match((await health.inject('/readyz')).json(), { status: 'ready' })
  })

  t.test('a login that may do more than serve, or may not serve, is refused in words', async (t) => {
    await t.rejects(requireServiceLogin(asStranger), { name: 'LoginError', message: /grant evident_service to that login/ })
    await t.rejects(requireServiceLogin(asOwner), { name: 'LoginError', message: new RegExp(`'${owner}', is a superuser, or is or may become the owner`) })
    await t.rejects(requireServiceLogin(asSuperuser), { name: 'LoginError', message: /'postgres', is a superuser/ })
  })
})

import t from 'tap'
import { PGlite } from '@electric-sql/pglite'
import { sql, type Kysely } from 'kysely'
import { adminService } from '../../src/access/admin.js'
import { MIGRATIONS } from '../../migrations/index.js'
import { ALIAS_KINDS, LEVELS } from '../../src/areas/vocabulary.js'
import { FIGURE_STATUSES } from '../../src/indicators/vocabulary.js'
import { CLAIM_STATUSES, DIRECTIONS, KINDS, ROLES, STRENGTHS } from '../../src/catalogue/vocabulary.js'
import { actAs } from '../../src/db/acting.js'
import { embeddedDatabase, openDatabase } from '../../src/db/database.js'
import { ROLE_MISSING, migrateToLatest, pendingMigrations } from '../../src/db/migrate.js'
import { LOCAL_ORGANISATION, type Schema } from '../../src/db/schema.js'
import { testDatabase } from '../helpers/app.js'
import { asAdmin, configFor, withDatabase } from '../helpers/template.js'

const serverUrl = process.env['TEST_DATABASE_URL'] ?? ''

t.test('the first migration makes the tables and the local organisation; a second run does nothing', async (t) => {
  const database = embeddedDatabase(await PGlite.create())
  t.teardown(() => database.close())
  t.strictSame(await pendingMigrations(database.kysely), Object.keys(MIGRATIONS))
  t.strictSame(await migrateToLatest(database), Object.keys(MIGRATIONS))
  t.strictSame(await migrateToLatest(database), [])
  t.strictSame(await pendingMigrations(database.kysely), [])
  t.match(await database.kysely.selectFrom('organisation').selectAll().execute(), [{ id: LOCAL_ORGANISATION, name: 'Local organisation', area_code: null, created_at: Date }])
})

t.test('every migration that can be undone is undone cleanly', async (t) => {
  const { kysely } = await testDatabase(t, 'tables')
  for (const migration of Object.values(MIGRATIONS).reverse()) await migration.down?.(kysely as Kysely<unknown>)
  const left = await sql<{ name: string }>`select table_name as name from information_schema.tables where table_schema = 'public' order by 1`.execute(kysely)
  t.strictSame(left.rows.map(({ name }) => name), ['kysely_migration', 'kysely_migration_lock'])
})

t.test('instances that start at the same moment on one server migrate it once', { skip: serverUrl === '' && 'needs TEST_DATABASE_URL' }, async (t) => {
  const name = `evident_race_${process.pid}`
  await asAdmin(serverUrl, (admin) => admin.query(`create database ${name}`))
  const config = configFor(withDatabase(serverUrl, name))
  const instances = await Promise.all([1, 2, 3].map(() => openDatabase(config)))
  t.teardown(async () => {
    await Promise.all(instances.map((instance) => instance.close()))
    await asAdmin(serverUrl, (admin) => admin.query(`drop database ${name} with (force)`))
  })
  const migrated = await Promise.all(instances.map((instance) => migrateToLatest(instance)))
  t.strictSame(migrated.flat(), Object.keys(MIGRATIONS))
  t.strictSame((await sql`show statement_timeout`.execute(instances[0]!.kysely)).rows, [{ statement_timeout: '30s' }], 'and the limit on queries is back')
})

t.test('the login that owns the tables need not be a superuser; one that may not have the role of the service is told what to ask for', { skip: serverUrl === '' && 'needs TEST_DATABASE_URL' }, async (t) => {
  await testDatabase(t, 'tables')
  const names = { granted: `evident_owner_${process.pid}`, refused: `evident_other_${process.pid}` }
  await asAdmin(serverUrl, async (admin) => {
    for (const name of Object.values(names)) {
      await admin.query(`create role ${name} login`)
      await admin.query(`create database ${name} owner ${name}`)
    }
    await admin.query(`grant evident_service to ${names.granted}`)
  })
  const open = (name: string) => openDatabase(configFor(Object.assign(new URL(withDatabase(serverUrl, name)), { username: name }).href))
  const [database, refused] = [await open(names.granted), await open(names.refused)]
  t.teardown(async () => {
    await Promise.all([database.close(), refused.close()])
    await asAdmin(serverUrl, async (admin) => {
      for (const name of Object.values(names)) {
        await admin.query(`drop database ${name} with (force)`)
        await admin.query(`drop role ${name}`)
      }
    })
  })
  await t.rejects(migrateToLatest(refused), { code: ROLE_MISSING, message: /Have an administrator .* grant evident_service to evident_other_/ })

  await migrateToLatest(database)
  const admin = adminService({ database })
  const [leeds, norfolk] = [await admin.createOrganisation({ name: 'Leeds' }), await admin.createOrganisation({ name: 'Norfolk' })]
  const { id } = await admin.createKey({ organisation: leeds.id, name: 'x', scopes: ['read'] })
  t.match(await admin.keys(), [{ id, organisation: leeds.id }], 'the owner sees what it administers, though row-level security is forced')
  const { kysely } = database.restricted()
  const seen = async () => (await kysely.selectFrom('audit_entry').select('organisation_id').execute()).map((row) => row.organisation_id)
  t.strictSame(await actAs({ organisation: leeds.id, actor: '', requestId: '' }, seen), [leeds.id, leeds.id])
  t.strictSame(await actAs({ organisation: norfolk.id, actor: '', requestId: '' }, seen), [norfolk.id])
  t.strictSame(await seen(), [])
  t.match((await sql`select * from evident_find_key(${id})`.execute(kysely)).rows, [{ organisation_id: leeds.id }])
  t.strictSame((await admin.verifyAudit()).map(({ fault }) => fault), [null, null])
})

t.test('the tables take every word of the vocabulary, and no other', async (t) => {
  const { kysely } = await testDatabase(t, 'tables')
  const { id: version } = await kysely.insertInto('catalogue_version').values({ content_hash: 'x', origin: 'shipped', reason: null }).returning('id').executeTakeFirstOrThrow()
  const need = { version, id: 'neglect', document: '{}' }
  const intervention = { version, id: 'i', name: 'I', kind: 'programme', role: 'response', document: '{}' }
  const claim = { version, id: 'c', intervention_id: 'i', need_code: 'neglect', direction: 'positive', strength: 'strong', status: 'rated', year: 2017, document: '{}' }
  const tried = (work: (trx: Kysely<Schema>) => Promise<unknown>) =>
    kysely
      .transaction()
      .execute(async (trx) => {
        await work(trx)
        throw new Error('kept nothing')
      })
      .catch((error: { code?: string; message: string }) => error.code ?? error.message)
  const withClaim = (change: Partial<Record<keyof typeof claim, string | null>>) =>
    tried(async (trx) => {
      await trx.insertInto('catalogue_need').values(need).execute()
      await trx.insertInto('catalogue_intervention').values(intervention).execute()
      await trx.insertInto('catalogue_claim').values({ ...claim, ...change } as typeof claim).execute()
    })
  const accepted = 'kept nothing'
  const refused = '23514'
  for (const kind of [...KINDS, 'nonsense']) {
    t.equal(await tried((trx) => trx.insertInto('catalogue_intervention').values({ ...intervention, kind }).execute()), kind === 'nonsense' ? refused : accepted, `kind ${kind}`)
  }
  for (const role of [...ROLES, 'nonsense']) {
    t.equal(await tried((trx) => trx.insertInto('catalogue_intervention').values({ ...intervention, role }).execute()), role === 'nonsense' ? refused : accepted, `role ${role}`)
  }
  for (const direction of [...DIRECTIONS, 'nonsense']) t.equal(await withClaim({ direction }), direction === 'nonsense' ? refused : accepted, `direction ${direction}`)
  for (const strength of [...STRENGTHS, null, 'nonsense']) t.equal(await withClaim({ strength }), strength === 'nonsense' ? refused : accepted, `strength ${strength}`)
  for (const status of [...CLAIM_STATUSES, 'nonsense']) t.equal(await withClaim({ status }), status === 'nonsense' ? refused : accepted, `status ${status}`)
  const area = { id: 1, code: 'E92000001', dfe_code: null, name: 'England', level: 'country', region_id: null, started: null, ended: null, replaced_by: '[]' }
  for (const level of [...LEVELS, 'nonsense']) t.equal(await tried((trx) => trx.insertInto('area').values({ ...area, level }).execute()), level === 'nonsense' ? refused : accepted, `level ${level}`)
  for (const kind of [...ALIAS_KINDS, 'nonsense']) {
    const outcome = await tried(async (trx) => {
      await trx.insertInto('area').values(area).execute()
      await trx.insertInto('area_alias').values({ key: 'england', area_id: 1, kind, alias: 'England', started: null, ended: null }).execute()
    })
    t.equal(outcome, kind === 'nonsense' ? refused : accepted, `alias ${kind}`)
  }
  for (const status of [...FIGURE_STATUSES, 'nonsense']) {
    for (const value of ['1', null]) {
      const fits = status !== 'nonsense' && (status === 'ok') === (value !== null)
      t.equal(await tried((trx) => trx.insertInto('observation').values({ series_id: 1, period: 2025, area_id: 1, value, status }).execute()), fits ? accepted : refused, `status ${status} with ${value}`)
    }
  }
  t.equal(await withClaim({ need_code: 'unheard-of' }), '23503', 'a claim about a need of no such version is refused')
  t.equal(await withClaim({ intervention_id: 'unheard-of' }), '23503')
})

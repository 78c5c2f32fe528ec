import t from 'tap'
import { PGlite } from '@electric-sql/pglite'
import { sql, type Kysely } from 'kysely'
import { adminService } from '../../src/access/admin.js'
import { MIGRATIONS } from '../../migrations/index.js'
import { ALIAS_KINDS, LEVELS } from '../../src/areas/vocabulary.js'
import { FIGURE_STATUSES } from '../../src/indicators/vocabulary.js'
import { CHANGES, STATES } from '../../src/business-cases/vocabulary.js'
import { CLAIM_STATUSES, DIRECTIONS, KINDS, ROLES, STRENGTHS } from '../../src/catalogue/vocabulary.js'
import { actAs } from '../../src/db/acting.js'
import { embeddedDatabase, openDatabase } from '../../src/db/database.js'
import { ROLE_MISSING, migrateToLatest, pendingMigrations } from '../../src/db/migrate.js'
import { LOCAL_ORGANISATION, type Schema } from '../../src/db/schema.js'
import { GRADES, KINDS_OF_VALUE, RELATIONS } from '../../src/unit-costs/vocabulary.js'
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
  const unitCost = {
    edition_id: 0, position: 0, code: 'SS1.0', theme: '', outcome: '', detail: '', unit_wording: '', unit: 'per-year', agency_wording: '', agency_detail: '', agency: 'nhs', kind: 'cost', citation: '',
    fiscal_value: null, fiscal_price_year: null, economic_value: null, economic_price_year: null, social_value: null, social_price_year: null, grade: null, headline: null, relation: null
  }
  for (const [column, known] of [['kind', KINDS_OF_VALUE], ['grade', GRADES], ['relation', RELATIONS]] as const) {
    for (const word of [...known, 'nonsense']) {
      const outcome = await tried(async (trx) => {
        const { id } = await trx.insertInto('unit_cost_edition').values({ slug: 'x', title: 'X', publisher: 'X', licence: 'X', published: null, file_name: null, hash: 'x' }).returning('id').executeTakeFirstOrThrow()
        await trx.insertInto('unit_cost').values({ ...unitCost, edition_id: id, [column]: word }).execute()
      })
      t.equal(outcome, word === 'nonsense' ? refused : accepted, `${column} ${word}`)
    }
  }
  const held = { id: '00000000-0000-4000-8000-00000000aaaa', organisation_id: LOCAL_ORGANISATION, version: 1, state: 'draft', area_code: null, created_at: '2026-01-01', updated_at: '2026-01-01', document: '{}', submission_id: null }
  const version1 = { organisation_id: LOCAL_ORGANISATION, business_case_id: held.id, version: 1, created_at: '2026-01-01', change: 'created', state: 'draft', document: '{}', submission_id: null, transition: null }
  const actual = { id: '00000000-0000-4000-8000-00000000bbbb', organisation_id: LOCAL_ORGANISATION, business_case_id: held.id, benefit: 'b', period: '2024/25', recorded_at: '2026-01-01', corrects: null, document: '{}' }
  const withCase = (work: (trx: Kysely<Schema>) => Promise<unknown>, change: Partial<typeof held> = {}) =>
    tried(async (trx) => {
      await trx.insertInto('business_case').values({ ...held, ...change }).execute()
      await work(trx)
    })
  for (const state of [...STATES, 'nonsense']) t.equal(await withCase(async () => {}, { state }), state === 'nonsense' ? refused : accepted, `state ${state}`)
  for (const change of [...CHANGES, 'nonsense']) {
    t.equal(await withCase((trx) => trx.insertInto('business_case_version').values({ ...version1, change, transition: change === 'transition' ? '{}' : null }).execute()), change === 'nonsense' ? refused : accepted, `change ${change}`)
  }
  for (const status of [...FIGURE_STATUSES, 'nonsense']) {
    for (const value of ['1', null]) {
      const fits = status !== 'nonsense' && (status === 'ok') === (value !== null)
      t.equal(await withCase((trx) => trx.insertInto('business_case_actual').values({ ...actual, status, value }).execute()), fits ? accepted : refused, `actual ${status} with ${value}`)
    }
  }
  const second = { ...actual, id: '00000000-0000-4000-8000-00000000cccc', status: 'ok', value: '1' }
  t.equal(await withCase((trx) => trx.insertInto('business_case_actual').values([{ ...actual, status: 'ok', value: '1' }, second]).execute()), '23505', 'two entries for one benefit and period, neither correcting the other')
  t.equal(await withClaim({ need_code: 'unheard-of' }), '23503', 'a claim about a need of no such version is refused')
  t.equal(await withClaim({ intervention_id: 'unheard-of' }), '23503')
})

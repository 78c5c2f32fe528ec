import t from 'tap'
import { sql } from 'kysely'
import { adminService } from '../../src/access/admin.js'
import { OPEN_ACCESS, accessService, isIdentityConfigured } from '../../src/access/service.js'
import type { Database } from '../../src/db/database.js'
import { LOCAL_ORGANISATION } from '../../src/db/schema.js'
import { LEEDS } from '../helpers/access.js'
import { testDatabase } from '../helpers/app.js'
import { newPair, startIssuer } from '../helpers/issuer.js'

const DAY = 86_400_000

/** The service and the admin commands with one clock, which the test moves. */
async function clocked(database: Database, required = true) {
  const clock = { at: new Date('2026-11-20T09:00:00Z') }
  const now = () => clock.at
  const admin = adminService({ database, now })
  const access = await accessService({ database: database.restricted(), config: { ...OPEN_ACCESS, required }, now })
  const admit = (key?: string) => access.admit('read', key === undefined ? undefined : `Bearer ${key}`)
  return { admin, admit, later: (ms: number) => (clock.at = new Date(clock.at.getTime() + ms)) }
}

t.test('a key', async (t) => {
  const database = await testDatabase(t)
  const { admin, admit, later } = await clocked(database)
  const leeds = await admin.createOrganisation({ areaCode: LEEDS })
  const make = (name: string) => admin.createKey({ organisation: LEEDS, name, scopes: ['read'] })

  t.test('says who asks, for whom, and what they may do', async (t) => {
    const { id, key } = await make('BI reader')
    t.strictSame(await admit(key), { organisation: leeds.id, organisationName: 'Leeds', areaCode: LEEDS, actor: `key:${id}`, scopes: ['read'] })
  })

  t.test('is good until it expires, a year on unless said otherwise', async (t) => {
    const { key, expiresAt } = await make('a year')
    t.equal(expiresAt.toISOString(), '2027-11-20T09:00:00.000Z')
    later(365 * DAY - 1)
    t.ok(await admit(key))
    later(1)
    await t.rejects(admit(key), { status: 401, message: /'a year', expired at 2027-11-20T09:00:00/ })
  })

  t.test('that is rotated goes on beside the new one until its day, and never longer than it would have', async (t) => {
    const old = await make('rotated')
    const made = await admin.rotateKey(old.id, { overlapDays: 2 })
    t.ok(await admit(old.key))
    t.match(await admit(made.key), { scopes: ['read'], actor: `key:${made.id}` })
    later(2 * DAY)
    await t.rejects(admit(old.key), { status: 401, message: /expired/ })
    t.ok(await admit(made.key))
    await t.rejects(admin.rotateKey(old.id), { name: 'AdminError', message: `was rotated already, to ${made.id}` })
    const short = await admin.createKey({ organisation: LEEDS, name: 'short', scopes: ['read'], expires: new Date((await admin.rotateKey(made.id)).oldUntil.getTime() - 6 * DAY) })
    t.same((await admin.rotateKey(short.id, { overlapDays: 30 })).oldUntil, short.expiresAt)
    const atOnce = await make('at once')
    await admin.rotateKey(atOnce.id, { overlapDays: 0 })
    await t.rejects(admit(atOnce.key), { status: 401, message: /expired/ })
  })

  t.test('that is revoked is refused with the next request', async (t) => {
    const { id, key } = await make('lost')
    t.ok(await admit(key))
    await admin.revokeKey(id)
    await t.rejects(admit(key), { status: 401, message: /'lost', was revoked/ })
    await t.rejects(admin.rotateKey(id), { name: 'AdminError', message: /was revoked/ })
    t.same((await admin.revokeKey(id)).revokedAt, (await admin.revokeKey(id)).revokedAt, 'and revoking it again changes nothing')
  })

  t.test('whose hash leaks lets nobody in', async (t) => {
    const { id, hash } = await make('leaked')
    await t.rejects(admit(`evk_${id}_${hash.toString('base64url')}`), { status: 401, message: /not known/ })
  })

  t.test('has the minute of its use noted, and no more often', async (t) => {
    const { id, key } = await make('busy')
    const noted = async () => (await database.kysely.selectFrom('api_key').select('last_used_at').where('id', '=', id).executeTakeFirstOrThrow()).last_used_at
    const trail = async () => (await database.kysely.selectFrom('audit_entry').select('sequence').where('subject_id', '=', id).execute()).length
    t.equal(await noted(), null)
    await admit(key)
    // The answer does not wait for the note; the next statement on a connection of one does.
    for (let i = 0; i < 100 && (await noted()) === null; i += 1) await sql`select 1`.execute(database.restricted().kysely)
    const first = await noted()
    t.ok(first)
    await sql`select evident_note_key_use(${id})`.execute(database.restricted().kysely)
    t.same(await noted(), first)
    await sql`update api_key set last_used_at = now() - interval '2 minutes' where id = ${id}`.execute(database.kysely)
    await sql`select evident_note_key_use(${id})`.execute(database.restricted().kysely)
    t.ok((await noted())! >= first!)
    t.equal(await trail(), 1, 'and being used is no change')
  })

  t.test('of an organisation that ended is refused', async (t) => {
    const { key } = await make('ended')
    await sql`update organisation set ended_at = '2020-01-01' where id = ${leeds.id}`.execute(database.kysely)
    await t.rejects(admit(key), { status: 403, code: 'organisation-ended' })
    await t.rejects(make('another'), { name: 'AdminError', message: /ended/ })
  })
})

t.test('an organisation that ends its use is let in by nothing, keeps what it has, and may come back with new keys', async (t) => {
  const database = await testDatabase(t)
  const { admin } = await clocked(database)
  const leeds = await admin.createOrganisation({ areaCode: LEEDS })
  const [one, other] = [await admin.createKey({ organisation: LEEDS, name: 'one', scopes: ['read'] }), await admin.createKey({ organisation: LEEDS, name: 'other', scopes: ['write'] })]
  await admin.revokeKey(other.id)
  const issuer = await startIssuer(t)
  const pair = await newPair('first')
  issuer.keys = [pair.publicJwk]
  const oidc = { issuer: issuer.issuer, audience: 'evident', jwksUri: null, organisationClaim: 'organisation', scopesClaim: 'scope' }
  const access = await accessService({ database: database.restricted(), config: { ...OPEN_ACCESS, required: true, oidc } })
  const token = `Bearer ${await issuer.sign({}, pair)}`
  t.match(await access.admit('read', token), { areaCode: LEEDS })

  t.match(await admin.endOrganisation(LEEDS), { id: leeds.id, name: 'Leeds', revoked: 1 })
  await t.rejects(access.admit('read', `Bearer ${one.key}`), { status: 401, message: /'one', was revoked/ })
  await t.rejects(access.admit('read', token), { status: 403, code: 'organisation-ended' })
  await t.rejects(admin.createKey({ organisation: LEEDS, name: 'another', scopes: ['read'] }), { name: 'AdminError', message: /ended/ })
  await t.rejects(admin.endOrganisation(leeds.id), { name: 'AdminError', message: /ended its use of this service already/ })
  await t.rejects(admin.endOrganisation(LOCAL_ORGANISATION), { name: 'AdminError', message: /local organisation/ })
  t.match(await admin.organisations(), [{ name: 'Leeds', endedAt: Date }, { name: 'Local organisation' }], 'it is not deleted')

  await admin.resumeOrganisation(LEEDS)
  await t.rejects(access.admit('read', `Bearer ${one.key}`), { status: 401, message: /was revoked/ }, 'its old keys stay revoked')
  t.match(await access.admit('read', token), { areaCode: LEEDS })
  t.match(await access.admit('read', `Bearer ${(await admin.createKey({ organisation: LEEDS, name: 'new', scopes: ['read'] })).key}`), { areaCode: LEEDS })
  await t.rejects(admin.resumeOrganisation(LEEDS), { name: 'AdminError', message: /has not ended/ })
  const trail = await database.kysely.selectFrom('audit_entry').select(['subject', 'action']).where('organisation_id', '=', leeds.id).where('action', '=', 'update').orderBy('sequence').execute()
  t.strictSame(trail.map(({ subject }) => subject), ['api_key', 'organisation', 'api_key', 'organisation'], 'and all of it is on record')
})

t.test('an admin command that cannot be done says what to do instead, and changes nothing', async (t) => {
  const database = await testDatabase(t)
  const { admin } = await clocked(database)
  await admin.createOrganisation({ areaCode: LEEDS })
  const before = await database.kysely.selectFrom('audit_entry').selectAll().execute()
  const cases: [string, () => Promise<unknown>, RegExp][] = [
    ['an area that is not held', () => admin.createOrganisation({ areaCode: 'E08000099' }), /'E08000099' is not an area that is held/],
    ['a region', () => admin.createOrganisation({ areaCode: 'E12000003' }), /is a region/],
    ['a council twice', () => admin.createOrganisation({ areaCode: '383' }), /Leeds is held already/],
    ['no name', () => admin.createOrganisation({ name: ' ' }), /needs a name/],
    ['an organisation that is not held', () => admin.createKey({ organisation: 'E10000020', name: 'x', scopes: ['read'] }), /No organisation .*'E10000020'/],
    ['a scope that is none', () => admin.createKey({ organisation: LEEDS, name: 'x', scopes: ['read', 'all'] }), /'all' is no scope. The scopes are read, write, approve, curate, admin/],
    ['no scope', () => admin.createKey({ organisation: LEEDS, name: 'x', scopes: [] }), /needs a scope/],
    ['a key without a name', () => admin.createKey({ organisation: LEEDS, name: '', scopes: ['read'] }), /--name/],
    ['a key for yesterday', () => admin.createKey({ organisation: LEEDS, name: 'x', scopes: ['read'], expires: new Date('2026-11-19') }), /expired already/],
    ['a key for ever', () => admin.createKey({ organisation: LEEDS, name: 'x', scopes: ['read'], expires: new Date('2099-01-01') }), /three years at most/],
    ['a key that is not held', () => admin.revokeKey('0123456789abcdef'), /no key '0123456789abcdef'/],
    ['no id', () => admin.rotateKey('nonsense'), /no key 'nonsense'/]
  ]
  for (const [what, work, message] of cases) await t.rejects(work(), { name: 'AdminError', message }, what)
  t.strictSame(await database.kysely.selectFrom('audit_entry').selectAll().execute(), before)
})

t.test('while no key is stored everybody is the local organisation; soon after the first one, nobody is', async (t) => {
  const database = await testDatabase(t)
  t.equal(await isIdentityConfigured(database, OPEN_ACCESS), false)
  t.equal(await isIdentityConfigured(database, { ...OPEN_ACCESS, required: true }), true)
  const { admin, admit, later } = await clocked(database, false)
  t.match(await admit(), { organisation: LOCAL_ORGANISATION, actor: 'local', scopes: ['read', 'write', 'approve', 'curate', 'admin'] })
  await t.rejects(admit('evk_nonsense'), { status: 401, message: /not known/ }, 'though a key that is sent must hold')
  await admin.createOrganisation({ areaCode: LEEDS })
  const { key } = await admin.createKey({ organisation: LEEDS, name: 'first', scopes: ['read'] })
  t.match(await admit(key), { areaCode: LEEDS }, 'a key holds at once')
  later(5_000)
  await t.rejects(admit(), { status: 401, code: 'unauthenticated' })
  t.equal(await isIdentityConfigured(database, OPEN_ACCESS), true)
})

import t from 'tap'
import { createHash, randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { adminService } from '../../src/access/admin.js'
import { ORIGIN, faultOf, hashOfEntry, type ChainEntry } from '../../src/access/audit.js'
import { OPEN_ACCESS, accessService } from '../../src/access/service.js'
import { actAs } from '../../src/db/acting.js'
import { bearer, twoCouncils } from '../helpers/access.js'
import { testApp, testDatabase } from '../helpers/app.js'

const ENTRY: Omit<ChainEntry, 'hash'> = {
  organisation: '00000000-0000-4000-8000-000000000001',
  sequence: 1,
  at: '2026-11-20T09:30:00.000001Z',
  actor: 'key:1',
  requestId: '',
  action: 'insert',
  subject: 'needs_profile',
  subjectId: 'x',
  before: null,
  after: '{"é":1}',
  previousHash: ORIGIN
}

t.test('the hash of an entry is SHA-256 over its fields, each with its length in bytes, as worked by hand', (t) => {
  const text = `15:evident-audit-136:00000000-0000-4000-8000-0000000000011:127:2026-11-20T09:30:00.000001Z5:key:10:6:insert13:needs_profile1:x-8:{"é":1}64:${'0'.repeat(64)}`
  t.equal(hashOfEntry(ENTRY), createHash('sha256').update(text).digest('hex'))
  t.end()
})

t.test('no two entries come to the same bytes: what moves from one field to the next, or from nothing to empty, is another entry', (t) => {
  const hashes = [ENTRY, { ...ENTRY, actor: 'key:', requestId: '1' }, { ...ENTRY, before: '' }, { ...ENTRY, before: '-' }, { ...ENTRY, before: ENTRY.after, after: null }].map(hashOfEntry)
  t.equal(new Set(hashes).size, hashes.length)
  t.end()
})

t.test('an entry fits after the one before it, and nowhere else', (t) => {
  const first = { ...ENTRY, hash: hashOfEntry(ENTRY) }
  const draft = { ...ENTRY, sequence: 2, previousHash: first.hash }
  const second = { ...draft, hash: hashOfEntry(draft) }
  t.equal(faultOf(first, null), null)
  t.equal(faultOf(second, first), null)
  t.match(faultOf(second, null), 'entry 1 is missing')
  t.match(faultOf(first, first), 'entry 1 stands where 2 should')
  t.match(faultOf({ ...second, actor: 'key:2' }, first), 'entry 2 was changed')
  t.match(faultOf({ ...second, previousHash: ORIGIN }, first), 'entry 2 does not follow')
  t.end()
})

t.test('the trail of changes', async (t) => {
  const { app, database, leeds, norfolk } = await twoCouncils(t)
  const admin = adminService({ database })
  const profile = { title: 'Neglect, 2026', notes: 'the character \u0000 too', profile: { needs: [{ need: 'neglect', children: 310 }] } }
  const created = await app.inject({ method: 'POST', url: '/v1/needs-profiles', headers: { ...bearer(leeds.key), 'x-request-id': 'first-write' }, payload: { title: 'Neglect, 2026' } })
  t.equal(created.statusCode, 201)
  const { id } = created.json<{ id: string }>()
  const replaced = await app.inject({ method: 'PUT', url: `/v1/needs-profiles/${id}`, headers: { ...bearer(leeds.only.write), 'if-match': '"1"', 'x-request-id': 'second-write' }, payload: profile })
  t.equal(replaced.statusCode, 200)
  const recorded = await app.inject({ method: 'POST', url: '/v1/recommendations', headers: bearer(leeds.key), payload: { needs: [{ need: 'neglect', children: 310 }] } })
  t.equal(recorded.statusCode, 201)
  const entriesOf = async (key: string, query = '') => (await app.inject({ url: `/v1/audit-entries?limit=200${query}`, headers: bearer(key) })).json<{ items: Record<string, unknown>[]; nextCursor: string | null }>()

  t.test('says who, what, when, by which request, and what it said before and after', async (t) => {
    const { items } = await entriesOf(leeds.key, `&subject=needs_profile&subjectId=${id}`)
    t.match(items, [
      { action: 'update', actor: `key:${leeds.only.write.slice(4, 20)}`, requestId: 'second-write', subject: 'needs_profile', subjectId: id, before: { version: 1 }, after: { version: 2, document: { title: 'Neglect, 2026', notes: profile.notes } } },
      { action: 'insert', actor: `key:${leeds.key.slice(4, 20)}`, requestId: 'first-write', before: null, after: { organisation_id: leeds.id, version: 1 } }
    ])
    t.equal(items.length, 2)
    t.match(items[0]!['at'], /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
  })

  t.test('tells a recorded answer by its hash and length, and never holds the hash of a key', async (t) => {
    const { items } = await entriesOf(leeds.key)
    const answer = Buffer.from(recorded.body)
    t.match(items[0], { subject: 'recommendation', after: { response: `sha256:${createHash('sha256').update(answer).digest('hex')}, ${answer.length} bytes` } })
    const keys = items.filter(({ subject }) => subject === 'api_key')
    t.equal(keys.length, 6)
    for (const { after } of keys) t.notOk('hash' in (after as object))
    t.equal(items.at(-1)!['subject'], 'organisation')
    t.strictSame(items.map(({ sequence }) => sequence), items.map((_, i) => items.length - i))
  })

  t.test('is read by its own organisation, page by page, and by nobody else', async (t) => {
    const all = (await entriesOf(leeds.key)).items
    const paged: unknown[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: { items: unknown[]; nextCursor: string | null } = (await app.inject({ url: `/v1/audit-entries?limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`, headers: bearer(leeds.key) })).json()
      paged.push(...page.items)
      cursor = page.nextCursor
    }
    t.strictSame(paged, all)
    t.notMatch(JSON.stringify(await entriesOf(norfolk.key)), leeds.id)
  })

  t.test('ends a page early where its entries are long, and never before one of them', async (t) => {
    const all = (await entriesOf(leeds.key)).items
    t.ok(all.length > 3)
    const lengthOf = ({ before, after }: Record<string, unknown>) => JSON.stringify(before ?? '').length + JSON.stringify(after ?? '').length
    for (const pageBytes of [1, 3 * Math.max(...all.map(lengthOf)), 1e9]) {
      const access = await accessService({ database: database.restricted(), config: OPEN_ACCESS, pageBytes })
      const pages: unknown[][] = []
      for (let cursor: string | undefined; pages.length === 0 || cursor !== undefined; ) {
        const page = await actAs({ organisation: leeds.id, actor: '', requestId: '' }, () => access.entries(leeds.id, { limit: 200, cursor }))
        pages.push(page.items)
        cursor = page.nextCursor ?? undefined
      }
      t.strictSame(pages.flat(), all, `every entry stands on one page of ${pageBytes} bytes`)
      if (pageBytes === 1) t.equal(pages.length, all.length)
      else t.equal(pages.length > 1, pageBytes < 1e9, `${pages.length} pages of ${pageBytes} bytes`)
    }
  })

  t.test('is kept by the database, whoever asks for it to be changed', async (t) => {
    const service = database.restricted().kysely
    const before = (await entriesOf(leeds.key)).items
    for (const db of [database.kysely, service]) {
      for (const statement of ["update audit_entry set actor = 'nobody'", 'delete from audit_entry', 'truncate audit_entry', 'delete from audit_head', 'truncate recommendation']) {
        await t.rejects(actAs({ organisation: leeds.id, actor: 'x', requestId: '' }, async () => sql.raw(statement).execute(db)), { code: '42501' }, statement)
      }
    }
    for (const statement of [`insert into audit_entry select * from audit_entry`, `update audit_head set sequence = 0`, `select evident_append_audit('${leeds.id}', 'insert', 'x', 'x', null, null)`]) {
      await t.rejects(actAs({ organisation: leeds.id, actor: 'x', requestId: '' }, async () => sql.raw(statement).execute(service)), { code: '42501' }, `service: ${statement}`)
    }
    t.strictSame((await entriesOf(leeds.key)).items, before)
  })

  t.test('is written only with the change, and the change only with it', async (t) => {
    const before = (await entriesOf(norfolk.key)).items
    const service = database.restricted().kysely
    const values = { organisation_id: norfolk.id, version: 1, created_at: new Date(), updated_at: new Date(), document: '{}' }
    await actAs({ organisation: norfolk.id, actor: '', requestId: '' }, async () => {
      await t.rejects(service.insertInto('needs_profile').values({ ...values, id: randomUUID() }).execute(), /Nobody is said to make this change/)
    })
    await actAs({ organisation: norfolk.id, actor: 'key:1', requestId: '' }, async () => {
      await t.rejects(service.transaction().execute(async (trx) => {
        await trx.insertInto('needs_profile').values({ ...values, id: randomUUID() }).execute()
        throw new Error('changed my mind')
      }))
    })
    t.strictSame((await entriesOf(norfolk.key)).items, before)
  })

  t.test('a change that is made past the service stands in it too', async (t) => {
    await sql`update organisation set name = 'Leeds City Council' where id = ${leeds.id}`.execute(database.kysely)
    t.match((await entriesOf(leeds.key)).items[0], { action: 'update', subject: 'organisation', actor: /^database:/, requestId: null, before: { name: leeds.name }, after: { name: 'Leeds City Council' } })
  })

  t.test('what all councils share stands in the trail of whoever changed it', async (t) => {
    const file = 'time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,old_la_code,new_la_code,la_name,visits\n2025,Reporting year,Local authority,E92000001,England,,,383,E08000035,Leeds,12\n'
    const imported = await app.inject({ method: 'POST', url: '/v1/imports?name=Visits', headers: { ...bearer(norfolk.only.curate), 'content-type': 'text/csv' }, payload: file })
    t.equal(imported.statusCode, 201)
    const { items } = await entriesOf(norfolk.key, '&subject=dataset')
    t.match(items, [{ action: 'update', actor: `key:${norfolk.only.curate.slice(4, 20)}`, after: { slug: 'visits-2025' } }, { action: 'insert' }])
    t.strictSame((await entriesOf(leeds.key, '&subject=dataset')).items, [])
    t.match((await admin.verifyAudit()).find(({ organisation }) => organisation === '00000000-0000-0000-0000-000000000000'), { name: null, fault: null }, "and the service's own in one of its own")
  })

  t.test('fits as it stands, and the first entry that does not is named, whatever was done to it', async (t) => {
    t.strictSame((await admin.verifyAudit()).map(({ fault }) => fault), (await admin.verifyAudit()).map(() => null))
    t.match((await admin.verifyAudit()).find(({ organisation }) => organisation === leeds.id), { entries: 13, fault: null })
    const found = async () => (await admin.verifyAudit()).filter(({ fault }) => fault !== null)
    const tampers: [string, string[], string | RegExp][] = [
      ['changed', [`update audit_entry set after = replace(after, '310', '301') where organisation_id = '${leeds.id}' and sequence = 10`], 'entry 10 was changed'],
      ['an actor changed', [`update audit_entry set actor = 'key:2' where organisation_id = '${leeds.id}' and sequence = 3`], 'entry 3 was changed'],
      ['deleted', [`delete from audit_entry where organisation_id = '${leeds.id}' and sequence = 4`], 'entry 4 is missing'],
      ['the first deleted', [`delete from audit_entry where organisation_id = '${leeds.id}' and sequence = 1`], 'entry 1 is missing'],
      ['the last deleted', [`delete from audit_entry where organisation_id = '${leeds.id}' and sequence = 13`], 'the trail ends with entry 12 and should end with 13'],
      ['all deleted', [`delete from audit_entry where organisation_id = '${leeds.id}'`], 'the trail ends with entry 0 and should end with 13'],
      ['swapped', ['update audit_entry set sequence = 1002 where sequence = 2', 'update audit_entry set sequence = 2 where sequence = 3', 'update audit_entry set sequence = 3 where sequence = 1002'].map((statement) => `${statement} and organisation_id = '${leeds.id}'`), /entry 2 (does not follow|was changed)/],
      ['put in', [`insert into audit_entry select organisation_id, 14, at, actor, request_id, action, subject, subject_id, before, after, previous_hash, hash from audit_entry where organisation_id = '${leeds.id}' and sequence = 13`], 'entry 14 does not follow'],
      ['put in at the end, and chained', [`insert into audit_entry select organisation_id, 14, at, actor, request_id, action, subject, subject_id, before, after, hash, sha256(hash) from audit_entry where organisation_id = '${leeds.id}' and sequence = 13`], 'entry 14 was changed']
    ]
    for (const [what, statements, fault] of tampers) {
      await database.kysely
        .transaction()
        .execute(async (trx) => {
          await sql`alter table audit_entry disable trigger all`.execute(trx)
          for (const statement of statements) await sql.raw(statement).execute(trx)
          const inside = await adminService({ database: { ...database, kysely: trx } }).verifyAudit()
          t.match(inside.filter((trail) => trail.fault !== null), [{ organisation: leeds.id, fault }], what)
          throw new Error('undone')
        })
        .catch((error: Error) => {
          if (error.message !== 'undone') throw error
        })
    }
    t.strictSame(await found(), [])
  })
})

t.test('where nobody signs in, the trail says so', async (t) => {
  const database = await testDatabase(t)
  const app = await testApp(t, { database })
  await app.inject({ method: 'POST', url: '/v1/needs-profiles', payload: { title: 'Neglect, 2026' } })
  const { items } = (await app.inject('/v1/audit-entries?limit=200')).json<{ items: { actor: string; subject: string }[] }>()
  t.strictSame(items.filter(({ subject }) => !subject.startsWith('business_case')).map(({ actor, subject }) => `${actor} ${subject}`).sort(), ['local needs_profile', 'local needs_profile_version', 'system needs_profile', 'system needs_profile_version', 'system recommendation'], 'and what the service keeps at its start is its own doing')
})

import t from 'tap'
import { sql } from 'kysely'
import { adminService } from '../../src/access/admin.js'
import { EXAMPLE_CHANGE_SET } from '../../src/curation/examples.js'
import type { CatalogueChangeSet, CatalogueDifference, CatalogueVersion } from '../../src/curation/schemas.js'
import { actAs } from '../../src/db/acting.js'
import type { Problem } from '../../src/errors.js'
import { bearer, twoCouncils } from '../helpers/access.js'
import { testApp, testDatabase } from '../helpers/app.js'

const database = await testDatabase(t)
const app = await testApp(t, { database })
const shared = await twoCouncils(t)

const VERSIONS = '/v1/catalogue/versions'
const TABLES = ['version', 'source', 'need', 'standard', 'family', 'age', 'intervention', 'intervention_need', 'claim', 'gap', 'question', 'context_figure', 'shipped', 'conflict', 'settlement'].map((name) => `catalogue_${name}`)
const countRows = async () => Promise.all([...TABLES, 'audit_entry'].map(async (table) => [table, (await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(database.kysely)).rows[0]!.n]))

const GROUNDS = [{ source: 'eif-lga-overview-2017', section: 'Key findings' }]
const post = (payload: object) => app.inject({ method: 'POST', url: VERSIONS, payload })
const newest = async () => (await app.inject(`${VERSIONS}?limit=1`)).json<{ items: CatalogueVersion[] }>().items[0]!.version
const curate = async (change: Partial<CatalogueChangeSet>) => {
  const response = await post({ basedOn: await newest(), reason: 'For the test of curation', sources: GROUNDS, changes: [], ...change })
  if (response.statusCode !== 201) throw new Error(response.body)
  return response.json<CatalogueVersion>()
}
const recordOf = async (kind: string, id: string, version?: number) => (await app.inject(`${VERSIONS}/${version ?? (await newest())}/records/${kind}/${id}`)).json<{ record: Record<string, unknown> }>().record

const SOURCE = {
  id: 'test-trial-2031', title: 'A trial that is made up', publisher: 'Nobody', authors: null, year: 2031, published: '2031-03-14', kind: 'evaluation', url: 'https://example.org/trial', sets: [],
  about: 'Stands for a trial in a test.', limits: []
}
const claimOf = (mash: Record<string, unknown>) => ({ ...mash, id: 'test-mash-trial', direction: 'no-effect', strength: 'strong', status: 'graded-in-words', nativeRating: null, year: 2031, sources: [{ source: SOURCE.id, section: 'Results' }] })

t.test('a change set becomes a version that is answered from at once, with who, when, why, on what grounds and how much', async (t) => {
  const mash = await recordOf('claim', 'mash-on-front-door-demand')
  const response = await post({
    basedOn: 1,
    reason: 'A trial was published (made up)',
    sources: [{ source: SOURCE.id, section: 'Results', url: 'https://example.org/trial#results', published: '2031-04' }],
    changes: [
      { op: 'add', kind: 'source', record: SOURCE },
      { op: 'add', kind: 'claim', record: claimOf(mash) },
      { op: 'correct', kind: 'intervention', id: 'mash', fields: { summary: 'Agencies share an office and what they know.' } }
    ]
  })
  t.equal(response.statusCode, 201, response.body)
  t.equal(response.headers['location'], `${VERSIONS}/2`)
  t.match(response.json(), {
    version: 2, parent: 1, current: true, origin: 'curated', reason: 'A trial was published (made up)', by: { organisation: 'Local organisation', actor: 'local' },
    sources: [{ id: SOURCE.id, title: SOURCE.title, publisher: 'Nobody', year: 2031, section: 'Results', url: 'https://example.org/trial#results' }],
    changes: { added: 2, changed: 1, withdrawn: 0 }, settles: [], openConflicts: 0, conflicts: []
  })
  const entry = (await app.inject('/v1/interventions/mash')).json<{ summary: string; claims: { id: string; direction: string; sources: object[] }[] }>()
  t.equal(entry.summary, 'Agencies share an office and what they know.')
  t.match(entry.claims.find(({ id }) => id === 'test-mash-trial'), { direction: 'no-effect', sources: [{ id: SOURCE.id, title: SOURCE.title, year: 2031 }] })
  t.match((await app.inject(`/v1/sources/${SOURCE.id}`)).json(), { claims: 1 })
  const preview = await app.inject({ method: 'POST', url: '/v1/recommendations/preview', payload: { needs: [{ need: 'front-door-demand' }] } })
  t.equal(preview.json<{ catalogueVersion: number }>().catalogueVersion, 2)
  t.equal((await app.inject('/v1/rows/claims?limit=1')).json<{ rows: Record<string, unknown>[] }>().rows[0]?.['catalogueVersion'], 2, 'the rows say so too')
  const first = (await app.inject(`${VERSIONS}/1`)).json<CatalogueVersion>()
  t.match(first, { current: false, origin: 'shipped', by: null, parent: null, sources: [], conflicts: [] })
  t.equal(response.json<CatalogueVersion>().counts.claims, first.counts.claims + 1)
})

t.test('every version stays as it was, for every read of the catalogue', async (t) => {
  const reads = ['/v1/needs', '/v1/interventions?q=mash', '/v1/interventions/mash', '/v1/evidence-standards', '/v1/evidence-gaps?need=front-door-demand', '/v1/evidence-map?role=system', '/v1/sources', '/v1/sources/eif-lga-overview-2017', '/v1/context-figures', '/v1/questions']
  for (const url of reads) {
    const asked = await app.inject(`${url}${url.includes('?') ? '&' : '?'}catalogueVersion=1`)
    t.equal(asked.statusCode, 200, url)
    t.strictSame(asked.json(), (await shared.app.inject(url)).json(), `${url} as it was`)
  }
  t.equal((await app.inject('/v1/interventions/mash?catalogueVersion=1')).json<{ claims: { id: string }[] }>().claims.some(({ id }) => id === 'test-mash-trial'), false)
  t.equal((await app.inject(`/v1/sources/${SOURCE.id}?catalogueVersion=1`)).statusCode, 404)
  for (const url of reads) t.match((await app.inject(`${url}${url.includes('?') ? '&' : '?'}catalogueVersion=99`)).json(), { status: 422, code: 'unknown-version', errors: [{ pointer: '/catalogueVersion', in: 'query', suggestions: ['2'] }] }, url)
})

t.test('a difference tells what was added, changed and withdrawn, with the reasons and sources in between, and the other way round', async (t) => {
  const { version } = await curate({ reason: 'The trial was withdrawn (made up)', changes: [{ op: 'withdraw', kind: 'claim', id: 'test-mash-trial' }, { op: 'correct', kind: 'intervention', id: 'mash', fields: { summary: 'Agencies share an office.' } }] })
  const difference = async (from: number, to: number, query = '') => (await app.inject(`${VERSIONS}/${from}/diff/${to}${query}`)).json<CatalogueDifference>()
  t.match(await difference(2, version), {
    from: 2, to: version, totals: { added: 0, changed: 1, withdrawn: 1 }, versions: [{ version, reason: 'The trial was withdrawn (made up)', sources: [{ id: 'eif-lga-overview-2017' }] }], nextCursor: null,
    changes: [
      { kind: 'claim', id: 'test-mash-trial', change: 'withdrawn', fields: [{ pointer: '', before: { direction: 'no-effect', intervention: 'mash' }, after: null }] },
      { kind: 'intervention', id: 'mash', change: 'changed', fields: [{ pointer: '/summary', before: 'Agencies share an office and what they know.', after: 'Agencies share an office.' }] }
    ]
  })
  t.match(await difference(version, 2), { totals: { added: 1, changed: 1, withdrawn: 0 }, versions: [{ version }] })
  const whole = await difference(1, version)
  t.strictSame(whole.changes.map(({ kind, id, change }) => `${change} ${kind} ${id}`), ['changed intervention mash', `added source ${SOURCE.id}`])
  t.strictSame(whole.versions.map(({ version: one }) => one), [2, version])
  const first = await difference(1, version, '?limit=1')
  t.strictSame([...first.changes, ...(await difference(1, version, `?limit=1&cursor=${first.nextCursor}`)).changes], whole.changes, 'page by page')
  t.strictSame((await difference(2, 2)).changes, [])
  t.match((await app.inject(`${VERSIONS}/1/diff/99`)).json(), { status: 404, code: 'no-such-version', errors: [{ pointer: '/other', in: 'path' }] })
  t.equal((await app.inject('/v1/interventions/mash?catalogueVersion=2')).json<{ claims: { id: string }[] }>().claims.some(({ id }) => id === 'test-mash-trial'), true, 'what is withdrawn stays readable where it was')
})

t.test('a record is read in the form in which it is corrected: sent back as it is, it changes nothing', async (t) => {
  for (const [kind, id] of [['need', 'neglect'], ['intervention', 'mash'], ['claim', 'mash-on-front-door-demand'], ['source', 'eif-lga-overview-2017'], ['standard', 'eif-overview-2017'], ['family', 'triple-p-versions']] as const) {
    const record = await recordOf(kind, id)
    const idField = kind === 'need' ? 'code' : 'id'
    t.equal(record[idField], id)
    t.match((await post({ basedOn: await newest(), reason: 'Nothing at all to say', sources: GROUNDS, changes: [{ op: 'correct', kind, id, fields: record }] })).json(), { status: 422, code: 'nothing-changes' }, kind)
  }
  t.match((await app.inject(`${VERSIONS}/1/records/claim/mash-on-frontdoor-demand`)).json(), { status: 404, errors: [{ suggestions: ['mash-on-front-door-demand'] }] })
  t.match((await app.inject(`${VERSIONS}/1/records/claims/mash`)).json(), { status: 404, errors: [{ code: 'unknown-kind', suggestions: ['claim'] }] })
  t.match((await app.inject(`${VERSIONS}/99/records/claim/x`)).json(), { status: 404, code: 'no-such-version' })
})

t.test('null takes away a field that may be left out, and is a value where it is one', async (t) => {
  await curate({ changes: [{ op: 'correct', kind: 'claim', id: 'mash-on-front-door-demand', fields: { note: 'Read again for the test.', country: 'England' } }] })
  t.match(await recordOf('claim', 'mash-on-front-door-demand'), { note: 'Read again for the test.', country: 'England' })
  await curate({ changes: [{ op: 'correct', kind: 'claim', id: 'mash-on-front-door-demand', fields: { note: null, country: null } }] })
  const record = await recordOf('claim', 'mash-on-front-door-demand')
  t.notOk('note' in record)
  t.equal(record['country'], null)
})

t.test('what is wrong is told with a pointer and the way out, and nothing of it is stored', async (t) => {
  const basedOn = await newest()
  const mash = await recordOf('claim', 'mash-on-front-door-demand')
  const claim = claimOf({ ...mash, sources: GROUNDS })
  const before = await countRows()
  const good = { basedOn, reason: 'For the test of curation', sources: GROUNDS, changes: [{ op: 'correct', kind: 'intervention', id: 'mash', fields: { summary: 'Another summary.' } }] }
  const changes = (...list: object[]) => ({ ...good, changes: [...good.changes.slice(0, 0), ...list] })
  const add = (record: object, kind = 'claim') => changes({ op: 'add', kind, record })
  const correct = (kind: string, id: string, fields: object) => changes({ op: 'correct', kind, id, fields })
  const table: [string, object, Record<string, unknown>][] = [
    ['no reason', { ...good, reason: undefined }, { status: 400, errors: [{ pointer: '/reason', code: 'required' }] }],
    ['a reason of a word', { ...good, reason: 'typo' }, { status: 400, errors: [{ pointer: '/reason', code: 'min-length' }] }],
    ['a reason of blanks', { ...good, reason: '            ' }, { status: 400, errors: [{ pointer: '/reason' }] }],
    ['a reason that the database cannot hold', { ...good, reason: 'For the test \u0000 of curation' }, { status: 400, errors: [{ pointer: '/reason' }] }],
    ['no sources', { ...good, sources: [] }, { status: 400, errors: [{ pointer: '/sources', code: 'min-items' }] }],
    ['a source that is not there', { ...good, sources: [{ source: 'eif-lga-overview-2018', section: 'Any' }] }, { status: 422, code: 'unknown-source', errors: [{ pointer: '/sources/0/source', suggestions: ['eif-lga-overview-2017'] }] }],
    ['no base', { ...good, basedOn: undefined }, { status: 400, errors: [{ pointer: '/basedOn' }] }],
    ['a base to come', { ...good, basedOn: basedOn + 1 }, { status: 422, code: 'unknown-version', errors: [{ pointer: '/basedOn', suggestions: [String(basedOn)] }] }],
    ['nothing at all', { ...good, changes: [] }, { status: 422, code: 'nothing-changes' }],
    ['a key that nobody knows', { ...good, because: 'x' }, { status: 400, errors: [{ pointer: '/because', code: 'unknown-field' }] }],
    ['another operation', changes({ op: 'delete', kind: 'claim', id: claim.id }), { status: 400, errors: [{ pointer: '/changes/0/op', code: 'enum' }] }],
    ['another kind', changes({ op: 'withdraw', kind: 'claims', id: claim.id }), { status: 400, errors: [{ pointer: '/changes/0/kind', suggestions: ['claim'] }] }],
    ['an addition without its record', changes({ op: 'add', kind: 'claim', id: 'x' }), { status: 422, errors: [{ pointer: '/changes/0/id', code: 'unknown-field' }, { pointer: '/changes/0/record', code: 'required' }] }],
    ['a correction without fields', changes({ op: 'correct', kind: 'claim', id: 'mash-on-front-door-demand' }), { status: 422, errors: [{ pointer: '/changes/0/fields', code: 'required' }] }],
    ['a record that is not there', correct('claim', 'mash-on-front-door', { year: 2020 }), { status: 422, errors: [{ pointer: '/changes/0/id', code: 'unknown-record', suggestions: ['mash-on-front-door-demand'] }] }],
    ['a record that is there already', add({ ...claim, id: 'mash-on-front-door-demand' }), { status: 422, errors: [{ pointer: '/changes/0/record/id', code: 'already-held' }] }],
    ['a record without an id', add({ ...claim, id: undefined }), { status: 422, errors: [{ pointer: '/changes/0/record/id', code: 'required' }] }],
    ['another id', correct('claim', 'mash-on-front-door-demand', { id: 'mash-claim' }), { status: 422, errors: [{ pointer: '/changes/0/fields/id', code: 'cannot-be-changed' }] }],
    ['one record twice', changes(good.changes[0]!, { op: 'withdraw', kind: 'intervention', id: 'mash' }), { status: 422, errors: [{ pointer: '/changes/1', code: 'named-twice' }] }],
    ['a misspelt field', correct('claim', 'mash-on-front-door-demand', { strenght: null }), { status: 422, errors: [{ code: 'catalogue-check', message: /'strenght'/ }] }],
    ['a word that is not in the list', correct('claim', 'mash-on-front-door-demand', { direction: 'good' }), { status: 422, code: 'catalogue-check', errors: [{ pointer: '/changes/0/fields/direction', message: /positive, mixed/ }] }],
    ['a rating that contradicts itself', correct('claim', 'mash-on-front-door-demand', { strength: 'strong' }), { status: 422, errors: [{ pointer: '/changes/0/fields/strength', message: /unknown direction/ }] }],
    ['a level that its scale has not', correct('claim', 'mash-on-front-door-demand', { nativeRating: { scheme: 'eif-overview-2017', value: '9', wording: null } }), { status: 422, errors: [{ pointer: '/changes/0/fields/nativeRating/value' }] }],
    ['a claim without a source', add({ ...claim, sources: [] }), { status: 422, errors: [{ pointer: '/changes/0/record/sources', message: /fewer than 1/ }] }],
    ['a claim that cites what is not there', add({ ...claim, sources: [...GROUNDS, { source: 'nowhere-2020', section: 'Any' }] }), { status: 422, errors: [{ pointer: '/changes/0/record/sources/1', message: /unknown source 'nowhere-2020'/ }] }],
    ['a claim about an unknown intervention', add({ ...claim, intervention: 'mahs' }), { status: 422, errors: [{ pointer: '/changes/0/record/intervention', message: /unknown intervention 'mahs'/ }] }],
    ['a claim for a need that the entry has not', add({ ...claim, need: 'neglect' }), { status: 422, errors: [{ pointer: '/changes/0/record/need' }] }],
    ['a name that is another entry’s', correct('intervention', 'mash', { aliases: ['Signs of Safety'] }), { status: 422, errors: [{ pointer: '/changes/0', message: /already that of/ }] }],
    ['a need that stands twice', correct('intervention', 'mash', { needs: ['front-door-demand', 'system-integration', 'front-door-demand'] }), { status: 422, errors: [{ pointer: '/changes/0/fields/needs', message: /twice/ }] }],
    ['an entry that still has claims', changes({ op: 'withdraw', kind: 'intervention', id: 'mash' }), { status: 422, errors: [{ pointer: '/changes/0', message: /^claim 'mash-on-front-door-demand': intervention: unknown intervention 'mash'/ }] }],
    ['a source that is still cited', changes({ op: 'withdraw', kind: 'source', id: 'eif-lga-overview-2017' }), { status: 422 }],
    ['a text that the database cannot hold', correct('intervention', 'mash', { name: 'MA\u0000SH' }), { status: 422, errors: [{ pointer: '/changes/0/fields/name', code: 'unreadable' }] }],
    ['half of a character', correct('intervention', 'mash', { caveats: [{ text: 'x \ud800 y', sources: GROUNDS }] }), { status: 400, errors: [{ pointer: '/changes/0/fields/caveats/0/text', code: 'ill-formed' }] }],
    ['a conflict that never was', { ...good, settles: [7] }, { status: 422, code: 'unknown-conflict', errors: [{ pointer: '/settles/0' }] }],
    ['one change that is wrong among others that are not', changes(good.changes[0]!, { op: 'withdraw', kind: 'claim', id: 'nothing' }), { status: 422, errors: [{ pointer: '/changes/1/id' }] }]
  ]
  for (const [what, body, problem] of table) t.match((await post(body)).json<Problem>(), problem, what)
  t.strictSame(await countRows(), before, 'no row of any table was added')
  t.equal(await newest(), basedOn)
})

t.test('of curators who start from the same version one is first, and the others are told what moved; their changes are not stored', async (t) => {
  const basedOn = await newest()
  const bodies = ['one', 'two', 'three', 'four'].map((word) => ({ basedOn, reason: 'At the same moment', sources: GROUNDS, changes: [{ op: 'correct', kind: 'intervention', id: 'mash', fields: { summary: `Summary ${word}.` } }] }))
  const answers = await Promise.all(bodies.map((body) => post(body)))
  t.strictSame(answers.map(({ statusCode }) => statusCode).sort(), [201, 409, 409, 409])
  for (const { json } of answers.filter(({ statusCode }) => statusCode === 409)) {
    t.match(json(), { code: 'catalogue-moved', detail: new RegExp(`${VERSIONS}/${basedOn}/diff/${basedOn + 1} .* basedOn: ${basedOn + 1}`), errors: [{ pointer: '/basedOn', suggestions: [String(basedOn + 1)] }, { pointer: '/changes/0' }] })
  }
  t.equal(await newest(), basedOn + 1)
  const first = bodies[answers.findIndex(({ statusCode }) => statusCode === 201)]!
  t.equal((await recordOf('intervention', 'mash'))['summary'], first.changes[0]!.fields.summary)

  const again = await Promise.all([post(first), post(first)])
  t.strictSame(again.map(({ statusCode, json }) => [statusCode, json<CatalogueVersion>().version]), [[200, basedOn + 1], [200, basedOn + 1]], 'the same sent again is the same')
  t.equal((await post({ ...first, reason: 'At another moment' })).statusCode, 409, 'with another reason it is another')
  t.match((await post({ ...first, changes: [{ op: 'correct', kind: 'need', id: 'neglect', fields: { aliases: ['child neglect'] } }] })).json(), { status: 409, detail: /None of the records that you change was changed since/ })
  const twins = { ...first, basedOn: basedOn + 1, changes: [{ op: 'correct', kind: 'intervention', id: 'mash', fields: { summary: 'Sent twice at once.' } }] }
  t.strictSame((await Promise.all([post(twins), post(twins)])).map(({ statusCode }) => statusCode).sort(), [200, 201], 'also where both come at once')
})

t.test('the versions are listed page by page, the newest first', async (t) => {
  const all = (await app.inject(VERSIONS)).json<{ items: CatalogueVersion[] }>().items.map(({ version }) => version)
  t.strictSame(all, all.map((_, i) => all.length - i), 'and no number is left out')
  const seen: number[] = []
  for (let url: string | undefined = `${VERSIONS}?limit=2`; url !== undefined; ) {
    const { headers, body }: { headers: Record<string, unknown>; body: string } = await app.inject(url)
    seen.push(...(JSON.parse(body) as { items: CatalogueVersion[] }).items.map(({ version }) => version))
    url = /<([^>]+)>/.exec((headers['link'] as string | undefined) ?? '')?.[1]
  }
  t.strictSame(seen, all)
  t.equal((await app.inject(`${VERSIONS}?cursor=x`)).statusCode, 400)
  t.match((await app.inject(`${VERSIONS}/99`)).json(), { status: 404, code: 'no-such-version', errors: [{ suggestions: [String(all[0])] }] })
})

t.test('a correction may bring back what was: it is a version of its own', async (t) => {
  const before = await newest()
  const { aliases } = await recordOf('need', 'neglect') as { aliases: string[] }
  const there = await curate({ changes: [{ op: 'correct', kind: 'need', id: 'neglect', fields: { aliases: [] } }] })
  const back = await curate({ changes: [{ op: 'correct', kind: 'need', id: 'neglect', fields: { aliases } }] })
  t.strictSame([there.version, back.version], [before + 1, before + 2])
  t.strictSame((await app.inject(`${VERSIONS}/${before}/diff/${back.version}`)).json<CatalogueDifference>().changes, [])
})

t.test('with an Idempotency-Key it is made once, is in force at once, and is nowhere where it could not be stored', async (t) => {
  const inForce = async () => (await app.inject({ method: 'POST', url: '/v1/recommendations/preview', payload: { needs: [{ need: 'neglect' }] } })).json<{ catalogueVersion: number }>().catalogueVersion
  const basedOn = await newest()
  const payload = { basedOn, reason: 'Sent with a key', sources: GROUNDS, changes: [{ op: 'correct', kind: 'intervention', id: 'mash', fields: { summary: 'Summary with a key.' } }] }
  const keyed = () => app.inject({ method: 'POST', url: VERSIONS, payload, headers: { 'idempotency-key': '"curated-once"' } })

  await sql`create function refuse_key() returns trigger language plpgsql as $$ begin raise exception 'no' using errcode = '53100'; end $$`.execute(database.kysely)
  await sql`create trigger refuse before insert on idempotency_key for each row execute function refuse_key()`.execute(database.kysely)
  const failed = await keyed()
  t.strictSame([failed.statusCode, failed.headers['location']], [503, undefined])
  await sql`drop function refuse_key cascade`.execute(database.kysely)
  t.strictSame([await newest(), await inForce()], [basedOn, basedOn])

  const first = await keyed()
  t.match(first, { statusCode: 201, headers: { location: `${VERSIONS}/${basedOn + 1}`, 'idempotency-replayed': undefined } }, first.body)
  t.equal(await inForce(), basedOn + 1)
  t.match(await keyed(), { statusCode: 201, body: first.body, headers: { 'idempotency-replayed': 'true' } })
  t.equal(await newest(), basedOn + 1)
})

t.test('between councils', async (t) => {
  const { app, database, leeds, norfolk } = shared
  const url = VERSIONS
  for (const scope of ['read', 'write', 'approve', 'admin'] as const) t.match((await app.inject({ method: 'POST', url, headers: bearer(leeds.only[scope]), payload: EXAMPLE_CHANGE_SET })).json(), { status: 403, code: 'insufficient-scope' })
  const made = await app.inject({ method: 'POST', url, headers: { ...bearer(leeds.only.curate), 'x-request-id': 'curated-1' }, payload: EXAMPLE_CHANGE_SET })
  t.equal(made.statusCode, 201, made.body)
  const actor = `key:${leeds.only.curate.slice(4, 20)}`

  t.test('all see what was changed and by which council; which key it was, that council alone', async (t) => {
    t.match(made.json(), { version: 2, by: { organisation: leeds.name, actor } })
    const by = async (headers: Record<string, string>) => {
      const [list, one, difference] = await Promise.all([url, `${url}/2`, `${url}/1/diff/2`].map(async (address) => (await app.inject({ url: address, headers })).json<{ items: CatalogueVersion[] } & CatalogueVersion & CatalogueDifference>()))
      return [list!.items[0]!.by, one!.by, difference!.versions[0]!.by]
    }
    for (const given of await by(bearer(leeds.key))) t.strictSame(given, { organisation: leeds.name, actor })
    for (const headers of [{}, bearer(norfolk.key)]) for (const given of await by(headers)) t.strictSame(given, { organisation: leeds.name, actor: null })
    t.match((await app.inject({ url: '/v1/interventions/mash', headers: bearer(norfolk.key) })).json<{ aliases: string[] }>().aliases, ['MASH', String, 'Multi-Agency Safeguarding Hub (MASH)'])
  })

  t.test('another council that sends the same change set is not taken for the first', async (t) => {
    t.equal((await app.inject({ method: 'POST', url, headers: bearer(norfolk.key), payload: EXAMPLE_CHANGE_SET })).statusCode, 409)
    t.equal((await app.inject({ method: 'POST', url, headers: bearer(leeds.key), payload: EXAMPLE_CHANGE_SET })).statusCode, 200)
  })

  t.test('it is on record, with the hash of all that the version says', async (t) => {
    const { items } = (await app.inject({ url: '/v1/audit-entries?subject=catalogue_version', headers: bearer(leeds.key) })).json<{ items: Record<string, unknown>[] }>()
    t.match(items, [{ action: 'insert', subjectId: '2', actor, requestId: 'curated-1', before: null, after: { parent: 1, reason: EXAMPLE_CHANGE_SET.reason, by_name: leeds.name, content_hash: /^[0-9a-f]{64}$/, sources: [{ id: 'eif-lga-overview-2017' }] } }])
    t.equal(items.length, 1)
    t.strictSame((await adminService({ database }).verifyAudit()).filter(({ fault }) => fault !== null), [])
  })

  t.test('the database itself keeps versions as they are, in one line, each in the name of who made it', async (t) => {
    const service = database.restricted().kysely
    const as = (statement: string, organisation = leeds.id) => actAs({ organisation, actor, requestId: 'r' }, async () => sql.raw(statement).execute(service))
    const row = (values: string) => `insert into catalogue_version (id, content_hash, origin, reason, parent, by_organisation, by_name, actor, change_set, sources) values (3, 'x', ${values}, '[{}]')`
    const refused: [string, string, string][] = [
      ['in the name of another council', row(`'curated', 'r', 2, '${norfolk.id}', 'Norfolk', '${actor}', 'x'`), '42501'],
      ['in the name of another key', row(`'curated', 'r', 2, '${leeds.id}', 'Leeds', 'key:0', 'x'`), '42501'],
      ['as if it were shipped', row(`'shipped', 'r', 2, null, null, null, null`), '42501'],
      ['beside another of the same parent', row(`'curated', 'r', 1, '${leeds.id}', 'Leeds', '${actor}', 'x'`), '23505'],
      ['without a reason', row(`'curated', null, 2, '${leeds.id}', 'Leeds', '${actor}', 'x'`), '23514'],
      ['a claim put into a version afterwards', "insert into catalogue_claim select 1, 'late', intervention_id, need_code, direction, strength, status, year, document from catalogue_claim where version = 1 limit 1", '42501'],
      ['a record changed', "update catalogue_claim set strength = 'strong'", '42501'],
      ['a record taken out', 'delete from catalogue_claim', '42501'],
      ['a version changed', "update catalogue_version set reason = 'x'", '42501'],
      ['what was shipped read or changed', 'select document from catalogue_shipped', '42501']
    ]
    const count = async () => (await sql<{ n: number }>`select (select count(*) from catalogue_version) + (select count(*) from catalogue_claim) as n`.execute(database.kysely)).rows[0]!.n
    const before = await count()
    for (const [what, statement, code] of refused) await t.rejects(as(statement), { code }, what)
    t.equal(await count(), before)
  })
})

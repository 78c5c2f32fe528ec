import t from 'tap'
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { FastifyInstance } from 'fastify'
import { RULES, writes } from '../../src/access/rules.js'
import { actAs } from '../../src/db/acting.js'
import { idempotencyService } from '../../src/idempotency/service.js'
import { openApiDocument } from '../../src/openapi.js'
import { bearer, twoCouncils } from '../helpers/access.js'
import { testApp } from '../helpers/app.js'

const { app, database, leeds, norfolk } = await twoCouncils(t)
const other = await testApp(t, { database: { ...database, close: async () => {} } })
const db = database.kysely

const NEEDS = { needs: [{ need: 'neglect', children: 310 }] }
const PROFILE = { title: 'Neglect, 2026' }
const CSV =
  'time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,old_la_code,new_la_code,la_name,early_help_episodes\n' +
  '2025,Reporting year,Local authority,E92000001,England,E12000003,Yorkshire and The Humber,383,E08000035,Leeds,1204\n'

interface Sent {
  url?: string
  payload?: unknown
  key?: string | undefined
  caller?: string
  headers?: Record<string, string>
  on?: FastifyInstance
}
const send = ({ url = '/v1/needs-profiles', payload = PROFILE, key, caller = leeds.key, headers = {}, on = app }: Sent) =>
  on.inject({ method: 'POST', url, headers: { ...bearer(caller), ...(key === undefined ? {} : { 'idempotency-key': key }), ...headers }, payload: payload as object })

const rowsOf = async (table: 'needs_profile' | 'recommendation' | 'idempotency_key' | 'audit_entry' | 'dataset') => Number((await db.selectFrom(table).select((eb) => eb.fn.countAll().as('n')).executeTakeFirstOrThrow()).n)
const counts = async () => ({ profiles: await rowsOf('needs_profile'), recommendations: await rowsOf('recommendation'), keys: await rowsOf('idempotency_key'), trail: await rowsOf('audit_entry'), datasets: await rowsOf('dataset') })

interface Operation {
  operationId: string
  parameters?: { in: string; name: string; schema?: { pattern?: string } }[]
  requestBody?: { content: Record<string, { examples: Record<string, { value: unknown }> }> }
}
const operations = Object.entries(openApiDocument(app).paths as unknown as Record<string, Record<string, Operation>>).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), ...operation })))
const storing = operations.filter(({ method, operationId }) => method === 'POST' && writes(RULES[operationId]!, method))

t.test('the contract gives the header to every POST that stores, and to nothing else', (t) => {
  t.ok(storing.length >= 7, storing.map(({ operationId }) => operationId).join())
  for (const { operationId, parameters = [] } of operations) t.equal(parameters.some(({ name }) => name === 'idempotency-key'), storing.some((one) => one.operationId === operationId), operationId)
  t.end()
})

/** For a case in another state than one that was just begun. */
const NEED_MORE = ['decideOnBusinessCase', 'enterActual']

t.test('each of them, sent again, is carried out once and answered as before, byte for byte', async (t) => {
  const made = await send({ url: '/v1/business-cases', payload: storing.find(({ operationId }) => operationId === 'createBusinessCase')!.requestBody!.content['application/json']!.examples['from-nothing']!.value })
  const tried = new Set<string>()
  for (const { path, operationId, requestBody } of storing) {
    const [type, media] = Object.entries(requestBody!.content)[0]!
    for (const [name, { value }] of Object.entries(media.examples)) {
      const key = randomUUID()
      const request = { url: path.replace('{id}', made.json<{ id: string }>().id) + (path.endsWith('editions') ? '?edition=Once' : ''), payload: value, key, headers: { 'content-type': type, 'if-match': '"1"' } }
      const first = await send(request)
      if (first.statusCode >= 300) continue
      tried.add(operationId)
      const before = await counts()
      const again = await send(request)
      const { location, etag, 'content-type': contentType } = first.headers
      t.equal(first.headers['idempotency-replayed'], undefined, `${operationId}, ${name}`)
      t.equal(again.body, first.body, operationId)
      t.match(again, { statusCode: first.statusCode, headers: { 'idempotency-replayed': 'true', 'content-type': contentType } })
      t.strictSame([again.headers['location'], again.headers['etag']], [location, etag])
      t.not(again.headers['x-request-id'], first.headers['x-request-id'])
      t.strictSame(await counts(), before, `${operationId} stored nothing more`)
    }
  }
  t.strictSame([...tried].sort(), storing.map(({ operationId }) => operationId).filter((id) => !NEED_MORE.includes(id)).sort())
})

t.test('a decision sent again is answered as before, though the case has moved on', async (t) => {
  const examples = (id: string) => Object.values(Object.values(operations.find(({ operationId }) => operationId === id)!.requestBody!.content)[0]!.examples).map(({ value }) => value as object)
  const { id } = (await send({ url: '/v1/business-cases', payload: { ...examples('createBusinessCase')[0]!, needsProfile: null, recommendation: null } })).json<{ id: string }>()
  const decide = { url: `/v1/business-cases/${id}/transitions`, payload: examples('decideOnBusinessCase')[0]!, key: 'submit', headers: { 'if-match': '"1"' } }
  const first = await send(decide)
  t.equal(first.statusCode, 200, first.body)
  t.equal((await send({ ...decide, payload: { to: 'returned', by: 'The board', reason: 'Not yet' }, key: 'return', headers: { 'if-match': '"2"' } })).statusCode, 200)
  const again = await send(decide)
  t.equal(again.body, first.body)
  t.equal(again.headers['etag'], '"2"')
  t.match((await send({ ...decide, headers: { 'if-match': '"3"' } })).json(), { status: 422, code: 'idempotency-key-reused' }, 'another If-Match is another request')
})

t.test('a key that was used for another request is refused, and nothing is stored', async (t) => {
  const key = randomUUID()
  t.equal((await send({ key })).statusCode, 201)
  const before = await counts()
  const refusal = { status: 422, code: 'idempotency-key-reused', errors: [{ in: 'header', pointer: '/idempotency-key' }] }
  t.match((await send({ key, payload: { title: 'Neglect, 2027' } })).json(), refusal, 'another body')
  t.match((await send({ key, caller: leeds.only.write })).json(), refusal, 'another caller of the same council')
  t.strictSame(await counts(), before)
})

t.test('a key is one council’s, and one operation’s', async (t) => {
  const key = randomUUID()
  for (const request of [{ key }, { key, caller: norfolk.key }, { key, url: '/v1/recommendations', payload: NEEDS }]) t.match(await send(request), { statusCode: 201, headers: { 'idempotency-replayed': undefined } })
})

t.test('with quotation marks or without, it is the same key', async (t) => {
  const key = randomUUID()
  const first = await send({ key: `"${key}"` })
  t.equal((await send({ key })).body, first.body)
  t.equal((await send({ key: ` "${key}" ` })).body, first.body)
})

t.test('a key that cannot be read is refused before anything else of the request is looked at', async (t) => {
  const before = await counts()
  const inContract = new RegExp(storing[0]!.parameters!.find(({ name }) => name === 'idempotency-key')!.schema!.pattern!)
  for (const key of ['', '""', '"', 'two words', 'a,b', '"open', `"${'k'.repeat(256)}"`, 'k'.repeat(256), 'ключ', '"a", "b"', '"a";q=1']) {
    t.match((await send({ key })).json(), { status: 400, code: 'invalid-idempotency-key', errors: [{ in: 'header' }] }, key.slice(0, 20))
    t.notMatch(key, inContract, 'nor does the contract allow it')
  }
  t.strictSame(await counts(), before)
  for (const key of ['k'.repeat(255), `"${'k'.repeat(255)}"`, '"two words, \\" and \\\\"']) {
    t.equal((await send({ key })).statusCode, 201, key.slice(0, 20))
    t.match(key, inContract)
  }
  t.equal((await send({ key: 'two words', url: '/v1/recommendations/preview', payload: NEEDS })).statusCode, 200, 'what stores nothing does not look at it')
})

t.test('a request that is refused stores nothing and leaves its key free', async (t) => {
  const key = randomUUID()
  const before = await counts()
  const url = '/v1/recommendations'
  t.equal((await send({ key, url, payload: { needs: [{ need: 'neglekt' }] } })).statusCode, 422)
  t.equal((await send({ key, url, payload: { needs: 'neglect' } })).statusCode, 400)
  t.equal((await send({ key, url, payload: NEEDS, caller: leeds.only.read })).statusCode, 403)
  t.strictSame(await counts(), before)
  t.match(await send({ key, url, payload: NEEDS }), { statusCode: 201, headers: { 'idempotency-replayed': undefined } })
})

t.test('what was done and its answer are stored together or not at all', async (t) => {
  const key = randomUUID()
  const before = await counts()
  await sql`create function refuse_key() returns trigger language plpgsql as $$ begin raise exception 'no' using errcode = '53100'; end $$`.execute(db)
  await sql`create trigger refuse before insert on idempotency_key for each row execute function refuse_key()`.execute(db)
  t.equal((await send({ key })).statusCode, 503, 'the record of the key fails')
  t.equal((await send({ key, url: '/v1/imports', payload: CSV, headers: { 'content-type': 'text/csv' } })).statusCode, 503)
  await sql`drop function refuse_key cascade`.execute(db)
  t.strictSame(await counts(), before, 'so nothing else is stored')

  await sql`create function refuse_commit() returns trigger language plpgsql as $$ begin raise exception 'no' using errcode = '53100'; end $$`.execute(db)
  await sql`create constraint trigger refuse after insert on needs_profile deferrable initially deferred for each row execute function refuse_commit()`.execute(db)
  t.equal((await send({ key })).statusCode, 503, 'the commit fails')
  await sql`drop function refuse_commit cascade`.execute(db)
  t.strictSame(await counts(), before)
  t.equal((await send({ key })).statusCode, 201, 'and the key is free')
})

t.test('while it is worked on, whoever sends it again is told to come later, at once and by every instance', async (t) => {
  const acting = { organisation: leeds.id, actor: 'key:test', requestId: 'r' }
  const [one, another] = [idempotencyService({ database: database.restricted(), hours: 1 }), idempotencyService({ database: database.restricted(), hours: 1 })]
  const open = (service = one) => actAs(acting, () => service.open('createNeedsProfile', 'in-work', { actor: 'key:test', method: 'POST', url: '/', contentType: '', ifMatch: '' }))
  const early = { status: 409, code: 'idempotency-key-in-work', headers: { 'retry-after': '1' } }
  const first = open()
  await first.begin()
  const second = open()
  await t.rejects(second.begin(), early)
  await second.undo()
  await t.rejects(open().begin(), early, 'whoever was refused has freed nothing')
  // The embedded engine has one connection, and so one instance.
  if (database.engine === 'postgres') {
    const elsewhere = open(another)
    await t.rejects(elsewhere.begin(), early)
    await elsewhere.undo()
  }
  await first.keep({ status: 201, headers: { etag: '"1"' }, body: '{"ä":"\\u0000"}' })
  for (const service of [one, another]) {
    const later = open(service)
    await t.rejects(later.begin(), { name: 'AlreadyAnswered', answer: { status: 201, headers: { etag: '"1"' }, body: '{"ä":"\\u0000"}' } })
    await later.undo()
  }
})

t.test('sent many times at once, to two instances, it is carried out once', async (t) => {
  const key = randomUUID()
  const before = await rowsOf('recommendation')
  const request = { key, url: '/v1/recommendations', payload: NEEDS }
  const answers = await Promise.all(Array.from({ length: 12 }, (_, n) => send({ ...request, on: n % 2 === 0 ? app : other })))
  t.equal(await rowsOf('recommendation'), before + 1)
  const first = answers.filter(({ statusCode, headers }) => statusCode === 201 && headers['idempotency-replayed'] === undefined)
  t.equal(first.length, 1)
  for (const { statusCode, headers, body } of answers) {
    if (statusCode === 201) t.equal(body, first[0]!.body)
    else t.match({ statusCode, headers, ...(JSON.parse(body) as object) }, { statusCode: 409, headers: { 'retry-after': '1' }, code: 'idempotency-key-in-work' })
  }
  t.equal((await send(request)).body, first[0]!.body)
})

t.test('many requests with keys of their own wait for each other and all are carried out', async (t) => {
  const before = await rowsOf('needs_profile')
  const answers = await Promise.all(Array.from({ length: 30 }, async () => send({ key: randomUUID() })))
  t.strictSame([...new Set(answers.map(({ statusCode }) => statusCode))], [201])
  t.equal(await rowsOf('needs_profile'), before + 30)
})

t.test('a file is known by all of its bytes', async (t) => {
  const key = randomUUID()
  const request = { key, url: '/v1/imports?name=Early%20help', payload: CSV, headers: { 'content-type': 'text/csv' } }
  const first = await send(request)
  t.equal(first.statusCode, 201, first.body)
  t.match(await send(request), { statusCode: 201, body: first.body, headers: { 'idempotency-replayed': 'true' } })
  t.match((await send({ ...request, payload: CSV.replace('1204', '1205') })).json(), { status: 422, code: 'idempotency-key-reused' })
  t.match((await send({ ...request, url: '/v1/imports?name=Other' })).json(), { status: 422, code: 'idempotency-key-reused' }, 'and by its query')
})

t.test('over HTTP, a file that comes in parts holds no connection while it comes', async (t) => {
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  const key = randomUUID()
  const sendParts = async (between: () => Promise<unknown>) => {
    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
        controller.enqueue(new TextEncoder().encode(CSV.slice(0, 200)))
        await between()
        controller.enqueue(new TextEncoder().encode(CSV.slice(200).replace('1204', '77')))
        controller.close()
      }
    })
    return fetch(`${address}/v1/imports?name=In%20parts`, { method: 'POST', headers: { ...bearer(leeds.key), 'content-type': 'text/csv', 'idempotency-key': key }, body, duplex: 'half' })
  }
  const first = await sendParts(async () => t.equal((await fetch(`${address}/v1/needs-profiles`, { headers: bearer(leeds.key) })).status, 200, 'others are answered meanwhile'))
  t.equal(first.status, 201)
  const again = await sendParts(async () => {})
  t.equal(again.headers.get('idempotency-replayed'), 'true')
  t.equal(await again.text(), await first.text())
})

t.test('an answer is kept for a day, and cleared away by those that come after', async (t) => {
  const key = randomUUID()
  const first = await send({ key })
  const { expires_at, created_at } = await db.selectFrom('idempotency_key').selectAll().where('key', '=', key).executeTakeFirstOrThrow()
  t.equal(expires_at.getTime() - created_at.getTime(), 86_400_000)
  const expire = () => db.updateTable('idempotency_key').set({ expires_at: new Date(Date.now() - 1000) }).execute()
  await expire()
  const anew = await send({ key })
  t.equal(anew.headers['idempotency-replayed'], undefined)
  t.not(anew.json<{ id: string }>().id, first.json<{ id: string }>().id)
  await expire()
  const over = await rowsOf('idempotency_key')
  t.ok(over > 10)
  await send({ key: randomUUID(), caller: norfolk.key })
  t.equal(await rowsOf('idempotency_key'), over - 10 + 1, 'whosever they were, some at a time')
})

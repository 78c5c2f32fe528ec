import t from 'tap'
import { adminService } from '../../src/access/admin.js'
import { newKey } from '../../src/access/keys.js'
import { RULES, isOpen } from '../../src/access/rules.js'
import { SCOPES, type Scope } from '../../src/access/vocabulary.js'
import { openApiDocument } from '../../src/openapi.js'
import { ROOMY, bearer, twoCouncils, type Council } from '../helpers/access.js'
import { testApp } from '../helpers/app.js'

/** Every operation of the contract, tried by those who may and those who may not. */

interface Operation {
  operationId: string
  security: Record<string, string[]>[]
  parameters?: { in: string; name: string; required?: boolean; example?: unknown; examples?: Record<string, { value: unknown }> }[]
  requestBody?: { content: Record<string, { examples?: Record<string, { value: unknown }> }> }
}

const { app, database, leeds, norfolk } = await twoCouncils(t)
/** Requests made, whatever they were answered. */
let asked = 0
const inject = app.inject.bind(app)
app.inject = ((request: string) => {
  asked += 1
  return inject(request)
}) as never
const document = openApiDocument(app) as unknown as { paths: Record<string, Record<string, Operation>> }
const operations = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase() as 'GET' | 'POST' | 'PUT', ...operation })))
type Found = (typeof operations)[number]

const exampleOf = (parameter: NonNullable<Operation['parameters']>[number]) => String(parameter.example ?? Object.values(parameter.examples ?? {})[0]?.value)

const bodiesOf = ({ requestBody }: Found) => Object.values(Object.values(requestBody?.content ?? {})[0]?.examples ?? {}).map(({ value }) => value)

function send({ path, method, parameters = [], requestBody }: Found, key: string | undefined, id?: string, body?: unknown) {
  const headers: Record<string, string> = key === undefined ? {} : bearer(key)
  let url = path
  for (const parameter of parameters.filter(({ required }) => required)) {
    if (parameter.in === 'path') url = url.replace(`{${parameter.name}}`, encodeURIComponent(parameter.name === 'id' && id !== undefined ? id : exampleOf(parameter)))
    if (parameter.in === 'header') headers[parameter.name] = exampleOf(parameter)
    if (parameter.in === 'query') url += `${url.includes('?') ? '&' : '?'}${parameter.name}=${encodeURIComponent(exampleOf(parameter))}`
  }
  const [type, media] = Object.entries(requestBody?.content ?? {})[0] ?? []
  if (type !== undefined) headers['content-type'] = type
  const payload = body ?? Object.values(media?.examples ?? {})[0]?.value
  return app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload: payload as object }) })
}

const scoped = operations.filter(({ operationId }) => (SCOPES as readonly string[]).includes(RULES[operationId]!)).map((operation) => ({ ...operation, scope: RULES[operation.operationId] as Scope }))

/** A record of a council's own in each collection that an operation reads by id, made by that collection's POST. */
async function recordsOf({ key }: Council) {
  const records = new Map<string, string>()
  for (const { path } of scoped.filter((operation) => operation.path.includes('{id}'))) {
    const collection = path.split('/{id}', 1)[0]!
    if (records.has(collection)) continue
    const post = operations.find((operation) => operation.path === collection && operation.method === 'POST')
    if (post === undefined) throw new Error(`Nothing makes a record that ${path} could read: the matrix needs one`)
    // An example may name what the local organisation alone holds; one of them names nothing.
    const answers = []
    for (const body of bodiesOf(post)) answers.push(await send(post, key, undefined, body))
    const made = answers.find(({ statusCode }) => statusCode === 201)
    if (made === undefined) throw new Error(`${post.operationId}: ${answers.map(({ body }) => body).join('\n')}`)
    records.set(collection, made.json<{ id: string }>().id)
  }
  return records
}
const [ofLeeds, ofNorfolk] = [await recordsOf(leeds), await recordsOf(norfolk)]

const admin = adminService({ database })
const past = new Date(Date.now() - 86_400_000)
const stale = async (change: (id: string) => Promise<unknown>) => {
  const { id, key } = await admin.createKey({ organisation: leeds.id, name: 'once', scopes: SCOPES })
  await change(id)
  return key
}
const refusedKeys: Record<string, string> = {
  'a key that was never made': newKey().key,
  'a key of another secret': `${leeds.key.slice(0, -4)}${leeds.key.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`,
  'an expired key': await stale((id) => database.kysely.updateTable('api_key').set({ expires_at: past }).where('id', '=', id).execute()),
  'a revoked key': await stale((id) => admin.revokeKey(id)),
  'what is no key': 'evk_',
  'a token, where no issuer is configured': 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.'
}

t.test('the contract says of every operation what it needs', (t) => {
  t.ok(operations.length >= 30 && scoped.length >= 10, `${operations.length} operations, ${scoped.length} of them with a scope`)
  for (const { operationId, security } of operations) {
    const rule = RULES[operationId]!
    t.strictSame(security, rule === 'health' ? [] : isOpen(rule) ? [{}, { bearer: [] }] : [{ bearer: [rule] }], operationId)
  }
  t.end()
})

t.test('without a key, what is open is answered and all else asks for one', async (t) => {
  for (const operation of operations) {
    const response = await send(operation, undefined)
    if (!scoped.some(({ operationId }) => operationId === operation.operationId)) t.notOk([401, 403].includes(response.statusCode), operation.operationId)
    else {
      t.match(response.json(), { status: 401, code: 'unauthenticated', detail: /Authorization: Bearer evk_/ }, operation.operationId)
      t.match(response.headers['www-authenticate'], /^Bearer /)
    }
  }
})

t.test('a key that does not hold is refused by every operation but health, and is not repeated', async (t) => {
  for (const [what, key] of Object.entries(refusedKeys)) {
    for (const operation of operations) {
      const response = await send(operation, key)
      if (RULES[operation.operationId] === 'health') t.equal(response.statusCode, 200, operation.operationId)
      else {
        t.match(response.json(), { status: 401, code: 'invalid-credentials' }, `${operation.operationId}: ${what}`)
        t.notMatch(response.body, key.slice(20) || 'nothing')
      }
    }
  }
})

/** What a draft, or an example that names a record of the local organisation, is refused for once past the door. */
const REFUSED_FOR_WHAT_IT_SAYS: Record<string, number> = {
  createBusinessCase: 422, replaceBusinessCase: 422,
  enterActual: 409, listActuals: 409, getActual: 409, getBusinessCaseAppraisal: 409, getBenefitsRegister: 409, getRealisation: 409, decideOnBusinessCase: 409
}
const isAnswered = (operationId: string, status: number) => (operationId in REFUSED_FOR_WHAT_IT_SAYS ? status === REFUSED_FOR_WHAT_IT_SAYS[operationId] : status < 300)
/** Tables that a draft has no rows in. */
const AFTER_A_DECISION = ['listCashFlowsRows', 'listRealisationRows']
/** What is counted of all councils together names none. */
const OF_NOBODY = ['getMetrics']

t.test('a key without the scope is told which is missing; the scope alone is enough', async (t) => {
  for (const operation of scoped) {
    for (const scope of SCOPES) {
      const response = await send(operation, leeds.only[scope], ofLeeds.get(operation.path.split('/{id}', 1)[0]!))
      if (scope === operation.scope) t.ok(isAnswered(operation.operationId, response.statusCode), `${operation.operationId} with ${scope}: ${response.statusCode}`)
      else {
        t.match(response.json(), { status: 403, code: 'insufficient-scope' }, `${operation.operationId} with ${scope}`)
        t.match(response.headers['www-authenticate'], `scope="${operation.scope}"`)
      }
    }
  }
})

t.test("another council's record is not there, for any operation or method", async (t) => {
  const held = await database.kysely.selectFrom('audit_head').selectAll().where('organisation_id', '=', leeds.id).execute()
  let tried = 0
  for (const operation of scoped.filter(({ path }) => path.includes('{id}'))) {
    const collection = operation.path.split('/{id}', 1)[0]!
    const [theirs, own] = [ofLeeds.get(collection)!, ofNorfolk.get(collection)!]
    const refused = await send(operation, norfolk.key, theirs)
    t.match(refused.json(), { status: 404, code: 'not-found' }, operation.operationId)
    const { statusCode } = await send(operation, norfolk.key, own)
    t.ok(isAnswered(operation.operationId, statusCode), `${operation.operationId}: its own is, ${statusCode}`)
    const unknown = await send(operation, norfolk.key, '00000000-0000-4000-8000-00000000dead')
    t.same({ ...refused.json(), detail: '', instance: '', requestId: '' }, { ...unknown.json(), detail: '', instance: '', requestId: '' }, 'no otherwise than one that never was')
    for (const method of ['HEAD', 'PUT', 'PATCH', 'POST', 'DELETE', 'OPTIONS'] as const) {
      const { statusCode } = await app.inject({ method, url: operation.path.replace('{id}', theirs), headers: { ...bearer(norfolk.key), 'if-match': '"1"' } })
      t.ok([400, 404, 405, 415].includes(statusCode), `${method} ${operation.path}: ${statusCode}`)
      tried += 1
    }
  }
  t.ok(tried >= 20, `${tried} other methods`)
  t.strictSame(await database.kysely.selectFrom('audit_head').selectAll().where('organisation_id', '=', leeds.id).execute(), held, 'and nothing of theirs has changed')
})

t.test("no list shows another council's records", async (t) => {
  const theirs = new RegExp([...ofLeeds.values(), leeds.id].join('|'))
  const own = new RegExp([...ofNorfolk.values(), norfolk.id].join('|'))
  for (const operation of scoped.filter(({ path, method }) => method === 'GET' && !path.includes('{'))) {
    const { body } = await send(operation, norfolk.key)
    if (![...AFTER_A_DECISION, ...OF_NOBODY].includes(operation.operationId)) t.match(body, own, operation.operationId)
    t.notMatch(body, theirs, operation.operationId)
  }
  for (const dataset of ['recommendations', 'gap-warnings']) {
    t.match((await app.inject({ url: `/v1/rows/${dataset}?recommendation=${ofLeeds.get('/v1/recommendations')}`, headers: bearer(norfolk.key) })).json(), { status: 422, code: 'unknown-recommendation' })
  }
})

t.test('what is not documented is not open, but for the reference', async (t) => {
  t.match((await app.inject('/v1/rows/nonsense')).json(), { status: 401 })
  t.equal((await app.inject('/docs')).statusCode, 200)
})

t.test('a credential of another scheme, or none that can be read, is refused with a word on how to send one', async (t) => {
  for (const authorization of ['Basic dXNlcjpwYXNz', leeds.key, 'Bearer', `Bearer ${leeds.key} ${leeds.key}`, `Bearer\t${leeds.key}`]) {
    t.match((await app.inject({ url: '/v1/needs-profiles', headers: { authorization } })).json(), { status: 401, detail: /'Bearer', a space/ }, authorization.slice(0, 12))
  }
  t.equal((await app.inject({ url: '/v1/needs-profiles', headers: { authorization: `bearer  ${leeds.key} ` } })).statusCode, 200, 'the scheme is read in any case')
})

t.test('with OPEN_READS=false only health is open', async (t) => {
  const shut = await testApp(t, { database: { ...database, close: async () => {} }, config: { logLevel: 'silent', access: { required: false, openReads: false, oidc: null }, limits: ROOMY } })
  for (const { path, method, operationId, parameters = [] } of operations.filter(({ operationId }) => isOpen(RULES[operationId]!) || RULES[operationId] === 'health')) {
    const url = parameters.reduce((address, parameter) => (parameter.in === 'path' ? address.replace(`{${parameter.name}}`, encodeURIComponent(exampleOf(parameter))) : address), path)
    t.equal((await shut.inject({ method, url })).statusCode, RULES[operationId] === 'health' ? 200 : 401, operationId)
    t.equal((await shut.inject({ method, url, headers: bearer(leeds.only.write) })).statusCode, RULES[operationId] === 'health' ? 200 : 403, `${operationId}, without read`)
  }
  t.equal((await shut.inject({ url: '/v1/needs', headers: bearer(leeds.only.read) })).statusCode, 200)
  t.equal((await shut.inject('/docs')).statusCode, 401)
})

t.test('that was all of it', (t) => {
  t.comment(`matrix: ${asked} requests tried on ${operations.length} operations, ${scoped.length} of them with a scope, as nobody, with ${Object.keys(refusedKeys).length} keys that do not hold, with each scope alone, and as another council`)
  t.ok(asked > 10 * operations.length)
  t.end()
})

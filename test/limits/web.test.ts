import t from 'tap'
import { get } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { IncomingMessage } from 'node:http'
import { OPEN_ACCESS } from '../../src/access/service.js'
import { EXAMPLE_CASE_ID } from '../../src/business-cases/examples.js'
import { CLOSED_WEB, type WebConfig } from '../../src/limits/limits.js'
import { LEEDS, bearer, councilWithKeys } from '../helpers/access.js'
import { testApp, testDatabase } from '../helpers/app.js'

const database = await testDatabase(t)
const shared = { ...database, close: async () => {} }
const local = await testApp(t, { database: shared })
const page = await local.inject(`/v1/business-cases/${EXAMPLE_CASE_ID}?format=html`)
const reference = await local.inject('/docs')
const leeds = await councilWithKeys(database, LEEDS)
const open = (web: Partial<WebConfig>) => testApp(t, { database: shared, config: { logLevel: 'silent', access: { ...OPEN_ACCESS, required: true }, web: { ...CLOSED_WEB, ...web } } })
const closed = await open({})
const bi = await open({ corsOrigins: ['https://bi.example.gov.uk', 'http://localhost:5173'], hstsSeconds: 31_536_000 })
const ofLocal = await testApp(t)
const json = { 'content-type': 'application/json' }
const PROFILE = { title: 'Neglect, 2026' }
const kept = async () => (await database.kysely.selectFrom('needs_profile').select('id').execute()).length

t.test('every answer says that nothing in it is to be run, framed or kept by another site', async (t) => {
  const expected = { 'x-content-type-options': 'nosniff', 'content-security-policy': "default-src 'none'; frame-ancestors 'none'", 'referrer-policy': 'no-referrer', 'cross-origin-resource-policy': 'same-origin', 'x-frame-options': 'DENY' }
  for (const url of ['/v1/needs', '/healthz', '/v1/needs-profiles', '/v1/nothing', '/openapi.json']) {
    const { headers } = await closed.inject({ url })
    t.match(headers, expected, url)
    t.equal(headers['strict-transport-security'], undefined, 'of TLS only where it is said to be there')
  }
  t.equal((await bi.inject('/v1/needs')).headers['strict-transport-security'], 'max-age=31536000')
})

t.test('what is a council’s own stays in no cache, and what is all councils’ may', async (t) => {
  const caching = async (url: string) => (await closed.inject({ url, headers: bearer(leeds.key) })).headers['cache-control']
  for (const url of ['/v1/needs-profiles', '/v1/business-cases', '/v1/audit-entries', '/v1/rows/recommendations', '/v1/unit-costs', '/v1/needs-profiles/00000000-0000-4000-8000-00000000dead']) t.equal(await caching(url), 'no-store', url)
  for (const url of ['/v1/needs', '/v1/areas']) t.equal(await caching(url), undefined, url)
  t.equal((await closed.inject('/v1/unit-costs')).headers['cache-control'], undefined)
  t.equal((await closed.inject({ method: 'POST', url: '/v1/recommendations/preview', headers: bearer(leeds.key), payload: { needs: [{ need: 'neglect' }] } })).headers['cache-control'], 'no-store')
})

t.test('the two pages that the service has say what they need', (t) => {
  t.equal(page.statusCode, 200)
  t.match(page.headers['content-security-policy'], /^default-src 'none'; style-src 'unsafe-inline'/)
  t.equal(page.headers['cache-control'], 'private, no-cache')
  t.match(reference.headers['content-security-policy'], /script-src 'self';/)
  t.equal(reference.headers['referrer-policy'], 'no-referrer')
  t.end()
})

t.test('no page of another origin may read anything, unless it is named', async (t) => {
  const origin = 'https://bi.example.gov.uk'
  const preflight = { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,content-type,idempotency-key' }
  const refused = await closed.inject({ method: 'OPTIONS', url: '/v1/recommendations', headers: preflight })
  t.equal(refused.statusCode, 405)
  for (const { headers } of [refused, await closed.inject({ url: '/v1/needs', headers: { origin } })]) t.strictSame(Object.keys(headers).filter((name) => name.startsWith('access-control')), [])

  const asked = await bi.inject({ method: 'OPTIONS', url: '/v1/recommendations', headers: preflight })
  t.match({ statusCode: asked.statusCode, ...asked.headers }, {
    statusCode: 204, 'access-control-allow-origin': origin, 'access-control-allow-methods': /POST/, 'access-control-allow-headers': /Authorization.*Idempotency-Key.*If-Match/, 'access-control-max-age': '600', vary: /Origin/i
  })
  for (const [url, status] of [['/v1/needs', 200], ['/v1/needs-profiles', 401], ['/v1/nothing', 404]] as const) {
    const { statusCode, headers } = await bi.inject({ url, headers: { origin } })
    t.match({ statusCode, ...headers }, { statusCode: status, 'access-control-allow-origin': origin, 'access-control-expose-headers': /ETag.*Location.*RateLimit.*Retry-After.*X-Request-Id/ }, url)
    t.equal(headers['access-control-allow-credentials'], undefined)
  }
  for (const other of ['https://bi.example.gov.uk.evil.example', 'http://bi.example.gov.uk', 'null', 'https://BI.example.gov.uk']) {
    t.equal((await bi.inject({ url: '/v1/needs', headers: { origin: other } })).headers['access-control-allow-origin'], undefined, other)
    t.equal((await bi.inject({ method: 'OPTIONS', url: '/v1/needs', headers: { ...preflight, origin: other } })).headers['access-control-allow-origin'], undefined, other)
  }
})

t.test('a page of another site stores nothing, whatever kind of body it sends', async (t) => {
  const before = await kept()
  const send = (headers: Record<string, string>, app = closed) => app.inject({ method: 'POST', url: '/v1/needs-profiles', headers: { ...bearer(leeds.key), ...json, ...headers }, payload: PROFILE })
  const foreign: Record<string, string>[] = [
    { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }, { 'sec-fetch-site': 'same-site', origin: 'http://localhost:8080' }, { 'sec-fetch-site': 'cross-site' },
    { origin: 'https://evil.example' }, { origin: 'null' }, { origin: 'http://localhost:8080', host: 'localhost:3000' }
  ]
  for (const headers of foreign) {
    t.match((await send(headers)).json(), { status: 403, code: 'cross-origin' }, JSON.stringify(headers))
    t.match((await ofLocal.inject({ method: 'POST', url: '/v1/needs-profiles', headers: { ...json, ...headers }, payload: PROFILE })).json(), { status: 403, code: 'cross-origin' })
  }
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
    for (const url of ['/v1/needs-profiles', '/v1/imports?name=x', '/v1/unit-cost-editions?edition=x']) {
      const { statusCode } = await closed.inject({ method: 'POST', url, headers: { ...bearer(leeds.key), 'content-type': type }, payload: JSON.stringify(PROFILE) })
      t.equal(statusCode, 415, `${url} as ${type}: a browser asks nobody before it sends such a body`)
    }
  }
  t.equal(await kept(), before)
  const own: Record<string, string>[] = [{ 'sec-fetch-site': 'same-origin', origin: 'http://localhost:80' }, { 'sec-fetch-site': 'none' }, { origin: 'http://evident.example:3000', host: 'evident.example:3000' }]
  for (const headers of own) t.equal((await send(headers)).statusCode, 201, JSON.stringify(headers))
  t.equal((await send({ 'sec-fetch-site': 'cross-site', origin: 'https://bi.example.gov.uk' }, bi)).statusCode, 201, 'one that is named')
  t.equal((await send({ 'sec-fetch-site': 'cross-site', origin: 'https://other.example.gov.uk' }, bi)).statusCode, 403)
  t.equal((await closed.inject({ url: '/v1/needs', headers: { 'sec-fetch-site': 'cross-site' } })).statusCode, 200, 'a link from elsewhere can be followed')
})

t.test('where nobody has to sign in, only names of this machine are answered', async (t) => {
  await ofLocal.listen({ port: 0, host: '127.0.0.1' })
  const { port } = ofLocal.server.address() as AddressInfo
  const ask = async (host: string | undefined, path = '/v1/needs') => {
    const [response] = (await once(get({ port, host: '127.0.0.1', path, headers: host === undefined ? {} : { host } }), 'response')) as [IncomingMessage]
    let body = ''
    for await (const chunk of response) body += String(chunk)
    return { status: response.statusCode, body }
  }
  for (const host of [undefined, `localhost:${port}`, 'LOCALHOST', '127.0.0.1', '127.8.8.8:3000', `[::1]:${port}`]) t.equal((await ask(host)).status, 200, String(host))
  for (const host of ['evil.example', `evil.example:${port}`, 'localhost.evil.example', '127.0.0.1.evil.example', '192.168.1.1', '0.0.0.0', 'localhost@evil.example']) {
    t.match(JSON.parse((await ask(host)).body), { status: 421, code: 'misdirected' }, host)
  }
  t.equal((await ask('evil.example', '/healthz')).status, 200, 'health answers a probe by any name')
  t.equal((await closed.inject({ url: '/v1/needs', headers: { host: 'evident.example.gov.uk' } })).statusCode, 200, 'with keys, any name that leads here is right')
})

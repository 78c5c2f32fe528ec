import t from 'tap'
import { newKey } from '../../src/access/keys.js'
import { OPEN_ACCESS } from '../../src/access/service.js'
import { CLOSED_WEB, DEFAULT_LIMITS, PER_MINUTE_HERE, type Limits } from '../../src/limits/limits.js'
import { LEEDS, NORFOLK, bearer, councilWithKeys } from '../helpers/access.js'
import { testApp, testDatabase } from '../helpers/app.js'

const database = await testDatabase(t)
const here = await testApp(t, { database: { ...database, close: async () => {} } })
const first = await here.inject('/v1/needs')
const [leeds, norfolk] = [await councilWithKeys(database, LEEDS), await councilWithKeys(database, NORFOLK)]
const limited = (limits: Partial<Limits>, web = CLOSED_WEB) => testApp(t, { database: { ...database, close: async () => {} }, config: { logLevel: 'silent', access: { ...OPEN_ACCESS, required: true }, limits: { ...DEFAULT_LIMITS, ...limits }, web } })
const three = await limited({ requestsPerMinute: 3 })
const guarded = await limited({ refusalsPerMinute: 2 })
const proxied = await limited({ requestsPerMinute: 2 }, { ...CLOSED_WEB, trustProxy: ['10.0.0.0/8'] })

t.test('where only this machine calls there is plenty, and how much is said', (t) => {
  t.equal(first.headers['ratelimit-policy'], `"address";q=${PER_MINUTE_HERE};w=60`)
  t.match(first.headers['ratelimit'], new RegExp(`^"address";r=${PER_MINUTE_HERE - 1};t=\\d+$`))
  t.end()
})

t.test('a key that asks too much is told when it is answered again; others are answered', async (t) => {
  const ask = (key: string, url = '/v1/needs-profiles') => three.inject({ url, headers: bearer(key) })
  for (const left of [2, 1, 0]) {
    const { statusCode, headers } = await ask(leeds.key, left === 1 ? '/v1/needs' : undefined)
    t.match({ statusCode, ...headers }, { statusCode: 200, 'ratelimit-policy': '"key";q=3;w=60', ratelimit: new RegExp(`^"key";r=${left};t=\\d+$`) })
  }
  const refused = await ask(leeds.key)
  t.match(refused.json(), { status: 429, code: 'too-many-requests', detail: /more than 3 requests in a minute from this key/ })
  t.match(refused.headers, { 'retry-after': /^\d+$/, ratelimit: /^"key";r=0;t=\d+$/, 'content-type': /problem/ })
  t.equal(Number(refused.headers['retry-after']), Number(/t=(\d+)/.exec(String(refused.headers['ratelimit']))![1]))
  t.equal((await ask(norfolk.key)).statusCode, 200, 'another council')
  t.equal((await ask(leeds.only.read)).statusCode, 200, 'another key of the same')
  for (let i = 0; i < 5; i += 1) t.equal((await ask(leeds.key, '/healthz')).statusCode, 200, 'health is not counted')
})

t.test('whoever sends no key is counted by address', async (t) => {
  const ask = (remoteAddress: string) => three.inject({ url: '/v1/needs', remoteAddress })
  for (let i = 0; i < 3; i += 1) t.match((await ask('10.1.1.1')).headers, { 'ratelimit-policy': '"address";q=3;w=60' })
  t.match((await ask('10.1.1.1')).json(), { status: 429, detail: /from your address/ })
  t.equal((await ask('10.1.1.2')).statusCode, 200)
})

t.test('an address whose keys do not hold is not listened to for a while, not even with one that does', async (t) => {
  const ask = (key: string, remoteAddress = '10.2.2.2', url = '/v1/needs-profiles') => guarded.inject({ url, headers: bearer(key), remoteAddress })
  t.equal((await ask(newKey().key)).statusCode, 401)
  t.equal((await ask(leeds.key)).statusCode, 200)
  t.equal((await ask('evk_')).statusCode, 401)
  const refused = await ask(newKey().key)
  t.match(refused.json(), { status: 429, code: 'too-many-refusals' })
  t.match(refused.headers['retry-after'], /^\d+$/)
  t.equal((await ask(leeds.key)).statusCode, 429, 'or a guess that is right would be told')
  t.equal((await ask(leeds.key, '10.2.2.3')).statusCode, 200, 'others are')
  t.equal((await guarded.inject({ url: '/v1/needs', remoteAddress: '10.2.2.2' })).statusCode, 200, 'and what is open to all')
  t.equal((await ask(newKey().key, '10.2.2.2', '/healthz')).statusCode, 200)
})

t.test('behind a proxy that is believed, addresses are those that it names', async (t) => {
  const ask = (forwarded: string, remoteAddress: string) => proxied.inject({ url: '/v1/needs', remoteAddress, headers: { 'x-forwarded-for': forwarded } })
  for (let i = 0; i < 2; i += 1) t.equal((await ask('203.0.113.7', '10.9.9.9')).statusCode, 200)
  t.equal((await ask('203.0.113.7', '10.9.9.9')).statusCode, 429)
  t.equal((await ask('203.0.113.8', '10.9.9.9')).statusCode, 200)
  for (const status of [200, 200, 429]) t.equal((await ask(`203.0.113.${status}`, '192.0.2.1')).statusCode, status, 'anybody else names what they like')
})

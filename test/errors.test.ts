import t, { type Test } from 'tap'
import type { FastifyInstance } from 'fastify'
import { isDatabaseUnavailable, notFound, toDomainError, unprocessable } from '../src/errors.js'
import { probeApp } from './helpers/probe.js'

const PROBLEM = 'application/problem+json; charset=utf-8'

function problem(t: Test, response: Awaited<ReturnType<FastifyInstance['inject']>>, status: number, code: string) {
  t.equal(response.statusCode, status)
  t.equal(response.headers['content-type'], PROBLEM)
  const body = response.json<Record<string, unknown>>()
  t.match(body, { type: `urn:evident:problem:${code}`, title: String, status, detail: String, code, instance: String, requestId: response.headers['x-request-id'] })
  return body
}

t.test('a domain error answers as a problem, with its errors in one shape', async (t) => {
  const app = await probeApp(t, (app) => {
    app.get('/v1/fails', async () => {
      throw unprocessable("There is no need 'neglekt'.", {
        code: 'unknown-need',
        errors: [{ pointer: '/needs/0/need', code: 'unknown-need', message: "There is no need 'neglekt'.", suggestions: ['neglect'] }]
      })
    })
    app.get('/v1/absent', async () => {
      throw notFound('There is no such thing.')
    })
  })
  const body = problem(t, await app.inject('/v1/fails'), 422, 'unknown-need')
  t.strictSame(body['errors'], [{ pointer: '/needs/0/need', code: 'unknown-need', message: "There is no need 'neglekt'.", in: null, suggestions: ['neglect'] }])
  t.notOk('errors' in problem(t, await app.inject('/v1/absent'), 404, 'not-found'))
})

t.test('an error that nobody foresaw is masked and logged', async (t) => {
  const lines: string[] = []
  const app = await probeApp(t, (app) => {
    app.get('/v1/breaks', async () => {
      throw new Error('password is hunter2')
    })
    app.get('/v1/throws-text', async () => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error
      throw 'text'
    })
  }, lines)
  const response = await app.inject('/v1/breaks')
  problem(t, response, 500, 'internal')
  t.notMatch(response.body, /hunter2/)
  t.match(lines.join(''), /password is hunter2/, 'the log has it')
  problem(t, await app.inject('/v1/throws-text'), 500, 'internal')
})

t.test('what a council sent stays out of the log, also when the database refuses it', async (t) => {
  const lines: string[] = []
  const app = await probeApp(t, (app) => {
    app.get('/v1/breaks', async () => {
      throw Object.assign(new Error('duplicate key'), { code: '23505', query: 'insert', params: ['what Leeds asked'], detail: 'Key (asked)=(what Leeds asked)' })
    })
  }, lines)
  await app.inject('/v1/breaks')
  t.match(lines.join(''), /duplicate key.*23505/)
  t.notMatch(lines.join(''), /what Leeds asked/)
})

t.test('an unknown address is not found, whatever was sent to it', async (t) => {
  const app = await probeApp(t)
  problem(t, await app.inject('/v1/nothing?token=abc'), 404, 'no-such-address')
  const response = await app.inject({ method: 'POST', url: '/nothing', headers: { 'content-type': 'text/csv' }, payload: 'a,b' })
  problem(t, response, 404, 'no-such-address')
})

t.test('a known address with the wrong method says which are offered', async (t) => {
  const app = await probeApp(t, (app) => app.get('/v1/things/:id', async () => ({})))
  const response = await app.inject({ method: 'DELETE', url: '/v1/things/7?x=1' })
  problem(t, response, 405, 'method-not-allowed')
  t.equal(response.headers['allow'], 'GET, HEAD')
  problem(t, await app.inject({ method: 'DELETE', url: '/v1/things/7/parts' }), 404, 'no-such-address')
  problem(t, await app.inject('/docs/static/no-such.css'), 404, 'no-such-address')
})

t.test('of very many faults a hundred are listed', async (t) => {
  const errors = Array.from({ length: 101 }, (_, n) => ({ pointer: `/needs/${n}`, code: 'unknown-need', message: 'There is no such need.' }))
  const app = await probeApp(t, (app) => {
    app.get('/v1/faults/:count', async (request) => {
      throw unprocessable('The profile has faults.', { errors: errors.slice(0, Number((request.params as { count: string }).count)) })
    })
  })
  const [most, more] = [problem(t, await app.inject('/v1/faults/100'), 422, 'unprocessable'), problem(t, await app.inject('/v1/faults/101'), 422, 'unprocessable')]
  t.match(most, { detail: /^The profile has faults\.$/, errors: { length: 100 } })
  t.match(more, { detail: 'The profile has faults. (The first 100 are listed.)', errors: { length: 100 } })
})

t.test('an address that cannot be decoded is a bad request', async (t) => {
  const app = await probeApp(t, (app) => app.get('/v1/things/:id', async () => ({})))
  const tooLong = await app.inject({ url: `/v1/things/${'x'.repeat(500)}`, headers: { 'x-request-id': 'r-2' } })
  t.match(tooLong, { statusCode: 414, headers: { 'x-request-id': 'r-2', 'x-content-type-options': 'nosniff' } }, 'what is refused before any hook runs has the headers of every answer')
  const response = await app.inject('/v1/things/%zz')
  t.equal(response.statusCode, 400)
  t.equal(response.headers['content-type'], PROBLEM)
  t.equal(response.json<{ code: string }>().code, 'invalid-address')
})

t.test('a body that cannot be read says why', async (t) => {
  const app = await probeApp(t, (app) => app.post('/v1/things', async () => ({})))
  const post = (payload: string, type = 'application/json') => app.inject({ method: 'POST', url: '/v1/things', headers: { 'content-type': type }, payload })
  const broken = problem(t, await post('{\n  "a": "secret",\n}'), 400, 'invalid-json')
  t.match(broken['detail'], /line 3, character 1/)
  t.notMatch(broken['detail'], /secret/)
  problem(t, await post('{"a": 1'), 400, 'invalid-json')
  problem(t, await post(''), 400, 'empty-body')
  problem(t, await post('{"__proto__": {"admin": true}}'), 400, 'forbidden-key')
  problem(t, await post('{"constructor": {"prototype": {"admin": true}}}'), 400, 'forbidden-key')
  problem(t, await post('a=1', 'application/x-www-form-urlencoded'), 415, 'unsupported-media-type')
  problem(t, await post('text', 'text/plain'), 415, 'unsupported-media-type')
  problem(t, await post(`"${'x'.repeat(1024 * 1024)}"`), 413, 'payload-too-large')
})

t.test('a database that cannot be reached is a 503 that says when to try again', async (t) => {
  const app = await probeApp(t, (app) => {
    app.get('/v1/:code', async (request) => {
      throw Object.assign(new Error('refused'), { code: (request.params as { code: string }).code })
    })
  })
  for (const code of ['ECONNREFUSED', '57P01', '08006', '53300', 'EVIDENT_DATABASE_BUSY']) {
    const response = await app.inject(`/v1/${code}`)
    problem(t, response, 503, 'database-unavailable')
    t.equal(response.headers['retry-after'], '5')
  }
  for (const [code, told] of [['57014', 'statement-timeout'], ['55P03', 'database-busy'], ['EVIDENT_DATABASE_SATURATED', 'overloaded']] as const) {
    const response = await app.inject(`/v1/${code}`)
    problem(t, response, 503, told)
    t.match(response.headers['retry-after'], /^\d+$/)
  }
  problem(t, await app.inject('/v1/23505'), 500, 'internal')
  t.ok(isDatabaseUnavailable(new Error('Connection terminated unexpectedly')))
  t.ok(isDatabaseUnavailable(new Error('timeout exceeded when trying to connect')))
  t.notOk(isDatabaseUnavailable(new Error('syntax error')))
  t.notOk(isDatabaseUnavailable('ECONNREFUSED'))
})

t.test('nothing at all can still be answered', (t) => {
  for (const thrown of [undefined, null, 0, 'text', {}]) t.equal(toDomainError(thrown).status, 500)
  t.end()
})

t.test('a request id is taken over when it is safe, and is otherwise made here', async (t) => {
  const app = await probeApp(t)
  const idFor = async (id: string) => (await app.inject({ url: '/healthz', headers: { 'x-request-id': id } })).headers['x-request-id']
  t.equal(await idFor('case-7.a_B'), 'case-7.a_B')
  for (const unsafe of ['a b', '<script>', 'x'.repeat(65), '{"a":1}']) {
    const given = await idFor(unsafe)
    t.not(given, unsafe)
    t.match(given, /^[0-9a-f-]{36}$/)
  }
})

t.test('the log names the route and never a query value, a body or a credential', async (t) => {
  const lines: string[] = []
  const app = await probeApp(t, (app) => app.post('/v1/things/:id', async () => ({})), lines)
  await app.inject({ method: 'POST', url: '/v1/things/hush1?area=hush2', headers: { 'x-request-id': 'r-1', cookie: 'hush7' }, payload: { a: 'hush4' } })
  for (const authorization of ['Bearer hush3', 'Basic hush3', `Bearer evk_${'0'.repeat(16)}_${'hush'.repeat(11).slice(1)}`]) {
    t.equal((await app.inject({ method: 'POST', url: '/v1/things/1', headers: { authorization }, payload: { a: 'hush4' } })).statusCode, 401)
  }
  await app.inject('/v1/hush5?x=hush6')
  const log = lines.join('')
  t.notMatch(log, /hush/)
  t.match(JSON.parse(lines[0]!), { level: 'info', requestId: 'r-1', method: 'POST', route: '/v1/things/:id', status: 200, ms: Number })
})

import t from 'tap'
import fc from 'fast-check'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { closed, nullable, ref, words } from '../src/schemas.js'
import { probeApp } from './helpers/probe.js'

const Age = closed({ min: Type.Integer({ minimum: 0 }), max: Type.Integer({ maximum: 25 }) }, { $id: 'ProbeAge' })
const Body = closed({
  need: words(['neglect', 'physical-abuse', 'sexual-abuse']),
  children: Type.Optional(nullable(Type.Integer({ minimum: 0 }))),
  childAge: Type.Optional(ref(Age)),
  share: Type.Optional(Type.Union([Type.Boolean(), closed({ yes: Type.Number({ maximum: 1 }) }), Type.Array(Type.String(), { maxItems: 3 })])),
  note: Type.Optional(Type.String({ minLength: 1, maxLength: 50 })),
  sizes: Type.Optional(Type.Union([Type.Literal('small'), Type.Literal('large'), Type.Null()])),
  list: Type.Optional(Type.Array(closed({ code: Type.String() }), { maxItems: 1_000_000 }))
})

const routes = (app: FastifyInstance) => {
  app.addSchema(Age)
  app.post('/v1/probe', { schema: { body: Body } }, async ({ body }) => ({ body }))
  app.post('/v1/either', { schema: { body: closed({ needs: Type.Optional(Type.Array(Type.String())), area: Type.Optional(Type.String()) }, { anyOf: [{ required: ['needs'] }, { required: ['area'] }] }) } }, async () => ({}))
  app.get(
    '/v1/probe',
    { schema: { querystring: Type.Object({ limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }), need: Type.Optional(Type.Array(Type.String())), strict: Type.Optional(Type.Boolean()) }) } },
    async ({ query }) => ({ query })
  )
  app.get('/v1/probe/:id', { schema: { params: Type.Object({ id: Type.Integer() }) } }, async ({ params }) => ({ params }))
}

interface Answer {
  status: number
  body: unknown
  query: unknown
  detail: string
  errors: { pointer: string; code: string; message: string; in: string; suggestions: string[] }[]
}

t.test('bodies', async (t) => {
  const app = await probeApp(t, routes)
  const send = async (body: unknown, url = '/v1/probe') => {
    const response = await app.inject({ method: 'POST', url, headers: { 'content-type': 'application/json' }, payload: typeof body === 'string' ? body : JSON.stringify(body) })
    return { ...response.json<Answer>(), status: response.statusCode }
  }
  const only = async (body: unknown, url?: string) => {
    const { status, errors } = await send(body, url)
    t.equal(status, 400)
    t.equal(errors.length, 1, errors.map(({ message }) => message).join(' | '))
    t.equal(errors[0]?.in, 'body')
    return errors[0]!
  }

  t.test('a valid body arrives as it was sent', async (t) => {
    const body = { need: 'neglect', children: null, childAge: { min: 0, max: 4 }, share: { yes: 0.5 } }
    t.strictSame((await send(body)).body, body)
  })

  t.test('nothing is coerced: neither text to a number, nor null to zero or to text', async (t) => {
    t.match(await only({ need: 'neglect', children: '12' }), { pointer: '/children', code: 'type', message: "'children' must be a whole number or null, not the text \"12\"." })
    t.match(await only({ need: 'neglect', note: null }), { pointer: '/note', code: 'type', message: "'note' must be text, not null." })
    t.match(await only({ need: 'neglect', childAge: { min: null, max: 4 } }), { pointer: '/childAge/min', code: 'type' })
    t.match(await only({ need: 'neglect', children: 1.5 }), { pointer: '/children', code: 'type', message: /whole number/ })
  })

  t.test('an unknown key is an error that names it and suggests the near one', async (t) => {
    t.match(await only({ need: 'neglect', childage: { min: 0, max: 1 } }), {
      pointer: '/childage',
      code: 'unknown-field',
      message: "'childage' is not a known field; did you mean childAge?",
      suggestions: ['childAge']
    })
    t.match(await only({ need: 'neglect', childAge: { min: 0, max: 1, 'a/b': 1 } }), { pointer: '/childAge/a~1b', code: 'unknown-field', message: /the fields here are min or max/ })
    t.match(await only({ need: 'neglect', constructor: 1 }), { pointer: '/constructor', code: 'unknown-field' })
    t.match(await only({ need: 'neglect', hasOwnProperty: 1, toString: undefined }), { code: 'unknown-field' })
  })

  t.test('a missing key, a word outside its list and a number out of range each say what to write', async (t) => {
    t.match(await only({}), { pointer: '/need', code: 'required', message: "'need' is required." })
    t.match(await only({ need: 'neglekt' }), { pointer: '/need', code: 'enum', message: /must be one of neglect, physical-abuse.*Did you mean neglect\?/, suggestions: ['neglect'] })
    t.match(await only({ need: 'neglect', children: -1 }), { pointer: '/children', code: 'minimum', message: "'children' must be at least 0, not -1." })
    t.match(await only({ need: 'neglect', note: '' }), { pointer: '/note', code: 'min-length', message: "'note' must not be empty." })
  })

  t.test('a value of several possible shapes is told once, of the shape it is nearest to', async (t) => {
    t.match(await only({ need: 'neglect', share: 'much' }), { pointer: '/share', code: 'type', message: "'share' must be true or false, an object or a list, not the text \"much\"." })
    t.match(await only({ need: 'neglect', share: { yes: 3 } }), { pointer: '/share/yes', code: 'maximum' })
    t.match(await only({ need: 'neglect', share: { yess: 1, yes: 1 } }), { pointer: '/share/yess', code: 'unknown-field', suggestions: ['yes'] })
    t.match(await only({ need: 'neglect', sizes: 'smal' }), { pointer: '/sizes', code: 'enum', suggestions: ['small'] })
    t.match(await only({}, '/v1/either'), { pointer: '', code: 'required', message: "The request needs 'needs' or 'area'." })
    t.match(await only({ area: 1 }, '/v1/either'), { pointer: '/area', code: 'type' })
  })

  t.test('every fault is told at once', async (t) => {
    const { errors, detail } = await send({ children: 'x', childAge: { min: 0, max: 99, mean: 1 } })
    t.strictSame(errors.map(({ pointer }) => pointer).sort(), ['/childAge/max', '/childAge/mean', '/children', '/need'])
    t.match(detail, /^4 faults; the first: /)
  })

  t.test('long input is not echoed, and many faults are capped', async (t) => {
    const long = await send({ need: 'x'.repeat(5000), ['k'.repeat(5000)]: 1 })
    t.ok(JSON.stringify(long).length < 2500)
    const many = await send({ need: 'neglect', list: Array.from({ length: 500 }, () => ({})) })
    t.equal(many.errors.length, 20)
    t.match(many.detail, /500 faults/)
  })

  t.test('a body made to be slow is answered quickly', async (t) => {
    const started = performance.now()
    const wide = await send(`{"need":"neglect","list":[${'{},'.repeat(300_000)}{}]}`)
    t.equal(wide.status, 400)
    t.equal(wide.errors.length, 1, 'only the first of its faults is looked for')
    t.match(await send(`${'['.repeat(400_000)}${']'.repeat(400_000)}`), { status: 400, code: 'too-deep' })
    t.match(await send(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`), { status: 400, code: 'too-deep' })
    t.match(await send({ need: 'neglect', share: Array.from({ length: 9000 }, () => 'x') }), { status: 400, errors: [{ code: 'max-items' }] })
    t.ok(performance.now() - started < 4000)
  })

  t.test('no body, or one that is no object, is an error', async (t) => {
    t.match((await app.inject({ method: 'POST', url: '/v1/probe' })).json(), { status: 400, code: 'missing-body' })
    for (const body of ['null', '[]', '"text"', '7', 'true']) t.match(await send(body), { status: 400 })
  })

  t.test('whatever is sent, the answer is a success or a problem that names its place', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.jsonValue(), fc.record({ need: fc.constant('neglect'), share: fc.jsonValue(), childAge: fc.jsonValue(), sizes: fc.jsonValue() })), async (body) => {
        const { status, errors } = await send(JSON.stringify(body))
        if (status === 200) return
        if (status !== 400) throw new Error(`answered ${status}`)
        for (const { pointer, message } of errors ?? []) if (message.length > 400 || (pointer !== '' && !pointer.startsWith('/'))) throw new Error(`${pointer}: ${message}`)
      }),
      { numRuns: 300 }
    )
  })
})

t.test('query parameters and paths', async (t) => {
  const app = await probeApp(t, routes)
  const get = async (url: string) => {
    const response = await app.inject(url)
    return { ...response.json<Answer>(), status: response.statusCode }
  }

  t.test('text is read as the type it stands for, and defaults are filled in', async (t) => {
    t.strictSame((await get('/v1/probe?limit=7&need=a&strict=true')).query, { limit: 7, need: ['a'], strict: true })
    t.strictSame((await get('/v1/probe?need=a&need=b')).query, { limit: 50, need: ['a', 'b'] })
  })

  t.test('what cannot be read is an error, in the query', async (t) => {
    t.match(await get('/v1/probe?limit=many'), { status: 400, errors: [{ pointer: '/limit', code: 'type', in: 'query' }] })
    t.match(await get('/v1/probe?limit='), { status: 400, errors: [{ pointer: '/limit' }] })
    t.match(await get('/v1/probe?limit=201'), { status: 400, errors: [{ pointer: '/limit', code: 'maximum' }] })
    t.match(await get('/v1/probe?limit=1&limit=2'), { status: 400, errors: [{ pointer: '/limit' }] })
    t.match(await get('/v1/probe/x'), { status: 400, errors: [{ pointer: '/id', in: 'path' }] })
  })

  t.test('an unknown parameter is an error that suggests the near one', async (t) => {
    t.match(await get('/v1/probe?limt=5'), { status: 400, errors: [{ pointer: '/limt', code: 'unknown-field', in: 'query', suggestions: ['limit'] }] })
    t.match(await get('/v1/probe/3?x=5'), { status: 400, errors: [{ pointer: '/x', code: 'unknown-field', in: 'query' }] }, 'on a route that takes none, too')
    t.match(await get('/v1/probe?__proto__=5'), { status: 400 })
  })
})

t.test('a route whose body leaves its keys open does not start', async (t) => {
  await t.rejects(
    probeApp(t, (app) => app.post('/v1/open', { schema: { body: closed({ inner: Type.Object({ a: Type.String() }) }) } }, async () => ({}))),
    /POST \/v1\/open leaves its keys open at body\.inner/
  )
})

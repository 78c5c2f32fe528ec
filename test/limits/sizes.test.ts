import t from 'tap'
import { request, type IncomingMessage } from 'node:http'
import type { InjectOptions } from 'fastify'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { testApp } from '../helpers/app.js'

/** The limits of the README's table, each just over it. */

const app = await testApp(t)
await app.listen({ port: 0, host: '127.0.0.1' })
const { port } = app.server.address() as AddressInfo
const json = { 'content-type': 'application/json' }

async function overTheWire(path: string, headers: Record<string, string> = {}) {
  const asked = request({ port, host: '127.0.0.1', path, headers })
  asked.end()
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  let body = ''
  for await (const chunk of response) body += String(chunk)
  return { ...(JSON.parse(body) as { status: number; code: string }), media: response.headers['content-type'] }
}

t.test('headers and addresses over 16 KiB are refused before they are looked at', async (t) => {
  const refusal = { status: 431, code: 'headers-too-large', media: /problem\+json/ }
  t.match(await overTheWire('/v1/needs', { 'x-long': 'x'.repeat(17 * 1024) }), refusal)
  t.match(await overTheWire(`/v1/needs?q=${'x'.repeat(17 * 1024)}`), refusal)
  t.match(await overTheWire('/v1/needs', { 'x-long': 'x'.repeat(12 * 1024) }), { media: /^application\/json/ })
})

const REFUSED: [string, InjectOptions, object][] = [
  ['a part of the path', { url: `/v1/interventions/${'x'.repeat(101)}` }, { status: 414 }],
  ['a query parameter', { url: `/v1/interventions?q=${'x'.repeat(2_000)}` }, { status: 400, code: 'validation', errors: [{ pointer: '/q', in: 'query', code: 'max-length' }] }],
  ['query parameters that are not known', { url: `/v1/needs?${Array.from({ length: 300 }, (_, i) => `p${i}=1`).join('&')}` }, { status: 400, code: 'validation' }],
  ['a parameter given twice', { url: '/v1/interventions?limit=1&limit=2' }, { status: 400, code: 'validation' }],
  ['a page', { url: '/v1/interventions?limit=201' }, { status: 400, errors: [{ pointer: '/limit', code: 'maximum' }] }],
  ['a page of rows', { url: '/v1/rows/claims?limit=10001' }, { status: 400, errors: [{ pointer: '/limit', code: 'maximum' }] }],
  ['a cursor', { url: `/v1/interventions?cursor=${'x'.repeat(501)}` }, { status: 400, errors: [{ pointer: '/cursor', code: 'max-length' }] }],
  ['a body', { method: 'POST', url: '/v1/needs-profiles', headers: json, payload: JSON.stringify({ title: 'x'.repeat(1024 * 1024) }) }, { status: 413, code: 'payload-too-large' }],
  ['a body within a body', { method: 'POST', url: '/v1/needs-profiles', headers: json, payload: `${'{"a":'.repeat(40)}1${'}'.repeat(40)}` }, { status: 400, code: 'too-deep' }],
  ['a list', { method: 'POST', url: '/v1/recommendations', headers: json, payload: { needs: Array.from({ length: 1_000 }, () => ({ need: 'neglect' })) } }, { status: 400, errors: [{ pointer: '/needs', code: 'max-items' }] }],
  ['a file of unit costs', { method: 'POST', url: '/v1/unit-cost-editions?edition=Large', headers: { 'content-type': 'text/csv' }, payload: `code,detail,unit\n${'x'.repeat(16 * 1024 * 1024)}` }, { status: 413 }]
]
for (const [what, asked, refusal] of REFUSED) t.test(`${what} over its limit is refused, and said where`, async (t) => t.match((await app.inject(asked)).json(), refusal))

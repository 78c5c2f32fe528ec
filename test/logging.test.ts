import t from 'tap'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { sql } from 'kysely'
import { newKey } from '../src/access/keys.js'
import { openDatabase } from '../src/db/database.js'
import { councilWithKeys, LEEDS } from './helpers/access.js'
import { runScript, temporaryFolder } from './helpers/children.js'
import { newPair, startIssuer } from './helpers/issuer.js'
import { configFor, folderCopy, serverCopy } from './helpers/template.js'

const SERVER = new URL('../src/server.ts', import.meta.url)

/** Whatever must not be found in the log: what begins so in anything that is sent. */
const MARKER = `marked${randomBytes(6).toString('hex')}`

async function environment(): Promise<Record<string, string>> {
  const url = process.env['TEST_DATABASE_URL']
  if (url === undefined || url === '') {
    const folder = temporaryFolder(t)
    await folderCopy(folder, 'statistics')
    return { DATA_DIR: folder }
  }
  const copy = await serverCopy(url, 'statistics')
  t.teardown(copy.close)
  return { DATABASE_URL: copy.url }
}

const env = await environment()
const database = await openDatabase(configFor(env['DATABASE_URL'] ?? null, env['DATA_DIR']))
const leeds = await councilWithKeys(database, LEEDS)
// Faults of the service's own, whose messages and details hold what was sent.
await sql`alter table needs_profile add constraint breaks_cast check (document::jsonb ->> 'title' not like '%cast%' or (document::jsonb ->> 'title')::integer > 0)`.execute(database.kysely)
await sql`alter table needs_profile add constraint breaks_check check (document::jsonb ->> 'title' not like '%refuse%')`.execute(database.kysely)
await database.close()

const issuer = await startIssuer(t)
const pair = await newPair('first')
issuer.keys = [pair.publicJwk]
const token = await issuer.sign({ organisation: leeds.id, scope: 'evident:read evident:write', name: `${MARKER}-claim` }, pair)
const expired = await issuer.sign({ organisation: leeds.id }, pair, { expires: -600 })

const server = runScript(t, SERVER, { ...env, PORT: '0', LOG_LEVEL: 'trace', OIDC_ISSUER: issuer.issuer, OIDC_AUDIENCE: 'evident' })
const address = (await server.until(/Evident is ready at (http:\/\/127\.0\.0\.1:\d+)/))[1]!

t.test('nothing that is secret, or a council its own, is written by a server that logs all it can', async (t) => {
  const unknown = newKey().key
  const almost = `${leeds.key.slice(0, -6)}AAAAAA`
  const credentials = [leeds.key, token, expired, unknown, almost, `${leeds.key}${MARKER}`, `evk_${MARKER}`, `${MARKER}.${MARKER}.${MARKER}`]
  const statuses = new Map<number, number>()
  const send = async (path: string, { headers = {}, ...init }: RequestInit & { headers?: Record<string, string> } = {}) => {
    const response = await fetch(`${address}${path}`, { ...init, headers })
    await response.arrayBuffer()
    statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1)
    return response.status
  }
  const post = (path: string, body: string, authorization = `Bearer ${leeds.key}`, type = 'application/json') => send(path, { method: 'POST', body, headers: { authorization, 'content-type': type, 'x-marked': MARKER, cookie: `a=${MARKER}` } })
  const profile = (name: string) => JSON.stringify({ title: name, notes: MARKER, profile: { needs: [{ need: 'neglect', children: 3 }], area: LEEDS } })

  for (const credential of credentials) {
    await send(`/v1/needs-profiles?cursor=${MARKER}`, { headers: { authorization: `Bearer ${credential}` } })
    await send(`/v1/needs?key=${credential}&q=${MARKER}`, { headers: { authorization: credential, ...(credential.startsWith('evk_') ? { 'x-request-id': credential.slice(0, 64) } : {}), 'user-agent': MARKER, referer: `http://${MARKER}/` } })
  }
  await send('/v1/needs')
  await send(`/${MARKER}/${leeds.key}`)
  await send(`/v1/areas/${MARKER}`)
  await send(`/v1/needs-profiles/${MARKER}`, { headers: { authorization: `Basic ${Buffer.from(`${MARKER}:x`).toString('base64')}` } })
  t.equal(await post('/v1/needs-profiles', profile(`${MARKER} kept`)), 201)
  t.equal(await post('/v1/needs-profiles', profile(`${MARKER} by token`), `Bearer ${token}`), 201)
  for (const body of [`{"${MARKER}`, `{"needs": ${MARKER}}`, MARKER, `{"${MARKER}": 1}`, JSON.stringify({ needs: [{ need: MARKER, children: 2 }] }), `\u0000${MARKER}`, `{"__proto__": "${MARKER}"}`]) await post('/v1/recommendations', body)
  await post('/v1/recommendations', MARKER, `Bearer ${leeds.key}`, `text/${MARKER}`)
  await post('/v1/recommendations', JSON.stringify({ needs: MARKER.repeat(100_000) }))
  await post('/v1/imports', `${MARKER},b\n1,${MARKER}\n`, `Bearer ${leeds.key}`, 'text/csv')
  t.equal(await post('/v1/needs-profiles', profile(`${MARKER} cast`)), 500, 'a value that the database repeats in its message')
  t.equal(await post('/v1/needs-profiles', profile(`${MARKER} refuse`)), 500, 'a row that it repeats in its detail')

  const socket = connect(Number(new URL(address).port), '127.0.0.1')
  socket.end(`GET /${MARKER} HTTP/1.1\r\n${MARKER}\r\nAuthorization: Bearer ${leeds.key}\r\n\r\n`)
  socket.resume()
  await once(socket, 'close')
  const gone = connect(Number(new URL(address).port), '127.0.0.1')
  gone.write(`POST /v1/recommendations HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer ${leeds.key}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"${MARKER}`, () => gone.destroy())
  await once(gone, 'close')

  server.process.kill('SIGTERM')
  await server.exited
  const log = server.output()
  for (const status of [200, 201, 400, 401, 404, 413, 415, 422, 500]) t.ok((statuses.get(status) ?? 0) > 0, `${status} was among the answers`)
  t.ok(log.split('\n').filter((line) => line.includes('"status":')).length >= [...statuses.values()].reduce((sum, count) => sum + count, 0) - 1, 'and every request has its line')
  t.match(log, /"status":500/)
  t.match(log, /invalid input syntax for type integer/, 'what kind of fault it was is told')
  t.match(log, /breaks_check/, 'and by which rule of the database')
  const found = (secret: string) => log.split('\n').filter((line) => line.includes(secret))
  t.strictSame(found(MARKER), [], 'nothing that was sent')
  for (const credential of [leeds.key, unknown, almost]) t.strictSame(found(credential.slice(21)), [], 'no secret of a key')
  for (const credential of [token, expired]) for (const part of credential.split('.').slice(1)) t.strictSame(found(part), [], 'no part of a token')
})

import t from 'tap'
import { SignJWT, UnsecuredJWT } from 'jose'
import type { JWTPayload } from 'jose'
import { IssuerUnavailable, TokenRefused, claimOf, isSafeAddress, scopesOf, tokenReader, type OidcConfig } from '../../src/access/tokens.js'
import { bearer, twoCouncils } from '../helpers/access.js'
import { newPair, startIssuer } from '../helpers/issuer.js'

const configFor = (issuer: string): OidcConfig => ({ issuer, audience: 'evident', jwksUri: null, organisationClaim: 'organisation', scopesClaim: 'scope' })

t.test('scopes are those that bear the name of this service; the words of other systems give none', (t) => {
  t.strictSame(scopesOf('openid evident:write evident:read profile'), ['read', 'write'])
  t.strictSame(scopesOf(['evident.admin', 'User.Read']), ['admin'])
  for (const other of ['admin read write', ['admin'], 'Evident:read', 'evident:all', undefined, null, 7, { read: true }]) t.strictSame(scopesOf(other), [], JSON.stringify(other))
  t.end()
})

t.test('a claim is found by its name, dots and all, or by its path', (t) => {
  const payload = { 'https://evident/org': 'a', realm_access: { roles: ['b'] }, 'x.y': 'c', x: { y: 'd' } }
  t.equal(claimOf(payload, 'https://evident/org'), 'a')
  t.strictSame(claimOf(payload, 'realm_access.roles'), ['b'])
  t.equal(claimOf(payload, 'x.y'), 'c')
  for (const name of ['nothing', 'realm_access.nothing', 'x.y.z', 'toString', 'realm_access.roles.length.toString', '__proto__']) t.equal(claimOf({ x: { y: 'd' } }, name), undefined, name)
  t.end()
})

t.test('keys are fetched over https, or from this machine', (t) => {
  for (const address of ['https://login.example.gov.uk/keys', 'http://127.0.0.1:8080/', 'http://localhost/keys', 'http://[::1]/']) t.ok(isSafeAddress(address), address)
  for (const address of ['http://login.example.gov.uk/keys', 'http://127.0.0.1.example.org/', 'http://localhost.example.org', 'file:///etc/passwd', 'keys', '']) t.notOk(isSafeAddress(address), address)
  t.end()
})

t.test('a token of the issuer', async (t) => {
  const issuer = await startIssuer(t)
  const pair = await newPair('first')
  issuer.keys = [pair.publicJwk]
  const read = tokenReader(configFor(issuer.issuer))

  t.test('is read, and its keys are fetched once', async (t) => {
    t.strictSame(await read(await issuer.sign({}, pair)), { subject: 'person-1', organisation: 'E08000035', scopes: ['read'] })
    await Promise.all([1, 2, 3].map(async () => read(await issuer.sign({ scope: ['evident:write'] }, pair))))
    t.equal(issuer.asked, 1)
  })

  t.test('is refused where a claim does not hold, and the fault is named', async (t) => {
    const cases: [string, JWTPayload, { expires?: number; notBefore?: number }, RegExp][] = [
      ['expired', {}, { expires: -60 }, /has expired/],
      ['not valid yet', {}, { notBefore: 120 }, /not valid yet/],
      ['another issuer', { iss: 'https://elsewhere.example' }, {}, /another issuer/],
      ['another audience', { aud: 'payroll' }, {}, /another service/],
      ['no audience', { aud: undefined }, {}, /claim 'aud'|another service/],
      ['no subject', { sub: undefined }, {}, /claim 'sub'/],
      ['a subject that the database cannot hold', { sub: 'a\u0000b' }, {}, /'sub'/]
    ]
    for (const [what, claims, times, message] of cases) await t.rejects(read(await issuer.sign(claims, pair, times)), { name: 'TokenRefused', message }, what)
    const endless = await new SignJWT({ iss: issuer.issuer, aud: 'evident', sub: 'x' }).setProtectedHeader({ alg: 'ES256', kid: 'first' }).sign(pair.privateKey)
    await t.rejects(read(endless), { name: 'TokenRefused', message: /claim 'exp'/ }, 'one that never expires')
    for (const rubbish of ['', 'a.b.c', 'x', `${await issuer.sign({}, pair)}x`]) await t.rejects(read(rubbish), TokenRefused, rubbish.slice(0, 10))
  })

  t.test('is refused where its claims were changed after signing', async (t) => {
    const [head, body, signature] = (await issuer.sign({}, pair)).split('.') as [string, string, string]
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as JWTPayload
    const changed = Buffer.from(JSON.stringify({ ...claims, scope: 'evident:admin' })).toString('base64url')
    await t.rejects(read(`${head}.${changed}.${signature}`), { name: 'TokenRefused', message: /signature/ })
  })

  t.test('cannot be signed by nobody, or with the public key as if it were a secret', async (t) => {
    const claims = { iss: issuer.issuer, aud: 'evident', sub: 'x', organisation: 'E08000035', exp: Math.floor(Date.now() / 1000) + 300 }
    await t.rejects(read(new UnsecuredJWT(claims).encode()), { name: 'TokenRefused', message: /not accepted/ })
    const secret = new TextEncoder().encode(JSON.stringify(pair.publicJwk))
    await t.rejects(read(await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'first' }).sign(secret)), { name: 'TokenRefused', message: /not accepted/ })
    const other = await newPair('first')
    await t.rejects(read(await issuer.sign({}, other)), { name: 'TokenRefused', message: /signature/ }, 'nor with another key of the same name')
  })
})

t.test('a key that is not known is asked for, and then not again for a while', async (t) => {
  const issuer = await startIssuer(t)
  const [first, second] = [await newPair('first'), await newPair('second', 'RS256')]
  issuer.keys = [first.publicJwk]
  const eager = tokenReader(configFor(issuer.issuer), { cooldownMs: 0 })
  await eager(await issuer.sign({}, first))
  issuer.keys = [second.publicJwk]
  t.match(await eager(await issuer.sign({}, second)), { subject: 'person-1' }, 'the keys were rotated')
  await t.rejects(eager(await issuer.sign({}, first)), { name: 'TokenRefused', message: /key that its issuer does not have/ }, 'and the old one is gone')
  const patient = tokenReader(configFor(issuer.issuer))
  await patient(await issuer.sign({}, second))
  const asked = issuer.asked
  for (let i = 0; i < 5; i += 1) await t.rejects(patient(await issuer.sign({}, await newPair(`made-up-${i}`))), TokenRefused)
  t.ok(issuer.asked <= asked + 1, 'made-up key ids do not set us on the issuer')
})

t.test('where the issuer cannot be asked, nothing is said of the token', async (t) => {
  const issuer = await startIssuer(t)
  const pair = await newPair('first')
  issuer.keys = [pair.publicJwk]
  const token = await issuer.sign({}, pair)
  const read = tokenReader(configFor(issuer.issuer))
  issuer.broken = 500
  await t.rejects(read(token), IssuerUnavailable)
  delete issuer.broken
  for (const discovery of [{ issuer: 'https://elsewhere.example', jwks_uri: `${issuer.issuer}/keys` }, { issuer: issuer.issuer }, { issuer: issuer.issuer, jwks_uri: 'http://elsewhere.example/keys' }, null]) {
    issuer.discovery = discovery as Record<string, unknown>
    if (discovery === null) issuer.discovery = [] as never
    await t.rejects(read(token), IssuerUnavailable, JSON.stringify(discovery))
  }
  delete issuer.discovery
  t.match(await read(token), { subject: 'person-1' }, 'once it answers, the token is read')
  const late = tokenReader(configFor(issuer.issuer))
  await issuer.stop()
  await t.rejects(late(token), IssuerUnavailable)
  t.match(await read(token), { subject: 'person-1' }, 'and keys that are held go on')
})

t.test('a council signs in with its own identity provider', async (t) => {
  const issuer = await startIssuer(t)
  const pair = await newPair('first')
  issuer.keys = [pair.publicJwk]
  const { app, leeds, norfolk } = await twoCouncils(t, { oidc: configFor(issuer.issuer) })
  const get = async (url: string, claims: JWTPayload) => app.inject({ url, headers: bearer(await issuer.sign(claims, pair)) })

  const made = await app.inject({ method: 'POST', url: '/v1/needs-profiles', headers: bearer(await issuer.sign({ scope: 'evident:write' }, pair)), payload: { title: 'Neglect, 2026' } })
  t.equal(made.statusCode, 201)
  const { id } = made.json<{ id: string }>()
  t.equal((await get(`/v1/needs-profiles/${id}`, {})).statusCode, 200)
  t.equal((await get(`/v1/needs-profiles/${id}`, { organisation: leeds.id })).statusCode, 200, 'by the id of the organisation as well')
  t.equal((await get(`/v1/needs-profiles/${id}`, { organisation: 'E10000020' })).statusCode, 404, 'not for another council')
  t.equal((await app.inject({ url: `/v1/needs-profiles/${id}`, headers: bearer(norfolk.key) })).statusCode, 404)
  t.match((await get('/v1/audit-entries?subject=needs_profile', { scope: 'evident:admin' })).json(), { items: [{ actor: 'token:person-1', subjectId: id }] })

  t.match((await get('/v1/needs-profiles', { scope: 'openid admin' })).json(), { status: 403, code: 'insufficient-scope', detail: /'read'; you have none/ })
  t.match((await get('/v1/needs-profiles', { organisation: undefined })).json(), { status: 403, code: 'no-organisation', detail: /'organisation'/ })
  t.match((await get('/v1/needs-profiles', { organisation: 'E09000001' })).json(), { status: 403, code: 'unknown-organisation' })
  const refused = await get('/v1/needs-profiles', { aud: 'payroll' })
  t.match(refused.json(), { status: 401, code: 'invalid-credentials' })
  t.match(refused.headers['www-authenticate'], /^Bearer .*error="invalid_token"/)
})

t.test('while the issuer is away, a token is answered with 503 and a key goes on', async (t) => {
  const issuer = await startIssuer(t)
  const pair = await newPair('first')
  const { app, leeds } = await twoCouncils(t, { oidc: configFor(issuer.issuer) })
  const token = await issuer.sign({}, pair)
  await issuer.stop()
  const response = await app.inject({ url: '/v1/needs-profiles', headers: bearer(token) })
  t.match(response.json(), { status: 503, code: 'issuer-unavailable' })
  t.ok(response.headers['retry-after'])
  t.notMatch(response.body, token.slice(0, 20))
  t.equal((await app.inject({ url: '/v1/needs-profiles', headers: bearer(leeds.key) })).statusCode, 200)
})

import t from 'tap'
import { createServer, type AddressInfo } from 'node:net'
import { Agent, get, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { once } from 'node:events'
import { writeFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { LOCK_NAME } from '../src/db/lock.js'
import { runScript, temporaryFolder } from './helpers/children.js'
import { testDeps } from './helpers/app.js'
import { buildApp } from '../src/app.js'

const SERVER = new URL('../src/server.ts', import.meta.url)
const ADMIN = new URL('../scripts/admin.ts', import.meta.url)
const MIGRATE = new URL('../scripts/migrate.ts', import.meta.url)

const ready = /Evident is ready at (http:\/\/127\.0\.0\.1:\d+) .*embedded/

t.test('a server', async (t) => {
  const folder = temporaryFolder(t)
  const server = runScript(t, SERVER, { PORT: '0', DATA_DIR: folder })
  const address = (await server.until(ready))[1]!

  t.test('says in one line where it is, and answers there', async (t) => {
    t.equal(server.output().match(/Evident is ready/g)?.length, 1)
    t.match(server.output(), `${address}/docs`)
    await server.until(/Nobody has to sign in: .* only this machine can reach it/)
    await server.until(/Nobody has to sign in: .* only this machine can reach it/)
    t.equal((await fetch(`${address}/readyz`)).status, 200)
  })

  t.test('serves its reference with nothing fetched from elsewhere', async (t) => {
    const page = await fetch(`${address}/docs`)
    t.equal(page.status, 200)
    t.notMatch(await page.text(), /https?:\/\//)
    t.match(page.headers.get('content-security-policy'), /default-src 'self'/)
    t.notMatch(page.headers.get('content-security-policy'), /https?:|upgrade-insecure-requests/)
    t.equal((await fetch(`${address}/docs/static/swagger-ui-bundle.js`)).status, 200)
    t.equal(await (await fetch(`${address}/docs/json`)).text(), await (await fetch(`${address}/openapi.json`)).text())
  })

  t.test('keeps others out of its database folder, naming itself', async (t) => {
    for (const script of [SERVER, MIGRATE]) {
      const other = runScript(t, script, { PORT: '0', DATA_DIR: folder })
      await other.until(new RegExp(`${folder} is in use by process ${server.process.pid}`))
      t.equal((await other.exited).code, 1)
      t.notMatch(other.output(), /at .*\.ts:\d+/, 'without a stack')
    }
  })

  t.test('answers broken HTTP with a problem', async (t) => {
    const socket = connect(Number(new URL(address).port), '127.0.0.1')
    socket.write('NONSENSE\r\n\r\n')
    let text = ''
    for await (const chunk of socket) text += String(chunk)
    t.match(text, /^HTTP\/1\.1 400 [^]*application\/problem\+json[^]*"code":"bad-request"/)
  })

  t.test('stops at once on SIGTERM, though connections are kept alive', async (t) => {
    const agent = new Agent({ keepAlive: true })
    t.teardown(() => agent.destroy())
    const [response] = (await once(get(`${address}/healthz`, { agent }), 'response')) as [IncomingMessage]
    response.resume()
    await once(response, 'end')
    const unused = connect(Number(new URL(address).port), '127.0.0.1')
    unused.on('error', () => {})
    await once(unused, 'connect')
    const started = performance.now()
    server.process.kill('SIGTERM')
    t.strictSame(await server.exited, { code: 0, signal: null })
    t.ok(performance.now() - started < 3000, `took ${Math.round(performance.now() - started)} ms`)
    t.notOk(existsSync(join(folder, LOCK_NAME)), 'and gives its folder back')
  })

  t.test('is reached by others only once a council can sign in', async (t) => {
    const refused = runScript(t, SERVER, { DATA_DIR: folder, PORT: '0', HOST: '0.0.0.0' })
    await refused.until(/HOST is '0\.0\.0\.0', which other machines can reach.*create-key.*AUTH_REQUIRED=true/)
    t.equal((await refused.exited).code, 1)
    t.notMatch(refused.output(), /\n {4}at /)

    const admin = async (...words: string[]) => {
      const child = runScript(t, ADMIN, { DATA_DIR: folder }, words)
      return { code: (await child.exited).code, output: child.output() }
    }
    t.match(await admin('create-organisation', '--area', 'E08000035'), { code: 0, output: /Created Leeds \(E08000035\): [0-9a-f-]{36}/ })
    const made = await admin('create-key', '--organisation', 'E08000035', '--name', 'BI reader', '--scopes', 'read')
    t.equal(made.code, 0, made.output)
    const key = /^evk_\S+$/m.exec(made.output)![0]
    t.match(await admin('verify-audit'), { code: 0, output: /Leeds: 2 entries, all fit[^]*is whole/ })

    const open = runScript(t, SERVER, { DATA_DIR: folder, PORT: '0', HOST: '0.0.0.0', STOP_DELAY_SECONDS: '2', EVIDENT_COMMIT: '4f906f8c12abcdef' })
    const port = (await open.until(/Evident is ready at http:\/\/[^:]+:(\d+)/))[1]!
    const get = async (headers: Record<string, string>) => (await fetch(`http://127.0.0.1:${port}/v1/needs-profiles`, { headers })).status
    t.equal(await get({}), 401)
    t.equal(await get({ authorization: `Bearer ${key}` }), 200)
    t.match(await admin('list-keys'), { code: 1, output: new RegExp(`in use by process ${open.process.pid}`) })
    t.notMatch(open.output(), /Nobody has to sign in/)
    t.notMatch(open.output(), key)

    const health = await fetch(`http://127.0.0.1:${port}/healthz`)
    t.match(await health.json(), { commit: '4f906f8c12abcdef' })
    t.match(health.headers.get('evident-version'), /^\d+\.\d+\.\d+\+4f906f8c12ab$/)
    open.process.kill('SIGTERM')
    const readiness = async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).status
    while ((await readiness()) !== 503);
    t.equal(await get({ authorization: `Bearer ${key}` }), 200, 'told to stop, it says so and still answers')
    t.strictSame(await open.exited, { code: 0, signal: null })
  })
})

t.test('migrating a folder that no server has open works, and says what it did', async (t) => {
  const folder = temporaryFolder(t)
  const first = runScript(t, MIGRATE, { DATA_DIR: folder })
  await first.until(/Migrated: 001-tables/)
  t.equal((await first.exited).code, 0)
})

t.test('a start that cannot succeed says what to mend, without a stack', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  t.teardown(() => taken.close())
  const { port } = taken.address() as AddressInfo
  const folder = temporaryFolder(t)
  writeFileSync(join(folder, 'file'), '')
  const cases: [Record<string, string>, RegExp][] = [
    [{ PORT: 'x', LOG_LEVEL: 'loud' }, /2 faults:\n {2}PORT is 'x'.*\n {2}LOG_LEVEL is 'loud'/],
    [{ PORT: String(port), DATA_DIR: join(folder, 'new') }, new RegExp(`Port ${port} on 127.0.0.1 is already in use`)],
    [{ DATABASE_URL: 'postgres://me:secret@127.0.0.1:1/evident' }, /database at 127\.0\.0\.1:1\/evident cannot be used/],
    [{ DATA_DIR: join(folder, 'file') }, /database folder .*file cannot be written/]
  ]
  for (const [env, expected] of cases) {
    const server = runScript(t, SERVER, { PORT: '0', ...env })
    await server.until(expected)
    t.equal((await server.exited).code, 1)
    t.notMatch(server.output(), /\n {4}at |secret/)
  }
})

t.test('a request that is being answered is finished before the server closes', async (t) => {
  const app = await buildApp(await testDeps(t))
  let finish = () => {}
  let begun = () => {}
  const hasBegun = new Promise<void>((resolve) => (begun = resolve))
  app.get('/v1/slow', async () => {
    begun()
    await new Promise<void>((resolve) => (finish = resolve))
    return { done: true }
  })
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  const answer = fetch(`${address}/v1/slow`)
  await hasBegun
  const closed = app.close()
  setImmediate(() => finish())
  const response = await answer
  t.strictSame(await response.json(), { done: true })
  t.equal(response.headers.get('connection'), 'close')
  const started = performance.now()
  await closed
  t.ok(performance.now() - started < 2000)
})

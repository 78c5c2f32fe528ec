import t from 'tap'
import { Agent, get, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { LOCK_NAME } from '../../src/db/lock.js'
import { runScript, temporaryFolder } from '../helpers/children.js'
import { testDeps } from '../helpers/app.js'
import { buildApp } from '../../src/app.js'

const SERVER = new URL('../../src/server.ts', import.meta.url)
const MIGRATE = new URL('../../scripts/migrate.ts', import.meta.url)

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

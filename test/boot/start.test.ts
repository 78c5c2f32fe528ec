import t from 'tap'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { runScript, temporaryFolder } from '../helpers/children.js'
import { folderCopy } from '../helpers/template.js'

const SERVER = new URL('../../src/server.ts', import.meta.url)
const ADMIN = new URL('../../scripts/admin.ts', import.meta.url)
const MIGRATE = new URL('../../scripts/migrate.ts', import.meta.url)

t.test('a server is reached by others only once a council can sign in', async (t) => {
  const folder = temporaryFolder(t)
  await folderCopy(folder, 'statistics')
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

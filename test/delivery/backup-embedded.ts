import t from 'tap'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabase } from '../../src/db/database.js'
import { runScript, temporaryFolder } from '../helpers/children.js'
import { configFor, folderCopy } from '../helpers/template.js'

const SERVER = new URL('../../src/server.ts', import.meta.url)
const BACKUP = new URL('../../scripts/backup.ts', import.meta.url)

const [first, second, elsewhere] = [temporaryFolder(t), temporaryFolder(t), temporaryFolder(t)]
await folderCopy(first, 'statistics')
const file = join(elsewhere, 'evident.tar.gz')

async function script(words: string[], folder: string) {
  const child = runScript(t, BACKUP, { DATA_DIR: folder }, words)
  const { code } = await child.exited
  return { code, output: child.output() }
}

async function serve(folder: string) {
  const server = runScript(t, SERVER, { DATA_DIR: folder, PORT: '0' })
  const address = (await server.until(/Evident is ready at (\S+)/, 120_000))[1]!
  const stop = async () => {
    server.process.kill('SIGTERM')
    await server.exited
  }
  return { address, stop, pid: server.process.pid }
}

/** Count and hash of every table's rows. */
async function contentsOf(folder: string) {
  const database = await openDatabase(configFor(null, folder))
  try {
    const names = (await database.kysely.introspection.getTables()).map(({ name }) => name).sort()
    const contents: Record<string, unknown> = {}
    for (const name of names) {
      const rows = await database.kysely.selectFrom(name as 'area').select((eb) => [eb.fn.countAll().as('count'), eb.fn<string>('md5', [eb.fn<string>('string_agg', [eb.cast<string>(eb.table(name as 'area'), 'text'), eb.val('')])]).as('hash')]).execute()
      contents[name] = rows[0]
    }
    return contents
  } finally {
    await database.close()
  }
}

t.test('the embedded database goes into a file while no server has it, and comes back the same', async (t) => {
  const before = await serve(first)
  const body = JSON.stringify({ needs: [{ need: 'neglect', children: 40 }] })
  const kept = await (await fetch(`${before.address}/v1/recommendations`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).text()
  const { id } = JSON.parse(kept) as { id: string }
  t.match(await script(['backup', file], first), { code: 1, output: new RegExp(`is in use by process ${before.pid} .*Stop it first`) }, 'a running server is told of, not copied under its hands')
  t.match(await script(['restore', '--replace', file], first), { code: 1, output: /There is no file/ })
  await before.stop()

  t.match(await script(['backup', file], first), { code: 0, output: /Backed up: .*evident\.tar\.gz, [\d.]+ MB, sha256 [0-9a-f]{64}/ })
  t.match(await script(['backup', file], first), { code: 1, output: /nothing is overwritten unasked/ })
  t.match(await script(['restore', file], second), { code: 0, output: /Its tables are those of this version\.\nThe trail of changes is whole: [1-9]\d* trails, [1-9]\d* entries\./ })
  const contents = await contentsOf(first)
  t.ok(Object.keys(contents).length > 25, `${Object.keys(contents).length} tables compared`)
  t.strictSame(await contentsOf(second), contents)

  const after = await serve(second)
  t.equal(await (await fetch(`${after.address}/v1/recommendations/${id}`)).text(), kept, 'the recommendation is answered byte for byte')
  t.match(await script(['restore', '--replace', file], second), { code: 1, output: /is in use by process/ })
  await after.stop()

  t.match(await script(['restore', file], second), { code: 1, output: /holds a database, and nothing is overwritten unasked/ })
  const broken = join(elsewhere, 'broken.tar.gz')
  writeFileSync(broken, Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3]))
  t.match(await script(['restore', '--replace', broken], second), { code: 1, output: /cannot be opened as a database of this engine/ })
  t.strictSame(Object.keys(await contentsOf(second)), Object.keys(contents), 'what was there is still there')
  t.match(await script(['restore', '--replace', file], second), { code: 0 })
  writeFileSync(join(elsewhere, 'evident.dump'), 'PGDMP of a server')
  t.match(await script(['restore', join(elsewhere, 'evident.dump')], temporaryFolder(t)), { code: 1, output: /is no backup of the embedded database.*goes back into the engine it came from/ })
})

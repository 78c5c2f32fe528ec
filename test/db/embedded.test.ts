import t from 'tap'
import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { openDatabase } from '../../src/db/database.js'
import { LOCK_NAME, LockedError, lockFolder } from '../../src/db/lock.js'
import { migrateToLatest } from '../../src/db/migrate.js'
import { runScript, temporaryFolder } from '../helpers/children.js'
import { configFor, embeddedCopy, folderCopy } from '../helpers/template.js'

t.test('a write that was acknowledged survives the death of the process', async (t) => {
  const folder = temporaryFolder(t)
  await folderCopy(folder, 'tables')
  const child = runScript(t, new URL('../helpers/write-and-wait.ts', import.meta.url), { DATA_DIR: folder })
  await child.until(/(stored \S+\n[^]*){25}/)
  child.process.kill('SIGKILL')
  t.equal((await child.exited).signal, 'SIGKILL')
  const acknowledged = [...child.output().matchAll(/stored (\S+)\n/g)].map(([, id]) => id!)
  t.ok(existsSync(join(folder, LOCK_NAME)), 'it left its lock behind')

  const database = await openDatabase(configFor(null, folder))
  t.teardown(() => database.close())
  const held = (await database.kysely.selectFrom('organisation').select('id').execute()).map(({ id }) => id)
  t.ok(acknowledged.length >= 25)
  t.strictSame(acknowledged.filter((id) => !held.includes(id)), [])
  t.strictSame(await migrateToLatest(database), [], 'and the folder is taken over as it stands')
})

t.test('using the database inside a transaction, instead of the transaction, fails instead of waiting for ever', async (t) => {
  const database = await embeddedCopy('tables', 200)
  t.teardown(() => database.close())
  const { kysely } = database
  await t.rejects(
    kysely.transaction().execute(async (trx) => {
      await trx.insertInto('organisation').values({ id: randomUUID(), name: 'Half done' }).execute()
      await kysely.selectFrom('organisation').select('id').execute()
    }),
    { code: 'EVIDENT_DATABASE_BUSY', message: /only connection was not free within 200 ms/ }
  )
  t.strictSame(await kysely.selectFrom('organisation').select('name').execute(), [{ name: 'Local organisation' }], 'and the transaction was rolled back')
})

t.test('those who wait for the connection are served in turn', async (t) => {
  const database = await embeddedCopy('tables', 5000)
  t.teardown(() => database.close())
  const done: number[] = []
  await Promise.all([1, 2, 3, 4, 5].map(async (n) => {
    await database.kysely.transaction().execute(async (trx) => {
      await sql`select ${n}::int`.execute(trx)
      done.push(n)
    })
  }))
  t.strictSame(done, [1, 2, 3, 4, 5])
})

t.test('the folder is locked while it is open, and free again afterwards', async (t) => {
  const folder = temporaryFolder(t)
  const unlock = lockFolder(folder)
  t.throws(() => lockFolder(folder), new RegExp(`${folder} is in use by process ${process.pid} since .*DATA_DIR`))
  await t.rejects(openDatabase(configFor(null, folder)), LockedError)
  unlock()
  unlock()
  t.notOk(existsSync(join(folder, LOCK_NAME)))
  lockFolder(folder)()
})

t.test('a lock is taken over when its process has died, or its number has been given to another', (t) => {
  const folder = temporaryFolder(t)
  const path = join(folder, LOCK_NAME)
  lockFolder(folder)()
  const unlock = lockFolder(folder)
  const holder = JSON.parse(readFileSync(path, 'utf8')) as { pid: number; started: string | null; host: string }
  unlock()
  // Above the greatest process number that Linux gives.
  writeFileSync(path, JSON.stringify({ ...holder, pid: 4_194_305 }))
  lockFolder(folder)()
  if (holder.started !== null) {
    writeFileSync(path, JSON.stringify({ ...holder, started: '1' }))
    lockFolder(folder)()
  }
  for (const rubbish of ['', '{', '{"pid":"x"}', 'null']) {
    writeFileSync(path, rubbish)
    lockFolder(folder)()
  }
  writeFileSync(path, JSON.stringify({ ...holder, host: 'elsewhere' }))
  t.throws(() => lockFolder(folder), /on the machine 'elsewhere'.*delete/, 'a process of another machine cannot be seen')
  t.end()
})

t.test('a database that was opened and not used closes, and closes once', async (t) => {
  const folder = temporaryFolder(t)
  const database = await openDatabase(configFor(null, folder))
  await Promise.all([database.close(), database.close()])
  t.notOk(existsSync(join(folder, LOCK_NAME)))
  await t.rejects(database.kysely.selectFrom('organisation').select('id').execute())
})

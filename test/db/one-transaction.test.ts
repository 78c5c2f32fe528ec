import t from 'tap'
import { sql } from 'kysely'
import { actAs } from '../../src/db/acting.js'
import { LOCAL_ORGANISATION } from '../../src/db/schema.js'
import { testDatabase } from '../helpers/app.js'

const database = await testDatabase(t, 'tables')
const service = database.restricted().kysely
const acting = { organisation: LOCAL_ORGANISATION, actor: 'key:test', requestId: 'r' }
await sql`create table thing (name text primary key)`.execute(database.kysely)
await sql`grant select, insert on thing to evident_service`.execute(database.kysely)

const add = (name: string, db: Pick<typeof service, 'executeQuery' | 'getExecutor'> = service) => sql`insert into thing values (${name})`.execute(db)
const names = async () => (await sql<{ name: string }>`select name from thing order by name`.execute(database.kysely)).rows.map(({ name }) => name)
const begin = () => {
  const transaction = actAs(acting, () => database.oneTransaction())
  return { ...transaction, run: <T>(work: () => Promise<T>) => actAs({ ...acting, within: transaction }, work) }
}

t.beforeEach(async () => void (await sql`truncate thing`.execute(database.kysely)))

t.test('what several queries and transactions do is stored together', async (t) => {
  const { run, commit } = begin()
  await run(async () => {
    await Promise.all([add('a'), add('b'), service.transaction().execute((trx) => add('c', trx))])
    t.strictSame((await sql<{ name: string }>`select name from thing order by name`.execute(service)).rows.map(({ name }) => name), ['a', 'b', 'c'], 'they see each other')
  })
  await commit()
  t.strictSame(await names(), ['a', 'b', 'c'])
})

t.test('or not at all', async (t) => {
  const { run, rollback } = begin()
  await run(async () => {
    await add('a')
    await service.transaction().execute((trx) => add('b', trx))
  })
  await rollback()
  t.strictSame(await names(), [])
  await actAs(acting, () => add('after'))
  t.strictSame(await names(), ['after'], 'and the connection is as it was')
})

t.test('a statement or a transaction that fails spoils nothing else', async (t) => {
  const { run, commit } = begin()
  await run(async () => {
    await add('a')
    await t.rejects(add('a'), { code: '23505' })
    await t.rejects(service.transaction().execute(async (trx) => {
      await add('lost', trx)
      await add('a', trx)
    }), { code: '23505' })
    await add('b')
  })
  await commit()
  t.strictSame(await names(), ['a', 'b'])
})

t.test('nothing is done once it has ended, and nothing is begun where nothing was asked', async (t) => {
  const { run, commit } = begin()
  await commit()
  await t.rejects(run(() => add('late')), { name: 'WorkEndedError' })
  const other = begin()
  let late: Promise<unknown> | undefined
  await other.run(async () => {
    await service.connection().execute(async (db) => {
      await add('a', db)
      await other.rollback()
      late = add('late', db)
      await t.rejects(late, { name: 'WorkEndedError' })
    })
  })
  t.strictSame(await names(), [])
})

t.test('a statement that is about to be sent when all is undone is not carried out after that, on its own', async (t) => {
  for (let turns = 0; turns < 40; turns += 1) {
    const { run, rollback } = begin()
    await run(() => add(`first ${turns}`))
    const late = run(() => add(`late ${turns}`)).then(() => {}, () => {})
    for (let turn = 0; turn < turns; turn += 1) await new Promise<void>((resolve) => (turns % 2 === 0 ? setImmediate(resolve) : process.nextTick(resolve)))
    await rollback()
    await late
  }
  t.strictSame(await names(), [])
})

import t from 'tap'
import { sql } from 'kysely'
import { randomUUID } from 'node:crypto'
import { LOCAL_ORGANISATION } from '../../src/db/schema.js'
import { testDatabase } from '../helpers/app.js'

// These run on both engines: with no more ado on the embedded one, and on PostgreSQL when
// TEST_DATABASE_URL is set. What they expect is therefore what both give.

t.test('values come back as the same types from either engine', async (t) => {
  const { kysely } = await testDatabase(t, 'tables')
  const { rows } = await sql<Record<string, unknown>>`
    select 9007199254740991::bigint as big, 7::int as small, count(*) as counted, '2026-11-20'::date as day, 0.10::numeric(6, 2) as money,
      1.5::float8 as real, true as yes, '2026-11-20 09:30:00.25+01'::timestamptz as instant, '2026-11-20 09:30:00'::timestamp as local,
      '{"a": [1, null]}'::jsonb as document, '[1]'::json as list, '00000000-0000-4000-8000-000000000001'::uuid as id, null::bigint as nothing, array['a', 'b'] as words`.execute(kysely)
  t.strictSame(rows[0], {
    big: 9007199254740991,
    small: 7,
    counted: 1,
    day: '2026-11-20',
    money: '0.10',
    real: 1.5,
    yes: true,
    instant: new Date('2026-11-20T08:30:00.250Z'),
    local: '2026-11-20 09:30:00',
    document: { a: [1, null] },
    list: [1],
    id: LOCAL_ORGANISATION,
    nothing: null,
    words: ['a', 'b']
  })
})

t.test('a bigint that a number cannot hold exactly is refused, not rounded', async (t) => {
  const { kysely } = await testDatabase(t, 'tables')
  await t.rejects(sql`select 9007199254740993::bigint`.execute(kysely), /9007199254740993 is beyond/)
  t.strictSame((await sql`select 9007199254740993::bigint::text as big`.execute(kysely)).rows, [{ big: '9007199254740993' }], 'and the connection is still good')
})

t.test('values go in as the same types to either engine', async (t) => {
  const { kysely } = await testDatabase(t, 'tables')
  const instant = new Date('2026-03-29T00:30:00.123Z')
  const { rows } = await sql<Record<string, unknown>>`
    select ${instant}::timestamptz as instant, ${'2026-11-20'}::date as day, ${{ a: "it's" }}::jsonb as document, ${JSON.stringify([1, 2])}::jsonb as list,
      ${['a', 'b,"c']}::text[] as words, ${12}::bigint as big, ${'0.10'}::numeric as money, ${true}::boolean as yes, ${null}::text as nothing, ${7}::text as text`.execute(kysely)
  t.strictSame(rows[0], { instant, day: '2026-11-20', document: { a: "it's" }, list: [1, 2], words: ['a', 'b,"c'], big: 12, money: '0.10', yes: true, nothing: null, text: '7' })
})

t.test('counts of changed rows, errors by code and rolled back transactions are alike', async (t) => {
  const { kysely } = await testDatabase(t, 'tables')
  const id = randomUUID()
  const inserted = await kysely.insertInto('organisation').values({ id, name: 'A' }).executeTakeFirst()
  t.equal(inserted.numInsertedOrUpdatedRows, 1n)
  t.equal((await kysely.updateTable('organisation').set({ name: 'B' }).executeTakeFirst()).numUpdatedRows, 2n)
  t.equal((await kysely.deleteFrom('organisation').where('id', '=', randomUUID()).executeTakeFirst()).numDeletedRows, 0n)
  t.strictSame(await kysely.insertInto('organisation').values({ id: randomUUID(), name: 'C' }).returning('name').execute(), [{ name: 'C' }])
  await t.rejects(kysely.insertInto('organisation').values({ id, name: 'again' }).execute(), { code: '23505' })
  await t.rejects(
    kysely.transaction().execute(async (trx) => {
      await trx.deleteFrom('organisation').execute()
      throw new Error('changed my mind')
    }),
    /changed my mind/
  )
  t.equal((await kysely.selectFrom('organisation').select('id').execute()).length, 3)
})

t.test('each test has a database of its own', async (t) => {
  const [one, other] = [await testDatabase(t, 'tables'), await testDatabase(t, 'tables')]
  await one.kysely.insertInto('organisation').values({ id: randomUUID(), name: 'Only here' }).execute()
  t.equal((await other.kysely.selectFrom('organisation').select('id').execute()).length, 1)
})

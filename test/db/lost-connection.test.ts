import t from 'tap'
import { sql } from 'kysely'
import { isDatabaseUnavailable } from '../../src/errors.js'
import { testDatabase } from '../helpers/app.js'

const serverUrl = process.env['TEST_DATABASE_URL'] ?? ''

t.test('a connection that is lost between two queries of a transaction ends the transaction, and nothing else', { skip: serverUrl === '' && 'needs TEST_DATABASE_URL' }, async (t) => {
  const { kysely } = await testDatabase(t, 'tables')
  const fault: unknown = await kysely
    .transaction()
    .execute(async (trx) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx)
      const pid = rows[0]!.pid
      await sql`select pg_terminate_backend(${pid}::integer)`.execute(kysely)
      // Until the news has come, and nothing but the connection is there to hear it.
      while ((await sql`select from pg_stat_activity where pid = ${pid}::integer`.execute(kysely)).rows.length > 0);
      await new Promise((resolve) => setTimeout(resolve, 50))
      await sql`select 1`.execute(trx)
    })
    .catch((error: unknown) => error)
  t.ok(isDatabaseUnavailable(fault), String(fault))
  t.strictSame((await sql`select 1 as one`.execute(kysely)).rows, [{ one: 1 }], 'and the next query has another')
})

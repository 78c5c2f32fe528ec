import t from 'tap'
import { sql } from 'kysely'
import { adminService } from '../../src/access/admin.js'
import { RULES } from '../../src/access/rules.js'
import { actAs } from '../../src/db/acting.js'
import { EXAMPLE_ACTUAL, EXAMPLE_APPROVAL, EXAMPLE_CASE, EXAMPLE_DECISION } from '../../src/business-cases/examples.js'
import { bearer, twoCouncils } from '../helpers/access.js'

/** What council-owned tables are, is asked of the database: a table that is added later is tried without a line here. */

const { app, database, leeds, norfolk } = await twoCouncils(t)
const service = database.restricted().kysely
const as = <T>(organisation: string, work: () => Promise<T>) => actAs({ organisation, actor: 'key:test', requestId: 'r' }, work)

const approvals: { again: object; write: object }[] = []
for (const { key, only } of [leeds, norfolk]) {
  /** Everything that a council can store, so that each of its tables has a row. */
  const send = async (method: 'POST' | 'PUT', url: string, payload: object, headers: Record<string, string> = {}) => {
    const response = await app.inject({ method, url, headers: { ...bearer(key), ...headers }, payload })
    if (response.statusCode >= 300) throw new Error(`${method} ${url} answered ${response.statusCode}: ${response.body.slice(0, 500)}`)
    return response.json<{ id: string }>()
  }
  await send('POST', '/v1/needs-profiles', { title: 'Neglect, 2026' }, { 'idempotency-key': 'the-same-of-both' })
  await send('POST', '/v1/recommendations', { needs: [{ need: 'neglect', children: 310 }] })
  await send('PUT', '/v1/unit-costs/SS3.0/local-values/E08000035', { value: 6100, priceYear: '2025/26', unit: 'per-week', sourceNote: 'Ledger', enteredBy: 'Finance' })
  const { id } = await send('POST', '/v1/business-cases', { ...EXAMPLE_CASE, needsProfile: null, recommendation: null })
  const url = `/v1/business-cases/${id}`
  await send('POST', `${url}/transitions`, EXAMPLE_DECISION, { 'if-match': '"1"' })
  const again = await app.inject({ method: 'POST', url: `${url}/transitions`, headers: { ...bearer(key), 'if-match': '"2"' }, payload: EXAMPLE_APPROVAL })
  const write = await app.inject({ method: 'POST', url: `${url}/transitions`, headers: { ...bearer(only.write), 'if-match': '"2"' }, payload: EXAMPLE_APPROVAL })
  approvals.push({ again: again.json(), write: write.json() })
  const { key: approver } = await adminService({ database }).createKey({ organisation: key === leeds.key ? leeds.id : norfolk.id, name: 'The board', scopes: ['read', 'write', 'approve'] })
  await send('POST', `${url}/transitions`, EXAMPLE_APPROVAL, { ...bearer(approver), 'if-match': '"2"' })
  await send('POST', `${url}/actuals`, EXAMPLE_ACTUAL)
}

interface Table {
  name: string
  guarded: boolean
  audited: boolean
  update: boolean
  remove: boolean
}
const { rows: tables } = await sql<Table>`
  select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as guarded,
    exists (select from pg_trigger g where g.tgrelid = c.oid and g.tgname = 'audit' and g.tgenabled = 'O') as audited,
    has_table_privilege('evident_service', c.oid, 'update') as update, has_table_privilege('evident_service', c.oid, 'delete') or has_table_privilege('evident_service', c.oid, 'truncate') as remove
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'public' and c.relkind in ('r', 'p')
  order by c.relname`.execute(database.kysely)
const columns = (await sql<{ name: string }>`select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'organisation_id'`.execute(database.kysely)).rows.map(({ name }) => name)
const owned = [...tables.filter(({ name }) => columns.includes(name)).map((table) => ({ ...table, column: 'organisation_id' })), { ...tables.find(({ name }) => name === 'organisation')!, column: 'id' }]

t.test('whoever submitted a business case does not approve it, nor does who may not approve', (t) => {
  for (const { again, write } of approvals) {
    t.match(again, { status: 409, errors: [{ pointer: '/by', code: 'same-person' }] }, 'with the same key, whatever name is given')
    t.match(write, { status: 403, code: 'insufficient-scope', detail: /'approve'/ })
  }
  t.end()
})

/** The trail itself, and answers kept for a day to be given again: what was done stands in the trail under its own table, and a copy of its answer would only stand there twice. */
const WITHOUT_TRAIL = ['audit_entry', 'audit_head', 'idempotency_key']

t.test('every row that a council owns is guarded and its changes are on record', (t) => {
  t.ok(owned.length >= 6, `${owned.length} tables`)
  for (const { name, guarded, audited, remove } of owned) {
    t.ok(guarded, `${name}: row-level security is on, and forced`)
    t.ok(audited || WITHOUT_TRAIL.includes(name), `${name}: a trigger writes the trail`)
    t.notOk(remove, `${name}: the service deletes nothing`)
  }
  t.end()
})

t.test('every other table is one that all councils share; what has versions or is on record is never changed', (t) => {
  const shared = tables.filter(({ name }) => !owned.some((one) => one.name === name)).map(({ name }) => name)
  t.strictSame(shared.filter((name) => !/^(catalogue_|area|dataset$|indicator$|series$|observation$|unit_cost(_edition)?$|kysely_)/.test(name)), [], 'a table of councils has the column organisation_id')
  for (const { name, update } of owned.filter(({ name }) => /^audit_|_version$|^recommendation$|^api_key$|^organisation$/.test(name))) t.notOk(update, name)
  t.end()
})

t.test('as one council, no statement sees, changes, moves, deletes or adds a row of another', async (t) => {
  for (const { name, column } of owned) {
    const [table, own] = [sql.table(name), sql.ref(column)]
    const { rows: theirs } = await sql<{ row: unknown }>`select to_json(t) as row from ${table} t where ${own} = ${norfolk.id}`.execute(database.kysely)
    const writable = sql.raw((await sql<{ name: string }>`select column_name as name from information_schema.columns where table_schema = 'public' and table_name = ${name} and is_generated = 'NEVER' and identity_generation is distinct from 'ALWAYS'`.execute(database.kysely)).rows.map((column) => column.name).join())
    const mine = (await sql`select from ${table} where ${own} = ${leeds.id}`.execute(database.kysely)).rows.length
    t.ok(theirs.length > 0 && mine > 0, `${name}: both councils have rows to try it with`)
    /** How many rows a statement touched; none where it is not allowed at all. */
    const touched = (statement: ReturnType<typeof sql>) =>
      as(leeds.id, async () => Number((await statement.execute(service).catch((error: { code?: string }) => (error.code === '42501' ? { rows: [] } : Promise.reject(error as Error)))).rows.length))
    t.equal(await touched(sql`select * from ${table} where ${own} = ${norfolk.id}`), 0, `${name}: seen`)
    t.equal(await touched(sql`select * from ${table} where ${own} <> ${leeds.id}`), 0, `${name}: seen without naming it`)
    t.equal(await touched(sql`update ${table} set ${own} = ${own} where ${own} = ${norfolk.id} returning 1`), 0, `${name}: changed`)
    t.equal(await touched(sql`delete from ${table} where ${own} = ${norfolk.id} returning 1`), 0, `${name}: deleted`)
    t.equal(await touched(sql`update ${table} set ${own} = ${norfolk.id} returning 1`), 0, `${name}: moved there`)
    await t.rejects(as(leeds.id, async () => sql`insert into ${table} (${writable}) select ${writable} from json_populate_record(null::${table}, ${JSON.stringify(theirs[0]!.row)})`.execute(service)), { code: '42501' }, `${name}: added`)
    await t.rejects(as(leeds.id, async () => sql`truncate ${table} cascade`.execute(service)), { code: '42501' }, `${name}: emptied`)
    t.strictSame((await sql<{ row: unknown }>`select to_json(t) as row from ${table} t where ${own} = ${norfolk.id}`.execute(database.kysely)).rows, theirs, `${name}: untouched`)
  }
})

t.test('a query that forgets whom it is for finds the rows of the acting council alone, and none outside a request', async (t) => {
  for (const table of ['recommendation', 'needs_profile', 'needs_profile_version', 'business_case', 'business_case_actual', 'unit_cost_local_value', 'audit_entry'] as const) {
    const found = async () => new Set((await service.selectFrom(table).select('organisation_id').execute()).map(({ organisation_id }) => organisation_id))
    for (const { id } of [leeds, norfolk]) t.strictSame(await as(id, found), new Set([id]), table)
    t.strictSame(await found(), new Set(), `${table}, for nobody`)
  }
})

t.test('the service cannot read keys, and finds one by its id alone', async (t) => {
  await t.rejects(as(leeds.id, async () => service.selectFrom('api_key').select('hash').execute()), { code: '42501' })
  const { rows } = await sql<{ organisation_id: string }>`select * from evident_find_key(${norfolk.key.slice(4, 20)})`.execute(service)
  t.match(rows, [{ organisation_id: norfolk.id }])
  for (const word of ['%', '', norfolk.key]) t.strictSame((await sql`select * from evident_find_key(${word})`.execute(service)).rows, [], word)
})

t.test('a page of rows far in is found by the index, also for the role of the service', async (t) => {
  const plan = await as(leeds.id, async () =>
    service.transaction().execute(async (trx) => {
      await sql`set local enable_seqscan = off`.execute(trx)
      return (await sql<{ 'QUERY PLAN': string }>`explain select id from recommendation where organisation_id = ${leeds.id} and (created_at, id) > (${'2026-01-01T00:00:00Z'}::timestamptz, ${leeds.id}::uuid) order by created_at, id limit 16`.execute(trx)).rows.map((row) => row['QUERY PLAN']).join('\n')
    })
  )
  t.match(plan, /Index (Only )?Scan using recommendation_in_order/)
  t.match(plan, /Index Cond: .*ROW\(created_at, id\) > ROW/)
})

t.test('no rule is left over from an operation that is gone', (t) => {
  const served = new Set(Object.values(app.swagger().paths ?? {}).flatMap((methods) => Object.values(methods as Record<string, { operationId?: string }>).map(({ operationId }) => operationId)))
  t.strictSame(Object.keys(RULES).filter((id) => !served.has(id)), [])
  t.end()
})

t.test('requests are served by the guarded role, over a real connection too, whose body arrives outside the request', async (t) => {
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  const headers = { ...bearer(leeds.key), 'content-type': 'application/json', 'x-request-id': 'over-http' }
  // Sent in two parts, so that the body is read after the headers were acted on.
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      controller.enqueue(new TextEncoder().encode('{"title":'))
      await new Promise((resolve) => setImmediate(resolve))
      controller.enqueue(new TextEncoder().encode('"Neglect, over HTTP"}'))
      controller.close()
    }
  })
  const made = await fetch(`${address}/v1/needs-profiles`, { method: 'POST', headers, body, duplex: 'half' })
  t.equal(made.status, 201)
  const { id } = (await made.json()) as { id: string }
  t.match((await app.inject({ url: `/v1/audit-entries?subject=needs_profile&subjectId=${id}`, headers })).json(), { items: [{ actor: `key:${leeds.key.slice(4, 20)}`, requestId: 'over-http' }] })

  const listed = async () => ((await (await fetch(`${address}/v1/needs-profiles`, { headers })).json()) as { items: unknown[] }).items.length
  t.ok((await listed()) > 0)
  await sql`create policy nothing on needs_profile as restrictive to evident_service using (false)`.execute(database.kysely)
  t.equal(await listed(), 0, 'what the role may not see, no request shows')
  await sql`drop policy nothing on needs_profile`.execute(database.kysely)
})

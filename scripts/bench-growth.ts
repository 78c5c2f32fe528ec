import { randomUUID } from 'node:crypto'
import { cpus, tmpdir } from 'node:os'
import pg from 'pg'
import { adminService } from '../src/access/admin.js'
import { buildApp } from '../src/app.js'
import { openAreas, seedAreas } from '../src/areas/service.js'
import { openCatalogue } from '../src/catalogue/service.js'
import { seedCatalogue } from '../src/curation/upgrade.js'
import { openDatabase } from '../src/db/database.js'
import { migrateToLatest } from '../src/db/migrate.js'
import { seedStatistics } from '../src/indicators/service.js'
import { cursorFor } from '../src/pages.js'

/**
 * How far one PostgreSQL goes: a database of its own is filled with copies of real records of many
 * councils, and reads, lists, rows and inserts are measured through the app, with keys and row-level
 * security, at each size; then how the database found what it was asked for. Half of all records
 * belong to one council and the rest to the others, so that a large and a small one are seen.
 *
 * DATABASE_URL names the server; the login must be allowed to make databases.
 * GROWTH_SIZES records of each kind, one after another (10000,100000,1000000).
 * GROWTH_FULL  up to which size answers have their full length (10000); those of further records are
 *              cut to 4 kB, as a million whole ones are some tens of GB. Indexes and rows are the same.
 */

const server = process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres'
const SIZES = (process.env['GROWTH_SIZES'] ?? '10000,100000,1000000').split(',').map(Number)
const FULL = Number(process.env['GROWTH_FULL'] ?? '10000')
const COUNCILS = 150
const ROUNDS = 15
const BATCH = 50_000

const name = `evident_growth_${randomUUID().replaceAll('-', '')}`
const databaseUrl = Object.assign(new URL(server), { pathname: `/${name}` }).href

async function asAdmin<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return work(client).finally(() => client.end())
}

/** Statements as they go to the server, while they are looked at. */
let seen: { text: string; values: unknown[] }[] | null = null
// eslint-disable-next-line @typescript-eslint/unbound-method -- it is called with the client that it was called on
const send = pg.Client.prototype.query as (...given: unknown[]) => unknown
pg.Client.prototype.query = function (this: pg.Client, ...given: unknown[]) {
  if (seen !== null && typeof given[0] === 'string' && Array.isArray(given[1])) seen.push({ text: given[0], values: given[1] as unknown[] })
  return send.apply(this, given)
} as typeof pg.Client.prototype.query

const say = (line: string) => process.stdout.write(`${line}\n`)
const ordered = (values: number[]) => [...values].sort((a, b) => a - b)
const median = (values: number[]) => ordered(values)[Math.floor(values.length / 2)]!

await asAdmin(server, (client) => client.query(`create database ${name}`))
try {
  const database = await openDatabase({ databaseUrl, databasePoolSize: 4, dataDir: tmpdir() })
  try {
    await measureAll(database)
  } finally {
    await database.close()
  }
} finally {
  await asAdmin(server, (client) => client.query(`drop database ${name} with (force)`))
}

async function measureAll(database: Awaited<ReturnType<typeof openDatabase>>) {
  await migrateToLatest(database)
  await seedCatalogue(database)
  await seedAreas(database)
  const areas = await openAreas(database)
  await seedStatistics(database, areas)
  const admin = adminService({ database })
  const councils = areas.councils.slice(0, COUNCILS)
  const ids: string[] = []
  for (const { code } of councils) ids.push((await admin.createOrganisation({ areaCode: code })).id)
  const keyOf = async (organisation: string) => (await admin.createKey({ organisation, name: 'bench', scopes: ['read', 'write', 'admin'] })).key
  const [large, small] = [{ id: ids[0]!, key: await keyOf(ids[0]!) }, { id: ids[1]!, key: await keyOf(ids[1]!) }]
  const app = await buildApp({ config: { logLevel: 'silent', access: { required: true, openReads: true, oidc: null } }, database, catalogue: await openCatalogue(database) })
  const ask = async (key: string, method: 'GET' | 'POST', url: string, payload?: object) => {
    const response = await app.inject({ method, url, headers: { authorization: `Bearer ${key}` }, ...(payload === undefined ? {} : { payload }) })
    if (response.statusCode >= 300) throw new Error(`${method} ${url}: ${response.body.slice(0, 300)}`)
    return response
  }

  const version = await asAdmin(databaseUrl, async (client) => (await client.query<{ server_version: string }>('show server_version')).rows[0]!.server_version)
  say(`Evident growth, ${new Date().toISOString().slice(0, 10)}: PostgreSQL ${version}, Node ${process.version}, ${cpus().length} cores, ${COUNCILS} councils, one of which has half of all records\n`)

  // One real record of each kind, of which the rest are copies.
  const profile = { area: councils[0]!.code, needs: [{ need: 'physical-abuse', children: 120, priority: 1 }, { need: 'neglect', children: 310 }, { need: 'domestic-abuse', children: 260 }, { need: 'parental-substance-misuse', children: 200 }, { need: 'sexual-abuse', children: 40 }, { need: 'family-engagement' }] }
  const businessCase = Object.values((JSON.parse((await app.inject('/openapi.json')).body) as { paths: Record<string, Record<string, { requestBody: { content: Record<string, { examples: Record<string, { value: object }> }> } }>> }).paths['/v1/business-cases']!['post']!.requestBody.content['application/json']!.examples).map(({ value }) => value)
  const made = {
    recommendation: (await ask(large.key, 'POST', '/v1/recommendations', profile)).json<{ id: string }>().id,
    needs_profile: (await ask(large.key, 'POST', '/v1/needs-profiles', { title: 'Needs', profile })).json<{ id: string }>().id,
    business_case: await firstThatFits(businessCase)
  }
  async function firstThatFits(bodies: object[]): Promise<string> {
    for (const body of bodies) {
      const response = await app.inject({ method: 'POST', url: '/v1/business-cases', headers: { authorization: `Bearer ${large.key}` }, payload: body })
      if (response.statusCode === 201) return response.json<{ id: string }>().id
    }
    throw new Error('no example of a business case can be kept')
  }

  let held = 0
  for (const size of SIZES) {
    const started = performance.now()
    while (held < size) {
      const next = Math.min(size, held + BATCH, held < FULL ? Math.max(held + 1, FULL) : Infinity)
      await fill(held, next, made, next <= FULL)
      held = next
    }
    await asAdmin(databaseUrl, (client) => client.query('vacuum (analyze)'))
    say(`${size.toLocaleString('en-GB')} records of each kind (filled in ${((performance.now() - started) / 1000).toFixed(0)} s)`)
    await measureSize(size)
  }
  await app.close()

  /** Copies, without triggers: the trail of changes is filled in beside them, unchained. Spread over two years. */
  async function fill(from: number, to: number, { recommendation, needs_profile, business_case }: typeof made, full: boolean) {
    const owner = `(case when n % 2 = 0 then $1::uuid else ($2::uuid[])[1 + (n / 2) % ${COUNCILS}] end)`
    const at = `timestamptz '2025-01-01' + n * interval '1 minute'`
    const series = `generate_series(${from}, ${to - 1}) n`
    await asAdmin(databaseUrl, async (client) => {
      const run = (text: string, ...more: unknown[]) => client.query(text, [large.id, ids, ...more])
      await client.query('set session_replication_role = replica')
      await client.query('set synchronous_commit = off')
      await run(`insert into recommendation (id, organisation_id, created_at, catalogue_version, model_version, request, response) select gen_random_uuid(), ${owner}, ${at}, r.catalogue_version, r.model_version, r.request, ${full ? 'r.response' : 'left(r.response, 4000)'} from ${series}, recommendation r where r.id = $3`, recommendation)
      await run(`with new as (insert into needs_profile (id, organisation_id, version, created_at, updated_at, document) select gen_random_uuid(), ${owner}, 1, ${at}, ${at}, p.document from ${series}, needs_profile p where p.id = $3 returning *) insert into needs_profile_version (needs_profile_id, organisation_id, version, created_at, document) select id, organisation_id, version, created_at, document from new`, needs_profile)
      await run(`with new as (insert into business_case (id, organisation_id, version, state, area_code, created_at, updated_at, document) select gen_random_uuid(), ${owner}, 1, c.state, c.area_code, ${at}, ${at}, c.document from ${series}, business_case c where c.id = $3 returning *) insert into business_case_version (business_case_id, organisation_id, version, created_at, change, state, document) select id, organisation_id, version, created_at, 'created', state, document from new`, business_case)
      await run(`insert into audit_entry (organisation_id, sequence, at, actor, request_id, action, subject, subject_id, before, after, previous_hash, hash) select ${owner}, n + 1000, ${at}, e.actor, e.request_id, e.action, e.subject, n::text, e.before, e.after, e.previous_hash, e.hash from ${series}, (select * from audit_entry where subject = 'needs_profile' limit 1) e on conflict do nothing`)
    })
  }

  async function measureSize(size: number) {
    for (const [who, { id, key }, count] of [['council with half of them', large, size / 2], ['council with few', small, Math.floor(size / 2 / COUNCILS)]] as const) {
      const found = await asAdmin(databaseUrl, async (client) => {
        const middle = async (table: string, way: string, part: number) =>
          (await client.query<{ id: string; at: string }>(`select id, to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at from ${table} where organisation_id = $1 order by created_at ${way}, id ${way} offset $2 limit 1`, [id, Math.floor(count * part)])).rows[0]!
        return {
          record: (await middle('recommendation', 'asc', 0.5)).id,
          case: (await middle('business_case', 'asc', 0.5)).id,
          profiles: await middle('needs_profile', 'desc', 0.5),
          profilesEnd: await middle('needs_profile', 'desc', 0.99),
          rows: await middle('recommendation', 'asc', 0.5),
          rowsEnd: await middle('recommendation', 'asc', 0.99)
        }
      })
      const listAt = ({ at, id }: { at: string; id: string }) => cursorFor(`${at} ${id}`)
      const rowsAt = (first: { at: string }) => `since=${first.at.slice(0, 10)}`
      const operations: [string, () => Promise<unknown>][] = [
        ['read a recommendation by id', () => ask(key, 'GET', `/v1/recommendations/${found.record}`)],
        ['read a business case by id', () => ask(key, 'GET', `/v1/business-cases/${found.case}`)],
        ['list needs profiles, first page of 50', () => ask(key, 'GET', '/v1/needs-profiles?limit=50')],
        ['list needs profiles, half way', () => ask(key, 'GET', `/v1/needs-profiles?limit=50&cursor=${listAt(found.profiles)}`)],
        ['list needs profiles, near the end', () => ask(key, 'GET', `/v1/needs-profiles?limit=50&cursor=${listAt(found.profilesEnd)}`)],
        ['list business cases, first page of 50', () => ask(key, 'GET', '/v1/business-cases?limit=50')],
        ['trail of changes, first page of 50', () => ask(key, 'GET', '/v1/audit-entries?limit=50')],
        ...(size <= FULL
          ? ([
              ['rows of recommendations, first page of 50', () => ask(key, 'GET', '/v1/rows/recommendations?limit=50')],
              ['rows of recommendations, from half way', () => ask(key, 'GET', `/v1/rows/recommendations?limit=50&${rowsAt(found.rows)}`)],
              ['rows of recommendations, near the end', () => ask(key, 'GET', `/v1/rows/recommendations?limit=50&${rowsAt(found.rowsEnd)}`)]
            ] as [string, () => Promise<unknown>][])
          : []),
        ['rows of business cases, first page of 50', () => ask(key, 'GET', '/v1/rows/business-cases?limit=50')],
        ['keep a needs profile (with its trail)', () => ask(key, 'POST', '/v1/needs-profiles', { title: 'Another', profile })],
        ['record a recommendation (ranked, 300 kB, with its trail)', () => ask(key, 'POST', '/v1/recommendations', profile)]
      ]
      say(`  ${who} (${count.toLocaleString('en-GB')})`)
      for (const [what, run] of operations) {
        await run()
        const times: number[] = []
        for (let i = 0; i < ROUNDS; i += 1) {
          const start = performance.now()
          await run()
          times.push(performance.now() - start)
        }
        seen = []
        await run()
        const statements = seen
        seen = null
        const plans = await plansOf(statements, id)
        say(`    ${what.padEnd(58)} ${median(times).toFixed(1).padStart(7)} ms   p95 ${ordered(times)[Math.floor(ROUNDS * 0.95)]!.toFixed(1).padStart(7)}   ${plans}`)
      }
    }
    const sizes = await asAdmin(databaseUrl, async (client) => (await client.query<{ name: string; rows: string; heap: string; index: string; toast: string }>("select c.relname as name, c.reltuples::bigint as rows, pg_relation_size(c.oid) as heap, pg_indexes_size(c.oid) as index, coalesce(pg_total_relation_size(nullif(c.reltoastrelid, 0)), 0) as toast from pg_class c where c.relname in ('recommendation', 'needs_profile', 'needs_profile_version', 'business_case', 'business_case_version', 'audit_entry', 'observation') order by 1")).rows)
    for (const { name: table, rows, heap, index, toast } of sizes) {
      const each = (bytes: string) => (Number(bytes) / Number(rows)).toFixed(0)
      say(`    ${table.padEnd(24)} ${Number(rows).toLocaleString('en-GB').padStart(10)} rows, ${((Number(heap) + Number(index) + Number(toast)) / 1e6).toFixed(0).padStart(6)} MB; bytes each: row ${each(heap)}, long values ${each(toast)}, indexes ${each(index)}`)
    }
    say('')
  }

  /** How each statement finds its rows, as the service's role with the council's settings; nothing that it changes is kept. */
  async function plansOf(statements: { text: string; values: unknown[] }[], organisation: string): Promise<string> {
    const told: string[] = []
    await asAdmin(databaseUrl, async (client) => {
      for (const { text, values } of statements.filter((one) => /\b(recommendation|needs_profile|business_case|audit_entry)\b/.test(one.text))) {
        await client.query('begin')
        await client.query("select set_config('role', 'evident_service', true), set_config('evident.organisation', $1, true), set_config('evident.actor', 'bench', true)", [organisation])
        if (/^\s*(insert|with)/i.test(text)) {
          await client.query('rollback')
          continue
        }
        const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Node; 'Execution Time': number }] }>(`explain (analyze, format json) ${text}`, values)
        await client.query('rollback')
        const [{ Plan: plan, 'Execution Time': ms }] = rows[0]!['QUERY PLAN']
        told.push(`${nodesOf(plan).join(' + ')} ${ms.toFixed(2)} ms`)
      }
    })
    return [...new Set(told)].join('; ')
  }
}

interface Node {
  'Node Type': string
  'Index Name'?: string
  'Relation Name'?: string
  Plans?: Node[]
}

/** What a plan reads from, and by which index. */
function nodesOf(plan: Node): string[] {
  const own = plan['Index Name'] !== undefined ? [plan['Index Name']] : plan['Node Type'] === 'Seq Scan' ? [`ALL of ${plan['Relation Name']}`] : plan['Node Type'] === 'Sort' ? ['sort'] : []
  return [...own, ...(plan.Plans ?? []).flatMap(nodesOf)]
}

import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { openAreas, seedAreas } from '../src/areas/service.js'
import { openCatalogue } from '../src/catalogue/service.js'
import { seedCatalogue } from '../src/curation/upgrade.js'
import { buildApp } from '../src/app.js'
import { openDatabase } from '../src/db/database.js'
import { migrateToLatest } from '../src/db/migrate.js'
import { seedStatistics } from '../src/indicators/service.js'
import { EXAMPLE_ID } from '../src/recommendations/examples.js'

/**
 * Measures whether a page of rows far in costs what the first does: the decision records are grown by
 * inserts until there are more pages than are asked for, and page 1 and page 1,000 are read in turn.
 * The published figures are those that the service carries; of what is compared for each council there
 * are a little more than a hundred pages.
 * DATABASE_URL names a server, whose database should be an empty one of this bench's own.
 */

const PAGE = 1_000
const RECORDS = 2_000
const LIMIT = 50
const ROUNDS = 60

const folder = mkdtempSync(join(tmpdir(), 'evident-bench-rows-'))
const database = await openDatabase({ databaseUrl: process.env['DATABASE_URL'] ?? null, databasePoolSize: 4, dataDir: folder })
await migrateToLatest(database)
await seedCatalogue(database)
await seedAreas(database)
await seedStatistics(database, await openAreas(database))
const app = await buildApp({ config: { logLevel: 'silent' }, database, catalogue: await openCatalogue(database) })
const db = database.kysely

/** Six needs, as a council might send them: an answer of about 300 kB. */
const profile = (n: number) => ({
  needs: [
    { need: 'physical-abuse', children: 120 + n, priority: 1, childAge: { min: 5, max: 11 } },
    { need: 'neglect', children: 310 - n },
    { need: 'domestic-abuse', children: 260, ageBands: [{ min: 0, max: 4, children: 90 + n }, { min: 5, max: 11, children: 120 }] },
    { need: 'parental-substance-misuse', children: 200, context: { parentsMisusing: { '1': 0.6, '2': 0.3 }, couple: true } },
    { need: 'sexual-abuse', children: 40 + n, childAge: { min: 8, max: 14 } },
    { need: 'family-engagement' }
  ]
})

const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!

interface Page {
  rows: unknown[]
  nextCursor: string | null
}
async function read(dataset: string, cursor: string | null, limit = LIMIT): Promise<Page> {
  const response = await app.inject(`/v1/rows/${dataset}?limit=${limit}${cursor === null ? '' : `&cursor=${cursor}`}`)
  if (response.statusCode !== 200) throw new Error(response.body.slice(0, 500))
  return response.json<Page>()
}
async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

async function count(): Promise<number> {
  const { n } = await db.selectFrom('recommendation').select((eb) => eb.fn.countAll<string | number>().as('n')).executeTakeFirstOrThrow()
  return Number(n)
}

/** The records held, copied a day apart, so that every page has answers of its own to read. */
async function grow(records: number) {
  for (let n = 0; n < 10; n += 1) await app.inject({ method: 'POST', url: '/v1/recommendations', payload: profile(n) })
  await db.deleteFrom('recommendation').where('id', '=', EXAMPLE_ID).execute()
  const held = await count()
  for (let day = 1; day < records / held; day += 1) {
    await sql`
      insert into recommendation (id, organisation_id, created_at, catalogue_version, model_version, request, response)
      select gen_random_uuid(), organisation_id, created_at + ${day} * interval '1 day', catalogue_version, model_version, request, response
      from (select * from recommendation order by created_at, id limit ${held}) as first`.execute(db)
  }
  await sql`analyze recommendation`.execute(db)
}

await grow(RECORDS)
process.stdout.write(`Evident rows bench, ${new Date().toISOString().slice(0, 10)}: Node ${process.version}, ${cpus().length} cores, ${database.engine} database, ${await count()} decision records, ${LIMIT} rows a page\n`)

const tables: [dataset: string, page: number][] = [['recommendations', PAGE], ['gap-warnings', PAGE], ['indicators', PAGE], ['indicators', 5 * PAGE], ['benchmarks', 100]]
for (const [dataset, page] of tables) {
  const cursors: (string | null)[] = [null]
  while (cursors.length < page) {
    // A cursor does not depend on the size of the pages before it, so the way there is walked in large steps.
    const steps = Math.min(page - cursors.length, 100)
    const { nextCursor } = await read(dataset, cursors.at(-1)!, steps * LIMIT)
    if (nextCursor === null) throw new Error(`${dataset} ends before page ${page}`)
    cursors.push(...Array<string>(steps).fill(nextCursor))
  }
  // Page 1 starts with an answer; page 2, like most, within one, and so reads one answer more.
  const second = (await read(dataset, null)).nextCursor
  const starts = [null, second, cursors.at(-1)!]
  for (let i = 0; i < 5; i += 1) for (const cursor of starts) await read(dataset, cursor)
  const times = starts.map(() => [] as number[])
  for (let i = 0; i < ROUNDS; i += 1) for (const [side, cursor] of starts.entries()) times[side]!.push(await timed(() => read(dataset, cursor)))
  const [first, next, late] = times.map(median) as [number, number, number]
  const large = await timed(() => read(dataset, null, 10_000))
  process.stdout.write(
    `${dataset.padEnd(16)} page 1 ${first.toFixed(1)} ms, page 2 ${next.toFixed(1)} ms, page ${page} ${late.toFixed(1)} ms (medians of ${ROUNDS}); ` +
      `page ${page} / page 1 ${(late / first).toFixed(2)}, / page 2 ${(late / next).toFixed(2)}; 10,000 rows in ${large.toFixed(0)} ms\n`
  )
}
await app.close()
rmSync(folder, { recursive: true, force: true })

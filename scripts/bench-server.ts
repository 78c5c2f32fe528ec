import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildApp } from '../src/app.js'
import { openAreas, seedAreas } from '../src/areas/service.js'
import { buildCatalogue } from '../src/catalogue/catalogue.js'
import { checkCatalogue, type CatalogueRecords } from '../src/catalogue/check.js'
import { readDataFiles } from '../src/catalogue/data-files.js'
import { openCatalogue, type CatalogueService } from '../src/catalogue/service.js'
import { seedCatalogue } from '../src/curation/upgrade.js'
import { selectSources, viewOf } from '../src/catalogue/view.js'
import { openDatabase } from '../src/db/database.js'
import { migrateToLatest } from '../src/db/migrate.js'
import { LOCAL_ORGANISATION } from '../src/db/schema.js'
import { seedStatistics } from '../src/indicators/service.js'
import { DEFAULT_LIMITS, EVENT_LOOP_DELAY_MS } from '../src/limits/limits.js'
import { insertRecommendation } from '../src/recommendations/queries.js'

/**
 * The service as it is, with two routes beside it that do the least that could be done with the same
 * bytes: send them as a constant, and insert them. Started by bench.ts.
 *
 * argv: how many times the catalogue is to be held
 */
const times = Number(process.argv[2] ?? '1')
const folder = mkdtempSync(join(tmpdir(), 'evident-bench-'))
const database = await openDatabase({ databaseUrl: process.env['DATABASE_URL'] ?? null, databasePoolSize: 10, dataDir: folder })
await migrateToLatest(database)
await seedCatalogue(database)
await seedAreas(database)
await seedStatistics(database, await openAreas(database))
const opened = await openCatalogue(database)
const catalogue = times === 1 ? opened : grown(times)
const app = await buildApp({ config: { logLevel: 'silent', limits: { ...DEFAULT_LIMITS, eventLoopDelayMs: EVENT_LOOP_DELAY_MS } }, database, catalogue })

let constant: Buffer = Buffer.alloc(0)
app.post('/bench/set', async (request) => {
  constant = (await app.inject({ method: 'POST', url: '/v1/recommendations/preview', payload: request.body as object })).rawPayload
  return { bytes: constant.length }
})
app.post('/bench/constant', async (_request, reply) => reply.type('application/json; charset=utf-8').send(constant))
app.post('/bench/insert', async (request, reply) => {
  await insertRecommendation(database.kysely, {
    id: randomUUID(),
    organisation: LOCAL_ORGANISATION,
    createdAt: new Date().toISOString(),
    catalogueVersion: opened.current().version,
    modelVersion: 'bench',
    request: JSON.stringify(request.body),
    response: constant.toString()
  })
  return reply.code(201).type('application/json; charset=utf-8').send(constant)
})
const address = await app.listen({ host: '127.0.0.1', port: 0 })
process.send?.({ address, engine: database.engine, interventions: catalogue.current().interventions.length })
process.on('disconnect', () => {
  void app.close().then(() => rmSync(folder, { recursive: true, force: true }))
})

/** The shipped catalogue with every intervention held many times over, for the same needs. */
function grown(factor: number): CatalogueService {
  const records = checkCatalogue(readDataFiles())
  const copies = Array.from({ length: factor - 1 }, (_, n) => records.interventions.map((entry) => copyOf(entry, n)))
  const catalogue = buildCatalogue({ ...records, interventions: [...records.interventions, ...copies.flat()] }, opened.current().version)
  const view = viewOf(catalogue, selectSources(catalogue, {}))
  const held = { current: () => catalogue, view: () => view }
  return { ...held, at: async () => held, refresh: async () => false, close: () => {} }
}

function copyOf(entry: CatalogueRecords['interventions'][number], n: number): CatalogueRecords['interventions'][number] {
  return { ...entry, id: `${entry.id}-copy-${n}`, name: `${entry.name} (copy ${n})`, aliases: [], claims: entry.claims.map((claim) => ({ ...claim, id: `${claim.id}-copy-${n}` })) }
}

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { buildApp } from '../src/app.js'
import { seedAreas } from '../src/areas/service.js'
import { openCatalogue } from '../src/catalogue/service.js'
import { seedCatalogue } from '../src/curation/upgrade.js'
import { embeddedDatabase } from '../src/db/database.js'
import { migrateToLatest } from '../src/db/migrate.js'
import { PARSERS } from '../src/db/parsers.js'
import { openApiText } from '../src/openapi.js'
import { packageRoot } from '../src/package-root.js'

/**
 * Writes openapi/openapi.json as the service serves it. With --check it writes nothing, and ends
 * with 1 where the file differs. The database lives in memory and ends with the process.
 */
const path = join(packageRoot(), 'openapi', 'openapi.json')
const served = await servedText()

if (!process.argv.includes('--check')) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, served)
  console.log(`Wrote ${path}`)
} else if (existsSync(path) && readFileSync(path, 'utf8') === served) {
  console.log('openapi/openapi.json is as the service serves it.')
} else {
  console.error('openapi/openapi.json differs from what the service serves. Run `npm run openapi` and commit the file.')
  process.exitCode = 1
}

async function servedText(): Promise<string> {
  const database = embeddedDatabase(await PGlite.create({ parsers: { ...PARSERS } }))
  await migrateToLatest(database)
  await seedCatalogue(database)
  await seedAreas(database)
  const app = await buildApp({ config: { logLevel: 'silent' }, database, catalogue: await openCatalogue(database) })
  await app.ready()
  const text = openApiText(app)
  await app.close()
  return text
}

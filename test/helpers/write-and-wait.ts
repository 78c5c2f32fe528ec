import { randomUUID } from 'node:crypto'
import { openDatabase } from '../../src/db/database.js'
import { migrateToLatest } from '../../src/db/migrate.js'
import { configFor } from './template.js'

/** A process that stores rows and says so as each is acknowledged, until it is killed. */
const database = await openDatabase(configFor(null, process.env['DATA_DIR']))
await migrateToLatest(database)
for (let count = 1; ; count++) {
  const id = randomUUID()
  await database.kysely.insertInto('organisation').values({ id, name: `Council ${count}` }).execute()
  process.stdout.write(`stored ${id}\n`)
}

import { ConfigError, loadConfig } from '../src/config.js'
import { openDatabase } from '../src/db/database.js'
import { LockedError } from '../src/db/lock.js'
import { migrateToLatest } from '../src/db/migrate.js'

/** Brings the database that the environment names up to date. Refuses while a server has the embedded one open. */
try {
  const database = await openDatabase(loadConfig())
  try {
    const migrated = await migrateToLatest(database)
    console.log(migrated.length === 0 ? 'The database is up to date: nothing to do.' : `Migrated: ${migrated.join(', ')}`)
  } finally {
    await database.close()
  }
} catch (error) {
  console.error(error instanceof ConfigError || error instanceof LockedError ? error.message : error)
  process.exitCode = 1
}

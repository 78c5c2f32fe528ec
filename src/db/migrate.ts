import { Migrator, sql, type Kysely } from 'kysely'
import { MIGRATIONS } from '../../migrations/index.js'
import type { Database } from './database.js'
import type { Schema } from './schema.js'

/** SQLSTATE of our own: the login may not make the role that the service needs. The message says what to run. */
export const ROLE_MISSING = 'EV001'

const provider = { getMigrations: async () => MIGRATIONS }

/**
 * Brings the tables to the newest form. Safe when several instances start at once on one server:
 * Kysely holds an advisory lock, and whoever comes second finds nothing left to do.
 * @returns the names of the migrations that ran
 */
export async function migrateToLatest({ kysely, engine }: Pick<Database, 'kysely' | 'engine'>): Promise<string[]> {
  return kysely.connection().execute(async (db) => {
    // Waiting for another instance's migration, or for a long one of our own, is no fault.
    if (engine === 'postgres') await sql`set statement_timeout = 0`.execute(db)
    try {
      const { error, results } = await new Migrator({ db, provider }).migrateToLatest()
      if (error !== undefined) throw error as Error
      return (results ?? []).filter(({ status }) => status === 'Success').map(({ migrationName }) => migrationName)
    } finally {
      if (engine === 'postgres') await sql`reset statement_timeout`.execute(db).catch(() => {})
    }
  })
}

/** The migrations this code has and the database does not. One query, for readiness. */
export async function pendingMigrations(db: Kysely<Schema>): Promise<string[]> {
  const table = await sql<{ present: boolean }>`select to_regclass('kysely_migration') is not null as present`.execute(db)
  const done = table.rows[0]!.present ? (await sql<{ name: string }>`select name from kysely_migration`.execute(db)).rows.map(({ name }) => name) : []
  return Object.keys(MIGRATIONS).filter((name) => !done.includes(name))
}

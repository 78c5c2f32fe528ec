import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { Kysely, PostgresDialect, type PostgresPoolClient } from 'kysely'
import pg from 'pg'
import type { Config } from '../config.js'
import type { Log } from '../logging.js'
import { DEFAULT_LIMITS, type Limits } from '../limits/limits.js'
import { actAs, actingPools, whoActs, type CountingPool } from './acting.js'
import { connectionsOf, type Connections } from './connections.js'
import { embeddedPool } from './embedded-pool.js'
import { lockFolder } from './lock.js'
import { oneTransaction, type OneTransaction } from './one-transaction.js'
import { PARSERS } from './parsers.js'
import type { Schema } from './schema.js'

export interface Database {
  /** As the owner of the tables: for migrations, seeds and administration. */
  kysely: Kysely<Schema>
  engine: 'postgres' | 'embedded'
  /** The same database as requests are served from: with the service's role, and the rows of the acting organisation alone. */
  restricted: () => Database
  connections: () => Connections
  /** A transaction for whoever acts now, which `Acting.within` makes the one that all the work shares. */
  oneTransaction: () => OneTransaction
  close: () => Promise<void>
}

type DatabaseConfig = Pick<Config, 'databaseUrl' | 'databasePoolSize' | 'dataDir'> & Partial<Pick<Config, 'limits'>>

const ACQUIRE_TIMEOUT_MS = 10_000

/** Opens the PostgreSQL server that the configuration names, or the embedded engine in its folder. Does not migrate. */
export async function openDatabase({ databaseUrl, databasePoolSize, dataDir, limits = DEFAULT_LIMITS }: DatabaseConfig, log?: Log): Promise<Database> {
  return databaseUrl === null ? openEmbedded(dataDir, limits, log) : openPostgres(databaseUrl, databasePoolSize, limits, log)
}

function openPostgres(connectionString: string, size: number, { statementSeconds, databaseQueue }: Limits, log?: Log): Database {
  const pool = new pg.Pool({
    connectionString,
    max: size,
    connectionTimeoutMillis: 5_000,
    statement_timeout: statementSeconds * 1000,
    idle_in_transaction_session_timeout: 60_000,
    application_name: 'evident',
    // Given to this pool alone: pg's own parser table is shared by everything in the process.
    types: { getTypeParser: ((oid: number, format?: 'text' | 'binary') => (format === 'binary' ? undefined : PARSERS[oid]) ?? (pg.types.getTypeParser(oid, format) as unknown)) as typeof pg.types.getTypeParser }
  })
  // Without a listener a dropped idle connection ends the process.
  pool.on('error', (error) => log?.warn({ err: error }, 'an idle database connection was lost'))
  return database(pool, size, 'postgres', (client) => client, databaseQueue, async () => {})
}

async function openEmbedded(folder: string, { databaseQueue }: Limits, log?: Log): Promise<Database> {
  const unlock = lockFolder(folder)
  try {
    const dataDir = join(folder, 'postgres')
    if (!existsSync(join(dataDir, 'PG_VERSION'))) log?.info({ folder }, 'creating the embedded database (a few seconds, the first time only)')
    const engine = await PGlite.create({ dataDir, parsers: { ...PARSERS } })
    return database(embeddedPool(engine, ACQUIRE_TIMEOUT_MS), 1, 'embedded', () => engine, databaseQueue, async () => unlock())
  } catch (error) {
    unlock()
    throw error
  }
}

/** Over an engine that is already open: for tests, whose databases live in memory. */
export function embeddedDatabase(engine: PGlite, acquireTimeoutMs = ACQUIRE_TIMEOUT_MS, { databaseQueue }: Limits = DEFAULT_LIMITS): Database {
  return database(embeddedPool(engine, acquireTimeoutMs), 1, 'embedded', () => engine, databaseQueue, async () => {})
}

function database(pool: CountingPool, size: number, engine: Database['engine'], connectionOf: (client: PostgresPoolClient) => object, mostWaiting: number, afterwards: () => Promise<void>): Database {
  const pools = actingPools(pool, connectionOf, mostWaiting)
  const kysely = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: pools.owner }) })
  const service = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: pools.service }) })
  // A driver that was never used ends no pool, so the pool is ended here whatever happened.
  let closing: Promise<void> | undefined
  const closeOnce = () => (closing ??= close())
  const shared = {
    engine,
    connections: connectionsOf(pool, size),
    oneTransaction: () => {
      const acting = { ...whoActs(), within: undefined }
      return oneTransaction(() => actAs(acting, () => pools.service.connect()), ACQUIRE_TIMEOUT_MS)
    },
    close: closeOnce
  }
  const restricted: Database = { ...shared, kysely: service, restricted: () => restricted }
  return { ...shared, kysely, restricted: () => restricted }

  async function close() {
    await service.destroy()
    await kysely.destroy()
    if (!(pool as Partial<pg.Pool>).ended) await pool.end()
    await afterwards()
  }
}

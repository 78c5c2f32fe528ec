import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { Kysely, PostgresDialect, type PostgresPool } from 'kysely'
import pg from 'pg'
import type { Config } from '../config.js'
import type { Log } from '../logging.js'
import { DEFAULT_LIMITS, type Limits } from '../limits/limits.js'
import { actAs, actingPools, whoActs } from './acting.js'
import { connectionsOf, type Connections } from './connections.js'
import { embeddedPool } from './embedded-pool.js'
import { listenTo } from './listener.js'
import { lockFolder } from './lock.js'
import { oneTransaction, type OneTransaction } from './one-transaction.js'
import { PARSERS } from './parsers.js'
import { replicaPool, type Replica, type ReplicaState } from './replica.js'
import type { Schema } from './schema.js'

export interface Database {
  /** As the owner of the tables: for migrations, seeds and administration. */
  kysely: Kysely<Schema>
  engine: 'postgres' | 'embedded'
  /** The same database as requests are served from: with the service's role, and the rows of the acting organisation alone. */
  restricted: () => Database
  /** As `restricted`, from a read replica where one is configured: for what may be some seconds old. It offers no transactions. */
  reading: () => Pick<Database, 'kysely'>
  /** How the read replica is; null where none is configured. */
  replica: () => ReplicaState | null
  /** Calls back whenever something was said on a channel, or may have been missed. Absent on the embedded engine, which one process has to itself. */
  follow?: (channel: string, heard: () => void) => () => void
  /** One process after another does the work, however many start at once. */
  exclusively: <T>(work: () => Promise<T>) => Promise<T>
  connections: () => Connections
  /** A transaction for whoever acts now, which `Acting.within` makes the one that all the work shares. */
  oneTransaction: () => OneTransaction
  close: () => Promise<void>
}

type DatabaseConfig = Pick<Config, 'databaseUrl' | 'databasePoolSize' | 'dataDir'> & Partial<Pick<Config, 'databaseOwnerUrl' | 'databaseReadUrl' | 'limits'>>

const ACQUIRE_TIMEOUT_MS = 10_000
/** Beside the requests: migrations, seeds and administration. */
const OWNER_POOL_SIZE = 2
/** Any number, the same in every instance. */
const EXCLUSIVE_LOCK = 4907111

/** Opens the PostgreSQL server that the configuration names, or the embedded engine in its folder. Does not migrate. */
export async function openDatabase(config: DatabaseConfig, log?: Log): Promise<Database> {
  return config.databaseUrl === null ? openEmbedded(config.dataDir, config.limits, log) : openPostgres({ ...config, databaseUrl: config.databaseUrl }, log)
}

function poolOf(connectionString: string, max: number, limits: pg.PoolConfig, log?: Log): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    max,
    connectionTimeoutMillis: 5_000,
    idle_in_transaction_session_timeout: 60_000,
    application_name: 'evident',
    // Given to this pool alone: pg's own parser table is shared by everything in the process.
    types: { getTypeParser: ((oid: number, format?: 'text' | 'binary') => (format === 'binary' ? undefined : PARSERS[oid]) ?? (pg.types.getTypeParser(oid, format) as unknown)) as typeof pg.types.getTypeParser },
    ...limits
  })
  // Without a listener a dropped connection ends the process: one that is idle, and one that was lent and is between two queries.
  pool.on('error', (error) => log?.warn({ err: error }, 'an idle database connection was lost'))
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

function openPostgres({ databaseUrl, databaseOwnerUrl = null, databaseReadUrl = null, databasePoolSize, limits: { statementSeconds, databaseQueue } = DEFAULT_LIMITS }: DatabaseConfig & { databaseUrl: string }, log?: Log): Database {
  const limits = { statement_timeout: statementSeconds * 1000 }
  const pool = poolOf(databaseUrl, databasePoolSize, limits, log)
  const ownerPool = databaseOwnerUrl === null ? pool : poolOf(databaseOwnerUrl, OWNER_POOL_SIZE, limits, log)
  const { owner, service } = actingPools(pool, (client) => client, databaseQueue)
  const apart = databaseOwnerUrl === null ? owner : actingPools(ownerPool, (client) => client, databaseQueue).owner
  return database({
    engine: 'postgres',
    owner: apart,
    service,
    connections: connectionsOf(pool, databasePoolSize),
    ...(databaseReadUrl === null ? {} : { openReplica: () => openReplica(databaseReadUrl, { size: databasePoolSize, databaseQueue, primary: pool, service }, log) }),
    follow: (channel, heard) => listenTo(databaseUrl, channel, heard, log),
    exclusively: (work) => withAdvisoryLock(databaseOwnerUrl ?? databaseUrl, work, log),
    end: async () => {
      for (const one of new Set([pool, ownerPool])) if (!one.ended) await one.end()
    }
  })
}

function openReplica(url: string, { size, databaseQueue, primary, service }: { size: number; databaseQueue: number; primary: pg.Pool; service: PostgresPool }, log?: Log): Replica {
  const limits = { connectionTimeoutMillis: 1_000, statement_timeout: 5_000, query_timeout: 6_000 }
  const rows = poolOf(url, size, limits, log)
  const watch = poolOf(url, 1, { ...limits, query_timeout: 2_000 }, log)
  return replicaPool({ primary: service, rows: actingPools(rows, (client) => client, databaseQueue).service, ask: { primary, replica: watch }, end: async () => void (await Promise.all([rows.end(), watch.end()])), log })
}

/**
 * On a connection of its own, which may wait for as long as the work of another takes: the pool may be
 * of one connection, and that is needed for the work. The lock ends with the connection, so a process
 * that dies gives it back.
 */
async function withAdvisoryLock<T>(connectionString: string, work: () => Promise<T>, log?: Log): Promise<T> {
  const client = new pg.Client({ connectionString, application_name: 'evident start', connectionTimeoutMillis: 5_000, keepAlive: true })
  // The work fails by itself where the server goes away.
  client.on('error', (error) => log?.warn({ err: error }, 'the connection that keeps other instances waiting was lost'))
  await client.connect()
  try {
    const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [EXCLUSIVE_LOCK])
    if (!rows[0]!.held) {
      log?.info('waiting for another instance that brings the database up to date')
      await client.query('select pg_advisory_lock($1)', [EXCLUSIVE_LOCK])
    }
    return await work()
  } finally {
    await client.end().catch(() => {})
  }
}

async function openEmbedded(folder: string, limits: Limits | undefined, log?: Log): Promise<Database> {
  const unlock = lockFolder(folder)
  try {
    const dataDir = join(folder, 'postgres')
    if (!existsSync(join(dataDir, 'PG_VERSION'))) log?.info({ folder }, 'creating the embedded database (a few seconds, the first time only)')
    const engine = await PGlite.create({ dataDir, parsers: { ...PARSERS } })
    return overEngine(engine, ACQUIRE_TIMEOUT_MS, limits, unlock)
  } catch (error) {
    unlock()
    throw error
  }
}

/** Over an engine that is already open: for tests, whose databases live in memory. */
export const embeddedDatabase = (engine: PGlite, acquireTimeoutMs = ACQUIRE_TIMEOUT_MS, limits?: Limits): Database => overEngine(engine, acquireTimeoutMs, limits, () => {})

function overEngine(engine: PGlite, acquireTimeoutMs: number, { databaseQueue }: Limits = DEFAULT_LIMITS, unlock: () => void): Database {
  const pool = embeddedPool(engine, acquireTimeoutMs)
  return database({
    engine: 'embedded',
    ...actingPools(pool, () => engine, databaseQueue),
    connections: connectionsOf(pool, 1),
    exclusively: (work) => work(),
    end: async () => {
      await pool.end()
      unlock()
    }
  })
}

interface Parts {
  engine: Database['engine']
  owner: PostgresPool
  service: PostgresPool
  connections: Database['connections']
  openReplica?: () => Replica
  follow?: NonNullable<Database['follow']>
  exclusively: Database['exclusively']
  end: () => Promise<void>
}

function database({ engine, owner, service, connections, openReplica, follow, exclusively, end }: Parts): Database {
  const over = (pool: PostgresPool) => new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
  const [asOwner, asService] = [over(owner), over(service)]
  // Opened by the first who reads from it: the admin commands never do.
  let replica: (Replica & { kysely: Kysely<Schema> }) | undefined
  const openOnce = () => {
    const opened = openReplica!()
    return { ...opened, kysely: over(opened.pool) }
  }
  // A driver that was never used ends no pool, so the pool is ended here whatever happened.
  let closing: Promise<void> | undefined
  const rest: Omit<Database, 'kysely'> = {
    engine,
    restricted: () => restricted,
    reading: () => (openReplica === undefined ? restricted : (replica ??= openOnce())),
    replica: () => (openReplica === undefined ? null : (replica?.state() ?? 'away')),
    ...(follow === undefined ? {} : { follow }),
    exclusively,
    connections,
    oneTransaction: () => {
      const acting = { ...whoActs(), within: undefined }
      return oneTransaction(() => actAs(acting, () => service.connect()), ACQUIRE_TIMEOUT_MS)
    },
    close: () => (closing ??= close())
  }
  const restricted: Database = { kysely: asService, ...rest }
  return { kysely: asOwner, ...rest }

  async function close() {
    await replica?.kysely.destroy()
    await replica?.end()
    await asService.destroy()
    await asOwner.destroy()
    await end()
  }
}


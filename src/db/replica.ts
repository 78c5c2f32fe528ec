import type { PostgresPool, PostgresPoolClient } from 'kysely'
import { isDatabaseUnavailable } from '../errors.js'
import type { Log } from '../logging.js'

/** `used`: what may be read from it is; `behind`: it is further behind than anything may be; `away`: it cannot be asked, or is no replica. */
export const REPLICA_STATES = ['used', 'behind', 'away'] as const
export type ReplicaState = (typeof REPLICA_STATES)[number]

/** How far behind what is read may be. */
const OLDEST_MS = 10_000
const LOOK_MS = 2_000

/** The part of pg's pool that asks how far a server has come. */
interface Asked {
  query: <R extends object>(text: string) => Promise<{ rows: R[] }>
}

interface Parts {
  /** What reads fall back to, for the same acting organisation. */
  primary: PostgresPool
  /** The replica, as requests are served from it. */
  rows: PostgresPool
  ask: { primary: Asked; replica: Asked }
  end: () => Promise<void>
  log?: Log | undefined
  now?: () => number
}

export interface Replica {
  pool: PostgresPool
  state: () => ReplicaState
  end: () => Promise<void>
}

/**
 * Reads from a replica while it answers and is at most ten seconds behind, and from the primary
 * otherwise: also a query that the replica took and then lost, cancelled or left unanswered.
 */
export function replicaPool({ primary, rows, ask, end, log, now = Date.now }: Parts): Replica {
  let state: ReplicaState | null = null
  /** How far the primary had come, and when: the first is the newest that is as old as anything may be. */
  let past: { at: number; position: bigint }[] = []

  function become(next: ReplicaState, why?: unknown) {
    if (next !== state) log?.[next === 'used' ? 'info' : 'warn']({ replica: next, err: why }, 'the read replica is another way now')
    state = next
  }

  async function notePrimary() {
    const at = now()
    const { rows: [row] } = await ask.primary.query<{ position: string }>('select pg_current_wal_lsn()::text as position')
    past.push({ at, position: positionOf(row!.position) })
    const old = past.findLastIndex((one) => at - one.at >= OLDEST_MS)
    if (old > 0) past = past.slice(old)
  }

  async function look() {
    // Where the primary cannot be asked, nothing new is stored either.
    await notePrimary().catch(() => {})
    try {
      const { rows: [row] } = await ask.replica.query<{ standby: boolean; position: string | null }>('select pg_is_in_recovery() as standby, pg_last_wal_replay_lsn()::text as position')
      if (!row!.standby || row!.position === null) return become('away', new Error('DATABASE_READ_URL names a server that is no replica'))
      const wanted = past[0]
      become(wanted !== undefined && positionOf(row!.position) >= wanted.position ? 'used' : 'behind')
    } catch (error) {
      become('away', error)
    }
  }

  let looking = look()
  const timer = setInterval(() => {
    looking = looking.then(look)
  }, LOOK_MS)
  timer.unref()

  async function connect(): Promise<PostgresPoolClient> {
    if (state !== 'used') return primary.connect()
    try {
      return withFallback(await rows.connect())
    } catch (error) {
      if (!isReplicasFault(error)) throw error
      become('away', error)
      return primary.connect()
    }
  }

  function withFallback(client: PostgresPoolClient): PostgresPoolClient {
    let instead: PostgresPoolClient | undefined
    async function query(text: string, parameters: readonly unknown[]) {
      if (/^begin/i.test(text)) throw new Error('What is read from a replica is read without a transaction')
      if (instead !== undefined) return instead.query(text, parameters)
      try {
        return await client.query(text, parameters)
      } catch (error) {
        if (!isReplicasFault(error)) throw error
        // A query that was cancelled says nothing of the next one; a connection that was lost does.
        if (!isCancelled(error)) become('away', error)
        instead = await primary.connect()
        return instead.query(text, parameters)
      }
    }
    return {
      query: query as PostgresPoolClient['query'],
      release() {
        // Nobody knows what a connection that failed still does.
        ;(client.release as (destroy: boolean) => void)(instead !== undefined)
        instead?.release()
      }
    }
  }

  return {
    pool: { connect, end: async () => {} },
    state: () => state ?? 'away',
    end: async () => {
      clearInterval(timer)
      await looking
      await end()
    }
  }
}

/** A place in the primary's log: two hexadecimal halves, '16/B374D848'. */
function positionOf(text: string): bigint {
  const [high, low] = text.split('/')
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`)
}

/** 40001: cancelled for what the primary has changed since; 57014: took too long. https://www.postgresql.org/docs/current/hot-standby.html */
const isCancelled = (error: unknown) => ['40001', '57014'].includes((error as { code?: string }).code ?? '')

const isReplicasFault = (error: unknown) => isDatabaseUnavailable(error) || isCancelled(error) || (error as Error).message === 'Query read timeout'

import type { PGlite } from '@electric-sql/pglite'
import type { CountingPool } from './acting.js'
import { inTurns } from './turns.js'

/** Gives PGlite, which has one connection, the shape of pg's pool, so that Kysely's own PostgreSQL dialect serves both engines. */
export function embeddedPool(engine: PGlite, acquireTimeoutMs: number): CountingPool {
  const turns = inTurns(query, acquireTimeoutMs)
  let ended = false

  async function query(sql: string, parameters: readonly unknown[]) {
    const { rows, rowCount, affectedRows, command } = await engine.query(sql, parameters.map(asParameter))
    return { command, rowCount: rowCount ?? affectedRows ?? rows.length, rows }
  }

  return {
    connect: async () => {
      if (ended) throw new Error('The embedded database is closed')
      return turns.connect()
    },
    totalCount: 1,
    get idleCount() {
      return turns.isHeld() ? 0 : 1
    },
    get waitingCount() {
      return turns.waiting()
    },
    end: async () => {
      if (ended) return
      ended = true
      await engine.close()
    }
  }
}

/** pg sends objects as JSON; PGlite refuses them for a text parameter. */
function asParameter(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Date || value instanceof Uint8Array || Array.isArray(value)) return value
  return JSON.stringify(value)
}

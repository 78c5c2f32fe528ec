import type { PGlite } from '@electric-sql/pglite'
import type { PostgresPool, PostgresPoolClient } from 'kysely'

/** Thrown when the embedded engine's only connection is not free in time. */
export class DatabaseBusyError extends Error {
  readonly code = 'EVIDENT_DATABASE_BUSY'

  constructor(milliseconds: number) {
    super(
      `The embedded database's only connection was not free within ${milliseconds} ms. ` +
        'Either a query is very slow, or a query inside a transaction was made with the database instead of the transaction, which waits for itself.'
    )
    this.name = 'DatabaseBusyError'
  }
}

/**
 * Gives PGlite the shape of pg's pool, so that Kysely's own PostgreSQL dialect serves both engines.
 * PGlite has one connection: whoever holds it goes first and the rest wait their turn, not for ever.
 */
export function embeddedPool(engine: PGlite, acquireTimeoutMs: number): PostgresPool {
  const waiting: { take: () => void }[] = []
  let held = false
  let ended = false

  async function query(sql: string, parameters: readonly unknown[]) {
    const { rows, rowCount, affectedRows, command } = await engine.query(sql, parameters.map(asParameter))
    return { command, rowCount: rowCount ?? affectedRows ?? rows.length, rows }
  }

  // One object each time it is lent, so that a release given twice frees nobody else's turn.
  function lend(): PostgresPoolClient {
    held = true
    let released = false
    return {
      query: query as PostgresPoolClient['query'],
      release: () => {
        if (released) return
        released = true
        held = false
        waiting.shift()?.take()
      }
    }
  }

  return {
    connect: () =>
      new Promise((resolve, reject) => {
        if (ended) return reject(new Error('The embedded database is closed'))
        if (!held) return resolve(lend())
        const waiter = {
          take: () => {
            clearTimeout(timer)
            resolve(lend())
          }
        }
        const timer = setTimeout(() => {
          waiting.splice(waiting.indexOf(waiter), 1)
          reject(new DatabaseBusyError(acquireTimeoutMs))
        }, acquireTimeoutMs)
        waiting.push(waiter)
      }),
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

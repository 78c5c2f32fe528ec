import type { PostgresPoolClient } from 'kysely'

/** Thrown when the only connection is not free in time. */
export class DatabaseBusyError extends Error {
  readonly code = 'EVIDENT_DATABASE_BUSY'

  constructor(milliseconds: number) {
    super(
      `The only connection was not free within ${milliseconds} ms. ` +
        'Either a query is very slow, or a query inside a transaction was made with the database instead of the transaction, which waits for itself.'
    )
    this.name = 'DatabaseBusyError'
  }
}

export interface Turns {
  connect: () => Promise<PostgresPoolClient>
  /** How many wait for their turn. */
  waiting: () => number
  isHeld: () => boolean
}

/** One connection for many: whoever holds it goes first and the rest wait their turn, not for ever. */
export function inTurns(query: (sql: string, parameters: readonly unknown[]) => Promise<unknown>, acquireTimeoutMs: number): Turns {
  const waiting: { take: () => void }[] = []
  let held = false

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
    waiting: () => waiting.length,
    isHeld: () => held
  }
}

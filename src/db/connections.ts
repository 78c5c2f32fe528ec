import type { PostgresPool } from 'kysely'
import type pg from 'pg'

/** How a pool stands at this moment. */
export interface Connections {
  open: number
  /** Open and not lent. */
  idle: number
  /** Work that waits for one. */
  waiting: number
  /** The most that are opened. */
  limit: number
}

export const connectionsOf = (pool: pg.Pool, limit: number) => (): Connections => ({ open: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount, limit })

/** The same of the embedded engine's one connection, which is open from the start. Its pool gives another object each time it lends. */
export function watched(pool: PostgresPool): { pool: PostgresPool; connections: () => Connections } {
  let asked = 0
  let lent = 0
  return {
    pool: {
      end: () => pool.end(),
      async connect() {
        asked += 1
        const client = await pool.connect().finally(() => (asked -= 1))
        lent += 1
        let given = false
        const release = client.release.bind(client)
        return Object.assign(client, {
          release: () => {
            if (!given) lent -= 1
            given = true
            release()
          }
        })
      }
    },
    connections: () => ({ open: 1, idle: 1 - lent, waiting: asked, limit: 1 })
  }
}

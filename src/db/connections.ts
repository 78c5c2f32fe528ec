import type { CountingPool } from './acting.js'

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

export const connectionsOf = (pool: CountingPool, limit: number) => (): Connections => ({ open: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount, limit })

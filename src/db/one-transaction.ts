import type { PostgresPoolClient } from 'kysely'
import type { SharedTransaction } from './acting.js'
import { inTurns } from './turns.js'

/** Whatever is still to be done for a request that has been answered is not done. */
export class WorkEndedError extends Error {
  override readonly name = 'WorkEndedError'
}

/**
 * A pool whose every connection is one and the same, in one transaction: what several services do, each
 * with transactions of its own, is then stored together or not at all.
 */
export interface OneTransaction extends SharedTransaction {
  /** Comes back when also what was to follow it is over, however that ended: what is stored stays stored. */
  commit: () => Promise<void>
  /** Comes back at once where a statement still runs: it is undone when that has ended. */
  rollback: () => Promise<void>
}

/**
 * Begun with the first connection that is asked for; until then it holds none. A transaction within it
 * becomes a savepoint. So does a statement that may change something, because one that fails would
 * otherwise spoil all the others, also where whoever sent it knows how to go on.
 *
 * @param connect takes the connection that stands behind it
 * @param acquireTimeoutMs how long one part of the work waits for another
 */
export function oneTransaction(connect: () => Promise<PostgresPoolClient>, acquireTimeoutMs: number): OneTransaction {
  const turns = inTurns(query, acquireTimeoutMs)
  let client: Promise<PostgresPoolClient> | undefined
  const following: (() => Promise<unknown>)[] = []
  let within = false
  let ended = false

  function requireOpen() {
    if (ended) throw new WorkEndedError('The request has been answered')
  }

  async function begin(): Promise<PostgresPoolClient> {
    const begun = await connect()
    try {
      await begun.query('begin', [])
      return begun
    } catch (error) {
      destroy(begun)
      throw error
    }
  }

  async function query(sql: string, parameters: readonly unknown[]): Promise<unknown> {
    const held = await client!
    // Looked at with each statement that is sent: one after the transaction would be stored on its own.
    const run = async (text: string, values: readonly unknown[] = []) => {
      requireOpen()
      return held.query(text, values as never) as Promise<unknown>
    }
    if (/^(begin|start transaction)\b/i.test(sql)) {
      within = true
      return run('savepoint evident_part')
    }
    if (/^(commit|rollback)$/i.test(sql)) {
      within = false
      return run(/^commit$/i.test(sql) ? 'release savepoint evident_part' : 'rollback to savepoint evident_part')
    }
    if (within || /^\s*select\b/i.test(sql)) return run(sql, parameters)
    await run('savepoint evident_statement')
    try {
      const result = await run(sql, parameters)
      await run('release savepoint evident_statement')
      return result
    } catch (error) {
      // Where the connection itself is gone the first error says more than this one would.
      await run('rollback to savepoint evident_statement').catch(() => {})
      throw error
    }
  }

  async function end(how: 'commit' | 'rollback'): Promise<void> {
    // One that could not begin holds nothing.
    const begun = await client?.catch(() => undefined)
    if (begun === undefined) return
    try {
      await begun.query(how, [])
      begun.release()
    } catch (error) {
      destroy(begun)
      throw error
    }
  }

  return {
    connect: async () => {
      requireOpen()
      client ??= begin()
      await client
      return turns.connect()
    },
    afterCommit: (work) => void following.push(work),
    commit: async () => {
      requireOpen()
      ended = true
      await end('commit')
      await Promise.allSettled(following.map((work) => work()))
    },
    rollback: async () => {
      if (ended) return
      ended = true
      const over = end('rollback').catch(() => {})
      if (!turns.isHeld()) await over
    }
  }
}

/** pg closes a connection that is given back so, rather than lend it again. */
const destroy = (client: PostgresPoolClient) => (client.release as (destroy: boolean) => void)(true)

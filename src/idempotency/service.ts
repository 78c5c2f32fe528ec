import { actAs, whoActs, type SharedTransaction } from '../db/acting.js'
import type { Database } from '../db/database.js'
import type { OneTransaction } from '../db/one-transaction.js'
import { conflict, unprocessable } from '../errors.js'
import { fingerprinter, type RequestMark } from './key.js'
import { findAnswer, keepAnswer, tryLock, type Answer } from './queries.js'

/** Not a fault: the request was carried out before, and this was answered to it. */
export class AlreadyAnswered extends Error {
  override readonly name = 'AlreadyAnswered'

  constructor(readonly answer: Answer) {
    super('The request was answered before')
  }
}

/**
 * A request that says which one it is. All that it does in the database is one transaction with the
 * record of its answer, so that there is never the one without the other, whenever the process dies.
 */
export interface KeyedRequest {
  /** A part of the body, as it arrives. All of it must have come before the database is first asked. */
  addBody: (chunk: Uint8Array | string) => void
  /** What the work of the request is done with. The first connection begins the transaction. */
  within: SharedTransaction
  /**
   * Begins, where the first connection has not done so.
   * @throws AlreadyAnswered; DomainError 409 while the same request is worked on, 422 where the key was used for another
   */
  begin: () => Promise<void>
  /** Stores what was done together with the answer. */
  keep: (answer: Answer) => Promise<void>
  /** Undoes what was done; the key is free again. */
  undo: () => Promise<void>
}

const inWork = () =>
  conflict('The request with this Idempotency-Key is still being worked on. Send it again in a moment for its answer.', { code: 'idempotency-key-in-work', title: 'The same request is being worked on', headers: { 'retry-after': '1' } })

function usedForAnother() {
  const message = 'This Idempotency-Key was used for another request: another body, address, If-Match or caller. Nothing was done. Give each new request a key of its own.'
  return unprocessable(message, { code: 'idempotency-key-reused', errors: [{ pointer: '/idempotency-key', in: 'header', code: 'idempotency-key-reused', message }] })
}

/**
 * @param database as requests are served from it
 * @param hours how long an answer is kept
 */
export function idempotencyService({ database, hours }: { database: Database; hours: number }) {
  /** What this process works on. Known at once, where the embedded engine's one connection is the other's. */
  const working = new Set<string>()

  return {
    /** For whoever acts now. */
    open(operation: string, key: string, mark: RequestMark): KeyedRequest {
      const acting = whoActs()
      const id = JSON.stringify([acting.organisation, operation, key])
      const print = fingerprinter(mark)
      let fingerprint: Buffer
      let isOurs = false
      let transaction: OneTransaction | undefined
      let begun: Promise<void> | undefined

      const inTransaction = <T>(work: () => Promise<T>) => actAs({ ...acting, within: transaction! }, work)

      async function begin() {
        fingerprint = print.digest()
        if (working.has(id)) throw inWork()
        working.add(id)
        isOurs = true
        transaction = actAs(acting, () => database.oneTransaction())
        const held = await inTransaction(async () => {
          if (!(await tryLock(database.kysely, acting.organisation, operation, key))) throw inWork()
          return findAnswer(database.kysely, operation, key)
        })
        if (held === undefined) return
        if (!held.fingerprint.equals(fingerprint)) throw usedForAnother()
        throw new AlreadyAnswered(held)
      }

      function release() {
        // Whoever came second never had it.
        if (isOurs) working.delete(id)
        isOurs = false
      }

      const beginOnce = () => (begun ??= begin())
      return {
        addBody: print.add,
        within: {
          connect: async () => {
            await beginOnce()
            return transaction!.connect()
          },
          afterCommit: (work) => transaction!.afterCommit(work)
        },
        begin: beginOnce,
        async keep(answer) {
          if (transaction === undefined) return
          try {
            await inTransaction(() => keepAnswer(database.kysely, { ...answer, operation, key, fingerprint, hours }))
            await transaction.commit()
          } catch (error) {
            await transaction.rollback()
            throw error
          } finally {
            release()
          }
        },
        async undo() {
          await transaction?.rollback()
          release()
        }
      }
    }
  }
}

export type IdempotencyService = ReturnType<typeof idempotencyService>

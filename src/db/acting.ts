import { AsyncLocalStorage } from 'node:async_hooks'
import type { PostgresPool, PostgresPoolClient } from 'kysely'
import type { Pool } from 'pg'

/** The role that serves requests. Row-level security shows it the rows of one organisation; the login that owns the tables only migrates, seeds and administers. */
export const SERVICE_ROLE = 'evident_service'

/** For whom a piece of work is done. Empty text is nobody: without an organisation no council's row is seen, and without an actor none is changed. */
export interface Acting {
  organisation: string
  actor: string
  requestId: string
  /** What the work shares a transaction with; absent where each of its parts has its own. */
  within?: SharedTransaction | undefined
}

export interface SharedTransaction {
  connect: PostgresPool['connect']
  /** Has something done once what was stored is there for all; never, where it is undone. */
  afterCommit: (work: () => Promise<unknown>) => void
}

/** For the few functions of the database that do not look at the organisation: whatever the connection served last stays. */
export const WHOEVER = Symbol('whoever')

const NOBODY: Acting = { organisation: '', actor: '', requestId: '' }
const storage = new AsyncLocalStorage<Acting | typeof WHOEVER>()

export const actAs = <T>(acting: Acting | typeof WHOEVER, work: () => T): T => storage.run(acting, work)

/** Who acts at this point. */
export function whoActs(): Acting {
  const acting = storage.getStore() ?? NOBODY
  return acting === WHOEVER ? NOBODY : acting
}

/**
 * Has done what needs to see what was just stored as others see it: at once, or, where the work shares a
 * transaction, when that is committed. What a process keeps in memory is filled so, as it would else be
 * filled with what may yet be undone.
 */
export async function onceStored(work: () => Promise<unknown>): Promise<void> {
  const acting = whoActs()
  if (acting.within === undefined) await work()
  else acting.within.afterCommit(() => actAs({ ...acting, within: undefined }, work))
}

/** A pool that says how it stands, as pg's does. */
export type CountingPool = PostgresPool & Readonly<Pick<Pool, 'totalCount' | 'idleCount' | 'waitingCount'>>

type Settings = Pick<Acting, 'organisation' | 'actor' | 'requestId'> & { role: typeof SERVICE_ROLE | 'none' }

const SETTLE =
  "select set_config('role', $1, false), set_config('evident.organisation', $2, false), set_config('evident.actor', $3, false), set_config('evident.request', $4, false), set_config('lock_timeout', $5, false)"

/** A request that waits longer for somebody else's change is told so; migrations and seeds wait. */
const LOCK_TIMEOUT_S = 10

/** More wait for a connection already than can be served in good time. */
export class DatabaseSaturatedError extends Error {
  readonly code = 'EVIDENT_DATABASE_SATURATED'

  constructor(waiting: number) {
    super(`${waiting} requests wait for a database connection already`)
    this.name = 'DatabaseSaturatedError'
  }
}

/**
 * Two views of one pool: the owner's, and the service's. Each connection that is lent has the role and
 * the settings of whoever acts; where it still has those of somebody else, one statement sets them. So
 * a read after a read for the same organisation costs nothing more. A read never keeps the actor of a
 * change before it: were it to write after all, the database would refuse it.
 *
 * The settings last as long as the connection (a transaction of their own for every read would cost
 * two statements more). A pooler that gives each transaction another connection, such as PgBouncer in
 * transaction mode, would therefore mix one council's settings with another's queries: connect to
 * PostgreSQL itself, or through a pooler in session mode.
 *
 * @param connectionOf what stands for the connection, when the object that is lent is another each time
 * @param mostWaiting how many requests may wait for a connection; what comes when there are so many is turned away at once. The owner always waits, and so the answer to whether the database is there
 */
export function actingPools(pool: CountingPool, connectionOf: (client: PostgresPoolClient) => object, mostWaiting: number): Record<'owner' | 'service', PostgresPool> {
  const settled = new WeakMap<object, Settings>()

  const lendTo = (role: Settings['role']) => async () => {
    const acting = storage.getStore() ?? NOBODY
    if (role === SERVICE_ROLE && acting !== WHOEVER && acting.within !== undefined) return acting.within.connect()
    if (role === SERVICE_ROLE && pool.waitingCount >= mostWaiting) throw new DatabaseSaturatedError(pool.waitingCount)
    const client = await pool.connect()
    const connection = connectionOf(client)
    const held = settled.get(connection)
    const { organisation, actor, requestId } = acting === WHOEVER ? (held ?? NOBODY) : acting
    const wanted: Settings = { organisation, actor, requestId, role }
    if (held !== undefined && isSame(held, wanted)) return client
    try {
      settled.delete(connection)
      await client.query(SETTLE, [wanted.role, wanted.organisation, wanted.actor, wanted.requestId, role === SERVICE_ROLE ? `${LOCK_TIMEOUT_S}s` : '0'])
      settled.set(connection, wanted)
      return client
    } catch (error) {
      // Nobody knows now what it is set to: pg closes it rather than lend it again.
      ;(client.release as (destroy: boolean) => void)(true)
      throw error
    }
  }

  return {
    owner: { connect: lendTo('none'), end: () => pool.end() },
    service: { connect: lendTo(SERVICE_ROLE), end: async () => {} }
  }
}

const isSame = (a: Settings, b: Settings) => a.role === b.role && a.organisation === b.organisation && a.actor === b.actor && a.requestId === b.requestId

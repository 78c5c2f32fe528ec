import pg from 'pg'
import type { Log } from '../logging.js'

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5_000

/**
 * Hears what is said on a channel of a PostgreSQL server, on a connection of its own: one out of the
 * pool would hear it only while nobody used it. A connection that is lost is made again, after pauses
 * that grow to 5 s. What was said meanwhile is gone, so `heard` is called after each connecting too.
 * @returns what ends it
 */
export function listenTo(connectionString: string, channel: string, heard: () => void, log?: Log): () => void {
  let current: pg.Client | undefined
  let timer: NodeJS.Timeout | undefined
  let pause = FIRST_PAUSE_MS
  let ended = false

  function connect() {
    const client = new pg.Client({ connectionString, application_name: 'evident listener', connectionTimeoutMillis: 5_000, keepAlive: true, keepAliveInitialDelayMillis: 10_000 })
    current = client
    client.on('notification', heard)
    client.on('error', (error) => lost(client, error))
    client.on('end', () => lost(client))
    client
      .connect()
      .then(() => client.query(`listen ${pg.escapeIdentifier(channel)}`))
      .then(
        () => {
          pause = FIRST_PAUSE_MS
          if (!ended) heard()
        },
        (error: unknown) => lost(client, error)
      )
  }

  function lost(client: pg.Client, error?: unknown) {
    if (client !== current || ended) return
    current = undefined
    log?.warn({ err: error, pauseMs: pause }, 'the connection that hears of changes was lost; they are looked for instead')
    client.end().catch(() => {})
    timer = setTimeout(connect, pause)
    timer.unref()
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
  }

  connect()
  return () => {
    ended = true
    clearTimeout(timer)
    current?.end().catch(() => {})
  }
}

/** What the service bears, and from whom. Every instance counts for itself. */
export interface Limits {
  /** Requests a minute for each key, subject of a token or, without either, address; null for what suits: plenty where only this machine calls. */
  requestsPerMinute: number | null
  /** Keys and tokens that do not hold, a minute for each address. */
  refusalsPerMinute: number
  /** How long a turn of the event loop may take, in ms on average over five seconds, before requests are turned away; null where the loop is not the service's alone. */
  eventLoopDelayMs: number | null
  /** Requests that may wait for a database connection before more are turned away. */
  databaseQueue: number
  /** Seconds. */
  statementSeconds: number
  /** Seconds from the first byte to the answer; a file has longer. */
  answerSeconds: number
}

/** A refresh of every table of a BI tool is some hundred pages. */
export const PER_MINUTE = 1_200
/** More than one machine asks of itself: the bench asks 100,000 times. */
export const PER_MINUTE_HERE = 600_000

/** 50 callers at once make turns of some 50 ms, and the largest appraisal one of 600. */
export const EVENT_LOOP_DELAY_MS = 1_000

export const DEFAULT_LIMITS: Limits = { requestsPerMinute: null, refusalsPerMinute: 60, eventLoopDelayMs: null, databaseQueue: 200, statementSeconds: 30, answerSeconds: 60 }

/** Which pages of other sites may ask, and how the service is reached. */
export interface WebConfig {
  /** Exact origins; none, and no page of another site can read or change anything. */
  corsOrigins: readonly string[]
  /** Seconds that browsers are to insist on TLS; 0 says nothing of it. */
  hstsSeconds: number
  /** Addresses of proxies whose X-Forwarded-For is believed. */
  trustProxy: readonly string[]
}

export const CLOSED_WEB: WebConfig = { corsOrigins: [], hstsSeconds: 0, trustProxy: [] }

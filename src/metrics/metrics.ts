import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import type { ImportReport } from '../imports/service.js'
import { GAP_CODES, type GapCode } from '../catalogue/vocabulary.js'
import type { Database } from '../db/database.js'
import { COMMIT, VERSION } from '../version.js'

/** Seconds: from an answer out of memory to the longest that a statement may take. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** An address that leads nowhere, whatever it says: a label for each would let anybody fill the memory. */
export const UNMATCHED = 'unmatched'
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** What one instance counts, from its start. Each instance has its own; Prometheus adds them up. */
export interface Metrics {
  registry: Registry
  /** A request begins; the function that is returned says that its connection is done with it. */
  requestBegan: () => () => void
  requestAnswered: (method: string, route: string | undefined, status: number, seconds: number) => void
  /** The caller went away before there was an answer. */
  requestAborted: (method: string, route: string | undefined) => void
  /** Interventions were ranked for a profile. */
  ranked: (kept: boolean, warnings: readonly { code: GapCode }[]) => void
  /** An answer was given again to a request that was sent again. */
  replayed: () => void
  appraised: () => void
  imported: (report: Pick<ImportReport, 'unchanged'> | null) => void
}

interface Parts {
  database: Pick<Database, 'engine' | 'connections'>
  catalogueVersion: () => number
  /** When a version of the catalogue was stored. */
  storedAt: (version: number) => Promise<Date | undefined>
  now?: () => Date
}

/** The one list of what is counted. Names are part of what operations rely on: see the table in deploy/operations.md. */
export function metricsOf({ database, catalogueVersion, storedAt, now = () => new Date() }: Parts): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const counter = <T extends string>(name: string, help: string, labelNames: readonly T[] = []) => new Counter({ name, help, labelNames, registers })
  const gauge = <T extends string>(name: string, help: string, labelNames: readonly T[], collect: (this: Gauge<T>) => void | Promise<void>) => new Gauge({ name, help, labelNames, registers, collect })

  const requests = counter('evident_http_requests_total', 'Requests answered, by the pattern of their route.', ['method', 'route', 'status'])
  const durations = new Histogram({ name: 'evident_http_request_duration_seconds', help: 'From the first byte of a request to the last of its answer.', labelNames: ['method', 'route'] as const, buckets: BUCKETS, registers })
  const aborted = counter('evident_http_requests_aborted_total', 'Requests whose caller went away before there was an answer.', ['method', 'route'])
  let inFlight = 0
  gauge('evident_http_requests_in_flight', 'Requests being answered at this moment.', [], function () {
    this.set(inFlight)
  })

  gauge('evident_database_connections', 'Connections of the pool; the embedded engine has one.', ['state'], function () {
    const { open, idle } = database.connections()
    this.set({ state: 'busy' }, open - idle)
    this.set({ state: 'idle' }, idle)
  })
  gauge('evident_database_connections_limit', 'The most that the pool opens.', [], function () {
    this.set(database.connections().limit)
  })
  gauge('evident_database_waiting', 'Work that waits for a connection.', [], function () {
    this.set(database.connections().waiting)
  })

  gauge('evident_catalogue_info', 'The version of the catalogue that answers come from, as its label; always 1.', ['version'], function () {
    this.reset()
    this.set({ version: String(catalogueVersion()) }, 1)
  })
  let stored: { version: number; at: Date } | undefined
  gauge('evident_catalogue_age_seconds', 'Since that version was stored; absent until the database could be asked.', [], async function () {
    const version = catalogueVersion()
    if (stored?.version !== version) {
      const at = await storedAt(version).catch(() => undefined)
      stored = at === undefined ? undefined : { version, at }
    }
    this.reset()
    if (stored === undefined) this.remove()
    else this.set((now().getTime() - stored.at.getTime()) / 1000)
  })

  const rankings = counter('evident_recommendations_total', 'Profiles whose interventions were ranked.', ['kept'])
  const warnings = counter('evident_gap_warnings_total', 'Warnings of missing evidence given with them.', ['code'])
  const appraisals = counter('evident_appraisals_total', 'Appraisals run, those of business cases among them.')
  const imports = counter('evident_imports_total', 'Files of statistics taken in, known already or refused.', ['result'])
  // What is refused for its rate (429) or turned away (503) is counted with the other answers, by its status.
  const replays = counter('evident_replays_total', 'Requests answered as an earlier one with the same Idempotency-Key was.')

  gauge('evident_build_info', 'What runs, as its labels; always 1.', ['version', 'commit', 'engine'], function () {
    this.set({ version: VERSION, commit: COMMIT ?? '', engine: database.engine }, 1)
  })

  // A series that begins at nought shows its first change as one.
  for (const kept of ['true', 'false']) rankings.inc({ kept }, 0)
  for (const code of GAP_CODES) warnings.inc({ code }, 0)
  for (const result of ['stored', 'unchanged', 'refused']) imports.inc({ result }, 0)

  const labels = (method: string, route: string | undefined) => ({ method: METHODS.has(method) ? method : 'other', route: route ?? UNMATCHED })

  return {
    registry: Registry.merge([registry, processRegistry()]),
    requestBegan() {
      inFlight += 1
      let done = false
      return () => {
        if (!done) inFlight -= 1
        done = true
      }
    },
    requestAnswered(method, route, status, seconds) {
      const of = labels(method, route)
      requests.inc({ ...of, status }, 1)
      durations.observe(of, seconds)
    },
    requestAborted: (method, route) => aborted.inc(labels(method, route)),
    ranked(kept, given) {
      rankings.inc({ kept: String(kept) })
      for (const { code } of given) warnings.inc({ code })
    },
    replayed: () => replays.inc(),
    appraised: () => appraisals.inc(),
    imported: (report) => imports.inc({ result: report === null ? 'refused' : report.unchanged ? 'unchanged' : 'stored' })
  }
}

let ofProcess: Registry | undefined

/** Memory, processor time, garbage collection and the delay of the event loop: of the process, however many apps it holds. */
function processRegistry(): Registry {
  if (ofProcess === undefined) {
    ofProcess = new Registry()
    collectDefaultMetrics({ register: ofProcess })
  }
  return ofProcess
}

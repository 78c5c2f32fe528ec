import type { Database } from '../db/database.js'
import type { Log } from '../logging.js'
import { buildCatalogue, type Catalogue } from './catalogue.js'
import { checkCatalogue } from './check.js'
import { readDataFiles } from './data-files.js'
import { findLatestVersion, findRecords, saveVersion } from './queries.js'
import { selectSources, viewOf, type CatalogueView, type EvidenceSelection, type Selected } from './view.js'

/** Where a trigger of the database says that a version was stored, whoever stored it. */
const CHANNEL = 'evident_catalogue'
/** How often an instance looks for a newer version stored by another, whether or not it hears of them: one look-up of a greatest key. */
const REFRESH_MS = 1_000
/** Views kept in memory; each shares what it can with the whole catalogue. */
const VIEWS_KEPT = 32

/** Key of the view that leaves nothing out; one that leaves out everything has an empty key. */
const WHOLE = '*'

/** The catalogue in memory: no request reads it from the database. */
export interface CatalogueService {
  current(): Catalogue
  /** The current catalogue, narrowed. Views are kept, so asking again costs a look-up. */
  view(selection?: EvidenceSelection): CatalogueView
  /** Loads a newer version if there is one. */
  refresh(): Promise<boolean>
  close(): void
}

/** Stores the catalogue that this version of the service ships with, unless it is stored already. */
export async function seedCatalogue({ kysely }: Pick<Database, 'kysely'>, log?: Log): Promise<void> {
  const version = await saveVersion(kysely, checkCatalogue(readDataFiles()), 'shipped', 'Shipped with the service')
  if (version !== null) log?.info({ catalogueVersion: version }, 'catalogue stored')
}

/**
 * Opens the newest catalogue version and keeps it current.
 * @param options.follow calls back when a version may have been stored; returns what ends that
 */
export async function openCatalogue({ kysely }: Pick<Database, 'kysely'>, log?: Log, { follow, refreshMs = REFRESH_MS }: { follow?: Database['follow']; refreshMs?: number } = {}): Promise<CatalogueService> {
  const load = async (version: number) => buildCatalogue(await findRecords(kysely, version), version)
  const first = await findLatestVersion(kysely)
  if (first === undefined) throw new Error('No catalogue is stored: seed it first')
  let catalogue = await load(first)
  let views = new Map<string, CatalogueView>()

  /** One after another: what was stored while one was looking is found by the next. */
  let last: Promise<unknown> = Promise.resolve()
  function refresh(): Promise<boolean> {
    const turn = last.then(loadNewer)
    last = turn.catch(() => undefined)
    return turn
  }

  async function loadNewer(): Promise<boolean> {
    const latest = await findLatestVersion(kysely)
    if (latest === undefined || latest === catalogue.version) return false
    catalogue = await load(latest)
    views = new Map()
    log?.info({ catalogueVersion: latest }, 'catalogue refreshed')
    return true
  }

  let looking = false
  let failing = false
  async function look() {
    if (looking) return
    looking = true
    try {
      await refresh()
      failing = false
    } catch (error) {
      // Once for each time that the database is away, not for each look.
      if (!failing) log?.warn({ err: error }, 'the catalogue could not be checked for a newer version')
      failing = true
    } finally {
      looking = false
    }
  }
  const timer = setInterval(() => void look(), refreshMs)
  timer.unref()
  const unfollow = follow?.(CHANNEL, () => void refresh().catch(() => {}))

  function viewAt(key: string, select: () => Selected): CatalogueView {
    let view = views.get(key)
    if (view === undefined) {
      view = viewOf(catalogue, select())
      if (views.size === VIEWS_KEPT) views.delete([...views.keys()].find((kept) => kept !== WHOLE)!)
      views.set(key, view)
    }
    return view
  }

  return {
    current: () => catalogue,
    view(selection = {}) {
      if (!selection.asOf && !selection.sources) return viewAt(WHOLE, () => selectSources(catalogue, {}))
      const selected = selectSources(catalogue, selection)
      const whole = selected.until === null && selected.sourceIds.size === catalogue.sources.length
      const key = whole ? WHOLE : `${selected.until ?? ''} ${[...selected.sourceIds].sort().join()}`
      return viewAt(key, () => selected)
    },
    refresh,
    close() {
      clearInterval(timer)
      unfollow?.()
    }
  }
}

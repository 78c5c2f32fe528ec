import type { Database } from '../db/database.js'
import type { Log } from '../logging.js'
import { buildCatalogue, type Catalogue } from './catalogue.js'
import { findLatestVersion, findRecords, isVersionHeld } from './queries.js'
import { selectSources, viewOf, type CatalogueView, type EvidenceSelection, type Selected } from './view.js'

/** Where a trigger of the database says that a version was stored, whoever stored it. */
const CHANNEL = 'evident_catalogue'
/** How often an instance looks for a newer version stored by another, whether or not it hears of them: one look-up of a greatest key. */
const REFRESH_MS = 1_000
/** Views kept in memory; each shares what it can with the whole catalogue. */
const VIEWS_KEPT = 32
/** Versions kept in memory beside the newest. */
const OLDER_KEPT = 3

/** Key of the view that leaves nothing out; one that leaves out everything has an empty key. */
const WHOLE = '*'

/** One version of the catalogue in memory. */
export interface HeldCatalogue {
  current(): Catalogue
  /** The catalogue, narrowed. Views are kept, so asking again costs a look-up. */
  view(selection?: EvidenceSelection): CatalogueView
}

/** The newest version in memory: no request reads it from the database. */
export interface CatalogueService extends HeldCatalogue {
  /** A version by its number, or the newest; undefined where there is none such. */
  at(version?: number): Promise<HeldCatalogue | undefined>
  /** Loads a newer version if there is one. */
  refresh(): Promise<boolean>
  close(): void
}

/**
 * Opens the newest catalogue version and keeps it current.
 * @param options.follow calls back when a version may have been stored; returns what ends that
 */
export async function openCatalogue({ kysely }: Pick<Database, 'kysely'>, log?: Log, { follow, refreshMs = REFRESH_MS }: { follow?: Database['follow']; refreshMs?: number } = {}): Promise<CatalogueService> {
  const load = async (version: number) => holding(buildCatalogue(await findRecords(kysely, version), version))
  const first = await findLatestVersion(kysely)
  if (first === undefined) throw new Error('No catalogue is stored: seed it first')
  let newest = await load(first)
  const older = new Map<number, HeldCatalogue>()

  /** One after another: what was stored while one was looking is found by the next. */
  let last: Promise<unknown> = Promise.resolve()
  function refresh(): Promise<boolean> {
    const turn = last.then(loadNewer)
    last = turn.catch(() => undefined)
    return turn
  }

  async function loadNewer(): Promise<boolean> {
    const latest = await findLatestVersion(kysely)
    if (latest === undefined || latest <= newest.current().version) return false
    newest = await load(latest)
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

  return {
    current: () => newest.current(),
    view: (selection) => newest.view(selection),
    async at(version) {
      if (version === undefined || version === newest.current().version) return newest
      const kept = older.get(version)
      if (kept !== undefined) return kept
      if (!(await isVersionHeld(kysely, version))) return undefined
      const loaded = await load(version)
      if (older.size === OLDER_KEPT) older.delete([...older.keys()][0]!)
      older.set(version, loaded)
      return loaded
    },
    refresh,
    close() {
      clearInterval(timer)
      unfollow?.()
    }
  }
}

function holding(catalogue: Catalogue): HeldCatalogue {
  const views = new Map<string, CatalogueView>()
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
    }
  }
}

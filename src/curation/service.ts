import { createHash } from 'node:crypto'
import type { Caller } from '../access/caller.js'
import { findLatestVersion, findRecords, makingVersion, saveVersion } from '../catalogue/queries.js'
import type { SourceRecord } from '../catalogue/records.js'
import type { CatalogueService } from '../catalogue/service.js'
import { onceStored } from '../db/acting.js'
import type { Database } from '../db/database.js'
import { conflict, notFound, unprocessable, type DomainError, type ErrorItem } from '../errors.js'
import { nearest, orElse } from '../nearest.js'
import { cursorFor, paged, readCursor } from '../pages.js'
import type { Citation } from '../schemas.js'
import { applyChanges, isSame, unreadableTexts } from './change-set.js'
import { countChanges, diffRecords } from './diff.js'
import * as queries from './queries.js'
import type { StoredVersion } from './queries.js'
import { keyOf, toCatalogueRecords, toRecordSet, type Content, type RecordSet } from './record-set.js'
import type { CatalogueChangeSet, CatalogueConflict, CatalogueDifference, CatalogueVersion, CatalogueVersionSummary } from './schemas.js'
import { RECORD_KINDS, type RecordKind } from './vocabulary.js'

interface PageQuery {
  limit?: number | undefined
  cursor?: string | undefined
}
interface Page<T> {
  items: T[]
  nextCursor: string | null
}

export interface CurationService {
  /**
   * Makes a new version of the catalogue: the newest, with these changes. The same change set sent again
   * by the same organisation makes no other: `made` is false, and the version is the one that it made.
   * @throws DomainError 409 where the catalogue has moved on; 422 with every fault, and nothing is stored
   */
  curate(changeSet: CatalogueChangeSet, caller: Pick<Caller, 'organisation' | 'organisationName' | 'actor'>): Promise<{ version: CatalogueVersion; made: boolean }>
  /** The newest first. @param reader the organisation that asks, which is told who of its own made a version */
  versions(page: PageQuery, reader: string | null): Promise<Page<CatalogueVersionSummary>>
  version(version: number, reader: string | null): Promise<CatalogueVersion>
  /** What one version says otherwise than another. */
  difference(from: number, to: number, page: PageQuery, reader: string | null): Promise<CatalogueDifference>
  /** One record as a version holds it. */
  record(version: number, kind: string, id: string): Promise<{ version: number; kind: RecordKind; id: string; record: Content }>
  conflicts(query: PageQuery & { state?: 'open' | 'settled' | undefined }): Promise<Page<CatalogueConflict>>
}

/** Versions whose records are kept in memory for differences and change sets. */
const SETS_KEPT = 3

export function curationService({ database, catalogue }: { database: Database; catalogue: CatalogueService }): CurationService {
  const db = database.kysely
  const sets = new Map<number, RecordSet>()

  /** The records of a version that is held. A version never changes. */
  async function recordsOf(version: number): Promise<RecordSet> {
    const kept = sets.get(version)
    if (kept !== undefined) return kept
    const set = toRecordSet(await findRecords(db, version))
    if (sets.size >= SETS_KEPT) sets.delete([...sets.keys()][0]!)
    sets.set(version, set)
    return set
  }

  async function found(version: number, pointer = '/version'): Promise<StoredVersion> {
    const held = await queries.findVersion(db, version)
    if (held === undefined) throw noSuchVersion(version, (await findLatestVersion(db))!, pointer)
    return held
  }

  async function described(held: StoredVersion, reader: string | null): Promise<CatalogueVersion> {
    return { ...summaryOf(held, (await findLatestVersion(db))!, reader), conflicts: await queries.findConflicts(db, { version: held.version }) }
  }

  /** The version that this change set made before, where it did; or why it makes none. */
  async function outrun({ basedOn, changes }: CatalogueChangeSet, digest: string, organisation: string, latest: number): Promise<StoredVersion | DomainError> {
    const child = await queries.findChild(db, basedOn)
    if (child !== undefined && child.changeSet === digest && child.organisation === organisation) return child
    if (!(await queries.findVersion(db, basedOn))) return noSuchVersion(basedOn, latest, '/basedOn')
    const moved = new Set(diffRecords(await recordsOf(basedOn), await recordsOf(latest)).map(({ kind, id }) => keyOf(kind, id)))
    const own = changes.flatMap(({ kind, id }, i) => (id !== undefined && moved.has(keyOf(kind, id)) ? [{ kind, id, i }] : []))
    const what = own.length === 0 ? 'None of the records that you change was changed since.' : `Changed since, of the records that you change: ${own.map(({ kind, id }) => `${kind} '${id}'`).join(', ')}.`
    return conflict(`The catalogue has moved on: it is at version ${latest}, and these changes are to version ${basedOn}. ${what} GET /v1/catalogue/versions/${basedOn}/diff/${latest} shows what was changed. Make your changes to version ${latest} and send them with basedOn: ${latest}. Nothing was stored.`, {
      code: 'catalogue-moved',
      errors: [
        { pointer: '/basedOn', in: 'body', code: 'catalogue-moved', message: `The newest version is ${latest}.`, suggestions: [String(latest)] },
        ...own.map(({ kind, id, i }): ErrorItem => ({ pointer: `/changes/${i}`, in: 'body', code: 'catalogue-moved', message: `The ${kind} '${id}' has changed since version ${basedOn}.` }))
      ]
    })
  }

  async function settleFaults(ids: readonly number[]): Promise<ErrorItem[]> {
    const held = new Map((await queries.findConflicts(db, { ids })).map((one) => [one.id, one]))
    return ids.flatMap((id, i): ErrorItem[] => {
      const one = held.get(id)
      const at = { pointer: `/settles/${i}`, in: 'body' as const }
      if (one === undefined) return [{ ...at, code: 'unknown-conflict', message: `There is no conflict ${id}. GET /v1/catalogue/conflicts lists those that are open.` }]
      return one.settledBy === null ? [] : [{ ...at, code: 'already-settled', message: `Conflict ${id} was settled by version ${one.settledBy}.` }]
    })
  }

  return {
    async curate(changeSet, caller) {
      const { basedOn, reason, sources, changes, settles = [] } = changeSet
      const digest = digestOf(changeSet)
      const orThrow = async (latest: number) => {
        const before = await outrun(changeSet, digest, caller.organisation, latest)
        if (before instanceof Error) throw before
        return { version: await described(before, caller.organisation), made: false }
      }
      const latest = (await findLatestVersion(db))!
      if (latest !== basedOn) return orThrow(latest)

      const held = await recordsOf(basedOn)
      const { result, faults } = applyChanges(held, changes)
      // Where the changes themselves are at fault, a source that they would have added is missing only for that.
      const all = [...unreadableTexts({ reason, sources }, ''), ...faults, ...(faults.length === 0 ? sourceFaults(sources, result) : []), ...(await settleFaults(settles))]
      if (all.length > 0) throw refused(all)
      if (isSame(result, held) && settles.length === 0) {
        const message = 'The catalogue says all of this already, so there is nothing to store.'
        throw unprocessable(message, { code: 'nothing-changes', errors: [{ pointer: '/changes', in: 'body', code: 'nothing-changes', message }] })
      }

      const records = toCatalogueRecords(result)
      const version = await makingVersion(db, async (trx) => {
        if ((await findLatestVersion(trx)) !== basedOn) return null
        const made = await saveVersion(trx, records, {
          origin: 'curated',
          reason,
          parent: basedOn,
          by: caller,
          sources: sources.map((source) => cited(source, result)),
          settles,
          changes: countChanges(diffRecords(held, result)),
          changeSet: digest
        })
        await queries.insertSettlements(trx, made, settles)
        return made
      })
      // Another was first: that one stands, and this one is told so.
      if (version === null) return orThrow((await findLatestVersion(db))!)
      await onceStored(() => catalogue.refresh())
      return { version: await described((await queries.findVersion(db, version))!, caller.organisation), made: true }
    },
    async versions({ limit = 50, cursor }, reader) {
      const before = cursor === undefined ? null : readCursor(cursor, readNumber)
      const latest = (await findLatestVersion(db))!
      const rows = await queries.listVersions(db, limit + 1, before)
      const items = rows.slice(0, limit).map((row) => summaryOf(row, latest, reader))
      return { items, nextCursor: rows.length > limit ? cursorFor(String(items.at(-1)!.version)) : null }
    },
    version: async (version, reader) => described(await found(version), reader),
    async difference(from, to, page, reader) {
      await found(from)
      await found(to, '/other')
      const changes = diffRecords(await recordsOf(from), await recordsOf(to))
      const latest = (await findLatestVersion(db))!
      const between = await queries.listVersionsBetween(db, Math.min(from, to), Math.max(from, to))
      const { items, nextCursor } = paged(changes, ({ kind, id }) => keyOf(kind, id), page)
      return { from, to, versions: between.map((one) => summaryOf(one, latest, reader)), changes: items, totals: countChanges(changes), nextCursor }
    },
    async record(version, kind, id) {
      await found(version)
      if (!isRecordKind(kind)) {
        const suggestions = nearest(kind, RECORD_KINDS)
        throw notFound(`'${kind}' is no kind of record${orElse(suggestions.slice(0, 1))} They are ${RECORD_KINDS.join(', ')}.`, { errors: [{ pointer: '/kind', in: 'path', code: 'unknown-kind', message: 'This kind is not known.', suggestions }] })
      }
      const set = await recordsOf(version)
      const held = set.get(keyOf(kind, id))
      if (held !== undefined) return { version, kind, id, record: held.content }
      const suggestions = nearest(id, [...set.values()].filter((one) => one.kind === kind).map((one) => one.id))
      throw notFound(`Version ${version} of the catalogue holds no ${kind} '${id.slice(0, 60)}'${orElse(suggestions)}`, { errors: [{ pointer: '/id', in: 'path', code: 'unknown-record', message: 'This id is not known.', suggestions }] })
    },
    async conflicts({ limit = 50, cursor, state = 'open' }) {
      const rows = await queries.listConflicts(db, state, limit + 1, cursor === undefined ? 0 : readCursor(cursor, readNumber))
      const items = rows.slice(0, limit)
      return { items, nextCursor: rows.length > limit ? cursorFor(String(items.at(-1)!.id)) : null }
    }
  }
}

/** Identifies a change set, whatever stands around it. */
const digestOf = ({ basedOn, reason, sources, changes, settles = [] }: CatalogueChangeSet) => createHash('sha256').update(JSON.stringify([basedOn, reason, sources, changes, settles])).digest('hex')

const isRecordKind = (word: string): word is RecordKind => (RECORD_KINDS as readonly string[]).includes(word)

const readNumber = (key: string) => (/^[1-9]\d{0,8}$/.test(key) ? Number(key) : undefined)

function summaryOf({ version, parent, origin, createdAt, organisation, organisationName, actor, reason, sources, changes, counts, settles, openConflicts }: StoredVersion, latest: number, reader: string | null): CatalogueVersionSummary {
  return {
    version,
    parent,
    current: version === latest,
    origin,
    createdAt: createdAt.toISOString(),
    by: organisationName === null ? null : { organisation: organisationName, actor: reader !== null && reader === organisation ? actor : null },
    reason,
    sources,
    changes,
    counts,
    settles,
    openConflicts
  }
}

const sourceOf = (set: RecordSet, id: string) => set.get(keyOf('source', id))?.content as SourceRecord | undefined

/** The grounds as citations, which stay as they are whatever becomes of the source's record. */
function cited({ source, section, url, published }: CatalogueChangeSet['sources'][number], set: RecordSet): Citation {
  const held = sourceOf(set, source)!
  return { id: source, title: held.title, publisher: held.publisher, year: published === undefined ? held.year : Number(published.slice(0, 4)), section, url: url ?? held.url }
}

function sourceFaults(sources: CatalogueChangeSet['sources'], set: RecordSet): ErrorItem[] {
  const known = [...set.values()].filter(({ kind }) => kind === 'source').map(({ id }) => id)
  return sources.flatMap(({ source }, i): ErrorItem[] => {
    if (sourceOf(set, source) !== undefined) return []
    const suggestions = nearest(source, known)
    return [{ pointer: `/sources/${i}/source`, in: 'body', code: 'unknown-source', message: `'${source.slice(0, 60)}' is no source of the catalogue${orElse(suggestions.slice(0, 1))} Add a new one among the changes (op: add, kind: source).`, suggestions }]
  })
}

/** Faults shown in one answer. */
const MOST_FAULTS = 50

const refused = (faults: ErrorItem[]) =>
  unprocessable(`${faults.length === 1 ? faults[0]!.message : `${faults.length} faults; the first: ${faults[0]!.message}`} Nothing was stored.`, {
    code: faults.every(({ code }) => code === faults[0]!.code) ? faults[0]!.code : 'invalid-change-set',
    errors: faults.slice(0, MOST_FAULTS)
  })

function noSuchVersion(version: number, latest: number, pointer: string): DomainError {
  const message = `There is no version ${version} of the catalogue; the newest is ${latest}.`
  const inBody = pointer === '/basedOn'
  return (inBody ? unprocessable : notFound)(message, { code: inBody ? 'unknown-version' : 'no-such-version', errors: [{ pointer, in: inBody ? 'body' : 'path', code: inBody ? 'unknown-version' : 'no-such-version', message, suggestions: [String(latest)] }] })
}

import { isDeepStrictEqual } from 'node:util'
import { checkCatalogue, type CatalogueRecords } from '../catalogue/check.js'
import { readDataFiles, readEdition } from '../catalogue/data-files.js'
import { contentHash, findLatestVersion, findRecords, makingVersion, saveVersion, type VersionFacts } from '../catalogue/queries.js'
import type { Database } from '../db/database.js'
import type { Log } from '../logging.js'
import { isSame } from './change-set.js'
import { countChanges, diffRecords } from './diff.js'
import { fitEdition, mergeEditions, type Conflict } from './merge.js'
import { findLastEdition, findOpenConflicts, findShippedVersion, insertConflicts, insertEdition, insertSettlements, isEditionHeld, type Db } from './queries.js'
import { faultsOf, toCatalogueRecords, toRecordSet, keyOf, type RecordSet } from './record-set.js'

export interface ShippedEdition {
  /** Counts up from release to release. */
  edition: number
  /** Checked. */
  records: CatalogueRecords
}

/** Takes in the catalogue that this release of the service ships with, unless that was done already. */
export async function seedCatalogue(database: Pick<Database, 'kysely'>, log?: Log): Promise<void> {
  await takeInEdition(database, { edition: readEdition().edition, records: checkCatalogue(readDataFiles()) }, log)
}

/**
 * Takes in a catalogue that the service ships with, unless this edition, or a later one, was taken in
 * before. What curators have changed stays: where the new edition changes the same otherwise, that
 * becomes a conflict of the new version. Several instances may start at once; one of them does it.
 * @returns the version stored, or null where none was needed
 */
export async function takeInEdition({ kysely: db }: Pick<Database, 'kysely'>, { edition, records }: ShippedEdition, log?: Log): Promise<number | null> {
  const hash = contentHash(records)
  if (!(await isNews(db, edition, hash, log))) return null
  return makingVersion(db, async (trx) => {
    if (!(await isNews(trx, edition, hash, log))) return null
    const current = await findLatestVersion(trx)
    const theirs = toRecordSet(records)
    if (current === undefined) {
      const version = await saveVersion(trx, records, { ...SHIPPED, reason: 'Shipped with the service', parent: null, changes: { added: theirs.size, changed: 0, withdrawn: 0 } })
      await insertEdition(trx, { edition, hash, version, records })
      log?.info({ catalogueVersion: version }, 'catalogue stored')
      return version
    }
    const last = await findLastEdition(trx)
    const ours = toRecordSet(await findRecords(trx, current))
    const base = last === undefined ? toRecordSet(await findRecords(trx, (await findShippedVersion(trx))!)) : toRecordSet(last.records)
    return storeMerged(trx, { edition, hash, records, current, base, ours, theirs }, log)
  })
}

const SHIPPED: Pick<VersionFacts, 'origin' | 'by' | 'sources' | 'settles' | 'changeSet'> = { origin: 'shipped', by: null, sources: [], settles: [], changeSet: null }

/** Whether an edition says something that the one taken in last does not. A newer one may go back to what an older one said. */
async function isNews(db: Db, edition: number, hash: string, log?: Log): Promise<boolean> {
  const last = await findLastEdition(db)
  if (last === undefined) return true
  if (last.hash === hash) return false
  if (edition > last.edition || (edition === last.edition && !(await isEditionHeld(db, edition, hash)))) return true
  log?.warn({ edition, lastEdition: last.edition }, 'this release ships an older catalogue than one that this database has seen: the catalogue is left as it is')
  return false
}

interface Editions {
  edition: number
  hash: string
  records: CatalogueRecords
  current: number
  base: RecordSet
  ours: RecordSet
  theirs: RecordSet
}

async function storeMerged(trx: Db, { edition, hash, records, current, base, ours, theirs }: Editions, log?: Log): Promise<number | null> {
  const { merged, conflicts } = fitEdition(base, ours, theirs, mergeEditions(base, ours, theirs), faultsOf)
  const settled = outdatedBy(await findOpenConflicts(trx), { merged, theirs, conflicts })
  if (isSame(merged, ours) && conflicts.length === 0 && settled.length === 0) {
    await insertEdition(trx, { edition, hash, version: current, records })
    return null
  }
  const reason = `Shipped with the service, edition ${edition}${isSame(merged, theirs) ? '' : ', beside what curators have changed'}`
  const version = await saveVersion(trx, toCatalogueRecords(merged), { ...SHIPPED, reason, parent: current, settles: settled, changes: countChanges(diffRecords(ours, merged)) })
  await insertEdition(trx, { edition, hash, version, records })
  await insertConflicts(trx, version, conflicts)
  await insertSettlements(trx, version, settled)
  log?.info({ catalogueVersion: version, edition }, 'catalogue stored')
  for (const { kind, id, parts, message } of conflicts) log?.warn({ catalogueVersion: version, record: keyOf(kind, id), parts }, message)
  return version
}

/** Open conflicts that are none any more, because what is shipped now is what stands, or that a new conflict about all the same parts of the record takes the place of. */
function outdatedBy(open: readonly { id: number; kind: Conflict['kind']; record: string; parts: string[] }[], { merged, theirs, conflicts }: { merged: RecordSet; theirs: RecordSet; conflicts: readonly Conflict[] }): number[] {
  const renewed = new Map(conflicts.map(({ kind, id, parts }) => [keyOf(kind, id), new Set(parts)]))
  const isOutdated = (key: string, parts: string[]) => {
    const now = renewed.get(key)
    return now?.has('') === true || (now !== undefined && parts.every((part) => now.has(part))) || isDeepStrictEqual(merged.get(key)?.content, theirs.get(key)?.content)
  }
  return open.filter(({ kind, record, parts }) => isOutdated(keyOf(kind, record), parts)).map(({ id }) => id)
}

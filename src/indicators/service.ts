import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { createGunzip } from 'node:zlib'
import type { Areas } from '../areas/areas.js'
import type { Database } from '../db/database.js'
import type { Log } from '../logging.js'
import { storeTable } from '../imports/service.js'
import { listDatasets } from '../imports/queries.js'
import { shippedFiles, shippedFolder } from './shipped.js'

/**
 * Stores the releases that the service carries, file by file, unless they are held. A release that
 * somebody imported in place of a carried one stays.
 * @returns how many files were stored
 */
export async function seedStatistics(database: Pick<Database, 'kysely'>, areas: Areas, log?: Log): Promise<number> {
  const held = await listDatasets(database.kysely)
  const missing = shippedFiles().filter(({ hash, dataset }) => !held.some((one) => one.hash === hash || (one.slug === dataset && one.origin === 'imported')))
  if (missing.length === 0) return 0
  log?.info({ files: missing.length }, 'storing published statistics (a few seconds, the first time only)')
  for (const { path, fileName, hash } of missing) {
    await storeTable(database, areas, createReadStream(join(shippedFolder(), path)).pipe(createGunzip()), hash, { fileName, origin: 'shipped' })
  }
  return missing.length
}

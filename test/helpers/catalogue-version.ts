import type { Kysely } from 'kysely'
import { findLatestVersion, findRecords, makingVersion, saveVersion } from '../../src/catalogue/queries.js'
import type { Schema } from '../../src/db/schema.js'

/** Stores another version of the catalogue, as a newer release started elsewhere would: its first need has another label. */
export function storeRelabelled(kysely: Kysely<Schema>, label: string): Promise<number> {
  return makingVersion(kysely, async (trx) => {
    const parent = (await findLatestVersion(trx))!
    const records = await findRecords(trx, parent)
    const [first, ...rest] = records.needs
    return saveVersion(trx, { ...records, needs: [{ ...first!, label }, ...rest] }, { origin: 'shipped', reason: label, parent, by: null, sources: [], settles: [], changes: { added: 0, changed: 1, withdrawn: 0 }, changeSet: null })
  })
}

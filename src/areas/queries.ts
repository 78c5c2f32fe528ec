import { sql, type Kysely, type Transaction } from 'kysely'
import type { Schema } from '../db/schema.js'
import { areaKey, wordsFor, type Area, type AreaRecord } from './areas.js'
import type { Level } from './vocabulary.js'

type Db = Kysely<Schema> | Transaction<Schema>

/**
 * Stores the areas anew, unless they are held. Their ids do not change, so the figures kept by them stay.
 * @returns whether they were stored
 */
export async function replaceAreas(db: Kysely<Schema>, records: readonly AreaRecord[], isHeld: (db: Db) => Promise<boolean>): Promise<boolean> {
  const ids = new Map(records.map(({ code, id }) => [code, id]))
  const idOfDfeCode = new Map(records.flatMap(({ dfeCode, id }) => (dfeCode === null ? [] : [[dfeCode, id] as const])))
  const rows = records.map((record) => ({
    id: record.id,
    code: record.code,
    dfe_code: record.dfeCode,
    name: record.name,
    level: record.level,
    region_id: record.region === null ? null : ids.get(record.region)!,
    started: record.started,
    ended: record.ended,
    replaced_by: JSON.stringify(record.replacedBy)
  }))
  const aliases = records.flatMap((record) => wordsFor(record).map(({ kind, alias, started, ended }) => ({ key: areaKey(alias), area_id: record.id, kind, alias, started, ended })))
  const neighbours = records.flatMap((record) => record.neighbours.map(({ dfeCode, closeness }, i) => ({ area_id: record.id, rank: i + 1, neighbour_id: idOfDfeCode.get(dfeCode)!, closeness })))
  return db.transaction().execute(async (trx) => {
    await sql`lock table area in exclusive mode`.execute(trx)
    if (await isHeld(trx)) return false
    await trx.deleteFrom('area_neighbour').execute()
    await trx.deleteFrom('area_alias').execute()
    await trx.deleteFrom('area').execute()
    await trx.insertInto('area').values(rows).execute()
    for (let at = 0; at < aliases.length; at += 1000) await trx.insertInto('area_alias').values(aliases.slice(at, at + 1000)).execute()
    for (let at = 0; at < neighbours.length; at += 1000) await trx.insertInto('area_neighbour').values(neighbours.slice(at, at + 1000)).execute()
    return true
  })
}

export async function findAreas(db: Db): Promise<Area[]> {
  const rows = await db.selectFrom('area').selectAll().orderBy('id').execute()
  const aliases = await db.selectFrom('area_alias').selectAll().orderBy('area_id').orderBy('alias').execute()
  const neighbours = await db.selectFrom('area_neighbour').selectAll().orderBy('area_id').orderBy('rank').execute()
  const codes = new Map(rows.map(({ id, code }) => [id, code]))
  return rows.map((row) => ({
    id: row.id,
    code: row.code,
    dfeCode: row.dfe_code,
    name: row.name,
    level: row.level as Level,
    region: row.region_id === null ? null : codes.get(row.region_id)!,
    started: row.started,
    ended: row.ended,
    replacedBy: row.replaced_by,
    aliases: aliases.filter(({ area_id, kind }) => area_id === row.id && kind === 'alias').map(({ alias }) => alias),
    endedCodes: aliases.filter(({ area_id, kind }) => area_id === row.id && kind === 'ended-ons-code').map(({ alias, started, ended }) => ({ code: alias, started, ended })),
    neighbours: neighbours.filter(({ area_id }) => area_id === row.id).map(({ neighbour_id, rank, closeness }) => ({ id: neighbour_id, rank, closeness }))
  }))
}

import { isDeepStrictEqual } from 'node:util'
import type { Database } from '../db/database.js'
import { notFound, unprocessable, type ErrorItem } from '../errors.js'
import type { Log } from '../logging.js'
import { indexAreas, type Area, type AreaRecord, type Areas, type Found } from './areas.js'
import { readAreas, readDistricts } from './data-files.js'
import { findAreas, replaceAreas } from './queries.js'

/** Stores the areas of the data file, unless they are held already. */
export async function seedAreas({ kysely }: Pick<Database, 'kysely'>, log?: Log, records: readonly AreaRecord[] = readAreas()): Promise<void> {
  const wanted = asHeld(records)
  const isHeld = async (db: Parameters<typeof findAreas>[0]) => isDeepStrictEqual(await findAreas(db), wanted)
  // Looked at again under the lock: another process may have stored them meanwhile.
  if ((await isHeld(kysely)) || !(await replaceAreas(kysely, records, isHeld))) return
  log?.info({ areas: records.length }, 'areas stored')
}

/** The areas in memory: they change only with a new version of the service. */
export const openAreas = async ({ kysely }: Pick<Database, 'kysely'>): Promise<Areas> => indexAreas(await findAreas(kysely), readDistricts())

function asHeld(records: readonly AreaRecord[]): Area[] {
  const ids = new Map(records.flatMap(({ dfeCode, id }) => (dfeCode === null ? [] : [[dfeCode, id] as const])))
  const byAlias = (a: string, b: string) => (a < b ? -1 : 1)
  return [...records]
    .sort((a, b) => a.id - b.id)
    .map((record) => ({
      ...record,
      aliases: [...record.aliases].sort(byAlias),
      endedCodes: [...record.endedCodes].sort((a, b) => byAlias(a.code, b.code)),
      neighbours: record.neighbours.map(({ dfeCode, closeness }, i) => ({ id: ids.get(dfeCode)!, rank: i + 1, closeness }))
    }))
}

function explainUnknown(areas: Areas, word: string, suggestions: readonly string[]): string {
  const near = suggestions.map((code) => `'${code}' (${areas.byCode.get(code)!.name})`).join(' or ')
  const district = areas.findDistrict(word)
  if (district !== undefined) return `'${clip(word)}' is a district, ${district.name}: its children's services and their figures are those of its county, ${near}.`
  const elsewhere = /^[WSN]\d{8}$/i.test(word.trim()) ? ' Areas of Wales, Scotland and Northern Ireland are not held.' : ''
  return `'${clip(word)}' is not an area that is held${near === '' ? '.' : `; did you mean ${near}?`}${elsewhere}`
}

const clip = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}…` : text)

/**
 * The area that a caller means.
 * @throws DomainError 422 with the nearest codes where none is known by that word
 */
export function requireArea(areas: Areas, word: string, at: Pick<ErrorItem, 'in' | 'pointer'> = { in: 'path', pointer: '/code' }): Found {
  const found = areas.find(word)
  if (found !== undefined) return found
  const suggestions = areas.suggest(word)
  const message = `${explainUnknown(areas, word, suggestions)} GET /v1/areas lists them.`
  throw unprocessable(message, { code: 'unknown-area', errors: [{ ...at, code: 'unknown-area', message, suggestions }] })
}

/** A council of today, or a problem that says what took its place. */
export function requireCouncil(areas: Areas, word: string, at: Pick<ErrorItem, 'in' | 'pointer'> = { in: 'path', pointer: '/code' }): Found {
  const found = requireArea(areas, word, at)
  const { area } = found
  if (area.level !== 'council') {
    const message = `${area.name} is a ${area.level}: needs are worked out for councils. GET /v1/areas?level=council lists them.`
    throw unprocessable(message, { code: 'not-a-council', errors: [{ ...at, code: 'not-a-council', message, suggestions: [] }] })
  }
  if (area.ended !== null) {
    const successors = area.replacedBy.map((code) => `${areas.byCode.get(code)!.name} (${code})`).join(' and ')
    const message = `${area.name} ended on ${area.ended}${successors === '' ? '' : `; its place was taken by ${successors}`}.`
    throw unprocessable(message, { code: 'area-ended', errors: [{ ...at, code: 'area-ended', message, suggestions: [...area.replacedBy] }] })
  }
  return found
}

/** A region, for a list of the areas in it. */
export function requireRegion(areas: Areas, word: string, at: Pick<ErrorItem, 'in' | 'pointer'>): Area {
  const { area } = requireArea(areas, word, at)
  if (area.level === 'council') {
    const message = `${area.name} is a council; the region that it is in is ${areas.byCode.get(area.region!)!.name} (${area.region}).`
    throw unprocessable(message, { code: 'not-a-region', errors: [{ ...at, code: 'not-a-region', message, suggestions: [area.region!] }] })
  }
  return area
}

export const noFigures = (detail: string, errors?: ErrorItem[]) => notFound(detail, { code: 'no-figures', title: 'No usable figures', ...(errors === undefined ? {} : { errors }) })

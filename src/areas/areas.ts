import { nearest } from '../nearest.js'
import type { AliasKind, Level } from './vocabulary.js'

/** An area as the data file holds it. */
export interface AreaRecord {
  /** Stable: figures are kept by it. */
  id: number
  /** The ONS code in force. */
  code: string
  /** The Department for Education's three digits, which outlive a change of ONS code; null for regions and England. */
  dfeCode: string | null
  name: string
  level: Level
  /** ONS code of the region; for a region that of England, or of London. */
  region: string | null
  started: string | null
  /** The day it ended; null for an area of today. */
  ended: string | null
  /** ONS codes of what took its place. */
  replacedBy: string[]
  aliases: string[]
  /** ONS codes that it had before. */
  endedCodes: { code: string; started: string | null; ended: string | null }[]
  neighbours: { dfeCode: string; closeness: string }[]
}

export interface Area extends Omit<AreaRecord, 'neighbours'> {
  neighbours: { id: number; rank: number; closeness: string }[]
}

/** A district, whose children's services are those of its county. */
export interface District {
  code: string
  name: string
  /** ONS code of the county. */
  council: string
}

export interface Found {
  area: Area
  /** What kind of word it was found by. */
  by: AliasKind
  /** Where the code that was asked for is no longer in force: when it ended. */
  endedCode: { code: string; ended: string | null } | null
}

export interface Areas {
  /** In order of their code. */
  all: readonly Area[]
  byId: ReadonlyMap<number, Area>
  byCode: ReadonlyMap<string, Area>
  /** Councils of today. */
  councils: readonly Area[]
  england: Area
  /** By any word that it is known by; a name that two areas share finds neither. */
  find(word: string): Found | undefined
  /** The district that is known by a word, which is no area here. */
  findDistrict(word: string): District | undefined
  /** Codes near to what was typed, by code or by name; for a district its county. */
  suggest(word: string): string[]
}

/** Letters and digits alone, so that 'Kingston upon Hull, City of' and 'kingston-upon-hull city of' are one. */
export const areaKey = (text: string) =>
  text
    .toLowerCase()
    .replaceAll('&', 'and')
    .replace(/[^a-z0-9]+/g, '')

/** The words that an area is known by. */
export function wordsFor(record: Pick<AreaRecord, 'code' | 'dfeCode' | 'name' | 'aliases' | 'endedCodes' | 'started' | 'ended'>) {
  const words: { kind: AliasKind; alias: string; started: string | null; ended: string | null }[] = [{ kind: 'ons-code', alias: record.code, started: record.started, ended: record.ended }]
  const add = (kind: AliasKind, alias: string, started: string | null = null, ended: string | null = null) => {
    if (!words.some((word) => areaKey(word.alias) === areaKey(alias))) words.push({ kind, alias, started, ended })
  }
  for (const old of record.endedCodes) add('ended-ons-code', old.code, old.started, old.ended)
  if (record.dfeCode !== null) add('dfe-code', record.dfeCode)
  add('name', record.name)
  for (const alias of record.aliases) add('alias', alias)
  return words
}

/** Digits of one kind of area say nothing of those of another: E07000008 is Cambridge, E06000008 Blackburn with Darwen. */
const OTHER_KIND = /^(?!E(06|08|09|10|12|13|92))[A-Z]\d{8}$/i

/** Areas, to be found by any of their words. */
export function indexAreas(list: readonly Area[], districts: readonly District[] = []): Areas {
  const all = [...list].sort((a, b) => (a.code < b.code ? -1 : 1))
  const known = new Map<string, Found[]>()
  for (const area of all) {
    for (const { kind, alias, ended } of wordsFor(area)) {
      const found: Found = { area, by: kind, endedCode: kind === 'ended-ons-code' || (kind === 'ons-code' && area.ended !== null) ? { code: alias, ended } : null }
      known.set(areaKey(alias), [...(known.get(areaKey(alias)) ?? []), found])
    }
  }
  const codesByWord = new Map<string, string[]>()
  for (const [key, found] of known) codesByWord.set(key, found.map(({ area }) => area.code))
  const words = [...codesByWord.keys()].filter((key) => key.length > 2)
  const districtByWord = new Map(districts.flatMap((district) => [district.code, district.name].map((word) => [areaKey(word), district] as const)))
  const findDistrict = (word: string) => districtByWord.get(areaKey(word))

  return {
    all,
    byId: new Map(all.map((area) => [area.id, area])),
    byCode: new Map(all.map((area) => [area.code, area])),
    councils: all.filter(({ level, ended }) => level === 'council' && ended === null),
    england: all.find(({ level }) => level === 'country')!,
    find(word) {
      const found = known.get(areaKey(word))
      if (found === undefined) return undefined
      if (found.length === 1) return found[0]
      // Dorset: of today, and the county that ended.
      const live = found.filter(({ area }) => area.ended === null)
      return live.length === 1 ? live[0] : undefined
    },
    findDistrict,
    suggest(word) {
      const district = findDistrict(word)
      if (district !== undefined) return [district.council]
      if (OTHER_KIND.test(word.trim())) return []
      return [...new Set(nearest(areaKey(word.slice(0, 80)), words, 6).flatMap((key) => codesByWord.get(key)!))].slice(0, 3)
    }
  }
}

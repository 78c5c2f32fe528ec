import { ATTRIBUTION } from '../indicators/vocabulary.js'
import { areaKey, wordsFor, type Area, type Areas, type Found } from './areas.js'
import type { AreaDetail, AreaRef, AreaSummary } from './schemas.js'
import type { Level } from './vocabulary.js'

const ALIASES_FROM = 'Aliases: mySociety, UK local authority names and codes, CC BY 4.0.'

export const referToArea = ({ code, name }: Area): AreaRef => ({ code, name })

export function describeArea(areas: Areas, area: Area): AreaSummary {
  const refTo = (code: string) => referToArea(areas.byCode.get(code)!)
  return {
    code: area.code,
    dfeCode: area.dfeCode,
    name: area.name,
    level: area.level,
    region: area.region === null ? null : refTo(area.region),
    started: area.started,
    ended: area.ended,
    replacedBy: area.replacedBy.map(refTo),
    aliases: area.aliases,
    endedCodes: area.endedCodes
  }
}

export function describeFound(areas: Areas, { area, by, endedCode }: Found, word: string): AreaDetail {
  // A code that ended while its council went on was replaced by the council's code of today.
  const replacedBy = endedCode === null ? [] : area.ended === null ? [referToArea(area)] : area.replacedBy.map((code) => referToArea(areas.byCode.get(code)!))
  return {
    ...describeArea(areas, area),
    asked: { word, foundBy: by, inForce: endedCode === null && area.ended === null, ended: endedCode?.ended ?? area.ended, replacedBy: area.ended === null ? replacedBy : area.replacedBy.map((code) => referToArea(areas.byCode.get(code)!)) },
    statisticalNeighbours: area.neighbours.map(({ id, rank, closeness }) => ({ rank, ...referToArea(areas.byId.get(id)!), closeness })),
    attribution: `${ATTRIBUTION} ${ALIASES_FROM}`
  }
}

/** The areas that fit every filter given, in order of their code. */
export function filterAreas(areas: Areas, { level, region, q }: { level?: Level | undefined; region?: Area | undefined; q?: string | undefined }): Area[] {
  // London is a region of its own and the sum of Inner and Outer London.
  const within = region === undefined ? null : new Set([region.code, ...areas.all.filter((area) => area.level === 'region' && area.region === region.code && region.level === 'region').map(({ code }) => code)])
  return areas.all.filter(
    (area) =>
      (level === undefined || area.level === level) &&
      (within === null || (area.region !== null && within.has(area.region))) &&
      (q === undefined || wordsFor(area).some(({ alias }) => areaKey(alias).includes(areaKey(q))))
  )
}

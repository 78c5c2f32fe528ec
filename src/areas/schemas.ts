import { Type, type Static } from 'typebox'
import { nullable, page, ref, words } from '../schemas.js'
import { LEVELS } from './vocabulary.js'

export const AreaRef = Type.Object({ code: Type.String(), name: Type.String() }, { $id: 'AreaRef', description: 'An area, by its ONS code in force and its name.' })

const areaFields = {
  code: Type.String({ description: 'The ONS code in force.' }),
  dfeCode: nullable(Type.String(), { description: "The Department for Education's three digits, which outlive a change of ONS code; null for regions and England." }),
  name: Type.String(),
  level: words(LEVELS),
  region: nullable(ref(AreaRef)),
  started: nullable(Type.String({ format: 'date' }), { description: 'When the code came into force.' }),
  ended: nullable(Type.String({ format: 'date' }), { description: 'When the area ended; null for one of today.' }),
  replacedBy: Type.Array(ref(AreaRef), { description: 'What took its place.' }),
  aliases: Type.Array(Type.String()),
  endedCodes: Type.Array(Type.Object({ code: Type.String(), started: nullable(Type.String()), ended: nullable(Type.String()) }), {
    description: 'ONS codes that it had before. Published files may still carry them.'
  })
}

export const AreaSummary = Type.Object(areaFields, { $id: 'Area', description: 'A council, a region or England.' })

export const AreaDetail = Type.Object(
  {
    ...areaFields,
    asked: Type.Object(
      {
        word: Type.String(),
        foundBy: words(['ons-code', 'ended-ons-code', 'dfe-code', 'name', 'alias']),
        inForce: Type.Boolean({ description: 'False where the code that was asked for has ended.' }),
        ended: nullable(Type.String({ format: 'date' })),
        replacedBy: Type.Array(ref(AreaRef))
      },
      { description: 'What was asked for, and what became of it.' }
    ),
    statisticalNeighbours: Type.Array(Type.Object({ rank: Type.Integer(), code: Type.String(), name: Type.String(), closeness: Type.String({ description: "The model's own word." }) }), {
      description: "The ten councils most alike by the Department for Education's children's services statistical neighbour model of 2025; none for an area that is no council of today."
    }),
    attribution: Type.String()
  },
  { $id: 'AreaDetail', description: 'An area, with what the code that was asked for became and with its statistical neighbours.' }
)

export const AreaPage = page(ref(AreaSummary), { $id: 'AreaPage', description: 'Areas, in order of their code.' })

export const COMPONENTS = [AreaRef, AreaSummary, AreaDetail, AreaPage] as const

export type AreaRef = Static<typeof AreaRef>
export type AreaSummary = Static<typeof AreaSummary>
export type AreaDetail = Static<typeof AreaDetail>

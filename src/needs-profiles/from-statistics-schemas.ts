import { Type, type Static } from 'typebox'
import { AreaRef } from '../areas/schemas.js'
import { FigureStatusSchema } from '../indicators/schemas.js'
import { Citation, nullable, ref, words } from '../schemas.js'
import { BASES, OPEN_REASONS, type OpenReason } from './needs-from-figures.js'

export const CountInterval = Type.Object(
  { low: Type.Integer(), high: Type.Integer() },
  { $id: 'CountInterval', description: 'Between how many a number may lie, both included.' }
)

export const ProfileFigure = Type.Object(
  {
    indicator: Type.String(),
    label: Type.String(),
    year: Type.Integer(),
    release: Type.String(),
    dataset: Type.String(),
    value: nullable(Type.Number()),
    status: ref(FigureStatusSchema),
    sources: Type.Array(ref(Citation))
  },
  { $id: 'ProfileFigure', description: 'A published count that a need was taken from, or that is shown beside it.' }
)

export const ProfileNeedFromStatistics = Type.Object(
  {
    need: Type.String(),
    label: Type.String(),
    children: Type.Integer({ description: 'The number that is reckoned with: as published, the middle (3) where 1 to 5 is withheld, the largest where several counts overlap.' }),
    interval: ref(CountInterval),
    openBecause: Type.Array(words(Object.keys(OPEN_REASONS) as OpenReason[]), { description: 'Why the number is open; empty where it is not.' }),
    figures: Type.Array(ref(ProfileFigure)),
    alongside: Type.Array(ref(ProfileFigure), { description: 'Other published counts about the need, shown and not used; of the latest year that has them.' }),
    note: nullable(Type.String())
  },
  { $id: 'ProfileNeedFromStatistics', description: 'A need as published statistics give it, with the counts that it was taken from.' }
)

export const NeedsProfileFromStatistics = Type.Object(
  {
    area: ref(AreaRef),
    year: Type.Integer(),
    basis: words(BASES),
    statement: Type.String({ description: 'What the numbers are.' }),
    profile: Type.Object(
      { area: Type.String(), needs: Type.Array(Type.Object({ need: Type.String(), children: Type.Integer() })) },
      { description: 'Ready to be edited and posted to /v1/recommendations.' }
    ),
    needs: Type.Array(ref(ProfileNeedFromStatistics)),
    notStated: Type.Array(
      Type.Object({ need: Type.String(), label: Type.String(), reason: words(['none', 'not-published', 'no-count']), message: Type.String(), figures: Type.Array(ref(ProfileFigure)) }),
      { description: 'Needs that the statistics do not give, and why.' }
    ),
    cannotSay: Type.Array(Type.String()),
    usableYears: Type.Array(Type.Integer(), { description: 'Years that needs can be taken from, newest first.' }),
    attribution: Type.String()
  },
  { $id: 'NeedsProfileFromStatistics', description: "A council's needs as its published statistics give them: what a recommendation for the area alone would use." }
)

export const COMPONENTS = [CountInterval, ProfileFigure, ProfileNeedFromStatistics, NeedsProfileFromStatistics] as const

export type ProfileFigure = Static<typeof ProfileFigure>
export type NeedsProfileFromStatistics = Static<typeof NeedsProfileFromStatistics>

import { Type, type Static } from 'typebox'
import { AreaRef } from '../areas/schemas.js'
import { Citation, nullable, ref, words } from '../schemas.js'
import { FIGURE_STATUSES, STATUS_WORDS } from './vocabulary.js'

export const FigureStatusSchema = words(FIGURE_STATUSES, {
  $id: 'FigureStatus',
  description: `What stands behind a value; it is null unless the status is ok. ${FIGURE_STATUSES.map((status) => `\`${status}\`: ${STATUS_WORDS[status]}`).join(' ')}`
})

export const IndicatorFigure = Type.Object(
  {
    key: Type.String({ description: 'Identifies the figure among those of an area: indicator, filters and kind of year.' }),
    indicator: Type.String(),
    label: Type.String(),
    group: Type.String(),
    unit: Type.String({ description: 'What is counted; `not-stated` for a column that the service does not know.' }),
    filters: Type.Array(Type.Object({ name: Type.String(), value: Type.String() })),
    year: Type.Integer({ description: 'The year that the period ends in.' }),
    period: Type.String({ description: 'As published: `2025`, or `2024/25` for an academic or financial year.' }),
    timeIdentifier: Type.String(),
    value: nullable(Type.Number()),
    status: ref(FigureStatusSchema),
    estimated: Type.Boolean({ description: 'Whether the value is an estimate.' }),
    note: nullable(Type.String(), { description: 'How an estimate was made; null for any other figure.' }),
    dataset: Type.String(),
    release: Type.String(),
    populationBase: nullable(Type.String(), { description: 'The population that a rate, a share of children or a mean score is of; null for any other figure.' }),
    sources: Type.Array(ref(Citation))
  },
  { $id: 'IndicatorFigure', description: 'A published figure: value, status and where it comes from.' }
)

export const AreaIndicators = Type.Object(
  {
    area: ref(AreaRef),
    year: nullable(Type.Integer(), { description: 'The year asked for; null for the latest of each figure.' }),
    years: Type.Array(Type.Integer(), { description: 'Years that figures are held for, newest first.' }),
    items: Type.Array(ref(IndicatorFigure)),
    nextCursor: nullable(Type.String(), { description: 'Give it as `cursor` for the next page; null on the last.' }),
    attribution: Type.String()
  },
  { $id: 'AreaIndicators', description: 'Published figures of an area, in order of their key.' }
)

export const COMPONENTS = [FigureStatusSchema, IndicatorFigure, AreaIndicators] as const

export type IndicatorFigure = Static<typeof IndicatorFigure>
export type AreaIndicators = Static<typeof AreaIndicators>

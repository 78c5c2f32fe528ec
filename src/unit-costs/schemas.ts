import { Type, type Static } from 'typebox'
import { AreaRef } from '../areas/schemas.js'
import { FigureStatusSchema } from '../indicators/schemas.js'
import { Citation, closed, fileCounts, nullable, page, ref, words } from '../schemas.js'
import { EDITION_SKIP_REASONS } from './read-edition.js'
import { AGENCIES, GRADES, GRADE_MEANINGS, KINDS_OF_VALUE, RELATIONS, UNIT_CODES } from './vocabulary.js'

export const PRICE_YEAR = '^(19|20)\\d{2}/\\d{2}$'
const Line = (maxLength: number, description: string) => Type.String({ minLength: 1, maxLength, pattern: '^[^\\u0000]*[^\\u0000\\s][^\\u0000]*$', description })

export const UnitCostUprated = Type.Object(
  {
    value: nullable(Type.Number()),
    status: ref(FigureStatusSchema),
    priceYear: Type.String(),
    factor: nullable(Type.Number(), { description: 'What the value was multiplied by: the index of the year asked for over that of the price year.' }),
    forecast: Type.Boolean({ description: 'Whether a forecast stands in the index between the two years, or in either.' }),
    sources: Type.Array(ref(Citation), { description: 'The series of deflators.' })
  },
  { $id: 'UnitCostUprated', description: 'The value in the prices of another year, by a GDP deflator, rounded to pence. General inflation only: what children’s services pay has risen faster.' }
)

export const UnitCostValue = Type.Object(
  {
    value: nullable(Type.Number(), { description: 'Pounds, as the edition has them; null where it has none, which is not zero.' }),
    status: ref(FigureStatusSchema),
    currency: words(['GBP']),
    priceYear: nullable(Type.String()),
    uprated: nullable(ref(UnitCostUprated), { description: 'Beside the original, where `priceYear` was asked for; else null.' })
  },
  { $id: 'UnitCostValue', description: 'What one unit is worth in one ledger: `fiscal` is what agencies spend, `economic` what individuals and businesses lose or gain, `social` wider harm and welfare. The three are never added up silently.' }
)

export const UnitCostLocalValue = Type.Object(
  {
    area: ref(AreaRef),
    version: Type.Integer({ description: 'Counts up by one with each change. Send it in quotation marks as If-Match to change the value.' }),
    value: Type.Number({ description: 'Pounds.' }),
    currency: words(['GBP']),
    priceYear: Type.String(),
    unit: words(UNIT_CODES),
    uprated: nullable(ref(UnitCostUprated)),
    sourceNote: Type.String({ description: 'Where the council has it from.' }),
    enteredBy: Type.String(),
    enteredAt: Type.String({ format: 'date-time' }),
    edition: Type.String({ description: 'The edition whose value it was put beside.' })
  },
  { $id: 'UnitCostLocalValue', description: "A council's own fiscal value for a code. It stands beside the national one and never takes its place." }
)

const unitCost = {
  code: Type.String(),
  edition: Type.String(),
  theme: Type.String(),
  outcome: Type.String(),
  detail: Type.String({ description: 'What it is the cost of, as the edition words it.' }),
  kind: words(KINDS_OF_VALUE, { description: '`cost`: what a service or an event costs on average. `saving`: what a study says is saved. `payment`: a benefit that ends with its claim.' }),
  unit: Type.Object({ code: words(UNIT_CODES), wording: Type.String({ description: 'As the edition words it.' }) }),
  agency: Type.Object({ code: words(AGENCIES), wording: Type.String({ description: 'As the edition words it; empty where it names none.' }), detail: Type.String() }, { description: 'Who bears the fiscal value.' }),
  fiscal: ref(UnitCostValue),
  economic: ref(UnitCostValue),
  social: ref(UnitCostValue),
  grade: nullable(Type.Object({ code: words(GRADES), meaning: Type.String() }), { description: `How far the makers of the database trust the source. ${GRADES.map((grade) => `\`${grade}\`: ${GRADE_MEANINGS[grade]}`).join(' ')}` }),
  headline: nullable(Type.String(), { description: 'The code that this is part of, or one kind of.' }),
  relation: nullable(words(RELATIONS), { description: 'To its headline. `constituent`: a part of it. `variant`: one kind of what it averages over. `other-measure`: the same thing measured otherwise. `stand-alone`: a cost of its own, which the headline does not hold.' }),
  constituents: Type.Array(Type.String(), { description: 'Codes whose headline this is, whatever their relation.' }),
  notWith: Type.Array(Type.Object({ code: Type.String(), reason: Type.String() }), { description: 'Codes that must not be added to this one, beside its headline and its parts.' }),
  note: nullable(Type.String(), { description: 'Ours: what to know before it is used.' }),
  local: nullable(ref(UnitCostLocalValue), { description: "The council's own value, where `area` was asked for and one is kept." }),
  citation: Type.String({ description: 'What the edition itself cites.' }),
  sources: Type.Array(ref(Citation)),
  licence: Type.String(),
  attribution: Type.String()
}

export const UnitCost = Type.Object(unitCost, { $id: 'UnitCost', description: 'What one of something costs: a row of a unit cost database. Averages, to be read with their unit, price year and grade.' })

export const UnitCostDetail = Type.Object(
  { ...unitCost, localHistory: Type.Array(ref(UnitCostLocalValue), { description: "Every version of the council's own value, the newest first; empty without `area`." }) },
  { $id: 'UnitCostDetail', description: "A unit cost, with the council's own value and its history beside it." }
)

export const UnitCostEditionSummary = Type.Object(
  {
    id: Type.String(),
    title: Type.String(),
    publisher: Type.String(),
    published: nullable(Type.String(), { description: 'A year, a month or a day; null where nobody has said.' }),
    origin: words(['shipped', 'imported']),
    isDefault: Type.Boolean({ description: 'Used where no `edition` is asked for: the one published last, of those whose date is known.' }),
    rows: Type.Integer(),
    hash: Type.String({ description: 'SHA-256 of the file.' }),
    loadedAt: nullable(Type.String({ format: 'date-time' }), { description: 'Null for the edition that the service carries.' }),
    licence: Type.String(),
    attribution: Type.String(),
    url: nullable(Type.String())
  },
  { $id: 'UnitCostEditionSummary', description: 'An edition of a unit cost database. Editions stand side by side; none takes the place of another.' }
)

export const UnitCostEditionPage = page(ref(UnitCostEditionSummary), { $id: 'UnitCostEditionPage', description: 'Editions in order of their id.' })
export const UnitCostPage = page(ref(UnitCost), { $id: 'UnitCostPage', description: 'Unit costs of one edition, in its own order.' })

export const UnitCostLocalValueInput = closed(
  {
    value: Type.Number({ minimum: 0, maximum: 1_000_000_000, description: 'Pounds, to the penny.' }),
    priceYear: Type.String({ pattern: PRICE_YEAR, description: 'a financial year such as 2025/26' }),
    unit: Type.Optional(words(UNIT_CODES, { description: 'What it is for one of; the unit of the national value where it is left out.' })),
    sourceNote: Line(2_000, 'where it comes from, such as a contract or a return; not blank'),
    enteredBy: Line(200, 'who stands for it, by name or role; not blank'),
    edition: Type.Optional(Line(120, 'the edition to put it beside, the default one where it is left out'))
  },
  { $id: 'UnitCostLocalValueInput', description: "A council's own fiscal value for a code of the database." }
)

export const UnitCostEditionReport = Type.Object(
  {
    edition: ref(UnitCostEditionSummary),
    unchanged: Type.Boolean({ description: 'True where this very file is held: nothing was stored.' }),
    ...fileCounts(EDITION_SKIP_REASONS, 'Amounts of the file.'),
    columns: Type.Object({ read: Type.Array(Type.String()), ignored: Type.Array(Type.String()) }),
    warnings: Type.Array(Type.String())
  },
  { $id: 'UnitCostEditionReport', description: 'What became of a file.' }
)

export const COMPONENTS = [UnitCostUprated, UnitCostValue, UnitCostLocalValue, UnitCost, UnitCostDetail, UnitCostEditionSummary, UnitCostEditionPage, UnitCostPage, UnitCostLocalValueInput, UnitCostEditionReport] as const

export type UnitCostUprated = Static<typeof UnitCostUprated>
export type UnitCostValue = Static<typeof UnitCostValue>
export type UnitCostLocalValue = Static<typeof UnitCostLocalValue>
export type UnitCost = Static<typeof UnitCost>
export type UnitCostDetail = Static<typeof UnitCostDetail>
export type UnitCostEditionSummary = Static<typeof UnitCostEditionSummary>
export type UnitCostLocalValueInput = Static<typeof UnitCostLocalValueInput>
export type UnitCostEditionReport = Static<typeof UnitCostEditionReport>

import { Type, type TProperties, type TSchema } from 'typebox'
import { nullable, page, ref, words } from '../schemas.js'
import { COLUMN_TYPES, type ColumnInfo, type ColumnType } from './columns.js'
import type { RowDataset } from './dataset.js'
import { FORMATS } from './format.js'

export const MOST_ROWS = 10_000

export const RowColumn = Type.Object(
  {
    name: Type.String(),
    type: words(COLUMN_TYPES, { description: '`date` and `date-time` are ISO 8601 text.' }),
    nullable: Type.Boolean({ description: 'Whether a cell may be null. The key stands in every row all the same.' }),
    description: Type.String()
  },
  { $id: 'RowColumn', description: 'A column of a table: its name and type never change.' }
)

export const RowDatasetInfo = Type.Object(
  { dataset: Type.String(), title: Type.String(), description: Type.String(), path: Type.String(), columns: Type.Array(ref(RowColumn)) },
  { $id: 'RowDataset', description: 'A table for BI tools.' }
)

export const RowDatasetPage = page(ref(RowDatasetInfo), { $id: 'RowDatasetPage', description: 'Tables, in order of their name.' })

const CELLS: Record<ColumnType, () => TSchema> = {
  text: () => Type.String(),
  integer: () => Type.Integer(),
  number: () => Type.Number(),
  boolean: () => Type.Boolean(),
  date: () => Type.String({ format: 'date' }),
  'date-time': () => Type.String({ format: 'date-time' })
}

const cell = ({ type, nullable: empty, description }: ColumnInfo): TSchema => (empty ? nullable(CELLS[type](), { description }) : { ...CELLS[type](), description })

/** `gap-warnings` as `GapWarnings`. */
export const pascalCase = (name: string) => name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())

/** The schema of a page of a table, and that of its rows. */
export function schemasOf({ name, title, description, columns }: RowDataset) {
  const properties: TProperties = Object.fromEntries(columns.map((column) => [column.name, cell(column)]))
  const row = Type.Object(properties, { $id: `${pascalCase(name)}Row`, description: `${title}: one row.` })
  const rows = Type.Object(
    {
      dataset: Type.Literal(name),
      columns: Type.Array(ref(RowColumn), { description: 'What the rows hold, in this order; the same on every page.' }),
      rows: Type.Array(ref(row)),
      nextCursor: nullable(Type.String(), { description: 'Give it as `cursor` for the next page; null on the last.' })
    },
    { $id: `${pascalCase(name)}Rows`, description }
  )
  return { row, rows }
}

export const rowsQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MOST_ROWS, default: 1_000, description: 'How many rows to answer at most.' })),
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 500, description: 'The `nextCursor` of the page before.' })),
  format: Type.Optional(words(FORMATS, { description: 'The form of the answer. Without it, the one that Accept prefers; JSON where it does not say.' }))
}

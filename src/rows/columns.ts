/** Flat rows with fixed, typed columns, as BI tools want them. */

/** `date` and `date-time` are ISO 8601 text. */
export const COLUMN_TYPES = ['text', 'integer', 'number', 'boolean', 'date', 'date-time'] as const
export type ColumnType = (typeof COLUMN_TYPES)[number]

export type Cell = string | number | boolean | null
export type Row = Record<string, Cell>

export interface ColumnInfo {
  name: string
  type: ColumnType
  nullable: boolean
  description: string
}

/** A column, and how its cell is had from what a row is made of. */
export interface Column<S> extends ColumnInfo {
  of: (source: S) => Cell | undefined
}

/** Every key stands in every row: a table whose first row lacks one would lose the column. */
export function rowOf<S>(columns: readonly Column<S>[], source: S): Row {
  const row: Row = {}
  for (const { name, of } of columns) row[name] = of(source) ?? null
  return row
}

/** A list in one cell; null where it is empty. */
export const joined = (list: readonly string[]): string | null => (list.length === 0 ? null : list.join('; '))

export const sourceIds = (sources: readonly { id: string }[]) => joined([...new Set(sources.map(({ id }) => id))])

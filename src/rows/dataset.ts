import type { TProperties } from 'typebox'
import { cursorFor, readCursor } from '../pages.js'
import type { ColumnInfo, Row } from './columns.js'

export interface RowPage {
  rows: Row[]
  nextCursor: string | null
}

/** A table for BI tools, at /v1/rows/{name}. */
export interface RowDataset {
  name: string
  title: string
  description: string
  columns: readonly ColumnInfo[]
  /** What its query takes beside limit, cursor and format. */
  query: TProperties
  /** The query has been validated. */
  read(query: RowQuery, organisation: string): Promise<RowPage>
}

export interface RowQuery {
  limit: number
  cursor?: string | undefined
}

type Key = readonly (string | number)[]

/** The cursor after a row: where it stands in the order of its dataset. */
export const cursorAfter = (dataset: string, key: Key) => cursorFor(JSON.stringify([dataset, ...key]))

/**
 * Where to go on, by the cursor of this very dataset.
 * @param read the key, or undefined where it is none
 */
export function keyOf<K>(dataset: string, cursor: string | undefined, read: (key: unknown[]) => K | undefined): K | null {
  if (cursor === undefined) return null
  return readCursor(cursor, (text) => {
    try {
      const [of, ...key] = JSON.parse(text) as unknown[]
      return of === dataset ? read(key) : undefined
    } catch {
      return undefined
    }
  })
}

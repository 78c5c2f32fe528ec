import type { RowPage } from './dataset.js'
import { cursorAfter, keyOf } from './dataset.js'
import { isMoment } from '../pages.js'
import { rowOf, type Column, type Row } from './columns.js'

/**
 * Rows out of records that are held in order of when they were made. They are made from the records as
 * they are read, and the key of a row is that of its record and its position there. So any page costs
 * what the first does, and a page stays in place when records are added.
 */

export interface RecordKey {
  createdAt: string
  id: string
}

/** Which records to read: those at the key or after it, oldest first. */
export interface Batch {
  from: 'at' | 'after'
  key: RecordKey | null
  limit: number
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

function readKey([createdAt, id, position, ...more]: unknown[]) {
  if (typeof createdAt !== 'string' || !isMoment(createdAt) || typeof id !== 'string' || !UUID.test(id)) return undefined
  return typeof position === 'number' && Number.isInteger(position) && position >= 0 && more.length === 0 ? { createdAt, id, position } : undefined
}

interface Table<R, S> {
  name: string
  columns: readonly Column<S>[]
  limit: number
  cursor: string | undefined
  /** How many records to read at once. */
  batch: number
  list: (batch: Batch) => Promise<R[]>
  /** What the rows of one record are made of, always in the same order. */
  sourcesOf: (record: R) => S[]
}

export async function pageInOrder<R extends RecordKey, S>({ name, columns, limit, cursor, batch, list, sourcesOf }: Table<R, S>): Promise<RowPage> {
  const rows: Row[] = []
  let last = keyOf(name, cursor, readKey)
  for (let from: 'at' | 'after' = 'at'; ; from = 'after') {
    const records = await list({ from, key: last, limit: batch })
    for (const record of records) {
      const { id, createdAt } = record
      const sources = sourcesOf(record)
      const first: number = last?.id === id ? last.position + 1 : 0
      for (let position = first; position < sources.length; position += 1) {
        if (rows.length === limit) return { rows, nextCursor: cursorAfter(name, [last!.createdAt, last!.id, last!.position]) }
        rows.push(rowOf(columns, sources[position]!))
        last = { createdAt, id, position }
      }
      if (last?.id !== id) last = { createdAt, id, position: 0 }
    }
    if (records.length < batch) return { rows, nextCursor: null }
  }
}

import { Type, type Static } from 'typebox'
import type { Database } from '../db/database.js'
import { unprocessable } from '../errors.js'
import { EXAMPLE_ID } from '../recommendations/examples.js'
import type { RecommendationAnswer } from '../recommendations/schemas.js'
import { rowOf, type Column, type Row } from './columns.js'
import { cursorAfter, keyOf, type RowDataset } from './dataset.js'
import { isRecorded, listAnswers } from './queries.js'
import type { Recorded } from './recommendation-columns.js'

/** Stands in the description of each table of recorded answers. */
export const LATE_RECORDS =
  'Records are in order of the time at which they were asked for, and can be read once they are stored: one that is stored while the pages are being read may belong before the page that was reached, and is then missing from this reading and in the next. To bring a copy up to date, read again with `since` the day before the last reading, and not on from an old cursor.'

/**
 * Rows out of recorded answers, oldest first. They are made from the answer as it is read, and not
 * stored beside it: storing them cost a recorded recommendation more than a tenth of its speed
 * (measured: a fifth or more on the embedded engine), and rows that are made when they are read have
 * today's columns for the oldest record too.
 */

const query = {
  recommendation: Type.Optional(Type.String({ format: 'uuid', maxLength: 36, description: 'Only the rows of this decision record.', examples: [EXAMPLE_ID] })),
  since: Type.Optional(Type.String({ format: 'date', pattern: '^[12]', description: 'Only the rows of decision records made on this day (UTC) or later.', examples: ['2026-01-01'] }))
}
type Filters = Partial<Static<ReturnType<typeof Type.Object<typeof query>>>>

/** An answer has tens of rows; one batch of answers is held in memory at a time, and each is about 300 kB. */
const ROWS_GUESSED = 30
const MOST_ANSWERS = 16

/** PostgreSQL has no year 0. */
const ISO = /^[12]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

function readKey([createdAt, id, position, ...more]: unknown[]) {
  if (typeof createdAt !== 'string' || !ISO.test(createdAt) || Number.isNaN(Date.parse(createdAt)) || typeof id !== 'string' || !UUID.test(id)) return undefined
  return typeof position === 'number' && Number.isInteger(position) && position >= 0 && more.length === 0 ? { createdAt, id, position } : undefined
}

interface Kind<S> extends Pick<RowDataset, 'name' | 'title' | 'description'> {
  columns: readonly Column<S>[]
  /** What the rows of one answer are made of, always in the same order. */
  sourcesOf: (recorded: Recorded) => S[]
}

export function recordedDataset<S>({ kysely: db }: Pick<Database, 'kysely'>, { name, columns, sourcesOf, ...about }: Kind<S>): RowDataset {
  return {
    name,
    ...about,
    columns,
    query,
    async read(request, organisation) {
      const { limit, cursor, recommendation, since } = request as typeof request & Filters
      if (recommendation !== undefined && !(await isRecorded(db, organisation, recommendation))) {
        const message = `There is no recommendation '${recommendation}'.`
        throw unprocessable(message, { code: 'unknown-recommendation', errors: [{ pointer: '/recommendation', in: 'query', code: 'unknown-recommendation', message }] })
      }
      const after = keyOf(name, cursor, readKey)
      const size = Math.min(Math.ceil(limit / ROWS_GUESSED), MOST_ANSWERS)
      const rows: Row[] = []
      let last = after
      for (let from: 'at' | 'after' = 'at'; ; from = 'after') {
        const answers = await listAnswers(db, organisation, { from, key: last, recommendation, since, limit: size })
        for (const { id, createdAt, response } of answers) {
          const sources = sourcesOf({ id, createdAt, answer: JSON.parse(response) as RecommendationAnswer })
          const first: number = last?.id === id ? last.position + 1 : 0
          for (let position = first; position < sources.length; position += 1) {
            if (rows.length === limit) return { rows, nextCursor: cursorAfter(name, [last!.createdAt, last!.id, last!.position]) }
            rows.push(rowOf(columns, sources[position]!))
            last = { createdAt, id, position }
          }
          if (last?.id !== id) last = { createdAt, id, position: 0 }
        }
        if (answers.length < size) return { rows, nextCursor: null }
      }
    }
  }
}

import { Type, type Static } from 'typebox'
import type { Database } from '../db/database.js'
import { unprocessable } from '../errors.js'
import { EXAMPLE_ID } from '../recommendations/examples.js'
import type { RecommendationAnswer } from '../recommendations/schemas.js'
import type { Column } from './columns.js'
import type { RowDataset } from './dataset.js'
import { pageInOrder } from './in-order.js'
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
      return pageInOrder({
        name,
        columns,
        limit,
        cursor,
        batch: Math.min(Math.ceil(limit / ROWS_GUESSED), MOST_ANSWERS),
        list: (batch) => listAnswers(db, organisation, { ...batch, recommendation, since }),
        sourcesOf: ({ id, createdAt, response }) => sourcesOf({ id, createdAt, answer: JSON.parse(response) as RecommendationAnswer })
      })
    }
  }
}

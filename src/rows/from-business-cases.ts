import { Type } from 'typebox'
import { APPROVED_EXAMPLE_ID } from '../business-cases/examples.js'
import { findCase, listCasesInOrder, type StoredCase, type Wanted } from '../business-cases/queries.js'
import type { Database } from '../db/database.js'
import { unprocessable } from '../errors.js'
import type { Column } from './columns.js'
import type { RowDataset } from './dataset.js'
import { pageInOrder } from './in-order.js'

const query = { businessCase: Type.Optional(Type.String({ format: 'uuid', maxLength: 36, description: 'Only the rows of this business case.', examples: [APPROVED_EXAMPLE_ID] })) }

/** A case with its appraisal may be some hundred kB; so few are held in memory at a time. */
const MOST_CASES = 8

interface Kind<S> extends Pick<RowDataset, 'name' | 'title' | 'description'> {
  columns: readonly Column<S>[]
  /** What has to be held of a case for it to have rows, and what is read of it. */
  wanted: Wanted
  rowsGuessed: number
  sourcesOf: (stored: StoredCase) => S[]
}

/** Rows out of business cases, those made first coming first. */
export function businessCaseDataset<S>({ kysely: db }: Pick<Database, 'kysely'>, { name, columns, wanted, rowsGuessed, sourcesOf, ...about }: Kind<S>): RowDataset {
  return {
    name,
    ...about,
    columns,
    query,
    async read(request, organisation) {
      const { limit, cursor, businessCase } = request as typeof request & { businessCase?: string }
      if (businessCase !== undefined && (await findCase(db, organisation, businessCase)) === undefined) {
        const message = `There is no business case '${businessCase}'.`
        throw unprocessable(message, { code: 'unknown-business-case', errors: [{ pointer: '/businessCase', in: 'query', code: 'unknown-business-case', message }] })
      }
      return pageInOrder({ name, columns, limit, cursor, batch: Math.min(Math.ceil(limit / rowsGuessed), MOST_CASES), list: (batch) => listCasesInOrder(db, organisation, { ...batch, businessCase, wanted }), sourcesOf })
    }
  }
}

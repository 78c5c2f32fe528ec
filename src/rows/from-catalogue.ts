import { evidenceQuery, viewFor, type EvidenceQuery } from '../catalogue/evidence-query.js'
import type { CatalogueService } from '../catalogue/service.js'
import type { CatalogueView } from '../catalogue/view.js'
import { rowOf, type Column, type Row } from './columns.js'
import { cursorAfter, keyOf, type RowDataset } from './dataset.js'

interface Kind<S> extends Pick<RowDataset, 'name' | 'title' | 'description'> {
  /** The first is the id, which the rows are in order of. */
  columns: readonly Column<S>[]
  sourcesOf: (view: CatalogueView) => S[]
}

const readKey = ([id, ...more]: unknown[]) => (typeof id === 'string' && more.length === 0 ? id : undefined)

/** Rows out of the catalogue in memory, made once for each view of the evidence. */
export function catalogueDataset<S>(catalogue: CatalogueService, { name, columns, sourcesOf, ...about }: Kind<S>): RowDataset {
  const made = new WeakMap<CatalogueView, Row[]>()
  const rowsOf = (view: CatalogueView) => {
    let rows = made.get(view)
    if (rows === undefined) {
      rows = sourcesOf(view).map((source) => rowOf(columns, source)).sort((a, b) => (a['id']! < b['id']! ? -1 : 1))
      made.set(view, rows)
    }
    return rows
  }
  return {
    name,
    ...about,
    columns,
    query: evidenceQuery,
    async read(request) {
      const { limit, cursor, ...view } = request as typeof request & EvidenceQuery
      const after = keyOf(name, cursor, readKey)
      const all = rowsOf(viewFor(catalogue, view))
      const start = after === null ? 0 : firstAfter(all, after)
      const rows = all.slice(start, start + limit)
      return { rows, nextCursor: start + limit < all.length ? cursorAfter(name, [rows.at(-1)!['id'] as string]) : null }
    }
  }
}

/** By halves, so that a late page costs what an early one does. */
function firstAfter(rows: readonly Row[], id: string): number {
  let [low, high] = [0, rows.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (rows[middle]!['id']! > id) high = middle
    else low = middle + 1
  }
  return low
}

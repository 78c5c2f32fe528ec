import { Type, type Static } from 'typebox'
import type { Areas } from '../areas/areas.js'
import { requireCouncil } from '../areas/service.js'
import { MEASURES } from '../benchmarks/data-files.js'
import type { BenchmarkService } from '../benchmarks/service.js'
import type { StatisticsService } from '../indicators/service.js'
import { ATTRIBUTION } from '../indicators/vocabulary.js'
import { BENCHMARK_COLUMNS } from './benchmark-columns.js'
import { rowOf, type Row } from './columns.js'
import { cursorAfter, keyOf, type RowDataset } from './dataset.js'
import { areaQuery, indicatorQuery, refuse, requireIndicator } from './figure-rows.js'

const query = {
  area: areaQuery,
  indicator: indicatorQuery,
  year: Type.Optional(Type.Integer({ minimum: 1900, maximum: 2100, description: 'Only figures for this year; without it, the latest of each.', examples: [2024] }))
}
type Filters = Partial<Static<ReturnType<typeof Type.Object<typeof query>>>>

const readKey = ([area, key, ...more]: unknown[]) => (typeof area === 'string' && typeof key === 'string' && more.length === 0 ? { area, key } : undefined)

/** What is compared for each council of today, in order of its code: worked out for the councils of the page alone. */
export function benchmarkDataset({ areas, benchmarks, statistics }: { areas: Areas; benchmarks: BenchmarkService; statistics: StatisticsService }): RowDataset {
  const name = 'benchmarks'
  return {
    name,
    title: 'Councils beside England, their region and their neighbours',
    description: `A row for each measure of each council of today, in order of its code: its rate on one population base beside England, its region, all councils, its statistical neighbours and its own past. A count that is withheld is compared with nothing. ${ATTRIBUTION}`,
    columns: BENCHMARK_COLUMNS,
    query,
    async read(request) {
      const { limit, cursor, area, indicator, year } = request as typeof request & Filters
      const after = keyOf(name, cursor, readKey)
      requireIndicator(indicator, MEASURES.map((one) => one.indicator))
      const councils = area === undefined ? areas.councils : [requireCouncil(areas, area, { in: 'query', pointer: '/area' }).area]
      const left = after === null ? councils : councils.filter(({ code }) => code >= after.area)
      const perCouncil = indicator === undefined ? MEASURES.length : MEASURES.filter((one) => one.indicator === indicator).length
      // One more, as a page may start within a council: every page is worked out in one go.
      const step = Math.ceil((limit + 1) / perCouncil) + 1
      const rows: { area: string; key: string; row: Row }[] = []
      for (let at = 0; at < left.length && rows.length <= limit; at += step) {
        for (const { area: council, items } of await benchmarks.benchmarksOfAll(left.slice(at, at + step), year ?? null)) {
          for (const item of items) {
            if ((indicator !== undefined && item.indicator !== indicator) || (after?.area === council.code && item.key <= after.key)) continue
            rows.push({ area: council.code, key: item.key, row: rowOf(BENCHMARK_COLUMNS, { area: council, item }) })
          }
        }
      }
      if (rows.length === 0 && after === null) {
        const years = await statistics.years()
        throw refuse('/year', 'no-figures', year === undefined ? 'No statistics are held.' : `No release that is held covers ${year} for what is compared. Figures are held for ${years.at(-1)} to ${years[0]}.`, years.slice(0, 3).map(String))
      }
      const last = rows[limit - 1]
      return { rows: rows.slice(0, limit).map(({ row }) => row), nextCursor: rows.length > limit ? cursorAfter(name, [last!.area, last!.key]) : null }
    }
  }
}

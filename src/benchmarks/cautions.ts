import { CAUTIONS } from './data-files.js'
import type { AreaBenchmarks, Benchmark } from './schemas.js'

/** What deprivation is told by, and how each is called in a sentence. */
const DEPRIVATION: Record<string, (item: Benchmark) => string> = {
  'children-in-low-income-percent': ({ value, year }) => `${value}% of children under 16 lived in low income families in the year to March ${year}`,
  'idaci-average-score': ({ value, year }) => `the average score of income deprivation affecting children is ${value} (${year})`,
  'imd-average-score': ({ value, year }) => `that of multiple deprivation is ${value} (${year})`
}

/** How to read the comparison. The caution on deprivation gives the council's own figures beside those of its neighbours. */
export function cautionsFor(items: readonly Benchmark[]): AreaBenchmarks['cautions'] {
  const told = Object.entries(DEPRIVATION).flatMap(([indicator, words]) => {
    const item = items.find((one) => one.indicator === indicator)
    if (item === undefined || item.value === null) return []
    const beside = [
      ...(item.neighbours.median === null ? [] : [`median of its statistical neighbours ${item.neighbours.median}`]),
      ...(item.england.value === null ? (item.councils.median === null ? [] : [`median of all councils ${item.councils.median}`]) : [`England ${item.england.value}`])
    ]
    const notes = [...(item.estimated ? ['an estimate'] : []), ...beside]
    return [`${words(item)}${notes.length === 0 ? '' : ` (${notes.join('; ')})`}`]
  })
  return CAUTIONS.map((caution) => (caution.code === 'deprivation' && told.length > 0 ? { ...caution, message: `${caution.message} Here ${told.join('; ')}.` } : caution))
}

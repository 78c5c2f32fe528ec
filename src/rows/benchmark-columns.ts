import type { Area } from '../areas/areas.js'
import type { Benchmark } from '../benchmarks/schemas.js'
import { LICENCE } from '../indicators/vocabulary.js'
import { joined, sourceIds, type Column } from './columns.js'
import { AREA_COLUMNS } from './figure-columns.js'

interface Compared {
  area: Area
  item: Benchmark
}

const STATUS = 'Why it is null where it is: `suppressed`, `unavailable` and so on; otherwise `ok`.'

export const BENCHMARK_COLUMNS: Column<Compared>[] = [
  ...AREA_COLUMNS,
  { name: 'key', type: 'text', nullable: false, description: 'Identifies the measure among those of a council.', of: ({ item }) => item.key },
  { name: 'indicator', type: 'text', nullable: false, description: 'The code of the indicator.', of: ({ item }) => item.indicator },
  { name: 'label', type: 'text', nullable: false, description: 'What it counts.', of: ({ item }) => item.label },
  { name: 'group', type: 'text', nullable: false, description: 'The group of the indicator.', of: ({ item }) => item.group },
  { name: 'need', type: 'text', nullable: true, description: 'The code of the need that it speaks to.', of: ({ item }) => item.need },
  { name: 'year', type: 'integer', nullable: false, description: 'The year that the figures are for.', of: ({ item }) => item.year },
  { name: 'measure', type: 'text', nullable: false, description: '`rate`, worked out here on one population, or `as-published`.', of: ({ item }) => item.measure },
  { name: 'unit', type: 'text', nullable: false, description: 'Of everything compared in the row.', of: ({ item }) => item.unit },
  { name: 'count', type: 'number', nullable: true, description: 'The count that a rate was worked out from.', of: ({ item }) => item.count?.value },
  { name: 'countStatus', type: 'text', nullable: true, description: `${STATUS} Null where the measure has no count.`, of: ({ item }) => item.count?.status },
  { name: 'value', type: 'number', nullable: true, description: 'The measure.', of: ({ item }) => item.value },
  { name: 'status', type: 'text', nullable: false, description: STATUS, of: ({ item }) => item.status },
  { name: 'estimated', type: 'boolean', nullable: false, description: 'Whether the value is an estimate; `warnings` says how it was made.', of: ({ item }) => item.estimated },
  { name: 'england', type: 'number', nullable: true, description: 'The measure of England.', of: ({ item }) => item.england.value },
  { name: 'englandStatus', type: 'text', nullable: false, description: STATUS, of: ({ item }) => item.england.status },
  { name: 'region', type: 'number', nullable: true, description: 'The measure of the region.', of: ({ item }) => item.region.value },
  { name: 'regionStatus', type: 'text', nullable: false, description: STATUS, of: ({ item }) => item.region.status },
  { name: 'percentile', type: 'integer', nullable: true, description: 'The share of councils that are lower, 0 to 100, those that are equal counting half.', of: ({ item }) => item.councils.percentile },
  { name: 'councilsMedian', type: 'number', nullable: true, description: 'The median of the councils whose figure is published.', of: ({ item }) => item.councils.median },
  { name: 'councilsPublished', type: 'integer', nullable: false, description: 'How many those are.', of: ({ item }) => item.councils.published },
  { name: 'councilsNotPublished', type: 'integer', nullable: false, description: 'How many councils have no published figure.', of: ({ item }) => item.councils.notPublished },
  { name: 'neighboursMedian', type: 'number', nullable: true, description: 'The median of the statistical neighbours whose figure is published.', of: ({ item }) => item.neighbours.median },
  { name: 'neighboursRank', type: 'integer', nullable: true, description: 'The rank among the neighbours and the council itself, 1 the highest.', of: ({ item }) => item.neighbours.rank },
  { name: 'neighboursPublished', type: 'integer', nullable: false, description: 'How many neighbours have a published figure.', of: ({ item }) => item.neighbours.published },
  { name: 'standing', type: 'text', nullable: false, description: 'High here, common everywhere, both or neither.', of: ({ item }) => item.standing },
  { name: 'slopePerYear', type: 'number', nullable: true, description: 'Change a year over the last six, by least squares; null with fewer than three published.', of: ({ item }) => item.trend.slopePerYear },
  { name: 'changeSinceYearBefore', type: 'number', nullable: true, description: 'The difference to the year before; null where either is not published.', of: ({ item }) => item.change?.difference },
  { name: 'changePercent', type: 'number', nullable: true, description: 'The same in percent.', of: ({ item }) => item.change?.percent },
  { name: 'release', type: 'text', nullable: false, description: 'The year of the release that the council’s figure is out of.', of: ({ item }) => item.release },
  { name: 'populationBase', type: 'text', nullable: true, description: 'The population that everything compared in the row is of.', of: ({ item }) => item.populationBase },
  { name: 'warnings', type: 'text', nullable: true, description: "How the row is to be read, parted by '; '.", of: ({ item }) => joined(item.warnings.map(({ message }) => message)) },
  { name: 'sourceIds', type: 'text', nullable: true, description: "The data sets that it was worked out from, parted by '; '.", of: ({ item }) => sourceIds(item.sources) },
  { name: 'licence', type: 'text', nullable: false, description: 'Under which the figures may be used. The description of the table has the attribution to show with them.', of: () => LICENCE }
]

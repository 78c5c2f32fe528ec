import type { Area } from '../areas/areas.js'
import { citeSeries, estimateNote, periodText, populationBaseOf, seriesKey, yearOf, type Series } from '../indicators/figures.js'
import { LICENCE } from '../indicators/vocabulary.js'
import { joined, type Column } from './columns.js'
import type { StoredFigure } from './queries.js'

interface FigureSource {
  figure: StoredFigure
  series: Series
  area: Area
  newest: boolean
}

export const AREA_COLUMNS: Column<{ area: Area }>[] = [
  { name: 'areaCode', type: 'text', nullable: false, description: 'The ONS code in force.', of: ({ area }) => area.code },
  { name: 'areaDfeCode', type: 'text', nullable: true, description: "The Department for Education's three digits, which outlive a change of ONS code; null for regions and England.", of: ({ area }) => area.dfeCode },
  { name: 'areaName', type: 'text', nullable: false, description: 'Its name.', of: ({ area }) => area.name },
  { name: 'areaLevel', type: 'text', nullable: false, description: '`council`, `region` or `country`.', of: ({ area }) => area.level },
  { name: 'regionCode', type: 'text', nullable: true, description: 'The ONS code of its region; Inner and Outer London are parts of London.', of: ({ area }) => area.region }
]

export const FIGURE_COLUMNS: Column<FigureSource>[] = [
  ...AREA_COLUMNS,
  { name: 'key', type: 'text', nullable: false, description: 'Identifies the figure among those of an area and year: indicator, filters and kind of year.', of: ({ series }) => seriesKey(series) },
  { name: 'indicator', type: 'text', nullable: false, description: 'The code of the indicator.', of: ({ series }) => series.indicator },
  { name: 'label', type: 'text', nullable: false, description: 'What it counts.', of: ({ series }) => series.label },
  { name: 'group', type: 'text', nullable: false, description: 'The group of the indicator.', of: ({ series }) => series.group },
  { name: 'unit', type: 'text', nullable: false, description: 'What is counted; `not-stated` for a column that the service does not know.', of: ({ series }) => series.unit },
  { name: 'filters', type: 'text', nullable: true, description: "What parts the rows of the data set, as 'name: value' parted by '; '.", of: ({ series }) => joined(Object.entries(series.filters).map(([name, value]) => `${name}: ${value}`)) },
  { name: 'year', type: 'integer', nullable: false, description: 'The year that the period ends in.', of: ({ figure }) => yearOf(figure.period) },
  { name: 'period', type: 'text', nullable: false, description: 'As published: `2025`, or `2024/25`.', of: ({ figure }) => periodText(figure.period) },
  { name: 'timeIdentifier', type: 'text', nullable: false, description: 'The kind of year.', of: ({ series }) => series.timeIdentifier },
  { name: 'value', type: 'number', nullable: true, description: 'The figure; null unless the status is `ok`. A figure that is withheld is never zero.', of: ({ figure }) => figure.value },
  { name: 'status', type: 'text', nullable: false, description: '`ok`, `suppressed`, `not-applicable`, `unavailable`, `rounds-to-zero` or `low-reliability`.', of: ({ figure }) => figure.status },
  { name: 'estimated', type: 'boolean', nullable: false, description: 'Whether the value is an estimate.', of: ({ figure }) => figure.estimated },
  { name: 'note', type: 'text', nullable: true, description: 'How an estimate was made.', of: ({ figure, series }) => (figure.estimated ? estimateNote(series) : null) },
  { name: 'newest', type: 'boolean', nullable: false, description: 'Whether no newer release gives the same figure.', of: ({ newest }) => newest },
  { name: 'dataset', type: 'text', nullable: false, description: 'The data set that it comes from.', of: ({ series }) => series.dataset.slug },
  { name: 'datasetTitle', type: 'text', nullable: false, description: 'The title of the data set.', of: ({ series }) => series.dataset.title },
  { name: 'release', type: 'text', nullable: false, description: 'The year of the release.', of: ({ series }) => series.dataset.release },
  { name: 'publisher', type: 'text', nullable: false, description: 'Who published it.', of: ({ series }) => series.dataset.publisher },
  { name: 'section', type: 'text', nullable: false, description: 'Where in the data set it stands.', of: ({ series }) => citeSeries(series).section },
  { name: 'populationBase', type: 'text', nullable: true, description: 'The population that a rate, a share of children or a mean score is of. Rates on different bases are never to be compared.', of: ({ series }) => populationBaseOf(series) },
  { name: 'url', type: 'text', nullable: true, description: 'Where the release is published.', of: ({ series }) => series.dataset.url },
  { name: 'licence', type: 'text', nullable: false, description: 'Under which the figures may be used. The description of the table has the attribution to show with them.', of: () => LICENCE }
]

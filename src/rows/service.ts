import type { Areas } from '../areas/areas.js'
import type { BenchmarkService } from '../benchmarks/service.js'
import type { CatalogueService } from '../catalogue/service.js'
import type { Database } from '../db/database.js'
import type { StatisticsService } from '../indicators/service.js'
import { benchmarkDataset } from './benchmark-rows.js'
import { BUSINESS_CASE_COLUMNS, CASH_FLOW_COLUMNS, REALISATION_COLUMNS, caseRows, flowRows, realisationRows } from './business-case-columns.js'
import { CLAIM_COLUMNS, INTERVENTION_COLUMNS, claimsOf, entriesOf } from './catalogue-columns.js'
import type { RowDataset } from './dataset.js'
import { figureDataset } from './figure-rows.js'
import { businessCaseDataset } from './from-business-cases.js'
import { catalogueDataset } from './from-catalogue.js'
import { GAP_WARNING_COLUMNS, warned } from './gap-warning-columns.js'
import { RECOMMENDATION_COLUMNS, rankedNeeds } from './recommendation-columns.js'
import { LATE_RECORDS, recordedDataset } from './recorded.js'

interface Parts {
  database: Pick<Database, 'kysely'>
  catalogue: CatalogueService
  areas: Areas
  statistics: StatisticsService
  benchmarks: BenchmarkService
}

/** The one list of tables for BI. A new one joins here, and leaves the list below. */
export function rowDatasets({ database, catalogue, areas, statistics, benchmarks }: Parts): RowDataset[] {
  return [
    recordedDataset(database, {
      name: 'recommendations',
      title: 'What was recommended',
      description: `A row for each need of each entry that a decision record lists, oldest record first, each record in the order of its answer. Previews are not recorded, so they have no rows. ${LATE_RECORDS}`,
      columns: RECOMMENDATION_COLUMNS,
      sourcesOf: rankedNeeds
    }),
    recordedDataset(database, {
      name: 'gap-warnings',
      title: 'What was warned of',
      description: `A row for each gap warning of each decision record, oldest record first, each record in the order of its answer. ${LATE_RECORDS}`,
      columns: GAP_WARNING_COLUMNS,
      sourcesOf: warned
    }),
    catalogueDataset(catalogue, {
      name: 'interventions',
      title: 'The entries of the catalogue',
      description: 'A row for each entry of the catalogue, in order of its id. Most entries are no responses to families: filter by role.',
      columns: INTERVENTION_COLUMNS,
      sourcesOf: entriesOf
    }),
    catalogueDataset(catalogue, {
      name: 'claims',
      title: 'The claims of the catalogue',
      description: 'A row for each claim that a source makes for an entry, a need, an outcome and a population, in order of its id.',
      columns: CLAIM_COLUMNS,
      sourcesOf: claimsOf
    }),
    figureDataset({ database, areas, statistics }),
    benchmarkDataset({ areas, benchmarks, statistics }),
    businessCaseDataset(database, {
      name: 'business-cases',
      title: 'Business cases',
      description: 'A row for each business case, the first that was begun coming first, as it stands now.',
      columns: BUSINESS_CASE_COLUMNS,
      wanted: 'case',
      rowsGuessed: 1,
      sourcesOf: caseRows
    }),
    businessCaseDataset(database, {
      name: 'cash-flows',
      title: 'Cash flows of business cases',
      description: 'A row for each line, year, agency and ledger of the stored appraisal of each business case that was submitted, every option of it.',
      columns: CASH_FLOW_COLUMNS,
      wanted: 'appraisal',
      rowsGuessed: 40,
      sourcesOf: flowRows
    }),
    businessCaseDataset(database, {
      name: 'realisation',
      title: 'Benefits, forecast and measured',
      description: 'A row for each benefit and period of each business case that was approved: forecast, actual, and whether it may be claimed.',
      columns: REALISATION_COLUMNS,
      wanted: 'register',
      rowsGuessed: 10,
      sourcesOf: (stored) => realisationRows(stored)
    })
  ]
}

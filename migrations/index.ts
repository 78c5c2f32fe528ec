import type { Migration } from 'kysely'
import * as tables from './001-tables.js'
import * as statistics from './002-statistics.js'

/** Every migration, in order. Listed by hand, so that they load alike from src and from dist. */
export const MIGRATIONS: Record<string, Migration> = {
  '001-tables': tables,
  '002-statistics': statistics
}

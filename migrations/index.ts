import type { Migration } from 'kysely'
import * as tables from './001-tables.js'
import * as statistics from './002-statistics.js'
import * as needsProfiles from './003-needs-profiles.js'
import * as rows from './004-rows.js'
import * as unitCosts from './005-unit-costs.js'
import * as businessCases from './006-business-cases.js'
import * as estimates from './007-estimates.js'
import * as access from './008-access.js'
import * as idempotency from './010-idempotency.js'
import * as notify from './011-notify.js'

/** Every migration, in order. Listed by hand, so that they load alike from src and from dist. */
export const MIGRATIONS: Record<string, Migration> = {
  '001-tables': tables,
  '002-statistics': statistics,
  '003-needs-profiles': needsProfiles,
  '004-rows': rows,
  '005-unit-costs': unitCosts,
  '006-business-cases': businessCases,
  '007-estimates': estimates,
  '008-access': access,
  '010-idempotency': idempotency,
  '011-notify': notify
}

import { sql, type Kysely } from 'kysely'

/**
 * Rows for BI are derived from the recorded answers as they are read, oldest first. A row-value
 * comparison, (created_at, id) >= (...), walks an index only where both columns run the same way, so
 * this index takes the place of the mixed one.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index recommendation_in_order on recommendation (organisation_id, created_at, id)`.execute(db)
  await sql`drop index recommendation_by_organisation`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`create index recommendation_by_organisation on recommendation (organisation_id, created_at desc, id)`.execute(db)
  await sql`drop index recommendation_in_order`.execute(db)
}

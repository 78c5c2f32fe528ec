import { sql, type Kysely } from 'kysely'

/** A number that its file marks as an estimate is never shown as a bare one. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table observation add column estimated boolean not null default false`.execute(db)
  await sql`alter table observation add check (not estimated or value is not null)`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`alter table observation drop column estimated`.execute(db)
}

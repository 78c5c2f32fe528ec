import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // json, not jsonb: jsonb refuses text that holds the character U+0000, which JSON may hold.
  await sql`
    create table needs_profile (
      id uuid primary key,
      organisation_id uuid not null references organisation (id),
      version integer not null check (version > 0),
      created_at timestamptz not null,
      updated_at timestamptz not null,
      document json not null
    )`.execute(db)
  await sql`create index needs_profile_in_order on needs_profile (organisation_id, created_at desc, id desc)`.execute(db)
  await sql`
    create table needs_profile_version (
      needs_profile_id uuid not null references needs_profile (id),
      version integer not null check (version > 0),
      created_at timestamptz not null,
      document json not null,
      primary key (needs_profile_id, version)
    )`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table needs_profile_version`.execute(db)
  await sql`drop table needs_profile`.execute(db)
}

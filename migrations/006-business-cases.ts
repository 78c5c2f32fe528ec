import { sql, type Kysely } from 'kysely'

// The words below are a copy of src/business-cases/vocabulary.ts and src/indicators/vocabulary.ts as they stood.
const TABLES = ['business_case_actual', 'business_case_register', 'business_case_version', 'business_case', 'business_case_submission']
const state = sql.raw(`text not null check (state in ('draft', 'submitted', 'returned', 'approved', 'in-delivery', 'closed'))`)

export async function up(db: Kysely<unknown>): Promise<void> {
  // What was put forward: the evidence and the appraisal as they were on that day. Never changed.
  await sql`
    create table business_case_submission (
      id uuid primary key,
      created_at timestamptz not null,
      request json not null,
      evidence json not null,
      appraisal json not null
    )`.execute(db)

  // json, not jsonb: jsonb refuses text that holds the character U+0000, which JSON may hold.
  await sql`
    create table business_case (
      id uuid primary key,
      organisation_id uuid not null references organisation (id),
      version integer not null check (version > 0),
      state ${state},
      area_code text,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      document json not null,
      submission_id uuid references business_case_submission (id)
    )`.execute(db)
  await sql`create index business_case_in_order on business_case (organisation_id, created_at, id)`.execute(db)

  await sql`
    create table business_case_version (
      business_case_id uuid not null references business_case (id),
      version integer not null check (version > 0),
      created_at timestamptz not null,
      change text not null check (change in ('created', 'edited', 'transition')),
      state ${state},
      document json not null,
      submission_id uuid references business_case_submission (id),
      transition json,
      primary key (business_case_id, version),
      check ((change = 'transition') = (transition is not null))
    )`.execute(db)

  // One for a case: of two approvals at once, one finds it there.
  await sql`
    create table business_case_register (
      business_case_id uuid primary key references business_case (id),
      created_at timestamptz not null,
      document json not null
    )`.execute(db)

  // Entries are added and never changed. An entry is corrected once, by one that names it; that one may be corrected in turn.
  await sql`
    create table business_case_actual (
      position bigint generated always as identity unique,
      id uuid primary key,
      business_case_id uuid not null references business_case (id),
      benefit text not null,
      period text not null,
      value numeric,
      status text not null check (status in ('ok', 'suppressed', 'not-applicable', 'unavailable', 'rounds-to-zero', 'low-reliability')),
      recorded_at timestamptz not null,
      corrects uuid unique references business_case_actual (id),
      document json not null,
      check ((status = 'ok') = (value is not null))
    )`.execute(db)
  await sql`create unique index business_case_actual_first on business_case_actual (business_case_id, benefit, period) where corrects is null`.execute(db)
  await sql`create index business_case_actual_in_order on business_case_actual (business_case_id, position)`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of TABLES) await sql`drop table ${sql.table(table)}`.execute(db)
}

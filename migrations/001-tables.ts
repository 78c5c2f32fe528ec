import { sql, type Kysely } from 'kysely'

// The words below are a copy of src/catalogue/vocabulary.ts as it stood: a migration that has run
// never changes. A new word needs a new migration; test/db/migrations.test.ts says when.
const DOCUMENT_TABLES = ['source', 'need', 'standard', 'family', 'age', 'gap', 'question', 'context_figure']

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table organisation (
      id uuid primary key,
      name text not null,
      area_code text,
      created_at timestamptz not null default now()
    )`.execute(db)
  await sql`insert into organisation (id, name) values ('00000000-0000-4000-8000-000000000001', 'Local organisation')`.execute(db)

  await sql`
    create table catalogue_version (
      id bigint generated always as identity primary key,
      content_hash text not null,
      origin text not null check (origin in ('shipped', 'curated')),
      reason text,
      created_at timestamptz not null default now()
    )`.execute(db)

  for (const name of DOCUMENT_TABLES) {
    await sql`
      create table ${sql.table(`catalogue_${name}`)} (
        version bigint not null references catalogue_version (id),
        id text not null,
        document json not null,
        primary key (version, id)
      )`.execute(db)
  }

  await sql`
    create table catalogue_intervention (
      version bigint not null references catalogue_version (id),
      id text not null,
      name text not null,
      kind text not null check (kind in ('programme', 'practice', 'assessment-tool', 'process', 'workforce', 'system-model', 'local-initiative')),
      role text not null check (role in ('response', 'engagement', 'assessment', 'system', 'workforce', 'comparator', 'context')),
      document json not null,
      primary key (version, id)
    )`.execute(db)

  await sql`
    create table catalogue_intervention_need (
      version bigint not null,
      intervention_id text not null,
      need_code text not null,
      primary key (version, intervention_id, need_code),
      foreign key (version, intervention_id) references catalogue_intervention (version, id),
      foreign key (version, need_code) references catalogue_need (version, id)
    )`.execute(db)
  await sql`create index catalogue_intervention_need_by_need on catalogue_intervention_need (version, need_code)`.execute(db)

  await sql`
    create table catalogue_claim (
      version bigint not null,
      id text not null,
      intervention_id text not null,
      need_code text not null,
      direction text not null check (direction in ('positive', 'mixed', 'no-effect', 'harm', 'unknown')),
      strength text check (strength in ('none', 'limited', 'preliminary', 'moderate', 'evidence-based', 'strong')),
      status text not null check (status in ('rated', 'graded-in-words', 'not-rated', 'not-evaluated', 'under-evaluation', 'result-not-seen')),
      year integer not null,
      document json not null,
      primary key (version, id),
      foreign key (version, intervention_id) references catalogue_intervention (version, id),
      foreign key (version, need_code) references catalogue_need (version, id)
    )`.execute(db)
  await sql`create index catalogue_claim_by_intervention on catalogue_claim (version, intervention_id)`.execute(db)
  await sql`create index catalogue_claim_by_need on catalogue_claim (version, need_code)`.execute(db)

  await sql`
    create table recommendation (
      id uuid primary key,
      organisation_id uuid not null references organisation (id),
      created_at timestamptz not null,
      catalogue_version bigint not null references catalogue_version (id),
      model_version text not null,
      request text not null,
      response text not null
    )`.execute(db)
  await sql`create index recommendation_by_organisation on recommendation (organisation_id, created_at desc, id)`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  const tables = ['recommendation', 'catalogue_claim', 'catalogue_intervention_need', 'catalogue_intervention', ...DOCUMENT_TABLES.map((name) => `catalogue_${name}`), 'catalogue_version', 'organisation']
  for (const table of tables) await sql`drop table ${sql.table(table)}`.execute(db)
}

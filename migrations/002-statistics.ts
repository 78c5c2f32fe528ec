import { sql, type Kysely } from 'kysely'

// The words below are a copy of src/areas/vocabulary.ts and src/indicators/vocabulary.ts as they stood.
const TABLES = ['observation', 'series', 'indicator', 'dataset', 'area_neighbour', 'area_alias', 'area']

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table area (
      id smallint primary key,
      code text not null unique,
      dfe_code text,
      name text not null,
      level text not null check (level in ('country', 'region', 'council')),
      region_id smallint references area (id),
      started date,
      ended date,
      replaced_by json not null
    )`.execute(db)

  // Every word that an area is known by: codes old and new, the DfE's three digits, names.
  await sql`
    create table area_alias (
      key text not null,
      area_id smallint not null references area (id),
      kind text not null check (kind in ('ons-code', 'ended-ons-code', 'dfe-code', 'name', 'alias')),
      alias text not null,
      started date,
      ended date,
      primary key (key, area_id)
    )`.execute(db)

  await sql`
    create table area_neighbour (
      area_id smallint not null references area (id),
      rank smallint not null,
      neighbour_id smallint not null references area (id),
      closeness text not null,
      primary key (area_id, rank)
    )`.execute(db)

  await sql`
    create table dataset (
      id integer generated always as identity primary key,
      slug text not null unique,
      table_code text,
      title text not null,
      release text not null,
      publisher text not null,
      licence text not null,
      url text,
      population_base text,
      origin text not null check (origin in ('shipped', 'imported')),
      file_name text,
      hash text not null,
      first_period integer not null,
      last_period integer not null,
      imported_at timestamptz not null default now()
    )`.execute(db)
  await sql`create index dataset_by_hash on dataset (hash)`.execute(db)

  await sql`
    create table indicator (
      code text primary key,
      label text not null,
      unit text not null,
      grouping text not null
    )`.execute(db)

  // One column of one data set, for one choice of its filters.
  await sql`
    create table series (
      id integer generated always as identity primary key,
      dataset_id integer not null references dataset (id) on delete cascade,
      indicator_code text not null references indicator (code),
      source_column text not null,
      filters json not null,
      time_identifier text not null
    )`.execute(db)
  await sql`create index series_by_dataset on series (dataset_id)`.execute(db)
  await sql`create index series_by_indicator on series (indicator_code)`.execute(db)

  // No foreign keys here: checking two for each of some hundred thousand rows would cost more than
  // writing them. They are only ever written and deleted with their series, in one transaction.
  await sql`
    create table observation (
      series_id integer not null,
      period integer not null,
      area_id smallint not null,
      value numeric,
      status text not null check (status in ('ok', 'suppressed', 'not-applicable', 'unavailable', 'rounds-to-zero', 'low-reliability')),
      primary key (series_id, period, area_id),
      check ((status = 'ok') = (value is not null))
    )`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of TABLES) await sql`drop table ${sql.table(table)}`.execute(db)
}

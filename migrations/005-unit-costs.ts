import { sql, type Kysely } from 'kysely'

// The words below are a copy of src/unit-costs/vocabulary.ts as it stood.
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table unit_cost_edition (
      id integer generated always as identity primary key,
      slug text not null unique,
      title text not null,
      publisher text not null,
      licence text not null,
      published text,
      file_name text,
      hash text not null unique,
      loaded_at timestamptz not null default now()
    )`.execute(db)

  await sql`
    create table unit_cost (
      edition_id integer not null references unit_cost_edition (id) on delete cascade,
      position integer not null,
      code text not null,
      theme text not null,
      outcome text not null,
      detail text not null,
      unit_wording text not null,
      unit text not null,
      agency_wording text not null,
      agency_detail text not null,
      agency text not null,
      kind text not null check (kind in ('cost', 'saving', 'payment')),
      fiscal_value numeric,
      fiscal_price_year text,
      economic_value numeric,
      economic_price_year text,
      social_value numeric,
      social_price_year text,
      citation text not null,
      grade text check (grade in ('green', 'amber', 'red')),
      headline text,
      relation text check (relation in ('constituent', 'variant', 'other-measure', 'stand-alone')),
      primary key (edition_id, code)
    )`.execute(db)

  // What a council puts beside a national value. Only ever added to: the highest version is the current one.
  await sql`
    create table unit_cost_local_value (
      area_code text not null,
      code text not null,
      version integer not null check (version > 0),
      edition text not null,
      value numeric not null check (value >= 0),
      price_year text not null,
      unit text not null,
      source_note text not null,
      entered_by text not null,
      entered_at timestamptz not null,
      primary key (area_code, code, version)
    )`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table unit_cost_local_value`.execute(db)
  await sql`drop table unit_cost`.execute(db)
  await sql`drop table unit_cost_edition`.execute(db)
}

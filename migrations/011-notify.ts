import { sql, type Kysely } from 'kysely'

/** Says to every instance that listens that a version of the catalogue was stored, when its transaction commits and never before. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `create function evident_tell_catalogue() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
      begin
        perform pg_notify('evident_catalogue', new.id::text);
        return null;
      end $$`
    )
    .execute(db)
  await sql`create trigger tell after insert on catalogue_version for each row execute function evident_tell_catalogue()`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop trigger tell on catalogue_version`.execute(db)
  await sql`drop function evident_tell_catalogue()`.execute(db)
}

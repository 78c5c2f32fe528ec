import { sql, type Kysely } from 'kysely'

const OWN = sql.raw(`nullif(current_setting('evident.organisation', true), '')::uuid`)

/**
 * Answers that are kept so that a request sent again is not carried out again. What the request stored
 * is on record in the trail of changes; its answer is a copy that goes after a day, so it has no trail
 * of its own.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table idempotency_key (
      organisation_id uuid not null default ${OWN} references organisation (id),
      operation text not null,
      key text not null,
      fingerprint bytea not null check (octet_length(fingerprint) = 32),
      status smallint not null check (status between 200 and 299),
      headers json not null,
      body text not null,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      primary key (organisation_id, operation, key)
    )`.execute(db)
  // Kept for a day and read hardly ever: packing an answer of 300 kB would cost more than all else of keeping it.
  await sql`alter table idempotency_key alter column body set storage external`.execute(db)
  await sql`create index idempotency_key_by_expiry on idempotency_key (expires_at)`.execute(db)

  await sql`alter table idempotency_key enable row level security`.execute(db)
  await sql`alter table idempotency_key force row level security`.execute(db)
  await sql`create policy own_organisation on idempotency_key to evident_service using (organisation_id = ${OWN}) with check (organisation_id = ${OWN})`.execute(db)
  await sql`create policy administration on idempotency_key to current_user using (true) with check (true)`.execute(db)
  await sql`grant select, insert, update on idempotency_key to evident_service`.execute(db)

  // Whoever keeps a key clears away a few that are over, whosever they were: no job has to do it, on however many instances.
  await sql
    .raw(
      `create function evident_clear_idempotency_keys(most integer) returns void language sql security definer set search_path = pg_catalog, public, pg_temp as $$
        delete from idempotency_key where (organisation_id, operation, key) in (
          select organisation_id, operation, key from idempotency_key where expires_at < now() order by expires_at limit least(most, 100) for update skip locked
        )
      $$`
    )
    .execute(db)
  await sql`revoke all on function evident_clear_idempotency_keys(integer) from public`.execute(db)
  await sql`grant execute on function evident_clear_idempotency_keys(integer) to evident_service`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop function evident_clear_idempotency_keys(integer)`.execute(db)
  await sql`drop table idempotency_key`.execute(db)
}

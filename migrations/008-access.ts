import { sql, type Kysely } from 'kysely'

/**
 * Who may see and change what, held in the database itself: a role for the service, row-level security
 * on every row that a council owns, keys, and a trail of every change.
 */

const OWN = sql.raw(`nullif(current_setting('evident.organisation', true), '')::uuid`)

/** What all councils share, and what the service may do with it. */
const SHARED: Record<string, string> = {
  kysely_migration: 'select',
  catalogue_version: 'select',
  catalogue_source: 'select',
  catalogue_need: 'select',
  catalogue_standard: 'select',
  catalogue_family: 'select',
  catalogue_age: 'select',
  catalogue_gap: 'select',
  catalogue_question: 'select',
  catalogue_context_figure: 'select',
  catalogue_intervention: 'select',
  catalogue_intervention_need: 'select',
  catalogue_claim: 'select',
  area: 'select',
  area_alias: 'select',
  area_neighbour: 'select',
  dataset: 'select, insert, update, delete',
  indicator: 'select, insert, update',
  series: 'select, insert',
  observation: 'select, insert, delete',
  unit_cost_edition: 'select, insert, update',
  unit_cost: 'select, insert'
}

/** What one organisation owns. `key` names the columns that tell one row from another. */
const OWNED: { table: string; grants: string; key: string; column?: string; secret?: string; audited?: false }[] = [
  { table: 'recommendation', grants: 'select, insert', key: 'id', audited: false },
  { table: 'needs_profile', grants: 'select, insert, update', key: 'id' },
  { table: 'needs_profile_version', grants: 'select, insert', key: 'needs_profile_id,version' },
  { table: 'unit_cost_local_value', grants: 'select, insert', key: 'area_code,code,version' },
  { table: 'business_case', grants: 'select, insert, update', key: 'id' },
  { table: 'business_case_version', grants: 'select, insert', key: 'business_case_id,version' },
  { table: 'business_case_submission', grants: 'select, insert', key: 'id' },
  { table: 'business_case_register', grants: 'select, insert', key: 'business_case_id' },
  { table: 'business_case_actual', grants: 'select, insert', key: 'id' },
  { table: 'organisation', grants: 'select', key: 'id', column: 'id' },
  { table: 'api_key', grants: '', key: 'id', secret: 'hash,last_used_at' },
  { table: 'audit_entry', grants: 'select', key: '', audited: false },
  { table: 'audit_head', grants: '', key: '', audited: false }
]

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(roleScript).execute(db)

  await sql`alter table organisation add column ended_at timestamptz`.execute(db)
  await sql`create unique index organisation_by_area_code on organisation (area_code) where area_code is not null`.execute(db)

  await sql`alter table needs_profile_version add column organisation_id uuid references organisation (id)`.execute(db)
  await sql`update needs_profile_version v set organisation_id = p.organisation_id from needs_profile p where p.id = v.needs_profile_id`.execute(db)
  await sql`alter table needs_profile_version alter column organisation_id set not null`.execute(db)
  // A version belongs to whom its profile belongs to.
  await sql`alter table needs_profile add constraint needs_profile_of_organisation unique (id, organisation_id)`.execute(db)
  await sql`alter table needs_profile_version add constraint needs_profile_version_of_organisation foreign key (needs_profile_id, organisation_id) references needs_profile (id, organisation_id)`.execute(db)

  // The parts of a business case, and a council's own unit costs: what was there belongs to the one organisation that was.
  await sql`alter table business_case add constraint business_case_of_organisation unique (id, organisation_id)`.execute(db)
  for (const table of ['business_case_version', 'business_case_submission', 'business_case_register', 'business_case_actual', 'unit_cost_local_value']) {
    await sql`alter table ${sql.table(table)} add column organisation_id uuid references organisation (id)`.execute(db)
    await sql`update ${sql.table(table)} set organisation_id = '00000000-0000-4000-8000-000000000001'`.execute(db)
    await sql`alter table ${sql.table(table)} alter column organisation_id set not null, alter column organisation_id set default ${OWN}`.execute(db)
  }
  for (const table of ['business_case_version', 'business_case_register', 'business_case_actual']) {
    await sql`alter table ${sql.table(table)} add constraint ${sql.ref(`${table}_of_organisation`)} foreign key (business_case_id, organisation_id) references business_case (id, organisation_id)`.execute(db)
  }
  await sql`alter table unit_cost_local_value drop constraint unit_cost_local_value_pkey, add primary key (organisation_id, area_code, code, version)`.execute(db)

  await sql`
    create table api_key (
      id text primary key check (id ~ '^[0-9a-f]{16}$'),
      organisation_id uuid not null references organisation (id),
      name text not null,
      hash bytea not null check (octet_length(hash) = 32),
      scopes text[] not null check (cardinality(scopes) > 0 and scopes <@ array['read', 'write', 'approve', 'curate', 'admin']),
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      last_used_at timestamptz,
      revoked_at timestamptz,
      replaced_by text references api_key (id)
    )`.execute(db)
  await sql`create index api_key_by_organisation on api_key (organisation_id)`.execute(db)

  // No foreign keys: an entry tells what was, also of what is no longer there.
  await sql`
    create table audit_entry (
      organisation_id uuid not null,
      sequence bigint not null check (sequence > 0),
      at timestamptz not null,
      actor text not null,
      request_id text not null,
      action text not null check (action in ('insert', 'update', 'delete')),
      subject text not null,
      subject_id text not null,
      before text,
      after text,
      previous_hash bytea not null,
      hash bytea not null,
      primary key (organisation_id, sequence)
    )`.execute(db)
  await sql`create index audit_entry_by_subject on audit_entry (organisation_id, subject, subject_id, sequence)`.execute(db)
  await sql`
    create table audit_head (
      organisation_id uuid primary key,
      sequence bigint not null,
      hash bytea not null
    )`.execute(db)

  await createAudit(db)
  // Reckoned as the row is written: read back afterwards, an answer of 300 kB would have to be unpacked, which costs more than all else of the trail.
  for (const column of ['request', 'response']) {
    await sql`alter table recommendation add column ${sql.ref(`${column}_digest`)} text not null generated always as (evident_audit_digest(${sql.ref(column)})) stored`.execute(db)
  }
  await createLookups(db)

  await sql`grant usage on schema public to evident_service`.execute(db)
  for (const [table, grants] of Object.entries(SHARED)) await sql`grant ${sql.raw(grants)} on ${sql.table(table)} to evident_service`.execute(db)
  for (const { table, grants, key, column = 'organisation_id', secret = '', audited } of OWNED) {
    await protect(db, table, grants, column)
    if (audited !== false) await audit(db, table, column, key, secret)
  }
  for (const table of ['catalogue_version', 'dataset', 'unit_cost_edition']) await auditShared(db, table)
  await sql`create trigger audit after insert or update or delete on recommendation for each row execute function evident_audit_recommendation()`.execute(db)
  await refuseTruncate(db, 'recommendation')
  await sql`create trigger append_only before update or delete or truncate on audit_entry for each statement execute function evident_refuse_change()`.execute(db)
  await sql`create trigger append_only before delete or truncate on audit_head for each statement execute function evident_refuse_change()`.execute(db)
}

/** A role belongs to the whole server, so another database, or another instance at this moment, may have made it. A restored database needs it too. */
export const roleScript = `do $$
declare
  advice constant text := format('The database login %I may not make the role that the service needs. Have an administrator of the server run: create role evident_service nologin; grant evident_service to %I; and start again.', current_user, current_user);
begin
  if not exists (select from pg_roles where rolname = 'evident_service') then
    begin
      create role evident_service nologin;
    exception
      when duplicate_object or unique_violation then null;
      when insufficient_privilege then raise exception '%', advice using errcode = 'EV001';
    end;
  end if;
  -- From version 16 on, whoever makes a role may grant it, and cannot yet take it on.
  if not pg_has_role(current_user, 'evident_service', case when current_setting('server_version_num')::integer >= 160000 then 'SET' else 'MEMBER' end) then
    begin
      execute format('grant evident_service to %I', current_user);
    exception
      when insufficient_privilege then raise exception '%', advice using errcode = 'EV001';
    end;
  end if;
end $$`

/**
 * The service sees and writes the rows of the acting organisation alone; the owner, who migrates and
 * administers, sees all, also where it is no superuser; nobody else sees any.
 */
async function protect(db: Kysely<unknown>, table: string, grants: string, column = 'organisation_id') {
  const own = sql`${sql.ref(column)} = ${OWN}`
  await sql`alter table ${sql.table(table)} enable row level security`.execute(db)
  await sql`alter table ${sql.table(table)} force row level security`.execute(db)
  await sql`create policy own_organisation on ${sql.table(table)} to evident_service using (${own}) with check (${own})`.execute(db)
  await sql`create policy administration on ${sql.table(table)} to current_user using (true) with check (true)`.execute(db)
  if (grants !== '') await sql`grant ${sql.raw(grants)} on ${sql.table(table)} to evident_service`.execute(db)
}

/** @param secret columns that the trail leaves out; a change of nothing else is no change. Not for a table with a json column. */
async function audit(db: Kysely<unknown>, table: string, column: string, key: string, secret: string) {
  const [of, by, without] = [column, key, secret].map((text) => sql.lit(text))
  await sql`create trigger audit after insert or update or delete on ${sql.table(table)} for each row execute function evident_audit(${of}, ${by}, ${without})`.execute(db)
  await refuseTruncate(db, table)
}

/**
 * A change of what all councils share. Its transaction may take long, and whoever writes to a trail
 * holds it until the end: so this is written when the transaction ends.
 */
async function auditShared(db: Kysely<unknown>, table: string) {
  await sql`create constraint trigger audit after insert or update or delete on ${sql.table(table)} deferrable initially deferred for each row execute function evident_audit('', 'id', '')`.execute(db)
  await refuseTruncate(db, table)
}

/** Truncating would pass the trail by. */
const refuseTruncate = (db: Kysely<unknown>, table: string) =>
  sql`create trigger no_truncate before truncate on ${sql.table(table)} for each statement execute function evident_refuse_change()`.execute(db)

/**
 * The trail. An entry is chained to the one before by SHA-256 over all its fields and the hash before,
 * each field as its length in bytes, a colon and the text, and null as a hyphen, so that no two entries
 * come to the same bytes. The functions run as the owner: the service can neither write entries of its
 * own nor leave one out.
 */
async function createAudit(db: Kysely<unknown>) {
  await sql
    .raw(
      `create function evident_audit_field(given text) returns text language sql immutable set search_path = pg_catalog, pg_temp
      as $$ select coalesce(octet_length(convert_to(given, 'UTF8'))::text || ':' || given, '-') $$`
    )
    .execute(db)

  await sql
    .raw(
      `create function evident_append_audit(organisation uuid, did text, of_table text, of_id text, was text, is_now text) returns void
      language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
      declare
        who text := coalesce(current_setting('evident.actor', true), '');
        request text := coalesce(current_setting('evident.request', true), '');
        head record;
        moment timestamptz;
        chained bytea;
      begin
        if who = '' then
          if current_setting('role') = 'evident_service' then
            raise exception 'Nobody is said to make this change of %', of_table using errcode = '42501';
          end if;
          who := 'database:' || session_user;
        end if;
        select h.sequence, h.hash into head from audit_head h where h.organisation_id = organisation for update;
        if not found then
          insert into audit_head (organisation_id, sequence, hash) values (organisation, 0, decode(repeat('00', 32), 'hex')) on conflict do nothing;
          select h.sequence, h.hash into head from audit_head h where h.organisation_id = organisation for update;
        end if;
        moment := clock_timestamp();
        chained := sha256(convert_to(concat(
          evident_audit_field('evident-audit-1'),
          evident_audit_field(organisation::text),
          evident_audit_field((head.sequence + 1)::text),
          evident_audit_field(to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')),
          evident_audit_field(who),
          evident_audit_field(request),
          evident_audit_field(did),
          evident_audit_field(of_table),
          evident_audit_field(of_id),
          evident_audit_field(was),
          evident_audit_field(is_now),
          evident_audit_field(encode(head.hash, 'hex'))
        ), 'UTF8'));
        insert into audit_entry (organisation_id, sequence, at, actor, request_id, action, subject, subject_id, before, after, previous_hash, hash)
          values (organisation, head.sequence + 1, moment, who, request, did, of_table, of_id, was, is_now, head.hash, chained);
        update audit_head h set sequence = head.sequence + 1, hash = chained where h.organisation_id = organisation;
      end $$`
    )
    .execute(db)

  // json, not jsonb, which refuses the character U+0000 that a document may hold.
  await sql
    .raw(
      `create function evident_audit_text(held json, without text[]) returns text language sql immutable set search_path = pg_catalog, pg_temp
      as $$ select case when without = '{}' then held::text else (select json_object_agg(key, value order by place)::text from json_each(held) with ordinality as part (key, value, place) where key <> all (without)) end $$`
    )
    .execute(db)

  await sql
    .raw(
      `create function evident_audit() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
      declare
        without text[] := string_to_array(tg_argv[2], ',');
        was text;
        is_now text;
        owner uuid;
        of_id text;
      begin
        if tg_op <> 'INSERT' then was := evident_audit_text(row_to_json(old), without); end if;
        if tg_op <> 'DELETE' then is_now := evident_audit_text(row_to_json(new), without); end if;
        if was is distinct from is_now then
          -- The columns by their names: read out of the json, a character U+0000 anywhere in it would be an error.
          execute format('select %s, concat_ws(''/'', %s)', case when tg_argv[0] = '' then 'null' else format('($1).%I', tg_argv[0]) end, (select string_agg(format('($1).%I', name), ', ' order by place) from unnest(string_to_array(tg_argv[1], ',')) with ordinality as keys (name, place)))
            into owner, of_id using coalesce(new, old);
          -- What all councils share stands in the trail of whoever changed it; the service's own doings have one under the nil id.
          owner := coalesce(owner, nullif(current_setting('evident.organisation', true), '')::uuid, '00000000-0000-0000-0000-000000000000');
          perform evident_append_audit(owner, lower(tg_op), tg_table_name, of_id, was, is_now);
        end if;
        return null;
      end $$`
    )
    .execute(db)

  // An answer is some 300 kB: what stands in the trail is what it can be told by.
  await sql
    .raw(
      `create function evident_audit_digest(given text) returns text language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
      declare
        bytes bytea := convert_to(given, 'UTF8');
      begin
        return format('sha256:%s, %s bytes', encode(sha256(bytes), 'hex'), octet_length(bytes));
      end $$`
    )
    .execute(db)
  await sql
    .raw(
      `create function evident_audit_recommendation() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
      declare
        without constant text[] := '{request_digest,response_digest}';
        was recommendation;
        is_now recommendation;
      begin
        if tg_op <> 'INSERT' then
          was := old;
          was.request := old.request_digest;
          was.response := old.response_digest;
        end if;
        if tg_op <> 'DELETE' then
          is_now := new;
          is_now.request := new.request_digest;
          is_now.response := new.response_digest;
        end if;
        perform evident_append_audit(
          coalesce(is_now.organisation_id, was.organisation_id), lower(tg_op), tg_table_name, coalesce(is_now.id, was.id)::text,
          case when tg_op <> 'INSERT' then evident_audit_text(row_to_json(was), without) end, case when tg_op <> 'DELETE' then evident_audit_text(row_to_json(is_now), without) end);
        return null;
      end $$`
    )
    .execute(db)

  await sql
    .raw(
      `create function evident_refuse_change() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
      begin
        raise exception '% of % is refused: it would change what is on record', lower(tg_op), tg_table_name using errcode = '42501';
      end $$`
    )
    .execute(db)
  await sql`revoke all on function evident_append_audit(uuid, text, text, text, text, text) from public`.execute(db)
}

/** What must be known before it is known for whom: the service cannot read the tables themselves. */
async function createLookups(db: Kysely<unknown>) {
  await sql
    .raw(
      `create function evident_find_key(wanted text) returns table (
        organisation_id uuid, organisation text, area_code text, ended_at timestamptz, name text, hash bytea, scopes text[], expires_at timestamptz, last_used_at timestamptz, revoked_at timestamptz
      ) language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
        select o.id, o.name, o.area_code, o.ended_at, k.name, k.hash, k.scopes, k.expires_at, k.last_used_at, k.revoked_at
        from api_key k join organisation o on o.id = k.organisation_id where k.id = wanted
      $$`
    )
    .execute(db)
  // At most once a minute, so that a busy key does not write at each request.
  await sql
    .raw(
      `create function evident_note_key_use(used text) returns void language sql security definer set search_path = pg_catalog, public, pg_temp as $$
        update api_key set last_used_at = now() where id = used and (last_used_at is null or last_used_at < now() - interval '1 minute')
      $$`
    )
    .execute(db)
  await sql
    .raw(
      `create function evident_has_keys() returns boolean language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
        select exists (select from api_key)
      $$`
    )
    .execute(db)
  await sql
    .raw(
      `create function evident_find_organisation(word text) returns table (organisation_id uuid, organisation text, area_code text, ended_at timestamptz)
      language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
        select id, name, area_code, ended_at from organisation where id::text = lower(word) or area_code = word
      $$`
    )
    .execute(db)
  for (const signature of ['evident_find_key(text)', 'evident_note_key_use(text)', 'evident_has_keys()', 'evident_find_organisation(text)']) {
    await sql`revoke all on function ${sql.raw(signature)} from public`.execute(db)
    await sql`grant execute on function ${sql.raw(signature)} to evident_service`.execute(db)
  }
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const { table } of OWNED) {
    await sql`drop policy own_organisation on ${sql.table(table)}`.execute(db)
    await sql`drop policy administration on ${sql.table(table)}`.execute(db)
    await sql`alter table ${sql.table(table)} no force row level security`.execute(db)
    await sql`alter table ${sql.table(table)} disable row level security`.execute(db)
  }
  const functions = [
    ...['evident_find_key', 'evident_note_key_use', 'evident_has_keys', 'evident_find_organisation', 'evident_audit', 'evident_audit_recommendation', 'evident_refuse_change'],
    ...['evident_append_audit', 'evident_audit_text', 'evident_audit_digest', 'evident_audit_field']
  ]
  for (const column of ['request_digest', 'response_digest']) await sql`alter table recommendation drop column ${sql.ref(column)}`.execute(db)
  for (const name of functions) await sql`drop function ${sql.raw(name)} cascade`.execute(db)
  for (const table of ['audit_entry', 'audit_head', 'api_key']) await sql`drop table ${sql.table(table)}`.execute(db)
  await sql`alter table needs_profile_version drop column organisation_id`.execute(db)
  await sql`alter table needs_profile drop constraint needs_profile_of_organisation`.execute(db)
  await sql`alter table unit_cost_local_value drop constraint unit_cost_local_value_pkey, add primary key (area_code, code, version)`.execute(db)
  for (const table of ['business_case_version', 'business_case_submission', 'business_case_register', 'business_case_actual', 'unit_cost_local_value']) {
    await sql`alter table ${sql.table(table)} drop column organisation_id`.execute(db)
  }
  await sql`alter table business_case drop constraint business_case_of_organisation`.execute(db)
  await sql`alter table organisation drop column ended_at`.execute(db)
  await sql`drop index organisation_by_area_code`.execute(db)
  // The role stays: other databases of the server may use it.
  await sql`revoke all on all tables in schema public from evident_service`.execute(db)
  await sql`revoke all on schema public from evident_service`.execute(db)
}

import { closeSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import pg from 'pg'
import { roleScript } from '../../../migrations/008-access.js'
import { BackupError } from './backup-error.js'
import { libpqEnvironment, majorOf, outputOf, start, versionOf } from './client-tools.js'

/**
 * Writes the whole database into a file of pg_dump's custom format, as it stood at one moment, while
 * the service goes on. Roles belong to the server and are not in it.
 */
export async function backUpPostgres(databaseUrl: string, path: string): Promise<void> {
  await withClient(databaseUrl, async (client) => {
    const [dump, server] = [await versionOf('pg_dump'), await serverVersion(client)]
    if (majorOf(dump) < majorOf(server)) throw new BackupError(`pg_dump is of version ${dump} and the server of ${server}: it cannot read a server newer than itself. Install the client tools of PostgreSQL ${majorOf(server)}.`)
    if ((await tablesOf(client)).length === 0) throw new BackupError('There are no tables in this database: nothing to back up.')
    // Row-level security is left on, as an owner who is no superuser may not pass it by; its policy for the owner shows every row. Another login would be shown a part.
    const others = await tablesOfOthers(client)
    if (others.length > 0) throw new BackupError(`This login does not own ${others.slice(0, 3).join(', ')}${others.length > 3 ? ` and ${others.length - 3} more` : ''}, so it may not see every row. Use the login that owns the tables.`)
  })
  const draft = `${path}.part`
  // Whoever reads it reads what every council keeps.
  const file = openSync(draft, 'wx', 0o600)
  try {
    await start('pg_dump', ['--format=custom', '--enable-row-security', '--no-password'], { env: libpqEnvironment(databaseUrl), stdout: file }).done
    await outputOf('pg_restore', ['--list', draft])
    renameSync(draft, path)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  } finally {
    closeSync(file)
  }
}

/**
 * Puts a backup into a database in one transaction: afterwards it is there whole, or nothing has changed.
 * @param replace drop what is there; without it, a database that has tables is refused
 */
export async function restorePostgres(databaseUrl: string, path: string, { replace }: { replace: boolean }): Promise<void> {
  const contents = await outputOf('pg_restore', ['--list', path])
  const from = /Dumped from database version: (\S+)/.exec(contents)?.[1] ?? 'unknown'
  await withClient(databaseUrl, async (client) => {
    const server = await serverVersion(client)
    if (majorOf(from) > majorOf(server)) throw new BackupError(`The backup is of PostgreSQL ${from} and this server is ${server}: PostgreSQL does not restore into an older version.`)
    const [psql, restore] = [await versionOf('psql'), await versionOf('pg_restore')]
    if (majorOf(restore) > majorOf(server) || majorOf(psql) < majorOf(restore)) throw new BackupError(`pg_restore is of version ${restore}, psql of ${psql} and the server of ${server}. Use the client tools of PostgreSQL ${majorOf(server)}.`)
    const tables = await tablesOf(client)
    if (tables.length > 0 && !replace) throw new BackupError(`The database has ${tables.length} tables, and nothing is overwritten unasked. Restore into a new, empty database and point DATABASE_URL to it; or say --replace, which drops what is there.`)
    const { rows: serving } = await client.query<{ count: string }>("select count(*) from pg_stat_activity where datname = current_database() and application_name = 'evident'")
    if (serving[0]!.count !== '0') throw new BackupError(`The service has ${serving[0]!.count} connections to this database. Stop every instance first: what they hold in memory is of what is there now.`)
    await requireOwners(client, ownersOf(contents))
    await client.query(roleScript)
  })
  const env = libpqEnvironment(databaseUrl)
  const psql = start('psql', ['--no-psqlrc', '--quiet', '--no-password', '--set=ON_ERROR_STOP=1', '--file=-'], { env, stdin: 'pipe', stdout: 'ignore' })
  // An error shows in how psql ends; that its input was closed before is no other.
  psql.child.stdin!.on('error', () => {})
  psql.child.stdin!.write(`begin;\n${replace ? DROP_ALL : ''}`)
  const script = start('pg_restore', ['--file=-', path])
  script.child.stdout!.pipe(psql.child.stdin!, { end: false })
  // Committed only once pg_restore has said all: of a script that breaks off, psql would commit the half.
  script.done.then(
    () => psql.child.stdin!.end('\ncommit;\n'),
    () => psql.child.kill()
  )
  const [written, applied] = await Promise.allSettled([script.done, psql.done.finally(() => script.child.kill())])
  if (applied.status === 'rejected' && !(written.status === 'rejected' && psql.child.killed)) throw applied.reason
  if (written.status === 'rejected') throw written.reason
  // Without it the database would plan badly until it gets round to it.
  await withClient(databaseUrl, (client) => client.query('analyze'))
}

/** What belongs to this login in the schema of the service. */
const DROP_ALL = `
do $$
declare
  one record;
begin
  for one in select format('drop table if exists %s cascade', c.oid::regclass) as command from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') loop
    execute one.command;
  end loop;
  for one in select format('drop routine if exists %s cascade', p.oid::regprocedure) as command from pg_proc p where p.pronamespace = 'public'::regnamespace and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e') loop
    execute one.command;
  end loop;
end $$;
`

async function withClient<T>(connectionString: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString, application_name: 'evident backup', connectionTimeoutMillis: 5_000 })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

const serverVersion = async (client: pg.Client) => (await client.query<{ server_version: string }>('show server_version')).rows[0]!.server_version

const tablesOf = async (client: pg.Client) => (await client.query<{ name: string }>("select tablename as name from pg_tables where schemaname = 'public'")).rows.map(({ name }) => name)

async function tablesOfOthers(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'public' and tableowner <> current_user and not exists (select from pg_roles where rolname = current_user and (rolsuper or rolbypassrls)) order by 1"
  )
  return rows.map(({ name }) => name)
}

/** Whom the tables of a backup belong to, out of its list of contents: `215; 1259 16390 TABLE public area evident`. */
const ownersOf = (contents: string) => [...new Set([...contents.matchAll(/^\d+; \d+ \d+ TABLE (?!DATA )\S+ \S+ (.+)$/gm)].map(([, owner]) => owner!))]

async function requireOwners(client: pg.Client, owners: string[]): Promise<void> {
  for (const owner of owners) {
    const { rows } = await client.query<{ login: string; may: boolean | null }>('select current_user as login, (select pg_has_role(current_user, oid, $2) from pg_roles where rolname = $1) as may', [owner, 'MEMBER'])
    const { login, may } = rows[0]!
    if (may === true) continue
    const missing = may === null ? `this server has no role '${owner}'` : `the login '${login}' is not that role`
    throw new BackupError(`The tables of the backup belong to '${owner}', and ${missing}. ${may === null ? `Have an administrator run: create role ${owner} login password '…'. ` : ''}Restore with that login, so that the tables and their rules belong to it again.`)
  }
}

/** Bytes. */
export const sizeOf = (path: string) => statSync(path).size

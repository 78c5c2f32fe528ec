import { spawn, type ChildProcess } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { BackupError } from './backup-error.js'

export type Tool = 'pg_dump' | 'pg_restore' | 'psql'

/** What libpq reads in place of an address, so that a password stands in no list of processes. */
export function libpqEnvironment(databaseUrl: string): Record<string, string> {
  const { hostname, port, username, password, pathname, searchParams } = new URL(databaseUrl)
  const named: [string, string | null][] = [
    ['PGHOST', searchParams.get('host') ?? decodeURIComponent(hostname).replace(/^\[(.*)\]$/, '$1')],
    ['PGPORT', port],
    ['PGUSER', decodeURIComponent(username)],
    ['PGPASSWORD', decodeURIComponent(password)],
    ['PGDATABASE', decodeURIComponent(pathname.slice(1))],
    ...['sslmode', 'sslrootcert', 'sslcert', 'sslkey'].map((name): [string, string | null] => [`PG${name.toUpperCase()}`, searchParams.get(name)])
  ]
  return Object.fromEntries(named.filter((pair): pair is [string, string] => pair[1] !== null && pair[1] !== ''))
}

export interface Running {
  child: ChildProcess
  /** Resolves where it ends well. @throws BackupError with what it said where it does not */
  done: Promise<void>
}

/** @param stdout a file's descriptor, or a pipe */
export function start(tool: Tool, words: string[], { env = {}, stdin = 'ignore', stdout = 'pipe' }: { env?: Record<string, string>; stdin?: 'ignore' | 'pipe'; stdout?: 'pipe' | 'ignore' | number } = {}): Running {
  const child = spawn(tool, words, { env: { ...process.env, ...env, PGAPPNAME: 'evident backup' }, stdio: [stdin, stdout, 'pipe'] })
  const said = text(child.stderr!).catch(() => '')
  const done = new Promise<void>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? new BackupError(`${tool} was not found. It comes with PostgreSQL's client tools: install those of the server's version (on Debian, postgresql-client), or run this where they are.`) : error)
    )
    child.once('close', (code) => {
      if (code === 0) resolve()
      else void said.then((words) => reject(new BackupError(`${tool} failed: ${words.trim().slice(0, 2_000) || `it ended with ${code}`}`)))
    })
  })
  return { child, done }
}

export async function outputOf(tool: Tool, words: string[], env: Record<string, string> = {}): Promise<string> {
  const { child, done } = start(tool, words, { env })
  const [output] = await Promise.all([text(child.stdout!), done])
  return output
}

/** The first number of a version: PostgreSQL's tools fit servers by it. */
export const majorOf = (version: string) => Number(/(\d+)/.exec(version)?.[1] ?? NaN)

export const versionOf = async (tool: Tool) => /(\d+(?:\.\d+)?)/.exec(await outputOf(tool, ['--version']))?.[1] ?? 'unknown'

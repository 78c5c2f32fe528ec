import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'

/**
 * Two processes in one embedded database corrupt it, and nothing in the engine prevents it. So the
 * folder holds a lock naming the process that has it open.
 */
export const LOCK_NAME = 'evident.lock'

interface Holder {
  pid: number
  /** When the process started, in the kernel's ticks where it tells: a process id is used again, in a container at every start. */
  started: string | null
  host: string
  since: string
}

export class LockedError extends Error {
  constructor(
    readonly folder: string,
    readonly pid: number,
    advice: string
  ) {
    super(`The database folder ${folder} is in use by process ${pid}${advice}`)
    this.name = 'LockedError'
  }
}

/**
 * Takes the lock of a folder, made if need be; a lock left by a dead process is taken over.
 * @returns a function that gives it back
 * @throws LockedError naming the process that holds it
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, LOCK_NAME)
  const mine = JSON.stringify({ pid: process.pid, started: startOf(process.pid), host: hostname(), since: new Date().toISOString() } satisfies Holder)
  const draft = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`
  // Written elsewhere first and linked into place: no one ever reads half a lock.
  writeFileSync(draft, mine)
  try {
    for (;;) {
      if (linked(draft, path)) break
      const found = readIfThere(path)
      if (found === undefined) continue
      const holder = parsed(found)
      if (holder !== null) refuseIfLive(holder, folder, path)
      setAside(path, found)
    }
  } finally {
    rmSync(draft, { force: true })
  }
  return () => {
    if (readIfThere(path) === mine) rmSync(path, { force: true })
  }
}

function linked(draft: string, path: string): boolean {
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Of several processes that see the same dead lock, one moves it away; should it be a newer one by then, it is put back. */
function setAside(path: string, stale: string) {
  const aside = `${path}.${process.pid}.stale`
  try {
    renameSync(path, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  if (readFileSync(aside, 'utf8') !== stale) linked(aside, path)
  rmSync(aside, { force: true })
}

function refuseIfLive(holder: Holder, folder: string, path: string) {
  if (holder.host !== hostname()) {
    throw new LockedError(
      folder,
      holder.pid,
      ` on the machine '${holder.host}' since ${holder.since}, and whether that still runs cannot be seen from here. If it does not, delete ${path} and start again.`
    )
  }
  if (!isAlive(holder.pid)) return
  const started = startOf(holder.pid)
  if (started !== null && holder.started !== null && started !== holder.started) return
  throw new LockedError(folder, holder.pid, ` since ${holder.since}. Stop it first, or give this one another folder with DATA_DIR.`)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Field 22 of /proc/<pid>/stat, counted after the name, which may itself hold spaces and brackets. */
function startOf(pid: number): string | null {
  const stat = readIfThere(`/proc/${pid}/stat`)
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESRCH') return undefined
    throw error
  }
}

function parsed(text: string): Holder | null {
  try {
    const holder = JSON.parse(text) as Partial<Holder>
    return typeof holder.pid === 'number' && typeof holder.host === 'string' ? ({ started: null, since: 'an unknown time', ...holder } as Holder) : null
  } catch {
    return null
  }
}

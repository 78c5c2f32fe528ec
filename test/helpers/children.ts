import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { loadConfig } from '../../src/config.js'

const compiled = import.meta.url.endsWith('.js')
/** What compiles TypeScript as it is loaded takes seconds of each start, also where there is none to compile. */
const loaders = compiled ? [] : process.execArgv.filter((flag) => !flag.includes('processinfo'))

export interface Child {
  process: ChildProcess
  /** All it has written so far. */
  output: () => string
  /** Waits for its output to match; fails with all of it when the child ends first, or too late. */
  until: (pattern: RegExp, withinMs?: number) => Promise<RegExpExecArray>
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

/** Every variable that the service reads: what the shell of whoever runs the tests says of them must not reach a test. */
function settings(): Set<string> {
  const names = new Set<string>()
  loadConfig(new Proxy<Record<string, string | undefined>>({}, { get: (_none, name) => void names.add(String(name)) }))
  return names
}
const SETTINGS = settings()

/** Runs a file of this project as a process of its own: as TypeScript with the loader that runs this one, or compiled where this one is. */
export function runScript(t: Pick<Test, 'teardown'>, url: URL, env: Record<string, string> = {}, words: string[] = []): Child {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !SETTINGS.has(name)))
  // Without what the runner of the tests adds to every process that one of them starts: a program is tried as it is.
  const child = spawn('/usr/bin/env', ['-u', 'NODE_OPTIONS', process.execPath, ...loaders, fileURLToPath(compiled ? url.href.replace(/\.ts$/, '.js') : url), ...words], {
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let text = ''
  const watchers = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      for (const watch of watchers) watch()
    })
  }
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => child.once('close', (code, signal) => resolve({ code, signal })))
  t.teardown(async () => {
    child.kill('SIGKILL')
    await exited
  })
  const until = (pattern: RegExp, withinMs = 60_000) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const give = (fault?: string) => {
        watchers.delete(look)
        clearTimeout(timer)
        if (fault !== undefined) reject(new Error(`${fault} before its output matched ${pattern}:\n${text}`))
      }
      const look = () => {
        const match = pattern.exec(text)
        if (match === null) return
        give()
        resolve(match)
      }
      const timer = setTimeout(() => give(`${withinMs} ms passed`), withinMs)
      watchers.add(look)
      void exited.then(() => give('it ended'))
      look()
    })
  return { process: child, output: () => text, until, exited }
}

export function temporaryFolder(t: Pick<Test, 'teardown'>): string {
  const folder = mkdtempSync(join(tmpdir(), 'evident-test-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

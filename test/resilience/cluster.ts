import { execFile, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Test } from 'tap'

const run = promisify(execFile)
const HOMES = '/usr/lib/postgresql'
const OPTIONS = { maxBuffer: 64 * 1024 * 1024 }

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** A PostgreSQL server made for one test, and gone with it. What it says it has stored is on disk: fsync is on. */
export interface Cluster {
  url: string
  start: () => Promise<void>
  /** As a crash ends it: without a checkpoint, every connection cut. */
  stop: () => Promise<void>
  /** Its connections stay open, and nothing is answered, until it is thawed. */
  freeze: () => Promise<void>
  thaw: () => Promise<void>
  /** A server that follows this one, and answers reads. */
  replica: () => Promise<Cluster>
}

/** @throws Error that says what is missing */
function findPrograms(): string {
  const versions = existsSync(HOMES) ? readdirSync(HOMES).sort((a, b) => Number(b) - Number(a)) : []
  const found = versions.map((version) => join(HOMES, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')))
  if (found !== undefined) return found
  const path = spawnSync('sh', ['-c', 'command -v initdb']).stdout.toString().trim()
  if (path === '') throw new Error('This test makes PostgreSQL servers of its own and needs their programs (initdb, pg_ctl, pg_basebackup): install PostgreSQL.')
  return join(path, '..')
}

export async function makeCluster(t: Pick<Test, 'teardown'>): Promise<Cluster> {
  const bin = findPrograms()
  const folder = mkdtempSync(join(tmpdir(), 'evident-cluster-'))
  chmodSync(folder, 0o755)
  // PostgreSQL refuses to run as root.
  const asRoot = process.getuid?.() === 0
  const as = (program: string, ...words: string[]) => (asRoot ? run('runuser', ['-u', 'postgres', '--', join(bin, program), ...words], { cwd: folder, ...OPTIONS }) : run(join(bin, program), words, { cwd: folder, ...OPTIONS }))
  const started = new Set<() => Promise<void>>()
  t.teardown(async () => {
    for (const stop of [...started].reverse()) await stop()
    rmSync(folder, { recursive: true, force: true })
  })

  async function place(name: string) {
    const home = join(folder, name)
    mkdirSync(home)
    if (asRoot) await run('chown', ['postgres', home])
    return home
  }

  function at(home: string, port: number): Cluster {
    const data = join(home, 'data')
    /** The first process of the server and all that it has started. */
    async function signal(name: NodeJS.Signals) {
      const first = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0])
      const { stdout } = await run('ps', ['-o', 'pid=', '--ppid', String(first)])
      for (const pid of [first, ...stdout.split(/\s+/).filter((word) => word !== '').map(Number)]) process.kill(pid, name)
    }
    const stop = async () => {
      started.delete(stop)
      await signal('SIGCONT')
      await as('pg_ctl', '-D', data, '-m', 'immediate', '-w', 'stop')
    }
    return {
      url: `postgres://postgres@127.0.0.1:${port}/postgres`,
      async start() {
        await as('pg_ctl', '-D', data, '-w', '-t', '60', '-l', join(home, 'log'), '-o', `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${home}`, 'start')
        started.add(stop)
      },
      stop,
      freeze: () => signal('SIGSTOP'),
      thaw: () => signal('SIGCONT'),
      async replica() {
        const second = await place('replica')
        await as('pg_basebackup', '-h', '127.0.0.1', '-p', String(port), '-U', 'postgres', '-D', join(second, 'data'), '-X', 'stream', '-R', '-c', 'fast')
        const replica = at(second, await freePort())
        await replica.start()
        return replica
      }
    }
  }

  const home = await place('primary')
  await as('initdb', '-D', join(home, 'data'), '-U', 'postgres', '-A', 'trust', '-E', 'UTF8')
  const cluster = at(home, await freePort())
  await cluster.start()
  return cluster
}

import t from 'tap'
import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { basename, join } from 'node:path'
import { packageRoot } from '../../src/package-root.js'
import { temporaryFolder } from '../helpers/children.js'
import { serverCopy } from '../helpers/template.js'

/**
 * The Dockerfile, carried out by hand in a scratch folder where there is no engine to build it: each
 * COPY and RUN in its order, then the command and the health check as they stand. It shows that nothing
 * is forgotten or left in, and that it runs as nobody in particular in a folder that cannot be written;
 * it shows nothing of the base image.
 */

const root = packageRoot()
const url = process.env['TEST_DATABASE_URL'] || 'postgres://postgres@127.0.0.1:5432/postgres'

/** Instructions, with lines that go on joined and comments left out. */
const instructions = readFileSync(join(root, 'Dockerfile'), 'utf8')
  .split('\n')
  .filter((line) => !/^\s*(#|$)/.test(line))
  .join('\n')
  .replace(/\\\n\s*/g, '')
  .split('\n')
  .map((line) => /^(\w+)\s+(.*)$/.exec(line)!.slice(1) as [string, string])

const shipped = readFileSync(join(root, '.dockerignore'), 'utf8')
  .split('\n')
  .flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []))

const scratch = temporaryFolder(t)
chmodSync(scratch, 0o755)
const context = join(scratch, 'context')
for (const name of shipped) cpSync(join(root, name), join(context, name), { recursive: true })

interface Stage {
  name: string
  folder: string
}
const stages: Stage[] = []
const env: Record<string, string> = {}
const settings: Record<string, string> = {}
const outside: string[] = []

for (const [word, rest] of instructions) {
  const stage = stages.at(-1)
  if (word === 'FROM') {
    const folder = join(scratch, `stage-${stages.length}`)
    mkdirSync(folder)
    stages.push({ name: / AS (\w+)/.exec(rest)?.[1] ?? '', folder })
  } else if (word === 'COPY') {
    const words = rest.split(/\s+/)
    const from = words[0]!.startsWith('--from=') ? words.shift()!.slice('--from='.length) : undefined
    const to = words.pop()!
    const source = from === undefined ? context : stages.find(({ name }) => name === from)!.folder
    for (const path of words) {
      const inside = path.replace(/^\/app\//, '')
      cpSync(join(source, inside), to === './' ? join(stage!.folder, basename(inside)) : join(stage!.folder, to), { recursive: true })
    }
  } else if (word === 'RUN') {
    if (/ \/\w/.test(rest)) outside.push(rest)
    // What installs all of it has just been done by whoever runs this.
    else if (/^npm ci (?!.*--omit)/.test(rest)) execFileSync('cp', ['-al', join(root, 'node_modules'), join(stage!.folder, 'node_modules')])
    else execFileSync('sh', ['-ec', rest], { cwd: stage!.folder, stdio: ['ignore', 'ignore', 'inherit'] })
  } else if (word === 'ENV') {
    for (const [, name, value] of rest.matchAll(/(\w+)=(\S*)/g)) env[name!] = value!
  } else settings[word] = rest
}
const image = stages.at(-1)!.folder

/** Bytes of a folder, and how many files. */
function sizeOf(folder: string): { bytes: number; files: number } {
  const entries = (readdirSync(folder, { recursive: true }) as string[]).map((name) => lstatSync(join(folder, name))).filter((found) => found.isFile())
  return { bytes: entries.reduce((sum, { size }) => sum + size, 0), files: entries.length }
}

const copy = await serverCopy(url, 'statistics')
t.teardown(copy.close)
const probe = createServer().listen(0, '127.0.0.1')
await once(probe, 'listening')
const { port } = probe.address() as AddressInfo
probe.close()
await once(probe, 'close')

/** As nobody in particular, where this is run by somebody who can become so. */
const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}
/** In an environment of its own: what the runner of these tests adds to that of every child would write beside its sources, which nobody may. */
const run = (words: string[], more: Record<string, string> = {}) => {
  const own = { PATH: process.env['PATH']!, ...env, EVIDENT_COMMIT: '4f906f8c12ab', PORT: String(port), DATABASE_URL: copy.url, AUTH_REQUIRED: 'true', ...more }
  return spawn('/usr/bin/env', ['-i', ...Object.entries(own).map(([name, value]) => `${name}=${value}`), process.execPath, ...words], { cwd: image, stdio: ['ignore', 'pipe', 'pipe'], ...nobody })
}

async function outcome(child: ReturnType<typeof run>) {
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, output }
}

execFileSync('chmod', ['-R', 'a-w,a+rX', image])
t.teardown(() => {
  execFileSync('chmod', ['-R', 'u+w', image])
  rmSync(image, { recursive: true, force: true })
})

t.test('what is shipped is what runs, and no more', (t) => {
  const whole = sizeOf(image)
  t.comment(`${(whole.bytes / 1e6).toFixed(1)} MB in ${whole.files} files over the base image; node_modules ${(sizeOf(join(image, 'node_modules')).bytes / 1e6).toFixed(1)} MB`)
  t.ok(whole.bytes < 120e6, `${whole.bytes} bytes`)
  t.strictSame(readdirSync(image).sort(), ['LICENSE', 'dist', 'node_modules', 'package.json', 'src'])
  for (const name of ['typescript', 'tap', 'eslint', 'autocannon']) t.notOk(existsSync(join(image, 'node_modules', name)), `${name} is left out`)
  const files = readdirSync(image, { recursive: true }) as string[]
  t.strictSame(files.filter((name) => !name.startsWith('node_modules') && /\.(ts|map)$|(^|\/)(tests?\/|bench[-.])/.test(name)), [], 'no sources, maps or tests')
  const data = (folder: string) => (readdirSync(join(folder, 'src'), { recursive: true }) as string[]).filter((name) => /\/data\//.test(name) && lstatSync(join(folder, 'src', name)).isFile()).sort()
  t.strictSame(data(image), data(root), 'every data file is there')
  t.strictSame(outside, ['install -d -o node -g node /data'], 'and all else that a step does, it does in its own folder')
  t.end()
})

t.test('it says how it is run: by nobody in particular, stopped by a signal, its health asked for', (t) => {
  t.equal(settings['USER'], 'node')
  t.equal(settings['STOPSIGNAL'], 'SIGTERM')
  t.match(settings['HEALTHCHECK'], /--interval=.* CMD \["node"/)
  t.match(env, { NODE_ENV: 'production', HOST: '0.0.0.0', DATA_DIR: '/data' })
  t.end()
})

t.test('it runs where nothing can be written, is healthy, and stops when it is told to', async (t) => {
  const health = JSON.parse(/CMD (\[.*\])$/.exec(settings['HEALTHCHECK']!)![1]!) as [string, ...string[]]
  const command = JSON.parse(settings['CMD']!) as [string, ...string[]]
  t.equal((await outcome(run(health.slice(1)))).code, 1, 'not healthy before it runs')
  const server = run(command.slice(1))
  const ended = outcome(server)
  const over = ended.then(({ output }) => Promise.reject(new Error(`it ended:\n${output}`)))
  over.catch(() => {})
  const listening = async () => {
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined)
      if (answer?.status === 200) return answer
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  const ready = await Promise.race([listening(), over])
  t.match(await ready.json(), { status: 'ready', commit: '4f906f8c12ab', engine: 'postgres' })
  t.equal((await outcome(run(health.slice(1)))).code, 0, 'healthy')
  t.equal((await fetch(`http://127.0.0.1:${port}/docs`)).status, 200, 'the reference is there')
  t.equal((await fetch(`http://127.0.0.1:${port}/v1/interventions/mash`)).status, 200)
  t.match(await outcome(run(['dist/scripts/admin.js', 'create-organisation', '--area', 'E08000035'])), { code: 0, output: /Created Leeds/ })
  t.match(await outcome(run(['dist/scripts/backup.js'])), { code: 2, output: /Usage: npm run backup/ })
  server.kill('SIGTERM')
  const { code, output } = await ended
  t.equal(code, 0, `stopped:\n${output.slice(-4000)}`)
})

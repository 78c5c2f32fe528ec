import { fork, type ChildProcess } from 'node:child_process'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import autocannon from 'autocannon'

/**
 * Measures what the service costs beside the least that could be done with the same bytes, both sides
 * in one run and in turn, so that a busy machine slows both. Read the ratios; the rates are this
 * machine's. `npm run bench` takes about two minutes; BENCH_SECONDS sets how long each round is.
 */

const CONNECTIONS = 50
const ROUNDS = 3
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? '5')
const GROWTH = 100

interface Server {
  process: ChildProcess
  address: string
  engine: string
  interventions: number
}

interface Measured {
  rate: number
  p50: number
  p99: number
}

/** Six needs, as a council might send them; each profile another, so that no answer can be one kept from before. */
const profiles = Array.from({ length: 24 }, (_, n) => ({
  needs: [
    { need: 'physical-abuse', children: 120 + n, priority: 1, childAge: { min: 5, max: 11 } },
    { need: 'neglect', children: 310 - n },
    { need: 'domestic-abuse', children: 260, ageBands: [{ min: 0, max: 4, children: 90 + n }, { min: 5, max: 11, children: 120 }] },
    { need: 'parental-substance-misuse', children: 200, context: { parentsMisusing: { '1': 0.6, '2': (n % 5) / 20 }, couple: n % 2 === 0 } },
    { need: 'sexual-abuse', children: 40 + n, childAge: { min: 8, max: 14 } },
    { need: 'family-engagement' }
  ],
  context: { perpetratorInHome: n % 3 === 0 },
  currentProvision: [{ intervention: 'signs-of-safety', places: 400, annualCost: 120000 }],
  constraints: { annualBudget: 750000 + n }
}))

async function startServer(times: number): Promise<Server> {
  const child = fork(fileURLToPath(new URL('./bench-server.js', import.meta.url)), [String(times)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve({ process: child, ...(message as Omit<Server, 'process'>) }))
    child.once('exit', (code) => reject(new Error(`the server under test stopped with ${code}`)))
  })
}

async function measure(address: string, path: string, seconds = SECONDS): Promise<Measured> {
  const headers = { 'content-type': 'application/json' }
  const result = await autocannon({
    url: address,
    connections: CONNECTIONS,
    duration: seconds,
    requests: profiles.map((profile) => ({ method: 'POST' as const, path, headers, body: JSON.stringify(profile) }))
  })
  if (result.non2xx + result.errors + result.timeouts > 0) {
    throw new Error(`${path}: ${result.non2xx} refused, ${result.errors} errors, ${result.timeouts} timed out`)
  }
  return { rate: result.requests.total / result.duration, p50: result.latency.p50, p99: result.latency.p99 }
}

const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!

/** Measures two sides in turn, after a warm-up of each. */
async function compare(name: string, a: [Server, string], b: [Server, string]) {
  for (const [server, path] of [a, b]) await measure(server.address, path, Math.min(2, SECONDS))
  const rounds: { a: Measured; b: Measured }[] = []
  for (let i = 0; i < ROUNDS; i += 1) {
    process.stderr.write(`  ${name}: round ${i + 1} of ${ROUNDS}\n`)
    rounds.push({ a: await measure(a[0].address, a[1]), b: await measure(b[0].address, b[1]) })
  }
  const side = (key: 'a' | 'b') => ({
    rate: median(rounds.map((r) => r[key].rate)),
    p50: median(rounds.map((r) => r[key].p50)),
    p99: median(rounds.map((r) => r[key].p99))
  })
  return { a: side('a'), b: side('b'), ratios: rounds.map((r) => r.a.rate / r.b.rate) }
}

const row = (label: string, m: Measured) => process.stdout.write(`  ${label.padEnd(44)} ${m.rate.toFixed(0).padStart(7)} requests/s   p50 ${m.p50.toFixed(0)} ms   p99 ${m.p99.toFixed(0)} ms\n`)
const summary = (ratios: number[]) => `${median(ratios).toFixed(2)} (rounds ${ratios.map((r) => r.toFixed(2)).join(', ')})`

const server = await startServer(1)
const bytes = ((await (await fetch(`${server.address}/bench/set`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(profiles[0]) })).json()) as { bytes: number }).bytes
process.stdout.write(
  `Evident bench, ${new Date().toISOString().slice(0, 10)}: Node ${process.version}, ${cpus().length} cores, ${server.engine} database, ${CONNECTIONS} connections, ` +
    `${profiles.length} profiles of six needs, answers of about ${(bytes / 1024).toFixed(0)} KiB\n\n`
)

const preview = await compare('preview', [server, '/v1/recommendations/preview'], [server, '/bench/constant'])
process.stdout.write('Preview, against the same server sending the same bytes as a constant\n')
row(`POST /v1/recommendations/preview`, preview.a)
row('constant', preview.b)
process.stdout.write(`  ratio ${summary(preview.ratios)}; aim: at least 0.5\n\n`)

const recorded = await compare('recorded', [server, '/v1/recommendations'], [server, '/bench/insert'])
process.stdout.write('Recorded, against the same server doing nothing but one insert of the same bytes\n')
row('POST /v1/recommendations', recorded.a)
row('insert', recorded.b)
process.stdout.write(`  ratio ${summary(recorded.ratios)}; aim: at least 0.7\n\n`)

const large = await startServer(GROWTH)
const growth = await compare('grown', [server, '/v1/recommendations/preview'], [large, '/v1/recommendations/preview'])
process.stdout.write(`Preview, against the catalogue grown ${GROWTH} times\n`)
row(`${server.interventions} interventions`, growth.a)
row(`${large.interventions} interventions`, growth.b)
process.stdout.write(`  cost of a request ${summary(growth.ratios)} times; aim: less than 10\n`)
for (const one of [server, large]) {
  one.process.removeAllListeners('exit')
  one.process.disconnect()
}

import { fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { EXAMPLE_ACTUAL, EXAMPLE_APPROVAL, EXAMPLE_DECISION } from '../../src/business-cases/examples.js'
import { readContract } from '../helpers/contract.js'
import { assertUnderstood, operationsOf, readDocument, requestValidator, wordsOf, type Operation } from './document.js'
import { Find, SLOWEST_MS, isAllowed, judge } from './oracles.js'
import { mutatedRequests, validRequests, type Caller, type Draft } from './requests.js'
import type { Answers, Asks } from './service.js'
import { CannotBeSent, wireTo, type Answered } from './wire.js'
import { World, type Sent } from './world.js'

/**
 * Requests made from the OpenAPI document, valid and not, against the running service: `npm run fuzz`.
 *
 * FUZZ_SECONDS how long (60); FUZZ_SEED for the same requests again; FUZZ_ONLY operations, parted by
 * commas; FUZZ_REPLAY 'operation:valid|mutated:seed:path' for one that was found. TEST_DATABASE_URL for
 * PostgreSQL rather than the embedded engine; FUZZ_DETAIL to see what each operation answered. Ends with 1 where it found anything.
 */
const SECONDS = Number(process.env['FUZZ_SECONDS'] ?? '60')
const SEED = Number(process.env['FUZZ_SEED'] ?? (Date.now() % 2 ** 31))
const ONLY = process.env['FUZZ_ONLY']?.split(',')
const REPLAY = process.env['FUZZ_REPLAY']?.split(':')
if (!Number.isFinite(SECONDS) || !Number.isInteger(SEED)) throw new Error('FUZZ_SECONDS and FUZZ_SEED must be numbers')

/** Of requests to one operation before the next has its turn. */
const BATCH = 12
/** Of trying to make what was found smaller. */
const SHRINK_MS = 6_000
/** The share of the time in which nobody has to say who they are. */
const OPEN_SHARE = 0.25
const MOST_RSS_BYTES = 2.5 * 2 ** 30
/** What it may keep of all that it was asked. */
const MOST_HELD_BYTES = 256 * 2 ** 20

const document = readDocument()
const operations = operationsOf(document)
assertUnderstood(document, operations)
const words = { document, known: wordsOf(document) }
const fits = requestValidator(document)
const contract = readContract(document)
const world = new World(operations)

// ---- The service ----------------------------------------------------------------------------

const script = new URL(import.meta.url.endsWith('.ts') ? './service.ts' : './service.js', import.meta.url)
const child = fork(fileURLToPath(script), [], { execArgv: [...process.execArgv, '--expose-gc'], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
let log = ''
for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk: Buffer) => (log = (log + chunk.toString()).slice(-20_000)))
let ended: string | null = null
const waiting = new Map<number, { resolve: (answer: never) => void; reject: (error: Error) => void }>()
child.once('exit', (code, signal) => {
  ended = `the service ended with ${signal ?? code}:\n${log.slice(-4000)}`
  for (const { reject } of waiting.values()) reject(new Error(ended))
})
const { address, engine } = await new Promise<{ address: string; engine: string }>((resolve, reject) => {
  child.once('message', resolve as never)
  child.once('exit', () => reject(new Error(ended ?? 'the service ended')))
})
child.on('message', ({ id, answer, error }: { id: number; answer: never; error?: string }) => {
  const held = waiting.get(id)
  waiting.delete(id)
  if (error === undefined) held?.resolve(answer)
  else held?.reject(new Error(error))
})
let asked = 0
function ask<Name extends keyof Asks>(name: Name, given: Asks[Name]): Promise<Answers[Name]> {
  if (ended !== null) return Promise.reject(new Error(ended))
  asked += 1
  return new Promise((resolve, reject) => {
    waiting.set(asked, { resolve: resolve, reject })
    child.send({ id: asked, ask: name, given })
  })
}
const wire = wireTo(address)

// ---- Trying one -----------------------------------------------------------------------------

interface Count {
  tried: number
  /** By the first digit of its status. */
  classes: Record<string, number>
}
const counts: Record<'valid' | 'mutated', Count> = { valid: { tried: 0, classes: {} }, mutated: { tried: 0, classes: {} } }
/** Operations that a valid request was answered 2xx by. */
const reached = new Set<string>()
/** How often each operation was answered with each status. */
const statuses = new Map<string, Map<number, number>>()
const slowest = { ms: 0, what: '' }
let unsendable = 0
let limited = 0
let lastChange = 0
let highestRss = 0
let again = 0

async function changes(): Promise<string[]> {
  const { last, tables } = await ask('changes', { since: lastChange })
  lastChange = last
  return tables
}

/** @throws Find where anything about its answer is wrong */
async function attempt(draft: Draft): Promise<{ sent: Sent; answered: Answered } | null> {
  const sent = world.send(draft)
  const count = counts[draft.mutations.length === 0 ? 'valid' : 'mutated']
  let answered: Answered
  try {
    answered = await wire.send(sent)
    // A machine that does much else at this moment is no fault of the service: what is only read is asked once more.
    if (answered.ms > SLOWEST_MS && sent.method === 'GET') answered = await wire.send(sent)
  } catch (error) {
    if (error instanceof CannotBeSent) {
      unsendable += 1
      return null
    }
    throw new Found(sent, null, new Find('an answer', ended ?? `none: ${(error as Error).message}`))
  }
  count.tried += 1
  const first = `${String(answered.status)[0]}xx`
  count.classes[first] = (count.classes[first] ?? 0) + 1
  const own = statuses.get(draft.operation.id) ?? new Map<number, number>()
  statuses.set(draft.operation.id, own.set(answered.status, (own.get(answered.status) ?? 0) + 1))
  if (answered.status === 429) limited += 1
  if (answered.ms > slowest.ms) Object.assign(slowest, { ms: answered.ms, what: `${sent.method} ${draft.operation.path}` })
  const stored = await changes()
  try {
    const valid = isAllowed(sent, fits)
    judge({ sent, answered, stored, valid }, { contract, world })
    if (answered.status < 300 && draft.mutations.length === 0) reached.add(draft.operation.id)
    if (answered.status === 200 && sent.method === 'GET' && !COUNTED.includes(draft.operation.id) && again++ % 3 === 0) await answersTheSame(sent, answered)
  } catch (error) {
    throw new Found(sent, answered, error as Error)
  }
  world.note(sent, answered)
  return { sent, answered }
}

/** What counts the very requests that ask for it. */
const COUNTED = ['getMetrics']

async function answersTheSame(sent: Sent, before: Answered) {
  const after = await wire.send(sent)
  await changes()
  if (after.status !== before.status) throw new Find('the same again', `asked twice, answered ${before.status} and then ${after.status}`)
  const difference = firstDifference(before.body, after.body)
  if (difference !== null) throw new Find('the same again', `asked twice, answered otherwise at ${difference}`)
}

/** The moment at which an answer was reckoned. */
const OF_THE_MOMENT = ['/at']

function firstDifference(before: Buffer, after: Buffer): string | null {
  if (before.equals(after)) return null
  if (!before.toString('utf8', 0, 1).startsWith('{')) return 'some byte'
  const differ = (a: unknown, b: unknown, at: string): string | null => {
    if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b) ? null : `${at}: ${JSON.stringify(a)} and ${JSON.stringify(b)}`
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      const found = OF_THE_MOMENT.includes(`${at}/${key}`) ? null : differ((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key], `${at}/${key}`)
      if (found !== null) return found
    }
    return null
  }
  return differ(JSON.parse(before.toString('utf8')), JSON.parse(after.toString('utf8')), '')
}

class Found extends Error {
  readonly oracle: string

  constructor(
    readonly sent: Sent,
    readonly answered: Answered | null,
    fault: Error
  ) {
    super(fault.message)
    this.oracle = fault instanceof Find ? fault.oracle : `the fuzzer itself: ${fault.stack}`
  }

  /** What makes two of them the same. */
  get signature(): string {
    const { draft, method } = this.sent
    return [draft.operation.id, method, this.oracle, this.message.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '#').replace(/'[^']*'|"[^"]*"/g, '…').replace(/\d+/g, '#').slice(0, 160)].join(' | ')
  }
}

interface Report {
  found: Found
  replay: string
  shrinks: number
  times: number
  log: string
}
const reports = new Map<string, Report>()

const seedOf = (...parts: (string | number)[]) => createHash('sha256').update(parts.join(' ')).digest().readInt32BE(0)

const arbitraries = new Map<string, fc.Arbitrary<Draft>>()
function requestsTo(operation: Operation, kind: 'valid' | 'mutated'): fc.Arbitrary<Draft> {
  const key = `${operation.id} ${kind}`
  const made = arbitraries.get(key) ?? (kind === 'valid' ? validRequests : mutatedRequests)(operation, words, fits)
  arbitraries.set(key, made)
  return made
}

async function batch(operation: Operation, kind: 'valid' | 'mutated', parameters: { seed: number; path?: string; numRuns: number }) {
  let latched: string | undefined
  let last: Found | undefined
  let logged = ''
  const until = Date.now() + SHRINK_MS
  const property = fc.asyncProperty(requestsTo(operation, kind), async (draft) => {
    if (latched !== undefined && (Date.now() > until || ended !== null)) return
    try {
      log = ''
      await attempt(draft)
    } catch (error) {
      if (!(error instanceof Found)) throw error
      const known = reports.get(error.signature)
      if (known !== undefined && latched === undefined && REPLAY === undefined) {
        known.times += 1
        return
      }
      latched ??= error.signature
      if (error.signature !== latched) return
      last = error
      logged = log
      throw error
    }
  })
  const result = await fc.check(property, parameters)
  if (!result.failed) return
  if (last === undefined) throw new Error(`${operation.id}: ${String(result.errorInstance)}`)
  const report = { found: last, replay: `${operation.id}:${kind}:${result.seed}:${result.counterexamplePath ?? ''}`, shrinks: result.numShrinks, times: 1, log: logged }
  reports.set(last.signature, report)
  show(report)
}

function show({ found: { sent, answered, oracle, message }, replay, shrinks, log: logged }: Report) {
  clearLine()
  const headers = sent.headers.map(([name, value]) => `\n    ${name}: ${name === 'authorization' ? `(${sent.draft.as})` : shortened(value, 200)}`).join('')
  const cause = /"err":\{.*?"stack":"((?:[^"\\]|\\.)*)"/.exec(logged)?.[1]?.replaceAll('\\n', '\n      ').slice(0, 1500)
  console.log(
    [
      `FOUND by '${oracle}': ${shortened(message, 900)}`,
      `  ${sent.method} ${shortened(sent.path, 400)} as ${sent.draft.as}${sent.draft.mutations.length === 0 ? '' : ` (${sent.draft.mutations.join('; ')})`}${headers}`,
      ...(sent.body === null ? [] : [`    ${shortened(sent.body.toString('utf8'), 3000)}`]),
      ...(answered === null ? [] : [`  answered ${answered.status} in ${Math.round(answered.ms)} ms`]),
      ...(cause === undefined ? [] : [`  logged ${cause}`]),
      `  again (after ${shrinks} steps of shrinking): FUZZ_SEED=${SEED} FUZZ_REPLAY='${replay}' npm run fuzz\n`
    ].join('\n')
  )
}

const shortened = (text: string, most: number) => (text.length <= most ? text : `${text.slice(0, most)}… (${text.length} characters)`)

// ---- What must exist, so that there is something to reach -----------------------------------

const byId = (id: string) => operations.find((operation) => operation.id === id)!

function plain(operation: Operation, as: Caller, body: unknown, more: Partial<Draft> = {}): Draft {
  const values = Object.fromEntries(operation.parameters.filter((parameter) => parameter.in === 'path').map(({ name, example }) => [name, String(example)]))
  const required = operation.parameters.filter((parameter) => parameter.required === true)
  const type = operation.body?.type
  return {
    operation,
    as,
    method: operation.method,
    path: { values, known: null, raw: null },
    query: required.filter((parameter) => parameter.in === 'query').map(({ name, example }) => ({ name, value: String(example) })),
    headers: required.filter((parameter) => parameter.in === 'header').map(({ name, example }): [string, string] => [name, name === 'if-match' ? '@etag:current' : String(example)]),
    body: type === undefined ? null : { type, bytes: Buffer.from(type === 'application/json' ? JSON.stringify(body) : String(body)) },
    mutations: [],
    ...more
  }
}

async function tried(draft: Draft): Promise<Answered | null> {
  try {
    return (await attempt(draft))?.answered ?? null
  } catch (error) {
    if (!(error instanceof Found)) throw error
    if (!reports.has(error.signature)) {
      const report = { found: error, replay: 'the documented examples as they stand', shrinks: 0, times: 1, log }
      reports.set(error.signature, report)
      show(report)
    }
    return error.answered
  }
}

/** Every documented example, by every council; then cases in every state that a case can have. */
async function makeRecords() {
  const councils: Caller[] = world.isOpenToAll() ? ['owner'] : ['owner', 'other-council']
  for (const as of councils) {
    for (const operation of operations) {
      for (const body of operation.body === null ? [null] : operation.body.examples) await tried(plain(operation, as, body))
    }
  }
  // Cursors of every list that has more than one page.
  for (const operation of operations.filter(({ method, parameters }) => method === 'GET' && parameters.some(({ name }) => name === 'limit'))) {
    await tried(plain(operation, 'owner', null, { query: [{ name: 'limit', value: '1' }] }))
  }
  for (const steps of [[], ['submitted'], ['submitted', 'returned'], ['submitted', 'approved'], ['submitted', 'approved', 'actual', 'in-delivery'], ['submitted', 'approved', 'actual', 'in-delivery', 'closed']]) await takeCase(steps)
}

async function takeCase(steps: string[]) {
  const made = await tried(plain(byId('createBusinessCase'), 'owner', byId('createBusinessCase').body!.examples[0]))
  if (made?.status !== 201) return
  const { id } = JSON.parse(made.body.toString()) as { id: string }
  const at = { path: { values: { id }, known: null, raw: null } }
  for (const step of steps) {
    if (step === 'actual') await tried(plain(byId('enterActual'), 'owner', EXAMPLE_ACTUAL, at))
    else {
      // Whoever submits does not approve, neither by name nor by key.
      const as: Caller = step === 'approved' ? 'colleague' : 'owner'
      const body = step === 'submitted' ? EXAMPLE_DECISION : { ...EXAMPLE_APPROVAL, to: step, ...(step === 'in-delivery' || step === 'closed' ? { effectiveOn: '2026-01-01' } : {}), ...(step === 'closed' ? { lessons: 'Begin sooner.' } : {}) }
      await tried(plain(byId('decideOnBusinessCase'), as, body, at))
    }
  }
  for (const operation of operations.filter(({ path, method }) => method === 'GET' && /^\/v1\/business-cases\/\{id\}(\/[a-z]+)?$/.test(path))) await tried(plain(operation, 'owner', null, at))
}

// ---- What is no request at all ---------------------------------------------------------------

const HOST = new URL(address).host
const RAW: [string, string | Buffer][] = [
  ['nothing of HTTP', 'hello\r\n\r\n'],
  ['a line alone', 'GET /v1/needs\r\n\r\n'],
  ['a version to come', `GET /v1/needs HTTP/9.9\r\nHost: ${HOST}\r\n\r\n`],
  ['no host', 'GET /v1/needs HTTP/1.1\r\n\r\n'],
  ['two hosts', `GET /v1/needs HTTP/1.1\r\nHost: ${HOST}\r\nHost: evil\r\nConnection: close\r\n\r\n`],
  ['a NUL in a header', `GET /v1/needs HTTP/1.1\r\nHost: ${HOST}\r\nX: a\0b\r\n\r\n`],
  ['a NUL in the address', `GET /v1/needs\0 HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`],
  ['a header over two lines', `GET /v1/needs HTTP/1.1\r\nHost: ${HOST}\r\nX: a\r\n b\r\nConnection: close\r\n\r\n`],
  ['a header without a name', `GET /v1/needs HTTP/1.1\r\nHost: ${HOST}\r\n: a\r\n\r\n`],
  ['two lengths', `POST /v1/recommendations HTTP/1.1\r\nHost: ${HOST}\r\nContent-Type: application/json\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}`],
  ['a length and chunks', `POST /v1/recommendations HTTP/1.1\r\nHost: ${HOST}\r\nContent-Type: application/json\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ['a length that is none', `POST /v1/recommendations HTTP/1.1\r\nHost: ${HOST}\r\nContent-Type: application/json\r\nContent-Length: 1e3\r\n\r\n{}`],
  ['chunks that are none', `POST /v1/recommendations HTTP/1.1\r\nHost: ${HOST}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`],
  ['a chunk of every size', `POST /v1/recommendations HTTP/1.1\r\nHost: ${HOST}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n`],
  ['chunks, each a byte', `POST /v1/recommendations/preview HTTP/1.1\r\nHost: ${HOST}\r\nContent-Type: application/json\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\nX: y\r\n\r\n`],
  ['a file that breaks off', `POST /v1/imports HTTP/1.1\r\nHost: ${HOST}\r\nContent-Type: text/csv\r\nContent-Length: 5000\r\n\r\ntime_period,`],
  ['bytes at random', Buffer.from(Array.from({ length: 400 }, (_, n) => (n * 151) % 256))],
  ['TLS', Buffer.from('16030100fa010000f60303', 'hex')],
  ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['an address that is a star', `OPTIONS * HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`],
  ['CONNECT', `CONNECT ${HOST} HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`],
  ['letters that are no ASCII', Buffer.from(`GET /v1/areas/Köln HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`, 'utf8')],
  ['two requests at once', `GET /healthz HTTP/1.1\r\nHost: ${HOST}\r\n\r\nGET /healthz HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`],
  ['too many headers', `GET /healthz HTTP/1.1\r\nHost: ${HOST}\r\n${'X: y\r\n'.repeat(5000)}\r\n`]
]

async function tryRaw() {
  for (const [what, bytes] of RAW) {
    const text = await wire.raw(Buffer.from(bytes), 700)
    const statuses = [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status))
    const stored = await changes()
    if (statuses.some((status) => status >= 500) || stored.length > 0) reports.set(`raw ${what}`, { found: new Found(world.send(plain(byId('getHealth'), 'nobody', null)), null, new Find('raw', `${what}: answered ${statuses.join()}, stored ${stored.join()}: ${text.slice(0, 300)}`)), replay: what, shrinks: 0, times: 1, log })
  }
  return RAW.length
}

// ---- The run --------------------------------------------------------------------------------

const terminal = process.stdout.isTTY
function clearLine() {
  if (terminal) process.stdout.write('\r\x1b[K')
}
const began = Date.now()
function progress(what: string) {
  if (terminal) process.stdout.write(`\r\x1b[K${Math.round((Date.now() - began) / 1000)} of ${SECONDS} s, ${counts.valid.tried + counts.mutated.tried} requests, ${reports.size} found: ${what}`)
}

const chosen = operations.filter(({ id }) => ONLY === undefined || ONLY.includes(id))
console.log(`Fuzzing ${chosen.length} operations on ${engine === 'postgres' ? 'PostgreSQL' : 'the embedded database'} for ${SECONDS} s, FUZZ_SEED=${SEED}`)
const before = await ask('counts', null)
const memoryBefore = await ask('memory', null)
await changes()

async function round(n: number, until: number) {
  for (const operation of chosen) {
    for (const kind of ['valid', 'mutated'] as const) {
      if (Date.now() >= until || ended !== null) return
      progress(operation.id)
      await batch(operation, kind, { seed: seedOf(SEED, n, operation.id, kind), numRuns: kind === 'valid' ? BATCH : BATCH * 2 })
    }
  }
  highestRss = Math.max(highestRss, (await ask('memory', null)).rss)
}

async function rounds(first: number, until: number): Promise<number> {
  let n = first
  while (Date.now() < until && ended === null) {
    if ((n - first) % 6 === 0) await makeRecords()
    await round(n, until)
    n += 1
  }
  return n
}

let rawTried = 0
let crashed: string | null = null
try {
  if (REPLAY !== undefined) {
    world.keys = await ask('keys', null)
    await makeRecords()
    const [id, kind, seed, path] = REPLAY
    await batch(byId(id!), kind as 'valid', { seed: Number(seed), ...(path === undefined || path === '' ? {} : { path }), numRuns: 1000 })
  } else {
    await rounds(0, began + SECONDS * 1000 * OPEN_SHARE)
    rawTried = await tryRaw()
    // The first key ends the time in which nobody had to say who they are, within seconds.
    world.keys = await ask('keys', null)
    while ((await wire.send({ method: 'GET', path: '/v1/needs-profiles', headers: [], body: null })).status !== 401) await new Promise((resolve) => setTimeout(resolve, 200))
    await changes()
    await rounds(1000, began + SECONDS * 1000)
  }
} catch (error) {
  crashed = ended ?? (error as Error).stack ?? String(error)
}
clearLine()

// ---- What came of it ------------------------------------------------------------------------

const faults: string[] = crashed === null ? [] : [`It broke off: ${crashed}`]
const told = (classes: Record<string, number>) => Object.entries(classes).sort().map(([status, n]) => `${status} ${n}`).join(', ')
if (ended === null) {
  const [after, memory, audit, files] = [await ask('counts', null), await ask('memory', null), await ask('audit', null), await ask('files', null)]
  highestRss = Math.max(highestRss, memory.rss)
  const grown = Object.keys(after).filter((name) => after[name] !== before[name]).map((name) => `${name} ${before[name]} → ${after[name]}`)
  console.log(`Rows before and after: ${grown.length === 0 ? 'the same' : grown.join(', ')}`)
  console.log(`Memory: rss ${mib(memoryBefore.rss)} at first, ${mib(highestRss)} at most, ${mib(memory.rss)} at last; heap ${mib(memoryBefore.heapUsed)} at first, ${mib(memory.heapUsed)} at last`)
  if (highestRss > MOST_RSS_BYTES) faults.push(`The service took ${mib(highestRss)} of memory`)
  if (memory.heapUsed - memoryBefore.heapUsed > MOST_HELD_BYTES) faults.push(`The service holds ${mib(memory.heapUsed - memoryBefore.heapUsed)} more than at first`)
  if (audit.length > 0) faults.push(`The trail of changes does not fit: ${audit.join('; ')}`)
  if (files.length > 0) faults.push(`Left in the folder for temporary files: ${files.slice(0, 5).join(', ')}`)
}
const missed = chosen.filter(({ id }) => !reached.has(id)).map(({ id }) => id)
console.log(`Operations: ${chosen.length - missed.length} of ${chosen.length} answered a valid request with 2xx`)
console.log(`Valid: ${counts.valid.tried} requests (${told(counts.valid.classes)}). Mutated: ${counts.mutated.tried} (${told(counts.mutated.classes)}). No HTTP: ${rawTried}. Could not be sent: ${unsendable}`)
if (process.env['FUZZ_DETAIL'] !== undefined) for (const [id, own] of statuses) console.log(`  ${id}: ${[...own].sort(([a], [b]) => a - b).map(([status, n]) => `${status} ${n}`).join(', ')}`)
console.log(`Slowest: ${Math.round(slowest.ms)} ms, ${slowest.what} (bound ${SLOWEST_MS})`)
if (REPLAY === undefined) {
  if (missed.length > 0) faults.push(`No valid request to these was answered with 2xx: ${missed.join(', ')}. ${ONLY === undefined ? 'What they need has to exist first (makeRecords in test/fuzz/run.ts), an example has to stand in the document, or the run was too short.' : ''}`)
  if (limited * 5 > counts.valid.tried + counts.mutated.tried) faults.push(`${limited} requests were answered 429: the limit stands in the way; start the service in test/fuzz/service.ts with a higher one`)
}
for (const [signature, { times }] of reports) faults.push(`Found ${times} time${times === 1 ? '' : 's'}: ${signature}`)
console.log(faults.length === 0 ? 'Nothing found.' : `\n${faults.map((fault) => `  ${fault}`).join('\n')}\n${reports.size} found`)
wire.close()
if (ended === null) {
  child.disconnect()
  await new Promise((resolve) => child.once('exit', resolve))
}
process.exitCode = faults.length === 0 ? 0 : 1

function mib(bytes: number) {
  return `${Math.round(bytes / 2 ** 20)} MiB`
}

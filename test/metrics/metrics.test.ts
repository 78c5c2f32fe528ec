import t from 'tap'
import { connect } from 'node:net'
import { metricsOf } from '../../src/metrics/metrics.js'
import { bearer, twoCouncils } from '../helpers/access.js'
import { testApp, testDatabase } from '../helpers/app.js'
import { probeApp } from '../helpers/probe.js'

type Labels = Record<string, string>

/** The samples of an exposition, read as Prometheus reads them. */
function samplesOf(text: string) {
  const samples = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name, labels = '', value] = /^([a-z_:][a-z0-9_:]*)(?:\{(.*)\})? (\S+)$/i.exec(line) ?? []
      if (name === undefined) throw new Error(`not a sample: ${line}`)
      return { name, labels: Object.fromEntries([...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, word]): [string, string] => [key!, word!])), value: Number(value) }
    })
  const value = (name: string, labels: Labels = {}) => samples.find((sample) => sample.name === name && Object.entries(labels).every(([key, word]) => sample.labels[key] === word))?.value
  return { samples, value }
}

const database = await testDatabase(t)
const app = await testApp(t, { database })
const scrape = async () => samplesOf((await app.inject('/metrics')).body)

const PROFILE = { needs: [{ need: 'neglect', children: 40 }] }

t.test('an instance counts what it answered, by the pattern of the route and never by the address', async (t) => {
  const before = await scrape()
  await app.inject('/v1/interventions/mash')
  await app.inject('/v1/interventions/mst-can')
  await app.inject('/v1/interventions/no-such-thing')
  for (const url of ['/nonsense/marked-address', '/v1/marked-address?marked-query=1', '/%zz']) await app.inject(url)
  await app.inject({ method: 'PATCH', url: '/v1/needs' })
  await app.inject({ method: 'POST', url: '/v1/recommendations', payload: { nonsense: 'marked-body' } })
  const after = await scrape()
  const route = { method: 'GET', route: '/v1/interventions/:id' }
  t.equal(after.value('evident_http_requests_total', { ...route, status: '200' }), 2)
  t.equal(after.value('evident_http_requests_total', { ...route, status: '404' }), 1)
  t.equal(after.value('evident_http_request_duration_seconds_count', route), 3)
  t.equal(after.value('evident_http_request_duration_seconds_bucket', { ...route, le: '+Inf' }), 3)
  t.ok(after.value('evident_http_request_duration_seconds_bucket', { ...route, le: '30' })! >= 3, 'and none took half a minute')
  t.equal(after.value('evident_http_requests_total', { method: 'GET', route: 'unmatched', status: '404' }), 2)
  t.equal(after.value('evident_http_requests_total', { method: 'PATCH', route: 'unmatched', status: '405' }), 1)
  t.equal(after.value('evident_http_requests_total', { method: 'POST', route: '/v1/recommendations', status: '400' }), 1)
  t.equal(after.value('evident_http_requests_total', { method: 'GET', route: '/metrics', status: '200' }), 1, 'the first scrape, not yet the second')
  t.equal(before.value('evident_http_requests_in_flight'), after.value('evident_http_requests_in_flight'), 'nothing is left in flight')
  t.notMatch((await app.inject('/metrics')).body, /marked-/)
})

t.test('however many addresses are tried, the number of series stays what it was', async (t) => {
  const tryAll = async (round: number) => {
    for (let i = 0; i < 20; i += 1) await app.inject({ method: i % 2 === 0 ? 'GET' : 'DELETE', url: `/v${round}/${i}/${'x'.repeat(i)}?${i}` })
    return (await scrape()).samples.length
  }
  await tryAll(0)
  t.equal(await tryAll(1), await tryAll(2))
})

t.test('what the service is for is counted: rankings, warnings, appraisals, imports', async (t) => {
  const before = await scrape()
  const added = async (name: string, labels: Labels = {}) => (await scrape()).value(name, labels)! - before.value(name, labels)!
  const preview = await app.inject({ method: 'POST', url: '/v1/recommendations/preview', payload: PROFILE })
  await app.inject({ method: 'POST', url: '/v1/recommendations', payload: PROFILE })
  t.equal(await added('evident_recommendations_total', { kept: 'false' }), 1)
  t.equal(await added('evident_recommendations_total', { kept: 'true' }), 1)
  const warned = preview.json<{ gapWarnings: { code: string }[] }>().gapWarnings
  t.ok(warned.length > 0)
  for (const { code } of warned) t.equal(await added('evident_gap_warnings_total', { code }), 2 * warned.filter((other) => other.code === code).length, code)

  for (let time = 1; time <= 2; time += 1) t.equal((await app.inject({ method: 'POST', url: '/v1/needs-profiles', headers: { 'idempotency-key': 'counted-once' }, payload: { title: 'Counted' } })).statusCode, 201)
  t.equal(await added('evident_replays_total'), 1)

  const paths = (await app.inject('/openapi.json')).json<{ paths: Record<string, Record<string, { requestBody: { content: Record<string, { examples: Record<string, { value: unknown }> }> } }>> }>().paths
  const exampleOf = (path: string, type: string) => Object.values(paths[path]!['post']!.requestBody.content[type]!.examples)[0]!.value
  t.equal((await app.inject({ method: 'POST', url: '/v1/appraisals', payload: exampleOf('/v1/appraisals', 'application/json') as object })).statusCode, 200)
  t.equal(await added('evident_appraisals_total'), 1)
  const file = exampleOf('/v1/imports', 'text/csv') as string
  for (const payload of [file, file, 'no,table\n1,2\n']) await app.inject({ method: 'POST', url: '/v1/imports', headers: { 'content-type': 'text/csv' }, payload })
  for (const result of ['stored', 'unchanged', 'refused']) t.equal(await added('evident_imports_total', { result }), 1, result)
})

t.test('the pool, the catalogue, the build and the process are told', async (t) => {
  const response = await app.inject('/metrics')
  t.match(response.headers, { 'content-type': /^text\/plain; .*version=0\.0\.4/, 'cache-control': 'no-store' })
  const { value } = samplesOf(response.body)
  t.equal(value('evident_database_connections_limit'), database.engine === 'embedded' ? 1 : 4)
  t.equal(value('evident_database_connections', { state: 'busy' }), 0)
  t.ok(value('evident_database_connections', { state: 'idle' })! >= 1)
  t.equal(value('evident_database_waiting'), 0)
  t.equal(value('evident_catalogue_info', { version: '1' }), 1)
  t.ok(value('evident_catalogue_age_seconds')! >= 0)
  t.equal(value('evident_build_info', { engine: database.engine }), 1)
  for (const name of ['process_resident_memory_bytes', 'process_cpu_seconds_total', 'nodejs_eventloop_lag_p99_seconds', 'nodejs_heap_size_used_bytes']) t.ok(value(name)! >= 0, name)
})

t.test('a connection that is lent is busy, and who waits is counted', async (t) => {
  const metrics = metricsOf({ database, catalogueVersion: () => 1, storedAt: async () => undefined })
  const { limit } = database.connections()
  let give = () => {}
  const held = new Promise<void>((resolve) => (give = resolve))
  let lent = 0
  const holders = Array.from({ length: limit }, () => database.kysely.connection().execute(async () => ((lent += 1), held)))
  while (lent < limit) await new Promise(setImmediate)
  const waiter = database.kysely.selectFrom('area').select('id').limit(1).execute()
  while (database.connections().waiting === 0) await new Promise(setImmediate)
  const { value } = samplesOf(await metrics.registry.metrics())
  give()
  await Promise.all([...holders, waiter])
  t.match({ busy: value('evident_database_connections', { state: 'busy' }), idle: value('evident_database_connections', { state: 'idle' }), waiting: value('evident_database_waiting') }, { busy: limit, idle: 0, waiting: 1 })
  t.equal(value('evident_catalogue_age_seconds'), undefined, 'an age that is not known is not told')
})

t.test('a caller that goes away is counted, and does not stay in flight', async (t) => {
  let begun = () => {}
  const hasBegun = new Promise<void>((resolve) => (begun = resolve))
  let finish = () => {}
  const finished = new Promise<void>((resolve) => (finish = resolve))
  const app = await probeApp(t, (app) =>
    app.get('/v1/slow', async () => {
      begun()
      await finished
      return {}
    })
  )
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  const socket = connect(Number(new URL(address).port), '127.0.0.1')
  socket.write('GET /v1/slow HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await hasBegun
  const scrape = async () => samplesOf(await (await fetch(`${address}/metrics`)).text())
  t.equal((await scrape()).value('evident_http_requests_in_flight'), 2, 'that one, and the scrape itself')
  socket.destroy()
  const labels = { method: 'GET', route: '/v1/slow' }
  let after = await scrape()
  while (after.value('evident_http_requests_aborted_total', labels) === undefined) after = await scrape()
  finish()
  while (after.value('evident_http_requests_in_flight') !== 1) after = await scrape()
  t.equal(after.value('evident_http_requests_aborted_total', labels), 1)
})

t.test('only who may read the trail of changes may read them, where callers sign in', async (t) => {
  const { app, leeds } = await twoCouncils(t)
  t.equal((await app.inject('/metrics')).statusCode, 401)
  t.equal((await app.inject({ url: '/metrics', headers: bearer(leeds.only.read) })).statusCode, 403)
  const response = await app.inject({ url: '/metrics', headers: bearer(leeds.only.admin) })
  t.equal(response.statusCode, 200)
  for (const secret of [leeds.id, leeds.name, leeds.key, leeds.only.admin.slice(4, 20)]) t.notMatch(response.body, secret)
})

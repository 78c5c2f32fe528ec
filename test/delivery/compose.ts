import t from 'tap'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer as createHttpServer, request } from 'node:http'
import { createServer, type AddressInfo } from 'node:net'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { loadConfig } from '../../src/config.js'
import { packageRoot } from '../../src/package-root.js'

const root = packageRoot()

interface Service {
  environment?: Record<string, string>
  ports?: string[]
  volumes?: string[]
  read_only?: boolean
  cap_drop?: string[]
}
const { services, volumes } = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8')) as { services: Record<string, Service>; volumes: Record<string, unknown> }
const instances = Object.entries(services).filter(([name]) => name.startsWith('evident'))

t.test('the proxy alone can be reached, and that from this machine', (t) => {
  t.strictSame(Object.entries(services).flatMap(([name, { ports }]) => (ports === undefined ? [] : [[name, ports]])), [['proxy', ['${EVIDENT_ADDRESS:-127.0.0.1:3000}:8080']]])
  t.end()
})

t.test('there is no password until somebody chooses one', (t) => {
  const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8')
  const passwords = [...text.matchAll(/\$\{POSTGRES_PASSWORD[^}]*\}/g)].map(([found]) => found)
  t.ok(passwords.length >= 2)
  for (const found of passwords) t.equal(found, '${POSTGRES_PASSWORD:?set it in .env}')
  t.end()
})

t.test('each instance has an environment that the service understands, needs a key, and cannot write where it should not', (t) => {
  t.ok(instances.length >= 2)
  for (const [name, { environment, read_only, cap_drop }] of instances) {
    const env = Object.fromEntries(Object.entries(environment!).map(([key, value]) => [key, value.replace(/\$\{\w+:-([^}]*)\}/g, '$1').replace(/\$\{\w+:\?[^}]*\}/g, 'x')]))
    t.match(loadConfig(env), { databaseUrl: /^postgres:\/\/evident:x@database:5432\/evident$/, access: { required: true }, stopDelaySeconds: 4, web: { trustProxy: [String] } }, `${name}; with the proxy trusted, as keys that one caller guesses would else shut out all`)
    t.match({ read_only, cap_drop }, { read_only: true, cap_drop: ['ALL'] }, name)
  }
  t.end()
})

t.test('the proxy has the configuration that is shipped, and it knows the instances by their names', (t) => {
  const mounted = services['proxy']!.volumes!.map((volume) => volume.split(':')[0]!)
  for (const path of mounted) t.ok(existsSync(join(root, path)), path)
  const configuration = readFileSync(join(root, mounted[0]!), 'utf8')
  for (const [name] of instances) t.match(configuration, `${name}:3000`, name)
  t.strictSame(services['database']!.volumes!.map((volume) => volume.split(':')[0]!), Object.keys(volumes))
  t.end()
})

t.test('the proxy keeps what is counted from outside, query values out of its log, and believes nobody when they say for whom they ask', { skip: spawnSync('haproxy', ['-v']).error === undefined ? false : 'haproxy is not installed here' }, async (t) => {
  const asked: string[] = []
  const forwarded: unknown[] = []
  const instance = createHttpServer((incoming, response) => {
    asked.push(incoming.url!)
    forwarded.push(incoming.headers['x-forwarded-for'])
    response.end('{}')
  }).listen(0, '127.0.0.1')
  await once(instance, 'listening')
  t.teardown(() => instance.close())
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  const address = `127.0.0.1:${(instance.address() as AddressInfo).port}`
  const proxy = spawn('haproxy', ['-f', join(root, 'deploy', 'haproxy.cfg'), '-db'], { env: { ...process.env, EVIDENT_BIND: `127.0.0.1:${port}`, EVIDENT_BEHIND: '192.0.2.1', EVIDENT_1: address, EVIDENT_2: address, EVIDENT_3: address }, stdio: ['ignore', 'pipe', 'pipe'] })
  let log = ''
  for (const stream of [proxy.stdout, proxy.stderr]) stream.on('data', (chunk: Buffer) => (log += chunk.toString()))
  t.teardown(async () => {
    proxy.kill()
    await once(proxy, 'close')
  })
  const get = (path: string) =>
    new Promise<number>((resolve, reject) => {
      request({ host: '127.0.0.1', port, path, agent: false, headers: { 'x-forwarded-for': '198.51.100.7' } }, (response) => {
        response.resume()
        response.once('end', () => resolve(response.statusCode!))
      })
        .once('error', reject)
        .end()
    })
  while ((await get('/v1/needs?q=marked').catch(() => 0)) !== 200) await new Promise((resolve) => setTimeout(resolve, 50))
  for (const path of ['/metrics', '/metrics?x=1', '/metrics/', '/%6detrics', '/%6D%65trics']) t.equal(await get(path), 404, path)
  t.strictSame(asked.filter((path) => /metrics|6d/i.test(path)), [], 'and none of them reached an instance')
  while (!/GET \/v1\/needs HTTP/.test(log)) await new Promise((resolve) => setTimeout(resolve, 50))
  t.notMatch(log, /marked/)
  t.strictSame([...new Set(forwarded.filter((given) => given !== undefined))], ['127.0.0.1'])
})

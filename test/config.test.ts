import t from 'tap'
import { isAbsolute } from 'node:path'
import { ConfigError, loadConfig } from '../src/config.js'

t.test('an empty environment gives a server for this machine alone, with the embedded database', (t) => {
  const config = loadConfig({})
  t.match(config, { host: '127.0.0.1', port: 3000, databaseUrl: null, logLevel: 'info' })
  t.ok(isAbsolute(config.dataDir))
  t.ok(config.dataDir.endsWith('data'))
  t.end()
})

t.test('a variable that is set and empty counts as absent', (t) => {
  t.strictSame(loadConfig({ PORT: '', DATABASE_URL: ' ', HOST: '' }), loadConfig({}))
  t.end()
})

const LIMITS = {
  IDEMPOTENCY_KEY_HOURS: '48', RATE_LIMIT: '600', REFUSAL_LIMIT: '10', SHED_EVENT_LOOP_MS: '500', SHED_DATABASE_QUEUE: '50', STATEMENT_TIMEOUT: '5', ANSWER_TIMEOUT: '20',
  CORS_ORIGINS: 'https://bi.example.gov.uk, http://localhost:5173', HSTS_SECONDS: '31536000', TRUST_PROXY: '10.0.0.0/8,::1'
}

t.test('every variable is read', (t) => {
  t.strictSame(loadConfig({ HOST: '0.0.0.0', PORT: '8080', DATABASE_URL: 'postgres://me@db/evident', DATA_DIR: '/srv/evident', LOG_LEVEL: 'WARN', DATABASE_POOL_SIZE: '3', DATABASE_OWNER_URL: 'postgres://owner@db/evident', DATABASE_READ_URL: 'postgres://me@replica/evident', STOP_DELAY_SECONDS: '4', AUTH_REQUIRED: 'true', OPEN_READS: 'FALSE', ...LIMITS }), {
    host: '0.0.0.0',
    port: 8080,
    databaseUrl: 'postgres://me@db/evident',
    databaseOwnerUrl: 'postgres://owner@db/evident',
    databaseReadUrl: 'postgres://me@replica/evident',
    databasePoolSize: 3,
    dataDir: '/srv/evident',
    logLevel: 'warn',
    stopDelaySeconds: 4,
    access: { required: true, openReads: false, oidc: null },
    idempotencyKeyHours: 48,
    limits: { requestsPerMinute: 600, refusalsPerMinute: 10, eventLoopDelayMs: 500, databaseQueue: 50, statementSeconds: 5, answerSeconds: 20 },
    web: { corsOrigins: ['https://bi.example.gov.uk', 'http://localhost:5173'], hstsSeconds: 31536000, trustProxy: ['10.0.0.0/8', '::1'] }
  })
  for (const HOST of ['::', '::1', 'localhost', 'evident.internal']) t.equal(loadConfig({ HOST }).host, HOST)
  t.end()
})

t.test('every fault is listed at once, with what was given and what to write', (t) => {
  let caught: unknown
  try {
    loadConfig({ PORT: 'eighty', LOG_LEVEL: 'loud', DATABASE_URL: 'mysql://root:hunter2@db/evident', HOST: 'http://here:80' })
  } catch (error) {
    caught = error
  }
  t.type(caught, ConfigError)
  const { message, faults } = caught as ConfigError
  t.equal(faults.length, 4)
  t.match(message, /PORT is 'eighty': write a whole number from 0 to 65535/)
  t.match(message, /LOG_LEVEL is 'loud': write one of fatal, error/)
  t.match(message, /DATABASE_URL begins with 'mysql:'/)
  t.match(message, /HOST is 'http:\/\/here:80'/)
  t.end()
})

t.test('a further address of the database needs the first', (t) => {
  t.throws(() => loadConfig({ DATABASE_OWNER_URL: 'postgres://owner@db/evident', DATABASE_READ_URL: 'postgres://me@replica/evident' }), { message: /DATABASE_OWNER_URL is set and DATABASE_URL is not[^]*DATABASE_READ_URL is set and DATABASE_URL is not/ })
  t.throws(() => loadConfig({ DATABASE_URL: 'postgres://me@db/evident', DATABASE_READ_URL: 'mysql://me@db' }), { message: /DATABASE_READ_URL begins with 'mysql:'.*no replica/ })
  t.end()
})

t.test('a password is never repeated', (t) => {
  for (const DATABASE_URL of ['mysql://root:hunter2@db/evident', 'root:hunter2@db', 'postgres://root:hunter2#@:x/db']) {
    t.throws(() => loadConfig({ DATABASE_URL }), { message: /^(?![\s\S]*hunter2)/ })
  }
  t.end()
})

t.test('a port must be one that can be listened on', (t) => {
  for (const PORT of ['-1', '65536', '3000.5', '0x10', '1e3', '3000 ; rm']) t.throws(() => loadConfig({ PORT }), ConfigError, PORT)
  t.equal(loadConfig({ PORT: '0' }).port, 0)
  t.end()
})

t.test('an origin must be as a browser sends it, and a proxy an address', (t) => {
  for (const word of ['*', 'null', 'https://bi.example.gov.uk/', 'https://bi.example.gov.uk/app', 'bi.example.gov.uk', 'https://*.example.gov.uk', 'https://BI.example.gov.uk', 'ftp://bi.example.gov.uk', 'https://a.example,,', 'https://a.example:443']) {
    t.throws(() => loadConfig({ CORS_ORIGINS: word }), { message: /CORS_ORIGINS holds '.*write origins/ }, word)
  }
  for (const word of ['true', 'proxy', '10.0.0.0/33', '10.0.0.0/8/8', '::1/129', '10.0.0.0/']) t.throws(() => loadConfig({ TRUST_PROXY: word }), { message: /TRUST_PROXY holds/ }, word)
  t.match(loadConfig({}), { limits: { requestsPerMinute: null, eventLoopDelayMs: 1000 }, web: { corsOrigins: [], hstsSeconds: 0, trustProxy: [] } })
  t.end()
})

import { isIP } from 'node:net'
import { join, resolve } from 'node:path'
import type { AccessConfig } from './access/service.js'
import { isSafeAddress } from './access/tokens.js'
import { DEFAULT_LIMITS, EVENT_LOOP_DELAY_MS, PER_MINUTE, type Limits, type WebConfig } from './limits/limits.js'
import { packageRoot } from './package-root.js'

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export interface Config {
  host: string
  port: number
  /** Null means the embedded engine. */
  databaseUrl: string | null
  /** The login that owns the tables, where that of `databaseUrl` only serves; null: the one does both. */
  databaseOwnerUrl: string | null
  /** A read replica of the server. */
  databaseReadUrl: string | null
  /** Connections kept to a PostgreSQL server; the embedded engine has one. */
  databasePoolSize: number
  /** The embedded engine's folder. */
  dataDir: string
  logLevel: LogLevel
  /** Between being told to stop and taking no more requests: time for a proxy to see that it is not ready. */
  stopDelaySeconds: number
  access: AccessConfig
  /** How long the answer to a request with an Idempotency-Key is kept. */
  idempotencyKeyHours: number
  limits: Limits
  web: WebConfig
}

/** One message for every fault in the environment, so that one restart is enough to mend them all. */
export class ConfigError extends Error {
  constructor(readonly faults: string[]) {
    super(`The environment has ${faults.length} fault${faults.length === 1 ? '' : 's'}:\n${faults.map((fault) => `  ${fault}`).join('\n')}`)
    this.name = 'ConfigError'
  }
}

/**
 * Reads the environment. A variable that is absent or empty takes its default.
 * @throws ConfigError naming every fault, what was given and what to write instead
 */
export function loadConfig(env: Record<string, string | undefined> = process.env): Config {
  const faults: string[] = []
  const read = (name: string) => {
    const value = env[name]?.trim()
    return value === undefined || value === '' ? undefined : value
  }

  function wholeNumber(name: string, fallback: number, least: number, most: number): number {
    const given = read(name)
    if (given === undefined) return fallback
    const value = Number(given)
    if (/^\d+$/.test(given) && value >= least && value <= most) return value
    faults.push(`${name} is ${shown(given)}: write a whole number from ${least} to ${most}, for example ${name}=${fallback}`)
    return fallback
  }

  function logLevel(): LogLevel {
    const given = read('LOG_LEVEL')
    if (given === undefined) return 'info'
    const level = LOG_LEVELS.find((candidate) => candidate === given.toLowerCase())
    if (level !== undefined) return level
    faults.push(`LOG_LEVEL is ${shown(given)}: write one of ${LOG_LEVELS.join(', ')}`)
    return 'info'
  }

  function host(): string {
    const given = read('HOST')
    if (given === undefined) return '127.0.0.1'
    const withPort = /^[^:]*:\d+$/.test(given)
    if (/^[\w.:-]+$/.test(given) && !withPort) return given
    faults.push(`HOST is ${shown(given)}: write an address or a name alone, without a scheme or a port, for example HOST=127.0.0.1 or HOST=0.0.0.0`)
    return given
  }

  function databaseUrl(name: string, without: string): string | null {
    const given = read(name)
    if (given === undefined) return null
    const example = `${name}=postgres://user:password@localhost:5432/evident`
    // What was given may hold a password, so only its scheme is ever repeated.
    if (!URL.canParse(given)) {
      faults.push(
        `${name} is not an address that can be read (not shown, as it may hold a password): write ${example}, ` +
          `with any of @ : / ? # in the password percent-encoded, or leave it out for ${without}`
      )
      return given
    }
    const { protocol } = new URL(given)
    if (protocol === 'postgres:' || protocol === 'postgresql:') return given
    faults.push(`${name} begins with ${shown(protocol)}: only PostgreSQL is supported; write ${example}, or leave it out for ${without}`)
    return given
  }

  /** A further address of the server that DATABASE_URL names. */
  function besideDatabaseUrl(name: string, without: string): string | null {
    const url = databaseUrl(name, without)
    if (url !== null && read('DATABASE_URL') === undefined) faults.push(`${name} is set and DATABASE_URL is not: name the server that it belongs to, or leave it out for the embedded database`)
    return url
  }

  function yes(name: string, fallback: boolean): boolean {
    const given = read(name)
    if (given === undefined) return fallback
    if (/^(true|false)$/i.test(given)) return given.toLowerCase() === 'true'
    faults.push(`${name} is ${shown(given)}: write true or false`)
    return fallback
  }

  function address(name: string, example: string): string | null {
    const given = read(name)
    if (given === undefined || isSafeAddress(given)) return given ?? null
    faults.push(`${name} is ${shown(given)}: write an https address, for example ${name}=${example} (http only for this machine)`)
    return null
  }

  function oidc(): AccessConfig['oidc'] {
    const issuer = address('OIDC_ISSUER', 'https://login.example.gov.uk/realms/council')
    const jwksUri = address('OIDC_JWKS_URI', 'https://login.example.gov.uk/realms/council/keys')
    const audience = read('OIDC_AUDIENCE')
    const named = ['OIDC_AUDIENCE', 'OIDC_JWKS_URI', 'OIDC_ORGANISATION_CLAIM', 'OIDC_SCOPES_CLAIM'].filter((name) => read(name) !== undefined)
    if (read('OIDC_ISSUER') === undefined) {
      if (named.length > 0) faults.push(`${named.join(', ')} ${named.length === 1 ? 'is' : 'are'} set and OIDC_ISSUER is not: name the issuer of the tokens, or leave ${named.length === 1 ? 'it' : 'them'} out`)
      return null
    }
    if (audience === undefined) faults.push('OIDC_ISSUER is set and OIDC_AUDIENCE is not: without it a token meant for any other service would be accepted; write the name that the issuer has for this service')
    return issuer === null || audience === undefined ? null : { issuer, audience, jwksUri, organisationClaim: read('OIDC_ORGANISATION_CLAIM') ?? 'organisation', scopesClaim: read('OIDC_SCOPES_CLAIM') ?? 'scope' }
  }

  /** Words parted by commas, each of which must be of a form. */
  function list(name: string, isRight: (word: string) => boolean, form: string): string[] {
    const given = read(name)?.split(',').map((word) => word.trim()) ?? []
    for (const word of given.filter((one) => !isRight(one))) faults.push(`${name} holds ${shown(word)}: ${form}`)
    return given
  }

  const { refusalsPerMinute, databaseQueue, statementSeconds, answerSeconds } = DEFAULT_LIMITS
  const config: Config = {
    host: host(),
    port: wholeNumber('PORT', 3000, 0, 65535),
    databaseUrl: databaseUrl('DATABASE_URL', 'the embedded database'),
    databaseOwnerUrl: besideDatabaseUrl('DATABASE_OWNER_URL', 'one login for all'),
    databaseReadUrl: besideDatabaseUrl('DATABASE_READ_URL', 'no replica'),
    databasePoolSize: wholeNumber('DATABASE_POOL_SIZE', 10, 1, 100),
    dataDir: resolve(read('DATA_DIR') ?? join(packageRoot(), 'data')),
    logLevel: logLevel(),
    stopDelaySeconds: wholeNumber('STOP_DELAY_SECONDS', 0, 0, 60),
    access: { required: yes('AUTH_REQUIRED', false), openReads: yes('OPEN_READS', true), oidc: oidc() },
    idempotencyKeyHours: wholeNumber('IDEMPOTENCY_KEY_HOURS', 24, 1, 720),
    limits: {
      requestsPerMinute: read('RATE_LIMIT') === undefined ? null : wholeNumber('RATE_LIMIT', PER_MINUTE, 1, 10_000_000),
      refusalsPerMinute: wholeNumber('REFUSAL_LIMIT', refusalsPerMinute, 1, 1_000_000),
      eventLoopDelayMs: wholeNumber('SHED_EVENT_LOOP_MS', EVENT_LOOP_DELAY_MS, 20, 60_000),
      databaseQueue: wholeNumber('SHED_DATABASE_QUEUE', databaseQueue, 1, 100_000),
      statementSeconds: wholeNumber('STATEMENT_TIMEOUT', statementSeconds, 1, 3_600),
      answerSeconds: wholeNumber('ANSWER_TIMEOUT', answerSeconds, 1, 3_600)
    },
    web: {
      corsOrigins: list('CORS_ORIGINS', isOrigin, 'write origins as browsers send them, a scheme and a host without a path, for example CORS_ORIGINS=https://bi.council.gov.uk'),
      hstsSeconds: wholeNumber('HSTS_SECONDS', 0, 0, 63_072_000),
      trustProxy: list('TRUST_PROXY', isAddressRange, 'write the addresses of your proxies, or ranges of them, for example TRUST_PROXY=10.0.0.0/8')
    }
  }
  if (faults.length > 0) throw new ConfigError(faults)
  return config
}

/** As a browser would send it, so that comparing texts is enough. `*` and `null` are none. */
const isOrigin = (word: string) => /^https?:\/\//.test(word) && URL.canParse(word) && new URL(word).origin === word

function isAddressRange(word: string): boolean {
  const [address, bits, ...more] = word.split('/')
  const family = isIP(address!)
  return family !== 0 && more.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128)))
}

const shown = (value: string) => `'${value.length > 60 ? `${value.slice(0, 60)}…` : value}'`

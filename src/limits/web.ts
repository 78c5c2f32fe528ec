import cors from '@fastify/cors'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isOpen, ruleOf, type Rule } from '../access/rules.js'
import { forbidden, misdirected } from '../errors.js'
import { BUILD } from '../version.js'
import type { WebConfig } from './limits.js'
import { isHealth } from './rates.js'

/** What a page of another origin may read besides the body. */
const EXPOSED = ['ETag', 'Evident-Version', 'Link', 'Location', 'Idempotency-Replayed', 'RateLimit', 'RateLimit-Policy', 'Retry-After', 'X-Request-Id', 'WWW-Authenticate']
const SENT = ['Accept', 'Authorization', 'Content-Type', 'Idempotency-Key', 'If-Match', 'If-None-Match', 'X-Request-Id']

/**
 * For answers that are data: nothing in them is to be run, framed or taken in by another site. Pages of
 * the service's own (the reference, a printed case) say more themselves.
 */
const HEADERS = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'evident-version': BUILD
}

/** On every answer, also one to an address that is refused before any hook runs. */
export const headersOf = ({ hstsSeconds }: Pick<WebConfig, 'hstsSeconds'>) => (hstsSeconds === 0 ? HEADERS : { ...HEADERS, 'strict-transport-security': `max-age=${hstsSeconds}` })

/** What is known of an organisation, and what was computed for it, stays in no cache. */
const cachingOf = (rule: Rule, saysWho: boolean) => (rule === 'health' || rule === 'open' || (isOpen(rule) && !saysWho) ? undefined : 'no-store')

/** Headers of every answer, and which pages of other origins may ask. Comes before every other hook, so that a refusal has them too. */
export async function registerWeb(app: FastifyInstance, web: WebConfig) {
  const { corsOrigins } = web
  const headers = headersOf(web)
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers(headers).header('x-request-id', request.id)
    if (request.is404) return
    const { schema, url } = request.routeOptions
    const caching = cachingOf(ruleOf(schema?.operationId, url ?? ''), request.headers.authorization !== undefined)
    if (caching !== undefined) void reply.header('cache-control', caching)
  })
  if (corsOrigins.length > 0) {
    await app.register(cors, { origin: [...corsOrigins], methods: ['GET', 'HEAD', 'POST', 'PUT'], allowedHeaders: SENT, exposedHeaders: EXPOSED, credentials: false, maxAge: 600, strictPreflight: false })
  }
  app.addHook('onRequest', async (request) => {
    if (!isSafe(request) && isFromElsewhere(request, corsOrigins)) {
      throw forbidden('A page of another site sent this, and none may change anything here. Whoever runs this service can allow one by its origin (CORS_ORIGINS).', { code: 'cross-origin' })
    }
  })
}

const isSafe = ({ method }: FastifyRequest) => method === 'GET' || method === 'HEAD' || method === 'OPTIONS'

/**
 * Whether a browser says that a page of another origin made it send this. Most such requests never
 * arrive, as the body is of a kind that browsers ask about first; this does not hang on that.
 */
function isFromElsewhere({ headers, host }: FastifyRequest, allowed: readonly string[]): boolean {
  const { origin } = headers
  if (origin !== undefined && allowed.includes(origin)) return false
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  return origin !== undefined && hostOf(origin) !== host
}

const hostOf = (origin: string) => (URL.canParse(origin) ? new URL(origin).host : null)

/** A name for this machine alone, with or without a port. */
const HERE = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i

/**
 * Where nobody has to say who they are, a page could have its own name lead to this machine and so be
 * taken for this service's own (DNS rebinding). The name stands in Host, so only names of this machine
 * are answered.
 */
export function registerOwnNames(app: FastifyInstance, isLocal: () => boolean) {
  app.addHook('onRequest', async (request) => {
    if (HERE.test(request.headers.host ?? '') || isHealth(request) || !isLocal()) return
    throw misdirected("Nobody has to sign in here, so only names of this machine are answered: localhost, 127.0.0.1 or [::1]. The header Host names another.")
  })
}

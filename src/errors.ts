import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** One fault of an input: where it stands, what kind it is, and a sentence that says what to write instead. */
export interface ErrorItem {
  /** JSON pointer into the part of the request named by `in`. */
  pointer: string
  code: string
  message: string
  in?: 'body' | 'query' | 'path' | 'header' | null
  suggestions?: string[]
}

/** RFC 9457, with our `code`, `errors` and `requestId`. */
export interface Problem {
  type: string
  title: string
  status: number
  detail: string
  code: string
  instance: string
  requestId: string
  errors?: Required<ErrorItem>[]
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'

/** An answer other than the one asked for, that the caller can understand and act on. */
export class DomainError extends Error {
  readonly code: string
  readonly status: number
  readonly title: string
  readonly errors: ErrorItem[] | undefined
  readonly headers: Record<string, string>

  constructor(fault: { code: string; status: number; title: string; detail: string; errors?: ErrorItem[] | undefined; headers?: Record<string, string> }) {
    super(fault.detail)
    this.name = 'DomainError'
    this.code = fault.code
    this.status = fault.status
    this.title = fault.title
    this.errors = fault.errors
    this.headers = fault.headers ?? {}
  }

  get detail(): string {
    return this.message
  }
}

interface Extra {
  code?: string
  title?: string
  errors?: ErrorItem[]
  headers?: Record<string, string>
}

const kind =
  (status: number, code: string, title: string) =>
  (detail: string, extra: Extra = {}) =>
    new DomainError({ status, code, title, detail, ...extra })

export const badRequest = kind(400, 'bad-request', 'The request cannot be understood')
/** Input that breaks the schema: unknown fields, wrong types, values out of range. */
export const invalidInput = kind(400, 'validation', 'The request is not valid')
export const unauthenticated = kind(401, 'unauthenticated', 'It is not known who is asking')
export const forbidden = kind(403, 'forbidden', 'That is not allowed')
export const notFound = kind(404, 'not-found', 'Not found')
const methodNotAllowed = kind(405, 'method-not-allowed', 'Method not allowed here')
export const notAcceptable = kind(406, 'not-acceptable', 'That form of answer is not offered')
export const conflict = kind(409, 'conflict', 'The request conflicts with what is held')
export const preconditionFailed = kind(412, 'precondition-failed', 'It has changed since it was read')
export const payloadTooLarge = kind(413, 'payload-too-large', 'The body is too large')
export const unsupportedMediaType = kind(415, 'unsupported-media-type', 'That content type is not accepted')
/** Input that is well formed and cannot be acted on: an unknown need, intervention or area. */
export const unprocessable = kind(422, 'unprocessable', 'The request cannot be acted on')
export const misdirected = kind(421, 'misdirected', 'That is not the name of this service')
export const preconditionRequired = kind(428, 'precondition-required', 'If-Match is needed')
export const tooManyRequests = kind(429, 'too-many-requests', 'Too many requests')
export const unavailable = kind(503, 'unavailable', 'The service is not available just now')

const databaseUnavailable = () =>
  // Where the connection was lost while a change was being committed, nobody knows on which side of it.
  unavailable('The database cannot be reached at present: try again shortly. A change that was under way may have been stored or not: read it again first.', {
    code: 'database-unavailable',
    headers: { 'retry-after': '5' }
  })

export const overloaded = () =>
  unavailable('More is asked of the service at present than it can do in good time, so this was not begun. Nothing was changed; try again shortly.', {
    code: 'overloaded',
    headers: { 'retry-after': '2' }
  })

const statementStopped = () =>
  unavailable('The database took too long over this, so it was stopped. Nothing was changed; try again shortly, or ask for less at once.', {
    code: 'statement-timeout',
    headers: { 'retry-after': '5' }
  })

const lockHeld = () =>
  unavailable('Something else is being done with the same records and is not over yet. Nothing was changed; try again shortly.', {
    code: 'database-busy',
    headers: { 'retry-after': '5' }
  })

export const notAnsweredInTime = () =>
  unavailable('The answer was not ready in time. What was sent with an Idempotency-Key can be sent again as it is, and is done once; of anything else, look first whether it was done.', {
    code: 'answer-timeout',
    headers: { 'retry-after': '5' }
  })

const masked = () =>
  new DomainError({
    status: 500,
    code: 'internal',
    title: 'Something went wrong here',
    detail: 'The fault is ours and has been logged. Quote the requestId when reporting it.'
  })

/** Faults listed in one answer: an input wrong in more places than this is wrong in a few ways. */
const MOST_FAULTS = 100

export function toProblem(error: DomainError, request: Pick<FastifyRequest, 'url' | 'id'>): Problem {
  return {
    type: `urn:evident:problem:${error.code}`,
    title: error.title,
    status: error.status,
    detail: (error.errors?.length ?? 0) > MOST_FAULTS ? `${error.detail} (The first ${MOST_FAULTS} are listed.)` : error.detail,
    code: error.code,
    instance: request.url.split('?', 1)[0]!.slice(0, 200),
    requestId: request.id,
    ...(error.errors === undefined
      ? {}
      : { errors: error.errors.slice(0, MOST_FAULTS).map((item) => ({ pointer: item.pointer, code: item.code, message: item.message, in: item.in ?? null, suggestions: item.suggestions ?? [] })) })
  }
}

const UNREACHABLE = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EPIPE', 'EVIDENT_DATABASE_BUSY'])
// 08: connection; 53: out of resources; 57014, 57P0x: cancelled, shut down or starting up. https://www.postgresql.org/docs/current/errcodes-appendix.html
const UNAVAILABLE_STATES = /^(08...|53...|57014|57P0[1-5])$/
// pg raises these without a code.
const UNAVAILABLE_MESSAGES = /^(timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error)/

export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = (error as { code?: unknown }).code
  if (typeof code === 'string' && (UNREACHABLE.has(code) || UNAVAILABLE_STATES.test(code))) return true
  return UNAVAILABLE_MESSAGES.test(error.message)
}

/** Any error at all, as one that may be shown to a caller. */
export function toDomainError(error: unknown): DomainError {
  if (error instanceof DomainError) return error
  switch ((error as { code?: unknown } | null | undefined)?.code) {
    case '57014':
      return statementStopped()
    case '55P03':
      return lockHeld()
    case 'EVIDENT_DATABASE_SATURATED':
      return overloaded()
  }
  if (isDatabaseUnavailable(error)) return databaseUnavailable()
  const { code, statusCode } = (error ?? {}) as { code?: string; statusCode?: number }
  switch (code) {
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return badRequest('The body is empty: send a JSON object, or leave out the content type.', { code: 'empty-body' })
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return payloadTooLarge('The body is over the limit of 1 MiB.')
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return unsupportedMediaType('Send the body as JSON, with the header Content-Type: application/json.', { headers: { accept: 'application/json' } })
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return badRequest('The body is not as long as its Content-Length says.', { code: 'invalid-content-length' })
    case 'FST_ERR_BAD_URL':
      return badRequest('The address holds a % that is not followed by two hexadecimal digits, or bytes that are no UTF-8.', { code: 'invalid-address' })
  }
  // Raised by the framework or a plugin about the request itself; its message may be shown.
  if (typeof code === 'string' && code.startsWith('FST_') && typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return new DomainError({ status: statusCode, code: 'bad-request', title: 'The request cannot be understood', detail: (error as Error).message })
  }
  return masked()
}

function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply) {
  const fault = toDomainError(error)
  if (fault.status >= 500) request.log.error({ err: error }, fault.code)
  // Of an answer that could not be given: what it names may not be there.
  for (const name of ['location', 'etag']) reply.removeHeader(name)
  void reply.code(fault.status).headers(fault.headers).type(PROBLEM_TYPE)
  return reply.send(JSON.stringify(toProblem(fault, request)))
}

/** Routes by their address as a pattern, so that a known address with the wrong method is told apart from an unknown one. */
export function registerErrors(app: FastifyInstance) {
  const known = new Map<string, { pattern: RegExp; methods: Set<string> }>()
  app.addHook('onRoute', ({ url, method }) => {
    const entry = known.get(url) ?? { pattern: addressPattern(url), methods: new Set<string>() }
    for (const one of [method].flat()) entry.methods.add(one)
    known.set(url, entry)
  })

  const missing = (request: FastifyRequest) => {
    const path = request.url.split('?', 1)[0]!
    const allowed = [...known.values()].filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => [...methods])
    // A file of the reference that is not there is asked for by a method that is offered for others.
    if (allowed.length > 0 && !allowed.includes(request.method)) {
      const allow = [...new Set(allowed)].sort().join(', ')
      return methodNotAllowed(`${request.method} is not offered here. What is: ${allow}.`, { headers: { allow } })
    }
    return notFound(`There is nothing at ${request.method} ${path.slice(0, 120)}. GET /docs lists every address.`, { code: 'no-such-address' })
  }

  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply))
  app.setNotFoundHandler((request, reply) => sendProblem(missing(request), request, reply))
  // Before the body is read: an unknown address is unknown whatever was sent to it.
  app.addHook('onRequest', async (request) => {
    if (request.is404) throw missing(request)
  })
}

const addressPattern = (url: string) =>
  new RegExp(`^${url.split('/').map((part) => (part === '*' ? '.*' : part.startsWith(':') ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))).join('/')}$`)

import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import { ruleOf, writes } from '../access/rules.js'
import { actAs, whoActs } from '../db/acting.js'
import { problemResponses } from '../schemas.js'
import { KEY_PATTERN, REPLAYED, readKey } from './key.js'
import { AlreadyAnswered, type IdempotencyService, type KeyedRequest } from './service.js'

const HEADER = 'idempotency-key'
/** Of the first answer; the others are each answer's own. */
const KEPT_HEADERS = ['content-type', 'location', 'etag'] as const

const keyed = new WeakMap<FastifyRequest, KeyedRequest>()

/** A file of a request, as it arrives: it is a part of what makes the request the one it is. */
export async function* markingBody(request: FastifyRequest, chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const held = keyed.get(request)
  for await (const chunk of chunks) {
    held?.addBody(chunk)
    yield chunk
  }
}

/**
 * Every POST that stores takes an Idempotency-Key. Which do is said by their rules, in src/access/rules.ts.
 * Comes after it is known who asks and before the routes.
 */
export function registerIdempotency(app: FastifyInstance, { idempotency }: { idempotency: IdempotencyService }) {
  const storing = new WeakSet<object>()

  app.addHook('onRoute', (route) => {
    const { schema } = route
    if (schema?.operationId === undefined || route.method !== 'POST' || !writes(ruleOf(schema.operationId, route.url), 'POST') || storing.has(schema)) return
    storing.add(schema)
    document(schema)
    // What is thrown here goes on to the app's own handler.
    route.errorHandler = (error, _request, reply) => {
      if (!(error instanceof AlreadyAnswered)) throw error
      const { status, headers, body } = error.answer
      void reply.code(status).headers(headers).header(REPLAYED, 'true').send(body)
    }
  })

  app.addHook('onRequest', (request, _reply, done) => {
    const { schema } = request.routeOptions
    const header = request.headers[HEADER]
    if (header === undefined || schema === undefined || !storing.has(schema)) return done()
    const key = readKey(header)
    const { method, url, headers } = request
    const held = idempotency.open(schema.operationId!, key, { actor: request.caller.actor, method, url, contentType: headers['content-type'] ?? '', ifMatch: headers['if-match'] ?? '' })
    keyed.set(request, held)
    actAs({ ...whoActs(), within: held.within }, done)
  })

  // A body that is whole by now; a file is still to come, and the work begins when it has.
  app.addHook('preHandler', async (request) => {
    const held = keyed.get(request)
    if (held === undefined || isStream(request.body)) return
    held.addBody(JSON.stringify(request.body) ?? '')
    await held.begin()
  })

  app.addHook('onSend', async (request, reply, payload) => {
    const held = keyed.get(request)
    if (held === undefined) return payload
    keyed.delete(request)
    if (reply.statusCode >= 300 || reply.getHeader(REPLAYED) !== undefined) await held.undo()
    else await held.keep({ status: reply.statusCode, headers: keptHeaders(reply), body: textOf(payload) })
    return payload
  })
}

const isStream = (body: unknown) => typeof (body as { pipe?: unknown } | null | undefined)?.pipe === 'function'

const keptHeaders = (reply: FastifyReply) => Object.fromEntries(KEPT_HEADERS.flatMap((name) => (reply.hasHeader(name) ? [[name, String(reply.getHeader(name))]] : [])))

/** @throws Error for an answer that is sent in parts, which could not be given again */
function textOf(payload: unknown): string {
  if (typeof payload === 'string') return payload
  if (Buffer.isBuffer(payload)) return payload.toString()
  throw new Error('An operation that stores must answer with a text that can be kept')
}

/** What an operation that stores takes and answers besides its own. */
function document(schema: NonNullable<RouteOptions['schema']>) {
  const headers = (schema.headers ?? { type: 'object' }) as { properties?: object }
  schema.headers = {
    ...headers,
    properties: {
      ...headers.properties,
      [HEADER]: {
        type: 'string',
        pattern: KEY_PATTERN,
        description:
          'Makes it safe to send the request again after an answer that was lost: a text that no other request has, such as a new UUID, in quotation marks. The same key with the same request is carried out once, and answered again as it was, with Idempotency-Replayed; with another request it is refused (422), and while the first is being worked on too (409). A request that was refused leaves its key free.'
      }
    }
  }
  const own = schema.response as Record<string, { headers?: object; content?: object }>
  for (const [status, answer] of Object.entries(own)) {
    if (status.startsWith('2') && answer.content !== undefined) own[status] = { ...answer, headers: { ...answer.headers, [REPLAYED]: { type: 'string', enum: ['true'], description: 'There where this was answered before, and is given again.' } } }
  }
  schema.response = { ...problemResponses(400, 409, 422), ...own }
}

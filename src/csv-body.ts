import type { Readable } from 'node:stream'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { badRequest, unsupportedMediaType } from './errors.js'
import { markingBody } from './idempotency/routes.js'
import { typed } from './schemas.js'
import { buildValidator } from './validation.js'

const validator = buildValidator({})
/** A stream has no shape to check beforehand. */
export const unlessBody = ((route: Parameters<typeof validator>[0]) => (route.httpPart === 'body' ? () => true : validator(route))) as never

/** A file of the largest size takes minutes to store; it must still have arrived within the time that any request has. */
export const FILE_ANSWER = { answerMs: 30 * 60_000 }

/** A scope whose bodies are files, taken as they arrive; nothing else of the service accepts them. */
export function withCsvBodies(fastify: FastifyInstance, register: (app: ReturnType<typeof typed>) => void) {
  void fastify.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('text/csv', (_request, payload, done) => done(null, payload))
    scope.addContentTypeParser('*', (_request, _payload, done) => done(unsupportedMediaType('Send the file as it is, with the header Content-Type: text/csv.', { headers: { accept: 'text/csv' } })))
    register(typed(scope))
  })
}

/**
 * Hands the file of a request on as it arrives.
 * @throws DomainError 400 where there is none, or it did not arrive whole
 */
export async function readingBody<T>(request: FastifyRequest, read: (chunks: AsyncIterable<Uint8Array>) => Promise<T>): Promise<T> {
  const body = request.body as Readable | undefined
  if (body == null) throw badRequest('A CSV file is needed as the body, with the header Content-Type: text/csv.', { code: 'missing-body' })
  try {
    // The request outlives a refusal half way, so that the sender can be told why.
    return await read(markingBody(request, body.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>))
  } catch (error) {
    if (body.errored !== null && body.errored === error) throw badRequest('The file did not arrive whole. Nothing was stored.', { code: 'incomplete-body' })
    throw error
  }
}

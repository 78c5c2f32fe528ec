import type { FastifyReply, FastifyRequest } from 'fastify'
import { badRequest } from './errors.js'
import { pageQuery } from './schemas.js'

/** The query parameters of every list. */
export const listQuery = pageQuery

const encode = (key: string) => Buffer.from(key, 'utf8').toString('base64url')

/** The key a cursor stands for. */
function decode(cursor: string): string {
  const key = Buffer.from(cursor, 'base64url').toString('utf8')
  if (key === '' || encode(key) !== cursor) {
    throw badRequest('The cursor is not one that this service gave: use nextCursor of the page before, unchanged.', {
      code: 'invalid-cursor',
      errors: [{ pointer: '/cursor', in: 'query', code: 'invalid-cursor', message: 'Use nextCursor of the page before, unchanged.' }]
    })
  }
  return key
}

/**
 * One page of rows that are in ascending order of their key. The cursor is the key of the last row
 * shown, so a page stays in place when rows are added before it.
 */
export function paged<T>(rows: readonly T[], keyOf: (row: T) => string, { limit = 50, cursor }: { limit?: number | undefined; cursor?: string | undefined }) {
  const after = cursor === undefined ? null : decode(cursor)
  const rest = after === null ? rows : rows.filter((row) => keyOf(row) > after)
  const items = rest.slice(0, limit)
  return { items, nextCursor: rest.length > items.length ? encode(keyOf(items.at(-1)!)) : null }
}

/** Sends a page with a Link header to the next one. */
export function sendPage<T extends { nextCursor: string | null }>(request: FastifyRequest, reply: FastifyReply, answer: T): T {
  if (answer.nextCursor !== null) {
    const [path, query = ''] = request.url.split('?', 2) as [string, string?]
    const parameters = new URLSearchParams(query)
    parameters.set('cursor', answer.nextCursor)
    void reply.header('link', `<${path}?${parameters.toString()}>; rel="next"`)
  }
  return answer
}

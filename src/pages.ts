import type { FastifyReply, FastifyRequest } from 'fastify'
import { badRequest } from './errors.js'
import { pageQuery } from './schemas.js'

/** The query parameters of every list. */
export const listQuery = pageQuery

/** The cursor that stands for a key. */
export const cursorFor = (key: string) => Buffer.from(key, 'utf8').toString('base64url')

/**
 * The key a cursor stands for.
 * @param read the key's parts, or undefined where it is none of this list's
 */
export function readCursor<T>(cursor: string, read: (key: string) => T | undefined): T {
  const key = Buffer.from(cursor, 'base64url').toString('utf8')
  const parts = key === '' || cursorFor(key) !== cursor ? undefined : read(key)
  if (parts === undefined) {
    throw badRequest('The cursor is not one that this service gave: use nextCursor of the page before, unchanged.', {
      code: 'invalid-cursor',
      errors: [{ pointer: '/cursor', in: 'query', code: 'invalid-cursor', message: 'Use nextCursor of the page before, unchanged.' }]
    })
  }
  return parts
}

/** A moment as this service writes it. Date.parse alone reads the 30th of February as the 2nd of March, which PostgreSQL refuses; it has no year 0 either. */
export const isMoment = (text: string) => /^[12]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString() === text

/** The key of a record in a list by time: when it was made, and its id. */
export function readMomentAndId(key: string): { createdAt: string; id: string } | undefined {
  const [, createdAt, id] = /^(\S+) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(key) ?? []
  return createdAt !== undefined && isMoment(createdAt) ? { createdAt, id: id! } : undefined
}

/**
 * One page of rows that are in ascending order of their key. The cursor is the key of the last row
 * shown, so a page stays in place when rows are added before it.
 */
export function paged<T>(rows: readonly T[], keyOf: (row: T) => string, { limit = 50, cursor }: { limit?: number | undefined; cursor?: string | undefined }) {
  const after = cursor === undefined ? null : readCursor(cursor, (key) => key)
  const rest = after === null ? rows : rows.filter((row) => keyOf(row) > after)
  const items = rest.slice(0, limit)
  return { items, nextCursor: rest.length > items.length ? cursorFor(keyOf(items.at(-1)!)) : null }
}

/** Sends a page with a Link header to the next one. */
export function sendPage<T extends { nextCursor: string | null }>(request: FastifyRequest, reply: FastifyReply, answer: T): T {
  if (answer.nextCursor !== null) {
    // A question mark may stand within the query too.
    const [path, ...query] = request.url.split('?') as [string, ...string[]]
    const parameters = new URLSearchParams(query.join('?'))
    parameters.set('cursor', answer.nextCursor)
    void reply.header('link', `<${path}?${parameters.toString()}>; rel="next"`)
  }
  return answer
}

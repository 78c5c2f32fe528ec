import { createHash } from 'node:crypto'
import { badRequest } from '../errors.js'

/** Header of an answer that was given before. */
export const REPLAYED = 'idempotency-replayed'

const LONGEST = 255

/**
 * Idempotency-Key (draft-ietf-httpapi-idempotency-key-header-07): a string of a structured field
 * (RFC 9651, 3.3.3), in quotation marks. One without them is taken too, as many senders leave them out;
 * it has no comma, since two headers of the same name arrive as one, parted by it.
 */
export const KEY_PATTERN = String.raw`^[ \t]*(?:"((?:[ !#-\[\]-~]|\\["\\]){1,${LONGEST}})"|([!#-+\--\[\]-~]{1,${LONGEST}}))[ \t]*$`
const KEY = new RegExp(KEY_PATTERN)

/**
 * The key that a header holds.
 * @throws DomainError 400 where it holds none, or several
 */
export function readKey(header: string | string[]): string {
  const [, quoted, bare] = KEY.exec(typeof header === 'string' ? header : '') ?? []
  const key = quoted?.replace(/\\(["\\])/g, '$1') ?? bare
  if (key !== undefined) return key
  const message = `Idempotency-Key must be one text of 1 to ${LONGEST} characters of ASCII in quotation marks, such as "8e03978e-40d5-43dd-bc93-6894a57f9324": a new UUID for each new request, the same for the same request sent again.`
  throw badRequest(message, { code: 'invalid-idempotency-key', errors: [{ pointer: '/idempotency-key', in: 'header', code: 'invalid-idempotency-key', message }] })
}

/** What makes a request the one it is. */
export interface RequestMark {
  actor: string
  method: string
  /** With its query. */
  url: string
  contentType: string
  ifMatch: string
}

/** SHA-256 over a request, as it arrives: each field with its length before it, so that no two requests come to the same bytes. */
export function fingerprinter(mark: RequestMark): { add: (chunk: Uint8Array | string) => void; digest: () => Buffer } {
  const hash = createHash('sha256')
  for (const field of [mark.actor, mark.method, mark.url, mark.contentType.trim().toLowerCase(), mark.ifMatch]) hash.update(`${Buffer.byteLength(field)}:${field}`)
  return { add: (chunk) => void hash.update(chunk), digest: () => hash.digest() }
}

import { badRequest, preconditionRequired } from './errors.js'

/** Entity tags (RFC 9110, 8.8.3) of things that are held in numbered versions. */

export const etagOf = (version: number) => `"${version}"`

interface EntityTag {
  weak: boolean
  value: string
}

/** Tags parted by commas, of which some may stand alone (RFC 9110, 5.6.1). A comma may stand inside a tag. */
const LIST = /^[\s,]*(?:(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"(?:\s*,[\s,]*|\s*$))+$/
const TAGS = /(W\/)?"([^"]*)"/g

/** The tags of a header, or undefined where it holds anything else. */
function readTags(header: string): EntityTag[] | undefined {
  if (!LIST.test(header)) return undefined
  return [...header.matchAll(TAGS)].map(([, weak, value]) => ({ weak: weak !== undefined, value: value! }))
}

const VERSION = /^[1-9]\d{0,8}$/

/**
 * The versions that an If-Match allows to be replaced. A weak tag never matches here (RFC 9110,
 * 13.1.1). `*` would allow any, which is the overwriting that the header is there to prevent.
 * @throws DomainError 428 without a tag, 400 where it is none
 */
export function versionsMatching(header: string | undefined): number[] {
  if (header === undefined || header.trim() === '') throw preconditionRequired('Send If-Match with the ETag that it was read with, so that no change made since is overwritten.')
  if (header.trim() === '*') throw preconditionRequired('If-Match: * would overwrite whatever stands there by now. Send the ETag that it was read with.')
  const tags = readTags(header)
  if (tags === undefined) {
    const message = 'If-Match must be an ETag as it was given, with its quotation marks, such as "3"; several are parted by commas.'
    throw badRequest(message, { code: 'invalid-if-match', errors: [{ pointer: '/if-match', in: 'header', code: 'invalid-if-match', message }] })
  }
  return tags.filter(({ weak, value }) => !weak && VERSION.test(value)).map(({ value }) => Number(value))
}

/** Whether an If-None-Match says that the caller holds this version already. One that cannot be read says nothing. */
export function isHeldAlready(header: string | undefined, version: number): boolean {
  if (header === undefined) return false
  return header.trim() === '*' || (readTags(header)?.some(({ value }) => value === String(version)) ?? false)
}

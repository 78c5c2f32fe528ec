import { badRequest, preconditionRequired } from './errors.js'

/** Entity tags (RFC 9110, 8.8.3) of things that are held in numbered versions. */

export const etagOf = (version: number) => `"${version}"`

interface EntityTag {
  weak: boolean
  value: string
}

const TAG = /^(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"$/
/** A comma may stand inside a tag. */
const TAGS = /(?:W\/)?"[^"]*"|[^,\s]+/g

/** The tags of a header, or undefined where it holds anything else. */
function readTags(header: string): EntityTag[] | undefined {
  const tags = (header.match(TAGS) ?? []).map((text) => TAG.exec(text))
  if (tags.length === 0 || tags.some((tag) => tag === null)) return undefined
  return tags.map((tag) => ({ weak: tag![1] !== undefined, value: tag![2]! }))
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
    const message = 'If-Match must be an ETag as it was given, with its quotation marks, such as "3".'
    throw badRequest(message, { code: 'invalid-if-match', errors: [{ pointer: '/if-match', in: 'header', code: 'invalid-if-match', message }] })
  }
  return tags.filter(({ weak, value }) => !weak && VERSION.test(value)).map(({ value }) => Number(value))
}

/** Whether an If-None-Match says that the caller holds this version already. One that cannot be read says nothing. */
export function isHeldAlready(header: string | undefined, version: number): boolean {
  if (header === undefined) return false
  return header.trim() === '*' || (readTags(header)?.some(({ value }) => value === String(version)) ?? false)
}

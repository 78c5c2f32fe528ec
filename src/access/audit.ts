import { createHash } from 'node:crypto'

/**
 * The trail of changes, entry by entry as the database chains it. Each entry's hash is SHA-256 over all
 * its fields and the hash before it, so that no entry can be changed, left out, put in or moved without
 * every hash after it being another.
 */
export interface ChainEntry {
  organisation: string
  sequence: number
  /** ISO, to the microsecond, UTC. */
  at: string
  actor: string
  requestId: string
  action: string
  subject: string
  subjectId: string
  before: string | null
  after: string | null
  /** Hex. */
  previousHash: string
  hash: string
}

/** What stands before the first entry. */
export const ORIGIN = '00'.repeat(32)

/** Length in bytes, a colon and the text; a hyphen for null: no two lists of fields come to the same text. */
const field = (value: string | null) => (value === null ? '-' : `${Buffer.byteLength(value)}:${value}`)

/** The hash that an entry must have. */
export function hashOfEntry(entry: Omit<ChainEntry, 'hash'>): string {
  const { organisation, sequence, at, actor, requestId, action, subject, subjectId, before, after, previousHash } = entry
  const fields = ['evident-audit-1', organisation, String(sequence), at, actor, requestId, action, subject, subjectId, before, after, previousHash]
  return createHash('sha256').update(fields.map(field).join('')).digest('hex')
}

export interface Link {
  sequence: number
  hash: string
}

/**
 * The first fault of an entry, given the one before it (null before the first), or null where it fits.
 */
export function faultOf(entry: ChainEntry, previous: Link | null): string | null {
  const expected = (previous?.sequence ?? 0) + 1
  if (entry.sequence !== expected) return entry.sequence > expected ? `entry ${expected} is missing` : `entry ${entry.sequence} stands where ${expected} should`
  if (entry.previousHash !== (previous?.hash ?? ORIGIN)) return `entry ${entry.sequence} does not follow from the one before it`
  if (entry.hash !== hashOfEntry(entry)) return `entry ${entry.sequence} was changed after it was written`
  return null
}

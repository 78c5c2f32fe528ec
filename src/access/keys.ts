import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/**
 * API keys: `evk_<id>_<secret>`. The id finds the key and may be shown; the secret is 256 random bits
 * and is shown once.
 *
 * What is stored is SHA-256 of the whole key. A slow hash such as argon2 makes guessing dear where
 * people choose the secret; nobody guesses 256 random bits, at whatever price a guess, and a slow hash
 * would be paid at every request.
 */

export interface NewKey {
  id: string
  /** The key itself, to be shown once and not kept. */
  key: string
  hash: Buffer
}

const KEY = /^evk_([0-9a-f]{16})_[A-Za-z0-9_-]{43}$/

export const hashOf = (key: string): Buffer => createHash('sha256').update(key).digest()

export function newKey(): NewKey {
  const id = randomBytes(8).toString('hex')
  const key = `evk_${id}_${randomBytes(32).toString('base64url')}`
  return { id, key, hash: hashOf(key) }
}

export const isKey = (token: string) => token.startsWith('evk_')

/** The id that a key names, or undefined where it has not the form of one. */
export const idOf = (key: string): string | undefined => KEY.exec(key)?.[1]

/** Compared in constant time: how long it takes tells nothing of how much of a guess was right. */
export const isKeyOf = (key: string, hash: Buffer): boolean => hash.length === 32 && timingSafeEqual(hashOf(key), hash)

/**
 * JSON text of parts that stay the same from answer to answer, made once for each part.
 *
 * Most of an answer is catalogue: sources, caveats, warnings. Writing them out anew for every request
 * would cost more than the ranking itself.
 */
const texts = new WeakMap<object, string | null>()

/** Marks a part as one that will never change, so that its text may be kept. */
export function keep<T extends object>(part: T): T {
  if (!texts.has(part)) texts.set(part, null)
  return part
}

/** The JSON text of a part that never changes. */
export function keptText(part: object): string {
  const known = texts.get(part)
  if (typeof known === 'string') return known
  const text = JSON.stringify(part)
  texts.set(part, text)
  return text
}

/** The JSON text of any part: kept where it is marked so. */
export function textOf(part: object): string {
  const known = texts.get(part)
  if (typeof known === 'string') return known
  return known === undefined ? JSON.stringify(part) : keptText(part)
}

/** A list, each of its parts by `write`. */
export function listText<T>(parts: readonly T[], write: (part: T) => string): string {
  if (parts.length === 0) return '[]'
  let text = `[${write(parts[0]!)}`
  for (let i = 1; i < parts.length; i += 1) text += `,${write(parts[i]!)}`
  return `${text}]`
}

export const isKept = (part: object) => texts.has(part)

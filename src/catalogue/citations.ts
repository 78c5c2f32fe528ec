import type { Citation } from './schemas.js'

/** Each passage once, in the order given; at most so many, where so many would say no more. */
export function passages(lists: Iterable<readonly Citation[]>, most = Number.POSITIVE_INFINITY): Citation[] {
  const seen = new Map<string, Citation>()
  for (const list of lists) {
    for (const citation of list) {
      const key = `${citation.id} ${citation.section}`
      if (!seen.has(key)) seen.set(key, citation)
      if (seen.size >= most) return [...seen.values()]
    }
  }
  return [...seen.values()]
}

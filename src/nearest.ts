import distance from 'leven'

/**
 * The candidates nearest to what was typed, nearest first; empty when none is near enough to be
 * what was meant (more than four letters in ten would have to change, and neither holds the other).
 */
export function nearest(typed: string, candidates: readonly string[], most = 3): string[] {
  const wanted = typed.toLowerCase()
  if (wanted.length === 0 || wanted.length > 80) return []
  return candidates
    .map((candidate) => {
      const other = candidate.toLowerCase()
      const holds = wanted.length > 3 && (other.includes(wanted) || wanted.includes(other))
      const share = distance(wanted, other) / Math.max(wanted.length, other.length)
      return { candidate, share: holds ? Math.min(share, 0.3) : share }
    })
    .filter(({ share }) => share <= 0.4)
    .sort((a, b) => a.share - b.share || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, most)
    .map(({ candidate }) => candidate)
}

/** The end of a sentence that names what is not known: what was meant, where something is near. */
export const orElse = (near: readonly string[]) => (near.length === 0 ? '.' : `; did you mean ${near.map((word) => `'${word}'`).join(' or ')}?`)

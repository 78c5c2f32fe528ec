/**
 * Which of several media types an Accept header prefers (RFC 9110, 12.5.1). Of equals, the first; the
 * first too where there is no header. Null where none will do.
 *
 * @param offered such as `text/csv`, what is preferred first
 */
export function preferredType<T extends string>(accept: string | undefined, offered: readonly [T, ...T[]]): T | null {
  if (accept === undefined || accept.trim() === '') return offered[0]
  const weights = new Map<string, number>()
  for (const part of accept.split(',')) {
    const [range, ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase())
    const q = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2)
    weights.set(range!, q === undefined ? 1 : Number(q) || 0)
  }
  /** By the narrowest range that names it. */
  const weightOf = (type: T) => [type, `${type.split('/')[0]}/*`, '*/*'].map((range) => weights.get(range)).find((weight) => weight !== undefined) ?? 0
  const best = offered.reduce((first, type) => (weightOf(type) > weightOf(first) ? type : first))
  return weightOf(best) === 0 ? null : best
}

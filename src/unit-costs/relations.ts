import type { Overlap, UnitCostRecord } from './records.js'
import type { Relation } from './vocabulary.js'

/** Codes, or beginnings of codes followed by `*`. */
export const matchesCode = (code: string, patterns: readonly string[]) => patterns.some((pattern) => (pattern.endsWith('*') ? code.startsWith(pattern.slice(0, -1)) : code === pattern))

/**
 * The code one level up: SS2.0 of SS2.0.1. Codes of two levels have none: SS2.1 stands beside SS2.0,
 * not within it.
 */
export const parentCode = (code: string): string | null => /^(.*\d\.\d+)\.\d+$/.exec(code)?.[1] ?? null

/** Where a row belongs by its code, in an edition that holds these codes. */
export function relationOf(code: string, held: ReadonlySet<string>, rules: Partial<Record<Relation, readonly string[]>> = {}): { headline: string | null; relation: Relation | null } {
  const headline = parentCode(code)
  if (headline === null || !held.has(headline)) return { headline: null, relation: null }
  const relation = (['variant', 'other-measure', 'stand-alone'] as const).find((kind) => matchesCode(code, rules[kind] ?? [])) ?? 'constituent'
  return { headline, relation }
}

/** Rows that a row must not be added to, each with the reason. Relations of parts to their headline are not among them. */
export function overlapsOf(code: string, overlaps: readonly Overlap[], held: Iterable<string>): { code: string; kind: Overlap['kind']; reason: string }[] {
  const codes = [...held]
  return overlaps.flatMap((overlap) => {
    const others = overlap.code === code ? codes.filter((other) => matchesCode(other, overlap.with)) : matchesCode(code, overlap.with) && codes.includes(overlap.code) ? [overlap.code] : []
    return others.map((other) => ({ code: other, kind: overlap.kind, reason: overlap.reason }))
  })
}

/** Rows that are parts of a headline, or one kind of what it averages over: never to be added to it. */
export const partsOf = (code: string, records: readonly UnitCostRecord[]): UnitCostRecord[] => records.filter(({ headline, relation }) => headline === code && (relation === 'constituent' || relation === 'variant'))

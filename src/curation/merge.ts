import { isDeepStrictEqual } from 'node:util'
import type { CatalogueFault } from '../catalogue/check.js'
import { keyOf, sorted, type Content, type HeldRecord, type RecordSet } from './record-set.js'
import type { ConflictCode, RecordKind } from './vocabulary.js'

/**
 * What becomes of curators' work when a new edition of the shipped catalogue comes: a three-way merge of
 * the edition before (`base`), the catalogue as curated since (`ours`) and the new edition (`theirs`).
 */
export interface Conflict {
  code: ConflictCode
  kind: RecordKind
  id: string
  /** JSON pointers to what is in dispute; the empty one is the whole record. */
  parts: string[]
  message: string
  /** The record as it was shipped before and is shipped now, and as curators have it; null where there is none. */
  shippedBefore: Content | null
  shippedNow: Content | null
  curated: Content | null
}

export interface Merged {
  merged: RecordSet
  /** In order of their records. */
  conflicts: Conflict[]
}

/**
 * Fields of an intervention that only mean something together. All its other fields are parts of their
 * own. Every other kind of record is one part: a claim is a rating with what it was found under, and
 * half of one with half of another would be a rating that nobody gave.
 */
const TOGETHER = [
  ['kind', 'role', 'needs', 'age', 'ageOffered', 'conditions', 'family'],
  ['name', 'aliases'],
  ['stages', 'stagesStated'],
  ['availability', 'availabilitySince']
]

/**
 * Merges record by record. What one side alone changed is taken. Where both changed the same otherwise
 * than each other, the curator's stays, and the conflict says what was shipped before and now.
 */
export function mergeEditions(base: RecordSet, ours: RecordSet, theirs: RecordSet): Merged {
  const merged: HeldRecord[] = []
  const conflicts: Conflict[] = []
  for (const key of [...new Set([...base.keys(), ...ours.keys(), ...theirs.keys()])].sort()) {
    const [was, mine, now] = [base.get(key)?.content ?? null, ours.get(key)?.content ?? null, theirs.get(key)?.content ?? null]
    const { kind, id } = (ours.get(key) ?? theirs.get(key) ?? base.get(key))!
    const { content, parts } = mergeRecord(kind, was, mine, now)
    if (content !== null) merged.push({ kind, id, content })
    if (parts.length > 0) conflicts.push({ code: 'both-changed', kind, id, parts, message: bothChanged(kind, id, parts), shippedBefore: was, shippedNow: now, curated: mine })
  }
  return { merged: sorted(merged), conflicts }
}

function mergeRecord(kind: RecordKind, was: Content | null, mine: Content | null, now: Content | null): { content: Content | null; parts: string[] } {
  if (kind !== 'intervention' || was === null || mine === null || now === null) {
    const chosen = choose(was, mine, now)
    return chosen === 'conflict' ? { content: mine, parts: [''] } : { content: chosen === 'mine' ? mine : now, parts: [] }
  }
  const content: Record<string, unknown> = {}
  const parts: string[] = []
  for (const fields of partsOf([was, mine, now])) {
    const [before, own, shipped] = [pick(was, fields), pick(mine, fields), pick(now, fields)]
    const chosen = choose(before, own, shipped)
    if (chosen === 'conflict') parts.push(...fields.filter((field) => !isDeepStrictEqual(own[field], shipped[field])).map((field) => `/${field}`))
    Object.assign(content, chosen === 'now' ? shipped : own)
  }
  return { content: inOrderOf(mine, content), parts: parts.sort() }
}

/** Whose version of a thing is to be taken, given what it was before both. */
function choose(was: unknown, mine: unknown, now: unknown): 'mine' | 'now' | 'conflict' {
  if (isDeepStrictEqual(mine, now) || isDeepStrictEqual(was, now)) return 'mine'
  return isDeepStrictEqual(was, mine) ? 'now' : 'conflict'
}

function partsOf(contents: Content[]): string[][] {
  const fields = new Set(contents.flatMap((content) => Object.keys(content)))
  const alone = [...fields].filter((field) => !TOGETHER.some((group) => group.includes(field)))
  return [...TOGETHER.map((group) => group.filter((field) => fields.has(field))), ...alone.map((field) => [field])]
}

const pick = (content: Content, fields: string[]): Content => Object.fromEntries(fields.filter((field) => field in content).map((field) => [field, content[field]]))

/** Keys as a record had them before, and new ones after those. */
const inOrderOf = (before: Content, content: Content): Content =>
  Object.fromEntries([...new Set([...Object.keys(before), ...Object.keys(content)])].filter((field) => field in content).map((field) => [field, content[field]]))

const bothChanged = (kind: RecordKind, id: string, parts: string[]) =>
  `The shipped catalogue and a curator have both changed ${parts[0] === '' ? '' : `${parts.join(', ')} of `}the ${kind} '${id}', each otherwise. The curator's stands.`

/**
 * Takes back what was taken of the new edition, where it does not fit beside what curators have changed
 * (a claim that cites a source which they withdrew, a name that they have given to another entry), until
 * the check of the catalogue has nothing to say that it did not say of the catalogue as curated.
 * @param faultsOf the check; faults name the record at fault by its key in `file`
 */
export function fitEdition(base: RecordSet, ours: RecordSet, theirs: RecordSet, { merged, conflicts }: Merged, faultsOf: (set: RecordSet) => CatalogueFault[]): Merged {
  const known = new Set(faultsOf(ours).map(nameOf))
  const fitted = new Map(merged)
  const refused = new Map<string, Conflict>()
  for (;;) {
    const taken = [...new Set([...ours.keys(), ...fitted.keys()])].filter((key) => !isDeepStrictEqual(ours.get(key)?.content, fitted.get(key)?.content))
    const faults = faultsOf(sorted(fitted.values())).filter((fault) => !known.has(nameOf(fault)))
    if (faults.length === 0 || taken.length === 0) break
    const back = new Map(faults.flatMap((fault) => culpritsOf(fault, taken).map((key) => [key, fault] as const)))
    // Nothing that was taken is named: rather than guess, all of it is left out.
    if (back.size === 0) for (const key of taken) back.set(key, faults[0]!)
    for (const [key, { message }] of back) {
      const held = ours.get(key)
      if (held === undefined) fitted.delete(key)
      else fitted.set(key, held)
      const { kind, id } = (held ?? theirs.get(key) ?? base.get(key))!
      refused.set(key, {
        code: 'does-not-fit',
        kind,
        id,
        parts: [''],
        message: `What the shipped catalogue says now of the ${kind} '${id}' does not fit beside what curators have changed, and was left out: ${message}.`,
        shippedBefore: base.get(key)?.content ?? null,
        shippedNow: theirs.get(key)?.content ?? null,
        curated: held?.content ?? null
      })
    }
  }
  const all = new Map([...conflicts.map((one) => [keyOf(one.kind, one.id), one] as const), ...refused])
  return { merged: sorted(fitted.values()), conflicts: [...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one) }
}

const nameOf = ({ file, message }: CatalogueFault) => `${file}: ${message}`

/** The records taken from the new edition that a fault can be laid to: the one at fault, or those that it names. */
function culpritsOf({ file, other }: CatalogueFault, taken: string[]): string[] {
  if (taken.includes(file)) return [file]
  return taken.filter((key) => key.slice(key.indexOf('/') + 1) === other)
}

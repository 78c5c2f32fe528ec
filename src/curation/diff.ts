import { isDeepStrictEqual } from 'node:util'
import type { RecordSet } from './record-set.js'
import type { RecordKind } from './vocabulary.js'

export interface FieldChange {
  /** JSON pointer into the record; the empty one is the whole record. */
  pointer: string
  /** Null where there was nothing, as where null itself stood. */
  before: unknown
  after: unknown
}

export interface RecordChange {
  kind: RecordKind
  id: string
  change: 'added' | 'changed' | 'withdrawn'
  fields: FieldChange[]
}

/** What one set of records says otherwise than another, in order of kind and id. */
export function diffRecords(before: RecordSet, after: RecordSet): RecordChange[] {
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((key): RecordChange[] => {
    const [was, is] = [before.get(key), after.get(key)]
    const { kind, id } = (is ?? was)!
    if (was === undefined) return [{ kind, id, change: 'added', fields: [{ pointer: '', before: null, after: is!.content }] }]
    if (is === undefined) return [{ kind, id, change: 'withdrawn', fields: [{ pointer: '', before: was.content, after: null }] }]
    const fields = diffValues(was.content, is.content, '')
    return fields.length === 0 ? [] : [{ kind, id, change: 'changed', fields }]
  })
}

/** Down to the values that differ. A list of another length is told as a whole: which of its items is which cannot be known. */
function diffValues(before: unknown, after: unknown, pointer: string): FieldChange[] {
  if (isDeepStrictEqual(before, after)) return []
  if (isObject(before) && isObject(after) && (!Array.isArray(before) || !Array.isArray(after) || before.length === after.length) && Array.isArray(before) === Array.isArray(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    return keys.flatMap((key) => diffValues(before[key], after[key], `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`))
  }
  return [{ pointer, before: before ?? null, after: after ?? null }]
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** How many records were added, changed and withdrawn. */
export function countChanges(changes: readonly RecordChange[]): { added: number; changed: number; withdrawn: number } {
  const count = (change: RecordChange['change']) => changes.filter((one) => one.change === change).length
  return { added: count('added'), changed: count('changed'), withdrawn: count('withdrawn') }
}

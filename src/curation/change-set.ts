import { isDeepStrictEqual } from 'node:util'
import type { CatalogueFault } from '../catalogue/check.js'
import type { ErrorItem } from '../errors.js'
import { nearest, orElse } from '../nearest.js'
import { RECORD_SHAPES, faultsOf, idFieldOf, keyOf, sorted, type Content, type HeldRecord, type RecordSet } from './record-set.js'
import type { CatalogueChange } from './schemas.js'

/**
 * What a catalogue says once changes are made to it.
 * @returns the new records; or faults, with pointers into a request whose `changes` these are
 */
export function applyChanges(held: RecordSet, changes: readonly CatalogueChange[]): { result: RecordSet; faults: ErrorItem[] } {
  const faults: ErrorItem[] = []
  const result = new Map(held)
  const changed = new Map<string, number>()
  for (const [i, change] of changes.entries()) {
    const at = `/changes/${i}`
    const found = understood(held, change, at)
    if ('faults' in found) {
      faults.push(...found.faults)
      continue
    }
    const { key, record } = found
    const earlier = changed.get(key)
    if (earlier !== undefined) faults.push(fault(at, 'named-twice', `The ${change.kind} '${key.slice(change.kind.length + 1)}' is named in changes[${earlier}] already: put both into one change.`))
    changed.set(key, i)
    if (record === null) result.delete(key)
    else result.set(key, record)
  }
  if (faults.length > 0) return { result: held, faults }
  const settled = sorted(result.values())
  return { result: settled, faults: faultsOf(settled).map((found) => located(found, changes, changed)) }
}

type Understood = { key: string; record: HeldRecord | null } | { faults: ErrorItem[] }

/** One change, held against what there is. */
function understood(held: RecordSet, change: CatalogueChange, at: string): Understood {
  const { op, kind } = change
  const shape = misshapen(change, at)
  if (shape.length > 0) return { faults: shape }
  const given = op === 'add' ? change.record! : op === 'correct' ? change.fields! : {}
  const unreadable = unreadableTexts(given, `${at}/${op === 'add' ? 'record' : 'fields'}`)
  if (unreadable.length > 0) return { faults: unreadable }
  const idField = idFieldOf(kind)

  if (op === 'add') {
    const id = change.record![idField]
    if (typeof id !== 'string' || id === '') return { faults: [fault(`${at}/record/${idField}`, 'required', `'${idField}' is required: it is the id of a ${kind}.`)] }
    const key = keyOf(kind, id)
    if (held.has(key)) return { faults: [fault(`${at}/record/${idField}`, 'already-held', `There is a ${kind} '${id}' already: correct it (op: correct), or choose another id.`)] }
    return { key, record: { kind, id, content: change.record! } }
  }

  const key = keyOf(kind, change.id!)
  const before = held.get(key)
  if (before === undefined) {
    const suggestions = nearest(change.id!, [...held.values()].filter((one) => one.kind === kind).map(({ id }) => id))
    return { faults: [fault(`${at}/id`, 'unknown-record', `There is no ${kind} '${change.id!.slice(0, 60)}'${orElse(suggestions.slice(0, 1))}`, suggestions)] }
  }
  if (op === 'withdraw') return { key, record: null }
  if (idField in change.fields! && change.fields![idField] !== before.id) {
    return { faults: [fault(`${at}/fields/${idField}`, 'cannot-be-changed', `'${idField}' is what the ${kind} is known by and cannot be changed: withdraw it, and add another.`)] }
  }
  return { key, record: { ...before, content: corrected(before, change.fields!) } }
}

/** Each field that is given takes the place of what stood there. Null takes away a field that may be left out: in none of those does it mean anything. */
function corrected({ kind, content }: HeldRecord, fields: Content): Content {
  const { required, properties } = RECORD_SHAPES[kind]
  // What is no field at all stays, for the check to name it.
  return Object.fromEntries(Object.entries({ ...content, ...fields }).filter(([field, value]) => value !== null || required.includes(field) || !(field in properties)))
}

/** What an operation needs and does not take. */
function misshapen({ op, ...change }: CatalogueChange, at: string): ErrorItem[] {
  const needs = { add: ['record'], correct: ['id', 'fields'], withdraw: ['id'] }[op]
  return (['id', 'record', 'fields'] as const).flatMap((field): ErrorItem[] => {
    if (needs.includes(field)) return change[field] === undefined ? [fault(`${at}/${field}`, 'required', `'${field}' is required with op '${op}'.`)] : []
    return change[field] === undefined ? [] : [fault(`${at}/${field}`, 'unknown-field', `'${field}' does not go with op '${op}', which takes ${needs.join(' and ')}.`)]
  })
}

/** Control characters but for line breaks and tabs have no place in a text that people read, and some of them none in the database. */
const UNREADABLE = /[^\P{Cc}\n\r\t]/u

export function unreadableTexts(value: unknown, pointer: string): ErrorItem[] {
  if (typeof value === 'string') return UNREADABLE.test(value) ? [fault(pointer.slice(0, 200), 'unreadable', 'The text holds a control character.')] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => [...(UNREADABLE.test(key) ? [fault(pointer.slice(0, 200), 'unreadable', 'The name of a field holds a control character.')] : []), ...unreadableTexts(inner, `${pointer}/${key.slice(0, 80)}`)])
}

/** A fault of the check at the change that brought it about: that of the record at fault, or that of another which it names. */
function located({ file, record, message, at = '', other }: CatalogueFault, changes: readonly CatalogueChange[], changed: ReadonlyMap<string, number>): ErrorItem {
  const own = changed.get(file)
  if (own !== undefined && changes[own]!.op === 'add') return fault(`/changes/${own}/record${at}`.slice(0, 200), 'catalogue-check', sentence(message))
  if (own !== undefined) {
    const given = (changes[own]!.fields ?? {})[at.split('/')[1] ?? ''] !== undefined
    return fault(`/changes/${own}/fields${given ? at : ''}`.slice(0, 200), 'catalogue-check', sentence(message))
  }
  const cause = [...changed].find(([key]) => key.slice(key.indexOf('/') + 1) === other)?.[1]
  return fault(cause === undefined ? '/changes' : `/changes/${cause}`, 'catalogue-check', sentence(`${file.slice(0, file.indexOf('/'))} '${file.slice(file.indexOf('/') + 1) || record}': ${message}`))
}

const sentence = (message: string) => (/[.?!]$/.test(message) ? message : `${message}.`)

const fault = (pointer: string, code: string, message: string, suggestions: string[] = []): ErrorItem => ({ pointer, in: 'body', code, message, suggestions })

/** Whether two sets say the same. */
export const isSame = (a: RecordSet, b: RecordSet) => a.size === b.size && [...a].every(([key, { content }]) => isDeepStrictEqual(content, b.get(key)?.content))

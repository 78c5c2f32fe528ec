import fc from 'fast-check'
import { resolved, type Document, type Schema } from './document.js'

/** Values made from a JSON Schema: those that fit it, and those that nearly do. */

export interface Words {
  document: Document
  /** Values of the document's examples, by the name of their field. */
  known: Map<string, unknown[]>
}

/** Stands for the id of something that exists, put in when the request is sent: what was made by then differs between runs. */
export const placeholderId = (n: number) => `f0000000-0000-4000-8000-${String(n).padStart(12, '0')}`
export const PLACEHOLDER_ID = /f0000000-0000-4000-8000-(\d{12})/g

/** Written into JSON as it stands, without its quotation marks: numbers that no JavaScript value writes so. */
export const RAW = /"@raw:([^"]*)"/g
const RAW_NUMBERS = ['-0', '1e400', '-1e400', '1e-400', '1E+2', '9007199254740993', '123456789012345678901234567890', '0.1000000000000000055511151231257827', '1.0', '2147483648', '-2147483649', '9223372036854775808', '1e308', '5e-324', 'NaN', '00012', '.5', '0x10'].map((number) => `@raw:${number}`)

/** Texts that have broken something somewhere. */
export const HOSTILE: string[] = [
  '\u0000', 'a\u0000b', '\\u0000', '\ud800', 'a\udfffb', '\ud83d', '\uffff', '\ufeffa', '\u202etxet', 'e\u0301'.repeat(20), 'Z\u0351\u036b\u0343', '\u0085', '\u2028', '\u00a0', '\u3000 ', '\u200b', '\u0130I\u0131', '\u1e9e\ufb03', '😀👩‍👩‍👧‍👦', '日本語',
  ' ', '  a  ', '\t\r\n', 'a\nb', '\u0007', '\u001b[31m', '\u007f',
  "'", '"', "'; drop table recommendation; --", '" onload=alert(1) x="', '<script>alert(1)</script>', '</svg><script>', '&amp;', '${7*7}', '{{7*7}}', '%s%n', '%', '%%', '_', '\\', '\\\\', '*', '?', '(', '[a', '(a+)+$', '../../etc/passwd', '/', '//', '~', '~0~1', '#', '=1+1', '@sum(1)', '-', '+', '|', ';', ',',
  '__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', 'null', 'undefined', 'true', 'NaN', 'Infinity', '-Infinity', '1e400', '0', '-0', '-1', '0x10', '1_000', '١٢٣', '１２', '1,5',
  '0000-00-00', '0001-01-01', '1582-10-10', '2026-02-29', '2026-02-30', '9999-12-31', '10000-01-01', '+275760-09-13', '-000001-01-01', '2026-11-20T24:00:00Z', '2026-11-20T23:59:60Z', '2026-11-20T00:00:00+99:99', '1000/01', '2999/00', '1999/00', '2026/27', '9999/00',
  `${' '.repeat(3000)}x`, `${'\t'.repeat(3000)}`, 'a'.repeat(41), 'a'.repeat(256), 'a,'.repeat(2000), 'é'.repeat(5000), '😀'.repeat(2600), 'x'.repeat(100_000)
]

const isLengthIn = (text: string, { minLength = 0, maxLength = Infinity }: Schema) => {
  // As JSON Schema counts: by code points.
  const length = text.length > maxLength * 2 ? Infinity : [...text].length
  return length >= minLength && length <= maxLength
}
const fitsText = (schema: Schema) => {
  const pattern = schema.pattern === undefined ? null : new RegExp(schema.pattern, 'u')
  return (text: string) => isLengthIn(text, schema) && (pattern === null || pattern.test(text))
}

/** How often in a row what is made may not fit before it is taken that it never will. */
const MOST_MISSES = 20_000

/** Only what fits. A generator that never makes anything that does would go on for ever: it is said instead. */
export function sifted<T>(made: fc.Arbitrary<T>, fits: (value: T) => boolean, what: string): fc.Arbitrary<T> {
  let misses = 0
  return made.filter((value) => {
    const fit = fits(value)
    misses = fit ? 0 : misses + 1
    if (misses > MOST_MISSES) throw new Error(`The fuzzer makes nothing that fits ${what}: teach test/fuzz/values.ts`)
    return fit
  })
}

/** Leaves out what is not there; the first that is left is what shrinking comes to. */
const anyOfThese = <T>(...choices: (fc.WeightedArbitrary<T> | null)[]) => {
  const held = choices.filter((choice) => choice !== null)
  return held.length === 1 ? held[0]!.arbitrary : fc.oneof(...held)
}
const among = (weight: number, values: readonly unknown[]): fc.WeightedArbitrary<unknown> | null => (values.length === 0 ? null : { weight, arbitrary: fc.constantFrom(...values) })

const DATES = ['2026-11-20', '2024-02-29', '2018-12-31', '1999-12-31', '1000-01-01', '0001-01-01', '0000-01-01', '9999-12-31', '2100-01-01']

function texts(schema: Schema, name: string, { known }: Words): fc.Arbitrary<unknown> {
  const fits = fitsText(schema)
  if (schema.format === 'uuid') return anyOfThese({ weight: 6, arbitrary: fc.nat(300).map(placeholderId) }, { weight: 1, arbitrary: fc.uuid().filter(fits) }, among(2, (known.get(name) ?? []).filter((word) => typeof word === 'string' && /^[0-9a-f-]{36}$/.test(word))))
  if (schema.format === 'date') {
    const day = fc.date({ min: new Date('1000-01-01'), max: new Date('2999-12-31'), noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10))
    return anyOfThese(among(3, DATES.filter(fits)), { weight: 1, arbitrary: day.filter(fits) })
  }
  if (schema.format === 'date-time') return fc.oneof(fc.constantFrom('2026-11-20T09:30:00Z', '2026-11-20T09:30:00.123456+01:00', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z'), fc.date({ min: new Date(0), max: new Date('2999-12-31'), noInvalidDate: true }).map((date) => date.toISOString()))
  const { minLength = 0, maxLength = 200, pattern } = schema
  // Classes of Unicode cannot be made from a pattern; texts at random have letters enough.
  const fromPattern = pattern !== undefined && !pattern.includes('\\p')
  const made = sifted(fromPattern ? fc.stringMatching(new RegExp(pattern)) : anyString(minLength, Math.min(maxLength, minLength + 40)), fits, `the field '${name}' with the pattern ${pattern}`)
  const words = (known.get(name) ?? []).map(String).filter(fits)
  // What no text of the document says, in one that it does.
  const spoilt = (words.length === 0 ? ['a1'] : words.slice(0, 3)).flatMap((word) => [`${word}\u0000`, `\u0000${word}`, `${word}\ud800`, `${word}\u2028`, ` ${word} `, word.toUpperCase()]).filter(fits)
  const longest = 'a'.repeat(Math.min(maxLength, 20_000))
  return anyOfThese(among(12, words), { weight: 2, arbitrary: made }, among(2, HOSTILE.filter(fits)), among(1, spoilt), among(1, fits(longest) ? [longest] : []))
}

const anyString = (minLength: number, maxLength: number) => fc.oneof(fc.string({ unit: 'grapheme-ascii', minLength, maxLength }), fc.string({ unit: 'grapheme', minLength, maxLength }), fc.string({ unit: 'binary', minLength, maxLength }))

function numbers({ type, minimum = -1e12, maximum = 1e12 }: Schema, name: string, { known }: Words): fc.Arbitrary<unknown> {
  const isIn = (value: unknown) => typeof value === 'number' && value >= minimum && value <= maximum && (type === 'number' || Number.isInteger(value))
  const words = (known.get(name) ?? []).filter(isIn)
  const edges = [minimum, maximum, minimum + 1, maximum - 1, 0, 1].filter(isIn)
  const between = type === 'integer' ? fc.integer({ min: Math.max(minimum, -(2 ** 31)), max: Math.min(maximum, 2 ** 31 - 1) }) : fc.oneof(fc.double({ min: minimum, max: maximum, noNaN: true }), fc.double({ min: Math.max(0, minimum), max: Math.min(1, maximum), noNaN: true }), fc.integer({ min: Math.max(Math.ceil(minimum), -1000), max: Math.min(maximum, 1000) }))
  return anyOfThese(among(3, words), { weight: 3, arbitrary: between }, among(1, edges), among(type === 'integer' ? 0 : 1, [1e-300, 5e-324, 0.1, 1 / 3, 1e-9].filter(isIn)))
}

const made = new WeakMap<Schema, Map<string, fc.Arbitrary<unknown>>>()

/** Values that fit a schema. What must hold beyond it (an area that exists, ages that are not reversed) is left to chance. */
export function valuesOf(given: Schema, name: string, words: Words, depth = 0): fc.Arbitrary<unknown> {
  // Of a schema that stands in a hundred places, once: to make the generator takes longer than to use it.
  const own = made.get(given) ?? new Map<string, fc.Arbitrary<unknown>>()
  made.set(given, own)
  const key = `${name} ${depth}`
  const held = own.get(key) ?? newValuesOf(given, name, words, depth)
  own.set(key, held)
  return held
}

function newValuesOf(given: Schema, name: string, words: Words, depth: number): fc.Arbitrary<unknown> {
  const schema = resolved(words.document, given)
  const at = (inner: Schema, called: string) => valuesOf(inner, called, words, depth + 1)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  if (schema.properties === undefined && schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((branch) => at(branch, name)))
  switch (schema.type) {
    case 'null':
      return fc.constant(null)
    case 'boolean':
      return fc.boolean()
    case 'string':
      return texts(schema, name, words)
    case 'integer':
    case 'number':
      return numbers(schema, name, words)
    case 'array': {
      const { minItems = 0, maxItems = 5, uniqueItems = false } = schema
      const size = { minLength: minItems, maxLength: Math.max(minItems, Math.min(maxItems, depth > 3 ? 2 : 4)) }
      const item = at(schema.items ?? {}, name)
      const few = uniqueItems ? fc.uniqueArray(item, { ...size, selector: (value) => JSON.stringify(value) }) : fc.array(item, size)
      return uniqueItems || maxItems > 1000 || depth > 3 ? few : fc.oneof({ weight: 30, arbitrary: few }, { weight: 1, arbitrary: item.map((value) => Array.from({ length: maxItems }, () => structuredClone(value))) })
    }
    case 'object': {
      const properties = schema.properties ?? {}
      const model = Object.fromEntries(Object.entries(properties).map(([key, inner]) => [key, at(inner, key)]))
      const required = schema.required ?? []
      // Branches of an object say which of its fields must be there.
      const branches = schema.anyOf?.map((branch) => branch.required ?? []) ?? [[]]
      const records = fc.oneof(...branches.map((more) => fc.record(model, { requiredKeys: [...new Set([...required, ...more])] as never })))
      const extra = typeof schema.additionalProperties === 'object' ? fc.dictionary(fc.constantFrom('a', 'b', '1', 'x-y'), at(schema.additionalProperties, name)) : Object.keys(properties).length === 0 ? fc.dictionary(fc.constantFrom('a', 'b', '1', 'x-y'), fc.jsonValue({ maxDepth: 1 }), { minKeys: schema.minProperties ?? 0 }) : fc.constant({})
      const whole = fc.tuple(records, extra).map(([record, more]): unknown => ({ ...record, ...more }))
      return schema.minProperties === undefined ? whole : sifted(whole, (value) => Object.keys(value as object).length >= schema.minProperties!, `the object '${name}'`)
    }
    default:
      return fc.jsonValue({ maxDepth: 1 })
  }
}

/** Values that do not fit a schema, or stand at its very edge. */
export function wrongFor(given: Schema, words: Words): fc.Arbitrary<unknown> {
  const { minimum, maximum, minLength, maxLength, maxItems, enum: list } = resolved(words.document, given)
  const edges = [
    ...(minimum === undefined ? [] : [minimum - 1, minimum - 1e-9]),
    ...(maximum === undefined ? [] : [maximum + 1, maximum + 1e-9]),
    ...(minLength === undefined ? [] : ['a'.repeat(Math.max(0, minLength - 1))]),
    ...(maxLength === undefined ? [] : ['a'.repeat(maxLength + 1), '😀'.repeat(Math.min(maxLength, 5000))]),
    ...(maxItems === undefined ? [] : [Array.from({ length: maxItems + 1 }, () => null)]),
    ...(list === undefined ? [] : [String(list[0]).toUpperCase(), ` ${String(list[0])}`])
  ]
  return anyOfThese(
    among(3, [null, true, false, 0, -1, 1, 1.5, '', '0', [], {}, [null], [[]], { a: 1 }, { toString: 1 }, 1e21, 1e308, -1e308, 2 ** 31, 2 ** 53]),
    among(edges.length === 0 ? 0 : 4, edges),
    { weight: 3, arbitrary: fc.constantFrom(...HOSTILE) },
    { weight: 2, arbitrary: fc.constantFrom(...RAW_NUMBERS) },
    { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
    { weight: 1, arbitrary: fc.constantFrom<(() => unknown)[]>(() => Array.from({ length: 100_000 }, () => 0), () => nested(40), () => nested(400), () => Object.fromEntries(Array.from({ length: 2000 }, (_, n) => [`k${n}`, n]))).map((make) => make()) }
  )
}

function nested(depth: number): unknown {
  let value: unknown = 1
  for (let n = 0; n < depth; n++) value = n % 2 === 0 ? [value] : { a: value }
  return value
}

// ---- Changes of an example ------------------------------------------------------------------

/** A place in a value, with the schema that holds there. */
interface Site {
  path: (string | number)[]
  schema: Schema
  name: string
  kind: 'held' | 'absent'
  /** Whether the schema lets it be left out. */
  optional: boolean
}

export interface Edit {
  path: (string | number)[]
  /** Undefined takes it away. */
  value?: unknown
}

function sitesOf(document: Document, given: Schema, value: unknown, path: (string | number)[] = [], name = '', optional = false): Site[] {
  const schema = branchFor(document, resolved(document, given), value)
  const here: Site = { path, schema: given, name, kind: 'held', optional }
  if (Array.isArray(value) && schema.items !== undefined) return [here, ...value.flatMap((item, n) => sitesOf(document, schema.items!, item, [...path, n], name, true))]
  if (typeof value !== 'object' || value === null || schema.properties === undefined) return [here]
  const inner = Object.entries(schema.properties).flatMap(([key, one]): Site[] => {
    const may = !(schema.required ?? []).includes(key)
    return Object.hasOwn(value, key) ? sitesOf(document, one, (value as Record<string, unknown>)[key], [...path, key], key, may) : [{ path: [...path, key], schema: one, name: key, kind: 'absent', optional: true }]
  })
  return [here, ...inner]
}

function branchFor(document: Document, schema: Schema, value: unknown): Schema {
  if (schema.anyOf === undefined || schema.properties !== undefined) return schema
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
  const branches = schema.anyOf.map((branch) => resolved(document, branch)).filter((branch) => branch.type === type || (branch.type === 'integer' && type === 'number'))
  const found = branches.find(({ required = [] }) => type !== 'object' || required.every((key) => Object.hasOwn(value as object, key))) ?? branches[0]
  return found === undefined ? schema : branchFor(document, found, value)
}

/** Changes after each of which the schema may still hold. */
export function fittingEdits(schema: Schema, example: unknown, words: Words, most = 4): fc.Arbitrary<Edit[]> {
  const edits = sitesOf(words.document, schema, example).map((site) => {
    const put = fc.constant(site).chain(({ schema: one, name, path }) => valuesOf(one, name, words, path.length).map((value): Edit => ({ path, value })))
    return site.optional && site.kind === 'held' ? fc.oneof({ weight: 1, arbitrary: fc.constant<Edit>({ path: site.path }) }, { weight: 4, arbitrary: put }) : put
  })
  return fc.array(fc.nat(edits.length - 1).chain((n) => edits[n]!), { maxLength: most })
}

/** Changes that break the schema somewhere, most of them. */
export function breakingEdits(schema: Schema, example: unknown, words: Words): fc.Arbitrary<Edit[]> {
  const sites = sitesOf(words.document, schema, example)
  const edits = sites.map((site): fc.Arbitrary<Edit> => {
    const put = fc.constant(site).chain(({ schema: one, path }) => wrongFor(one, words).map((value): Edit => ({ path, value })))
    const key = fc.constantFrom('unknown', '__proto__', 'constructor', 'prototype', 'toString', '', '\u0000', '\ud800', 'a/b~c', 'x'.repeat(300), '\u202e', ...site.path.slice(-1).map((last) => `${String(last)}s`))
    const extra = fc.tuple(key, fc.constantFrom<unknown>(1, null, 'a', {}, { a: 1 })).map(([name, value]): Edit => ({ path: [...site.path, name], value }))
    return fc.oneof({ weight: 5, arbitrary: put }, { weight: 1, arbitrary: fc.constant<Edit>({ path: site.path }) }, { weight: 1, arbitrary: extra })
  })
  return fc.array(fc.nat(edits.length - 1).chain((n) => edits[n]!), { minLength: 1, maxLength: 3 })
}

/** The value after these changes; one whose place has gone by then is left out. */
export function edited(example: unknown, edits: readonly Edit[]): unknown {
  let root = structuredClone(example)
  for (const { path, value } of edits) {
    if (path.length === 0) {
      root = structuredClone(value)
      continue
    }
    let holder: unknown = root
    for (const step of path.slice(0, -1)) holder = typeof holder === 'object' && holder !== null && Object.hasOwn(holder, step) ? (holder as Record<string | number, unknown>)[step] : undefined
    if (typeof holder !== 'object' || holder === null) continue
    const last = path.at(-1)!
    if (value === undefined) {
      if (Array.isArray(holder)) holder.splice(Number(last), 1)
      else delete (holder as Record<string, unknown>)[last]
    } else if (Array.isArray(holder) && typeof last !== 'number') holder.push(structuredClone(value))
    else Object.defineProperty(holder, last, { value: structuredClone(value), enumerable: true, configurable: true, writable: true })
  }
  return root
}

import { isUtf8 } from 'node:buffer'
import { AjvCompiler } from '@fastify/ajv-compiler'
import type { Ajv, AnySchemaObject, ErrorObject, ValidateFunction } from 'ajv'
import type { FastifyInstance } from 'fastify'
import { badRequest, invalidInput, type DomainError, type ErrorItem } from './errors.js'
import { nearest } from './nearest.js'

/**
 * Validation of what callers send. Fastify's own defaults coerce and drop silently (null becomes 0,
 * unknown keys vanish), so bodies get a strict compiler and only addresses, whose values are all
 * text, a coercing one.
 */

// The schemas are our own and a test compiles each of them strictly: to check them against the metaschema at every start would only make it slower.
const STRICT = { coerceTypes: false, useDefaults: false, removeAdditional: false, allowUnionTypes: true, verbose: true, validateSchema: false } as const
const COERCING = { ...STRICT, coerceTypes: 'array', useDefaults: true } as const

/** Errors shown in one answer. A body wrong in a thousand places is wrong in a few ways. */
const MOST_ERRORS = 20
/** A body with more values than this has only its first fault reported: listing all could cost more than the work asked for. */
const MOST_VALUES = 20_000
const DEEPEST = 32

/** Ajv would also read '0x10', '1e2', ' 5' and 'Infinity' as numbers, the last of them past any maximum. */
const NUMERAL = /^-?\d+(\.\d+)?$/

type Part = 'body' | 'querystring' | 'params' | 'headers'
const PLACES = { body: 'body', querystring: 'query', params: 'path', headers: 'header' } as const

interface RouteSchema {
  schema: AnySchemaObject
  method: string
  url: string
  httpPart?: string
}

type Outcome = { value: unknown } | { error: DomainError }

/**
 * For Fastify's `schemaController.compilersFactory`. It asks for a validator before each route, with all
 * shared schemas, and they are the same: to read them all again was most of what a start cost.
 */
export function validatorBuilder() {
  let built: { shared: Record<string, AnySchemaObject>; validator: ReturnType<typeof buildValidator> } | undefined
  return (shared: Record<string, AnySchemaObject>) => {
    const ids = Object.keys(shared)
    const same = built !== undefined && ids.length === Object.keys(built.shared).length && ids.every((id) => shared[id] === built!.shared[id])
    if (!same) built = { shared, validator: buildValidator(shared) }
    return built!.validator
  }
}

export function buildValidator(shared: Record<string, AnySchemaObject>) {
  const compilerWith = (options: object) => {
    let instance: Ajv | undefined
    const compile = AjvCompiler()(shared, {
      customOptions: options,
      onCreate: (created: Ajv) => {
        instance = created
      }
    }) as unknown as (route: RouteSchema) => ValidateFunction
    return { compile, instance: instance! }
  }
  // The quick ones stop at the first fault; the thorough one runs only on what has already failed. All are
  // compiled for the first request that needs them: together they are a second of a start, each some milliseconds.
  const quick = compilerWith({ ...STRICT, allErrors: false })
  let thorough: ReturnType<typeof compilerWith> | undefined
  const coercing = compilerWith({ ...COERCING, allErrors: true })

  return (route: RouteSchema) => {
    const part = (route.httpPart ?? 'body') as Part
    if (part === 'body') {
      assertClosed(route, shared)
      let validate: ValidateFunction | undefined
      let explain: ValidateFunction | undefined
      return (body: unknown): Outcome => {
        if (body === null) return { error: badRequest('A JSON object is needed as the body, with the header Content-Type: application/json.', { code: 'missing-body' }) }
        const { values, tooDeep } = measure(body)
        if (tooDeep) return { error: badRequest(`The body is nested more than ${DEEPEST} levels deep.`, { code: 'too-deep' }) }
        validate ??= quick.compile(route)
        if (validate(body)) {
          const half = halfCharacter(body)
          return half === null ? { value: body } : { error: invalid([half]) }
        }
        if (values > MOST_VALUES) return { error: invalid(toItems(validate.errors ?? [], part, quick.instance)) }
        thorough ??= compilerWith({ ...STRICT, allErrors: true })
        explain ??= thorough.compile(route)
        explain(body)
        return { error: invalid(toItems(explain.errors ?? [], part, thorough.instance)) }
      }
    }
    const schema = part === 'headers' ? route.schema : { additionalProperties: false, ...route.schema }
    let validate: ValidateFunction | undefined
    const numbers = Object.entries((schema['properties'] as Record<string, AnySchemaObject> | undefined) ?? {}).filter(([, { type }]) => type === 'integer' || type === 'number')
    return (given: unknown): Outcome => {
      const misread = numbers.flatMap(([name, { type }]): ErrorItem[] => {
        const text = (given as Record<string, unknown>)[name]
        if (typeof text !== 'string' || NUMERAL.test(text)) return []
        return [{ pointer: `/${escaped(name)}`, code: 'type', message: `${quoted(name)} must be ${typeName(String(type))}, not ${described(text)}.`, in: PLACES[part] }]
      })
      validate ??= coercing.compile({ ...route, schema })
      const others = validate(given) ? [] : toItems(validate.errors ?? [], part, coercing.instance).filter(({ pointer }) => !misread.some((item) => item.pointer === pointer))
      return misread.length + others.length === 0 ? { value: given } : { error: invalid([...misread, ...others]) }
    }
  }
}

/** A JSON body parser that takes UTF-8 alone, says where the text breaks, and lets no key reach a prototype. */
export function registerBodyParser(app: FastifyInstance) {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, bytes: Buffer, done) => {
    // Decoded all the same, every letter that is written otherwise would be stored as a question mark in a diamond.
    if (!isUtf8(bytes)) return done(badRequest('The body is not text in UTF-8, the encoding of JSON.', { code: 'wrong-encoding' }))
    const body = bytes.toString('utf8')
    void parse(request, body, (error, value) => {
      if (error !== null) return done((error as { code?: string }).code === 'FST_ERR_CTP_INVALID_JSON_BODY' ? unreadable(body) : error)
      const fault = keysWritten(body) === keysHeld(value) ? null : repeated(body)
      done(fault, value)
    })
  })
}

/** How many keys the text of a body writes. */
function keysWritten(body: string): number {
  let keys = 0
  for (let at = body.indexOf('"'); at >= 0; at = body.indexOf('"', at + 1)) {
    at += 1
    while (body[at] !== '"') at += body[at] === '\\' ? 2 : 1
    let next = at + 1
    while (body[next] === ' ' || body[next] === '\n' || body[next] === '\r' || body[next] === '\t') next += 1
    if (body[next] === ':') keys += 1
  }
  return keys
}

/** How many keys are left once it is read: fewer, where one stands twice in an object and the later took the place of the earlier. */
function keysHeld(value: unknown): number {
  let keys = 0
  const left = [value]
  for (let part = left.pop(); part !== undefined; part = left.pop()) {
    if (typeof part !== 'object' || part === null) continue
    const inner = Object.values(part)
    if (!Array.isArray(part)) keys += inner.length
    for (const one of inner) if (typeof one === 'object' && one !== null) left.push(one)
  }
  return keys
}

/** Names the first key that stands twice. The text is valid JSON. */
function repeated(body: string): DomainError {
  const open: { keys: Set<string> | null; at: string | number }[] = []
  const pointer = () => open.map(({ at }) => `/${escaped(String(at))}`).join('')
  for (const match of body.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],]/g)) {
    const [token] = match
    const top = open.at(-1)
    if (token === '{') open.push({ keys: new Set(), at: '' })
    else if (token === '[') open.push({ keys: null, at: 0 })
    else if (token === '}' || token === ']') open.pop()
    else if (token === ',') {
      if (top?.keys === null) top.at = Number(top.at) + 1
    } else if (top?.keys != null && /^\s*:/.test(body.slice(match.index + token.length, match.index + token.length + 100))) {
      const key = JSON.parse(token) as string
      top.at = key
      if (top.keys.has(key)) {
        const message = `${label(pointer())} stands twice in its object: one of the two values would be lost.`
        return badRequest(message, { code: 'repeated-key', errors: [{ pointer: pointer().slice(0, 200), in: 'body', code: 'repeated-key', message }] })
      }
      top.keys.add(key)
    }
  }
  return badRequest('A key stands twice in one object: one of the two values would be lost.', { code: 'repeated-key' })
}

function unreadable(body: string): DomainError {
  try {
    JSON.parse(body)
  } catch (error) {
    const { message } = error as Error
    // Node tells the place of some faults only; its message also quotes the body, so it is never shown.
    const at = /at position (\d+)/.exec(message)?.[1]
    const lines = body.slice(0, Number(at ?? 0)).split('\n')
    const place = at !== undefined ? `: it breaks at line ${lines.length}, character ${lines.at(-1)!.length + 1}` : message.includes('end of JSON') ? ': it ends before it is complete' : ''
    return badRequest(`The body is not valid JSON${place}.`, { code: 'invalid-json' })
  }
  return badRequest('The keys __proto__ and constructor.prototype are not allowed.', { code: 'forbidden-key' })
}

function invalid(items: ErrorItem[]): DomainError {
  const shown = items.slice(0, MOST_ERRORS)
  const more = items.length - shown.length
  const count = `${items.length} fault${items.length === 1 ? '' : 's'}`
  const first = shown[0]
  const detail = first === undefined ? 'The request is not valid.' : items.length === 1 ? first.message : `${count}; the first: ${first.message}`
  return invalidInput(more > 0 ? `${detail} (${MOST_ERRORS} are listed.)` : detail, { errors: shown })
}

/** How many values a body holds, and whether it nests too deep. Without recursion, as the depth is the caller's choice. */
function measure(body: unknown): { values: number; tooDeep: boolean } {
  let level: unknown[] = [body]
  let values = 0
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) return { values, tooDeep: true }
    const next: unknown[] = []
    for (const value of level) {
      values++
      if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) next.push(inner)
    }
    level = next
  }
  return { values, tooDeep: false }
}

/** The first text that holds half of a surrogate pair, which JSON can write and no encoding can: the database would store another character. */
function halfCharacter(body: unknown, pointer = ''): ErrorItem | null {
  if (typeof body === 'string') return /\p{Surrogate}/u.test(body) ? { pointer: pointer.slice(0, 200), code: 'ill-formed', message: `${label(pointer)} holds half of a character (one of the two parts of a surrogate pair): send it whole, or leave it out.`, in: 'body' } : null
  if (typeof body !== 'object' || body === null) return null
  for (const [key, inner] of Object.entries(body)) {
    const found = typeof inner === 'string' || typeof inner === 'object' ? halfCharacter(inner, `${pointer}/${escaped(key)}`) : null
    if (found !== null) return found
  }
  return null
}

/** A body object that leaves its keys open would let a misspelt key pass unseen, so such a route does not start. */
function assertClosed({ schema, method, url }: RouteSchema, shared: Record<string, AnySchemaObject>) {
  const seen = new Set<unknown>()
  const walk = (node: unknown, at: string) => {
    if (typeof node !== 'object' || node === null || seen.has(node)) return
    seen.add(node)
    const part = node as Record<string, unknown>
    if (typeof part['$ref'] === 'string') walk(shared[part['$ref']], part['$ref'])
    if (part['properties'] !== undefined && part['type'] === 'object' && part['additionalProperties'] === undefined) {
      throw new Error(`The body schema of ${method} ${url} leaves its keys open at ${at}: use closed() from schemas.ts`)
    }
    for (const key of ['properties', 'patternProperties']) {
      for (const [name, inner] of Object.entries((part[key] as object | undefined) ?? {})) walk(inner, `${at}.${name}`)
    }
    for (const key of ['items', 'additionalProperties', 'not']) walk(part[key], at)
    for (const key of ['anyOf', 'oneOf', 'allOf', 'prefixItems']) for (const inner of (part[key] as unknown[] | undefined) ?? []) walk(inner, at)
  }
  walk(schema, 'body')
}

/** Ajv's errors as sentences a person can act on, one for each fault. */
export function toItems(errors: ErrorObject[], part: Part, ajv: Ajv): ErrorItem[] {
  const items = new Map<string, ErrorItem>()
  for (const error of withoutBranches(errors)) {
    for (const item of toItem(error, ajv)) {
      const key = `${item.pointer} ${item.code}`
      if (!items.has(key)) items.set(key, { ...item, in: PLACES[part] })
    }
  }
  return [...items.values()]
}

/** Drops the errors of the branches of an anyOf or oneOf: they stand just before its own error, at or below the same place. */
function withoutBranches(errors: ErrorObject[]): ErrorObject[] {
  const kept: ErrorObject[] = []
  for (const error of errors) {
    if (error.keyword === 'anyOf' || error.keyword === 'oneOf') {
      const below = (other: ErrorObject) => other.instancePath === error.instancePath || other.instancePath.startsWith(`${error.instancePath}/`)
      while (kept.length > 0 && below(kept.at(-1)!)) kept.pop()
    }
    kept.push(error)
  }
  return kept
}

function toItem(error: ErrorObject, ajv: Ajv): ErrorItem[] {
  const { instancePath: pointer, keyword, params, data } = error
  const wrong = (code: string, message: string, suggestions?: string[]): ErrorItem[] => [
    { pointer: pointer.slice(0, 200), code, message: `${label(pointer)} ${message}`, ...(suggestions === undefined ? {} : { suggestions }) }
  ]
  switch (keyword) {
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const key = String(params['additionalProperty'] ?? params['unevaluatedProperty'])
      const fields = Object.keys((error.parentSchema?.['properties'] as object | undefined) ?? {})
      const sameLetters = fields.filter((field) => field.toLowerCase() === key.toLowerCase())
      const suggestions = sameLetters.length > 0 ? sameLetters : nearest(key, fields)
      const hint =
        suggestions.length > 0 ? `did you mean ${list(suggestions)}?` : fields.length === 0 ? 'none is allowed here.' : fields.length <= 16 ? `the fields here are ${list(fields)}.` : ''
      const message = `${quoted(key)} is not a known ${pointer === '' ? 'field' : `field of ${label(pointer)}`}${hint === '' ? '.' : `; ${hint}`}`
      return [{ pointer: `${pointer}/${escaped(key)}`.slice(0, 200), code: 'unknown-field', message, suggestions }]
    }
    case 'required': {
      const key = String(params['missingProperty'])
      return [{ pointer: `${pointer}/${escaped(key)}`, code: 'required', message: `${pointer === '' ? '' : `${label(pointer)}: `}${quoted(key)} is required.` }]
    }
    case 'type':
      return wrong('type', `must be ${list([params['type']].flat().map(typeName), 'or')}, not ${described(data)}.`)
    case 'enum':
    case 'const': {
      const allowed = keyword === 'enum' ? (params['allowedValues'] as unknown[]) : [params['allowedValue']]
      return oneOfThese(allowed, data, wrong)
    }
    case 'anyOf':
    case 'oneOf':
      return branchItems(error, ajv, wrong)
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum': {
      const bound = { minimum: 'at least', maximum: 'at most', exclusiveMinimum: 'more than', exclusiveMaximum: 'less than' }[keyword]
      return wrong(keyword, `must be ${bound} ${params['limit']}, not ${described(data)}.`)
    }
    case 'multipleOf':
      return wrong('multiple-of', `must be a multiple of ${params['multipleOf']}, not ${described(data)}.`)
    case 'minLength':
      return wrong('min-length', params['limit'] === 1 ? 'must not be empty.' : `must be at least ${params['limit']} characters long.`)
    case 'maxLength':
      return wrong('max-length', `must be at most ${params['limit']} characters long; it has ${String(data).length}.`)
    case 'minItems':
      return wrong('min-items', params['limit'] === 1 ? 'must not be empty.' : `must hold at least ${params['limit']} items.`)
    case 'maxItems':
      return wrong('max-items', `must hold at most ${params['limit']} items; it has ${(data as unknown[]).length}.`)
    case 'uniqueItems':
      return wrong('duplicate', `must not hold the same item twice (items ${params['j']} and ${params['i']}).`)
    case 'minProperties':
      return wrong('min-properties', `must hold at least ${params['limit']} ${params['limit'] === 1 ? 'field' : 'fields'}.`)
    case 'maxProperties':
      return wrong('max-properties', `must hold at most ${params['limit']} fields.`)
    case 'format':
      return wrong('format', `must be ${FORMATS[String(params['format'])] ?? `a valid ${params['format']}`}, not ${described(data)}.`)
    case 'pattern': {
      const about = error.parentSchema?.['description'] as string | undefined
      return wrong('pattern', `is not in the expected form${about === undefined ? '' : ` (${about.replace(/\.$/, '')})`}: ${described(data)}.`)
    }
    case 'propertyNames':
      return wrong('unknown-field', `has a key that is not allowed: ${quoted(String(params['propertyName']))}.`)
    default:
      return wrong(keyword.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`), `${error.message ?? 'is not valid'}.`)
  }
}

type Wrong = (code: string, message: string, suggestions?: string[]) => ErrorItem[]

function oneOfThese(allowed: unknown[], data: unknown, wrong: Wrong): ErrorItem[] {
  const words = allowed.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
  const suggestions = typeof data === 'string' ? nearest(data, words) : []
  const options = words.length <= 12 ? `must be ${words.length === 1 ? '' : 'one of '}${words.join(', ')}` : `must be one of ${words.length} known words`
  const hint = suggestions.length > 0 ? ` Did you mean ${list(suggestions)}?` : ''
  return wrong('enum', `${options}; not ${described(data)}.${hint}`, suggestions)
}

/** One account of a value that fits none of several shapes: the faults of the shape it was nearest to. */
function branchItems(error: ErrorObject, ajv: Ajv, wrong: Wrong): ErrorItem[] {
  const { data, keyword } = error
  if (keyword === 'oneOf' && error.params['passingSchemas'] != null) return wrong('ambiguous', 'fits more than one of the allowed forms; give one of them.')
  const branches = (error.schema as AnySchemaObject[]).map((branch) => resolved(branch, ajv))
  const needed = branches.map((branch) => (isOnlyRequired(branch) ? (branch['required'] as string[]) : null))
  if (needed.every((keys) => keys !== null)) {
    return wrong('required', `needs ${list(needed.map((keys) => keys.map(quoted).join(' with ')), 'or')}.`)
  }
  const words = branches.flatMap((branch) => ('const' in branch ? [branch['const'] as unknown] : ((branch['enum'] as unknown[] | undefined) ?? [])))
  const others = branches.filter((branch) => !('const' in branch) && branch['enum'] === undefined)
  if (words.length > 0 && others.every((branch) => branch['type'] === 'null')) return oneOfThese(words, data, wrong)

  const fitting = branches.filter((branch) => acceptsType(branch, data))
  if (fitting.length === 0) {
    const types = branches.flatMap((branch) => [branch['type'] as string | string[] | undefined].flat()).filter((type) => type !== undefined)
    return wrong('type', `must be ${list([...new Set(types.map(typeName))], 'or')}, not ${described(data)}.`)
  }
  const accounts = fitting.map((branch) => {
    const validate = ajv.compile(branch)
    void validate(data)
    return withoutBranches(validate.errors ?? []).map((inner) => ({ ...inner, instancePath: error.instancePath + inner.instancePath }))
  })
  const fewest = accounts.reduce((best, account) => (account.length < best.length ? account : best))
  return fewest.flatMap((inner) => toItem(inner, ajv))
}

const resolved = (branch: AnySchemaObject, ajv: Ajv): AnySchemaObject => {
  const ref = branch['$ref'] as string | undefined
  return ref === undefined ? branch : ((ajv.getSchema(ref)?.schema as AnySchemaObject | undefined) ?? branch)
}

const isOnlyRequired = (branch: AnySchemaObject) => Array.isArray(branch['required']) && branch['properties'] === undefined

function acceptsType(branch: AnySchemaObject, data: unknown): boolean {
  const types = [branch['type'] as string | string[] | undefined].flat().filter((type) => type !== undefined)
  if (types.length === 0) return true
  const actual = data === null ? 'null' : Array.isArray(data) ? 'array' : typeof data
  return types.some((type) => type === actual || (type === 'integer' && actual === 'number'))
}

const TYPE_NAMES: Record<string, string> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  null: 'null',
  array: 'a list',
  object: 'an object'
}
const typeName = (type: string) => TYPE_NAMES[type] ?? type

const FORMATS: Record<string, string> = {
  date: 'a date such as 2026-11-20',
  'date-time': 'a time such as 2026-11-20T09:30:00Z',
  uuid: 'a UUID',
  uri: 'an absolute address'
}

/** What was given, short enough to read. */
function described(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return String(value)
  if (typeof value === 'string') return value.length <= 40 ? `the text ${JSON.stringify(value)}` : `a text of ${value.length} characters`
  if (Array.isArray(value)) return `a list of ${value.length}`
  return value === undefined ? 'nothing' : 'an object'
}

const label = (pointer: string) => (pointer === '' ? 'The request' : quoted(readable(pointer)))
/** /needs/0/childAge as needs[0].childAge */
const readable = (pointer: string) =>
  pointer
    .slice(1)
    .split('/')
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part.replaceAll('~1', '/').replaceAll('~0', '~')}`))
    .join('')
    .replace(/^\./, '')
const escaped = (key: string) => key.slice(0, 80).replaceAll('~', '~0').replaceAll('/', '~1')
const quoted = (word: string) => `'${word.length > 80 ? `${word.slice(0, 80)}…` : word}'`
const list = (words: string[], joint = 'or') =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} ${joint} ${words.at(-1)}`

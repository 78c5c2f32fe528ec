import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { packageRoot } from '../../src/package-root.js'

/** What the OpenAPI document says of each operation, as far as requests are made from it. */

export interface Schema {
  $ref?: string
  type?: string
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: boolean | Schema
  items?: Schema
  anyOf?: Schema[]
  enum?: unknown[]
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  minimum?: number
  maximum?: number
  minProperties?: number
  uniqueItems?: boolean
  pattern?: string
  format?: string
  default?: unknown
  example?: unknown
  examples?: unknown[]
  description?: string
}

export interface Parameter {
  in: 'path' | 'query' | 'header'
  name: string
  required?: boolean
  schema: Schema
  example?: unknown
  examples?: Record<string, { value: unknown }>
}

export interface Media {
  schema: Schema
  examples?: Record<string, { value: unknown }>
}

export interface Answer {
  content?: Record<string, { schema?: Schema }>
  headers?: Record<string, unknown>
}

export interface Operation {
  id: string
  /** In capitals. */
  method: string
  /** With its parameters in braces. */
  path: string
  parameters: Parameter[]
  body: { type: string; schema: Schema; examples: unknown[] } | null
  responses: Record<string, Answer>
  /** The scope that is needed, or null where none is. */
  scope: string | null
  isHealth: boolean
}

interface RawOperation {
  operationId: string
  parameters?: Parameter[]
  requestBody?: { content: Record<string, Media> }
  responses: Record<string, Answer>
  security?: Record<string, string[]>[]
}

export interface Document {
  paths: Record<string, Record<string, RawOperation>>
  components: { schemas: Record<string, Schema> }
}

export const readDocument = () => JSON.parse(readFileSync(join(packageRoot(), 'openapi', 'openapi.json'), 'utf8')) as Document

export function operationsOf(document: Document): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, parameters = [], requestBody, responses, security = [] }]) => {
      const [type, media] = Object.entries(requestBody?.content ?? {})[0] ?? []
      return {
        id: operationId,
        method: method.toUpperCase(),
        path,
        parameters,
        body: type === undefined ? null : { type, schema: media!.schema, examples: Object.values(media!.examples ?? {}).map(({ value }) => value) },
        responses,
        scope: security.length === 1 ? (security[0]!['bearer']?.[0] ?? null) : null,
        isHealth: security.length === 0
      }
    })
  )
}

export const examplesOf = ({ example, examples, schema }: Parameter): unknown[] => [
  ...(example === undefined ? [] : [example]),
  ...Object.values(examples ?? {}).map(({ value }) => value),
  ...(schema.examples ?? []),
  ...(schema.default === undefined ? [] : [schema.default])
]

/** What the generator of values understands. With anything else it would make values that only look like those that the document means. */
const KEYWORDS = new Set([
  ...['$ref', 'type', 'properties', 'required', 'additionalProperties', 'items', 'anyOf', 'enum', 'minLength', 'maxLength', 'minItems', 'maxItems'],
  ...['minimum', 'maximum', 'minProperties', 'uniqueItems', 'pattern', 'format', 'default', 'example', 'examples', 'description', 'title']
])
const TYPES = new Set(['object', 'array', 'string', 'number', 'integer', 'boolean', 'null', undefined])
const FORMATS = new Set(['uuid', 'date', 'date-time', undefined])

/** @throws Error that names the keyword, and where it stands */
export function assertUnderstood(document: Document, operations: readonly Operation[]) {
  const seen = new Set<string>()
  const walk = (schema: Schema, at: string) => {
    for (const key of Object.keys(schema)) if (!KEYWORDS.has(key)) throw new Error(`${at}: the fuzzer makes no values for the keyword '${key}': teach test/fuzz/values.ts, then add it in test/fuzz/document.ts`)
    if (!TYPES.has(schema.type) || !FORMATS.has(schema.format)) throw new Error(`${at}: the fuzzer makes no values of the type '${String(schema.type)}' or the format '${schema.format}': teach test/fuzz/values.ts, then add it in test/fuzz/document.ts`)
    if (schema.$ref !== undefined && !seen.has(schema.$ref)) {
      seen.add(schema.$ref)
      walk(resolved(document, schema), schema.$ref)
    }
    for (const [name, inner] of Object.entries(schema.properties ?? {})) walk(inner, `${at}.${name}`)
    if (typeof schema.additionalProperties === 'object') walk(schema.additionalProperties, `${at}.*`)
    if (schema.items !== undefined) walk(schema.items, `${at}[]`)
    for (const inner of schema.anyOf ?? []) walk(inner, at)
  }
  for (const { id, parameters, body } of operations) {
    for (const { name, schema } of parameters) walk(schema, `${id} ${name}`)
    if (body !== null) walk(body.schema, `${id} body`)
  }
}

export function resolved(document: Document, schema: Schema): Schema {
  if (schema.$ref === undefined) return schema
  const found = document.components.schemas[schema.$ref.split('/').at(-1)!]
  if (found === undefined) throw new Error(`The document has no ${schema.$ref}`)
  return resolved(document, found)
}

/** What is sent, held against a schema of the document as it stands there. */
export function requestValidator(document: Document) {
  const ajv = new Ajv2020({ strict: false, strictNumbers: true })
  ;(formats as unknown as { default: (ajv: Ajv2020) => void }).default(ajv)
  const local = (schema: unknown): object => JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"api#/components/')) as object
  ajv.addSchema({ $id: 'api', components: local(document.components) })
  const compiled = new Map<Schema, ValidateFunction>()
  return (schema: Schema, value: unknown): boolean => {
    const validate = compiled.get(schema) ?? ajv.compile(local(schema))
    compiled.set(schema, validate)
    return validate(value) && !hasHalf(value)
  }
}

/** Whether any text in it holds half of a surrogate pair, which JSON can write and no schema forbids. */
const hasHalf = (value: unknown): boolean => (typeof value === 'string' ? /\p{Surrogate}/u.test(value) : typeof value === 'object' && value !== null && Object.values(value).some(hasHalf))

/** Every text and number that an example of the document gives, by the name of its field or parameter. */
export function wordsOf(document: Document): Map<string, unknown[]> {
  const words = new Map<string, Set<unknown>>()
  const add = (name: string, value: unknown) => {
    if ((typeof value === 'string' && value.length <= 200) || typeof value === 'number') words.set(name, (words.get(name) ?? new Set()).add(value))
  }
  const collect = (value: unknown, name: string) => {
    if (Array.isArray(value)) for (const inner of value) collect(inner, name)
    else if (typeof value === 'object' && value !== null) for (const [key, inner] of Object.entries(value)) collect(inner, key)
    else add(name, value)
  }
  const walk = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return
    for (const [key, inner] of Object.entries(node)) {
      if (key === 'examples' || key === 'example') {
        const name = (node as { name?: unknown }).name
        for (const example of key === 'example' ? [inner] : Object.values(inner as object)) {
          collect(typeof example === 'object' && example !== null && 'value' in example ? (example as { value: unknown }).value : example, typeof name === 'string' ? name : '')
        }
      } else walk(inner)
    }
  }
  walk(document.paths)
  // A field that names a thing is given the ids and codes of things of that kind.
  const ids = [...(words.get('intervention') ?? []), ...(words.get('id') ?? [])]
  for (const id of ids) add('intervention', id)
  for (const code of words.get('code') ?? []) add('area', code)
  return new Map([...words].map(([name, values]) => [name, [...values].slice(0, 60)]))
}

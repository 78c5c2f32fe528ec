import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { FastifyInstance } from 'fastify'
import { openApiDocument } from '../../src/openapi.js'

type Json = Record<string, unknown>

export interface Contract {
  operations: { id: string; method: string; pattern: RegExp; responses: Json }[]
  ajv: Ajv2020
  compiled: Map<string, ValidateFunction>
}

const contracts = new WeakMap<FastifyInstance, Contract>()

/** Checks an answer against the schema that the OpenAPI document gives for it; a field it does not mention fails. */
export const assertMatchesSchema = (app: FastifyInstance, operationId: string, status: number, payload: unknown) => assertAsSaid(contractOf(app), operationId, status, payload)

/** The same, against a document that was read. */
export function assertAsSaid(contract: Contract, operationId: string, status: number, payload: unknown) {
  const operation = contract.operations.find(({ id }) => id === operationId)
  if (operation === undefined) throw new Error(`The OpenAPI document has no operation '${operationId}'`)
  const key = `${operationId} ${status}`
  const validate = contract.compiled.get(key) ?? contract.ajv.compile(schemaOf(operation.responses, key, status))
  contract.compiled.set(key, validate)
  if (!validate(payload)) {
    const faults = (validate.errors ?? []).slice(0, 8).map(({ instancePath, message, params }) => `  ${instancePath === '' ? '/' : instancePath} ${message} ${JSON.stringify(params)}`)
    throw new Error(`The answer of ${key} is not as the OpenAPI document says:\n${faults.join('\n')}`)
  }
}

/** The same, finding the operation by the request's address. What is not documented, or not JSON, is left alone. */
export function assertMatchesContract(app: FastifyInstance, method: string, url: string, response: { statusCode: number; headers: Json; body: string }) {
  const path = url.split('?', 1)[0]!
  const operation = contractOf(app).operations.find((candidate) => candidate.method === method.toUpperCase() && candidate.pattern.test(path))
  if (operation === undefined || operation.method === 'HEAD' || response.body === '' || !String(response.headers['content-type']).includes('json')) return
  assertMatchesSchema(app, operation.id, response.statusCode, JSON.parse(response.body))
}

function contractOf(app: FastifyInstance): Contract {
  const known = contracts.get(app)
  if (known !== undefined) return known
  const contract = readContract(openApiDocument(app))
  contracts.set(app, contract)
  return contract
}

export function readContract(document: { components?: Json; paths?: Json }): Contract {
  const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true, strictRequired: false, inlineRefs: false, code: { optimize: false } })
  ;(formats as unknown as { default: (ajv: Ajv2020) => void }).default(ajv)
  ajv.addVocabulary(['example', 'discriminator', 'xml', 'externalDocs'])
  for (const [name, schema] of Object.entries((document.components?.['schemas'] as Json | undefined) ?? {})) {
    ajv.addSchema(shut(schema) as Json, `#/components/schemas/${name}`)
  }
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, { operationId?: string; responses: Json }>)
      .filter(([, { operationId }]) => operationId !== undefined)
      .map(([method, { operationId, responses }]) => ({
        id: operationId!,
        method: method.toUpperCase(),
        pattern: new RegExp(`^${path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+')}$`),
        responses
      }))
  )
  return { operations, ajv, compiled: new Map() }
}

function schemaOf(responses: Json, key: string, status: number): Json {
  const response = responses[String(status)] as { content?: Record<string, { schema?: Json }> } | undefined
  if (response === undefined) throw new Error(`The OpenAPI document gives no answer for ${key}`)
  const [media] = Object.entries(response.content ?? {}).filter(([type]) => type.includes('json'))
  if (media?.[1].schema === undefined) throw new Error(`The OpenAPI document gives no JSON schema for ${key}`)
  return shut(media[1].schema) as Json
}

/** An object that leaves its keys open is taken to list them all: a field that is answered and not documented is a fault. */
function shut(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(shut)
  if (typeof schema !== 'object' || schema === null) return schema
  const part = schema as Json
  const copy: Json = {}
  for (const [key, value] of Object.entries(part)) {
    copy[key] = ['example', 'examples', 'enum', 'const', 'default'].includes(key) ? value : key === 'properties' ? Object.fromEntries(Object.entries(value as Json).map(([name, inner]) => [name, shut(inner)])) : shut(value)
  }
  if (part['properties'] !== undefined && part['additionalProperties'] === undefined && part['allOf'] === undefined) copy['additionalProperties'] = false
  return copy
}

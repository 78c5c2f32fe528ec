import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { openApiDocument, openApiText } from '../src/openapi.js'
import { packageRoot } from '../src/package-root.js'
import type { RecommendationAnswer } from '../src/recommendations/schemas.js'
import { testApp, testDatabase } from './helpers/app.js'

type Json = Record<string, unknown>

interface Schema extends Json {
  enum?: string[]
  default?: unknown
  examples?: unknown[]
}
interface Parameter {
  in: 'path' | 'query' | 'header'
  name: string
  required: boolean
  description?: string
  schema: Schema
  example?: unknown
  examples?: Record<string, { value: unknown }>
}
interface Media {
  schema: Schema
  example?: unknown
  examples?: Record<string, { summary?: string; value: unknown }>
}
interface Operation {
  operationId: string
  tags: string[]
  summary: string
  description: string
  parameters?: Parameter[]
  requestBody?: { content: Record<string, Media> }
  responses: Record<string, { description: string; content?: Record<string, Media> }>
}
interface Document {
  openapi: string
  tags: { name: string; description: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}

const app = await testApp(t, { database: await testDatabase(t, 'statistics') })
const document = openApiDocument(app) as unknown as Document
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase() as 'GET' | 'POST' | 'PUT', ...operation }))
)
type Found = (typeof operations)[number]

const given = (parameter: Parameter): unknown[] => [
  ...(parameter.example === undefined ? [] : [parameter.example]),
  ...Object.values(parameter.examples ?? {}).map(({ value }) => value),
  ...(parameter.schema.examples ?? [])
]

const mediaType = ({ requestBody }: Pick<Operation, 'requestBody'>) => Object.keys(requestBody?.content ?? {})[0] ?? 'application/json'
const bodies = ({ requestBody }: Operation) => Object.values(requestBody?.content ?? {})[0]?.examples ?? {}
const required = ({ parameters = [] }: Operation) => parameters.filter((parameter) => parameter.required).map((parameter) => [parameter, given(parameter)[0]] as const)

/** Sends a request; `inject` itself fails the test when the answer is not as the document says. */
async function send({ path, method, operationId, requestBody }: Pick<Found, 'path' | 'method' | 'operationId' | 'requestBody'>, values: readonly (readonly [Parameter, unknown])[], payload?: unknown) {
  const query = new URLSearchParams()
  const headers: Record<string, string> = {}
  let url = path
  for (const [parameter, value] of values) {
    if (parameter.in === 'path') url = url.replace(`{${parameter.name}}`, encodeURIComponent(String(value)))
    else if (parameter.in === 'header') headers[parameter.name] = String(value)
    else query.set(parameter.name, String(value))
  }
  if (query.size > 0) url += `?${query.toString()}`
  if (payload !== undefined) headers['content-type'] = mediaType({ requestBody })
  const response = await app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload: payload as object }) })
  if (response.statusCode < 200 || response.statusCode > 299) throw new Error(`${operationId}: ${method} ${url} answered ${response.statusCode}: ${response.body.slice(0, 500)}`)
  return response
}

/** Lists that are empty while all is well, and that no example could fill. */
const EMPTY_WHILE_WELL = ['listCatalogueConflicts']

const isEmpty = (body: string) => (JSON.parse(body) as { items?: unknown[] }).items?.length === 0

t.test('the committed document is the one that is served', async (t) => {
  const committed = readFileSync(join(packageRoot(), 'openapi', 'openapi.json'), 'utf8')
  t.ok(committed === openApiText(app), 'run `npm run openapi` and commit openapi/openapi.json')
  t.equal(document.openapi, '3.1.0')
})

t.test('the same document stands at every address that serves it, and the reference loads with no other host', async (t) => {
  const served = await app.inject('/openapi.json')
  t.equal(served.statusCode, 200)
  t.strictSame(served.json(), JSON.parse(openApiText(app)))
  t.strictSame((await app.inject('/docs/json')).json(), served.json())
  const page = await app.inject('/docs')
  t.equal(page.statusCode, 200)
  t.match(page.headers['content-type'], /text\/html/)
  const parts = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address!)
  t.ok(parts.length >= 4, 'it has its styles and scripts')
  for (const address of parts) {
    t.match(address, /^\/docs\//)
    t.equal((await app.inject(address)).statusCode, 200, address)
  }
  t.match(page.headers['content-security-policy'], /default-src 'self'/)
})

t.test('every operation is named, tagged, summed up and described', (t) => {
  const tags = new Map(document.tags.map(({ name, description }) => [name, description]))
  for (const { path, method, operationId, tags: own = [], summary, description } of operations) {
    const at = `${method} ${path}`
    t.match(operationId, /^[a-z]+[A-Za-z]+$/, at)
    t.ok(summary?.length > 5 && description?.length > summary.length / 2, `${at} says what it does`)
    t.equal(own.length, 1, `${at} has one tag`)
    t.ok(tags.get(own[0]!), `${at}: its tag is described`)
  }
  const ids = operations.map(({ operationId }) => operationId)
  t.strictSame([...new Set(ids)], ids, 'no name stands twice')
  t.end()
})

t.test('every operation that takes input says how it refuses it, as a problem', (t) => {
  for (const { operationId, parameters = [], requestBody, responses } of operations) {
    const needed = [
      ...(parameters.length > 0 || requestBody !== undefined ? ['400'] : []),
      ...(parameters.some((parameter) => parameter.in === 'path') ? ['404', '414'] : []),
      ...(requestBody === undefined ? [] : ['413', '415', '422'])
    ]
    for (const status of needed) t.ok(responses[status], `${operationId} documents ${status}`)
    for (const [status, { content }] of Object.entries(responses).filter(([status]) => status.startsWith('4'))) {
      t.strictSame(content, { 'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemDetails' } } }, `${operationId} ${status}`)
    }
  }
  t.end()
})

t.test('every answer, parameter and component says what it is', (t) => {
  for (const { operationId, parameters = [], responses } of operations) {
    for (const [status, { description }] of Object.entries(responses)) t.not(description, 'Default Response', `${operationId} ${status}`)
    for (const { name, description } of parameters) t.ok(description, `${operationId} ${name}`)
  }
  for (const [name, { description }] of Object.entries(document.components.schemas)) t.ok(description, name)
  t.end()
})

t.test('every named component is used, and every reference leads to one', (t) => {
  const used = new Set<string>()
  const walk = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return
    const { $ref } = node as { $ref?: unknown }
    if (typeof $ref === 'string') {
      const name = $ref.replace('#/components/schemas/', '')
      if (!used.has(name)) {
        used.add(name)
        t.ok(document.components.schemas[name], `${$ref} exists`)
        walk(document.components.schemas[name])
      }
    }
    Object.values(node).forEach(walk)
  }
  walk(document.paths)
  t.strictSame(Object.keys(document.components.schemas).filter((name) => !used.has(name)), [])
  t.end()
})

t.test('every parameter and body that must be given has an example to run', (t) => {
  for (const { operationId, parameters = [], requestBody } of operations) {
    for (const parameter of parameters.filter(({ required }) => required)) t.ok(parameter.example !== undefined, `${operationId} ${parameter.name}`)
    for (const { examples = {} } of Object.values(requestBody?.content ?? {})) {
      t.ok(Object.keys(examples).length > 0, operationId)
      for (const [name, { summary }] of Object.entries(examples)) t.ok(summary, `${operationId} ${name} is summed up`)
    }
  }
  t.end()
})

t.test('no parameter that may be left out is filled in unasked, but for the default of one', (t) => {
  for (const { operationId, parameters = [] } of operations) {
    for (const { name, required, example, examples } of parameters) t.ok(required || (example === undefined && examples === undefined), `${operationId} ${name}`)
  }
  t.end()
})

t.test('every example fits the schema that it illustrates', (t) => {
  const ajv = new Ajv2020({ strict: false })
  ;(formats as unknown as { default: (ajv: Ajv2020) => void }).default(ajv)
  ajv.addSchema({ $id: 'api', components: document.components })
  const resolved = (schema: unknown): unknown => JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"api#/components/')) as unknown
  const fits = (schema: Schema, example: unknown, at: string) => {
    const validate = ajv.compile(resolved(schema) as Json)
    t.ok(validate(example), `${at} ${JSON.stringify(validate.errors ?? '')}`)
  }
  let seen = 0
  const walk = (node: unknown, at: string) => {
    if (typeof node !== 'object' || node === null) return
    const { schema, example, examples } = node as Partial<Parameter & Media>
    const illustrated = schema ?? (node as Schema)
    for (const value of [...(example === undefined ? [] : [example]), ...(Array.isArray(examples) ? examples : Object.values(examples ?? {}).map(({ value }) => value))]) {
      seen += 1
      fits(illustrated, value, at)
    }
    for (const [key, inner] of Object.entries(node)) if (!['example', 'examples', 'default', 'enum'].includes(key)) walk(inner, `${at}/${key}`)
  }
  walk({ paths: document.paths, components: document.components }, '')
  t.ok(seen >= 20, `${seen} examples`)
  t.end()
})

t.test('what Swagger UI fills in by itself runs, and answers with something', async (t) => {
  for (const operation of operations) {
    const filled = (operation.parameters ?? []).flatMap((parameter): [Parameter, unknown][] => {
      const value = parameter.example ?? Object.values(parameter.examples ?? {})[0]?.value ?? parameter.schema['example'] ?? parameter.schema.default
      return value === undefined ? [] : [[parameter, value]]
    })
    const response = await send(operation, filled, Object.values(bodies(operation))[0]?.value)
    const empty = String(response.headers['content-type']).includes('json') ? isEmpty(response.body) : response.body === ''
    t.equal(empty, EMPTY_WHILE_WELL.includes(operation.operationId), operation.operationId)
  }
})

t.test('every answer about an area is shown by an example, which is cut out of the real one', async (t) => {
  const holds = (whole: unknown, part: unknown): boolean =>
    typeof part !== 'object' || part === null
      ? whole === part
      : typeof whole === 'object' && whole !== null && Array.isArray(whole) === Array.isArray(part) && Object.entries(part).every(([key, inner]) => holds((whole as Json)[key], inner))
  for (const { operationId, path, responses } of operations.filter(({ tags, method }) => tags[0] === 'Areas' && method === 'GET')) {
    const examples = Object.values(responses['200']?.content?.['application/json']?.examples ?? {})
    t.equal(examples.length, 1, `${operationId} ${path}`)
    for (const { summary, value } of examples) {
      const asked = /^GET ([^;]+);/.exec(summary!)![1]!
      t.ok(holds((await app.inject(asked)).json(), value), `${asked} answers otherwise than src/areas/data/example-answers.json says: cut it out of the answer anew`)
    }
  }
})

t.test('every example body is answered as documented, by each operation that gives it', async (t) => {
  for (const operation of operations) {
    for (const [name, { value }] of Object.entries(bodies(operation))) {
      const answer = (await send(operation, required(operation), value)).json<Partial<RecommendationAnswer>>()
      if (answer.recommendations === undefined) continue
      t.ok([answer.recommendations, ...Object.values(answer.supporting!)].some((list) => list.length > 0), `${operation.operationId} ${name} ranks something`)
    }
  }
})

t.test('every example of a parameter runs alone and answers with something, and every word of a closed list is accepted', async (t) => {
  for (const operation of operations) {
    const body = Object.values(bodies(operation))[0]?.value
    for (const parameter of operation.parameters ?? []) {
      const others = required(operation).filter(([other]) => other !== parameter)
      for (const value of given(parameter)) {
        const response = await send(operation, [...others, [parameter, value]], body)
        t.notOk(isEmpty(response.body), `${operation.operationId} ${parameter.name}=${String(value)}`)
      }
      for (const value of parameter.schema.enum ?? []) await send(operation, [...others, [parameter, value]], body)
    }
  }
})

t.test('the examples run in every combination', async (t) => {
  let sent = 0
  for (const operation of operations.filter(({ method }) => method === 'GET')) {
    let combinations: (readonly [Parameter, unknown])[][] = [[]]
    for (const parameter of operation.parameters ?? []) {
      const choices = given(parameter).map((value) => [[parameter, value] as const])
      combinations = combinations.flatMap((chosen) => [...(parameter.required ? [] : [chosen]), ...choices.map((choice) => [...chosen, ...choice])])
    }
    for (const values of combinations) await send(operation, values)
    sent += combinations.length
  }
  t.ok(sent > 300, `${sent} requests`)
})

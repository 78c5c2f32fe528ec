import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { Type, type Static, type TObjectOptions, type TProperties, type TSchema, type TUnsafe } from 'typebox'
import type { FastifyInstance } from 'fastify'

/** Schemas that more than one capability uses. Each named one is a component of the OpenAPI document. */

/** The app, with handlers that take their types from their TypeBox schemas. */
export const typed = (app: FastifyInstance) => app.withTypeProvider<TypeBoxTypeProvider>()

/** A reference to a named schema that keeps its type. Type.Ref alone infers `unknown`. */
export function ref<T extends TSchema>(schema: T): TUnsafe<Static<T>> {
  const id = (schema as { $id?: string }).$id
  if (id === undefined) throw new Error('ref() needs a schema with an $id')
  return Type.Unsafe<Static<T>>(Type.Ref(id))
}

/** An answer with an example of it: a real one whose lists are cut to their first entries. */
export const answerLike = <T extends TSchema>(schema: T, asked: string, value: unknown) => ({
  description: (schema as { description?: string }).description ?? 'The answer.',
  content: { 'application/json': { schema: ref(schema), examples: { answer: { summary: `${asked}; lists are cut to their first entries`, value } } } }
})

/** An object in a request: a key that is not listed is an error. */
export const closed = <const T extends TProperties>(properties: T, options: TObjectOptions = {}) => Type.Object(properties, { ...options, additionalProperties: false })

export const nullable = <T extends TSchema>(schema: T, options: { description?: string } = {}) => Type.Union([schema, Type.Null()], options)

/** One of a closed list of words. */
export const words = <const T extends string>(list: readonly T[], options: { description?: string; $id?: string; default?: T; examples?: T[] } = {}) =>
  Type.Unsafe<T>({ type: 'string', enum: [...list], ...options })

export const ErrorItem = Type.Object(
  {
    pointer: Type.String({ description: 'JSON pointer to the value at fault, within the part of the request that `in` names.' }),
    code: Type.String({ description: 'Stable name of the kind of fault, such as `unknown-field`, `required`, `type` or `enum`.' }),
    message: Type.String({ description: 'What is wrong and what to write instead.' }),
    in: nullable(words(['body', 'query', 'path', 'header'])),
    suggestions: Type.Array(Type.String(), { description: 'Known words near to what was given; empty when none is near.' })
  },
  { $id: 'ErrorItem', description: 'One fault of the input.' }
)

export const ProblemDetails = Type.Object(
  {
    type: Type.String({ description: 'Stable identifier of the kind of problem: `urn:evident:problem:` and the code.' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: 'What happened this time.' }),
    code: Type.String({ description: 'Stable name of the kind of problem, to branch on.' }),
    instance: Type.String({ description: 'The address that was asked.' }),
    requestId: Type.String({ description: 'Quote it when reporting a fault; it stands in the log and in the X-Request-Id header.' }),
    errors: Type.Optional(Type.Array(ref(ErrorItem), { description: 'Present when the input was at fault.' }))
  },
  { $id: 'ProblemDetails', description: 'A problem (RFC 9457).' }
)

export const Citation = Type.Object(
  {
    id: Type.String({ description: 'The source, as listed at /v1/sources.' }),
    title: Type.String(),
    publisher: Type.String(),
    year: Type.Integer(),
    section: nullable(Type.String(), { description: 'Where in the source it stands.' }),
    url: nullable(Type.String())
  },
  { $id: 'Citation', description: 'Where a rating, a warning or a figure comes from.' }
)

export const Money = Type.Object(
  {
    amount: Type.Number(),
    currency: words(['GBP', 'USD', 'EUR', 'AUD']),
    priceYear: nullable(Type.String(), { description: 'The year whose prices the amount is in, such as `2013/14`; null when the source does not say.' })
  },
  { $id: 'Money', description: 'An amount of money in the prices of a year.' }
)

export type ErrorItem = Static<typeof ErrorItem>
export type ProblemDetails = Static<typeof ProblemDetails>
export type Citation = Static<typeof Citation>
export type Money = Static<typeof Money>

/** The envelope of a list. Name it (`$id`) where it is used as a component. */
export const page = <T extends TSchema>(item: T, options: TObjectOptions = {}) =>
  Type.Object(
    {
      items: Type.Array(item),
      nextCursor: nullable(Type.String(), { description: 'Give it as `cursor` for the next page; null on the last.' })
    },
    options
  )

const readCounts = (what: string) => Type.Object({ read: Type.Integer(), stored: Type.Integer(), skipped: Type.Integer() }, { description: what })

/** What a report on a file that was read says of what was stored and what was left out. */
export const fileCounts = <T extends string>(reasons: Record<T, unknown>, figures: string) => ({
  rows: readCounts('Rows of the file.'),
  figures: readCounts(figures),
  skipped: Type.Array(
    Type.Object({
      reason: words(Object.keys(reasons) as T[]),
      message: Type.String(),
      of: words(['rows', 'figures']),
      count: Type.Integer(),
      samples: Type.Array(Type.Object({ row: Type.Integer(), found: Type.String() }), { description: 'The first few; the header is row 1.' })
    }),
    { description: 'What was left out, and why.' }
  )
})

/** The query parameters of a list. */
export const pageQuery = (defaultLimit = 50) => ({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: defaultLimit, description: 'How many items to answer at most.' })),
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 500, description: 'The `nextCursor` of the page before.' }))
})

const PROBLEMS = {
  400: 'The request is not valid; `errors` says where.',
  401: 'It is not known who is asking: a key or a token is missing, wrong, expired or revoked.',
  403: 'The scope that this needs is missing; `detail` names it.',
  404: 'There is no such thing.',
  406: 'That form of answer is not offered.',
  409: 'The request conflicts with what is held.',
  412: 'It has changed since it was read.',
  413: 'The body is over 1 MiB.',
  414: 'The address is too long to be that of anything.',
  415: 'The body is not JSON.',
  422: 'The request is well formed and names something unknown; `errors` says what, with suggestions.',
  428: 'If-Match is needed.',
  429: 'Too many requests; Retry-After says when the next is answered.',
  500: 'The fault is ours.',
  501: 'That is not offered yet.',
  503: 'The database cannot be reached, or more is asked than can be done; Retry-After says when to try again.'
} as const

/** The `response` entries of a route for the problems it can answer. */
export function problemResponses(...statuses: (keyof typeof PROBLEMS)[]) {
  return Object.fromEntries(
    statuses.map((status) => [status, { description: PROBLEMS[status], content: { 'application/problem+json': { schema: ref(ProblemDetails) } } }])
  )
}

export const SHARED_SCHEMAS = [ErrorItem, ProblemDetails, Citation, Money] as const

export function registerSchemas(app: FastifyInstance, schemas: readonly TSchema[] = SHARED_SCHEMAS) {
  for (const schema of schemas) app.addSchema(schema)
}

import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { VERSION } from './version.js'

const TAGS = [
  { name: 'Catalogue', description: 'What is known: needs, interventions, the claims made for them, how strong each is, and where the gaps are.' },
  { name: 'Curation', description: 'Correcting the catalogue: versions with their reasons and sources, what each changed, and where a new edition and a curator disagree.' },
  { name: 'Recommendations', description: 'Needs in; ranked interventions, warnings about gaps in the evidence, and questions to ask, out.' },
  { name: 'Areas', description: "Councils and what is published about them: figures with their status and source, benchmarks, and the needs profile that they add up to." },
  { name: 'Needs profiles', description: 'Local needs profiles to come back to, each change kept as a version.' },
  { name: 'Unit costs', description: 'What things cost: editions of a unit cost database, and a council’s own values beside the national ones.' },
  { name: 'Appraisals', description: 'What options cost and bring, for whom, and how sure that is.' },
  { name: 'Business cases', description: 'A case from draft to decision in the five cases of the Green Book, with the evidence it rests on; then its benefits register, what was measured, and what can be claimed.' },
  { name: 'Rows for BI', description: 'Flat, typed tables for Power BI, Tableau and spreadsheets, as JSON or CSV.' },
  { name: 'Audit', description: 'The trail of every change, readable by the organisation that it is about.' },
  { name: 'Operations', description: 'Whether the service is up and ready, and what it has counted.' }
]

const SECURITY_SCHEME = {
  type: 'http' as const,
  scheme: 'bearer',
  description:
    'An API key (`evk_…`), or an access token of the identity provider that the service is configured for. Scopes, none of which brings another with it: `read` (what the organisation owns, and what computes and stores nothing), `write`, `approve`, `curate` (what all councils see), `admin` (the trail of changes). Where no identity is configured the service answers this machine alone, and no key is needed.'
}

const DESCRIPTION = `Evident helps those who commission children's services to see what evidence stands behind each option for the needs they have, and where there is none.

Give it the needs of a local population, and it answers with the interventions that the evidence supports, how strong that evidence is and for whom it holds, what each would cost where that is known, and warnings where the evidence is missing, dated, disputed or does not fit. Every rating, warning and figure names its source.

**It supplements professional judgement and does not replace it.** A high rank is not an instruction to commission, and a low one is not proof that something does not work: most of what is in use has never been evaluated. It is about populations; it is never to be used to decide what happens to one child or family.

Every error is \`application/problem+json\` (RFC 9457). Branch on \`code\`; \`errors\` says where the input is at fault.`

/** Must come before the routes: the document is made from each as it is registered. */
export async function registerOpenApi(app: FastifyInstance) {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Evident', version: VERSION, description: DESCRIPTION, license: { name: 'MIT', identifier: 'MIT' } },
      servers: [{ url: '/', description: 'Where this document was read' }],
      tags: TAGS,
      components: { securitySchemes: { bearer: SECURITY_SCHEME } }
    },
    hideUntagged: false,
    // Components keep the name of their schema rather than def-0, def-1.
    refResolver: { buildLocalReference: (schema, _baseUri, _fragment, index) => (typeof schema['$id'] === 'string' ? schema['$id'] : `schema-${index}`) },
    transformObject: (document) => ordered(withExamplesInPlace(('openapiObject' in document ? document.openapiObject : document.swaggerObject) as Document)) as never
  })
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    uiConfig: { docExpansion: 'list', deepLinking: true, displayRequestDuration: true, defaultModelsExpandDepth: 0 },
    theme: { title: 'Evident: API reference' },
    // Everything is served from here; nothing is fetched from elsewhere, so it works with no network.
    staticCSP: {
      'default-src': ["'self'"],
      'base-uri': ["'self'"],
      'connect-src': ["'self'"],
      'font-src': ["'self'", 'data:'],
      'frame-ancestors': ["'none'"],
      'img-src': ["'self'", 'data:'],
      'object-src': ["'none'"],
      'script-src': ["'self'"],
      'style-src': ["'self'", "'unsafe-inline'"]
    }
  })
  app.get(
    '/openapi.json',
    {
      schema: {
        operationId: 'getOpenApiDocument',
        tags: ['Operations'],
        summary: 'This document',
        description: 'The contract of this service, as OpenAPI 3.1.',
        response: { 200: Type.Object({}, { additionalProperties: true, description: 'An OpenAPI 3.1 document.' }) }
      }
    },
    async () => openApiDocument(app)
  )
}

declare module 'fastify' {
  interface FastifySchema {
    /** Bodies that run as they stand, by name: a body schema that is a reference cannot carry them itself. */
    'x-body-examples'?: Record<string, { summary: string; value: unknown }>
  }
}

interface Parameter {
  required?: boolean
  schema: Record<string, unknown>
  example?: unknown
  examples?: Record<string, { value: unknown }>
}
interface Operation extends Record<string, unknown> {
  parameters?: Parameter[]
  requestBody?: { content: Record<string, Record<string, unknown>> }
}
type Document = Record<string, unknown> & { paths?: Record<string, Record<string, Operation>>; components?: Record<string, unknown> }

/** The document as served and as committed in openapi/. The app must be ready. */
export const openApiDocument = (app: FastifyInstance) => app.swagger() as unknown as Document

/** The text of openapi/openapi.json. */
export const openApiText = (app: FastifyInstance) => `${JSON.stringify(openApiDocument(app), null, 2)}\n`

/**
 * Puts examples where Swagger UI makes the best of them. Those of a body become the choices of "Try
 * it out". It also fills a parameter in with its example, which is right for one that is required; a
 * filter that nobody asked for would only mislead, so the examples of one that is optional go into
 * its schema, where they are documentation.
 */
function withExamplesInPlace(document: Document): Document {
  for (const operation of Object.values(document.paths ?? {}).flatMap((methods) => Object.values(methods))) {
    const { 'x-body-examples': examples, requestBody, parameters } = operation
    if (examples !== undefined) for (const media of Object.values(requestBody?.content ?? {})) media['examples'] = examples
    delete operation['x-body-examples']
    for (const parameter of parameters ?? []) {
      const given = parameter.examples === undefined ? [parameter.example] : Object.values(parameter.examples).map(({ value }) => value)
      if (parameter.required === true || given[0] === undefined) continue
      parameter.schema['examples'] = given
      delete parameter.example
      delete parameter.examples
    }
  }
  return document
}

/** The same routes give the same text, in whatever order they were registered. */
function ordered(document: Document): Document {
  const sorted = <T>(record: Record<string, T> | undefined): Record<string, T> => Object.fromEntries(Object.entries(record ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)))
  return {
    ...document,
    paths: sorted(document.paths),
    components: Object.fromEntries(Object.entries(sorted(document.components)).map(([kind, entries]) => [kind, sorted(entries as Record<string, unknown>)]))
  }
}

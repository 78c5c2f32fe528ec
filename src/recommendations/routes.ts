import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { STAGES } from '../catalogue/vocabulary.js'
import { problemResponses, ref, typed, words } from '../schemas.js'
import { EXAMPLE_ID, EXAMPLE_PROFILES } from './examples.js'
import * as schemas from './schemas.js'
import type { RecommendationService } from './service.js'

const JSON_TYPE = 'application/json; charset=utf-8'
const tags = ['Recommendations']
const Profile = ref(schemas.ProfileInput)
/** The format alone would let a URN pass, which PostgreSQL does not read. */
const RecordId = Type.Object({ id: Type.String({ format: 'uuid', maxLength: 36, description: 'The id of the recorded answer.', examples: [EXAMPLE_ID] }) })
const profileExamples: Record<string, { summary: string; value: unknown }> = {
  ...Object.fromEntries(EXAMPLE_PROFILES.map((value, i) => [`profile-${i + 1}`, { summary: (value.needs ?? []).map(({ need }) => need).join(', '), value }])),
  'area-alone': { summary: 'Leeds, its needs taken from published statistics', value: { area: 'E08000035' } },
  'area-and-year': { summary: 'Leeds, its needs taken from the statistics of 2023', value: { area: 'E08000035', year: 2023 } }
}

export function registerRecommendations(fastify: FastifyInstance, { recommendations }: { recommendations: RecommendationService }) {
  const app = typed(fastify)
  for (const schema of schemas.COMPONENTS) app.addSchema(schema)

  app.post(
    '/v1/recommendations',
    {
      schema: {
        operationId: 'createRecommendation',
        tags,
        summary: 'Ranked interventions and gap warnings for a needs profile, recorded',
        description:
          'Answers a local needs profile with ranked, evidence-rated interventions, the conditions under which the evidence holds, gap warnings and questions, and keeps the answer as a decision record: GET it again at its Location, byte for byte. With `area` alone, or with `area` and `year`, the needs are taken from the published statistics of the council: `profile.statistics` says from which, and whether the order hangs on counts that are withheld.',
        body: Profile,
        'x-body-examples': profileExamples,
        response: {
          201: {
            description: 'The answer, which is recorded.',
            headers: { location: { type: 'string', description: 'Where the recorded answer can be had again.' } },
            content: { 'application/json': { schema: ref(schemas.RecommendationAnswer) } }
          },
          ...problemResponses(400, 413, 415, 422, 503)
        }
      }
    },
    async (request, reply) => {
      const { id, body } = await recommendations.record(request.body, request.caller.organisation)
      return reply.code(201).header('location', `/v1/recommendations/${id}`).type(JSON_TYPE).send(body as never)
    }
  )

  app.post(
    '/v1/recommendations/preview',
    {
      schema: {
        operationId: 'previewRecommendation',
        tags,
        summary: 'The same answer, with nothing recorded',
        description: 'For systems that ask often, and for trying a profile out. `id` is null.',
        body: Profile,
        'x-body-examples': profileExamples,
        response: {
          200: { description: 'The answer; nothing is stored.', content: { 'application/json': { schema: ref(schemas.RecommendationAnswer) } } },
          ...problemResponses(400, 413, 415, 422, 503)
        }
      }
    },
    async (request, reply) => reply.type(JSON_TYPE).send((await recommendations.preview(request.body)) as never)
  )

  app.get(
    '/v1/recommendations/:id',
    {
      schema: {
        operationId: 'getRecommendation',
        tags,
        summary: 'A recorded answer, byte for byte',
        description: 'The answer as it was given, whatever has happened to the catalogue since.',
        params: RecordId,
        response: {
          200: { description: 'The answer as it was given.', content: { 'application/json': { schema: ref(schemas.RecommendationAnswer) } } },
          ...problemResponses(400, 404, 414, 503)
        }
      }
    },
    async (request, reply) => reply.type(JSON_TYPE).send((await recommendations.find(request.params.id, request.caller.organisation)) as never)
  )

  app.post(
    '/v1/recommendations/:id/compare',
    {
      schema: {
        operationId: 'compareRecommendation',
        tags,
        summary: 'What has moved, and which evidence moved it',
        description:
          'Holds the profile of a recorded answer against two views of the evidence: by default what had been published when it was recorded, and all that is held now. Nothing is stored and the recorded answer does not change.',
        params: RecordId,
        body: ref(schemas.CompareInput),
        'x-body-examples': {
          'founding-and-all': { summary: 'The founding documents, and everything held', value: { from: { sources: ['founding-documents'] }, to: {} } },
          'two-days': { summary: 'Two days', value: { from: { asOf: '2018-12-31' }, to: { asOf: '2025-12-31' } } }
        },
        response: { 200: ref(schemas.Comparison), ...problemResponses(400, 404, 413, 414, 415, 422, 503) }
      }
    },
    async (request) => recommendations.compare(request.params.id, request.caller.organisation, request.body)
  )

  app.get(
    '/v1/interventions/:id/history',
    {
      schema: {
        operationId: 'getInterventionHistory',
        tags: ['Catalogue'],
        summary: 'What was known of an intervention, and when',
        description:
          'Its claims by date, and for each need the standing that they would have given at each point, by the rule of a recommendation. Facts that are not given are unknown, as in a profile.',
        params: Type.Object({ id: Type.String({ minLength: 1, maxLength: 80, description: 'The id of the entry.', examples: ['family-group-conferencing'] }) }),
        querystring: Type.Object({
          age: Type.Optional(Type.Integer({ minimum: 0, maximum: 25, description: 'The age of the children.', examples: [4] })),
          stage: Type.Optional(words(STAGES, { description: 'The stage that the families are at.', examples: ['s47-child-protection'] }))
        }),
        response: { 200: ref(schemas.InterventionHistory), ...problemResponses(400, 404, 414) }
      }
    },
    async (request) => recommendations.history(request.params.id, request.query)
  )
}

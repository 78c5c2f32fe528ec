import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { EXAMPLE_ANSWERS } from '../areas/data-files.js'
import { AreaCode } from '../areas/routes.js'
import { etagOf, isHeldAlready, versionsMatching } from '../etag.js'
import { yearQuery } from '../indicators/routes.js'
import { listQuery, sendPage } from '../pages.js'
import { answerLike, problemResponses, ref, typed } from '../schemas.js'
import { EMPTY_NEEDS_PROFILE, EXAMPLE_NEEDS_PROFILE, EXAMPLE_PROFILE_ID } from './examples.js'
import * as statisticsSchemas from './from-statistics-schemas.js'
import type { AreaNeedsService } from './from-statistics.js'
import * as schemas from './schemas.js'
import type { NeedsProfileService } from './service.js'

const tags = ['Needs profiles']
/** The format alone would let a URN pass, which PostgreSQL does not read. */
const ProfileId = Type.Object({ id: Type.String({ format: 'uuid', maxLength: 36, description: 'The id of the needs profile.', examples: [EXAMPLE_PROFILE_ID] }) })
const etag = { type: 'string', description: 'The version, to be sent as If-Match with a change and as If-None-Match when reading again.' }
const answer = (description: string, headers: Record<string, object> = { etag }) => ({ description, headers, content: { 'application/json': { schema: ref(schemas.NeedsProfile) } } })

export function registerNeedsProfiles(fastify: FastifyInstance, { areaNeeds, needsProfiles }: { areaNeeds: AreaNeedsService; needsProfiles: NeedsProfileService }) {
  const app = typed(fastify)
  for (const schema of [...statisticsSchemas.COMPONENTS, ...schemas.COMPONENTS]) app.addSchema(schema)

  app.get(
    '/v1/areas/:code/needs-profile',
    {
      schema: {
        operationId: 'getAreaNeedsProfile',
        tags: ['Areas'],
        summary: "A council's needs as published statistics give them",
        description:
          'What a recommendation for the area alone would use: the needs that published counts stand for, each with its counts, their status and source, and between how many it may lie where counts are withheld or overlap. `profile` can be edited and posted to /v1/recommendations. Where nothing usable is published, the answer is a 404 that says why and which years can be used.',
        params: AreaCode,
        querystring: Type.Object({ year: yearQuery('The year to take needs from; without it, the latest that says anything.', 2024) }),
        response: { 200: answerLike(statisticsSchemas.NeedsProfileFromStatistics, 'GET /v1/areas/E08000035/needs-profile', EXAMPLE_ANSWERS.getAreaNeedsProfile), ...problemResponses(400, 404, 414, 422, 503) }
      }
    },
    async (request) => areaNeeds.fromStatistics(request.params.code, request.query.year ?? null)
  )

  app.post(
    '/v1/needs-profiles',
    {
      schema: {
        operationId: 'createNeedsProfile',
        tags,
        summary: 'Keep a needs profile',
        description:
          'Keeps a needs profile with what stands around it: local priorities, current provision with places and annual cost, budget, notes, and whom the council asked. It may start from an area or from nothing, and is checked as a recommendation would check it. To have a recommendation, POST its `profile` to /v1/recommendations.',
        body: ref(schemas.NeedsProfileInput),
        'x-body-examples': {
          'with-needs': { summary: 'Needs, provision, budget, and who was asked', value: EXAMPLE_NEEDS_PROFILE },
          'from-nothing': { summary: 'A title, and the rest later', value: EMPTY_NEEDS_PROFILE },
          'from-an-area': { summary: 'A draft for an area', value: { title: 'Leeds, from published statistics', profile: { area: 'E08000035' } } }
        },
        response: {
          201: answer('The needs profile, which is kept.', { location: { type: 'string', description: 'Where it is.' }, etag }),
          ...problemResponses(400, 413, 415, 422, 503)
        }
      }
    },
    async (request, reply) => {
      const created = await needsProfiles.create(request.body, request.caller.organisation)
      return reply.code(201).header('location', `/v1/needs-profiles/${created.id}`).header('etag', etagOf(created.version)).send(created)
    }
  )

  app.get(
    '/v1/needs-profiles',
    {
      schema: {
        operationId: 'listNeedsProfiles',
        tags,
        summary: 'The needs profiles that are kept, the newest first',
        description: 'Each in short: GET it by its id for the rest.',
        querystring: Type.Object(listQuery()),
        response: { 200: ref(schemas.NeedsProfilePage), ...problemResponses(400, 503) }
      }
    },
    async (request, reply) => sendPage(request, reply, await needsProfiles.list(request.caller.organisation, request.query))
  )

  app.get(
    '/v1/needs-profiles/:id',
    {
      schema: {
        operationId: 'getNeedsProfile',
        tags,
        summary: 'One needs profile',
        description: 'As it stands now, with its version as the ETag. Its `profile` can be sent on to /v1/recommendations as it is.',
        params: ProfileId,
        headers: Type.Object({ 'if-none-match': Type.Optional(Type.String({ description: 'The ETag of the answer that is held already: 304 where nothing has changed.' })) }),
        response: {
          200: answer('The needs profile.'),
          304: Type.Null({ description: 'It has not changed.' }),
          ...problemResponses(400, 404, 414, 503)
        }
      }
    },
    async (request, reply) => {
      const held = await needsProfiles.find(request.params.id, request.caller.organisation)
      void reply.header('etag', etagOf(held.version))
      if (isHeldAlready(request.headers['if-none-match'], held.version)) return reply.code(304).send(undefined as never)
      return reply.send(held)
    }
  )

  app.get(
    '/v1/needs-profiles/:id/versions',
    {
      schema: {
        operationId: 'listNeedsProfileVersions',
        tags,
        summary: 'Every version of a needs profile, the newest first',
        description: 'What it has said since it was made, each in short: `updatedAt` is when the version was made. GET one by its number for the rest.',
        params: ProfileId,
        querystring: Type.Object(listQuery()),
        response: { 200: ref(schemas.NeedsProfilePage), ...problemResponses(400, 404, 414, 503) }
      }
    },
    async (request, reply) => sendPage(request, reply, await needsProfiles.versions(request.params.id, request.caller.organisation, request.query))
  )

  app.get(
    '/v1/needs-profiles/:id/versions/:version',
    {
      schema: {
        operationId: 'getNeedsProfileVersion',
        tags,
        summary: 'A needs profile as it stood at a version',
        description: 'A version never changes. Its ETag is that of the profile while it is the newest: to bring an old version back, PUT what it said with the ETag of the newest.',
        params: Type.Object({ ...ProfileId.properties, version: Type.Integer({ minimum: 1, maximum: 999_999_999, description: 'The number of the version.', examples: [1] }) }),
        response: { 200: answer('The needs profile as it stood.'), ...problemResponses(400, 404, 414, 503) }
      }
    },
    async (request, reply) => {
      const held = await needsProfiles.findVersion(request.params.id, request.caller.organisation, request.params.version)
      return reply.header('etag', etagOf(held.version)).send(held)
    }
  )

  app.put(
    '/v1/needs-profiles/:id',
    {
      // Before validation, so that a header that is missing is told as 428 and not as bad input.
      onRequest: async (request) => {
        versionsMatching(request.headers['if-match'])
      },
      schema: {
        operationId: 'replaceNeedsProfile',
        tags,
        summary: 'Replace a needs profile',
        description:
          'Takes the place of the whole profile, where it is still as it was read: If-Match names that version by its ETag. 412 where another change was made since, which is then not overwritten; 428 without If-Match. What it said before is kept. A profile that says the same already stays at its version. What GET answered can be sent as it stands.',
        params: ProfileId,
        headers: Type.Object({ 'if-match': Type.String({ description: 'The ETag that the profile was read with, quotation marks and all. `*` is refused.', examples: ['"1"'] }) }),
        body: ref(schemas.NeedsProfileReplacement),
        'x-body-examples': { 'as-it-is': { summary: 'The example as it stands; change it, and its version moves on', value: EXAMPLE_NEEDS_PROFILE } },
        response: { 200: answer('The needs profile as it stands now.'), ...problemResponses(400, 404, 412, 413, 414, 415, 422, 428, 503) }
      }
    },
    async (request, reply) => {
      const replaced = await needsProfiles.replace(request.params.id, request.caller.organisation, versionsMatching(request.headers['if-match']), request.body)
      return reply.header('etag', etagOf(replaced.version)).send(replaced)
    }
  )
}

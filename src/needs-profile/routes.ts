import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { AreaCode } from '../areas/routes.js'
import { yearQuery } from '../indicators/routes.js'
import { problemResponses, ref, typed } from '../schemas.js'
import * as schemas from './schemas.js'
import type { NeedsProfileService } from './service.js'

export function registerNeedsProfile(fastify: FastifyInstance, { needsProfiles }: { needsProfiles: NeedsProfileService }) {
  const app = typed(fastify)
  for (const schema of schemas.COMPONENTS) app.addSchema(schema)

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
        response: { 200: ref(schemas.NeedsProfileAnswer), ...problemResponses(400, 404, 414, 422, 503) }
      }
    },
    async (request) => needsProfiles.fromStatistics(request.params.code, request.query.year ?? null)
  )
}

import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { listQuery, paged, sendPage } from '../pages.js'
import { answerLike, problemResponses, typed, words } from '../schemas.js'
import type { Areas } from './areas.js'
import { EXAMPLE_ANSWERS } from './data-files.js'
import { describeArea, describeFound, filterAreas } from './describe.js'
import * as schemas from './schemas.js'
import { requireArea, requireRegion } from './service.js'
import { LEVELS } from './vocabulary.js'

export const AreaCode = Type.Object({
  code: Type.String({ minLength: 1, maxLength: 80, description: 'An ONS code, old or new, a three-digit code of the Department for Education, or a name.', examples: ['E08000035'] })
})

/** The read side of the areas. Every answer comes from memory. */
export function registerAreas(fastify: FastifyInstance, { areas }: { areas: Areas }) {
  const app = typed(fastify)
  for (const schema of schemas.COMPONENTS) app.addSchema(schema)

  app.get(
    '/v1/areas',
    {
      schema: {
        operationId: 'listAreas',
        tags: ['Areas'],
        summary: 'Councils, regions and England',
        description: 'The 153 councils of England that have children’s services, the regions (London with its Inner and Outer parts), England, and councils that ended since 2013, in order of their ONS code.',
        querystring: Type.Object({
          level: Type.Optional(words(LEVELS, { description: 'Only areas of this level.', examples: ['council'] })),
          region: Type.Optional(Type.String({ minLength: 1, maxLength: 80, description: 'Only areas of this region, by code or name. London holds both its parts.', examples: ['E12000003'] })),
          q: Type.Optional(Type.String({ minLength: 1, maxLength: 80, pattern: '[A-Za-z0-9]', description: 'Part of a name, an alias or a code, without regard to case or punctuation.', examples: ['e'] })),
          ...listQuery()
        }),
        response: { 200: answerLike(schemas.AreaPage, 'GET /v1/areas?limit=1', EXAMPLE_ANSWERS.listAreas), ...problemResponses(400, 422) }
      }
    },
    async (request, reply) => {
      const { level, q, region } = request.query
      const within = region === undefined ? undefined : requireRegion(areas, region, { in: 'query', pointer: '/region' })
      return sendPage(request, reply, paged(filterAreas(areas, { level, q, region: within }).map((area) => describeArea(areas, area)), ({ code }) => code, request.query))
    }
  )

  app.get(
    '/v1/areas/:code',
    {
      schema: {
        operationId: 'getArea',
        tags: ['Areas'],
        summary: 'An area by any code or name',
        description: 'A code that has ended is answered with what replaced it; an unknown one is refused, with suggestions.',
        params: AreaCode,
        response: { 200: answerLike(schemas.AreaDetail, 'GET /v1/areas/E08000035', EXAMPLE_ANSWERS.getArea), ...problemResponses(400, 404, 414, 422) }
      }
    },
    async (request) => describeFound(areas, requireArea(areas, request.params.code), request.params.code)
  )
}

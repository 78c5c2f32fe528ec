import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { EXAMPLE_ANSWERS } from '../areas/data-files.js'
import { AreaCode } from '../areas/routes.js'
import { yearQuery } from '../indicators/routes.js'
import { listQuery, paged, sendPage } from '../pages.js'
import { answerLike, problemResponses, typed } from '../schemas.js'
import * as schemas from './schemas.js'
import type { BenchmarkService } from './service.js'

export function registerBenchmarks(fastify: FastifyInstance, { benchmarks }: { benchmarks: BenchmarkService }) {
  const app = typed(fastify)
  for (const schema of schemas.COMPONENTS) app.addSchema(schema)

  app.get(
    '/v1/areas/:code/benchmarks',
    {
      schema: {
        operationId: 'listAreaBenchmarks',
        tags: ['Areas'],
        summary: 'A council beside England, its region, its neighbours and its past',
        description:
          'Rates per 10,000 children on one population base, with the percentile among all councils, the region, the ten statistical neighbours, the trend and the change since the year before. `standing` tells what is high here apart from what is common everywhere. A count that is withheld is compared with nothing.',
        params: AreaCode,
        querystring: Type.Object({ year: yearQuery('Only figures for this year; without it, the latest of each.', 2024), ...listQuery(200) }),
        response: { 200: answerLike(schemas.AreaBenchmarks, 'GET /v1/areas/E08000035/benchmarks?limit=1', EXAMPLE_ANSWERS.listAreaBenchmarks), ...problemResponses(400, 404, 414, 422, 503) }
      }
    },
    async (request, reply) => {
      const { items, ...answer } = await benchmarks.benchmarksOf(request.params.code, request.query.year ?? null)
      return sendPage(request, reply, { ...answer, ...paged(items, ({ key }) => key, request.query) })
    }
  )
}

import type { FastifyInstance } from 'fastify'
import { problemResponses, ref, typed } from '../schemas.js'
import { EXAMPLES } from './examples.js'
import * as schemas from './schemas.js'
import { designEvaluation } from './service.js'

export function registerEvaluationDesigns(fastify: FastifyInstance) {
  const app = typed(fastify)
  for (const schema of schemas.COMPONENTS) app.addSchema(schema)

  app.post(
    '/v1/evaluation-designs',
    {
      schema: {
        operationId: 'designEvaluation',
        tags: ['Business cases'],
        summary: 'What an evaluation of this kind and size could show',
        description:
          'Works out the smallest effect that a sample could show, the sample that an effect would take, or the chance that the one shows the other: for children drawn by lot one by one, for whole teams or areas drawn by lot, and for a comparison of two groups before and after. The answer gives the formula and its source, what it takes for granted, how to read it, and warnings where the evaluation could mislead. Nothing is stored.',
        body: ref(schemas.EvaluationDesignInput),
        'x-body-examples': EXAMPLES,
        response: {
          200: { description: 'What the plan comes to.', content: { 'application/json': { schema: ref(schemas.EvaluationDesignAnswer) } } },
          ...problemResponses(400, 413, 415, 422)
        }
      }
    },
    async (request, reply) => reply.send(designEvaluation(request.body))
  )
}

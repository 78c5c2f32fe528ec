import type { FastifyInstance } from 'fastify'
import { problemResponses, ref, typed } from '../schemas.js'
import { EXAMPLE_APPRAISALS } from './examples.js'
import * as schemas from './schemas.js'
import type { AppraisalService } from './service.js'

export function registerAppraisals(fastify: FastifyInstance, { appraisals }: { appraisals: AppraisalService }) {
  const app = typed(fastify)
  for (const schema of schemas.COMPONENTS) app.addSchema(schema)

  app.post(
    '/v1/appraisals',
    {
      schema: {
        operationId: 'createAppraisal',
        tags: ['Appraisals'],
        summary: 'Costs and benefits of options, with what is uncertain about them; nothing is stored',
        description:
          "Options with their people, costs and benefits in; out comes what each is worth against doing nothing, year by year: gross, corrected for confidence, and cashable; fiscal, economic and social value kept apart, transfers left out of public value; by agency, with the council alone; net present social value, benefit-cost ratio, payback, and how far each input must move before the order changes. Where inputs have ranges, a simulation adds the spread of each result, the chance that it is above 0, and what knowing more would be worth. The answer names every rule, table and assumption. Nothing is filled in: a cost or an impact that nobody sends is not invented.",
        body: ref(schemas.AppraisalInput),
        'x-body-examples': EXAMPLE_APPRAISALS,
        response: {
          200: { description: 'The appraisal; nothing is stored.', content: { 'application/json': { schema: ref(schemas.AppraisalAnswer) } } },
          ...problemResponses(400, 413, 415, 422, 503)
        }
      }
    },
    async (request, reply) => reply.type('application/json; charset=utf-8').send(await appraisals.answer(request.body))
  )
}

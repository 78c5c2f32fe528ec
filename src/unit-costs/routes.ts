import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { FILE_ANSWER, readingBody, unlessBody, withCsvBodies } from '../csv-body.js'
import { etagOf } from '../etag.js'
import { listQuery, sendPage } from '../pages.js'
import { problemResponses, ref, typed, words } from '../schemas.js'
import { EXAMPLE_EDITION } from './examples.js'
import * as schemas from './schemas.js'
import type { UnitCostService } from './service.js'
import { AGENCIES, LEDGERS, UNIT_CODES } from './vocabulary.js'

const tags = ['Unit costs']
const Code = Type.String({ minLength: 1, maxLength: 40, description: 'A code of the database, such as SS1.0.', examples: ['SS3.0'] })
const views = {
  edition: Type.Optional(Type.String({ minLength: 1, maxLength: 120, description: 'The id of an edition (/v1/unit-cost-editions); the default one where it is left out.', examples: ['gmca-v1.4'] })),
  priceYear: Type.Optional(Type.String({ pattern: schemas.PRICE_YEAR, description: 'A financial year, such as 2015/16: each value in its prices is put beside the original.', examples: ['2015/16'] })),
  deflator: Type.Optional(Type.String({ minLength: 1, maxLength: 80, description: 'The series of GDP deflators to do that with, `gdp-deflator-calendar-hmt-2025` where it is left out. `gdp-deflator-financial-ucd-1.4` works out again what the database of 2015 published, forecasts and all.' })),
  area: Type.Optional(Type.String({ minLength: 1, maxLength: 80, description: "A council, by any code or name: its own value is put beside the national one.", examples: ['E08000035'] }))
}
/** Text that PostgreSQL can hold. */
const Named = (description: string, examples?: string[]) => Type.String({ minLength: 1, maxLength: 120, pattern: '^[^\\u0000]*[A-Za-z0-9][^\\u0000]*$', description, ...(examples === undefined ? {} : { examples }) })

export function registerUnitCosts(fastify: FastifyInstance, { unitCosts }: { unitCosts: UnitCostService }) {
  const app = typed(fastify)
  for (const schema of schemas.COMPONENTS) app.addSchema(schema)

  app.get(
    '/v1/unit-costs',
    {
      schema: {
        operationId: 'listUnitCosts',
        tags,
        summary: 'What things cost: unit costs of one edition',
        description:
          'Rows of a unit cost database, in its order, each with its unit, price year, agency, grade and source. They are averages: a headline holds its constituents, a value per week is not one per year, and an average is not what can be saved.',
        querystring: Type.Object({
          q: Type.Optional(Type.String({ minLength: 1, maxLength: 100, pattern: '[A-Za-z0-9]', description: 'Words that all stand in the code, the detail, the outcome or the theme.', examples: ['care'] })),
          code: Type.Optional(Type.String({ minLength: 1, maxLength: 500, pattern: '[A-Za-z0-9]', description: 'Codes, parted by commas.', examples: ['SS1.0,SS2.0,SS3.0'] })),
          theme: Type.Optional(Type.String({ minLength: 1, maxLength: 80, description: 'A theme, as the edition names it, such as Social Services.' })),
          agency: Type.Optional(words(AGENCIES, { description: 'Who bears the fiscal value.' })),
          unit: Type.Optional(words(UNIT_CODES, { description: 'What a value is for one of.' })),
          ledger: Type.Optional(words(LEDGERS, { description: 'Only rows with a value of this kind.' })),
          ...views,
          ...listQuery()
        }),
        response: { 200: ref(schemas.UnitCostPage), ...problemResponses(400, 422, 503) }
      }
    },
    async (request, reply) => sendPage(request, reply, await unitCosts.list(request.query))
  )

  app.get(
    '/v1/unit-costs/:code',
    {
      schema: {
        operationId: 'getUnitCost',
        tags,
        summary: 'One unit cost, national and local side by side',
        description: "With `area`, the council's own value and every earlier version of it stand beside the national one.",
        params: Type.Object({ code: Code }),
        querystring: Type.Object(views),
        response: { 200: ref(schemas.UnitCostDetail), ...problemResponses(400, 404, 414, 422, 503) }
      }
    },
    async (request) => unitCosts.find(request.params.code, request.query)
  )

  const etag = { type: 'string', description: 'The version, to be sent as If-Match with a change.' }
  const kept = (description: string) => ({ description, headers: { etag }, content: { 'application/json': { schema: ref(schemas.UnitCostLocalValue) } } })
  app.put(
    '/v1/unit-costs/:code/local-values/:area',
    {
      schema: {
        operationId: 'putUnitCostLocalValue',
        tags,
        summary: "Keep a council's own value beside the national one",
        description:
          'The national value stays as it is. The first value needs no If-Match; a change needs the version that was read, in quotation marks: 412 where another change was made since, 428 without it. Earlier versions are kept. A value that says the same already stays at its version.',
        params: Type.Object({ code: Code, area: Type.String({ minLength: 1, maxLength: 80, description: 'A council, by any code or name.', examples: ['E08000035'] }) }),
        headers: Type.Object({ 'if-match': Type.Optional(Type.String({ description: 'The version that was read, such as "1". `*` is refused.' })) }),
        body: ref(schemas.UnitCostLocalValueInput),
        'x-body-examples': {
          'own-placements': { summary: "A council's own homes", value: { value: 6100, priceYear: '2025/26', unit: 'per-week', sourceNote: 'An example: average of the placements in the ledger, April to September', enteredBy: 'Finance business partner' } }
        },
        response: { 200: kept('The value as it stands now.'), 201: kept('The first value of the council for this code, which is kept.'), ...problemResponses(400, 404, 412, 413, 414, 415, 422, 428, 503) }
      }
    },
    async (request, reply) => {
      const { local, created } = await unitCosts.putLocal(request.params.code, request.params.area, request.headers['if-match'], request.body)
      return reply.code(created ? 201 : 200).header('etag', etagOf(local.version)).send(local)
    }
  )

  app.get(
    '/v1/unit-cost-editions',
    {
      schema: {
        operationId: 'listUnitCostEditions',
        tags,
        summary: 'The editions of unit costs that are held',
        description: 'One is carried with the service; newer ones are loaded. The default is the one published last.',
        querystring: Type.Object(listQuery()),
        response: { 200: ref(schemas.UnitCostEditionPage), ...problemResponses(400, 503) }
      }
    },
    async (request, reply) => sendPage(request, reply, await unitCosts.editions(request.query))
  )

  withCsvBodies(fastify, (csv) => {
    const report = (description: string) => ({ description, content: { 'application/json': { schema: ref(schemas.UnitCostEditionReport) } } })
    csv.post(
      '/v1/unit-cost-editions',
      {
        validatorCompiler: unlessBody,
        config: FILE_ANSWER,
        schema: {
          operationId: 'loadUnitCostEdition',
          tags,
          summary: 'Load an edition of a unit cost database from its CSV',
          description:
            'Up to 16 MiB, in one transaction: a file that fails leaves nothing behind, and the same file again changes nothing. Columns are found by name: code, detail and unit, and fiscal_value with fiscal_price_year (or economic, or social); theme, outcome, agency, agency_detail, source and rag are read where they stand. Formulas are text and never worked out. Editions stand side by side. With `published` later than that of the default, the edition becomes the default.',
          querystring: Type.Object({
            edition: Named('What to call the edition.', ['Example of the form']),
            published: Type.Optional(Type.String({ pattern: '^(19|20)\\d{2}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\\d|3[01]))?)?$', description: 'When it was published: a year, a month or a day, such as 2026-01.', examples: ['2014'] })),
            publisher: Type.Optional(Named('Who published it.')),
            licence: Type.Optional(Named('The licence that it is under.'))
          }),
          body: { content: { 'text/csv': { schema: { type: 'string', description: 'The file.' } } } },
          'x-body-examples': { 'two-rows': { summary: 'A headline and one of its constituents', value: EXAMPLE_EDITION } },
          response: {
            200: report('This very file is held: nothing was stored, but for a date of publication that was missing.'),
            201: report('The edition was stored.'),
            ...problemResponses(400, 409, 413, 415, 422, 503)
          }
        }
      },
      async (request, reply) => {
        const answer = await readingBody(request, (chunks) => unitCosts.load(chunks, request.query))
        return reply.code(answer.rows.stored > 0 ? 201 : 200).send(answer)
      }
    )
  })
}

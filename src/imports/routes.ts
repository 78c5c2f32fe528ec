import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { FILE_ANSWER, readingBody, unlessBody, withCsvBodies } from '../csv-body.js'
import { ATTRIBUTION } from '../indicators/vocabulary.js'
import { problemResponses, ref } from '../schemas.js'
import * as schemas from './schemas.js'
import type { ImportService } from './service.js'

/** A small file of the form, of a table that the service does not know. */
const EXAMPLE =
  'time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,old_la_code,new_la_code,la_name,early_help_episodes,families_stepped_up\n' +
  '2025,Reporting year,National,E92000001,England,,,,,,71240,c\n' +
  '2025,Reporting year,Local authority,E92000001,England,E12000003,Yorkshire and The Humber,383,E08000035,Leeds,1204,low\n'

export function registerImports(fastify: FastifyInstance, { imports }: { imports: ImportService }) {
  withCsvBodies(fastify, (app) => {
    for (const schema of schemas.COMPONENTS) app.addSchema(schema)

    app.post(
      '/v1/imports',
      {
        validatorCompiler: unlessBody,
        config: FILE_ANSWER,
        schema: {
          operationId: 'importStatistics',
          tags: ['Areas'],
          summary: "Import a data file of 'Explore education statistics', unchanged",
          description:
            'Takes a CSV as it is downloaded, up to 512 MiB, in one transaction: a file that fails half way leaves nothing behind, and the same file again changes nothing. Columns are found by name; every symbol is kept as a status; councils are joined on the three-digit code, which outlives a change of ONS code; columns that are not known become indicators of their own. A newer file of the same table and release takes the place of the one held, if it is whole: a part of a published table is refused. On the embedded database, which has one connection, other requests wait while a file is stored.',
          querystring: Type.Object({
            name: Type.Optional(Type.String({ minLength: 1, maxLength: 120, pattern: '^[^\\u0000]*[A-Za-z0-9][^\\u0000]*$', description: 'What to call the data set. One with a name is a table of its own, kept beside the published ones, even where it looks like one of them.', examples: ['Early help 2025'] })),
            filters: Type.Optional(Type.String({ minLength: 1, maxLength: 500, description: 'Columns that part the rows and look like figures, such as a column of ages; parted by commas.' }))
          }),
          body: { content: { 'text/csv': { schema: { type: 'string', description: 'The file.' } } } },
          'x-body-examples': { 'early-help': { summary: 'Two rows of a table that is not known', value: EXAMPLE } },
          response: {
            200: { description: 'This very file is held: nothing was stored.', content: { 'application/json': { schema: ref(schemas.ImportReport) } } },
            201: { description: 'The file was stored.', content: { 'application/json': { schema: ref(schemas.ImportReport) } } },
            ...problemResponses(400, 422, 503),
            413: { ...problemResponses(413)[413], description: 'The file is over 512 MiB.' },
            415: { ...problemResponses(415)[415], description: 'The body is not announced as text/csv.' }
          }
        }
      },
      async (request, reply) => {
        const { name, filters } = request.query
        const report = await readingBody(request, (chunks) => imports.importStream(chunks, { name, filters: filters?.split(',').map((one) => one.trim()).filter((one) => one !== '') }))
        return reply.code(report.unchanged ? 200 : 201).send({ ...report, attribution: ATTRIBUTION })
      }
    )
  })
}

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { notAcceptable, notFound } from '../errors.js'
import { nearest } from '../nearest.js'
import { listQuery, paged, sendPage } from '../pages.js'
import { problemResponses, ref, typed } from '../schemas.js'
import type { ColumnInfo } from './columns.js'
import { csvText } from './csv.js'
import type { RowDataset, RowQuery } from './dataset.js'
import { chooseFormat, type Format } from './format.js'
import { RowColumn, RowDatasetInfo, RowDatasetPage, pascalCase, rowsQuery, schemasOf } from './schemas.js'

const tags = ['Rows for BI']
const MANNER =
  'The columns are fixed; every key stands in every row, null where nothing is known. The path is fixed too, so that a refresh of Power BI can page by query parameters alone: give `nextCursor` as `cursor` until it is null. Any page costs what the first does. As CSV (RFC 4180), text that a spreadsheet would run as a formula has an apostrophe before it, and the next page is in the Link header alone.'

const pathOf = ({ name }: RowDataset) => `/v1/rows/${name}`
const columnsOf = ({ columns }: RowDataset): ColumnInfo[] => columns.map(({ name, type, nullable, description }) => ({ name, type, nullable, description }))

export function registerRows(fastify: FastifyInstance, { datasets }: { datasets: RowDataset[] }) {
  const app = typed(fastify)
  for (const schema of [RowColumn, RowDatasetInfo, RowDatasetPage]) app.addSchema(schema)
  const listed = datasets
    .map((dataset) => ({ dataset: dataset.name, title: dataset.title, description: dataset.description, path: pathOf(dataset), columns: columnsOf(dataset) }))
    .sort((a, b) => (a.dataset < b.dataset ? -1 : 1))

  app.get(
    '/v1/rows',
    {
      schema: {
        operationId: 'listRowDatasets',
        tags,
        summary: 'The tables for BI tools, with their columns',
        description: 'Each table stands at its own path, and its columns never change their name or type.',
        querystring: Type.Object(listQuery()),
        response: { 200: ref(RowDatasetPage), ...problemResponses(400) }
      }
    },
    async (request, reply) => sendPage(request, reply, paged(listed, ({ dataset }) => dataset, request.query))
  )

  for (const dataset of datasets) {
    const { row, rows } = schemasOf(dataset)
    fastify.addSchema(row)
    fastify.addSchema(rows)
    fastify.get(
      pathOf(dataset),
      {
        schema: {
          operationId: `list${pascalCase(dataset.name)}Rows`,
          tags,
          summary: `${dataset.title}, as rows`,
          description: `${dataset.description} ${MANNER}`,
          querystring: Type.Object({ ...dataset.query, ...rowsQuery }),
          response: {
            200: {
              description: 'A page of rows.',
              headers: { link: { type: 'string', description: 'The address of the next page, with rel="next"; absent on the last.' } },
              content: { 'application/json': { schema: ref(rows) }, 'text/csv': { schema: Type.String({ description: 'A header row and the rows, parted by CRLF.' }) } }
            },
            ...problemResponses(400, 406, 422, 503)
          }
        }
      },
      async (request, reply) => sendRows(dataset, request as FastifyRequest<{ Querystring: RowQuery & { format?: Format } }>, reply)
    )
  }

  // Every other dataset; not documented, as it has no answer but this.
  app.get('/v1/rows/:dataset', { schema: { hide: true, params: Type.Object({ dataset: Type.String() }), querystring: Type.Object({}, { additionalProperties: true }) } }, async (request) => {
    const asked = request.params.dataset
    const names = listed.map(({ dataset }) => dataset)
    const suggestions = nearest(asked, names)
    throw notFound(`There is no dataset '${asked.slice(0, 60)}'. What is: ${names.join(', ')}.`, {
      code: 'no-such-dataset',
      errors: [{ pointer: '/dataset', in: 'path', code: 'no-such-dataset', message: `The datasets are ${names.join(', ')}.`, suggestions: suggestions.length > 0 ? suggestions : names }]
    })
  })
}

async function sendRows(dataset: RowDataset, request: FastifyRequest<{ Querystring: RowQuery & { format?: Format } }>, reply: FastifyReply) {
  const { format: asked, ...query } = request.query
  const format = chooseFormat(asked, request.headers.accept)
  if (format === null) throw notAcceptable('The rows can be had as application/json or text/csv.')
  const page = sendPage(request, reply, await dataset.read(query, request.organisation ?? ''))
  void reply.header('vary', 'accept')
  if (format === 'json') return { dataset: dataset.name, columns: columnsOf(dataset), ...page }
  void reply.type('text/csv; charset=utf-8; header=present').header('content-disposition', `attachment; filename="evident-${dataset.name}.csv"`)
  return csvText(dataset.columns, page.rows)
}

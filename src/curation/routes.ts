import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { listQuery, sendPage } from '../pages.js'
import { problemResponses, ref, typed, words } from '../schemas.js'
import { EXAMPLE_CHANGE_SET } from './examples.js'
import * as schemas from './schemas.js'
import type { CurationService } from './service.js'
import { RECORD_KINDS } from './vocabulary.js'

const tags = ['Curation']
const number = (description: string) => Type.Integer({ minimum: 1, maximum: 999_999_999, description, examples: [1] })
const Version = { version: number('The number of the version.') }
const location = { type: 'string', description: 'Where the version is.' }
const answer = (description: string) => ({ description, headers: { location }, content: { 'application/json': { schema: ref(schemas.CatalogueVersion) } } })

export function registerCuration(fastify: FastifyInstance, { curation }: { curation: CurationService }) {
  const app = typed(fastify)
  for (const schema of schemas.COMPONENTS) app.addSchema(schema)

  app.post(
    '/v1/catalogue/versions',
    {
      schema: {
        operationId: 'createCatalogueVersion',
        tags,
        summary: 'Correct or add to the catalogue, as a new version',
        description:
          'Adds, corrects and withdraws records: interventions, claims, sources, gaps and the rest. All changes become one new version, which all councils see at once, with the reason and the sources given; or none does: the whole catalogue as it would be is checked as the shipped one is, and what is wrong is told with pointers into the request. Versions before it stay as they were, and so do the answers given from them. 409 where the catalogue has moved on since `basedOn`. The same change set sent again makes no other version: it is answered with 200 and the version that it made.',
        body: ref(schemas.CatalogueChangeSet),
        'x-body-examples': { 'another-name': { summary: 'A name under which an entry is looked for', value: EXAMPLE_CHANGE_SET } },
        response: { 200: answer('The version that this change set made before.'), 201: answer('The new version, which is in force.'), ...problemResponses(400, 409, 413, 415, 422, 503) }
      }
    },
    async (request, reply) => {
      const { version, made } = await curation.curate(request.body, request.caller)
      return reply.code(made ? 201 : 200).header('location', `/v1/catalogue/versions/${version.version}`).send(version)
    }
  )

  app.get(
    '/v1/catalogue/versions',
    {
      schema: {
        operationId: 'listCatalogueVersions',
        tags,
        summary: 'Every version of the catalogue, the newest first',
        description: 'What the catalogue has been: when each version came, from whom, why and on what grounds, what it changed and how many of its conflicts are open. The first is the one in force.',
        querystring: Type.Object(listQuery()),
        response: { 200: ref(schemas.CatalogueVersionPage), ...problemResponses(400) }
      }
    },
    async (request, reply) => sendPage(request, reply, await curation.versions(request.query, request.organisation))
  )

  app.get(
    '/v1/catalogue/versions/:version',
    {
      schema: {
        operationId: 'getCatalogueVersion',
        tags,
        summary: 'One version of the catalogue',
        description: 'Who made it, when, why, from which version and on what grounds, and the conflicts that came with it. `catalogueVersion` of a recommendation names one; every read of the catalogue answers as it did then with `catalogueVersion` in its query.',
        params: Type.Object(Version),
        response: { 200: ref(schemas.CatalogueVersion), ...problemResponses(400, 404, 414) }
      }
    },
    async (request) => curation.version(request.params.version, request.organisation)
  )

  app.get(
    '/v1/catalogue/versions/:version/diff/:other',
    {
      schema: {
        operationId: 'compareCatalogueVersions',
        tags,
        summary: 'What one version of the catalogue says otherwise than another',
        description: 'Records that were added, changed and withdrawn from the first version to the second; of a changed one each field, with what it said before and after. With the versions in between, their reasons and sources.',
        params: Type.Object({ ...Version, other: number('The number of the other version.') }),
        querystring: Type.Object(listQuery()),
        response: { 200: ref(schemas.CatalogueDifference), ...problemResponses(400, 404, 414) }
      }
    },
    async (request, reply) => sendPage(request, reply, await curation.difference(request.params.version, request.params.other, request.query, request.organisation))
  )

  app.get(
    '/v1/catalogue/versions/:version/records/:kind/:id',
    {
      schema: {
        operationId: 'getCatalogueRecord',
        tags,
        summary: 'One record as a version holds it, in the form in which it is corrected',
        description: 'The record itself, as a change set adds or corrects it: sources by their ids, nothing inherited and nothing worked out. The claims about an intervention are records of their own.',
        params: Type.Object({
          ...Version,
          kind: Type.String({ minLength: 1, maxLength: 40, description: `What sort of record it is: ${RECORD_KINDS.join(', ')}.`, examples: ['intervention'] }),
          id: Type.String({ minLength: 1, maxLength: 80, description: 'The id of the record; of a need its code, of an age that of its intervention.', examples: ['mash'] })
        }),
        response: { 200: ref(schemas.CatalogueRecord), ...problemResponses(400, 404, 414) }
      }
    },
    async (request) => (await curation.record(request.params.version, request.params.kind, request.params.id)) as never
  )

  app.get(
    '/v1/catalogue/conflicts',
    {
      schema: {
        operationId: 'listCatalogueConflicts',
        tags,
        summary: 'Where a new edition and a curator have changed the same',
        description: "What is open, unless `settled` is asked for; the oldest first. In each the curator's stands. A change set that names it in `settles` settles it, by taking up what was shipped, by saying something else, or by leaving it as it is.",
        querystring: Type.Object({ state: Type.Optional(words(['open', 'settled'], { description: '`open`: nobody has settled it yet.', default: 'open' })), ...listQuery() }),
        response: { 200: ref(schemas.CatalogueConflictPage), ...problemResponses(400) }
      }
    },
    async (request, reply) => sendPage(request, reply, await curation.conflicts(request.query))
  )
}

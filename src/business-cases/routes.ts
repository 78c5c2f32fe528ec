import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { preferredType } from '../accept.js'
import { notAcceptable } from '../errors.js'
import { requireScope } from '../access/caller.js'
import { etagOf, versionsMatching } from '../etag.js'
import { listQuery, sendPage } from '../pages.js'
import { problemResponses, ref, typed, words } from '../schemas.js'
import { APPROVED_EXAMPLE_ID, EMPTY_CASE, EXAMPLE_ACTUAL, EXAMPLE_AREA, EXAMPLE_CASE, EXAMPLE_CASE_ID, EXAMPLE_DECISION, EXAMPLE_ENTRY_ID, TO_DECIDE_EXAMPLE_ID } from './examples.js'
import type { ReportService } from './report/service.js'
import * as schemas from './schemas.js'
import type { BusinessCaseService } from './service.js'
import { STATES } from './vocabulary.js'

const tags = ['Business cases']
/** The format alone would let a URN pass, which PostgreSQL does not read. */
const CaseId = (example: string) => Type.Object({ id: Type.String({ format: 'uuid', maxLength: 36, description: 'The id of the business case.', examples: [example] }) })
const Version = Type.Integer({ minimum: 1, maximum: 999_999_999, description: 'A version of the case.' })
const ifMatch = Type.Object({ 'if-match': Type.String({ description: 'The ETag that the case was read with, quotation marks and all. `*` is refused.', examples: ['"1"'] }) })
const etag = { type: 'string', description: 'The version, to be sent as If-Match with a change or a decision.' }
const location = { type: 'string', description: 'Where it is.' }
const answer = (description: string, headers: Record<string, object> = { etag }) => ({ description, headers, content: { 'application/json': { schema: ref(schemas.BusinessCase) } } })

/** The page needs nothing from anywhere, so that nothing is allowed. */
const PAGE_HEADERS = {
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cache-control': 'private, no-cache',
  'referrer-policy': 'no-referrer'
}

export function registerBusinessCases(fastify: FastifyInstance, { businessCases, reports }: { businessCases: BusinessCaseService; reports: ReportService }) {
  const app = typed(fastify)
  for (const schema of schemas.COMPONENTS) app.addSchema(schema)
  /** Before validation, so that a header that is missing is told as 428 and not as bad input. */
  const needsIfMatch = async (request: { headers: { 'if-match'?: string | undefined } }) => {
    versionsMatching(request.headers['if-match'])
  }

  app.post(
    '/v1/business-cases',
    {
      schema: {
        operationId: 'createBusinessCase',
        tags,
        summary: 'Begin a business case',
        description:
          'Keeps a business case as a draft, in the five cases of the Green Book. Only a title is needed; what else has to be there is checked when the case is submitted, and `next` says what is still missing. It may link to the needs profile, the recommendation and the version of the catalogue that it rests on; a link to what is not held is refused. `economic.appraisal` is what POST /v1/appraisals takes.',
        body: ref(schemas.BusinessCaseInput),
        'x-body-examples': {
          complete: { summary: 'A case that can be submitted', value: EXAMPLE_CASE },
          'from-nothing': { summary: 'A title, and the rest later', value: EMPTY_CASE }
        },
        response: { 201: answer('The business case, which is kept.', { location, etag }), ...problemResponses(400, 413, 415, 422, 503) }
      }
    },
    async (request, reply) => {
      const made = await businessCases.create(request.body, request.caller.organisation)
      return reply.code(201).header('location', `/v1/business-cases/${made.id}`).header('etag', etagOf(made.version)).send(made)
    }
  )

  app.get(
    '/v1/business-cases',
    {
      schema: {
        operationId: 'listBusinessCases',
        tags,
        summary: 'The business cases that are kept, the newest first',
        description: 'Each in short: GET it by its id for the rest.',
        querystring: Type.Object({
          area: Type.Optional(Type.String({ minLength: 1, maxLength: 80, description: 'Only those of this council: a code, old or new, or its name.', examples: [EXAMPLE_AREA] })),
          state: Type.Optional(words(STATES, { description: 'Only those in this state.', examples: ['draft'] })),
          ...listQuery()
        }),
        response: { 200: ref(schemas.BusinessCasePage), ...problemResponses(400, 422, 503) }
      }
    },
    async (request, reply) => sendPage(request, reply, await businessCases.list(request.caller.organisation, request.query))
  )

  app.get(
    '/v1/business-cases/:id',
    {
      schema: {
        operationId: 'getBusinessCase',
        tags,
        summary: 'One business case',
        description: 'As it stands now, with its version as the ETag: the five cases, the evidence it was submitted with, every decision, which states it can have next and what is missing for each, and what has moved since. With `format=html`, or in a browser, it is a page to be printed: the same with charts, the figures of its appraisal, the benefits register, and what is not known.',
        params: CaseId(EXAMPLE_CASE_ID),
        querystring: Type.Object({ format: Type.Optional(words(['json', 'html'], { description: 'The form of the answer; without it, what the Accept header prefers, which is JSON where it does not say.' })) }),
        response: {
          200: { description: 'The business case.', headers: { etag }, content: { 'application/json': { schema: ref(schemas.BusinessCase) }, 'text/html': { schema: Type.String({ description: 'A page that stands alone: no script, and nothing to be fetched.' }) } } },
          ...problemResponses(400, 404, 406, 414, 503)
        }
      }
    },
    async (request, reply) => {
      const type = request.query.format === undefined ? preferredType(request.headers.accept, ['application/json', 'text/html']) : request.query.format === 'html' ? 'text/html' : 'application/json'
      if (type === null) throw notAcceptable('A business case can be had as application/json or text/html.')
      void reply.header('vary', 'accept')
      if (type === 'text/html') {
        const page = await reports.print(request.params.id, request.caller.organisation)
        return reply.headers(PAGE_HEADERS).type('text/html; charset=utf-8').send(page)
      }
      const held = await businessCases.find(request.params.id, request.caller.organisation)
      return reply.header('etag', etagOf(held.version)).send(held)
    }
  )

  app.put(
    '/v1/business-cases/:id',
    {
      onRequest: needsIfMatch,
      schema: {
        operationId: 'replaceBusinessCase',
        tags,
        summary: 'Replace a business case',
        description:
          'Takes the place of the whole case, where it is still as it was read: If-Match names that version by its ETag. 412 where another change was made since, which is then not overwritten; 428 without If-Match. Only a draft and a case that was returned can be changed (409 otherwise). What it said before is kept. A case that says the same already stays at its version.',
        params: CaseId(EXAMPLE_CASE_ID),
        headers: ifMatch,
        body: ref(schemas.BusinessCaseInput),
        'x-body-examples': { 'as-it-is': { summary: 'The example as it stands; change it, and its version moves on', value: EXAMPLE_CASE } },
        response: { 200: answer('The business case as it stands now.'), ...problemResponses(400, 404, 409, 412, 413, 414, 415, 422, 428, 503) }
      }
    },
    async (request, reply) => {
      const held = await businessCases.replace(request.params.id, request.caller.organisation, versionsMatching(request.headers['if-match']), request.body)
      return reply.header('etag', etagOf(held.version)).send(held)
    }
  )

  app.get(
    '/v1/business-cases/:id/versions',
    {
      schema: {
        operationId: 'listBusinessCaseVersions',
        tags,
        summary: 'Every version of a business case, the newest first',
        description: 'What made each, and when: a change of its content, or a decision.',
        params: CaseId(EXAMPLE_CASE_ID),
        querystring: Type.Object(listQuery()),
        response: { 200: ref(schemas.CaseVersionPage), ...problemResponses(400, 404, 414, 503) }
      }
    },
    async (request, reply) => sendPage(request, reply, await businessCases.versions(request.params.id, request.caller.organisation, request.query))
  )

  app.get(
    '/v1/business-cases/:id/versions/:version',
    {
      schema: {
        operationId: 'getBusinessCaseVersion',
        tags,
        summary: 'A business case as it was at one version',
        description: 'What it said, and what had been decided by then. Its `notices` say whether it is the current one.',
        params: Type.Object({ ...CaseId(EXAMPLE_CASE_ID).properties, version: { ...Version, examples: [1] } as typeof Version }),
        response: { 200: answer('The business case as it was.', {}), ...problemResponses(400, 404, 414, 503) }
      }
    },
    async (request) => businessCases.findVersion(request.params.id, request.caller.organisation, request.params.version)
  )

  app.post(
    '/v1/business-cases/:id/transitions',
    {
      onRequest: needsIfMatch,
      schema: {
        operationId: 'decideOnBusinessCase',
        tags,
        summary: 'Submit, approve or return a business case, or take it into delivery and close it',
        description:
          'draft → submitted → approved or returned; returned → submitted or draft; approved → in-delivery → closed. Each decision is checked for what it needs: 409 with everything that is missing in `errors`, or with the states that are possible. Submitting copies in the strength of the evidence for the preferred option and its gap warnings, and stores the appraisal. Whoever submitted it may not approve it, by name or by key; to approve takes the scope `approve` too. An option without strong evidence needs an evaluation plan before it is approved. Approving makes the benefits register. Nothing changes a case after that; closing needs an entry, be it of null, for every benefit and year that is over. If-Match names the version that is decided on; the same decision sent twice is taken once.',
        params: CaseId(TO_DECIDE_EXAMPLE_ID),
        headers: ifMatch,
        body: ref(schemas.TransitionInput),
        'x-body-examples': { submit: { summary: 'Submit a draft', value: EXAMPLE_DECISION } },
        response: { 200: answer('The business case in its new state.'), ...problemResponses(400, 404, 409, 412, 413, 414, 415, 422, 428, 503) }
      }
    },
    async (request, reply) => {
      const { caller, body } = request
      if (body.to === 'approved') requireScope(caller, 'approve')
      const held = await businessCases.decide(request.params.id, caller.organisation, versionsMatching(request.headers['if-match']), body, caller.actor)
      return reply.header('etag', etagOf(held.version)).send(held)
    }
  )

  app.get(
    '/v1/business-cases/:id/appraisal',
    {
      schema: {
        operationId: 'getBusinessCaseAppraisal',
        tags,
        summary: 'The appraisal of a business case',
        description: "Computed from the case's own input while it is a draft. Stored when it is submitted, so that what was approved stays as it was; `basis` says which.",
        params: CaseId(APPROVED_EXAMPLE_ID),
        querystring: Type.Object({ version: Type.Optional({ ...Version, examples: [1, 2] } as typeof Version) }),
        response: { 200: ref(schemas.CaseAppraisal), ...problemResponses(400, 404, 409, 414, 422, 503) }
      }
    },
    async (request) => businessCases.appraisal(request.params.id, request.caller.organisation, request.query.version)
  )

  app.get(
    '/v1/business-cases/:id/benefits',
    {
      schema: {
        operationId: 'getBenefitsRegister',
        tags,
        summary: 'The benefits register of an approved business case',
        description: 'Made by the approval and never changed: each benefit with its owner, measure, baseline and targets, and what the appraisal that was approved forecast for each financial year. 409 before the case is approved.',
        params: CaseId(APPROVED_EXAMPLE_ID),
        response: { 200: ref(schemas.BenefitsRegister), ...problemResponses(400, 404, 409, 414, 503) }
      }
    },
    async (request) => businessCases.register(request.params.id, request.caller.organisation)
  )

  app.post(
    '/v1/business-cases/:id/actuals',
    {
      schema: {
        operationId: 'enterActual',
        tags,
        summary: 'Enter what was measured of a benefit',
        description:
          'An entry for one benefit and one period of the register. A figure that is withheld or was not taken is null with a status, never zero. An entry is never changed: a further one that names it in `corrects` takes its place, and both stay readable. The very same entry again changes nothing and answers 200.',
        params: CaseId(APPROVED_EXAMPLE_ID),
        body: ref(schemas.ActualInput),
        'x-body-examples': { measured: { summary: 'A year that was measured, with a comparison', value: EXAMPLE_ACTUAL } },
        response: {
          200: { description: 'This very entry is held: nothing was added.', headers: { location }, content: { 'application/json': { schema: ref(schemas.Actual) } } },
          201: { description: 'The entry, which is kept.', headers: { location }, content: { 'application/json': { schema: ref(schemas.Actual) } } },
          ...problemResponses(400, 404, 409, 413, 414, 415, 422, 503)
        }
      }
    },
    async (request, reply) => {
      const { entry, made } = await businessCases.enter(request.params.id, request.caller.organisation, request.body)
      return reply.code(made ? 201 : 200).header('location', `/v1/business-cases/${request.params.id}/actuals/${entry.id}`).send(entry)
    }
  )

  app.get(
    '/v1/business-cases/:id/actuals',
    {
      schema: {
        operationId: 'listActuals',
        tags,
        summary: 'What was entered, the oldest first',
        description: 'Every entry, those that were corrected among them: `correctedBy` is null for the ones that hold.',
        params: CaseId(APPROVED_EXAMPLE_ID),
        querystring: Type.Object({
          benefit: Type.Optional(Type.String({ minLength: 1, maxLength: 60, description: 'Only those of this benefit.', examples: [EXAMPLE_ACTUAL.benefit] })),
          period: Type.Optional(Type.String({ minLength: 1, maxLength: 20, description: 'Only those of this period.', examples: [EXAMPLE_ACTUAL.period] })),
          ...listQuery()
        }),
        response: { 200: ref(schemas.ActualPage), ...problemResponses(400, 404, 409, 414, 503) }
      }
    },
    async (request, reply) => sendPage(request, reply, await businessCases.actuals(request.params.id, request.caller.organisation, request.query))
  )

  app.get(
    '/v1/business-cases/:id/actuals/:entry',
    {
      schema: {
        operationId: 'getActual',
        tags,
        summary: 'One entry',
        description: 'As it was entered, and what it corrects or is corrected by.',
        params: Type.Object({ ...CaseId(APPROVED_EXAMPLE_ID).properties, entry: Type.String({ format: 'uuid', maxLength: 36, description: 'The id of the entry.', examples: [EXAMPLE_ENTRY_ID] }) }),
        response: { 200: ref(schemas.Actual), ...problemResponses(400, 404, 409, 414, 503) }
      }
    },
    async (request) => businessCases.findActual(request.params.id, request.caller.organisation, request.params.entry)
  )

  app.get(
    '/v1/business-cases/:id/realisation',
    {
      schema: {
        operationId: 'getRealisation',
        tags,
        summary: 'What was forecast against what was measured',
        description:
          'For each benefit and period: the forecast with the range between P10 and P90 of its simulation, the actual, how far apart they are, whether it lies inside, and the evidence for attribution. What was not measured cannot be claimed as realised, and what has no counterfactual cannot be claimed as brought about; both are listed. Totals hold only what was measured, say of how many, and keep cash-releasing benefits apart.',
        params: CaseId(APPROVED_EXAMPLE_ID),
        response: { 200: ref(schemas.Realisation), ...problemResponses(400, 404, 409, 414, 503) }
      }
    },
    async (request) => businessCases.realisation(request.params.id, request.caller.organisation)
  )
}

import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { notFound, unprocessable } from '../errors.js'
import { nearest, orElse } from '../nearest.js'
import { listQuery, paged, sendPage } from '../pages.js'
import { page, problemResponses, ref, typed, words } from '../schemas.js'
import { findFamily } from './catalogue.js'
import { nameKey } from './check.js'
import { listGaps } from './derived-gaps.js'
import { catalogueFor, evidenceQuery, versionQuery, viewFor } from './evidence-query.js'
import { atLeast, evidenceMap } from './evidence-map.js'
import { DIRECTION_MEANINGS, NOT_GRADED_MEANING, STATUS_MEANINGS, STRENGTH_MEANINGS } from './meanings.js'
import * as schemas from './schemas.js'
import type { CatalogueService, HeldCatalogue } from './service.js'
import type { CatalogueView } from './view.js'
import { CLAIM_STATUSES, DIRECTIONS, GAP_CODES, KINDS, ROLES, STRENGTHS } from './vocabulary.js'

/** A search compares letters and digits alone, so one without any would find everything. */
const WORD = '[A-Za-z0-9]'
const need = Type.Optional(Type.String({ minLength: 1, maxLength: 80, description: 'A code of /v1/needs, such as `neglect`.', examples: ['neglect'] }))
const ROLE = 'What the entry is to a family or a service: only `response` is an answer to families’ needs; assessment tools, system models and the rest have roles of their own.'
const id = (description: string, example: string) => Type.Object({ id: Type.String({ minLength: 1, maxLength: 80, description, examples: [example] }) })

const InterventionQuery = Type.Object({
  need,
  role: Type.Optional(words(ROLES, { description: ROLE, examples: ['response'] })),
  kind: Type.Optional(words(KINDS, { description: 'What sort of thing the entry is.', examples: ['programme'] })),
  family: Type.Optional(Type.String({ minLength: 1, maxLength: 80, description: 'Only the versions of this family.' })),
  minimumStrength: Type.Optional(words(STRENGTHS, { description: 'Only entries with a claim of benefit at least this strong (for the need, where one is given).', examples: ['evidence-based'] })),
  age: Type.Optional(Type.Integer({ minimum: 0, maximum: 25, description: 'Only entries whose stated ages hold this age, and those with no stated age.', examples: [4] })),
  q: Type.Optional(Type.String({ minLength: 1, maxLength: 100, pattern: WORD, description: 'Words of the name, an alias or the summary, in any order and without regard to case or punctuation.', examples: ['family', 'SoS'] })),
  ...versionQuery,
  ...evidenceQuery,
  ...listQuery()
})

const Question = Type.Object({ id: Type.String(), text: Type.String(), audience: Type.String(), trigger: Type.String(), sources: Type.Array(ref(schemas.CitationSchema)) }, { $id: 'LeaderQuestion', description: 'A question that a source puts to local leaders, and what raises it.' })
const QuestionPage = page(ref(Question), { $id: 'LeaderQuestionPage', description: 'Questions, in order of their id.' })

/** The read side of the catalogue. Every answer of the newest version comes from memory. */
export function registerCatalogue(fastify: FastifyInstance, { catalogue }: { catalogue: CatalogueService }) {
  const app = typed(fastify)
  for (const schema of schemas.COMPONENTS) app.addSchema(schema)
  app.addSchema(Question)
  app.addSchema(QuestionPage)

  const checkNeed = (held: HeldCatalogue, code: string | undefined) => {
    const { needByCode } = held.current()
    if (code === undefined || needByCode.has(code)) return
    const suggestions = nearest(code, [...needByCode.keys()])
    throw unprocessable(`'${code.slice(0, 60)}' is not a need code${orElse(suggestions.slice(0, 1))} GET /v1/needs lists them.`, {
      code: 'unknown-need',
      errors: [{ pointer: '/need', in: 'query', code: 'unknown-need', message: 'This need code is not known.', suggestions }]
    })
  }

  const suggestIds = (held: HeldCatalogue, wanted: string) => {
    const { idsByName } = held.current()
    return [...new Set(nearest(nameKey(wanted), [...idsByName.keys()]).flatMap((name) => idsByName.get(name)!))].slice(0, 3)
  }
  const isHeld = (held: HeldCatalogue, id: string) => held.current().interventionById.has(id)
  const checkIntervention = (held: HeldCatalogue, id: string | undefined) => {
    if (id === undefined || isHeld(held, id)) return
    const suggestions = suggestIds(held, id)
    throw unprocessable(`'${id.slice(0, 60)}' is not an intervention id${orElse(suggestions.slice(0, 1))} GET /v1/interventions?q= finds one by name.`, {
      code: 'unknown-intervention',
      errors: [{ pointer: '/intervention', in: 'query', code: 'unknown-intervention', message: 'This id is not known.', suggestions }]
    })
  }

  const familyNames = (held: HeldCatalogue, id: string | null) => {
    const family = held.current().families.find((one) => one.id === id)
    return family === undefined ? [] : [family.name, ...family.aliases]
  }

  app.get(
    '/v1/needs',
    {
      schema: {
        operationId: 'listNeeds',
        tags: ['Catalogue'],
        summary: 'The needs that interventions are matched to',
        description: "The taxonomy of needs, each with its definition and the Department for Education's codes that stand for it or for part of it.",
        querystring: Type.Object({ ...versionQuery, ...listQuery(200) }),
        response: { 200: ref(schemas.NeedPage), ...problemResponses(400, 422) }
      }
    },
    async (request, reply) => sendPage(request, reply, paged((await catalogueFor(catalogue, request.query)).current().needs, (row) => row.code, request.query))
  )

  app.get(
    '/v1/interventions',
    {
      schema: {
        operationId: 'listInterventions',
        tags: ['Catalogue'],
        summary: 'Interventions, with every claim held about them',
        description: 'All entries in order of their id, or those that fit every filter given. Nothing is ranked here: POST a profile to /v1/recommendations for that.',
        querystring: InterventionQuery,
        response: { 200: ref(schemas.InterventionPage), ...problemResponses(400, 422) }
      }
    },
    async (request, reply) => {
      const { query } = request
      const held = await catalogueFor(catalogue, query)
      checkNeed(held, query.need)
      const words = query.q === undefined ? [] : nameKey(query.q).split(' ')
      const found = viewFor(held, query).interventions.filter(
        (entry) =>
          (query.need === undefined || entry.needs.includes(query.need)) &&
          (query.role === undefined || entry.role === query.role) &&
          (query.kind === undefined || entry.kind === query.kind) &&
          (query.family === undefined || entry.family === query.family) &&
          (query.age === undefined || entry.age === null || (entry.age.min <= query.age && query.age <= entry.age.max)) &&
          (query.minimumStrength === undefined ||
            entry.claims.some((claim) => (query.need === undefined || claim.need === query.need) && atLeast(claim, query.minimumStrength!))) &&
          (words.length === 0 || holdsAll(nameKey([entry.id, entry.name, ...entry.aliases, ...familyNames(held, entry.family), entry.summary].join(' ')), words))
      )
      return sendPage(request, reply, paged(found, (row) => row.id, query))
    }
  )

  app.get(
    '/v1/interventions/:id',
    {
      schema: {
        operationId: 'getIntervention',
        tags: ['Catalogue'],
        summary: 'One intervention',
        description: 'One entry by its id, with its claims, conditions, caveats, take-up and costs, each with its sources.',
        params: id('The id of the entry.', 'behavioural-couples-therapy'),
        querystring: Type.Object({ ...versionQuery, ...evidenceQuery }),
        response: { 200: ref(schemas.Intervention), ...problemResponses(400, 404, 414, 422) }
      }
    },
    async (request) => {
      const { id: wanted } = request.params
      const held = await catalogueFor(catalogue, request.query)
      const entry = viewFor(held, request.query).byId.get(wanted)
      if (entry !== undefined) return entry
      if (isHeld(held, wanted)) {
        throw notFound(`'${wanted}' is in the catalogue, and none of the sources chosen speaks of it.`, { code: 'not-in-evidence-view' })
      }
      const family = findFamily(held.current(), wanted)
      if (family !== undefined) {
        throw notFound(`'${wanted}' is a family of versions that are rated apart: choose one of ${family.versions.join(', ')}.`, {
          code: 'choose-a-version',
          errors: [{ pointer: '/id', in: 'path', code: 'choose-a-version', message: family.note, suggestions: family.versions }]
        })
      }
      const suggestions = suggestIds(held, wanted)
      throw notFound(`There is no intervention '${wanted.slice(0, 60)}'${orElse(suggestions)} GET /v1/interventions?q= finds one by name.`, {
        errors: [{ pointer: '/id', in: 'path', code: 'unknown-intervention', message: 'This id is not known.', suggestions }]
      })
    }
  )

  app.get(
    '/v1/evidence-standards',
    {
      schema: {
        operationId: 'listEvidenceStandards',
        tags: ['Catalogue'],
        summary: 'The rating scales used, and how they map to ours',
        description: 'What our words mean; then every scale that a source uses, its levels and their meanings, the strength that each level stands for here, and what that translation loses.',
        querystring: Type.Object({ ...versionQuery, ...listQuery(200) }),
        response: { 200: ref(schemas.EvidenceStandards), ...problemResponses(400, 422) }
      }
    },
    async (request, reply) => {
      const meanings = <T extends string>(order: readonly T[], all: Record<T, string>) => order.map((value) => ({ value, meaning: all[value] }))
      return sendPage(request, reply, {
        strengths: meanings([...STRENGTHS].reverse(), STRENGTH_MEANINGS),
        notGraded: NOT_GRADED_MEANING,
        directions: meanings(DIRECTIONS, DIRECTION_MEANINGS),
        statuses: meanings(CLAIM_STATUSES, STATUS_MEANINGS),
        ...paged((await catalogueFor(catalogue, request.query)).current().standards, (row) => row.id, request.query)
      })
    }
  )

  app.get(
    '/v1/evidence-gaps',
    {
      schema: {
        operationId: 'listEvidenceGaps',
        tags: ['Catalogue'],
        summary: 'Where evidence is missing',
        description: 'Gaps that a source states (`published`) and gaps that follow from what the catalogue holds (`derived`).',
        querystring: Type.Object({
          need,
          intervention: Type.Optional(Type.String({ minLength: 1, maxLength: 80, description: 'An id of /v1/interventions, such as `mash`.', examples: ['mash'] })),
          code: Type.Optional(words(GAP_CODES, { description: 'The kind of gap.', examples: ['widely-used-unevaluated'] })),
          basis: Type.Optional(words(['published', 'derived'], { description: '`published`: a source states it. `derived`: it follows from what the catalogue holds.', examples: ['published'] })),
          ...versionQuery,
          ...evidenceQuery,
          ...listQuery()
        }),
        response: { 200: ref(schemas.EvidenceGapPage), ...problemResponses(400, 422) }
      }
    },
    async (request, reply) => {
      const { query } = request
      const held = await catalogueFor(catalogue, query)
      checkNeed(held, query.need)
      checkIntervention(held, query.intervention)
      const gaps = listGaps(viewFor(held, query)).filter(
        (gap) =>
          (query.need === undefined || gap.needs.includes(query.need)) &&
          (query.intervention === undefined || gap.interventions.includes(query.intervention)) &&
          (query.code === undefined || gap.code === query.code) &&
          (query.basis === undefined || gap.basis === query.basis)
      )
      return sendPage(request, reply, paged(gaps, (row) => row.id, query))
    }
  )

  app.get(
    '/v1/evidence-map',
    {
      schema: {
        operationId: 'getEvidenceMap',
        tags: ['Catalogue'],
        summary: 'Needs against strength of evidence',
        description: 'For each need, how many entries stand at each strength by their best claim of benefit, with their ids; findings of no effect or harm, and what has not been evaluated, beside them. Responses to families unless another role is asked for.',
        querystring: Type.Object({ role: Type.Optional(words(ROLES, { description: `${ROLE} Without it, responses are counted.`, examples: ['assessment'] })), ...versionQuery, ...evidenceQuery, ...listQuery(200) }),
        response: { 200: ref(schemas.EvidenceMapPage), ...problemResponses(400, 422) }
      }
    },
    async (request, reply) => sendPage(request, reply, paged(evidenceMap(viewFor(await catalogueFor(catalogue, request.query), request.query), request.query.role ?? 'response'), (row) => row.need, request.query))
  )

  app.get(
    '/v1/sources',
    {
      schema: {
        operationId: 'listSources',
        tags: ['Catalogue'],
        summary: 'The documents behind the catalogue',
        description: 'Every source, what it is, its limits, and how much of the catalogue rests on it.',
        querystring: Type.Object({ ...versionQuery, ...listQuery() }),
        response: { 200: ref(schemas.SourcePage), ...problemResponses(400, 422) }
      }
    },
    async (request, reply) => sendPage(request, reply, paged(describeSources((await catalogueFor(catalogue, request.query)).view()), (row) => row.id, request.query))
  )

  app.get(
    '/v1/sources/:id',
    {
      schema: {
        operationId: 'getSource',
        tags: ['Catalogue'],
        summary: 'One source',
        description: 'One document, with what it is and what its limits are.',
        params: id('The id of the source.', 'eif-lga-overview-2017'),
        querystring: Type.Object(versionQuery),
        response: { 200: ref(schemas.Source), ...problemResponses(400, 404, 414, 422) }
      }
    },
    async (request) => {
      const held = await catalogueFor(catalogue, request.query)
      const found = describeSources(held.view()).find((source) => source.id === request.params.id)
      if (found !== undefined) return found
      const suggestions = nearest(request.params.id, held.current().sources.map((source) => source.id))
      throw notFound(`There is no source '${request.params.id.slice(0, 60)}'. GET /v1/sources lists them.`, {
        errors: [{ pointer: '/id', in: 'path', code: 'unknown-source', message: 'This id is not known.', suggestions }]
      })
    }
  )

  app.get(
    '/v1/context-figures',
    {
      schema: {
        operationId: 'listContextFigures',
        tags: ['Catalogue'],
        summary: 'Published figures about the system, with their dates and disagreements',
        description: 'Figures of demand, spending and inspection as the sources print them, each with its period and geography, and beside it any published figure that disagrees. They are history, not current statistics.',
        querystring: Type.Object({ q: Type.Optional(Type.String({ minLength: 1, maxLength: 100, pattern: WORD, description: 'Words of the label, the geography or the note.', examples: ['referrals'] })), ...versionQuery, ...evidenceQuery, ...listQuery() }),
        response: { 200: ref(schemas.ContextFigurePage), ...problemResponses(400, 422) }
      }
    },
    async (request, reply) => {
      const words = request.query.q === undefined ? [] : nameKey(request.query.q).split(' ')
      const figures = viewFor(await catalogueFor(catalogue, request.query), request.query).contextFigures.filter(
        (figure) => words.length === 0 || holdsAll(nameKey([figure.id, figure.label, figure.geography, figure.note ?? ''].join(' ')), words)
      )
      return sendPage(request, reply, paged(figures, (row) => row.id, request.query))
    }
  )

  app.get(
    '/v1/questions',
    {
      schema: {
        operationId: 'listQuestions',
        tags: ['Catalogue'],
        summary: 'Questions that the sources put to local leaders',
        description: 'All of them; an answer to a profile carries those that it raises.',
        querystring: Type.Object({ ...versionQuery, ...evidenceQuery, ...listQuery() }),
        response: { 200: ref(QuestionPage), ...problemResponses(400, 422) }
      }
    },
    async (request, reply) => sendPage(request, reply, paged([...viewFor(await catalogueFor(catalogue, request.query), request.query).questions].sort((a, b) => (a.id < b.id ? -1 : 1)), (row) => row.id, request.query))
  )
}

const holdsAll = (text: string, words: readonly string[]) => words.every((word) => text.includes(word))

function describeSources(view: CatalogueView) {
  const claims = new Map<string, number>()
  const interventions = new Map<string, number>()
  const count = (counts: Map<string, number>, citations: readonly { id: string }[]) => {
    for (const source of new Set(citations.map((citation) => citation.id))) counts.set(source, (counts.get(source) ?? 0) + 1)
  }
  for (const entry of view.interventions) {
    count(interventions, [...entry.sources, ...entry.claims.flatMap((claim) => claim.sources)])
    for (const claim of entry.claims) count(claims, claim.sources)
  }
  return view.catalogue.sources.map((source) => ({ ...source, interventions: interventions.get(source.id) ?? 0, claims: claims.get(source.id) ?? 0 }))
}

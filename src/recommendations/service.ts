import { randomUUID } from 'node:crypto'
import { findFamily } from '../catalogue/catalogue.js'
import type { CatalogueService } from '../catalogue/service.js'
import type { CatalogueView, EvidenceSelection } from '../catalogue/view.js'
import type { Database } from '../db/database.js'
import { DomainError, notFound, unprocessable } from '../errors.js'
import { EXAMPLE_ID, EXAMPLE_PROFILES } from './examples.js'
import { compareViews, compareWarnings } from './compare.js'
import { referTo } from './explain.js'
import { historyOf, knownSince } from './history.js'
import { suggestInterventions, understandProfile } from './profile.js'
import { findDecision, findResponse, insertRecommendation } from './queries.js'
import { MODEL_VERSION, recommend, type Advice } from './recommend.js'
import type { CompareInput, Comparison, InterventionHistory, NeedInput, ProfileInput } from './schemas.js'
import { serialiseAnswer } from './serialise.js'

export interface RecommendationService {
  /** Refuses what a recommendation would refuse; a profile without needs may be a draft. */
  check(input: ProfileInput): void
  /** The answer to a profile, as JSON text; nothing is stored. */
  preview(input: ProfileInput): string
  /** The same, kept as a decision record: once this resolves, it is on disk. */
  record(input: ProfileInput, organisation: string): Promise<{ id: string; body: string }>
  /** Records the example, where it is not recorded yet. */
  recordExample(organisation: string): Promise<void>
  /** What moves when the profile of a recorded answer is held against two views of the evidence, and why. */
  compare(id: string, organisation: string, input: CompareInput): Promise<Comparison>
  /** What the claims about an intervention would have come to at each point in time. */
  history(id: string, facts: { age?: number | undefined; stage?: string | undefined }): InterventionHistory
  /** A recorded answer, byte for byte as it was given. */
  find(id: string, organisation: string): Promise<string>
}

export function recommendationService({ catalogue, database, now = () => new Date() }: { catalogue: CatalogueService; database: Database; now?: () => Date }): RecommendationService {
  function advise(input: ProfileInput, at: Date): Advice {
    const profile = understandProfile(withNeeds(input), catalogue.current())
    return recommend(catalogue.view(profile.evidence), profile, at.getUTCFullYear())
  }
  return {
    check(input) {
      checkArea(input)
      understandProfile({ ...input, needs: input.needs ?? [] }, catalogue.current())
    },
    preview(input) {
      const at = now()
      return serialiseAnswer(advise(input, at), null, at.toISOString())
    },
    record: (input, organisation) => record(input, organisation, randomUUID()),
    async recordExample(organisation) {
      if ((await findResponse(database.kysely, organisation, EXAMPLE_ID)) !== undefined) return
      await record(EXAMPLE_PROFILES[0]!, organisation, EXAMPLE_ID).catch((error: unknown) => {
        // Another instance that started at the same time was first.
        if ((error as { code?: string }).code !== UNIQUE_VIOLATION) throw error
      })
    },
    async compare(id, organisation, input) {
      const recorded = await findDecision(database.kysely, organisation, id)
      if (recorded === undefined) throw notFound(`There is no recommendation '${id}'.`)
      const request = JSON.parse(recorded.request) as ProfileInput
      const held = catalogue.current()
      const ownDay = recorded.createdAt.toISOString().slice(0, 10)
      const sides = {
        // What was known when it was recorded is what had been published by that day.
        from: input.from ?? { ...request.evidence, asOf: request.evidence?.asOf ?? ownDay },
        to: input.to ?? {}
      }
      const profileOf = (evidence: ProfileInput['evidence'], pointer: string) => {
        try {
          return understandProfile(withNeeds({ ...request, evidence: evidence ?? {} }), held)
        } catch (error) {
          if (error instanceof DomainError) for (const item of error.errors ?? []) item.pointer = item.pointer.replace('/evidence', pointer)
          throw error
        }
      }
      const [before, after] = [profileOf(sides.from, '/from'), profileOf(sides.to, '/to')]
      const [fromView, toView] = [catalogue.view(before.evidence), catalogue.view(after.evidence)]
      const year = now().getUTCFullYear()
      const warnings = compareWarnings(recommend(fromView, before, year), recommend(toView, after, year))
      const viewed = (evidence: EvidenceSelection, view: CatalogueView) => ({
        asOf: evidence.asOf ?? null,
        requestedSources: evidence.sources ? [...evidence.sources] : null,
        sources: [...view.sourceIds].sort()
      })
      return {
        recommendation: id,
        catalogueVersion: held.version,
        modelVersion: MODEL_VERSION,
        from: viewed(before.evidence, fromView),
        to: viewed(after.evidence, toView),
        moved: compareViews(fromView, toView, after),
        warningsAppeared: warnings.appeared,
        warningsGone: warnings.gone
      }
    },
    history(id, { age, stage }) {
      const held = catalogue.current()
      const intervention = catalogue.view().byId.get(id)
      if (intervention === undefined) {
        const suggestions = findFamily(held, id)?.versions ?? suggestInterventions(id, held)
        throw notFound(`There is no intervention '${id.slice(0, 60)}'.`, { errors: [{ pointer: '/id', in: 'path', code: 'unknown-intervention', message: 'This id is not known.', suggestions }] })
      }
      const cohort = {
        ageBands: age === undefined ? [] : [{ min: age, max: age, share: 1 }],
        context: new Map(stage === undefined ? [] : [['stage' as const, new Map([[stage, 1]])]])
      }
      return {
        intervention: referTo(intervention),
        needs: historyOf(held, intervention, cohort),
        claims: [...intervention.claims].sort((a, b) => (knownSince(held, a) < knownSince(held, b) ? -1 : knownSince(held, a) > knownSince(held, b) ? 1 : a.id < b.id ? -1 : 1))
      }
    },
    async find(id, organisation) {
      const body = await findResponse(database.kysely, organisation, id)
      if (body === undefined) throw notFound(`There is no recommendation '${id}'.`)
      return body
    }
  }

  async function record(input: ProfileInput, organisation: string, id: string) {
      const at = now()
      const createdAt = at.toISOString()
      const advice = advise(input, at)
      const body = serialiseAnswer(advice, id, createdAt)
      await insertRecommendation(database.kysely, {
        id,
        organisation,
        createdAt,
        catalogueVersion: advice.catalogueVersion,
        modelVersion: advice.modelVersion,
        request: JSON.stringify(input),
        response: body
      })
      return { id, body }
  }
}

/** SQLSTATE. */
const UNIQUE_VIOLATION = '23505'

/** ONS codes of areas, and the Department for Education's three digits. */
const AREA = /^([EWSN]\d{8}|\d{3})$/

function checkArea(input: ProfileInput) {
  if (input.area !== undefined && !AREA.test(input.area)) {
    const message = 'An area is an ONS code such as E08000035, or a three-digit code of the Department for Education such as 383.'
    throw unprocessable(message, { code: 'unknown-area', errors: [{ pointer: '/area', in: 'body', code: 'unknown-area', message }] })
  }
}

function withNeeds(input: ProfileInput): ProfileInput & { needs: NeedInput[] } {
  checkArea(input)
  if (input.needs !== undefined) return input as ProfileInput & { needs: NeedInput[] }
  if (input.area === undefined) {
    const message = 'Give needs: a list with at least one need code of GET /v1/needs.'
    throw unprocessable(message, { code: 'needs-required', errors: [{ pointer: '/needs', in: 'body', code: 'required', message }] })
  }
  throw new DomainError({
    status: 501,
    code: 'area-statistics-not-held',
    title: 'Published statistics are not held yet',
    detail: 'Needs cannot yet be taken from published statistics of an area. Give them in needs; area may stand beside them.',
    errors: [{ pointer: '/needs', in: 'body', code: 'required', message: 'Give needs: published statistics of an area are not held yet.' }]
  })
}

import { randomUUID } from 'node:crypto'
import type { CatalogueService } from '../catalogue/service.js'
import type { Database } from '../db/database.js'
import { DomainError, notFound, unprocessable } from '../errors.js'
import { EXAMPLE_ID, EXAMPLE_PROFILES } from './examples.js'
import { understandProfile } from './profile.js'
import { findResponse, insertRecommendation } from './queries.js'
import { recommend, type Advice } from './recommend.js'
import type { NeedInput, ProfileInput } from './schemas.js'
import { serialiseAnswer } from './serialise.js'

export interface RecommendationService {
  /** The answer to a profile, as JSON text; nothing is stored. */
  preview(input: ProfileInput): string
  /** The same, kept as a decision record: once this resolves, it is on disk. */
  record(input: ProfileInput, organisation: string): Promise<{ id: string; body: string }>
  /** Records the example, where it is not recorded yet. */
  recordExample(organisation: string): Promise<void>
  /** A recorded answer, byte for byte as it was given. */
  find(id: string, organisation: string): Promise<string>
}

export function recommendationService({ catalogue, database, now = () => new Date() }: { catalogue: CatalogueService; database: Database; now?: () => Date }): RecommendationService {
  function advise(input: ProfileInput, at: Date): Advice {
    const profile = understandProfile(withNeeds(input), catalogue.current())
    return recommend(catalogue.view(profile.evidence), profile, at.getUTCFullYear())
  }
  return {
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

function withNeeds(input: ProfileInput): ProfileInput & { needs: NeedInput[] } {
  if (input.area !== undefined && !AREA.test(input.area)) {
    const message = 'An area is an ONS code such as E08000035, or a three-digit code of the Department for Education such as 383.'
    throw unprocessable(message, { code: 'unknown-area', errors: [{ pointer: '/area', in: 'body', code: 'unknown-area', message }] })
  }
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

import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { CatalogueService } from '../catalogue/service.js'
import type { Database } from '../db/database.js'
import { DomainError, notFound, preconditionFailed, unprocessable, type ErrorItem } from '../errors.js'
import { cursorFor, readCursor, readMomentAndId } from '../pages.js'
import { suggestNeeds } from '../recommendations/profile.js'
import type { RecommendationService } from '../recommendations/service.js'
import { contentOf, summaryOf } from './content.js'
import { EXAMPLE_NEEDS_PROFILE, EXAMPLE_PROFILE_ID } from './examples.js'
import { findNeedsProfile, findVersion, insertNeedsProfile, listNeedsProfiles, listVersions, replaceNeedsProfile } from './queries.js'
import type { NeedsProfile, NeedsProfileInput, NeedsProfileReplacement, NeedsProfileSummary } from './schemas.js'

export interface NeedsProfileService {
  create(input: NeedsProfileInput, organisation: string): Promise<NeedsProfile>
  /** Keeps the example, where it is not kept yet. */
  keepExample(organisation: string): Promise<void>
  find(id: string, organisation: string): Promise<NeedsProfile>
  /** Replaces a profile that is still at one of these versions. One that already says the same is left at its version. */
  replace(id: string, organisation: string, versions: readonly number[], input: NeedsProfileReplacement): Promise<NeedsProfile>
  list(organisation: string, page: PageQuery): Promise<SummaryPage>
  /** Every version of a profile, the newest first. */
  versions(id: string, organisation: string, page: PageQuery): Promise<SummaryPage>
  /** A profile as it stood at a version. */
  findVersion(id: string, organisation: string, version: number): Promise<NeedsProfile>
}

interface PageQuery {
  limit?: number | undefined
  cursor?: string | undefined
}
interface SummaryPage {
  items: NeedsProfileSummary[]
  nextCursor: string | null
}

interface Parts {
  database: Database
  catalogue: CatalogueService
  recommendations: Pick<RecommendationService, 'check'>
  now?: () => Date
}

export function needsProfileService({ database, catalogue, recommendations, now = () => new Date() }: Parts): NeedsProfileService {
  const db = database.kysely

  /** @throws DomainError 422 with every fault that a recommendation would find in the profile */
  function checked(input: NeedsProfileInput) {
    const faults: ErrorItem[] = []
    let { profile } = input
    try {
      if (profile !== undefined) profile = recommendations.check(profile)
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
      for (const item of error.errors ?? []) faults.push({ ...item, pointer: `/profile${item.pointer}` })
    }
    input.localPriorities?.forEach(({ need }, i) => {
      const held = catalogue.current()
      if (need == null || held.needByCode.has(need)) return
      faults.push({ pointer: `/localPriorities/${i}/need`, in: 'body', code: 'unknown-need', message: `'${need}' is not a need code. GET /v1/needs lists them.`, suggestions: suggestNeeds(need, held) })
    })
    if (faults.length > 0) {
      const [first] = faults
      throw unprocessable(faults.length === 1 ? first!.message : `The needs profile has ${faults.length} faults; each stands in errors.`, {
        code: faults.length === 1 ? first!.code : 'invalid-profile',
        errors: faults
      })
    }
    return contentOf({ ...input, ...(profile === undefined ? {} : { profile }) })
  }

  async function found(id: string, organisation: string) {
    const held = await findNeedsProfile(db, organisation, id)
    if (held === undefined) throw notFound(`There is no needs profile '${id}'.`)
    return held
  }

  return {
    create: async (input, organisation) => insertNeedsProfile(db, organisation, randomUUID(), now().toISOString(), checked(input)),
    async keepExample(organisation) {
      if ((await findNeedsProfile(db, organisation, EXAMPLE_PROFILE_ID)) !== undefined) return
      await insertNeedsProfile(db, organisation, EXAMPLE_PROFILE_ID, now().toISOString(), checked(EXAMPLE_NEEDS_PROFILE)).catch((error: unknown) => {
        // Another instance that started at the same time was first.
        if ((error as { code?: string }).code !== UNIQUE_VIOLATION) throw error
      })
    },
    find: found,
    async replace(id, organisation, versions, input) {
      const content = checked(input)
      const held = await found(id, organisation)
      const isCurrent = versions.includes(held.version)
      if (isCurrent) requireUnchanged(held, input)
      if (isCurrent && isDeepStrictEqual(contentOf(held), content)) return held
      const replaced = await replaceNeedsProfile(db, organisation, id, isCurrent ? [held.version] : versions, now().toISOString(), content)
      if (replaced !== undefined) return replaced
      const current = await found(id, organisation)
      throw preconditionFailed(`It is at version ${current.version}, changed at ${current.updatedAt}. Read it again, make your change to that, and send its ETag.`)
    },
    async versions(id, organisation, { limit = 50, cursor }) {
      const before = cursor === undefined ? null : readCursor(cursor, (key) => (VERSION.test(key) ? Number(key) : undefined))
      const rows = await listVersions(db, organisation, id, limit + 1, before)
      if (rows.length === 0) await found(id, organisation)
      const items = rows.slice(0, limit).map(summaryOf)
      return { items, nextCursor: rows.length > limit ? cursorFor(String(items.at(-1)!.version)) : null }
    },
    async findVersion(id, organisation, version) {
      const kept = await findVersion(db, organisation, id, version)
      if (kept !== undefined) return kept
      const { version: last } = await found(id, organisation)
      const message = `It has ${last === 1 ? 'version 1 alone' : `versions 1 to ${last}`}.`
      throw notFound(`There is no version ${version} of the needs profile '${id}'. ${message}`, {
        code: 'no-such-version',
        errors: [{ pointer: '/version', in: 'path', code: 'no-such-version', message, suggestions: [String(last)] }]
      })
    },
    async list(organisation, { limit = 50, cursor }) {
      const after = cursor === undefined ? null : readCursor(cursor, readMomentAndId)
      const rows = await listNeedsProfiles(db, organisation, limit + 1, after)
      const items = rows.slice(0, limit).map(summaryOf)
      const last = items.at(-1)
      return { items, nextCursor: rows.length > limit ? cursorFor(`${last!.createdAt} ${last!.id}`) : null }
    }
  }
}

const KEPT_BY_US = ['id', 'version', 'createdAt', 'updatedAt'] as const

/** @throws DomainError 422 where a body gives what only the service sets, and gives it otherwise than it is held */
function requireUnchanged(held: NeedsProfile, input: NeedsProfileReplacement) {
  const errors = KEPT_BY_US.filter((key) => input[key] !== undefined && input[key] !== held[key]).map((key): ErrorItem => {
    const message = `'${key}' is ${JSON.stringify(held[key])} and cannot be changed: send it as it is, or leave it out.`
    return { pointer: `/${key}`, in: 'body', code: 'cannot-be-changed', message }
  })
  if (errors.length > 0) throw unprocessable(errors.length === 1 ? errors[0]!.message : `${errors.length} of the fields that only the service sets differ from what is held; each stands in errors.`, { code: 'cannot-be-changed', errors })
}

/** SQLSTATE. */
const UNIQUE_VIOLATION = '23505'

const VERSION = /^[1-9]\d{0,8}$/

import { randomUUID } from 'node:crypto'
import { findFamily } from '../catalogue/catalogue.js'
import type { CatalogueService } from '../catalogue/service.js'
import type { CatalogueView, EvidenceSelection } from '../catalogue/view.js'
import type { Database } from '../db/database.js'
import type { Areas } from '../areas/areas.js'
import { requireCouncil } from '../areas/service.js'
import { DomainError, notFound, unprocessable } from '../errors.js'
import { OPEN_REASONS } from '../needs-profiles/needs-from-figures.js'
import type { NeedsProfileFromStatistics } from '../needs-profiles/from-statistics-schemas.js'
import type { AreaNeedsService } from '../needs-profiles/from-statistics.js'
import { EXAMPLE_ID, EXAMPLE_PROFILES } from './examples.js'
import { compareViews, compareWarnings } from './compare.js'
import { referTo } from './explain.js'
import { historyOf, knownSince } from './history.js'
import { suggestInterventions, understandProfile, type Profile } from './profile.js'
import { rankInterventions } from './rank.js'
import { describeSensitivity, rankLimits } from './sensitivity.js'
import { findDecision, findResponse, insertRecommendation } from './queries.js'
import { MODEL_VERSION, recommend, type Advice } from './recommend.js'
import type { CompareInput, Comparison, InterventionHistory, NeedInput, ProfileInput } from './schemas.js'
import { serialiseAnswer } from './serialise.js'

export interface RecommendationService {
  /**
   * Refuses what a recommendation would refuse; a profile without needs may be a draft.
   * @returns the profile, its area by the ONS code in force
   */
  check(input: ProfileInput): ProfileInput
  /** The answer to a profile, as JSON; nothing is stored. */
  preview(input: ProfileInput): Promise<Buffer>
  /** The same, kept as a decision record: once this resolves, it is on disk. */
  record(input: ProfileInput, organisation: string): Promise<{ id: string; body: Buffer }>
  /** Records the example, where it is not recorded yet. */
  recordExample(organisation: string): Promise<void>
  /** What moves when the profile of a recorded answer is held against two views of the evidence, and why. */
  compare(id: string, organisation: string, input: CompareInput): Promise<Comparison>
  /** What the claims about an intervention would have come to at each point in time. */
  history(id: string, facts: { age?: number | undefined; stage?: string | undefined }): InterventionHistory
  /** A recorded answer, byte for byte as it was given. */
  find(id: string, organisation: string): Promise<string>
}

interface Deps {
  catalogue: CatalogueService
  database: Database
  areas: Areas
  areaNeeds: AreaNeedsService
  /** Told of every profile whose interventions were ranked, for whoever counts them. */
  onRanked?: (kept: boolean, warnings: Advice['gapWarnings']) => void
  now?: () => Date
}

export function recommendationService({ catalogue, database, areas, areaNeeds, onRanked, now = () => new Date() }: Deps): RecommendationService {
  /** The advice, and the profile with the needs that it was given or that were taken from statistics. */
  async function advise(input: ProfileInput, at: Date): Promise<{ advice: Advice; settled: SettledInput }> {
    const { area, statement } = settleArea(input.area, areas)
    checkYear(input)
    const { settled, drawn } = await withNeeds({ ...input, ...area })
    const profile = understandProfile(settled, catalogue.current())
    if (statement !== null) profile.inferred.unshift({ pointer: '/area', statement })
    const view = catalogue.view(profile.evidence)
    if (drawn !== null) useStatistics(profile, drawn, view)
    return { advice: recommend(view, profile, at.getUTCFullYear()), settled }
  }

  async function withNeeds(input: ProfileInput): Promise<{ settled: SettledInput; drawn: NeedsProfileFromStatistics | null }> {
    if (input.needs !== undefined) return { settled: input as SettledInput, drawn: null }
    if (input.area === undefined) {
      const message = 'Give needs: a list with at least one need code of GET /v1/needs; or area, to take them from published statistics.'
      throw unprocessable(message, { code: 'needs-required', errors: [{ pointer: '/needs', in: 'body', code: 'required', message }] })
    }
    try {
      const drawn = await areaNeeds.fromStatistics(input.area, input.year ?? null, { area: { in: 'body', pointer: '/area' }, year: { in: 'body', pointer: input.year === undefined ? '/area' : '/year' } })
      return { settled: { ...input, needs: drawn.profile.needs }, drawn }
    } catch (error) {
      // What is not found is a part of the body here, not the address.
      if (error instanceof DomainError && error.code === 'no-figures') throw unprocessable(`${error.detail} Give the needs themselves in needs.`, { code: error.code, title: error.title, errors: error.errors ?? [] })
      throw error
    }
  }

  /** Says what the needs were taken from, and how far the order hangs on counts that are open. */
  function useStatistics(profile: Profile, drawn: NeedsProfileFromStatistics, view: CatalogueView) {
    const ranges = drawn.needs.map(({ need, children, interval: { low, high } }) => (high > low ? { need, low: Math.max(1, low), high } : { need, low: children, high: children }))
    const open = drawn.needs.map(({ interval }) => interval).filter(({ low, high }) => high > low)
    const limits = open.length === 0 ? [] : rankLimits(rankInterventions(view, { ...profile, limit: { ...profile.limit, recommendations: Infinity } }).lists.response, ranges, profile.weights.coverage)
    const sensitivity = describeSensitivity(limits, open, profile.limit.recommendations)
    profile.inferred.push(...statementsOf(drawn), { pointer: '/needs', statement: sensitivity.statement })
    profile.year = drawn.year
    profile.statistics = { area: drawn.area, year: drawn.year, basis: drawn.basis, statement: drawn.statement, needs: drawn.needs, sensitivity, cannotSay: drawn.cannotSay, attribution: drawn.attribution }
  }

  return {
    check(input) {
      const { area } = settleArea(input.area, areas)
      checkYear(input)
      understandProfile({ ...input, needs: input.needs ?? [] }, catalogue.current())
      return { ...input, ...area }
    },
    async preview(input) {
      const at = now()
      const { advice } = await advise(input, at)
      onRanked?.(false, advice.gapWarnings)
      return serialiseAnswer(advice, null, at.toISOString())
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
      const request = JSON.parse(recorded.request) as SettledInput
      const held = catalogue.current()
      const ownDay = recorded.createdAt.toISOString().slice(0, 10)
      const sides = {
        // What was known when it was recorded is what had been published by that day.
        from: input.from ?? { ...request.evidence, asOf: request.evidence?.asOf ?? ownDay },
        to: input.to ?? {}
      }
      const profileOf = (evidence: ProfileInput['evidence'], pointer: string) => {
        try {
          return understandProfile({ ...request, evidence: evidence ?? {} }, held)
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
        const family = findFamily(held, id)
        if (family !== undefined) {
          throw notFound(`'${id}' is a family of versions that are rated apart: choose one of ${family.versions.join(', ')}.`, {
            code: 'choose-a-version',
            errors: [{ pointer: '/id', in: 'path', code: 'choose-a-version', message: family.note, suggestions: family.versions }]
          })
        }
        throw notFound(`There is no intervention '${id.slice(0, 60)}'.`, {
          errors: [{ pointer: '/id', in: 'path', code: 'unknown-intervention', message: 'This id is not known.', suggestions: suggestInterventions(id, held) }]
        })
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
    const { advice, settled } = await advise(input, at)
    const body = serialiseAnswer(advice, id, createdAt)
    await insertRecommendation(database.kysely, {
      id,
      organisation,
      createdAt,
      catalogueVersion: advice.catalogueVersion,
      modelVersion: advice.modelVersion,
      request: JSON.stringify(settled),
      response: body.toString()
    })
    onRanked?.(true, advice.gapWarnings)
    return { id, body }
  }
}

/** SQLSTATE. */
const UNIQUE_VIOLATION = '23505'

/** Of Wales, Scotland or Northern Ireland: not held, and taken as given where the needs are. */
const ELSEWHERE_IN_UK = /^[WSN]\d{8}$/i

/** A body whose needs are settled: given, or taken from statistics. */
type SettledInput = ProfileInput & { needs: NeedInput[] }

/**
 * The council that is meant, by its ONS code in force, so that what is recorded of one council stands
 * under one code; and what was asked for, where that is another word.
 * @throws DomainError 422 where it is no council of today
 */
function settleArea(word: string | undefined, areas: Areas): { area: { area?: string }; statement: string | null } {
  if (word === undefined) return { area: {}, statement: null }
  if (ELSEWHERE_IN_UK.test(word)) return { area: { area: word.toUpperCase() }, statement: null }
  const { area: { code, name }, endedCode } = requireCouncil(areas, word, { in: 'body', pointer: '/area' })
  if (word === code) return { area: { area: code }, statement: null }
  const ended = endedCode === null ? '' : `, a code that ended${endedCode.ended === null ? '' : ` on ${endedCode.ended}`}`
  return { area: { area: code }, statement: `'${word}' was asked for${ended}: ${name}, whose ONS code in force is ${code}.` }
}

/** @throws DomainError 422 where a year is given that no statistics would be taken from */
function checkYear({ area, needs, year }: ProfileInput) {
  if (year === undefined || (area !== undefined && needs === undefined)) return
  const message =
    area === undefined
      ? 'year says which published statistics the needs are taken from, so it goes with area: give the code of a council, or leave year out.'
      : 'year says which published statistics the needs are taken from, and the needs are given here: leave out year, or needs.'
  throw unprocessable(message, { code: area === undefined ? 'year-without-area' : 'year-with-needs', errors: [{ pointer: '/year', in: 'body', code: area === undefined ? 'year-without-area' : 'year-with-needs', message }] })
}

/** Each figure that a need was taken from, as a sentence with its source, year and status. */
function statementsOf({ needs, year }: NeedsProfileFromStatistics): Profile['inferred'] {
  return needs.map(({ children, interval, figures, openBecause }, i) => {
    const given = figures.map(({ label, value, status, dataset, release }) => `${label}: ${value ?? status} (${dataset}, release ${release}, status ${status})`).join('; ')
    const range = interval.high > interval.low ? `, and it may be ${interval.low} to ${interval.high}: ${openBecause.map((reason) => OPEN_REASONS[reason].replace(/\.$/, '').toLowerCase()).join('; ')}` : ''
    return { pointer: `/needs/${i}`, statement: `${children} is reckoned with${range}. Taken from published figures for ${year}: ${given}.` }
  })
}

import fc from 'fast-check'
import { buildCatalogue, type Catalogue } from '../../src/catalogue/catalogue.js'
import type { ClaimRecord, ConditionRecord, InterventionRecord, NeedRecord, SourceRecord } from '../../src/catalogue/records.js'
import { AVAILABILITY, DIRECTIONS, OUTCOME_FOR, STAGES, STRENGTHS } from '../../src/catalogue/vocabulary.js'
import { selectSources, viewOf } from '../../src/catalogue/view.js'
import { understandProfile } from '../../src/recommendations/profile.js'
import { rankInterventions, type Candidate, type Ranking } from '../../src/recommendations/rank.js'
import type { NeedInput, ProfileInput } from '../../src/recommendations/schemas.js'

/** Random catalogues and profiles, small enough that everything in them meets. */

export const NEEDS = ['alpha', 'beta', 'gamma'] as const
const SOURCE = { source: 'review', section: 'Findings' }

export const source: SourceRecord = {
  id: 'review',
  title: 'A review',
  publisher: 'A publisher',
  authors: null,
  year: 2017,
  published: '2017',
  kind: 'evidence-review',
  url: null,
  sets: [],
  about: 'A source for tests',
  limits: []
}
export const needs: NeedRecord[] = NEEDS.map((code) => ({
  code,
  label: code,
  definition: `The need ${code}`,
  group: 'maltreatment',
  concerns: 'family',
  aliases: [],
  dfeCodes: [],
  scope: 'within-review'
}))

const condition: fc.Arbitrary<ConditionRecord> = fc.oneof(
  fc.constant<ConditionRecord>({ key: null, effect: 'requires', text: 'As it was tested' }),
  fc.constantFrom<ConditionRecord>(
    { key: 'couple', effect: 'requires', is: [true], text: 'A couple' },
    { key: 'parentsMisusing', effect: 'requires', is: [1], text: 'One parent misuses' },
    { key: 'severity', effect: 'caution', is: ['high'], text: 'Less where severe' },
    { key: 'childAge', effect: 'requires', age: { min: 4, max: 9 }, text: 'Ages 4 to 9' }
  )
)

export const claim = (needCodes: readonly string[] = NEEDS): fc.Arbitrary<Omit<ClaimRecord, 'id'>> =>
  fc
    .record({
      need: fc.constantFrom(...needCodes),
      direction: fc.constantFrom(...DIRECTIONS),
      strength: fc.constantFrom(...STRENGTHS, null),
      outcomeFor: fc.constantFrom(...OUTCOME_FOR),
      consistency: fc.constantFrom('most-consistent' as const, 'single-study' as const, undefined),
      country: fc.constantFrom('England' as const, 'United States' as const, null),
      year: fc.integer({ min: 2000, max: 2025 }),
      conditions: fc.array(condition, { maxLength: 2 })
    })
    .map((given) => ({
      ...given,
      strength: given.direction === 'unknown' ? 'none' : given.strength,
      outcome: null,
      population: null,
      status: given.direction === 'unknown' ? ('not-evaluated' as const) : ('graded-in-words' as const),
      nativeRating: null,
      studyDesign: null,
      independent: null,
      sources: [SOURCE]
    }))

export const intervention = (id: string, claims: Omit<ClaimRecord, 'id'>[], rest: Partial<InterventionRecord> = {}): InterventionRecord => ({
  id,
  name: `Intervention ${id}`,
  aliases: [],
  kind: 'programme',
  role: 'response',
  needs: [...NEEDS],
  targetGroup: null,
  age: null,
  worksWith: ['both'],
  stages: null,
  stagesStated: false,
  summary: 'An intervention for tests',
  conditions: [],
  caveats: [],
  takeUp: [],
  reportedResults: [],
  costs: [],
  availability: { uk: 'not-stated', implementationSupport: null, places: [], note: null, sources: [] },
  disagreements: [],
  notToBeConfusedWith: [],
  sources: [SOURCE],
  claims: claims.map((one, i) => ({ ...one, id: `${id}-${i}` })),
  ...rest
})

export const interventions = fc
  .array(
    fc.record({
      claims: fc.array(claim(), { maxLength: 4 }),
      uk: fc.constantFrom(...AVAILABILITY),
      implementationSupport: fc.constantFrom(true, null),
      stages: fc.option(fc.subarray([...STAGES], { minLength: 1 })),
      stagesStated: fc.boolean(),
      takeUp: fc.integer({ min: 0, max: 2 }),
      price: fc.option(fc.integer({ min: 20, max: 4000 }))
    }),
    { minLength: 2, maxLength: 7 }
  )
  .map((rows) =>
    rows.map(({ claims, uk, implementationSupport, stages, stagesStated, takeUp, price }, i) =>
      intervention(`i${i}`, claims, {
        stages,
        stagesStated: stagesStated && stages !== null,
        availability: { uk, implementationSupport, places: [], note: null, sources: [] },
        takeUp: Array.from({ length: takeUp }, () => takeUpOf(takeUp * 40)),
        costs:
          price === null
            ? []
            : [{ text: 'Delivery cost', kind: 'delivery-cost', amount: { amount: price, currency: 'GBP', priceYear: null }, per: 'family', certainty: 'published', sources: [SOURCE] }]
      })
    )
  )

export const takeUpOf = (value: number): InterventionRecord['takeUp'][number] => ({
  text: `${value} councils use it`,
  value,
  outOf: null,
  unit: 'councils',
  year: 2016,
  completeness: 'partial',
  sources: [SOURCE]
})

const context = fc.record(
  {
    couple: fc.oneof(fc.boolean(), fc.constant({ true: 0.7, false: 0.2 })),
    parentsMisusing: fc.oneof(fc.constantFrom(0, 1, 2), fc.constant({ '1': 0.6, '2': 0.3 })),
    severity: fc.constantFrom('low', 'high'),
    stage: fc.constantFrom(...STAGES),
    goal: fc.constantFrom('child-outcomes' as const, 'any' as const)
  },
  { requiredKeys: [] }
)

const need = (code: string): fc.Arbitrary<NeedInput> =>
  fc
    .record({
      children: fc.option(fc.integer({ min: 1, max: 5000 })),
      priority: fc.option(fc.integer({ min: 1, max: 5 })),
      childAge: fc.option(fc.tuple(fc.integer({ min: 0, max: 17 }), fc.integer({ min: 0, max: 17 }))),
      context: fc.option(context)
    })
    .map(({ children, priority, childAge, context }) => ({
      need: code,
      ...(children === null ? {} : { children }),
      ...(priority === null ? {} : { priority }),
      ...(childAge === null ? {} : { childAge: { min: Math.min(...childAge), max: Math.max(...childAge) } }),
      ...(context === null ? {} : { context })
    }))

export type Body = ProfileInput & { needs: NeedInput[] }

export const profile = (fixed: Partial<ProfileInput> = {}): fc.Arbitrary<Body> =>
  fc
    .record({ codes: fc.subarray([...NEEDS], { minLength: 1 }), context, alpha: need('alpha'), beta: need('beta'), gamma: need('gamma') })
    .map((given) => ({ needs: given.codes.map((code) => given[code]), context: given.context, limit: 200, ...fixed }))

export const catalogueOf = (records: InterventionRecord[]): Catalogue =>
  buildCatalogue({ sources: [source], needs, standards: [], families: [], ages: [], interventions: records, gaps: [], questions: [], contextFigures: [] }, 1)

export function rankingOf(records: InterventionRecord[], body: Body): Ranking {
  const catalogue = catalogueOf(records)
  return rankInterventions(viewOf(catalogue, selectSources(catalogue, {})), understandProfile(body, catalogue))
}

export const order = (candidates: readonly Candidate[]) => candidates.map((candidate) => candidate.intervention.id)

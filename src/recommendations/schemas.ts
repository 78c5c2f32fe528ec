import { Type, type Static, type TSchema } from 'typebox'
import { AgeRange, Claim, Cost, Statement, UkAvailability } from '../catalogue/schemas.js'
import {
  CONTEXT_VALUES,
  DIRECTIONS,
  GAP_CODES,
  GOALS,
  KINDS,
  ROLES,
  SEVERITIES,
  STRENGTHS,
  type ContextKey
} from '../catalogue/vocabulary.js'
import { AreaRef } from '../areas/schemas.js'
import { BASES } from '../needs-profiles/needs-from-figures.js'
import { ProfileNeedFromStatistics } from '../needs-profiles/from-statistics-schemas.js'
import { Citation, nullable, ref, words } from '../schemas.js'
import { CRITERIA } from './criteria.js'
import { STANDINGS } from './combine.js'
import { EXCLUSION_CODES, LISTS } from './vocabulary.js'

/** A council has at most a few hundred thousand children; more than this is a slip of the keyboard. */
export const MOST_CHILDREN = 500_000
export const MOST_NEEDS = 40

const closed = { additionalProperties: false }
const Share = Type.Number({ minimum: 0, maximum: 1 })

/** A context fact: one value for the whole cohort, or the share of the cohort for each value. */
function fact(key: ContextKey, description: string) {
  const values = CONTEXT_VALUES[key] as readonly (string | number | boolean)[]
  const one: TSchema =
    typeof values[0] === 'boolean'
      ? Type.Boolean()
      : typeof values[0] === 'number'
        ? Type.Integer({ minimum: Math.min(...(values as number[])), maximum: Math.max(...(values as number[])) })
        : words(values as string[])
  const shares = Type.Object(Object.fromEntries(values.map((value) => [String(value), Type.Optional(Share)])), { ...closed, minProperties: 1 })
  return Type.Optional(Type.Unsafe<string | number | boolean | Record<string, number>>(Type.Union([one, shares], { description })))
}

const facts = {
  parentsMisusing: fact('parentsMisusing', 'How many parents in the home misuse drugs or alcohol.'),
  couple: fact('couple', 'Whether the parents are a couple.'),
  perpetratorInHome: fact('perpetratorInHome', 'Whether the perpetrator of domestic abuse lives in the home.'),
  pattern: fact('pattern', 'A temporary crisis, or chronic abuse or neglect.'),
  severity: fact('severity', "How severe and complex the families' problems are."),
  childSex: fact('childSex', 'Sex of the children.'),
  traumaSymptoms: fact('traumaSymptoms', 'Whether the children show symptoms of trauma or of emotional or behavioural disturbance.'),
  pregnant: fact('pregnant', 'Whether the mother is pregnant.'),
  firstTimeParent: fact('firstTimeParent', 'Whether this is the first child.'),
  stage: fact('stage', 'The stage of the statutory system that the families are at.'),
  goal: Type.Optional(words(GOALS))
}

export const Context = Type.Object(facts, {
  $id: 'Context',
  ...closed,
  description: 'Facts that the evidence can depend on. One left out is unknown, which is not the same as false. Shares need not add up to 1: what is left over is unknown.'
})

export const NeedInput = Type.Object(
  {
    need: Type.String({ minLength: 1, maxLength: 80, description: 'A code of /v1/needs.' }),
    children: Type.Optional(Type.Integer({ minimum: 1, maximum: MOST_CHILDREN })),
    priority: Type.Optional(Type.Integer({ minimum: 1, maximum: 10, description: 'Local priority, 1 the highest. A need without one comes after the lowest that is given.' })),
    childAge: Type.Optional(ref(AgeRange)),
    ageBands: Type.Optional(
      Type.Array(
        Type.Object(
          {
            min: Type.Integer({ minimum: 0, maximum: 25 }),
            max: Type.Integer({ minimum: 0, maximum: 25 }),
            children: Type.Integer({ minimum: 0, maximum: MOST_CHILDREN })
          },
          closed
        ),
        { minItems: 1, maxItems: 26 }
      )
    ),
    context: Type.Optional(ref(Context))
  },
  { $id: 'NeedInput', ...closed, description: 'One need of the population: how many children, of what ages, under what circumstances.' }
)

const Weights = Type.Object(
  Object.fromEntries(CRITERIA.map((criterion) => [criterion, Type.Optional(Type.Number({ minimum: 0, maximum: 100 }))])) as Record<
    (typeof CRITERIA)[number],
    ReturnType<typeof Type.Optional<ReturnType<typeof Type.Number>>>
  >,
  { ...closed, description: 'Weights of the criteria; those left out keep their default, and all are scaled to add up to 1.' }
)

export const ProfileInput = Type.Object(
  {
    area: Type.Optional(Type.String({ minLength: 1, maxLength: 80, description: "The council: its ONS code, old or new, the Department for Education's three digits, or its name. The answer has the ONS code in force. Alone, the needs are taken from its published statistics." })),
    year: Type.Optional(Type.Integer({ minimum: 1900, maximum: 2100, description: 'With `area` and without `needs`: the year whose published statistics the needs are taken from; without it, the latest that says anything. GET /v1/areas/{code}/needs-profile names the years that can be used.' })),
    needs: Type.Optional(Type.Array(ref(NeedInput), { minItems: 1, maxItems: MOST_NEEDS })),
    context: Type.Optional(ref(Context)),
    currentProvision: Type.Optional(
      Type.Array(
        Type.Object(
          {
            intervention: Type.String({ minLength: 1, maxLength: 80 }),
            places: Type.Optional(Type.Integer({ minimum: 0, maximum: MOST_CHILDREN })),
            annualCost: Type.Optional(Type.Number({ minimum: 0, maximum: 1e10, description: 'Pounds a year.' }))
          },
          closed
        ),
        { maxItems: 100 }
      )
    ),
    constraints: Type.Optional(
      Type.Object(
        {
          annualBudget: Type.Optional(Type.Number({ minimum: 0, maximum: 1e10, description: 'Pounds a year.' })),
          minimumStrength: Type.Optional(words(STRENGTHS)),
          requireUkAvailability: Type.Optional(Type.Boolean())
        },
        closed
      )
    ),
    weights: Type.Optional(Weights),
    evidence: Type.Optional(
      Type.Object(
        {
          asOf: Type.Optional(Type.String({ format: 'date' })),
          sources: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 80 }), { minItems: 1, maxItems: 200 }))
        },
        closed
      )
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 }))
  },
  { $id: 'ProfileInput', ...closed, description: 'A local needs profile. `needs` or `area` is required; the rest is optional.' }
)

const SharesSchema = Type.Object(
  { met: Type.Number(), notMet: Type.Number(), unknown: Type.Number() },
  { $id: 'Applicability', description: 'Shares of the children for whom the conditions of the evidence are met, not met, or not known. They add up to 1.' }
)

export const ConditionCheck = Type.Object(
  {
    key: nullable(Type.String()),
    effect: words(['requires', 'caution']),
    text: Type.String(),
    status: words(['met', 'not-met', 'partly-met', 'unknown', 'not-in-profile']),
    met: nullable(Type.Number()),
    notMet: nullable(Type.Number()),
    unknown: nullable(Type.Number())
  },
  { $id: 'ConditionCheck', description: 'One condition held against the profile. `not-in-profile`: no profile can say; check it with the provider.' }
)

export const NeedAnswer = Type.Object(
  {
    need: Type.String(),
    label: Type.String(),
    standing: words([...STANDINGS, 'not-applicable']),
    strength: nullable(words(STRENGTHS)),
    direction: words(DIRECTIONS),
    status: Type.String(),
    wording: nullable(Type.String({ description: "The source's own grading words." })),
    note: nullable(Type.String({ description: 'How the claim that leads is to be read, where that needs saying.' })),
    outcome: nullable(Type.String()),
    outcomeFor: nullable(Type.String()),
    claimIds: Type.Array(Type.String()),
    applicability: ref(SharesSchema),
    children: nullable(Type.Integer()),
    childrenMet: nullable(Type.Integer({ description: 'Of those, about how many meet the conditions.' })),
    conditions: Type.Array(ref(ConditionCheck)),
    reasons: Type.Array(Type.String())
  },
  { $id: 'NeedAnswer', description: 'What an entry comes to for one need of the profile: the claims used, for whom they hold, and why.' }
)

export const Contribution = Type.Object(
  {
    criterion: words(CRITERIA),
    weight: Type.Number(),
    value: Type.Number(),
    contribution: Type.Number(),
    reason: Type.String()
  },
  { $id: 'Contribution', description: 'One criterion of a score: weight × value = contribution, and the reason for the value.' }
)

export const InterventionRef = Type.Object(
  { id: Type.String(), name: Type.String(), kind: words(KINDS), role: words(ROLES) },
  { $id: 'InterventionRef', description: 'An entry of the catalogue, by id and name.' }
)

export const Recommendation = Type.Object(
  {
    rank: Type.Integer(),
    intervention: ref(InterventionRef),
    standing: words(STANDINGS),
    score: Type.Number(),
    contributions: Type.Array(ref(Contribution)),
    needs: Type.Array(ref(NeedAnswer)),
    alreadyProvided: Type.Boolean(),
    caveats: Type.Array(ref(Statement)),
    availability: ref(UkAvailability),
    costs: Type.Array(ref(Cost)),
    disagreements: Type.Array(ref(Statement)),
    evidenceAsOf: nullable(Type.String()),
    sources: Type.Array(ref(Citation))
  },
  { $id: 'Recommendation', description: 'One ranked entry: where it stands, its score and how that came about, and what to know before choosing it.' }
)

export const GapWarning = Type.Object(
  {
    code: words(GAP_CODES),
    severity: words(SEVERITIES),
    need: nullable(Type.String()),
    needs: Type.Array(Type.String()),
    intervention: nullable(Type.String()),
    interventions: Type.Array(Type.String()),
    message: Type.String(),
    basis: words(['published', 'derived']),
    sources: Type.Array(ref(Citation)),
    questions: Type.Array(Type.String()),
    suggestedAction: Type.String()
  },
  {
    $id: 'GapWarning',
    description: '`published`: a source states it. `derived`: it follows from what the catalogue holds and this profile; its sources are those that were looked at.'
  }
)

export const Exclusion = Type.Object(
  {
    intervention: ref(InterventionRef),
    reasons: Type.Array(Type.Object({ code: words(EXCLUSION_CODES), message: Type.String() }))
  },
  { $id: 'Exclusion', description: 'An entry that speaks to a need of the profile and is not ranked, with the reasons.' }
)

export const Question = Type.Object(
  { text: Type.String(), audience: Type.String(), basis: words(['published', 'profile']), sources: Type.Array(ref(Citation)) },
  { $id: 'Question', description: 'A question to ask before deciding: one that a source puts to leaders, or one that this profile raises.' }
)

export const IntegratedPackage = Type.Object(
  {
    reason: Type.String(),
    parts: Type.Array(
      Type.Object({
        familyMember: words(['child', 'parent', 'parent-and-child', 'couple', 'perpetrator']),
        options: Type.Array(
          Type.Object({ intervention: Type.String(), name: Type.String(), standing: words(STANDINGS), needs: Type.Array(Type.String()) })
        )
      })
    ),
    notAddressed: Type.Array(Type.String()),
    warning: Type.String(),
    sources: Type.Array(ref(Citation))
  },
  { $id: 'IntegratedPackage', description: 'Where several problems overlap: options for each member of the family, for an assessment to choose from.' }
)

export const UncoveredNeed = Type.Object(
  {
    need: Type.String(),
    label: Type.String(),
    children: nullable(Type.Integer()),
    bestStanding: nullable(words(STANDINGS)),
    message: Type.String()
  },
  { $id: 'UncoveredNeed', description: 'A need of the profile that nothing recommended covers.' }
)

const UnderstoodNeed = Type.Object({
  need: Type.String(),
  label: Type.String(),
  children: nullable(Type.Integer()),
  priority: nullable(Type.Integer()),
  weight: Type.Number({ description: 'Share of the weighted need, adding up to 1 over the profile.' }),
  ageBands: Type.Array(Type.Object({ min: Type.Integer(), max: Type.Integer(), share: Type.Number() })),
  context: Type.Record(Type.String(), Type.Record(Type.String(), Type.Number()), { description: 'Each known fact with the share of the cohort for each value.' }),
  goal: nullable(words(GOALS))
})

export const StatisticsUse = Type.Object(
  {
    area: ref(AreaRef),
    year: Type.Integer(),
    basis: words(BASES),
    statement: Type.String(),
    needs: Type.Array(ref(ProfileNeedFromStatistics)),
    sensitivity: Type.Object(
      {
        openCounts: Type.Integer({ description: 'Of how many needs the count is open.' }),
        orderChanges: Type.Boolean({ description: 'Whether the list shown may come out in another order for counts within their ranges. False is proved for all of them.' }),
        firstChanges: Type.Boolean({ description: 'Whether another intervention may come first. False is proved for all counts within their ranges.' }),
        statement: Type.String(),
        moved: Type.Array(Type.Object({ intervention: Type.String(), rank: Type.Integer(), best: Type.Integer(), worst: Type.Integer() }), {
          description: 'Interventions of the list shown whose rank may hang on open counts. No counts within their ranges take one above `best` or below `worst`, which need not be reached; one that is not listed keeps its rank.'
        })
      },
      { description: 'What the ranking hangs on, where counts are withheld or overlap: worked out for all counts within their ranges, each need with one child at least.' }
    ),
    cannotSay: Type.Array(Type.String()),
    attribution: Type.String()
  },
  { $id: 'StatisticsUse', description: 'The published figures that the needs of a profile were taken from, and what hangs on those that are open.' }
)

export const Profile = Type.Object(
  {
    area: nullable(Type.String(), { description: 'The ONS code in force of the council; `inferred` says what was asked for, where that was another word.' }),
    year: nullable(Type.Integer(), { description: 'The year of the statistics that the needs were taken from; null where the profile gave its needs.' }),
    needs: Type.Array(UnderstoodNeed),
    currentProvision: Type.Array(
      Type.Object({ intervention: Type.String(), name: Type.String(), places: nullable(Type.Integer()), annualCost: nullable(Type.Number()) })
    ),
    constraints: Type.Object({
      annualBudget: nullable(Type.Number()),
      minimumStrength: nullable(words(STRENGTHS)),
      requireUkAvailability: Type.Boolean()
    }),
    weights: Type.Object(Object.fromEntries(CRITERIA.map((criterion) => [criterion, Type.Number()]))),
    evidence: Type.Object({
      asOf: nullable(Type.String()),
      requestedSources: nullable(Type.Array(Type.String())),
      sources: nullable(Type.Array(Type.String()), { description: 'The sources that were looked at; null for everything held.' }),
      sourceCount: Type.Integer({ description: 'How many they are.' })
    }),
    inferred: Type.Array(Type.Object({ pointer: Type.String(), statement: Type.String() })),
    statistics: nullable(ref(StatisticsUse), { description: 'Where the needs came from, when only an area was given; otherwise null.' })
  },
  { $id: 'Profile', description: 'The profile as it was understood, with what was inferred.' }
)

const List = Type.Array(ref(Recommendation))

export const RecommendationAnswer = Type.Object(
  {
    id: nullable(Type.String()),
    createdAt: Type.String({ format: 'date-time' }),
    catalogueVersion: Type.Integer(),
    modelVersion: Type.String(),
    notice: Type.String(),
    profile: ref(Profile),
    recommendations: List,
    supporting: Type.Object({ engagement: List, assessment: List, system: List, workforce: List }),
    uncoveredNeeds: Type.Array(ref(UncoveredNeed)),
    integratedPackage: nullable(ref(IntegratedPackage)),
    gapWarnings: Type.Array(ref(GapWarning)),
    excluded: Type.Array(ref(Exclusion)),
    questions: Type.Array(ref(Question)),
    totals: Type.Object({
      recommendations: Type.Integer(),
      engagement: Type.Integer(),
      assessment: Type.Integer(),
      system: Type.Integer(),
      workforce: Type.Integer(),
      excluded: Type.Integer()
    })
  },
  { $id: 'RecommendationAnswer', description: 'The answer to a profile: ranked lists, gap warnings, exclusions and questions.' }
)

export const InterventionHistory = Type.Object(
  {
    intervention: ref(InterventionRef),
    needs: Type.Array(
      Type.Object({
        need: Type.String(),
        label: Type.String(),
        points: Type.Array(
          Type.Object({
            date: Type.String({ description: 'The day by which the claims added here were published.' }),
            added: Type.Array(Type.String()),
            standing: words([...STANDINGS, 'not-applicable']),
            strength: nullable(words(STRENGTHS)),
            direction: words(DIRECTIONS),
            lead: nullable(Type.String({ description: 'The claim that the standing rests on.' })),
            against: Type.Array(Type.String(), { description: 'Claims of no effect or harm that are known by then.' })
          })
        )
      })
    ),
    claims: Type.Array(ref(Claim), { description: 'The claims themselves, oldest first.' })
  },
  { $id: 'InterventionHistory', description: 'What the claims about an entry came to at each point in time, need by need.' }
)

const EvidenceInput = Type.Object(
  {
    asOf: Type.Optional(Type.String({ format: 'date' })),
    sources: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 80 }), { minItems: 1, maxItems: 200 }))
  },
  { $id: 'EvidenceInput', ...closed, description: 'A view of the evidence: what was published by a day, by chosen sources or sets of sources.' }
)

export const CompareInput = Type.Object(
  { from: Type.Optional(ref(EvidenceInput)), to: Type.Optional(ref(EvidenceInput)) },
  { $id: 'CompareInput', ...closed, description: 'Two views of the evidence. `from` is the view of the recorded answer where it is left out, `to` all that is held.' }
)

const Place = nullable(Type.Object({ rank: Type.Integer(), standing: words(STANDINGS), score: Type.Number() }))
const Viewed = Type.Object({ asOf: nullable(Type.String()), requestedSources: nullable(Type.Array(Type.String())), sources: Type.Array(Type.String()) })

export const Comparison = Type.Object(
  {
    recommendation: Type.String(),
    catalogueVersion: Type.Integer(),
    modelVersion: Type.String(),
    from: Viewed,
    to: Viewed,
    moved: Type.Array(
      Type.Object({
        intervention: Type.String(),
        name: Type.String(),
        list: words(LISTS),
        from: Place,
        to: Place,
        because: Type.Array(
          Type.Object({
            claim: Type.String(),
            need: Type.String(),
            direction: words(DIRECTIONS),
            strength: nullable(words(STRENGTHS)),
            change: words(['added', 'left-out'])
          })
        )
      }),
      { description: 'Interventions whose standing or score differs, with the claims that only one view holds.' }
    ),
    warningsAppeared: Type.Array(ref(GapWarning)),
    warningsGone: Type.Array(ref(GapWarning))
  },
  { $id: 'Comparison', description: 'What moves between two views of the evidence for one recorded profile, and which claims move it.' }
)

/** Every named schema of this capability, for registration. */
export const COMPONENTS = [
  Context, NeedInput, ProfileInput, SharesSchema, ConditionCheck, NeedAnswer, Contribution, InterventionRef, Recommendation, GapWarning,
  Exclusion, Question, IntegratedPackage, UncoveredNeed, StatisticsUse, Profile, RecommendationAnswer,
  InterventionHistory, EvidenceInput, CompareInput, Comparison
] as const

export type ProfileInput = Static<typeof ProfileInput>
export type NeedInput = Static<typeof NeedInput>
export type ContextInput = Static<typeof Context>
export type InterventionRef = Static<typeof InterventionRef>
export type Recommendation = Static<typeof Recommendation>
export type NeedAnswer = Static<typeof NeedAnswer>
export type ConditionCheck = Static<typeof ConditionCheck>
export type GapWarning = Static<typeof GapWarning>
export type Exclusion = Static<typeof Exclusion>
export type CompareInput = Static<typeof CompareInput>
export type Comparison = Static<typeof Comparison>
export type InterventionHistory = Static<typeof InterventionHistory>
export type Question = Static<typeof Question>
export type IntegratedPackage = Static<typeof IntegratedPackage>
export type UncoveredNeed = Static<typeof UncoveredNeed>
export type StatisticsUse = Static<typeof StatisticsUse>
export type ProfileDocument = Static<typeof Profile>
export type RecommendationAnswer = Static<typeof RecommendationAnswer>

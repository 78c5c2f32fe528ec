import { Type, type Static } from 'typebox'
import { nullable, words } from '../schemas.js'
import {
  AVAILABILITY,
  CLAIM_STATUSES,
  CONTEXT_KEYS,
  COUNTRIES,
  DIRECTIONS,
  GAP_CODES,
  KINDS,
  NEED_GROUPS,
  OUTCOME_FOR,
  QUESTION_TRIGGERS,
  ROLES,
  SEVERITIES,
  STAGES,
  STRENGTHS,
  STUDY_DESIGNS,
  WORKS_WITH
} from './vocabulary.js'

/**
 * The shape of the catalogue's data files. Each file under `data/` is checked against these before
 * anything is stored; what one record says of another (a need, a source) is checked in `check.ts`.
 */

const closed = { additionalProperties: false }
const Slug = Type.String({ pattern: '^[a-z0-9]+(-[a-z0-9]+)*$', maxLength: 80 })
const Text = Type.String({ minLength: 3, maxLength: 1200, pattern: '\\S' })
/** A year, a month or a day, as precise as the source is. */
const PartialDate = Type.String({ pattern: '^\\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\\d|3[01]))?)?$' })

export const CitationRecord = Type.Object(
  {
    source: Slug,
    section: Text,
    /** The page itself, and when it was published or last reviewed, where the source is a collection of pages. */
    url: Type.Optional(Type.String({ pattern: '^https?://' })),
    published: Type.Optional(PartialDate)
  },
  closed
)
const Citations = Type.Array(CitationRecord, { minItems: 1 })

export const AgeRecord = Type.Object(
  { min: Type.Integer({ minimum: 0, maximum: 25 }), max: Type.Integer({ minimum: 0, maximum: 25 }) },
  closed
)

export const SourceRecord = Type.Object(
  {
    id: Slug,
    title: Text,
    publisher: Text,
    authors: nullable(Text),
    year: Type.Integer({ minimum: 1980, maximum: 2100 }),
    published: PartialDate,
    kind: words(['evidence-review', 'practice-review', 'policy-report', 'board-papers', 'clearinghouse', 'evaluation', 'guidance', 'economic-study', 'statistics', 'press']),
    url: nullable(Type.String({ pattern: '^https?://' })),
    sets: Type.Array(Slug),
    about: Text,
    limits: Type.Array(Text)
  },
  closed
)

export const NeedRecord = Type.Object(
  {
    code: Slug,
    label: Text,
    definition: Text,
    group: words(NEED_GROUPS),
    /** Whether the need is a family's, or the service's own. */
    concerns: words(['family', 'service']),
    aliases: Type.Array(Text),
    dfeCodes: Type.Array(
      Type.Object({ list: Text, code: Type.String({ minLength: 1 }), label: Text, note: Type.Optional(Text) }, closed)
    ),
    /** Facts that the need itself states about its families; taken as known where a profile is silent. */
    implies: Type.Optional(Type.Object({ traumaSymptoms: Type.Optional(Type.Boolean()), pattern: Type.Optional(words(['temporary-crisis', 'chronic'])) }, closed)),
    /** Where the need stands in relation to the 2017 review's scope. */
    scope: words(['within-review', 'early-help', 'looked-after', 'beyond-review'])
  },
  closed
)

export const ConditionRecord = Type.Object(
  {
    /** The profile fact it depends on; null when no profile can say (a dose, a version, a way of delivery). */
    key: nullable(words([...CONTEXT_KEYS, 'childAge'] as const)),
    /** `requires`: the evidence holds only where the value is one of `is`. `caution`: where it is, the text is shown. */
    effect: words(['requires', 'caution']),
    is: Type.Optional(Type.Array(Type.Union([Type.String(), Type.Boolean(), Type.Integer()]), { minItems: 1 })),
    age: Type.Optional(AgeRecord),
    text: Text
  },
  closed
)

export const NativeRatingRecord = Type.Object(
  {
    /** A scheme in evidence-standards.yaml. */
    scheme: Slug,
    /** The level in that scheme, as listed there. */
    value: Type.String({ minLength: 1, maxLength: 80 }),
    /** The source's own grading words, a few of them at most. */
    wording: nullable(Type.String({ minLength: 2, maxLength: 160 }))
  },
  closed
)

export const ClaimRecord = Type.Object(
  {
    id: Slug,
    need: Slug,
    outcome: nullable(Text),
    outcomeFor: words(OUTCOME_FOR),
    population: nullable(Text),
    direction: words(DIRECTIONS),
    strength: nullable(words(STRENGTHS)),
    status: words(CLAIM_STATUSES),
    nativeRating: nullable(NativeRatingRecord),
    studyDesign: nullable(words(STUDY_DESIGNS)),
    /** Only where the source itself says that its evidence is the most consistent, or is one study. */
    consistency: Type.Optional(words(['most-consistent', 'single-study'])),
    country: nullable(words(COUNTRIES)),
    year: Type.Integer({ minimum: 1980, maximum: 2100 }),
    /** False where the developer or provider is the only source. */
    independent: nullable(Type.Boolean()),
    age: Type.Optional(AgeRecord),
    conditions: Type.Optional(Type.Array(ConditionRecord)),
    /** True for an outcome beside the one that it is meant to change for this need. A finding of no effect on it is shown and limits nothing. */
    besideTheAim: Type.Optional(Type.Boolean()),
    /** What was found, with its figures. */
    finding: Type.Optional(Text),
    sample: Type.Optional(Text),
    comparator: Type.Optional(Text),
    /** `seen`: read at the source. `secondary`: read where another reports it. */
    howRead: Type.Optional(words(['seen', 'secondary'])),
    /** When the rating was last reviewed. */
    reviewed: Type.Optional(PartialDate),
    /** Relevance to child welfare, where a scale gives it apart from its rating. */
    relevance: Type.Optional(words(['high', 'medium', 'low'])),
    note: Type.Optional(Text),
    sources: Citations
  },
  closed
)

/** A claim in a file of its own, beside the intervention that it is about. */
export const AddedClaimRecord = Type.Object({ intervention: Slug, ...ClaimRecord.properties }, closed)

export const StatementRecord = Type.Object({ text: Text, sources: Citations }, closed)

export const MoneyRecord = Type.Object(
  { amount: Type.Number(), currency: words(['GBP', 'USD', 'EUR', 'AUD']), priceYear: nullable(Type.String({ minLength: 4 })) },
  closed
)

export const AvailabilityRecord = Type.Object(
  {
  uk: words(AVAILABILITY),
  /** Whether a licensed route, manual or support service for delivering it is reported. */
  implementationSupport: nullable(Type.Boolean()),
  places: Type.Array(Text),
  note: nullable(Text),
  sources: Type.Array(CitationRecord)
  },
  closed
)

export const CostRecord = Type.Object(
  {
    text: Text,
    kind: words(['delivery-cost', 'reported-saving', 'net-saving', 'benefit-cost', 'spending', 'funding']),
    amount: nullable(MoneyRecord),
    /** For a range, its upper end; `amount` is the lower. */
    upTo: Type.Optional(Type.Number()),
    per: nullable(Text),
    includes: Type.Optional(Text),
    certainty: words(['published', 'reported', 'claimed', 'no-figure']),
    howRead: Type.Optional(words(['seen', 'secondary'])),
    sources: Citations
  },
  closed
)

/** A cost in a file of its own, beside the intervention that it is about. */
export const AddedCostRecord = Type.Object({ intervention: Slug, ...CostRecord.properties }, closed)

/**
 * The ages that sources give for an intervention as evaluated, in a file of its own. Where these
 * sources are in view, they hold for every claim about it that states no age of its own.
 */
export const AddedAgeRecord = Type.Object({ intervention: Slug, age: AgeRecord, sources: Citations }, closed)

/** Versions of a programme that are rated apart. The family itself is nothing to commission. */
export const FamilyRecord = Type.Object({ id: Slug, name: Text, aliases: Type.Array(Type.String({ minLength: 2, maxLength: 120 })), note: Text }, closed)

export const InterventionRecord = Type.Object(
  {
    id: Slug,
    name: Text,
    aliases: Type.Array(Type.String({ minLength: 2, maxLength: 120 })),
    /** The family of versions that it belongs to. */
    family: Type.Optional(Slug),
    kind: words(KINDS),
    role: words(ROLES),
    needs: Type.Array(Slug, { minItems: 1 }),
    targetGroup: nullable(Text),
    age: nullable(AgeRecord),
    /** The ages that its provider offers it to, where they are wider than those evaluated. No condition of the evidence. */
    ageOffered: Type.Optional(AgeRecord),
    worksWith: Type.Array(words(WORKS_WITH), { minItems: 1 }),
    /** Null where no source says at which stage it is used. */
    stages: nullable(Type.Array(words(STAGES), { minItems: 1 })),
    /** False where the stages are only the scope of the review that names it. */
    stagesStated: Type.Boolean(),
    summary: Text,
    conditions: Type.Array(ConditionRecord),
    caveats: Type.Array(StatementRecord),
    takeUp: Type.Array(
      Type.Object(
        {
          text: Text,
          value: nullable(Type.Number()),
          outOf: nullable(Type.Number()),
          unit: nullable(Text),
          year: nullable(Type.Integer()),
          completeness: words(['partial', 'complete', 'unknown']),
          sources: Citations
        },
        closed
      )
    ),
    reportedResults: Type.Array(
      Type.Object(
        {
          text: Text,
          value: nullable(Type.Number()),
          unit: nullable(Text),
          place: nullable(Text),
          period: nullable(Text),
          comparison: words(['none', 'compared', 'not-stated']),
          interest: nullable(Text),
          sources: Citations
        },
        closed
      )
    ),
    costs: Type.Array(CostRecord),
    availability: AvailabilityRecord,
    /** What later sources say of it; the newest in view holds. */
    availabilitySince: Type.Optional(Type.Array(AvailabilityRecord)),
    disagreements: Type.Array(StatementRecord),
    notToBeConfusedWith: Type.Array(Slug),
    sources: Citations,
    claims: Type.Array(ClaimRecord)
  },
  closed
)

export const GapRecord = Type.Object(
  {
    id: Slug,
    code: words(GAP_CODES),
    severity: words(SEVERITIES),
    /** Raised when the profile has one of these needs; empty when an intervention or a decision raises it. */
    needs: Type.Array(Slug),
    /** Raised when the answer or the current provision shows one of these. */
    interventions: Type.Array(Slug),
    /** Raised by a kind of decision: `any` stands on every answer. */
    decision: nullable(words(['any', 'business-case', 'spending-comparison', 'benchmark', 'monitoring'])),
    message: Text,
    questions: Type.Array(Text),
    suggestedAction: Text,
    /** Later claims that answer it: where one of them is in view, the gap is no longer raised. */
    answeredBy: Type.Optional(Type.Array(Slug)),
    sources: Citations
  },
  closed
)

export const QuestionRecord = Type.Object(
  { id: Slug, text: Text, audience: words(['leaders', 'commissioners', 'practitioners', 'analysts']), trigger: words(QUESTION_TRIGGERS), sources: Citations },
  closed
)

export const ContextFigureRecord = Type.Object(
  {
    id: Slug,
    label: Text,
    value: nullable(Type.Number()),
    low: nullable(Type.Number()),
    high: nullable(Type.Number()),
    unit: Text,
    status: words(['ok', 'queried']),
    geography: Text,
    period: nullable(Text),
    attributedTo: nullable(Text),
    note: nullable(Text),
    disagreesWith: Type.Array(Slug),
    sources: Citations
  },
  closed
)

export const StandardRecord = Type.Object(
  {
    id: Slug,
    name: Text,
    publisher: Text,
    measures: Text,
    levels: Type.Array(
      Type.Object(
        {
          value: Type.String({ minLength: 1, maxLength: 80 }),
          label: Text,
          meaning: Text,
          /** Null where the level is not one of effectiveness, or the source leaves it undefined. */
          strength: nullable(words(STRENGTHS)),
          direction: nullable(words(DIRECTIONS))
        },
        closed
      ),
      { minItems: 1 }
    ),
    loses: Text,
    sources: Citations
  },
  closed
)

export type SourceRecord = Static<typeof SourceRecord>
export type NeedRecord = Static<typeof NeedRecord>
export type ConditionRecord = Static<typeof ConditionRecord>
export type ClaimRecord = Static<typeof ClaimRecord>
export type InterventionRecord = Static<typeof InterventionRecord>
export type GapRecord = Static<typeof GapRecord>
export type QuestionRecord = Static<typeof QuestionRecord>
export type ContextFigureRecord = Static<typeof ContextFigureRecord>
export type StandardRecord = Static<typeof StandardRecord>
export type FamilyRecord = Static<typeof FamilyRecord>
export type AddedClaimRecord = Static<typeof AddedClaimRecord>
export type AddedAgeRecord = Static<typeof AddedAgeRecord>
export type AddedCostRecord = Static<typeof AddedCostRecord>
export type CitationRecord = Static<typeof CitationRecord>

import { Type, type Static } from 'typebox'
import { Citation as CitationSchema, Money, nullable, page, ref, words } from '../schemas.js'
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
  ROLES,
  SEVERITIES,
  STAGES,
  STRENGTHS,
  STUDY_DESIGNS,
  WORKS_WITH
} from './vocabulary.js'

const Sources = Type.Array(ref(CitationSchema))

export const AgeRange = Type.Object(
  { min: Type.Integer({ minimum: 0, maximum: 25 }), max: Type.Integer({ minimum: 0, maximum: 25 }) },
  { $id: 'AgeRange', description: 'Whole years, both ends included.', additionalProperties: false }
)

export const Condition = Type.Object(
  {
    key: nullable(words([...CONTEXT_KEYS, 'childAge'])),
    effect: words(['requires', 'caution']),
    is: nullable(Type.Array(Type.Union([Type.String(), Type.Boolean(), Type.Integer()]))),
    age: nullable(ref(AgeRange)),
    text: Type.String()
  },
  {
    $id: 'Condition',
    description:
      'A condition of the evidence. `requires`: the evidence holds only where the profile fact `key` is one of `is`. `caution`: the evidence holds, but where the fact is so, or is not known, the text must be read. `key` is null where no profile can say (a version, a dose, completers only).'
  }
)

export const NativeRating = Type.Object(
  { scheme: Type.String(), value: Type.String(), wording: nullable(Type.String()) },
  { $id: 'NativeRating', description: "The source's own grade: a level of a scheme in /v1/evidence-standards, with the source's words." }
)

export const Claim = Type.Object(
  {
    id: Type.String(),
    intervention: Type.String(),
    need: Type.String(),
    outcome: nullable(Type.String()),
    outcomeFor: words(OUTCOME_FOR),
    population: nullable(Type.String()),
    direction: words(DIRECTIONS),
    strength: nullable(words(STRENGTHS)),
    status: words(CLAIM_STATUSES),
    nativeRating: nullable(ref(NativeRating)),
    age: nullable(ref(AgeRange)),
    conditions: Type.Array(ref(Condition)),
    studyDesign: nullable(words(STUDY_DESIGNS)),
    consistency: nullable(words(['most-consistent', 'single-study'])),
    country: nullable(words(COUNTRIES)),
    year: Type.Integer(),
    independent: nullable(Type.Boolean()),
    besideTheAim: Type.Boolean({ description: 'An outcome beside the one that it is meant to change for this need: a finding of no effect on it is shown and limits nothing.' }),
    finding: nullable(Type.String({ description: 'What was found, with its figures.' })),
    sample: nullable(Type.String()),
    comparator: nullable(Type.String()),
    howRead: words(['seen', 'secondary'], { description: '`seen`: read at the source. `secondary`: read where another reports it.' }),
    reviewed: nullable(Type.String({ description: 'When the rating was last reviewed.' })),
    relevance: nullable(words(['high', 'medium', 'low'], { description: 'Relevance to child welfare, where a scale gives it apart from its rating.' })),
    note: nullable(Type.String()),
    sources: Sources
  },
  {
    $id: 'Claim',
    description:
      'What one source says of one intervention for one need, outcome and population. `strength` is certainty, not size; `null` means that the source calls it effective or recommends it without a grade. `direction` and `status` are separate facts.'
  }
)

export const Statement = Type.Object({ text: Type.String(), sources: Sources }, { $id: 'Statement', description: 'Something that is said of an entry, and where.' })

export const TakeUp = Type.Object(
  {
    text: Type.String(),
    value: nullable(Type.Number()),
    outOf: nullable(Type.Number()),
    unit: nullable(Type.String()),
    year: nullable(Type.Integer()),
    completeness: words(['partial', 'complete', 'unknown']),
    sources: Sources
  },
  { $id: 'TakeUp', description: 'How widely it was reported in use. Take-up is not evidence and never enters the ranking.' }
)

export const ReportedResult = Type.Object(
  {
    text: Type.String(),
    value: nullable(Type.Number()),
    unit: nullable(Type.String()),
    place: nullable(Type.String()),
    period: nullable(Type.String()),
    comparison: words(['none', 'compared', 'not-stated']),
    interest: nullable(Type.String()),
    sources: Sources
  },
  { $id: 'ReportedResult', description: 'A result reported by a place or provider. It is not an evaluation and never enters the ranking.' }
)

export const Cost = Type.Object(
  {
    text: Type.String(),
    kind: words(['delivery-cost', 'reported-saving', 'net-saving', 'benefit-cost', 'spending', 'funding']),
    amount: nullable(ref(Money)),
    upTo: nullable(Type.Number({ description: 'The upper end, where `amount` is the lower end of a range.' })),
    per: nullable(Type.String()),
    includes: nullable(Type.String()),
    howRead: words(['seen', 'secondary']),
    certainty: words(['published', 'reported', 'claimed', 'no-figure']),
    sources: Sources
  },
  { $id: 'Cost', description: 'A cost, saving or funding that a source names, and how far the figure can be trusted.' }
)

export const UkAvailability = Type.Object(
  {
    uk: words(AVAILABILITY),
    implementationSupport: nullable(Type.Boolean()),
    places: Type.Array(Type.String()),
    note: nullable(Type.String()),
    sources: Sources
  },
  { $id: 'UkAvailability', description: 'Whether it can be had in the United Kingdom, as far as the sources say.' }
)

export const Intervention = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    aliases: Type.Array(Type.String()),
    family: nullable(Type.String({ description: 'The family of versions that are rated apart, to which it belongs.' })),
    kind: words(KINDS),
    role: words(ROLES),
    needs: Type.Array(Type.String()),
    targetGroup: nullable(Type.String()),
    age: nullable(ref(AgeRange)),
    ageOffered: nullable(ref(AgeRange)),
    worksWith: Type.Array(words(WORKS_WITH)),
    stages: nullable(Type.Array(words(STAGES))),
    stagesStated: Type.Boolean({ description: 'False where the stages are only the scope of the review that names it.' }),
    summary: Type.String(),
    claims: Type.Array(ref(Claim)),
    caveats: Type.Array(ref(Statement)),
    conditions: Type.Array(ref(Condition)),
    takeUp: Type.Array(ref(TakeUp)),
    reportedResults: Type.Array(ref(ReportedResult)),
    availability: ref(UkAvailability),
    costs: Type.Array(ref(Cost)),
    disagreements: Type.Array(ref(Statement)),
    notToBeConfusedWith: Type.Array(Type.String()),
    sources: Sources,
    evidenceAsOf: nullable(Type.String({ description: 'The day by which the newest passage behind its claims was published.' }))
  },
  { $id: 'Intervention', description: 'One entry of the catalogue: what it is, whom it is for, and every claim held about it.' }
)

export const Need = Type.Object(
  {
    code: Type.String(),
    label: Type.String(),
    definition: Type.String(),
    group: words(NEED_GROUPS),
    concerns: words(['family', 'service']),
    aliases: Type.Array(Type.String()),
    dfeCodes: Type.Array(
      Type.Object({ list: Type.String(), code: Type.String(), label: Type.String(), note: nullable(Type.String()) })
    ),
    implies: Type.Object(
      { traumaSymptoms: nullable(Type.Boolean()), pattern: nullable(Type.String()) },
      { description: 'Facts that the need itself states about its families; taken as known where a profile is silent.' }
    ),
    scope: words(['within-review', 'early-help', 'looked-after', 'beyond-review'])
  },
  { $id: 'Need', description: 'One need: what it means, and the codes of the Department for Education that stand for it or for part of it.' }
)

export const Source = Type.Object(
  {
    id: Type.String(),
    title: Type.String(),
    publisher: Type.String(),
    authors: nullable(Type.String()),
    year: Type.Integer(),
    published: Type.String(),
    kind: Type.String(),
    url: nullable(Type.String()),
    sets: Type.Array(Type.String()),
    about: Type.String(),
    limits: Type.Array(Type.String()),
    interventions: Type.Integer({ description: 'How many catalogue entries cite it.' }),
    claims: Type.Integer({ description: 'How many claims cite it.' })
  },
  { $id: 'Source', description: 'One document behind the catalogue, and how much of the catalogue rests on it.' }
)

export const EvidenceStandard = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    publisher: Type.String(),
    measures: Type.String(),
    levels: Type.Array(
      Type.Object({
        value: Type.String(),
        label: Type.String(),
        meaning: Type.String(),
        strength: nullable(words(STRENGTHS)),
        direction: nullable(words(DIRECTIONS))
      })
    ),
    loses: Type.String({ description: 'What is lost when its levels are put on our scale.' }),
    sources: Sources
  },
  { $id: 'EvidenceStandard', description: 'One rating scale: its levels, the strength that each stands for here, and what the translation loses.' }
)

const Meaning = Type.Object({ value: Type.String(), meaning: Type.String() })

export const EvidenceStandards = Type.Object(
  {
    strengths: Type.Array(Meaning, { description: 'Our ordinal scale of certainty, strongest first.' }),
    notGraded: Type.String({ description: 'What a strength of null means.' }),
    directions: Type.Array(Meaning),
    statuses: Type.Array(Meaning),
    items: Type.Array(ref(EvidenceStandard)),
    nextCursor: nullable(Type.String())
  },
  { $id: 'EvidenceStandards', description: 'What our words mean, and the rating scales that the sources use.' }
)

export const EvidenceGap = Type.Object(
  {
    id: Type.String(),
    code: words(GAP_CODES),
    severity: words(SEVERITIES),
    basis: words(['published', 'derived']),
    needs: Type.Array(Type.String()),
    interventions: Type.Array(Type.String()),
    decision: nullable(Type.String({ description: 'The kind of decision that raises it, where neither a need nor an intervention does.' })),
    message: Type.String(),
    questions: Type.Array(Type.String()),
    suggestedAction: Type.String(),
    answeredBy: Type.Array(Type.String(), { description: 'Later claims in view that answer it; then it is no longer raised.' }),
    sources: Sources
  },
  { $id: 'EvidenceGap', description: 'One place where evidence is missing. `published`: a source states it. `derived`: it follows from what the catalogue holds.' }
)

export const ContextFigure = Type.Object(
  {
    id: Type.String(),
    label: Type.String(),
    value: nullable(Type.Number()),
    low: nullable(Type.Number()),
    high: nullable(Type.Number()),
    unit: Type.String(),
    status: words(['ok', 'queried']),
    geography: Type.String(),
    period: nullable(Type.String()),
    attributedTo: nullable(Type.String()),
    note: nullable(Type.String()),
    disagreesWith: Type.Array(
      Type.Object({
        id: Type.String(),
        label: Type.String(),
        value: nullable(Type.Number()),
        low: nullable(Type.Number()),
        high: nullable(Type.Number()),
        unit: Type.String(),
        sources: Sources
      })
    ),
    sources: Sources
  },
  {
    $id: 'ContextFigure',
    description: 'A published figure: one `value`, or a `low` and a `high`. `queried` means that the figure as printed is implausible, and the note says why.'
  }
)

export const EvidenceMapRow = Type.Object(
  {
    need: Type.String(),
    label: Type.String(),
    cells: Type.Array(
      Type.Object({
        strength: words([...STRENGTHS, 'not-graded']),
        count: Type.Integer(),
        interventions: Type.Array(Type.String())
      }),
      { description: 'Entries by the strength of their best positive or mixed claim for the need.' }
    ),
    mixed: Type.Array(Type.String(), { description: 'Of those, the entries whose best claim is mixed.' }),
    noEffect: Type.Array(Type.String()),
    harm: Type.Array(Type.String()),
    underEvaluation: Type.Array(Type.String()),
    notEvaluated: Type.Array(Type.String()),
    notRated: Type.Array(Type.String())
  },
  { $id: 'EvidenceMapRow', description: 'One need, with how many entries stand at each strength.' }
)

export const InterventionPage = page(ref(Intervention), { $id: 'InterventionPage', description: 'Entries, in order of their id.' })
export const NeedPage = page(ref(Need), { $id: 'NeedPage', description: 'Needs, in order of their code.' })
export const SourcePage = page(ref(Source), { $id: 'SourcePage', description: 'Sources, in order of their id.' })
export const EvidenceGapPage = page(ref(EvidenceGap), { $id: 'EvidenceGapPage', description: 'Gaps, in order of their id.' })
export const ContextFigurePage = page(ref(ContextFigure), { $id: 'ContextFigurePage', description: 'Figures, in order of their id.' })
export const EvidenceMapPage = page(ref(EvidenceMapRow), { $id: 'EvidenceMapPage', description: 'One row for each need, in order of its code.' })

/** Every named schema of this capability, for registration. */
export const COMPONENTS = [
  AgeRange, Condition, NativeRating, Claim, Statement, TakeUp, ReportedResult, Cost, UkAvailability, Intervention, Need, Source,
  EvidenceStandard, EvidenceStandards, EvidenceGap, ContextFigure, EvidenceMapRow,
  InterventionPage, NeedPage, SourcePage, EvidenceGapPage, ContextFigurePage, EvidenceMapPage
] as const

export { CitationSchema }
export type AgeRange = Static<typeof AgeRange>
export type Condition = Static<typeof Condition>
export type Claim = Static<typeof Claim>
export type Statement = Static<typeof Statement>
export type UkAvailability = Static<typeof UkAvailability>
export type Cost = Static<typeof Cost>
export type Intervention = Static<typeof Intervention>
export type Need = Static<typeof Need>
export type Source = Static<typeof Source>
export type EvidenceStandard = Static<typeof EvidenceStandard>
export type EvidenceGap = Static<typeof EvidenceGap>
export type ContextFigure = Static<typeof ContextFigure>
export type EvidenceMapRow = Static<typeof EvidenceMapRow>
export type Citation = Static<typeof CitationSchema>

import { Type, type Static } from 'typebox'
import { AppraisalAnswer, AppraisalInput } from '../appraisal/schemas.js'
import { Claim } from '../catalogue/schemas.js'
import { STANDINGS } from '../recommendations/combine.js'
import { GapWarning, InterventionRef, NeedAnswer } from '../recommendations/schemas.js'
import { FIGURE_STATUSES } from '../indicators/vocabulary.js'
import { Citation, closed, nullable, page, ref, words } from '../schemas.js'
import { keptOf, type Kept } from './kept.js'
import * as sections from './sections.js'
import { ATTRIBUTION_METHODS, BASES, BENEFIT_CLASSES, CHANGES, EVIDENCE_CHANGES, MEASURED_IN, STATES } from './vocabulary.js'

export const EconomicCaseInput = sections.economicCaseInput(ref(AppraisalInput))
export const EconomicCase = keptOf(EconomicCaseInput, 'EconomicCase')

const Uuid = (description: string) => Type.String({ format: 'uuid', maxLength: 36, description })
const Period = Type.String({ pattern: '^[12]\\d{3}/\\d{2}( Q[1-4])?$', description: 'A financial year of the appraisal, such as 2026/27, or a quarter of one: 2026/27 Q1 is April to June 2026.' })

const links = {
  needsProfile: 'The saved needs profile that it answers, at the version that was read.',
  recommendation: 'The decision record (POST /v1/recommendations) that it rests on.',
  catalogueVersion: 'The version of the catalogue that it rests on; that of the recommendation, where there is one.',
  variationOf: 'The approved case that this one is to change or replace. What was approved is never changed itself.'
}

export const BusinessCaseInput = closed(
  {
    title: Type.String({ minLength: 1, maxLength: 200, pattern: '\\S', description: 'What the council calls the case; not blank.' }),
    area: Type.Optional(nullable(Type.String({ minLength: 1, maxLength: 40 }), { description: "The council: its ONS code, or the Department for Education's three digits." })),
    needsProfile: Type.Optional(nullable(closed({ id: Uuid('Its id.'), version: Type.Integer({ minimum: 1, maximum: 999_999_999 }) }), { description: links.needsProfile })),
    recommendation: Type.Optional(nullable(Uuid('Its id.'), { description: links.recommendation })),
    catalogueVersion: Type.Optional(nullable(Type.Integer({ minimum: 1, maximum: 999_999_999 }), { description: links.catalogueVersion })),
    variationOf: Type.Optional(nullable(Uuid('Its id.'), { description: links.variationOf })),
    strategic: Type.Optional(nullable(ref(sections.StrategicCaseInput))),
    economic: Type.Optional(nullable(ref(EconomicCaseInput))),
    commercial: Type.Optional(nullable(ref(sections.CommercialCaseInput))),
    financial: Type.Optional(nullable(ref(sections.FinancialCaseInput))),
    management: Type.Optional(nullable(ref(sections.ManagementCaseInput)))
  },
  { $id: 'BusinessCaseInput', description: 'A business case. Only the title is required while it is a draft; what is missing is said when it is submitted.' }
)

/** What a council writes; the rest is ours. */
export type BusinessCaseContent = Kept<BusinessCaseInput>

export const TransitionInput = closed(
  {
    to: words(STATES, { description: 'The state that it is to have.' }),
    by: Type.String({ minLength: 1, maxLength: 200, pattern: '\\S', description: 'Who decides, by name. Whoever submits a case may not approve it.' }),
    reason: Type.String({ minLength: 1, maxLength: 10_000, pattern: '\\S', description: 'Why.' }),
    effectiveOn: Type.Optional(nullable(Type.String({ format: 'date', pattern: '^[12]' }), { description: 'The day it took effect: when delivery began or ended. Needed for `in-delivery` and `closed`.' })),
    lessons: Type.Optional(nullable(Type.String({ minLength: 1, maxLength: 20_000, pattern: '\\S' }), { description: 'What was learnt. Needed for `closed`.' }))
  },
  { $id: 'TransitionInput', description: 'A decision on a business case.' }
)

export const Transition = Type.Object(
  {
    version: Type.Integer({ description: 'The version that it made.' }),
    at: Type.String({ format: 'date-time' }),
    from: words(STATES),
    to: words(STATES),
    by: Type.String(),
    actor: Type.String({ description: 'Who was signed in: `key:…`, `token:…`, or `local` where nobody has to.' }),
    reason: Type.String(),
    effectiveOn: nullable(Type.String({ format: 'date' })),
    lessons: nullable(Type.String())
  },
  { $id: 'Transition', description: 'A decision that was taken on a business case.' }
)

export const MissingItem = Type.Object(
  { pointer: Type.String({ description: 'JSON pointer into the business case, or into the decision where it begins with /by, /effectiveOn or /lessons.' }), code: Type.String(), message: Type.String() },
  { $id: 'MissingItem', description: 'Something that is still needed.' }
)

export const CaseEvidence = Type.Object(
  {
    copiedAt: Type.String({ format: 'date-time' }),
    catalogueVersion: Type.Integer(),
    modelVersion: Type.String(),
    basis: words(BASES, { description: 'Whose needs the evidence was held against: those of the decision record, of the saved needs profile, the codes in the strategic case, or, where none of these is given, all that the entry is listed for.' }),
    option: Type.String({ description: 'The preferred option.' }),
    intervention: nullable(ref(InterventionRef), { description: 'The entry of the catalogue that it rests on; null where it rests on none.' }),
    standing: nullable(words(STANDINGS), { description: 'Null where it is not ranked for these needs.' }),
    needs: Type.Array(ref(NeedAnswer), { description: 'The strength and direction of the evidence for each need, and for how many of the children its conditions are met.' }),
    findingsAgainst: nullable(Type.Array(ref(Claim)), { description: 'Findings of no effect or of harm that are held about it, for whatever need: what those who decide must not miss because the case is about another. Empty where none is held; null for a case that was submitted before they were copied in.' }),
    excluded: Type.Array(Type.Object({ code: Type.String(), message: Type.String() }), { description: 'Why it is not ranked, where it is not.' }),
    gapWarnings: Type.Array(ref(GapWarning), { description: 'The gap warnings about it, about the needs, and about business cases in general.' }),
    evaluationPlan: Type.Object({ needed: Type.Boolean(), because: Type.String() }, { description: 'Whether the case needs an evaluation plan before it can be approved.' }),
    sources: Type.Array(ref(Citation))
  },
  { $id: 'CaseEvidence', description: 'The strength of the evidence for the preferred option, copied in when the case was submitted.' }
)

export const CaseNotice = Type.Object(
  {
    code: words(['catalogue-moved', 'not-current', 'needs-profile-moved']),
    message: Type.String(),
    from: nullable(Type.Integer()),
    to: nullable(Type.Integer()),
    changes: Type.Array(Type.Object({ code: words(EVIDENCE_CHANGES), need: nullable(Type.String()), message: Type.String() }))
  },
  { $id: 'CaseNotice', description: 'Something that has moved since the case was written or submitted. What the case says is left as it was.' }
)

const stored = {
  id: Type.String({ format: 'uuid' }),
  version: Type.Integer({ description: 'Counts up by one with each change and each decision; the ETag holds it.' }),
  createdAt: Type.String({ format: 'date-time' }),
  updatedAt: Type.String({ format: 'date-time' }),
  state: words(STATES)
}

export const BusinessCase = Type.Object(
  {
    ...stored,
    title: Type.String(),
    area: nullable(Type.String(), { description: "The council's ONS code in force." }),
    needsProfile: nullable(Type.Object({ id: Type.String(), version: Type.Integer() }), { description: links.needsProfile }),
    recommendation: nullable(Type.String(), { description: links.recommendation }),
    catalogueVersion: nullable(Type.Integer(), { description: links.catalogueVersion }),
    variationOf: nullable(Type.String(), { description: links.variationOf }),
    strategic: nullable(ref(sections.StrategicCase)),
    economic: nullable(ref(EconomicCase)),
    commercial: nullable(ref(sections.CommercialCase)),
    financial: nullable(ref(sections.FinancialCase)),
    management: nullable(ref(sections.ManagementCase)),
    evidence: nullable(ref(CaseEvidence), { description: 'As it was copied in when the case was last submitted; null before that, and again once a returned case is changed.' }),
    transitions: Type.Array(ref(Transition), { description: 'Every decision so far, the oldest first.' }),
    next: Type.Array(Type.Object({ to: words(STATES), missing: Type.Array(ref(MissingItem)) }), { description: 'The states that it can have next, each with what is still needed for it. Empty for a version that is no longer the current one.' }),
    notices: Type.Array(ref(CaseNotice), { description: 'What has moved since.' })
  },
  { $id: 'BusinessCase', description: 'A business case as it is kept: the five cases, the evidence it was submitted with, and what was decided.' }
)

export const BusinessCaseSummary = Type.Object(
  {
    ...stored,
    title: Type.String(),
    area: nullable(Type.String()),
    recommendation: nullable(Type.String()),
    preferredOption: nullable(Type.String()),
    intervention: nullable(Type.String(), { description: 'The entry of the catalogue that the preferred option rests on.' })
  },
  { $id: 'BusinessCaseSummary', description: 'A business case, in short.' }
)
export const BusinessCasePage = page(ref(BusinessCaseSummary), { $id: 'BusinessCasePage', description: 'Business cases, the newest first.' })

export const CaseVersion = Type.Object(
  { version: Type.Integer(), at: Type.String({ format: 'date-time' }), change: words(CHANGES), state: words(STATES), transition: nullable(ref(Transition), { description: 'The decision that made it; null where the content was changed.' }) },
  { $id: 'CaseVersion', description: 'A version of a business case: what made it, and when.' }
)
export const CaseVersionPage = page(ref(CaseVersion), { $id: 'CaseVersionPage', description: 'Every version of a business case, the newest first.' })

export const CaseAppraisal = Type.Object(
  {
    businessCase: Type.String(),
    version: Type.Integer(),
    state: words(STATES),
    basis: words(['computed-now', 'stored-at-submission']),
    at: Type.String({ format: 'date-time', description: 'When it was computed.' }),
    statement: Type.String({ description: 'What that means for the figures.' }),
    preferredOption: nullable(Type.String()),
    ...AppraisalAnswer.properties
  },
  { $id: 'CaseAppraisal', description: "The appraisal of a business case, from the case's own input." }
)

const Forecast = nullable(
  Type.Object({
    expected: Type.Number(),
    p10: nullable(Type.Number()),
    p90: nullable(Type.Number()),
    pounds: Type.Number({ description: 'The same in pounds, after the correction for confidence.' }),
    cashable: nullable(Type.Number(), { description: 'What of that can be taken out of a budget; null for a class that releases no cash.' })
  }),
  { description: 'As the appraisal that was approved has it; null where nothing forecasts it.' }
)

export const RegisterBenefit = Type.Object(
  {
    number: Type.Integer(),
    id: Type.String(),
    class: words(BENEFIT_CLASSES),
    category: nullable(Type.String()),
    description: Type.String(),
    serviceFeature: nullable(Type.String()),
    potentialCosts: nullable(Type.String()),
    activities: nullable(Type.String()),
    responsibleOfficer: nullable(Type.String()),
    owner: nullable(Type.String()),
    measure: nullable(Type.String()),
    measuredIn: nullable(words(MEASURED_IN)),
    targetImprovement: nullable(Type.String()),
    fullYearValue: nullable(ref(sections.Pounds)),
    timescale: nullable(Type.String()),
    baseline: nullable(ref(sections.Baseline)),
    targets: Type.Array(Type.Object({ period: Type.String(), value: Type.Number() })),
    forecastFrom: nullable(Type.String(), { description: 'The benefit line of the appraisal.' }),
    transfer: Type.Boolean({ description: 'A payment that moves money and uses nothing up: it counts in cash, and is left out of public value.' }),
    poundsPerUnit: nullable(Type.Number(), { description: 'What one of what it is measured in was worth in the appraisal, after its correction for confidence; 1 where that is pounds.' }),
    cashablePerUnit: nullable(Type.Number(), { description: 'What of that can be taken out of a budget; null for a class that releases no cash.' }),
    forecasts: Type.Array(Type.Object({ period: Type.String(), forecast: Forecast }), { description: 'One for each financial year of the appraisal.' })
  },
  { $id: 'RegisterBenefit', description: 'A benefit of the register, as it was approved.' }
)

export const BenefitsRegister = Type.Object(
  {
    businessCase: Type.String(),
    approvedVersion: Type.Integer(),
    createdAt: Type.String({ format: 'date-time' }),
    option: Type.String(),
    priceYear: nullable(Type.String(), { description: 'The prices that its pounds are in.' }),
    periods: Type.Array(Type.String()),
    benefits: Type.Array(ref(RegisterBenefit))
  },
  { $id: 'BenefitsRegister', description: 'The benefits register that the approval made. It is never changed.' }
)

const status = words(FIGURE_STATUSES, { description: '`ok` with a value, and one of the others with null. A figure that is withheld or was not taken is never a zero.' })
const attribution = 'How it is known that the change came from what was done.'

export const AttributionInput = closed(
  {
    method: words(ATTRIBUTION_METHODS),
    counterfactual: Type.Optional(nullable(Type.String({ minLength: 1, maxLength: 10_000, pattern: '\\S' }), { description: 'What would have happened otherwise, and how that is known. Without it the benefit may be measured and cannot be claimed.' })),
    note: Type.Optional(nullable(Type.String({ minLength: 1, maxLength: 10_000 })))
  },
  { $id: 'AttributionInput', description: attribution }
)
export const Attribution = keptOf(AttributionInput, 'Attribution')

export const ActualInput = closed(
  {
    benefit: Type.String({ minLength: 1, maxLength: 60, description: 'The id of a benefit of the register.' }),
    period: Period,
    value: nullable(Type.Number({ minimum: -1e10, maximum: 1e10 }), { description: 'The benefit of the period, in what it is measured in and counted as the forecast counts it: the improvement, not the level. Null where it is not known.' }),
    status,
    priceYear: Type.Optional(nullable(Type.String({ pattern: '^[12]\\d{3}/\\d{2}$' }), { description: 'For a benefit in pounds: the prices they are in, which must be those of the register.' })),
    measuredAt: Type.String({ format: 'date', pattern: '^[12]', description: 'The day it was measured.' }),
    source: Type.String({ minLength: 1, maxLength: 2_000, pattern: '\\S', description: 'Where the figure comes from.' }),
    attribution: Type.Optional(nullable(ref(AttributionInput))),
    note: Type.Optional(nullable(Type.String({ minLength: 1, maxLength: 10_000 }))),
    by: Type.String({ minLength: 1, maxLength: 200, pattern: '\\S', description: 'Who enters it, by name.' }),
    corrects: Type.Optional(nullable(Uuid('Its id.'), { description: 'The entry that this one takes the place of. That stays readable.' }))
  },
  { $id: 'ActualInput', description: 'What was measured of one benefit in one period.' }
)

export const Actual = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    recordedAt: Type.String({ format: 'date-time' }),
    benefit: Type.String(),
    period: Type.String(),
    value: nullable(Type.Number()),
    status,
    priceYear: nullable(Type.String()),
    measuredAt: Type.String({ format: 'date' }),
    source: Type.String(),
    attribution: nullable(ref(Attribution)),
    note: nullable(Type.String()),
    by: Type.String(),
    corrects: nullable(Type.String(), { description: 'The entry whose place it takes.' }),
    correctedBy: nullable(Type.String(), { description: 'The entry that takes its place; null for the one that holds.' })
  },
  { $id: 'Actual', description: 'An entry of what was measured. Entries are corrected by further ones and never changed.' }
)
export const ActualPage = page(ref(Actual), { $id: 'ActualPage', description: 'Entries, the oldest first, corrected ones among them.' })

export const CANNOT_CLAIM = ['not-over', 'not-measured', 'no-value', 'no-counterfactual'] as const
const Total = (description: string) =>
  Type.Object(
    {
      pounds: nullable(Type.Number(), { description: 'Null where nothing was measured that can be put in pounds; never a zero in its place.' }),
      forecast: nullable(Type.Number(), { description: 'What was forecast for the very same benefits and years, in pounds.' }),
      counted: Type.Integer({ description: 'Years of benefits that are in it.' }),
      of: Type.Integer({ description: 'Years of benefits that were forecast in pounds and have ended.' }),
      statement: Type.String()
    },
    { description }
  )

export const RealisationLine = Type.Object(
  {
    benefit: Type.String(),
    class: words(BENEFIT_CLASSES),
    measuredIn: nullable(words(MEASURED_IN)),
    period: Type.String(),
    ended: Type.Boolean({ description: 'Whether the period is over.' }),
    forecast: Forecast,
    target: nullable(Type.Number()),
    actual: nullable(Type.Object({ entry: Type.String(), value: nullable(Type.Number()), status, measuredAt: Type.String(), source: Type.String(), corrections: Type.Integer({ description: 'How often it was corrected.' }) }), { description: 'Null where nothing was entered.' }),
    variance: Type.Object({ absolute: nullable(Type.Number({ description: 'Actual less forecast.' })), percent: nullable(Type.Number({ description: 'Of the forecast; null where that is zero.' })) }),
    insideP10P90: nullable(Type.Boolean({ description: 'Whether it lies between the values that the simulation exceeds nine times in ten and once in ten.' })),
    attribution: nullable(ref(Attribution)),
    claimable: Type.Boolean(),
    cannotClaim: nullable(Type.Object({ code: words(CANNOT_CLAIM), message: Type.String() })),
    pounds: nullable(Type.Number({ description: 'The actual in pounds.' })),
    cashable: nullable(Type.Number({ description: 'What of that can be taken out of a budget; null for a class that releases no cash.' }))
  },
  { $id: 'RealisationLine', description: 'One benefit in one period: forecast, actual, and what can be claimed.' }
)

export const Realisation = Type.Object(
  {
    businessCase: Type.String(),
    state: words(STATES),
    asOf: Type.String({ format: 'date' }),
    approvedVersion: Type.Integer(),
    priceYear: nullable(Type.String()),
    lines: Type.Array(ref(RealisationLine), { description: 'In order of the register, then of the period. Every year of the appraisal has one; a quarter has one where something was entered or aimed at.' }),
    totals: Type.Object({
      measured: Total('Everything that was measured over whole years and can be put in pounds.'),
      claimable: Total('Of that, what has a counterfactual.'),
      cashReleasing: Total('Cash-releasing benefits alone: what can be taken out of a budget.')
    }),
    cannotBeClaimed: Type.Array(Type.Object({ benefit: Type.String(), period: Type.String(), code: words(CANNOT_CLAIM), message: Type.String() })),
    notes: Type.Array(Type.String()),
    sources: Type.Array(ref(Citation))
  },
  { $id: 'Realisation', description: 'What was forecast against what was measured, and what can and cannot be claimed.' }
)

/** Every named schema of this capability, for registration. */
export const COMPONENTS = [
  sections.PoundsInput, sections.CaseRiskInput, sections.ObjectiveInput, sections.StrategicCaseInput, sections.CaseOptionInput, EconomicCaseInput,
  sections.CommercialCaseInput, sections.FundingInput, sections.FinancialCaseInput, sections.BaselineInput, sections.BenefitPlanInput, sections.ReadinessInput,
  sections.EvaluationPlanInput, sections.ManagementCaseInput, BusinessCaseInput,
  sections.Pounds, sections.CaseRisk, sections.Objective, sections.StrategicCase, sections.CaseOption, EconomicCase,
  sections.CommercialCase, sections.Funding, sections.FinancialCase, sections.Baseline, sections.BenefitPlan, sections.Readiness,
  sections.EvaluationPlan, sections.ManagementCase,
  TransitionInput, Transition, MissingItem, CaseEvidence, CaseNotice, BusinessCase, BusinessCaseSummary, BusinessCasePage, CaseVersion, CaseVersionPage,
  CaseAppraisal, RegisterBenefit, BenefitsRegister, AttributionInput, Attribution, ActualInput, Actual, ActualPage, RealisationLine, Realisation
] as const

export type BusinessCaseInput = Static<typeof BusinessCaseInput>
export type TransitionInput = Static<typeof TransitionInput>
export type Transition = Static<typeof Transition>
export type MissingItem = Static<typeof MissingItem>
export type CaseEvidence = Static<typeof CaseEvidence>
export type CaseNotice = Static<typeof CaseNotice>
export type BusinessCase = Static<typeof BusinessCase>
export type BusinessCaseSummary = Static<typeof BusinessCaseSummary>
export type CaseVersion = Static<typeof CaseVersion>
export type CaseAppraisal = Static<typeof CaseAppraisal>
export type BenefitPlan = Static<typeof sections.BenefitPlan>
export type RegisterBenefit = Static<typeof RegisterBenefit>
export type BenefitsRegister = Static<typeof BenefitsRegister>
export type ActualInput = Static<typeof ActualInput>
export type Actual = Static<typeof Actual>
export type RealisationLine = Static<typeof RealisationLine>
export type Realisation = Static<typeof Realisation>

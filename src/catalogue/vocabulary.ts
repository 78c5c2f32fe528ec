/**
 * The controlled words of the catalogue. Every list is closed: a record that uses another word is
 * refused at load, and a request that does is refused with the nearest word.
 */

/** Certainty that the intervention brings the outcome about, weakest first. */
export const STRENGTHS = ['none', 'limited', 'preliminary', 'moderate', 'evidence-based', 'strong'] as const
export type Strength = (typeof STRENGTHS)[number]

/**
 * Where a strength stands, weakest first. A claim that is called effective or recommended without a
 * grade (null) stands between `limited` and `preliminary`: more than users' views, less than
 * anything graded.
 */
const STRENGTH_ORDER: Record<Strength, number> = { none: 0, limited: 1, preliminary: 3, moderate: 4, 'evidence-based': 5, strong: 6 }
const NOT_GRADED_ORDER = 2

export const strengthOrder = (strength: Strength | null) => (strength === null ? NOT_GRADED_ORDER : STRENGTH_ORDER[strength])

/** What the evidence says happened. `no-effect` is a finding; `unknown` is the absence of one. */
export const DIRECTIONS = ['positive', 'mixed', 'no-effect', 'harm', 'unknown'] as const
export type Direction = (typeof DIRECTIONS)[number]

/** Which kind of knowledge, or of silence, stands behind a claim. */
export const CLAIM_STATUSES = [
  'rated',
  'graded-in-words',
  'not-rated',
  'not-evaluated',
  'under-evaluation',
  'result-not-seen'
] as const
export type ClaimStatus = (typeof CLAIM_STATUSES)[number]

export const KINDS = [
  'programme',
  'practice',
  'assessment-tool',
  'process',
  'workforce',
  'system-model',
  'local-initiative'
] as const
export type Kind = (typeof KINDS)[number]

export const ROLES = ['response', 'engagement', 'assessment', 'system', 'workforce', 'comparator', 'context'] as const
export type Role = (typeof ROLES)[number]

export const STAGES = [
  'universal',
  'universal-health',
  'early-help',
  'front-door',
  's17-child-in-need',
  's47-child-protection',
  'plo-pre-proceedings',
  'care-proceedings',
  'edge-of-care',
  'looked-after',
  'reunification',
  'post-removal',
  'system-wide'
] as const
export type Stage = (typeof STAGES)[number]

export const WORKS_WITH = ['child', 'parent', 'both', 'couple', 'perpetrator', 'practitioner', 'system'] as const
export type WorksWith = (typeof WORKS_WITH)[number]

/** Whose outcome a claim is about. Child and parenting outcomes count towards the goal `child-outcomes`. */
export const OUTCOME_FOR = ['child', 'parenting', 'adult', 'engagement', 'assessment', 'practice', 'system'] as const
export type OutcomeFor = (typeof OUTCOME_FOR)[number]

export const STUDY_DESIGNS = [
  'randomised-trial',
  'quasi-experimental',
  'systematic-review',
  'rapid-review',
  'guidance',
  'pre-post',
  'observational',
  'qualitative',
  'psychometric',
  'local-evaluation',
  'reported-by-provider',
  'inspection',
  'opinion',
  'description'
] as const
export type StudyDesign = (typeof STUDY_DESIGNS)[number]

export const AVAILABILITY = ['available', 'pilot', 'unclear', 'discontinued', 'not-stated'] as const
export type Availability = (typeof AVAILABILITY)[number]

export const COUNTRIES = [
  'England',
  'Wales',
  'Scotland',
  'Northern Ireland',
  'United Kingdom',
  'United States',
  'Canada',
  'Australia',
  'New Zealand',
  'Ireland',
  'Netherlands',
  'Norway',
  'Sweden',
  'Denmark',
  'Germany',
  'Belgium',
  'Other',
  'International'
] as const
export type Country = (typeof COUNTRIES)[number]

export const UK_COUNTRIES: readonly Country[] = ['England', 'Wales', 'Scotland', 'Northern Ireland', 'United Kingdom']

export const NEED_GROUPS = [
  'maltreatment',
  'parenting-and-relationships',
  'parental-problems',
  'domestic-abuse',
  'adolescence-and-exploitation',
  'care-and-placement',
  'early-help-and-poverty',
  'practice-and-system'
] as const

/** Facts about a cohort that a condition of the evidence can depend on. */
export const CONTEXT_VALUES = {
  parentsMisusing: [0, 1, 2],
  couple: [true, false],
  perpetratorInHome: [true, false],
  pattern: ['temporary-crisis', 'chronic'],
  severity: ['low', 'moderate', 'high'],
  childSex: ['female', 'male'],
  traumaSymptoms: [true, false],
  pregnant: [true, false],
  firstTimeParent: [true, false],
  stage: STAGES
} as const
export type ContextKey = keyof typeof CONTEXT_VALUES
export const CONTEXT_KEYS = Object.keys(CONTEXT_VALUES) as ContextKey[]

/** What the commissioner wants to change. A claim about another kind of outcome does not serve the goal. */
export const GOALS = ['child-outcomes', 'adult-outcomes', 'engagement', 'assessment', 'any'] as const
export type Goal = (typeof GOALS)[number]

export const SEVERITIES = ['high', 'medium', 'low'] as const
export type Severity = (typeof SEVERITIES)[number]

export const GAP_CODES = [
  'no-strong-evidence',
  'widely-used-unevaluated',
  'no-impact-evidence',
  'evaluation-under-way',
  'dated-evidence',
  'not-validated-in-uk',
  'uk-availability-unclear',
  'effect-depends-on-condition',
  'limited-effect',
  'adult-outcome-only',
  'sources-disagree',
  'cost-unknown',
  'overlapping-needs',
  'current-provision-not-evidenced',
  'evidenced-option-not-provided',
  'places-short-of-need',
  'outside-sources-scope',
  'need-not-covered',
  'assessment-is-not-treatment',
  'added-value-unmeasured',
  'structural-change-unevidenced',
  'savings-unverified',
  'cost-data-lacking',
  'spending-returns-unreliable',
  'routine-data-not-outcomes',
  'councils-not-comparable',
  'inspection-not-outcome',
  'reported-locally-only',
  'reach-unknown',
  'fidelity-unknown',
  'evaluation-capacity-short',
  'demand-not-understood',
  'result-not-seen',
  'one-country-only',
  'offered-wider-than-evaluated',
  'discontinued'
] as const
export type GapCode = (typeof GAP_CODES)[number]

/** When a published gap is raised: by a need, by an intervention in the answer, or by the kind of decision taken. */
export const QUESTION_TRIGGERS = [
  'always',
  'unevaluated-approach',
  'assessment-tool',
  'business-case',
  'copied-local-example',
  'monitoring-data',
  'current-provision',
  'participation'
] as const

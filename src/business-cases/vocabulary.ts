/** Words of business cases, shared by the tables, the contract and the calculations. */

export const STATES = ['draft', 'submitted', 'returned', 'approved', 'in-delivery', 'closed'] as const
export type State = (typeof STATES)[number]

/** What made a version. */
export const CHANGES = ['created', 'edited', 'transition'] as const
export type Change = (typeof CHANGES)[number]

/** Classes of benefit (HM Treasury, Green Book, benefits register). */
export const BENEFIT_CLASSES = ['cash-releasing', 'non-cash-releasing', 'quantitative', 'qualitative'] as const
export type BenefitClass = (typeof BENEFIT_CLASSES)[number]

/** What a benefit is measured in: the units of its outcome, or pounds. */
export const MEASURED_IN = ['units', 'pounds'] as const

/** How a provider is found. */
export const ROUTES = ['in-house', 'existing-contract', 'framework', 'open-competition', 'limited-competition', 'direct-award', 'grant', 'partnership'] as const

export const FUNDING_STATUSES = ['confirmed', 'expected', 'not-secured'] as const
export const LIKELIHOODS = ['low', 'medium', 'high'] as const

/** Whether what delivery needs is there. `not-known` is an answer; silence is not. */
export const READINESS = ['in-place', 'planned', 'not-in-place', 'not-known'] as const
/** What delivery as intended rests on. */
export const READINESS_ASPECTS = ['fidelity', 'training', 'supervision', 'recording', 'management'] as const

export const EVALUATION_DESIGNS = [
  'randomised-trial',
  'matched-comparison',
  'difference-in-differences',
  'interrupted-time-series',
  'before-and-after',
  'implementation-and-process',
  'qualitative'
] as const

/** How it was judged that the change came from what was done. `none`: it was not. */
export const ATTRIBUTION_METHODS = [
  'randomised-comparison',
  'matched-comparison',
  'difference-in-differences',
  'interrupted-time-series',
  'before-and-after',
  'contribution-analysis',
  'judgement',
  'none'
] as const

/** Whose needs the evidence of a case was held against. */
export const BASES = ['recommendation', 'needs-profile', 'needs', 'intervention', 'nothing'] as const
export type Basis = (typeof BASES)[number]

/** What of the evidence can have moved. */
export const EVIDENCE_CHANGES = ['standing', 'strength', 'direction', 'claims', 'need-added', 'need-gone', 'warning-added', 'warning-gone'] as const

/** The closed words of an answer, beside those of the catalogue. */

/** The lists of an answer: what families are offered, and the four kinds of support around it. */
export const LISTS = ['response', 'engagement', 'assessment', 'system', 'workforce'] as const
export type List = (typeof LISTS)[number]

export const EXCLUSION_CODES = [
  'comparator-only',
  'context-only',
  'conditions-not-met',
  'below-minimum-strength',
  'uk-availability-not-shown'
] as const
export type ExclusionCode = (typeof EXCLUSION_CODES)[number]

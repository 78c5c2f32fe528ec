/** Words of the areas, shared by the tables, the data file and the contract. */
export const LEVELS = ['country', 'region', 'council'] as const
export const ALIAS_KINDS = ['ons-code', 'ended-ons-code', 'dfe-code', 'name', 'alias'] as const

export type Level = (typeof LEVELS)[number]
export type AliasKind = (typeof ALIAS_KINDS)[number]

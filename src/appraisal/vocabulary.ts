/** The closed words of an appraisal. */

/** Whose money or whose gain a value is. `local-authority` is the council. `economy` and `society` stand for those no agency pays for. */
export const AGENCIES = [
  'local-authority',
  'schools',
  'nhs',
  'police',
  'criminal-justice',
  'fire-service',
  'housing',
  'dwp',
  'hmrc',
  'central-government',
  'voluntary-sector',
  'other-public',
  'economy',
  'society'
] as const
export type Agency = (typeof AGENCIES)[number]
export const COUNCIL: Agency = 'local-authority'

/** The three kinds of value, which are never mixed. */
export const LEDGERS = ['fiscal', 'economic', 'social'] as const
export type Ledger = (typeof LEDGERS)[number]

/** Who gains an economic or a social value: no agency does. */
export const GAINS: Record<Ledger, Agency | null> = { fiscal: null, economic: 'economy', social: 'society' }

export const COST_KINDS = ['start-up', 'running'] as const
export const COST_BASES = ['once', 'per-year', 'per-person'] as const

/** What one unit of a unit value is, and the most of them that fit in a year (null: no limit of time). */
export const UNITS = {
  year: { most: 1, needed: false, text: 'a year' },
  'six-months': { most: 2, needed: true, text: 'six months' },
  month: { most: 12, needed: true, text: 'a month' },
  week: { most: 53, needed: true, text: 'a week' },
  day: { most: 366, needed: true, text: 'a day' },
  hour: { most: 8784, needed: true, text: 'an hour' },
  session: { most: null, needed: true, text: 'a session' },
  incident: { most: null, needed: true, text: 'an incident' },
  case: { most: null, needed: true, text: 'a case' },
  person: { most: 1, needed: false, text: 'a person' },
  lifetime: { most: 1, needed: false, text: 'a lifetime' }
} as const
export type Unit = keyof typeof UNITS
export const UNIT_WORDS = Object.keys(UNITS) as Unit[]

export const SCHEDULES = ['standard', 'health'] as const

/** Projects that the Green Book's optimism bias table covers. None is a social programme. */
export const CAPITAL_PROJECTS = ['standard-buildings', 'non-standard-buildings', 'equipment-and-development', 'outsourcing'] as const

/** Why a result that may be missing is there or not. */
export const RESULT_STATUSES = ['ok', 'no-cost', 'no-council-cost', 'cost-saving', 'no-switch', 'at-zero', 'not-within-horizon', 'no-outlay'] as const
export type ResultStatus = (typeof RESULT_STATUSES)[number]

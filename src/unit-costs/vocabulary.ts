/** Closed words of the unit costs, shared by the data files, the tables, the guards and the contract. */

/** What one unit cost is for one of. `period` is the part of a year that a unit stands for; null for an event or a thing. */
export const UNITS = {
  'per-hour': null,
  'per-day': 366,
  'per-bed-day': 366,
  'per-week': 53,
  'per-month': 12,
  'per-six-months': 2,
  'per-year': 1,
  'per-ten-years': 0.1,
  'per-25-years': 0.04,
  lifetime: null,
  'per-incident': null,
  'per-event': null,
  'per-action': null,
  'per-process': null,
  'per-application': null,
  'per-claim': null,
  'per-case': null,
  'per-episode': null,
  'per-admission': null,
  'per-attendance': null,
  'per-consultation': null,
  'per-visit': null,
  'per-contact': null,
  'per-session': null,
  'per-course': null,
  'per-scheme': null,
  'per-person': null,
  'per-item': null,
  'per-full-time-post': null,
  other: null
} as const satisfies Record<string, number | null>

export type Unit = keyof typeof UNITS
export const UNIT_CODES = Object.keys(UNITS) as Unit[]

/** The most of a unit that one year can hold; null where a year sets no bound. */
export const mostPerYear = (unit: Unit): number | null => UNITS[unit]

export const AGENCIES = ['local-authority', 'schools', 'nhs', 'police', 'criminal-justice', 'fire-service', 'housing', 'dwp', 'hmrc', 'central-government', 'voluntary-sector', 'other-public', 'multiple', 'not-stated'] as const
export type Agency = (typeof AGENCIES)[number]

export const LEDGERS = ['fiscal', 'economic', 'social'] as const
export type Ledger = (typeof LEDGERS)[number]

export const GRADES = ['green', 'amber', 'red'] as const
export type Grade = (typeof GRADES)[number]

export const GRADE_MEANINGS: Record<Grade, string> = {
  green: 'The makers of the database found the source sound enough to use as it stands.',
  amber: 'The makers of the database ask for caution: the source is old, is drawn from few places, or takes assumptions to become a unit cost.',
  red: 'The makers of the database ask for great caution: the source is old and its method weak, and no better one was found.'
}

/**
 * How a row stands to the headline above it: a part of it, one kind of what it averages over, another
 * measure of the same thing, or a cost of its own.
 */
export const RELATIONS = ['constituent', 'variant', 'other-measure', 'stand-alone'] as const
export type Relation = (typeof RELATIONS)[number]

/** What sort of figure it is: what a service or an event costs, what a study says is saved, or a payment that ends with its claim. */
export const KINDS_OF_VALUE = ['cost', 'saving', 'payment'] as const
export type KindOfValue = (typeof KINDS_OF_VALUE)[number]

const UNIT_WORDS: readonly (readonly [RegExp, Unit])[] = [
  [/\b(10|ten)[- ]year/, 'per-ten-years'],
  [/\b25[- ]year/, 'per-25-years'],
  [/^lifetime/, 'lifetime'],
  [/\bsix[- ]month/, 'per-six-months'],
  [/\bbed day$/, 'per-bed-day'],
  [/^per (\w+ )?(per )?(year|annum)$/, 'per-year'],
  [/^per (\w+ )?(per )?month$/, 'per-month'],
  [/^per (\w+ )?(per )?week$/, 'per-week'],
  [/^per (\w+ )?(per )?day$/, 'per-day'],
  [/^per hour$/, 'per-hour'],
  [/^per fte$/, 'per-full-time-post'],
  [/contact$/, 'per-contact'],
  [/^(each|per item)$/, 'per-item'],
  [/^per (person|user|customer|claimant|participant|child|client)$/, 'per-person'],
  [/^per (incident|event|action|process|application|claim|case|episode|admission|attendance|consultation|visit|session|course|scheme)$/, 'other']
]

/**
 * The closed code of a unit as a source words it; `other` where it is none of the known ones. A period
 * of months that stands in the detail alone is part of the unit: six months of work, said to be each.
 */
export function unitOf(wording: string, detail = ''): Unit {
  if (/\bover a six[- ]month period\b/i.test(detail)) return 'per-six-months'
  const words = wording.trim().toLowerCase()
  const found = UNIT_WORDS.find(([pattern]) => pattern.test(words))?.[1]
  if (found === undefined) return 'other'
  if (found !== 'other') return found
  const code = words.replaceAll(' ', '-')
  return code in UNITS ? (code as Unit) : 'other'
}

const AGENCY_WORDS: readonly (readonly [RegExp, Agency])[] = [
  [/^$/, 'not-stated'],
  [/^multiple/, 'multiple'],
  [/local authority|council\b/, 'local-authority'],
  [/\bnhs\b|clinical commissioning|integrated care/, 'nhs'],
  [/police/, 'police'],
  [/criminal justice|probation|court|prison|ministry of justice|crown prosecution|legal aid/, 'criminal-justice'],
  [/\bdwp\b|work and pensions|jobcentre/, 'dwp'],
  [/hmrc|revenue and customs/, 'hmrc'],
  [/treasury|department|ministry|cabinet office|home office/, 'central-government'],
  [/\bschools?\b/, 'schools'],
  [/housing|\brsl\b|registered social landlord/, 'housing'],
  [/\bfire\b/, 'fire-service'],
  [/\bvcs\b|voluntary/, 'voluntary-sector']
]

/** The closed code of the agency that bears a cost, as a source words it. */
export const agencyOf = (wording: string): Agency => AGENCY_WORDS.find(([pattern]) => pattern.test(wording.trim().toLowerCase()))?.[1] ?? 'other-public'

const GRADE_WORDS: Readonly<Record<string, Grade>> = { g: 'green', green: 'green', a: 'amber', amber: 'amber', r: 'red', red: 'red' }
export const gradeOf = (wording: string): Grade | null => GRADE_WORDS[wording.trim().toLowerCase()] ?? null

export function kindOfValue({ detail, unit, agency }: { detail: string; unit: Unit; agency: Agency }): KindOfValue {
  if (/\bsavings?\b|\bbenefits? from\b/i.test(detail)) return 'saving'
  return agency === 'dwp' && unit === 'per-week' ? 'payment' : 'cost'
}

/** 2013/14 of 2013/14, 2013-14, 2013/2014; undefined where it is no financial year. */
export function financialYear(text: string): string | undefined {
  const parts = /^(\d{4})\s*[/-]\s*(?:\d\d)?(\d\d)$/.exec(text.trim())
  if (parts === null) return undefined
  const first = Number(parts[1])
  return first >= 1900 && first < 2100 && Number(parts[2]) === (first + 1) % 100 ? `${first}/${parts[2]}` : undefined
}

/** The year that a financial year begins in. */
export const firstYear = (year: string): number => Number(year.slice(0, 4))

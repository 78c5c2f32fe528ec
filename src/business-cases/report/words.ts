import type { Agency } from '../../appraisal/vocabulary.js'
import type { Standing } from '../../recommendations/combine.js'

export const AGENCY_NAMES: Record<Agency, string> = {
  'local-authority': 'Council',
  schools: 'Schools',
  nhs: 'NHS',
  police: 'Police',
  'criminal-justice': 'Criminal justice',
  'fire-service': 'Fire service',
  housing: 'Housing',
  dwp: 'Department for Work and Pensions',
  hmrc: 'HM Revenue and Customs',
  'central-government': 'Central government',
  'voluntary-sector': 'Voluntary sector',
  'other-public': 'Other public bodies',
  economy: 'Economy: incomes of people and firms',
  society: 'Society: wider welfare'
}

/** What a standing means, for those who read of it for the first time. */
export const STANDING_NAMES: Record<Standing, string> = {
  recommended: 'Recommended: moderate evidence of benefit or better, with its conditions met for at least half of the children',
  consider: 'Consider: the evidence is weaker, ungraded, mixed or disputed, or it is not known whether it applies',
  'test-and-evaluate': 'Test and evaluate: not known to work',
  'not-supported': 'Not supported: the evidence that applies points to no effect, or to harm'
}

const signed = (value: number, text: string) => (value < 0 ? `−${text}` : text)

/** Whole pounds. What rounds to nothing has no sign. */
export function pounds(value: number): string {
  const whole = Math.round(Math.abs(value))
  return signed(whole === 0 ? 0 : value, `£${whole.toLocaleString('en-GB')}`)
}

/** Pounds in few letters, for charts: three figures, in thousands or millions. */
export function shortPounds(value: number): string {
  const size = Math.abs(value)
  const [divisor, unit] = size >= 999_500 ? [1_000_000, 'm'] : size >= 999.5 ? [1_000, 'k'] : [1, '']
  const shown = Number((size / divisor).toPrecision(3))
  return signed(shown === 0 ? 0 : value, `£${shown.toLocaleString('en-GB', { maximumFractionDigits: 2 })}${unit}`)
}

/** A number of anything, to four figures where it has decimals. */
export const number = (value: number) => (Number.isInteger(value) ? value : Number(value.toPrecision(4))).toLocaleString('en-GB', { maximumFractionDigits: 6 }).replace('-', '−')

export const percent = (share: number) => `${number(Math.round(share * 1000) / 10)}%`

/** A chance as people say it; never 'certain', as a simulation cannot know that. */
export const chance = (probability: number) => (probability > 0.99 ? 'More than 99 in 100' : probability < 0.01 ? 'Less than 1 in 100' : `${Math.round(probability * 100)} in 100`)

/** 2026-11-20T10:00:00.000Z as 20 November 2026. */
export function day(date: string): string {
  const [year, month, dayOfMonth] = date.slice(0, 10).split('-').map(Number)
  const names = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']
  return `${dayOfMonth} ${names[month! - 1]} ${year}`
}

/** A word of the contract, such as `in-delivery`, as it is read. */
export const plain = (word: string) => {
  const text = word.replaceAll('-', ' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

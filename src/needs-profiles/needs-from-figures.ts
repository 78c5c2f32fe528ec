import { NOT_HELD, type Figure } from '../indicators/figures.js'
import { FACTORS_SMALL_SINCE, MOST_SUPPRESSED, intervalOf, togetherAtLeast, type Interval, type Row } from './intervals.js'
import type { AddingUp, NeedMapping } from './mapping.js'

export const BASES = ['assessment-factors', 'plan-categories'] as const
export type Basis = (typeof BASES)[number]

export const OPEN_REASONS = {
  suppressed: 'A count is withheld because it is small.',
  'secondary-suppression': 'A count is withheld, and may be larger than 5, so that another cannot be worked out.',
  overlap: 'Several counts stand for the need, and one child may be in more than one of them.',
  rounding: 'A count is above zero and rounds to it.'
} as const
export type OpenReason = keyof typeof OPEN_REASONS

export interface NeedFromFigures {
  need: string
  interval: Interval
  /** Why the number is open; empty where it is not. */
  openBecause: OpenReason[]
  /** Indicators that were used. */
  used: string[]
  /** Indicators that stand for the need and say nothing this year. */
  missing: string[]
  alongside: string[]
  note: string | null
}

export interface NotStated {
  need: string
  /** `none`: published as none. `not-published`: no count that says anything. `no-count`: no count is fit to stand for it. */
  reason: 'none' | 'not-published' | 'no-count'
  indicators: string[]
}

export interface NeedsFromFigures {
  basis: Basis | null
  needs: NeedFromFigures[]
  notStated: NotStated[]
}

const saysSomething = ({ status }: Figure) => status === 'ok' || status === 'suppressed' || status === 'rounds-to-zero'

/**
 * The needs that published counts of one area and year stand for. Pure.
 *
 * All needs are taken from one kind of count, because assessments and plans count different things:
 * from factors where any is published, otherwise from categories of abuse on plans.
 *
 * @param planRow the categories of abuse, and the total that they add up to
 * @param year the year that the period ends in
 * @param figureOf the figure of an indicator; that of the total out of the same release as its parts
 */
export function needsFromFigures(mapping: readonly NeedMapping[], planRow: AddingUp, year: number, figureOf: (indicator: string) => Figure): NeedsFromFigures {
  const any = (codes: readonly string[]) => codes.some((code) => saysSomething(figureOf(code)))
  const basis: Basis | null = any(mapping.flatMap(({ factors }) => factors)) ? 'assessment-factors' : any(mapping.flatMap(({ plans }) => plans)) ? 'plan-categories' : null
  const result: NeedsFromFigures = { basis, needs: [], notStated: [] }
  for (const { need, factors, plans, primaryNeed, note } of mapping) {
    const codes = basis === 'plan-categories' ? plans : factors
    const alongside = [...(basis === 'plan-categories' ? [] : plans), ...primaryNeed]
    // Categories of abuse add up to the plans; factors add up to nothing.
    const rowOf = (code: string): Row | null => {
      if (basis === 'plan-categories') return { others: planRow.parts.filter((other) => other !== code).map(figureOf), total: figureOf(planRow.total) }
      return year < FACTORS_SMALL_SINCE ? { others: [], total: NOT_HELD } : null
    }
    const read = codes.map((code) => ({ code, figure: figureOf(code), interval: intervalOf(figureOf(code), rowOf(code)) }))
    const said = read.filter(({ figure, interval }) => saysSomething(figure) && interval !== null)
    const together = togetherAtLeast(said.map(({ interval }) => interval))
    if (together === null || together.high === 0) {
      const wanted = codes.length > 0 ? codes : factors
      const reason = wanted.length === 0 ? 'no-count' : together === null ? 'not-published' : 'none'
      result.notStated.push({ need, reason, indicators: reason === 'no-count' ? primaryNeed : wanted })
      continue
    }
    const above = said.filter(({ interval }) => interval!.high > 0)
    const openBecause: OpenReason[] = []
    if (above.some(({ figure }) => figure.status === 'suppressed')) openBecause.push(above.some(({ figure, interval }) => figure.status === 'suppressed' && interval!.high > MOST_SUPPRESSED) ? 'secondary-suppression' : 'suppressed')
    if (above.length > 1) openBecause.push('overlap')
    if (above.some(({ figure }) => figure.status === 'rounds-to-zero')) openBecause.push('rounding')
    result.needs.push({ need, interval: together, openBecause, used: said.map(({ code }) => code), missing: read.filter((one) => !said.includes(one)).map(({ code }) => code), alongside, note })
  }
  return result
}

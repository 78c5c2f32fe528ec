import type { AppraisalAnswer, OptionResult, SimulatedOption } from '../../appraisal/schemas.js'
import type { BenefitsRegister, BusinessCase, CaseAppraisal, Realisation } from '../schemas.js'

/** All that a printed business case is made from. The same input gives the same page. */
export interface ReportInput {
  businessCase: BusinessCase
  /** Name of the council; null where only its code is known, or nothing. */
  areaName: string | null
  /** Null where the case has no appraisal, with the reason. */
  appraisal: (Pick<CaseAppraisal, 'basis' | 'at' | 'statement'> & AppraisalAnswer) | null
  noAppraisalBecause: string | null
  /** Null before the case is approved. */
  register: BenefitsRegister | null
  /** What was measured so far; null before the case is approved. */
  realisation: Realisation | null
  /** When the page was made, as an ISO time. */
  madeAt: string
}

/** The results of the option that is put forward. */
export interface Preferred {
  name: string
  result: OptionResult | null
  simulated: SimulatedOption | null
  doNothing: OptionResult | null
}

export function preferredOf({ businessCase, appraisal }: Pick<ReportInput, 'businessCase' | 'appraisal'>): Preferred | null {
  const id = businessCase.economic?.preferredOption ?? null
  if (id === null) return null
  const result = appraisal?.appraisal.options.find(({ option }) => option === id) ?? null
  return {
    name: businessCase.economic!.options.find((option) => option.id === id)?.name ?? result?.name ?? id,
    result,
    simulated: appraisal?.simulation?.options.find(({ option }) => option === id) ?? null,
    doNothing: appraisal?.appraisal.options.find(({ doNothing }) => doNothing) ?? null
  }
}

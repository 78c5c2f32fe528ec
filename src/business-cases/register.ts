import type { AppraisalAnswer } from '../appraisal/schemas.js'
import { inPence, tidy } from './numbers.js'
import { financialYearAfter } from './periods.js'
import type { BenefitPlan, BenefitsRegister, BusinessCaseContent, RegisterBenefit } from './schemas.js'

/**
 * The benefits register of a case that is approved: the benefits plan, numbered, and beside each
 * benefit what the appraisal forecast for each financial year.
 *
 * Forecasts come from the stored appraisal of the preferred option: `units` or pounds (`corrected`,
 * after the grade of confidence) of the benefit line, with P10 and P90 from its simulation. A benefit
 * without a line has none; nothing is made up for it, nor divided up over quarters.
 *
 * What one unit is worth is the benefit line's pounds over its units, both summed over all years. Only
 * a benefit that its owners classed cash-releasing has a forecast of cash, whatever its line comes to.
 *
 * Source: HM Treasury, The Green Book (2022), benefits register.
 *
 * @param answer what was stored when the case was submitted
 */
export function registerOf(content: BusinessCaseContent, answer: AppraisalAnswer, made: Pick<BenefitsRegister, 'businessCase' | 'approvedVersion' | 'createdAt'>): BenefitsRegister {
  const { appraisal } = answer
  const option = content.economic!.preferredOption!
  const periods = Array.from({ length: appraisal.years }, (_, year) => financialYearAfter(appraisal.startYear, year))
  return {
    ...made,
    option,
    priceYear: appraisal.prices.priceYear,
    periods,
    benefits: content.management!.benefits.map((plan, i) => benefitOf(plan, i + 1, option, answer, periods))
  }
}

function benefitOf(plan: BenefitPlan, number: number, option: string, { appraisal, simulation }: AppraisalAnswer, periods: readonly string[]): RegisterBenefit {
  const { forecast } = plan
  const measuredIn = forecast?.measuredIn ?? null
  const line = forecast === null ? undefined : appraisal.options.find((one) => one.option === option)?.benefits.find(({ id }) => id === forecast.benefit)
  const drawn = forecast === null ? undefined : simulation?.options.find((one) => one.option === option)?.benefits.find(({ id }) => id === forecast.benefit)
  const sum = (of: 'units' | 'corrected' | 'cashable') => (line === undefined ? 0 : line.years.reduce((total, year) => total + year[of], 0))
  const releasesCash = plan.class === 'cash-releasing'
  const measured = measuredIn === 'pounds' ? sum('corrected') : sum('units')
  return {
    number,
    id: plan.id,
    class: plan.class!,
    category: plan.category,
    description: plan.description!,
    serviceFeature: plan.serviceFeature,
    potentialCosts: plan.potentialCosts,
    activities: plan.activities,
    responsibleOfficer: plan.responsibleOfficer,
    owner: plan.owner,
    measure: plan.measure,
    measuredIn,
    targetImprovement: plan.targetImprovement,
    fullYearValue: plan.fullYearValue,
    timescale: plan.timescale,
    baseline: plan.baseline,
    targets: plan.targets,
    forecastFrom: line === undefined ? null : forecast!.benefit,
    transfer: line?.transfer ?? false,
    poundsPerUnit: measured === 0 ? null : sum('corrected') / measured,
    cashablePerUnit: measured === 0 || !releasesCash ? null : sum('cashable') / measured,
    forecasts: periods.map((period, i) => {
      const year = line?.years.find((one) => one.year === i)
      if (year === undefined) return { period, forecast: null }
      const [of, rounded] = measuredIn === 'pounds' ? (['corrected', inPence] as const) : (['units', tidy] as const)
      const spread = drawn?.years.find((one) => one.year === i)?.[of]
      return {
        period,
        forecast: {
          expected: rounded(year[of]),
          p10: spread === undefined ? null : rounded(spread.p10),
          p90: spread === undefined ? null : rounded(spread.p90),
          pounds: inPence(year.corrected),
          cashable: releasesCash ? inPence(year.cashable) : null
        }
      }
    })
  }
}

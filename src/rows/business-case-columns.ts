import type { CashFlow } from '../appraisal/schemas.js'
import { preferredOf } from '../business-cases/content.js'
import type { StoredCase } from '../business-cases/queries.js'
import { realise } from '../business-cases/realisation.js'
import type { RealisationLine, RegisterBenefit } from '../business-cases/schemas.js'
import { joined, type Column } from './columns.js'

const CASE_COLUMNS: Column<{ stored: StoredCase }>[] = [
  { name: 'businessCaseId', type: 'text', nullable: false, description: 'The business case: GET /v1/business-cases/{id} has it whole.', of: ({ stored }) => stored.id },
  { name: 'title', type: 'text', nullable: false, description: 'What the council calls it.', of: ({ stored }) => stored.content.title },
  { name: 'area', type: 'text', nullable: true, description: 'The ONS code of the council.', of: ({ stored }) => stored.content.area },
  { name: 'state', type: 'text', nullable: false, description: '`draft`, `submitted`, `returned`, `approved`, `in-delivery` or `closed`.', of: ({ stored }) => stored.state },
  { name: 'version', type: 'integer', nullable: false, description: 'The version that it is at.', of: ({ stored }) => stored.version }
]

interface CaseRow {
  stored: StoredCase
}

export const caseRows = (stored: StoredCase): CaseRow[] => [{ stored }]

const decidedAt = ({ transitions }: StoredCase, to: string) => transitions.findLast((one) => one.to === to)?.at
const appraised = ({ answer, content }: StoredCase) => answer?.appraisal.options.find(({ option }) => option === content.economic?.preferredOption)
const simulated = ({ answer, content }: StoredCase) => answer?.simulation?.options.find(({ option }) => option === content.economic?.preferredOption)

export const BUSINESS_CASE_COLUMNS: Column<CaseRow>[] = [
  ...CASE_COLUMNS,
  { name: 'createdAt', type: 'date-time', nullable: false, description: 'When it was begun.', of: ({ stored }) => stored.createdAt },
  { name: 'updatedAt', type: 'date-time', nullable: false, description: 'When it was last changed or decided on.', of: ({ stored }) => stored.updatedAt },
  { name: 'submittedAt', type: 'date-time', nullable: true, description: 'When it was last submitted.', of: ({ stored }) => decidedAt(stored, 'submitted') },
  { name: 'approvedAt', type: 'date-time', nullable: true, description: 'When it was approved.', of: ({ stored }) => decidedAt(stored, 'approved') },
  { name: 'recommendationId', type: 'text', nullable: true, description: 'The decision record that it rests on.', of: ({ stored }) => stored.content.recommendation },
  { name: 'needsProfileId', type: 'text', nullable: true, description: 'The needs profile that it answers.', of: ({ stored }) => stored.content.needsProfile?.id },
  { name: 'needsProfileVersion', type: 'integer', nullable: true, description: 'The version of that.', of: ({ stored }) => stored.content.needsProfile?.version },
  { name: 'variationOf', type: 'text', nullable: true, description: 'The approved case that it is to change.', of: ({ stored }) => stored.content.variationOf },
  { name: 'preferredOption', type: 'text', nullable: true, description: 'The option that is put forward.', of: ({ stored }) => stored.content.economic?.preferredOption },
  { name: 'interventionId', type: 'text', nullable: true, description: 'The entry of the catalogue that it rests on.', of: ({ stored }) => preferredOf(stored.content)?.intervention },
  { name: 'evidenceCatalogueVersion', type: 'integer', nullable: true, description: 'The version of the catalogue that the evidence was copied from; null until it is submitted.', of: ({ stored }) => stored.evidence?.catalogueVersion },
  { name: 'evidenceStanding', type: 'text', nullable: true, description: 'Where the preferred option stood for the needs of the case.', of: ({ stored }) => stored.evidence?.standing },
  { name: 'evidenceStrength', type: 'text', nullable: true, description: "Strength and direction of the evidence, need by need, parted by '; '.", of: ({ stored }) => joined((stored.evidence?.needs ?? []).map(({ need, strength, direction }) => `${need}: ${strength ?? 'not graded'}, ${direction}`)) },
  { name: 'evaluationPlanNeeded', type: 'boolean', nullable: true, description: 'Whether it needed an evaluation plan to be approved.', of: ({ stored }) => stored.evidence?.evaluationPlan.needed },
  { name: 'gapWarnings', type: 'integer', nullable: true, description: 'How many gap warnings were copied in.', of: ({ stored }) => stored.evidence?.gapWarnings.length },
  { name: 'budgetPounds', type: 'number', nullable: true, description: 'The budget.', of: ({ stored }) => stored.content.financial?.budget?.amount },
  { name: 'budgetPriceYear', type: 'text', nullable: true, description: 'The prices that the budget is in.', of: ({ stored }) => stored.content.financial?.budget?.priceYear },
  { name: 'priceYear', type: 'text', nullable: true, description: 'The prices that the figures of the appraisal are in.', of: ({ stored }) => stored.answer?.appraisal.prices.priceYear },
  { name: 'npsvPounds', type: 'number', nullable: true, description: 'Net present social value of the preferred option against doing nothing, after the correction for confidence; null until it is submitted.', of: ({ stored }) => appraised(stored)?.npsv },
  { name: 'npsvP10Pounds', type: 'number', nullable: true, description: 'One draw in ten of the simulation is below it.', of: ({ stored }) => simulated(stored)?.npsv.p10 },
  { name: 'npsvP90Pounds', type: 'number', nullable: true, description: 'Nine draws in ten are below it.', of: ({ stored }) => simulated(stored)?.npsv.p90 },
  { name: 'probabilityNpsvPositive', type: 'number', nullable: true, description: 'Share of draws in which it is worth more than it costs.', of: ({ stored }) => simulated(stored)?.probabilityNpsvPositive },
  { name: 'bcr', type: 'number', nullable: true, description: 'Benefit-cost ratio; null where there is none.', of: ({ stored }) => appraised(stored)?.bcr.value },
  { name: 'benefitsInRegister', type: 'integer', nullable: true, description: 'How many benefits were approved.', of: ({ stored }) => stored.register?.benefits.length }
]

interface FlowRow extends CaseRow {
  flow: CashFlow
}

export const flowRows = (stored: StoredCase): FlowRow[] => (stored.answer?.appraisal.cashFlows ?? []).map((flow) => ({ stored, flow }))

export const CASH_FLOW_COLUMNS: Column<FlowRow>[] = [
  ...CASE_COLUMNS,
  { name: 'option', type: 'text', nullable: false, description: 'The option.', of: ({ flow }) => flow.option },
  { name: 'preferred', type: 'boolean', nullable: false, description: 'Whether it is the one put forward. Filter by it, or options are added to one another.', of: ({ stored, flow }) => flow.option === stored.content.economic?.preferredOption },
  { name: 'year', type: 'integer', nullable: false, description: 'Year of the appraisal, 0 the first.', of: ({ flow }) => flow.year },
  { name: 'financialYear', type: 'text', nullable: false, description: 'The financial year.', of: ({ flow }) => flow.financialYear },
  { name: 'line', type: 'text', nullable: false, description: 'The line of the appraisal.', of: ({ flow }) => flow.line },
  { name: 'type', type: 'text', nullable: false, description: '`cost` or `benefit`. Costs are below 0.', of: ({ flow }) => flow.type },
  { name: 'agency', type: 'text', nullable: false, description: 'Who bears or gains it.', of: ({ flow }) => flow.agency },
  { name: 'ledger', type: 'text', nullable: false, description: '`fiscal`, `economic` or `social`.', of: ({ flow }) => flow.ledger },
  { name: 'transfer', type: 'boolean', nullable: false, description: 'Whether it only moves money; such rows are no public value.', of: ({ flow }) => flow.transfer },
  { name: 'grossPounds', type: 'number', nullable: false, description: 'As the inputs say.', of: ({ flow }) => flow.gross },
  { name: 'correctedPounds', type: 'number', nullable: false, description: 'After the correction for confidence.', of: ({ flow }) => flow.corrected },
  { name: 'cashablePounds', type: 'number', nullable: false, description: 'What can be taken out of a budget, or has to be paid from one.', of: ({ flow }) => flow.cashable },
  { name: 'discountFactor', type: 'number', nullable: false, description: 'What a pound of that year is worth in the first.', of: ({ flow }) => flow.discountFactor },
  { name: 'presentValuePounds', type: 'number', nullable: false, description: 'Corrected, discounted.', of: ({ flow }) => flow.presentValue },
  { name: 'priceYear', type: 'text', nullable: false, description: 'The prices that the pounds are in.', of: ({ stored }) => stored.answer!.appraisal.prices.priceYear }
]

interface RealisationRow extends CaseRow {
  benefit: RegisterBenefit
  line: RealisationLine
}

export function realisationRows(stored: StoredCase, today = new Date().toISOString().slice(0, 10)): RealisationRow[] {
  const { register, actuals, state } = stored
  if (register === null) return []
  const benefits = new Map(register.benefits.map((benefit) => [benefit.id, benefit]))
  return realise(register, actuals, state, today).lines.map((line) => ({ stored, benefit: benefits.get(line.benefit)!, line }))
}

export const REALISATION_COLUMNS: Column<RealisationRow>[] = [
  ...CASE_COLUMNS,
  { name: 'benefitNumber', type: 'integer', nullable: false, description: 'Its number in the benefits register.', of: ({ benefit }) => benefit.number },
  { name: 'benefitId', type: 'text', nullable: false, description: 'Its id there.', of: ({ benefit }) => benefit.id },
  { name: 'benefitClass', type: 'text', nullable: false, description: '`cash-releasing`, `non-cash-releasing`, `quantitative` or `qualitative`.', of: ({ benefit }) => benefit.class },
  { name: 'description', type: 'text', nullable: false, description: 'The benefit.', of: ({ benefit }) => benefit.description },
  { name: 'owner', type: 'text', nullable: true, description: 'Who owns it.', of: ({ benefit }) => benefit.owner },
  { name: 'measuredIn', type: 'text', nullable: true, description: '`units` of its outcome, or `pounds`; null where nothing forecasts it.', of: ({ benefit }) => benefit.measuredIn },
  { name: 'period', type: 'text', nullable: false, description: 'A financial year, or a quarter of one. Quarters are not to be added to years.', of: ({ line }) => line.period },
  { name: 'wholeYear', type: 'boolean', nullable: false, description: 'Whether the period is a whole year.', of: ({ line }) => !line.period.includes('Q') },
  { name: 'ended', type: 'boolean', nullable: false, description: 'Whether the period is over.', of: ({ line }) => line.ended },
  { name: 'forecast', type: 'number', nullable: true, description: 'As the appraisal that was approved has it.', of: ({ line }) => line.forecast?.expected },
  { name: 'forecastP10', type: 'number', nullable: true, description: 'One draw in ten of its simulation is below it.', of: ({ line }) => line.forecast?.p10 },
  { name: 'forecastP90', type: 'number', nullable: true, description: 'Nine draws in ten are below it.', of: ({ line }) => line.forecast?.p90 },
  { name: 'target', type: 'number', nullable: true, description: 'The target for the period.', of: ({ line }) => line.target },
  { name: 'actual', type: 'number', nullable: true, description: 'What was measured; null where nothing was, never zero in its place.', of: ({ line }) => line.actual?.value },
  { name: 'actualStatus', type: 'text', nullable: true, description: 'Why there is a value or none; null where nothing was entered.', of: ({ line }) => line.actual?.status },
  { name: 'measuredAt', type: 'date', nullable: true, description: 'When it was measured.', of: ({ line }) => line.actual?.measuredAt },
  { name: 'source', type: 'text', nullable: true, description: 'Where the figure comes from.', of: ({ line }) => line.actual?.source },
  { name: 'corrections', type: 'integer', nullable: true, description: 'How often it was corrected.', of: ({ line }) => line.actual?.corrections },
  { name: 'variance', type: 'number', nullable: true, description: 'Actual less forecast.', of: ({ line }) => line.variance.absolute },
  { name: 'variancePercent', type: 'number', nullable: true, description: 'Of the forecast.', of: ({ line }) => line.variance.percent },
  { name: 'insideP10P90', type: 'boolean', nullable: true, description: 'Whether the actual lies between the two.', of: ({ line }) => line.insideP10P90 },
  { name: 'attributionMethod', type: 'text', nullable: true, description: 'How it was judged that the change came from what was done.', of: ({ line }) => line.attribution?.method },
  { name: 'counterfactual', type: 'text', nullable: true, description: 'What would have happened otherwise.', of: ({ line }) => line.attribution?.counterfactual },
  { name: 'claimable', type: 'boolean', nullable: false, description: 'Whether it may be claimed as realised.', of: ({ line }) => line.claimable },
  { name: 'cannotClaim', type: 'text', nullable: true, description: 'Why not.', of: ({ line }) => line.cannotClaim?.code },
  { name: 'forecastPounds', type: 'number', nullable: true, description: 'The forecast in pounds, after the correction for confidence.', of: ({ line }) => line.forecast?.pounds },
  { name: 'actualPounds', type: 'number', nullable: true, description: 'The actual in pounds.', of: ({ line }) => line.pounds },
  { name: 'actualCashablePounds', type: 'number', nullable: true, description: 'What of that can be taken out of a budget; null for a class that releases no cash.', of: ({ line }) => line.cashable },
  { name: 'priceYear', type: 'text', nullable: true, description: 'The prices that the pounds are in.', of: ({ stored }) => stored.register!.priceYear }
]

import type { Amounts, Appraisal, OptionResult, SimulatedOption, Simulation, Totals } from '../../src/appraisal/schemas.js'
import type { Agency } from '../../src/appraisal/vocabulary.js'
import type { ReportInput } from '../../src/business-cases/report/input.js'
import type { BusinessCase } from '../../src/business-cases/schemas.js'

/** A whole business case to print, hand-made, with round figures that a test can look for. */

const YEARS = ['2026/27', '2027/28', '2028/29', '2029/30', '2030/31', '2031/32']
/** Net of each year against doing nothing; the sums so far are -100,000, -80,000, -40,000, 10,000, 60,000 and 120,000. */
const NET = [-100_000, 20_000, 40_000, 50_000, 50_000, 60_000]
/** The council's own cash; -100,000 to -10,000 in the end. */
const CASH = [-100_000, 10_000, 15_000, 20_000, 20_000, 25_000]

const amounts = (corrected = 0, cashable = 0): Amounts => ({ gross: corrected * 1.2, corrected, cashable })
const totals = (benefits: Amounts = amounts(), costs: Amounts = amounts()): Totals => {
  const net = { gross: benefits.gross - costs.gross, corrected: benefits.corrected - costs.corrected, cashable: benefits.cashable - costs.cashable }
  return { costs, benefits, net, presentValue: { costs, benefits, net } }
}
const sumTo = (values: readonly number[], i: number) => values.slice(0, i + 1).reduce((sum, value) => sum + value, 0)

/** What doing nothing costs each year; the preferred option has it too, so that only the difference counts. */
const CARRIED_ON = -7_000
const source = { id: 'a-trial-2020', title: 'A trial of the service', publisher: 'A university', year: 2020, section: 'Table 3', url: 'https://example.org/trial' }

function optionResult(option: string, name: string, net: readonly number[], cash: readonly number[], rest: Partial<OptionResult> = {}): OptionResult {
  return {
    option,
    name,
    doNothing: false,
    intervention: null,
    years: YEARS.map((financialYear, year) => ({ year, financialYear, discountFactor: 1, costs: amounts(), benefits: amounts(), net: amounts(net[year]), cumulative: sumTo(net, year), presentValue: net[year]!, cumulativePresentValue: sumTo(net, year) })),
    publicValue: totals(),
    ledgers: { fiscal: totals(), economic: totals(), social: totals(), transfersLeftOut: totals() },
    agencies: [],
    council: {
      totals: totals(),
      cashable: sumTo(cash, 5),
      cashablePresentValue: sumTo(cash, 5),
      payback: { year: null, financialYear: null, status: 'not-within-horizon' },
      years: YEARS.map((financialYear, year) => ({ year, financialYear, costs: amounts(), benefits: amounts(), net: amounts(0, cash[year]), cumulativeCashable: sumTo(cash, year) }))
    },
    npsv: 0,
    npsvGross: 0,
    presentValueCosts: 0,
    presentValueBenefits: 0,
    bcr: { value: null, status: 'no-cost' },
    npsvPerCouncilPound: { value: null, status: 'no-council-cost' },
    payback: { year: null, financialYear: null, status: 'no-outlay' },
    switchingValues: [],
    benefits: [],
    ...rest
  }
}

const shifted = (values: readonly number[]) => values.map((value) => value + CARRIED_ON)
const agency = (name: Agency, corrected: number, cashable: number) => ({ agency: name, totals: totals(amounts(corrected, cashable)) })

const doNothing = optionResult('as-now', 'As now', shifted([0, 0, 0, 0, 0, 0]), [0, 0, 0, 0, 0, 0], { doNothing: true, agencies: [agency('nhs', 10_000, 2_000)] })
const preferred = optionResult('therapy', 'Family therapy', shifted(NET), CASH, {
  intervention: 'a-therapy',
  npsv: 120_000,
  bcr: { value: 1.6, status: 'ok' },
  npsvPerCouncilPound: { value: 0.6, status: 'ok' },
  payback: { year: 3, financialYear: '2029/30', status: 'ok' },
  agencies: [agency('local-authority', 190_000, 90_000), agency('nhs', 50_000, 2_000), agency('police', 15_000, 0), agency('society', 75_000, 0), agency('schools', 0, 0)],
  switchingValues: [{ pointer: '/options/1/benefits/0/impact', key: null, label: 'Fewer weeks in care: impact', value: 0.1, against: 'as-now', switchingValue: 0.0625, changePercent: -37.5, status: 'ok' }],
  benefits: [
    { id: 'care', name: 'Fewer weeks in care', transfer: false, presentValue: { gross: 228_000, corrected: 190_000, cashable: 90_000 }, beyondHorizon: 0.25, years: [] },
    { id: 'health', name: 'Less use of health services', transfer: false, presentValue: { gross: 48_000, corrected: 40_000, cashable: 0 }, beyondHorizon: 0, years: [] }
  ]
})

const around = (value: number, spread: number) => ({ p10: value - 2 * spread, p50: value - spread / 4, p90: value + spread })
const drawn: SimulatedOption = {
  option: 'therapy',
  npsv: { mean: 110_000, p10: -35_000, p50: 105_000, p90: 260_000 },
  councilCashable: { mean: -12_000, p10: -60_000, p50: -11_000, p90: 33_000 },
  probabilityNpsvPositive: 0.83,
  probabilityCouncilCashablePositive: 0.41,
  probabilityBest: 0.83,
  tornado: [
    { pointer: '/options/1/benefits/0/impact', key: null, label: 'Fewer weeks in care: impact', input: { p10: 0.05, p50: 0.1, p90: 0.14 }, npsvAtP10: -25_000, npsvAtP90: 210_000, swing: 235_000 },
    { pointer: '/options/1/costs/0/amount', key: null, label: 'Cost of the team, its training and its supervision in each year of delivery', input: { p10: 90_000, p50: 100_000, p90: 130_000 }, npsvAtP10: 150_000, npsvAtP90: 40_000, swing: 110_000 },
    { pointer: '/options/1/benefits/1/engagement', key: null, label: 'Families who take part', input: { p10: 0.5, p50: 0.6, p90: 0.7 }, npsvAtP10: 100_000, npsvAtP90: 138_000, swing: 38_000 }
  ],
  years: YEARS.map((financialYear, year) => ({ year, financialYear, cumulative: around(sumTo(NET, year), 10_000 * (year + 1)), cumulativePresentValue: around(sumTo(NET, year), 10_000 * (year + 1)), councilCumulativeCashable: around(sumTo(CASH, year), 5_000 * (year + 1)) })),
  benefits: []
}

const RATES = { code: 'discount-rates-under-review', severity: 'low' as const, pointer: null, message: 'The rates are under review.', sources: [] }
const provenance = { id: 'x', version: '1', title: 'A table', verified: true, note: null, sources: [] }
const appraisal: Appraisal = {
  modelVersion: '1',
  title: 'Family therapy',
  area: 'E08000035',
  prices: { currency: 'GBP', priceYear: '2026/27', unit: 'pounds' },
  startYear: '2026/27',
  years: 6,
  method: {
    benefitOrNegativeCost: 'What is saved is a benefit and never a lower cost.',
    relativeTo: 'as-now',
    discounting: { ...provenance, title: 'Green Book rates', steps: [{ fromYear: 0, toYear: 30, rate: 0.035 }] },
    deflator: { ...provenance, title: 'GDP deflator', financialYears: 'As published', used: [{ priceYear: '2013/14', factor: 1.412 }] },
    confidence: { ...provenance, title: 'Confidence grades', verified: false, note: 'Read at second hand.', grades: [] }
  },
  options: [doNothing, preferred],
  ranking: [{ rank: 1, option: 'therapy', npsv: 120_000, npsvPerCouncilPound: 0.6 }, { rank: 2, option: 'as-now', npsv: 0, npsvPerCouncilPound: null }],
  cashFlows: [],
  assumptions: [{ pointer: '/options/1/benefits/1/lag', statement: 'Less use of health services: no lag, as none was given.' }],
  warnings: [RATES, { code: 'impact-without-evidence', severity: 'high', pointer: null, message: 'The impact on health rests on no claim of the catalogue.', sources: [] }],
  notes: ['Real terms throughout.'],
  sources: [source]
}
const simulation: Simulation = { modelVersion: '1', draws: 10_000, seed: 1, generator: 'x', uncertainInputs: 3, options: [drawn], evpi: 9_500, acceptability: [], rankAcceptability: { criteria: [], options: [] }, warnings: [RATES], notes: [] }

const planned = {
  class: 'cash-releasing' as const,
  category: 'Placements',
  serviceFeature: 'Weekly sessions with the whole family',
  potentialCosts: null,
  activities: 'Renegotiate the placement contract',
  responsibleOfficer: 'R. Okafor',
  owner: 'Head of placements',
  measure: 'Weeks in care in a year',
  targetImprovement: '40 weeks fewer a year by the third year',
  fullYearValue: { amount: 45_000, currency: 'GBP' as const, priceYear: '2026/27' },
  timescale: 'From 2027/28',
  baseline: { value: 410, status: 'ok' as const, date: '2026-03-31', source: 'Case records' },
  targets: [{ period: '2027/28', value: 20 }]
}

const businessCase: BusinessCase = {
  id: '00000000-0000-4000-8000-0000000000b1',
  version: 4,
  createdAt: '2026-10-01T09:00:00.000Z',
  updatedAt: '2026-11-02T09:00:00.000Z',
  state: 'approved',
  title: 'Family therapy at the edge of care',
  area: 'E08000035',
  needsProfile: null,
  recommendation: null,
  catalogueVersion: 1,
  variationOf: null,
  strategic: {
    need: 'Two hundred children a year come to the edge of care.\n\nMost have lived with conflict for years.',
    needs: ['edge-of-care'],
    currentArrangements: null,
    objectives: [{ objective: 'Fewer children come into care', measure: 'Children who start to be looked after', baseline: '92 in 2025/26', target: '80 in 2028/29', achievable: 'Other councils did', by: '2029-03-31' }],
    consultation: [{ group: 'children-and-families', how: 'Interviews with 14 families', when: '2026-05-29', summary: 'One worker who stays.' }],
    fit: 'It is the second aim of the partnership’s plan.',
    risks: [{ risk: 'Therapists cannot be recruited', likelihood: 'high', impact: 'high', mitigation: 'Train two of our own', owner: null }],
    constraints: ['The budget is fixed for two years'],
    dependencies: []
  },
  economic: {
    options: [
      { id: 'as-now', name: 'As now', doNothing: true, intervention: null, description: 'Social work alone.', reason: 'To compare with.' },
      { id: 'therapy', name: 'Family therapy', doNothing: false, intervention: 'a-therapy', description: 'Twelve weeks with the whole family.', reason: 'The evidence for it is the strongest.' }
    ],
    appraisal: null,
    preferredOption: 'therapy',
    preferredBecause: 'It does most for the children, and its evidence is the strongest.',
    notMonetised: 'Brothers and sisters who stay together.'
  },
  commercial: { route: 'framework', routeReason: 'Three providers are on it.', providerMarket: 'Two have places now.', contract: { form: 'Three years', payment: 'For each family', risk: null, exit: 'Families finish' }, socialValue: 'Local apprenticeships.' },
  financial: { budget: { amount: 300_000, currency: 'GBP', priceYear: '2026/27' }, funding: [{ agency: 'Council', source: 'Placements budget', year: '2026/27', amount: 80_000, status: 'confirmed' }, { agency: 'NHS', source: 'Joint fund', year: '2026/27', amount: 20_000, status: 'expected' }], affordability: 'For three years.', cashablePosition: 'Only once a contract is smaller.', financeOfficer: 'A. Ahmed' },
  management: {
    governance: 'The improvement board',
    seniorResponsibleOwner: 'Director of children’s services',
    deliveryPlan: null,
    milestones: [{ name: 'First families', due: '2027-01-11', owner: 'Service manager' }],
    risks: [],
    benefits: [
      { id: 'weeks', description: 'Fewer weeks in care', forecast: { benefit: 'care', measuredIn: 'units' }, ...planned },
      { id: 'school', description: 'Better attendance at school', forecast: null, ...planned, class: 'quantitative', baseline: { value: null, status: 'suppressed', date: null, source: 'Published statistics' }, targets: [] }
    ],
    readiness: { fidelity: { status: 'planned', arrangements: 'Consultant’s visits' }, training: { status: 'in-place', arrangements: null }, supervision: { status: 'not-known', arrangements: null }, recording: null, management: null },
    evaluationPlan: { question: 'Do fewer children come into care?', design: 'matched-comparison', comparison: 'Families on the list who were not seen', outcomes: ['Weeks in care'], data: 'Case records', sample: null, reportBy: '2029-06-30', lead: null }
  },
  evidence: {
    copiedAt: '2026-10-20T09:00:00.000Z',
    catalogueVersion: 1,
    modelVersion: '1',
    basis: 'needs',
    option: 'therapy',
    intervention: { id: 'a-therapy', name: 'A family therapy', kind: 'programme', role: 'response' },
    standing: 'consider',
    needs: [
      {
        need: 'edge-of-care',
        label: 'Edge of care',
        standing: 'consider',
        strength: 'preliminary',
        direction: 'positive',
        status: 'rated',
        wording: 'Some evidence',
        note: null,
        outcome: 'Weeks in care',
        outcomeFor: 'child',
        claimIds: ['a-claim'],
        applicability: { met: 0.6, notMet: 0.25, unknown: 0.15 },
        children: 200,
        childrenMet: 120,
        conditions: [],
        reasons: ['One small trial.']
      }
    ],
    excluded: [],
    gapWarnings: [
      { code: 'no-strong-evidence', severity: 'high', need: 'edge-of-care', needs: ['edge-of-care'], intervention: null, interventions: [], message: 'No strong evidence is held for any response.', basis: 'published', sources: [source], questions: ['What would change your mind?'], suggestedAction: 'Plan an evaluation.' }
    ],
    findingsAgainst: [],
    evaluationPlan: { needed: true, because: 'The evidence is preliminary.' },
    sources: [source, { ...source, section: 'Table 5' }]
  },
  transitions: [{ version: 3, at: '2026-10-20T09:00:00.000Z', from: 'draft', to: 'submitted', by: 'R. Okafor', actor: 'local', reason: 'Ready', effectiveOn: null, lessons: null }, { version: 4, at: '2026-11-02T09:00:00.000Z', from: 'submitted', to: 'approved', by: 'The board', actor: 'local', reason: 'Agreed for three years', effectiveOn: null, lessons: null }],
  next: [{ to: 'in-delivery', missing: [{ pointer: '/effectiveOn', code: 'required', message: 'Say on which day delivery began.' }] }],
  notices: []
}

/** A fresh copy, to be changed as a test needs. */
export const reportInput = (): ReportInput =>
  structuredClone<ReportInput>({
    businessCase,
    areaName: 'Leeds',
    appraisal: { basis: 'stored-at-submission', at: '2026-10-20T09:00:00.000Z', statement: 'As it was worked out when the case was submitted.', appraisal, simulation, simulationStatus: 'ok' },
    noAppraisalBecause: null,
    register: {
      businessCase: businessCase.id,
      approvedVersion: 4,
      createdAt: '2026-11-02T09:00:00.000Z',
      option: 'therapy',
      priceYear: '2026/27',
      periods: YEARS,
      benefits: [
        { ...planned, number: 1, id: 'weeks', description: 'Fewer weeks in care', measuredIn: 'units', forecastFrom: 'care', transfer: false, poundsPerUnit: 1_125, cashablePerUnit: 500, forecasts: YEARS.map((period, i) => ({ period, forecast: { expected: i * 10, p10: i * 6, p90: i * 13, pounds: i * 11_250, cashable: i * 5_000 } })) },
        { ...planned, number: 2, id: 'school', class: 'quantitative', description: 'Better attendance at school', baseline: { value: null, status: 'suppressed', date: null, source: 'Published statistics' }, targets: [], measuredIn: null, forecastFrom: null, transfer: false, poundsPerUnit: null, cashablePerUnit: null, forecasts: YEARS.map((period) => ({ period, forecast: null })) }
      ]
    },
    realisation: null,
    madeAt: '2026-11-20T10:00:00.000Z'
  })

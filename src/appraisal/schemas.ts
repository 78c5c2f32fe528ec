import { Type, type Static } from 'typebox'
import { Citation, closed, nullable, ref, words } from '../schemas.js'
import { SEVERITIES } from '../catalogue/vocabulary.js'
import { AGENCIES, CAPITAL_PROJECTS, COST_BASES, COST_KINDS, LEDGERS, RESULT_STATUSES, SCHEDULES, UNIT_WORDS } from './vocabulary.js'

/**
 * Limits that keep one request from holding up all others. Those of meaning (a probability over 1, a
 * range upside down) are not here: `understand.ts` tells them, with the field and the way out.
 */
export const MOST_OPTIONS = 12
export const MOST_LINES = 60

const id = (what: string) => Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,79}$', description: `${what}: lower-case letters, digits and hyphens.` })
const Name = Type.String({ minLength: 1, maxLength: 300 })
const Text = Type.String({ minLength: 1, maxLength: 2000 })
const optionalText = Type.Optional(nullable(Text))
const Year = Type.Integer({ description: 'Year of the appraisal, 0 the first.' })
export const PriceYear = Type.String({ pattern: '^\\d{4}(/\\d{2})?$', description: 'The year whose prices an amount is in: a financial year such as 2013/14, or a calendar year such as 2019.' })
const FinancialYear = Type.String({ pattern: '^\\d{4}/\\d{2}$', description: 'A financial year such as 2026/27.' })

const Bound = Type.Number()
export const Range = Type.Unsafe<
  | { distribution: 'triangular'; low: number; high: number; mode?: number }
  | { distribution: 'uniform'; low: number; high: number }
  | { distribution: 'normal'; sd: number; mean?: number }
  | { distribution: 'lognormal'; sdLog: number; meanLog?: number }
  | { distribution: 'beta'; alpha: number; beta: number; low?: number; high?: number }
>(
  Type.Union(
    [
      closed({ distribution: words(['triangular']), low: Bound, high: Bound, mode: Type.Optional(Type.Number({ description: 'The likeliest value; the `value` where it is left out.' })) }),
      closed({ distribution: words(['uniform']), low: Bound, high: Bound }),
      closed({ distribution: words(['normal']), sd: Type.Number({ description: 'Standard deviation.' }), mean: Type.Optional(Type.Number({ description: 'The `value` where it is left out.' })) }),
      closed({ distribution: words(['lognormal']), sdLog: Type.Number({ description: 'Standard deviation of the logarithm.' }), meanLog: Type.Optional(Type.Number({ description: 'Mean of the logarithm; where it is left out, that with which the mean is `value`.' })) }),
      closed({ distribution: words(['beta']), alpha: Type.Number(), beta: Type.Number(), low: Type.Optional(Type.Number({ description: '0 where it is left out.' })), high: Type.Optional(Type.Number({ description: '1 where it is left out.' })) })
    ],
    {
      $id: 'Range',
      description:
        'How far an input may be from its value. A triangular, uniform or beta range must lie within what the input can be. A normal or lognormal one is cut there: what lies outside is drawn again, never heaped on the bound. A share is within 0 and 1, an impact within -1 and 1, people, costs and units a year are not below 0.'
    }
  )
)

const UncertainQuantity = closed({
  value: Type.Number({ description: 'The best estimate, which the appraisal without simulation uses.' }),
  range: ref(Range),
  key: Type.Optional(id('Names an uncertain thing that stands in several places, such as the cost of a week in care. All that give the same key have the same range and are one draw; without a key each is drawn by itself'))
})
export const Quantity = Type.Unsafe<number | Static<typeof UncertainQuantity>>(
  Type.Union([Type.Number(), UncertainQuantity], { $id: 'Quantity', description: 'A number, or a number with its range.' })
)
const quantity = (description: string) => Type.Unsafe<Static<typeof Quantity>>({ ...ref(Quantity), description })
const share = (description: string) => Type.Optional(quantity(description))

export const AppraisalMoney = closed(
  { amount: ref(Quantity), currency: Type.String({ minLength: 3, maxLength: 3, description: 'GBP. Another currency is refused: convert it first, and say at what rate in `source`.', examples: ['GBP'] }), priceYear: PriceYear },
  { $id: 'AppraisalMoney', description: 'Pounds in the prices of a year, with a range where the amount is uncertain.' }
)

export const Entrants = closed(
  { year: Year, people: quantity('People who enter in that year.') },
  { $id: 'Entrants', description: 'People who enter in one year. A year that is not listed has none.' }
)

const confidence = Type.Optional(
  nullable(Type.Integer({ minimum: 1, maximum: 99 }), { description: 'Grade of the confidence table, 1 the best: costs are corrected up and benefits down by its percentages. Null: no correction, with a warning.' })
)

export const CostLine = closed(
  {
    id: id('The line, once in its option'),
    name: Name,
    kind: words(COST_KINDS),
    agency: Type.Optional(words(AGENCIES, { description: 'Who bears it; the council (`local-authority`) where it is left out.' })),
    ledger: Type.Optional(words(LEDGERS, { description: '`fiscal` where it is left out; `economic` or `social` for what no budget pays, such as the time of families.' })),
    transfer: Type.Optional(Type.Boolean({ description: 'A payment that moves money and uses nothing up. It counts in cash, and is left out of public value.' })),
    amount: ref(AppraisalMoney),
    basis: words(COST_BASES, { description: '`once` in `fromYear`; `per-year` in every year from `fromYear` to `toYear`; `per-person` times the people who enter in each of those years.' }),
    fromYear: Type.Optional(Year),
    toYear: Type.Optional(nullable(Year, { description: 'The last year; the last of the appraisal where it is left out.' })),
    byYear: Type.Optional(Type.Array(closed({ year: Year, amount: ref(Quantity) }), { maxItems: 200, description: 'Amounts that stand in place of `amount` in the years they name, in the same prices and on the same basis.' })),
    optimismBias: Type.Optional(
      nullable(Type.Array(closed({ project: words(CAPITAL_PROJECTS), share: Type.Number() }), { minItems: 1, maxItems: 8 }), {
        description: 'For building and equipment alone: the kinds of capital project it is made of, with shares that add up to 1. No row of the table covers a social programme.'
      })
    ),
    confidence,
    source: optionalText
  },
  { $id: 'CostLine', description: 'A cost of delivering an option. Not below 0: what is saved is a benefit.' }
)

export const UnitValue = closed(
  {
    fiscal: Type.Optional(nullable(ref(AppraisalMoney), { description: 'What agencies spend less.' })),
    economic: Type.Optional(nullable(ref(AppraisalMoney), { description: 'What individuals and businesses gain in income.' })),
    social: Type.Optional(nullable(ref(AppraisalMoney), { description: 'Wider gains in welfare, such as health and safety.' })),
    per: words(UNIT_WORDS, { description: 'What one unit is.' }),
    unitsPerYear: Type.Optional(quantity('How many units a person with the outcome has in a year of benefit, such as 52 weeks. Needed for every unit but `year`, `person` and `lifetime`, which are 1.')),
    unitCost: Type.Optional(nullable(Type.String({ minLength: 1, maxLength: 40 }), { description: 'Code of the unit cost that the values were taken from, such as SS1.0.' }))
  },
  { $id: 'UnitValue', description: 'What one unit of an outcome is worth, kept apart by who gains. At least one of the three values is needed.' }
)

export const BenefitLine = closed(
  {
    id: id('The line, once in its option'),
    name: Name,
    outcome: Text,
    need: Type.Optional(nullable(Type.String({ minLength: 1, maxLength: 80 }), { description: 'Need of the catalogue that it meets.' })),
    population: Type.Optional(nullable(Type.Array(ref(Entrants), { maxItems: 200 }), { description: 'People by year of entry; those of the option (`cohort`) where it is left out.' })),
    needShare: share('Share of the people who have the need, so that the outcome can change. 1 where it is left out.'),
    engagement: share('Share of those who take part. 1 where it is left out.'),
    retention: share('Share of those who stay to the end. 1 where it is left out.'),
    impact: quantity('Change in the share with the outcome, against what would have happened otherwise: 0.1 is ten in a hundred. Below 0 is harm.'),
    deadweight: share('Share of the change that would have come about anyway. 0 where it is left out; leave it at 0 for an impact that was measured against a control group.'),
    lag: Type.Optional(Type.Integer({ description: 'Whole years from entry to the first year of benefit. 0 where it is left out.' })),
    duration: Type.Optional(Type.Integer({ description: 'For how many years each year of entrants brings the benefit. 1 where it is left out.' })),
    dropOff: share('Share of the benefit that is lost from each year of it to the next. 0 where it is left out.'),
    unitValue: ref(UnitValue),
    agencySplit: Type.Optional(
      Type.Array(closed({ agency: words(AGENCIES), share: Type.Number({ description: '0 to 1.' }) }), { maxItems: AGENCIES.length, description: 'Whose spending the fiscal value is; shares add up to 1. Needed with a fiscal value. Economic value goes to `economy`, social value to `society`.' })
    ),
    cashability: share('Share of the corrected fiscal value that frees money which can be taken out of a budget. 0 where it is left out: a place that falls free is usually filled again.'),
    transfer: Type.Optional(Type.Boolean({ description: 'A payment that moves money and uses nothing up, such as a benefit no longer claimed. It counts in cash, and is left out of public value.' })),
    confidence,
    claimIds: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { maxItems: 50, uniqueItems: true, description: 'Claims of the catalogue that the impact rests on.' })),
    source: optionalText
  },
  {
    $id: 'BenefitLine',
    description:
      'A benefit of an option. Units in year t = the sum over years of entry e with e + lag <= t < e + lag + duration of people(e) x needShare x engagement x retention x impact x (1 - deadweight) x (1 - dropOff)^(t - e - lag) x unitsPerYear. So the benefits of each year of entrants stack.'
  }
)

export const AppraisalOption = closed(
  {
    id: id('The option'),
    name: Name,
    doNothing: Type.Optional(Type.Boolean({ description: 'What goes on if nothing is decided. Exactly one option is; one without costs and benefits is added where none is given.' })),
    intervention: Type.Optional(nullable(Type.String({ minLength: 1, maxLength: 120 }), { description: 'Id of the intervention in the catalogue.' })),
    cohort: Type.Optional(Type.Array(ref(Entrants), { maxItems: 200 })),
    costs: Type.Optional(Type.Array(ref(CostLine), { maxItems: MOST_LINES })),
    benefits: Type.Optional(Type.Array(ref(BenefitLine), { maxItems: MOST_LINES }))
  },
  { $id: 'AppraisalOption', description: 'One way to go.' }
)

const OwnSchedule = closed(
  {
    title: Name,
    source: Text,
    steps: Type.Array(closed({ fromYear: Year, toYear: Year, rate: Type.Number({ description: '0.035 is 3.5% a year.' }) }), { minItems: 1, maxItems: 20 })
  },
  { description: 'Rates of your own, which say where they come from. The first step starts at year 0 and each begins the year after the one before ends.' }
)
const OwnConfidenceTable = closed(
  {
    title: Name,
    source: Text,
    grades: Type.Array(closed({ grade: Type.Integer({ minimum: 1, maximum: 99 }), costPercent: Type.Number(), benefitPercent: Type.Number(), meaning: optionalText }), { minItems: 1, maxItems: 20 })
  },
  { description: 'A table of your own, which says where it comes from.' }
)

export const AppraisalInput = closed(
  {
    title: Name,
    area: Type.Optional(nullable(Type.String({ minLength: 1, maxLength: 40 }), { description: 'The council, by any code or name: its own unit costs then count beside the national ones. In a business case that of the case stands in where it is left out.' })),
    startYear: FinancialYear,
    years: Type.Integer({ description: 'How many years are appraised, the first included: 1 to 100.' }),
    priceYear: PriceYear,
    deflator: Type.Optional(
      closed({
        series: Type.Optional(Type.String({ maxLength: 80, description: 'Id of a series that is carried; `gdp-deflator-calendar-hmt-2025` where it is left out.' })),
        extension: Type.Optional(
          Type.Array(closed({ priceYear: PriceYear, changePercent: Type.Number({ description: 'Change on the year before, in percent.' }), source: Text }), { maxItems: 100, description: 'Further years, each the one after the last, all calendar or all financial.' })
        )
      })
    ),
    discountSchedule: Type.Optional(Type.Unsafe<(typeof SCHEDULES)[number] | Static<typeof OwnSchedule>>(Type.Union([words(SCHEDULES), OwnSchedule], { description: '`standard` where it is left out; `health` is for effects on health alone.' }))),
    confidenceTable: Type.Optional(Type.Unsafe<string | Static<typeof OwnConfidenceTable>>(Type.Union([Type.String({ minLength: 1, maxLength: 80 }), OwnConfidenceTable], { description: 'Id of a table that is carried, or one of your own.' }))),
    options: Type.Array(ref(AppraisalOption), { minItems: 1, maxItems: MOST_OPTIONS }),
    simulation: Type.Optional(
      nullable(
        closed({
          draws: Type.Optional(Type.Integer({ description: '100 to 50,000; 10,000 where it is left out.' })),
          seed: Type.Optional(Type.Integer({ description: 'The same seed gives the same answer. 1 where it is left out; -2147483648 to 2147483647.' }))
        }),
        { description: 'Null: none, even where inputs have ranges.' }
      )
    ),
    acceptability: Type.Optional(
      closed({
        thresholds: Type.Optional(Type.Array(Type.Number(), { minItems: 1, maxItems: 30, description: 'Public value asked for every pound of cost.' })),
        councilValues: Type.Optional(Type.Array(Type.Number(), { minItems: 1, maxItems: 30, description: 'What a pound of the council is worth in pounds of public value, where its budget is short. 1 is its face value.' }))
      })
    )
  },
  { $id: 'AppraisalInput', description: 'What is appraised.' }
)

// ---- What comes back -------------------------------------------------------------------------

const pounds = (description?: string) => Type.Number(description === undefined ? {} : { description })

export const Amounts = Type.Object(
  { gross: pounds(), corrected: pounds(), cashable: pounds() },
  { $id: 'Amounts', description: 'Pounds in the prices of `prices`. `gross`: as the inputs say. `corrected`: after the confidence grade. `cashable`: of the corrected fiscal value, what can be taken out of a budget; for a cost, what a budget has to pay.' }
)
const Amts = ref(Amounts)
export const Totals = Type.Object(
  { costs: Amts, benefits: Amts, net: Amts, presentValue: Type.Object({ costs: Amts, benefits: Amts, net: Amts }) },
  { $id: 'Totals', description: 'Over all years: undiscounted, and discounted to the first year. `net` is benefits less costs.' }
)
const All = ref(Totals)

const status = words(RESULT_STATUSES)
const figure = (description: string) => Type.Object({ value: nullable(Type.Number()), status }, { description })

export const AppraisalYear = Type.Object(
  {
    year: Type.Integer(),
    financialYear: Type.String(),
    discountFactor: Type.Number(),
    costs: Amts,
    benefits: Amts,
    net: Amts,
    cumulative: pounds('Corrected net public value so far, undiscounted.'),
    presentValue: pounds('Corrected net public value of the year, discounted.'),
    cumulativePresentValue: pounds()
  },
  { $id: 'AppraisalYear', description: "A year of an option's own public value: fiscal, economic and social together, transfers left out." }
)

export const CouncilYear = Type.Object(
  { year: Type.Integer(), financialYear: Type.String(), costs: Amts, benefits: Amts, net: Amts, cumulativeCashable: pounds('Cashable net so far, undiscounted.') },
  { $id: 'CouncilYear', description: "A year of the council's own money." }
)

export const Payback = Type.Object(
  { year: nullable(Type.Integer()), financialYear: nullable(Type.String()), status },
  { $id: 'Payback', description: 'The first year from which on the sum so far stays at or above 0. `no-outlay`: it is never below. `not-within-horizon`: it does not get there.' }
)

export const CouncilResult = Type.Object(
  {
    totals: All,
    cashable: pounds("The council's cashable position: what it can take out of its budget less what it pays, undiscounted, against doing nothing."),
    cashablePresentValue: pounds(),
    payback: ref(Payback),
    years: Type.Array(ref(CouncilYear))
  },
  { $id: 'CouncilResult', description: 'The council (`local-authority`) alone, transfers included. `payback` is on its cashable position, undiscounted, against doing nothing.' }
)

export const SwitchingValue = Type.Object(
  {
    pointer: Type.String({ description: 'The input; the first place of one that stands in several.' }),
    key: nullable(Type.String()),
    label: Type.String(),
    value: Type.Number({ description: 'The input as given.' }),
    against: Type.String({ description: 'The option that it is compared with: doing nothing, and the best of the others.' }),
    switchingValue: nullable(Type.Number({ description: 'The value at which both are worth the same, all else as given.' })),
    changePercent: nullable(Type.Number({ description: 'How far that is from the value; null from 0.' })),
    status
  },
  { $id: 'SwitchingValue', description: 'How far one input must move to change the order of two options. `no-switch`: no value that the input can have does.' }
)

export const BenefitYear = Type.Object(
  { year: Type.Integer(), people: Type.Number({ description: 'People whose outcome is changed, drop-off included.' }), units: Type.Number(), gross: pounds(), corrected: pounds(), cashable: pounds() },
  { $id: 'BenefitYear', description: 'A year of a benefit, all three kinds of value together.' }
)
export const BenefitResult = Type.Object(
  { id: Type.String(), name: Type.String(), transfer: Type.Boolean(), presentValue: Amts, beyondHorizon: Type.Number({ description: 'Share of the units that fall after the last year and are not counted.' }), years: Type.Array(ref(BenefitYear)) },
  { $id: 'BenefitResult', description: 'A benefit line by year.' }
)

export const OptionResult = Type.Object(
  {
    option: Type.String(),
    name: Type.String(),
    doNothing: Type.Boolean(),
    intervention: nullable(Type.String()),
    years: Type.Array(ref(AppraisalYear)),
    publicValue: All,
    ledgers: Type.Object({ fiscal: All, economic: All, social: All, transfersLeftOut: All }, { description: 'The first three add up to `publicValue`; transfers stand apart.' }),
    agencies: Type.Array(Type.Object({ agency: words(AGENCIES), totals: All }), { description: 'Transfers included, so that they add up to all four ledgers.' }),
    council: ref(CouncilResult),
    npsv: pounds('Net present social value against doing nothing, corrected: present value of benefits less that of costs.'),
    npsvGross: pounds('The same before the confidence grades.'),
    presentValueCosts: pounds('Against doing nothing, corrected.'),
    presentValueBenefits: pounds('Against doing nothing, corrected.'),
    bcr: figure('Present value of benefits over that of costs, against doing nothing. `no-cost`: there is none. `cost-saving`: it costs less than doing nothing, so that a ratio would mislead.'),
    npsvPerCouncilPound: figure("Net present social value for each pound of the present value of the council's cost, against doing nothing. `no-council-cost`: the council pays nothing more."),
    payback: ref(Payback),
    switchingValues: Type.Array(ref(SwitchingValue), { description: 'Nearest to switching first.' }),
    benefits: Type.Array(ref(BenefitResult))
  },
  { $id: 'OptionResult', description: "An option. `years`, `publicValue`, `ledgers`, `agencies`, `council.totals` and `benefits` are its own; `npsv` and what follows it are against doing nothing. `payback` is of public value, discounted." }
)

export const CashFlow = Type.Object(
  {
    option: Type.String(),
    year: Type.Integer(),
    financialYear: Type.String(),
    line: Type.String(),
    type: words(['cost', 'benefit']),
    agency: words(AGENCIES),
    ledger: words(LEDGERS),
    transfer: Type.Boolean(),
    gross: pounds(),
    corrected: pounds(),
    cashable: pounds(),
    discountFactor: Type.Number(),
    presentValue: pounds('Corrected, discounted.')
  },
  { $id: 'CashFlow', description: 'A flat row. Costs are below 0, so that rows add up to a net. Rows of nothing are left out.' }
)

export const AppraisalWarning = Type.Object(
  {
    code: Type.String({ description: 'Stable name of the kind of warning.' }),
    severity: words(SEVERITIES),
    pointer: nullable(Type.String({ description: 'JSON pointer to the input that it is about; null for the whole.' })),
    message: Type.String(),
    sources: Type.Array(ref(Citation))
  },
  { $id: 'AppraisalWarning', description: 'What to know before the figures are used.' }
)

const Provenance = { id: Type.String(), version: Type.String(), title: Type.String(), verified: Type.Boolean({ description: 'False where it could not be checked against its source, or is the own one of the caller.' }), note: nullable(Type.String()), sources: Type.Array(ref(Citation)) }

export const AppraisalMethod = Type.Object(
  {
    benefitOrNegativeCost: Type.String({ description: 'The one rule by which a saving is a benefit or a lower cost; the benefit-cost ratio moves with it.' }),
    relativeTo: Type.String({ description: 'The option that the headline figures are against.' }),
    discounting: Type.Object({ ...Provenance, steps: Type.Array(Type.Object({ fromYear: Type.Integer(), toYear: Type.Integer(), rate: Type.Number() })) }),
    deflator: Type.Object({ ...Provenance, financialYears: Type.String({ description: 'How a financial year is taken from calendar years, or the other way round.' }), used: Type.Array(Type.Object({ priceYear: Type.String(), factor: Type.Number() }), { description: 'What amounts of each price year were multiplied by.' }) }),
    confidence: Type.Object({ ...Provenance, grades: Type.Array(Type.Object({ grade: Type.Integer(), costPercent: Type.Number(), benefitPercent: Type.Number(), meaning: nullable(Type.String()) })) })
  },
  { $id: 'AppraisalMethod', description: 'The rules and tables that the figures rest on, each with its version.' }
)

export const Appraisal = Type.Object(
  {
    modelVersion: Type.String(),
    title: Type.String(),
    area: nullable(Type.String()),
    prices: Type.Object({ currency: words(['GBP']), priceYear: Type.String(), unit: words(['pounds']) }, { description: 'Every amount in the answer is in this. Real terms.' }),
    startYear: Type.String(),
    years: Type.Integer(),
    method: ref(AppraisalMethod),
    options: Type.Array(ref(OptionResult)),
    ranking: Type.Array(Type.Object({ rank: Type.Integer(), option: Type.String(), npsv: pounds(), npsvPerCouncilPound: nullable(Type.Number()) }), { description: 'By net present social value, highest first.' }),
    cashFlows: Type.Array(ref(CashFlow)),
    assumptions: Type.Array(Type.Object({ pointer: Type.String(), statement: Type.String() }), { description: 'The input as understood, with what was assumed where it says nothing.' }),
    warnings: Type.Array(ref(AppraisalWarning)),
    notes: Type.Array(Type.String()),
    sources: Type.Array(ref(Citation))
  },
  { $id: 'Appraisal', description: 'An appraisal with every input at its value.' }
)

export const Percentiles = Type.Object(
  { p10: Type.Number(), p50: Type.Number(), p90: Type.Number() },
  { $id: 'Percentiles', description: 'One draw in ten is below `p10`, half are below `p50`, nine in ten below `p90`.' }
)
export const Spread = Type.Object({ mean: Type.Number(), p10: Type.Number(), p50: Type.Number(), p90: Type.Number() }, { $id: 'Spread', description: 'Mean and percentiles over the draws.' })
const Pct = ref(Percentiles)

export const TornadoBar = Type.Object(
  {
    pointer: Type.String(),
    key: nullable(Type.String()),
    label: Type.String(),
    input: Pct,
    npsvAtP10: pounds('Net present social value with this input at its P10 and all others at their value.'),
    npsvAtP90: pounds(),
    swing: pounds('How far apart the two are.')
  },
  { $id: 'TornadoBar', description: 'What one uncertain input does to the result of an option.' }
)

export const SimulatedOption = Type.Object(
  {
    option: Type.String(),
    npsv: ref(Spread),
    councilCashable: ref(Spread),
    probabilityNpsvPositive: Type.Number(),
    probabilityCouncilCashablePositive: Type.Number(),
    probabilityBest: Type.Number({ description: 'Share of draws in which no other option has a higher net present social value; draws with equals are shared among them.' }),
    tornado: Type.Array(ref(TornadoBar), { description: 'Widest swing first.' }),
    years: Type.Array(
      Type.Object({ year: Type.Integer(), financialYear: Type.String(), cumulative: Pct, cumulativePresentValue: Pct, councilCumulativeCashable: Pct }),
      { description: 'Sums so far: corrected public value undiscounted and discounted, and the cashable position of the council, all against doing nothing.' }
    ),
    benefits: Type.Array(Type.Object({ id: Type.String(), years: Type.Array(Type.Object({ year: Type.Integer(), units: Pct, corrected: Pct })) }))
  },
  { $id: 'SimulatedOption', description: 'An option over the draws, against doing nothing; its benefits are its own.' }
)

export const AcceptabilityPoint = Type.Object(
  { kind: words(['threshold', 'council-value']), value: Type.Number(), options: Type.Array(Type.Object({ option: Type.String(), probabilityAcceptable: Type.Number(), probabilityBest: Type.Number() })) },
  {
    $id: 'AcceptabilityPoint',
    description:
      'Share of draws in which an option is worth it. `threshold` k: present value of benefits - k x present value of costs > 0. `council-value` v: net present social value - (v - 1) x present value of the cost to the council > 0. All against doing nothing.'
  }
)

/** What an option is ranked by where nobody has said what a pound of each is worth. */
export const RANKING_CRITERIA = ['benefits', 'costs', 'councilCosts'] as const

export const RankAcceptability = Type.Object(
  {
    criteria: Type.Array(words(RANKING_CRITERIA)),
    options: Type.Array(
      Type.Object({
        option: Type.String(),
        ranks: Type.Array(Type.Number(), { description: 'Share of draws in which it takes rank 1, 2 and so on. Equals take the same rank.' }),
        centralWeights: nullable(Type.Object({ benefits: Type.Number(), costs: Type.Number(), councilCosts: Type.Number() }), { description: 'Mean of the weights with which it comes first: the preferences that speak for it. Null: none does.' }),
        confidenceFactor: nullable(Type.Number(), { description: 'Share of draws in which it comes first for whoever holds those weights. Low: even they cannot be sure of it. Null: it never comes first.' })
      })
    )
  },
  {
    $id: 'RankAcceptability',
    description:
      'Which option comes first if nobody has settled what counts for how much (stochastic multicriteria acceptability analysis). In each draw a pound of public benefit, of public cost and of the cost to the council, each at present value and against doing nothing, takes a weight of its own, all weights being equally likely; a cost of the council counts as public cost and by its own weight besides.'
  }
)

export const Simulation = Type.Object(
  {
    modelVersion: Type.String(),
    draws: Type.Integer(),
    seed: Type.Integer(),
    generator: Type.String(),
    uncertainInputs: Type.Integer(),
    options: Type.Array(ref(SimulatedOption)),
    evpi: pounds('Expected value of perfect information: mean of the best option of each draw less the best mean. What knowing every input exactly would be worth, at most.'),
    acceptability: Type.Array(ref(AcceptabilityPoint)),
    rankAcceptability: ref(RankAcceptability),
    warnings: Type.Array(ref(AppraisalWarning)),
    notes: Type.Array(Type.String())
  },
  { $id: 'Simulation', description: 'The appraisal with every range drawn from, again and again. Figures are corrected ones.' }
)

export const AppraisalAnswer = Type.Object(
  {
    appraisal: ref(Appraisal),
    simulation: nullable(ref(Simulation)),
    simulationStatus: words(['ok', 'no-ranges', 'not-asked'], { description: 'Why there is a simulation or none.' })
  },
  { $id: 'AppraisalAnswer', description: 'The answer to an appraisal. Nothing is stored.' }
)

export const COMPONENTS = [
  Range, Quantity, AppraisalMoney, Entrants, CostLine, UnitValue, BenefitLine, AppraisalOption, AppraisalInput,
  Amounts, Totals, AppraisalYear, CouncilYear, Payback, CouncilResult, SwitchingValue, BenefitYear, BenefitResult, OptionResult, CashFlow,
  AppraisalWarning, AppraisalMethod, Appraisal, Percentiles, Spread, TornadoBar, SimulatedOption, AcceptabilityPoint, RankAcceptability, Simulation, AppraisalAnswer
] as const

export type Range = Static<typeof Range>
export type Quantity = Static<typeof Quantity>
export type AppraisalMoney = Static<typeof AppraisalMoney>
export type Entrants = Static<typeof Entrants>
export type CostLine = Static<typeof CostLine>
export type UnitValue = Static<typeof UnitValue>
export type BenefitLine = Static<typeof BenefitLine>
export type AppraisalOption = Static<typeof AppraisalOption>
export type AppraisalInput = Static<typeof AppraisalInput>
export type Amounts = Static<typeof Amounts>
export type Totals = Static<typeof Totals>
export type AppraisalYear = Static<typeof AppraisalYear>
export type Payback = Static<typeof Payback>
export type CouncilResult = Static<typeof CouncilResult>
export type SwitchingValue = Static<typeof SwitchingValue>
export type BenefitResult = Static<typeof BenefitResult>
export type OptionResult = Static<typeof OptionResult>
export type CashFlow = Static<typeof CashFlow>
export type AppraisalWarning = Static<typeof AppraisalWarning>
export type AppraisalMethod = Static<typeof AppraisalMethod>
export type Appraisal = Static<typeof Appraisal>
export type Percentiles = Static<typeof Percentiles>
export type Spread = Static<typeof Spread>
export type TornadoBar = Static<typeof TornadoBar>
export type SimulatedOption = Static<typeof SimulatedOption>
export type AcceptabilityPoint = Static<typeof AcceptabilityPoint>
export type Simulation = Static<typeof Simulation>
export type AppraisalAnswer = Static<typeof AppraisalAnswer>

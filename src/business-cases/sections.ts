import { Type, type TSchema } from 'typebox'
import { Consultation, ConsultationInput } from '../needs-profiles/schemas.js'
import { closed, nullable, ref, words } from '../schemas.js'
import { FIGURE_STATUSES } from '../indicators/vocabulary.js'
import { keptAs, keptOf } from './kept.js'
import { BENEFIT_CLASSES, EVALUATION_DESIGNS, FUNDING_STATUSES, LIKELIHOODS, MEASURED_IN, READINESS, ROUTES } from './vocabulary.js'

/**
 * The five cases of the Green Book, as a council fills them in. Each part is declared as it is sent;
 * what is answered follows from that (see kept.ts).
 */

const text = (description: string) => Type.String({ minLength: 1, maxLength: 10_000, pattern: '\\S', description })
const short = (description: string) => Type.String({ minLength: 1, maxLength: 300, pattern: '\\S', description })
const may = <T extends TSchema>(schema: T) => Type.Optional(nullable(schema))
const list = <T extends TSchema>(item: T, description: string, most = 50) => Type.Optional(Type.Array(item, { maxItems: most, description }))
const day = (description: string) => Type.String({ format: 'date', pattern: '^[12]', description })
/** An id that a council gives. */
const id = (description: string) => Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$', description })
const FINANCIAL_YEAR = '^[12]\\d{3}/\\d{2}$'
const financialYear = (description: string) => Type.String({ pattern: FINANCIAL_YEAR, description })

export const PoundsInput = closed(
  {
    amount: Type.Number({ minimum: 0, maximum: 1e10 }),
    currency: words(['GBP']),
    priceYear: may(financialYear('The year whose prices the amount is in.'))
  },
  { $id: 'PoundsInput', description: 'An amount of pounds in the prices of a financial year.' }
)

export const CaseRiskInput = closed(
  {
    risk: text('What may go wrong.'),
    likelihood: may(words(LIKELIHOODS)),
    impact: may(words(LIKELIHOODS)),
    mitigation: may(text('What is done about it.')),
    owner: may(short('Who answers for it.'))
  },
  { $id: 'CaseRiskInput', description: 'One risk, with what is done about it and by whom.' }
)

export const ObjectiveInput = closed(
  {
    objective: text('Specific: what will be different, and for whom.'),
    measure: may(text('Measurable: what shows it.')),
    baseline: may(text('Where it stands now, and by which figure.')),
    target: may(text('How far it should move.')),
    achievable: may(text('Why this can be reached with what there is.')),
    by: may(day('Time-limited: the day it should be reached by.'))
  },
  { $id: 'ObjectiveInput', description: 'A spending objective, made SMART.' }
)

export const StrategicCaseInput = closed(
  {
    need: may(text('The case for change: which need, of how many children, and why now.')),
    needs: list(Type.String({ minLength: 1, maxLength: 80 }), 'The needs it is about, as codes of /v1/needs.', 40),
    currentArrangements: may(text('What is done at present.')),
    objectives: list(ref(ObjectiveInput), 'What it is to achieve.', 20),
    consultation: list(ref(ConsultationInput), 'Who was asked, how, when, and what they said.', 100),
    fit: may(text("How it fits the council's and its partners' plans.")),
    risks: list(ref(CaseRiskInput), 'The main risks to the objectives.'),
    constraints: list(text('A limit that holds whatever is chosen.'), "What limits the choice; say 'None' where there is none."),
    dependencies: list(text('Something outside that has to happen.'), "What it hangs on; say 'None' where there is nothing.")
  },
  { $id: 'StrategicCaseInput', description: 'The strategic case: why something should change.' }
)

export const CaseOptionInput = closed(
  {
    id: id('Names the option here and in the appraisal.'),
    name: short('What it is called.'),
    doNothing: Type.Optional(Type.Boolean({ default: false, description: 'Whether it is what happens if nothing is changed.' })),
    intervention: may(Type.String({ minLength: 1, maxLength: 80, description: 'The entry of the catalogue that it rests on, where there is one.' })),
    description: may(text('What would be done.')),
    reason: may(text('Why it was kept, preferred or turned down.'))
  },
  { $id: 'CaseOptionInput', description: 'An option that was looked at, and why it was kept or turned down.' }
)

/** The economic case holds an appraisal's input, which is another capability's schema. */
export const economicCaseInput = <A extends TSchema>(appraisal: A) =>
  closed(
    {
      options: list(ref(CaseOptionInput), 'The options, doing nothing among them.', 20),
      appraisal: may(appraisal),
      preferredOption: may(id('The id of the option that is put forward.')),
      preferredBecause: may(text('Why it is preferred, on more than one number.')),
      notMonetised: may(text('Effects that could not be put in pounds, and who bears them.'))
    },
    { $id: 'EconomicCaseInput', description: 'The economic case: what the options bring and cost society. `appraisal` is the input of POST /v1/appraisals, as it stands.' }
  )

export const CommercialCaseInput = closed(
  {
    route: may(words(ROUTES, { description: 'The route to market.' })),
    routeReason: may(text('Why by this route.')),
    providerMarket: may(text('Who can provide it, and how sure that is.')),
    contract: may(
      closed(
        {
          form: may(text('The form of contract or agreement, and its length.')),
          payment: may(text('What is paid for, and when.')),
          risk: may(text('Who bears which risk.')),
          exit: may(text('How it ends, and what happens to the families then.'))
        },
        { description: 'Not needed where the council delivers it itself.' }
      )
    ),
    socialValue: may(text('Economic, social and environmental well-being that the contract brings the area (Public Services (Social Value) Act 2012).'))
  },
  { $id: 'CommercialCaseInput', description: 'The commercial case: how it is to be bought.' }
)

export const FundingInput = closed(
  {
    agency: short('Who pays.'),
    source: short('Out of which budget, grant or reserve.'),
    year: financialYear('The financial year, such as 2026/27.'),
    amount: Type.Number({ minimum: 0, maximum: 1e10, description: 'Pounds.' }),
    status: may(words(FUNDING_STATUSES))
  },
  { $id: 'FundingInput', description: 'What one agency pays in one year.' }
)

export const FinancialCaseInput = closed(
  {
    budget: may(ref(PoundsInput)),
    funding: list(ref(FundingInput), 'Who pays what, year by year.', 200),
    affordability: may(text('Whether it can be paid for over its whole life, and what happens if not.')),
    cashablePosition: may(text('What can be taken out of a budget, whose, and when; and what cannot.')),
    financeOfficer: may(short('Who has looked at it for the section 151 officer.'))
  },
  { $id: 'FinancialCaseInput', description: 'The financial case: whether the council can pay for it.' }
)

export const BaselineInput = closed(
  {
    value: nullable(Type.Number({ minimum: -1e10, maximum: 1e10 })),
    status: words(FIGURE_STATUSES, { description: '`ok` with a value, and one of the others with null.' }),
    date: may(day('When it was measured.')),
    source: may(text('Where the figure comes from.'))
  },
  { $id: 'BaselineInput', description: 'Where a measure stood before, when and by which source.' }
)

export const BenefitPlanInput = closed(
  {
    id: id('Names the benefit in the register.'),
    class: may(words(BENEFIT_CLASSES)),
    category: may(short('The kind of benefit, in the words of the council.')),
    description: may(text('The benefit, and for whom.')),
    serviceFeature: may(text('The feature of the service that brings it about.')),
    potentialCosts: may(text('What it may cost to bring about.')),
    activities: may(text('What has to be done for it.')),
    responsibleOfficer: may(short('Who sees that it is done.')),
    owner: may(short('Who owns the benefit once delivery is over.')),
    measure: may(text('The performance measure.')),
    targetImprovement: may(text('How far the measure should move.')),
    fullYearValue: may(ref(PoundsInput)),
    timescale: may(text('From when, and for how long.')),
    baseline: may(ref(BaselineInput)),
    targets: list(
      closed({ period: Type.String({ pattern: `${FINANCIAL_YEAR.slice(0, -1)}( Q[1-4])?$`, description: 'A financial year, or a quarter of one.' }), value: Type.Number({ minimum: -1e10, maximum: 1e10 }) }),
      'The target for each period, in what the benefit is measured in.',
      200
    ),
    forecast: may(
      closed(
        { benefit: Type.String({ minLength: 1, maxLength: 80, description: 'The id of the benefit line of the preferred option in the appraisal.' }), measuredIn: words(MEASURED_IN, { description: 'The units of its outcome, or pounds.' }) },
        { description: 'The line of the appraisal that forecasts it. Null where nothing does, as with a qualitative benefit.' }
      )
    )
  },
  { $id: 'BenefitPlanInput', description: "A benefit to be realised: the fields of the Green Book's benefits register, with baseline, owner and targets." }
)

const readiness = (description: string) => may(closed({ status: words(READINESS), arrangements: may(text('What there is, or what is planned and by when.')) }, { description }))

export const ReadinessInput = closed(
  {
    fidelity: readiness('Keeping to what was evaluated, and noticing where it drifts.'),
    training: readiness('Training, with what follows it.'),
    supervision: readiness('Supervision of those who deliver it.'),
    recording: readiness('Recording what is done and what comes of it.'),
    management: readiness('Managers who make room for it.')
  },
  { $id: 'DeliveryReadinessInput', description: 'Whether what delivery rests on is there.' }
)

export const EvaluationPlanInput = closed(
  {
    question: may(text('What the evaluation is to find out.')),
    design: may(words(EVALUATION_DESIGNS)),
    comparison: may(text('What it is compared with: what would have happened otherwise, and how that is known.')),
    outcomes: list(text('An outcome, and how it is measured.'), 'What is measured.', 20),
    data: may(text('Where the data come from, and who may use them.')),
    sample: may(text('How many, and what difference that can show.')),
    reportBy: may(day('When the findings are due.')),
    lead: may(short('Who leads it.'))
  },
  { $id: 'EvaluationPlanInput', description: 'How it will be found out whether it works here.' }
)

export const ManagementCaseInput = closed(
  {
    governance: may(text('Which board decides, and who reports to it.')),
    seniorResponsibleOwner: may(short('Who answers for it.')),
    deliveryPlan: may(text('How it will be done.')),
    milestones: list(closed({ name: short('What is reached.'), due: may(day('By when.')), owner: may(short('By whom.')) }), 'The steps of delivery.', 100),
    risks: list(ref(CaseRiskInput), 'Risks to delivery.'),
    benefits: list(ref(BenefitPlanInput), 'The benefits plan. On approval it becomes the benefits register.', 100),
    readiness: may(ref(ReadinessInput)),
    evaluationPlan: may(ref(EvaluationPlanInput))
  },
  { $id: 'ManagementCaseInput', description: 'The management case: how it is to be delivered, and how anyone will know what came of it.' }
)

keptAs(ConsultationInput, Consultation)
export const Pounds = keptOf(PoundsInput, 'Pounds')
export const CaseRisk = keptOf(CaseRiskInput, 'CaseRisk')
export const Objective = keptOf(ObjectiveInput, 'Objective')
export const CaseOption = keptOf(CaseOptionInput, 'CaseOption')
export const Funding = keptOf(FundingInput, 'Funding')
export const Baseline = keptOf(BaselineInput, 'Baseline')
export const BenefitPlan = keptOf(BenefitPlanInput, 'BenefitPlan')
export const Readiness = keptOf(ReadinessInput, 'DeliveryReadiness')
export const EvaluationPlan = keptOf(EvaluationPlanInput, 'EvaluationPlan')
export const StrategicCase = keptOf(StrategicCaseInput, 'StrategicCase')
export const CommercialCase = keptOf(CommercialCaseInput, 'CommercialCase')
export const FinancialCase = keptOf(FinancialCaseInput, 'FinancialCase')
export const ManagementCase = keptOf(ManagementCaseInput, 'ManagementCase')

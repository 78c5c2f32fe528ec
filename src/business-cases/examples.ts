import type { AppraisalInput } from '../appraisal/schemas.js'
import { EXAMPLE_PROFILE_ID } from '../needs-profiles/examples.js'
import { EXAMPLE_ID } from '../recommendations/examples.js'
import type { ActualInput, BusinessCaseInput, TransitionInput } from './schemas.js'

/** The cases that are kept when a database is set up, so that every call can be tried at once: a draft, one to decide on, and one that was approved. */
export const EXAMPLE_CASE_ID = '00000000-0000-4000-8000-0000000000e3'
export const TO_DECIDE_EXAMPLE_ID = '00000000-0000-4000-8000-0000000000e4'
export const APPROVED_EXAMPLE_ID = '00000000-0000-4000-8000-0000000000e5'
export const EXAMPLE_ENTRY_ID = '00000000-0000-4000-8000-0000000000e6'
export const EXAMPLE_AREA = 'E08000035'

const SOURCE = 'An example and no finding: put the figure of your own council here'
const gbp = (amount: number, low?: number, high?: number) => ({
  amount: low === undefined ? amount : { value: amount, range: { distribution: 'triangular' as const, low, high: high! } },
  currency: 'GBP',
  priceYear: '2023/24'
})
const impact = { value: 0.1, key: 'impact', range: { distribution: 'triangular' as const, low: 0.02, high: 0.18 } }
const everyYear = (people: number) => [0, 1, 2, 3].map((year) => ({ year, people }))

/** Few draws: the range is only roughly right, and a start takes no longer for it. */
export const EXAMPLE_APPRAISAL: AppraisalInput = {
  title: 'Family-focused casework for physical abuse and neglect',
  area: EXAMPLE_AREA,
  startYear: '2023/24',
  years: 5,
  priceYear: '2023/24',
  options: [
    { id: 'as-now', name: 'Go on as now', doNothing: true },
    {
      id: 'casework',
      name: 'Family-focused casework',
      intervention: 'family-focused-casework',
      cohort: everyYear(120),
      costs: [
        { id: 'training', name: 'Training of two teams', kind: 'start-up', amount: gbp(90_000), basis: 'once', confidence: 3, source: SOURCE },
        { id: 'supervision', name: 'Practice supervisors', kind: 'running', amount: gbp(150_000, 140_000, 175_000), basis: 'per-year', toYear: 3, confidence: null, source: SOURCE }
      ],
      benefits: [
        {
          id: 'repeat-plans',
          name: 'Fewer repeat child protection plans',
          outcome: 'No second plan within two years',
          need: 'physical-abuse',
          engagement: { value: 0.8, range: { distribution: 'beta', alpha: 16, beta: 4 } },
          impact,
          lag: 0,
          duration: 2,
          dropOff: 0.25,
          unitValue: { fiscal: gbp(12_000), per: 'year' },
          agencySplit: [{ agency: 'local-authority', share: 0.8 }, { agency: 'police', share: 0.2 }],
          cashability: 0.25,
          confidence: 4,
          claimIds: ['family-focused-casework-on-physical-abuse'],
          source: SOURCE
        },
        {
          id: 'wellbeing',
          name: 'Wellbeing of children',
          outcome: 'Fewer children harmed again',
          need: 'physical-abuse',
          engagement: 0.8,
          impact,
          unitValue: { social: gbp(6_000), per: 'person' },
          confidence: 5,
          claimIds: ['family-focused-casework-on-physical-abuse'],
          source: SOURCE
        }
      ]
    }
  ],
  simulation: { draws: 500, seed: 1 }
}

export const EXAMPLE_CASE: BusinessCaseInput = {
  title: 'Family-focused casework, 2023/24 to 2027/28',
  area: EXAMPLE_AREA,
  needsProfile: { id: EXAMPLE_PROFILE_ID, version: 1 },
  recommendation: EXAMPLE_ID,
  strategic: {
    need: 'Children come back onto a plan because what troubles the whole family is not worked on.',
    needs: ['physical-abuse', 'neglect'],
    currentArrangements: 'Signs of Safety in every team, with no programme for families after a plan.',
    objectives: [{ objective: 'Fewer children come back onto a child protection plan', measure: 'Second plans within two years', baseline: '96 in 2022/23', target: '80 a year', achievable: 'Two teams are staffed, and the change asked for is smaller than the one that was found.', by: '2026-03-31' }],
    consultation: [
      { group: 'children-and-families', how: 'Interviews with 14 families', when: '2022-11-04', summary: 'Families want one worker who stays.' },
      { group: 'practitioners', how: 'Survey of social workers', when: '2022-12-01', summary: 'Work on neglect starts late and ends early.' }
    ],
    fit: "It serves the first aim of the children's plan: families are helped before a crisis.",
    risks: [{ risk: 'Supervisors cannot be found', likelihood: 'medium', impact: 'high', mitigation: 'Two posts are filled from within', owner: 'Head of service' }],
    constraints: ['No more than £240,000 in any year'],
    dependencies: ['The case recording system shows repeat plans by team']
  },
  economic: {
    options: [
      { id: 'as-now', name: 'Go on as now', doNothing: true, reason: 'What everything else is held against.' },
      { id: 'casework', name: 'Family-focused casework', intervention: 'family-focused-casework', description: 'Two teams are trained and supervised.', reason: 'The best evidence for physical abuse among what can be had here.' },
      { id: 'pcit', name: 'Parent-Child Interaction Therapy', intervention: 'pcit', reason: 'Turned down: it fits the ages of fewer than half of the children.' }
    ],
    appraisal: EXAMPLE_APPRAISAL,
    preferredOption: 'casework',
    preferredBecause: 'It has the better evidence, families asked for it, and it stays within the budget in every year.',
    notMonetised: 'Trust between families and workers.'
  },
  commercial: {
    route: 'in-house',
    routeReason: 'The work belongs with the social workers who hold the cases.',
    providerMarket: 'One licensed trainer in England; a second in Scotland.',
    socialValue: 'Two posts of family worker for people with experience of the system.'
  },
  financial: {
    budget: { amount: 690_000, currency: 'GBP', priceYear: '2023/24' },
    funding: [
      { agency: 'Council', source: "Children's services base budget", year: '2023/24', amount: 240_000, status: 'confirmed' },
      { agency: 'Council', source: "Children's services base budget", year: '2024/25', amount: 150_000, status: 'confirmed' },
      { agency: 'Council', source: "Children's services base budget", year: '2025/26', amount: 150_000, status: 'confirmed' },
      { agency: 'Integrated care board', source: 'Better care fund', year: '2026/27', amount: 150_000, status: 'expected' }
    ],
    affordability: 'Within the medium-term plan until 2025/26. The last year hangs on the partner.',
    cashablePosition: 'A quarter of what fewer plans cost can be taken out of the agency staff budget, from the second year on. The rest is time for other families.',
    financeOfficer: 'Finance business partner'
  },
  management: {
    governance: "The children's improvement board decides; the steering group reports each quarter.",
    seniorResponsibleOwner: "Director of children's services",
    deliveryPlan: 'Two teams in the first year; all others only if the evaluation supports it.',
    milestones: [{ name: 'Both teams trained', due: '2023-07-31', owner: 'Head of service' }, { name: 'Report of the evaluation', due: '2026-09-30', owner: 'Head of research' }],
    risks: [{ risk: 'Training fades', likelihood: 'medium', impact: 'medium', mitigation: 'Supervision every fortnight', owner: 'Head of service' }],
    benefits: [
      {
        id: 'repeat-plans',
        class: 'cash-releasing',
        category: 'Outcomes for children',
        description: 'Fewer children come back onto a plan',
        serviceFeature: 'One worker for the whole family, through the end of the plan and after',
        potentialCosts: 'Supervision for as long as it runs',
        activities: 'Train, supervise, record second plans by team',
        responsibleOfficer: 'Head of service',
        owner: "Director of children's services",
        measure: 'Second plans within two years that did not happen, against the teams without it',
        targetImprovement: '16 fewer a year',
        fullYearValue: { amount: 171_360, currency: 'GBP', priceYear: '2023/24' },
        timescale: 'From 2023/24, in full from 2024/25',
        baseline: { value: 96, status: 'ok', date: '2023-03-31', source: 'Case recording system, 2022/23' },
        targets: [{ period: '2023/24', value: 8 }, { period: '2024/25', value: 16 }],
        forecast: { benefit: 'repeat-plans', measuredIn: 'units' }
      },
      {
        id: 'trust',
        class: 'qualitative',
        category: 'Experience of families',
        description: 'Families trust their worker more',
        serviceFeature: 'One worker who stays',
        activities: 'Interviews by the participation team each year',
        responsibleOfficer: 'Participation lead',
        owner: 'Head of service',
        measure: 'What families say in interviews',
        targetImprovement: 'More families say that they were listened to',
        timescale: 'Each year'
      }
    ],
    readiness: {
      fidelity: { status: 'planned', arrangements: 'A checklist with every fifth case, from July 2023' },
      training: { status: 'in-place', arrangements: 'Booked, with three days of follow-up' },
      supervision: { status: 'planned', arrangements: 'Two supervisors, from September 2023' },
      recording: { status: 'in-place' },
      management: { status: 'in-place', arrangements: 'Team managers have time set aside' }
    },
    evaluationPlan: {
      question: 'Do fewer children come back onto a plan than in the teams without it?',
      design: 'difference-in-differences',
      comparison: 'The six teams that are not trained, over the same years and the three before',
      outcomes: ['Second plans within two years, from the case recording system'],
      data: 'Case recording system; the information governance board has agreed',
      sample: 'About 120 families a year in two teams',
      reportBy: '2026-09-30',
      lead: 'Head of research'
    }
  }
}

/** A draft that starts from nothing. */
export const EMPTY_CASE: BusinessCaseInput = { title: 'Domestic abuse, to be worked out' }

export const EXAMPLE_DECISION: TransitionInput = { to: 'submitted', by: 'Head of commissioning', reason: 'Every part is written and the steering group has read it.' }
export const EXAMPLE_APPROVAL: TransitionInput = { to: 'approved', by: "Chair of the children's improvement board", reason: 'The need is clear, the evidence is stated with its limits, and the evaluation is paid for.' }

export const EXAMPLE_ACTUAL: ActualInput = {
  benefit: 'repeat-plans',
  period: '2023/24',
  value: 7,
  status: 'ok',
  measuredAt: '2024-05-31',
  source: 'Case recording system, second plans by team',
  attribution: { method: 'difference-in-differences', counterfactual: 'Second plans rose by 2 in 100 in the six other teams over the same year.' },
  by: 'Performance analyst'
}

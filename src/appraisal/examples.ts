import type { AppraisalInput, BenefitLine, Quantity } from './schemas.js'

/**
 * Appraisals that run as they stand. Unit costs are those of the Unit Cost Database v1.4, with their
 * codes and price years; people and impacts are there to show the form, and are nobody's finding.
 */

const ILLUSTRATIVE = 'Illustrative: put the figure of your own council, and the evidence for it, in its place.'
const DATABASE = 'Unit Cost Database v1.4 (New Economy, 2015)'
const triangular = (low: number, value: number, high: number) => ({ value, range: { distribution: 'triangular' as const, low, high } })
/** A database value with a quarter to either side, which is illustrative; drawn once for every option that uses it. */
const shared = (key: string, value: number) => ({ ...triangular(value * 0.75, value, value * 1.25), key })
const pounds = (amount: Quantity, priceYear: string) => ({ amount, currency: 'GBP', priceYear })
/** The families of one option take part or not, whatever the benefit: one draw for all its lines. */
const takingPart = (option: string) => ({ ...triangular(0.5, 0.7, 0.9), key: `taking-part-${option}` })
const cohort = [0, 1, 2].map((year) => ({ year, people: 60 }))

const fosterCare = (engagement: Quantity, impact: Quantity): BenefitLine => ({
  id: 'foster-care',
  name: 'Fewer weeks in foster care',
  outcome: 'Children who stay at home safely',
  need: 'edge-of-care',
  engagement,
  impact,
  lag: 1,
  duration: 3,
  dropOff: 0.3,
  unitValue: { fiscal: pounds(shared('week-in-foster-care', 700), '2013/14'), per: 'week', unitsPerYear: 26, unitCost: 'SS2.0' },
  agencySplit: [{ agency: 'local-authority', share: 1 }],
  cashability: 0.3,
  source: `${DATABASE}, SS2.0, 700 pounds a week. People, impact and weeks: ${ILLUSTRATIVE}`
})

const truancy = (engagement: Quantity, impact: Quantity): BenefitLine => ({
  id: 'truancy',
  name: 'Less persistent truancy',
  outcome: 'Children who attend school',
  engagement,
  impact,
  duration: 2,
  dropOff: 0.3,
  unitValue: {
    fiscal: pounds(shared('year-of-truancy', 1509), '2005/06'),
    economic: pounds(842, '2005/06'),
    per: 'year',
    unitCost: 'E&S1.0'
  },
  // 1,033.83, 423.50 and 52 of 1,509.33 pounds.
  agencySplit: [
    { agency: 'local-authority', share: 0.68496 },
    { agency: 'criminal-justice', share: 0.280588 },
    { agency: 'nhs', share: 0.034452 }
  ],
  cashability: 0.1,
  source: `${DATABASE}, E&S1.0. People and impact: ${ILLUSTRATIVE}`
})

export const EXAMPLE_APPRAISALS: Record<string, { summary: string; value: AppraisalInput }> = {
  'parenting-programmes': {
    summary: 'Two kinds of parenting programme against doing nothing; people and impacts are illustrative',
    value: {
      title: 'Parenting programmes for families near care (illustrative)',
      area: 'E08000035',
      startYear: '2026/27',
      years: 8,
      priceYear: '2023/24',
      options: [
        { id: 'do-nothing', name: 'Go on as now', doNothing: true },
        {
          id: 'groups',
          name: 'Group-based programme',
          cohort,
          costs: [{ id: 'delivery', name: 'Delivery', kind: 'running', amount: pounds(952, '2008/09'), basis: 'per-person', toYear: 2, confidence: 3, source: `${DATABASE}, SS15.0, median for each participant` }],
          benefits: [fosterCare(takingPart('groups'), triangular(0, 0.03, 0.06)), truancy(takingPart('groups'), triangular(0.02, 0.1, 0.18))]
        },
        {
          id: 'individual',
          name: 'Programme with single families',
          cohort,
          costs: [{ id: 'delivery', name: 'Delivery', kind: 'running', amount: pounds(2078, '2008/09'), basis: 'per-person', toYear: 2, confidence: 3, source: `${DATABASE}, SS15.1, median for each participant` }],
          benefits: [fosterCare(takingPart('individual'), triangular(0.01, 0.06, 0.11)), truancy(takingPart('individual'), triangular(0.03, 0.12, 0.21))]
        }
      ],
      simulation: { draws: 2000, seed: 1 }
    }
  },
  'worked-by-hand': {
    summary: 'An outlay of 100 and 30 a year for five years, to be followed by hand',
    value: {
      title: 'An example to follow by hand',
      startYear: '2026/27',
      years: 6,
      priceYear: '2026/27',
      options: [
        {
          id: 'invest',
          name: 'Pay 100 now for 30 a year',
          cohort: [{ year: 0, people: 1 }],
          costs: [{ id: 'outlay', name: 'Outlay', kind: 'start-up', amount: pounds(100, '2026/27'), basis: 'once' }],
          benefits: [
            {
              id: 'saving',
              name: 'Saving',
              outcome: 'One case less a year',
              impact: 1,
              lag: 1,
              duration: 5,
              unitValue: { fiscal: pounds(30, '2026/27'), per: 'case', unitsPerYear: 1 },
              agencySplit: [{ agency: 'local-authority', share: 1 }],
              cashability: 1
            }
          ]
        }
      ]
    }
  }
}

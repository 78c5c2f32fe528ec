import type { AppraisalInput, AppraisalOption, BenefitLine, CostLine, Quantity } from '../../src/appraisal/schemas.js'

/** Parts of appraisals for the tests: prices of the first year, so that nothing is uprated unless a test says so. */

export const gbp = (amount: Quantity, priceYear = '2026/27') => ({ amount, currency: 'GBP', priceYear })

export const cost = (amount: Quantity, more: Partial<CostLine> = {}): CostLine => ({ id: 'cost', name: 'Cost', kind: 'running', amount: gbp(amount), basis: 'once', ...more })

export const benefit = (fiscal: Quantity, more: Partial<BenefitLine> = {}): BenefitLine => ({
  id: 'benefit',
  name: 'Benefit',
  outcome: 'An outcome',
  impact: 1,
  unitValue: { fiscal: gbp(fiscal), per: 'case', unitsPerYear: 1 },
  agencySplit: [{ agency: 'local-authority', share: 1 }],
  cashability: 1,
  ...more
})

export const option = (more: Partial<AppraisalOption> = {}): AppraisalOption => ({ id: 'option', name: 'Option', cohort: [{ year: 0, people: 1 }], costs: [cost(100)], benefits: [benefit(30, { lag: 1, duration: 5 })], ...more })

export const appraisal = (options: AppraisalOption[] = [option()], more: Partial<AppraisalInput> = {}): AppraisalInput => ({ title: 'A case', startYear: '2026/27', years: 6, priceYear: '2026/27', options, ...more })

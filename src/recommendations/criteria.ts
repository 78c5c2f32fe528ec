import type { Cost, Intervention, UkAvailability } from '../catalogue/schemas.js'

/**
 * The criteria of the score, in the order in which they are shown. Each has a value from 0 to 1 for
 * an intervention and a profile, and a weight; the score is the sum of weight × value.
 */
export const CRITERIA = ['evidence', 'coverage', 'deliverability', 'cost', 'addedValue'] as const
export type Criterion = (typeof CRITERIA)[number]
export type Weights = Readonly<Record<Criterion, number>>

/**
 * Half of the score is evidence, because children who get what trials have shown to work are more
 * likely to benefit; a quarter is how much of the need is reached; the rest is what a commissioner
 * weighs next. Take-up has no weight and no criterion.
 */
export const DEFAULT_WEIGHTS: Weights = { evidence: 0.5, coverage: 0.25, deliverability: 0.1, cost: 0.05, addedValue: 0.1 }

const STEPS = 10_000

/**
 * Weights as given, the defaults for those left out, scaled to add up to exactly 1 in steps of
 * 0.0001 (largest remainder), so that contributions of four decimals never add up to more.
 * @throws RangeError when all are zero
 */
export function settleWeights(given: Partial<Weights> = {}): Weights {
  const chosen = { ...DEFAULT_WEIGHTS, ...given }
  const sum = CRITERIA.reduce((total, criterion) => total + chosen[criterion], 0)
  if (!(sum > 0)) throw new RangeError('at least one weight must be above zero')
  const shares = CRITERIA.map((criterion) => {
    const exact = (chosen[criterion] / sum) * STEPS
    const whole = Math.floor(exact + 1e-6)
    return { criterion, whole, rest: Math.round((exact - whole) * 1e6) }
  })
  let left = STEPS - shares.reduce((total, { whole }) => total + whole, 0)
  for (const share of [...shares].sort((a, b) => b.rest - a.rest)) {
    if (left === 0) break
    share.whole += 1
    left -= 1
  }
  return Object.fromEntries(shares.map(({ criterion, whole }) => [criterion, whole / STEPS])) as unknown as Weights
}

const AVAILABLE: Record<UkAvailability['uk'], number> = {
  available: 0.8,
  pilot: 0.6,
  'not-stated': 0.4,
  unclear: 0.2,
  discontinued: 0
}

/** How ready it is to be delivered in the UK, 0 to 1: its availability, and a fifth for a reported licensing or implementation service. */
export function deliverability({ availability }: Pick<Intervention, 'availability'>): number {
  return AVAILABLE[availability.uk] + (availability.implementationSupport === true ? 0.2 : 0)
}

/** Upper bounds of the EIF's cost bands, pounds per unit of delivery, with the value each stands for. */
const COST_BANDS = [
  { below: 100, value: 1 },
  { below: 500, value: 0.8 },
  { below: 1000, value: 0.6 },
  { below: 2000, value: 0.4 }
] as const
const PER_FAMILY = ['child', 'family', 'parent', 'participant', 'person', 'place', 'case']

/** The delivery cost that the score uses: a figure that a source gives, whoever reported it, in pounds, for one child or family. */
export function unitDeliveryCost({ costs }: Pick<Intervention, 'costs'>): Cost | null {
  return (
    costs.find(
      (cost) =>
        cost.kind === 'delivery-cost' &&
        cost.amount !== null &&
        cost.amount.currency === 'GBP' &&
        cost.certainty !== 'no-figure' &&
        cost.per !== null &&
        PER_FAMILY.some((unit) => cost.per!.toLowerCase().includes(unit))
    ) ?? null
  )
}

/** Value of the cost criterion, 0.2 (dearest) to 1 (cheapest) by EIF cost band; 0.5, for and against nothing, where no cost is held. */
export function costValue(intervention: Pick<Intervention, 'costs'>): number {
  const cost = unitDeliveryCost(intervention)
  if (cost === null) return 0.5
  return COST_BANDS.find(({ below }) => cost.amount!.amount < below)?.value ?? 0.2
}

import type { AppraisalInput, AppraisalWarning, Quantity } from './schemas.js'
import type { UnitCostUse } from '../unit-costs/guards.js'
import { LEDGERS } from './vocabulary.js'

/**
 * Checks the unit costs that one option uses: what stands in different options is never added up.
 * @param area that the appraisal is about, whose own values they are judged by; null where it names none
 */
export type UnitCostCheck = (uses: readonly UnitCostUse[], area: string | null) => Promise<AppraisalWarning[]> | AppraisalWarning[]

/** Uses of unit costs, option by option. */
export function unitCostUses(input: AppraisalInput, at = ''): UnitCostUse[][] {
  return input.options.map(({ benefits = [] }, i) =>
    benefits.flatMap(({ unitValue, cashability }, j) => {
      const code = unitValue.unitCost
      if (code == null) return []
      return LEDGERS.flatMap((ledger): UnitCostUse[] => {
        const money = unitValue[ledger]
        if (money == null) return []
        return [
          {
            pointer: `${at}/options/${i}/benefits/${j}/unitValue`,
            code,
            per: unitValue.per,
            unitsPerYear: unitValue.unitsPerYear === undefined ? null : numberOf(unitValue.unitsPerYear),
            amount: numberOf(money.amount),
            priceYear: money.priceYear,
            cashability: ledger === 'fiscal' ? numberOf(cashability ?? 0) : null,
            ledger
          }
        ]
      })
    })
  )
}

const numberOf = (given: Quantity) => (typeof given === 'number' ? given : given.value)

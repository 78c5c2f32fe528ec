import type { NeedsProfileFromStatistics } from '../needs-profiles/from-statistics-schemas.js'
import type { StatisticsUse } from './schemas.js'

export type OpenNeeds = NeedsProfileFromStatistics['needs']
type Children = ReadonlyMap<string, number>

/**
 * The numbers to try where some are open: all at their low end, all at their high end, and each one
 * alone at either end while the rest stand at the other, where the shares of the needs are most apart.
 * A need whose low end is none is tried with one child.
 */
export function numbersToTry(needs: OpenNeeds): Children[] {
  const open = needs.filter(({ interval }) => interval.high > interval.low)
  if (open.length === 0) return []
  const at = (end: (need: string) => 'low' | 'high') => new Map(needs.map(({ need, interval, children }) => [need, interval.high > interval.low ? Math.max(1, interval[end(need)]) : children]))
  const alone = open.length === 1 ? [] : open.flatMap(({ need }) => [at((other) => (other === need ? 'high' : 'low')), at((other) => (other === need ? 'low' : 'high'))])
  return [at(() => 'low'), at(() => 'high'), ...alone]
}

/**
 * How far the order hangs on open numbers.
 *
 * @param order the ranked ids for the numbers reckoned with
 * @param others the ranked ids for each other set of numbers
 * @param shown how many of the order are shown
 */
export function compareOrders(order: readonly string[], others: readonly (readonly string[])[], shown: number): StatisticsUse['sensitivity'] {
  const places = others.map((other) => new Map(other.map((id, i) => [id, i + 1])))
  const moved = order.slice(0, shown).flatMap((intervention, i) => {
    const ranks = [i + 1, ...places.map((place) => place.get(intervention) ?? order.length)]
    const [best, worst] = [Math.min(...ranks), Math.max(...ranks)]
    return best === worst ? [] : [{ intervention, rank: i + 1, best, worst }]
  })
  const firstChanges = others.some(([first]) => first !== order[0])
  const tried = others.length === 0 ? '' : ` (${others.length + 1} rankings compared)`
  return {
    orderChanges: moved.length > 0,
    firstChanges,
    rankingsCompared: others.length === 0 ? 0 : others.length + 1,
    statement:
      others.length === 0
        ? 'No number is open: every count that was used is published.'
        : moved.length === 0
          ? `The order is the same at both ends of every count that is withheld or overlaps${tried}.`
          : `The order changes with counts that are withheld or overlap${tried}: ${moved.length} of the ${Math.min(shown, order.length)} shown move${firstChanges ? ', the first among them' : '; the first stays first'}.`,
    moved
  }
}

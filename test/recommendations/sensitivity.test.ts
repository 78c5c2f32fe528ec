import fc from 'fast-check'
import t from 'tap'
import { understandProfile } from '../../src/recommendations/profile.js'
import { rankInterventions } from '../../src/recommendations/rank.js'
import { describeSensitivity, rankLimits, type CountRange } from '../../src/recommendations/sensitivity.js'
import { shippedCatalogue, shippedView } from '../helpers/advice.js'

const rank = (counts: ReadonlyMap<string, number>) => {
  const profile = understandProfile({ needs: [...counts].map(([need, children]) => ({ need, children })) }, shippedCatalogue())
  return { profile, list: rankInterventions(shippedView(), { ...profile, limit: { recommendations: 300, supporting: 1 } }).lists.response }
}
const limitsOf = (ranges: readonly CountRange[], at: ReadonlyMap<string, number>) => {
  const { profile, list } = rank(at)
  return rankLimits(list, ranges, profile.weights.coverage)
}
/** Entries whose rank for some counts is outside what was said of them. */
const outside = (limits: ReturnType<typeof limitsOf>, counts: ReadonlyMap<string, number>) => {
  const { list } = rank(counts)
  return limits.filter(({ candidate: { intervention }, best, worst }) => {
    const place = list.findIndex((one) => one.intervention === intervention) + 1
    return place < best || place > worst
  })
}

/** City of London 2025: every factor that was found is withheld. */
const CITY: CountRange[] = [
  ...['adolescent-risk', 'child-behaviour', 'criminal-exploitation', 'emotional-abuse', 'missing-children', 'neglect', 'parental-mental-health', 'parental-substance-misuse', 'physical-abuse'].map((need) => ({ need, low: 1, high: 5 })),
  { need: 'domestic-abuse', low: 1, high: 15 }
]

t.test('City of London: no set of ends of its ten open counts takes an entry beyond the ranks that are said', async (t) => {
  const limits = limitsOf(CITY, new Map(CITY.map(({ need }) => [need, 3])))
  const seen = new Map<string, { best: number; worst: number }>()
  for (let corner = 0; corner < 2 ** CITY.length; corner++) {
    const { list } = rank(new Map(CITY.map(({ need, low, high }, n) => [need, corner & (1 << n) ? high : low])))
    list.slice(0, 40).forEach(({ intervention: { id } }, i) => {
      const one = seen.get(id) ?? { best: i + 1, worst: i + 1 }
      seen.set(id, { best: Math.min(one.best, i + 1), worst: Math.max(one.worst, i + 1) })
    })
  }
  for (const { candidate, best, worst } of limits.slice(0, 20)) {
    const { id } = candidate.intervention
    t.ok(best <= seen.get(id)!.best && seen.get(id)!.worst <= worst, `${id}: ${best} to ${worst}, seen ${JSON.stringify(seen.get(id))}`)
  }
  t.match(limits.find(({ candidate }) => candidate.intervention.id === 'non-violent-resistance'), { best: 6, worst: 8 })
  const still = limits.slice(0, 20).filter(({ best, worst }) => best === worst)
  t.ok(still.length > 0 && still.length < 20, 'some are proved to keep their place, and some move')
})

t.test('nor do any counts between the ends, for any needs', async (t) => {
  const codes = shippedCatalogue().needs.filter(({ concerns }) => concerns === 'family').map(({ code }) => code)
  const needs = fc.uniqueArray(fc.record({ need: fc.constantFrom(...codes), low: fc.integer({ min: 1, max: 60 }), wide: fc.constantFrom(0, 1, 4, 80), at: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 6, maxLength: 6 }) }), { selector: ({ need }) => need, minLength: 2, maxLength: 8 })
  fc.assert(
    fc.property(needs, (given) => {
      const ranges = given.map(({ need, low, wide }) => ({ need, low, high: low + wide }))
      const counts = (i: number) => new Map(given.map(({ need, low, wide, at }) => [need, low + Math.round(at[i]! * wide)]))
      const limits = limitsOf(ranges, counts(0))
      return [1, 2, 3, 4, 5].every((i) => outside(limits, counts(i)).length === 0)
    }),
    { numRuns: 60 }
  )
  t.pass()
})

t.test('what is said names those that may move, and claims no more of the others than is proved', async (t) => {
  const limits = limitsOf(CITY, new Map(CITY.map(({ need }) => [need, 3])))
  const said = describeSensitivity(limits, CITY, 20)
  t.equal(said.openCounts, 10)
  t.strictSame(said.moved.map(({ intervention }) => intervention), limits.slice(0, 20).filter(({ best, worst }) => best < worst).map(({ candidate }) => candidate.intervention.id))
  t.match(said.statement, /may change.*of the 20 shown may move.*keep their place/)
  t.match(describeSensitivity(limits, [{ low: 0, high: 20 }], 20).statement, /may be none is taken to have one child/)
  t.match(describeSensitivity([], [], 20), { openCounts: 0, orderChanges: false, firstChanges: false, moved: [], statement: /every count that was used is published/ })
})

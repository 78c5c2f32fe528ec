import assert from 'node:assert/strict'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import type { InterventionRecord } from '../../src/catalogue/records.js'
import { CRITERIA } from '../../src/recommendations/criteria.js'
import { strengthOrder } from '../../src/catalogue/vocabulary.js'
import { tidy } from '../../src/recommendations/rank.js'
import { recommend } from '../../src/recommendations/recommend.js'
import { understandProfile } from '../../src/recommendations/profile.js'
import { selectSources, viewOf } from '../../src/catalogue/view.js'
import { catalogueOf, claim, intervention, interventions, order, profile, rankingOf, takeUpOf, type Body } from '../helpers/arbitraries.js'

/** Laws of the ranking, over random catalogues and profiles. */

/** The same cases in every run; PROPERTY_SEED and PROPERTY_RUNS look further. */
const seed = Number(process.env['PROPERTY_SEED'] ?? '20261120')
const numRuns = Number(process.env['PROPERTY_RUNS'] ?? '600')

/** A law as one assertion: a counterexample comes shrunk, with the seed that gives it again. */
const holds = <T>(t: Test, property: fc.IProperty<T>) => t.doesNotThrow(() => fc.assert(property, { seed, numRuns }))

const withClaim = (record: InterventionRecord, added: Omit<InterventionRecord['claims'][number], 'id'>): InterventionRecord => ({
  ...record,
  claims: [...record.claims, { ...added, id: `${record.id}-added` }]
})
const replaced = (records: InterventionRecord[], at: number, record: InterventionRecord) => records.map((one, i) => (i === at ? record : one))
const pick = fc.nat({ max: 100 })

/** Those ranked above an intervention; undefined where it is not ranked. */
function above(records: InterventionRecord[], body: Body, id: string): Set<string> | undefined {
  const ranked = order(rankingOf(records, body).lists.response)
  return ranked.includes(id) ? new Set(ranked.slice(0, ranked.indexOf(id))) : undefined
}

t.test('adding a claim of benefit never lowers an intervention', async (t) => {
  holds(
    t,
    fc.property(interventions, pick, claim(), profile(), (records, n, added, body) => {
      const at = n % records.length
      const { id } = records[at]!
      const before = above(records, body, id)
      const after = above(replaced(records, at, withClaim(records[at]!, { ...added, direction: 'positive' })), body, id)
      if (before === undefined) return
      assert.ok(after, 'it stays ranked')
      for (const other of after) assert.ok(before.has(other), `${other} did not pass it`)
    })
  )
})

t.test('making a claim of benefit stronger never lowers an intervention', async (t) => {
  holds(
    t,
    fc.property(interventions, pick, claim(), profile(), fc.constantFrom('limited', null, 'preliminary', 'moderate', 'evidence-based', 'strong'), fc.constantFrom('limited', null, 'preliminary', 'moderate', 'evidence-based', 'strong'), (records, n, added, body, one, other) => {
      const [weaker, stronger] = strengthOrder(one) <= strengthOrder(other) ? [one, other] : [other, one]
      const at = n % records.length
      const { id } = records[at]!
      const given = (strength: unknown) => replaced(records, at, withClaim(records[at]!, { ...added, direction: 'positive', consistency: undefined, strength: strength as never }))
      const before = above(given(weaker), body, id)
      const after = above(given(stronger), body, id)
      if (before === undefined) return
      assert.ok(after, 'it stays ranked')
      for (const passed of after) assert.ok(before.has(passed), `${passed} did not pass it`)
    })
  )
})

t.test('adding a claim of no effect or harm never raises an intervention', async (t) => {
  holds(
    t,
    fc.property(interventions, pick, claim(), fc.constantFrom('no-effect' as const, 'harm' as const), profile(), (records, n, added, direction, body) => {
      const at = n % records.length
      const { id } = records[at]!
      const before = above(records, body, id)
      const changed = replaced(records, at, withClaim(records[at]!, { ...added, direction }))
      const after = above(changed, body, id)
      if (before === undefined) {
        // What did not apply may now be shown, as not supported.
        const shown = rankingOf(changed, body).lists.response.find((c) => c.intervention.id === id)
        assert.ok(shown === undefined || shown.tier === 0)
        return
      }
      assert.ok(after)
      for (const other of before) assert.ok(after.has(other), `it did not pass ${other}`)
    })
  )
})

t.test('removing an intervention never reorders the others', async (t) => {
  holds(
    t,
    fc.property(interventions, pick, profile(), (records, n, body) => {
      const at = n % records.length
      const without = order(rankingOf(records.filter((_, i) => i !== at), body).lists.response)
      assert.deepEqual(without, order(rankingOf(records, body).lists.response).filter((id) => id !== records[at]!.id))
    })
  )
})

t.test('multiplying every count by a constant changes nothing', async (t) => {
  holds(
    t,
    fc.property(interventions, profile(), fc.integer({ min: 2, max: 97 }), (records, body, factor) => {
      const larger = { ...body, needs: body.needs.map((need) => (need.children === undefined ? need : { ...need, children: need.children * factor })) }
      const scores = (b: Body) => rankingOf(records, b).lists.response.map((c) => [c.intervention.id, c.tier, c.score])
      assert.deepEqual(scores(larger), scores(body))
    })
  )
})

t.test('the order of the input, of the catalogue and of its claims changes nothing', async (t) => {
  holds(
    t,
    fc.property(interventions, profile(), (records, body) => {
      const turned = [...records].reverse().map((record) => ({ ...record, claims: [...record.claims].reverse() }))
      const scores = (list: InterventionRecord[], b: Body) => rankingOf(list, b).lists.response.map((c) => [c.intervention.id, c.tier, c.score])
      assert.deepEqual(scores(turned, { ...body, needs: [...body.needs].reverse() }), scores(records, body))
    })
  )
})

t.test('take-up never changes the ranking', async (t) => {
  holds(
    t,
    fc.property(interventions, pick, profile(), (records, n, body) => {
      const at = n % records.length
      const popular = replaced(records, at, { ...records[at]!, takeUp: [takeUpOf(152)] })
      assert.deepEqual(order(rankingOf(popular, body).lists.response), order(rankingOf(records, body).lists.response))
    })
  )
})

t.test('nothing unevaluated stands above something evidence-based that applies, for the same need', async (t) => {
  const unknown = (need: string) => ({ need, direction: 'unknown' as const, strength: 'none' as const })
  holds(
    t,
    fc.property(interventions, claim(['alpha']), fc.constantFrom('evidence-based' as const, 'strong' as const), profile(), (records, given, strength, body) => {
      const proven = intervention('zz-proven', [{ ...given, ...unknown('alpha'), direction: 'positive', strength, outcomeFor: 'child', conditions: [] }])
      const popular = intervention('aa-popular', ['alpha', 'beta', 'gamma'].map((need) => ({ ...given, ...unknown(need), conditions: [] })), {
        availability: { uk: 'available', implementationSupport: true, places: [], note: null, sources: [] },
        takeUp: [takeUpOf(150)],
        costs: [{ text: 'Cheap', kind: 'delivery-cost', amount: { amount: 10, currency: 'GBP', priceYear: null }, per: 'family', certainty: 'published', sources: [{ source: 'review', section: 'Costs' }] }]
      })
      const asked = { ...body, needs: [...body.needs.filter((n) => n.need !== 'alpha'), { need: 'alpha', children: 1 }] }
      const ranked = order(rankingOf([...records, popular, proven], asked).lists.response)
      assert.ok(ranked.indexOf('zz-proven') < ranked.indexOf('aa-popular'))
    })
  )
})

t.test('the contributions add up to the score, and the weights to one', async (t) => {
  const weights = fc.record(Object.fromEntries(CRITERIA.map((c) => [c, fc.integer({ min: 1, max: 9 })])), { requiredKeys: [] })
  holds(
    t,
    fc.property(interventions, profile(), weights, (records, body, given) => {
      const catalogue = catalogueOf(records)
      const advice = recommend(viewOf(catalogue, selectSources(catalogue, {})), understandProfile({ ...body, weights: given }, catalogue), 2026)
      for (const item of advice.recommendations) {
        assert.equal(tidy(item.contributions.reduce((sum, c) => sum + c.contribution, 0)), item.score)
        assert.equal(tidy(item.contributions.reduce((sum, c) => sum + c.weight, 0)), 1)
        assert.ok(item.score >= 0 && item.score <= 1)
      }
    })
  )
})

t.test('the same input on the same catalogue gives the same answer', async (t) => {
  holds(
    t,
    fc.property(interventions, profile(), (records, body) => {
      const answer = () => {
        const catalogue = catalogueOf(records)
        return JSON.stringify(recommend(viewOf(catalogue, selectSources(catalogue, {})), understandProfile(body, catalogue), 2026))
      }
      assert.equal(answer(), answer())
    })
  )
})

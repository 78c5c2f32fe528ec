import fc from 'fast-check'
import t from 'tap'
import { EXAMPLE_PROFILES } from '../../src/recommendations/examples.js'
import { serialiseAnswer } from '../../src/recommendations/serialise.js'
import { advise, shippedCatalogue, type Body } from '../helpers/advice.js'

t.test('an answer is written exactly as JSON.stringify would, whatever was written before it', async (t) => {
  const codes = shippedCatalogue().needs.map((need) => need.code)
  const body = fc.record(
    {
      needs: fc.uniqueArray(fc.record({ need: fc.constantFrom(...codes), children: fc.integer({ min: 1, max: 900 }) }), { minLength: 1, maxLength: 7, selector: (row) => row.need }),
      context: fc.record({ couple: fc.boolean(), perpetratorInHome: fc.boolean(), goal: fc.constantFrom('child-outcomes' as const, 'any' as const) }, { requiredKeys: [] }),
      currentProvision: fc.constant([{ intervention: 'mash', places: 3, annualCost: 10.5 }, { intervention: 'pcit' }]),
      constraints: fc.record({ annualBudget: fc.constant(1000), requireUkAvailability: fc.boolean() }, { requiredKeys: [] }),
      evidence: fc.constantFrom({}, { asOf: '2018-01-01' }, { sources: ['nlgn-tiny-acorns-2019'] }),
      limit: fc.integer({ min: 1, max: 200 })
    },
    { requiredKeys: ['needs'] }
  )
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(body, (given) => {
        const advice = advise(given as Body)
        return serialiseAnswer(advice, null, 'now').toString() === JSON.stringify({ id: null, createdAt: 'now', ...advice })
      }),
      { numRuns: 150 }
    )
  )
})

t.test('the examples are written so too', async (t) => {
  for (const example of EXAMPLE_PROFILES) {
    const advice = advise(example as Body)
    t.equal(serialiseAnswer(advice, 'x', 'now').toString(), JSON.stringify({ id: 'x', createdAt: 'now', ...advice }))
  }
})

import fc from 'fast-check'
import t from 'tap'
import { DomainError } from '../../src/errors.js'
import { CRITERIA, DEFAULT_WEIGHTS, settleWeights } from '../../src/recommendations/criteria.js'
import { understandProfile, weighNeeds } from '../../src/recommendations/profile.js'
import { shippedCatalogue, type Body } from '../helpers/advice.js'

const understand = (body: unknown) => understandProfile(body as Body, shippedCatalogue())

/** The faults that a profile is refused for. */
function faults(body: unknown): { pointer: string; code: string; suggestions?: string[] }[] {
  try {
    understand(body)
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    t.equal(error.status, 422)
    return error.errors ?? []
  }
  return []
}
const near = (found: ReturnType<typeof faults>) => found.map(({ pointer, code }) => `${pointer} ${code}`)

t.test('unknown codes are refused with the nearest ones', async (t) => {
  const [need] = faults({ needs: [{ need: 'neglekt' }] })
  t.match(need, { pointer: '/needs/0/need', code: 'unknown-need', message: "'neglekt' is not a need code; did you mean 'neglect'? GET /v1/needs lists them.", suggestions: ['neglect'] })
  const [byLabel] = faults({ needs: [{ need: 'drug and alcohol misuse by parents' }] })
  t.ok(byLabel?.suggestions?.includes('parental-substance-misuse'), 'also by what the need is called')
  const [service] = faults({ needs: [{ need: 'neglect' }], currentProvision: [{ intervention: 'SoS' }] })
  t.match(service, { pointer: '/currentProvision/0/intervention', code: 'unknown-intervention', suggestions: ['signs-of-safety'] })
  const [source] = faults({ needs: [{ need: 'neglect' }], evidence: { sources: ['founding-document'] } })
  t.match(source, { pointer: '/evidence/sources/0', code: 'unknown-source', suggestions: ['founding-documents'] })
})

t.test('what a schema cannot see is refused where it stands', async (t) => {
  const cases: [unknown, string][] = [
    [{ needs: [{ need: 'neglect' }, { need: 'neglect' }] }, '/needs/1/need duplicate-need'],
    [{ needs: [{ need: 'neglect', childAge: { min: 9, max: 4 } }] }, '/needs/0/childAge ages-reversed'],
    [{ needs: [{ need: 'neglect', ageBands: [{ min: 0, max: 4, children: 1 }, { min: 4, max: 9, children: 1 }] }] }, '/needs/0/ageBands/1 ages-overlap'],
    [{ needs: [{ need: 'neglect', ageBands: [{ min: 0, max: 4, children: 0 }] }] }, '/needs/0/ageBands no-children'],
    [{ needs: [{ need: 'neglect', children: 5, ageBands: [{ min: 0, max: 4, children: 6 }] }] }, '/needs/0/ageBands bands-over-total'],
    [{ needs: [{ need: 'neglect', childAge: { min: 0, max: 4 }, ageBands: [{ min: 0, max: 4, children: 6 }] }] }, '/needs/0/ageBands two-ages'],
    [{ needs: [{ need: 'neglect' }], context: { couple: { true: 0.7, false: 0.4 } } }, '/context/couple shares-over-one'],
    [{ needs: [{ need: 'neglect', context: { severity: { low: 0.9, high: 0.2 } } }] }, '/needs/0/context/severity shares-over-one'],
    [{ needs: [{ need: 'neglect' }], currentProvision: [{ intervention: 'mash' }, { intervention: 'mash' }] }, '/currentProvision/1/intervention duplicate-intervention'],
    [{ needs: [{ need: 'neglect' }], weights: { evidence: 0, coverage: 0, deliverability: 0, cost: 0, addedValue: 0 } }, '/weights no-weight']
  ]
  for (const [body, expected] of cases) t.ok(near(faults(body)).includes(expected), expected)
})

t.test('every fault of a profile is named at once', async (t) => {
  t.same(near(faults({ needs: [{ need: 'nope-nope' }, { need: 'neglect', childAge: { min: 3, max: 1 } }], weights: { evidence: 1 } })), [
    '/needs/0/need unknown-need',
    '/needs/1/childAge ages-reversed'
  ])
})

t.test('a fact of one need overrides the same fact of the profile, and only that one', async (t) => {
  const { needs } = understand({ needs: [{ need: 'neglect', context: { couple: false } }, { need: 'physical-abuse' }], context: { couple: true, severity: 'high' } })
  const facts = (code: string) => needs.find((need) => need.code === code)!.cohort.context
  t.equal(facts('neglect').get('couple')?.get(false), 1)
  t.equal(facts('neglect').get('couple')?.get(true), undefined)
  t.equal(facts('neglect').get('severity')?.get('high'), 1)
  t.equal(facts('physical-abuse').get('couple')?.get(true), 1)
})

t.test('children of the age bands are the children of the need, and what the total adds is of unknown age', async (t) => {
  const bands = [{ min: 0, max: 4, children: 30 }, { min: 5, max: 9, children: 10 }]
  t.equal(understand({ needs: [{ need: 'neglect', ageBands: bands }] }).needs[0]!.children, 40)
  const [need] = understand({ needs: [{ need: 'neglect', children: 80, ageBands: bands }] }).needs
  t.same(need!.cohort.ageBands.map((band) => band.share), [0.375, 0.125])
})

t.test('needs weigh by children and priority', async (t) => {
  const weigh = (rows: [string, number | null, number | null][]) => weighNeeds(rows.map(([need, children, priority]) => ({ need, children, priority })))
  t.same([...weigh([['a', 120, null], ['b', 40, null]])], [['a', 0.75], ['b', 0.25]], 'by children')
  t.same([...weigh([['a', 100, 1], ['b', 100, 3]])], [['a', 0.75], ['b', 0.25]], 'priority 3 counts a third of priority 1')
  t.same([...weigh([['a', 100, 1], ['b', 100, null]])], [['a', 1 / 1.5], ['b', 0.5 / 1.5]], 'one without a priority comes after the lowest given')
  t.same([...weigh([['a', null, null], ['b', null, null]])], [['a', 0.5], ['b', 0.5]], 'alike where nothing is known')
  t.same([...weigh([['a', 30, null], ['b', 10, null], ['c', null, null]])], [['a', 0.5], ['b', 1 / 6], ['c', 1 / 3]], 'an unknown number is the mean of the others')
})

t.test('weights of needs do not change, to the last bit, when every count is multiplied', async (t) => {
  const rows = fc.array(fc.record({ children: fc.option(fc.integer({ min: 1, max: 5000 })), priority: fc.option(fc.integer({ min: 1, max: 9 })) }), { minLength: 1, maxLength: 8 })
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(rows, fc.integer({ min: 2, max: 99 }), (given, factor) => {
        const named = given.map((row, i) => ({ need: `n${i}`, ...row }))
        const larger = named.map((row) => ({ ...row, children: row.children === null ? null : row.children * factor }))
        const before = weighNeeds(named)
        return [...weighNeeds(larger)].every(([need, weight]) => before.get(need) === weight)
      }),
      { numRuns: 1000 }
    )
  )
})

t.test('what was inferred is said', async (t) => {
  const { inferred } = understand({ needs: [{ need: 'neglect', children: 10, priority: 2 }, { need: 'physical-abuse' }] })
  t.match(inferred.map(({ statement }) => statement).join(' '), /physical-abuse.*mean.*priority 3/s)
})

t.test('weights left out keep their default, and all are scaled to add up to one', async (t) => {
  t.same(settleWeights(), DEFAULT_WEIGHTS)
  t.equal(CRITERIA.reduce((sum, criterion) => sum + DEFAULT_WEIGHTS[criterion], 0), 1)
  t.match(settleWeights({ evidence: 1, coverage: 0, deliverability: 0, cost: 0, addedValue: 0 }), { evidence: 1, coverage: 0 })
  t.equal(settleWeights({ evidence: 1 }).evidence, 0.6667)
  t.throws(() => settleWeights({ evidence: 0, coverage: 0, deliverability: 0, cost: 0, addedValue: 0 }), RangeError)
})

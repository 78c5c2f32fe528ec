import t from 'tap'
import { changeBetween, commonest, median, percentileAmong, percentileAtMost, ratePer10000, slopePerYear, standingOf } from '../../src/benchmarks/rates.js'
import type { Figure } from '../../src/indicators/figures.js'

const ok = (value: number): Figure => ({ value, status: 'ok' })

t.test('a rate is the count per 10,000 children, as the DfE publishes it', (t) => {
  // England: children in need at 31 March 2025, children on a plan, and children looked after. DfE, 2025.
  t.strictSame(ratePer10000(ok(402_400), ok(12_183_016)), ok(330.3))
  t.strictSame(ratePer10000(ok(49_420), ok(12_183_016)), ok(40.6))
  // Section 47 enquiries of 2024 on the population before it was rebased: 187.1, as that release says.
  t.strictSame(ratePer10000(ok(224_520), ok(11_998_646)), ok(187.1))
  t.end()
})

t.test('a rate of what is not published is not published, for the same reason, and never zero', (t) => {
  t.strictSame(ratePer10000({ value: null, status: 'suppressed' }, ok(1000)), { value: null, status: 'suppressed' })
  t.strictSame(ratePer10000(ok(3), { value: null, status: 'unavailable' }), { value: null, status: 'unavailable' })
  t.strictSame(ratePer10000(ok(3), ok(0)), { value: null, status: 'not-applicable' })
  t.end()
})

t.test('a percentile counts the lower, and half of the equal', (t) => {
  t.equal(percentileAmong(5, [1, 2, 3, 4]), 100)
  t.equal(percentileAmong(0, [1, 2, 3, 4]), 0)
  t.equal(percentileAmong(2, [1, 2, 3]), 50)
  t.equal(percentileAmong(1, []), null)
  t.equal(percentileAtMost(2, [3, 4, 5], 3), 50, 'what is withheld is small')
  t.equal(percentileAtMost(0, [3, 4, 5], 3), 0, 'and more than none')
  t.equal(percentileAtMost(2, [3, 4, 5], 0), 0)
  t.end()
})

t.test('the median, the slope and the change are those of their definitions', (t) => {
  t.equal(median([3, 1, 2]), 2)
  t.equal(median([4, 1, 2, 3]), 2.5)
  t.equal(median([]), null)
  t.equal(median([26.5, 26.6]), 26.6, 'halves go up, as everywhere, whatever binary fractions make of 26.55')
  t.equal(median([462, 462.1]), 462.1)
  t.equal(slopePerYear([{ year: 2023, value: 10 }, { year: 2024, value: 12 }, { year: 2025, value: 14 }]), 2)
  t.equal(slopePerYear([{ year: 2023, value: 10 }, { year: 2024, value: null }, { year: 2025, value: 14 }]), null, 'two points are only a difference')
  t.strictSame(changeBetween(320, 336), { difference: 16, percent: 5 })
  t.strictSame(changeBetween(0, 4), { difference: 4, percent: null })
  t.equal(changeBetween(null, 4), null)
  t.end()
})

t.test('high here is told apart from common everywhere', (t) => {
  t.equal(standingOf(95, 95, false), 'high-here')
  t.equal(standingOf(95, 95, true), 'high-here-and-common')
  t.equal(standingOf(50, 50, true), 'common-everywhere')
  t.equal(standingOf(50, 50, false), 'typical')
  t.equal(standingOf(5, 5, false), 'low-here')
  t.equal(standingOf(null, null, true), 'unknown')
  t.equal(standingOf(5, 45, false), 'typical', 'low only among those that are published')
  const kinds = [9, 1, null, 7, 3, 5].map((value) => ({ value }))
  t.strictSame([...commonest(kinds)].map(({ value }) => value), [9, 7])
  t.end()
})

import t from 'tap'
import fc from 'fast-check'
import { noncentralCumulative } from '../../src/evaluation-design/distributions.js'
import { detectableDifference, normalFormulaPerGroup, powerForDifference } from '../../src/evaluation-design/means.js'
import { beforeAndAfterPrecision, clusterPrecision, designEffect, individualPrecision } from '../../src/evaluation-design/precision.js'
import { detectableShare, excessOverDetectable, powerForShares } from '../../src/evaluation-design/shares.js'
import { smallestWhere } from '../../src/evaluation-design/smallest.js'

const usual = { alpha: 0.05, power: 0.8, tails: 2 } as const
const halves = { served: 0.5, covariates: 0, explained: 0 }
const near = (a: number, b: number, within: number) => Math.abs(a - b) <= within

t.test('the minimum detectable effects are those that PowerUpR publishes', (t) => {
  t.equal(detectableDifference(individualPrecision(250, halves), usual).toFixed(3), '0.356')
  t.equal(detectableDifference(clusterPrecision(20, 15, { ...halves, intraClusterCorrelation: 0.17, explainedBetween: 0 }), usual).toFixed(3), '0.629')
  t.end()
})

t.test('the power of a t test is that of the published tables, exact and not by the normal curve', (t) => {
  const perGroup = (n: number) => individualPrecision(2 * n, halves)
  t.ok(near(powerForDifference(1, perGroup(30), usual), 0.967708258, 5e-10), 'd = 1, 30 in each group')
  t.equal(powerForDifference(0.5, perGroup(63), usual).toFixed(5), '0.79517')
  t.equal(powerForDifference(0.5, perGroup(64), usual).toFixed(5), '0.80146')
  t.equal(normalFormulaPerGroup(0.5, usual), 63, 'which the normal formula takes to be enough')
  // R's own example: power.t.test(n = 20, delta = 1, sd = 1), which leaves the wrong direction out.
  t.equal(powerForDifference(1, perGroup(20), { alpha: 0.025, tails: 1 }).toFixed(7), '0.8689528')
  t.ok(near(powerForDifference(0, perGroup(9), usual), 0.05, 1e-9), 'with no effect, the alarms are the false ones')
  t.end()
})

t.test('the noncentral t is the ordinary one where nothing shifts it, from one degree of freedom to many', (t) => {
  t.ok(near(noncentralCumulative(1, 1, 0), 0.75, 1e-9), 'Cauchy')
  t.ok(near(noncentralCumulative(2.228138852, 10, 0), 0.975, 1e-9))
  t.ok(near(noncentralCumulative(1.959963985, 1e6, 0), 0.975, 1e-6))
  t.ok(near(noncentralCumulative(0, 7, 1.5), 0.0668072013, 1e-9), 'below zero it lies as often as the normal below the shift')
  t.end()
})

t.test('two shares need as many people as R says', (t) => {
  const perGroup = (n: number) => individualPrecision(2 * n, halves)
  const normal = (n: number) => ({ ...perGroup(n), df: Infinity })
  t.equal(powerForShares({ without: 0.5, with: 0.75 }, normal(50), 0.5, usual).toFixed(3), '0.740')
  t.equal(detectableShare(0.5, 'increase', normal(50), 0.5, { ...usual, power: 0.9 })!.toFixed(4), '0.8026')
  const enough = (n: number) => excessOverDetectable({ without: 0.5, with: 0.75 }, normal(n), 0.5, { ...usual, power: 0.9 }) >= 0
  t.equal(smallestWhere(enough, 2, 1000), 77, '76.7')
  // By hand: (1.959964 sqrt(2 x .175 x .825) + .841621 sqrt(.2 x .8 + .15 x .85))^2 / .05^2 = 905.4
  t.equal(smallestWhere((n) => excessOverDetectable({ without: 0.2, with: 0.15 }, normal(n), 0.5, usual) >= 0, 2, 10_000), 906, 'from 20% to 15%')
  // By hand, 100 served and 200 not: (.1 - 1.959964 sqrt(1/6 x 5/6 x .015)) / sqrt(.1 x .9 / 100 + .2 x .8 / 200) = .2556
  t.equal(powerForShares({ without: 0.2, with: 0.1 }, { ...individualPrecision(300, { ...halves, served: 1 / 3 }), df: Infinity }, 1 / 3, usual).toFixed(4), '0.6009', 'groups of two sizes')
  t.equal(detectableShare(0.9, 'increase', normal(30), 0.5, usual), null, 'there is none between 90% and 100%, as its help page says')
  t.ok(detectableShare(0.9, 'increase', normal(74), 0.5, usual), '74 in each group are the least')
  t.equal(detectableShare(0.9, 'increase', normal(73), 0.5, usual), null)
  t.end()
})

t.test('clusters of 30 with an intra-cluster correlation of .05 take 2.45 times the people', (t) => {
  t.ok(near(designEffect(30, 0.05), 2.45, 1e-12))
  const plan = { ...halves, intraClusterCorrelation: 0.05, explainedBetween: 0 }
  t.ok(near(clusterPrecision(20, 30, plan).variance / individualPrecision(600, halves).variance, 2.45, 1e-12))
  t.end()
})

t.test('measuring before helps only where a person’s before and after correlate more than a half', (t) => {
  const after = individualPrecision(200, halves).variance
  t.ok(near(beforeAndAfterPrecision(200, 0.5, 0).variance, 2 * after, 1e-15), 'other people each time: 4V against 2V')
  t.ok(near(beforeAndAfterPrecision(200, 0.5, 0.5).variance, after, 1e-15), 'a half: no gain')
  t.ok(near(beforeAndAfterPrecision(200, 0.5, 0.75).variance, after / 2, 1e-15))
  t.end()
})

const chance = fc.double({ min: 0.1, max: 0.9, noNaN: true })
const anyTest = fc.record({ alpha: fc.constantFrom(0.01, 0.05, 0.1), power: fc.double({ min: 0.5, max: 0.99, noNaN: true }), tails: fc.constantFrom(1 as const, 2 as const) })

t.test('more people, or more clusters, never raise what is detectable', (t) => {
  fc.assert(
    fc.property(anyTest, chance, chance, fc.integer({ min: 4, max: 5000 }), fc.integer({ min: 1, max: 500 }), (test, served, rho, n, more) => {
      const plan = { served, covariates: 1, explained: 0.2, explainedBetween: 0.1, intraClusterCorrelation: rho }
      const grows = (precision: (n: number) => { variance: number; df: number }) => detectableDifference(precision(n + more), test) <= detectableDifference(precision(n), test) * (1 + 1e-9)
      return grows((n) => individualPrecision(n, plan)) && grows((n) => clusterPrecision(n, 8, plan)) && detectableDifference(clusterPrecision(n, 8 + more, plan), test) <= detectableDifference(clusterPrecision(n, 8, plan), test)
    }),
    { numRuns: 100 }
  )
  t.end()
})

t.test('clusters of one person, or of people no more alike than any others, are individuals', (t) => {
  fc.assert(
    fc.property(chance, chance, chance, fc.integer({ min: 4, max: 300 }), fc.integer({ min: 2, max: 40 }), (served, explained, rho, n, size) => {
      const plan = { served, covariates: 0, explained, explainedBetween: explained, intraClusterCorrelation: rho }
      const single = clusterPrecision(n, 1, plan)
      const alike = clusterPrecision(n, size, { ...plan, intraClusterCorrelation: 0 })
      return near(single.variance / individualPrecision(n, plan).variance, 1, 1e-12) && single.df === individualPrecision(n, plan).df && near(alike.variance / individualPrecision(n * size, plan).variance, 1, 1e-12)
    }),
    { numRuns: 100 }
  )
  t.end()
})

t.test('what is just detectable is seen with the power asked for', (t) => {
  fc.assert(
    fc.property(anyTest, chance, fc.double({ min: 0.05, max: 0.95, noNaN: true }), fc.integer({ min: 60, max: 5000 }), (test, served, without, n) => {
      const precision = individualPrecision(n, { ...halves, served })
      const share = detectableShare(without, 'decrease', { ...precision, df: Infinity }, served, test)
      const exact = powerForDifference(detectableDifference(precision, test), precision, test)
      return near(exact, test.power, 0.02) && (share === null || near(powerForShares({ without, with: share }, { ...precision, df: Infinity }, served, test), test.power, 1e-6))
    }),
    { numRuns: 100 }
  )
  t.end()
})

t.test('the search finds the first of those that hold, and says when none does', (t) => {
  fc.assert(fc.property(fc.integer({ min: 3, max: 100_000 }), (first) => smallestWhere((n) => n >= first, 3, 1_000_000) === first), { numRuns: 100 })
  t.equal(smallestWhere(() => false, 3, 1000), null)
  t.end()
})

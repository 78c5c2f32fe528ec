import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { packageRoot } from '../../src/package-root.js'
import { evenWeights, rankAcceptability, weighted, type RankAcceptability } from '../../src/appraisal/rank-acceptability.js'
import { expectedValueOfPerfectInformation, mean, shareAbove0, sharesBest } from '../../src/appraisal/statistics.js'

/** Published draws, a column each. */
function columnsOf(name: string): Float64Array[] {
  const rows = readFileSync(join(packageRoot(), 'test', 'appraisal', 'published', `${name}.csv`), 'utf8').trim().split('\n').filter((line) => !line.startsWith('#')).map((line) => line.split(',').map(Number))
  return rows[0]!.map((_, c) => Float64Array.from(rows, (row) => row[c]!))
}
const rounded = (values: readonly number[] | null, places: number) => values?.map((value) => Number(value.toFixed(places))) ?? null

t.test('the vaccine example has its published cost per unit of effect, value of information and acceptability', (t) => {
  const [effect, cost] = columnsOf('vaccine') as [Float64Array, Float64Array]
  t.equal(effect.length, 1000)
  t.equal(Number((mean(cost) / mean(effect)).toFixed(2)), 20097.59)
  const nothing = new Float64Array(1000)
  const worthAt = (k: number) => weighted([effect, cost], [k, -1], new Float64Array(1000))
  t.equal(Number(expectedValueOfPerfectInformation([nothing, worthAt(25_000)]).toFixed(6)), 2.414467)
  t.equal(shareAbove0(worthAt(25_000)), 0.529)
  t.strictSame(rounded(sharesBest([nothing, worthAt(25_000)]), 3), [0.471, 0.529])
  t.ok(Math.abs(mean(worthAt(20_097.59))) < 1e-4, 'worth nothing, on average, at what a unit costs')
  t.end()
})

t.test('the thrombolytics example has its published ranks, central weights and confidence factors', (t) => {
  const columns = columnsOf('thrombolytics')
  const [, , , first, second] = columns as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array]
  const draws = first.length
  t.equal(draws, 10_000)
  // Values are linear, so the ranks of two options are those of their difference and of nothing.
  const heparin = columns.slice(0, 3)
  const enoxaparin = heparin.map(() => new Float64Array(draws))
  const undecided = rankAcceptability([heparin, enoxaparin], [first, second, first.map((weight, d) => 1 - weight - second[d]!)])
  t.strictSame(undecided.ranks, [[0.3504, 0.6496], [0.6496, 0.3504]])
  t.strictSame(rounded(undecided.centralWeights[0]!, 6), [0.18651, 0.27722, 0.53627])
  t.strictSame(rounded(undecided.centralWeights[1]!, 6), [0.40731, 0.364148, 0.228542])
  t.strictSame(undecided.confidence, [0.6682, 0.8956])
  t.strictSame(rankAcceptability([heparin, enoxaparin], [0.5, 0.2, 0.3]).ranks, [[0.1279, 0.8721], [0.8721, 0.1279]])
  t.end()
})

t.test('an option that is worse by every measure never comes first, and no weights speak for it', (t) => {
  const draws = 100
  const each = (value: number) => [0, 1, 2].map(() => new Float64Array(draws).fill(value))
  const third = new Float64Array(draws).fill(1 / 3)
  const { ranks, centralWeights, confidence } = rankAcceptability([each(1), each(0)], [third, third, third])
  t.strictSame(ranks, [[1, 0], [0, 1]])
  t.strictSame([rounded(centralWeights[0]!, 12), centralWeights[1]], [[0.333333333333, 0.333333333333, 0.333333333333], null])
  t.strictSame(confidence, [1, null])
  t.end()
})

t.test('ranks do not depend on the order of options, on a common factor or on a common shift', (t) => {
  const options = fc.integer({ min: 1, max: 4 }).chain((count) => fc.array(fc.array(fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 5, maxLength: 5 }), { minLength: 2, maxLength: 2 }), { minLength: count, maxLength: count }))
  const toArrays = (given: number[][][], change = (x: number) => x) => given.map((option) => option.map((criterion) => Float64Array.from(criterion, change)))
  // Halves and quarters are exact, so that equals stay equal.
  const weights = [0.25, 0.75]
  fc.assert(
    fc.property(options, (given) => {
      const { ranks } = rankAcceptability(toArrays(given), weights)
      for (const share of ranks) if (Math.abs(share.reduce((sum, part) => sum + part, 0) - 1) > 1e-12) return false
      // In every draw somebody comes first.
      if (ranks.reduce((sum, share) => sum + share[0]!, 0) < 1 - 1e-12) return false
      const same = (other: RankAcceptability) => JSON.stringify(other.ranks) === JSON.stringify(ranks)
      const turned = rankAcceptability(toArrays([...given].reverse()), weights).ranks.reverse()
      return JSON.stringify(turned) === JSON.stringify(ranks) && same(rankAcceptability(toArrays(given, (x) => 4 * x), weights)) && same(rankAcceptability(toArrays(given, (x) => x + 8), weights))
    })
  )
  t.end()
})

t.test('weights that favour nothing add up to 1, and each is on average its even share', (t) => {
  const draws = 20_000
  let state = 1
  // Lehmer's generator: any even numbers will do here.
  const even = () => Float64Array.from({ length: draws }, () => (state = (state * 48271) % 2147483647) / 2147483647)
  const weights = evenWeights(even(), even())
  t.ok(weights[0].every((weight, d) => Math.abs(weight + weights[1][d]! + weights[2][d]! - 1) < 1e-12 && weight >= 0))
  // Variance of a share of three that are evenly spread: 1/18.
  for (const weight of weights) t.ok(Math.abs(mean(weight) - 1 / 3) < 4 * Math.sqrt(1 / 18 / draws))
  t.ok(Math.abs(mean(weights[0].map((weight) => (weight - 1 / 3) ** 2)) - 1 / 18) < 0.002)
  t.end()
})

import fc from 'fast-check'
import t from 'tap'
import type { Condition } from '../../src/catalogue/schemas.js'
import { ageShares, allShares, claimShares, conditionShares, stageShares, ALL_MET, ALL_UNKNOWN, type Cohort } from '../../src/recommendations/applicability.js'

const cohort = (rest: Partial<Cohort> = {}): Cohort => ({ ageBands: [], context: new Map(), ...rest })
const aged = (min: number, max: number) => cohort({ ageBands: [{ min, max, share: 1 }] })
const requires = (key: Condition['key'], is: Condition['is'], age: Condition['age'] = null): Condition => ({ key, effect: 'requires', is, age, text: 'as tested' })

t.test('ages are spread evenly over the whole years of a band, both ends included', async (t) => {
  t.same(ageShares(aged(5, 11), 5, 11), { met: 1, notMet: 0, unknown: 0 })
  t.same(ageShares(aged(7, 8), 8, 17), { met: 0.5, notMet: 0.5, unknown: 0 })
  t.same(ageShares(aged(7, 7), 8, 17), { met: 0, notMet: 1, unknown: 0 })
  t.same(ageShares(aged(17, 17), 8, 17), { met: 1, notMet: 0, unknown: 0 })
  t.same(ageShares(aged(18, 18), 8, 17), { met: 0, notMet: 1, unknown: 0 })
  t.same(ageShares(cohort(), 8, 17), ALL_UNKNOWN)
})

t.test('a band whose children are fewer than the cohort leaves the rest unknown', async (t) => {
  const some = cohort({ ageBands: [{ min: 0, max: 4, share: 0.25 }, { min: 8, max: 9, share: 0.5 }] })
  t.same(ageShares(some, 8, 17), { met: 0.5, notMet: 0.25, unknown: 0.25 })
})

t.test('a fact that the profile leaves out is unknown, and never met or unmet', async (t) => {
  t.same(conditionShares(requires('couple', [true]), cohort()), ALL_UNKNOWN)
  t.same(conditionShares(requires('couple', [true]), cohort({ context: new Map([['couple', new Map([[false, 1]])]]) })), { met: 0, notMet: 1, unknown: 0 })
})

t.test('shares that do not add up to one leave the rest unknown', async (t) => {
  const misusing = cohort({ context: new Map([['parentsMisusing', new Map([[1, 0.6], [2, 0.3]])]]) })
  t.same(conditionShares(requires('parentsMisusing', [1]), misusing), { met: 0.6, notMet: 0.3, unknown: 0.1 })
})

t.test('several conditions multiply, as if independent', async (t) => {
  t.same(allShares([{ met: 0.6, notMet: 0.3, unknown: 0.1 }, { met: 0.5, notMet: 0.5, unknown: 0 }]), { met: 0.3, notMet: 0.65, unknown: 0.05 })
})

t.test('a condition that no profile can express, and a caution, limit nothing', async (t) => {
  const caution: Condition = { ...requires('severity', ['high']), effect: 'caution' }
  t.same(claimShares([requires(null, null), caution], ALL_MET, cohort()), ALL_MET)
})

t.test('a fact that is asked twice counts once', async (t) => {
  const staged = cohort({ context: new Map([['stage', new Map([['plo-pre-proceedings', 0.6], ['early-help', 0.4]])]]) })
  const usedBefore = stageShares({ stages: ['plo-pre-proceedings' as const], stagesStated: true }, staged)
  const before = requires('stage', ['plo-pre-proceedings'])
  t.same(claimShares([before], usedBefore, staged), { met: 0.6, notMet: 0.4, unknown: 0 }, 'of the intervention and of its claim')
  t.same(claimShares([before, requires('stage', ['plo-pre-proceedings', 's17-child-in-need'])], ALL_MET, staged), { met: 0.6, notMet: 0.4, unknown: 0 }, 'of a claim')
  t.same(claimShares([requires('childAge', null, { min: 0, max: 7 }), requires('childAge', null, { min: 6, max: 17 })], ALL_MET, aged(5, 8)), ageShares(aged(5, 8), 6, 7), 'of ages, what both allow')
})

t.test('the stage of use is asked only where the profile names a stage', async (t) => {
  const at = (stage: string) => cohort({ context: new Map([['stage', new Map([[stage, 1]])]]) })
  const stated = { stages: ['edge-of-care' as const], stagesStated: true }
  const scope = { stages: ['s47-child-protection' as const], stagesStated: false }
  t.same(stageShares(stated, cohort()), ALL_MET)
  t.same(stageShares(stated, at('early-help')), { met: 0, notMet: 1, unknown: 0 }, 'another stage than the one stated is not met')
  t.same(stageShares(scope, at('early-help')), { met: 0, notMet: 0, unknown: 1 }, 'a stage that the review did not look at is unknown')
  t.same(stageShares(scope, at('s47-child-protection')), { met: 1, notMet: 0, unknown: 0 })
  t.same(stageShares({ stages: null, stagesStated: false }, at('early-help')), ALL_MET)
})

t.test('shares are never negative and add up to one', async (t) => {
  const share = fc.tuple(fc.nat({ max: 1000 }), fc.nat({ max: 1000 })).map(([a, b]) => {
    const met = a / 1000
    const notMet = Math.min(b / 1000, 1 - met)
    return { met, notMet, unknown: 1 - met - notMet }
  })
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.array(share, { minLength: 1, maxLength: 6 }), (parts) => {
        const all = allShares(parts)
        const sum = all.met + all.notMet + all.unknown
        return [all.met, all.notMet, all.unknown].every((x) => x >= 0 && x <= 1) && Math.abs(sum - 1) < 1e-5
      })
    )
  )
})

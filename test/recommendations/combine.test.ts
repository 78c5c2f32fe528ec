import t from 'tap'
import type { Claim } from '../../src/catalogue/schemas.js'
import { strengthOrder, type Goal } from '../../src/catalogue/vocabulary.js'
import { NO_AIM, STANDINGS, certainty, combineClaims } from '../../src/recommendations/combine.js'

/** How claims about one intervention and need come to one position. The rule itself stands at `combineClaims`. */

let count = 0
const say = (direction: Claim['direction'], strength: Claim['strength'], rest: Partial<Claim> = {}): Claim => ({
  id: `claim-${(count += 1)}`,
  intervention: 'any',
  need: 'any',
  outcome: null,
  outcomeFor: 'child',
  population: null,
  direction,
  strength,
  status: 'graded-in-words',
  nativeRating: null,
  age: null,
  conditions: [],
  studyDesign: null,
  consistency: null,
  country: null,
  year: 2017,
  independent: null,
  besideTheAim: false,
  finding: null,
  sample: null,
  comparator: null,
  howRead: 'seen',
  reviewed: null,
  relevance: null,
  note: null,
  sources: [],
  ...rest
})
const met = (share: number, unknown = 0) => ({ met: share, notMet: 1 - share - unknown, unknown })
const standing = (claims: (Claim | [Claim, ReturnType<typeof met>])[], goal: Goal | null = null) => {
  const { tier } = combineClaims(claims.map((c) => (Array.isArray(c) ? { claim: c[0], shares: c[1] } : { claim: c, shares: met(1) })), { goal, supporting: false })
  return tier === -1 ? 'does not apply' : STANDINGS[tier]
}
const uk = { country: 'England' as const }
const us = { country: 'United States' as const }

const table: [string, ReturnType<typeof standing>, string][] = [
  ['moderate evidence that applies', standing([say('positive', 'moderate')]), 'recommended'],
  ['evidence-based, conditions met for half', standing([[say('positive', 'evidence-based'), met(0.5)]]), 'recommended'],
  ['evidence-based, conditions met for less than half', standing([[say('positive', 'evidence-based'), met(0.49)]]), 'consider'],
  ['evidence-based, conditions not known', standing([[say('positive', 'evidence-based'), met(0, 1)]]), 'consider'],
  ['evidence-based, conditions met by nobody', standing([[say('positive', 'evidence-based'), met(0)]]), 'does not apply'],
  ['preliminary evidence', standing([say('positive', 'preliminary')]), 'consider'],
  ['called effective without a grade', standing([say('positive', null)]), 'consider'],
  ["users' views only", standing([say('positive', 'limited')]), 'test-and-evaluate'],
  ['mixed findings of some certainty', standing([say('mixed', 'evidence-based')]), 'consider'],
  ['mixed findings of limited certainty', standing([say('mixed', 'limited')]), 'test-and-evaluate'],
  ['not evaluated', standing([say('unknown', 'none')]), 'test-and-evaluate'],
  ['a rigorous UK finding of no effect alone', standing([say('no-effect', 'evidence-based', uk)]), 'not-supported'],
  ['a finding of no effect that applies to nobody for certain', standing([[say('no-effect', 'evidence-based', uk), met(0, 1)]]), 'does not apply'],
  ['an older high rating and a later UK trial that found nothing', standing([say('positive', 'strong', { year: 2014 }), say('no-effect', 'evidence-based', { ...uk, year: 2018 })]), 'consider'],
  ['the same trial before the high rating, which is not from the UK', standing([say('positive', 'strong', { ...us, year: 2022 }), say('no-effect', 'evidence-based', { ...uk, year: 2018 })]), 'consider'],
  ['a later rigorous UK trial of benefit answers an earlier one of none', standing([say('positive', 'evidence-based', { ...uk, year: 2024 }), say('no-effect', 'evidence-based', { ...uk, year: 2018 })]), 'recommended'],
  ['an earlier rigorous UK trial of benefit does not', standing([say('positive', 'evidence-based', { ...uk, year: 2012 }), say('no-effect', 'evidence-based', { ...uk, year: 2018 })]), 'consider'],
  ['not known to work, and a UK study found nothing', standing([say('unknown', 'none'), say('no-effect', 'evidence-based', uk)]), 'not-supported'],
  ['no effect abroad beside a high rating', standing([say('positive', 'strong'), say('no-effect', 'strong', us)]), 'recommended'],
  ['no effect abroad and nothing else known', standing([say('unknown', 'none'), say('no-effect', 'evidence-based', us)]), 'not-supported'],
  ['no effect in a weak UK study beside a high rating', standing([say('positive', 'evidence-based'), say('no-effect', 'preliminary', uk)]), 'recommended'],
  ['harm in a rigorous UK study', standing([say('positive', 'strong'), say('harm', 'evidence-based', uk)]), 'not-supported'],
  ['harm in a rigorous study elsewhere', standing([say('positive', 'strong'), say('harm', 'evidence-based', us)]), 'consider'],
  ['no effect under 8, benefit from 8: a cohort of 8 and over', standing([[say('positive', 'evidence-based', uk), met(1)], [say('no-effect', 'evidence-based', uk), met(0)]]), 'recommended'],
  ['no effect under 8, benefit from 8: a cohort under 8', standing([[say('positive', 'evidence-based', uk), met(0)], [say('no-effect', 'evidence-based', uk), met(1)]]), 'not-supported'],
  ['no effect under 8, benefit from 8: half and half', standing([[say('positive', 'evidence-based', uk), met(0.5)], [say('no-effect', 'evidence-based', uk), met(0.5)]]), 'consider'],
  ['no effect for a small part of those who benefit', standing([[say('positive', 'evidence-based', uk), met(0.9)], [say('no-effect', 'evidence-based', uk), met(0.1)]]), 'recommended'],
  ['no effect in a rigorous UK trial that may apply: a fact is unknown', standing([say('positive', 'evidence-based', uk), [say('no-effect', 'evidence-based', uk), met(0, 1)]]), 'consider'],
  ['no effect elsewhere that may apply', standing([say('positive', 'evidence-based', uk), [say('no-effect', 'evidence-based', us), met(0, 1)]]), 'recommended'],
  ['no effect on children answered only by a later UK trial for adults', standing([say('positive', 'evidence-based', { ...uk, year: 2024, outcomeFor: 'adult' }), say('no-effect', 'evidence-based', { ...uk, year: 2018 })]), 'consider'],
  ['a finished UK trial whose result nobody here has seen', standing([say('positive', 'strong', us), say('unknown', 'none', { ...uk, status: 'result-not-seen', studyDesign: 'randomised-trial', year: 2024 })]), 'consider'],
  ['no effect on an outcome beside the aim', standing([say('positive', 'evidence-based', uk), say('no-effect', 'evidence-based', { ...uk, besideTheAim: true })]), 'recommended'],
  ['harm is never beside the aim', standing([say('positive', 'evidence-based', uk), say('harm', 'evidence-based', { ...uk, besideTheAim: true })]), 'not-supported'],
  ['adult outcomes when child outcomes are the goal', standing([say('positive', 'evidence-based', { outcomeFor: 'adult' })], 'child-outcomes'), 'consider'],
  ['adult outcomes when no goal is given', standing([say('positive', 'evidence-based', { outcomeFor: 'adult' })]), 'recommended'],
  ['parenting outcomes when child outcomes are the goal', standing([say('positive', 'evidence-based', { outcomeFor: 'parenting' })], 'child-outcomes'), 'recommended'],
  ['nothing at all', standing([]), 'does not apply']
]

t.test('the standing that claims come to', async (t) => {
  for (const [situation, found, expected] of table) t.equal(found, expected, situation)
})

t.test('a finding of no effect is kept beside the benefit, and shown as a disagreement', async (t) => {
  const benefit = say('positive', 'strong', { year: 2014 })
  const nothing = say('no-effect', 'evidence-based', { ...uk, year: 2018 })
  const position = combineClaims([{ claim: benefit, shares: met(1) }, { claim: nothing, shares: met(1) }], NO_AIM)
  t.equal(position.lead?.claim.id, benefit.id)
  t.equal(position.decidedAgainst?.claim.id, nothing.id)
  t.same(position.against.map((one) => one.claim.id), [nothing.id])
  t.ok(position.disagreement)
  t.equal(position.value, certainty(benefit, NO_AIM) * 0.8)
})

t.test('value counts only the share for whom the conditions are met, and unknown only as a promise', async (t) => {
  const position = combineClaims([{ claim: say('positive', 'evidence-based'), shares: { met: 0.6, notMet: 0.1, unknown: 0.3 } }], NO_AIM)
  t.equal(position.value, 0.8 * 0.6)
  t.ok(Math.abs(position.potential - 0.8 * 0.9) < 1e-12)
  t.equal(position.addressed, 0.6)
})

t.test('strengths stand in one order, with the ungraded between limited and preliminary', async (t) => {
  const rising = ['none', 'limited', null, 'preliminary', 'moderate', 'evidence-based', 'strong'] as const
  t.same([...rising].sort((a, b) => strengthOrder(a) - strengthOrder(b)), rising)
  const sure = rising.map((strength) => certainty({ strength, consistency: null, outcomeFor: 'child' }, NO_AIM))
  t.same([...sure].sort((a, b) => a - b), sure, 'and certainty rises with it')
})

t.test('consistency moves certainty by less than a step of strength', async (t) => {
  const sure = (strength: Claim['strength'], consistency: Claim['consistency']) => certainty({ strength, consistency, outcomeFor: 'child' }, NO_AIM)
  t.ok(sure('evidence-based', 'most-consistent') > sure('evidence-based', null))
  t.ok(sure('evidence-based', 'single-study') < sure('evidence-based', null))
  t.ok(sure('evidence-based', 'most-consistent') < sure('strong', 'single-study'))
  t.ok(sure('evidence-based', 'single-study') > sure('moderate', 'most-consistent'))
})

import t, { type Test } from 'tap'
import fc from 'fast-check'
import { DomainError } from '../../src/errors.js'
import type { EvaluationDesignAnswer, EvaluationDesignInput } from '../../src/evaluation-design/schemas.js'
import { designEvaluation } from '../../src/evaluation-design/service.js'
import { testApp } from '../helpers/app.js'

type Body = EvaluationDesignInput
const score: Body['outcome'] = { label: 'difficulties score', kind: 'mean', unit: 'points', standardDeviation: 6 }
const referral: Body['outcome'] = { label: 're-referral', kind: 'share', shareWithout: 0.2 }
const individual = (rest: Partial<Body>): Body => ({ design: 'individual-trial', solveFor: 'effect', outcome: score, ...rest })
const teams = (rest: Partial<Body>): Body => ({ design: 'cluster-trial', solveFor: 'effect', outcome: score, intraClusterCorrelation: 0.17, ...rest })
const change = (rest: Partial<Body>): Body => ({ design: 'before-and-after', solveFor: 'effect', outcome: score, correlationBeforeAfter: 0.6, ...rest })
const codes = (answer: EvaluationDesignAnswer) => answer.warnings.map(({ code }) => code)

t.test('over HTTP, a plan is answered with the figure, its formula and source, and how to read it', async (t) => {
  const app = await testApp(t)
  const response = await app.inject({ method: 'POST', url: '/v1/evaluation-designs', payload: individual({ people: 250 }) })
  t.equal(response.statusCode, 200)
  const answer = response.json<EvaluationDesignAnswer>()
  t.match(answer, { effect: { status: 'ok', inStandardDeviations: 0.355775, inUnits: 2.13465, unit: 'points' }, degreesOfFreedom: 248, formula: { sources: [{ id: 'dong-maynard-2013' }] } })
  t.match(answer.reading[0], /With 250 children .* only see a difference of at least 0\.36 standard deviations \(2\.13 points\)/)

  for (const [payload, pointer] of [
    [individual({ people: 250, power: 1 }), '/power'],
    [individual({ people: 250, outcome: { ...referral, shareWithout: 20 } }), '/outcome/shareWithout'],
    [teams({ clusters: 1, peoplePerCluster: 15 }), '/clusters']
  ] as const) {
    const refused = await app.inject({ method: 'POST', url: '/v1/evaluation-designs', payload })
    t.equal(refused.statusCode, 422, pointer)
    t.match(refused.json(), { code: 'evaluation-design', errors: [{ pointer, code: 'range' }] })
  }
  const unknown = await app.inject({ method: 'POST', url: '/v1/evaluation-designs', payload: { ...individual({}), peoples: 250 } })
  t.equal(unknown.statusCode, 400)
  t.match(unknown.json(), { errors: [{ pointer: '/peoples', code: 'unknown-field', suggestions: ['people'] }] })
})

t.test('half a standard deviation takes 64 in each group; the normal formula, which is shown and not used, says 63', (t) => {
  const answer = designEvaluation(individual({ solveFor: 'sample', effectInUnits: 3 }))
  t.match(answer, { sample: { people: 128, peopleServed: 64, peopleCompared: 64 }, normalFormulaPeople: 126, power: 0.80146 })
  t.equal(designEvaluation(individual({ solveFor: 'power', people: 126, effectInStandardDeviations: 0.5 })).power?.toFixed(5), '0.79517')
  t.end()
})

t.test('the sample is enlarged for those who are lost, in each group', (t) => {
  const answer = designEvaluation(individual({ solveFor: 'sample', effectInStandardDeviations: 0.5, attrition: 0.2 }))
  t.match(answer.sample, { people: 160, peopleServed: 80, peopleCompared: 80, peopleAnalysed: 128 })
  t.notOk(codes(answer).includes('no-attrition'))
  t.ok(codes(designEvaluation(individual({ people: 250 }))).includes('no-attrition'))
  const lost = designEvaluation(individual({ people: 250, attrition: 0.2 }))
  t.equal(lost.effect.inStandardDeviations, designEvaluation(individual({ people: 200 })).effect.inStandardDeviations)
  t.end()
})

t.test('a fall from 20% to 15% takes 906 in each group, and is told in whole children', (t) => {
  const answer = designEvaluation(individual({ outcome: referral, solveFor: 'sample', shareWith: 0.15 }))
  t.match(answer, { sample: { peopleServed: 906, peopleCompared: 906 }, effect: { percentagePoints: 5 }, degreesOfFreedom: null, formula: { sources: [{ id: 'fleiss-levin-paik-2003' }] } })
  t.match(answer.reading.join(' '), /from 20% to 15% takes 1,812 children.* 200 without the service, and to 150 with it/)
  const teamed = designEvaluation(teams({ outcome: referral, solveFor: 'sample', shareWith: 0.15, peoplePerCluster: 30, intraClusterCorrelation: 0.05 }))
  t.equal(teamed.designEffect, 2.45)
  t.ok(teamed.sample.people! >= 1812 * 2.45 && teamed.sample.people! < 1812 * 2.45 * 1.05, 'some more for few clusters')
  t.end()
})

t.test('20 teams of 15 show .629 or more, and are told that they are few and that more children would add little', (t) => {
  const answer = designEvaluation(teams({ clusters: 20, peoplePerCluster: 15 }))
  t.equal(answer.effect.inStandardDeviations?.toFixed(3), '0.629')
  t.strictSame(codes(answer), ['few-clusters', 'more-people-add-little', 'large-effect', 'no-attrition'])
  t.notOk(codes(designEvaluation(teams({ clusters: 60, peoplePerCluster: 15, intraClusterCorrelation: 0.01 }))).includes('few-clusters'))
  t.end()
})

t.test('a sample that cannot be had is null and said to be, never a number', (t) => {
  const few = designEvaluation(teams({ solveFor: 'sample', clusters: 10, effectInStandardDeviations: 0.3 }))
  t.match(few, { sample: { status: 'not-reachable', people: null, clusters: 10 }, power: null, warnings: [{ code: 'not-reachable' }] })
  t.match(few.reading[0], /too few to see a difference of 0\.3/)
  const rare = designEvaluation(individual({ people: 60, outcome: { ...referral, shareWithout: 0.05 } }))
  t.match(rare, { effect: { status: 'not-reachable', shareWith: null, percentagePoints: null }, power: null })
  t.match(rare.reading[0], /not even to 0%/)
  t.end()
})

t.test('before and after is never passed off as a trial, and says where measuring before gains nothing', (t) => {
  const good = designEvaluation(change({ people: 300 }))
  t.ok(codes(good).includes('not-randomised') && codes(good).includes('clusters-ignored'))
  t.notOk(codes(good).includes('before-measure-does-not-help'))
  const none = designEvaluation(change({ people: 300, correlationBeforeAfter: 0.5 }))
  t.ok(codes(none).includes('before-measure-does-not-help'))
  t.equal(none.effect.inStandardDeviations, designEvaluation(individual({ people: 300 })).effect.inStandardDeviations)
  t.match(good.assumptions[0], /changed alike/)
  t.end()
})

t.test('warnings follow what the figures say', (t) => {
  t.ok(codes(designEvaluation(individual({ people: 40, outcome: { ...referral, direction: 'increase' }, attrition: 0.1 }))).includes('large-effect'))
  t.ok(codes(designEvaluation(individual({ people: 400, outcome: { ...referral, shareWithout: 0.02, direction: 'increase' } }))).includes('small-counts'))
  t.ok(codes(designEvaluation(individual({ solveFor: 'power', people: 60, effectInStandardDeviations: 0.3 }))).includes('low-power'))
  t.ok(codes(designEvaluation(individual({ people: 200, tails: 1 }))).includes('one-tail'))
  t.strictSame(codes(designEvaluation(individual({ people: 400, attrition: 0.1 }))), [])
  t.end()
})

const refusals: [string, Body, string, string][] = [
  ['a power of 1', individual({ people: 250, power: 1 }), '/power', 'range'],
  ['a power of less than a half', individual({ people: 250, power: 0.3 }), '/power', 'range'],
  ['an alpha of 0', individual({ people: 250, alpha: 0 }), '/alpha', 'range'],
  ['three tails', individual({ people: 250, tails: 3 }), '/tails', 'range'],
  ['two people', individual({ people: 2 }), '/people', 'range'],
  ['more people than there are', individual({ people: 1e300 }), '/people', 'range'],
  ['nobody to ask', individual({}), '/people', 'required'],
  ['a sample given where it is asked for', individual({ solveFor: 'sample', people: 9, effectInUnits: 3 }), '/people', 'not-used'],
  ['no effect to look for', individual({ solveFor: 'sample' }), '/effectInStandardDeviations', 'one-of'],
  ['an effect of 0', individual({ solveFor: 'sample', effectInStandardDeviations: 0 }), '/effectInStandardDeviations', 'range'],
  ['an effect in units of nothing', individual({ solveFor: 'sample', effectInUnits: 3, outcome: { label: 'x', kind: 'mean' } }), '/outcome/standardDeviation', 'required'],
  ['a share of 1', individual({ people: 250, outcome: { ...referral, shareWithout: 1 } }), '/outcome/shareWithout', 'range'],
  ['no share to start from', individual({ people: 250, outcome: { label: 'x', kind: 'share' } }), '/outcome/shareWithout', 'required'],
  ['the same share twice', individual({ solveFor: 'sample', outcome: referral, shareWith: 0.2 }), '/shareWith', 'range'],
  ['a standard deviation of a share', individual({ people: 9, outcome: { ...referral, standardDeviation: 1 } }), '/outcome/standardDeviation', 'not-used'],
  ['one team', teams({ clusters: 1, peoplePerCluster: 15 }), '/clusters', 'range'],
  ['two teams', teams({ clusters: 2, peoplePerCluster: 15 }), '/clusters', 'range'],
  ['teams with no correlation', teams({ clusters: 20, peoplePerCluster: 15, intraClusterCorrelation: undefined }), '/intraClusterCorrelation', 'required'],
  ['teams and their size where one is asked for', teams({ solveFor: 'sample', effectInUnits: 3, clusters: 20, peoplePerCluster: 15 }), '/clusters', 'one-of'],
  ['a correlation of before and after that is not known', change({ people: 300, correlationBeforeAfter: undefined }), '/correlationBeforeAfter', 'required'],
  ['a correlation of 1', change({ people: 300, correlationBeforeAfter: 1 }), '/correlationBeforeAfter', 'range'],
  ['everybody lost', individual({ people: 250, attrition: 1 }), '/attrition', 'range'],
  ['too many lost', individual({ people: 10, attrition: 0.9 }), '/attrition', 'range'],
  ['nobody to compare with', individual({ people: 10, shareServed: 0.99 }), '/shareServed', 'range'],
  ['variance explained by nothing', individual({ people: 250, varianceExplained: 0.5 }), '/covariates', 'required']
]
t.test('a plan that cannot be is refused, with the field and the fault', (t) => {
  for (const [title, body, pointer, code] of refusals) expectRefused(t, title, body, pointer, code)
  t.end()
})

function expectRefused(t: Test, title: string, body: Body, pointer: string, code: string) {
  try {
    designEvaluation(body)
    t.fail(`${title} is accepted`)
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    t.match({ status: error.status, errors: error.errors }, { status: 422, errors: [{ pointer, code }] }, title)
  }
}

const outcome = fc.constantFrom(score, referral, { ...referral, shareWithout: 0.6 })
const attrition = fc.constantFrom(0, 0.07, 0.15, 0.5)
const served = fc.constantFrom(0.5, 0.3, 2 / 3)

t.test('the sample that an effect takes can show that effect, and little less could not', (t) => {
  fc.assert(
    fc.property(outcome, attrition, served, fc.constantFrom('individual-trial', 'cluster-trial', 'before-and-after'), fc.double({ min: 0.1, max: 0.9, noNaN: true }), (outcome, attrition, shareServed, design, size) => {
      const isMean = outcome.kind === 'mean'
      const common = { design, outcome, attrition, shareServed, ...(design === 'cluster-trial' ? { intraClusterCorrelation: 0.05, peoplePerCluster: 12 } : design === 'before-and-after' ? { correlationBeforeAfter: 0.4 } : {}) } as Body
      const effect = isMean ? { effectInStandardDeviations: size } : { shareWith: outcome.shareWithout! * (1 - size) }
      const { sample } = designEvaluation({ ...common, ...effect, solveFor: 'sample' })
      // Answers have six decimals, so what is just shown and just not shown are told apart with that much room.
      const shown = (fewer: number, room: number) => {
        const counts = design === 'cluster-trial' ? { clusters: sample.clusters! - fewer } : { people: sample.people! - fewer }
        const answer = designEvaluation({ ...common, ...counts, solveFor: 'effect' })
        return isMean ? answer.effect.inStandardDeviations! <= size + room : answer.effect.shareWith !== null && answer.effect.shareWith >= outcome.shareWithout! * (1 - size) - room
      }
      // Rounding each group up, and again for those who are lost, adds at most a few.
      const slack = design === 'cluster-trial' ? 2 : Math.ceil(4 / (1 - attrition))
      const smallest = design === 'cluster-trial' ? sample.clusters! : sample.people!
      return shown(0, 1e-6) && (smallest - slack < 10 / (1 - attrition) || !shown(slack, -1e-6))
    }),
    { numRuns: 60 }
  )
  t.end()
})

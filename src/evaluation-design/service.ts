import { unprocessable } from '../errors.js'
import { evaluatePlan } from './evaluate.js'
import { readPlan } from './plan.js'
import type { EvaluationDesignAnswer, EvaluationDesignInput } from './schemas.js'
import { assumptionsOf, formulaOf, readingOf, warningsOf } from './words.js'

/** Six decimals: more than any plan knows, and no tail of binary fractions. */
const rounded = (value: number) => Math.round(value * 1e6) / 1e6
const orNull = (value: number | null) => (value === null ? null : rounded(value))

/** Works out what an evaluation of this kind and size could show. Nothing is stored. */
export function designEvaluation(input: EvaluationDesignInput): EvaluationDesignAnswer {
  const read = readPlan(input)
  if ('faults' in read) {
    const [first, ...others] = read.faults
    throw unprocessable(others.length === 0 ? first!.message : `The plan has ${read.faults.length} faults; the first: ${first!.message}`, { code: 'evaluation-design', title: 'That evaluation cannot be planned', errors: read.faults })
  }
  const { plan } = read
  const result = evaluatePlan(plan)
  const { effect, sample } = result
  const isMean = plan.outcome.kind === 'mean'
  const without = plan.outcome.kind === 'share' ? plan.outcome.without : null
  const deviation = plan.outcome.kind === 'mean' ? plan.outcome.standardDeviation : null
  return {
    design: plan.design,
    solvedFor: plan.solveFor,
    outcome: plan.label,
    effect: {
      status: effect === null ? 'not-reachable' : 'ok',
      inStandardDeviations: isMean ? orNull(effect) : null,
      inUnits: effect === null || deviation === null ? null : rounded(effect * deviation),
      unit: plan.outcome.kind === 'mean' ? plan.outcome.unit : null,
      shareWithout: without,
      shareWith: isMean ? null : orNull(effect),
      percentagePoints: effect === null || without === null ? null : rounded(Math.abs(effect - without) * 100)
    },
    sample: {
      status: sample === null ? 'not-reachable' : 'ok',
      people: sample?.people ?? null,
      peopleServed: sample?.served ?? null,
      peopleCompared: sample?.compared ?? null,
      peopleAnalysed: sample?.analysed ?? null,
      clusters: sample?.clusters ?? plan.clusters,
      clustersServed: sample?.clustersServed ?? null,
      clustersCompared: sample?.clustersCompared ?? null,
      peoplePerCluster: sample?.size ?? plan.size
    },
    power: orNull(result.power),
    powerAskedFor: plan.solveFor === 'power' ? null : plan.power,
    alpha: plan.alpha,
    tails: plan.tails,
    designEffect: orNull(result.designEffect),
    degreesOfFreedom: result.df,
    normalFormulaPeople: result.normalFormulaPeople,
    formula: formulaOf(plan),
    assumptions: assumptionsOf(plan),
    reading: readingOf(plan, result),
    warnings: warningsOf(plan, result)
  }
}

import { detectableDifference, normalFormulaPerGroup, powerForDifference } from './means.js'
import { MOST_PEOPLE, analysedOf, groupsOf, recruitedFor, type Plan } from './plan.js'
import { beforeAndAfterPrecision, clusterPrecision, designEffect, individualPrecision, type Precision } from './precision.js'
import { detectableShare, excessOverDetectable, powerForShares } from './shares.js'
import { smallestWhere } from './smallest.js'

/** What a plan comes to. A null is a figure that does not exist, or that nobody asked for. */
export interface Result {
  /** Of a mean in standard deviations, of a share the share with the service. */
  effect: number | null
  sample: Sample | null
  power: number | null
  df: number | null
  designEffect: number | null
  normalFormulaPeople: number | null
  /** Of a cluster trial: the effect below which no number of people in these clusters would do, in standard deviations. */
  floor: number | null
}

export interface Sample {
  people: number
  served: number
  compared: number
  analysed: number
  clusters: number | null
  clustersServed: number | null
  clustersCompared: number | null
  size: number | null
}

/** Smallest sample that the degrees of freedom allow. */
const least = (plan: Plan) => 3 + plan.covariates

function precisionOf(plan: Plan, count: number, size: number): Precision {
  if (plan.design === 'cluster-trial') return clusterPrecision(count, size, { ...plan, intraClusterCorrelation: plan.rho })
  const precision = plan.design === 'before-and-after' ? beforeAndAfterPrecision(count, plan.served, plan.correlation) : individualPrecision(count, plan)
  // Two shares are compared on the normal curve where people are drawn one by one.
  return plan.outcome.kind === 'share' ? { ...precision, df: Infinity } : precision
}

function sees(plan: Plan, effect: number, precision: Precision): boolean {
  if (plan.outcome.kind === 'mean') return detectableDifference(precision, plan) <= effect
  return excessOverDetectable({ without: plan.outcome.without, with: effect }, precision, plan.served, plan) >= 0
}

/**
 * Works out what a plan leaves open: the least effect that its sample can show, the least sample that can
 * show its effect, or the chance that the one shows the other.
 *
 * The size of a cluster is taken after the people who are lost; of a sample that is worked out, each
 * group is rounded up to whole people or clusters.
 */
export function evaluatePlan(plan: Plan): Result {
  const sample = plan.solveFor === 'sample' ? sampleFor(plan) : sampleAsGiven(plan)
  const nothing = { power: null, df: null, designEffect: null, normalFormulaPeople: null, floor: null }
  if (sample === null) return { ...nothing, effect: plan.effect, sample, designEffect: designEffectOf(plan, plan.size), floor: plan.clusters === null ? null : floorOf(plan, plan.clusters) }
  const precision = sample.clusters === null ? precisionOf(plan, sample.analysed, 1) : precisionOf(plan, sample.clusters, sample.size! * (1 - plan.attrition))
  const effect = plan.effect ?? detectable(plan, precision)
  return {
    effect,
    sample,
    power: effect === null ? null : plan.outcome.kind === 'mean' ? powerForDifference(effect, precision, plan) : powerForShares({ without: plan.outcome.without, with: effect }, precision, plan.served, plan),
    df: precision.df === Infinity ? null : precision.df,
    designEffect: designEffectOf(plan, sample.size),
    normalFormulaPeople: plan.solveFor === 'sample' && plan.outcome.kind === 'mean' && plan.design === 'individual-trial' && plan.served === 0.5 && plan.covariates === 0 ? 2 * normalFormulaPerGroup(plan.effect!, plan) : null,
    floor: sample.clusters === null ? null : floorOf(plan, sample.clusters)
  }
}

const designEffectOf = (plan: Plan, size: number | null) => (plan.design === 'cluster-trial' && size !== null ? designEffect(Math.max(1, size * (1 - plan.attrition)), plan.rho) : null)

const floorOf = (plan: Plan, clusters: number) => (plan.outcome.kind === 'mean' ? detectableDifference(precisionOf(plan, clusters, Infinity), plan) : null)

function detectable(plan: Plan, precision: Precision): number | null {
  if (plan.outcome.kind === 'mean') return detectableDifference(precision, plan)
  return detectableShare(plan.outcome.without, plan.outcome.direction, precision, plan.served, plan)
}

function sampleAsGiven(plan: Plan): Sample {
  if (plan.clusters !== null && plan.size !== null) return clusterSample(plan, plan.clusters, Math.round(plan.clusters * plan.served), plan.size)
  const people = plan.people!
  const served = Math.round(people * plan.served)
  return { people, served, compared: people - served, analysed: analysedOf(people, plan.attrition), clusters: null, clustersServed: null, clustersCompared: null, size: null }
}

function sampleFor(plan: Plan): Sample | null {
  const effect = plan.effect!
  if (plan.design !== 'cluster-trial') {
    const needed = smallestWhere((count) => sees(plan, effect, precisionOf(plan, count, 1)), least(plan), MOST_PEOPLE)
    if (needed === null) return null
    const groups = groupsOf(needed, plan.served)
    const served = recruitedFor(groups.served, plan.attrition)
    const compared = recruitedFor(groups.compared, plan.attrition)
    return { people: served + compared, served, compared, analysed: groups.served + groups.compared, clusters: null, clustersServed: null, clustersCompared: null, size: null }
  }
  if (plan.size !== null) {
    const size = plan.size
    const needed = smallestWhere((count) => sees(plan, effect, precisionOf(plan, count, size * (1 - plan.attrition))), least(plan), MOST_PEOPLE)
    if (needed === null) return null
    const groups = groupsOf(needed, plan.served)
    return clusterSample(plan, groups.served + groups.compared, groups.served, size)
  }
  const clusters = plan.clusters!
  const analysed = smallestWhere((size) => sees(plan, effect, precisionOf(plan, clusters, size)), 1, MOST_PEOPLE)
  return analysed === null ? null : clusterSample(plan, clusters, Math.round(clusters * plan.served), recruitedFor(analysed, plan.attrition))
}

function clusterSample(plan: Plan, clusters: number, clustersServed: number, size: number): Sample {
  const served = Math.round(clustersServed * size)
  const people = Math.round(clusters * size)
  return { people, served, compared: people - served, analysed: analysedOf(people, plan.attrition), clusters, clustersServed, clustersCompared: clusters - clustersServed, size }
}

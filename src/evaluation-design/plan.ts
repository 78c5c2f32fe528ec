import type { ErrorItem } from '../errors.js'
import type { Test } from './means.js'
import type { EvaluationDesignInput } from './schemas.js'

/** A plan with its defaults filled in, of which all that its design and its question need is given. */
export interface Plan extends Test {
  design: EvaluationDesignInput['design']
  solveFor: EvaluationDesignInput['solveFor']
  label: string
  who: string
  outcome: { kind: 'mean'; unit: string | null; standardDeviation: number | null } | { kind: 'share'; without: number; direction: 'decrease' | 'increase' }
  people: number | null
  clusters: number | null
  size: number | null
  /** Of a mean in standard deviations, of a share the share with the service; null where it is asked for. */
  effect: number | null
  rho: number
  correlation: number
  covariates: number
  explained: number
  explainedBetween: number
  served: number
  attrition: number
}

/** No evaluation here is larger; a search ends there. */
export const MOST_PEOPLE = 10_000_000
const MOST_COVARIATES = 100

type Field = keyof EvaluationDesignInput | `outcome/${keyof EvaluationDesignInput['outcome']}`

/** Reads a plan. Where it has faults, each is named with its field and what to write instead. */
export function readPlan(input: EvaluationDesignInput): { plan: Plan } | { faults: ErrorItem[] } {
  const { design, solveFor, outcome } = input
  const faults: ErrorItem[] = []
  const fault = (field: Field, code: string, message: string) => faults.push({ pointer: `/${field}`, in: 'body', code, message: `'${field.replace('/', '.')}' ${message}` })
  const given = (field: Field) => (field.startsWith('outcome/') ? outcome[field.slice(8) as keyof typeof outcome] : input[field as keyof EvaluationDesignInput])
  const needed = (field: Field, why: string) => given(field) === undefined && fault(field, 'required', `is required ${why}.`)
  const unused = (why: string, ...fields: Field[]) => fields.forEach((field) => given(field) !== undefined && fault(field, 'not-used', `is not used ${why}; leave it out.`))
  const within = (field: Field, fits: (value: number) => boolean, range: string) => {
    const value = given(field)
    if (typeof value === 'number' && !fits(value)) fault(field, 'range', `must be ${range}, not ${value}.`)
  }

  const isMean = outcome.kind === 'mean'
  const isCluster = design === 'cluster-trial'
  const wantsSample = solveFor === 'sample'

  if (isMean) unused('for a mean', 'outcome/shareWithout', 'outcome/direction', 'shareWith')
  else {
    unused('for a share', 'outcome/unit', 'outcome/standardDeviation', 'effectInStandardDeviations', 'effectInUnits', 'covariates', 'varianceExplained', 'varianceExplainedBetween')
    needed('outcome/shareWithout', 'for a share')
  }
  if (isCluster) {
    unused('for a cluster trial; give clusters and peoplePerCluster', 'people')
    unused('for a cluster trial', 'correlationBeforeAfter')
    needed('intraClusterCorrelation', 'for a cluster trial; take it from an earlier study of the same outcome')
    if (!wantsSample) {
      needed('clusters', 'for a cluster trial')
      needed('peoplePerCluster', 'for a cluster trial')
    } else if ((input.clusters === undefined) === (input.peoplePerCluster === undefined)) {
      fault(input.clusters === undefined ? 'peoplePerCluster' : 'clusters', 'one-of', 'or the other of clusters and peoplePerCluster must be given, not both: the one left out is worked out.')
    }
  } else {
    unused(`for ${design}`, 'clusters', 'peoplePerCluster', 'intraClusterCorrelation', 'varianceExplainedBetween')
    if (wantsSample) unused('where the sample is asked for', 'people')
    else needed('people', `where the ${solveFor} is asked for`)
    if (design === 'before-and-after') {
      needed('correlationBeforeAfter', 'for before-and-after; 0 where other people are measured each time')
      if (isMean) unused('for before-and-after', 'covariates', 'varianceExplained')
    } else unused('for individual-trial', 'correlationBeforeAfter')
  }
  if (solveFor === 'power') unused('where the power is asked for', 'power')
  if (solveFor === 'effect') unused('where the effect is asked for', 'effectInStandardDeviations', 'effectInUnits', 'shareWith')
  else if (!isMean) {
    needed('shareWith', `where the ${solveFor} is asked for`)
    unused('where the share with the service is given', 'outcome/direction')
    if (input.shareWith !== undefined && input.shareWith === outcome.shareWithout) fault('shareWith', 'range', 'must differ from the share without the service: no sample shows a difference that is not there.')
  } else if ((input.effectInStandardDeviations === undefined) === (input.effectInUnits === undefined)) {
    fault('effectInStandardDeviations', 'one-of', `or effectInUnits is required where the ${solveFor} is asked for; give one of them.`)
  } else if (input.effectInUnits !== undefined && outcome.standardDeviation === undefined) {
    fault('outcome/standardDeviation', 'required', 'is required with effectInUnits.')
  }

  const share = (value: number) => value > 0 && value < 1
  const covariates = input.covariates ?? 0
  const least = 3 + Math.max(0, Math.min(covariates, MOST_COVARIATES))
  within('outcome/shareWithout', share, 'more than 0 and less than 1 (20% is 0.2)')
  within('outcome/standardDeviation', (value) => value > 0 && value <= 1e9, 'more than 0 and at most 1,000,000,000')
  within('shareWith', (value) => value >= 0 && value <= 1, 'from 0 to 1 (15% is 0.15)')
  within('effectInStandardDeviations', (value) => value >= 0.001 && value <= 100, 'from 0.001 to 100')
  within('effectInUnits', (value) => value > 0 && value <= 1e9, 'more than 0 and at most 1,000,000,000')
  within('people', (value) => value >= least && value <= MOST_PEOPLE, `from ${least} to ${MOST_PEOPLE.toLocaleString('en-GB')}`)
  within('clusters', (value) => value >= least && value <= MOST_PEOPLE, `from ${least}${isCluster ? ': with one or two, what is particular to a cluster cannot be told from what the service does' : ` to ${MOST_PEOPLE}`}`)
  within('peoplePerCluster', (value) => value >= 1 && value <= MOST_PEOPLE, 'at least 1 and at most 10,000,000')
  within('intraClusterCorrelation', (value) => value >= 0 && value <= 1, 'from 0 to 1')
  within('correlationBeforeAfter', (value) => value >= -1 && value < 1, 'from -1 to less than 1')
  within('covariates', (value) => value >= 0 && value <= MOST_COVARIATES, `from 0 to ${MOST_COVARIATES}`)
  within('varianceExplained', (value) => value >= 0 && value < 1, 'from 0 to less than 1')
  within('varianceExplainedBetween', (value) => value >= 0 && value < 1, 'from 0 to less than 1')
  if (covariates === 0 && ((input.varianceExplained ?? 0) > 0 || (input.varianceExplainedBetween ?? 0) > 0)) fault('covariates', 'required', 'must be at least 1 where they are said to explain some of the variance.')
  within('shareServed', share, 'more than 0 and less than 1')
  within('attrition', (value) => value >= 0 && value < 1, 'from 0 to less than 1')
  within('alpha', (value) => value >= 0.0001 && value <= 0.5, 'from 0.0001 to 0.5')
  within('power', (value) => value >= 0.5 && value <= 0.9999, 'from 0.5 to 0.9999: no evaluation is certain to see an effect')
  within('tails', (value) => value === 1 || value === 2, '1 or 2')
  if (faults.length > 0) return { faults }

  const served = input.shareServed ?? 0.5
  const attrition = input.attrition ?? 0
  const groups = isCluster ? input.clusters : input.people
  if (groups !== undefined && (Math.round(groups * served) < 1 || Math.round(groups * served) > groups - 1)) fault('shareServed', 'range', 'leaves nobody in one of the two groups.')
  if (input.people !== undefined && analysedOf(input.people, attrition) < least) fault('attrition', 'range', `leaves fewer than the ${least} people that the formula needs.`)
  if (input.peoplePerCluster !== undefined && input.peoplePerCluster * (1 - attrition) < 1) fault('attrition', 'range', 'leaves less than one person in a cluster.')
  if (input.effectInUnits !== undefined) {
    const effect = input.effectInUnits / outcome.standardDeviation!
    if (effect < 0.001 || effect > 100) fault('effectInUnits', 'range', `must be from 0.001 to 100 standard deviations, not ${effect}.`)
  }
  if (faults.length > 0) return { faults }

  return {
    plan: {
      design,
      solveFor,
      label: outcome.label,
      who: input.who ?? 'children',
      outcome: isMean
        ? { kind: 'mean', unit: outcome.unit ?? null, standardDeviation: outcome.standardDeviation ?? null }
        : { kind: 'share', without: outcome.shareWithout!, direction: input.shareWith === undefined ? (outcome.direction ?? 'decrease') : input.shareWith < outcome.shareWithout! ? 'decrease' : 'increase' },
      people: input.people ?? null,
      clusters: input.clusters ?? null,
      size: input.peoplePerCluster ?? null,
      effect: input.shareWith ?? input.effectInStandardDeviations ?? (input.effectInUnits === undefined ? null : input.effectInUnits / outcome.standardDeviation!),
      rho: input.intraClusterCorrelation ?? 0,
      correlation: input.correlationBeforeAfter ?? 0,
      covariates,
      explained: input.varianceExplained ?? 0,
      explainedBetween: input.varianceExplainedBetween ?? 0,
      served,
      attrition,
      alpha: input.alpha ?? 0.05,
      power: input.power ?? 0.8,
      tails: input.tails === 1 ? 1 : 2
    }
  }
}

/** Rounding that binary fractions do not tip over: 100 people less 15% are 85. */
const SLIVER = 1e-9

/** People left to be analysed of those who take part. */
export const analysedOf = (people: number, attrition: number) => Math.floor(people * (1 - attrition) + SLIVER)
/** People who must take part for so many to be left. */
export const recruitedFor = (analysed: number, attrition: number) => Math.ceil(analysed / (1 - attrition) - SLIVER)
/** The smaller whole groups that hold at least the given share of a count and the rest. */
export const groupsOf = (count: number, served: number) => ({ served: Math.ceil(count * served - SLIVER), compared: Math.ceil(count * (1 - served) - SLIVER) })

import { Type, type Static } from 'typebox'
import { Citation, closed, nullable, ref, words } from '../schemas.js'

export const DESIGNS = ['individual-trial', 'cluster-trial', 'before-and-after'] as const
export const SOLVE_FOR = ['effect', 'sample', 'power'] as const
export type Design = (typeof DESIGNS)[number]

const text = (description: string, maxLength: number) => Type.String({ minLength: 1, maxLength, description })
/** Ranges are checked with the plan as a whole, so that a value out of range is a 422 like any other plan that cannot be. */
const number = (description: string) => Type.Optional(Type.Number({ description }))
const integer = (description: string) => Type.Optional(Type.Integer({ description }))

export const EvaluationOutcome = closed(
  {
    label: text('What is measured, such as `re-referral within 12 months`.', 200),
    kind: words(['mean', 'share'], { description: 'A `mean` of a score or a count, or the `share` of the children that something happens to.' }),
    unit: Type.Optional(text('Of a mean, such as `points`.', 40)),
    standardDeviation: number('Of a mean, among those who do not get the service, in its unit. Effects are then also given in that unit.'),
    shareWithout: number('Of a share: how many of those who do not get the service it happens to, from 0 to 1, both left out.'),
    direction: Type.Optional(words(['decrease', 'increase'], { description: 'Which way the service should move it; without it, `decrease`.' }))
  },
  { $id: 'EvaluationOutcome', description: 'What would be measured to see whether the service makes a difference.' }
)

export const EvaluationDesignInput = closed(
  {
    design: words(DESIGNS, {
      description:
        '`individual-trial`: children or families drawn by lot one by one. `cluster-trial`: teams, schools or areas drawn by lot whole. `before-and-after`: a group that gets the service and one that does not, not drawn by lot, each measured once before and once after (difference-in-differences).'
    }),
    solveFor: words(SOLVE_FOR, {
      description: '`effect`: the smallest effect that a sample could show. `sample`: the smallest sample that could show an effect. `power`: the chance that a sample shows an effect.'
    }),
    outcome: ref(EvaluationOutcome),
    who: Type.Optional(words(['children', 'families', 'parents', 'people'], { description: 'Who is counted; without it, `children`.' })),
    people: integer('People who take part, in both groups together, before any are lost. Not for a cluster trial.'),
    clusters: integer('Of a cluster trial: teams, schools or areas in both groups together.'),
    peoplePerCluster: number('Of a cluster trial: people who take part in each, on average, before any are lost.'),
    effectInStandardDeviations: number('Of a mean: the effect as a standardised difference, more than 0.'),
    effectInUnits: number('Of a mean with a `standardDeviation`: the effect in its unit, more than 0.'),
    shareWith: number('Of a share: how many it would happen to with the service, from 0 to 1.'),
    intraClusterCorrelation: number('Of a cluster trial: the share of the variance of the outcome that lies between clusters, from 0 to 1. It has no default, as no figure would be right for all.'),
    correlationBeforeAfter: number('Of before-and-after: how far a person’s value before predicts the value after, from -1 to 1; 0 where other people are measured each time. It has no default.'),
    covariates: integer('Of a trial and a mean: how many background facts the analysis holds constant; without it, none.'),
    varianceExplained: number('Of a trial and a mean: the share of the variance (of a cluster trial: within clusters) that they explain; without it, none.'),
    varianceExplainedBetween: number('Of a cluster trial and a mean: the share of the variance between clusters that they explain; without it, none.'),
    shareServed: number('The share of the people, or of the clusters, that get the service; without it, a half.'),
    attrition: number('The share of the people who are lost before the outcome is measured, from 0 to under 1; without it, none, with a warning.'),
    alpha: number('The chance of a false alarm; without it, 0.05.'),
    power: number('The chance of seeing an effect that is there, from 0.5 to under 1; without it, 0.8.'),
    tails: integer('2 (the default): it could turn out either way. 1: only one direction is looked for.')
  },
  { $id: 'EvaluationDesignInput', description: 'A plan to evaluate a service, with one thing left to be worked out.' }
)

const effectKeys = {
  status: words(['ok', 'not-reachable'], { description: '`not-reachable`: there is no such effect, or no such sample.' }),
  inStandardDeviations: nullable(Type.Number(), { description: 'Of a mean: the difference in standard deviations.' }),
  inUnits: nullable(Type.Number(), { description: 'Of a mean with a standard deviation: the difference in its unit.' }),
  unit: nullable(Type.String()),
  shareWithout: nullable(Type.Number()),
  shareWith: nullable(Type.Number()),
  percentagePoints: nullable(Type.Number(), { description: 'Of a share: the difference, without sign.' })
}

export const DetectableEffect = Type.Object(effectKeys, { $id: 'DetectableEffect', description: 'A difference between those who get the service and those who do not.' })

export const EvaluationSample = Type.Object(
  {
    status: words(['ok', 'not-reachable']),
    people: nullable(Type.Integer(), { description: 'To take part, in both groups together.' }),
    peopleServed: nullable(Type.Integer()),
    peopleCompared: nullable(Type.Integer()),
    peopleAnalysed: nullable(Type.Integer(), { description: 'What is left after the loss that is allowed for; it is what the formula is given.' }),
    clusters: nullable(Type.Integer()),
    clustersServed: nullable(Type.Integer()),
    clustersCompared: nullable(Type.Integer()),
    peoplePerCluster: nullable(Type.Number())
  },
  { $id: 'EvaluationSample', description: 'Who takes part.' }
)

export const EvaluationWarning = Type.Object(
  {
    code: words([
      'not-reachable',
      'not-randomised',
      'clusters-ignored',
      'few-clusters',
      'more-people-add-little',
      'before-measure-does-not-help',
      'small-counts',
      'large-effect',
      'low-power',
      'no-attrition',
      'one-tail'
    ]),
    severity: words(['high', 'medium', 'low']),
    pointer: nullable(Type.String(), { description: 'The field of the request that it is about.' }),
    message: Type.String(),
    sources: Type.Array(ref(Citation))
  },
  { $id: 'EvaluationWarning', description: 'Something that could make the evaluation say less than it seems to.' }
)

export const EvaluationDesignAnswer = Type.Object(
  {
    design: words(DESIGNS),
    solvedFor: words(SOLVE_FOR),
    outcome: Type.String(),
    effect: ref(DetectableEffect),
    sample: ref(EvaluationSample),
    power: nullable(Type.Number(), { description: 'The chance that this sample shows this effect. Of a mean, exact by the noncentral t distribution.' }),
    powerAskedFor: nullable(Type.Number(), { description: 'What was aimed at; null where the power itself was asked for.' }),
    alpha: Type.Number(),
    tails: Type.Integer(),
    designEffect: nullable(Type.Number(), { description: 'Of a cluster trial: how many times as many people as if they were drawn one by one, 1 + (m - 1) rho.' }),
    degreesOfFreedom: nullable(Type.Integer(), { description: 'Null where the formula uses the normal curve.' }),
    normalFormulaPeople: nullable(Type.Integer(), { description: 'Of a mean and equal groups of people drawn one by one: what the textbook formula on the normal curve would ask for, for comparison. It is not used.' }),
    formula: Type.Object({ name: Type.String(), expression: Type.String(), sources: Type.Array(ref(Citation)) }),
    assumptions: Type.Array(Type.String()),
    reading: Type.Array(Type.String(), { description: 'What it comes to, in sentences for a commissioner.' }),
    warnings: Type.Array(ref(EvaluationWarning))
  },
  { $id: 'EvaluationDesignAnswer', description: 'What an evaluation of this kind and size could show, with the formula, its source and what it takes for granted.' }
)

export const COMPONENTS = [EvaluationOutcome, EvaluationDesignInput, DetectableEffect, EvaluationSample, EvaluationWarning, EvaluationDesignAnswer] as const

export type EvaluationDesignInput = Static<typeof EvaluationDesignInput>
export type DetectableEffect = Static<typeof DetectableEffect>
export type EvaluationSample = Static<typeof EvaluationSample>
export type EvaluationWarning = Static<typeof EvaluationWarning>
export type EvaluationDesignAnswer = Static<typeof EvaluationDesignAnswer>

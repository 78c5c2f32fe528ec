import type { Result, Sample } from './evaluate.js'
import { COHEN, DONNER, FLEISS, HEMMING, KAHAN, MCKENZIE, POWERUP } from './method-sources.js'
import type { Plan } from './plan.js'
import type { EvaluationDesignAnswer, EvaluationWarning } from './schemas.js'

/** Fewer clusters than this need an analysis made for few. Kahan and others (2016). */
const FEW_CLUSTERS = 40
/** What Cohen (1988) called a medium effect. */
const MEDIUM = 0.5
/** Fewer expected cases than this in a group, and the normal curve no longer fits a share. */
const FEW_CASES = 5

const GROUPS = { children: 'children', families: 'families', parents: 'parents', people: 'people' } as const
const CLUSTERS = 'teams, schools or areas'

/** At most two decimals, or two digits where it is small. */
const number = (value: number) => (Math.abs(value) >= 0.1 || value === 0 ? Number(value.toFixed(2)) : Number(value.toPrecision(2))).toLocaleString('en-GB', { maximumFractionDigits: 6 })
const whole = (value: number) => value.toLocaleString('en-GB')
const percent = (share: number) => `${Number((share * 100).toFixed(1))}%`
const outOf100 = (chance: number) => (chance > 0.99 ? 'more than 99 in 100' : chance < 0.01 ? 'less than 1 in 100' : `${Math.round(chance * 100)} in 100`)

export function formulaOf({ design, outcome }: Plan): EvaluationDesignAnswer['formula'] {
  const where = { 'individual-trial': 'n', 'cluster-trial': 'J', 'before-and-after': 'n' }[design]
  const variance = {
    'individual-trial': '(1 - R2) / (P (1 - P) n)',
    'cluster-trial': '(rho (1 - R2 between) + (1 - rho) (1 - R2 within) / m) / (P (1 - P) J)',
    'before-and-after': '2 (1 - r) / (P (1 - P) n)'
  }[design]
  const designName = { 'individual-trial': 'trial of individuals', 'cluster-trial': 'cluster trial', 'before-and-after': 'difference-in-differences, one wave each side' }[design]
  const designSources = { 'individual-trial': [], 'cluster-trial': [DONNER], 'before-and-after': [MCKENZIE] }[design]
  if (outcome.kind === 'mean') {
    return {
      name: `Minimum detectable effect of a mean: ${designName}`,
      expression: `effect in standard deviations = (t[1 - alpha/tails] + t[power]) x sqrt(${variance}), on ${where} - 2 - covariates degrees of freedom`,
      sources: [POWERUP, ...designSources]
    }
  }
  const curve = design === 'cluster-trial' ? 't, on J - 2 degrees of freedom' : 'z'
  return {
    name: `Difference between two shares: ${designName}`,
    expression: `|p1 - p2| = q[1 - alpha/tails] x sqrt(v p (1 - p)) + q[power] x sqrt(v (P p1 (1 - p1) + (1 - P) p2 (1 - p2))), where q is ${curve}, p is the share in both groups together and v = ${variance.replaceAll(/\(1 - R2[a-z ]*\)/g, '1').replace('rho 1 + (1 - rho) 1 / m', 'rho + (1 - rho) / m')}`,
    sources: [FLEISS, ...designSources]
  }
}

export function assumptionsOf(plan: Plan): string[] {
  const { design, outcome } = plan
  return [
    design === 'before-and-after'
      ? 'Without the service, both groups would have changed alike. Nothing in the data of one wave before and one after can show that.'
      : `Chance alone decides ${design === 'cluster-trial' ? `which ${CLUSTERS} get` : 'who gets'} the service, and those who are compared do not get it.`,
    'Everybody who is offered the service is counted with those who get it, whether or not they take it up: low take-up makes the effect smaller, and no allowance is made for it.',
    outcome.kind === 'mean' ? 'The outcome varies as much in one group as in the other, and its mean is near enough to the bell curve.' : 'The two shares are compared without a continuity correction.',
    ...(design === 'cluster-trial' ? ['The clusters are of about the same size; where they differ much, more are needed.'] : []),
    ...(design === 'cluster-trial' && outcome.kind === 'share' ? ["Student's t stands in place of the normal curve, because clusters are few."] : []),
    ...(design === 'before-and-after' ? ['A person’s values before and after correlate as given, alike in both groups.'] : []),
    'Those who are lost do not differ from those who stay. Where they do, the allowance for their number mends nothing.',
    'One outcome is tested once. Looking at several, or several times, raises the chance of a false alarm.'
  ]
}

function sampleInWords(plan: Plan, sample: Sample): string {
  const who = GROUPS[plan.who as keyof typeof GROUPS]
  return sample.clusters === null
    ? `${whole(sample.people)} ${who} (${whole(sample.served)} who get the service and ${whole(sample.compared)} who do not)`
    : `${whole(sample.clusters)} ${CLUSTERS} (${whole(sample.clustersServed!)} that get the service and ${whole(sample.clustersCompared!)} that do not) with ${number(sample.size!)} ${who} in each, ${whole(sample.people)} in all`
}

/** A difference, to be read after 'see'. */
function effectInWords(plan: Plan, effect: number): string {
  if (plan.outcome.kind === 'share') return `'${plan.label}' ${plan.outcome.direction === 'decrease' ? 'fall' : 'rise'} from ${percent(plan.outcome.without)} to ${percent(effect)}`
  const { unit, standardDeviation } = plan.outcome
  return `a difference of ${number(effect)} standard deviations${standardDeviation === null ? '' : ` (${number(effect * standardDeviation)}${unit === null ? '' : ` ${unit}`})`} in '${plan.label}'`
}

export function readingOf(plan: Plan, { effect, sample, power }: Result): string[] {
  const lost = plan.attrition > 0 && sample !== null ? [`${whole(sample.analysed)} of the ${whole(sample.people)} are expected to be left when the outcome is measured.`] : []
  const chances = `If it is as large as that, the chance of still missing it is ${outOf100(1 - plan.power)}; if the service makes no difference at all, about ${number(plan.alpha * 100)} in 100 would seem to show one.`
  const silence = 'If no difference is found, that would not show that the service makes none: a smaller one would probably be missed.'
  const who = GROUPS[plan.who as keyof typeof GROUPS]
  if (sample === null) {
    return [
      plan.clusters === null
        ? `No sample that could be had would show ${effectInWords(plan, effect!)}.`
        : `However many ${who} took part in each, ${whole(plan.clusters)} ${CLUSTERS} are too few to see ${effectInWords(plan, effect!)}. It takes more of them.`
    ]
  }
  if (effect === null) return [`With ${sampleInWords(plan, sample)} no ${plan.outcome.kind === 'share' && plan.outcome.direction === 'increase' ? 'rise' : 'fall'} in '${plan.label}', not even to ${plan.outcome.kind === 'share' && plan.outcome.direction === 'increase' ? '100%' : '0%'}, would be seen with the chance asked for.`, ...lost]
  if (plan.solveFor === 'power') {
    return [`With ${sampleInWords(plan, sample)} the chance to see ${effectInWords(plan, effect)} is ${outOf100(power!)}.`, ...lost, silence]
  }
  const shares =
    plan.outcome.kind === 'share'
      ? [`Of 1,000 ${who} like these it would happen to ${whole(Math.round(plan.outcome.without * 1000))} without the service, and to ${whole(Math.round(effect * 1000))} ${plan.solveFor === 'effect' ? (plan.outcome.direction === 'decrease' ? 'or fewer ' : 'or more ') : ''}with it.`]
      : []
  if (plan.solveFor === 'effect') {
    const seen =
      plan.outcome.kind === 'share'
        ? `you could only see ${effectInWords(plan, effect)} or ${plan.outcome.direction === 'decrease' ? 'lower' : 'higher'}.`
        : `you could only see ${effectInWords(plan, effect).replace('a difference of', 'a difference of at least')}.`
    return [`With ${sampleInWords(plan, sample)} ${seen}`, ...shares, ...lost, chances, silence]
  }
  return [`To see ${effectInWords(plan, effect)} takes ${sampleInWords(plan, sample)}.`, ...shares, ...lost, chances]
}

export function warningsOf(plan: Plan, { effect, sample, power, floor }: Result): EvaluationWarning[] {
  const warnings: EvaluationWarning[] = []
  const warn = (code: EvaluationWarning['code'], severity: EvaluationWarning['severity'], pointer: string | null, message: string, sources: EvaluationWarning['sources'] = []) => warnings.push({ code, severity, pointer, message, sources })
  const { design, outcome } = plan
  const clusters = sample?.clusters ?? plan.clusters

  if (effect === null) warn('not-reachable', 'high', '/people', 'This sample cannot show any difference with the chance asked for. An evaluation of this size would be likely to mislead; more people, or another outcome, are needed.')
  if (sample === null) warn('not-reachable', 'high', plan.clusters === null ? null : '/clusters', plan.clusters === null ? 'No sample up to ten million people shows this effect.' : `With ${plan.clusters} clusters no number of people in each shows this effect${floor === null ? '' : `; the least they can show is ${number(floor)} standard deviations`}.`, [HEMMING])
  if (design === 'before-and-after') {
    warn('not-randomised', 'high', '/design', 'Where nobody draws lots, the two groups may differ in what brought them there, and in how they would have changed. Say why they are alike, and show how both changed over several earlier years.')
    warn('clusters-ignored', 'medium', null, 'If a whole team or area gets the service and another does not, whatever else changes in one of them looks like an effect. No number of people makes up for that, and it is not in these figures.')
    if (plan.correlation <= 0.5) {
      warn('before-measure-does-not-help', 'medium', '/correlationBeforeAfter', `With a correlation of ${number(plan.correlation)} the change is no more precise than a comparison after the event alone: it helps only where the correlation is more than 0.5. Measuring before may still be needed to show that the groups started alike.`, [MCKENZIE])
    }
  }
  if (clusters !== null && clusters < FEW_CLUSTERS) {
    warn('few-clusters', clusters < 8 ? 'high' : 'medium', '/clusters', `${clusters} clusters are few: with fewer than ${FEW_CLUSTERS}, an analysis that is not made for small numbers finds effects that are not there. Agree on one that is, before the data come in.`, [KAHAN])
  }
  if (sample !== null && clusters !== null && plan.rho > 0) {
    const size = sample.size! * (1 - plan.attrition)
    const between = plan.rho * (1 - plan.explainedBetween)
    const within = ((1 - plan.rho) * (1 - plan.explained)) / size
    if (between > within) {
      const most = floor === null ? '' : `: however many took part in each, an effect of less than ${number(floor)} standard deviations would not be seen`
      warn('more-people-add-little', 'medium', '/peoplePerCluster', `Most of the uncertainty lies between the clusters, so more people in each add little${most}. More clusters would.`, [HEMMING])
    }
  }
  if (outcome.kind === 'share' && effect !== null && sample !== null) {
    const served = sample.analysed * (sample.served / sample.people)
    const cases = [served * effect, served * (1 - effect), (sample.analysed - served) * outcome.without, (sample.analysed - served) * (1 - outcome.without)]
    if (Math.min(...cases) < FEW_CASES) warn('small-counts', 'medium', null, `In one of the groups fewer than ${FEW_CASES} cases, or fewer than ${FEW_CASES} others, are expected. The formula is only rough there, and an exact test sees less.`, [FLEISS])
  }
  if (plan.solveFor === 'effect' && effect !== null) {
    if (outcome.kind === 'mean' && effect >= MEDIUM) warn('large-effect', 'high', null, `${number(effect)} standard deviations are a lot: Cohen called 0.2 small, ${MEDIUM} medium and 0.8 large. A service can be worth having for less, and this evaluation would probably miss that.`, [COHEN])
    if (outcome.kind === 'share') {
      const at = outcome.direction === 'decrease' ? outcome.without : 1 - outcome.without
      const moved = Math.abs(effect - outcome.without)
      if (moved > at / 2) warn('large-effect', 'high', null, `The service would have to prevent more than half of what it could prevent (${percent(moved / at)}) before this evaluation could tell.`)
    }
  }
  if (plan.solveFor === 'power' && power !== null && power < 0.8) warn('low-power', power < 0.5 ? 'high' : 'medium', null, `A chance of ${outOf100(power)} is less than the usual 80 in 100. What such an evaluation does find is likely to be too large.`)
  if (plan.attrition === 0) warn('no-attrition', 'low', '/attrition', 'No allowance is made for people who are lost before the outcome is measured. Say how many you expect to lose.')
  if (plan.tails === 1) warn('one-tail', 'medium', '/tails', 'Looking in one direction only asks for fewer people, and cannot show that a service does harm.')
  return warnings
}

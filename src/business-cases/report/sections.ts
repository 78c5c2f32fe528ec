import { STATUS_WORDS } from '../../indicators/vocabulary.js'
import type { BenefitPlan, Realisation, RegisterBenefit } from '../schemas.js'
import { READINESS_ASPECTS } from '../vocabulary.js'
import { html, type Markup, type Part } from './html.js'
import { preferredOf, type ReportInput } from './input.js'
import { cite, distinct, listed, orAbsent, pairs, prose, table } from './tables.js'
import { STANDING_NAMES, day, number, percent, plain, pounds } from './words.js'

/** The sections of a report that are mostly what the council wrote. */

const money = (given: { amount: number; priceYear: string | null } | null | undefined): Part => (given == null ? null : `${pounds(given.amount)}${given.priceYear === null ? '' : ` (prices of ${given.priceYear})`}`)
const date = (given: string | null | undefined): Part => (given == null ? null : day(given))

interface Risk {
  risk: string
  likelihood: string | null
  impact: string | null
  mitigation: string | null
  owner: string | null
}
const risks = (caption: string, rows: readonly Risk[]): Markup =>
  rows.length === 0
    ? html`<p class="absent">No risks are given.</p>`
    : table(
        caption,
        ['Risk', 'Likelihood', 'Impact', 'What is done about it', 'Owner'].map((heading) => ({ heading })),
        rows.map(({ risk, likelihood, impact, mitigation, owner }) => [risk, ...[likelihood, impact].map((word) => orAbsent(word === null ? null : plain(word))), orAbsent(mitigation), orAbsent(owner)])
      )

export function strategic({ businessCase: { strategic: part, evidence } }: ReportInput): Markup {
  if (part === null) return prose(null)
  const labels = new Map((evidence?.needs ?? []).map(({ need, label }) => [need, label]))
  return html`<h3>The need</h3>${prose(part.need)}${part.needs.length > 0 && html`<p>Needs: ${part.needs.map((need) => labels.get(need) ?? plain(need)).join(', ')}.</p>`}
<h3>What is done at present</h3>${prose(part.currentArrangements)}
<h3>Objectives</h3>${
    part.objectives.length === 0
      ? html`<p class="absent">No objectives are given.</p>`
      : table(
          'What it is to achieve',
          ['Objective', 'Measure', 'Now', 'Target', 'Why it can be reached', 'By'].map((heading) => ({ heading })),
          part.objectives.map(({ objective, measure, baseline, target, achievable, by }) => [objective, orAbsent(measure), orAbsent(baseline), orAbsent(target), orAbsent(achievable), orAbsent(date(by))])
        )
  }
<h3>Who was asked</h3>${listed(
    part.consultation.map(({ group, how, when, summary }) => html`<strong>${plain(group)}</strong>${how !== null && html`, ${how}`}${when !== null && html` (${/^\d{4}-\d{2}-\d{2}$/.test(when) ? day(when) : when})`}: ${summary}`),
    'Nobody is said to have been asked.'
  )}
<h3>How it fits</h3>${prose(part.fit)}
<h3>Risks</h3>${risks('Risks to the objectives', part.risks)}
<h3>Constraints</h3>${listed(part.constraints)}
<h3>What it hangs on</h3>${listed(part.dependencies)}`
}

export function strength({ businessCase: { evidence } }: ReportInput): Markup {
  if (evidence === null) return prose(null, 'Not yet worked out: the evidence is held against the needs when the case is submitted.')
  return html`${pairs([
    ['Rests on', evidence.intervention === null ? 'No entry of the catalogue' : evidence.intervention.name],
    ['Standing', evidence.standing === null ? 'Not ranked for these needs' : STANDING_NAMES[evidence.standing]],
    ['Held against', { recommendation: 'The needs of the recorded recommendation', 'needs-profile': 'The needs of the saved needs profile', needs: 'The needs named in the strategic case', intervention: 'All that the entry is listed for, as the case names no needs', nothing: 'Nothing: no needs are named' }[evidence.basis]],
    ['As held on', `${day(evidence.copiedAt)} (catalogue version ${evidence.catalogueVersion})`],
    ['Evaluation', `${evidence.evaluationPlan.needed ? 'It has to be found out locally whether it works. ' : 'No local evaluation is asked for. '}${evidence.evaluationPlan.because}`]
  ])}
${evidence.excluded.length > 0 && html`<h3>Why it is not ranked</h3>${listed(evidence.excluded.map(({ message }) => message))}`}
${
  evidence.needs.length > 0 &&
  table(
    'Strength is how sure it is, not how large. For the rest of the children the conditions of the evidence are not met, or nobody knows.',
    [{ heading: 'Need' }, { heading: 'Strength' }, { heading: 'Direction' }, { heading: 'The words of the source' }, { heading: 'Conditions met', figures: true }, { heading: 'Not met', figures: true }, { heading: 'Not known', figures: true }],
    evidence.needs.map(({ label, strength: grade, direction, wording, applicability: { met, notMet, unknown } }) => [label, grade === null ? html`<span class="absent">No grade</span>` : plain(grade), plain(direction), orAbsent(wording, 'None'), percent(met), percent(notMet), percent(unknown)])
  )
}
${evidence.needs.length > 0 && listed(evidence.needs.flatMap(({ label, reasons }) => reasons.map((reason) => html`${label}: ${reason}`)))}
${(evidence.findingsAgainst ?? []).length > 0 && html`<h3>Findings of no effect or of harm</h3><p>Held about it for any need, also for one that this case is not about.</p>${listed(evidence.findingsAgainst!.map(({ need, outcome, direction, strength: grade, finding, year }) => html`<strong>${plain(direction)}</strong> (${plain(need).toLowerCase()}${outcome !== null && `, ${outcome}`}; ${grade === null ? 'no grade' : plain(grade).toLowerCase()}, ${String(year)})${finding !== null && `: ${finding}`}`))}`}
<h3>Gaps in the evidence</h3>${
    evidence.gapWarnings.length === 0
      ? html`<p>No gap warnings.</p>`
      : html`<ul>${evidence.gapWarnings.map(
          ({ severity, basis, message, suggestedAction, questions, sources: from }) =>
            html`<li><strong>${plain(severity)}</strong>, ${basis === 'published' ? 'stated by a source' : 'follows from what is held'}: ${message} ${suggestedAction}${questions.length > 0 && listed(questions)}${from.length > 0 && html` <small>${[...new Set(from.map(({ publisher, year }) => `${publisher} (${year})`))].join('; ')}.</small>`}</li>`
        )}</ul>`
  }`
}

export function commercial({ businessCase: { commercial: part } }: ReportInput): Markup {
  if (part === null) return prose(null)
  const { contract } = part
  return html`${pairs([
    ['Route to market', part.route === null ? null : plain(part.route)],
    ['Why', part.routeReason],
    ['Who can provide it', part.providerMarket],
    ...(contract === null
      ? ([['Contract', part.route === 'in-house' ? 'None: the council delivers it itself' : null]] as [string, Part][])
      : ([['Form and length', contract.form], ['Payment', contract.payment], ['Who bears which risk', contract.risk], ['How it ends', contract.exit]] as [string, Part][])),
    ['Social value', part.socialValue]
  ])}`
}

export function financial({ businessCase: { financial: part } }: ReportInput): Markup {
  if (part === null) return prose(null)
  return html`${pairs([
    ['Budget', money(part.budget)],
    ['Whether it can be afforded', part.affordability],
    ['What can be taken out of a budget', part.cashablePosition],
    ['Looked at by', part.financeOfficer]
  ])}
${
  part.funding.length === 0
    ? html`<p class="absent">No funding is given.</p>`
    : table(
        'Who pays what',
        [{ heading: 'Agency' }, { heading: 'Out of' }, { heading: 'Year' }, { heading: 'Amount', figures: true }, { heading: 'Status' }],
        [
          ...part.funding.map(({ agency, source, year, amount, status }): Part[] => [agency, source, year, pounds(amount), orAbsent(status === null ? null : plain(status), 'Not said')]),
          ...(part.funding.length > 1 ? [[html`<strong>Together</strong>`, '', '', html`<strong>${pounds(part.funding.reduce((sum, { amount }) => sum + amount, 0))}</strong>`, '']] : [])
        ]
      )
}`
}

export function management({ businessCase: { management: part } }: ReportInput): Markup {
  if (part === null) return prose(null)
  const plan = part.evaluationPlan
  return html`${pairs([
    ['Governance', part.governance],
    ['Senior responsible owner', part.seniorResponsibleOwner],
    ['Delivery', part.deliveryPlan]
  ])}
<h3>Milestones</h3>${part.milestones.length === 0 ? html`<p class="absent">No milestones are given.</p>` : table('Steps of delivery', ['Step', 'Due', 'Owner'].map((heading) => ({ heading })), part.milestones.map(({ name, due, owner }) => [name, orAbsent(date(due)), orAbsent(owner)]))}
<h3>Risks</h3>${risks('Risks to delivery', part.risks)}
<h3>Readiness</h3>${table(
    'What delivery as intended rests on',
    ['Aspect', 'Status', 'Arrangements'].map((heading) => ({ heading })),
    READINESS_ASPECTS.map((aspect) => {
      const given = part.readiness?.[aspect] ?? null
      return [plain(aspect), orAbsent(given === null ? null : plain(given.status), 'Not said'), orAbsent(given?.arrangements ?? null)]
    })
  )}
<h3>Evaluation</h3>${
    plan === null
      ? prose(null, 'No evaluation is planned.')
      : pairs([
          ['Question', plan.question],
          ['Design', plan.design === null ? null : plain(plan.design)],
          ['Compared with', plan.comparison],
          ['Outcomes', plan.outcomes.length === 0 ? null : listed(plan.outcomes)],
          ['Data', plan.data],
          ['Sample', plan.sample],
          ['Report by', date(plan.reportBy)],
          ['Lead', plan.lead]
        ])
  }`
}

const baseline = (given: BenefitPlan['baseline']): Part => {
  if (given === null) return null
  const value = given.value === null ? `Not known: ${STATUS_WORDS[given.status].replace(/\.$/, '')}` : number(given.value)
  return html`${value}${given.date !== null && html`, on ${day(given.date)}`}${given.source !== null && html`. Source: ${given.source}`}`
}

const planned = (benefit: BenefitPlan | RegisterBenefit): [string, Part][] => [
  ['Class', benefit.class === null ? null : plain(benefit.class)],
  ['Category', benefit.category],
  ['Feature of the service', benefit.serviceFeature],
  ['Activities required', benefit.activities],
  ['Potential costs', benefit.potentialCosts],
  ['Responsible officer', benefit.responsibleOfficer],
  ['Owner', benefit.owner],
  ['Performance measure', benefit.measure],
  ['Baseline', baseline(benefit.baseline)],
  ['Target improvement', benefit.targetImprovement],
  ['Full-year value', money(benefit.fullYearValue)],
  ['Timescale', benefit.timescale],
  ...(benefit.targets.length === 0 ? [] : ([['Targets', benefit.targets.map(({ period, value }) => `${period}: ${number(value)}`).join('; ')]] as [string, Part][]))
]

/** A benefit's periods that are over, or of which something was entered. What is not there is never a zero. */
function measured({ id, measuredIn }: RegisterBenefit, realisation: Realisation): Markup {
  const lines = realisation.lines.filter(({ benefit, ended, actual }) => benefit === id && (ended || actual !== null))
  if (lines.length === 0) return html`<p>No year of it is over yet.</p>`
  const unit = (value: number) => (measuredIn === 'pounds' ? pounds(value) : number(Math.round(value * 100) / 100))
  return table(
    'What was measured',
    [{ heading: 'Period' }, { heading: 'Expected', figures: true }, { heading: 'Measured', figures: true }, { heading: 'Between P10 and P90' }, { heading: 'In pounds', figures: true }, { heading: 'Whether it can be claimed' }],
    lines.map(({ period, forecast, actual, insideP10P90, pounds: worth, cannotClaim }) => [
      period,
      forecast === null ? 'No forecast' : unit(forecast.expected),
      actual === null ? 'Not measured' : actual.value === null ? `Not known: ${STATUS_WORDS[actual.status].replace(/\.$/, '')}` : unit(actual.value),
      insideP10P90 === null ? 'Not known' : insideP10P90 ? 'Yes' : 'No',
      worth === null ? 'Not known' : pounds(worth),
      cannotClaim === null ? 'Yes' : cannotClaim.message
    ])
  )
}

function realised({ totals, asOf }: Realisation): Markup {
  const rows = ([['Measured', totals.measured, 'Nothing was measured'], ['Of that, can be claimed', totals.claimable, 'None of it'], ['Cash-releasing benefits: cash measured', totals.cashReleasing, 'Nothing was measured']] as const).map(([name, { pounds: sum, forecast, statement }, none]) => [name, sum === null ? none : pounds(sum), forecast === null ? 'Not compared' : pounds(forecast), statement])
  return html`<h3>Measured so far</h3>${table(`As of ${day(asOf)}`, [{ heading: 'What' }, { heading: 'In pounds', figures: true }, { heading: 'Forecast for the same', figures: true }, { heading: 'What it holds' }], rows)}`
}

export function register({ businessCase, register: approved, realisation }: ReportInput): Markup {
  if (approved === null) {
    const plans = businessCase.management?.benefits ?? []
    return html`<p>The case has not been approved, so this is the benefits plan; it becomes the register on approval.</p>${plans.length === 0 ? html`<p class="absent">No benefits are planned for.</p>` : plans.map((plan, i) => html`<div class="register"><h3>${i + 1}. ${plan.description ?? plan.id}</h3>${pairs(planned(plan))}</div>`)}`
  }
  return html`<p>As approved on ${day(approved.createdAt)} with version ${approved.approvedVersion}${approved.priceYear !== null && html`; pounds are in the prices of ${approved.priceYear}`}. A benefit that is not measured cannot be claimed.</p>
${approved.benefits.map((benefit) => {
  const forecasts = benefit.forecasts.flatMap(({ period, forecast }) => (forecast === null ? [] : [{ period, ...forecast }]))
  const unit = (value: number) => (benefit.measuredIn === 'pounds' ? pounds(value) : number(Math.round(value * 100) / 100))
  return html`<div class="register"><h3>${benefit.number}. ${benefit.description}</h3>${pairs(planned(benefit))}
${
  forecasts.length === 0
    ? html`<p class="absent">Nothing forecasts this benefit.</p>`
    : table(
        `Forecast as approved, in ${benefit.measuredIn === 'pounds' ? 'pounds' : 'units of the outcome'}${benefit.transfer ? ' (a transfer)' : ''}`,
        [{ heading: 'Year' }, { heading: 'Expected', figures: true }, { heading: 'P10 to P90', figures: true }, { heading: 'In pounds', figures: true }, { heading: 'Can be taken out of a budget', figures: true }],
        forecasts.map(({ period, expected, p10, p90, pounds: worth, cashable }) => [period, unit(expected), p10 === null || p90 === null ? 'Not known' : `${unit(p10)} to ${unit(p90)}`, pounds(worth), cashable === null ? 'Not by its class' : pounds(cashable)])
      )
}${realisation !== null && measured(benefit, realisation)}</div>`
})}${realisation !== null && realised(realisation)}`
}

export function decisions({ businessCase: { transitions, next } }: ReportInput): Markup {
  return html`${
    transitions.length === 0
      ? html`<p>No decision has been taken.</p>`
      : table(
          'What was decided',
          ['Date', 'From', 'To', 'By', 'Why'].map((heading) => ({ heading })),
          transitions.map(({ at, from, to, by, reason, effectiveOn, lessons }) => [day(at), plain(from), plain(to), by, html`${reason}${effectiveOn !== null && html` From ${day(effectiveOn)}.`}${lessons !== null && html` Learnt: ${lessons}`}`])
        )
  }${next.filter(({ missing }) => missing.length > 0).map(({ to, missing }) => html`<h3>Still needed before it can be ${plain(to).toLowerCase()}</h3>${listed(missing.map(({ message }) => message))}`)}`
}

export function sources(input: ReportInput): Markup {
  const { businessCase, appraisal: answer } = input
  const { evidence } = businessCase
  const cited = distinct([
    ...(evidence?.sources ?? []),
    ...(evidence?.gapWarnings ?? []).flatMap((warning) => warning.sources),
    ...(answer?.appraisal.sources ?? []),
    ...(answer === null ? [] : Object.values(answer.appraisal.method).flatMap((part) => (typeof part === 'string' ? [] : part.sources))),
    ...(answer?.appraisal.warnings ?? []).flatMap((warning) => warning.sources)
  ])
  const id = businessCase.economic?.preferredOption
  const option = businessCase.economic?.appraisal?.options.find((one) => one.id === id)
  const inputs = [...(option?.costs ?? []), ...(option?.benefits ?? [])].map(({ name, source }) => html`${name}: ${orAbsent(source, 'no source is given')}`)
  return html`${listed(cited.map(cite), 'No published source is cited.')}
${preferredOf(input)?.result != null && html`<h3>Where the figures of the preferred option come from</h3>${listed(inputs)}`}`
}

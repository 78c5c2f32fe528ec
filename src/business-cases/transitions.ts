import type { BenefitPlan, BusinessCaseContent, CaseEvidence, MissingItem, Transition, TransitionInput } from './schemas.js'
import { READINESS_ASPECTS, type State } from './vocabulary.js'

/**
 * The states of a business case, and what each decision needs.
 *
 *   draft -> submitted -> approved -> in-delivery -> closed
 *              |   ^
 *              v   |
 *            returned -> draft
 *
 * Content can be changed in `draft` and `returned` alone, and no path leads back to either from
 * `approved`: what was approved stays as it was. A change to it is a case of its own (`variationOf`).
 */
export const NEXT: Readonly<Record<State, readonly State[]>> = {
  draft: ['submitted'],
  submitted: ['approved', 'returned'],
  returned: ['submitted', 'draft'],
  approved: ['in-delivery'],
  'in-delivery': ['closed'],
  closed: []
}

export const isEditable = (state: State) => state === 'draft' || state === 'returned'
export const canBecome = (from: State, to: State) => NEXT[from].includes(to)

/** States that have a benefits register. */
export const hasRegister = (state: State) => state === 'approved' || state === 'in-delivery' || state === 'closed'

/** What a decision is taken on. */
export interface Standing {
  state: State
  content: BusinessCaseContent
  /** Null before it was submitted. */
  evidence: CaseEvidence | null
  submittedBy: Pick<Transition, 'by' | 'actor'> | null
  /** Years of benefits that are over and of which nothing was entered. */
  unreported: readonly { benefit: string; period: string }[]
}

/**
 * What is still needed before a case can have a state.
 *
 * @param decision the decision itself, as far as it is known: what it must say is then checked too
 * @returns a list in the order of the five cases; empty where nothing is missing
 */
export function missingFor(to: State, standing: Standing, decision?: Pick<TransitionInput, 'by' | 'effectiveOn' | 'lessons'> & { actor: string }): MissingItem[] {
  switch (to) {
    case 'submitted':
      return [...missingContent(standing.content)]
    case 'approved':
      return [...missingEvaluation(standing), ...(decision === undefined ? [] : samePerson(decision, standing.submittedBy))]
    case 'in-delivery':
      return decision === undefined || decision.effectiveOn != null ? [] : [{ pointer: '/effectiveOn', code: 'required', message: 'Say on which day delivery began.' }]
    case 'closed':
      return [
        ...standing.unreported.map(({ benefit, period }) => ({
          pointer: `/benefits/${benefit}/${period.replaceAll('/', '~1')}`,
          code: 'not-reported',
          message: `Nothing was entered for '${benefit}' in ${period}. Where it was not measured, enter it with null and the status that says so.`
        })),
        ...(decision === undefined || decision.effectiveOn != null ? [] : [{ pointer: '/effectiveOn', code: 'required', message: 'Say on which day delivery ended.' }]),
        ...(decision === undefined || decision.lessons != null ? [] : [{ pointer: '/lessons', code: 'required', message: 'Say what was learnt.' }])
      ]
    case 'draft':
    case 'returned':
      return []
  }
}

/** Names of the same words are taken for one person's, whatever their case, order, accents and punctuation: 'Smith, A.' is 'A. Smith'. */
const personKey = (name: string) => (name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [name]).sort().join(' ')

/** Where nobody signs in, only the names can tell people apart. */
const UNKNOWN = ['local', 'system']

function samePerson({ by, actor }: { by: string; actor: string }, submitted: Standing['submittedBy']): MissingItem[] {
  if (submitted === null) return []
  if (personKey(by) === personKey(submitted.by)) return [{ pointer: '/by', code: 'same-person', message: `${submitted.by} submitted it; somebody else has to approve it.` }]
  if (actor === submitted.actor && !UNKNOWN.includes(actor)) return [{ pointer: '/by', code: 'same-person', message: 'It was submitted with the key or token that this is sent with; somebody else has to approve it, with their own.' }]
  return []
}

type Part = Record<string, unknown> | null

/** Fields of a part that nothing stands in. */
function* lacking(part: Part, pointer: string, fields: Record<string, string>): Generator<MissingItem> {
  for (const [field, message] of Object.entries(fields)) {
    const value = part?.[field]
    if (value == null || (Array.isArray(value) && value.length === 0)) yield { pointer: `${pointer}/${field}`, code: 'required', message }
  }
}

function* missingContent({ strategic, economic, commercial, financial, management }: BusinessCaseContent): Generator<MissingItem> {
  yield* lacking(strategic, '/strategic', {
    need: 'Say which need it answers, and why now.',
    objectives: 'Give at least one objective.',
    consultation: 'Say who was asked: children and families, practitioners, partners.',
    fit: "Say how it fits the council's and its partners' plans.",
    risks: 'Give the main risks.',
    constraints: "Give what limits the choice, or 'None'.",
    dependencies: "Give what it hangs on, or 'None'."
  })
  for (const [i, objective] of (strategic?.objectives ?? []).entries()) {
    yield* lacking(objective, `/strategic/objectives/${i}`, {
      measure: 'Say what shows that the objective is reached.',
      baseline: 'Say where the measure stands now.',
      target: 'Say how far it should move.',
      achievable: 'Say why that can be reached.',
      by: 'Give the day it should be reached by.'
    })
  }
  yield* missingEconomics(economic)
  yield* lacking(commercial, '/commercial', {
    route: 'Give the route to market.',
    providerMarket: 'Say who can provide it.',
    ...(commercial?.route === 'in-house' ? {} : { contract: 'Describe the contract.' }),
    socialValue: 'Say what social value it brings, or why none.'
  })
  if (commercial?.contract != null) {
    yield* lacking(commercial.contract, '/commercial/contract', { form: 'Give the form and length of the contract.', payment: 'Say what is paid for, and when.', exit: 'Say how it ends.' })
  }
  yield* lacking(financial, '/financial', {
    budget: 'Give the budget.',
    funding: 'Say which agency pays what in each year.',
    affordability: 'Say whether it can be afforded over its life.',
    cashablePosition: 'Say what can be taken out of a budget, and what cannot.'
  })
  yield* lacking(management, '/management', {
    governance: 'Say which board decides and who reports to it.',
    seniorResponsibleOwner: 'Name the senior responsible owner.',
    milestones: 'Give the steps of delivery.',
    risks: 'Give the risks to delivery.',
    benefits: 'Give the benefits plan.',
    readiness: 'Say whether what delivery rests on is there.'
  })
  if (management?.readiness != null) {
    const aspects = Object.fromEntries(READINESS_ASPECTS.map((aspect) => [aspect, `Say how it stands with ${aspect}; 'not-known' is an answer.`]))
    yield* lacking(management.readiness, '/management/readiness', aspects)
  }
  const counted = new Map<string, number>()
  for (const [i, benefit] of (management?.benefits ?? []).entries()) {
    yield* missingBenefit(benefit, i, economic)
    if (benefit.forecast === null) continue
    const other = counted.get(benefit.forecast.benefit)
    if (other === undefined) counted.set(benefit.forecast.benefit, i)
    else yield { pointer: `/management/benefits/${i}/forecast/benefit`, code: 'counted-twice', message: `'${benefit.forecast.benefit}' is forecast for /management/benefits/${other} already: the same benefit would be counted twice.` }
  }
}

function* missingEconomics(economic: BusinessCaseContent['economic']): Generator<MissingItem> {
  yield* lacking(economic, '/economic', {
    appraisal: 'Give the input of the appraisal.',
    preferredOption: 'Say which option is put forward.',
    preferredBecause: 'Say why.'
  })
  const options = economic?.options ?? []
  if (options.filter(({ doNothing }) => doNothing).length !== 1) yield { pointer: '/economic/options', code: 'do-nothing-needed', message: 'Exactly one option has to be what happens if nothing is changed (`doNothing`).' }
  if (options.length < 2) yield { pointer: '/economic/options', code: 'required', message: 'Give at least one option beside doing nothing.' }
  for (const [i, option] of options.entries()) yield* lacking(option, `/economic/options/${i}`, { reason: 'Say why it was kept, preferred or turned down.' })
  if (economic?.appraisal == null || economic.preferredOption === null) return
  const appraised = economic.appraisal.options.find(({ id }) => id === economic.preferredOption)
  const preferred = options.find(({ id }) => id === economic.preferredOption)
  if (appraised === undefined) {
    if (!preferred?.doNothing) yield { pointer: '/economic/preferredOption', code: 'not-appraised', message: `The appraisal has no option '${economic.preferredOption}'. It has ${economic.appraisal.options.map(({ id }) => `'${id}'`).join(', ')}.` }
  } else if (preferred !== undefined && (appraised.intervention ?? null) !== preferred.intervention) {
    yield { pointer: '/economic/preferredOption', code: 'disagrees', message: `The option rests on ${named(preferred.intervention)}, and in the appraisal on ${named(appraised.intervention ?? null)}.` }
  }
}

const named = (intervention: string | null) => (intervention === null ? 'no entry of the catalogue' : `'${intervention}'`)

/** A qualitative benefit has no figure; every other one has a measure, a baseline and a forecast or a target to be held against. */
function* missingBenefit(benefit: BenefitPlan, i: number, economic: BusinessCaseContent['economic']): Generator<MissingItem> {
  const pointer = `/management/benefits/${i}`
  yield* lacking(benefit, pointer, {
    class: 'Give the class of benefit.',
    description: 'Describe the benefit.',
    serviceFeature: 'Say which feature of the service brings it about.',
    activities: 'Say what has to be done for it.',
    responsibleOfficer: 'Name the responsible officer.',
    owner: 'Name the owner.',
    measure: 'Say what is measured, or how else it will be known.',
    targetImprovement: 'Say how far it should move.',
    timescale: 'Say from when and for how long.'
  })
  if (benefit.class === null || benefit.class === 'qualitative') return
  yield* lacking(benefit, pointer, { baseline: 'Give the baseline: a value, or null with the status that says why there is none.' })
  if (benefit.baseline !== null) yield* lacking(benefit.baseline, `${pointer}/baseline`, { date: 'Say when the baseline was measured.', source: 'Say where it comes from.' })
  if (benefit.forecast === null) {
    if (benefit.targets.length === 0) yield { pointer: `${pointer}/forecast`, code: 'required', message: 'Name the line of the appraisal that forecasts it, or give targets for each period.' }
    return
  }
  if (economic?.appraisal == null) return
  const lines = economic.appraisal.options.find(({ id }) => id === economic.preferredOption)?.benefits ?? []
  if (!lines.some(({ id }) => id === benefit.forecast!.benefit)) {
    yield { pointer: `${pointer}/forecast/benefit`, code: 'unknown-benefit', message: `The preferred option has no benefit line '${benefit.forecast.benefit}'${lines.length === 0 ? '' : `; it has ${lines.map(({ id }) => `'${id}'`).join(', ')}`}.` }
  }
}

/**
 * An approach whose evidence is not strong is only approved with a plan for finding out whether it
 * works here. Which evidence is strong enough is said where it is copied in (see evidence.ts).
 */
function missingEvaluation({ content, evidence }: Standing): MissingItem[] {
  if (evidence === null || !evidence.evaluationPlan.needed) return []
  const plan = content.management?.evaluationPlan ?? null
  const missing = [
    ...lacking(plan, '/management/evaluationPlan', {
      question: 'Say what the evaluation is to find out.',
      design: 'Give its design.',
      comparison: 'Say what it is compared with.',
      outcomes: 'Say what is measured.',
      data: 'Say where the data come from.',
      reportBy: 'Say when the findings are due.',
      lead: 'Name who leads it.'
    })
  ]
  return missing.map((item) => ({ ...item, message: `${item.message} ${evidence.evaluationPlan.because}` }))
}

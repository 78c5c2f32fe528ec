import type { ResultStatus } from '../../appraisal/vocabulary.js'
import { STATUS_WORDS } from '../../indicators/vocabulary.js'
import { READINESS_ASPECTS } from '../vocabulary.js'
import { preferredOf, type ReportInput } from './input.js'
import { percent, plain, pounds } from './words.js'

/** Why a result of an appraisal is not there. */
export const NO_RESULT: Record<Exclude<ResultStatus, 'ok'>, string> = {
  'no-cost': 'There is no cost against doing nothing, so there is no ratio.',
  'no-council-cost': 'The council pays nothing more than if nothing were done.',
  'cost-saving': 'It costs less than doing nothing, so a ratio would mislead.',
  'no-switch': 'No value that it can have changes the order.',
  'at-zero': 'The order changes at 0.',
  'not-within-horizon': 'Not within the years appraised.',
  'no-outlay': 'There is no outlay to be paid back.'
}

/** What a reader could take for known and is not, in sentences; what weighs most first. */
export function unknownsOf(input: ReportInput): string[] {
  return [...evidenceUnknowns(input), ...appraisalUnknowns(input), ...planUnknowns(input)]
}

/** Needs that the case says it is about and of which the evidence for the preferred option says nothing. */
export function needsWithoutEvidence({ strategic, evidence }: ReportInput['businessCase']): string[] {
  if (evidence === null) return []
  const covered = new Set(evidence.needs.map(({ need }) => need))
  return (strategic?.needs ?? []).filter((need) => !covered.has(need))
}

function* evidenceUnknowns({ businessCase }: ReportInput): Generator<string> {
  const { evidence } = businessCase
  if (evidence === null) {
    yield 'How strong the evidence for the preferred option is has not been worked out: that is done when the case is submitted.'
    return
  }
  if (evidence.intervention === null) yield 'The preferred option rests on no entry of the catalogue, so no evidence for it is held.'
  else if (evidence.standing === null) yield `${evidence.intervention.name} is not ranked for these needs${evidence.excluded.length === 0 ? '' : `: ${evidence.excluded.map(({ message }) => message).join(' ')}`}`
  for (const need of needsWithoutEvidence(businessCase)) yield `No evidence is held that it helps with ${plain(need).toLowerCase()}.`
  for (const { label, direction, strength, applicability } of evidence.needs) {
    if (direction === 'unknown') yield `Whether it helps with ${label} is not known.`
    else if (strength === null) yield `For ${label} a source speaks of an effect without a grade, so how sure that is cannot be said.`
    if (applicability.unknown > 0) yield `For ${percent(applicability.unknown)} of the children with ${label} it is not known whether the conditions of the evidence are met.`
  }
}

function* appraisalUnknowns(input: ReportInput): Generator<string> {
  const { appraisal: answer, businessCase } = input
  const preferred = preferredOf(input)
  if (preferred === null) yield 'No option is put forward yet.'
  if (answer === null) {
    yield `What the options cost and bring has not been appraised. ${input.noAppraisalBecause ?? ''}`.trim()
  } else {
    if (preferred !== null && preferred.result === null) yield `The appraisal has no figures for the preferred option, ${preferred.name}.`
    if (answer.simulation === null) yield answer.simulationStatus === 'no-ranges' ? 'How uncertain the figures are is not known: no input was given a range.' : 'How uncertain the figures are has not been worked out: no simulation was asked for.'
    for (const { name, beyondHorizon } of preferred?.result?.benefits ?? []) {
      if (beyondHorizon > 0) yield `${percent(beyondHorizon)} of the benefit '${name}' would fall after the last year appraised and is not counted.`
    }
    const { discounting, deflator, confidence } = answer.appraisal.method
    for (const { title, verified, note } of [discounting, deflator, confidence]) {
      if (!verified) yield `'${title}' could not be checked against its source.${note === null ? '' : ` ${note}`}`
    }
  }
  if (businessCase.economic?.notMonetised != null) yield `Not in pounds: ${businessCase.economic.notMonetised}`
}

function* planUnknowns({ businessCase: { management, financial }, realisation }: ReportInput): Generator<string> {
  const nameOf = (benefit: string) => `'${management?.benefits.find(({ id }) => id === benefit)?.description ?? benefit}'`
  for (const { id, description, baseline, class: kind } of management?.benefits ?? []) {
    const name = description ?? id
    if (kind === 'qualitative') continue
    if (baseline === null) yield `Where '${name}' stands now has not been given, so it cannot be shown to have changed.`
    else if (baseline.value === null) yield `Where '${name}' stands now is not known: ${STATUS_WORDS[baseline.status]}`
  }
  for (const aspect of READINESS_ASPECTS) {
    const readiness = management?.readiness?.[aspect] ?? null
    if (readiness === null) yield `Whether ${aspect} is ready has not been said.`
    else if (readiness.status === 'not-known') yield `Whether ${aspect} is ready is not known.`
  }
  const unmeasured = (realisation?.cannotBeClaimed ?? []).filter(({ code }) => code === 'not-measured' || code === 'no-value')
  if (unmeasured.length > 0) yield `What was brought about has not been measured for ${unmeasured.length} ${unmeasured.length === 1 ? 'year of a benefit that is' : 'years of benefits that are'} over: ${unmeasured.map(({ benefit, period }) => `${nameOf(benefit)} ${period}`).join('; ')}.`
  const open = (financial?.funding ?? []).filter(({ status }) => status !== 'confirmed')
  if (open.length > 0) yield `${pounds(open.reduce((sum, { amount }) => sum + amount, 0))} of the funding is not confirmed.`
}

import type { Condition, Intervention } from '../catalogue/schemas.js'
import type { ContextKey } from '../catalogue/vocabulary.js'

/** Shares of a cohort, each 0 to 1, adding up to 1. */
export interface Shares {
  met: number
  notMet: number
  unknown: number
}

/** A fact about a cohort: the share of it for which each value is true. What is left over is unknown. */
export type Distribution = ReadonlyMap<string | number | boolean, number>

/** The children (and their families) that one need of a profile is about. */
export interface Cohort {
  /** Age bands with their share of the cohort; ages are taken as spread evenly within a band. Empty: unknown. */
  ageBands: readonly { min: number; max: number; share: number }[]
  context: ReadonlyMap<ContextKey, Distribution>
}

export const ALL_MET: Shares = { met: 1, notMet: 0, unknown: 0 }
export const ALL_UNKNOWN: Shares = { met: 0, notMet: 0, unknown: 1 }

/** Six decimals: finer differences are arithmetic, not children. */
const tidy = (share: number) => Math.round(share * 1e6) / 1e6

/**
 * The share of a cohort whose age lies in a range.
 * @param min whole years, included
 * @param max whole years, included
 */
export function ageShares(cohort: Cohort, min: number, max: number): Shares {
  if (cohort.ageBands.length === 0) return ALL_UNKNOWN
  let met = 0
  let known = 0
  for (const band of cohort.ageBands) {
    const years = Math.min(max, band.max) - Math.max(min, band.min) + 1
    known += band.share
    if (years > 0) met += (band.share * years) / (band.max - band.min + 1)
  }
  return { met: tidy(met), notMet: tidy(known - met), unknown: tidy(1 - known) }
}

/** The share of a cohort for which one condition is met, not met, or not known. Conditions that no profile can express count as met. */
export function conditionShares(condition: Condition, cohort: Cohort): Shares {
  if (condition.key === null) return ALL_MET
  if (condition.key === 'childAge') {
    return condition.age === null ? ALL_MET : ageShares(cohort, condition.age.min, condition.age.max)
  }
  const distribution = cohort.context.get(condition.key)
  if (distribution === undefined || condition.is === null) return ALL_UNKNOWN
  let met = 0
  let known = 0
  for (const [value, share] of distribution) {
    known += share
    if (condition.is.includes(value)) met += share
  }
  return { met: tidy(met), notMet: tidy(known - met), unknown: tidy(1 - known) }
}

/**
 * The share of a cohort for which all of several conditions are met, for which at least one is not,
 * and for which that is unknown.
 *
 * A profile gives its shares fact by fact and not jointly, so they are multiplied as if independent:
 * `met = Π metᵢ`, `notMet = 1 − Π(1 − notMetᵢ)`, `unknown` the rest. Where every fact is one value
 * for the whole cohort, no independence is assumed.
 */
export function allShares(parts: readonly Shares[]): Shares {
  let met = 1
  let notFailed = 1
  for (const part of parts) {
    met *= part.met
    notFailed *= 1 - part.notMet
  }
  met = tidy(met)
  const notMet = tidy(1 - notFailed)
  return { met, notMet, unknown: Math.max(0, tidy(1 - met - notMet)) }
}

/**
 * How far the stage of the cohort is one at which the intervention is used.
 *
 * - The profile names no stage: nothing is asked; the stage of use describes the offer, not the evidence.
 * - A source states the stages: another stage is not met.
 * - The stages are only the scope of the review that names it: another stage is unknown, because nobody looked.
 *
 * What is used system-wide is used at every stage, and children going home are looked-after until they are.
 */
export function stageShares(intervention: Pick<Intervention, 'stages' | 'stagesStated'>, cohort: Cohort): Shares {
  const distribution = cohort.context.get('stage')
  const stages: readonly unknown[] | null = intervention.stages
  if (distribution === undefined || stages === null || stages.includes('system-wide')) return ALL_MET
  let met = 0
  let known = 0
  for (const [value, share] of distribution) {
    known += share
    if (stages.includes(value) || (value === 'looked-after' && stages.includes('reunification'))) met += share
  }
  const elsewhere = tidy(known - met)
  return intervention.stagesStated
    ? { met: tidy(met), notMet: elsewhere, unknown: tidy(1 - known) }
    : { met: tidy(met), notMet: 0, unknown: tidy(1 - met) }
}

const merged = new WeakMap<readonly Condition[], readonly Condition[]>()

/** Required conditions with those on one fact made one: asked twice, a fact would count twice. Of ages and of values, what all of them allow. */
function requirementsOf(conditions: readonly Condition[]): readonly Condition[] {
  let made = merged.get(conditions)
  if (made === undefined) {
    const byKey = new Map<string, Condition>()
    for (const condition of conditions) {
      if (condition.effect !== 'requires' || condition.key === null) continue
      const held = byKey.get(condition.key)
      byKey.set(condition.key, held === undefined ? condition : both(held, condition))
    }
    merged.set(conditions, (made = [...byKey.values()]))
  }
  return made
}

const both = (a: Condition, b: Condition): Condition => ({
  ...a,
  is: a.is === null || b.is === null ? (a.is ?? b.is) : a.is.filter((value) => b.is!.includes(value)),
  age: a.age === null || b.age === null ? (a.age ?? b.age) : { min: Math.max(a.age.min, b.age.min), max: Math.min(a.age.max, b.age.max) }
})

/**
 * The share of a cohort for which a claim's required conditions hold. Cautions do not limit it. A
 * claim that names its stages is asked for those, and not for the stages at which the intervention is used.
 */
export function claimShares(conditions: readonly Condition[], stage: Shares, cohort: Cohort): Shares {
  const requirements = requirementsOf(conditions)
  const parts: Shares[] = stage === ALL_MET || requirements.some(({ key }) => key === 'stage') ? [] : [stage]
  for (const condition of requirements) {
    const shares = conditionShares(condition, cohort)
    if (shares !== ALL_MET) parts.push(shares)
  }
  return parts.length > 1 ? allShares(parts) : (parts[0] ?? ALL_MET)
}

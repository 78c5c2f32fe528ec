import { nearest, orElse } from '../nearest.js'
import { unprocessable, type ErrorItem } from '../errors.js'
import { findFamily, type Catalogue } from '../catalogue/catalogue.js'
import { nameKey } from '../catalogue/check.js'
import type { Need } from '../catalogue/schemas.js'
import { selectableSources, type EvidenceSelection } from '../catalogue/view.js'
import { CONTEXT_KEYS, CONTEXT_VALUES, type ContextKey, type Goal, type Strength } from '../catalogue/vocabulary.js'
import type { Cohort, Distribution } from './applicability.js'
import { CRITERIA, settleWeights, type Weights } from './criteria.js'
import type { ContextInput, NeedInput, ProfileInput, StatisticsUse } from './schemas.js'

export interface ProfileNeed {
  code: string
  label: string
  group: Need['group']
  /** Whether families have the need, or the service itself. */
  concerns: 'family' | 'service'
  /** How many children; null where the profile does not say. */
  children: number | null
  priority: number | null
  /** Share of the weighted need, 0 to 1, adding up to 1 over the profile. */
  weight: number
  cohort: Cohort
  goal: Goal | null
}

export interface Provision {
  intervention: string
  places: number | null
  /** Pounds a year. */
  annualCost: number | null
}

/** A needs profile as the model understands it: needs in order of their code, every default settled. */
export interface Profile {
  area: string | null
  /** The year of the statistics that the needs were taken from; null where the profile gave its needs. */
  year: number | null
  needs: ProfileNeed[]
  provision: ReadonlyMap<string, Provision>
  /** Whether the profile says what is provided, be it nothing. */
  provisionGiven: boolean
  constraints: { annualBudget: number | null; minimumStrength: Strength | null; requireUkAvailability: boolean }
  weights: Weights
  evidence: EvidenceSelection
  limit: { recommendations: number; supporting: number }
  inferred: { pointer: string; statement: string }[]
  /** The published figures that the needs were taken from; null where the profile gave its needs. */
  statistics: StatisticsUse | null
}

/** Looking for near names costs time, so only the first faults of a profile get them. */
const MOST_SUGGESTED = 10

export const DEFAULT_LIMITS = { recommendations: 20, supporting: 5 }

/**
 * Reads a profile that already has the right shape, and checks what a schema cannot: that codes
 * exist, that a need stands once, that ages and shares make sense.
 * @throws DomainError 422 naming every such fault, with the nearest code where one is near
 */
export function understandProfile(input: ProfileInput & { needs: NeedInput[] }, catalogue: Catalogue): Profile {
  const faults: ErrorItem[] = []
  const inferred: Profile['inferred'] = []
  const fault = (pointer: string, code: string, message: string, suggestions: string[] = []) =>
    faults.push({ pointer, code, message, in: 'body', suggestions })

  const seen = new Map<string, number>()
  input.needs.forEach(({ need }, i) => {
    const pointer = `/needs/${i}/need`
    if (!catalogue.needByCode.has(need)) {
      const near = faults.length < MOST_SUGGESTED ? suggestNeeds(need, catalogue) : []
      fault(pointer, 'unknown-need', `'${clip(need)}' is not a need code${orElse(near)} GET /v1/needs lists them.`, near)
    }
    const earlier = seen.get(need)
    if (earlier !== undefined) fault(pointer, 'duplicate-need', `'${clip(need)}' stands already at /needs/${earlier}: put its children into one entry.`)
    else seen.set(need, i)
  })

  const shared = readContext(input.context ?? {}, '/context', fault)
  const cohorts = input.needs.map((need, i) => readCohort(need, catalogue.needByCode.get(need.need)?.concerns, `/needs/${i}`, withImplied(shared, need, i, catalogue, inferred), inferred, fault))

  const provision = new Map<string, Provision>()
  input.currentProvision?.forEach((item, i) => {
    const pointer = `/currentProvision/${i}/intervention`
    const family = findFamily(catalogue, item.intervention)
    if (family !== undefined) {
      fault(pointer, 'choose-a-version', `'${clip(item.intervention)}' is a family of versions that are rated apart: choose one of ${family.versions.join(', ')}.`, family.versions)
    } else if (!catalogue.interventionById.has(item.intervention)) {
      const near = faults.length < MOST_SUGGESTED ? suggestInterventions(item.intervention, catalogue) : []
      fault(pointer, 'unknown-intervention', `'${clip(item.intervention)}' is not an intervention id${orElse(near)} GET /v1/interventions?q= finds one by name.`, near)
    } else if (provision.has(item.intervention)) {
      fault(pointer, 'duplicate-intervention', `'${item.intervention}' stands twice: add its places and cost together.`)
    }
    provision.set(item.intervention, { intervention: item.intervention, places: item.places ?? null, annualCost: item.annualCost ?? null })
  })

  const selectable = input.evidence?.sources === undefined ? [] : selectableSources(catalogue)
  input.evidence?.sources?.forEach((source, i) => {
    if (selectable.includes(source)) return
    const near = faults.length < MOST_SUGGESTED ? nearest(source, selectable) : []
    fault(`/evidence/sources/${i}`, 'unknown-source', `'${clip(source)}' is neither a source nor a set of sources${orElse(near)} GET /v1/sources lists them.`, near)
  })
  const given = Object.fromEntries(Object.entries(input.weights ?? {}).filter(([, value]) => value !== undefined)) as Partial<Weights>
  if (CRITERIA.every((criterion) => given[criterion] === 0)) {
    fault('/weights', 'no-weight', 'All weights are zero: give at least one criterion a weight above zero.')
  }
  if (faults.length > 0) {
    throw unprocessable(
      faults.length === 1 ? faults[0]!.message : `The profile has ${faults.length} faults; each stands in errors.`,
      { code: faults.length === 1 ? faults[0]!.code : 'invalid-profile', errors: faults }
    )
  }

  const counts = input.needs.map((need, i) => need.children ?? cohorts[i]!.counted)
  const weights = weighNeeds(input.needs.map(({ need, priority }, i) => ({ need, priority: priority ?? null, children: counts[i]! })), inferred)
  input.needs.forEach((need, i) => {
    if (need.children === undefined && cohorts[i]!.counted !== null) {
      inferred.push({ pointer: `/needs/${i}/children`, statement: `${cohorts[i]!.counted} children, the sum of the age bands.` })
    }
  })

  const parted = cohorts.filter(({ cohort }) => [...cohort.context.values()].filter((values) => values.size > 1).length > 1)
  if (parted.length > 0) {
    inferred.push({
      pointer: '/needs',
      statement: 'Shares of several facts are multiplied as if the facts were independent of each other, because the profile gives them one by one; where they go together, more or fewer families meet all conditions.'
    })
  }

  const needs = input.needs
    .map(
      ({ need, priority }, i): ProfileNeed => ({
        code: need,
        label: catalogue.needByCode.get(need)!.label,
        group: catalogue.needByCode.get(need)!.group,
        concerns: catalogue.needByCode.get(need)!.concerns,
        children: counts[i]!,
        priority: priority ?? null,
        weight: weights.get(need)!,
        cohort: cohorts[i]!.cohort,
        goal: cohorts[i]!.goal ?? (input.context?.goal ?? null)
      })
    )
    .sort((a, b) => (a.code < b.code ? -1 : 1))

  const limit = input.limit
  return {
    area: input.area ?? null,
    year: null,
    needs,
    provision: new Map([...provision].sort(([a], [b]) => (a < b ? -1 : 1))),
    provisionGiven: input.currentProvision !== undefined,
    constraints: {
      annualBudget: input.constraints?.annualBudget ?? null,
      minimumStrength: input.constraints?.minimumStrength ?? null,
      requireUkAvailability: input.constraints?.requireUkAvailability ?? false
    },
    weights: settleWeights(given),
    evidence: { asOf: input.evidence?.asOf ?? null, sources: input.evidence?.sources ? [...new Set(input.evidence.sources)].sort() : null },
    limit: limit === undefined ? DEFAULT_LIMITS : { recommendations: limit, supporting: limit },
    inferred,
    statistics: null
  }
}

/**
 * Share of the weighted need that each need stands for: children times priority, scaled to add up to 1.
 *
 * Priority p counts as 1/p; a need without one comes after the lowest priority given, and where none
 * is given all count alike. Where a need has no number of children it is taken as large as the mean
 * of those that have one. Counts are first reduced to their smallest whole-number ratio, so that
 * multiplying them all by the same number changes nothing, not even the last decimal.
 */
export function weighNeeds(
  needs: readonly { need: string; children: number | null; priority: number | null }[],
  inferred: Profile['inferred'] = []
): Map<string, number> {
  const sorted = [...needs].sort((a, b) => (a.need < b.need ? -1 : 1))
  const known = sorted.map(({ children }) => children).filter((children) => children !== null)
  const divisor = known.reduce(greatestCommonDivisor, 0)
  const mean = known.length > 0 ? known.reduce((sum, children) => sum + children / divisor, 0) / known.length : 1
  const stated = sorted.map(({ priority }) => priority).filter((priority) => priority !== null)
  const last = stated.length > 0 ? Math.max(...stated) + 1 : 1

  const unknown = sorted.filter(({ children }) => children === null)
  if (unknown.length > 0 && sorted.length > 1) {
    const names = unknown.map(({ need }) => need).join(', ')
    inferred.push({
      pointer: '/needs',
      statement:
        known.length === 0
          ? 'No numbers of children are given, so the needs weigh alike before priority.'
          : `No number of children is given for ${names}; the mean of the others stands in for the weighting.`
    })
  }
  if (stated.length > 0 && stated.length < sorted.length) {
    inferred.push({ pointer: '/needs', statement: `Needs without a priority are taken as priority ${last}, after the lowest that is given.` })
  }
  const raw = sorted.map(({ need, children, priority }) => ({
    need,
    amount: (children === null ? mean : children / divisor) / (priority ?? last)
  }))
  const total = raw.reduce((sum, { amount }) => sum + amount, 0)
  return new Map(raw.map(({ need, amount }) => [need, amount / total]))
}

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b))

/** The facts of the profile, and those that the need itself states where the profile is silent. */
function withImplied(shared: ReadonlyMap<ContextKey, Distribution>, { need, context }: NeedInput, i: number, catalogue: Catalogue, inferred: Profile['inferred']) {
  const facts = new Map(shared)
  for (const [key, value] of Object.entries(catalogue.needByCode.get(need)?.implies ?? {}) as ['traumaSymptoms' | 'pattern', boolean | string | null][]) {
    if (value === null || facts.has(key) || context?.[key] !== undefined) continue
    facts.set(key, new Map([[value, 1]]))
    inferred.push({ pointer: `/needs/${i}/context/${key}`, statement: `${key} is taken as ${String(value)}, because the need itself says so.` })
  }
  return facts
}

type Fault = (pointer: string, code: string, message: string, suggestions?: string[]) => void

function readContext(context: ContextInput, pointer: string, fault: Fault): Map<ContextKey, Distribution> {
  const facts = new Map<ContextKey, Distribution>()
  for (const key of CONTEXT_KEYS) {
    const given = context[key]
    if (given === undefined) continue
    if (typeof given !== 'object') {
      facts.set(key, new Map([[given, 1]]))
      continue
    }
    const values = CONTEXT_VALUES[key] as readonly (string | number | boolean)[]
    const shares = values.filter((value) => given[String(value)] !== undefined).map((value) => [value, given[String(value)]!] as const)
    const sum = shares.reduce((total, [, share]) => total + share, 0)
    if (sum > 1 + 1e-9) fault(`${pointer}/${key}`, 'shares-over-one', `The shares add up to ${Number(sum.toFixed(4))}; together they may be at most 1, and what is left over is unknown.`)
    facts.set(key, new Map(shares))
  }
  return facts
}

function readCohort(need: NeedInput, concerns: Need['concerns'] | undefined, pointer: string, shared: ReadonlyMap<ContextKey, Distribution>, inferred: Profile['inferred'], fault: Fault) {
  const own = readContext(need.context ?? {}, `${pointer}/context`, fault)
  const context = new Map([...shared, ...own])
  const goal = need.context?.goal ?? null
  let counted: number | null = null
  const ageBands: { min: number; max: number; share: number }[] = []

  if (need.childAge !== undefined && need.ageBands !== undefined) {
    fault(`${pointer}/ageBands`, 'two-ages', 'Give either childAge or ageBands, not both.')
  }
  if (need.childAge !== undefined) {
    const { min, max } = need.childAge
    if (min > max) fault(`${pointer}/childAge`, 'ages-reversed', `The ages run from ${min} down to ${max}: put the younger into min.`)
    ageBands.push({ min, max, share: 1 })
  }
  if (need.ageBands !== undefined) {
    const bands = need.ageBands
    bands.forEach((band, i) => {
      if (band.min > band.max) fault(`${pointer}/ageBands/${i}`, 'ages-reversed', `The ages run from ${band.min} down to ${band.max}: put the younger into min.`)
      const clash = bands.findIndex((other, j) => j < i && other.min <= band.max && band.min <= other.max)
      if (clash >= 0) fault(`${pointer}/ageBands/${i}`, 'ages-overlap', `Ages ${band.min} to ${band.max} overlap the band at ${pointer}/ageBands/${clash}.`)
    })
    counted = bands.reduce((sum, band) => sum + band.children, 0)
    if (counted === 0) fault(`${pointer}/ageBands`, 'no-children', 'The age bands hold no children: leave the need out, or give its numbers.')
    if (need.children !== undefined && counted > need.children) {
      fault(`${pointer}/ageBands`, 'bands-over-total', `The age bands hold ${counted} children, more than the ${need.children} of the need.`)
    }
    const total = need.children ?? counted
    for (const { min, max, children } of bands) if (children > 0) ageBands.push({ min, max, share: children / total })
    ageBands.sort((a, b) => a.min - b.min)
  }
  // A stage is where families are; a need of the service itself has none.
  if (concerns === 'service' && context.delete('stage')) inferred.push({ pointer, statement: 'The stage is left aside here: it is where families are, and this is a need of the service itself.' })
  const cohort: Cohort = { ageBands, context }
  return { cohort, goal, counted }
}

const clip = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}…` : text)

/** Need codes near to what was typed, by code, label or alias. */
export function suggestNeeds(typed: string, catalogue: Catalogue): string[] {
  const codes = new Map<string, string>()
  for (const { code, label, aliases } of catalogue.needs) for (const name of [code, label, ...aliases]) codes.set(nameKey(name), code)
  return [...new Set(nearest(nameKey(typed), [...codes.keys()], 6).map((name) => codes.get(name)!))].slice(0, 3)
}

/** Intervention ids near to what was typed, by id, name or alias. */
export function suggestInterventions(typed: string, catalogue: Catalogue): string[] {
  const names = nearest(nameKey(typed), [...catalogue.idsByName.keys()], 6)
  return [...new Set(names.flatMap((name) => catalogue.idsByName.get(name)!))].slice(0, 3)
}

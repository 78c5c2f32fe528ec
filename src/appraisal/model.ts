import type { ConfidenceTable, DeflatorSeries, DiscountSchedule } from './data-files.js'
import type { Settled } from './ranges.js'
import type { AppraisalWarning } from './schemas.js'
import type { Agency, COST_KINDS, Ledger, Unit } from './vocabulary.js'

/** An input as the model holds it. Lines name inputs by their place in `Model.inputs`. */
export interface Input {
  /** Place in the request; the first of several for one with a key. */
  pointer: string
  key: string | null
  /** What seeds its stream: its key, or the ids of its option and line and its own name. */
  identity: string
  label: string
  value: number
  range: Settled | null
  /** The lowest and highest value that it can have. */
  low: number
  high: number
}

/** People by year of entry, in order of year. */
export interface EntrantsByYear {
  year: number
  /** Place of the input. */
  people: number
}

export interface ModelCost {
  id: string
  name: string
  pointer: string
  kind: (typeof COST_KINDS)[number]
  agency: Agency
  ledger: Ledger
  transfer: boolean
  /** Year, amount (place of the input), and people that it is multiplied by (place; null: not by people). */
  terms: { year: number; amount: number; people: number | null }[]
  /** Brings the amount to the price year. */
  deflation: number
  /** Percent of the confidence grade, and of optimism bias. */
  correction: number
  bias: number
}

export interface ModelBenefit {
  id: string
  name: string
  pointer: string
  entrants: readonly EntrantsByYear[]
  /** Inputs that are multiplied: need share, engagement, retention, impact. */
  factors: readonly number[]
  deadweight: number
  dropOff: number
  lag: number
  duration: number
  unitsPerYear: number
  per: Unit
  /** Value of one unit by kind: place of the input, and what brings it to the price year. */
  values: readonly { ledger: Ledger; amount: number; deflation: number }[]
  split: readonly { agency: Agency; share: number }[]
  cashability: number
  correction: number
  transfer: boolean
  unitCost: string | null
}

export interface ModelOption {
  id: string
  name: string
  pointer: string | null
  doNothing: boolean
  intervention: string | null
  costs: readonly ModelCost[]
  benefits: readonly ModelBenefit[]
}

/** An appraisal as it is understood: every default settled, every fault ruled out. */
export interface Model {
  title: string
  area: string | null
  startYear: number
  years: number
  priceYear: string
  schedule: DiscountSchedule
  ownSchedule: boolean
  factors: Float64Array
  series: DeflatorSeries
  extended: { priceYear: string; changePercent: number; source: string }[]
  upratings: { priceYear: string; factor: number }[]
  table: ConfidenceTable
  ownTable: boolean
  inputs: readonly Input[]
  /** Doing nothing first. */
  options: readonly ModelOption[]
  simulation: { draws: number; seed: number } | null
  thresholds: readonly number[]
  councilValues: readonly number[]
  assumptions: { pointer: string; statement: string }[]
  warnings: AppraisalWarning[]
}

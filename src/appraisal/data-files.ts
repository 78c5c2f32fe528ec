import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { packageRoot } from '../package-root.js'
import type { Citation } from '../schemas.js'
import type { CAPITAL_PROJECTS } from './vocabulary.js'

export interface DiscountSchedule {
  id: string
  version: string
  title: string
  note: string | null
  source: Citation | null
  /** Years of the appraisal, both ends included, and the real rate a year. */
  steps: readonly { fromYear: number; toYear: number; rate: number }[]
}

export interface DeflatorSeries {
  id: string
  version: string
  title: string
  kind: 'calendar' | 'financial'
  /** The first year that was a forecast when it was published. */
  forecastFrom: string | null
  note: string | null
  source: Citation
  /** Years in order, with an index that has no unit. */
  points: readonly { year: string; index: number }[]
}

export interface ConfidenceTable {
  id: string
  version: string
  title: string
  verified: boolean
  note: string | null
  source: Citation | null
  grades: readonly { grade: number; costPercent: number; benefitPercent: number; meaning: string | null }[]
}

/** What an appraisal rests on beside its input: tables that are versioned and can be replaced. The first of each list is the default. */
export interface AppraisalData {
  schedules: readonly DiscountSchedule[]
  deflators: readonly DeflatorSeries[]
  confidenceTables: readonly ConfidenceTable[]
  optimismBias: { source: Citation; projects: Record<(typeof CAPITAL_PROJECTS)[number], { upper: number; lower: number }> }
}

type WrittenSeries = Omit<DeflatorSeries, 'points'> & { index?: Record<string, number>; firstYear?: string; changePercent?: Record<string, number> }

/** Files under data/ as they are read. */
export function readAppraisalData(): AppraisalData {
  return {
    schedules: read<DiscountSchedule[]>('discount-schedules.yaml'),
    deflators: read<WrittenSeries[]>('deflators.yaml').map(({ index, firstYear, changePercent, ...series }) => ({ ...series, points: index === undefined ? chained(firstYear!, changePercent!) : inOrder(index) })),
    confidenceTables: read<ConfidenceTable[]>('confidence-tables.yaml'),
    optimismBias: read<AppraisalData['optimismBias']>('optimism-bias.yaml')
  }
}

const read = <T>(name: string) => parse(readFileSync(join(packageRoot(), 'src', 'appraisal', 'data', name), 'utf8')) as T

const inOrder = (index: Record<string, number>) => Object.entries(index).map(([year, value]) => ({ year, index: value })).sort((a, b) => (a.year < b.year ? -1 : 1))

/** An index of 100 in the first year, and in each later one that of the year before times (1 + change / 100). */
function chained(firstYear: string, changes: Record<string, number>): { year: string; index: number }[] {
  const points = [{ year: firstYear, index: 100 }]
  for (const [year, change] of Object.entries(changes).sort(([a], [b]) => (a < b ? -1 : 1))) points.push({ year, index: points.at(-1)!.index * (1 + change / 100) })
  return points
}

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { packageRoot } from '../package-root.js'

/** The published counts that stand for a need. */
export interface NeedMapping {
  need: string
  factors: string[]
  plans: string[]
  primaryNeed: string[]
  note: string | null
}

/** Counts of one table that add up to another of it. */
export interface AddingUp {
  total: string
  parts: string[]
}

const read = <T>(name: string): T => parse(readFileSync(join(packageRoot(), 'src', 'needs-profiles', 'data', name), 'utf8')) as T

export const MAPPING: readonly NeedMapping[] = read('mapping.yaml')
export const PLAN_ROW: AddingUp = read('plan-row.yaml')
/** Published counts that stand for no need, and why. */
export const NOT_MAPPED: readonly { indicators: string[]; why: string }[] = read('not-mapped.yaml')
/** Counts that the catalogue has under one need and that are taken for another. */
export const ELSEWHERE: readonly { need: string; indicators: string[]; takenFor: string }[] = read('elsewhere.yaml')
export const CANNOT_SAY: readonly string[] = [...read<string[]>('cannot-say.yaml'), ...NOT_MAPPED.map(({ why }) => why)]

/** Every indicator that the mapping names. */
export const MAPPED_INDICATORS: readonly string[] = [...new Set(MAPPING.flatMap(({ factors, plans, primaryNeed }) => [...factors, ...plans, ...primaryNeed]))]

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { packageRoot } from '../package-root.js'

export interface Measure {
  indicator: string
  filter: string | null
  measure: 'rate' | 'as-published'
  need: string | null
}

const read = <T>(name: string): T => parse(readFileSync(join(packageRoot(), 'src', 'benchmarks', 'data', name), 'utf8')) as T

export const MEASURES: readonly Measure[] = read('benchmarks.yaml')
export const CAUTIONS: readonly { code: string; message: string }[] = read('cautions.yaml')

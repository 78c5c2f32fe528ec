import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../package-root.js'
import type { AreaRecord, District } from './areas.js'

/** Made by scripts/build-areas.ts. */
export const areasFile = () => join(packageRoot(), 'src', 'areas', 'data', 'areas.json')

export const readAreas = (): AreaRecord[] => JSON.parse(readFileSync(areasFile(), 'utf8')) as AreaRecord[]

/** Made by scripts/build-areas.ts. */
export const districtsFile = () => join(packageRoot(), 'src', 'areas', 'data', 'districts.json')

export const readDistricts = (): District[] => JSON.parse(readFileSync(districtsFile(), 'utf8')) as District[]

/** Answers about areas by operation, as they stand in the contract: cut out of what the service answers on a fresh start. */
export const EXAMPLE_ANSWERS = JSON.parse(readFileSync(join(packageRoot(), 'src', 'areas', 'data', 'example-answers.json'), 'utf8')) as Record<string, unknown>

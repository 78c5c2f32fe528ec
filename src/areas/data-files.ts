import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../package-root.js'
import type { AreaRecord } from './areas.js'

/** Made by scripts/build-areas.ts. */
export const areasFile = () => join(packageRoot(), 'src', 'areas', 'data', 'areas.json')

export const readAreas = (): AreaRecord[] => JSON.parse(readFileSync(areasFile(), 'utf8')) as AreaRecord[]

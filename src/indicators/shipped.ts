import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../package-root.js'

/** A file of a release as it was published, carried compressed. */
export interface ShippedFile {
  /** Below src/indicators/data. */
  path: string
  /** Name that it was published under. */
  fileName: string
  /** Data set that it becomes. */
  dataset: string
  /** SHA-256 of the file as published. */
  hash: string
}

export const shippedFolder = () => join(packageRoot(), 'src', 'indicators', 'data')

/** Made by scripts/build-statistics.ts. */
export const shippedFiles = (): ShippedFile[] => JSON.parse(readFileSync(join(shippedFolder(), 'manifest.json'), 'utf8')) as ShippedFile[]

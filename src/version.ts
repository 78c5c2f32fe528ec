import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from './package-root.js'

export const VERSION = (JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string }).version

/** The commit it was built from, where the build said so (EVIDENT_COMMIT, an argument of the Dockerfile). Null for one that nobody could have meant. */
export const COMMIT = /^[0-9a-f]{7,40}$/.exec(process.env['EVIDENT_COMMIT']?.trim().toLowerCase() ?? '')?.[0] ?? null

/** Version and commit as one word, the commit as the build metadata of semantic versioning: `0.1.0+4f906f8c12ab`. */
export const BUILD = COMMIT === null ? VERSION : `${VERSION}+${COMMIT.slice(0, 12)}`

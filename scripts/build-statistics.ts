import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { indexAreas } from '../src/areas/areas.js'
import { readAreas } from '../src/areas/data-files.js'
import { shippedFolder, type ShippedFile } from '../src/indicators/shipped.js'
import { readTable } from '../src/imports/read-table.js'
import { releaseOf, type Table } from '../src/imports/tables.js'
import { contextFiles } from './context-files.js'

/**
 * Carries the releases of a folder (its sub-folders dfe-2024, dfe-2025 and so on) into
 * src/indicators/data: every file as published, compressed, and a manifest of them. Files that are
 * not tables of figures are left out. Poverty and deprivation, which are published in other forms, are
 * put into this one: scripts/context-files.ts.
 */
const folder = process.argv[2]
if (folder === undefined) {
  console.error('Usage: node dist/scripts/build-statistics.js FOLDER')
  process.exit(1)
}

const areas = indexAreas(readAreas().map((record) => ({ ...record, neighbours: [] })))
const manifest: ShippedFile[] = []

async function carry(release: string, fileName: string, bytes: Buffer) {
  let table: Table | undefined
  const { lastPeriod, figures } = await readTable(
    (async function* () {
      yield bytes
    })(),
    {
      open: async (file) => {
        table = file.table
      },
      write: async (_added, { series }) => series.length
    },
    { areas, base: 'unknown' }
  )
  if (table === undefined) throw new Error(`${fileName} is not a known table: describe it in src/imports/data/tables.yaml`)
  const path = `${release}/${fileName}.gz`
  const packed = gzipSync(bytes, { level: 9 })
  mkdirSync(join(shippedFolder(), release), { recursive: true })
  writeFileSync(join(shippedFolder(), path), packed)
  manifest.push({ path, fileName, dataset: `${table.id}-${releaseOf(lastPeriod, table)}`, hash: createHash('sha256').update(bytes).digest('hex') })
  console.log(`${path}: ${figures.read} figures, ${packed.length} bytes`)
}

for (const release of readdirSync(folder).filter((name) => /^dfe-\d{4}$/.test(name)).sort()) {
  rmSync(join(shippedFolder(), release), { recursive: true, force: true })
  for (const fileName of readdirSync(join(folder, release)).filter((name) => name.endsWith('.csv')).sort()) {
    const bytes = readFileSync(join(folder, release, fileName))
    if (bytes.subarray(0, 200).includes('geographic_level')) await carry(release, fileName, bytes)
  }
}
rmSync(join(shippedFolder(), 'context'), { recursive: true, force: true })
for (const { fileName, bytes } of contextFiles(folder)) await carry('context', fileName, bytes)
writeFileSync(join(shippedFolder(), 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)

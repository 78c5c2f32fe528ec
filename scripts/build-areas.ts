import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import type { AreaRecord, District } from '../src/areas/areas.js'
import { areasFile, districtsFile } from '../src/areas/data-files.js'

/**
 * Makes src/areas/data/areas.json and districts.json from a folder with
 *   geography/las.csv, geography/regions.csv      the Department for Education's lists of areas
 *   geography/uk_local_authorities_current.csv    other names of councils, and districts (mySociety, CC BY 4.0)
 *   dfe-2025/b1_children_in_need_2013_to_2025.csv the region that statistics put each council in
 *   dfe-2025/sn_model_2025_wide.csv               the ten statistical neighbours of each council
 */
const folder = process.argv[2]
if (folder === undefined) {
  console.error('Usage: node dist/scripts/build-areas.js FOLDER')
  process.exit(1)
}

const read = (path: string): Record<string, string>[] => parse(readFileSync(join(folder, path)), { bom: true, columns: true, skip_empty_lines: true, trim: true })

/** 01/05/2025 as 2025-05-01 */
const day = (text: string) => (text === '' ? null : text.split('/').reverse().join('-'))

/** Councils whose place others took. ONS register of geographic codes; the orders that made the changes are named in the areas' own records. */
const REPLACED: Record<string, string[]> = {
  '835': ['E06000059'],
  '836': ['E06000058'],
  '837': ['E06000058'],
  '909': ['E06000063', 'E06000064'],
  '928': ['E06000061', 'E06000062']
}
const regions = read('geography/regions.csv')
// Left out: pairs of councils that report together, and counties that ended before the first figures held.
const las = read('geography/las.csv').filter((row) => /^E\d{8}$/.test(row['new_la_code']!) && /^\d{3}$/.test(row['old_la_code']!) && row['date_of_termination'] !== '31/03/2009')
// Statistics put London boroughs into Inner and Outer London.
const regionOf = new Map(read('dfe-2025/b1_children_in_need_2013_to_2025.csv').map((row) => [row['old_la_code']!, row['region_code']!]))
const names = read('geography/uk_local_authorities_current.csv')
const neighbours = new Map(read('dfe-2025/sn_model_2025_wide.csv').map((row) => [row['old_la_code']!, row]))

const records: AreaRecord[] = [
  { id: 1, code: 'E92000001', dfeCode: null, name: 'England', level: 'country', region: null, started: null, ended: null, replacedBy: [], aliases: [], endedCodes: [], neighbours: [] }
]
for (const { region_code, region_name } of regions) {
  const london = region_code!.startsWith('E13')
  records.push({ id: records.length + 1, code: region_code!, dfeCode: null, name: region_name!, level: 'region', region: london ? 'E12000007' : 'E92000001', started: null, ended: null, replacedBy: [], aliases: [], endedCodes: [], neighbours: [] })
}

const byDfeCode = new Map<string, Record<string, string>[]>()
for (const row of las) byDfeCode.set(row['old_la_code']!, [...(byDfeCode.get(row['old_la_code']!) ?? []), row])
for (const [dfeCode, rows] of [...byDfeCode].sort(([a], [b]) => (a < b ? -1 : 1))) {
  const live = rows.find(({ status }) => status === 'live')
  const now = live ?? rows.sort((a, b) => (day(a['date_of_termination']!)! < day(b['date_of_termination']!)! ? 1 : -1))[0]!
  const known = names.filter((row) => rows.some((one) => one['new_la_code'] === row['gss-code']))
  const code = now['new_la_code']!
  const written = new Set([now['la_name']!.toLowerCase()])
  const aliases: string[] = []
  for (const alias of [...new Set(known.flatMap((row) => [row['official-name']!, row['nice-name']!, row['local-authority-code']!]))]) {
    if (alias === '' || written.has(alias.toLowerCase())) continue
    written.add(alias.toLowerCase())
    aliases.push(alias)
  }
  const model = neighbours.get(dfeCode)
  records.push({
    id: 100 + records.length,
    code,
    dfeCode,
    name: now['la_name']!,
    level: 'council',
    region: regionOf.get(dfeCode) ?? now['parent_geography_code']!,
    started: day(now['date_of_operation']!),
    ended: live === undefined ? day(now['date_of_termination']!) : null,
    replacedBy: live === undefined ? (REPLACED[dfeCode] ?? []) : [],
    aliases: aliases.sort(),
    endedCodes: rows.filter((row) => row !== now).map((row) => ({ code: row['new_la_code']!, started: day(row['date_of_operation']!), ended: day(row['date_of_termination']!) })),
    neighbours: model === undefined ? [] : Array.from({ length: 10 }, (_, i) => ({ dfeCode: model[`SN_${i + 1}`]!, closeness: model[`SN_${i + 1}P`]!.trim().toLowerCase() }))
  })
}

writeFileSync(areasFile(), `[\n${records.map((record) => `  ${JSON.stringify(record)}`).join(',\n')}\n]\n`)
console.log(`${records.length} areas, ${records.filter(({ level, ended }) => level === 'council' && ended === null).length} of them councils of today`)

const gssCodeOf = new Map(names.map((row) => [row['local-authority-code']!, row['gss-code']!]))
const districts = names.flatMap((row): District[] => (row['local-authority-type'] === 'NMD' && row['end-date'] === '' ? [{ code: row['gss-code']!, name: row['nice-name']!, council: gssCodeOf.get(row['county-la']!)! }] : []))
writeFileSync(districtsFile(), `[\n${districts.sort((a, b) => (a.code < b.code ? -1 : 1)).map((district) => `  ${JSON.stringify(district)}`).join(',\n')}\n]\n`)
console.log(`${districts.length} districts`)

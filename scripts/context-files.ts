import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import { indexAreas } from '../src/areas/areas.js'
import { readAreas } from '../src/areas/data-files.js'

/**
 * Figures around need that are not published as files of 'Explore education statistics', put into that
 * form, so that one reader serves all. From a folder with
 *   derived/lait_csc_measures_2020_on.csv.gz        children in low income families (Department for
 *                                                   Work and Pensions), as the Local Authority
 *                                                   Interactive Tool of the Department for Education gives them
 *   derived/la_indicators_long_2022_2025.csv        average scores of the English indices of deprivation
 *                                                   2025; symbol e where a county's is an estimate
 */
export interface ContextFile {
  fileName: string
  bytes: Buffer
}

type Row = Record<string, string>
const HEADER = ['time_period', 'time_identifier', 'geographic_level', 'country_code', 'country_name', 'region_code', 'region_name', 'old_la_code', 'new_la_code', 'la_name']
const quoted = (cell: string) => (cell.includes(',') ? `"${cell}"` : cell)
const csv = (columns: string[], rows: string[][]): Buffer => Buffer.from(`${[[...HEADER, ...columns], ...rows].map((row) => row.map(quoted).join(',')).join('\n')}\n`)

/** The tool's own numbers of England and the regions. */
const REGIONS: Record<string, string> = { '970': 'E92000001', '980': 'E12000001', '981': 'E12000002', '982': 'E12000003', '983': 'E12000004', '984': 'E12000005', '985': 'E12000006', '986': 'E12000007', '987': 'E13000001', '988': 'E13000002', '989': 'E12000008', '990': 'E12000009' }

export function contextFiles(folder: string): ContextFile[] {
  const areas = indexAreas(readAreas().map((record) => ({ ...record, neighbours: [] })))
  const council = (word: string) => areas.find(word)!.area
  /** The cells that say where. */
  const place = (code: string): string[] => {
    const area = areas.byCode.get(code)!
    if (area.level === 'country') return ['National', area.code, area.name, '', '', '', '', '']
    if (area.level === 'region') return ['Regional', 'E92000001', 'England', area.code, area.name, '', '', '']
    const region = areas.byCode.get(area.region!)!
    return ['Local authority', 'E92000001', 'England', region.code, region.name, area.dfeCode!, area.code, area.name]
  }

  const tool = parse<Row>(gunzipSync(readFileSync(join(folder, 'derived', 'lait_csc_measures_2020_on.csv.gz'))), { columns: true, bom: true }).filter((row) => row['measure_short'] === 'ChildPov')
  const lowIncome = tool.flatMap((row) => {
    const code = REGIONS[row['old_la_code']!] ?? council(row['old_la_code']!).code
    const area = areas.byCode.get(code)!
    if (area.level === 'council' && area.ended !== null) return []
    const year = Number(row['year_label'])
    // Published to one decimal place; the tool holds 16.1 as 16.100000000000001.
    const value = row['value_raw'] === '-' ? 'x' : String(Number(Number(row['value_raw']).toFixed(1)))
    return [[`${year - 1}${String(year % 100).padStart(2, '0')}`, 'Financial year', ...place(code), value]]
  })

  const scores = new Map<string, Row>()
  for (const row of parse<Row>(readFileSync(join(folder, 'derived', 'la_indicators_long_2022_2025.csv')), { columns: true, bom: true })) {
    if (row['indicator'] !== 'imd2025_avg_score' && row['indicator'] !== 'idaci2025_avg_score') continue
    const { code } = council(row['new_la_code']!)
    scores.set(code, { ...scores.get(code), [row['indicator']]: `${row['value']}${row['symbol'] === 'e' ? '[e]' : ''}` })
  }
  const deprivation = [...scores].sort().map(([code, row]) => ['2025', 'Calendar year', ...place(code), row['imd2025_avg_score'] ?? 'x', row['idaci2025_avg_score'] ?? 'x'])

  return [
    { fileName: 'children_in_low_income_families_2022_to_2025.csv', bytes: csv(['low_income_percent'], lowIncome.sort()) },
    { fileName: 'indices_of_deprivation_2025.csv', bytes: csv(['imd_average_score', 'idaci_average_score'], deprivation) }
  ]
}

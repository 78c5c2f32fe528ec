import { readFileSync, writeFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { SHIPPED_COLUMNS, readSelection, shippedFile, toShippedRow } from '../src/unit-costs/data-files.js'
import { readEdition } from '../src/unit-costs/read-edition.js'
import { selectRows } from '../src/unit-costs/select.js'

/**
 * Makes src/unit-costs/data/gmca-v1.4.csv from the whole Unit Cost Database v1.4 as a CSV, by the
 * rules of src/unit-costs/data/selection.yaml. Comments of the database are not carried.
 */
const file = process.argv[2]
if (file === undefined) {
  console.error('Usage: node dist/scripts/build-unit-costs.js FILE')
  process.exit(1)
}

const quoted = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
const line = (cells: readonly string[]) => `${cells.map(quoted).join(',')}\n`

const selection = readSelection()
const rows: Record<string, string>[] = parse(readFileSync(file), { bom: true, columns: true, skip_empty_lines: true })
for (const { between: [before, after], code } of selection.missingCodes) {
  const place = rows.findIndex((row, i) => row['code'] === '' && rows[i - 1]?.['code'] === before && rows[i + 1]?.['code'] === after)
  if (place === -1) throw new Error(`No row without a code stands between ${before} and ${after}.`)
  rows[place]!['code'] = code
}
const whole = Buffer.from(line(Object.keys(rows[0]!)) + rows.map((row) => line(Object.values(row))).join(''))
const { records, skipped } = await readEdition(
  (async function* () {
    yield whole
  })()
)
if (records.length !== rows.length || skipped.length > 0) throw new Error(`Only ${records.length} of ${rows.length} rows can be read: ${JSON.stringify(skipped)}`)
const chosen = selectRows(records, selection)
writeFileSync(shippedFile(), line(SHIPPED_COLUMNS) + chosen.map((record) => line(SHIPPED_COLUMNS.map((column) => toShippedRow(record)[column]))).join(''))
console.log(`${chosen.length} of ${rows.length} rows carried.`)

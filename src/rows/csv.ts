import type { Cell, ColumnInfo, Row } from './columns.js'

/**
 * Rows as CSV with a header row (RFC 4180). Null is an empty cell, empty text a quoted one.
 *
 * A spreadsheet runs a cell that begins with = + - @, also in full width (or with a tab or line end before one), as a
 * formula, so such text gets an apostrophe before it. Numbers stay as they are.
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
export function csvText(columns: readonly Pick<ColumnInfo, 'name'>[], rows: readonly Row[]): string {
  const lines = [columns.map(({ name }) => name).join(',')]
  for (const row of rows) lines.push(columns.map(({ name }) => cellText(row[name] ?? null)).join(','))
  return `${lines.join('\r\n')}\r\n`
}

const FORMULA = /^[=+\-@\uff1d\uff0b\uff0d\uff20\t\r\n]/
const NEEDS_QUOTES = /[",\r\n]|^\s|\s$|^$/

function cellText(cell: Cell): string {
  if (cell === null) return ''
  if (typeof cell !== 'string') return String(cell)
  const text = FORMULA.test(cell) ? `'${cell}` : cell
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

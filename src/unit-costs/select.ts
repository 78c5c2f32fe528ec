import type { Selection, SelectionRule } from './data-files.js'
import type { UnitCostRecord } from './records.js'
import { matchesCode, relationOf } from './relations.js'

const takes = ({ theme, outcome, codes, except }: SelectionRule, record: UnitCostRecord) =>
  theme === record.theme && outcome === record.outcome && (codes === undefined || matchesCode(record.code, codes)) && !(except !== undefined && matchesCode(record.code, except))

/**
 * The rows of a whole database that the service carries, with their relations and our notes.
 * @param records every row of the database, each with a code
 * @throws Error where an outcome of the database is in neither list, or a rule or a note is about nothing
 */
export function selectRows(records: readonly UnitCostRecord[], { carried, leftOut, relations, notes }: Selection): UnitCostRecord[] {
  const known = new Set([...carried, ...leftOut].map(({ theme, outcome }) => `${theme} > ${outcome}`))
  const forgotten = [...new Set(records.map(({ theme, outcome }) => `${theme} > ${outcome}`))].filter((name) => !known.has(name))
  if (forgotten.length > 0) throw new Error(`The selection says nothing of ${forgotten.join('; ')}.`)
  const idle = carried.filter((rule) => !records.some((record) => takes(rule, record)))
  if (idle.length > 0) throw new Error(`No row fits the rule for ${idle.map(({ theme, outcome }) => `${theme} > ${outcome}`).join('; ')}.`)
  const chosen = records.filter((record) => carried.some((rule) => takes(rule, record)))
  const codes = new Set(chosen.map(({ code }) => code))
  const unheld = Object.keys(notes).filter((code) => !codes.has(code))
  if (unheld.length > 0) throw new Error(`There is a note on ${unheld.join(', ')}, which is not carried.`)
  return chosen.map((record) => ({ ...record, ...relationOf(record.code, codes, relations), note: notes[record.code] ?? null }))
}

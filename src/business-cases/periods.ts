/** Financial years and their quarters. A financial year runs from 1 April to 31 March; its first quarter from April to June. */

const PERIOD = /^(\d{4})\/(\d{2})(?: Q([1-4]))?$/

export interface Period {
  /** The financial year, as it is written: 2026/27. */
  financialYear: string
  /** 1 to 4; null for a whole year. */
  quarter: number | null
  /** The first and the last day, as ISO 8601. */
  from: string
  to: string
}

const LAST_DAYS = ['06-30', '09-30', '12-31', '03-31']
const FIRST_DAYS = ['04-01', '07-01', '10-01', '01-01']

/** The year after a first one, as it is written: (2026/27, 2) is 2028/29. */
export function financialYearAfter(start: string, years: number): string {
  const year = Number(start.slice(0, 4)) + years
  return `${year}/${String((year + 1) % 100).padStart(2, '0')}`
}

/** Undefined where it is no period: 2026/28 is none. */
export function readPeriod(text: string): Period | undefined {
  const parts = PERIOD.exec(text)
  if (parts === null) return undefined
  const year = Number(parts[1])
  const financialYear = `${parts[1]!}/${parts[2]!}`
  if (financialYearAfter(financialYear, 0) !== financialYear) return undefined
  if (parts[3] === undefined) return { financialYear, quarter: null, from: `${year}-04-01`, to: `${year + 1}-03-31` }
  const quarter = Number(parts[3])
  const calendar = quarter === 4 ? year + 1 : year
  return { financialYear, quarter, from: `${calendar}-${FIRST_DAYS[quarter - 1]!}`, to: `${calendar}-${LAST_DAYS[quarter - 1]!}` }
}

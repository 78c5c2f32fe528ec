/** A financial year runs from April to March: 2013/14 has nine months of 2013 and three of 2014. */
export const FINANCIAL_YEAR = /^(\d{4})\/(\d{2})$/
export const CALENDAR_YEAR = /^\d{4}$/

/** The calendar year that a financial year starts in; null for what is none, such as 2013/15. */
export function startOf(financialYear: string): number | null {
  const found = FINANCIAL_YEAR.exec(financialYear)
  if (found === null) return null
  const start = Number(found[1])
  return Number(found[2]) === (start + 1) % 100 ? start : null
}

/** 2013 as 2013/14. */
export const financialYear = (start: number) => `${start}/${String((start + 1) % 100).padStart(2, '0')}`

/** The year after one of the same kind. */
export const yearAfter = (year: string) => (CALENDAR_YEAR.test(year) ? String(Number(year) + 1) : financialYear(startOf(year)! + 1))

export const isPriceYear = (year: string) => CALENDAR_YEAR.test(year) || startOf(year) !== null

/** The calendar year that a year of either kind ends in, to put both in one order. */
export const endOf = (year: string) => (CALENDAR_YEAR.test(year) ? Number(year) : (startOf(year) ?? 0) + 1)

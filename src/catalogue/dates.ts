/** The last day that a date of year, month or day precision can mean: nothing is shown before it was surely published. */
export function lastDayOf(published: string): string {
  if (published.length === 4) return `${published}-12-31`
  if (published.length === 10) return published
  const [year, month] = published.split('-').map(Number) as [number, number]
  return `${published}-${String(new Date(Date.UTC(year, month, 0)).getUTCDate()).padStart(2, '0')}`
}

export const FORMATS = ['json', 'csv'] as const
export type Format = (typeof FORMATS)[number]

const RANGES: Record<Format, string[]> = {
  json: ['application/json', 'application/*', '*/*'],
  csv: ['text/csv', 'text/*', '*/*']
}

/** The form to answer in: what the query asks for, else what Accept prefers (RFC 9110, 12.5.1), else JSON; null where neither will do. */
export function chooseFormat(asked: Format | undefined, accept: string | undefined): Format | null {
  if (asked !== undefined) return asked
  if (accept === undefined || accept.trim() === '') return 'json'
  const weights = new Map<string, number>()
  for (const part of accept.split(',')) {
    const [range, ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase())
    const q = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2)
    weights.set(range!, q === undefined ? 1 : Number(q) || 0)
  }
  const weightOf = (format: Format) => RANGES[format].map((range) => weights.get(range)).find((weight) => weight !== undefined) ?? 0
  const [json, csv] = [weightOf('json'), weightOf('csv')]
  if (json === 0 && csv === 0) return null
  return csv > json ? 'csv' : 'json'
}

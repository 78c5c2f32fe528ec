import { preferredType } from '../accept.js'

export const FORMATS = ['json', 'csv'] as const
export type Format = (typeof FORMATS)[number]

/** The form to answer in: what the query asks for, else what Accept prefers, else JSON; null where neither will do. */
export function chooseFormat(asked: Format | undefined, accept: string | undefined): Format | null {
  if (asked !== undefined) return asked
  const type = preferredType(accept, ['application/json', 'text/csv'])
  return type === null ? null : type === 'text/csv' ? 'csv' : 'json'
}

import type { FigureStatus } from '../indicators/vocabulary.js'

/**
 * The symbols that stand in place of a figure in official statistics, obsolete ones too.
 * Government Statistical Service, 'Symbols in tables'; 'Explore education statistics' data standards.
 */
const SYMBOLS: Readonly<Record<string, FigureStatus>> = {
  c: 'suppressed',
  z: 'not-applicable',
  x: 'unavailable',
  ':': 'unavailable',
  '..': 'unavailable',
  '': 'unavailable',
  low: 'rounds-to-zero',
  k: 'rounds-to-zero',
  '~': 'rounds-to-zero',
  u: 'low-reliability'
}

/** [e] after a number says that it is an estimate. */
const ESTIMATE = /^(\S+?) ?\[e\]$/i

const NUMERAL = /^-?\d{1,15}(\.\d{1,15})?(e[+-]?\d{1,2})?$/i

export interface Cell {
  /** As written, for a column of type numeric: never through binary floating point. */
  value: string | null
  status: FigureStatus
  /** The file marks the number as an estimate. */
  estimated?: true
}

const known = new Map<string, Cell>(Object.entries(SYMBOLS).map(([symbol, status]) => [symbol, { value: null, status }]))

/**
 * Reads one cell of figures. A formula, a word or anything else that is neither a number nor a symbol
 * is no figure.
 */
export function readCell(text: string): Cell | undefined {
  if (NUMERAL.test(text)) return { value: text, status: 'ok' }
  const estimate = text.includes('[') ? ESTIMATE.exec(text.trim())?.[1] : undefined
  if (estimate !== undefined) return NUMERAL.test(estimate) ? { value: estimate, status: 'ok', estimated: true } : undefined
  return known.get(text) ?? known.get(text.trim().toLowerCase()) ?? (NUMERAL.test(text.trim()) ? { value: text.trim(), status: 'ok' } : undefined)
}

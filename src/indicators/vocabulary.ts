/** Words of the figures, shared by the tables and the contract. */
export const FIGURE_STATUSES = ['ok', 'suppressed', 'not-applicable', 'unavailable', 'rounds-to-zero', 'low-reliability'] as const
export type FigureStatus = (typeof FIGURE_STATUSES)[number]

export const STATUS_WORDS: Record<FigureStatus, string> = {
  ok: 'Published.',
  suppressed: 'Withheld by the publisher to protect the people counted (c).',
  'not-applicable': 'Cannot be: the area or the question did not exist (z).',
  unavailable: 'Not collected or not published (x).',
  'rounds-to-zero': 'Above zero and rounds to it (low, k).',
  'low-reliability': 'Withheld because it is not reliable enough (u).'
}

/** Stands in every answer that shows these figures. */
export const ATTRIBUTION =
  'Contains public sector information licensed under the Open Government Licence v3.0. Source: Department for Education (DfE), Department for Work and Pensions (DWP), Office for National Statistics (ONS), Ministry of Housing, Communities and Local Government (MHCLG).'

export const LICENCE = 'Open Government Licence v3.0'

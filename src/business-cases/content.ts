import { filled } from './kept.js'
import type { HeldCase } from './queries.js'
import { BusinessCaseInput, type BusinessCaseContent, type BusinessCaseSummary } from './schemas.js'

/** What was sent, with every key in place: what was left out is empty or null. */
export function contentOf(input: BusinessCaseInput, settled: Pick<BusinessCaseContent, 'area' | 'catalogueVersion'>): BusinessCaseContent {
  const content = { ...filled(BusinessCaseInput, input), ...settled }
  if (content.economic !== null) content.economic = { ...content.economic, options: content.economic.options.map((option) => ({ ...option, doNothing: option.doNothing ?? false })) }
  return content
}

export function summaryOf({ id, version, createdAt, updatedAt, state, content }: HeldCase): BusinessCaseSummary {
  return { id, version, createdAt, updatedAt, state, title: content.title, area: content.area, recommendation: content.recommendation, preferredOption: content.economic?.preferredOption ?? null, intervention: preferredOf(content)?.intervention ?? null }
}

/** The option that is put forward. */
export const preferredOf = ({ economic }: BusinessCaseContent) => economic?.options.find(({ id }) => id === economic.preferredOption)

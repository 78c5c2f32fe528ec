import type { AppraisalData } from './data-files.js'
import type { Appraisal, AppraisalInput } from './schemas.js'

/**
 * Appraises options with every input at its value. Pure.
 * @param at JSON pointer of the input within the request, for the faults it names
 * @throws DomainError 422 that names every field at fault
 */
export function appraise(input: AppraisalInput, data: AppraisalData, at = ''): Appraisal {
  throw new Error(`Not built yet: ${input.title} ${data.deflators.length} ${at}`)
}

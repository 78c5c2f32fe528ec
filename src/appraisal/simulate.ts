import type { AppraisalData } from './data-files.js'
import type { AppraisalInput, Simulation } from './schemas.js'

/**
 * Draws from every range again and again. Pure: the same input and seed give the same answer.
 * @returns null where no input has a range, or the input says `simulation: null`
 * @throws DomainError 422 that names every field at fault
 */
export function simulate(input: AppraisalInput, data: AppraisalData, at = ''): Simulation | null {
  throw new Error(`Not built yet: ${input.title} ${data.deflators.length} ${at}`)
}

/** The same, giving way to other requests between its parts. */
export async function simulateInTurns(input: AppraisalInput, data: AppraisalData, at = ''): Promise<Simulation | null> {
  return simulate(input, data, at)
}

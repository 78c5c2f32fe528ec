import { appraise } from '../appraisal/appraise.js'
import { readAppraisalData, type AppraisalData } from '../appraisal/data-files.js'
import { simulateInTurns } from '../appraisal/simulate.js'
import type { AppraisalAnswer, AppraisalInput } from '../appraisal/schemas.js'

/** What this room asks of the appraisal engine. */
export interface Appraiser {
  /** @throws DomainError 422 that names every field at fault, under `at` */
  check(input: AppraisalInput, at: string): void
  answer(input: AppraisalInput, at: string): Promise<AppraisalAnswer>
}

export function appraiserOver(data: AppraisalData = readAppraisalData()): Appraiser {
  return {
    check: (input, at) => void appraise(input, data, at),
    async answer(input, at) {
      const appraisal = appraise(input, data, at)
      const simulation = await simulateInTurns(input, data, at)
      return { appraisal, simulation, simulationStatus: simulation !== null ? 'ok' : input.simulation === null ? 'not-asked' : 'no-ranges' }
    }
  }
}

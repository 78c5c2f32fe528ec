import type { AppraisalWarning } from '../appraisal/schemas.js'
import type { UnitCostWarning } from './guards.js'

/** A warning that may be about several lines, as one of an appraisal, which stands at the first of them and names the others. */
export function asAppraisalWarning({ code, severity, pointers, message, sources, suggestedAction }: UnitCostWarning): AppraisalWarning {
  const [first, ...others] = pointers
  return { code, severity, pointer: first!, message: `${message} ${suggestedAction}${others.length === 0 ? '' : ` Also: ${others.join(', ')}.`}`, sources }
}

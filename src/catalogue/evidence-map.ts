import { strengthOrder, type Role, type Strength } from './vocabulary.js'
import type { Claim, EvidenceMapRow } from './schemas.js'
import type { CatalogueView, Link } from './view.js'

const GRADES = ['strong', 'evidence-based', 'moderate', 'preliminary', 'not-graded', 'limited', 'none'] as const
type Grade = (typeof GRADES)[number]

const gradeOf = (claim: Claim): Grade => claim.strength ?? 'not-graded'
const isFor = (claim: Claim) => claim.direction === 'positive' || claim.direction === 'mixed'

/** The better of two claims of benefit: stronger, then positive before mixed. */
function better(a: Claim, b: Claim): Claim {
  const order = GRADES.indexOf(gradeOf(a)) - GRADES.indexOf(gradeOf(b))
  if (order !== 0) return order < 0 ? a : b
  return a.direction === 'positive' ? a : b
}

/**
 * One row for each need: how many entries stand at each strength by their best claim of benefit, and
 * which stand elsewhere. An entry counts once in a row; findings of no effect or harm are listed
 * beside, also for entries that have a claim of benefit too.
 *
 * @param role the kind of thing counted; an assessment tool never counts as a response
 */
export function evidenceMap(view: CatalogueView, role: Role): EvidenceMapRow[] {
  return view.catalogue.needs.map(({ code, label }) => {
    const links = (view.byNeed.get(code) ?? []).filter(({ intervention }) => intervention.role === role)
    const cells = new Map<Grade, string[]>(GRADES.map((grade) => [grade, []]))
    const row: EvidenceMapRow = { need: code, label, cells: [], mixed: [], noEffect: [], harm: [], underEvaluation: [], notEvaluated: [], notRated: [] }
    for (const link of links) place(link, cells, row)
    row.cells = GRADES.map((strength) => ({ strength, count: cells.get(strength)!.length, interventions: cells.get(strength)! }))
    return row
  })
}

function place({ intervention: { id }, claims }: Link, cells: Map<Grade, string[]>, row: EvidenceMapRow) {
  if (claims.some((claim) => claim.direction === 'no-effect')) row.noEffect.push(id)
  if (claims.some((claim) => claim.direction === 'harm')) row.harm.push(id)
  const benefits = claims.filter(isFor)
  if (benefits.length > 0) {
    const best = benefits.reduce(better)
    cells.get(gradeOf(best))!.push(id)
    if (best.direction === 'mixed') row.mixed.push(id)
    return
  }
  if (claims.some((claim) => claim.direction !== 'unknown')) return
  cells.get('none')!.push(id)
  if (claims.some((claim) => claim.status === 'under-evaluation')) row.underEvaluation.push(id)
  else if (claims.some((claim) => claim.status === 'not-evaluated')) row.notEvaluated.push(id)
  else row.notRated.push(id)
}

/** Whether a claim of benefit is at least so strong; an ungraded one counts where `strengthOrder` puts it. */
export const atLeast = (claim: Claim, minimum: Strength) => isFor(claim) && strengthOrder(claim.strength) >= strengthOrder(minimum)

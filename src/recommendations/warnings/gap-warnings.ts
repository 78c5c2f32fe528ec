import type { CatalogueView } from '../../catalogue/view.js'
import type { GapCode, Severity } from '../../catalogue/vocabulary.js'
import type { Profile } from '../profile.js'
import type { Candidate, Ranking } from '../rank.js'
import type { GapWarning } from '../schemas.js'
import { acrossWarnings, warningsAbout } from './interventions.js'
import { needWarnings } from './needs.js'
import { provisionWarnings } from './provision.js'
import { publishedWarnings } from './published.js'

const SEVERITY_ORDER: Record<Severity, number> = { high: 0, medium: 1, low: 2 }

/**
 * The gap warnings of an answer: those that a source states and this profile raises, and those that
 * follow from what the catalogue view holds. A published warning takes the place of a derived one
 * that would say the same of the same thing; see `stands`.
 *
 * @param listed the candidates that the answer shows, best first
 * @param year the calendar year that age of evidence is counted from
 */
export function gapWarnings(view: CatalogueView, profile: Profile, ranking: Ranking, listed: readonly Candidate[], year: number): GapWarning[] {
  const shown = new Map([...listed, ...ranking.provided].map((candidate) => [candidate.intervention.id, candidate]))

  const published = publishedWarnings(view, profile, shown)
  const derived = [
    ...needWarnings(view, profile, ranking, listed),
    ...[...shown.values()].flatMap(warningsAbout),
    ...provisionWarnings(view, profile, ranking, listed),
    ...acrossWarnings(listed, year)
  ].filter((w) => !published.some((p) => stands(p, w)))
  return [...published, ...derived].sort(
    (a, b) =>
      SEVERITY_ORDER[a.severity] - SEVERITY_ORDER[b.severity] ||
      (a.basis === b.basis ? 0 : a.basis === 'published' ? -1 : 1) ||
      compare(a.code, b.code) ||
      compare(a.needs.join() + a.interventions.join(), b.needs.join() + b.interventions.join()) ||
      compare(a.message, b.message)
  )
}

/** Codes whose derived warning says something of this very profile, which no source can have said. */
const OF_THE_PROFILE: readonly GapCode[] = ['places-short-of-need', 'evidenced-option-not-provided', 'current-provision-not-evidenced', 'cost-unknown', 'dated-evidence']

/** Whether a published warning says what a derived one would: the same of the same thing, and no less severe. */
function stands(published: GapWarning, derived: GapWarning): boolean {
  const sameCode = published.code === derived.code || (derived.code === 'need-not-covered' && published.code === 'no-strong-evidence')
  if (!sameCode || OF_THE_PROFILE.includes(derived.code) || SEVERITY_ORDER[published.severity] > SEVERITY_ORDER[derived.severity]) return false
  if (derived.code === 'overlapping-needs') return true
  if (derived.code === 'effect-depends-on-condition' && derived.severity === 'high') return false
  return derived.interventions.length > 0
    ? derived.interventions.every((id) => published.interventions.includes(id))
    : derived.needs.every((need) => published.needs.includes(need))
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

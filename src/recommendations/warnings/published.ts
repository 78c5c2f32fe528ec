import { answersTo, type CatalogueView } from '../../catalogue/view.js'
import type { GapCode } from '../../catalogue/vocabulary.js'
import type { Profile } from '../profile.js'
import type { Candidate } from '../rank.js'
import type { GapWarning } from '../schemas.js'
import { codesOf, familyNeeds, overlappingNeeds } from './warning.js'

const EARLY_STAGES = ['early-help', 'universal', 'universal-health']

/**
 * Needs that a published gap may be raised for though the profile does not name them, by the code of
 * the gap: early help and care by the stage that most of the families are at, complex needs by the
 * number of needs. Each with the needs of the profile that raise it.
 */
function alsoRaised(profile: Profile): { code: GapCode; need: string; by: string[] }[] {
  const mostlyAt = (stages: readonly string[]) =>
    familyNeeds(profile).filter((need) => stages.reduce((sum, stage) => sum + (need.cohort.context.get('stage')?.get(stage) ?? 0), 0) >= 0.5)
  const overlapping = overlappingNeeds(profile)
  return [
    { code: 'outside-sources-scope' as const, need: 'early-help', by: codesOf(mostlyAt(EARLY_STAGES)) },
    { code: 'outside-sources-scope' as const, need: 'placement-sufficiency', by: codesOf(mostlyAt(['looked-after'])) },
    { code: 'overlapping-needs' as const, need: 'complex-multiple-needs', by: codesOf(overlapping) }
  ].filter(({ by }) => by.length > 0)
}

/** The gaps that a source states and that this profile, its answer or its provision raises. */
export function publishedWarnings(view: CatalogueView, profile: Profile, shown: ReadonlyMap<string, Candidate>): GapWarning[] {
  const codes = new Set(profile.needs.map((need) => need.code))
  const also = alsoRaised(profile)
  const ids = new Set([...shown.keys(), ...profile.provision.keys()])
  const decisions = new Set(['any'])
  if (profile.constraints.annualBudget !== null) decisions.add('business-case')
  if (profile.area !== null) decisions.add('benchmark').add('spending-comparison')
  if (codes.has('evaluation-capacity')) decisions.add('monitoring')

  const raised: GapWarning[] = []
  for (const gap of view.gaps) {
    if (answersTo(view, gap).length > 0) continue
    const named = gap.needs.length === 0 ? gap.needs : gap.needs.filter((need) => codes.has(need))
    const implied = also.filter(({ code, need }) => code === gap.code && gap.needs.includes(need)).flatMap(({ by }) => by)
    const needs = implied.length === 0 ? named : [...new Set([...named, ...implied])].sort()
    // That a tool treats nothing is said to those who have the need, not to all who look at the tool.
    if (gap.code === 'assessment-is-not-treatment' && gap.needs.length > 0 && needs.length === 0) continue
    const interventions = gap.interventions.length === 0 ? gap.interventions : gap.interventions.filter((id) => ids.has(id))
    const decided = gap.decision !== null && decisions.has(gap.decision)
    if (needs.length === 0 && interventions.length === 0 && !decided) continue
    raised.push({
      code: gap.code,
      severity: gap.severity,
      need: needs.length === 1 ? needs[0]! : null,
      needs,
      intervention: interventions.length === 1 ? interventions[0]! : null,
      interventions,
      message: gap.message,
      basis: 'published',
      sources: gap.sources,
      questions: gap.questions,
      suggestedAction: gap.suggestedAction
    })
  }
  return raised
}

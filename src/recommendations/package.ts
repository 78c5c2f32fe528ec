import type { CatalogueView } from '../catalogue/view.js'
import type { WorksWith } from '../catalogue/vocabulary.js'
import { STANDINGS } from './combine.js'
import type { Profile } from './profile.js'
import { KEPT, type Candidate, type Ranking } from './rank.js'
import type { IntegratedPackage, UncoveredNeed } from './schemas.js'
import { overlapSources } from './warnings/needs.js'
import { overlappingNeeds } from './warnings/warning.js'

const MEMBERS = { child: 'child', parent: 'parent', both: 'parent-and-child', couple: 'couple', perpetrator: 'perpetrator' } as const
type Member = (typeof MEMBERS)[keyof typeof MEMBERS]

/** Options offered for each member of the family: a choice for an assessment, not a list to buy. */
const OPTIONS_EACH = 3

/**
 * Where several needs of families overlap, the options of the answer arranged by whom they work with.
 * The 2017 overview expects a package for complex problems, with components that follow from an
 * assessment and are aimed at each member of the family; it names no package that has been proven.
 *
 * @returns null for a single need, and where no source in the view calls for a package
 */
export function integratedPackage(view: CatalogueView, profile: Profile, ranking: Ranking): IntegratedPackage | null {
  const needs = profile.needs.filter((need) => need.concerns === 'family')
  const sources = overlapSources(view)
  const called = overlappingNeeds(profile).length > 0 || needs.some((need) => need.code === 'complex-multiple-needs')
  if (sources.length === 0 || !called) return null

  const candidates = ranking.lists.response.slice(0, KEPT).filter((c) => c.tier >= 2 && c.intervention.id !== 'integrated-packages-complex-needs')
  const useful = (c: Candidate) => c.positions.filter(({ need, position }) => need.concerns === 'family' && position.tier >= 2)
  const parts: IntegratedPackage['parts'] = []
  for (const member of Object.values(MEMBERS) as Member[]) {
    const options = candidates
      .filter((c) => c.intervention.worksWith.some((who: WorksWith) => (MEMBERS as Partial<Record<WorksWith, Member>>)[who] === member) && useful(c).length > 0)
      .slice(0, OPTIONS_EACH)
      .map((c) => ({
        intervention: c.intervention.id,
        name: c.intervention.name,
        standing: STANDINGS[Math.max(0, c.tier)]!,
        needs: useful(c).map(({ need }) => need.code)
      }))
    if (options.length > 0) parts.push({ familyMember: member, options })
  }
  const addressed = new Set(parts.flatMap((part) => part.options.flatMap((option) => option.needs)))
  return {
    reason:
      'Where these needs occur in the same families, the 2017 overview expects an integrated package, its parts chosen by assessment and aimed at each member of the family. The options below are alternatives to choose from for each, not a list to buy.',
    parts,
    notAddressed: needs.map((need) => need.code).filter((code) => !addressed.has(code)),
    warning: 'The parts are evidenced one by one, mostly for families with a single problem. No package as a whole has been shown to work, and what works alone need not work together.',
    sources
  }
}

/** Needs for which nothing is recommended, with the best that there is. */
export function uncoveredNeeds(ranking: Ranking): UncoveredNeed[] {
  return ranking.cover
    .filter((row) => row.recommended === 0)
    .map(({ need, best, options }) => ({
      need: need.code,
      label: need.label,
      children: need.children,
      bestStanding: best === -1 ? null : STANDINGS[best],
      message:
        options === 0
          ? `Nothing held is a response to ${need.label.toLowerCase()}.`
          : best === 2
            ? `Nothing is recommended for ${need.label.toLowerCase()}; there are options to consider.`
            : best === 1
              ? `Nothing for ${need.label.toLowerCase()} is known to work; what there is would have to be tested and evaluated.`
              : best === 0
                ? `What is held for ${need.label.toLowerCase()} is not supported by the evidence.`
                : `Nothing held for ${need.label.toLowerCase()} applies to this profile.`
    }))
}

import { lookedAt } from '../../catalogue/citations.js'
import type { CatalogueView } from '../../catalogue/view.js'
import { strengthOrder } from '../../catalogue/vocabulary.js'
import { strengthWords } from '../explain.js'
import type { Profile } from '../profile.js'
import type { Candidate, Ranking } from '../rank.js'
import type { GapWarning } from '../schemas.js'
import { codesOf, count, derived, idsOf, lower, namesOf, overlappingNeeds, passages } from './warning.js'

/** The reviews whose scope is meant when a need is said to lie outside it. */
const REVIEWS = ['eif-lga-overview-2017', 'rip-systems-practice-2017']
const OUTSIDE = {
  'early-help': 'Early help was left out of the 2017 review of child protection evidence',
  'looked-after': 'Services for children in care were left out of the reviews of 2017',
  'beyond-review': 'The 2017 review did not look for evidence on it'
} as const

/** What is missing for each need: options, evidence, or sources that looked. */
export function needWarnings(view: CatalogueView, profile: Profile, ranking: Ranking, listed: readonly Candidate[]): GapWarning[] {
  const found: GapWarning[] = []
  for (const row of ranking.cover) {
    const { need } = row
    const sources = lookedAt(view, need.code)
    const weak = row.strongest === null || strengthOrder(row.strongest) < strengthOrder('evidence-based')
    const possible = row.strongestPossible !== null && strengthOrder(row.strongestPossible) >= strengthOrder('evidence-based')
    if (row.options === 0) {
      found.push(
        derived({
          code: 'need-not-covered',
          severity: 'high',
          needs: [need.code],
          message: `The sources looked at name no response to ${lower(need)}. That is not a finding that nothing works.`,
          questions: [`What is being done about ${lower(need)} now, and how would anyone know whether it helps?`],
          suggestedAction: 'Look for evidence beyond these sources before commissioning, and plan an evaluation with whatever is chosen.',
          sources
        })
      )
    } else if (weak && row.leftOut > 0 && row.best < 2) {
      found.push(
        derived({
          code: 'no-strong-evidence',
          severity: 'high',
          needs: [need.code],
          message: `The constraints of this profile leave out ${count(row.leftOut, 'option')} for ${lower(need)} that would otherwise be recommended or considered; nothing that remains is known to work.`,
          questions: ['Are the constraints worth what they leave out?'],
          suggestedAction: 'Look at the options under excluded, and at what would have to change for them to be possible here.',
          sources
        })
      )
    } else if (weak && possible) {
      found.push(
        derived({
          code: 'no-strong-evidence',
          severity: 'medium',
          needs: [need.code],
          message: `There are evidence-based options for ${lower(need)}, and it is not known whether any of them applies to this profile: facts that their evidence depends on are missing, or the stage is one that was not reviewed.`,
          questions: ['Which of the missing facts can be found out?'],
          suggestedAction: 'Give the facts that the questions ask for, and ask again.',
          sources
        })
      )
    } else if (weak) {
      found.push(
        derived({
          code: 'no-strong-evidence',
          severity: 'high',
          needs: [need.code],
          message:
            `${row.options === 1 ? 'The one option' : `None of the ${row.options} options`} held for ${lower(need)} has ${row.options === 1 ? 'no ' : ''}evidence-based or stronger evidence of benefit that applies to this profile; ` +
            (row.strongest === null || row.strongest === 'none' ? 'nothing that applies is graded.' : `the strongest that applies is ${strengthWords({ strength: row.strongest })}.`),
          questions: ['Where evidence of impact is missing, what other knowledge is the choice based on?'],
          suggestedAction: 'Treat any choice as a test: state the aim, measure from the start, and decide beforehand when to stop.',
          sources
        })
      )
    }
    if (need.concerns === 'family' && need.group === 'maltreatment' && row.assessments > 0 && row.recommended === 0) {
      const tools = listed.filter((c) => c.intervention.role === 'assessment' && c.positions.some((p) => p.need === need))
      if (tools.length > 0) {
        found.push(
          derived({
            code: 'assessment-is-not-treatment',
            severity: 'medium',
            needs: [need.code],
            interventions: idsOf(tools),
            message: `${namesOf(tools)} can help to assess ${lower(need)}; assessing it does not treat it, and no recommended response to it is held for this profile.`,
            questions: [`What will be offered to families once ${lower(need)} has been assessed?`],
            suggestedAction: 'Commission assessment together with a response, and count only the response against the need.',
            sources: passages(tools.map((c) => c.intervention.sources))
          })
        )
      }
    }
    const scope = view.catalogue.needByCode.get(need.code)!.scope
    if (scope !== 'within-review' && REVIEWS.some((id) => view.sourceIds.has(id))) {
      found.push(
        derived({
          code: 'outside-sources-scope',
          severity: 'medium',
          needs: [need.code],
          message: `${OUTSIDE[scope]}. What is held about ${lower(need)} comes from passing mentions, and a gap here may be a gap of scope.`,
          questions: [`Which sources cover ${lower(need)} itself?`],
          suggestedAction: 'Consult the guidebook of the Early Intervention Foundation (now Foundations), or another source that covers it, before deciding.',
          sources
        })
      )
    }
  }

  const families = overlappingNeeds(profile)
  if (families.length > 1) {
    found.push(
      derived({
        code: 'overlapping-needs',
        severity: 'medium',
        needs: codesOf(families),
        message: 'Most of the evidence comes from families with one of these problems; what works for one need not work where the others are present too.',
        questions: ['How many of these families have more than one of these needs?'],
        suggestedAction: 'Assess how far the needs overlap, plan a package aimed at each member of the family, and watch outcomes from the start.',
        sources: overlapSources(view).length > 0 ? overlapSources(view) : lookedAt(view, families[0]!.code)
      })
    )
  }
  return found
}

/** The passages that say that complex needs call for a package. */
export const overlapSources = (view: CatalogueView) => view.byId.get('integrated-packages-complex-needs')?.sources ?? []

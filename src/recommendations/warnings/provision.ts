import type { Claim } from '../../catalogue/schemas.js'
import type { CatalogueView } from '../../catalogue/view.js'
import { strengthOrder } from '../../catalogue/vocabulary.js'
import type { Profile } from '../profile.js'
import type { Candidate, Ranking } from '../rank.js'
import type { GapWarning } from '../schemas.js'
import { derived, idsOf, lower, namesOf, passages } from './warning.js'

/** What the current provision leaves to be asked: evidence, places, and evidenced options that are not provided. */
export function provisionWarnings(view: CatalogueView, profile: Profile, ranking: Ranking, listed: readonly Candidate[]): GapWarning[] {
  const found: GapWarning[] = []
  const linked = new Map(ranking.provided.map((candidate) => [candidate.intervention.id, candidate]))
  for (const { intervention: id, annualCost } of profile.provision.values()) {
    const intervention = view.byId.get(id)
    const candidate = linked.get(id)
    const evidenced = candidate ? candidate.tier >= 2 : (intervention?.claims.some(showsBenefit) ?? false)
    const name = intervention?.name ?? id
    const sources = passages((intervention?.claims ?? []).map((claim) => claim.sources))
    if (!evidenced) {
      found.push(
        derived({
          code: 'current-provision-not-evidenced',
          severity: annualCost !== null && annualCost > 0 ? 'high' : 'medium',
          interventions: [id],
          needs: candidate?.positions.map(({ need }) => need.code) ?? [],
          message: intervention
            ? `${name} is provided now, and nothing in the evidence looked at shows that it achieves its aim for ${candidate ? 'these needs' : 'families'}${adverse(intervention.claims)}.`
            : `${name} is provided now, and the sources chosen say nothing of it.`,
          questions: ['On what other knowledge is it provided, and has anyone checked what it achieves?'],
          suggestedAction: 'Ask for outcomes from the service itself, and plan an evaluation or a review.',
          sources
        })
      )
    } else if (candidate) {
      found.push(
        derived({
          code: 'added-value-unmeasured',
          severity: 'low',
          interventions: [id],
          needs: candidate.positions.map(({ need }) => need.code),
          message: `${name} is provided already: more of it, or something comparable, has to add measurable value over what it does now.`,
          questions: ['What does the present service achieve, and what would more of it, or something else, add that can be measured?'],
          suggestedAction: 'Take a baseline from the present service before comparing.',
          sources
        })
      )
    }
  }
  if (!profile.provisionGiven) return found

  for (const { need } of ranking.cover) {
    if (need.concerns !== 'family') continue
    const serving = ranking.provided.filter((c) => c.intervention.role === 'response' && c.positions.some((p) => p.need === need))
    const options = listed.filter((c) => c.intervention.role === 'response' && c.positions.some((p) => p.need === need && p.position.tier === 3))
    if (options.length > 0 && !options.some((c) => profile.provision.has(c.intervention.id))) {
      const comparable = serving.filter((c) => c.positions.some((p) => p.need === need && p.position.tier >= 2))
      found.push(
        derived({
          code: 'evidenced-option-not-provided',
          severity: 'medium',
          needs: [need.code],
          interventions: idsOf(options.slice(0, 3)),
          message:
            `For ${lower(need)}, ${namesOf(options.slice(0, 3))} ${options.length === 1 ? 'has' : 'have'} evidence that applies to this profile and ${options.length === 1 ? 'is' : 'are'} not among the current provision.` +
            (comparable.length > 0 ? ` ${namesOf(comparable)} ${comparable.length === 1 ? 'is' : 'are'} provided for it, so measurable added value is the question.` : ''),
          questions: ['What would it add, measurably, over what is provided now?'],
          suggestedAction: 'Compare it with present provision on outcomes, cost and fit before deciding.',
          sources: passages(options.slice(0, 3).map((c) => c.intervention.sources))
        })
      )
    }
    const places = serving.map((c) => profile.provision.get(c.intervention.id)!.places)
    if (need.children !== null && serving.length > 0 && places.every((n) => n !== null)) {
      const total = places.reduce((sum, n) => sum + n, 0)
      if (total < need.children) {
        found.push(
          derived({
            code: 'places-short-of-need',
            severity: 'medium',
            needs: [need.code],
            interventions: idsOf(serving),
            message: `${total} places are provided for ${lower(need)} and ${need.children} children have it. Places may also serve other needs, so the shortfall can be larger.`,
            questions: ['Who is not being reached, and what happens to them?'],
            suggestedAction: 'Check waiting times and who is turned away before deciding between more of the same and something else.',
            sources: passages(serving.map((c) => c.intervention.sources))
          })
        )
      }
    }
  }
  return found
}

/** What was looked for and not found, or found to be worse, in words. */
function adverse(claims: readonly Claim[]): string {
  const findings = claims.filter((claim) => claim.direction === 'no-effect' || claim.direction === 'harm')
  if (findings.length === 0) return ''
  const places = [...new Set(findings.map(({ country, year }) => `${country ?? 'country not stated'}, ${year}`))]
  return `, and studies looked for an effect and found none${findings.some((claim) => claim.direction === 'harm') ? ', or a worse outcome' : ''} (${places.join('; ')})`
}

const showsBenefit = (claim: Claim) => claim.direction === 'positive' && strengthOrder(claim.strength) > strengthOrder('limited')

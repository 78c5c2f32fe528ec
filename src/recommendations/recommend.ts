import type { CatalogueView } from '../catalogue/view.js'
import { explainCandidate, explainExclusion, referTo } from './explain.js'
import { integratedPackage, uncoveredNeeds } from './package.js'
import { DEFAULT_LIMITS, type Profile } from './profile.js'
import { questionsFor } from './questions.js'
import { rankInterventions, type Candidate } from './rank.js'
import type { ProfileDocument, RecommendationAnswer } from './schemas.js'
import { gapWarnings } from './warnings/gap-warnings.js'

/** Changes with every change of the model that can change an answer. */
export const MODEL_VERSION = '1.0.0'

export const NOTICE =
  'Evident sets out what published evidence says for the profile given. It supports professional judgement and local knowledge and does not replace them; evidence of effect is a starting point, and cost, fit and the views of children and families matter too.'

/** The answer without what only recording it adds. */
export type Advice = Omit<RecommendationAnswer, 'id' | 'createdAt'>

/**
 * Advises on a profile: the whole model, from one view of the catalogue to the answer.
 * Pure: the same view, profile and year give the same answer.
 *
 * @param year the calendar year that the age of evidence is counted from, unless the profile asks for an earlier view
 */
export function recommend(view: CatalogueView, profile: Profile, year: number): Advice {
  const ranking = rankInterventions(view, profile)
  const { recommendations: most, supporting: mostSupporting } = profile.limit
  const { response, engagement, assessment, system, workforce } = ranking.lists
  const shown = {
    response: response.slice(0, most),
    engagement: engagement.slice(0, mostSupporting),
    assessment: assessment.slice(0, mostSupporting),
    system: system.slice(0, mostSupporting),
    workforce: workforce.slice(0, mostSupporting)
  }
  // What is warned of and asked about does not depend on how short a list was asked for.
  const listed = Object.values(ranking.lists).flatMap((list, i) => list.slice(0, Math.max(i === 0 ? DEFAULT_LIMITS.recommendations : DEFAULT_LIMITS.supporting, i === 0 ? most : mostSupporting)))
  const countedFrom = profile.evidence.asOf ? Number(profile.evidence.asOf.slice(0, 4)) : year
  const explained = (list: readonly Candidate[]) => list.map((candidate, i) => explainCandidate(candidate, i + 1, profile))

  return {
    catalogueVersion: view.catalogue.version,
    modelVersion: MODEL_VERSION,
    notice: NOTICE,
    profile: describeProfile(view, profile),
    recommendations: explained(shown.response),
    supporting: {
      engagement: explained(shown.engagement),
      assessment: explained(shown.assessment),
      system: explained(shown.system),
      workforce: explained(shown.workforce)
    },
    uncoveredNeeds: uncoveredNeeds(ranking),
    integratedPackage: integratedPackage(view, profile, ranking),
    gapWarnings: gapWarnings(view, profile, ranking, listed, countedFrom),
    excluded: ranking.excluded.map(({ intervention, codes, positions }) => ({
      intervention: referTo(intervention),
      reasons: codes.map((code) => ({ code, message: explainExclusion(code, intervention, positions, profile) }))
    })),
    questions: questionsFor(view, profile, ranking, listed),
    totals: {
      recommendations: ranking.totals.response,
      engagement: ranking.totals.engagement,
      assessment: ranking.totals.assessment,
      system: ranking.totals.system,
      workforce: ranking.totals.workforce,
      excluded: ranking.totals.excluded
    }
  }
}

const isWhole = (view: CatalogueView) => view.until === null && view.sourceIds.size === view.catalogue.sources.length

const sixDecimals = (value: number) => Math.round(value * 1e6) / 1e6

function describeProfile(view: CatalogueView, profile: Profile): ProfileDocument {
  return {
    area: profile.area,
    year: profile.year,
    needs: profile.needs.map((need) => ({
      need: need.code,
      label: need.label,
      children: need.children,
      priority: need.priority,
      weight: sixDecimals(need.weight),
      ageBands: need.cohort.ageBands.map(({ min, max, share }) => ({ min, max, share: sixDecimals(share) })),
      context: Object.fromEntries(
        [...need.cohort.context].map(([key, distribution]) => [key, Object.fromEntries([...distribution].map(([value, share]) => [String(value), share]))])
      ),
      goal: need.goal
    })),
    currentProvision: [...profile.provision.values()].map(({ intervention, places, annualCost }) => ({
      intervention,
      name: view.catalogue.interventionById.get(intervention)?.name ?? intervention,
      places,
      annualCost
    })),
    constraints: profile.constraints,
    weights: Object.fromEntries(Object.entries(profile.weights).map(([criterion, weight]) => [criterion, sixDecimals(weight)])),
    evidence: {
      asOf: profile.evidence.asOf ?? null,
      requestedSources: profile.evidence.sources ? [...profile.evidence.sources] : null,
      sources: isWhole(view) ? null : [...view.sourceIds].sort(),
      sourceCount: view.sourceIds.size
    },
    inferred: profile.inferred,
    statistics: profile.statistics
  }
}

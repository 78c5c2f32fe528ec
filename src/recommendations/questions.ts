import { passages } from '../catalogue/citations.js'
import type { CatalogueView } from '../catalogue/view.js'
import type { ContextKey } from '../catalogue/vocabulary.js'
import type { QuestionRecord } from '../catalogue/records.js'
import { keep } from './json-text.js'
import { conditionShares } from './applicability.js'
import type { Profile } from './profile.js'
import type { Candidate, Ranking } from './rank.js'
import type { Question } from './schemas.js'

const ASKED: Record<ContextKey | 'childAge', string> = {
  parentsMisusing: 'How many parents in each family misuse substances: one, both or neither?',
  couple: 'Are the parents a couple?',
  perpetratorInHome: 'Does the perpetrator still live with the family?',
  pattern: 'Is this a temporary crisis, or long-standing abuse or neglect?',
  severity: "How severe and complex are the families' problems?",
  childSex: 'How many of the children are girls, and how many boys?',
  traumaSymptoms: 'How many of the children show symptoms of trauma, or of emotional or behavioural disturbance?',
  pregnant: 'How many of the mothers are pregnant?',
  firstTimeParent: 'For how many is this the first child?',
  stage: 'At which stage of the statutory system are these families?',
  childAge: 'How old are the children?'
}

/**
 * The questions of an answer: about facts that the profile leaves open and the evidence depends on,
 * then those that the sources put to leaders and that this decision raises.
 */
export function questionsFor(view: CatalogueView, profile: Profile, ranking: Ranking, listed: readonly Candidate[]): Question[] {
  const provided = [...profile.provision.keys()].map((id) => view.byId.get(id))
  const unevaluated =
    [...listed, ...ranking.provided].some((c) => c.tier <= 1) ||
    provided.some((intervention) => intervention === undefined || intervention.claims.every((claim) => claim.direction === 'unknown'))
  const local = [...listed.map((c) => c.intervention), ...provided].some((intervention) => intervention?.kind === 'local-initiative')
  const raised: Record<QuestionRecord['trigger'], boolean> = {
    always: true,
    'unevaluated-approach': unevaluated,
    'assessment-tool': listed.some((c) => c.intervention.role === 'assessment'),
    'business-case': profile.constraints.annualBudget !== null,
    'copied-local-example': local,
    'monitoring-data': profile.area !== null || profile.needs.some((need) => need.code === 'evaluation-capacity'),
    'current-provision': profile.provision.size > 0,
    participation: true
  }
  return [...openFacts(listed), ...publishedQuestions(view).filter(({ trigger }) => raised[trigger]).map(({ question }) => question)]
}

type Published = { trigger: QuestionRecord['trigger']; question: Question }[]
const publishedByView = new WeakMap<CatalogueView, Published>()

function publishedQuestions(view: CatalogueView): Published {
  let published = publishedByView.get(view)
  if (published === undefined) {
    published = view.questions.map(({ trigger, text, audience, sources }) => ({ trigger, question: keep({ text, audience, basis: 'published', sources }) }))
    publishedByView.set(view, published)
  }
  return published
}

/** One question for each fact that is not known of all, and that an option at least to be considered depends on. */
function openFacts(listed: readonly Candidate[]): Question[] {
  const open = new Map<ContextKey | 'childAge', Candidate[]>()
  const ask = (key: ContextKey | 'childAge', candidate: Candidate) => {
    const asking = open.get(key)
    if (asking === undefined) open.set(key, [candidate])
    else if (asking.at(-1) !== candidate) asking.push(candidate)
  }
  for (const candidate of listed) {
    const { intervention, tier } = candidate
    for (const { need, position } of candidate.positions) {
      const { lead } = position
      // What is not known to work does not become known by a fact about the families.
      if (lead === null || lead.claim.direction === 'unknown') continue
      for (const condition of lead.claim.conditions) {
        if (condition.key !== null && conditionShares(condition, need.cohort).unknown > 0) ask(condition.key, candidate)
      }
      if (tier >= 2 && intervention.role === 'response' && intervention.stagesStated && need.concerns === 'family' && !need.cohort.context.has('stage')) ask('stage', candidate)
    }
  }
  return [...open].map(([key, candidates]) => {
    return {
      text: `${ASKED[key]} What is known of ${candidates.map((c) => c.intervention.name).join('; ')} depends on it.`,
      audience: 'commissioners',
      basis: 'profile',
      sources: passages(candidates.flatMap((c) => c.positions.map(({ position }) => position.lead?.claim.sources ?? [])), 6)
    }
  })
}

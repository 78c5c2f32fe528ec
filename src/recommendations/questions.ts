import { passages } from '../catalogue/citations.js'
import type { CatalogueView } from '../catalogue/view.js'
import type { ContextKey } from '../catalogue/vocabulary.js'
import type { QuestionRecord } from '../catalogue/records.js'
import { keep } from './json-text.js'
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
 * The questions of an answer: those that the sources put to leaders and that this decision raises,
 * then those about facts the profile leaves open and the evidence depends on.
 */
export function questionsFor(view: CatalogueView, profile: Profile, ranking: Ranking, listed: readonly Candidate[]): Question[] {
  const unevaluated = [...listed, ...ranking.provided].some((c) => c.tier <= 1)
  const raised: Record<QuestionRecord['trigger'], boolean> = {
    always: true,
    'unevaluated-approach': unevaluated,
    'business-case': profile.constraints.annualBudget !== null,
    'copied-local-example': listed.some((c) => c.intervention.kind === 'local-initiative'),
    'monitoring-data': profile.area !== null || profile.needs.some((need) => need.code === 'evaluation-capacity'),
    'current-provision': profile.provision.size > 0,
    participation: true
  }
  return [...publishedQuestions(view).filter(({ trigger }) => raised[trigger]).map(({ question }) => question), ...openFacts(listed)]
}

type Published = { trigger: QuestionRecord['trigger']; question: Question }[]
const publishedByView = new WeakMap<CatalogueView, Published>()

function publishedQuestions(view: CatalogueView): Published {
  let published = publishedByView.get(view)
  if (published === undefined) {
    published = view.questions.map(({ trigger, text, audience, sources }) => ({ trigger, question: keep({ text, audience, basis: 'published', sources } as Question) }))
    publishedByView.set(view, published)
  }
  return published
}

/** One question for each fact that is unknown and that an option at least to be considered depends on. */
function openFacts(listed: readonly Candidate[]): Question[] {
  const open = new Map<ContextKey | 'childAge', Candidate[]>()
  for (const candidate of listed) {
    if (candidate.tier < 1) continue
    const keys = new Set<ContextKey | 'childAge'>()
    for (const { need, position } of candidate.positions) {
      for (const { key } of position.lead?.claim.conditions ?? []) {
        if (key === null) continue
        const unknown = key === 'childAge' ? need.cohort.ageBands.length === 0 : !need.cohort.context.has(key as ContextKey)
        if (unknown) keys.add(key as ContextKey | 'childAge')
      }
    }
    for (const key of keys) open.set(key, [...(open.get(key) ?? []), candidate])
  }
  return [...open].map(([key, candidates]) => {
    return {
      text: `${ASKED[key]} The evidence for ${candidates.map((c) => c.intervention.name).join('; ')} depends on it.`,
      audience: 'commissioners',
      basis: 'profile',
      sources: passages(candidates.flatMap((c) => c.positions.map(({ position }) => position.lead?.claim.sources ?? [])))
    }
  })
}

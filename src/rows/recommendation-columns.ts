import type { NeedAnswer, Recommendation, RecommendationAnswer } from '../recommendations/schemas.js'
import { LISTS, type List } from '../recommendations/vocabulary.js'
import { joined, sourceIds, type Column } from './columns.js'

/** A recorded answer, with what the record itself says of it. */
export interface Recorded {
  id: string
  createdAt: string
  answer: RecommendationAnswer
}

interface RankedNeed extends Recorded {
  list: List
  item: Recommendation
  need: NeedAnswer | null
  position: number
}

/** A row for every need of every entry listed, in the order of the answer. */
export function rankedNeeds(recorded: Recorded): RankedNeed[] {
  const { recommendations, supporting } = recorded.answer
  return LISTS.flatMap((list) =>
    (list === 'response' ? recommendations : supporting[list]).flatMap((item) =>
      (item.needs.length === 0 ? [null] : item.needs).map((need, i) => ({ ...recorded, list, item, need, position: i + 1 }))
    )
  )
}

export const RECORD_COLUMNS: Column<Recorded>[] = [
  { name: 'recommendationId', type: 'text', nullable: false, description: 'The decision record: GET /v1/recommendations/{id} has it whole.', of: ({ id }) => id },
  { name: 'createdAt', type: 'date-time', nullable: false, description: 'When it was recorded.', of: ({ createdAt }) => createdAt },
  { name: 'catalogueVersion', type: 'integer', nullable: false, description: 'The version of the catalogue that it was answered from.', of: ({ answer }) => answer.catalogueVersion },
  { name: 'modelVersion', type: 'text', nullable: false, description: 'The version of the model.', of: ({ answer }) => answer.modelVersion },
  { name: 'area', type: 'text', nullable: true, description: 'The area of the profile, by the ONS code that was in force when it was recorded.', of: ({ answer }) => answer.profile.area },
  { name: 'evidenceAsOfAsked', type: 'date', nullable: true, description: 'The day that the evidence was asked for as of; null for everything held.', of: ({ answer }) => answer.profile.evidence.asOf }
]

export const RECOMMENDATION_COLUMNS: Column<RankedNeed>[] = [
  ...RECORD_COLUMNS,
  { name: 'list', type: 'text', nullable: false, description: '`response` for what families are offered; `engagement`, `assessment`, `system` or `workforce` for what supports it. Each is ranked by itself.', of: ({ list }) => list },
  { name: 'rank', type: 'integer', nullable: false, description: 'The place within the list, 1 the first.', of: ({ item }) => item.rank },
  { name: 'interventionId', type: 'text', nullable: false, description: 'The id of the entry.', of: ({ item }) => item.intervention.id },
  { name: 'interventionName', type: 'text', nullable: false, description: 'Its name.', of: ({ item }) => item.intervention.name },
  { name: 'kind', type: 'text', nullable: false, description: 'What sort of thing it is.', of: ({ item }) => item.intervention.kind },
  { name: 'standing', type: 'text', nullable: false, description: 'Where the entry stands over all needs: `recommended`, `consider`, `test-and-evaluate` or `not-supported`.', of: ({ item }) => item.standing },
  { name: 'score', type: 'number', nullable: false, description: 'Orders entries of one standing, 0 to 1. It stands in every row of the entry: keep needPosition = 1 to count it once.', of: ({ item }) => item.score },
  { name: 'needPosition', type: 'integer', nullable: false, description: 'Which of the needs of the entry the row is about, 1 the first.', of: ({ position }) => position },
  { name: 'need', type: 'text', nullable: true, description: 'The code of that need.', of: ({ need }) => need?.need },
  { name: 'needLabel', type: 'text', nullable: true, description: 'Its label.', of: ({ need }) => need?.label },
  { name: 'needStanding', type: 'text', nullable: true, description: 'Where the entry stands for that need alone.', of: ({ need }) => need?.standing },
  { name: 'strength', type: 'text', nullable: true, description: 'Certainty of the evidence for that need; null where a source gives no grade.', of: ({ need }) => need?.strength },
  { name: 'direction', type: 'text', nullable: true, description: 'What the evidence says happened.', of: ({ need }) => need?.direction },
  { name: 'status', type: 'text', nullable: true, description: 'Which kind of knowledge, or of silence, stands behind it.', of: ({ need }) => need?.status },
  { name: 'wording', type: 'text', nullable: true, description: "The source's own grading words.", of: ({ need }) => need?.wording },
  { name: 'outcome', type: 'text', nullable: true, description: 'The outcome that the leading claim is about.', of: ({ need }) => need?.outcome },
  { name: 'outcomeFor', type: 'text', nullable: true, description: 'Whose outcome it is.', of: ({ need }) => need?.outcomeFor },
  { name: 'applicabilityMet', type: 'number', nullable: true, description: 'Share of the children for whom the conditions of the evidence are met, 0 to 1.', of: ({ need }) => need?.applicability.met },
  { name: 'applicabilityNotMet', type: 'number', nullable: true, description: 'Share for whom they are not met.', of: ({ need }) => need?.applicability.notMet },
  { name: 'applicabilityUnknown', type: 'number', nullable: true, description: 'Share for whom that is not known.', of: ({ need }) => need?.applicability.unknown },
  { name: 'children', type: 'integer', nullable: true, description: 'Children with the need, where the profile says.', of: ({ need }) => need?.children },
  { name: 'childrenMet', type: 'integer', nullable: true, description: 'About how many of them meet the conditions.', of: ({ need }) => need?.childrenMet },
  { name: 'alreadyProvided', type: 'boolean', nullable: false, description: 'Whether the profile says that it is provided already.', of: ({ item }) => item.alreadyProvided },
  { name: 'ukAvailability', type: 'text', nullable: false, description: 'Whether it can be had in the United Kingdom, as far as the sources say.', of: ({ item }) => item.availability.uk },
  { name: 'evidenceAsOf', type: 'date', nullable: true, description: 'The day by which the newest passage behind its claims was published.', of: ({ item }) => item.evidenceAsOf },
  { name: 'claimIds', type: 'text', nullable: true, description: "The claims used, parted by '; ': the dataset `claims` has them.", of: ({ need }) => joined(need?.claimIds ?? []) },
  { name: 'sourceIds', type: 'text', nullable: true, description: "The sources behind the entry, parted by '; ': GET /v1/sources has them.", of: ({ item }) => sourceIds(item.sources) }
]

import type { Advice } from './recommend.js'
import { isKept, keptText, listText, textOf } from './json-text.js'
import type { GapWarning, NeedAnswer, Recommendation } from './schemas.js'

const quoted = JSON.stringify as (text: string | null) => string

/**
 * The answer as JSON text, with what recording it adds: exactly what JSON.stringify would give, with
 * the parts that the catalogue owns written once and not for every request.
 */
export function serialiseAnswer(advice: Advice, id: string | null, createdAt: string): string {
  const { recommendations, supporting, gapWarnings, questions, catalogueVersion, modelVersion, notice, profile, ...rest } = advice
  const { uncoveredNeeds, integratedPackage, excluded, totals } = rest
  const list = (items: readonly Recommendation[]) => listText(items, recommendationText)
  return (
    `{"id":${quoted(id)},"createdAt":${quoted(createdAt)},"catalogueVersion":${catalogueVersion},"modelVersion":${quoted(modelVersion)}` +
    `,"notice":${quoted(notice)},"profile":${JSON.stringify(profile)},"recommendations":${list(recommendations)}` +
    `,"supporting":{"engagement":${list(supporting.engagement)},"assessment":${list(supporting.assessment)},"system":${list(supporting.system)},"workforce":${list(supporting.workforce)}}` +
    `,"uncoveredNeeds":${JSON.stringify(uncoveredNeeds)},"integratedPackage":${JSON.stringify(integratedPackage)}` +
    `,"gapWarnings":${listText(gapWarnings, warningText)},"excluded":${JSON.stringify(excluded)}` +
    `,"questions":${listText(questions, textOf)},"totals":${JSON.stringify(totals)}}`
  )
}

function recommendationText(item: Recommendation): string {
  return (
    `{"rank":${item.rank},"intervention":${keptText(item.intervention)},"standing":"${item.standing}","score":${item.score}` +
    `,"contributions":${listText(item.contributions, contributionText)},"needs":${listText(item.needs, needText)},"alreadyProvided":${item.alreadyProvided}` +
    `,"caveats":${keptText(item.caveats)},"availability":${keptText(item.availability)},"costs":${keptText(item.costs)}` +
    `,"disagreements":${keptText(item.disagreements)},"evidenceAsOf":${quoted(item.evidenceAsOf)},"sources":${keptText(item.sources)}}`
  )
}

function contributionText({ criterion, weight, value, contribution, reason }: Recommendation['contributions'][number]): string {
  return `{"criterion":"${criterion}","weight":${weight},"value":${value},"contribution":${contribution},"reason":${isFixed(criterion) ? quotedOnce(reason) : quoted(reason)}}`
}

/** Criteria whose reason is one of few sentences, or the intervention's own. */
const isFixed = (criterion: string) => criterion === 'deliverability' || criterion === 'cost' || criterion === 'addedValue'
const quotedTexts = new Map<string, string>()
const MOST_TEXTS = 50_000

function quotedOnce(text: string): string {
  let made = quotedTexts.get(text)
  if (made === undefined) {
    if (quotedTexts.size === MOST_TEXTS) quotedTexts.clear()
    quotedTexts.set(text, (made = quoted(text)))
  }
  return made
}

function needText(item: NeedAnswer): string {
  return (
    `{"need":"${item.need}","label":${quoted(item.label)},"standing":"${item.standing}","strength":${quoted(item.strength)},"direction":"${item.direction}"` +
    `,"status":"${item.status}","wording":${quoted(item.wording)},"note":${quoted(item.note)},"outcome":${quoted(item.outcome)},"outcomeFor":${quoted(item.outcomeFor)}` +
    `,"claimIds":${textOf(item.claimIds)},"applicability":{"met":${item.applicability.met},"notMet":${item.applicability.notMet},"unknown":${item.applicability.unknown}},"children":${item.children},"childrenMet":${item.childrenMet}` +
    `,"conditions":${textOf(item.conditions)},"reasons":${textOf(item.reasons)}}`
  )
}

function warningText(item: GapWarning): string {
  if (isKept(item)) return keptText(item)
  return (
    `{"code":"${item.code}","severity":"${item.severity}","need":${quoted(item.need)},"needs":${JSON.stringify(item.needs)}` +
    `,"intervention":${quoted(item.intervention)},"interventions":${JSON.stringify(item.interventions)},` +
    (item.basis === 'published' ? publishedText(item) : statementText(item))
  )
}

const statementText = (item: GapWarning) =>
  `"message":${quoted(item.message)},"basis":"${item.basis}","sources":${listText(item.sources, keptText)}` +
  `,"questions":${JSON.stringify(item.questions)},"suggestedAction":${quoted(item.suggestedAction)}}`

/** What a published gap says, by its list of sources, which is its own. */
const publishedTexts = new WeakMap<object, string>()

function publishedText(item: GapWarning): string {
  let text = publishedTexts.get(item.sources)
  if (text === undefined) publishedTexts.set(item.sources, (text = statementText(item)))
  return text
}

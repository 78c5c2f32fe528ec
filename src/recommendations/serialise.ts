import { JsonWriter, isKept } from './json-text.js'
import type { Advice } from './recommend.js'
import type { GapWarning, NeedAnswer, Recommendation } from './schemas.js'

const quoted = JSON.stringify as (text: string | null) => string

/** Answers are written one at a time, each as a whole, so that one writer does for all. */
let writer = new JsonWriter()

/**
 * The answer as JSON in UTF-8, with what recording it adds: exactly what JSON.stringify would give,
 * with the parts that the catalogue owns written once and not for every request.
 */
export function serialiseAnswer(advice: Advice, id: string | null, createdAt: string): Buffer {
  try {
    writeAnswer(writer, advice, id, createdAt)
    return writer.finish()
  } catch (error) {
    writer = new JsonWriter()
    throw error
  }
}

function writeAnswer(out: JsonWriter, advice: Advice, id: string | null, createdAt: string): void {
  const { recommendations, supporting, gapWarnings, questions, catalogueVersion, modelVersion, notice, profile, ...rest } = advice
  const { uncoveredNeeds, integratedPackage, excluded, totals } = rest
  const list = (name: string, items: readonly Recommendation[]) => {
    out.text(`"${name}":`)
    out.list(items, (item) => writeRecommendation(out, item))
  }
  out.text(`{"id":${quoted(id)},"createdAt":${quoted(createdAt)},"catalogueVersion":${catalogueVersion},"modelVersion":${quoted(modelVersion)}`)
  out.text(`,"notice":${quoted(notice)},"profile":${JSON.stringify(profile)},`)
  list('recommendations', recommendations)
  out.text(',"supporting":{')
  list('engagement', supporting.engagement)
  out.text(',')
  list('assessment', supporting.assessment)
  out.text(',')
  list('system', supporting.system)
  out.text(',')
  list('workforce', supporting.workforce)
  out.text(`},"uncoveredNeeds":${JSON.stringify(uncoveredNeeds)},"integratedPackage":${JSON.stringify(integratedPackage)},"gapWarnings":`)
  out.list(gapWarnings, (item) => writeWarning(out, item))
  out.text(`,"excluded":${JSON.stringify(excluded)},"questions":`)
  out.list(questions, (item) => out.part(item))
  out.text(`,"totals":${JSON.stringify(totals)}}`)
}

function writeRecommendation(out: JsonWriter, item: Recommendation): void {
  out.text(`{"rank":${item.rank},"intervention":`)
  out.kept(item.intervention)
  out.text(`,"standing":"${item.standing}","score":${item.score},"contributions":`)
  out.list(item.contributions, (one) => out.text(contributionText(one)))
  out.text(',"needs":')
  out.list(item.needs, (one) => writeNeed(out, one))
  out.text(`,"alreadyProvided":${item.alreadyProvided},"caveats":`)
  out.kept(item.caveats)
  out.text(',"availability":')
  out.kept(item.availability)
  out.text(',"costs":')
  out.kept(item.costs)
  out.text(',"disagreements":')
  out.kept(item.disagreements)
  out.text(`,"evidenceAsOf":${quoted(item.evidenceAsOf)},"sources":`)
  out.kept(item.sources)
  out.text('}')
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

function writeNeed(out: JsonWriter, item: NeedAnswer): void {
  out.text(
    `{"need":"${item.need}","label":${quoted(item.label)},"standing":"${item.standing}","strength":${quoted(item.strength)},"direction":"${item.direction}"` +
      `,"status":"${item.status}","wording":${quoted(item.wording)},"note":${quoted(item.note)},"outcome":${quoted(item.outcome)},"outcomeFor":${quoted(item.outcomeFor)},"claimIds":`
  )
  out.part(item.claimIds)
  out.text(`,"applicability":{"met":${item.applicability.met},"notMet":${item.applicability.notMet},"unknown":${item.applicability.unknown}},"children":${item.children},"childrenMet":${item.childrenMet},"conditions":`)
  out.part(item.conditions)
  out.text(',"reasons":')
  out.part(item.reasons)
  out.text('}')
}

function writeWarning(out: JsonWriter, item: GapWarning): void {
  if (isKept(item)) return out.kept(item)
  out.text(
    `{"code":"${item.code}","severity":"${item.severity}","need":${quoted(item.need)},"needs":${JSON.stringify(item.needs)}` +
      `,"intervention":${quoted(item.intervention)},"interventions":${JSON.stringify(item.interventions)},`
  )
  if (item.basis === 'published') return out.copy(publishedBytes(item))
  out.text(`"message":${quoted(item.message)},"basis":"${item.basis}","sources":`)
  out.list(item.sources, (one) => out.kept(one))
  out.text(endOf(item))
}

const endOf = (item: GapWarning) => `,"questions":${JSON.stringify(item.questions)},"suggestedAction":${quoted(item.suggestedAction)}}`

/** What a published gap says, by its list of sources, which is its own. */
const published = new WeakMap<object, Buffer>()

function publishedBytes(item: GapWarning): Buffer {
  let bytes = published.get(item.sources)
  if (bytes === undefined) published.set(item.sources, (bytes = Buffer.from(`"message":${quoted(item.message)},"basis":"${item.basis}","sources":${JSON.stringify(item.sources)}${endOf(item)}`)))
  return bytes
}

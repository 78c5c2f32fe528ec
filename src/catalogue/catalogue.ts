import type { CatalogueRecords } from './check.js'
import { lastDayOf } from './dates.js'
import type { CitationRecord, ConditionRecord, FamilyRecord, GapRecord, QuestionRecord } from './records.js'
import type { AgeRange, Citation, Claim, Condition, ContextFigure, EvidenceStandard, Intervention, Need, UkAvailability } from './schemas.js'
import { nameKey } from './check.js'

/** A published gap, with its citations resolved. */
export type PublishedGap = Omit<GapRecord, 'sources'> & { sources: Citation[] }
export type LeaderQuestion = Omit<QuestionRecord, 'sources'> & { sources: Citation[] }

/** A family of versions that are rated apart, with the ids of its versions. */
export type Family = FamilyRecord & { versions: string[] }

/** Everything of one catalogue version, with inherited conditions written out and citations resolved. */
export interface Catalogue {
  version: number
  sources: CatalogueRecords['sources']
  needs: Need[]
  needByCode: ReadonlyMap<string, Need>
  interventionById: ReadonlyMap<string, Intervention>
  standards: EvidenceStandard[]
  interventions: Intervention[]
  gaps: PublishedGap[]
  questions: LeaderQuestion[]
  contextFigures: ContextFigure[]
  families: Family[]
  /** Each family by its id, name and aliases, as `nameKey` writes them. */
  familyByName: ReadonlyMap<string, Family>
  /** The ages that sources give for an intervention as evaluated, by its id. */
  agesSince: ReadonlyMap<string, { age: AgeRange; sources: Citation[] }>
  /** What later sources say of the availability of an intervention, by its id. */
  availabilitySince: ReadonlyMap<string, UkAvailability[]>
  /** For each source, the day by which its oldest passage was published. */
  firstDayOf: ReadonlyMap<string, string>
  /** The day by which everything held was published. */
  lastDay: string
  /** The last day by which a passage was surely published. */
  publishedOn: { get(citation: Citation): string | undefined }
  /** Every name, alias and id, in lower case without punctuation, to the ids that carry it. */
  idsByName: ReadonlyMap<string, string[]>
}

function condition(record: ConditionRecord): Condition {
  return { key: record.key, effect: record.effect, is: record.is ?? null, age: record.age ?? null, text: record.text }
}

/** The age of an intervention, or of one claim about it, is itself a condition of the evidence. */
export function ageCondition(age: { min: number; max: number } | null | undefined): Condition[] {
  return age ? [{ key: 'childAge', effect: 'requires', is: null, age, text: `Children aged ${age.min} to ${age.max}` }] : []
}

/**
 * Builds the catalogue that the service reads from, out of checked records.
 * Order: needs, sources and the rest by id, so that it does not depend on how files are arranged.
 */
export function buildCatalogue(records: CatalogueRecords, version: number): Catalogue {
  const byId = <T extends { id: string }>(list: readonly T[]) => [...list].sort((a, b) => (a.id < b.id ? -1 : 1))
  const publishedOn = new WeakMap<Citation, string>()
  const firstDayOf = new Map<string, string>()
  let lastDay = ''
  const sourceById = new Map(records.sources.map((s) => [s.id, s]))
  const cite = (citations: readonly CitationRecord[]): Citation[] =>
    citations.map((citation) => {
      const { title, publisher, year, url, published } = sourceById.get(citation.source)!
      const made = { id: citation.source, title, publisher, year, section: citation.section, url: citation.url ?? url }
      if (citation.published !== undefined) made.year = Number(citation.published.slice(0, 4))
      const day = lastDayOf(citation.published ?? published)
      publishedOn.set(made, day)
      const first = firstDayOf.get(made.id)
      if (first === undefined || day < first) firstDayOf.set(made.id, day)
      if (day > lastDay) lastDay = day
      return made
    })
  const cited = <T extends { sources: readonly CitationRecord[] }>(part: T) => ({ ...part, sources: cite(part.sources) })

  const interventions = byId(records.interventions).map((record): Intervention => {
    const shared = record.conditions.map(condition)
    const claims = byId(record.claims).map((claim): Claim => {
      const own = (claim.conditions ?? []).map(condition)
      return {
        id: claim.id,
        intervention: record.id,
        need: claim.need,
        outcome: claim.outcome,
        outcomeFor: claim.outcomeFor,
        population: claim.population,
        direction: claim.direction,
        strength: claim.strength,
        status: claim.status,
        nativeRating: claim.nativeRating,
        age: claim.age ?? record.age,
        conditions: [...ageCondition(claim.age ?? record.age), ...shared, ...own],
        studyDesign: claim.studyDesign,
        consistency: claim.consistency ?? null,
        country: claim.country,
        year: claim.year,
        independent: claim.independent,
        besideTheAim: claim.besideTheAim ?? false,
        finding: claim.finding ?? null,
        sample: claim.sample ?? null,
        comparator: claim.comparator ?? null,
        howRead: claim.howRead ?? 'seen',
        reviewed: claim.reviewed ?? null,
        relevance: claim.relevance ?? null,
        note: claim.note ?? null,
        sources: cite(claim.sources)
      }
    })
    return {
      id: record.id,
      name: record.name,
      aliases: record.aliases,
      family: record.family ?? null,
      kind: record.kind,
      role: record.role,
      needs: record.needs,
      targetGroup: record.targetGroup,
      age: record.age,
      ageOffered: record.ageOffered ?? null,
      worksWith: record.worksWith,
      stages: record.stages,
      stagesStated: record.stagesStated,
      summary: record.summary,
      claims,
      caveats: record.caveats.map(cited),
      conditions: shared,
      takeUp: record.takeUp.map(cited),
      reportedResults: record.reportedResults.map(cited),
      availability: cited(record.availability),
      costs: record.costs.map((cost) => ({
        text: cost.text,
        kind: cost.kind,
        amount: cost.amount,
        upTo: cost.upTo ?? null,
        per: cost.per,
        includes: cost.includes ?? null,
        howRead: cost.howRead ?? 'seen',
        certainty: cost.certainty,
        sources: cite(cost.sources)
      })),
      disagreements: record.disagreements.map(cited),
      notToBeConfusedWith: record.notToBeConfusedWith,
      sources: cite(record.sources),
      evidenceAsOf: null
    }
  })

  const families = byId(records.families).map((family): Family => ({ ...family, versions: interventions.filter((entry) => entry.family === family.id).map(({ id }) => id) }))
  const idsByName = new Map<string, string[]>()
  for (const { id, name, aliases } of interventions) {
    for (const key of new Set([id, name, ...aliases].map(nameKey))) {
      idsByName.set(key, [...(idsByName.get(key) ?? []), id])
    }
  }
  const needs = [...records.needs]
    .sort((a, b) => (a.code < b.code ? -1 : 1))
    .map(({ code, label, definition, group, concerns, aliases, dfeCodes, implies, scope }) => ({
      code,
      label,
      definition,
      group,
      concerns,
      aliases,
      dfeCodes: dfeCodes.map((dfe) => ({ ...dfe, note: dfe.note ?? null })),
      implies: { traumaSymptoms: implies?.traumaSymptoms ?? null, pattern: implies?.pattern ?? null },
      scope
    }))
  const figures = new Map(records.contextFigures.map((f) => [f.id, f]))
  const disagreeing = (id: string) =>
    new Set([
      ...figures.get(id)!.disagreesWith,
      ...records.contextFigures.filter((other) => other.disagreesWith.includes(id)).map((other) => other.id)
    ])

  return {
    version,
    sources: byId(records.sources),
    needs,
    needByCode: new Map(needs.map((need) => [need.code, need])),
    interventionById: new Map(interventions.map((entry) => [entry.id, entry])),
    standards: byId(records.standards).map(cited),
    interventions,
    gaps: byId(records.gaps).map(cited),
    questions: byId(records.questions).map(cited),
    contextFigures: byId(records.contextFigures).map((figure) => ({
      ...cited(figure),
      disagreesWith: [...disagreeing(figure.id)].sort().map((id) => {
        const { label, value, low, high, unit, sources } = figures.get(id)!
        return { id, label, value, low, high, unit, sources: cite(sources) }
      })
    })),
    agesSince: new Map(records.ages.map(({ intervention, age, sources }) => [intervention, { age, sources: cite(sources) }])),
    availabilitySince: new Map(records.interventions.flatMap(({ id, availabilitySince }) => (availabilitySince ? [[id, availabilitySince.map(cited)] as const] : []))),
    families,
    familyByName: new Map(families.flatMap((family) => [family.id, family.name, ...family.aliases].map((name) => [nameKey(name), family] as const))),
    firstDayOf,
    lastDay,
    publishedOn,
    idsByName
  }
}

/** The family that a name means, where it means no single version: the versions are rated apart, so one must be chosen. */
export const findFamily = (catalogue: Catalogue, name: string): Family | undefined => catalogue.familyByName.get(nameKey(name))

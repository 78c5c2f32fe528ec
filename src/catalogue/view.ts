import { lastDayOf } from './dates.js'
import { ageCondition, type Catalogue, type LeaderQuestion, type PublishedGap } from './catalogue.js'
import type { AgeRange, Citation, Claim, ContextFigure, Intervention, UkAvailability } from './schemas.js'

/** Which part of the evidence is asked for: what was published by a day, and by which sources. */
export interface EvidenceSelection {
  /** ISO day; sources published later are left out. */
  asOf?: string | null
  /** Source ids or the names of sets of sources, such as `founding-documents`. */
  sources?: readonly string[] | null
}

/** An intervention that says something of a need, with those claims. */
export interface Link {
  intervention: Intervention
  claims: Claim[]
  /** The profile facts that a condition of any claim asks for. Where none of them is known, what it comes to is the same for every profile. */
  facts: readonly NonNullable<Claim['conditions'][number]['key']>[]
}

/** The catalogue as one selection of evidence sees it. */
export interface CatalogueView {
  catalogue: Catalogue
  sourceIds: ReadonlySet<string>
  until: string | null
  interventions: Intervention[]
  byId: ReadonlyMap<string, Intervention>
  claimIds: ReadonlySet<string>
  /** Interventions with at least one claim for the need, by need code. */
  byNeed: ReadonlyMap<string, Link[]>
  gaps: PublishedGap[]
  questions: LeaderQuestion[]
  contextFigures: ContextFigure[]
}

/** Names that a selection may use: every source id and every set. */
export function selectableSources(catalogue: Catalogue): string[] {
  return [...new Set([...catalogue.sources.map((s) => s.id), ...catalogue.sources.flatMap((s) => s.sets)])].sort()
}

/** A selection, worked out: the sources it keeps, and the last day that it knows of (null: all days). */
export interface Selected {
  sourceIds: ReadonlySet<string>
  until: string | null
}

/**
 * What a selection keeps. Names of sources it does not know keep nothing. A source that is a
 * collection of pages stays while any passage of it is old enough; its younger passages go.
 */
export function selectSources(catalogue: Catalogue, { asOf, sources }: EvidenceSelection): Selected {
  const wanted = sources ? new Set(sources) : null
  const kept = catalogue.sources.filter(
    (s) => (wanted === null || wanted.has(s.id) || s.sets.some((set) => wanted.has(set))) && (!asOf || (catalogue.firstDayOf.get(s.id) ?? lastDayOf(s.published)) <= asOf)
  )
  // A day later than everything held is the same as no day at all.
  return { sourceIds: new Set(kept.map((s) => s.id)), until: asOf && asOf < catalogue.lastDay ? asOf : null }
}

/**
 * The catalogue narrowed to a selection. A claim, caveat, figure or gap stays while one of the
 * passages that state it stays; the others are dropped from it. Nothing is re-judged.
 */
export function viewOf(catalogue: Catalogue, { sourceIds, until }: Selected): CatalogueView {
  const narrowed = narrowerOf(catalogue, { sourceIds, until })
  const interventions = catalogue.interventions.flatMap((entry) => narrowEntry(catalogue, entry, { sourceIds, until }) ?? [])

  const byNeed = new Map<string, Link[]>()
  for (const intervention of interventions) {
    for (const need of new Set(intervention.claims.map((claim) => claim.need))) {
      const claims = intervention.claims.filter((claim) => claim.need === need)
      const facts = [...new Set(claims.flatMap((claim) => claim.conditions.map((condition) => condition.key)))].filter((key) => key !== null)
      const link = { intervention, claims, facts }
      const list = byNeed.get(need)
      if (list) list.push(link)
      else byNeed.set(need, [link])
    }
  }
  return {
    catalogue,
    sourceIds,
    until,
    interventions,
    byId: new Map(interventions.map((entry) => [entry.id, entry])),
    claimIds: new Set(interventions.flatMap((entry) => entry.claims.map((claim) => claim.id))),
    byNeed,
    gaps: narrowed(catalogue.gaps),
    questions: narrowed(catalogue.questions),
    contextFigures: narrowed(catalogue.contextFigures).map((figure) => ({ ...figure, disagreesWith: narrowed(figure.disagreesWith) }))
  }
}

/** Narrows lists of what is cited: the parts that stay, with the passages that stay. */
function narrowerOf(catalogue: Catalogue, { sourceIds, until }: Selected) {
  const whole = until === null && catalogue.sources.every((s) => sourceIds.has(s.id))
  const keep = keeperOf(catalogue, { sourceIds, until })
  return <T extends { sources: Citation[] }>(list: readonly T[]): T[] =>
    whole ? [...list] : list.map((part) => ({ ...part, sources: keep(part.sources) })).filter((part) => part.sources.length > 0)
}

const keeperOf =
  (catalogue: Catalogue, { sourceIds, until }: Selected) =>
  (citations: readonly Citation[]) =>
    citations.filter((c) => sourceIds.has(c.id) && (until === null || catalogue.publishedOn.get(c)! <= until))

/** One intervention as a selection sees it; undefined where nothing of it is left. */
export function narrowEntry(catalogue: Catalogue, entry: Intervention, selected: Selected): Intervention | undefined {
  const narrowed = narrowerOf(catalogue, selected)
  const keep = keeperOf(catalogue, selected)
  const day = (citation: Citation) => catalogue.publishedOn.get(citation)!
  const since = catalogue.agesSince.get(entry.id)
  const age = since !== undefined && keep(since.sources).length > 0 ? since.age : null
  const sources = keep(entry.sources)
  const claims = withAges(narrowed(entry.claims), age)
  if (sources.length === 0 && claims.length === 0) return undefined
  const days = claims.flatMap((claim) => claim.sources.map(day))
  return {
    ...entry,
    claims,
    caveats: narrowed(entry.caveats),
    takeUp: narrowed(entry.takeUp),
    reportedResults: narrowed(entry.reportedResults),
    costs: narrowed(entry.costs),
    disagreements: narrowed(entry.disagreements),
    availability: availabilityIn(entry, catalogue.availabilitySince.get(entry.id) ?? [], day, keep),
    sources,
    evidenceAsOf: days.length > 0 ? days.reduce((a, b) => (a >= b ? a : b)) : null
  }
}

/** Claims that state no age hold for the ages that the intervention was evaluated for, where a source in view gives them. */
function withAges(claims: Claim[], age: AgeRange | null): Claim[] {
  if (age === null) return claims
  return claims.map((claim) => (claim.age === null ? { ...claim, age, conditions: [...ageCondition(age), ...claim.conditions] } : claim))
}

/** What is known of availability: what the newest source in view says, or, where the sources that say it are out of view, nothing. */
function availabilityIn(entry: Intervention, later: readonly UkAvailability[], day: (citation: Citation) => string, keep: (citations: readonly Citation[]) => Citation[]): UkAvailability {
  const stated = [entry.availability, ...later].map((one) => ({ ...one, sources: keep(one.sources) })).filter((one) => one.sources.length > 0)
  if (stated.length > 0) {
    const since = (one: UkAvailability) => one.sources.map(day).reduce((a, b) => (a <= b ? a : b))
    return stated.reduce((a, b) => (since(b) >= since(a) ? b : a))
  }
  return entry.availability.sources.length === 0 ? entry.availability : { uk: 'not-stated', implementationSupport: null, places: [], note: null, sources: [] }
}

/** The later claims in view that answer a published gap. */
export function answersTo(view: CatalogueView, gap: PublishedGap): string[] {
  return (gap.answeredBy ?? []).filter((id) => view.claimIds.has(id))
}

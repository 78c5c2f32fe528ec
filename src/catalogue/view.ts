import type { Catalogue, LeaderQuestion, PublishedGap } from './catalogue.js'
import type { Citation, Claim, ContextFigure, Intervention } from './schemas.js'

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
  interventions: Intervention[]
  byId: ReadonlyMap<string, Intervention>
  /** Interventions with at least one claim for the need, by need code. */
  byNeed: ReadonlyMap<string, Link[]>
  gaps: PublishedGap[]
  questions: LeaderQuestion[]
  contextFigures: ContextFigure[]
}

/** The last day that a date of year, month or day precision can mean: nothing is shown before it was surely published. */
export function lastDayOf(published: string): string {
  if (published.length === 4) return `${published}-12-31`
  if (published.length === 10) return published
  const [year, month] = published.split('-').map(Number) as [number, number]
  return `${published}-${String(new Date(Date.UTC(year, month, 0)).getUTCDate()).padStart(2, '0')}`
}

/** Names that a selection may use: every source id and every set. */
export function selectableSources(catalogue: Catalogue): string[] {
  return [...new Set([...catalogue.sources.map((s) => s.id), ...catalogue.sources.flatMap((s) => s.sets)])].sort()
}

/** The ids of the sources that a selection keeps. Names it does not know keep nothing. */
export function selectSources(catalogue: Catalogue, { asOf, sources }: EvidenceSelection): Set<string> {
  const wanted = sources ? new Set(sources) : null
  return new Set(
    catalogue.sources
      .filter((s) => wanted === null || wanted.has(s.id) || s.sets.some((set) => wanted.has(set)))
      .filter((s) => !asOf || lastDayOf(s.published) <= asOf)
      .map((s) => s.id)
  )
}

/**
 * The catalogue narrowed to some sources. A claim, caveat, figure or gap stays while one of the
 * sources that state it stays; citations of the others are dropped from it. Nothing is re-judged.
 */
export function viewOf(catalogue: Catalogue, sourceIds: ReadonlySet<string>): CatalogueView {
  const whole = catalogue.sources.every((s) => sourceIds.has(s.id))
  const published = new Map(catalogue.sources.map((s) => [s.id, s.published]))
  const keep = (citations: readonly Citation[]) => citations.filter((c) => sourceIds.has(c.id))
  const narrowed = <T extends { sources: Citation[] }>(list: readonly T[]): T[] =>
    whole ? [...list] : list.map((part) => ({ ...part, sources: keep(part.sources) })).filter((part) => part.sources.length > 0)

  const interventions: Intervention[] = []
  for (const entry of catalogue.interventions) {
    const sources = whole ? entry.sources : keep(entry.sources)
    const claims = narrowed(entry.claims)
    if (sources.length === 0 && claims.length === 0) continue
    const dates = claims.flatMap((claim) => claim.sources.map((c) => published.get(c.id)!))
    interventions.push({
      ...entry,
      claims,
      caveats: narrowed(entry.caveats),
      takeUp: narrowed(entry.takeUp),
      reportedResults: narrowed(entry.reportedResults),
      costs: narrowed(entry.costs),
      disagreements: narrowed(entry.disagreements),
      availability: availabilityIn(entry, keep),
      sources,
      evidenceAsOf: dates.length > 0 ? dates.reduce((a, b) => (lastDayOf(a) >= lastDayOf(b) ? a : b)) : null
    })
  }

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
    interventions,
    byId: new Map(interventions.map((entry) => [entry.id, entry])),
    byNeed,
    gaps: narrowed(catalogue.gaps),
    questions: narrowed(catalogue.questions),
    contextFigures: narrowed(catalogue.contextFigures)
  }
}

/** What is known of availability goes with the sources that say it; places named without a source stay. */
function availabilityIn(entry: Intervention, keep: (citations: readonly Citation[]) => Citation[]): Intervention['availability'] {
  const { availability } = entry
  const sources = keep(availability.sources)
  if (sources.length > 0 || availability.sources.length === 0) return { ...availability, sources }
  return { uk: 'not-stated', implementationSupport: null, places: [], note: null, sources: [] }
}

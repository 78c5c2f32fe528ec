import type { Citation } from './schemas.js'
import type { CatalogueView } from './view.js'

const keys = new WeakMap<Citation, string>()

function keyOf(citation: Citation): string {
  let key = keys.get(citation)
  if (key === undefined) keys.set(citation, (key = `${citation.id} ${citation.section} ${citation.url}`))
  return key
}

/** Each passage once, in the order given; at most so many, where so many would say no more. */
export function passages(lists: Iterable<readonly Citation[]>, most = Number.POSITIVE_INFINITY): Citation[] {
  const seen = new Set<string>()
  const found: Citation[] = []
  for (const list of lists) {
    for (const citation of list) {
      const key = keyOf(citation)
      if (seen.has(key)) continue
      seen.add(key)
      found.push(citation)
      if (found.length >= most) return found
    }
  }
  return found
}

/** Passages named under what is said of a whole need; a need can rest on very many. */
const MOST = 6

const looked = new WeakMap<CatalogueView, Map<string, Citation[]>>()

/** What was looked at for a need: the passages behind its claims, or the sources themselves where there are none. */
export function lookedAt(view: CatalogueView, need: string): Citation[] {
  let byNeed = looked.get(view)
  if (byNeed === undefined) looked.set(view, (byNeed = new Map<string, Citation[]>()))
  let citations = byNeed.get(need)
  if (citations === undefined) {
    const claims = view.byNeed.get(need)?.flatMap((link) => link.claims) ?? []
    citations =
      claims.length > 0
        ? passages(claims.map((claim) => claim.sources), MOST)
        : mostCited(view)
    byNeed.set(need, citations)
  }
  return citations
}

const cited = new WeakMap<CatalogueView, Citation[]>()

/** The sources that most of the view rests on, by id; a collection of pages as of the year that the view ends with. */
function mostCited(view: CatalogueView): Citation[] {
  let citations = cited.get(view)
  if (citations === undefined) {
    const counts = new Map<string, number>()
    for (const { claims } of view.interventions) for (const claim of claims) for (const { id } of claim.sources) counts.set(id, (counts.get(id) ?? 0) + 1)
    const last = view.until === null ? Number.POSITIVE_INFINITY : Number(view.until.slice(0, 4))
    citations = view.catalogue.sources
      .filter(({ id }) => view.sourceIds.has(id))
      .sort((a, b) => (counts.get(b.id) ?? 0) - (counts.get(a.id) ?? 0))
      .slice(0, MOST)
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .map(({ id, title, publisher, year, url }) => ({ id, title, publisher, year: Math.min(year, last), section: null, url }))
    cited.set(view, citations)
  }
  return citations
}

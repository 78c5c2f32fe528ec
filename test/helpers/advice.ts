import { buildCatalogue, type Catalogue } from '../../src/catalogue/catalogue.js'
import { checkCatalogue } from '../../src/catalogue/check.js'
import { readDataFiles } from '../../src/catalogue/data-files.js'
import { selectSources, viewOf, type CatalogueView, type EvidenceSelection } from '../../src/catalogue/view.js'
import { understandProfile } from '../../src/recommendations/profile.js'
import { recommend, type Advice } from '../../src/recommendations/recommend.js'
import type { NeedInput, ProfileInput } from '../../src/recommendations/schemas.js'

/** A profile as a council sends it, with its needs given. */
export type Body = ProfileInput & { needs: NeedInput[] }

let shipped: Catalogue | undefined
const views = new Map<string, CatalogueView>()

/** The catalogue of the data files, read and checked once in a test process; no database. */
export const shippedCatalogue = (): Catalogue => (shipped ??= buildCatalogue(checkCatalogue(readDataFiles()), 1))

/** The shipped catalogue, narrowed to some of its evidence. */
export function shippedView(selection: EvidenceSelection = {}): CatalogueView {
  const selected = selectSources(shippedCatalogue(), selection)
  const key = `${selected.until} ${[...selected.sourceIds].sort().join()}`
  const view = views.get(key) ?? viewOf(shippedCatalogue(), selected)
  views.set(key, view)
  return view
}

/** The answer to a profile out of the shipped catalogue, as a council reads it in the given year. */
export function advise(body: Body, year = 2026): Advice {
  const profile = understandProfile(body, shippedCatalogue())
  return recommend(shippedView(profile.evidence), profile, year)
}

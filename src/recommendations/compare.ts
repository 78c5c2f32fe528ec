import type { Claim } from '../catalogue/schemas.js'
import type { CatalogueView } from '../catalogue/view.js'
import { STANDINGS, type Standing } from './combine.js'
import type { Profile } from './profile.js'
import { rankInterventions, type Candidate } from './rank.js'
import type { Advice } from './recommend.js'
import { LISTS, type List } from './vocabulary.js'

export interface Place {
  rank: number
  standing: Standing
  score: number
}

export interface Move {
  intervention: string
  name: string
  list: List
  from: Place | null
  to: Place | null
  /** Claims for the profile's needs that only one of the two views holds. */
  because: { claim: string; need: string; direction: Claim['direction']; strength: Claim['strength']; change: 'added' | 'left-out' }[]
}

/**
 * What moves when the same profile is held against two views of the evidence, and which claims move it.
 * An intervention whose claims are the same in both views can move only because others do; it is not listed
 * unless its standing or score changes.
 */
export function compareViews(from: CatalogueView, to: CatalogueView, profile: Profile): Move[] {
  const before = places(from, profile)
  const after = places(to, profile)
  const needs = new Set(profile.needs.map((need) => need.code))
  const moves: Move[] = []
  for (const id of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const was = before.get(id) ?? null
    const is = after.get(id) ?? null
    if (was !== null && is !== null && was.place.standing === is.place.standing && was.place.score === is.place.score) continue
    const { intervention } = (is ?? was)!.candidate
    moves.push({
      intervention: id,
      name: intervention.name,
      list: intervention.role as List,
      from: was?.place ?? null,
      to: is?.place ?? null,
      because: [...changed(to, from, id, needs, 'added'), ...changed(from, to, id, needs, 'left-out')]
    })
  }
  return moves
}

function places(view: CatalogueView, profile: Profile) {
  const found = new Map<string, { candidate: Candidate; place: Place }>()
  const { lists } = rankInterventions(view, { ...profile, limit: { recommendations: 1000, supporting: 1000 } })
  for (const list of LISTS) {
    lists[list].forEach((candidate, i) => {
      found.set(candidate.intervention.id, { candidate, place: { rank: i + 1, standing: STANDINGS[Math.max(0, candidate.tier)]!, score: candidate.score } })
    })
  }
  return found
}

/** Claims of an intervention for the needs that one view holds and the other does not. */
function changed(holds: CatalogueView, lacks: CatalogueView, id: string, needs: ReadonlySet<string>, change: 'added' | 'left-out'): Move['because'] {
  return (holds.byId.get(id)?.claims ?? [])
    .filter((claim) => needs.has(claim.need) && !lacks.claimIds.has(claim.id))
    .map(({ id: claim, need, direction, strength }) => ({ claim, need, direction, strength, change }))
}

/** Warnings that only one of two answers has, by what they say of what. */
export function compareWarnings(from: Pick<Advice, 'gapWarnings'>, to: Pick<Advice, 'gapWarnings'>) {
  const key = (w: Advice['gapWarnings'][number]) => `${w.code} ${w.needs.join()} ${w.interventions.join()} ${w.message}`
  const before = new Set(from.gapWarnings.map(key))
  const after = new Set(to.gapWarnings.map(key))
  return {
    appeared: to.gapWarnings.filter((w) => !before.has(key(w))),
    gone: from.gapWarnings.filter((w) => !after.has(key(w)))
  }
}

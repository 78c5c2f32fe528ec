import type { Claim, Intervention } from '../catalogue/schemas.js'
import type { Catalogue } from '../catalogue/catalogue.js'
import { narrowEntry } from '../catalogue/view.js'
import { claimShares, stageShares, type Cohort } from './applicability.js'
import { NO_AIM, combineClaims, type AppliedClaim } from './combine.js'
import { standingOf } from './explain.js'
import type { Standing } from './combine.js'

export interface HistoryPoint {
  /** The day by which the claims added here were published. */
  date: string
  added: string[]
  standing: Standing | 'not-applicable'
  strength: Claim['strength']
  direction: Claim['direction']
  /** The claim that the standing rests on. */
  lead: string | null
  /** Claims of no effect or harm that are known by then. */
  against: string[]
}

export interface NeedHistory {
  need: string
  label: string
  points: HistoryPoint[]
}

/** The day by which a claim was published: the earliest of the passages that state it. */
export function knownSince(catalogue: Catalogue, claim: Claim): string {
  return claim.sources.map((citation) => catalogue.publishedOn.get(citation)!).reduce((a, b) => (a <= b ? a : b))
}

/**
 * What the claims about an intervention would have come to at each point in time, need by need: the
 * same rule as in a recommendation, over what was published by then.
 *
 * @param intervention as the catalogue holds it, not narrowed to a view
 * @param cohort the facts to judge by; what it leaves out is unknown, as in a profile
 */
export function historyOf(catalogue: Catalogue, intervention: Intervention, cohort: Cohort): NeedHistory[] {
  const stage = stageShares(intervention, cohort)
  const everySource = new Set(catalogue.sources.map(({ id }) => id))
  const dated = intervention.claims.map((claim) => ({ claim, date: knownSince(catalogue, claim) }))
  return [...new Set(intervention.claims.map((claim) => claim.need))].sort().map((need) => {
    const own = dated.filter(({ claim }) => claim.need === need)
    const points = [...new Set(own.map(({ date }) => date))].sort().map((date): HistoryPoint => {
      const then = narrowEntry(catalogue, intervention, { sourceIds: everySource, until: date })
      const applied = (then?.claims ?? [])
        .filter((claim) => claim.need === need)
        .map((claim): AppliedClaim => ({ claim, shares: claimShares(claim.conditions, stage, cohort) }))
      const { tier, lead, against } = combineClaims(applied, NO_AIM)
      return {
        date,
        added: own.filter((one) => one.date === date).map(({ claim }) => claim.id),
        standing: standingOf(tier),
        strength: lead === null ? 'none' : lead.claim.strength,
        direction: lead?.claim.direction ?? 'unknown',
        lead: lead?.claim.id ?? null,
        against: against.map((one) => one.claim.id)
      }
    })
    return { need, label: catalogue.needByCode.get(need)!.label, points }
  })
}

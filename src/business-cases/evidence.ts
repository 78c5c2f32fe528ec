import type { CatalogueView } from '../catalogue/view.js'
import { strengthOrder } from '../catalogue/vocabulary.js'
import { compareWarnings } from '../recommendations/compare.js'
import { referTo } from '../recommendations/explain.js'
import { understandProfile } from '../recommendations/profile.js'
import { MODEL_VERSION, recommend } from '../recommendations/recommend.js'
import type { GapWarning, NeedInput, ProfileInput } from '../recommendations/schemas.js'
import type { CaseEvidence, CaseNotice } from './schemas.js'
import type { Basis } from './vocabulary.js'

/** What the evidence for a preferred option is asked with. Kept with the answer, so that it can be asked again. */
export interface EvidenceRequest {
  basis: Basis
  /** The needs that it is held against; null where nothing names any. */
  profile: (ProfileInput & { needs: NeedInput[] }) | null
  option: string
  doNothing: boolean
  intervention: string | null
  /** The needs that the case is about; empty where it does not say. */
  needs: string[]
}

const MOST_LISTED = 200

/**
 * The strength of the evidence for the preferred option of a case, as a recommendation for the same
 * needs would give it, with its gap warnings.
 *
 * All evidence held counts, and no minimum: what a council left out when it asked for recommendations
 * (an earlier view, a minimum strength) must not hide a finding from those who decide.
 *
 * @param view all that is held
 */
export function evidenceFor(view: CatalogueView, request: EvidenceRequest, at: Date): CaseEvidence {
  const { basis, option, intervention: id } = request
  const entry = id === null ? undefined : view.byId.get(id)
  const advice = adviceFor(view, request, at)
  const item = advice === null ? undefined : [...advice.recommendations, ...Object.values(advice.supporting).flat()].find(({ intervention }) => intervention.id === id)
  const needs = item?.needs ?? []
  // Those that the option does nothing for, too: their gaps stay open.
  const about = new Set((request.profile?.needs ?? []).map(({ need }) => need))
  const concerns = ({ interventions, needs: of }: GapWarning) => (interventions.length > 0 ? id !== null && interventions.includes(id) : of.length === 0 || of.some((need) => about.has(need)))
  return {
    copiedAt: at.toISOString(),
    catalogueVersion: view.catalogue.version,
    modelVersion: MODEL_VERSION,
    basis,
    option,
    intervention: entry === undefined ? null : referTo(entry),
    standing: item?.standing ?? null,
    needs,
    findingsAgainst: (entry?.claims ?? []).filter(({ direction }) => direction === 'no-effect' || direction === 'harm'),
    excluded: advice?.excluded.find(({ intervention }) => intervention.id === id)?.reasons ?? [],
    gapWarnings: advice?.gapWarnings.filter(concerns) ?? [],
    evaluationPlan: evaluationPlan(request, entry?.name ?? null, item),
    sources: item?.sources ?? entry?.sources ?? []
  }
}

function adviceFor(view: CatalogueView, { profile }: EvidenceRequest, at: Date) {
  if (profile === null) return null
  // A budget stands for a decision about money: it raises what is to be said of business cases.
  const input = { ...profile, evidence: {}, constraints: { annualBudget: profile.constraints?.annualBudget ?? 0 }, limit: MOST_LISTED }
  return recommend(view, understandProfile(input, view.catalogue), at.getUTCFullYear())
}

const STRONG = strengthOrder('strong')

/**
 * Whether it has to be found out locally whether it works. It has not where the evidence for every
 * need of the case is of benefit, `strong` (a level that takes more than one rigorous trial), and with
 * its conditions met, so that it is `recommended`. Nor where doing nothing is preferred: nothing new is
 * tried on anybody.
 */
function evaluationPlan({ doNothing, needs: named, profile }: EvidenceRequest, name: string | null, item: Pick<CaseEvidence, 'needs'> & { standing: string } | undefined): CaseEvidence['evaluationPlan'] {
  if (doNothing) return { needed: false, because: 'Doing nothing is preferred.' }
  if (name === null) return { needed: true, because: 'The preferred option rests on no entry of the catalogue, so no evidence for it is held.' }
  if (item === undefined) return { needed: true, because: profile === null ? `Nothing says which needs ${name} is to meet.` : `No evidence held speaks for ${name} for these needs.` }
  const wanted = named.length > 0 ? named : item.needs.map(({ need }) => need)
  const weak = wanted.flatMap((need) => {
    const found = item.needs.find((one) => one.need === need)
    if (found === undefined) return [`${need}: no evidence is held`]
    if (found.direction === 'positive' && strengthOrder(found.strength) >= STRONG && found.standing === 'recommended') return []
    return [`${need}: ${found.strength ?? 'not graded'}, ${found.direction}, ${found.standing}`]
  })
  if (weak.length === 0 && wanted.length > 0) return { needed: false, because: `The evidence for ${name} is strong, of benefit, and its conditions are met.` }
  return { needed: true, because: `The evidence for ${name} is not strong for every need (${weak.join('; ')}), so it has to be found out whether it works here.` }
}

/** What is said differently of the same option for the same needs. */
export function evidenceChanges(before: CaseEvidence, after: CaseEvidence): CaseNotice['changes'] {
  const changes: CaseNotice['changes'] = []
  const say = (code: CaseNotice['changes'][number]['code'], need: string | null, message: string) => changes.push({ code, need, message })
  if (before.standing !== after.standing) say('standing', null, `It was ${before.standing ?? 'not ranked'} and is ${after.standing ?? 'not ranked'}.`)
  const now = new Map(after.needs.map((need) => [need.need, need]))
  for (const was of before.needs) {
    const is = now.get(was.need)
    now.delete(was.need)
    if (is === undefined) {
      say('need-gone', was.need, `Nothing is held for ${was.label} any more.`)
      continue
    }
    if (was.strength !== is.strength) say('strength', was.need, `The strength was ${was.strength ?? 'not graded'} and is ${is.strength ?? 'not graded'}.`)
    if (was.direction !== is.direction) say('direction', was.need, `The direction was ${was.direction} and is ${is.direction}.`)
    const added = is.claimIds.filter((id) => !was.claimIds.includes(id))
    const gone = was.claimIds.filter((id) => !is.claimIds.includes(id))
    if (added.length + gone.length > 0) say('claims', was.need, [...added.map((id) => `Claim ${id} was added.`), ...gone.map((id) => `Claim ${id} is gone.`)].join(' '))
  }
  for (const { need, label } of now.values()) say('need-added', need, `Evidence is held for ${label} now.`)
  const warnings = compareWarnings(before, after)
  for (const { need, message } of warnings.appeared) say('warning-added', need, message)
  for (const { need, message } of warnings.gone) say('warning-gone', need, message)
  return changes
}

import { passages as uniquePassages } from '../../catalogue/citations.js'
import type { Citation } from '../../catalogue/schemas.js'
import type { GapCode, Severity } from '../../catalogue/vocabulary.js'
import type { Profile, ProfileNeed } from '../profile.js'
import type { Candidate } from '../rank.js'
import type { GapWarning } from '../schemas.js'

/** What the makers of warnings share: their form, and the words they are put in. */

/** Passages named under a derived warning; a need can rest on very many. */
const MOST_SOURCES = 6

export interface Finding {
  code: GapCode
  severity: Severity
  needs?: string[]
  interventions?: string[]
  message: string
  questions: string[]
  suggestedAction: string
  sources: Citation[]
}

/** A warning that follows from the catalogue and the profile. */
export function derived({ code, severity, needs = [], interventions = [], message, questions, suggestedAction, sources }: Finding): GapWarning {
  return {
    code,
    severity,
    need: needs.length === 1 ? needs[0]! : null,
    needs,
    intervention: interventions.length === 1 ? interventions[0]! : null,
    interventions,
    message,
    basis: 'derived',
    sources,
    questions,
    suggestedAction
  }
}

export const passages = (lists: Iterable<readonly Citation[]>) => uniquePassages(lists, MOST_SOURCES)

export const list = (names: readonly string[]) => (names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`)
export const lower = (need: ProfileNeed) => need.label.toLowerCase()
export const namesOf = (candidates: readonly Candidate[]) => list(candidates.map((c) => c.intervention.name))
export const idsOf = (candidates: readonly Candidate[]) => candidates.map((c) => c.intervention.id)
export const count = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`
export const codesOf = (needs: readonly ProfileNeed[]) => needs.map((need) => need.code)
export const familyNeeds = (profile: Profile) => profile.needs.filter((need) => need.concerns === 'family')

/** The needs of families, where there is more than one; all that is domestic abuse is one. */
export function overlappingNeeds(profile: Profile): ProfileNeed[] {
  const needs = familyNeeds(profile)
  const kinds = new Set(needs.map((need) => (need.group === 'domestic-abuse' ? need.group : need.code)))
  return kinds.size > 1 ? needs : []
}

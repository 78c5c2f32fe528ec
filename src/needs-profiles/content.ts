import type { NeedsProfile, NeedsProfileContent, NeedsProfileInput, NeedsProfileSummary } from './schemas.js'

/** What was sent, with every key in place: what was left out is empty or null, and the profile is left as it is. */
export function contentOf({ title, profile = {}, localPriorities = [], consultation = [], notes = null }: NeedsProfileInput): NeedsProfileContent {
  return {
    title,
    profile,
    localPriorities: localPriorities.map(({ text, need = null }) => ({ text, need })),
    consultation: consultation.map(({ group, how = null, when = null, summary }) => ({ group, how, when, summary })),
    notes
  }
}

export function summaryOf({ id, version, createdAt, updatedAt, title, profile }: NeedsProfile): NeedsProfileSummary {
  return { id, version, createdAt, updatedAt, title, area: profile.area ?? null, needs: (profile.needs ?? []).map(({ need }) => need) }
}

import { Type, type Static } from 'typebox'
import { ProfileInput } from '../recommendations/schemas.js'
import { closed, nullable, page, ref, words } from '../schemas.js'

/** Whom a council asks about need: safeguarding reviews and the founding documents name these three. */
export const CONSULTED = ['children-and-families', 'practitioners', 'partners'] as const

const Title = Type.String({ minLength: 1, maxLength: 200, pattern: '[\\p{L}\\p{N}\\p{P}\\p{S}]', description: 'What the council calls the profile; not blank.' })
const Statement = Type.String({ minLength: 1, maxLength: 2_000 })
const profile = 'The needs profile, exactly as POST /v1/recommendations takes it, so it can be sent on as it stands. Area, needs with their priority, current provision with places and annual cost, and the annual budget (`constraints.annualBudget`) stand here. It may lack needs while it is a draft: with an area, they are then taken from its published statistics.'
const consultation = 'Whom the council asked, how, when, and what they said.'
const localPriorities = 'What the council has said matters most, the first the most; each may name the need it is about.'

export const ConsultationInput = closed(
  {
    group: words(CONSULTED),
    how: Type.Optional(nullable(Statement, { description: 'By which means: a survey, interviews, a participation group.' })),
    when: Type.Optional(nullable(Type.String({ format: 'date' }), { description: 'The day, or the last day of the period.' })),
    summary: Type.String({ minLength: 1, maxLength: 10_000 })
  },
  { $id: 'ConsultationInput', description: consultation }
)

export const LocalPriorityInput = closed(
  { text: Statement, need: Type.Optional(nullable(Type.String({ minLength: 1, maxLength: 80 }), { description: 'A code of /v1/needs.' })) },
  { $id: 'LocalPriorityInput', description: 'One local priority.' }
)

const given = {
  title: Title,
  profile: Type.Optional(ref(ProfileInput)),
  localPriorities: Type.Optional(Type.Array(ref(LocalPriorityInput), { maxItems: 50, description: localPriorities })),
  consultation: Type.Optional(Type.Array(ref(ConsultationInput), { maxItems: 100, description: consultation })),
  notes: Type.Optional(nullable(Type.String({ maxLength: 20_000 })))
}

export const NeedsProfileInput = closed(given, { $id: 'NeedsProfileInput', description: `A needs profile to be kept. Only the title is required. \`profile\`: ${profile}` })

export const Consultation = Type.Object(
  { group: words(CONSULTED), how: nullable(Type.String()), when: nullable(Type.String({ format: 'date' })), summary: Type.String() },
  { $id: 'Consultation', description: consultation }
)

export const LocalPriority = Type.Object({ text: Type.String(), need: nullable(Type.String()) }, { $id: 'LocalPriority', description: 'One local priority, and the need it is about.' })

const stored = {
  id: Type.String({ format: 'uuid' }),
  version: Type.Integer({ description: 'Counts up by one with each change; the ETag holds it.' }),
  createdAt: Type.String({ format: 'date-time' }),
  updatedAt: Type.String({ format: 'date-time' })
}

export const NeedsProfileReplacement = closed(
  {
    ...given,
    id: Type.Optional(stored.id),
    version: Type.Optional(Type.Integer({ description: 'The version that is replaced.' })),
    createdAt: Type.Optional(stored.createdAt),
    updatedAt: Type.Optional(stored.updatedAt)
  },
  { $id: 'NeedsProfileReplacement', description: 'What a needs profile is to say. `id`, `version`, `createdAt` and `updatedAt` may stand in it as they were read, and cannot be changed.' }
)

export const NeedsProfile = Type.Object(
  {
    ...stored,
    title: Type.String(),
    profile: ref(ProfileInput),
    localPriorities: Type.Array(ref(LocalPriority), { description: localPriorities }),
    consultation: Type.Array(ref(Consultation), { description: consultation }),
    notes: nullable(Type.String())
  },
  { $id: 'NeedsProfile', description: `A needs profile as it is kept. \`profile\`: ${profile}` }
)

export const NeedsProfileSummary = Type.Object(
  {
    ...stored,
    title: Type.String(),
    area: nullable(Type.String()),
    needs: Type.Array(Type.String(), { description: 'Codes of /v1/needs.' })
  },
  { $id: 'NeedsProfileSummary', description: 'A needs profile, in short.' }
)

export const NeedsProfilePage = page(ref(NeedsProfileSummary), { $id: 'NeedsProfilePage', description: 'Needs profiles, or the versions of one, the newest first.' })

export const COMPONENTS = [ConsultationInput, LocalPriorityInput, NeedsProfileInput, NeedsProfileReplacement, Consultation, LocalPriority, NeedsProfile, NeedsProfileSummary, NeedsProfilePage] as const

export type NeedsProfileInput = Static<typeof NeedsProfileInput>
export type NeedsProfileReplacement = Static<typeof NeedsProfileReplacement>
export type NeedsProfile = Static<typeof NeedsProfile>
export type NeedsProfileSummary = Static<typeof NeedsProfileSummary>
/** What a council writes; the rest is ours. */
export type NeedsProfileContent = Omit<NeedsProfile, keyof typeof stored>

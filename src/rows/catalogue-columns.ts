import type { Claim, Intervention } from '../catalogue/schemas.js'
import type { CatalogueView } from '../catalogue/view.js'
import { strengthOrder } from '../catalogue/vocabulary.js'
import { joined, sourceIds, type Column } from './columns.js'

interface Entry {
  version: number
  entry: Intervention
}
interface EntryClaim extends Entry {
  claim: Claim
}

const version = (view: CatalogueView) => view.catalogue.version
export const entriesOf = (view: CatalogueView): Entry[] => view.interventions.map((entry) => ({ version: version(view), entry }))
export const claimsOf = (view: CatalogueView): EntryClaim[] => entriesOf(view).flatMap((one) => one.entry.claims.map((claim) => ({ ...one, claim })))

/** The best claim of benefit; undefined where there is none. */
function bestOf({ claims }: Intervention): Claim | undefined {
  const benefits = claims.filter(({ direction }) => direction === 'positive')
  return benefits.length === 0 ? undefined : benefits.reduce((best, claim) => (strengthOrder(claim.strength) > strengthOrder(best.strength) ? claim : best))
}

export const INTERVENTION_COLUMNS: Column<Entry>[] = [
  { name: 'id', type: 'text', nullable: false, description: 'The id of the entry: GET /v1/interventions/{id} has it whole.', of: ({ entry }) => entry.id },
  { name: 'name', type: 'text', nullable: false, description: 'Its name.', of: ({ entry }) => entry.name },
  { name: 'aliases', type: 'text', nullable: true, description: "Other names, parted by '; '.", of: ({ entry }) => joined(entry.aliases) },
  { name: 'family', type: 'text', nullable: true, description: 'The family of versions that are rated apart.', of: ({ entry }) => entry.family },
  { name: 'kind', type: 'text', nullable: false, description: 'What sort of thing it is.', of: ({ entry }) => entry.kind },
  { name: 'role', type: 'text', nullable: false, description: 'What it is to a family or a service; only `response` answers needs of families.', of: ({ entry }) => entry.role },
  { name: 'needs', type: 'text', nullable: true, description: "Codes of the needs it speaks to, parted by '; '.", of: ({ entry }) => joined(entry.needs) },
  { name: 'targetGroup', type: 'text', nullable: true, description: 'Whom it is for, in words.', of: ({ entry }) => entry.targetGroup },
  { name: 'ageMin', type: 'integer', nullable: true, description: 'The youngest age it is for, in years, where that is stated.', of: ({ entry }) => entry.age?.min },
  { name: 'ageMax', type: 'integer', nullable: true, description: 'The oldest.', of: ({ entry }) => entry.age?.max },
  { name: 'worksWith', type: 'text', nullable: true, description: "Which members of the family it works with, parted by '; '.", of: ({ entry }) => joined(entry.worksWith) },
  { name: 'stages', type: 'text', nullable: true, description: "Stages of the statutory system, parted by '; '.", of: ({ entry }) => joined(entry.stages ?? []) },
  { name: 'summary', type: 'text', nullable: false, description: 'What it is.', of: ({ entry }) => entry.summary },
  { name: 'claims', type: 'integer', nullable: false, description: 'How many claims are held about it: the dataset `claims` has them.', of: ({ entry }) => entry.claims.length },
  { name: 'benefitClaims', type: 'integer', nullable: false, description: 'How many of them are claims of benefit.', of: ({ entry }) => entry.claims.filter(({ direction }) => direction === 'positive').length },
  { name: 'noEffectOrHarmClaims', type: 'integer', nullable: false, description: 'How many find no effect, or harm.', of: ({ entry }) => entry.claims.filter(({ direction }) => direction === 'no-effect' || direction === 'harm').length },
  { name: 'bestStrength', type: 'text', nullable: true, description: 'The strength of the strongest claim of benefit, for any need; null where there is none, or none that is graded.', of: ({ entry }) => bestOf(entry)?.strength },
  { name: 'ukAvailability', type: 'text', nullable: false, description: 'Whether it can be had in the United Kingdom, as far as the sources say.', of: ({ entry }) => entry.availability.uk },
  { name: 'implementationSupport', type: 'boolean', nullable: true, description: 'Whether help with putting it in place is offered.', of: ({ entry }) => entry.availability.implementationSupport },
  { name: 'caveats', type: 'integer', nullable: false, description: 'How many caveats are held about it.', of: ({ entry }) => entry.caveats.length },
  { name: 'evidenceAsOf', type: 'date', nullable: true, description: 'The day by which the newest passage behind its claims was published.', of: ({ entry }) => entry.evidenceAsOf },
  { name: 'sourceIds', type: 'text', nullable: true, description: "The sources that name it, parted by '; ': GET /v1/sources has them.", of: ({ entry }) => sourceIds(entry.sources) },
  { name: 'catalogueVersion', type: 'integer', nullable: false, description: 'The version of the catalogue.', of: (one) => one.version }
]

export const CLAIM_COLUMNS: Column<EntryClaim>[] = [
  { name: 'id', type: 'text', nullable: false, description: 'The id of the claim.', of: ({ claim }) => claim.id },
  { name: 'interventionId', type: 'text', nullable: false, description: 'The entry it is about.', of: ({ entry }) => entry.id },
  { name: 'interventionName', type: 'text', nullable: false, description: 'The name of the entry.', of: ({ entry }) => entry.name },
  { name: 'role', type: 'text', nullable: false, description: 'What the entry is to a family or a service.', of: ({ entry }) => entry.role },
  { name: 'need', type: 'text', nullable: false, description: 'The code of the need it speaks to.', of: ({ claim }) => claim.need },
  { name: 'outcome', type: 'text', nullable: true, description: 'The outcome it is about.', of: ({ claim }) => claim.outcome },
  { name: 'outcomeFor', type: 'text', nullable: false, description: 'Whose outcome that is.', of: ({ claim }) => claim.outcomeFor },
  { name: 'population', type: 'text', nullable: true, description: 'For whom it was found.', of: ({ claim }) => claim.population },
  { name: 'direction', type: 'text', nullable: false, description: 'What the evidence says happened.', of: ({ claim }) => claim.direction },
  { name: 'strength', type: 'text', nullable: true, description: 'Certainty, not size; null where a source gives no grade.', of: ({ claim }) => claim.strength },
  { name: 'status', type: 'text', nullable: false, description: 'Which kind of knowledge, or of silence, stands behind it.', of: ({ claim }) => claim.status },
  { name: 'nativeScheme', type: 'text', nullable: true, description: "The scale of the source's own grade: GET /v1/evidence-standards has it.", of: ({ claim }) => claim.nativeRating?.scheme },
  { name: 'nativeValue', type: 'text', nullable: true, description: 'Its level on that scale.', of: ({ claim }) => claim.nativeRating?.value },
  { name: 'nativeWording', type: 'text', nullable: true, description: "The source's own words.", of: ({ claim }) => claim.nativeRating?.wording },
  { name: 'ageMin', type: 'integer', nullable: true, description: 'The youngest age it was found for, in years.', of: ({ claim }) => claim.age?.min },
  { name: 'ageMax', type: 'integer', nullable: true, description: 'The oldest.', of: ({ claim }) => claim.age?.max },
  { name: 'conditions', type: 'text', nullable: true, description: "The conditions under which it holds, parted by '; '.", of: ({ claim }) => joined(claim.conditions.map(({ text }) => text)) },
  { name: 'studyDesign', type: 'text', nullable: true, description: 'How it was found.', of: ({ claim }) => claim.studyDesign },
  { name: 'consistency', type: 'text', nullable: true, description: 'Whether several studies agree.', of: ({ claim }) => claim.consistency },
  { name: 'country', type: 'text', nullable: true, description: 'Where it was found.', of: ({ claim }) => claim.country },
  { name: 'year', type: 'integer', nullable: false, description: 'The year it was published.', of: ({ claim }) => claim.year },
  { name: 'independent', type: 'boolean', nullable: true, description: 'Whether it was found by others than the developer.', of: ({ claim }) => claim.independent },
  { name: 'besideTheAim', type: 'boolean', nullable: false, description: 'Whether the outcome is beside the one that the entry is meant to change.', of: ({ claim }) => claim.besideTheAim },
  { name: 'finding', type: 'text', nullable: true, description: 'What was found, with its figures.', of: ({ claim }) => claim.finding },
  { name: 'sample', type: 'text', nullable: true, description: 'Among how many.', of: ({ claim }) => claim.sample },
  { name: 'comparator', type: 'text', nullable: true, description: 'Compared with what.', of: ({ claim }) => claim.comparator },
  { name: 'howRead', type: 'text', nullable: false, description: '`seen` at the source, or `secondary`, where another reports it.', of: ({ claim }) => claim.howRead },
  { name: 'note', type: 'text', nullable: true, description: 'How it is to be read, where that needs saying.', of: ({ claim }) => claim.note },
  { name: 'sourceIds', type: 'text', nullable: true, description: "The sources that state it, parted by '; ': GET /v1/sources has them.", of: ({ claim }) => sourceIds(claim.sources) },
  { name: 'catalogueVersion', type: 'integer', nullable: false, description: 'The version of the catalogue.', of: (one) => one.version }
]

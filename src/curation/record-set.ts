import { Type, type TProperties } from 'typebox'
import { checkCatalogue, CatalogueError, type CatalogueFault, type CatalogueRecords } from '../catalogue/check.js'
import type { RawCatalogue } from '../catalogue/data-files.js'
import {
  AddedAgeRecord,
  AddedClaimRecord,
  ContextFigureRecord,
  FamilyRecord,
  GapRecord,
  InterventionRecord,
  NeedRecord,
  QuestionRecord,
  SourceRecord,
  StandardRecord,
  type ClaimRecord
} from '../catalogue/records.js'
import type { RecordKind } from './vocabulary.js'

/** A record as it is written, without the keys that its kind does not have. */
export type Content = Readonly<Record<string, unknown>>

export interface HeldRecord {
  kind: RecordKind
  id: string
  content: Content
}

/**
 * A catalogue as records that are added, corrected and withdrawn one by one, by key. A claim is a
 * record of its own that names its intervention, and an intervention holds none.
 */
export type RecordSet = ReadonlyMap<string, HeldRecord>

export const keyOf = (kind: RecordKind, id: string) => `${kind}/${id}`

/** Where each kind stands among the records of a catalogue, and which of its fields is its id. Interventions and claims stand within each other. */
const PLACES = {
  source: { list: 'sources', idField: 'id' },
  need: { list: 'needs', idField: 'code' },
  standard: { list: 'standards', idField: 'id' },
  family: { list: 'families', idField: 'id' },
  age: { list: 'ages', idField: 'intervention' },
  intervention: { list: 'interventions', idField: 'id' },
  claim: { list: 'addedClaims', idField: 'id' },
  gap: { list: 'gaps', idField: 'id' },
  question: { list: 'questions', idField: 'id' },
  'context-figure': { list: 'contextFigures', idField: 'id' }
} as const satisfies Record<RecordKind, { list: keyof RawCatalogue; idField: string }>

/** The fields of each kind of record, and which of them must be there. */
export const RECORD_SHAPES: Readonly<Record<RecordKind, { properties: TProperties; required: readonly string[] }>> = {
  source: SourceRecord,
  need: NeedRecord,
  standard: StandardRecord,
  family: FamilyRecord,
  intervention: Type.Omit(InterventionRecord, ['claims']),
  claim: AddedClaimRecord,
  age: AddedAgeRecord,
  gap: GapRecord,
  question: QuestionRecord,
  'context-figure': ContextFigureRecord
}

export const idFieldOf = (kind: RecordKind): string => PLACES[kind].idField

/** In order of their keys, so that two sets that say the same are walked alike. */
export const sorted = (set: Iterable<HeldRecord>): RecordSet =>
  new Map([...set].map((held) => [keyOf(held.kind, held.id), held] as const).sort(([a], [b]) => (a < b ? -1 : 1)))

export function toRecordSet(records: CatalogueRecords): RecordSet {
  const found: HeldRecord[] = []
  for (const [kind, { list, idField }] of Object.entries(PLACES) as [RecordKind, (typeof PLACES)[RecordKind]][]) {
    if (list === 'addedClaims' || list === 'interventions') continue
    for (const record of records[list] as unknown as Content[]) found.push({ kind, id: record[idField] as string, content: record })
  }
  for (const { claims, ...intervention } of records.interventions) {
    found.push({ kind: 'intervention', id: intervention.id, content: intervention })
    for (const claim of claims) found.push({ kind: 'claim', id: claim.id, content: { intervention: intervention.id, ...claim } })
  }
  return sorted(found)
}

const contentsOf = <T>(set: RecordSet, kind: RecordKind) => [...set.values()].filter((held) => held.kind === kind).map(({ content }) => content as unknown as T)

/** The records as they are stored. The set must be one that has been checked. */
export function toCatalogueRecords(set: RecordSet): CatalogueRecords {
  const claims = new Map<string, ClaimRecord[]>()
  for (const { intervention, ...claim } of contentsOf<ClaimRecord & { intervention: string }>(set, 'claim')) claims.set(intervention, [...(claims.get(intervention) ?? []), claim])
  return {
    sources: contentsOf(set, 'source'),
    needs: contentsOf(set, 'need'),
    standards: contentsOf(set, 'standard'),
    families: contentsOf(set, 'family'),
    ages: contentsOf(set, 'age'),
    interventions: contentsOf<Omit<InterventionRecord, 'claims'>>(set, 'intervention').map((entry) => ({ ...entry, claims: claims.get(entry.id) ?? [] })),
    gaps: contentsOf(set, 'gap'),
    questions: contentsOf(set, 'question'),
    contextFigures: contentsOf(set, 'context-figure')
  }
}

/**
 * Everything that the check of the catalogue has to say of a set.
 * @returns faults whose `file` is the key of the record at fault; none where the set is sound
 */
export function faultsOf(set: RecordSet): CatalogueFault[] {
  const raw: RawCatalogue = { sources: [], needs: [], standards: [], families: [], interventions: [], addedClaims: [], addedCosts: [], ages: [], gaps: [], questions: [], contextFigures: [] }
  for (const [key, { kind, content }] of set) {
    const list = raw[PLACES[kind].list]
    list.push({ file: key, index: list.length, record: kind === 'intervention' ? { ...content, claims: [] } : content })
  }
  try {
    checkCatalogue(raw)
    return []
  } catch (error) {
    if (error instanceof CatalogueError) return error.faults
    throw error
  }
}

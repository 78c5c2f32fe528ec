import { Ajv, type ValidateFunction } from 'ajv'
import type { TSchema } from 'typebox'
import { nearest } from '../nearest.js'
import type { RawCatalogue, RawRecord } from './data-files.js'
import {
  AddedAgeRecord,
  AddedClaimRecord,
  AddedCostRecord,
  ContextFigureRecord,
  FamilyRecord,
  GapRecord,
  InterventionRecord,
  NeedRecord,
  QuestionRecord,
  SourceRecord,
  StandardRecord,
  type CitationRecord,
  type ClaimRecord
} from './records.js'
import { CONTEXT_VALUES } from './vocabulary.js'

export interface CatalogueRecords {
  sources: SourceRecord[]
  needs: NeedRecord[]
  standards: StandardRecord[]
  families: FamilyRecord[]
  ages: AddedAgeRecord[]
  interventions: InterventionRecord[]
  gaps: GapRecord[]
  questions: QuestionRecord[]
  contextFigures: ContextFigureRecord[]
}

/** A fault in a data file: which file, which record, and what to mend. */
export interface CatalogueFault {
  file: string
  record: string
  message: string
  /** JSON pointer into the record, where one value is at fault. */
  at?: string
  /** The id of another record that has a part in it. */
  other?: string
}

export class CatalogueError extends Error {
  constructor(readonly faults: CatalogueFault[]) {
    super(
      `The catalogue's data files have ${faults.length} fault${faults.length === 1 ? '' : 's'}:\n` +
        faults.map(({ file, record, message }) => `  ${file}: ${record}: ${message}`).join('\n')
    )
    this.name = 'CatalogueError'
  }
}

/** `claim x sources[0]` or `caveats[1].sources[0]` as a pointer into the record itself. */
const pointerTo = (where: string) => `/${where.replace(/^claim \S+ /, '').replaceAll(/\[(\d+)\]/g, '/$1').replaceAll('.', '/')}`

/** Names are compared without case, accents of typing, or punctuation, as a person would. */
export const nameKey = (name: string) => name.toLowerCase().replace(/[^a-z0-9]+/g, ' ').trim()

const ajv = new Ajv({ allErrors: true })
const validators = new Map<TSchema, ValidateFunction>()

/** Compiled once: every change set of a curator is checked anew. */
function validatorOf(schema: TSchema): ValidateFunction {
  const validate = validators.get(schema) ?? ajv.compile(schema)
  validators.set(schema, validate)
  return validate
}

/**
 * Checks raw records against their schemas and against each other.
 * @throws CatalogueError listing every fault found, each with file and record
 */
export function checkCatalogue(raw: RawCatalogue): CatalogueRecords {
  const faults: CatalogueFault[] = []

  function checked<T>(schema: TSchema, rows: RawRecord[], idOf: (record: T) => string) {
    const validate = validatorOf(schema)
    const seen = new Map<string, string>()
    const good: { file: string; id: string; record: T }[] = []
    for (const { file, index, record } of rows) {
      const given = record as { id?: unknown; code?: unknown; intervention?: unknown } | null
      const label = [given?.id, given?.code, given?.intervention].find((name) => typeof name === 'string') ?? `record ${index + 1}`
      if (!validate(record)) {
        const reported = new Map<string, string>()
        for (const error of validate.errors ?? []) {
          if (error.keyword === 'anyOf' || error.keyword === 'type' && error.params['type'] === 'null') continue
          const at = error.instancePath.slice(1).replaceAll('/', '.')
          const extra =
            error.keyword === 'additionalProperties'
              ? ` '${error.params['additionalProperty']}'`
              : error.keyword === 'enum'
                ? `: ${(error.params['allowedValues'] as unknown[]).join(', ')}`
                : ''
          reported.set(`${at === '' ? '' : `${at} `}${error.message}${extra}`, error.instancePath)
        }
        for (const [message, at] of reported) faults.push({ file, record: label, message, at })
        continue
      }
      const id = idOf(record as T)
      const earlier = seen.get(id)
      if (earlier !== undefined) faults.push({ file, record: id, message: `the id is already used in ${earlier}` })
      seen.set(id, file)
      good.push({ file, id, record: record as T })
    }
    return good
  }

  const sources = checked<SourceRecord>(SourceRecord, raw.sources, (r) => r.id)
  const needs = checked<NeedRecord>(NeedRecord, raw.needs, (r) => r.code)
  const standards = checked<StandardRecord>(StandardRecord, raw.standards, (r) => r.id)
  const interventions = checked<InterventionRecord>(InterventionRecord, raw.interventions, (r) => r.id).map((row) => ({
    ...row,
    // Claims and costs of other files are added to a copy: what was read stays as it is.
    record: { ...row.record, claims: [...row.record.claims], costs: [...row.record.costs] }
  }))
  const families = checked<FamilyRecord>(FamilyRecord, raw.families, (r) => r.id)
  const addedClaims = checked<AddedClaimRecord>(AddedClaimRecord, raw.addedClaims, (r) => r.id)
  const addedCosts = checked<AddedCostRecord>(AddedCostRecord, raw.addedCosts, (r) => `${r.intervention}: ${r.text}`)
  const ages = checked<AddedAgeRecord>(AddedAgeRecord, raw.ages, (r) => r.intervention)
  const gaps = checked<GapRecord>(GapRecord, raw.gaps, (r) => r.id)
  const questions = checked<QuestionRecord>(QuestionRecord, raw.questions, (r) => r.id)
  const contextFigures = checked<ContextFigureRecord>(ContextFigureRecord, raw.contextFigures, (r) => r.id)

  const interventionById = new Map(interventions.map(({ id, record }) => [id, record]))
  /** Where a claim stands, when that is not the file of its intervention. */
  const claimFiles = new Map(addedClaims.map(({ id, file }) => [id, file]))
  const known = {
    family: families.map((r) => r.id),
    source: sources.map((r) => r.id),
    need: needs.map((r) => r.id),
    standard: standards.map((r) => r.id),
    intervention: interventions.map((r) => r.id),
    'context figure': contextFigures.map((r) => r.id)
  }
  const sets = Object.fromEntries(Object.entries(known).map(([kind, ids]) => [kind, new Set(ids)]))

  function mustExist(kind: keyof typeof known, id: string, file: string, record: string, where: string) {
    if (sets[kind]?.has(id)) return
    const near = nearest(id, known[kind])
    faults.push({
      file,
      record,
      message: `${where}: unknown ${kind} '${id}'${near.length > 0 ? `; did you mean '${near[0]}'?` : ''}`,
      at: pointerTo(where),
      other: id
    })
  }
  function mustCite(citations: CitationRecord[], file: string, record: string, where: string) {
    citations.forEach((citation, i) => mustExist('source', citation.source, file, record, `${where}[${i}]`))
  }

  for (const { file, id, record } of addedClaims) {
    mustExist('intervention', record.intervention, file, id, 'intervention')
    const { intervention, ...claim } = record
    interventionById.get(intervention)?.claims.push(claim)
  }
  for (const { file, id, record } of addedCosts) {
    mustExist('intervention', record.intervention, file, id, 'intervention')
    const { intervention, ...cost } = record
    interventionById.get(intervention)?.costs.push(cost)
  }

  for (const { file, id, record } of ages) {
    mustExist('intervention', record.intervention, file, id, 'intervention')
    mustCite(record.sources, file, id, 'sources')
    if (record.age.min > record.age.max) faults.push({ file, record: id, message: `an age runs from ${record.age.min} to ${record.age.max}` })
  }

  const names = new Map<string, string>()
  for (const { file, id, record } of families) {
    for (const name of new Set([record.name, ...record.aliases].map(nameKey))) {
      if (names.has(name)) faults.push({ file, record: id, message: `the name or alias '${name}' is already that of '${names.get(name)}'`, other: names.get(name)! })
      names.set(name, id)
    }
    if (sets['intervention']!.has(id)) faults.push({ file, record: id, message: 'a family cannot have the id of an intervention', other: id })
  }
  const claimIds = new Map<string, string>()
  const scheme = new Map(standards.map((s) => [s.id, new Set(s.record.levels.map((l) => l.value))]))

  for (const { file, id, record } of interventions) {
    for (const name of new Set([record.name, ...record.aliases].map(nameKey))) {
      const owner = names.get(name)
      if (owner !== undefined && owner !== id) {
        faults.push({ file, record: id, message: `the name or alias '${name}' is already that of '${owner}'`, other: owner })
      }
      names.set(name, id)
    }
    const keys = record.aliases.map(nameKey)
    if (new Set([nameKey(record.name), ...keys]).size !== keys.length + 1) {
      faults.push({ file, record: id, message: 'an alias stands twice, or repeats the name' })
    }
    if (record.family !== undefined) mustExist('family', record.family, file, id, 'family')
    record.needs.forEach((need) => mustExist('need', need, file, id, 'needs'))
    if (new Set(record.needs).size !== record.needs.length) faults.push({ file, record: id, message: 'a need stands twice', at: '/needs' })
    record.notToBeConfusedWith.forEach((other) => mustExist('intervention', other, file, id, 'notToBeConfusedWith'))
    mustCite(record.sources, file, id, 'sources')
    for (const key of ['caveats', 'takeUp', 'reportedResults', 'costs', 'disagreements'] as const) {
      record[key].forEach((part, i) => mustCite(part.sources, file, id, `${key}[${i}].sources`))
    }
    mustCite(record.availability.sources, file, id, 'availability.sources')
    if (record.role !== 'context' && record.claims.length === 0) {
      faults.push({ file, record: id, message: 'has no claim; say at least that it is not rated or not evaluated' })
    }
    const placeOf = (claim: ClaimRecord) => claimFiles.get(claim.id) ?? file
    const conditions = [
      ...record.conditions.map((c) => ({ at: 'conditions', place: file, c })),
      ...record.claims.flatMap((claim) => (claim.conditions ?? []).map((c) => ({ at: `claim ${claim.id}`, place: placeOf(claim), c })))
    ]
    for (const { at, place, c } of conditions) {
      if (c.key === null) continue
      if (c.key === 'childAge') {
        if (c.age === undefined) faults.push({ file: place, record: id, message: `${at}: a childAge condition needs 'age'` })
        continue
      }
      const allowed = CONTEXT_VALUES[c.key] as readonly unknown[]
      if (c.is === undefined) faults.push({ file: place, record: id, message: `${at}: a ${c.key} condition needs 'is'` })
      for (const value of c.is ?? []) {
        if (!allowed.includes(value)) {
          faults.push({ file: place, record: id, message: `${at}: ${c.key} cannot be '${String(value)}'; it is one of ${allowed.join(', ')}` })
        }
      }
    }
    for (const { age, place } of [{ age: record.age, place: file }, ...record.claims.map((claim) => ({ age: claim.age, place: placeOf(claim) })), ...conditions.map(({ c, place }) => ({ age: c.age, place }))]) {
      if (age && age.min > age.max) faults.push({ file: place, record: id, message: `an age runs from ${age.min} to ${age.max}` })
    }
    for (const claim of record.claims) {
      const place = placeOf(claim)
      const owner = claimIds.get(claim.id)
      if (owner !== undefined) faults.push({ file: place, record: id, message: `claim id '${claim.id}' is already used by '${owner}'`, other: owner })
      claimIds.set(claim.id, id)
      if (!record.needs.includes(claim.need)) {
        faults.push({ file: place, record: id, message: `claim ${claim.id}: need '${claim.need}' is not among the intervention's needs`, at: '/need', other: id })
      }
      mustCite(claim.sources, place, id, `claim ${claim.id} sources`)
      if (claim.nativeRating) {
        mustExist('standard', claim.nativeRating.scheme, place, id, `claim ${claim.id} nativeRating.scheme`)
        const levels = scheme.get(claim.nativeRating.scheme)
        if (levels && !levels.has(claim.nativeRating.value)) {
          faults.push({ file: place, record: id, message: `claim ${claim.id}: '${claim.nativeRating.value}' is not a level of ${claim.nativeRating.scheme}; it has ${[...levels].join(', ')}`, at: '/nativeRating/value', other: claim.nativeRating.scheme })
        }
      }
      if (claim.besideTheAim === true && claim.direction === 'harm') {
        faults.push({ file: place, record: id, message: `claim ${claim.id}: a finding of harm is never beside the aim`, at: '/besideTheAim' })
      }
      if (claim.status === 'rated' && claim.nativeRating === null) {
        faults.push({ file: place, record: id, message: `claim ${claim.id}: a rated claim needs its nativeRating`, at: '/nativeRating' })
      }
      if (claim.direction === 'unknown' && claim.strength !== 'none' && claim.strength !== null) {
        faults.push({ file: place, record: id, message: `claim ${claim.id}: an unknown direction cannot have strength '${claim.strength}'`, at: '/strength' })
      }
      const unproven: readonly string[] = ['not-evaluated', 'under-evaluation', 'result-not-seen']
      if (unproven.includes(claim.status) && claim.direction !== 'unknown') {
        faults.push({ file: place, record: id, message: `claim ${claim.id}: status '${claim.status}' goes with direction 'unknown'`, at: '/direction' })
      }
      const causal: readonly (string | null)[] = ['preliminary', 'moderate', 'evidence-based', 'strong']
      if (claim.studyDesign === 'qualitative' && causal.includes(claim.strength)) {
        faults.push({ file: place, record: id, message: `claim ${claim.id}: a qualitative finding supports no causal claim; its strength is at most 'limited'`, at: '/strength' })
      }
    }
  }
  for (const { file, id, record } of gaps) {
    record.needs.forEach((need) => mustExist('need', need, file, id, 'needs'))
    record.interventions.forEach((other) => mustExist('intervention', other, file, id, 'interventions'))
    record.answeredBy?.forEach((claim) => {
      if (!claimIds.has(claim)) faults.push({ file, record: id, message: `answeredBy: unknown claim '${claim}'`, at: '/answeredBy', other: claim })
    })
    mustCite(record.sources, file, id, 'sources')
    if (record.needs.length + record.interventions.length === 0 && record.decision === null) {
      faults.push({ file, record: id, message: 'nothing raises it: give needs, interventions or a decision' })
    }
  }
  for (const { file, id, record } of [...questions, ...standards]) mustCite(record.sources, file, id, 'sources')
  for (const { file, id, record } of contextFigures) {
    mustCite(record.sources, file, id, 'sources')
    record.disagreesWith.forEach((other) => mustExist('context figure', other, file, id, 'disagreesWith'))
    if (record.value === null && (record.low === null || record.high === null)) {
      faults.push({ file, record: id, message: 'needs a value, or both low and high' })
    }
  }
  if (faults.length > 0) throw new CatalogueError(faults)
  return {
    sources: sources.map((r) => r.record),
    needs: needs.map((r) => r.record),
    standards: standards.map((r) => r.record),
    families: families.map((r) => r.record),
    ages: ages.map((r) => r.record),
    interventions: interventions.map((r) => r.record),
    gaps: gaps.map((r) => r.record),
    questions: questions.map((r) => r.record),
    contextFigures: contextFigures.map((r) => r.record)
  }
}

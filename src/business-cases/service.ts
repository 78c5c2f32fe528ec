import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { AppraisalService } from '../appraisal/service.js'
import type { Areas } from '../areas/areas.js'
import { requireArea } from '../areas/service.js'
import type { CatalogueService } from '../catalogue/service.js'
import type { Database } from '../db/database.js'
import { DomainError, conflict, notFound, preconditionFailed, unprocessable, type ErrorItem } from '../errors.js'
import { cursorFor, paged, readCursor, readMomentAndId } from '../pages.js'
import type { NeedInput, ProfileInput } from '../recommendations/schemas.js'
import { actualContent, checkActual, saysTheSame, type ActualContent } from './actuals.js'
import { checkCase, type Links } from './check.js'
import { contentOf, preferredOf, summaryOf } from './content.js'
import { evidenceChanges, evidenceFor, type EvidenceRequest } from './evidence.js'
import { APPROVED_EXAMPLE_ID, EXAMPLE_ACTUAL, EXAMPLE_APPROVAL, EXAMPLE_AREA, EXAMPLE_CASE, EXAMPLE_CASE_ID, EXAMPLE_DECISION, EXAMPLE_ENTRY_ID, TO_DECIDE_EXAMPLE_ID } from './examples.js'
import * as queries from './queries.js'
import type { HeldCase, HeldVersion } from './queries.js'
import { realise, unreportedYears } from './realisation.js'
import { registerOf } from './register.js'
import type { Actual, ActualInput, BenefitsRegister, BusinessCase, BusinessCaseContent, BusinessCaseInput, BusinessCaseSummary, CaseAppraisal, CaseNotice, CaseVersion, Realisation, Transition, TransitionInput } from './schemas.js'
import { NEXT, canBecome, hasRegister, isEditable, missingFor } from './transitions.js'
import type { Basis, State } from './vocabulary.js'

interface PageQuery {
  limit?: number | undefined
  cursor?: string | undefined
}
interface Page<T> {
  items: T[]
  nextCursor: string | null
}

export interface BusinessCaseService {
  /** Keeps the examples, where they are not kept yet. */
  keepExamples(organisation: string): Promise<void>
  create(input: BusinessCaseInput, organisation: string): Promise<BusinessCase>
  find(id: string, organisation: string): Promise<BusinessCase>
  list(organisation: string, query: PageQuery & { area?: string | undefined; state?: State | undefined }): Promise<Page<BusinessCaseSummary>>
  /** Replaces a case that is still at one of these versions and may be changed. One that says the same already is left at its version. */
  replace(id: string, organisation: string, versions: readonly number[], input: BusinessCaseInput): Promise<BusinessCase>
  /** @param actor who is signed in */
  decide(id: string, organisation: string, versions: readonly number[], input: TransitionInput, actor: string): Promise<BusinessCase>
  versions(id: string, organisation: string, query: PageQuery): Promise<Page<CaseVersion>>
  findVersion(id: string, organisation: string, version: number): Promise<BusinessCase>
  appraisal(id: string, organisation: string, version?: number): Promise<CaseAppraisal>
  register(id: string, organisation: string): Promise<BenefitsRegister>
  /** Adds an entry. `made` is false where the entry that holds says just this already. */
  enter(id: string, organisation: string, input: ActualInput): Promise<{ entry: Actual; made: boolean }>
  actuals(id: string, organisation: string, query: PageQuery & { benefit?: string | undefined; period?: string | undefined }): Promise<Page<Actual>>
  findActual(id: string, organisation: string, entry: string): Promise<Actual>
  realisation(id: string, organisation: string): Promise<Realisation>
}

interface Parts {
  database: Database
  catalogue: CatalogueService
  areas: Areas
  appraisals: Pick<AppraisalService, 'check' | 'answer'>
  now?: () => Date
}

export function businessCaseService({ database, catalogue, areas, appraisals, now = () => new Date() }: Parts): BusinessCaseService {
  const db = database.kysely
  const today = () => now().toISOString().slice(0, 10)

  // ---- Writing ------------------------------------------------------------------------------

  /** @throws DomainError 422 with every fault */
  async function checked(input: BusinessCaseInput, organisation: string): Promise<BusinessCaseContent> {
    const links = await findLinks(input, organisation)
    const { faults, area } = checkCase(input, links, catalogue.current(), areas)
    const appraisal = input.economic?.appraisal
    if (appraisal != null) faults.push(...faultsOf(() => appraisals.check(appraisal, '/economic/appraisal')))
    if (faults.length > 0) {
      throw unprocessable(faults.length === 1 ? faults[0]!.message : `The business case has ${faults.length} faults; each stands in errors.`, {
        code: faults.length === 1 ? faults[0]!.code : 'invalid-business-case',
        errors: faults
      })
    }
    return contentOf(input, { area, catalogueVersion: input.catalogueVersion ?? links.recommendation?.catalogueVersion ?? null })
  }

  async function findLinks({ needsProfile, recommendation, variationOf }: BusinessCaseInput, organisation: string): Promise<Links> {
    const profile = needsProfile == null ? undefined : await queries.findNeedsProfileVersions(db, organisation, needsProfile.id, needsProfile.version)
    const varied = variationOf == null ? undefined : await queries.findCase(db, organisation, variationOf)
    return {
      needsProfile: profile && { current: profile.current, held: profile.document !== null },
      recommendation: recommendation == null ? undefined : await queries.findRecommendation(db, organisation, recommendation),
      catalogueVersions: await queries.findCatalogueVersions(db),
      variationOf: varied && { state: varied.state, approved: hasRegister(varied.state) }
    }
  }

  async function keep(id: string, input: BusinessCaseInput, organisation: string): Promise<BusinessCase> {
    const content = await checked(input, organisation)
    const at = now().toISOString()
    const made: HeldCase = { id, version: 1, createdAt: at, updatedAt: at, state: 'draft', content, submission: null }
    await db.transaction().execute((trx) => queries.insertCase(trx, organisation, made))
    return answerFor(made, organisation)
  }

  async function held(id: string, organisation: string): Promise<HeldCase> {
    const found = await queries.findCase(db, organisation, id)
    if (found === undefined) throw notFound(`There is no business case '${id}'.`)
    return found
  }

  const outdated = ({ version, updatedAt, state }: Pick<HeldCase, 'version' | 'updatedAt' | 'state'>) =>
    preconditionFailed(`It is at version ${version}, ${state}, changed at ${updatedAt}. Read it again, and send its ETag.`)

  /** What a decision stores beside the case itself. */
  interface Consequence {
    submission?: queries.Submission
    register?: BenefitsRegister
  }

  async function store(next: HeldCase, organisation: string, transition: Transition | null, { submission, register }: Consequence = {}): Promise<BusinessCase> {
    const stored = await db.transaction().execute(async (trx) => {
      // Before the case, which refers to it; it goes again with the transaction where the case has moved on.
      if (submission !== undefined) await queries.insertSubmission(trx, submission)
      if (!(await queries.replaceCase(trx, organisation, next, transition === null ? 'edited' : 'transition', transition))) throw new Outdated()
      if (register !== undefined) await queries.insertRegister(trx, register)
      return true
    }).catch((error: unknown) => {
      if (error instanceof Outdated) return false
      throw error
    })
    if (!stored) throw outdated(await held(next.id, organisation))
    return answerFor(next, organisation)
  }

  async function decide(id: string, organisation: string, versions: readonly number[], input: TransitionInput, actor: string): Promise<BusinessCase> {
    const current = await held(id, organisation)
    if (!versions.includes(current.version)) {
      // The same decision sent again, as after an answer that was lost: it has been taken (RFC 9110, 13.1.1).
      const last = (await queries.findVersion(db, id, current.version))?.transition
      if (last != null && versions.includes(current.version - 1) && isSameDecision(last, input)) return answerFor(current, organisation)
      throw outdated(current)
    }
    const { to, by, reason, effectiveOn = null, lessons = null } = input
    if (!canBecome(current.state, to)) throw illegal(current.state, to)
    const transitions = await queries.listTransitions(db, id)
    const submitted = transitions.findLast((one) => one.to === 'submitted')
    const submission = current.submission === null ? undefined : await queries.findSubmission(db, current.submission)
    const missing = missingFor(to, { state: current.state, content: current.content, evidence: submission?.evidence ?? null, submittedBy: submitted ?? null, unreported: await unreported(current) }, { ...input, actor })
    if (missing.length > 0) throw incomplete(to, missing)

    const at = now()
    const transition: Transition = { version: current.version + 1, at: at.toISOString(), from: current.state, to, by, actor, reason, effectiveOn, lessons }
    const next: HeldCase = { ...current, version: current.version + 1, updatedAt: transition.at, state: to }
    if (to === 'submitted') {
      const put = await putForward(current.content, organisation, at)
      return store({ ...next, submission: put.id }, organisation, transition, { submission: put })
    }
    if (to === 'approved') return store(next, organisation, transition, { register: registerOf(current.content, submission!.answer, { businessCase: id, approvedVersion: next.version, createdAt: transition.at }) })
    return store(next, organisation, transition)
  }

  /** The evidence and the appraisal of a case, as they are now. */
  async function putForward(content: BusinessCaseContent, organisation: string, at: Date): Promise<queries.Submission> {
    const request = await evidenceRequest(content, organisation)
    return { id: randomUUID(), at: at.toISOString(), request, evidence: evidenceFor(catalogue.view(), request, at), answer: await appraisals.answer(content.economic!.appraisal!, '/economic/appraisal', content.area) }
  }

  async function evidenceRequest(content: BusinessCaseContent, organisation: string): Promise<EvidenceRequest> {
    const option = preferredOf(content)!
    const { basis, profile } = await needsOf(content, organisation, option.intervention)
    return { basis, profile, option: option.id, doNothing: option.doNothing ?? false, intervention: option.intervention, needs: content.strategic?.needs ?? [] }
  }

  /** Whose needs the evidence is held against: the nearest to a decision that is linked. */
  async function needsOf({ recommendation, needsProfile, strategic }: BusinessCaseContent, organisation: string, intervention: string | null): Promise<{ basis: Basis; profile: EvidenceRequest['profile'] }> {
    if (recommendation !== null) {
      const record = await queries.findRecommendation(db, organisation, recommendation)
      return { basis: 'recommendation', profile: JSON.parse(record!.request) as EvidenceRequest['profile'] }
    }
    if (needsProfile !== null) {
      const saved = await queries.findNeedsProfileVersions(db, organisation, needsProfile.id, needsProfile.version)
      const profile = (saved?.document as { profile?: ProfileInput } | null)?.profile
      if (profile?.needs !== undefined) return { basis: 'needs-profile', profile: { ...profile, needs: profile.needs } }
    }
    const asNeeds = (codes: readonly string[]): NeedInput[] => codes.map((need) => ({ need }))
    if (strategic !== null && strategic.needs.length > 0) return { basis: 'needs', profile: { needs: asNeeds(strategic.needs) } }
    const entry = intervention === null ? undefined : catalogue.view().byId.get(intervention)
    return entry === undefined ? { basis: 'nothing', profile: null } : { basis: 'intervention', profile: { needs: asNeeds(entry.needs) } }
  }

  async function unreported({ id, state }: Pick<HeldCase, 'id' | 'state'>) {
    const register = state === 'in-delivery' ? await queries.findRegister(db, id) : undefined
    return register === undefined ? [] : unreportedYears(register, await queries.listActuals(db, id), today())
  }

  // ---- Reading ------------------------------------------------------------------------------

  async function answerFor(found: HeldCase, organisation: string, current: HeldCase = found): Promise<BusinessCase> {
    const { content, submission, ...stands } = found
    const transitions = (await queries.listTransitions(db, found.id)).filter(({ version }) => version <= found.version)
    const put = submission === null ? undefined : await queries.findEvidence(db, submission)
    const isCurrent = found.version === current.version
    const submittedBy = transitions.findLast((one) => one.to === 'submitted') ?? null
    const standing = { state: found.state, content, evidence: put?.evidence ?? null, submittedBy, unreported: isCurrent ? await unreported(found) : [] }
    return {
      ...stands,
      ...content,
      evidence: put?.evidence ?? null,
      transitions,
      next: isCurrent ? NEXT[found.state].map((to) => ({ to, missing: missingFor(to, standing) })) : [],
      notices: [...(isCurrent ? [] : [notCurrent(found.version, current)]), ...(await catalogueNotices(content, put)), ...(await profileNotices(content, organisation))]
    }
  }

  /** What has moved in the catalogue since the evidence was copied in or, before that, since the recommendation was made. */
  async function catalogueNotices(content: BusinessCaseContent, put: { request: EvidenceRequest; evidence: BusinessCase['evidence'] } | undefined): Promise<CaseNotice[]> {
    const from = put?.evidence?.catalogueVersion ?? content.catalogueVersion
    const to = catalogue.current().version
    if (from === null || from === to) return []
    if (put?.evidence == null) {
      return [{ code: 'catalogue-moved', from, to, changes: [], message: `It rests on version ${from} of the catalogue, which is at version ${to} by now. The evidence is copied in as it stands when the case is submitted; ask for a new recommendation to see what has moved.` }]
    }
    try {
      const changes = evidenceChanges(put.evidence, evidenceFor(catalogue.view(), put.request, now()))
      const what = changes.length === 0 ? 'Nothing that it says of this option for these needs has changed.' : 'What it says of this option has changed; the case still shows what was known when it was submitted.'
      return [{ code: 'catalogue-moved', from, to, changes, message: `The evidence is that of version ${from} of the catalogue, which is at version ${to} by now. ${what}` }]
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
      return [{ code: 'catalogue-moved', from, to, changes: [], message: `The evidence is that of version ${from} of the catalogue. Version ${to} does not know every code of the needs it was held against, so what has changed cannot be told: ${error.detail}` }]
    }
  }

  async function profileNotices({ needsProfile }: BusinessCaseContent, organisation: string): Promise<CaseNotice[]> {
    if (needsProfile === null) return []
    const saved = await queries.findNeedsProfileVersions(db, organisation, needsProfile.id, needsProfile.version)
    if (saved === undefined || saved.current === needsProfile.version) return []
    return [{ code: 'needs-profile-moved', from: needsProfile.version, to: saved.current, changes: [], message: `It answers version ${needsProfile.version} of the needs profile, which is at version ${saved.current} by now.` }]
  }

  async function heldVersion(id: string, organisation: string, version: number): Promise<{ asOf: HeldCase; current: HeldCase; row: HeldVersion }> {
    const current = await held(id, organisation)
    const row = await queries.findVersion(db, id, version)
    if (row === undefined) throw notFound(`The business case has no version ${version}; it is at ${current.version}.`, { code: 'no-such-version' })
    return { current, row, asOf: { ...current, version, updatedAt: row.at, state: row.state, content: row.content, submission: row.submission } }
  }

  async function requireRegister(id: string, organisation: string) {
    const current = await held(id, organisation)
    const register = await queries.findRegister(db, id)
    if (register === undefined) throw conflict(`It is ${current.state}: the benefits register is made when a case is approved.`, { code: 'no-register', title: 'There is no benefits register yet' })
    return { current, register }
  }

  /** A case that somebody else, starting at the same time, has put there already is left to them. */
  const unlessThere = (error: unknown) => {
    if ((error as { code?: string }).code !== UNIQUE_VIOLATION && !(error instanceof DomainError && [409, 412].includes(error.status))) throw error
  }

  async function enter(id: string, organisation: string, input: ActualInput, entryId: string): Promise<{ entry: Actual; made: boolean }> {
    const { register } = await requireRegister(id, organisation)
    const content = actualContent(input)
    const entries = await queries.listActuals(db, id)
    const holds = entries.find(({ benefit, period, correctedBy }) => benefit === content.benefit && period === content.period && correctedBy === null)
    if (holds !== undefined && saysTheSame(holds, content)) return { entry: asAnswered(holds), made: false }
    const faults = checkActual(content, register, today())
    const corrected = content.corrects === null ? undefined : entries.find((entry) => entry.id === content.corrects)
    faults.push(...correctionFaults(content, corrected))
    if (faults.length > 0) throw unprocessable(faults.length === 1 ? faults[0]!.message : `The entry has ${faults.length} faults; each stands in errors.`, { code: faults.length === 1 ? faults[0]!.code : 'invalid-entry', errors: faults })
    if (corrected !== undefined && corrected.correctedBy !== null) throw alreadyCorrected(holds!.id)
    if (corrected === undefined && holds !== undefined) throw alreadyEntered(holds.id)
    const entry = { id: entryId, recordedAt: now().toISOString(), ...content }
    try {
      await queries.insertActual(db, id, entry)
    } catch (error) {
      // Another entry for the same benefit and period was first.
      if ((error as { code?: string }).code !== UNIQUE_VIOLATION) throw error
      const now = (await queries.listActuals(db, id)).find(({ benefit, period, correctedBy }) => benefit === content.benefit && period === content.period && correctedBy === null)!
      throw content.corrects === null ? alreadyEntered(now.id) : alreadyCorrected(now.id)
    }
    return { entry: { ...entry, correctedBy: null }, made: true }
  }

  return {
    async keepExamples(organisation) {
      // Where no areas are held, as where only the contract is wanted, an example of a council would be refused.
      if (areas.find(EXAMPLE_AREA) === undefined) return
      for (const id of [EXAMPLE_CASE_ID, TO_DECIDE_EXAMPLE_ID, APPROVED_EXAMPLE_ID]) {
        if ((await queries.findCase(db, organisation, id)) === undefined) await keep(id, EXAMPLE_CASE, organisation).catch(unlessThere)
      }
      if ((await queries.findRegister(db, APPROVED_EXAMPLE_ID)) !== undefined) return
      await decide(APPROVED_EXAMPLE_ID, organisation, [1], EXAMPLE_DECISION, 'system').catch(unlessThere)
      await decide(APPROVED_EXAMPLE_ID, organisation, [2], EXAMPLE_APPROVAL, 'system').catch(unlessThere)
      await enter(APPROVED_EXAMPLE_ID, organisation, EXAMPLE_ACTUAL, EXAMPLE_ENTRY_ID).catch(unlessThere)
    },
    create: (input, organisation) => keep(randomUUID(), input, organisation),
    find: async (id, organisation) => answerFor(await held(id, organisation), organisation),
    async list(organisation, { limit = 50, cursor, area, state }) {
      const code = area === undefined ? undefined : requireArea(areas, area, { in: 'query', pointer: '/area' }).area.code
      const after = cursor === undefined ? null : readCursor(cursor, readMomentAndId)
      const rows = await queries.listCases(db, organisation, { limit: limit + 1, after, area: code, state })
      const items = rows.slice(0, limit).map(summaryOf)
      const last = items.at(-1)
      return { items, nextCursor: rows.length > limit ? cursorFor(`${last!.createdAt} ${last!.id}`) : null }
    },
    async replace(id, organisation, versions, input) {
      const current = await held(id, organisation)
      if (!versions.includes(current.version)) throw outdated(current)
      if (!isEditable(current.state)) throw notEditable(current)
      const content = await checked(input, organisation)
      if (content.variationOf === id) throw unprocessable('A case cannot be a variation of itself.', { code: 'itself', errors: [{ pointer: '/variationOf', in: 'body', code: 'itself', message: 'Name the approved case that this one is to change.' }] })
      if (isDeepStrictEqual(current.content, content)) return answerFor(current, organisation)
      return store({ ...current, version: current.version + 1, updatedAt: now().toISOString(), content, submission: null }, organisation, null)
    },
    decide,
    async versions(id, organisation, query) {
      await held(id, organisation)
      const rows = (await queries.listVersions(db, id)).reverse().map(({ version, at, change, state, transition }): CaseVersion => ({ version, at, change, state, transition }))
      return paged(rows, ({ version }) => String(1e9 - version), query)
    },
    async findVersion(id, organisation, version) {
      const { asOf, current } = await heldVersion(id, organisation, version)
      return answerFor(asOf, organisation, current)
    },
    async appraisal(id, organisation, version) {
      const asOf = version === undefined ? await held(id, organisation) : (await heldVersion(id, organisation, version)).asOf
      const { content, submission } = asOf
      const about = { businessCase: id, version: asOf.version, state: asOf.state, preferredOption: content.economic?.preferredOption ?? null }
      if (submission !== null) {
        const put = (await queries.findSubmission(db, submission))!
        return { ...about, basis: 'stored-at-submission', at: put.at, statement: `Computed when the case was submitted, by version ${put.answer.appraisal.modelVersion} of the model, and stored: it stays as it is when unit costs, deflators or the model move.`, ...put.answer }
      }
      const input = content.economic?.appraisal
      if (input == null) throw conflict('The economic case has no appraisal input: put it into economic.appraisal.', { code: 'no-appraisal', title: 'There is nothing to appraise yet' })
      const answer = await appraisals.answer(input, '/economic/appraisal', content.area)
      return { ...about, basis: 'computed-now', at: now().toISOString(), statement: 'Computed just now, and not stored: it moves with unit costs, deflators and the model until the case is submitted.', ...answer }
    },
    register: async (id, organisation) => (await requireRegister(id, organisation)).register,
    enter: (id, organisation, input) => enter(id, organisation, input, randomUUID()),
    async actuals(id, organisation, { benefit, period, ...query }) {
      await requireRegister(id, organisation)
      const entries = (await queries.listActuals(db, id)).filter((entry) => (benefit === undefined || entry.benefit === benefit) && (period === undefined || entry.period === period))
      const page = paged(entries, ({ position }) => String(position).padStart(16, '0'), query)
      return { ...page, items: page.items.map(asAnswered) }
    },
    async findActual(id, organisation, entry) {
      await requireRegister(id, organisation)
      const found = (await queries.listActuals(db, id)).find((one) => one.id === entry)
      if (found === undefined) throw notFound(`The business case has no entry '${entry}'.`)
      return asAnswered(found)
    },
    async realisation(id, organisation) {
      const { current, register } = await requireRegister(id, organisation)
      return realise(register, (await queries.listActuals(db, id)).map(asAnswered), current.state, today())
    }
  }
}

class Outdated extends Error {}

/** SQLSTATE. */
const UNIQUE_VIOLATION = '23505'

function asAnswered(stored: Actual & { position?: number }): Actual {
  const entry = { ...stored }
  delete entry.position
  return entry
}

const isSameDecision = (last: Transition, { to, by, reason, effectiveOn = null, lessons = null }: TransitionInput) =>
  last.to === to && last.by === by && last.reason === reason && last.effectiveOn === effectiveOn && last.lessons === lessons

/** The faults that a check throws. */
function faultsOf(check: () => void): ErrorItem[] {
  try {
    check()
    return []
  } catch (error) {
    if (!(error instanceof DomainError) || error.errors === undefined) throw error
    return error.errors
  }
}

const listed = (states: readonly State[]) => (states.length === 0 ? 'It can become nothing else.' : `It can become ${states.join(' or ')}.`)

const illegal = (from: State, to: State) =>
  conflict(`A case that is ${from} cannot become ${to}. ${listed(NEXT[from])}`, {
    code: 'illegal-transition',
    title: 'That decision is not possible now',
    errors: [{ pointer: '/to', in: 'body', code: 'illegal-transition', message: listed(NEXT[from]), suggestions: [...NEXT[from]] }]
  })

/** Pointers into the decision itself; all others are into the case. */
const OF_THE_DECISION = ['/by', '/effectiveOn', '/lessons']

function incomplete(to: State, missing: readonly { pointer: string; code: string; message: string }[]) {
  const errors = missing.map((item): ErrorItem => ({ ...item, in: OF_THE_DECISION.includes(item.pointer) ? 'body' : null }))
  if (missing.every(({ code }) => code === 'same-person')) return conflict(missing[0]!.message, { code: 'same-person', title: 'Somebody else has to approve it', errors })
  const wayOut = to === 'approved' && missing.some(({ pointer }) => pointer.startsWith('/management')) ? ' Return it, put in what is missing, and submit it again.' : ''
  return conflict(`It cannot become ${to} yet: ${missing.length === 1 ? 'one thing is' : `${missing.length} things are`} missing.${wayOut}`, { code: 'incomplete', title: 'Something is missing', errors })
}

const notEditable = ({ id, state }: Pick<HeldCase, 'id' | 'state'>) =>
  conflict(
    state === 'submitted'
      ? 'It is submitted: what is being decided on does not change. Return it (POST its transitions with to: returned), change it, and submit it again.'
      : `It is ${state}: what was approved does not change. For a variation, POST a new business case to /v1/business-cases with variationOf: ${id}.`,
    { code: 'not-editable', title: 'It cannot be changed in this state' }
  )

function correctionFaults({ corrects, benefit, period }: ActualContent, corrected: Actual | undefined): ErrorItem[] {
  if (corrects === null) return []
  const at = { pointer: '/corrects', in: 'body' as const }
  if (corrected === undefined) return [{ ...at, code: 'unknown-entry', message: `The business case has no entry '${corrects}'.` }]
  if (corrected.benefit === benefit && corrected.period === period) return []
  return [{ ...at, code: 'another-entry', message: `That entry is of '${corrected.benefit}' in ${corrected.period}; a correction is of the same benefit and period.` }]
}

const alreadyEntered = (id: string) =>
  conflict(`There is an entry for this benefit and period, ${id}. To correct it, send corrects: ${id}; it stays readable.`, {
    code: 'already-entered',
    title: 'There is an entry already',
    errors: [{ pointer: '/corrects', in: 'body', code: 'already-entered', message: 'Name the entry that holds, to correct it.', suggestions: [id] }]
  })

const alreadyCorrected = (id: string) =>
  conflict(`That entry was corrected already; the one that holds is ${id}. To correct that, send corrects: ${id}.`, {
    code: 'already-corrected',
    title: 'It was corrected already',
    errors: [{ pointer: '/corrects', in: 'body', code: 'already-corrected', message: 'Name the entry that holds.', suggestions: [id] }]
  })

const notCurrent = (version: number, current: Pick<HeldCase, 'version' | 'state'>): CaseNotice => ({
  code: 'not-current',
  from: version,
  to: current.version,
  changes: [],
  message: `This is version ${version}. The case is at version ${current.version}, ${current.state}.`
})

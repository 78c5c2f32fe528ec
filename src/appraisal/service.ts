import type { Areas } from '../areas/areas.js'
import type { Catalogue } from '../catalogue/catalogue.js'
import type { Claim } from '../catalogue/schemas.js'
import type { CatalogueService } from '../catalogue/service.js'
import { unprocessable, type ErrorItem } from '../errors.js'
import { nearest } from '../nearest.js'
import { suggestInterventions, suggestNeeds } from '../recommendations/profile.js'
import { appraise } from './appraise.js'
import { readAppraisalData, type AppraisalData } from './data-files.js'
import type { AppraisalAnswer, AppraisalInput, AppraisalWarning } from './schemas.js'
import { simulateInTurns } from './simulate.js'
import { unitCostUses, type UnitCostCheck } from './unit-costs.js'

export interface AppraisalService {
  data: AppraisalData
  /** @throws DomainError 422 that names every field at fault, under `at` */
  check(input: AppraisalInput, at?: string): void
  /**
   * Appraises and simulates, giving way to other requests meanwhile. Stores nothing.
   * @param area whose own unit costs count where the input names none
   */
  answer(input: AppraisalInput, at?: string, area?: string | null): Promise<AppraisalAnswer>
}

interface Deps {
  areas: Areas
  catalogue: CatalogueService
  data?: AppraisalData
  /** The guards of the unit cost database; without them, codes are taken as they come and the answer says so. */
  checkUnitCosts?: UnitCostCheck
  /** Told of every appraisal that was run, for whoever counts them. */
  onAppraised?: () => void
}

export function appraisalService({ areas, catalogue, data = readAppraisalData(), checkUnitCosts, onAppraised }: Deps): AppraisalService {
  /** Simulations wait for each other: each takes much memory, and none gets done sooner by sharing. */
  let last: Promise<unknown> = Promise.resolve()

  return {
    data,
    check(input, at = '') {
      checkNames(input, at, areas, catalogue.current())
      appraise(input, data, at)
    },
    async answer(input, at = '', area = null) {
      checkNames(input, at, areas, catalogue.current())
      const appraisal = appraise(input, data, at)
      appraisal.warnings.push(...(await unitCostWarnings(input, at, input.area ?? area)), ...claimWarnings(input, at, catalogue.current()))
      const turn = last.then(() => simulateInTurns(input, data, at))
      last = turn.catch(() => undefined)
      const simulation = await turn
      onAppraised?.()
      return { appraisal, simulation, simulationStatus: simulation !== null ? 'ok' : input.simulation === null ? 'not-asked' : 'no-ranges' }
    }
  }

  /** The one place where unit costs are checked. */
  async function unitCostWarnings(input: AppraisalInput, at: string, area: string | null): Promise<AppraisalWarning[]> {
    const uses = unitCostUses(input, at)
    if (checkUnitCosts !== undefined) {
      const warnings: AppraisalWarning[] = []
      for (const ofOption of uses) warnings.push(...(await checkUnitCosts(ofOption, area)))
      return warnings
    }
    const first = uses.flat()[0]
    return first === undefined
      ? []
      : [{ code: 'unit-cost-not-checked', severity: 'medium', pointer: first.pointer, message: 'Unit cost codes are repeated as they were sent: whether they exist, fit the unit, overlap or are out of date was not checked.', sources: [] }]
  }
}

/** Looking for near names costs time, so only the first faults get them. */
const MOST_SUGGESTED = 10
const MOST_FAULTS = 50

/** Checks every word that names something held elsewhere: the area, interventions, needs and claims. */
function checkNames(input: AppraisalInput, at: string, areas: Areas, catalogue: Catalogue) {
  const faults: ErrorItem[] = []
  const unknown = (pointer: string, code: string, message: (near: string) => string, suggest: () => string[]) => {
    const suggestions = faults.length < MOST_SUGGESTED ? suggest() : []
    faults.push({ pointer: at + pointer, code, message: message(suggestions.length === 0 ? '' : ` Did you mean ${suggestions.map((word) => `'${word}'`).join(' or ')}?`), in: 'body', suggestions })
  }
  const { area } = input
  if (area != null && areas.find(area) === undefined) unknown('/area', 'unknown-area', (near) => `'${clip(area)}' is not an area that is held.${near} GET /v1/areas lists them.`, () => areas.suggest(area))
  const claims = claimsOf(catalogue)
  input.options.forEach(({ intervention, benefits = [] }, i) => {
    if (intervention != null && !catalogue.interventionById.has(intervention)) {
      unknown(`/options/${i}/intervention`, 'unknown-intervention', (near) => `'${clip(intervention)}' is not an intervention id.${near} GET /v1/interventions?q= finds one by name.`, () => suggestInterventions(intervention, catalogue))
    }
    benefits.forEach(({ need, claimIds = [] }, j) => {
      const pointer = `/options/${i}/benefits/${j}`
      if (need != null && !catalogue.needByCode.has(need)) unknown(`${pointer}/need`, 'unknown-need', (near) => `'${clip(need)}' is not a need code.${near} GET /v1/needs lists them.`, () => suggestNeeds(need, catalogue))
      claimIds.forEach((claim, k) => {
        if (claims.has(claim)) return
        const own = intervention == null ? [] : (catalogue.interventionById.get(intervention)?.claims ?? []).map(({ id }) => id)
        unknown(`${pointer}/claimIds/${k}`, 'unknown-claim', (near) => `'${clip(claim)}' is not the id of a claim.${near} GET /v1/interventions/{id} lists those of an intervention.`, () => nearest(claim, own))
      })
    })
  })
  if (faults.length === 0) return
  throw unprocessable(faults.length === 1 ? faults[0]!.message : `The appraisal names ${faults.length} things that are not held; each stands in errors.`, {
    code: faults.length === 1 ? faults[0]!.code : 'invalid-appraisal',
    errors: faults.slice(0, MOST_FAULTS)
  })
}

/** A benefit must not borrow evidence of something else, nor rest on a finding that says otherwise. */
function claimWarnings({ options }: AppraisalInput, at: string, catalogue: Catalogue): AppraisalWarning[] {
  const held = claimsOf(catalogue)
  return options.flatMap(({ intervention, benefits = [] }, i) =>
    benefits.flatMap(({ name, claimIds: named = [], impact }, j) =>
      named.flatMap((id, k): AppraisalWarning[] => {
        const claim = held.get(id)!
        const about = (code: string, message: string): AppraisalWarning => ({ code, severity: 'high', pointer: `${at}/options/${i}/benefits/${j}/claimIds/${k}`, message: `'${name}': ${message}`, sources: claim.sources })
        return [
          ...(intervention != null && claim.intervention !== intervention ? [about('claim-of-another-intervention', `'${id}' is a finding about '${claim.intervention}', and the option rests on '${intervention}'. What one brings about says nothing of the other.`)] : []),
          ...(claim.direction !== 'positive' && (typeof impact === 'number' ? impact : impact.value) > 0 ? [about('claim-does-not-show-benefit', `the direction of '${id}' is ${claim.direction}, so it is no evidence for an impact above 0.`)] : [])
        ]
      })
    )
  )
}

const claimIds = new WeakMap<Catalogue, ReadonlyMap<string, Claim>>()

function claimsOf(catalogue: Catalogue): ReadonlyMap<string, Claim> {
  let ids = claimIds.get(catalogue)
  if (ids === undefined) claimIds.set(catalogue, (ids = new Map(catalogue.interventions.flatMap(({ claims }) => claims.map((claim) => [claim.id, claim] as const)))))
  return ids
}

const clip = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}…` : text)

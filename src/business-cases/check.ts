import type { Areas } from '../areas/areas.js'
import { requireCouncil } from '../areas/service.js'
import { findFamily, type Catalogue } from '../catalogue/catalogue.js'
import { DomainError, type ErrorItem } from '../errors.js'
import { nearest } from '../nearest.js'
import { suggestInterventions, suggestNeeds } from '../recommendations/profile.js'
import { readPeriod } from './periods.js'
import type { BusinessCaseInput } from './schemas.js'

/** What was found of the things that a case links to; undefined where there is no such thing. */
export interface Links {
  needsProfile: { current: number; held: boolean } | undefined
  recommendation: { catalogueVersion: number } | undefined
  catalogueVersions: readonly number[]
  variationOf: { state: string; approved: boolean } | undefined
}

const clip = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}…` : text)

/**
 * What a schema cannot see of a business case: links to what is not held, codes that are not known,
 * ids that stand twice, figures without a status.
 *
 * @returns every fault, and the council's code in force
 */
export function checkCase(input: BusinessCaseInput, links: Links, catalogue: Catalogue, areas: Areas): { faults: ErrorItem[]; area: string | null } {
  const faults: ErrorItem[] = []
  const fault = (pointer: string, code: string, message: string, suggestions: string[] = []) => faults.push({ pointer, in: 'body', code, message, suggestions })
  let area: string | null = null
  if (input.area != null) {
    try {
      area = requireCouncil(areas, input.area, { in: 'body', pointer: '/area' }).area.code
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
      faults.push(...(error.errors ?? []))
    }
  }
  const appraised = input.economic?.appraisal?.area
  const appraisedCode = appraised == null ? undefined : areas.find(appraised)?.area.code
  if (area !== null && appraisedCode !== undefined && appraisedCode !== area) {
    fault('/economic/appraisal/area', 'disagrees', `The case is about ${area}; its appraisal is about ${appraisedCode}, whose own unit costs would be counted. Leave the area of the appraisal out, and that of the case is taken.`, [area])
  }
  checkLinks(input, links, fault)
  checkStrategy(input.strategic, catalogue, fault)
  checkOptions(input.economic, catalogue, fault)
  input.financial?.funding?.forEach(({ year }, i) => {
    if (readPeriod(year) === undefined) fault(`/financial/funding/${i}/year`, 'unknown-year', `'${year}' is no financial year: write 2026/27.`)
  })
  checkBenefits(input.management, fault)
  return { faults, area }
}

type Fault = (pointer: string, code: string, message: string, suggestions?: string[]) => void

function checkLinks({ needsProfile, recommendation, catalogueVersion, variationOf }: BusinessCaseInput, links: Links, fault: Fault) {
  if (needsProfile != null) {
    if (links.needsProfile === undefined) fault('/needsProfile/id', 'unknown-needs-profile', `There is no needs profile '${needsProfile.id}'. GET /v1/needs-profiles lists them.`)
    else if (!links.needsProfile.held) fault('/needsProfile/version', 'unknown-version', `The needs profile has no version ${needsProfile.version}; it is at ${links.needsProfile.current}.`, [String(links.needsProfile.current)])
  }
  if (recommendation != null && links.recommendation === undefined) fault('/recommendation', 'unknown-recommendation', `There is no recommendation '${recommendation}'.`)
  if (catalogueVersion != null) {
    if (!links.catalogueVersions.includes(catalogueVersion)) fault('/catalogueVersion', 'unknown-version', `There is no version ${catalogueVersion} of the catalogue; the newest is ${links.catalogueVersions.at(-1)}.`, [String(links.catalogueVersions.at(-1))])
    else if (links.recommendation !== undefined && links.recommendation.catalogueVersion !== catalogueVersion) {
      fault('/catalogueVersion', 'disagrees', `The recommendation was made from version ${links.recommendation.catalogueVersion}. Leave catalogueVersion out, and that is taken.`, [String(links.recommendation.catalogueVersion)])
    }
  }
  if (variationOf != null) {
    if (links.variationOf === undefined) fault('/variationOf', 'unknown-business-case', `There is no business case '${variationOf}'.`)
    else if (!links.variationOf.approved) fault('/variationOf', 'not-approved', `It is ${links.variationOf.state} and was never approved, so there is nothing to vary: change the case itself.`)
  }
}

function checkStrategy(strategic: BusinessCaseInput['strategic'], catalogue: Catalogue, fault: Fault) {
  strategic?.needs?.forEach((need, i) => {
    if (!catalogue.needByCode.has(need)) fault(`/strategic/needs/${i}`, 'unknown-need', `'${clip(need)}' is not a need code. GET /v1/needs lists them.`, suggestNeeds(need, catalogue))
    else if (strategic.needs!.indexOf(need) < i) fault(`/strategic/needs/${i}`, 'duplicate-need', `'${need}' stands there already.`)
  })
}

function checkOptions(economic: BusinessCaseInput['economic'], catalogue: Catalogue, fault: Fault) {
  const options = economic?.options ?? []
  const ids = options.map(({ id }) => id)
  options.forEach(({ id, intervention }, i) => {
    if (ids.indexOf(id) < i) fault(`/economic/options/${i}/id`, 'duplicate-option', `'${id}' is the id of another option already.`)
    if (intervention == null || catalogue.interventionById.has(intervention)) return
    const family = findFamily(catalogue, intervention)
    const pointer = `/economic/options/${i}/intervention`
    if (family !== undefined) fault(pointer, 'choose-a-version', `'${clip(intervention)}' is a family of versions that are rated apart: choose one of ${family.versions.join(', ')}.`, family.versions)
    else fault(pointer, 'unknown-intervention', `'${clip(intervention)}' is not an intervention id. GET /v1/interventions?q= finds one by name.`, suggestInterventions(intervention, catalogue))
  })
  const preferred = economic?.preferredOption
  if (preferred != null && !ids.includes(preferred)) {
    fault('/economic/preferredOption', 'unknown-option', `There is no option '${preferred}'${ids.length === 0 ? '' : `; there is ${ids.map((id) => `'${id}'`).join(', ')}`}.`, nearest(preferred, ids))
  }
}

function checkBenefits(management: BusinessCaseInput['management'], fault: Fault) {
  const benefits = management?.benefits ?? []
  const ids = benefits.map(({ id }) => id)
  benefits.forEach(({ id, baseline, targets }, i) => {
    const pointer = `/management/benefits/${i}`
    if (ids.indexOf(id) < i) fault(`${pointer}/id`, 'duplicate-benefit', `'${id}' is the id of another benefit already.`)
    if (baseline != null && (baseline.status === 'ok') !== (baseline.value !== null)) fault(`${pointer}/baseline`, 'value-and-status', VALUE_AND_STATUS)
    targets?.forEach(({ period }, j) => {
      if (readPeriod(period) === undefined) fault(`${pointer}/targets/${j}/period`, 'unknown-period', `'${period}' is no financial year: write 2026/27, or 2026/27 Q1.`)
      else if (targets.findIndex((other) => other.period === period) < j) fault(`${pointer}/targets/${j}/period`, 'duplicate-period', `There is a target for ${period} already.`)
    })
  })
}

export const VALUE_AND_STATUS = 'A value has the status ok; null has the status that says why there is none, such as suppressed or unavailable.'

import type { Scope } from './vocabulary.js'

/**
 * What each operation needs: nothing ever (`health`), nothing unless OPEN_READS is false (`open`, then
 * `read`), or a scope. What computes and stores nothing needs `read`; what stores needs `write`; what
 * all councils then see needs `curate`. `open-own` is open too, and shows an organisation that says who it is
 * what it has put beside that. The app does not start with an operation that has no rule.
 */
export type Rule = 'health' | Open | Scope
type Open = 'open' | 'open-own'

/** Whether nobody has to say who they are, unless reading is closed. */
export const isOpen = (rule: Rule): rule is Open => rule === 'open' || rule === 'open-own'

export const RULES: Readonly<Record<string, Rule>> = {
  getHealth: 'health',
  getReadiness: 'health',
  getOpenApiDocument: 'open',
  getMetrics: 'admin',

  // The catalogue.
  listNeeds: 'open',
  listInterventions: 'open',
  getIntervention: 'open',
  getInterventionHistory: 'open',
  listEvidenceStandards: 'open',
  listEvidenceGaps: 'open',
  getEvidenceMap: 'open',
  listSources: 'open',
  getSource: 'open',
  listContextFigures: 'open',
  listQuestions: 'open',

  // Its versions. Who in an organisation made one is told to that organisation.
  createCatalogueVersion: 'curate',
  listCatalogueVersions: 'open-own',
  getCatalogueVersion: 'open-own',
  compareCatalogueVersions: 'open-own',
  getCatalogueRecord: 'open',
  listCatalogueConflicts: 'open',

  // Areas and what is published about them.
  listAreas: 'open',
  getArea: 'open',
  listAreaIndicators: 'open',
  getAreaNeedsProfile: 'open',
  listAreaBenchmarks: 'open',
  importStatistics: 'curate',

  // Recommendations.
  previewRecommendation: 'read',
  createRecommendation: 'write',
  getRecommendation: 'read',
  compareRecommendation: 'read',

  // Needs profiles.
  createNeedsProfile: 'write',
  listNeedsProfiles: 'read',
  getNeedsProfile: 'read',
  listNeedsProfileVersions: 'read',
  getNeedsProfileVersion: 'read',
  replaceNeedsProfile: 'write',

  // What things cost, and what options are worth.
  listUnitCosts: 'open-own',
  getUnitCost: 'open-own',
  listUnitCostEditions: 'open',
  loadUnitCostEdition: 'curate',
  putUnitCostLocalValue: 'write',
  createAppraisal: 'read',
  designEvaluation: 'read',

  // Business cases. To approve one takes `approve` too, which the decision itself looks for.
  createBusinessCase: 'write',
  listBusinessCases: 'read',
  getBusinessCase: 'read',
  replaceBusinessCase: 'write',
  listBusinessCaseVersions: 'read',
  getBusinessCaseVersion: 'read',
  decideOnBusinessCase: 'write',
  getBusinessCaseAppraisal: 'read',
  getBenefitsRegister: 'read',
  enterActual: 'write',
  listActuals: 'read',
  getActual: 'read',
  getRealisation: 'read',

  // Rows for BI.
  listRowDatasets: 'open',
  listInterventionsRows: 'open',
  listClaimsRows: 'open',
  listIndicatorsRows: 'open',
  listBenchmarksRows: 'open',
  listBusinessCasesRows: 'read',
  listCashFlowsRows: 'read',
  listRealisationRows: 'read',
  listRecommendationsRows: 'read',
  listGapWarningsRows: 'read',

  // The trail of changes.
  listAuditEntries: 'admin'
}

/** Addresses that are not documented: they lead to nothing of their own, or to the reference. Any other needs `admin`. */
const UNDOCUMENTED: Readonly<Record<string, Rule>> = { '/v1/rows/:dataset': 'read' }

/** @throws Error where a documented operation has no rule */
export function ruleOf(operationId: string | undefined, url: string): Rule {
  if (operationId === undefined) return url === '/docs' || url.startsWith('/docs/') ? 'open' : (UNDOCUMENTED[url] ?? 'admin')
  const rule = RULES[operationId]
  if (rule === undefined) throw new Error(`Nothing says who may call '${operationId}': give it a rule in src/access/rules.ts`)
  return rule
}

/** Whether an operation may change anything. */
export const writes = (rule: Rule, method: string) => rule !== 'health' && !isOpen(rule) && rule !== 'read' && method !== 'GET' && method !== 'HEAD'

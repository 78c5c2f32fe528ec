import type { Scope } from './vocabulary.js'

/**
 * What each operation needs: nothing ever (`health`), nothing unless OPEN_READS is false (`open`, then
 * `read`), or a scope. What computes and stores nothing needs `read`; what stores needs `write`; what
 * all councils then see needs `curate`. The app does not start with an operation that has no rule.
 */
export type Rule = 'health' | 'open' | Scope

export const RULES: Readonly<Record<string, Rule>> = {
  getHealth: 'health',
  getReadiness: 'health',
  getOpenApiDocument: 'open',

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
  replaceNeedsProfile: 'write',

  // Rows for BI.
  listRowDatasets: 'open',
  listInterventionsRows: 'open',
  listClaimsRows: 'open',
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
export const writes = (rule: Rule, method: string) => rule !== 'health' && rule !== 'open' && rule !== 'read' && method !== 'GET' && method !== 'HEAD'

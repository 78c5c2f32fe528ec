import type { EvaluationDesignInput } from './schemas.js'

/** Bodies that run as they stand. */
export const EXAMPLES: Record<string, { summary: string; value: EvaluationDesignInput }> = {
  'effect-of-a-sample': {
    summary: 'What 250 children could show of a score, drawn by lot one by one',
    value: { design: 'individual-trial', solveFor: 'effect', outcome: { label: 'difficulties score', kind: 'mean', unit: 'points', standardDeviation: 6 }, people: 250, attrition: 0.1 }
  },
  'sample-for-a-share': {
    summary: 'How many children it takes to see re-referrals fall from 20% to 15%',
    value: { design: 'individual-trial', solveFor: 'sample', outcome: { label: 're-referral within 12 months', kind: 'share', shareWithout: 0.2 }, shareWith: 0.15, attrition: 0.05 }
  },
  'teams-by-lot': {
    summary: 'What 20 teams with 15 children each could show',
    value: { design: 'cluster-trial', solveFor: 'effect', outcome: { label: 'difficulties score', kind: 'mean' }, clusters: 20, peoplePerCluster: 15, intraClusterCorrelation: 0.17 }
  },
  'teams-needed': {
    summary: 'How many teams of 30 children it takes to see a share fall',
    value: { design: 'cluster-trial', solveFor: 'sample', outcome: { label: 're-referral within 12 months', kind: 'share', shareWithout: 0.2 }, shareWith: 0.15, peoplePerCluster: 30, intraClusterCorrelation: 0.05 }
  },
  'before-and-after': {
    summary: 'The chance that a comparison of two areas, before and after, shows an effect',
    value: { design: 'before-and-after', solveFor: 'power', outcome: { label: 'difficulties score', kind: 'mean', unit: 'points', standardDeviation: 6 }, people: 300, effectInUnits: 2, correlationBeforeAfter: 0.6, attrition: 0.2 }
  }
}

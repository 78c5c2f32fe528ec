import type { ProfileInput } from './schemas.js'

/** The decision record that is made when a database is set up, so that reading one can be tried at once. */
export const EXAMPLE_ID = '00000000-0000-4000-8000-0000000000e1'

/** Profiles that run as they stand; the tests send each of them. */
export const EXAMPLE_PROFILES: ProfileInput[] = [
  {
    needs: [
      { need: 'physical-abuse', children: 120, priority: 1, childAge: { min: 5, max: 11 } },
      { need: 'neglect', children: 310 }
    ],
    currentProvision: [{ intervention: 'signs-of-safety', places: 400, annualCost: 120000 }],
    constraints: { annualBudget: 750000 }
  },
  {
    needs: [{ need: 'parental-substance-misuse', children: 200, context: { parentsMisusing: { '1': 0.6, '2': 0.3 }, couple: true } }]
  },
  {
    needs: [
      { need: 'domestic-abuse', children: 260, ageBands: [{ min: 0, max: 4, children: 90 }, { min: 5, max: 11, children: 120 }] },
      { need: 'domestic-abuse-perpetration' }
    ],
    context: { perpetratorInHome: false, pattern: 'temporary-crisis', stage: 's47-child-protection', goal: 'child-outcomes' },
    evidence: { asOf: '2018-12-31', sources: ['founding-documents'] }
  },
  { needs: [{ need: 'front-door-demand' }, { need: 'family-engagement' }], currentProvision: [{ intervention: 'mash' }], limit: 10 }
]

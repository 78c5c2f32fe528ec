import type { NeedsProfileInput } from './schemas.js'

/** The needs profile that is kept when a database is set up, so that reading and replacing one can be tried at once. */
export const EXAMPLE_PROFILE_ID = '00000000-0000-4000-8000-0000000000e2'

export const EXAMPLE_NEEDS_PROFILE: NeedsProfileInput = {
  title: 'Children at risk of physical abuse and neglect, 2026',
  profile: {
    needs: [
      { need: 'physical-abuse', children: 120, priority: 1, childAge: { min: 5, max: 11 } },
      { need: 'neglect', children: 310, priority: 2 }
    ],
    currentProvision: [{ intervention: 'signs-of-safety', places: 400, annualCost: 120000 }],
    constraints: { annualBudget: 750000 }
  },
  localPriorities: [{ text: 'Fewer children come back onto a plan within two years', need: 'neglect' }],
  consultation: [
    { group: 'children-and-families', how: 'Interviews by the participation team with 14 families', when: '2026-05-29', summary: 'Families want one worker who stays, and help before a crisis.' },
    { group: 'practitioners', how: 'Survey of social workers', when: '2026-06-12', summary: 'Work on neglect starts late and ends early.' }
  ],
  notes: 'For the commissioning board in September.'
}

/** A draft that starts from nothing. */
export const EMPTY_NEEDS_PROFILE: NeedsProfileInput = { title: 'Domestic abuse, to be worked out' }

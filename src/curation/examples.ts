import type { CatalogueChangeSet } from './schemas.js'

/** A correction that moves no rating: a name under which an entry is looked for. */
export const EXAMPLE_CHANGE_SET: CatalogueChangeSet = {
  basedOn: 1,
  reason: "Councils' registers write the name with its abbreviation behind it, and a look-up by that name found nothing.",
  sources: [{ source: 'eif-lga-overview-2017', section: '2. Innovative models and approaches to delivering a local child protection service' }],
  changes: [{ op: 'correct', kind: 'intervention', id: 'mash', fields: { aliases: ['MASH', 'multi-agency safeguarding hubs', 'Multi-Agency Safeguarding Hub (MASH)'] } }]
}

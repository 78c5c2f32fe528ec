import type { GapWarning } from '../recommendations/schemas.js'
import { joined, sourceIds, type Column } from './columns.js'
import { RECORD_COLUMNS, type Recorded } from './recommendation-columns.js'

interface Warned extends Recorded {
  warning: GapWarning
  position: number
}

export const warned = (recorded: Recorded): Warned[] => recorded.answer.gapWarnings.map((warning, i) => ({ ...recorded, warning, position: i + 1 }))

export const GAP_WARNING_COLUMNS: Column<Warned>[] = [
  ...RECORD_COLUMNS,
  { name: 'position', type: 'integer', nullable: false, description: 'Its place in the answer, 1 the first.', of: ({ position }) => position },
  { name: 'code', type: 'text', nullable: false, description: 'The kind of gap.', of: ({ warning }) => warning.code },
  { name: 'severity', type: 'text', nullable: false, description: '`high`, `medium` or `low`.', of: ({ warning }) => warning.severity },
  { name: 'basis', type: 'text', nullable: false, description: '`published`: a source states it. `derived`: it follows from the catalogue and the profile.', of: ({ warning }) => warning.basis },
  { name: 'need', type: 'text', nullable: true, description: 'The need it is about, where it is about one.', of: ({ warning }) => warning.need },
  { name: 'needs', type: 'text', nullable: true, description: "All the needs it is about, parted by '; '.", of: ({ warning }) => joined(warning.needs) },
  { name: 'interventionId', type: 'text', nullable: true, description: 'The intervention it is about, where it is about one.', of: ({ warning }) => warning.intervention },
  { name: 'interventionIds', type: 'text', nullable: true, description: "All the interventions it is about, parted by '; '.", of: ({ warning }) => joined(warning.interventions) },
  { name: 'message', type: 'text', nullable: false, description: 'What is missing.', of: ({ warning }) => warning.message },
  { name: 'suggestedAction', type: 'text', nullable: false, description: 'What to do about it.', of: ({ warning }) => warning.suggestedAction },
  { name: 'questions', type: 'text', nullable: true, description: "Questions to ask, parted by '; '.", of: ({ warning }) => joined(warning.questions) },
  { name: 'sourceIds', type: 'text', nullable: true, description: "The sources of the warning, parted by '; ': GET /v1/sources has them.", of: ({ warning }) => sourceIds(warning.sources) }
]

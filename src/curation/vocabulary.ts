/** What a catalogue consists of. An `age` is what sources give for an intervention, and has its id. */
export const RECORD_KINDS = ['source', 'need', 'standard', 'family', 'intervention', 'claim', 'age', 'gap', 'question', 'context-figure'] as const
export type RecordKind = (typeof RECORD_KINDS)[number]

export const OPERATIONS = ['add', 'correct', 'withdraw'] as const

/** `both-changed`: a curator and the shipped catalogue changed the same. `does-not-fit`: what is shipped cannot stand beside what a curator changed. */
export const CONFLICT_CODES = ['both-changed', 'does-not-fit'] as const
export type ConflictCode = (typeof CONFLICT_CODES)[number]

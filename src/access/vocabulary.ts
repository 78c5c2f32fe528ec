/** What a caller may do. None of them brings another with it. */
export const SCOPES = ['read', 'write', 'approve', 'curate', 'admin'] as const
export type Scope = (typeof SCOPES)[number]

export const AUDIT_ACTIONS = ['insert', 'update', 'delete'] as const

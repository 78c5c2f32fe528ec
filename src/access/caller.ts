import { LOCAL_ORGANISATION } from '../db/schema.js'
import { forbidden } from '../errors.js'
import { SCOPES, type Scope } from './vocabulary.js'

/** Who asks, and for which organisation. */
export interface Caller {
  organisation: string
  organisationName: string
  /** ONS code of the council; null for an organisation that is none. */
  areaCode: string | null
  /** As the trail of changes names it: `key:…`, `token:…` or `local`. */
  actor: string
  scopes: readonly Scope[]
}

/** Whoever asks, where no identity is configured and only this machine can. */
export const LOCAL_CALLER: Caller = { organisation: LOCAL_ORGANISATION, organisationName: 'Local organisation', areaCode: null, actor: 'local', scopes: SCOPES }

/** @throws DomainError 403 that names the scope */
export function requireScope({ scopes }: Pick<Caller, 'scopes'>, needed: Scope): void {
  if (scopes.includes(needed)) return
  const has = scopes.length === 0 ? 'none of the scopes of this service' : `the scope${scopes.length === 1 ? '' : 's'} ${scopes.join(', ')}`
  throw forbidden(`This needs the scope '${needed}'; you have ${has}.`, { code: 'insufficient-scope', headers: { 'www-authenticate': `Bearer realm="evident", error="insufficient_scope", scope="${needed}"` } })
}

import { LOCAL_ORGANISATION } from '../db/schema.js'
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

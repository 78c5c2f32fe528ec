import type { Database } from '../db/database.js'
import { forbidden, unauthenticated, unavailable } from '../errors.js'
import type { Log } from '../logging.js'
import { cursorFor, readCursor } from '../pages.js'
import type { ChainEntry } from './audit.js'
import { LOCAL_CALLER, requireScope, type Caller } from './caller.js'
import { idOf, isKey, isKeyOf } from './keys.js'
import { findKey, findOrganisation, hasKeys, listEntries, noteKeyUse, type OrganisationRow } from './queries.js'
import { isOpen, type Rule } from './rules.js'
import type { AuditEntry } from './schemas.js'
import { IssuerUnavailable, TokenRefused, tokenReader, type OidcConfig } from './tokens.js'

export interface AccessConfig {
  /** Keys or tokens are needed, also while no key is stored. */
  required: boolean
  /** Whether the catalogue, the statistics and the reference are to be read without a key. */
  openReads: boolean
  oidc: OidcConfig | null
}

export const OPEN_ACCESS: AccessConfig = { required: false, openReads: true, oidc: null }

export interface AccessService {
  /**
   * Who asks, where that is allowed; null where nobody says who they are and nobody needs to.
   * @throws DomainError 401 or 403; 503 where the issuer of a token cannot be asked
   */
  admit(rule: Rule, authorization: string | undefined): Promise<Caller | null>
  /** Whether nobody has to say who they are, as was found last. */
  isLocal: () => boolean
  /** The changes to what an organisation owns, the newest first. */
  entries(organisation: string, query: { limit?: number | undefined; cursor?: string | undefined; subject?: string | undefined; subjectId?: string | undefined }): Promise<{ items: AuditEntry[]; nextCursor: string | null }>
}

/** Whether callers can say who they are. Where they cannot, the service is for this machine alone. */
export async function isIdentityConfigured(database: Pick<Database, 'restricted'>, { required, oidc }: AccessConfig): Promise<boolean> {
  return required || oidc !== null || (await hasKeys(database.restricted().kysely))
}

/** While no key is stored, how often it is asked whether one is by now. */
const LOOK_AGAIN_MS = 5_000
const USE_NOTED_MS = 60_000

const HOW = "Send an API key with every request, 'Authorization: Bearer evk_…', or an access token of your council's identity provider. Whoever runs this service makes keys with `npm run admin -- create-key`."

const refused = (detail: string) => unauthenticated(detail, { code: 'invalid-credentials', headers: { 'www-authenticate': 'Bearer realm="evident", error="invalid_token"' } })

/** An entry may hold two documents of a mebibyte each: two hundred of them would be more than a text can hold. */
const MOST_PAGE_BYTES = 8 * 1024 * 1024

interface Parts {
  database: Database
  config: AccessConfig
  log?: Pick<Log, 'warn'>
  now?: () => Date
  readToken?: ReturnType<typeof tokenReader>
  /** What the documents of a page of the trail may hold together. */
  pageBytes?: number
}

/** @param database as requests are served from it */
export async function accessService({ database, config, log, now = () => new Date(), readToken, pageBytes = MOST_PAGE_BYTES }: Parts): Promise<AccessService> {
  const db = database.kysely
  const read = config.oidc === null ? undefined : (readToken ?? tokenReader(config.oidc))
  let local = !(await isIdentityConfigured(database, config))
  let lookedAt = now().getTime()

  /** The first key ends the time in which nobody had to say who they are. */
  async function findLocal(): Promise<boolean> {
    if (local && now().getTime() - lookedAt >= LOOK_AGAIN_MS) {
      lookedAt = now().getTime()
      // While the database cannot be asked, what it holds cannot be had either; the catalogue in memory stays to be read.
      local = await hasKeys(db).then((held) => !held, (error: unknown) => (log?.warn({ err: error }, 'whether there are keys could not be looked up'), local))
    }
    return local
  }

  async function byKey(token: string): Promise<Caller> {
    const id = idOf(token)
    const held = id === undefined ? undefined : await findKey(db, id)
    // Whether there is a key of that id is told to nobody who does not have it.
    if (id === undefined || held === undefined || !isKeyOf(token, held.hash)) throw refused('This API key is not known. Check that it was copied whole; if it is lost, have another made.')
    if (held.revoked_at !== null) throw refused(`This API key, '${held.name}', was revoked at ${held.revoked_at.toISOString()}.`)
    if (held.expires_at <= now()) throw refused(`This API key, '${held.name}', expired at ${held.expires_at.toISOString()}. Have it rotated.`)
    if (held.last_used_at === null || now().getTime() - held.last_used_at.getTime() > USE_NOTED_MS) {
      noteKeyUse(db, id).catch((error: unknown) => log?.warn({ err: error }, 'the use of a key could not be noted'))
    }
    return callerOf(held, `key:${id}`, held.scopes)
  }

  async function byToken(token: string): Promise<Caller> {
    if (read === undefined) throw refused('This is no API key of this service (evk_…), and access tokens are not accepted here: no issuer is configured.')
    const content = await read(token).catch((error: unknown) => {
      if (error instanceof TokenRefused) throw refused(error.message)
      if (!(error instanceof IssuerUnavailable)) throw error
      log?.warn({ err: error }, 'the issuer of access tokens cannot be reached')
      throw unavailable("The issuer of access tokens cannot be reached, so this one cannot be checked. The token may be right; try again shortly, or use an API key.", { code: 'issuer-unavailable', headers: { 'retry-after': '10' } })
    })
    const claim = config.oidc!.organisationClaim
    if (content.organisation === null) throw forbidden(`The access token does not say for which organisation it is: its claim '${claim}' must hold the ONS code of the council, or the id of the organisation.`, { code: 'no-organisation' })
    const held = await findOrganisation(db, content.organisation)
    if (held === undefined) throw forbidden(`The organisation that the claim '${claim}' of the access token names is not known here. Whoever runs this service adds it with \`npm run admin -- create-organisation\`.`, { code: 'unknown-organisation' })
    return callerOf(held, `token:${content.subject}`, content.scopes)
  }

  function callerOf({ organisation_id, organisation, area_code, ended_at }: OrganisationRow, actor: string, scopes: Caller['scopes']): Caller {
    if (ended_at !== null && ended_at <= now()) throw forbidden(`${organisation} ended its use of this service at ${ended_at.toISOString()}.`, { code: 'organisation-ended' })
    return { organisation: organisation_id, organisationName: organisation, areaCode: area_code, actor, scopes }
  }

  async function identify(authorization: string | undefined): Promise<Caller | null> {
    if (authorization === undefined || authorization.trim() === '') return (await findLocal()) ? LOCAL_CALLER : null
    const token = /^bearer +(\S+)$/i.exec(authorization.trim())?.[1]
    if (token === undefined) throw refused("The header Authorization must be 'Bearer', a space, and an API key or an access token.")
    return isKey(token) ? byKey(token) : byToken(token)
  }

  return {
    async admit(rule, authorization) {
      if (rule === 'health') return null
      const caller = await identify(authorization)
      const needed = !isOpen(rule) ? rule : config.openReads ? null : 'read'
      if (needed === null) return caller
      if (caller === null) throw unauthenticated(HOW, { headers: { 'www-authenticate': 'Bearer realm="evident"' } })
      requireScope(caller, needed)
      return caller
    },
    isLocal: () => local,
    async entries(organisation, { limit = 50, cursor, subject, subjectId }) {
      const before = cursor === undefined ? null : readCursor(cursor, readSequence)
      const { entries, more } = await listEntries(db, organisation, { limit, before, subject, subjectId }, pageBytes)
      const items = entries.map(entryOf)
      return { items, nextCursor: more ? cursorFor(String(items.at(-1)!.sequence)) : null }
    }
  }
}

const readSequence = (key: string) => (/^[1-9]\d{0,14}$/.test(key) ? Number(key) : undefined)

const entryOf = ({ sequence, at, actor, requestId, action, subject, subjectId, before, after, previousHash, hash }: ChainEntry): AuditEntry => ({
  sequence,
  at,
  actor,
  requestId: requestId === '' ? null : requestId,
  action: action as AuditEntry['action'],
  subject,
  subjectId,
  before: documentOf(before),
  after: documentOf(after),
  previousHash,
  hash
})

const documentOf = (text: string | null) => (text === null ? null : (JSON.parse(text) as Record<string, unknown>))

import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose'
import { SCOPES, type Scope } from './vocabulary.js'

/** How the tokens of an identity provider (OpenID Connect) are checked and read. */
export interface OidcConfig {
  issuer: string
  audience: string
  /** Null: found by discovery at the issuer. */
  jwksUri: string | null
  /** The claim that holds the council's ONS code, or the id of the organisation. */
  organisationClaim: string
  /** The claim that holds the scopes: words parted by spaces, or a list. */
  scopesClaim: string
}

export interface TokenContent {
  subject: string
  /** What the organisation's claim says; null where it says nothing. */
  organisation: string | null
  scopes: Scope[]
}

/** The token is at fault: whoever sent it must get another. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused'
}

/** The issuer cannot be asked for its keys: nothing is known of the token. */
export class IssuerUnavailable extends Error {
  override readonly name = 'IssuerUnavailable'
}

/** Signatures by a key pair alone. With `none` anybody could sign, and with HS256 anybody who has the issuer's public key. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']
const TIMEOUT_MS = 5_000
const CLOCK_TOLERANCE_S = 30
/** A key that is not known is asked for at most this often, so that made-up key ids cannot set us on the issuer. */
const COOLDOWN_MS = 30_000
const KEYS_KEPT_MS = 600_000

const TOKEN_FAULTS = [
  errors.JWTExpired,
  errors.JWTClaimValidationFailed,
  errors.JWTInvalid,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys
]

/**
 * @param options.cooldownMs how long a key that is not known is not asked for again
 * @returns a function that checks a token
 * @throws TokenRefused, IssuerUnavailable
 */
export function tokenReader(config: OidcConfig, options: { cooldownMs?: number; keysKeptMs?: number } = {}): (token: string) => Promise<TokenContent> {
  let keys: Promise<JWTVerifyGetKey> | undefined

  /** Found once; asked again after a failure. */
  function keySet(): Promise<JWTVerifyGetKey> {
    keys ??= (async () => {
      const address = config.jwksUri ?? (await discoverKeys(config.issuer))
      return createRemoteJWKSet(new URL(address), { timeoutDuration: TIMEOUT_MS, cooldownDuration: options.cooldownMs ?? COOLDOWN_MS, cacheMaxAge: options.keysKeptMs ?? KEYS_KEPT_MS })
    })().catch((error: unknown) => {
      keys = undefined
      throw error
    })
    return keys
  }

  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, async (header, input) => (await keySet())(header, input), {
        issuer: config.issuer,
        audience: config.audience,
        algorithms: ALGORITHMS,
        requiredClaims: ['exp', 'sub'],
        clockTolerance: CLOCK_TOLERANCE_S
      })
      return contentOf(payload, config)
    } catch (error) {
      if (error instanceof TokenRefused) throw error
      if (TOKEN_FAULTS.some((fault) => error instanceof fault)) throw new TokenRefused(tellFault(error as errors.JOSEError))
      throw new IssuerUnavailable(`The keys of ${config.issuer} cannot be had: ${(error as Error).message}`)
    }
  }
}

/** OpenID Connect Discovery 1.0, section 4. */
async function discoverKeys(issuer: string): Promise<string> {
  const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error', headers: { accept: 'application/json' } })
  if (!response.ok) throw new Error(`discovery answered ${response.status}`)
  const document = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown } | null
  if (document?.issuer !== issuer) throw new Error('discovery names another issuer')
  if (typeof document.jwks_uri !== 'string' || !isSafeAddress(document.jwks_uri)) throw new Error('discovery names no jwks_uri that is https')
  return document.jwks_uri
}

/** Keys fetched over plain HTTP could be anybody's, but for those of this very machine. */
export function isSafeAddress(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, hostname } = new URL(address)
  return protocol === 'https:' || (protocol === 'http:' && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname))
}

/** What is wrong with a token, without repeating any of it. */
function tellFault(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return 'The access token has expired: get another.'
  if (error instanceof errors.JWTClaimValidationFailed) {
    const { claim, reason } = error
    if (claim === 'nbf') return 'The access token is not valid yet.'
    if (claim === 'iss') return 'The access token is from another issuer.'
    if (claim === 'aud') return 'The access token is meant for another service (audience).'
    return reason === 'missing' ? `The access token has no claim '${claim}'.` : `The claim '${claim}' of the access token does not hold.`
  }
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported) return 'The access token is signed in a way that is not accepted.'
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) return 'The access token is signed with a key that its issuer does not have.'
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'The signature of the access token is wrong.'
  return 'The bearer token is neither an API key of this service (evk_…) nor an access token that can be read.'
}

/** Characters that neither a name nor a setting of the database should hold. */
// eslint-disable-next-line no-control-regex
const UNPRINTABLE = /[\u0000-\u001f\u007f]/

function contentOf(payload: JWTPayload, { organisationClaim, scopesClaim }: OidcConfig): TokenContent {
  const { sub } = payload
  if (typeof sub !== 'string' || sub === '' || sub.length > 200 || UNPRINTABLE.test(sub)) throw new TokenRefused("The claim 'sub' of the access token cannot be used.")
  const organisation = claimOf(payload, organisationClaim)
  return { subject: sub, organisation: typeof organisation === 'string' && organisation !== '' && !UNPRINTABLE.test(organisation) ? organisation.slice(0, 100) : null, scopes: scopesOf(claimOf(payload, scopesClaim)) }
}

/** A claim by its name, which may itself hold dots; or within others, its path parted by dots. */
export function claimOf(payload: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(payload, name)) return payload[name]
  return name.split('.').reduce<unknown>((part, key) => (typeof part === 'object' && part !== null && Object.hasOwn(part, key) ? (part as Record<string, unknown>)[key] : undefined), payload)
}

/** `evident:read` or `evident.read`, and so on. A bare word such as `admin` may be another system's, so it gives nothing. */
export function scopesOf(value: unknown): Scope[] {
  const words = typeof value === 'string' ? value.split(/\s+/) : Array.isArray(value) ? value : []
  return SCOPES.filter((scope) => words.includes(`evident:${scope}`) || words.includes(`evident.${scope}`))
}

import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SignJWT, exportJWK, generateKeyPair, type CryptoKey, type JWK, type JWTPayload } from 'jose'
import type { Test } from 'tap'

interface Pair {
  kid: string
  privateKey: CryptoKey
  publicJwk: JWK
}

export async function newPair(kid: string, algorithm = 'ES256'): Promise<Pair> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm)
  return { kid, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' } }
}

/** A small identity provider on this machine, with real keys and real HTTP. */
export interface Issuer {
  issuer: string
  /** What it gives as its keys. */
  keys: JWK[]
  /** How often its keys were asked for. */
  asked: number
  /** What discovery says, where it is not the truth. */
  discovery?: Record<string, unknown>
  /** Answers every request with this status, where set. */
  broken?: number
  sign: (claims: JWTPayload, pair: Pair, times?: { expires?: number; notBefore?: number }) => Promise<string>
  stop: () => Promise<void>
}

export async function startIssuer(t: Pick<Test, 'teardown'>): Promise<Issuer> {
  const server: Server = createServer((request, response) => {
    const give = (status: number, body: unknown) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (held.broken !== undefined) return give(held.broken, {})
    if (request.url === '/.well-known/openid-configuration') return give(200, held.discovery ?? { issuer: held.issuer, jwks_uri: `${held.issuer}/keys` })
    if (request.url !== '/keys') return give(404, {})
    held.asked += 1
    return give(200, { keys: held.keys })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const held: Issuer = {
    issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    keys: [],
    asked: 0,
    sign: (claims, { kid, privateKey, publicJwk }, { expires = 300, notBefore } = {}) => {
      const now = Math.floor(Date.now() / 1000)
      const token = new SignJWT({ iss: held.issuer, aud: 'evident', sub: 'person-1', organisation: 'E08000035', scope: 'openid evident:read', ...claims })
        .setProtectedHeader({ alg: publicJwk.alg!, kid })
        .setIssuedAt(now)
        .setExpirationTime(now + expires)
      if (notBefore !== undefined) token.setNotBefore(now + notBefore)
      return token.sign(privateKey)
    },
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    }
  }
  t.teardown(() => server.listening && held.stop())
  return held
}

import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import { adminService } from '../../src/access/admin.js'
import type { AccessConfig } from '../../src/access/service.js'
import { OPEN_ACCESS } from '../../src/access/service.js'
import { SCOPES, type Scope } from '../../src/access/vocabulary.js'
import type { Database } from '../../src/db/database.js'
import { DEFAULT_LIMITS } from '../../src/limits/limits.js'
import { testApp, testDatabase } from './app.js'

/** A test asks more in a minute than a council does. */
export const ROOMY = { ...DEFAULT_LIMITS, requestsPerMinute: 1_000_000, refusalsPerMinute: 1_000_000 }

export interface Council {
  id: string
  name: string
  /** A key that may do everything. */
  key: string
  /** A key that has one scope alone. */
  only: Record<Scope, string>
}

export const bearer = (key: string) => ({ authorization: `Bearer ${key}` })

export const LEEDS = 'E08000035'
export const NORFOLK = 'E10000020'

/** A council with keys. */
export async function councilWithKeys(database: Database, areaCode: string): Promise<Council> {
  const admin = adminService({ database })
  const { id, name } = await admin.createOrganisation({ areaCode })
  const make = async (scopes: readonly Scope[], called: string) => (await admin.createKey({ organisation: id, name: called, scopes })).key
  const only = {} as Record<Scope, string>
  for (const scope of SCOPES) only[scope] = await make([scope], `${scope} alone`)
  return { id, name, key: await make(SCOPES, 'everything'), only }
}

export interface TwoCouncils {
  app: FastifyInstance
  database: Database
  leeds: Council
  norfolk: Council
}

/** The whole app for two councils that have keys, and so for nobody without one. */
export async function twoCouncils(t: Pick<Test, 'teardown'>, access: Partial<AccessConfig> = {}, database?: Database): Promise<TwoCouncils> {
  const held = database ?? (await testDatabase(t))
  const leeds = await councilWithKeys(held, LEEDS)
  const norfolk = await councilWithKeys(held, NORFOLK)
  const app = await testApp(t, { database: held, config: { logLevel: 'silent', access: { ...OPEN_ACCESS, ...access }, limits: ROOMY } })
  return { app, database: held, leeds, norfolk }
}

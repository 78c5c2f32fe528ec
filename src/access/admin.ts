import { randomUUID } from 'node:crypto'
import { openAreas } from '../areas/service.js'
import type { Database } from '../db/database.js'
import { LOCAL_ORGANISATION } from '../db/schema.js'
import { faultOf, type Link } from './audit.js'
import { newKey, type NewKey } from './keys.js'
import { expireKey, findKeyToChange, findOrganisationRow, insertKey, insertOrganisation, listChain, listKeyRows, listOrganisationRows, listTrails, revokeKeyRow, revokeKeysOf, setEnded, type KeyListing, type OrganisationListing } from './queries.js'
import { SCOPES, type Scope } from './vocabulary.js'

/** What cannot be done as it was asked, and what to ask instead. */
export class AdminError extends Error {
  override readonly name = 'AdminError'
}

const DAY_MS = 86_400_000

/** What the admin commands do, as the owner of the database. */
export function adminService({ database, now = () => new Date() }: { database: Database; now?: () => Date }) {
  const db = database.kysely

  async function organisation(word: string): Promise<OrganisationListing> {
    const found = await findOrganisationRow(db, word)
    if (found === undefined) throw new AdminError(`No organisation has the id or the area code '${word}'. list-organisations shows them.`)
    return found
  }

  async function key(id: string) {
    const wanted = /^(?:evk_)?([0-9a-f]{16})(?:_|$)/.exec(id)?.[1]
    const found = wanted === undefined ? undefined : await findKeyToChange(db, wanted)
    if (found === undefined) throw new AdminError(`There is no key '${wanted ?? id.slice(0, 20)}'. list-keys shows the ids.`)
    return found
  }

  function expiry(at: Date): Date {
    if (at <= now()) throw new AdminError(`The key would have expired already, at ${at.toISOString()}. Choose a later day.`)
    if (at.getTime() - now().getTime() > 3 * 366 * DAY_MS) throw new AdminError('A key may last three years at most: rotate it, and it goes on.')
    return at
  }

  return {
    /** @param given.areaCode ONS code of a council; left out for an organisation that is none */
    async createOrganisation(given: { name?: string | undefined; areaCode?: string | undefined }): Promise<OrganisationListing> {
      let { name, areaCode } = given
      if (areaCode !== undefined) {
        const areas = await openAreas(database)
        const area = areas.find(areaCode)?.area
        const near = areas.suggest(areaCode).map((code) => `${code} (${areas.byCode.get(code)!.name})`)
        if (area === undefined) throw new AdminError(`'${areaCode}' is not an area that is held${near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`}`)
        if (area.level !== 'council') throw new AdminError(`${area.name} is a ${area.level}, and an organisation is a council: leave --area out for one that is none.`)
        if (area.ended !== null) throw new AdminError(`${area.name} ended on ${area.ended}; its place was taken by ${area.replacedBy.join(' and ')}.`)
        const held = await findOrganisationRow(db, area.code)
        if (held !== undefined) throw new AdminError(`${area.name} is held already: '${held.name}', ${held.id}.`)
        areaCode = area.code
        name ??= area.name
      }
      if (name === undefined || name.trim() === '' || name.length > 200) throw new AdminError('An organisation needs a name of at most 200 characters (--name), or the area code of its council (--area).')
      return insertOrganisation(db, { id: randomUUID(), name: name.trim(), areaCode: areaCode ?? null })
    },
    organisations: () => listOrganisationRows(db),
    /** Nobody gets in for it any more, by key or by token, from the next request on. Its keys are revoked; what it owns is kept. */
    async endOrganisation(word: string): Promise<OrganisationListing & { endedAt: Date; revoked: number }> {
      const held = await organisation(word)
      if (held.id === LOCAL_ORGANISATION) throw new AdminError('The local organisation is whoever asks while nobody has to sign in: it ends with the first key, or with AUTH_REQUIRED=true.')
      if (held.endedAt !== null) throw new AdminError(`${held.name} ended its use of this service already, at ${held.endedAt.toISOString()}.`)
      const endedAt = now()
      const revoked = await db.transaction().execute(async (trx) => {
        await setEnded(trx, held.id, endedAt)
        return revokeKeysOf(trx, held.id, endedAt)
      })
      return { ...held, endedAt, revoked }
    },
    /** Undoes the end of an organisation. Its keys stay revoked. */
    async resumeOrganisation(word: string): Promise<OrganisationListing> {
      const held = await organisation(word)
      if (held.endedAt === null) throw new AdminError(`${held.name} has not ended its use of this service.`)
      await setEnded(db, held.id, null)
      return { ...held, endedAt: null }
    },
    /** @returns the key itself, which is kept nowhere */
    async createKey(given: { organisation: string; name: string; scopes: readonly string[]; expires?: Date | undefined }): Promise<NewKey & { organisation: OrganisationListing; scopes: Scope[]; expiresAt: Date }> {
      const unknown = given.scopes.filter((scope) => !(SCOPES as readonly string[]).includes(scope))
      if (unknown.length > 0 || given.scopes.length === 0) throw new AdminError(`${unknown.length > 0 ? `'${unknown.join("', '")}' is no scope.` : 'A key needs a scope.'} The scopes are ${SCOPES.join(', ')}; none brings another with it.`)
      if (given.name.trim() === '' || given.name.length > 100) throw new AdminError('A key needs a name of at most 100 characters that says what it is for (--name).')
      const owner = await organisation(given.organisation)
      if (owner.endedAt !== null) throw new AdminError(`${owner.name} ended its use of this service at ${owner.endedAt.toISOString()}.`)
      const made = newKey()
      const scopes = SCOPES.filter((scope) => given.scopes.includes(scope))
      const expiresAt = expiry(given.expires ?? new Date(now().getTime() + 365 * DAY_MS))
      await insertKey(db, { id: made.id, organisation: owner.id, name: given.name.trim(), hash: made.hash, scopes, expiresAt })
      return { ...made, organisation: owner, scopes, expiresAt }
    },
    keys: async (word?: string): Promise<KeyListing[]> => listKeyRows(db, word === undefined ? null : (await organisation(word)).id),
    /**
     * A new key with the name and scopes of an old one, which stays valid for a while.
     * @param given.overlapDays how long the old one goes on; 0 ends it now
     */
    async rotateKey(id: string, given: { overlapDays?: number | undefined; expires?: Date | undefined } = {}): Promise<NewKey & { old: string; oldUntil: Date; expiresAt: Date }> {
      const old = await key(id)
      if (old.revokedAt !== null) throw new AdminError(`The key ${old.id} was revoked at ${old.revokedAt.toISOString()}: a key that was revoked is not rotated; create another.`)
      if (old.replacedBy !== null) throw new AdminError(`The key ${old.id} was rotated already, to ${old.replacedBy}: rotate that one.`)
      const overlap = given.overlapDays ?? 7
      if (!Number.isFinite(overlap) || overlap < 0 || overlap > 90) throw new AdminError('The old key may go on for 0 to 90 days (--overlap).')
      const made = newKey()
      const expiresAt = expiry(given.expires ?? new Date(now().getTime() + 365 * DAY_MS))
      const oldUntil = new Date(Math.min(old.expiresAt.getTime(), now().getTime() + overlap * DAY_MS))
      await db.transaction().execute(async (trx) => {
        await insertKey(trx, { id: made.id, organisation: old.organisation, name: old.name, hash: made.hash, scopes: old.scopes, expiresAt })
        await expireKey(trx, old.id, oldUntil, made.id)
      })
      return { ...made, old: old.id, oldUntil, expiresAt }
    },
    /** Takes effect with the next request: a key is looked up at each. */
    async revokeKey(id: string): Promise<{ id: string; name: string; revokedAt: Date }> {
      const { id: found, name, revokedAt } = await key(id)
      if (revokedAt !== null) return { id: found, name, revokedAt }
      await revokeKeyRow(db, found, now())
      return { id: found, name, revokedAt: now() }
    },
    /** Reckons every trail anew. A trail fits where its fault is null. */
    async verifyAudit(): Promise<Trail[]> {
      const trails: Trail[] = []
      for (const { organisation: id, name, sequence, hash } of await listTrails(db)) {
        let last: Link | null = null
        let fault: string | null = null
        for (;;) {
          const entries = await listChain(db, id, last?.sequence ?? 0, BATCH)
          for (const entry of entries) {
            fault = faultOf(entry, last)
            if (fault !== null) break
            last = entry
          }
          if (fault !== null || entries.length < BATCH) break
        }
        if (fault === null && (sequence !== (last?.sequence ?? 0) || (last !== null && hash !== last.hash))) fault = `the trail ends with entry ${last?.sequence ?? 0} and should end with ${sequence ?? 'another'}`
        trails.push({ organisation: id, name, entries: last?.sequence ?? 0, hash: last?.hash ?? null, fault })
      }
      return trails
    }
  }
}

/** Entries in memory at a time. */
const BATCH = 500

export interface Trail {
  organisation: string
  name: string | null
  /** How many entries fit, from the first. */
  entries: number
  /** Of the last of those. */
  hash: string | null
  fault: string | null
}

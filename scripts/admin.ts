import { userInfo } from 'node:os'
import { parseArgs } from 'node:util'
import { AdminError, adminService } from '../src/access/admin.js'
import { SCOPES } from '../src/access/vocabulary.js'
import { seedAreas } from '../src/areas/service.js'
import { ConfigError, loadConfig } from '../src/config.js'
import { actAs } from '../src/db/acting.js'
import { openDatabase } from '../src/db/database.js'
import { LockedError } from '../src/db/lock.js'
import { ROLE_MISSING, migrateToLatest } from '../src/db/migrate.js'

const USAGE = `Usage: npm run admin -- COMMAND

  create-organisation --area E08000035            a council, by its ONS code; its name is filled in
  create-organisation --name 'A trust'            an organisation that is no council
  list-organisations
  end-organisation --organisation E08000035       its keys and tokens are refused at once; what it owns is kept
  resume-organisation --organisation E08000035    undoes that; its keys stay revoked
  create-key --organisation E08000035 --name 'BI reader' --scopes read [--expires 2027-11-20]
                                                  prints the key, once; it expires after a year unless said otherwise
  list-keys [--organisation E08000035]
  rotate-key ID [--overlap 7] [--expires 2027-11-20]
                                                  a new key like the old, which goes on for some days
  revoke-key ID                                   at once
  verify-audit                                    reckons the trail of changes anew

Scopes, none of which brings another with it: ${SCOPES.join(', ')}.
The database is the one that the environment names. The embedded one is open to one process: stop the server first.`

type Values = Partial<Record<'name' | 'area' | 'organisation' | 'scopes' | 'expires' | 'overlap', string>>
type Admin = ReturnType<typeof adminService>

/** A command's options, and what it does; it returns the lines to print, and whether all is well. */
const COMMANDS: Record<string, { options: (keyof Values)[]; needs?: (keyof Values)[]; id?: true; run: (admin: Admin, values: Values, id: string) => Promise<{ lines: string[]; well?: boolean }> }> = {
  'create-organisation': {
    options: ['name', 'area'],
    run: async (admin, { name, area }) => {
      const { id, name: called, areaCode } = await admin.createOrganisation({ name, areaCode: area })
      return { lines: [`Created ${called}${areaCode === null ? '' : ` (${areaCode})`}: ${id}`] }
    }
  },
  'list-organisations': {
    options: [],
    run: async (admin) => ({ lines: (await admin.organisations()).map(({ id, name, areaCode, endedAt }) => `${id}  ${areaCode ?? '-'.padEnd(9)}  ${name}${endedAt === null ? '' : `  (ended ${day(endedAt)})`}`) })
  },
  'end-organisation': {
    options: ['organisation'],
    needs: ['organisation'],
    run: async (admin, { organisation }) => {
      const { name, endedAt, revoked } = await admin.endOrganisation(organisation!)
      return { lines: [`${name} ended its use of this service at ${endedAt.toISOString()}: ${revoked} ${revoked === 1 ? 'key' : 'keys'} revoked, and access tokens for it are refused. What it owns is kept. resume-organisation undoes this; keys have to be made anew.`] }
    }
  },
  'resume-organisation': {
    options: ['organisation'],
    needs: ['organisation'],
    run: async (admin, { organisation }) => ({ lines: [`${(await admin.resumeOrganisation(organisation!)).name} is let in again: by access tokens at once, and by keys that are made anew (create-key).`] })
  },
  'create-key': {
    options: ['organisation', 'name', 'scopes', 'expires'],
    needs: ['organisation', 'name', 'scopes'],
    run: async (admin, { organisation, name, scopes, expires }) => {
      const made = await admin.createKey({ organisation: organisation!, name: name!, scopes: scopes!.split(/[\s,]+/).filter((word) => word !== ''), expires: dayGiven(expires) })
      return { lines: [`A key for ${made.organisation.name} with ${made.scopes.join(', ')}, until ${day(made.expiresAt)}. It is shown this once and kept nowhere:`, '', made.key, ''] }
    }
  },
  'list-keys': {
    options: ['organisation'],
    run: async (admin, { organisation }) => {
      const keys = await admin.keys(organisation)
      if (keys.length === 0) return { lines: ['No key is stored.'] }
      return {
        lines: keys.map((key) => {
          const state = key.revokedAt !== null ? `revoked ${day(key.revokedAt)}` : key.expiresAt <= new Date() ? `expired ${day(key.expiresAt)}` : `until ${day(key.expiresAt)}`
          return `${key.id}  ${key.organisationName}: ${key.name}  [${key.scopes.join(' ')}]  ${state}, ${key.lastUsedAt === null ? 'never used' : `last used ${day(key.lastUsedAt)}`}${key.replacedBy === null ? '' : `, rotated to ${key.replacedBy}`}`
        })
      }
    }
  },
  'rotate-key': {
    options: ['overlap', 'expires'],
    id: true,
    run: async (admin, { overlap, expires }, id) => {
      const made = await admin.rotateKey(id, { overlapDays: overlap === undefined ? undefined : Number(overlap), expires: dayGiven(expires) })
      return { lines: [`The old key, ${made.old}, is good until ${made.oldUntil.toISOString()}. The new one, until ${day(made.expiresAt)}, is shown this once and kept nowhere:`, '', made.key, ''] }
    }
  },
  'revoke-key': {
    options: [],
    id: true,
    run: async (admin, _values, id) => {
      const { id: revoked, name, revokedAt } = await admin.revokeKey(id)
      return { lines: [`Revoked at ${revokedAt.toISOString()}: ${revoked} (${name}). The next request that brings it is refused.`] }
    }
  },
  'verify-audit': {
    options: [],
    run: async (admin) => {
      const trails = await admin.verifyAudit()
      const told = trails.map(({ organisation, name, entries, hash, fault }) =>
        fault === null ? `${name ?? organisation}: ${entries} entries, all fit; the last is ${hash}` : `${name ?? organisation} (${organisation}): BROKEN, ${fault}; ${entries} entries before it fit`
      )
      const broken = trails.filter(({ fault }) => fault !== null).length
      return { lines: [...told, broken === 0 ? 'The trail of changes is whole. Note the last hashes elsewhere: a trail cut at its end, with its note of the end, can only be told by them.' : `${broken} of ${trails.length} trails are broken.`], well: broken === 0 }
    }
  }
}

/** Whoever is logged in here; a container may run as a number that has no name. */
function login(): string {
  try {
    return userInfo().username
  } catch {
    return String(process.getuid?.() ?? 'unknown')
  }
}

class UsageError extends AdminError {}

const day = (at: Date) => at.toISOString().slice(0, 10)

function dayGiven(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined
  const at = new Date(`${text}T00:00:00Z`)
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || Number.isNaN(at.getTime()) || day(at) !== text) throw new AdminError(`'${text}' is no day: write it as 2027-11-20.`)
  return at
}

/** What was asked for, or a sentence that says what is wrong with it. */
function understood(words: string[]) {
  const [name, ...rest] = words
  if (name === undefined || name === 'help' || name === '--help') throw new UsageError(USAGE)
  const command = COMMANDS[name]
  if (command === undefined) throw new UsageError(`There is no command '${name}'.\n\n${USAGE}`)
  try {
    const { values, positionals } = parseArgs({ args: rest, options: Object.fromEntries(command.options.map((option) => [option, { type: 'string' as const }])), allowPositionals: command.id === true })
    const absent = (command.needs ?? []).filter((option) => (values as Values)[option] === undefined)
    if (absent.length > 0) throw new Error(`${name} needs ${absent.map((option) => `--${option}`).join(', ')}`)
    if (command.id === true && positionals.length !== 1) throw new Error(`${name} needs the id of one key`)
    return { command, values: values as Values, id: positionals[0] ?? '' }
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${USAGE}`)
  }
}

try {
  const { command, values, id } = understood(process.argv.slice(2))
  const database = await openDatabase(loadConfig())
  try {
    await migrateToLatest(database)
    await seedAreas(database)
    const { lines, well } = await actAs({ organisation: '', actor: `admin:${login()}`, requestId: '' }, () => command.run(adminService({ database }), values, id))
    console.log(lines.join('\n'))
    if (well === false) process.exitCode = 1
  } finally {
    await database.close()
  }
} catch (error) {
  const known = error instanceof AdminError || error instanceof ConfigError || error instanceof LockedError || (error as { code?: unknown }).code === ROLE_MISSING
  console.error(known ? (error as Error).message : error)
  process.exitCode = error instanceof UsageError ? 2 : 1
}

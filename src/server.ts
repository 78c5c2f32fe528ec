import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import closeWithGrace from 'close-with-grace'
import { isIdentityConfigured } from './access/service.js'
import { buildApp } from './app.js'
import { openAreas, seedAreas } from './areas/service.js'
import { openCatalogue } from './catalogue/service.js'
import { ConfigError, loadConfig, type Config } from './config.js'
import { seedCatalogue } from './curation/upgrade.js'
import { openDatabase } from './db/database.js'
import { LockedError } from './db/lock.js'
import { LoginError, requireServiceLogin } from './db/logins.js'
import { ROLE_MISSING, migrateToLatest } from './db/migrate.js'
import { isDatabaseUnavailable } from './errors.js'
import { clearAbandoned } from './imports/service.js'
import { seedStatistics } from './indicators/service.js'
import { createLogger } from './logging.js'

/** Opens the database, brings it up to date, and listens. */
async function start(config: Config): Promise<void> {
  const logger = createLogger(config.logLevel)
  await tryAddress(config)
  const database = await openDatabase(config, logger)
  try {
    const open = await database.exclusively(async () => {
      const migrated = await migrateToLatest(database)
      if (migrated.length > 0) logger.info({ migrations: migrated }, 'database brought up to date')
      if (config.databaseOwnerUrl !== null) await requireServiceLogin(database)
      const isOpen = !(await isIdentityConfigured(database, config.access))
      if (isOpen && !isLoopback(config.host)) throw new OpenToAllError(config.host)
      await seedCatalogue(database, logger)
      await seedAreas(database, logger)
      await seedStatistics(database, await openAreas(database), logger)
      return isOpen
    })
    const abandoned = await clearAbandoned()
    if (abandoned > 0) logger.info({ folders: abandoned }, 'files removed that an import left unfinished')
    const catalogue = await openCatalogue(database.restricted(), logger, { follow: database.follow })
    const app = await buildApp({ config, database, catalogue, logger: logger })
    const address = await app.listen({ host: config.host, port: config.port, listenTextResolver: () => 'listening' })
    console.log(`Evident is ready at ${address} (reference: ${address}/docs; database: ${database.engine === 'postgres' ? 'PostgreSQL' : `embedded, in ${config.dataDir}`})`)
    if (open) console.log('Nobody has to sign in: no key is stored and no issuer is configured, so only this machine can reach it, and every caller is one local organisation. To serve others, see "Who may see and change what" in the README.')
    closeWithGrace({ delay: 10_000 + config.stopDelaySeconds * 1_000, logger: logger }, async ({ err, signal }) => {
      if (err) logger.error({ err }, 'stopping after an unexpected error')
      else logger.info({ signal }, 'stopping')
      app.stopping = true
      if (!err) await setTimeout(config.stopDelaySeconds * 1_000)
      await app.close()
    })
  } catch (error) {
    await database.close()
    throw error
  }
}

/** Listens for a moment: whoever chose an address that cannot be had is told at once, and not after a database was filled. */
async function tryAddress({ host, port }: Config): Promise<void> {
  const probe = createServer().listen({ host, port })
  await once(probe, 'listening')
  probe.close()
  await once(probe, 'close')
}

/** Addresses that no other machine reaches. */
const isLoopback = (host: string) => /^(localhost|127(\.\d{1,3}){3}|::1)$/i.test(host)

class OpenToAllError extends Error {
  constructor(host: string) {
    super(
      `HOST is '${host}', which other machines can reach, and nobody could say who they are: whoever reached it could read and change everything. Make a key first (npm run admin -- create-organisation, then create-key), ` +
        'or set OIDC_ISSUER, or set AUTH_REQUIRED=true to start with nobody let in; or leave HOST out, for this machine alone.'
    )
  }
}

/** A fault that whoever starts the server can mend is told in a sentence; any other keeps its stack. */
function explain(error: unknown, config: Config | undefined): string {
  const { code } = error as NodeJS.ErrnoException
  if (error instanceof ConfigError || error instanceof LockedError || error instanceof LoginError || error instanceof OpenToAllError || code === ROLE_MISSING) return (error as Error).message
  if (code === 'EADDRINUSE') return `Port ${config?.port} on ${config?.host} is already in use. Stop what uses it, or choose another: PORT=${(config?.port ?? 3000) + 1} npm start`
  if (code === 'EACCES' && (error as NodeJS.ErrnoException).syscall === 'listen') return `Port ${config?.port} needs privileges that this process does not have. Choose one above 1023, for example PORT=3000`
  if (code === 'EADDRNOTAVAIL' || (code === 'ENOTFOUND' && config?.databaseUrl === null)) return `HOST is '${config?.host}', which is not an address of this machine. Write 127.0.0.1 (this machine only) or 0.0.0.0 (every network)`
  if (code === 'EACCES' || code === 'EROFS' || code === 'ENOTDIR' || code === 'EEXIST') return `The database folder ${config?.dataDir} cannot be written (${code}). Choose another with DATA_DIR`
  if (config?.databaseUrl != null && (isDatabaseUnavailable(error) || /^(28|3D)/.test(code ?? ''))) {
    const { hostname, port, pathname } = new URL(config.databaseUrl)
    return `The database at ${hostname}:${port === '' ? '5432' : port}${pathname} cannot be used: ${(error as Error).message || code}. Check DATABASE_URL, or leave it out for the embedded database`
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

let config: Config | undefined
try {
  config = loadConfig()
  await start(config)
} catch (error) {
  console.error(explain(error, config))
  process.exitCode = 1
  // Whatever was half opened must not keep a failed start alive.
  globalThis.setTimeout(() => process.exit(1), 1_000).unref()
}

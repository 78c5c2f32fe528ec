import type { FastifyInstance } from 'fastify'
import { Type, type Static } from 'typebox'
import { sql } from 'kysely'
import type { CatalogueService } from '../catalogue/service.js'
import { DatabaseSaturatedError } from '../db/acting.js'
import type { Database } from '../db/database.js'
import { pendingMigrations } from '../db/migrate.js'
import { REPLICA_STATES } from '../db/replica.js'
import { nullable, ref, typed, words } from '../schemas.js'
import { COMMIT, VERSION } from '../version.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Whether the service is about to stop: it answers, and asks to be sent nothing more. */
    stopping: boolean
  }
}

const build = {
  version: Type.String(),
  commit: nullable(Type.String(), { description: 'What it was built from; null where the build did not say.' })
}

const Health = Type.Object({ status: words(['up']), ...build }, { $id: 'Health', description: 'The process is up.', examples: [{ status: 'up', version: VERSION, commit: null }] })

const Readiness = Type.Object(
  {
    status: words(['ready', 'not-ready', 'stopping'], { description: '`stopping`: it was told to stop, and finishes what it has.' }),
    ...build,
    engine: words(['postgres', 'embedded'], { description: 'A PostgreSQL server, or the engine inside this process.' }),
    database: words(['reachable', 'unreachable', 'unknown'], { description: '`unknown` while stopping: it is not asked.' }),
    migrations: words(['current', 'pending', 'unknown'], { description: '`unknown` while the database cannot be reached or is not asked.' }),
    catalogueVersion: Type.Integer({ description: 'The version of the catalogue that answers come from. It is in memory before the service listens, and stays there while the database is away.' }),
    replica: words(['none', ...REPLICA_STATES], {
      description: 'The read replica: `none` is configured; `used`; `behind`, further than what is read may be; or `away`. While it is not used, the primary answers for it, so requests can be served all the same.'
    })
  },
  {
    $id: 'Readiness',
    description: 'Whether requests can be served, and what stands in the way.',
    examples: [{ status: 'ready', version: VERSION, commit: null, engine: 'embedded', database: 'reachable', migrations: 'current', catalogueVersion: 1, replica: 'none' }]
  }
)
type Readiness = Static<typeof Readiness>

export function registerHealth(fastify: FastifyInstance, { database, catalogue }: { database: Database; catalogue: Pick<CatalogueService, 'current'> }) {
  const app = typed(fastify)
  app.addSchema(Health)
  app.addSchema(Readiness)
  app.decorate('stopping', false)

  app.get(
    '/healthz',
    {
      schema: {
        operationId: 'getHealth',
        tags: ['Operations'],
        summary: 'Whether the process is up',
        description: 'Answers without touching the database. For a liveness probe: restart the process when this fails.',
        response: { 200: ref(Health) }
      }
    },
    async () => ({ status: 'up' as const, version: VERSION, commit: COMMIT })
  )

  app.get(
    '/readyz',
    {
      schema: {
        operationId: 'getReadiness',
        tags: ['Operations'],
        summary: 'Whether requests can be served',
        description:
          'Asks the database, and whether its tables are as this version expects. For a readiness probe: send no traffic while this answers 503. `database` and `migrations` say what stands in the way; `stopping` that it finishes what it has and is to be sent nothing more. The service does not listen before its catalogue is loaded.',
        response: { 200: { description: 'Requests can be served.', ...ref(Readiness) }, 503: { description: 'Not yet, or not at present.', ...ref(Readiness) } }
      }
    },
    async (request, reply) => {
      const stored = app.stopping
        ? UNASKED
        : await findStored(database).catch((error: unknown): Stored => {
            request.log.warn({ err: error }, 'not ready')
            return { database: 'unreachable', migrations: 'unknown' }
          })
      const ready = stored.database === 'reachable' && stored.migrations === 'current'
      const answer: Readiness = { status: app.stopping ? 'stopping' : ready ? 'ready' : 'not-ready', version: VERSION, commit: COMMIT, engine: database.engine, ...stored, catalogueVersion: catalogue.current().version, replica: database.replica() ?? 'none' }
      return reply.code(ready ? 200 : 503).header('cache-control', 'no-store').send(answer)
    }
  )
}

type Stored = Pick<Readiness, 'database' | 'migrations'>

/** An instance that is on its way out is not ready whatever its database says. */
const UNASKED: Stored = { database: 'unknown', migrations: 'unknown' }

async function findStored({ kysely, restricted }: Database): Promise<Stored> {
  // As requests are served, which may be by another login than that of the owner. That many wait for it is no reason to send the rest to fewer instances.
  await sql`select 1`.execute(restricted().kysely).catch((error: unknown) => {
    if (!(error instanceof DatabaseSaturatedError)) throw error
  })
  return { database: 'reachable', migrations: (await pendingMigrations(kysely)).length === 0 ? 'current' : 'pending' }
}

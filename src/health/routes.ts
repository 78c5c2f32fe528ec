import type { FastifyInstance } from 'fastify'
import { Type, type Static } from 'typebox'
import { sql } from 'kysely'
import type { Database } from '../db/database.js'
import { pendingMigrations } from '../db/migrate.js'
import { VERSION } from '../openapi.js'
import { ref, typed, words } from '../schemas.js'

const Health = Type.Object({ status: words(['up']), version: Type.String() }, { $id: 'Health', description: 'The process is up.', examples: [{ status: 'up', version: VERSION }] })

const Readiness = Type.Object(
  {
    status: words(['ready', 'not-ready']),
    version: Type.String(),
    engine: words(['postgres', 'embedded'], { description: 'A PostgreSQL server, or the engine inside this process.' }),
    database: words(['reachable', 'unreachable']),
    migrations: words(['current', 'pending', 'unknown'], { description: '`unknown` while the database cannot be reached.' })
  },
  { $id: 'Readiness', description: 'Whether requests can be served, and what stands in the way.', examples: [{ status: 'ready', version: VERSION, engine: 'embedded', database: 'reachable', migrations: 'current' }] }
)
type Readiness = Static<typeof Readiness>

export function registerHealth(fastify: FastifyInstance, { database }: { database: Database }) {
  const app = typed(fastify)
  app.addSchema(Health)
  app.addSchema(Readiness)

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
    async () => ({ status: 'up' as const, version: VERSION })
  )

  app.get(
    '/readyz',
    {
      schema: {
        operationId: 'getReadiness',
        tags: ['Operations'],
        summary: 'Whether requests can be served',
        description: 'Asks the database, and whether its tables are as this version expects. For a readiness probe: send no traffic while this answers 503.',
        response: { 200: { description: 'Requests can be served.', ...ref(Readiness) }, 503: { description: 'Not yet, or not at present.', ...ref(Readiness) } }
      }
    },
    async (request, reply) => {
      const readiness = await findReadiness(database).catch((error: unknown): Pick<Readiness, 'database' | 'migrations'> => {
        request.log.warn({ err: error }, 'not ready')
        return { database: 'unreachable', migrations: 'unknown' }
      })
      const ready = readiness.database === 'reachable' && readiness.migrations === 'current'
      const answer: Readiness = { status: ready ? 'ready' : 'not-ready', version: VERSION, engine: database.engine, ...readiness }
      return reply.code(ready ? 200 : 503).header('cache-control', 'no-store').send(answer)
    }
  )
}

async function findReadiness({ kysely }: Database): Promise<Pick<Readiness, 'database' | 'migrations'>> {
  await sql`select 1`.execute(kysely)
  return { database: 'reachable', migrations: (await pendingMigrations(kysely)).length === 0 ? 'current' : 'pending' }
}

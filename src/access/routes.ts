import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import { Type } from 'typebox'
import { actAs } from '../db/acting.js'
import { listQuery, sendPage } from '../pages.js'
import { problemResponses, ref, typed } from '../schemas.js'
import type { Caller } from './caller.js'
import { isOpen, ruleOf, writes, type Rule } from './rules.js'
import { AuditEntry, AuditEntryPage } from './schemas.js'
import type { AccessService } from './service.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks. On what is open to all, only there where they said so. */
    caller: Caller
    /** For whom, or null where nobody said who they are. */
    organisation: string | null
  }
  interface FastifySchema {
    security?: Record<string, string[]>[]
  }
}

/** Decides of every request who makes it and whether they may, before its body is read. Comes before the routes. */
export function registerAccess(app: FastifyInstance, { access }: { access: AccessService }) {
  const admitted = new WeakMap<FastifyRequest, Caller | null>()
  const documented = new WeakSet<object>()

  app.decorateRequest('caller', {
    getter(this: FastifyRequest) {
      const caller = admitted.get(this)
      if (caller == null) throw new Error('Nobody is known to ask: the operation needs a rule with a scope')
      return caller
    }
  } as never)

  app.decorateRequest('organisation', {
    getter(this: FastifyRequest) {
      return admitted.get(this)?.organisation ?? null
    }
  } as never)

  app.addHook('onRoute', (route) => {
    const rule = ruleOf(route.schema?.operationId, route.url)
    if (route.schema?.operationId === undefined || documented.has(route.schema)) return
    documented.add(route.schema)
    document(route.schema, rule)
  })

  app.addHook('onRequest', (request, _reply, done) => {
    const rule = ruleOf(request.routeOptions.schema?.operationId, request.routeOptions.url ?? '')
    access.admit(rule, request.headers.authorization).then(
      (caller) => {
        const changes = writes(rule, request.method)
        // What is open to all is the same for all, so it is read for nobody.
        const acting = caller === null || rule === 'open' ? { organisation: '', actor: '', requestId: '' } : { organisation: caller.organisation, actor: changes ? caller.actor : '', requestId: changes ? request.id : '' }
        admitted.set(request, caller)
        // Fastify carries the context past the reading of the body, which comes by the socket.
        actAs(acting, done)
      },
      (error: Error) => done(error)
    )
  })
}

/** What the rule means for whoever reads the contract. */
function document(schema: NonNullable<RouteOptions['schema']>, rule: Rule) {
  schema.security = rule === 'health' ? [] : isOpen(rule) ? [{}, { bearer: [] }] : [{ bearer: [rule] }]
  if (rule === 'health') return
  if (!isOpen(rule)) schema.description = `${schema.description ?? ''} Needs the scope \`${rule}\`.`
  schema.response = { ...problemResponses(401, 403, 429, 503), ...(schema.response as object) }
}

export function registerAuditEntries(fastify: FastifyInstance, { access }: { access: AccessService }) {
  const app = typed(fastify)
  app.addSchema(AuditEntry)
  app.addSchema(AuditEntryPage)

  app.get(
    '/v1/audit-entries',
    {
      schema: {
        operationId: 'listAuditEntries',
        tags: ['Audit'],
        summary: 'Every change of what the organisation owns, the newest first',
        description:
          'Who changed what, when, by which request, and what it said before and after. The database writes the trail itself, at every change, and refuses to have it changed or cut. Each entry is chained to the one before by its hash; `npm run admin -- verify-audit` checks the chain. A page ends early where its entries are long.',
        querystring: Type.Object({
          subject: Type.Optional(Type.String({ minLength: 1, maxLength: 63, pattern: '^[a-z_]+$', description: 'Only changes of this table.', examples: ['needs_profile'] })),
          subjectId: Type.Optional(Type.String({ minLength: 1, maxLength: 100, pattern: '^[\\x20-\\x7e]+$', description: 'Only changes of what has this id.' })),
          ...listQuery()
        }),
        response: { 200: ref(AuditEntryPage), ...problemResponses(400) }
      }
    },
    async (request, reply) => sendPage(request, reply, await access.entries(request.caller.organisation, request.query))
  )
}

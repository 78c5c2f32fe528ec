import { randomUUID } from 'node:crypto'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyReply } from 'fastify'
import { LOCAL_CALLER } from './access/caller.js'
import { isKey } from './access/keys.js'
import { registerAccess, registerAuditEntries } from './access/routes.js'
import { OPEN_ACCESS, accessService } from './access/service.js'
import { registerAppraisals } from './appraisal/routes.js'
import { appraisalService } from './appraisal/service.js'
import { registerAreas } from './areas/routes.js'
import { openAreas } from './areas/service.js'
import { registerBenchmarks } from './benchmarks/routes.js'
import { benchmarkService } from './benchmarks/service.js'
import { reportService } from './business-cases/report/service.js'
import { registerBusinessCases } from './business-cases/routes.js'
import { businessCaseService } from './business-cases/service.js'
import { registerCatalogue } from './catalogue/routes.js'
import { findStoredAt } from './catalogue/queries.js'
import type { CatalogueService } from './catalogue/service.js'
import { actAs } from './db/acting.js'
import type { Database } from './db/database.js'
import { registerDrain } from './drain.js'
import { PROBLEM_TYPE, badRequest, registerErrors, toDomainError, toProblem } from './errors.js'
import { registerEvaluationDesigns } from './evaluation-design/routes.js'
import { registerHealth } from './health/routes.js'
import { registerIdempotency } from './idempotency/routes.js'
import { idempotencyService } from './idempotency/service.js'
import { registerImports } from './imports/routes.js'
import { importService } from './imports/service.js'
import { registerIndicators } from './indicators/routes.js'
import { statisticsService } from './indicators/service.js'
import { CLOSED_WEB, DEFAULT_LIMITS } from './limits/limits.js'
import { registerShedding } from './limits/load.js'
import { rateLimits } from './limits/rates.js'
import { registerOwnNames, registerWeb } from './limits/web.js'
import { RequestLog, createLogger } from './logging.js'
import type { Config } from './config.js'
import { metricsOf } from './metrics/metrics.js'
import { countRequests, registerMetrics } from './metrics/routes.js'
import { areaNeedsService } from './needs-profiles/from-statistics.js'
import { registerNeedsProfiles } from './needs-profiles/routes.js'
import { needsProfileService } from './needs-profiles/service.js'
import { registerOpenApi } from './openapi.js'
import { registerRecommendations } from './recommendations/routes.js'
import { recommendationService } from './recommendations/service.js'
import { registerRows } from './rows/routes.js'
import { rowDatasets } from './rows/service.js'
import { registerSchemas } from './schemas.js'
import { asAppraisalWarning } from './unit-costs/for-appraisals.js'
import { registerUnitCosts } from './unit-costs/routes.js'
import { unitCostService } from './unit-costs/service.js'
import { registerBodyParser, validatorBuilder } from './validation.js'
import { BUILD } from './version.js'

export interface AppDeps {
  config: Pick<Config, 'logLevel'> & Partial<Pick<Config, 'access' | 'idempotencyKeyHours' | 'limits' | 'web'>>
  database: Database
  catalogue: CatalogueService
  logger?: FastifyBaseLogger
}

/** The one list of what is registered. The database is closed with the app. */
export async function buildApp({ config, database: owner, catalogue, logger }: AppDeps): Promise<FastifyInstance> {
  // Whatever serves requests sees the rows of the acting organisation alone.
  const database = owner.restricted()
  const { limits = DEFAULT_LIMITS, web = CLOSED_WEB } = config
  const app: FastifyInstance = Fastify({
    loggerInstance: logger ?? (createLogger(config.logLevel) as FastifyBaseLogger),
    logController: new RequestLog(),
    bodyLimit: 1024 * 1024,
    requestTimeout: 30_000,
    handlerTimeout: limits.answerSeconds * 1000,
    keepAliveTimeout: 5_000,
    trustProxy: web.trustProxy.length === 0 ? false : [...web.trustProxy],
    requestIdHeader: false,
    genReqId: ({ headers }) => safeRequestId(headers['x-request-id']) ?? randomUUID(),
    schemaController: {
      compilersFactory: {
        buildValidator: validatorBuilder() as never,
        // fast-json-stringify repairs what does not fit its schema, silently or with a 500; the tests
        // check every response against the contract instead.
        buildSerializer: () => () => (data: unknown) => JSON.stringify(data)
      }
    },
    frameworkErrors: (error, request, reply) => {
      const fault = toDomainError(error)
      const problem = toProblem(fault.status < 500 ? fault : badRequest('The address cannot be read.'), request)
      // Before routing there is no schema, so the reply's types allow nothing.
      void (reply as unknown as FastifyReply).code(problem.status).type(PROBLEM_TYPE).send(JSON.stringify(problem))
    },
    clientErrorHandler: (error, socket) => {
      if (error.code === 'ECONNRESET' || !socket.writable) return socket.destroy()
      socket.end(rawProblem(error.code))
    }
  })

  const metrics = metricsOf({ database: owner, catalogueVersion: () => catalogue.current().version, storedAt: (version) => findStoredAt(database.kysely, version) })
  countRequests(app, metrics)
  app.addHook('onRequest', async (_request, reply) => {
    void reply.header('evident-version', BUILD)
  })
  app.addHook('onClose', async () => {
    catalogue.close()
    await owner.close()
  })
  await registerWeb(app, web)
  await registerShedding(app, limits)
  registerErrors(app)
  registerBodyParser(app)
  registerDrain(app)
  registerClosedQueries(app)
  registerSchemas(app)
  const access = await accessService({ database, config: config.access ?? OPEN_ACCESS, log: app.log })
  registerOwnNames(app, access.isLocal)
  const rates = await rateLimits(app, limits, access.isLocal)
  rates.before()
  registerAccess(app, { access })
  rates.after()
  registerIdempotency(app, { idempotency: idempotencyService({ database, hours: config.idempotencyKeyHours ?? 24 }) })
  await registerOpenApi(app)

  const areas = await openAreas(database)
  const statistics = statisticsService(database)
  // What is shown of statistics, and rows, may be some seconds old: those may come from a replica. What is stored rests on the primary.
  const reading = owner.reading()
  const published = reading === database ? statistics : statisticsService(reading)
  const benchmarks = benchmarkService({ areas, statistics: published })
  const areaNeeds = areaNeedsService({ areas, catalogue, statistics })
  const recommendations = recommendationService({ catalogue, database, areas, areaNeeds, onRanked: metrics.ranked })
  const needsProfiles = needsProfileService({ database, catalogue, recommendations })
  const unitCosts = unitCostService({ database, areas })
  const appraisals = appraisalService({ areas, catalogue, onAppraised: metrics.appraised, checkUnitCosts: async (uses, area) => (await unitCosts.check(uses, { area })).map(asAppraisalWarning) })
  const businessCases = businessCaseService({ database, catalogue, areas, appraisals })
  const { organisation } = LOCAL_CALLER
  await actAs({ organisation, actor: 'system', requestId: '' }, async () => {
    await recommendations.recordExample(organisation)
    await needsProfiles.keepExample(organisation)
    await businessCases.keepExamples(organisation)
  })

  // Capabilities.
  registerHealth(app, { database: owner, catalogue })
  registerMetrics(app, metrics)
  registerCatalogue(app, { catalogue })
  registerRecommendations(app, { recommendations })
  registerAreas(app, { areas })
  registerIndicators(app, { areas, statistics: published })
  registerBenchmarks(app, { benchmarks })
  registerImports(app, { imports: importService({ database, areas, onImported: metrics.imported }) })
  registerNeedsProfiles(app, { areaNeeds, needsProfiles })
  registerAppraisals(app, { appraisals })
  registerUnitCosts(app, { unitCosts })
  registerBusinessCases(app, { businessCases, reports: reportService({ businessCases, areas }) })
  registerEvaluationDesigns(app)
  registerRows(app, { datasets: rowDatasets({ database: reading, catalogue, areas, statistics: published, benchmarks }) })
  registerAuditEntries(app, { access })

  return app
}

/** What a caller may put into our log; a key that was put where it does not belong is none of it. */
const safeRequestId = (given: string | string[] | undefined) => (typeof given === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(given) && !isKey(given) ? given : undefined)

/** A route of the API that takes no query parameters says so when given one. */
function registerClosedQueries(app: FastifyInstance) {
  app.addHook('onRoute', (route) => {
    if (!route.url.startsWith('/v1') || route.schema === undefined) return
    route.schema.querystring ??= { type: 'object', properties: {}, additionalProperties: false }
  })
}

/** For what Node refuses before there is a request: broken HTTP, headers too large, a request that took too long to arrive. */
function rawProblem(code: string | undefined): string {
  const [status, title, kind] =
    code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? [408, 'Request Timeout', 'request-timeout']
      : code === 'HPE_HEADER_OVERFLOW'
        ? [431, 'Request Header Fields Too Large', 'headers-too-large']
        : [400, 'Bad Request', 'bad-request']
  const body = JSON.stringify({ type: `urn:evident:problem:${kind}`, title, status, detail: 'The request could not be read as HTTP.', code: kind })
  return `HTTP/1.1 ${status} ${title}\r\nContent-Type: ${PROBLEM_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`
}

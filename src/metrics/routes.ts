import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { REPLAYED } from '../idempotency/key.js'
import type { Metrics } from './metrics.js'

const EXAMPLE = `# HELP evident_http_requests_total Requests answered, by the pattern of their route.
# TYPE evident_http_requests_total counter
evident_http_requests_total{method="GET",route="/v1/needs",status="200"} 42
`

/** Counts every request; comes before the hooks that may refuse one, so that those are counted too. */
export function countRequests(app: FastifyInstance, metrics: Metrics) {
  app.addHook('onRequest', (_request, reply, done) => {
    reply.raw.once('close', metrics.requestBegan())
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    metrics.requestAnswered(request.method, routeOf(request), reply.statusCode, reply.elapsedTime / 1000)
    if (reply.hasHeader(REPLAYED)) metrics.replayed()
    done()
  })
  app.addHook('onRequestAbort', (request, done) => {
    metrics.requestAborted(request.method, routeOf(request))
    done()
  })
}

const routeOf = ({ is404, routeOptions }: { is404: boolean; routeOptions: { url?: string } }) => (is404 ? undefined : routeOptions.url)

export function registerMetrics(app: FastifyInstance, metrics: Metrics) {
  const { registry } = metrics
  app.get(
    '/metrics',
    {
      schema: {
        operationId: 'getMetrics',
        tags: ['Operations'],
        summary: 'What this instance has counted since it started',
        description:
          'In the text format of Prometheus: requests by route and status, latency, the pool of connections, the version of the catalogue, what was ranked and warned of, memory and the event loop. Each instance has its own. No organisation, key, address or content is in it. README, "Operations", says what to alert on.',
        querystring: Type.Object({}, { additionalProperties: true, description: 'Whatever a scraper sends is left alone.' }),
        response: { 200: { description: 'The exposition format of Prometheus, version 0.0.4.', content: { 'text/plain': { schema: { type: 'string' }, examples: { some: { summary: 'A part of it', value: EXAMPLE } } } } } }
      }
    },
    async (_request, reply) => reply.header('cache-control', 'no-store').type(registry.contentType).send((await registry.metrics()) as never)
  )
}

import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ruleOf } from '../access/rules.js'
import { DomainError, tooManyRequests } from '../errors.js'
import { PER_MINUTE, PER_MINUTE_HERE, type Limits } from './limits.js'

const WINDOW_S = 60
/** Callers counted at a time: past that, whoever asked longest ago is forgotten, so that made-up addresses cannot fill the memory. */
const MOST_CALLERS = 10_000

/**
 * Counts what each caller asks, in this process. Whoever sends a key or a token is counted once it has
 * been found to hold, and by it; whoever does not, by address. An address whose keys keep failing is not
 * looked at for the rest of the minute, so that nobody tries keys at speed.
 *
 * `before` comes before it is known who asks, `after` when it is.
 *
 * @param isLocal whether nobody has to say who they are
 */
export async function rateLimits(app: FastifyInstance, { requestsPerMinute, refusalsPerMinute }: Limits, isLocal: () => boolean) {
  await app.register(rateLimit, { global: false, cache: MOST_CALLERS, timeWindow: WINDOW_S * 1000 })
  const allowed = () => requestsPerMinute ?? (isLocal() ? PER_MINUTE_HERE : PER_MINUTE)
  const countAddress = app.createRateLimit({ max: allowed })
  const countCaller = app.createRateLimit({ max: allowed, keyGenerator: ({ caller }) => `${caller.organisation} ${caller.actor}` })
  const countRefusal = app.createRateLimit({ max: refusalsPerMinute })

  async function count(counter: typeof countAddress, policy: 'key' | 'address', request: FastifyRequest, reply: FastifyReply) {
    const state = await counter(request)
    if (state.isAllowed) return
    const { max, remaining, ttlInSeconds, isExceeded } = state
    void reply.header('ratelimit-policy', `"${policy}";q=${max};w=${WINDOW_S}`).header('ratelimit', `"${policy}";r=${remaining};t=${ttlInSeconds}`)
    if (isExceeded) {
      const whose = policy === 'key' ? 'this key or token' : 'your address without a key'
      throw tooManyRequests(`There were more than ${max} requests in a minute from ${whose}. Ask again in ${ttlInSeconds} seconds; the header RateLimit says how many are left.`, { headers: { 'retry-after': String(ttlInSeconds) } })
    }
  }

  async function refuseGuessing(request: FastifyRequest) {
    const state = await countRefusal(request, { increment: false })
    if (state.isAllowed || state.remaining > 0) return
    const { max, ttlInSeconds } = state
    throw tooManyRequests(`${max} keys or tokens from your address did not hold within a minute, so no other is looked at for ${ttlInSeconds} seconds.`, { code: 'too-many-refusals', headers: { 'retry-after': String(ttlInSeconds) } })
  }

  app.addHook('onError', async (request, _reply, error) => {
    if ((error as Error) instanceof DomainError && (error as unknown as DomainError).code === 'invalid-credentials') await countRefusal(request)
  })

  return {
    before: () =>
      app.addHook('onRequest', async (request, reply) => {
        if (isHealth(request)) return
        if (saysWho(request)) await refuseGuessing(request)
        else await count(countAddress, 'address', request, reply)
      }),
    after: () =>
      app.addHook('onRequest', async (request, reply) => {
        if (!isHealth(request) && saysWho(request)) await count(countCaller, 'key', request, reply)
      })
  }
}

const saysWho = ({ headers }: FastifyRequest) => headers.authorization !== undefined && headers.authorization.trim() !== ''

export const isHealth = ({ routeOptions: { schema, url } }: FastifyRequest) => ruleOf(schema?.operationId, url ?? '') === 'health'

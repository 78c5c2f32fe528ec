import underPressure from '@fastify/under-pressure'
import type { FastifyInstance } from 'fastify'
import { notAnsweredInTime, overloaded } from '../errors.js'
import type { Limits } from './limits.js'
import { isHealth } from './rates.js'

/**
 * What a turn of the event loop takes is the mean over this. A single long piece of work, such as a batch
 * of an import, stands beside many short ones in it and counts for little; turns that are all long,
 * because more is asked than can be done, count in full.
 */
const SAMPLE_MS = 5_000

/** Turns requests away while the event loop is behind, so that those taken on are answered. Health never. */
export async function registerShedding(app: FastifyInstance, { eventLoopDelayMs }: Pick<Limits, 'eventLoopDelayMs'>, sampleInterval = SAMPLE_MS) {
  if (eventLoopDelayMs === null) return
  let from = Infinity
  // Until then the samples are of the start itself.
  app.addHook('onReady', async () => void (from = performance.now() + 2 * sampleInterval))
  await app.register(underPressure, {
    maxEventLoopDelay: eventLoopDelayMs,
    sampleInterval,
    pressureHandler: (request, _reply, _type, delay) => {
      // Without end is what it says of a time in which it took no sample: of one piece of work, which is over.
      if (performance.now() > from && Number.isFinite(delay) && !isHealth(request)) throw overloaded()
    }
  })
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** How long the answer may take, in ms, where that is more than for others. */
    answerMs?: number
  }
  interface FastifyRequest {
    answerTimer: NodeJS.Timeout | null
  }
}

/**
 * Gives up what is not answered in time, from the first byte on; the work itself is not stopped by that.
 * Fastify's own handlerTimeout ends with the reading of the body (it takes that for the end of the
 * request), so it would never see a POST that hangs. Comes before every hook that may wait.
 */
export function registerAnswerTimeout(app: FastifyInstance, { answerSeconds }: Pick<Limits, 'answerSeconds'>) {
  app.decorateRequest('answerTimer', null)
  app.addHook('onRequest', (request, reply, done) => {
    request.answerTimer = setTimeout(() => void reply.send(notAnsweredInTime()), request.routeOptions.config.answerMs ?? answerSeconds * 1000)
    done()
  })
  // Once the answer is there it is given, though it may still have to be stored.
  app.addHook('onSend', (request, _reply, payload, done) => {
    if (request.answerTimer !== null) clearTimeout(request.answerTimer)
    done(null, payload)
  })
}

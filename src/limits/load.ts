import underPressure from '@fastify/under-pressure'
import type { FastifyInstance } from 'fastify'
import { overloaded } from '../errors.js'
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
  await app.register(underPressure, {
    maxEventLoopDelay: eventLoopDelayMs,
    sampleInterval,
    pressureHandler: (request, _reply, _type, delay) => {
      // Without end is what it says of a time in which it took no sample: of one piece of work, which is over.
      if (Number.isFinite(delay) && !isHealth(request)) throw overloaded()
    }
  })
}

import { LogController, type FastifyReply, type FastifyRequest } from 'fastify'
import { pino, type DestinationStream, type Logger } from 'pino'
import type { LogLevel } from './config.js'

/** The part of a logger that code outside Fastify needs. */
export type Log = Pick<Logger, 'info' | 'warn' | 'error' | 'debug'>

/**
 * Structured lines, one for each request. What a council is thinking of commissioning is its own
 * business: bodies, query values and credentials are never logged.
 */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: {
      req: (request: FastifyRequest) => ({ method: request.method, route: request.routeOptions?.url ?? null }),
      res: (reply: FastifyReply) => ({ status: reply.statusCode }),
      // A driver's error can carry the statement's parameters, which hold a council's request and answer, and the row that was refused.
      err: ({ name, message, code, stack }: Error & { code?: unknown }) => {
        const [told, state] = [toldOf(message, code), typeof code === 'string' ? code : null]
        return { type: name, message: told, code: state, stack: stack?.replace(message, () => told) }
      }
    }
  }
  return destination === undefined ? pino(options) : pino(options, destination)
}

/** Of a value that does not fit (SQLSTATE class 22), PostgreSQL repeats the value in its message. */
const toldOf = (message: string, code: unknown) => (typeof code === 'string' && /^22[0-9A-Z]{3}$/.test(code) ? message.replace(/"[^]*"/, '"…"') : message)

/** One line when a request is answered: id, method, the route's pattern (not the address asked, which could hold values), status, time taken. */
export class RequestLog extends LogController {
  constructor() {
    super({ requestIdLogLabel: 'requestId' })
  }

  override incomingRequest() {}

  override routeNotFound() {}

  override requestCompleted(error: Error | null | undefined, request: FastifyRequest, reply: FastifyReply) {
    const line = {
      method: request.method,
      route: request.routeOptions.url ?? null,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10
    }
    if (error) reply.log.error({ ...line, err: error }, 'request failed')
    else reply.log.info(line, 'request')
  }
}

import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

/**
 * Makes close() quick: sockets that are only being kept alive, or were opened and never used, are
 * closed at once; one with a request in flight is closed when that has been answered.
 */
export function registerDrain(app: FastifyInstance) {
  const inFlight = new Map<Socket, number>()
  let closing = false

  app.server.on('connection', (socket: Socket) => {
    inFlight.set(socket, 0)
    socket.once('close', () => inFlight.delete(socket))
  })
  app.server.on('request', ({ socket }, response) => {
    inFlight.set(socket, (inFlight.get(socket) ?? 0) + 1)
    response.once('close', () => {
      const left = (inFlight.get(socket) ?? 1) - 1
      if (inFlight.has(socket)) inFlight.set(socket, left)
      if (closing && left === 0) socket.end()
    })
  })
  app.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close')
  })
  app.addHook('preClose', async () => {
    closing = true
    for (const [socket, requests] of inFlight) if (requests === 0) socket.destroy()
  })
}

import t from 'tap'
import Fastify from 'fastify'
import { registerErrors } from '../../src/errors.js'
import { registerShedding } from '../../src/limits/load.js'

t.test('while every turn of the event loop is long, requests are turned away and health is answered; then all are again', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  await registerShedding(app, { eventLoopDelayMs: 60 }, 300)
  registerErrors(app)
  app.get('/v1/needs', { schema: { operationId: 'listNeeds' } }, async () => ({}))
  app.get('/healthz', { schema: { operationId: 'getHealth' } }, async () => ({}))
  const ask = async (url: string) => {
    // What is injected lets no timer run by itself.
    await new Promise((resolve) => setImmediate(resolve))
    return app.inject({ url })
  }
  t.equal((await ask('/v1/needs')).statusCode, 200)

  let busy = true
  const turn = () => {
    const until = performance.now() + 100
    while (performance.now() < until);
    if (busy) setImmediate(turn)
  }
  turn()
  let refused = await ask('/v1/needs')
  while (refused.statusCode === 200) refused = await ask('/v1/needs')
  t.match(refused.json(), { status: 503, code: 'overloaded' })
  t.equal(refused.headers['retry-after'], '2')
  t.equal((await ask('/healthz')).statusCode, 200)
  busy = false
  while ((await ask('/v1/needs')).statusCode !== 200) await new Promise((resolve) => setTimeout(resolve, 50))
  t.pass('and is back by itself')
})

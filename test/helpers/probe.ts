import { Writable } from 'node:stream'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import tap, { type Test } from 'tap'
import { buildApp } from '../../src/app.js'
import { createLogger } from '../../src/logging.js'
import type { Database } from '../../src/db/database.js'
import { testDatabase, testDeps } from './app.js'

/** One database for all the apps of a test file: what is probed is the app, and making a database takes longer than all of them. */
let shared: Promise<Database> | undefined
async function sharedDatabase(): Promise<Database> {
  return { ...(await (shared ??= testDatabase(tap))), close: async () => {} }
}

/** The whole app with routes of the test's own, to see how any route behaves. What it logs is put into `lines`. */
export async function probeApp(t: Pick<Test, 'teardown'>, routes: (app: FastifyInstance) => unknown = () => {}, lines?: string[]): Promise<FastifyInstance> {
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines?.push(chunk.toString())
      done()
    }
  })
  const logger = createLogger(lines === undefined ? 'silent' : 'info', sink) as FastifyBaseLogger
  const app = await buildApp({ ...(await testDeps(t, { database: await sharedDatabase() })), logger })
  t.teardown(() => app.close())
  routes(app)
  await app.ready()
  return app
}

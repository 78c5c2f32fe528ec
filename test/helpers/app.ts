import type { FastifyInstance, InjectOptions } from 'fastify'
import type { Test } from 'tap'
import { buildApp, type AppDeps } from '../../src/app.js'
import { openCatalogue } from '../../src/catalogue/service.js'
import type { Database } from '../../src/db/database.js'
import { assertMatchesContract } from './contract.js'
import { embeddedCopy, serverCopy, type Contents } from './template.js'

/**
 * A fresh database of the test's own: embedded, or on the server that TEST_DATABASE_URL names. It
 * holds the shipped catalogue, or the bare tables. Closed with the test.
 */
export async function testDatabase(t: Pick<Test, 'teardown'>, contents: Contents = 'catalogue'): Promise<Database> {
  const url = process.env['TEST_DATABASE_URL']
  const database = url === undefined || url === '' ? await embeddedCopy(contents) : await serverCopy(url, contents)
  let closing: Promise<void> | undefined
  const once: Database = { ...database, close: () => (closing ??= database.close()) }
  t.teardown(once.close)
  return once
}

/** What `buildApp` needs, over a fresh database. */
export async function testDeps(t: Pick<Test, 'teardown'>, options: Partial<AppDeps> = {}): Promise<AppDeps> {
  const database = options.database ?? (await testDatabase(t))
  const catalogue = options.catalogue ?? (await openCatalogue(database))
  return { config: { logLevel: 'silent' }, ...options, database, catalogue }
}

/**
 * The whole app over a fresh database, ready for `inject`. Every JSON answer of a documented
 * operation is checked against the OpenAPI document, so no test can pass on an answer that the
 * contract does not describe.
 */
export async function testApp(t: Pick<Test, 'teardown'>, options: Partial<AppDeps> = {}): Promise<FastifyInstance> {
  const app = await buildApp(await testDeps(t, options))
  t.teardown(() => app.close())
  await app.ready()
  const inject = app.inject.bind(app)
  app.inject = (async (request: InjectOptions | string) => {
    const response = await inject(request as InjectOptions)
    const { method = 'GET', url = '' } = (typeof request === 'string' ? { url: request } : request) as { method?: string; url?: string }
    assertMatchesContract(app, method, url, response)
    return response
  }) as never
  return app
}

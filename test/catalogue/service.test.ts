import t from 'tap'
import { sql } from 'kysely'
import { checkCatalogue } from '../../src/catalogue/check.js'
import { readDataFiles } from '../../src/catalogue/data-files.js'
import { saveVersion } from '../../src/catalogue/queries.js'
import { openCatalogue, type CatalogueService } from '../../src/catalogue/service.js'
import { openDatabase, type Database } from '../../src/db/database.js'
import { testDatabase } from '../helpers/app.js'
import { configFor, serverCopy } from '../helpers/template.js'

const serverUrl = process.env['TEST_DATABASE_URL'] ?? ''
const NEVER = 2 ** 30
const records = checkCatalogue(readDataFiles())

/** Another version of the catalogue, as somebody else stores it. */
async function store({ kysely }: Pick<Database, 'kysely'>, label: string): Promise<number> {
  const [first, ...rest] = records.needs
  return (await saveVersion(kysely, { ...records, needs: [{ ...first!, label }, ...rest] }, 'curated', label))!
}

/** What the changed need is called in what an instance answers from. */
const labelIn = (catalogue: CatalogueService) => catalogue.current().needs.find(({ code }) => code === records.needs[0]!.code)!.label

async function until(holds: () => boolean | Promise<boolean>, withinMs = 20_000) {
  const deadline = performance.now() + withinMs
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`${withinMs} ms passed`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

t.test('a version that another stores is found by looking for it', async (t) => {
  const database = await testDatabase(t)
  const catalogue = await openCatalogue(database.restricted(), undefined, { refreshMs: 20 })
  t.teardown(() => catalogue.close())
  const version = await store(database, 'Changed')
  await until(() => catalogue.current().version === version)
  t.equal(labelIn(catalogue), 'Changed')
})

t.test('an instance', { skip: serverUrl === '' && 'needs TEST_DATABASE_URL' }, async (t) => {
  const one = await serverCopy(serverUrl, 'catalogue')
  const other = await openDatabase(configFor(one.url))
  t.teardown(() => other.close().then(one.close))
  const catalogue = await openCatalogue(other.restricted(), undefined, { follow: other.follow, refreshMs: NEVER })
  t.teardown(() => catalogue.close())
  const listeners = async () => (await sql<{ pid: number }>`select pid from pg_stat_activity where datname = current_database() and application_name = 'evident listener' and query like 'listen%' and state = 'idle'`.execute(one.kysely)).rows
  await until(async () => (await listeners()).length === 1)

  t.test('hears of a version that another stores', async (t) => {
    const version = await store(one, 'Heard of')
    await until(() => catalogue.current().version === version)
    t.equal(labelIn(catalogue), 'Heard of')
  })

  t.test('that lost the connection on which it hears looks again as soon as it has another', async (t) => {
    const [{ pid } = { pid: 0 }] = await listeners()
    await sql`select pg_terminate_backend(${pid}::integer)`.execute(one.kysely)
    const version = await store(one, 'Stored meanwhile')
    await until(() => catalogue.current().version === version)
    await until(async () => (await listeners()).some((now) => now.pid !== pid))
    const later = await store(one, 'Stored later')
    await until(() => catalogue.current().version === later)
    t.equal(labelIn(catalogue), 'Stored later')
  })

  t.test('that is closed hears no more', async (t) => {
    catalogue.close()
    await until(async () => (await listeners()).length === 0)
    t.pass('and its connection is gone')
  })
})

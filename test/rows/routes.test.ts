import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import { parse } from 'csv-parse/sync'
import { sql } from 'kysely'
import { LOCAL_ORGANISATION } from '../../src/db/schema.js'
import { EXAMPLE_ID, EXAMPLE_PROFILES } from '../../src/recommendations/examples.js'
import type { RecommendationAnswer } from '../../src/recommendations/schemas.js'
import type { ColumnInfo, Row } from '../../src/rows/columns.js'
import { answersQuery } from '../../src/rows/queries.js'
import { testApp, testDeps } from '../helpers/app.js'

/** Every JSON answer here is also held against the OpenAPI document, and so each row against the types of its columns. */
const deps = await testDeps(t)
const { database, catalogue } = deps
const app = await testApp(t, deps)

interface Rows {
  dataset: string
  columns: ColumnInfo[]
  rows: Row[]
  nextCursor: string | null
}

const DATASETS = ['recommendations', 'gap-warnings', 'interventions', 'claims']
/** Tested in files of their own. */
const OTHERS = ['business-cases', 'cash-flows', 'realisation']
/** Tested in files of their own, as they need the published statistics. */
const FIGURES = ['benchmarks', 'indicators']
const post = async (body: object) => (await app.inject({ method: 'POST', url: '/v1/recommendations', payload: body })).json<RecommendationAnswer>()
const recorded = [(await app.inject(`/v1/recommendations/${EXAMPLE_ID}`)).json<RecommendationAnswer>()]
for (const profile of [...EXAMPLE_PROFILES, ...EXAMPLE_PROFILES]) recorded.push(await post(profile))

async function get(url: string): Promise<Rows> {
  const response = await app.inject(url)
  if (response.statusCode !== 200) throw new Error(`${url} answered ${response.statusCode}: ${response.body.slice(0, 500)}`)
  return response.json<Rows>()
}

async function pages(dataset: string, limit: number, query = ''): Promise<Row[][]> {
  const found: Row[][] = []
  let cursor: string | null = null
  do {
    const page: Rows = await get(`/v1/rows/${dataset}?limit=${limit}${query}${cursor === null ? '' : `&cursor=${cursor}`}`)
    found.push(page.rows)
    cursor = page.nextCursor
  } while (cursor !== null)
  return found
}

t.test('every table', async (t) => {
  for (const dataset of DATASETS) {
    t.test(dataset, async (t) => {
      const whole = await get(`/v1/rows/${dataset}?limit=10000`)

      t.test('has fixed columns, and every one of them in every row', (t) => {
        const names = whole.columns.map(({ name }) => name)
        t.equal(whole.dataset, dataset)
        t.equal(whole.nextCursor, null)
        t.ok(whole.rows.length > 50)
        t.strictSame(new Set(names).size, names.length)
        for (const row of whole.rows) if (Object.keys(row).join() !== names.join()) t.fail(`keys are ${Object.keys(row).join()}`)
        for (const { name, nullable } of whole.columns) t.ok(whole.rows.some((row) => row[name] !== null) || nullable, `${name} holds something`)
        t.end()
      })

      t.test('has the same rows in the same order however it is paged', async (t) => {
        for (const limit of [7, 50, whole.rows.length]) {
          const found = await pages(dataset, limit)
          t.ok(found.slice(0, -1).every((rows) => rows.length === limit), 'every page but the last is full')
          t.ok(found.at(-1)!.length > 0, 'the last is not empty')
          t.strictSame(found.flat(), whole.rows)
        }
      })

      t.test('is the same as CSV', async (t) => {
        for (const request of [{ url: `/v1/rows/${dataset}?limit=10000&format=csv` }, { url: `/v1/rows/${dataset}?limit=10000`, headers: { accept: 'text/csv' } }]) {
          const response = await app.inject(request)
          t.equal(response.statusCode, 200)
          t.equal(response.headers['content-type'], 'text/csv; charset=utf-8; header=present')
          t.equal(response.headers['vary'], 'accept')
          const read = parse<Record<string, string>>(response.body, { columns: true })
          const cell = (value: Row[string]) => (value === null ? '' : typeof value === 'string' && /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : String(value))
          t.strictSame(read, whole.rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, cell(value)]))))
        }
      })

      t.test('names the next page in a Link header, in either form', async (t) => {
        for (const form of ['json', 'csv']) {
          let url: string | undefined = `/v1/rows/${dataset}?limit=40&format=${form}`
          let count = 0
          while (url !== undefined) {
            const response: Awaited<ReturnType<typeof app.inject>> = await app.inject(url)
            count += form === 'json' ? response.json<Rows>().rows.length : parse<unknown>(response.body, { columns: true }).length
            url = /^<(\/v1\/rows[^>]+)>; rel="next"$/.exec(String(response.headers['link'] ?? ''))?.[1]
          }
          t.equal(count, whole.rows.length, form)
        }
      })
    })
  }

  t.test('is listed, with the columns that its rows have', async (t) => {
    const { items } = (await app.inject('/v1/rows')).json<{ items: { dataset: string; path: string; columns: ColumnInfo[] }[] }>()
    t.strictSame(items.map(({ dataset }) => dataset), [...DATASETS, ...OTHERS, ...FIGURES].sort())
    for (const { path, columns } of items.filter(({ dataset }) => !FIGURES.includes(dataset))) t.strictSame((await get(path)).columns, columns)
  })
})

t.test('rows of recommendations', async (t) => {
  const answer = recorded[1]!
  const rows = (await pages('recommendations', 10_000, `&recommendation=${answer.id}`)).flat()

  t.test('are the entries of the record, list by list, need by need', (t) => {
    const lists = { response: answer.recommendations, ...answer.supporting }
    const wanted = Object.entries(lists).flatMap(([list, items]) =>
      items.flatMap((item) => item.needs.map((need, i) => `${answer.id} ${list} ${item.rank} ${item.intervention.id} ${item.score} ${i + 1} ${need.need} ${need.strength} ${need.applicability.met} ${need.claimIds.join('; ')}`))
    )
    t.strictSame(rows.map((r) => `${r['recommendationId']} ${r['list']} ${r['rank']} ${r['interventionId']} ${r['score']} ${r['needPosition']} ${r['need']} ${r['strength']} ${r['applicabilityMet']} ${r['claimIds']}`), wanted)
    t.ok(wanted.length > 10)
    t.equal(rows.filter((r) => r['needPosition'] === 1).length, Object.values(lists).flat().length, 'each entry counts once')
    t.end()
  })

  t.test('lead to sources and claims that can be looked up', async (t) => {
    const claims = new Set((await get('/v1/rows/claims?limit=10000')).rows.map(({ id }) => id))
    const sources = new Set(catalogue.current().sources.map(({ id }) => id))
    for (const row of rows) {
      for (const id of String(row['claimIds']).split('; ')) t.ok(claims.has(id), id)
      for (const id of String(row['sourceIds']).split('; ')) t.ok(sources.has(id), id)
    }
  })

  t.test('and warnings of gaps are those of every record, oldest first', async (t) => {
    const ids = [...new Set((await pages('recommendations', 100)).flat().map((row) => row['recommendationId']))]
    t.strictSame(ids, recorded.map(({ id }) => id))
    const warnings = (await pages('gap-warnings', 100)).flat()
    t.strictSame(warnings.map((w) => `${w['recommendationId']} ${w['position']} ${w['code']} ${w['message']}`), recorded.flatMap(({ id, gapWarnings }) => gapWarnings.map((w, i) => `${id} ${i + 1} ${w.code} ${w.message}`)))
  })

  t.test('of a day or later leave out the older', async (t) => {
    const id = randomUUID()
    await database.kysely
      .insertInto('recommendation')
      .columns(['id', 'organisation_id', 'created_at', 'catalogue_version', 'model_version', 'request', 'response'])
      .expression((eb) => eb.selectFrom('recommendation').where('id', '=', answer.id!).select([sql.val(id).$castTo<string>().as('id'), 'organisation_id', sql<Date>`timestamptz '2019-05-04T23:59:59.999Z'`.as('created_at'), 'catalogue_version', 'model_version', 'request', 'response']) as never)
      .execute()
    const idsSince = async (day: string) => new Set((await pages('recommendations', 100, `&since=${day}`)).flat().map((row) => row['recommendationId']))
    t.ok((await idsSince('2019-05-04')).has(id))
    t.strictSame([(await idsSince('2019-05-05')).has(id), (await idsSince('2019-05-05')).size], [false, recorded.length])
    t.strictSame((await get('/v1/rows/gap-warnings?since=2999-01-01')).rows, [])
    await database.kysely.deleteFrom('recommendation').where('id', '=', id).execute()
  })

  t.test('stay in place when an answer is recorded while they are read', async (t) => {
    const first = await get('/v1/rows/recommendations?limit=30')
    const second = await get(`/v1/rows/recommendations?limit=30&cursor=${first.nextCursor}`)
    recorded.push(await post(EXAMPLE_PROFILES[1]!))
    t.strictSame((await get(`/v1/rows/recommendations?limit=30&cursor=${first.nextCursor}`)).rows, second.rows)
  })

  t.test('of a record that is stored late, before the page that was reached, are in the next reading, also of the day alone', async (t) => {
    const id = randomUUID()
    const { nextCursor } = await get('/v1/rows/recommendations?limit=40')
    const oldest = await database.kysely.selectFrom('recommendation').select(['organisation_id', 'created_at', 'catalogue_version', 'model_version', 'request', 'response']).orderBy('created_at').orderBy('id').executeTakeFirstOrThrow()
    await database.kysely.insertInto('recommendation').values({ ...oldest, id, created_at: new Date(oldest.created_at.getTime() - 1) }).execute()
    const has = (rows: readonly Row[]) => rows.some((row) => row['recommendationId'] === id)
    t.equal(has((await get(`/v1/rows/recommendations?limit=10000&cursor=${nextCursor}`)).rows), false, 'which is what is said of it')
    t.ok(has((await get(`/v1/rows/recommendations?limit=10000&since=${new Date(oldest.created_at.getTime() - 86_400_000).toISOString().slice(0, 10)}`)).rows))
    await database.kysely.deleteFrom('recommendation').where('id', '=', id).execute()
    const { items } = (await app.inject('/v1/rows')).json<{ items: { dataset: string; description: string }[] }>()
    for (const dataset of ['recommendations', 'gap-warnings']) t.match(items.find((item) => item.dataset === dataset)!.description, /may belong before the page.*`since` the day before/)
  })

  t.test('are made from records without any, and of one moment, too', async (t) => {
    const bare = { ...answer, recommendations: [], supporting: { engagement: [], assessment: [], system: [], workforce: [] }, gapWarnings: [] }
    const at = '2018-01-01T00:00:00.000Z'
    const ids = Array.from({ length: 40 }, () => randomUUID()).sort()
    for (const [i, id] of ids.entries()) {
      const response = JSON.stringify(i % 3 === 0 ? answer : bare)
      await database.kysely.insertInto('recommendation').values({ id, organisation_id: LOCAL_ORGANISATION, created_at: at, catalogue_version: answer.catalogueVersion, model_version: 'x', request: '{}', response }).execute()
    }
    const whole = (await get('/v1/rows/recommendations?limit=10000')).rows
    t.strictSame([...new Set(whole.map((row) => row['recommendationId']))].slice(0, 14), ids.filter((_, i) => i % 3 === 0))
    for (const limit of [1, 5, rows.length, 64]) t.strictSame((await pages('recommendations', limit, '&since=2018-01-01')).flat(), whole, `by ${limit}`)
    await database.kysely.deleteFrom('recommendation').where('id', 'in', ids).execute()
  })

  t.test('are protected in the CSV only, where text would run as a formula', async (t) => {
    const id = randomUUID()
    const response = JSON.stringify({ ...answer, gapWarnings: answer.gapWarnings.slice(0, 1).map((w) => ({ ...w, message: '=cmd|"/c calc"!A1', suggestedAction: '@x, "y"' })) })
    await database.kysely.insertInto('recommendation').values({ id, organisation_id: LOCAL_ORGANISATION, created_at: new Date(), catalogue_version: 1, model_version: 'x', request: '{}', response }).execute()
    const url = `/v1/rows/gap-warnings?recommendation=${id}`
    t.match((await get(url)).rows, [{ message: '=cmd|"/c calc"!A1', suggestedAction: '@x, "y"' }])
    t.match(parse((await app.inject(`${url}&format=csv`)).body, { columns: true }), [{ message: `'=cmd|"/c calc"!A1`, suggestedAction: `'@x, "y"` }])
    await database.kysely.deleteFrom('recommendation').where('id', '=', id).execute()
  })
})

t.test('rows of the catalogue are those of the view of the evidence that is asked for', async (t) => {
  const founding = catalogue.view({ sources: ['founding-documents'] })
  const narrowed = (await pages('interventions', 60, '&evidenceSources=founding-documents')).flat()
  t.strictSame(narrowed.map(({ id }) => id), founding.interventions.map(({ id }) => id).sort())
  const claims = (await pages('claims', 200, '&evidenceSources=founding-documents&evidenceAsOf=2018-12-31')).flat()
  const view = catalogue.view({ sources: ['founding-documents'], asOf: '2018-12-31' })
  t.strictSame(claims.map(({ id }) => id), [...view.claimIds].sort())
  t.ok(claims.length > 0 && claims.length < catalogue.view().claimIds.size)
})

t.test('a page is found by the index, wherever it starts, and nothing is sorted', async (t) => {
  const plan = await database.kysely.transaction().execute(async (trx) => {
    // A table as small as this one would be read whole.
    await sql`set local enable_seqscan = off`.execute(trx)
    await sql`set local enable_bitmapscan = off`.execute(trx)
    const lines = await answersQuery(trx, LOCAL_ORGANISATION, { from: 'after', key: { createdAt: '2026-01-01T00:00:00.000Z', id: EXAMPLE_ID }, limit: 16 }).explain()
    return lines.flatMap((line) => Object.values(line)).join('\n')
  })
  t.match(plan, /Index Scan using recommendation_in_order[^]*Index Cond: [^]*ROW\(created_at, id\) > ROW/)
  t.notMatch(plan, /Sort/)
})

t.test('is refused', async (t) => {
  const made = (key: unknown) => Buffer.from(JSON.stringify(key)).toString('base64url')
  const refusals: [string, number, string, string | undefined][] = [
    ['/v1/rows/business-case', 404, 'no-such-dataset', '/dataset'],
    ['/v1/rows/realised?limit=3', 404, 'no-such-dataset', '/dataset'],
    ['/v1/rows/intervention', 404, 'no-such-dataset', '/dataset'],
    ['/v1/rows/recommendations?limit=10001', 400, 'validation', '/limit'],
    ['/v1/rows/recommendations?limit=0', 400, 'validation', '/limit'],
    ['/v1/rows/recommendations?limit=ten', 400, 'validation', '/limit'],
    ['/v1/rows/recommendations?format=xlsx', 400, 'validation', '/format'],
    ['/v1/rows/recommendations?evidenceAsOf=2018-12-31', 400, 'validation', '/evidenceAsOf'],
    ['/v1/rows/interventions?since=2018-12-31', 400, 'validation', '/since'],
    ['/v1/rows/recommendations?since=yesterday', 400, 'validation', '/since'],
    ['/v1/rows/recommendations?since=0000-01-01', 400, 'validation', '/since'],
    ['/v1/rows/recommendations?recommendation=7', 400, 'validation', '/recommendation'],
    ['/v1/rows/gap-warnings?recommendation=00000000-0000-4000-8000-00000000dead', 422, 'unknown-recommendation', '/recommendation'],
    ['/v1/rows/claims?evidenceSources=eif', 422, 'unknown-source', '/evidenceSources'],
    ['/v1/rows/claims?cursor=', 400, 'validation', '/cursor'],
    ...['abc', '!!!', made('mash'), made([]), made(['claims', 'x']), made(['interventions']), made(['interventions', 7]), made(['interventions', 'a', 'b'])].map((c): [string, number, string, string] => [`/v1/rows/interventions?cursor=${c}`, 400, 'invalid-cursor', '/cursor']),
    ...[['x', EXAMPLE_ID, 1], ['2026-01-01T00:00:00.000Z', 'x', 1], ['0000-01-01T00:00:00.000Z', EXAMPLE_ID, 1], ['2026-99-01T00:00:00.000Z', EXAMPLE_ID, 1], ['2026-02-30T00:00:00.000Z', EXAMPLE_ID, 1], ['2026-01-01T24:00:00.000Z', EXAMPLE_ID, 1], ['2026-01-01T00:00:00.000Z', EXAMPLE_ID, -1], ['2026-01-01T00:00:00.000Z', EXAMPLE_ID, 1.5], ['2026-01-01T00:00:00.000Z', EXAMPLE_ID], [null, null, null]].map(
      (key): [string, number, string, string] => [`/v1/rows/recommendations?cursor=${made(['recommendations', ...key])}`, 400, 'invalid-cursor', '/cursor']
    ),
    [`/v1/rows/gap-warnings?cursor=${made(['recommendations', '2026-01-01T00:00:00.000Z', EXAMPLE_ID, 1])}`, 400, 'invalid-cursor', '/cursor']
  ]
  for (const [url, status, code, pointer] of refusals) await t.test(url.slice(0, 90), async (t: Test) => {
    const response = await app.inject(url)
    t.match(response.json(), { status, code, errors: [{ pointer }] }, response.body.slice(0, 300))
    t.equal(response.headers['content-type'], 'application/problem+json; charset=utf-8')
  })
  t.match((await app.inject({ url: '/v1/rows/claims', headers: { accept: 'application/vnd.ms-excel' } })).json(), { status: 406, code: 'not-acceptable' })
  t.match((await app.inject('/v1/rows/intervention')).json(), { errors: [{ suggestions: ['interventions'] }] })
  t.equal((await app.inject({ method: 'POST', url: '/v1/rows/claims' })).statusCode, 405)
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { DefaultSettings, TaskUtils } from '@microsoft/powerquery-parser'
import { packageRoot } from '../../src/package-root.js'
import { EXAMPLE_PROFILES } from '../../src/recommendations/examples.js'
import { COLUMN_TYPES, type ColumnInfo, type Row } from '../../src/rows/columns.js'
import { testApp } from '../helpers/app.js'

/** The Power Query (M) snippet of the README: read as M, and its requests sent as it would send them. */

const readme = readFileSync(join(packageRoot(), 'README.md'), 'utf8')
const snippet = /```powerquery\n([\s\S]*?)```/.exec(readme)![1]!

const one = (pattern: RegExp) => {
  const found = [...snippet.matchAll(new RegExp(pattern, 'g'))]
  if (found.length !== 1) throw new Error(`${pattern.source} stands ${found.length} times in the snippet`)
  return found[0]!.slice(1)
}
/** The fields of an M record of texts, such as [limit = "5000", since = "2026-01-01"]. */
const textFields = (fields: string) => Object.fromEntries([...fields.matchAll(/([\w-]+)\s*=\s*"([^"]*)"/g)].map(([, name, value]) => [name!, value!]))

t.test('the snippet is M that parses', async (t) => {
  const parsed = await TaskUtils.tryLexParse(DefaultSettings, snippet)
  t.ok(TaskUtils.isParseStageOk(parsed), JSON.stringify((parsed as { error?: { message?: string } }).error?.message))
  t.notOk(TaskUtils.isParseStageOk(await TaskUtils.tryLexParse(DefaultSettings, snippet.replace('in\n', ''))), 'and the parser would see a fault')
})

t.test('it types every type of column', (t) => {
  const types = one(/Types = \[([\s\S]*?)\n {4}\]/)[0]!
  t.strictSame([...types.matchAll(/(?:#"([^"]+)"|(\w+)) =/g)].map(([, quoted, plain]) => quoted ?? plain), [...COLUMN_TYPES])
  t.end()
})

t.test('its requests page through a whole table, with a fixed address and path', async (t) => {
  const app = await testApp(t)
  for (const payload of [...EXAMPLE_PROFILES, ...EXAMPLE_PROFILES]) t.equal((await app.inject({ method: 'POST', url: '/v1/recommendations', payload })).statusCode, 201)

  const [base, relativePath] = one(/Web\.Contents\(\s*"([^"]+)",\s*\[\s*RelativePath = "([^"]+)"/) as [string, string]
  const [fixed, parameter, field] = one(/Query = \[([^\]]*)\] & \(if cursor = null then \[\] else \[(\w+) = (\w+)\]\)/) as [string, string, string]
  const headers = textFields(one(/Headers = \[([^\]]*)\]/)[0]!)
  t.equal(field, 'cursor', 'what is sent is what GetPage is given')
  t.strictSame(one(/each if \[(\w+)\] = null then null else GetPage\(\[(\w+)\]\)/), ['nextCursor', 'nextCursor'])
  t.equal(new URL(base).pathname, '/')
  const query = textFields(fixed)
  t.ok(query['limit'])

  async function generate(limit: string) {
    const pages: { columns: ColumnInfo[]; rows: Row[]; nextCursor: string | null }[] = []
    for (let cursor: string | null | undefined = null; cursor !== undefined; cursor = pages.at(-1)!.nextCursor ?? undefined) {
      const url = new URL(relativePath, `${base}/`)
      for (const [name, value] of Object.entries({ ...query, limit, ...(cursor === null ? {} : { [parameter]: cursor }) })) url.searchParams.set(name, value)
      const response = await app.inject({ url: `${url.pathname}${url.search}`, headers })
      t.equal(response.statusCode, 200)
      t.match(response.headers['content-type'], /^application\/json/)
      pages.push(response.json())
    }
    const [first] = pages
    for (const { columns } of pages) t.strictSame(columns, first!.columns, 'the columns are the same on every page')
    const rows = pages.flatMap((page) => page.rows)
    // MissingField.Error: a record that lacks a field ends the refresh.
    for (const row of rows) for (const { name } of first!.columns) if (!(name in row)) t.fail(`a row lacks ${name}`)
    return { pages: pages.length, rows }
  }
  const whole = await generate(query['limit']!)
  t.equal(whole.pages, 1)
  const paged = await generate('10')
  t.ok(paged.pages > 5, `${paged.pages} pages`)
  t.strictSame(paged.rows, whole.rows)
})

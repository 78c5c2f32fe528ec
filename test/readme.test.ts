import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { packageRoot } from '../src/package-root.js'
import { testApp, testDatabase } from './helpers/app.js'

/**
 * Every call of the README is made, and its answer must hold all that the README shows of it. A name such as
 * $CASE stands for what the first answer that shows it holds there, in every call that follows.
 */

interface Call {
  title: string
  method: 'GET' | 'POST'
  url: string
  headers: Record<string, string>
  body: string | undefined
  shown: unknown
}

function callsOf(readme: string): Call[] {
  const blocks = [...readme.matchAll(/```(sh|json)\n([\s\S]*?)```/g)].map(([, kind, text]) => ({ kind, text: text! }))
  return blocks.flatMap(({ kind, text }, i) => {
    const call = kind === 'sh' ? /^curl -s ['"]?http:\/\/127\.0\.0\.1:3000([^\s'"]+)['"]?((?: -H '[^']+')*)(?: -d '([\s\S]+)')?\s*$/.exec(text) : null
    if (kind === 'sh' && text.includes('curl') && call === null) throw new Error(`A call of the README cannot be read: ${text}`)
    if (call === null) return []
    const next = blocks[i + 1]
    if (next?.kind !== 'json') throw new Error(`A call of the README shows no answer: ${text}`)
    const headers = Object.fromEntries([...call[2]!.matchAll(/-H '([^:]+): ([^']+)'/g)].map(([, name, value]) => [name!.toLowerCase(), value!]))
    // '$NAME' outside the quotation marks of the shell, within those of JSON.
    const body = call[3]?.replace(/'(\$[A-Z]+)'/g, '$1')
    return { title: call[1]!, method: body === undefined ? ('GET' as const) : ('POST' as const), url: call[1]!, headers, body, shown: JSON.parse(next.text) as unknown }
  })
}

type Names = Map<string, string>
const named = (text: string, names: Names) =>
  text.replace(/\$[A-Z]+/g, (name) => {
    const value = names.get(name)
    if (value === undefined) throw new Error(`No answer of the README shows what ${name} is`)
    return value
  })

/** What is shown and not answered: every key must agree, and the items of a list must stand in it in that order. */
function missing(shown: unknown, given: unknown, names: Names, at = ''): string[] {
  if (Array.isArray(shown)) {
    if (!Array.isArray(given)) return [`${at} is no list`]
    if (shown.length === 0) return given.length === 0 ? [] : [`${at} is not empty`]
    let from = 0
    for (const [i, item] of shown.entries()) {
      const found = given.findIndex((candidate, j) => j >= from && missing(item, candidate, names).length === 0)
      if (found === -1) return [`${at}/${i} is not in the answer: ${JSON.stringify(item)}`]
      from = found + 1
    }
    return []
  }
  if (shown !== null && typeof shown === 'object') {
    if (given === null || typeof given !== 'object') return [`${at} is no object`]
    return Object.entries(shown).flatMap(([key, value]) => missing(value, (given as Record<string, unknown>)[key], names, `${at}/${key}`))
  }
  if (typeof shown === 'string' && /^\$[A-Z]+$/.test(shown) && typeof given === 'string' && !names.has(shown)) names.set(shown, given)
  if (typeof shown === 'string' && names.get(shown) === given) return []
  return shown === given ? [] : [`${at} is ${JSON.stringify(given)}, the README shows ${JSON.stringify(shown)}`]
}

t.test('the calls of the README give the answers it shows', async (t) => {
  const app = await testApp(t, { database: await testDatabase(t, 'statistics') })
  const calls = callsOf(readFileSync(join(packageRoot(), 'README.md'), 'utf8'))
  t.ok(calls.length >= 5, 'the README has calls')
  const names: Names = new Map()
  for (const { title, method, url, headers, body, shown } of calls) {
    const response = await app.inject({ method, url: named(url, names), headers, ...(body === undefined ? {} : { payload: named(body, names) }) })
    t.same(missing(shown, response.json(), names), [], title)
  }
})

t.test('every file and command that the README names is there', (t) => {
  const readme = readFileSync(join(packageRoot(), 'README.md'), 'utf8')
  for (const [, path] of readme.matchAll(/`((?:test|src|scripts|deploy|migrations|openapi)\/[\w./-]+)`/g)) t.ok(existsSync(join(packageRoot(), path!)), path!)
  const { scripts } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { scripts: Record<string, string> }
  for (const [, name] of readme.matchAll(/`npm run ([\w:-]+)/g)) t.ok(name! in scripts, name!)
  t.end()
})

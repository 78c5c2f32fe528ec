import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { packageRoot } from '../src/package-root.js'
import { testApp, testDatabase } from './helpers/app.js'

/** Every call of the README is made, and its answer must hold all that the README shows of it. */

interface Call {
  title: string
  method: 'GET' | 'POST'
  url: string
  body: unknown
  shown: unknown
}

function callsOf(readme: string): Call[] {
  const blocks = [...readme.matchAll(/```(sh|json)\n([\s\S]*?)```/g)].map(([, kind, text]) => ({ kind, text: text! }))
  return blocks.flatMap(({ kind, text }, i) => {
    const call = kind === 'sh' ? /^curl -s '?http:\/\/127\.0\.0\.1:3000([^\s']+)'?(?: -H '[^']+')?(?: -d '([\s\S]+)')?\s*$/.exec(text) : null
    if (kind === 'sh' && text.includes('curl') && call === null) throw new Error(`A call of the README cannot be read: ${text}`)
    if (call === null) return []
    const next = blocks[i + 1]
    if (next?.kind !== 'json') throw new Error(`A call of the README shows no answer: ${text}`)
    const body = call[2] === undefined ? undefined : JSON.parse(call[2])
    return { title: call[1]!, method: body === undefined ? ('GET' as const) : ('POST' as const), url: call[1]!, body, shown: JSON.parse(next.text) as unknown }
  })
}

/** What is shown and not answered: every key must agree, and the items of a list must stand in it in that order. */
function missing(shown: unknown, given: unknown, at = ''): string[] {
  if (Array.isArray(shown)) {
    if (!Array.isArray(given)) return [`${at} is no list`]
    if (shown.length === 0) return given.length === 0 ? [] : [`${at} is not empty`]
    let from = 0
    for (const [i, item] of shown.entries()) {
      const found = given.findIndex((candidate, j) => j >= from && missing(item, candidate).length === 0)
      if (found === -1) return [`${at}/${i} is not in the answer: ${JSON.stringify(item)}`]
      from = found + 1
    }
    return []
  }
  if (shown !== null && typeof shown === 'object') {
    if (given === null || typeof given !== 'object') return [`${at} is no object`]
    return Object.entries(shown).flatMap(([key, value]) => missing(value, (given as Record<string, unknown>)[key], `${at}/${key}`))
  }
  return shown === given ? [] : [`${at} is ${JSON.stringify(given)}, the README shows ${JSON.stringify(shown)}`]
}

t.test('the calls of the README give the answers it shows', async (t) => {
  const app = await testApp(t, { database: await testDatabase(t, 'statistics') })
  const calls = callsOf(readFileSync(join(packageRoot(), 'README.md'), 'utf8'))
  t.ok(calls.length >= 5, 'the README has calls')
  for (const { title, method, url, body, shown } of calls) {
    const response = await app.inject({ method, url, ...(body === undefined ? {} : { payload: body as object }) })
    t.same(missing(shown, response.json()), [], title)
  }
})

import type { Operation } from './document.js'
import { CURSOR, ETAG, encoded, type Caller, type Draft } from './requests.js'
import { PLACEHOLDER_ID } from './values.js'
import type { Answered, Wired } from './wire.js'

/** What is known of the running service by now: what exists and whose it is, cursors, entity tags and keys. */

type Council = 'local' | 'other'
interface Held {
  values: Record<string, string>
  council: Council
}

/** A request as it goes out. */
export interface Sent extends Wired {
  draft: Draft
  /** The address leads to something that another council owns. */
  foreign: boolean
  /** Whether the address and the method are those of the operation. */
  isOperation: boolean
  /** What the address leads to, where it was put together from parameters. */
  values: Record<string, string> | null
  bytes: Buffer | null
}

const MOST_HELD = 120

export class World {
  /** By caller; where there are none, nobody has to say who they are. */
  keys: Record<string, string> = {}
  readonly #held = new Map<string, Held[]>()
  readonly #cursors = new Map<string, string[]>()
  readonly #etags = new Map<string, string>()
  readonly #ids: string[] = []
  readonly #templates: { path: string; pattern: RegExp; names: string[] }[]

  constructor(operations: readonly Operation[]) {
    this.#templates = [...new Set(operations.map(({ path }) => path))].map((path) => ({ path, names: [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!), pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '([^/]+)')}$`) }))
    for (const { path, parameters } of operations) {
      const inPath = parameters.filter((parameter) => parameter.in === 'path')
      if (inPath.length === 0) continue
      const values = Object.fromEntries(inPath.map(({ name, example, examples }) => [name, String(example ?? Object.values(examples ?? {})[0]?.value)]))
      if (Object.values(values).some((value) => /^[0-9a-f-]{36}$/.test(value))) this.#hold(path, { values, council: 'local' })
      for (const value of Object.values(values)) this.#know(value)
    }
  }

  isOpenToAll = () => Object.keys(this.keys).length === 0

  #councilOf = (caller: Caller): Council => (caller === 'other-council' && !this.isOpenToAll() ? 'other' : 'local')

  #know(id: string) {
    if (!/^[0-9a-f-]{36}$/.test(id) || this.#ids.includes(id)) return
    this.#ids.push(id)
    if (this.#ids.length > MOST_HELD) this.#ids.splice(10, 1)
  }

  #hold(path: string, held: Held) {
    const list = this.#held.get(path) ?? []
    if (list.some(({ values }) => JSON.stringify(values) === JSON.stringify(held.values))) return
    list.push(held)
    if (list.length > MOST_HELD) list.shift()
    this.#held.set(path, list)
  }

  /** Things that an address can lead to: those known to answer there, and what they belong to. */
  #candidates(path: string): Held[] {
    const parts = path.split('/')
    const lists: Held[][] = []
    for (let length = parts.length; length > 0; length--) {
      const prefix = parts.slice(0, length).join('/')
      if (prefix.includes('{')) lists.push(this.#held.get(prefix) ?? [])
    }
    return lists.flat()
  }

  send(draft: Draft): Sent {
    const { operation, path, as } = draft
    const withIds = (text: string) => text.replace(PLACEHOLDER_ID, (_, n: string) => this.#ids[Number(n) % this.#ids.length] ?? '00000000-0000-4000-8000-00000000dead')
    let values: Record<string, string> | null = null
    let foreign = false
    let address: string
    if (path.raw !== null) address = withIds(path.raw)
    else {
      const candidates = path.known === null || Object.keys(path.values).length === 0 ? [] : this.#candidates(operation.path)
      const found = candidates[(path.known ?? 0) % candidates.length]
      values = Object.fromEntries(Object.entries({ ...path.values, ...found?.values }).filter(([name]) => name in path.values).map(([name, value]) => [name, withIds(value)]))
      foreign = this.#ownerOf(values) !== undefined && this.#ownerOf(values) !== this.#councilOf(as)
      address = Object.entries(values).reduce((text, [name, value]) => text.replace(`{${name}}`, encoded(value)), operation.path)
    }
    const query = draft.query.flatMap(({ name, value, raw }) => {
      if (raw === true) return [name]
      const cursor = CURSOR.exec(value)
      if (cursor === null) return [`${encoded(name)}=${encoded(withIds(value))}`]
      const known = this.#cursor(operation.path, Number(cursor[1]), cursor[2]!)
      return known === undefined ? [] : [`${encoded(name)}=${encoded(known)}`]
    })
    const headers = draft.headers.map(([name, value]): [string, string] => {
      const etag = ETAG.exec(value)
      return [name, etag === null ? value : this.#etag(address, etag[1]!)]
    })
    const bytes = draft.body === null ? null : draft.body.type === 'application/json' && draft.body.bytes.length < 2_000_000 ? withPlaceholders(draft.body.bytes, withIds) : draft.body.bytes
    if (draft.body !== null && !headers.some(([name]) => name === 'content-type')) headers.push(['content-type', draft.body.type])
    if (!headers.some(([name]) => name === 'authorization')) headers.push(...this.credentials(as))
    return {
      draft,
      foreign,
      values,
      isOperation: path.raw === null && (draft.method === operation.method || (draft.method === 'HEAD' && operation.method === 'GET')),
      method: draft.method,
      path: address + (query.length === 0 ? '' : `?${query.join('&')}`),
      headers,
      body: bytes,
      bytes
    }
  }

  credentials(caller: Caller): [string, string][] {
    if (caller === 'malformed') return [['authorization', 'Bearer evk_0123456789abcdef_no-key-of-anybody']]
    const key = this.keys[caller]
    return key === undefined ? [] : [['authorization', `Bearer ${key}`]]
  }

  #ownerOf(values: Record<string, string>): Council | undefined {
    const id = values['id']
    for (const list of this.#held.values()) for (const held of list) if (id !== undefined && held.values['id'] === id) return held.council
    return undefined
  }

  #cursor(path: string, n: number, how: string): string | undefined {
    const own = this.#cursors.get(path) ?? []
    const others = [...this.#cursors.entries()].filter(([other]) => other !== path).flatMap(([, list]) => list)
    const list = how === 'other' ? others : own
    const cursor = list[n % list.length]
    if (cursor === undefined) return undefined
    if (how === 'cut') return cursor.slice(0, -1)
    // Which cursor, and what is changed in it, do not go together.
    if (how === 'changed') return changedCursor(cursor, Math.floor(n / 3))
    return cursor
  }

  #etag(address: string, how: string): string {
    const held = this.#etags.get(address) ?? this.#etags.get(address.split('/').slice(0, -1).join('/')) ?? '"1"'
    if (how === 'stale') return '"900000001"'
    if (how === 'weak') return `W/${held}`
    if (how === 'several') return `"7777", ${held}`
    return held
  }

  /** Takes from an answer what later requests can use. */
  note({ draft, path, values }: Sent, { status, headers, body }: Answered) {
    if (status >= 300) return
    const council = this.#councilOf(draft.as)
    const address = path.split('?', 1)[0]!
    const etag = headers['etag']
    const location = headers['location']
    if (typeof location === 'string') {
      const template = this.#templates.find(({ pattern }) => pattern.test(location))
      const found = template?.pattern.exec(location)
      if (template !== undefined && found != null) {
        const own = Object.fromEntries(template.names.map((name, n) => [name, decodeURIComponent(found[n + 1]!)]))
        this.#hold(template.path, { values: own, council })
        for (const value of Object.values(own)) this.#know(value)
      }
      if (typeof etag === 'string') this.#etags.set(location, etag)
    } else if (typeof etag === 'string') {
      const owner = address.endsWith('/transitions') ? address.slice(0, -'/transitions'.length) : address
      this.#etags.set(owner, etag)
    }
    if (values !== null && Object.keys(values).length > 0 && draft.method === draft.operation.method && /^[0-9a-f-]{36}$/.test(values['id'] ?? '')) this.#hold(draft.operation.path, { values, council })
    if (!String(headers['content-type']).includes('json') || body.length === 0 || body.length > 3_000_000) return
    const next = (JSON.parse(body.toString('utf8')) as { nextCursor?: unknown }).nextCursor
    if (typeof next === 'string') {
      const list = this.#cursors.get(draft.operation.path) ?? []
      if (!list.includes(next)) list.push(next)
      if (list.length > 20) list.shift()
      this.#cursors.set(draft.operation.path, list)
    }
  }
}

/** In a body that is not text, nothing stands for an id. */
function withPlaceholders(bytes: Buffer, withIds: (text: string) => string): Buffer {
  const text = bytes.toString('utf8')
  const replaced = withIds(text)
  return replaced === text ? bytes : Buffer.from(replaced, 'utf8')
}

/** A cursor of the same form that says something else. */
const CHANGES: ((text: string) => string)[] = [
  (text) => text.replace(/\d/, '9'),
  (text) => text.replace(/-\d\d-\d\dT/, '-02-30T'),
  (text) => text.replace(/-\d\d-\d\dT/, '-13-45T'),
  (text) => text.replace(/T\d\d:/, 'T24:'),
  (text) => text.replace(/T\d\d:/, 'T25:'),
  (text) => text.replace(/^\d{4}/, '0000'),
  (text) => text.replace(/\d+$/, '99999999999999999999'),
  (text) => text.replace(/\d+/g, '2147483648'),
  (text) => text.replace(/\d+/g, '-1'),
  (text) => text.replace(/\d+/g, '1e9'),
  (text) => `${text}\u0000`,
  (text) => text.replace(/[a-z]/, '\u0000'),
  (text) => text.replace(/[a-z]/, '\u00e9'),
  (text) => text.slice(0, Math.ceil(text.length / 2)),
  (text) => text + text,
  (text) => text.replace(/[0-9a-f]{8}-/, 'zzzzzzzz-'),
  (text) => text.toUpperCase(),
  (text) => text.replaceAll(' ', '\n')
]
export function changedCursor(cursor: string, n: number): string {
  const text = Buffer.from(cursor, 'base64url').toString('utf8')
  return Buffer.from(CHANGES[n % CHANGES.length]!(text), 'utf8').toString('base64url')
}

/** How long a caller waits before it takes a request for one that hangs. */
export const HUNG_MS = 35_000

export interface Call {
  /** When it was sent, and how long its answer took, in ms. */
  at: number
  ms: number
  /** Null where no answer came. */
  status: number | null
  text: string
  location: string | null
  etag: string | null
  error: string | null
  changes: boolean
}

export interface Asked {
  method?: string
  key?: string
  body?: unknown
  headers?: Record<string, string>
}

/** Sends requests as a council's system does, one connection kept open beside another, and notes how each went. */
export function caller(base: string) {
  const calls: Call[] = []
  async function call(path: string, { method = 'GET', key, body, headers = {} }: Asked = {}): Promise<Call> {
    const at = performance.now()
    const one: Call = { at, ms: 0, status: null, text: '', location: null, etag: null, error: null, changes: method === 'PUT' || (method === 'POST' && !/preview|appraisals/.test(path)) }
    try {
      const response = await fetch(`${base}${path}`, {
        method,
        headers: { ...(key === undefined ? {} : { authorization: `Bearer ${key}` }), ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(HUNG_MS + 5_000)
      })
      one.text = await response.text()
      one.status = response.status
      one.location = response.headers.get('location')
      one.etag = response.headers.get('etag')
    } catch (error) {
      const { cause, message, name } = error as Error & { cause?: { code?: string } }
      one.error = cause?.code ?? `${name}: ${message}`
    }
    one.ms = performance.now() - at
    calls.push(one)
    return one
  }
  return { call, calls }
}

export const succeeded = ({ status }: Call) => status !== null && status >= 200 && status < 300

/** What a service may say while a part of it is away: that it is. */
export const isHonestFailure = ({ status, error }: Call) => (status === null ? /^(ECONNRESET|ECONNREFUSED|UND_ERR_SOCKET|EPIPE)$/.test(error!) : [502, 503, 504].includes(status))

/** How many of each kind, the most first: `{ 503: 12, ECONNRESET: 1 }`. */
export function counted(calls: readonly Call[]): string {
  const counts = new Map<string, number>()
  for (const { status, error } of calls) counts.set(String(status ?? error), (counts.get(String(status ?? error)) ?? 0) + 1)
  return [...counts].sort(([, a], [, b]) => b - a).map(([kind, count]) => `${kind}: ${count}`).join(', ') || 'none'
}

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

export async function waitFor(what: string, holds: () => Promise<boolean>, withinMs = 60_000): Promise<number> {
  const began = performance.now()
  for (;;) {
    if (await holds().catch(() => false)) return performance.now() - began
    if (performance.now() - began > withinMs) throw new Error(`${what}: not within ${withinMs} ms`)
    await pause(20)
  }
}

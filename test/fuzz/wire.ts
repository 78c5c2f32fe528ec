import { Agent, request } from 'node:http'
import { connect } from 'node:net'

export interface Wired {
  method: string
  path: string
  /** Repeated ones too; the host and the length of the body are added. */
  headers: readonly (readonly [string, string])[]
  body: Buffer | null
}

export interface Answered {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: Buffer
  ms: number
}

/** Headers after which a connection may be of no more use. */
const PARTING = ['content-length', 'transfer-encoding', 'connection', 'upgrade', 'expect', 'trailer', 'te']

const GIVEN_UP_MS = 40_000

/** A client that sends what it is told to, wrong or not, over one connection that is kept. */
export function wireTo(address: string) {
  const { hostname, port, host } = new URL(address)
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })

  function once({ method, path, headers, body }: Wired, ownConnection: boolean): Promise<Answered> {
    const held = (name: string) => headers.some(([given]) => given.toLowerCase() === name)
    const all: [string, string][] = [...headers.map(([name, value]): [string, string] => [name, value])]
    if (!held('host')) all.unshift(['host', host])
    if (body !== null && !held('content-length') && !held('transfer-encoding')) all.push(['content-length', String(body.length)])
    if (!held('connection')) all.push(['connection', ownConnection ? 'close' : 'keep-alive'])
    return new Promise((resolve, reject) => {
      const began = performance.now()
      const asked = request({ hostname, port, method, path, headers: all.flat() as never, agent: ownConnection ? false : agent, timeout: GIVEN_UP_MS }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks), ms: performance.now() - began }))
      })
      asked.on('timeout', () => asked.destroy(new Error(`nothing came within ${GIVEN_UP_MS} ms`)))
      // What is refused before its body has arrived may part the connection while that is still being sent; the answer comes all the same.
      asked.on('error', reject)
      asked.end(body ?? undefined)
    })
  }

  return {
    /** @throws Error where there is no answer; `CannotBeSent` where this client cannot write such a request */
    async send(wired: Wired): Promise<Answered> {
      const own = wired.headers.some(([name]) => PARTING.includes(name.toLowerCase()))
      try {
        return await once(wired, own)
      } catch (error) {
        const { code } = error as { code?: string }
        if (code === 'ERR_INVALID_CHAR' || code === 'ERR_UNESCAPED_CHARACTERS' || code === 'ERR_INVALID_HTTP_TOKEN' || code === 'ERR_HTTP_INVALID_HEADER_VALUE' || code === 'ERR_HTTP_CONTENT_LENGTH_MISMATCH' || code === 'ERR_HTTP_TRAILER_INVALID') throw new CannotBeSent(code)
        // What is refused before its method is known has a body, even where HEAD would have none.
        if (code?.startsWith('HPE_') === true && wired.method === 'HEAD') throw new CannotBeSent(code)
        // A connection that was kept may have been closed by the other side just then.
        if (code === 'ECONNRESET' || code === 'EPIPE') return once(wired, true)
        throw error
      }
    },
    /** Bytes as they stand. @returns all that came until the other side closed, or a while had passed */
    raw(bytes: Buffer, waitMs = 1500): Promise<string> {
      return new Promise((resolve) => {
        const socket = connect(Number(port), hostname, () => socket.write(bytes))
        let text = ''
        const finish = () => {
          clearTimeout(timer)
          socket.destroy()
          resolve(text)
        }
        const timer = setTimeout(finish, waitMs)
        socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')))
        socket.on('close', finish)
        socket.on('error', finish)
      })
    },
    close: () => agent.destroy()
  }
}

export type Wire = ReturnType<typeof wireTo>

export class CannotBeSent extends Error {}

import t from 'tap'
import { isDeepStrictEqual } from 'node:util'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import { adminService } from '../../src/access/admin.js'
import { openDatabase } from '../../src/db/database.js'
import { runScript, temporaryFolder } from '../helpers/children.js'
import { configFor } from '../helpers/template.js'
import { caller, counted, succeeded } from './requests.js'

/**
 * The service on its embedded engine, killed in the middle of writing, again and again: what it
 * acknowledged must be there when it starts again. A kill ends the process and not the machine, so this
 * says nothing of a power failure: the engine does not wait for the disk.
 */
const SERVER = new URL('../../src/server.ts', import.meta.url)
const ROUNDS = Number(process.env['ROUNDS'] ?? 15)
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
const WRITERS = 6
/** Every round writes for a time of its own between these. */
const [SHORTEST_MS, LONGEST_MS] = [50, 1_200]

t.setTimeout(30_000 * (ROUNDS + 2))
const folder = temporaryFolder(t)
const PROFILE = { needs: [{ need: 'neglect', children: 310 }] }
const middle = (list: number[]) => [...list].sort((a, b) => a - b)[list.length >> 1]!
const told = (list: number[]) => `${(middle(list) / 1000).toFixed(2)} s in the middle, ${(Math.max(...list) / 1000).toFixed(2)} s at most`

interface Stored {
  location: string
  text: string
}

t.test(`killed ${ROUNDS} times in the middle of writing, nothing acknowledged is lost`, async (t) => {
  const random = xoroshiro128plus(SEED)
  const all: Stored[] = []
  const missing: string[] = []
  const wrong: string[] = []
  const faults: string[] = []
  const opened: number[] = []
  const ready: number[] = []
  const failures: Parameters<typeof counted>[0][number][] = []
  let tried = 0
  let written: Stored[] = []

  async function start() {
    const began = performance.now()
    const server = runScript(t, SERVER, { PORT: '0', DATA_DIR: folder, LOG_LEVEL: 'warn' })
    const address = (await server.until(/Evident is ready at (\S+)/))[1]!
    ready.push(performance.now() - began)
    return { server, address }
  }

  const check = async (address: string, records: readonly Stored[]) => {
    for (const { location, text } of records) {
      const response = await fetch(`${address}${location}`)
      const found = await response.text()
      // A decision record comes back byte for byte.
      const same = response.status === 200 && (location.includes('/recommendations/') ? found === text : isDeepStrictEqual(JSON.parse(found), JSON.parse(text)))
      if (!same) missing.push(`${location}: ${response.status}`)
    }
  }

  async function verifyTrail(round: number) {
    const began = performance.now()
    const database = await openDatabase(configFor(null, folder))
    opened.push(performance.now() - began)
    try {
      for (const { organisation, fault } of await adminService({ database }).verifyAudit()) if (fault !== null) faults.push(`round ${round}, ${organisation}: ${fault}`)
    } finally {
      await database.close()
    }
  }

  for (let round = 1; round <= ROUNDS; round += 1) {
    const { server, address } = await start()
    await check(address, written)
    written = []
    const { call, calls } = caller(address)
    let killed = false
    let serial = 0
    const write = async () => {
      while (!killed) {
        serial += 1
        const one = await (serial % 5 === 0 ? call('/v1/recommendations', { method: 'POST', body: PROFILE }) : call('/v1/needs-profiles', { method: 'POST', body: { title: `Round ${round}, ${serial}` } }))
        if (succeeded(one)) written.push({ location: one.location!, text: one.text })
        else if (!killed) wrong.push(`${one.status ?? one.error} ${one.text.slice(0, 300)}`)
      }
    }
    const writing = Promise.all(Array.from({ length: WRITERS }, write))
    await new Promise((resolve) => setTimeout(resolve, SHORTEST_MS + ((random.next() >>> 0) % (LONGEST_MS - SHORTEST_MS))))
    killed = true
    server.process.kill('SIGKILL')
    await server.exited
    await writing
    tried += calls.length
    failures.push(...calls.filter((one) => !succeeded(one)))
    all.push(...written)
    await verifyTrail(round)
  }
  const { server, address } = await start()
  await check(address, all)
  server.process.kill('SIGTERM')
  await server.exited

  t.comment(`embedded engine: killed ${ROUNDS} times (SEED=${SEED}); requests tried: ${tried}, acknowledged: ${all.length}, found as they were: ${all.length - new Set(missing).size}; cut off: ${counted(failures)}`)
  t.comment(`embedded engine: the database was open again after ${told(opened)}; the service was ready after ${told(ready.slice(1))}`)
  t.strictSame(wrong, [], 'no request failed before the kill')
  t.ok(all.length > ROUNDS, 'there was writing to interrupt')
  t.ok(failures.length > 0, 'and it was interrupted')
  t.strictSame(missing, [], 'every acknowledged change is found, with its content')
  t.strictSame(faults, [], 'and the trail of changes is whole after every kill')
})

import { parse } from 'csv-parse/sync'
import { REPLAYED } from '../../src/idempotency/key.js'
import type { Contract } from '../helpers/contract.js'
import { assertAsSaid } from '../helpers/contract.js'
import type { Parameter, Schema } from './document.js'
import { CURSOR, ETAG } from './requests.js'
import { PLACEHOLDER_ID } from './values.js'
import type { Answered } from './wire.js'
import type { Sent, World } from './world.js'

/** What must hold of every answer, whatever was asked. */

/** Something that must not be. */
export class Find extends Error {
  constructor(
    readonly oracle: string,
    message: string
  ) {
    super(message)
  }
}

interface Problem {
  status: number
  code: string
  detail: string
  errors?: { pointer: string; code: string; in: string | null }[]
}

interface Judged {
  sent: Sent
  answered: Answered
  /** Tables that were written to. */
  stored: string[]
  /** Whether the document allows it: null where that cannot be told. */
  valid: boolean | null
}

/** How long an answer may take, with nothing else asked. */
export const SLOWEST_MS = 5_000

/** A refusal is read by people: a hundred faults are enough of one. */
const MOST_PROBLEM_BYTES = 64_000

/** What the protocol itself may answer, whatever the operation: 408 too slow, 417 an expectation, 421 another's name in Host, 431 too many headers. */
const OF_THE_PROTOCOL = [408, 417, 421, 431]
/** What an address or a method that is none may be answered. */
const OF_NO_OPERATION = [400, 401, 403, 404, 405, 406, 413, 414, 415, ...OF_THE_PROTOCOL]
/** A text that the schema lets pass and that only this service can have written; a body that no schema describes. */
const REFUSED_BEYOND_THE_SCHEMA = ['invalid-cursor', 'invalid-if-match', 'too-deep', 'repeated-key', 'forbidden-key']

export function judge(judged: Judged, { contract, world }: { contract: Contract; world: World }) {
  const { sent, answered } = judged
  if (answered.status >= 500) wasUnavailable(answered)
  wasQuick(answered)
  hasHeaders(judged)
  if (answered.status >= 400) isProblem(judged, contract)
  isDocumented(judged, contract)
  storedWhatItSays(judged)
  asMayWho(judged, world)
  if (sent.isOperation) asIsValid(judged)
}

function wasUnavailable({ status, headers, body }: Answered) {
  if (status === 503 && headers['retry-after'] !== undefined && !/database-unavailable|internal/.test(body.toString())) return
  throw new Find('no fault of ours', `answered ${status}: ${body.toString().slice(0, 400)}`)
}

function wasQuick({ ms }: Answered) {
  if (ms > SLOWEST_MS) throw new Find('quick', `took ${Math.round(ms)} ms`)
}

function hasHeaders({ sent, answered: { status, headers } }: Judged) {
  // Refused before there is a request.
  if (OF_THE_PROTOCOL.includes(status) || (status === 400 && headers['x-request-id'] === undefined)) return
  if (typeof headers['x-request-id'] !== 'string') throw new Find('headers', `${status} without X-Request-Id`)
  if (headers['x-content-type-options'] !== 'nosniff') throw new Find('headers', `${status} without X-Content-Type-Options`)
  if (status === 401 && headers['www-authenticate'] === undefined) throw new Find('headers', '401 without WWW-Authenticate')
  if (status === 405 && headers['allow'] === undefined) throw new Find('headers', '405 without Allow')
  if (headers['x-injected'] !== undefined) throw new Find('headers', `a header was put in by ${sent.path}`)
}

/** Besides its schema: it names what was sent, is short, and tells nothing of the inside. */
function isProblem({ sent, answered }: Judged, contract: Contract) {
  const { status, headers, body } = answered
  const type = String(headers['content-type'] ?? '')
  if (sent.method === 'HEAD' || status === 417) return
  if (!type.startsWith('application/problem+json') && !(sent.draft.operation.isHealth && type.startsWith('application/json'))) throw new Find('problem', `${status} as '${type}': ${body.toString().slice(0, 200)}`)
  if (body.length > MOST_PROBLEM_BYTES) throw new Find('problem', `${status} of ${body.length} bytes`)
  const text = body.toString('utf8')
  if (/node_modules|\bat \S+ \(|\.[tj]s:\d+:\d+|violates|relation "|syntax at or near|kysely|pg_/i.test(text)) throw new Find('problem', `${status} shows the inside: ${text.slice(0, 300)}`)
  const problem = JSON.parse(text) as Problem
  if (problem.status !== status) throw new Find('problem', `${status} says ${problem.status}`)
  // Before there is a request it has no id, and no address.
  if (headers['x-request-id'] !== undefined) {
    const validate = contract.ajv.getSchema('#/components/schemas/ProblemDetails')
    if (validate !== undefined && !sent.draft.operation.isHealth && validate(problem) === false) throw new Find('problem', `${status} is not as ProblemDetails says: ${contract.ajv.errorsText(validate.errors)}`)
  }
  if (sent.isOperation) for (const error of problem.errors ?? []) namesWhatIsThere(sent, error)
}

function namesWhatIsThere({ draft, path, bytes, headers }: Sent, { pointer, code, in: where }: NonNullable<Problem['errors']>[number]) {
  const first = pointer.slice(1).split('/')[0]!.replaceAll('~1', '/').replaceAll('~0', '~')
  const wrong = () => new Find('pointer', `the error '${code}' names ${where ?? 'no part'} '${pointer.slice(0, 120)}', which is not there`)
  const documented = (place: Parameter['in']) => draft.operation.parameters.some((parameter) => parameter.in === place && parameter.name === first)
  // Pointers of long keys are cut.
  if (pointer.length >= 70 || where === null) return
  if (where === 'query' && !draft.query.some(({ raw }) => raw) && !documented('query') && ![...new URLSearchParams(path.split('?', 2)[1] ?? '').keys()].includes(first)) throw wrong()
  if (where === 'path' && !documented('path')) throw wrong()
  if (where === 'header' && !documented('header') && !headers.some(([name]) => name === first)) throw wrong()
  if (where !== 'body' || pointer === '' || draft.operation.body?.type !== 'application/json') return
  let part: unknown
  try {
    part = JSON.parse((bytes ?? Buffer.from('')).toString('utf8'))
  } catch {
    return
  }
  const steps = pointer.slice(1).split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  steps.forEach((step, n) => {
    const isThere = typeof part === 'object' && part !== null && Object.hasOwn(part, step)
    // The last may be what is missing.
    if (!isThere && n < steps.length - 1) throw wrong()
    if (isThere) part = (part as Record<string, unknown>)[step]
    else if (typeof part !== 'object' || part === null) throw wrong()
  })
}

function isDocumented({ sent, answered: { status, headers, body } }: Judged, contract: Contract) {
  const { operation } = sent.draft
  const type = String(headers['content-type'] ?? '').split(';', 1)[0]!
  if (!sent.isOperation) {
    const isOther = sent.draft.path.raw === null && contract.operations.some(({ method, pattern }) => method === (sent.method === 'HEAD' ? 'GET' : sent.method) && pattern.test(sent.path.split('?', 1)[0]!))
    if (!isOther && sent.draft.path.raw === null && !OF_NO_OPERATION.includes(status) && status < 500) throw new Find('documented', `${sent.method}, which is not documented, answered ${status}`)
    return
  }
  const told = operation.responses[String(status)]
  if (told === undefined) {
    if (OF_THE_PROTOCOL.includes(status) || (status === 400 && headers['x-request-id'] === undefined)) return
    throw new Find('documented', `answered ${status}, which is not documented: ${body.toString().slice(0, 300)}`)
  }
  const isHead = sent.method === 'HEAD'
  if (isHead && body.length > 0) throw new Find('documented', 'HEAD has a body')
  const content = told.content ?? {}
  if (body.length === 0) {
    if (!isHead && Object.keys(content).length > 0) throw new Find('documented', `${status} without a body`)
    return
  }
  if (content[type] === undefined) throw new Find('documented', `${status} as '${type}', which is not documented`)
  const text = body.toString('utf8')
  if (Buffer.byteLength(text) !== body.length) throw new Find('documented', 'the body is not UTF-8')
  if (type === 'text/html') {
    if (!/^<!doctype html>/i.test(text) || /<script|<iframe|\son\w+\s*=\s*["']?alert|javascript:/i.test(text.replace(/&[a-z]+;[^<]*/g, ''))) throw new Find('documented', 'a page that is none, or with a script')
  } else if (type === 'text/csv') {
    const rows = parse(text, { bom: false, relax_column_count: false })
    if (rows.length === 0) throw new Find('documented', 'CSV without a header row')
  } else if (type === 'text/plain') {
    if (text.trim() === '') throw new Find('documented', 'a text without a word')
  } else if (status < 400) {
    const payload = JSON.parse(text) as { nextCursor?: unknown }
    try {
      assertAsSaid(contract, operation.id, status, payload)
    } catch (error) {
      throw new Find('schema', (error as Error).message)
    }
    for (const name of Object.keys(told.headers ?? {})) if (headers[name] === undefined && !(name === 'link' && payload.nextCursor === null) && name !== REPLAYED) throw new Find('headers', `${status} without the header '${name}', which is documented`)
    if (headers[REPLAYED] !== undefined && !isRepeatable(sent)) throw new Find('headers', 'an answer is given again to a request without a key')
    if (typeof payload.nextCursor === 'string' && headers['link'] === undefined) throw new Find('headers', 'a next page without a Link header')
  }
}

/** Idempotent answers are given again without being stored again. */
const isRepeatable = ({ headers }: Sent) => headers.some(([name]) => name === 'idempotency-key')

function storedWhatItSays({ sent, answered: { status }, stored }: Judged) {
  if (status >= 400 && stored.length > 0) throw new Find('nothing stored', `answered ${status}, and ${stored.join(', ')} was written to`)
  const { method, scope } = sent.draft.operation
  if (stored.length > 0 && (sent.method === 'GET' || sent.method === 'HEAD' || sent.method === 'OPTIONS')) throw new Find('nothing stored', `${sent.method} wrote to ${stored.join(', ')}`)
  if (stored.length > 0 && sent.isOperation && method === 'POST' && scope === 'read') throw new Find('nothing stored', `what needs 'read' alone wrote to ${stored.join(', ')}`)
  if (status === 201 && stored.length === 0 && !isRepeatable(sent)) throw new Find('stored', 'answered 201, and nothing was stored')
}

/** Each scope as a caller of its own. */
const SCOPE_ALONE = ['read', 'write', 'approve', 'curate', 'admin']

function asMayWho({ sent, answered: { status }, valid }: Judged, world: World) {
  const { as, operation } = sent.draft
  if (!sent.isOperation || sent.draft.headers.some(([name]) => name === 'authorization') || sent.draft.mutations.some((name) => name.includes('header'))) return
  const refusedBefore = [...OF_THE_PROTOCOL, ...(status === 400 && valid !== true ? [400] : []), ...(valid === true ? [] : [404, 413, 414, 415])]
  const expected = operation.isHealth ? null : as === 'malformed' ? 401 : operation.scope === null || world.isOpenToAll() ? null : as === 'nobody' ? 401 : SCOPE_ALONE.includes(as) && as !== operation.scope ? 403 : null
  if (expected !== null && status !== expected && !refusedBefore.includes(status)) throw new Find('who may', `${as} was answered ${status}, not ${expected}`)
  if (expected === null && status === 401) throw new Find('who may', `${as} was answered 401`)
  if (sent.foreign && !world.isOpenToAll() && (status < 300 || status === 409 || status === 412 || status === 304)) throw new Find('who may', `what another council owns answered ${status}`)
}

function asIsValid({ sent, answered: { status, body }, valid }: Judged) {
  if (valid === false && status < 300) throw new Find('refused', `the document does not allow it, and it was answered ${status}`)
  if (valid !== true || status < 400 || OF_THE_PROTOCOL.includes(status) || status === 401 || status === 403 || status === 404 || status === 409 || status === 412 || status === 422 || status === 503 || sent.method === 'HEAD') return
  const { code } = JSON.parse(body.toString('utf8')) as Problem
  if (status === 400 && REFUSED_BEYOND_THE_SCHEMA.includes(code)) return
  if (status === 428 || (status === 406 && sent.headers.some(([name]) => name === 'accept'))) return
  throw new Find('accepted', `the document allows it, and it was answered ${status}: ${body.toString().slice(0, 500)}`)
}

const NUMERAL = /^-?\d+(\.\d+)?$/

/** Whether the document allows a request; null where that cannot be told from it. */
export function isAllowed({ draft, bytes, path, isOperation, headers }: Sent, fits: (schema: Schema, value: unknown) => boolean): boolean | null {
  const { operation } = draft
  if (!isOperation || draft.query.some(({ raw }) => raw) || draft.mutations.some((name) => /header|content type|address|method/.test(name))) return null
  const typed = (parameter: Parameter, text: string): boolean => {
    if (parameter.schema.type === 'integer' || parameter.schema.type === 'number') return NUMERAL.test(text) && fits(parameter.schema, Number(text))
    if (parameter.schema.type === 'boolean') return /^(true|false)$/.test(text)
    return fits(parameter.schema, text)
  }
  const pairs = [...new URLSearchParams(path.split('?', 2)[1] ?? '')]
  // What is no Unicode has no value that a schema could speak of.
  if (path.includes('%ED') || pairs.some(([, value]) => value.includes('\ufffd'))) return null
  for (const [name, value] of pairs) {
    const parameter = operation.parameters.find((one) => one.in === 'query' && one.name === name)
    // An operation that is no part of the API takes no notice of what it does not know.
    if (parameter === undefined) return operation.path.startsWith('/v1') ? false : null
    if (pairs.filter(([other]) => other === name).length > 1 || (!typed(parameter, value) && !isOwnCursor(draft, name))) return false
  }
  for (const parameter of operation.parameters) {
    if (parameter.in === 'query' && parameter.required === true && !pairs.some(([name]) => name === parameter.name)) return false
    if (parameter.in === 'path') {
      const value = draft.path.values[parameter.name]!
      if (!new RegExp(PLACEHOLDER_ID.source).test(value) && !typed(parameter, value)) return false
    }
    if (parameter.in === 'header') {
      const given = headers.filter(([name]) => name === parameter.name)
      if (given.length === 0 && parameter.required === true) return false
      if (given.length > 0 && !draft.headers.some(([name, value]) => name === parameter.name && ETAG.test(value)) && !given.every(([, value]) => fits(parameter.schema, value))) return false
    }
  }
  return bodyFits(operation.body, bytes, fits)
}

/** One that was given before: it fits, be it changed or not. */
const isOwnCursor = (draft: Sent['draft'], name: string) => draft.query.some((one) => one.name === name && CURSOR.test(one.value))

function bodyFits(body: Sent['draft']['operation']['body'], bytes: Buffer | null, fits: (schema: Schema, value: unknown) => boolean): boolean | null {
  if (body === null) return bytes === null || bytes.length === 0 ? true : null
  if (body.type !== 'application/json') return null
  if (bytes === null || bytes.length === 0) return false
  if (bytes.length > 1024 * 1024) return null
  // A byte order mark before a text says how it is written, and is no part of it.
  const text = bytes.toString('utf8').replace(/^\ufeff/, '')
  if (text.includes('\ufffd')) return null
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return false
  }
  // What is written is more than what is read: a key that stands twice, a prototype.
  if (/__proto__|"constructor"|prototype/.test(text)) return null
  return fits(body.schema, value)
}

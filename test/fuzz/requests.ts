import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { examplesOf, type Operation, type Parameter, type Schema } from './document.js'
import { HOSTILE, RAW, breakingEdits, edited, fittingEdits, sifted, valuesOf, wrongFor, type Edit, type Words } from './values.js'

/**
 * Requests to an operation, made from the document alone, so that a seed gives the same ones again.
 * What only the running service knows (ids, cursors, entity tags) stands in them as placeholders.
 */
export interface Draft {
  operation: Operation
  /** Who sends it. */
  as: Caller
  method: string
  path: PathDraft
  /** Before they are percent-encoded; or, where `raw` is true, as they stand. */
  query: { name: string; value: string; raw?: boolean }[]
  headers: [string, string][]
  body: BodyDraft | null
  /** What was done to it that the document does not allow, or may not. Empty for one that is valid. */
  mutations: string[]
}

export type Caller = 'owner' | 'colleague' | 'other-council' | 'nobody' | 'read' | 'write' | 'approve' | 'curate' | 'admin' | 'malformed'

/** An address: values of its parameters, of which those of something that exists take the place where `known` says which. Or text as it stands. */
export interface PathDraft {
  values: Record<string, string>
  known: number | null
  raw: string | null
}

export interface BodyDraft {
  type: string
  bytes: Buffer
}

/** `@cursor:<which>:<what is done to it>` */
export const CURSOR = /^@cursor:(\d+):(\w+)$/
/** `@etag:<how>` */
export const ETAG = /^@etag:(\w+)$/

const asText = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
export const jsonText = (value: unknown) => (JSON.stringify(value) ?? '').replace(RAW, '$1')

const JSON_TYPE = 'application/json'
const bodyOf = (type: string, value: unknown): BodyDraft => ({ type, bytes: Buffer.from(type === JSON_TYPE ? jsonText(value) : String(value), 'utf8') })

// ---- Valid ----------------------------------------------------------------------------------

const callers: fc.Arbitrary<Caller> = fc.oneof(
  { weight: 60, arbitrary: fc.constant<Caller>('owner') },
  { weight: 12, arbitrary: fc.constant<Caller>('colleague') },
  { weight: 12, arbitrary: fc.constant<Caller>('other-council') },
  { weight: 16, arbitrary: fc.constantFrom<Caller>('nobody', 'read', 'write', 'approve', 'curate', 'admin', 'malformed') }
)

function pathValues({ parameters }: Operation, words: Words): fc.Arbitrary<PathDraft> {
  const inPath = parameters.filter((parameter) => parameter.in === 'path')
  const values = fc.record(Object.fromEntries(inPath.map((parameter) => [parameter.name, parameterValue(parameter, words)]))) as fc.Arbitrary<Record<string, string>>
  return fc.record({ values, known: fc.option(fc.nat(1000), { freq: 6 }), raw: fc.constant(null) })
}

function parameterValue(parameter: Parameter, words: Words): fc.Arbitrary<string> {
  const given = examplesOf(parameter)
  const made = valuesOf(parameter.schema, parameter.name, words)
    .map(asText)
    // An empty segment would be another address.
    .filter((text) => parameter.in !== 'path' || text !== '')
  return given.length === 0 ? made : fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...given.map(asText)) }, { weight: 3, arbitrary: made })
}

function queryOf({ parameters }: Operation, words: Words): fc.Arbitrary<Draft['query']> {
  const parts = parameters
    .filter((parameter) => parameter.in === 'query')
    .map((parameter) => {
      const value = parameter.name === 'cursor' ? fc.oneof({ weight: 5, arbitrary: fc.nat(50).map((n) => `@cursor:${n}:whole`) }, { weight: 1, arbitrary: fc.tuple(fc.nat(50), fc.constantFrom('cut', 'other', 'changed')).map(([n, how]) => `@cursor:${n}:${how}`) }) : parameterValue(parameter, words)
      const held = value.map((text) => [{ name: parameter.name, value: text }])
      return parameter.required === true ? held : fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: held })
    })
  return parts.length === 0 ? fc.constant([]) : fc.tuple(...parts).map((lists) => lists.flat())
}

const ACCEPTS = ['*/*', 'application/json', 'text/csv', 'text/html', 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8', 'text/csv;q=0.5, application/json;q=0.4', 'application/x-ndjson', 'application/problem+json', 'application/json;q=0', 'image/png', ',', '*', 'text/*;q=1.5', 'a/b;q=']

function headersOf({ parameters }: Operation, words: Words): fc.Arbitrary<[string, string][]> {
  const own = parameters
    .filter((parameter) => parameter.in === 'header')
    .map((parameter) => {
      const value = /^if-(none-)?match$/.test(parameter.name) ? fc.oneof({ weight: 8, arbitrary: fc.constant('@etag:current') }, { weight: 1, arbitrary: fc.constantFrom('@etag:stale', '@etag:weak', '@etag:several', '*', '"1"', '"999999999999"', '"a,b"', '""', 'W/"1"') }) : parameterValue(parameter, words).map(headerText)
      const held = value.map((text): [string, string][] => [[parameter.name, text]])
      return parameter.required === true ? held : fc.oneof({ weight: 1, arbitrary: held }, { weight: 1, arbitrary: fc.constant([]) })
    })
  const accept = fc.option(fc.constantFrom(...ACCEPTS), { freq: 2 }).map((text): [string, string][] => (text === null ? [] : [['accept', text]]))
  return fc.tuple(accept, ...own).map((lists) => lists.flat())
}

/** What a header can hold at all. */
 
const headerText = (text: string) => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '?').slice(0, 4000)

const keptIf = <T>(fits: (value: T) => boolean, changed: T, before: T) => (fits(changed) ? changed : before)

function validBody({ body }: Operation, words: Words, isValid: (schema: Schema, value: unknown) => boolean): fc.Arbitrary<BodyDraft | null> {
  if (body === null) return fc.constant(null)
  if (body.type !== JSON_TYPE) return csvBody(body.examples.map(String), true).map((bytes) => ({ type: body.type, bytes }))
  const fits = (value: unknown) => isValid(body.schema, JSON.parse(jsonText(value)))
  const fromExamples = body.examples.map((example) => fittingEdits(body.schema, example, words).map((edits) => edits.reduce((held: unknown, edit) => keptIf(fits, edited(held, [edit]), held), example)))
  const anew = sifted(valuesOf(body.schema, '', words), fits, 'the body')
  return fc.oneof(...fromExamples.map((arbitrary) => ({ weight: 4, arbitrary })), { weight: fromExamples.length === 0 ? 4 : 2, arbitrary: anew }).map((value) => bodyOf(body.type, value))
}

export function validRequests(operation: Operation, words: Words, isValid: (schema: Schema, value: unknown) => boolean): fc.Arbitrary<Draft> {
  return fc
    .record({ as: callers, path: pathValues(operation, words), query: queryOf(operation, words), headers: headersOf(operation, words), body: validBody(operation, words, isValid) })
    .map((parts) => ({ operation, method: operation.method, mutations: [], ...parts }))
}

// ---- CSV ------------------------------------------------------------------------------------

const CELLS = ['', ' ', '0', '-1', '1e400', 'NaN', 'c', 'z', 'x', ':', '1,204', '£1,204', '"', '""', 'a"b', '=1+1', '-0', '999999999999999999999', '0.1234567890123456789', '1e308', '2025', '202425', '2025/26', 'Reporting year', 'Local authority', 'National', 'E08000035', 'E92000001', '383', 'Leeds', '\u0000', '\ud800', 'é', '日本語', '\ufeff', 'a\nb', 'a\r\nb', 'x'.repeat(300), 'x'.repeat(70_000), '__proto__', 'constructor']

interface CsvEdit {
  kind: 'cell' | 'drop-row' | 'repeat-row' | 'drop-column' | 'repeat-column' | 'rename-column' | 'quote'
  row: number
  column: number
  text: string
}

/** A file that is an example with some of its cells, rows or columns changed; and, unless it must be readable, its bytes. */
function csvBody(examples: readonly string[], readable: boolean): fc.Arbitrary<Buffer> {
  const edit: fc.Arbitrary<CsvEdit> = fc.record({
    kind: fc.constantFrom<CsvEdit['kind']>('cell', 'cell', 'cell', 'drop-row', 'repeat-row', 'drop-column', 'repeat-column', 'rename-column', 'quote'),
    row: fc.nat(20),
    column: fc.nat(60),
    text: fc.oneof(fc.constantFrom(...CELLS), fc.integer().map(String), fc.string({ unit: 'binary', maxLength: 12 }))
  })
  const base = fc.tuple(fc.constantFrom(...examples), fc.array(edit, { maxLength: 4 }), fc.constantFrom('\n', '\r\n')).map(([text, edits, end]) => changedCsv(text, edits, end))
  if (readable) return base.map((text) => Buffer.from(text, 'utf8'))
  const bytes = fc.constantFrom<(text: string) => Buffer>(
    (text) => Buffer.from(text, 'utf8'),
    (text) => Buffer.from(`\ufeff${text}`, 'utf8'),
    (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
    (text) => Buffer.from(text, 'latin1'),
    (text) => Buffer.concat([Buffer.from(text), Buffer.from([0xff, 0xfe, 0x80])]),
    (text) => Buffer.from(text.replaceAll('\n', '\r')),
    (text) => Buffer.from(text.replaceAll(',', ';')),
    (text) => Buffer.from(text.replaceAll(',', '\t')),
    (text) => Buffer.from(`${text}"`),
    (text) => Buffer.from(text.slice(0, Math.floor(text.length / 2))),
    (text) => Buffer.from(text.split('\n')[0]!),
    () => Buffer.alloc(0),
    () => Buffer.from('\n\n\n'),
    () => Buffer.alloc(5000),
    () => Buffer.from('a'.repeat(300_000)),
    () => Buffer.from(`${'a,'.repeat(20_000)}\n1\n`),
    () => Buffer.from(`"${'x'.repeat(2_000_000)}"\n`),
    (text) => Buffer.from(text + '\n'.repeat(20_000)),
    (text) => Buffer.from(text + text.split('\n').slice(1).join('\n').repeat(300)),
    (text) => gzipSync(text),
    () => Buffer.from('{"a":1}')
  )
  return fc.tuple(base, bytes).map(([text, encode]) => encode(text))
}

function changedCsv(text: string, edits: readonly CsvEdit[], end: string): string {
  let rows = text.trimEnd().split(/\r?\n/).map((line) => line.split(','))
  for (const { kind, row, column, text: put } of edits) {
    const r = row % rows.length
    const c = column % Math.max(1, rows[0]?.length ?? 1)
    if (kind === 'cell' && rows[r] !== undefined) rows[r][c] = put
    if (kind === 'rename-column' && rows[0] !== undefined) rows[0][c] = put
    if (kind === 'drop-row') rows = rows.filter((_, n) => n !== r)
    if (kind === 'repeat-row' && rows[r] !== undefined) rows.push([...rows[r]])
    if (kind === 'drop-column') rows = rows.map((cells) => cells.filter((_, n) => n !== c))
    if (kind === 'repeat-column') rows = rows.map((cells) => [...cells, cells[c] ?? ''])
    if (kind === 'quote' && rows[r] !== undefined) rows[r][c] = `"${(rows[r][c] ?? '').replaceAll('"', '""')}"`
    if (rows.length === 0) rows = [['']]
  }
  return rows.map((cells) => cells.join(',')).join(end) + end
}

// ---- Mutated --------------------------------------------------------------------------------

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND', 'QUERY', 'SEARCH', 'MKCOL']

/** Percent-encoded as they stand. */
const SEGMENTS = ['%', '%0', '%zz', '%00', '%ff', '%c0%af', '%ed%a0%80', '%2f', '%2e%2e', '..', '.', '%252e', '%5c', '%0d%0aX-Injected:1', '%20', '+', ';a=1', '*', ':id', '{id}', '~', "'", '%27%20or%201=1', '%F0%9F%98%80', 'x'.repeat(101), 'x'.repeat(3000), '__proto__', 'constructor', 'null', '0', '-1', '1e9', '99999999999999999999', '00000000-0000-0000-0000-000000000000', '{00000000-0000-4000-8000-0000000000e3}', 'urn:uuid:00000000-0000-4000-8000-0000000000e3', '00000000000040008000-0000000000e3', '00000000-0000-4000-8000-0000000000E3']
const QUERY_BITS = ['', '=', '&', '%', '%zz', '%00', '%ff', '%ed%a0%80', 'a[]=1', 'a[b]=1', '__proto__=1', '__proto__[a]=1', 'constructor=1', 'limit', 'limit=', 'limit[]=1', 'limit=1&limit=2', 'limit=+5', 'limit=5%00', 'limit=٥', '?', '#', 'a=b=c', 'cursor=%00', 'cursor=MQ', 'cursor=e30', 'cursor=..%2f', `a=${'x'.repeat(9000)}`, 'a&'.repeat(1500), `${'&'.repeat(3000)}`, ';limit=1', '%6cimit=1', 'LIMIT=1', 'limit=1;cursor=2', 'utm_source=x', '_=1', 'callback=f']

const TYPES = ['', 'text/plain', 'application/json; charset=utf-16', 'application/json;charset=iso-8859-1', 'application/json; charset="utf-8"', 'APPLICATION/JSON', 'application/json;', 'application/json, text/csv', 'application/problem+json', 'application/vnd.api+json', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/csv', 'text/csv; header=present', 'text/csv;charset=utf-16', 'application/octet-stream', ';;;', 'json', 'a/b'.repeat(500), '*/*', 'application/json\tx', 'application/jsonx', '__proto__']

const HEADERS: [string, string][] = [
  ['accept', ''], ['accept', 'x'.repeat(6000)], ['accept', ',;=,'.repeat(500)], ['accept', '\xff\xfe'], ['accept', 'text/csv;q=0.0001'], ['accept', 'text/html;level=1;q=NaN'],
  ['if-match', ''], ['if-match', '*'], ['if-match', '"'], ['if-match', '"1", "2", W/"3"'], ['if-match', `${','.repeat(4000)}x`], ['if-match', `${'"1" '.repeat(1500)}x`], ['if-match', `${' '.repeat(6000)}x`], ['if-match', '"2147483648"'], ['if-match', '"99999999999999999999"'], ['if-match', '"\xff"'], ['if-match', '1'],
  ['if-none-match', '*'], ['if-none-match', `${'"1",'.repeat(1500)}x`], ['if-none-match', '\xff'], ['if-modified-since', 'yesterday'], ['if-unmodified-since', 'Thu, 01 Jan 1970 00:00:00 GMT'],
  ['x-request-id', 'a\tb'], ['x-request-id', 'x'.repeat(5000)], ['x-request-id', "'; drop table"], ['x-request-id', '\xe9'],
  ['x-http-method-override', 'DELETE'], ['x-forwarded-for', "1.1.1.1, ' or 1"], ['x-forwarded-host', 'evil.example'], ['forwarded', 'for=unknown'], ['x-original-url', '/v1/needs'],
  ['idempotency-key', ''], ['idempotency-key', 'x'.repeat(5000)], ['idempotency-key', '\xff'], ['idempotency-key', '"a"'], ['idempotency-key', 'a, b'],
  ['range', 'bytes=0-1'], ['range', 'bytes=9-1,-'], ['expect', 'something'], ['content-encoding', 'gzip'], ['content-encoding', 'br, gzip'], ['transfer-encoding', 'gzip, chunked'], ['accept-encoding', 'gzip;q=x'], ['accept-charset', 'utf-7'], ['accept-language', '\x80'],
  ['cookie', `a=${'b'.repeat(3000)}`], ['origin', 'null'], ['origin', 'https://evil.example'], ['access-control-request-method', 'PUT'], ['referer', '\xff'], ['user-agent', ''], ['host', 'evil.example'], ['host', ''], ['upgrade', 'h2c'], ['connection', 'close'], ['connection', 'content-type'], ['te', 'trailers'], ['trailer', 'authorization'],
  ['x-very-long', 'x'.repeat(20_000)], ['__proto__', '1'], ['constructor', '1'], ['traceparent', '00-0-0-00'], ['content-language', 'x'], ['content-length', '0'], ['content-length', '-1']
]

type Mutation = (draft: Draft) => Draft
const named = (name: string, change: (draft: Draft) => Partial<Draft>): Mutation => (draft) => ({ ...draft, ...change(draft), mutations: [...draft.mutations, name] })
const withBytes = (draft: Draft, change: (bytes: Buffer) => Buffer): Partial<Draft> => ({ body: { type: draft.body?.type ?? JSON_TYPE, bytes: change(draft.body?.bytes ?? Buffer.from('{}')) } })
const withText = (draft: Draft, change: (text: string) => string) => withBytes(draft, (bytes) => Buffer.from(change(bytes.toString('utf8')), 'utf8'))

function brokenText(): fc.Arbitrary<Mutation> {
  const at = fc.double({ min: 0, max: 1, noNaN: true })
  return fc.oneof(
    at.map((place) => named('cut short', (draft) => withText(draft, (text) => text.slice(0, Math.floor(text.length * place))))),
    fc.tuple(at, fc.constantFrom('"', '{', '}', '[', ']', ',', ':', '\\', '\u0000', '\u0001', '\ud800', 'x', '/*', '//', "'", '\ufeff', '1e', '-', '\n')).map(([place, put]) => named(`${JSON.stringify(put)} put in`, (draft) => withText(draft, (text) => text.slice(0, Math.floor(text.length * place)) + put + text.slice(Math.floor(text.length * place))))),
    fc.tuple(at, fc.integer({ min: 0, max: 255 })).map(([place, byte]) => named('a byte changed', (draft) => withBytes(draft, (bytes) => { const copy = Buffer.from(bytes); if (copy.length > 0) copy[Math.min(copy.length - 1, Math.floor(copy.length * place))] = byte; return copy }))),
    fc
      .constantFrom<[string, (text: string) => string | Buffer]>(
        ['a repeated key', (text) => text.replace('{', '{"title":"a","title":"b",')],
        ['a key written twice in two ways', (text) => text.replace(/"(\w)(\w*)":/, '"$1$2":1,"$1$2":')],
        ['__proto__', (text) => text.replace('{', '{"__proto__":{"title":"a"},')],
        ['constructor.prototype', (text) => text.replace('{', '{"constructor":{"prototype":{"a":1}},')],
        ['an escaped __proto__', (text) => text.replace('{', '{"\\u005f_proto__":{"a":1},')],
        ['a byte order mark', (text) => `\ufeff${text}`],
        ['UTF-16', (text) => Buffer.from(text, 'utf16le')],
        ['Latin-1', (text) => Buffer.from(`${text.slice(0, -1)},"é":1}`, 'latin1')],
        ['bytes that are no UTF-8', (text) => Buffer.concat([Buffer.from(text.replace('{', '{"a":"')), Buffer.from([0xc3, 0x28, 0xed, 0xa0, 0x80])])],
        ['a NUL', (text) => text.replace('":"', '":"\\u0000')],
        ['a lone surrogate', (text) => text.replace('":"', '":"\\ud800')],
        ['an infinite number', (text) => text.replace(/:\s*\d+/, ':1e400')],
        ['minus nothing', (text) => text.replace(/:\s*\d+/, ':-0')],
        ['not a number', (text) => text.replace(/:\s*\d+/, ':NaN')],
        ['a leading zero', (text) => text.replace(/:\s*(\d+)/, ':0$1')],
        ['a very long number', (text) => text.replace(/:\s*\d+/, `:${'1'.repeat(5000)}`)],
        ['a very small number', (text) => text.replace(/:\s*\d+/, `:0.${'0'.repeat(5000)}1`)],
        ['a trailing comma', (text) => text.replace(/\}$/, ',}')],
        ['a comment', (text) => `/* */${text}`],
        ['two documents', (text) => text + text],
        ['blanks', (text) => ' '.repeat(100_000) + text],
        ['nothing', () => ''],
        ['a blank', () => ' '],
        ['null', () => 'null'],
        ['a list', (text) => `[${text}]`],
        ['a text', (text) => JSON.stringify(text)],
        ['a number', () => '1'],
        ['true', () => 'true'],
        ['deep lists', () => '['.repeat(100_000)],
        ['deep objects', () => '{"a":'.repeat(50_000)],
        ['deep and whole', () => `${'['.repeat(5000)}${']'.repeat(5000)}`],
        ['a field that is deep', (text) => text.replace('{', `{"title":${'['.repeat(5000)}${']'.repeat(5000)},`)],
        ['many keys', () => `{${Array.from({ length: 50_000 }, (_, n) => `"k${n}":1`).join()}}`],
        ['many backslashes', () => `{"title":"${'\\\\'.repeat(200_000)}"}`],
        ['many quotes', () => `{"title":"${'\\"'.repeat(200_000)}"}`],
        ['over the limit', (text) => text.replace('{', `{"title":"${'x'.repeat(1_200_000)}",`)],
        ['gzip', (text) => gzipSync(text)]
      )
      .map(([name, change]) => named(name, (draft) => withBytes(draft, (bytes) => { const changed = change(bytes.toString('utf8')); return typeof changed === 'string' ? Buffer.from(changed, 'utf8') : changed })))
  )
}

function brokenBody(operation: Operation, words: Words): fc.Arbitrary<Mutation> | null {
  const { body } = operation
  if (body === null) return null
  if (body.type !== JSON_TYPE) return csvBody(body.examples.map(String), false).map((bytes) => named('another file', () => ({ body: { type: body.type, bytes } })))
  const replaced = (value: unknown, edits: readonly Edit[]) => named('a field that does not fit', () => ({ body: bodyOf(body.type, edited(value, edits)) }))
  const fromExamples = body.examples.map((example) => breakingEdits(body.schema, example, words).map((edits) => replaced(example, edits)))
  return fc.oneof({ weight: 3, arbitrary: fc.oneof(...fromExamples, wrongFor(body.schema, words).map((value) => replaced(value, []))) }, { weight: 1, arbitrary: brokenText() })
}

function brokenQuery({ parameters }: Operation, words: Words): fc.Arbitrary<Mutation> {
  const own = parameters.filter((parameter) => parameter.in === 'query')
  const bit = fc.constantFrom(...QUERY_BITS).map((text) => named(`the query ${text.slice(0, 20)}`, (draft) => ({ query: [...draft.query, { name: text, value: '', raw: true }] })))
  if (own.length === 0) return bit
  const value = fc.constantFrom(...own).chain(({ name, schema }) =>
    fc.oneof(fc.constantFrom(...HOSTILE), wrongFor(schema, words).map((given) => jsonText(given).replace(/^"|"$/g, '').slice(0, 12_000)), fc.string({ unit: 'binary', maxLength: 30 })).map((text) => named(`${name} that does not fit`, (draft) => ({ query: [...draft.query.filter((one) => one.name !== name), { name, value: text.slice(0, 12_000) }] })))
  )
  const cursor = own.some(({ name }) => name === 'cursor') ? [{ weight: 3, arbitrary: fc.tuple(fc.nat(200), fc.constantFrom('cut', 'other', 'changed', 'changed', 'changed')).map(([n, how]) => named('a cursor that was changed', (draft) => ({ query: [...draft.query.filter(({ name }) => name !== 'cursor'), { name: 'cursor', value: `@cursor:${n}:${how}` }] }))) }] : []
  const twice = fc.constantFrom(...own).map(({ name }) => named(`${name} twice`, (draft) => ({ query: [...draft.query, { name, value: '1' }, { name, value: '2' }] })))
  return fc.oneof({ weight: 4, arbitrary: value }, ...cursor, { weight: 1, arbitrary: twice }, { weight: 2, arbitrary: bit })
}

function brokenPath({ path, parameters }: Operation): fc.Arbitrary<Mutation> {
  const inPath = parameters.filter((parameter) => parameter.in === 'path')
  const raw = (name: string, change: (path: string) => string) => named(name, (draft) => ({ path: { ...draft.path, raw: change(Object.entries(draft.path.values).reduce((address, [key, value]) => address.replace(`{${key}}`, encoded(value)), path)) } }))
  const shape = fc.constantFrom(
    raw('a slash at the end', (address) => `${address}/`),
    raw('a slash twice', (address) => address.replace('/v1', '//v1')),
    raw('dots', (address) => `/v1/../${address}`),
    raw('encoded dots', (address) => address.replace('/v1/', '/v1/%2e%2e/v1/')),
    raw('capitals', (address) => address.toUpperCase()),
    raw('another segment', (address) => `${address}/x`),
    raw('a matrix parameter', (address) => `${address};a=1`),
    raw('an encoded slash', (address) => address.replace('/v1/', '/v1%2f')),
    raw('a lone percent', (address) => `${address}%`),
    raw('an encoded letter', (address) => address.replace('v1', '%761')),
    raw('an absolute address', (address) => `http://evil.example${address}`),
    raw('a long address', (address) => `${address}/${'x'.repeat(5000)}`)
  )
  if (inPath.length === 0) return shape
  const hostile = fc.tuple(fc.constantFrom(...inPath), fc.oneof(fc.constantFrom(...SEGMENTS), fc.constantFrom(...HOSTILE).map((text) => encoded(text.slice(0, 2000))))).map(([{ name }, segment]) => named(`${name} in the address`, (draft) => ({ path: { ...draft.path, raw: Object.entries({ ...draft.path.values, [name]: null }).reduce((address, [key, value]) => address.replace(`{${key}}`, value === null ? segment : encoded(value)), path) } })))
  return fc.oneof({ weight: 3, arbitrary: hostile }, { weight: 1, arbitrary: shape })
}

function brokenHeaders(operation: Operation): fc.Arbitrary<Mutation> {
  const put = fc.constantFrom(...HEADERS).map(([name, value]) => named(`the header ${name}`, (draft) => ({ headers: [...draft.headers.filter(([held]) => held !== name), [name, value]] })))
  const twice = fc.constantFrom('accept', 'if-match', 'content-type', 'authorization', 'x-request-id', 'if-none-match', 'idempotency-key').map((name) => named(`the header ${name} twice`, (draft) => ({ headers: [...draft.headers, [name, '"1"'], [name, 'text/csv']] })))
  const dropped = named('no headers', () => ({ headers: [] }))
  const many = named('many headers', (draft) => ({ headers: [...draft.headers, ...Array.from({ length: 300 }, (_, n): [string, string] => [`x-${n}`, '1'])] }))
  const type = fc.constantFrom(...TYPES).map((value) => named(`the content type ${value.slice(0, 30)}`, (draft) => ({ body: { bytes: draft.body?.bytes ?? Buffer.from('{}'), type: value } })))
  return fc.oneof({ weight: 5, arbitrary: put }, { weight: 2, arbitrary: twice }, { weight: 1, arbitrary: fc.constantFrom(dropped, many) }, { weight: operation.body === null ? 1 : 3, arbitrary: type })
}

const brokenMethod = fc.oneof(
  fc.constantFrom(...METHODS).map((method) => named(`the method ${method}`, () => ({ method }))),
  fc.constantFrom(...METHODS).map((method) => named(`the method ${method} without a body`, () => ({ method, body: null }))),
  fc.constant(named('a body where there is none', (draft) => ({ body: draft.body ?? { type: JSON_TYPE, bytes: Buffer.from('{"a":1}') } })))
)

export function mutatedRequests(operation: Operation, words: Words, isValid: (schema: Schema, value: unknown) => boolean): fc.Arbitrary<Draft> {
  const body = brokenBody(operation, words)
  const mutation = fc.oneof(
    ...(body === null ? [] : [{ weight: 6, arbitrary: body }]),
    { weight: operation.parameters.some((parameter) => parameter.in === 'query') ? 4 : 1, arbitrary: brokenQuery(operation, words) },
    { weight: 2, arbitrary: brokenPath(operation) },
    { weight: 2, arbitrary: brokenHeaders(operation) },
    { weight: 1, arbitrary: brokenMethod }
  )
  return fc.tuple(validRequests(operation, words, isValid), fc.array(mutation, { minLength: 1, maxLength: 2 })).map(([draft, mutations]) => mutations.reduce<Draft>((changed, mutate) => mutate(changed), draft))
}

/** Every byte that is not plain, so that what is no Unicode can be sent too. */
export function encoded(text: string): string {
  return [...wtf8(text)].map((byte) => (/[A-Za-z0-9._-]/.test(String.fromCharCode(byte)) && byte < 128 ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, '0').toUpperCase()}`)).join('')
}

/** UTF-8 in which a lone surrogate keeps its bytes. */
function wtf8(text: string): Buffer {
  return Buffer.concat(
    [...text].map((character) => {
      const code = character.codePointAt(0)!
      return code >= 0xd800 && code <= 0xdfff ? Buffer.from([0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)]) : Buffer.from(character, 'utf8')
    })
  )
}

import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import type { Intervention, Claim, ContextFigure, EvidenceGap, EvidenceMapRow, EvidenceStandard, Need, Source } from '../../src/catalogue/schemas.js'
import { KINDS, ROLES, STRENGTHS, type Strength } from '../../src/catalogue/vocabulary.js'
import { openApiDocument } from '../../src/openapi.js'
import { readDataFiles } from '../../src/catalogue/data-files.js'
import { testApp, testDeps } from '../helpers/app.js'

/** Every answer here is also held against the OpenAPI document by `testApp`. */
const deps = await testDeps(t)
const app = await testApp(t, deps)

interface Problem {
  status: number
  code: string
  detail: string
  errors?: { pointer: string; code: string; in: string; message: string; suggestions: string[] }[]
}
interface Page<T> {
  items: T[]
  nextCursor: string | null
}

const LISTS = ['/v1/needs', '/v1/interventions', '/v1/evidence-standards', '/v1/evidence-gaps', '/v1/evidence-map', '/v1/sources', '/v1/context-figures', '/v1/questions'] as const
const NARROWED = ['/v1/interventions', '/v1/evidence-gaps', '/v1/evidence-map', '/v1/context-figures', '/v1/questions'] as const

const query = (parameters: Record<string, string | number>) => {
  const text = new URLSearchParams(Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)]))).toString()
  return text === '' ? '' : `?${text}`
}

async function get<T>(url: string): Promise<T> {
  const response = await app.inject(url)
  if (response.statusCode !== 200) throw new Error(`GET ${url} answered ${response.statusCode}: ${response.body.slice(0, 300)}`)
  return response.json<T>()
}

async function problem(url: string): Promise<Problem> {
  const response = await app.inject(url)
  if (response.statusCode < 400) throw new Error(`GET ${url} answered ${response.statusCode}`)
  return response.json<Problem>()
}

/** Every row of a list, page by page, by its Link header; its pages are held against each other on the way. */
async function walk<T = Record<string, unknown>>(path: string, parameters: Record<string, string | number> = {}, asked: FastifyInstance = app): Promise<T[]> {
  const rows: T[] = []
  let url: string | undefined = path + query(parameters)
  while (url !== undefined) {
    const response = await asked.inject(url)
    if (response.statusCode !== 200) throw new Error(`GET ${url} answered ${response.statusCode}: ${response.body.slice(0, 300)}`)
    const { items, nextCursor } = response.json<Page<T>>()
    rows.push(...items)
    if (rows.length > 1000) throw new Error(`${path} does not end`)
    const link = response.headers['link'] as string | undefined
    url = /^<([^>]+)>; rel="next"$/.exec(link ?? '')?.[1]
    if ((nextCursor === null) !== (url === undefined)) throw new Error(`nextCursor is ${nextCursor} and Link is ${link}`)
    if (url === undefined) break
    if (new URL(url, 'http://localhost').searchParams.get('cursor') !== nextCursor) throw new Error(`Link ${link} is not to ${nextCursor}`)
  }
  return rows
}

const entries = (parameters: Record<string, string | number> = {}) => walk<Intervention>('/v1/interventions', { limit: 200, ...parameters })
const idsOf = (rows: readonly { id: string }[]) => rows.map(({ id }) => id)
/** The most rows that one page holds. */
const MOST = 200
const keyOf = (row: Record<string, unknown>) => (row['id'] ?? row['code'] ?? row['need']) as string

const cursorAfter = (row: Record<string, unknown>) => Buffer.from(keyOf(row)).toString('base64url')

const needs = await walk<Need>('/v1/needs')
const sources = await walk<Source>('/v1/sources')
const everything = await entries()

const isBenefit = ({ direction }: Claim) => direction === 'positive' || direction === 'mixed'
/** Effective or recommended without a grade (null): above limited, below preliminary. */
const atLeast = (strength: Strength | null, minimum: Strength) => (strength === null ? minimum === 'none' || minimum === 'limited' : STRENGTHS.indexOf(strength) >= STRENGTHS.indexOf(minimum))

type Cited = Source & { section: string | null }

/** Every object of an answer that carries `sources`, with where it stands. */
function* cited(node: unknown, at = ''): Generator<{ at: string; sources: Cited[]; part: Record<string, unknown> }> {
  if (typeof node !== 'object' || node === null) return
  const part = node as Record<string, unknown>
  if (Array.isArray(part['sources'])) yield { at, sources: part['sources'] as Cited[], part }
  for (const [key, inner] of Object.entries(part)) yield* cited(inner, `${at}/${Array.isArray(node) ? ((inner as { id?: string }).id ?? key) : key}`)
}

/** A passage as a data file writes it: what it does not say of itself holds from its source. */
interface Passage {
  source: string
  section: string
  url?: string
  published?: string
}
type Stated = { id: string; sources: Passage[]; claims?: Stated[]; intervention?: string }

/** Day 0 of a month is the last of the month before. */
const lastDay = (published: string) => {
  const [year, month = 12, day] = published.split('-').map(Number) as [number, number?, number?]
  return new Date(day === undefined ? Date.UTC(year, month, 0) : Date.UTC(year, month - 1, day)).toISOString().slice(0, 10)
}

const written = readDataFiles()
const sourceById = new Map(sources.map((source) => [source.id, source]))
const dayOf = (passage: Passage) => lastDay(passage.published ?? sourceById.get(passage.source)!.published)
const passageKey = (id: string, section: string | null, url: string | null) => `${id} | ${section} | ${url}`

/** What the data files say of each passage: the day by which it was published, and the year to be shown for it. */
const passages = new Map<string, { day: string; year: number }>()
const ofTwoDays: string[] = []
/** The claims and the passages of each entry, wherever its data stand. */
const entriesWritten = new Map<string, Stated & { claims: Stated[] }>()

function note(node: unknown) {
  if (typeof node !== 'object' || node === null) return
  const { source, section, url, published } = node as Partial<Passage>
  if (typeof source === 'string' && typeof section === 'string') {
    const of = sourceById.get(source)!
    const day = dayOf(node as Passage)
    const key = passageKey(source, section, url ?? of.url)
    const known = passages.get(key)
    if (known !== undefined && known.day !== day) ofTwoDays.push(`${key}: ${known.day}, ${day}`)
    passages.set(key, { day, year: published === undefined ? of.year : Number(published.slice(0, 4)) })
  }
  for (const inner of Object.values(node)) note(inner)
}
for (const { record } of Object.values(written as unknown as Record<string, { record: unknown }[]>).flat()) note(record)
for (const { record } of written.interventions) entriesWritten.set((record as Stated).id, { ...(record as Stated), claims: [...(record as Stated).claims!] })
for (const { record } of written.addedClaims) entriesWritten.get((record as Stated).intervention!)!.claims.push(record as Stated)

/** A few of a long list, from its first to its last, evenly spread. */
const spread = <T>(list: readonly T[], count = 6): T[] => (list.length <= count ? [...list] : Array.from({ length: count }, (_, i) => list[Math.round((i * (list.length - 1)) / (count - 1))]!))

t.test('lists', async (t) => {
  for (const path of LISTS) {
    t.test(`${path} gives the same rows in the same order, each once, whatever the size of the page`, async (t) => {
      const whole = await walk(path, { limit: 200 })
      t.ok(whole.length > 3, `${whole.length} rows`)
      const keys = whole.map(keyOf)
      t.strictSame(keys, [...new Set(keys)].sort(), 'in order, none twice')
      for (const limit of [1, 7, Math.min(whole.length, MOST)]) t.strictSame((await walk(path, { limit })).map(keyOf), keys, `pages of ${limit}`)
      t.strictSame(await walk(path), whole, 'pages of the default size')
    })

    t.test(`${path} keeps to its limit, and its last page says that it is the last`, async (t) => {
      const whole = await walk(path, { limit: 200 })
      t.equal((await get<Page<unknown>>(`${path}?limit=2`)).items.length, 2)
      const rest = Math.min(whole.length, MOST)
      const after: Record<string, string> = rest === whole.length ? {} : { cursor: cursorAfter(whole.at(-rest - 1)!) }
      const last = await app.inject(path + query({ ...after, limit: rest }))
      t.equal(last.json<Page<unknown>>().items.length, rest)
      t.equal(last.json<Page<unknown>>().nextCursor, null)
      t.notOk(last.headers['link'])
      t.ok((await get<Page<unknown>>(path + query({ ...after, limit: rest - 1 }))).nextCursor)
    })

    t.test(`${path} gives as many as the document says when no limit is given`, async (t) => {
      const parameters = (openApiDocument(app).paths?.[path]?.['get']?.parameters ?? []) as { name?: string; schema: { default?: number } }[]
      const limit = parameters.find(({ name }) => name === 'limit')!.schema.default!
      t.equal((await get<Page<unknown>>(path)).items.length, Math.min(limit, (await walk(path, { limit: 200 })).length))
    })

    t.test(`${path} refuses a limit out of range and a cursor that it did not give`, async (t) => {
      for (const limit of ['0', '201', '-1', 'abc', '1.5', '']) t.match(await problem(`${path}?limit=${limit}`), { status: 400, code: 'validation', errors: [{ pointer: '/limit', in: 'query' }] }, limit)
      for (const cursor of ['abc', '!!', '====', 'YQ==']) {
        t.match(await problem(path + query({ cursor })), { status: 400, code: 'invalid-cursor', errors: [{ pointer: '/cursor', in: 'query' }] }, cursor)
      }
    })
  }

  t.test('a cursor stays in place when the row it stands for is gone', async (t) => {
    const after = Buffer.from(`${everything[3]!.id}-and-more`).toString('base64url')
    const page = await get<Page<Intervention>>(`/v1/interventions?limit=2&cursor=${after}`)
    t.strictSame(idsOf(page.items), idsOf(everything.slice(4, 6)))
  })

  t.test('the link to the next page keeps the filters', async (t) => {
    const response = await app.inject('/v1/interventions?role=response&q=family&limit=1')
    const link = /^<([^>]+)>/.exec(String(response.headers['link']))![1]!
    t.match(Object.fromEntries(new URL(link, 'http://localhost').searchParams), { role: 'response', q: 'family', limit: '1', cursor: /./ })
  })
})

t.test('filters of the interventions', async (t) => {
  const same = async (t: Test, parameters: Record<string, string | number>, expected: (entry: Intervention) => boolean) => {
    const wanted = idsOf(everything.filter(expected))
    t.strictSame(idsOf(await entries(parameters)), wanted, `${JSON.stringify(parameters)}: ${wanted.length}`)
    return wanted.length
  }

  t.test('by need: those that list it', async (t) => {
    for (const { code } of needs) await same(t, { need: code }, (entry) => entry.needs.includes(code))
  })

  t.test('by role and by kind', async (t) => {
    for (const role of ROLES) t.ok((await same(t, { role }, (entry) => entry.role === role)) > 0)
    for (const kind of KINDS) t.ok((await same(t, { kind }, (entry) => entry.kind === kind)) > 0)
  })

  t.test('by age: those whose ages hold it, and those with no stated age', async (t) => {
    for (let age = 0; age <= 25; age++) await same(t, { age }, (entry) => entry.age === null || (entry.age.min <= age && entry.age.max >= age))
    t.ok(everything.some((entry) => entry.age !== null && entry.age.min > 4) && everything.some((entry) => entry.age === null))
  })

  t.test('by strength: those with a claim of benefit at least so strong, never for a finding of none', async (t) => {
    for (const minimumStrength of STRENGTHS) {
      await same(t, { minimumStrength }, (entry) => entry.claims.some((claim) => isBenefit(claim) && atLeast(claim.strength, minimumStrength)))
    }
  })

  t.test('by strength for a need: a claim for another need does not count', async (t) => {
    for (const { code } of needs) {
      await same(t, { need: code, minimumStrength: 'evidence-based' }, (entry) => entry.needs.includes(code) && entry.claims.some((claim) => claim.need === code && isBenefit(claim) && atLeast(claim.strength, 'evidence-based')))
    }
  })

  t.test('together: those that fit them all', async (t) => {
    const found = await same(t, { role: 'response', kind: 'programme', age: 4, minimumStrength: 'preliminary' }, (entry) =>
      entry.role === 'response' && entry.kind === 'programme' && (entry.age === null || (entry.age.min <= 4 && entry.age.max >= 4)) && entry.claims.some((claim) => isBenefit(claim) && atLeast(claim.strength, 'preliminary'))
    )
    t.ok(found > 0)
  })

  t.test('by family: its versions, and none for a family that is not there', async (t) => {
    for (const { record } of written.families) {
      const { id } = record as { id: string }
      t.ok((await same(t, { family: id }, (entry) => entry.family === id)) > 1, id)
    }
    await same(t, { family: 'zzzz' }, () => false)
    t.ok(everything.some(({ family }) => family === null))
  })

  t.test('an unknown need is refused with the code that was meant', async (t) => {
    t.match(await problem('/v1/interventions?need=neglekt'), { status: 422, code: 'unknown-need', detail: /neglekt.*neglect/, errors: [{ pointer: '/need', in: 'query', suggestions: ['neglect'] }] })
  })
})

t.test('searching', async (t) => {
  const found = async (q: string) => idsOf(await entries({ q }))
  const versions = (family: string) => idsOf(everything.filter((entry) => entry.family === family))

  t.test('the versions of a family are found by its names', async (t) => {
    for (const { record } of written.families) {
      const { id, name, aliases } = record as { id: string; name: string; aliases: string[] }
      for (const q of [name, ...aliases]) {
        const ids = await found(q)
        t.strictSame(versions(id).filter((version) => !ids.includes(version)), [], `${id}: ${q}`)
      }
    }
    t.strictSame(await found('IY'), versions('incredible-years'), 'and nothing else by an abbreviation')
    t.ok(versions('incredible-years').every((id) => id.startsWith('incredible-years-')) && versions('incredible-years').length > 1)
  })

  t.test('every entry is found by its id, its name and each of its aliases', async (t) => {
    const missed: string[] = []
    for (const { id, name, aliases } of everything) for (const q of [id, name, ...aliases]) if (!(await found(q.slice(0, 100))).includes(id)) missed.push(`${id}: ${q}`)
    t.strictSame(missed, [])
  })

  t.test("as people write it: a source's misspelling, an abbreviation, another case, other punctuation, another order", async (t) => {
    t.strictSame(await found('Leiberman'), ['child-parent-psychotherapy'])
    t.strictSame(await found('lieberman model'), ['child-parent-psychotherapy'])
    t.strictSame(await found('lieberman'), versions('child-parent-psychotherapy-versions'), 'a name of the family finds all its versions')
    for (const q of ['SoS', 'sos', 'Signs of Safety', 'signs-of-safety', 'SIGNS, OF... SAFETY!', 'safety signs of']) t.ok((await found(q)).includes('signs-of-safety'), q)
    t.strictSame(await found('Child–Parent Psychotherapy'), await found('child parent psychotherapy'))
  })

  t.test('all words must be there; a search that finds nothing is an empty list', async (t) => {
    t.strictSame(await found('signs zzzz'), [])
  })

  t.test('a search of punctuation alone is refused, as it would find everything', async (t) => {
    for (const path of ['/v1/interventions', '/v1/context-figures']) t.match(await problem(`${path}?q=%3F!`), { status: 400, code: 'validation', errors: [{ pointer: '/q' }] })
  })
})

t.test('one intervention', async (t) => {
  t.test('is the same as in the list, with every field of the contract', async (t) => {
    const fields = ['id', 'name', 'aliases', 'kind', 'role', 'needs', 'targetGroup', 'age', 'worksWith', 'stages', 'summary', 'claims', 'caveats', 'conditions', 'takeUp', 'availability', 'costs', 'sources', 'evidenceAsOf']
    const ofClaim = ['id', 'need', 'outcome', 'population', 'direction', 'strength', 'status', 'nativeRating', 'conditions', 'studyDesign', 'country', 'year', 'sources']
    for (const entry of everything) {
      const one = await get<Intervention>(`/v1/interventions/${entry.id}`)
      t.strictSame(one, entry, entry.id)
      t.strictSame(fields.filter((field) => !(field in one)), [])
      for (const claim of one.claims) t.strictSame([...ofClaim.filter((field) => !(field in claim)), ...(claim.nativeRating === null ? [] : ['scheme', 'value', 'wording'].filter((field) => !(field in claim.nativeRating!)))], [])
    }
  })

  t.test('an unknown id is not found, with those that were meant', async (t) => {
    t.match(await problem('/v1/interventions/sign-of-safety'), { status: 404, code: 'not-found', detail: /signs-of-safety/, errors: [{ pointer: '/id', in: 'path', code: 'unknown-intervention', suggestions: ['signs-of-safety'] }] })
    t.match(await problem('/v1/interventions/leiberman-model'), { status: 404, errors: [{ suggestions: ['child-parent-psychotherapy'] }] })
    t.match(await problem('/v1/interventions/zzzzzzzz'), { status: 404, errors: [{ suggestions: [] }] })
  })
})

t.test('a family of versions that are rated apart', async (t) => {
  for (const { record } of written.families) {
    const { id, note } = record as { id: string; note: string }
    const versions = idsOf(everything.filter(({ family }) => family === id))
    t.match(await problem(`/v1/interventions/${id}`), { status: 404, code: 'choose-a-version', detail: new RegExp(versions.join('.*')), errors: [{ pointer: '/id', in: 'path', code: 'choose-a-version', message: note, suggestions: versions }] }, id)
  }
  t.ok((await problem('/v1/interventions/incredible-years')).errors![0]!.suggestions.includes('incredible-years-preschool'))
  t.match(await problem('/v1/interventions/IY'), { code: 'choose-a-version', errors: [{ suggestions: ['incredible-years-babies'] }] }, 'by another of its names')

  const provided = (intervention: string) => app.inject({ method: 'POST', url: '/v1/recommendations/preview', payload: { needs: [{ need: 'child-behaviour' }], currentProvision: [{ intervention: 'mash' }, { intervention }] } })
  for (const name of ['incredible-years', 'Incredible Years', 'IY', 'triple-p-versions']) {
    const response = await provided(name)
    const family = name === 'triple-p-versions' ? name : 'incredible-years'
    t.equal(response.statusCode, 422, name)
    t.match(response.json(), { code: 'choose-a-version', errors: [{ pointer: '/currentProvision/1/intervention', in: 'body', code: 'choose-a-version', suggestions: idsOf(everything.filter((entry) => entry.family === family)) }] }, name)
  }
  t.equal((await provided('incredible-years-preschool')).statusCode, 200, 'a version is taken')
})

t.test('views of the evidence', async (t) => {
  interface Chosen {
    /** Ids; all where it is left out. */
    among?: readonly string[]
    until?: string
  }
  const parametersOf = ({ among, until }: Chosen): Record<string, string> => ({ ...(until === undefined ? {} : { evidenceAsOf: until }), ...(among === undefined ? {} : { evidenceSources: among.join() }) })
  const keeps = ({ among, until }: Chosen) => (passage: Passage) => (among?.includes(passage.source) ?? true) && (until === undefined || dayOf(passage) <= until)

  /** Citations of another source, or of a passage published later: by its own day, where it has one. */
  function strangers(node: unknown, { among, until = '9999-12-31' }: Chosen) {
    return [...cited(node)].flatMap(({ at, sources }) =>
      sources
        .filter(({ id, section, url, year }) => {
          if (among !== undefined && !among.includes(id)) return true
          // What is derived from a silence cites what was looked at, and no passage of it.
          if (section === null) return ![...passages].some(([key, { day }]) => key.startsWith(`${id} | `) && day <= until) || year > Number(until.slice(0, 4))
          const passage = passages.get(passageKey(id, section, url))
          return passage === undefined || passage.day > until
        })
        .map(({ id, section, year }) => `${at}: ${id} ${section} ${year}`)
    )
  }

  const allowed = async (t: Test, chosen: Chosen, parameters = parametersOf(chosen)) => {
    for (const path of NARROWED) {
      const rows = await walk(path, { limit: 200, ...parameters })
      t.strictSame(strangers(rows, chosen), [], `${path} ${JSON.stringify(parameters)} cites only what is in view`)
    }
    const kept = keeps(chosen)
    const expected = everything
      .map(({ id }) => entriesWritten.get(id)!)
      .map(({ id, sources, claims }) => ({ id, cited: sources.some(kept), claims: idsOf(claims.filter((claim) => claim.sources.some(kept))).sort() }))
      .filter(({ cited, claims }) => cited || claims.length > 0)
    t.strictSame(
      (await entries(parameters)).map(({ id, claims }) => ({ id, claims: idsOf(claims) })),
      expected.map(({ id, claims }) => ({ id, claims })),
      'a claim stays while one of its passages stays'
    )
  }

  t.test('as of a day: what was published later is left out, claims, citations, figures and gaps alike', async (t) => {
    const days = [...new Set([...passages.values()].map(({ day }) => day))].sort()
    for (const until of [...new Set([...spread(days.slice(0, -1), 10), '2018-12-31'])]) await allowed(t, { until })
  })

  t.test('a passage of a collection is judged by its own day: its younger neighbours go, it stays', async (t) => {
    const until = '2018-12-31'
    const collection = sources.find(({ id, published }) => {
      const own = [...passages].filter(([key]) => key.startsWith(`${id} | `)).map(([, { day }]) => day)
      return lastDay(published) > until && own.some((day) => day <= until) && own.some((day) => day > until)
    })!
    const kept = await walk<Intervention>('/v1/interventions', { limit: 200, evidenceAsOf: until, evidenceSources: collection.id })
    const held = await entries({ evidenceSources: collection.id })
    t.ok(kept.length > 0 && kept.flatMap(({ claims }) => claims).length < held.flatMap(({ claims }) => claims).length, collection.id)
  })

  t.test('what is known of availability is what the newest passage in view says', async (t) => {
    const later = written.interventions.map(({ record }) => record as { id: string; availability: { uk: string; sources: Passage[] }; availabilitySince?: { uk: string; sources: Passage[] }[] }).filter(({ availabilitySince }) => availabilitySince !== undefined)
    t.ok(later.length > 0)
    for (const { id, availability, availabilitySince } of later) {
      const since = (one: { sources: Passage[] }) => one.sources.map(dayOf).sort()[0]!
      const stated = [...(availability.sources.length > 0 ? [availability] : []), ...availabilitySince!].sort((a, b) => (since(a) < since(b) ? -1 : since(a) > since(b) ? 1 : 0))
      t.equal(everything.find((entry) => entry.id === id)!.availability.uk, stated.at(-1)!.uk, `${id} now`)
      for (const [i, one] of stated.entries()) {
        const next = stated[i + 1]
        if (next !== undefined && since(next) === since(one)) continue
        const response = await app.inject(`/v1/interventions/${id}?evidenceAsOf=${since(one)}`)
        if (response.statusCode === 200) t.equal(response.json<Intervention>().availability.uk, one.uk, `${id} on ${since(one)}`)
      }
    }
  })

  t.test('of chosen sources: by id, by several ids, by the name of a set', async (t) => {
    for (const id of new Set([...spread(idsOf(sources)), 'eif-lga-overview-2017', 'cebc'])) await allowed(t, { among: [id] })
    const [first, second] = idsOf(sources) as [string, string]
    await allowed(t, { among: [first, second] }, { evidenceSources: `${second}, ${first}` })
    for (const set of new Set(sources.flatMap(({ sets }) => sets))) await allowed(t, { among: idsOf(sources.filter(({ sets }) => sets.includes(set))) }, { evidenceSources: set })
  })

  t.test('of chosen sources as of a day: what fits both', async (t) => {
    for (const set of ['founding-documents', 'later-evidence']) {
      const among = idsOf(sources.filter(({ sets }) => sets.includes(set)))
      const own = [...passages].filter(([key]) => among.includes(key.split(' | ')[0]!)).map(([, { day }]) => day)
      t.ok(own.some((day) => day <= '2018-12-31') && own.some((day) => day > '2018-12-31'), `${set} has both`)
      await allowed(t, { among, until: '2018-12-31' }, { evidenceAsOf: '2018-12-31', evidenceSources: set })
    }
  })

  t.test('a figure is not shown beside one that only a source out of view gives', async (t) => {
    const paired = new Set((await walk<ContextFigure>('/v1/context-figures', { limit: 200 })).filter(({ disagreesWith }) => disagreesWith.length > 0).flatMap((figure) => idsOf(figure.sources)))
    t.ok(paired.size > 1)
    for (const id of paired) t.strictSame(strangers(await walk('/v1/context-figures', { limit: 200, evidenceSources: id }), { among: [id] }), [], id)
    for (const until of ['2017-06-30', '2018-12-31']) t.strictSame(strangers(await walk('/v1/context-figures', { limit: 200, evidenceAsOf: until }), { until }), [], until)
  })

  t.test('of everything: the same as without a choice', async (t) => {
    const sets = [...new Set(sources.flatMap((source) => source.sets))]
    const alone = sources.filter((source) => source.sets.length === 0)
    t.strictSame(await entries({ evidenceSources: [...sets, ...idsOf(alone)].join() }), everything)
    t.strictSame(await entries({ evidenceAsOf: '2100-01-01' }), everything)
  })

  t.test('as of a day before the first source: nothing, and the next caller still sees everything', async (t) => {
    const own = await testApp(t, { database: deps.database })
    const count = async (parameters: Record<string, string>) => (await walk('/v1/interventions', { limit: 200, ...parameters }, own)).length
    t.equal(await count({ evidenceAsOf: '1950-01-01' }), 0, 'asked first')
    t.equal(await count({}), everything.length)
    t.equal(await count({ evidenceAsOf: '1950-01-01' }), 0, 'asked again')
  })

  t.test('an entry that no chosen source speaks of is not found, and is told apart from one that is unknown', async (t) => {
    const [hidden] = everything.filter((entry) => ![...entry.sources, ...entry.claims.flatMap((claim) => claim.sources)].some(({ id }) => id === 'eif-lga-overview-2017'))
    const url = `/v1/interventions/${hidden!.id}?evidenceSources=eif-lga-overview-2017`
    t.match(await problem(url), { status: 404, code: 'not-in-evidence-view' })
    t.match(await problem('/v1/interventions/zzzz?evidenceSources=eif-lga-overview-2017'), { status: 404, code: 'not-found' })
  })

  t.test('a view narrows one intervention as it narrows the list, and dates its evidence by what is left', async (t) => {
    const kept = keeps({ until: '2018-12-31' })
    for (const entry of await entries({ evidenceAsOf: '2018-12-31' })) {
      t.strictSame(await get(`/v1/interventions/${entry.id}?evidenceAsOf=2018-12-31`), entry)
      const days = entriesWritten.get(entry.id)!.claims.flatMap((claim) => claim.sources.filter(kept).map(dayOf))
      t.equal(entry.evidenceAsOf, days.sort().at(-1) ?? null, entry.id)
    }
  })

  t.test('a source that is not known is refused with the one that was meant', async (t) => {
    for (const path of [...NARROWED, '/v1/interventions/mash']) {
      t.match(await problem(`${path}?evidenceSources=founding-document`), { status: 422, code: 'unknown-source', errors: [{ pointer: '/evidenceSources', in: 'query', suggestions: ['founding-documents'] }] }, path)
    }
    t.match(await problem('/v1/interventions?evidenceSources=founding-documents,eif-lga-overview,zzzz'), { status: 422, errors: [{ suggestions: ['eif-lga-overview-2017'] }, { suggestions: [] }] }, 'each one')
  })
})

t.test('sources', async (t) => {
  t.test('each counts the entries and the claims that cite it', async (t) => {
    for (const { id, claims, interventions } of sources) {
      const cites = (list: readonly { id: string }[]) => list.some((source) => source.id === id)
      t.equal(claims, everything.flatMap((entry) => entry.claims).filter((claim) => cites(claim.sources)).length, `${id}: claims`)
      t.equal(interventions, everything.filter((entry) => cites(entry.sources) || entry.claims.some((claim) => cites(claim.sources))).length, `${id}: entries`)
    }
    t.ok(sources.some(({ claims }) => claims > 50))
  })

  t.test('each can be had alone, and an unknown one is not found, with the one that was meant', async (t) => {
    for (const source of sources) t.strictSame(await get(`/v1/sources/${source.id}`), source)
    t.match(await problem('/v1/sources/eif-lga-overview-2016'), { status: 404, code: 'not-found', errors: [{ pointer: '/id', in: 'path', code: 'unknown-source', suggestions: ['eif-lga-overview-2017'] }] })
  })

  t.test('every citation anywhere is of a source that is listed, in its words; an address and a year are its own or those of its passage', async (t) => {
    let own = 0
    for (const path of [...NARROWED, '/v1/evidence-standards'] as const) {
      for (const part of cited(await walk(path, { limit: 200 }), path)) {
        for (const { id, title, publisher, year, section, url } of part.sources) {
          const source = sourceById.get(id)
          const passage = section === null ? source : passages.get(passageKey(id, section, url))
          const same = title === source?.title && publisher === source.publisher && year === passage?.year && (section !== null || url === source.url)
          if (url !== source?.url || year !== source?.year) own += 1
          // What is derived from a silence cites what was looked at, and no passage of it.
          if (!same || (section === null && part.part['basis'] !== 'derived') || section === '') t.fail(`${part.at}: ${JSON.stringify(part.sources)}`)
        }
      }
    }
    t.ok(own > 100, `${own} passages have an address or a year of their own`)
  })

  t.test('a passage has one day, wherever it is cited', async (t) => t.strictSame(ofTwoDays, []))

  t.test('no rating, gap, question or figure is without one; nor is anything else but availability that no source states', async (t) => {
    for (const path of [...NARROWED, '/v1/evidence-standards'] as const) {
      const bare = [...cited(await walk(path, { limit: 200 }), path)].filter(({ sources, part }) => sources.length === 0 && part['uk'] !== 'not-stated')
      t.strictSame(bare.map(({ at }) => at), [], path)
    }
  })
})

t.test('context figures', async (t) => {
  const figures = await walk<ContextFigure>('/v1/context-figures', { limit: 200 })
  const byId = new Map(figures.map((figure) => [figure.id, figure]))

  t.test('a disagreement is shown at both figures, with what the other says', async (t) => {
    let pairs = 0
    for (const { id, disagreesWith } of figures) {
      for (const other of disagreesWith) {
        pairs += 1
        const { label, value, low, high, unit, sources } = byId.get(other.id)!
        t.strictSame(other, { id: other.id, label, value, low, high, unit, sources })
        t.ok(byId.get(other.id)!.disagreesWith.some((back) => back.id === id), `${other.id} names ${id} back`)
        t.not(other.id, id)
      }
    }
    t.ok(pairs > 10, `${pairs} sides`)
  })

  t.test('each has one value or a range, a unit, a geography and a status; a doubted one says why', async (t) => {
    for (const { id, value, low, high, unit, geography, status, note } of figures) {
      t.ok(value === null ? low !== null || high !== null : low === null && high === null, `${id}: ${value} ${low} ${high}`)
      t.ok(unit !== '' && geography !== '', id)
      if (status === 'queried') t.ok(note, id)
    }
  })

  t.test('can be searched by words', async (t) => {
    const found = await walk<ContextFigure>('/v1/context-figures', { q: 'REFERRALS', limit: 200 })
    t.ok(found.length > 0 && found.length < figures.length)
    for (const { id, label, geography, note } of found) t.match(`${id} ${label} ${geography} ${note}`.toLowerCase(), /referrals/)
    t.strictSame(await walk('/v1/context-figures', { q: 'zzzz' }), [])
  })
})

t.test('the evidence map', async (t) => {
  const graded = ['strong', 'evidence-based', 'moderate', 'preliminary', 'limited'] as const

  for (const role of ROLES) {
    t.test(`counts entries with the role ${role} as the list of interventions gives them`, async (t) => {
      const rows = await walk<EvidenceMapRow>('/v1/evidence-map', { role })
      t.strictSame(rows.map(({ need }) => need), needs.map(({ code }) => code), 'a row for each need')
      for (const row of rows) {
        const own = everything.filter((entry) => entry.role === role).map((entry) => ({ id: entry.id, claims: entry.claims.filter((claim) => claim.need === row.need) })).filter(({ claims }) => claims.length > 0)
        const placed = row.cells.flatMap(({ interventions }) => interventions)
        for (const { strength, count, interventions } of row.cells) t.equal(count, interventions.length, `${row.need} ${strength}`)
        t.strictSame([...new Set(placed)], placed, `${row.need}: an entry stands once`)
        // What is placed: whatever has a claim of benefit, or no finding at all; a finding of none, or of harm alone, stands beside.
        t.strictSame([...placed].sort(), idsOf(own.filter(({ claims }) => claims.some(isBenefit) || claims.every(({ direction }) => direction === 'unknown'))), row.need)
        for (const minimum of graded) {
          const here = row.cells.filter(({ strength }) => atLeast(strength === 'not-graded' ? null : strength, minimum)).flatMap(({ interventions }) => interventions)
          t.strictSame([...here].sort(), idsOf(await entries({ need: row.need, role, minimumStrength: minimum })), `${row.need} at least ${minimum}`)
        }
        const having = (direction: Claim['direction']) => idsOf(own.filter(({ claims }) => claims.some((claim) => claim.direction === direction)))
        t.strictSame(row.noEffect, having('no-effect'))
        t.strictSame(row.harm, having('harm'))
        const none = row.cells.find(({ strength }) => strength === 'none')!.interventions
        const silent = idsOf(own.filter(({ claims }) => claims.every(({ direction }) => direction === 'unknown')))
        t.strictSame([...row.underEvaluation, ...row.notEvaluated, ...row.notRated].sort(), silent, 'the kinds of silence are told apart, each entry in one')
        t.strictSame(silent.filter((id) => !none.includes(id)), [])
      }
    })
  }

  t.test('counts responses when no role is asked for, so that no assessment tool is taken for one', async (t) => {
    t.strictSame(await walk('/v1/evidence-map'), await walk('/v1/evidence-map', { role: 'response' }))
  })
})

t.test('evidence standards', async (t) => {
  const standards = await walk<EvidenceStandard>('/v1/evidence-standards')
  const levels = new Map(standards.flatMap((standard) => standard.levels.map((level) => [`${standard.id} ${level.value}`, level] as const)))
  const rated = everything.flatMap((entry) => entry.claims).filter((claim) => claim.nativeRating !== null)

  t.test('hold every native rating that a claim uses', async (t) => {
    t.ok(rated.length > 50, `${rated.length} ratings`)
    t.strictSame(rated.filter(({ nativeRating }) => !levels.has(`${nativeRating!.scheme} ${nativeRating!.value}`)).map(({ id, nativeRating }) => `${id}: ${nativeRating!.scheme} ${nativeRating!.value}`), [])
  })

  /** Our own grading of single studies lets a claim be graded below its design, for a reason given; a body's rating is taken as it is. */
  const lowered = ({ strength, nativeRating, note }: Claim, level: Strength) => nativeRating!.scheme === 'by-design' && note !== null && STRENGTHS.indexOf(strength!) < STRENGTHS.indexOf(level)

  t.test('stand for the strength that their claims have; a single study may be graded below its design, where the claim says why', async (t) => {
    const disagreeing = rated.flatMap((claim) => {
      const { id, strength, nativeRating } = claim
      const level = levels.get(`${nativeRating!.scheme} ${nativeRating!.value}`)
      return level?.strength == null || level.strength === strength || lowered(claim, level.strength) ? [] : [`${id}: ${strength}, and ${nativeRating!.scheme} ${nativeRating!.value} stands for ${level.strength}`]
    })
    t.strictSame(disagreeing, [])
  })

  t.test('stand for the direction that their claims have, unless the claim says why not', async (t) => {
    const disagreeing = rated.filter(({ note }) => note === null).flatMap(({ id, direction, nativeRating }) => {
      const level = levels.get(`${nativeRating!.scheme} ${nativeRating!.value}`)
      return level?.direction == null || level.direction === direction ? [] : [`${id}: ${direction}, and ${nativeRating!.scheme} ${nativeRating!.value} stands for ${level.direction}`]
    })
    t.strictSame(disagreeing, [])
  })

  t.test('come with the meaning of each of our words, strongest first, and what each translation loses', async (t) => {
    const { strengths, directions, statuses, notGraded } = await get<{ strengths: { value: string; meaning: string }[]; directions: { value: string }[]; statuses: { value: string }[]; notGraded: string }>('/v1/evidence-standards')
    t.strictSame(strengths.map(({ value }) => value), ['strong', 'evidence-based', 'moderate', 'preliminary', 'limited', 'none'])
    t.strictSame(directions.map(({ value }) => value), ['positive', 'mixed', 'no-effect', 'harm', 'unknown'])
    t.strictSame(statuses.map(({ value }) => value), ['rated', 'graded-in-words', 'not-rated', 'not-evaluated', 'under-evaluation', 'result-not-seen'])
    t.match(notGraded, /\S/)
    for (const { id, loses, measures } of standards) t.ok(loses.length > 20 && measures.length > 20, id)
  })
})

t.test('evidence gaps', async (t) => {
  const gaps = await walk<EvidenceGap>('/v1/evidence-gaps', { limit: 200 })
  const filtered = (parameters: Record<string, string>) => walk<EvidenceGap>('/v1/evidence-gaps', { limit: 200, ...parameters })

  t.test('are those that a source states and those that follow from the catalogue, told apart', async (t) => {
    const published = await filtered({ basis: 'published' })
    const derived = await filtered({ basis: 'derived' })
    t.ok(published.length > 5 && derived.length > 0, `${published.length} published, ${derived.length} derived`)
    t.strictSame([...published, ...derived].sort((a, b) => (a.id < b.id ? -1 : 1)), gaps)
    for (const gap of published) t.equal(gap.basis, 'published')
    const stated = new Set(published.flatMap((gap) => [...gap.needs, ...gap.interventions].map((subject) => `${gap.code} ${subject}`)))
    for (const gap of derived) for (const subject of [...gap.needs, ...gap.interventions]) t.notOk(stated.has(`${gap.code} ${subject}`), `${gap.id} repeats no published gap`)
  })

  t.test('each says what is missing, asks something, suggests something, and is about things that exist', async (t) => {
    for (const { id, message, questions, suggestedAction, needs: codes, interventions, decision } of gaps) {
      t.ok(message.length > 20 && questions.length > 0 && suggestedAction.length > 10, id)
      t.ok(codes.length > 0 || interventions.length > 0 || decision !== null, `${id} is about something`)
      t.strictSame(codes.filter((code) => !needs.some((need) => need.code === code)), [], id)
      t.strictSame(interventions.filter((wanted) => !everything.some((entry) => entry.id === wanted)), [], id)
    }
  })

  t.test('can be asked for by need, intervention and kind, and all together', async (t) => {
    for (const { code } of needs) t.strictSame(await filtered({ need: code }), gaps.filter((gap) => gap.needs.includes(code)), code)
    for (const id of ['signs-of-safety', 'mash', 'family-group-conferencing']) {
      const own = gaps.filter((gap) => gap.interventions.includes(id))
      t.ok(own.length > 0, id)
      t.strictSame(await filtered({ intervention: id }), own)
    }
    for (const code of new Set(gaps.map((gap) => gap.code))) t.strictSame(await filtered({ code }), gaps.filter((gap) => gap.code === code))
    t.ok((await filtered({ intervention: 'mash', code: 'widely-used-unevaluated' })).length > 0)
    t.strictSame(await filtered({ intervention: 'mash', need: 'neglect', basis: 'derived' }), gaps.filter((gap) => gap.interventions.includes('mash') && gap.needs.includes('neglect') && gap.basis === 'derived'))
  })

  t.test('neglect, where no strong evidence was found, is among them', async (t) => {
    t.ok((await filtered({ need: 'neglect' })).some(({ code }) => code === 'no-strong-evidence'))
  })

  t.test('an unknown need or intervention is refused with the one that was meant', async (t) => {
    t.match(await problem('/v1/evidence-gaps?need=neglekt'), { status: 422, code: 'unknown-need', errors: [{ pointer: '/need', suggestions: ['neglect'] }] })
    t.match(await problem('/v1/evidence-gaps?intervention=sign-of-safety'), { status: 422, code: 'unknown-intervention', errors: [{ pointer: '/intervention', suggestions: ['signs-of-safety'] }] })
  })

  t.test('of a view: what follows from fewer sources cites them still', async (t) => {
    for (const { id } of sources) {
      const bare = (await filtered({ evidenceSources: id })).filter((gap) => gap.sources.length === 0)
      t.strictSame(bare.map((gap) => gap.id), [], id)
    }
  })
})

t.test('needs', async (t) => {
  t.test('have a code, a definition, a group and the codes of the Department for Education', async (t) => {
    for (const need of needs) t.match(need, { code: /^[a-z0-9-]+$/, label: /\S/, definition: /\S{3}/, group: /\S/, dfeCodes: Array })
    t.ok(needs.some(({ dfeCodes }) => dfeCodes.length > 0))
  })

  t.test('are those that the interventions and their claims speak of', async (t) => {
    const codes = new Set(needs.map(({ code }) => code))
    for (const entry of everything) {
      t.strictSame(entry.needs.filter((code) => !codes.has(code)), [], entry.id)
      t.strictSame(entry.claims.filter((claim) => !entry.needs.includes(claim.need)).map(({ id }) => id), [], `${entry.id} lists the needs of its claims`)
    }
  })
})

t.test('questions for leaders name whom they are put to and what raises them', async (t) => {
  for (const question of await walk<{ text: string; audience: string; trigger: string }>('/v1/questions')) t.match(question, { text: /\?/, audience: /\S/, trigger: /\S/ })
})

t.test('what is only read can be asked for with HEAD too, and is never changed', async (t) => {
  for (const path of LISTS) {
    t.equal((await app.inject({ method: 'HEAD', url: path })).statusCode, 200)
    t.equal((await app.inject({ method: 'POST', url: path, payload: {} })).statusCode, 405, path)
  }
})

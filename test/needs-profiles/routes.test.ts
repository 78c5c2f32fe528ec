import t from 'tap'
import { EXAMPLE_NEEDS_PROFILE, EXAMPLE_PROFILE_ID } from '../../src/needs-profiles/examples.js'
import type { NeedsProfile, NeedsProfileSummary } from '../../src/needs-profiles/schemas.js'
import { testApp, testDeps } from '../helpers/app.js'

/** Every answer here is also held against the OpenAPI document by `testApp`. */
const deps = await testDeps(t)
const { kysely } = deps.database
const app = await testApp(t, deps)

const ALL = '/v1/needs-profiles'
const create = (payload: object) => app.inject({ method: 'POST', url: ALL, payload })
const replace = (url: string, etag: string | undefined, payload: object) => app.inject({ method: 'PUT', url, ...(etag === undefined ? {} : { headers: { 'if-match': etag } }), payload })
const versionsOf = (id: string) => kysely.selectFrom('needs_profile_version').selectAll().where('needs_profile_id', '=', id).orderBy('version').execute()

t.test('a needs profile that is kept', async (t) => {
  t.test('answers 201 with its address and version, and comes back from there', async (t) => {
    const created = await create(EXAMPLE_NEEDS_PROFILE)
    t.equal(created.statusCode, 201)
    const body = created.json<NeedsProfile>()
    t.equal(created.headers['location'], `${ALL}/${body.id}`)
    t.equal(created.headers['etag'], '"1"')
    t.match(body, { version: 1, ...EXAMPLE_NEEDS_PROFILE })
    const again = await app.inject(String(created.headers['location']))
    t.equal(again.headers['etag'], '"1"')
    t.strictSame(again.json(), body)
  })

  t.test('may start from nothing, with every key in place', async (t) => {
    const { id, createdAt, updatedAt, ...rest } = (await create({ title: 'Later' })).json<NeedsProfile>()
    t.ok(id)
    t.equal(createdAt, updatedAt)
    t.strictSame(rest, { version: 1, title: 'Later', profile: {}, localPriorities: [], consultation: [], notes: null })
  })

  t.test('may start from an area', async (t) => {
    t.strictSame((await create({ title: 'Leeds', profile: { area: 'E08000035' } })).json<NeedsProfile>().profile, { area: 'E08000035' })
  })

  t.test('has the ONS code in force of its council, by whatever word that was named', async (t) => {
    for (const [word, code] of [['E08000016', 'E08000038'], ['383', 'E08000035'], ['leeds', 'E08000035']]) t.strictSame((await create({ title: 'x', profile: { area: word } })).json<NeedsProfile>().profile, { area: code })
  })

  t.test('holds any text that JSON can hold', async (t) => {
    const text = 'nul \u0000, emoji 🧒, and = + - @'
    const created = await create({ title: text, notes: text })
    t.match((await app.inject(String(created.headers['location']))).json(), { title: text, notes: text })
  })

  t.test('has a profile that can be sent on as it stands', async (t) => {
    const { profile } = (await app.inject(`${ALL}/${EXAMPLE_PROFILE_ID}`)).json<NeedsProfile>()
    t.equal((await app.inject({ method: 'POST', url: '/v1/recommendations', payload: profile })).statusCode, 201)
  })

  t.test('is not sent again to a caller that holds it', async (t) => {
    const url = `${ALL}/${EXAMPLE_PROFILE_ID}`
    for (const held of ['"1"', 'W/"1"', '"0", "1"', '*']) {
      const response = await app.inject({ url, headers: { 'if-none-match': held } })
      t.equal(response.statusCode, 304, held)
      t.equal(response.body, '')
      t.equal(response.headers['etag'], '"1"')
    }
    for (const held of ['"2"', '1', '"1', '']) t.equal((await app.inject({ url, headers: { 'if-none-match': held } })).statusCode, 200, held)
  })

  t.test('that nobody kept is not found', async (t) => {
    const url = `${ALL}/00000000-0000-4000-8000-00000000dead`
    t.match((await app.inject(url)).json(), { status: 404, code: 'not-found' })
    t.match((await replace(url, '"1"', EXAMPLE_NEEDS_PROFILE)).json(), { status: 404, code: 'not-found' })
  })
})

t.test('a change', async (t) => {
  const created = (await create(EXAMPLE_NEEDS_PROFILE)).json<NeedsProfile>()
  const url = `${ALL}/${created.id}`

  t.test('moves the version on, and what was said before is kept', async (t) => {
    const changed = await replace(url, '"1"', { ...EXAMPLE_NEEDS_PROFILE, title: 'Second' })
    t.equal(changed.statusCode, 200)
    t.equal(changed.headers['etag'], '"2"')
    t.match(changed.json(), { id: created.id, version: 2, title: 'Second', createdAt: created.createdAt })
    t.strictSame((await app.inject(url)).json(), changed.json())
    t.match(await versionsOf(created.id), [
      { version: 1, document: { title: created.title } },
      { version: 2, document: { title: 'Second' } }
    ])
  })

  t.test('to an older version is refused, and nothing is overwritten', async (t) => {
    const before = (await app.inject(url)).json<NeedsProfile>()
    for (const stale of ['"1"', 'W/"2"', '"3"', '"nonsense"', '"99999999999999999999"', '"1", "7"']) {
      const refused = await replace(url, stale, { title: 'Lost' })
      t.match(refused.json(), { status: 412, code: 'precondition-failed', detail: /version 2/ }, stale)
    }
    t.strictSame((await app.inject(url)).json(), before)
  })

  t.test('without the version that it changes is refused', async (t) => {
    for (const none of [undefined, '', ' ', '*']) t.match((await replace(url, none, { title: 'Lost' })).json(), { status: 428, code: 'precondition-required' })
    for (const broken of ['2', '"2', 'W/2', '"2" and more', '"1" "2"', '"1""2"', ', ,']) t.match((await replace(url, broken, { title: 'Lost' })).json(), { status: 400, code: 'invalid-if-match', errors: [{ pointer: '/if-match', in: 'header' }] }, broken)
    t.equal((await app.inject(url)).json<NeedsProfile>().version, 2)
  })

  t.test('may be allowed on any of several versions', async (t) => {
    t.equal((await replace(url, ', "1" ,, W/"x,y", "2",', { title: 'Third' })).headers['etag'], '"3"')
  })

  t.test('that changes nothing makes no version', async (t) => {
    const before = (await app.inject(url)).json<NeedsProfile>()
    const same = await replace(url, '"3"', { title: 'Third', notes: null, profile: {} })
    t.equal(same.statusCode, 200)
    t.equal(same.headers['etag'], '"3"')
    t.strictSame(same.json(), before)
    t.equal((await replace(url, '"2"', { title: 'Third' })).statusCode, 412)
    t.equal((await versionsOf(created.id)).length, 3)
  })

  t.test('may be sent as it was read, and cannot change what the service sets', async (t) => {
    const { id } = (await create({ title: 'Read and sent', notes: 'x' })).json<NeedsProfile>()
    const read = await app.inject(`${ALL}/${id}`)
    const body = read.json<NeedsProfile>()
    const etag = String(read.headers['etag'])
    t.strictSame((await replace(`${ALL}/${id}`, etag, body)).json(), body)
    const changed = { id: EXAMPLE_PROFILE_ID, version: 7, createdAt: '2020-01-01T00:00:00.000Z', updatedAt: '2020-01-01T00:00:00.000Z' }
    for (const [key, value] of Object.entries(changed)) t.match((await replace(`${ALL}/${id}`, etag, { ...body, [key]: value, notes: 'y' })).json(), { status: 422, code: 'cannot-be-changed', errors: [{ pointer: `/${key}`, in: 'body' }] }, key)
    t.strictSame((await app.inject(`${ALL}/${id}`)).json(), body, 'nothing was stored')
    t.match((await replace(`${ALL}/${id}`, etag, { ...body, notes: 'y' })).json(), { version: 2, notes: 'y' })
    t.equal((await replace(`${ALL}/${id}`, etag, { ...body, notes: 'z' })).statusCode, 412, 'one that is out of date is told so first')
    t.match((await create({ ...body })).json(), { status: 400, errors: [{ code: 'unknown-field' }] })
  })

  t.test('made at the same moment as others is made once, and the others are told', async (t) => {
    for (let round = 0; round < 5; round++) {
      const { id, version } = (await create({ title: 'Raced for' })).json<NeedsProfile>()
      t.equal(version, 1)
      const answers = await Promise.all(Array.from({ length: 6 }, (_, i) => replace(`${ALL}/${id}`, '"1"', { title: `Racer ${i}` })))
      const won = answers.filter(({ statusCode }) => statusCode === 200)
      t.equal(won.length, 1)
      t.strictSame(answers.filter(({ statusCode }) => statusCode !== 200).map(({ statusCode }) => statusCode), Array(5).fill(412))
      t.strictSame((await app.inject(`${ALL}/${id}`)).json(), won[0]!.json())
      t.match(await versionsOf(id), [{ version: 1 }, { version: 2, document: { title: won[0]!.json<NeedsProfile>().title } }])
    }
  })
})

t.test('old versions', async (t) => {
  const { id, createdAt } = (await create({ title: 'As it began', notes: 'first' })).json<NeedsProfile>()
  const url = `${ALL}/${id}`
  await replace(url, '"1"', { title: 'As it went on', profile: { needs: [{ need: 'neglect' }] } })
  const now = (await replace(url, '"2"', { title: 'As it is', profile: { area: 'E08000035', year: 2023 } })).json<NeedsProfile>()

  t.test('are given as they stood, and the newest is the profile itself', async (t) => {
    const first = await app.inject(`${url}/versions/1`)
    t.equal(first.headers['etag'], '"1"')
    t.strictSame(first.json(), { id, version: 1, createdAt, updatedAt: createdAt, title: 'As it began', profile: {}, localPriorities: [], consultation: [], notes: 'first' })
    t.match((await app.inject(`${url}/versions/2`)).json(), { version: 2, title: 'As it went on', notes: null })
    t.strictSame((await app.inject(`${url}/versions/3`)).json(), now)
    t.strictSame((await app.inject(url)).json(), now)
  })

  t.test('are listed, the newest first, however they are paged', async (t) => {
    const read = async (query: string) => (await app.inject(`${url}/versions${query}`)).json<{ items: NeedsProfileSummary[]; nextCursor: string | null }>()
    const { items, nextCursor } = await read('')
    t.match(items, [{ id, version: 3, area: 'E08000035', updatedAt: now.updatedAt }, { version: 2, needs: ['neglect'] }, { version: 1, title: 'As it began', updatedAt: createdAt }])
    t.equal(items.length, 3)
    t.equal(nextCursor, null)
    const page = await read('?limit=2')
    t.strictSame(page.items, items.slice(0, 2))
    t.strictSame(await read(`?limit=2&cursor=${page.nextCursor}`), { items: items.slice(2), nextCursor: null })
    t.match((await app.inject(`${url}/versions?cursor=MA`)).json(), { status: 400, code: 'invalid-cursor' })
  })

  t.test('that were never made are not found, and the answer names those that were', async (t) => {
    t.match((await app.inject(`${url}/versions/4`)).json(), { status: 404, code: 'no-such-version', detail: /versions 1 to 3/, errors: [{ pointer: '/version', suggestions: ['3'] }] })
    for (const none of ['0', '-1', '1.5', 'last', '99999999999']) t.match((await app.inject(`${url}/versions/${none}`)).json(), { status: 400, errors: [{ pointer: '/version' }] }, none)
    for (const path of ['/versions', '/versions/1']) t.match((await app.inject(`${ALL}/00000000-0000-4000-8000-00000000dead${path}`)).json(), { status: 404, code: 'not-found' })
  })
})

t.test('the list', async (t) => {
  const all = async (limit: number) => {
    const items: NeedsProfileSummary[] = []
    let cursor: string | null = null
    do {
      const response: Awaited<ReturnType<typeof create>> = await app.inject(`${ALL}?limit=${limit}${cursor === null ? '' : `&cursor=${cursor}`}`)
      const page = response.json<{ items: NeedsProfileSummary[]; nextCursor: string | null }>()
      items.push(...page.items)
      cursor = page.nextCursor
      t.equal(response.headers['link'], cursor === null ? undefined : `<${ALL}?limit=${limit}&cursor=${cursor}>; rel="next"`)
    } while (cursor !== null)
    return items
  }

  t.test('has each once, the newest first, however it is paged', async (t) => {
    // Made within one millisecond, so that the id has to decide.
    await Promise.all(Array.from({ length: 12 }, (_, i) => create({ title: `At once ${i}` })))
    const whole = await all(200)
    const keys = whole.map(({ createdAt, id }) => `${createdAt} ${id}`)
    t.strictSame(keys, [...new Set(keys)].sort().reverse())
    t.equal(whole.length, Number((await kysely.selectFrom('needs_profile').select((eb) => eb.fn.countAll<string>().as('n')).executeTakeFirstOrThrow()).n))
    for (const limit of [1, 5, whole.length]) t.strictSame(await all(limit), whole)
    t.match(whole.find(({ id }) => id === EXAMPLE_PROFILE_ID), { title: EXAMPLE_NEEDS_PROFILE.title, area: null, needs: ['physical-abuse', 'neglect'], version: 1 })
  })

  t.test('stays in place when one is added while it is read', async (t) => {
    const [first, second] = await all(200)
    const { nextCursor } = (await app.inject(`${ALL}?limit=1`)).json<{ nextCursor: string }>()
    await create({ title: 'Newer still' })
    t.match((await app.inject(`${ALL}?limit=1&cursor=${nextCursor}`)).json(), { items: [{ id: second!.id }] })
    t.not(first!.id, second!.id)
  })

  t.test('refuses a cursor that is not its own', async (t) => {
    const made = (key: string) => Buffer.from(key).toString('base64url')
    for (const cursor of ['abc', made('mash'), made('2026-01-01T00:00:00.000Z x'), made('2026-99-01T00:00:00.000Z 00000000-0000-4000-8000-0000000000e2'), made('2026-02-30T00:00:00.000Z 00000000-0000-4000-8000-0000000000e2'), made('0000-01-01T00:00:00.000Z 00000000-0000-4000-8000-0000000000e2'), '%00']) {
      t.match((await app.inject(`${ALL}?cursor=${cursor}`)).json(), { status: 400, code: 'invalid-cursor' }, cursor)
    }
  })
})

t.test('what a recommendation would refuse is refused here, at its place', async (t) => {
  const faults: [object, number, string, string][] = [
    [{}, 400, '/title', 'required'],
    [{ title: '  ' }, 400, '/title', 'pattern'],
    [{ title: 'x', area: 'E08000035' }, 400, '/area', 'unknown-field'],
    [{ title: 'x', profile: null }, 400, '/profile', 'type'],
    [{ title: 'x', profile: { need: [] } }, 400, '/profile/need', 'unknown-field'],
    [{ title: 'x', profile: { needs: [] } }, 400, '/profile/needs', 'min-items'],
    [{ title: 'x', profile: { needs: [{ need: 'neglect', children: '3' }] } }, 400, '/profile/needs/0/children', 'type'],
    [{ title: 'x', profile: { currentProvision: [{ intervention: 'mash', places: -1 }] } }, 400, '/profile/currentProvision/0/places', 'minimum'],
    [{ title: 'x', profile: { needs: [{ need: 'neglekt' }] } }, 422, '/profile/needs/0/need', 'unknown-need'],
    [{ title: 'x', profile: { currentProvision: [{ intervention: 'sign-of-safety' }] } }, 422, '/profile/currentProvision/0/intervention', 'unknown-intervention'],
    [{ title: 'x', profile: { area: 'Leedes Magna' } }, 422, '/profile/area', 'unknown-area'],
    [{ title: 'x', profile: { area: 'E12000003' } }, 422, '/profile/area', 'not-a-council'],
    [{ title: 'x', profile: { area: 'E10000006' } }, 422, '/profile/area', 'area-ended'],
    [{ title: '\u0000\u200b' }, 400, '/title', 'pattern'],
    [{ title: 'x', profile: { year: 2024 } }, 422, '/profile/year', 'year-without-area'],
    [{ title: 'x', localPriorities: [{ text: 'y', need: 'neglekt' }] }, 422, '/localPriorities/0/need', 'unknown-need'],
    [{ title: 'x', localPriorities: ['y'] }, 400, '/localPriorities/0', 'type'],
    [{ title: 'x', consultation: [{ group: 'children', summary: 'y' }] }, 400, '/consultation/0/group', 'enum'],
    [{ title: 'x', consultation: [{ group: 'partners', when: 'last spring', summary: 'y' }] }, 400, '/consultation/0/when', 'format'],
    [{ title: 'x', consultation: [{ group: 'partners' }] }, 400, '/consultation/0/summary', 'required']
  ]
  const count = async () => (await kysely.selectFrom('needs_profile_version').select('version').execute()).length
  const before = await count()
  for (const [payload, status, pointer, code] of faults) {
    for (const response of [await create(payload), await replace(`${ALL}/${EXAMPLE_PROFILE_ID}`, '"1"', payload)]) {
      t.match(response.json(), { status }, JSON.stringify(payload))
      t.ok(response.json<{ errors: { pointer: string; code: string }[] }>().errors.some((item) => item.pointer === pointer && item.code === code), response.body)
    }
  }
  t.match((await create({ title: 'x', profile: { needs: [{ need: 'neglekt' }] } })).json(), { code: 'unknown-need', errors: [{ suggestions: ['neglect'] }] })
  t.match((await create({ title: 'x', profile: { needs: [{ need: 'a' }, { need: 'b' }] } })).json(), { code: 'invalid-profile', errors: { length: 2 } })
  t.match((await app.inject(`${ALL}/abc`)).json(), { status: 400, errors: [{ pointer: '/id' }] })
  t.equal((await app.inject({ method: 'DELETE', url: `${ALL}/${EXAMPLE_PROFILE_ID}` })).statusCode, 405)
  t.equal(await count(), before)
})

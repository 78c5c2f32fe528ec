import t from 'tap'
import { LOCAL_ORGANISATION } from '../../src/db/schema.js'
import { findLocalHistory, insertLocalValue } from '../../src/unit-costs/queries.js'
import type { UnitCost, UnitCostDetail, UnitCostEditionReport, UnitCostEditionSummary, UnitCostLocalValue } from '../../src/unit-costs/schemas.js'
import { financialYearOf } from '../../src/unit-costs/service.js'
import { testApp, testDatabase } from '../helpers/app.js'

/** Every answer here is also held against the OpenAPI document by `testApp`. */
const database = await testDatabase(t)
const app = await testApp(t, { database })
const ALL = '/v1/unit-costs'
const get = (url: string) => app.inject(url)
const list = async (query = '') => (await get(`${ALL}${query}`)).json<{ items: UnitCost[]; nextCursor: string | null }>()
const codesOf = async (query: string) => (await list(query)).items.map(({ code }) => code)

t.test('a unit cost has its value, unit, agency, price year, grade and source, and what is missing is null', async (t) => {
  const response = await get(`${ALL}/SS3.0`)
  t.equal(response.statusCode, 200)
  t.match(response.json<UnitCostDetail>(), {
    code: 'SS3.0',
    edition: 'gmca-v1.4',
    kind: 'cost',
    unit: { code: 'per-week', wording: 'Per week' },
    agency: { code: 'local-authority', wording: 'Local Authority', detail: 'Social Services' },
    fiscal: { value: 2995, status: 'ok', currency: 'GBP', priceYear: '2013/14', uprated: null },
    economic: { value: null, status: 'unavailable', priceYear: null },
    social: { value: null, status: 'unavailable' },
    grade: { code: 'green', meaning: /sound/ },
    notWith: [{ code: 'SS1.0', reason: /average/ }],
    note: /own placement cost/,
    citation: 'Unit Costs of Health & Social Care 2014 (Curtis, 2014), p.86',
    sources: [{ id: 'gmca-unit-costs-2015', section: 'SS3.0', year: 2015 }],
    licence: 'CC BY 4.0',
    attribution: /Greater Manchester/,
    local: null,
    localHistory: []
  })
  t.match((await get(`${ALL}/${encodeURIComponent('E&S2.0')}`)).json(), { fiscal: { value: 9219 }, economic: { value: 529 }, constituents: ['E&S2.0.1', 'E&S2.0.2', 'E&S2.0.3', 'E&S2.0.4'] })
  t.match((await get(`${ALL}/CR2.0.4`)).json(), { headline: 'CR2.0', relation: 'constituent', constituents: [] })
})

t.test('the list goes through every row once, in the order of the edition', async (t) => {
  const seen: string[] = []
  let url: string | null = `${ALL}?limit=200`
  while (url !== null) {
    const response = await get(url)
    const { items, nextCursor } = response.json<{ items: UnitCost[]; nextCursor: string | null }>()
    seen.push(...items.map(({ code }) => code))
    url = nextCursor === null ? null : /^<([^>]+)>; rel="next"$/.exec(String(response.headers['link']))![1]!
  }
  t.equal(seen.length, 444)
  t.equal(new Set(seen).size, 444)
  t.strictSame([seen[0], seen.at(-1)], ['CR1.0', 'SS18.10'])
})

t.test('filters narrow it, one by one and together', async (t) => {
  t.strictSame(await codesOf('?code=SS3.0,SS1.0'), ['SS1.0', 'SS3.0'])
  t.strictSame(await codesOf('?q=residential%20care%20HOME'), ['SS3.0', 'SS3.1'])
  t.strictSame((await codesOf('?theme=housing&limit=200')).length, 34)
  t.ok((await list('?agency=police&limit=200')).items.every(({ agency }) => agency.code === 'police'))
  t.strictSame((await list('?ledger=social&limit=200')).items.length, 20)
  t.strictSame(await codesOf('?unit=per-week&agency=local-authority&theme=Social%20Services'), ['SS2.0', 'SS2.0.1', 'SS2.0.2', 'SS3.0', 'SS3.1'])
})

t.test('values in the prices of another year stand beside the originals, with the series that did it', async (t) => {
  const series = 'deflator=gdp-deflator-financial-ucd-1.4'
  t.match((await get(`${ALL}/SS1.0?priceYear=2015/16&${series}`)).json(), {
    fiscal: { value: 51_080, priceYear: '2013/14', uprated: { value: 52_675.64, status: 'ok', priceYear: '2015/16', forecast: true, sources: [{ title: /Unit Cost Database/ }] } },
    social: { value: null, uprated: null }
  })
  const { items } = await list('?code=SS1.0,CR2.0&priceYear=2023/24')
  t.ok(items.every(({ fiscal }) => fiscal.uprated!.value! > fiscal.value!))
  t.ok(items.find(({ code }) => code === 'CR2.0')!.social.uprated!.value! > 6795, 'each ledger from its own price year')
})

t.test('an unknown word is refused where it stands, with the nearest ones', async (t) => {
  const cases: [string, number, string, string, string, string?][] = [
    [`${ALL}/SS3.O`, 404, 'not-found', '/code', 'unknown-unit-cost', 'SS3.0'],
    [`${ALL}/ss3.0`, 404, 'not-found', '/code', 'unknown-unit-cost', 'SS3.0'],
    [`${ALL}/%00`, 404, 'not-found', '/code', 'unknown-unit-cost'],
    [`${ALL}?code=SS1.0,SS3.O`, 422, 'unknown-unit-cost', '/code', 'unknown-unit-cost', 'SS3.0'],
    [`${ALL}?theme=Housin`, 422, 'unknown-theme', '/theme', 'unknown-theme', 'Housing'],
    [`${ALL}?edition=gmca-v1.5`, 422, 'unknown-edition', '/edition', 'unknown-edition', 'gmca-v1.4'],
    [`${ALL}/SS1.0?area=Nowhere`, 422, 'unknown-area', '/area', 'unknown-area'],
    [`${ALL}/SS1.0?area=E92000001`, 422, 'not-a-council', '/area', 'not-a-council'],
    [`${ALL}?agency=council`, 400, 'validation', '/agency', 'enum'],
    [`${ALL}?ledger=cash`, 400, 'validation', '/ledger', 'enum'],
    [`${ALL}?priceYear=2015`, 400, 'validation', '/priceYear', 'pattern'],
    [`${ALL}?priceYear=2015/17`, 422, 'unknown-price-year', '/priceYear', 'unknown-price-year'],
    [`${ALL}?priceYear=2026/27`, 422, 'unknown-price-year', '/priceYear', 'unknown-price-year', '2023/24'],
    [`${ALL}?deflator=gdp-deflator-financial-ucd-1.4`, 422, 'price-year-required', '/priceYear', 'price-year-required'],
    [`${ALL}?priceYear=2015/16&deflator=gdp-deflator-calendar-hmt-2024`, 422, 'unknown-deflator', '/deflator', 'unknown-deflator', 'gdp-deflator-calendar-hmt-2025'],
    [`${ALL}?cursor=abc`, 400, 'invalid-cursor', '/cursor', 'invalid-cursor'],
    [`${ALL}?themes=x`, 400, 'validation', '/themes', 'unknown-field', 'theme']
  ]
  for (const [url, status, code, pointer, fault, suggestion] of cases) {
    const response = await get(url)
    t.equal(response.statusCode, status, url)
    t.match(response.json(), { code, errors: [{ pointer, code: fault, ...(suggestion === undefined ? {} : { suggestions: [suggestion] }) }] }, url)
  }
})

t.test("a council's own value", async (t) => {
  const OWN = { value: 6123.45, priceYear: '2025/26', sourceNote: 'Ledger, April to September', enteredBy: 'Finance' }
  const put = (payload: object, etag?: string, url = `${ALL}/SS3.0/local-values/E08000035`) => app.inject({ method: 'PUT', url, ...(etag === undefined ? {} : { headers: { 'if-match': etag } }), payload })
  const held = async () => (await get(`${ALL}/SS3.0?area=383`)).json<UnitCostDetail>()

  t.test('stands beside the national one, which stays as it is', async (t) => {
    const created = await put(OWN)
    t.equal(created.statusCode, 201)
    t.equal(created.headers['etag'], '"1"')
    t.match(created.json<UnitCostLocalValue>(), { area: { code: 'E08000035', name: 'Leeds' }, version: 1, ...OWN, unit: 'per-week', edition: 'gmca-v1.4', enteredAt: /^20/ })
    t.match(await held(), { fiscal: { value: 2995, priceYear: '2013/14' }, local: created.json<UnitCostLocalValue>(), localHistory: [{ version: 1 }] })
    t.match((await list('?code=SS2.0,SS3.0&area=Leeds')).items.map(({ local }) => local?.value ?? null), [null, 6123.45])
    t.equal((await list('?code=SS3.0&area=Bradford')).items[0]!.local, null, 'and is that of one council')
    t.equal((await list('?code=SS3.0')).items[0]!.local, null)
  })

  t.test('is changed by whoever has read it, and every version is kept', async (t) => {
    t.match((await put({ ...OWN, value: 1 })).json(), { status: 428, code: 'precondition-required' })
    t.match((await put({ ...OWN, value: 1 }, '"7"')).json(), { status: 412, detail: /version 1/ })
    t.match((await put({ ...OWN, value: 1 }, '*')).json(), { status: 428 })
    const changed = await put({ ...OWN, value: 6500, unit: 'per-week', priceYear: '2026/27' }, '"1"')
    t.equal(changed.statusCode, 200)
    t.equal(changed.headers['etag'], '"2"')
    t.match(await held(), { local: { version: 2, value: 6500 }, localHistory: [{ version: 2, value: 6500 }, { version: 1, value: 6123.45, priceYear: '2025/26' }] })
    t.match((await put({ ...OWN, value: 1 }, '"1"')).json(), { status: 412 }, 'a change to what was there before is not taken')
  })

  t.test('that says the same already stays at its version', async (t) => {
    const same = { ...OWN, value: 6500, priceYear: '2026/27' }
    for (const etag of [undefined, '"2"']) t.match((await put(same, etag)).json(), { version: 2 })
    t.equal((await put(same, '"1"')).statusCode, 412)
    t.equal((await held()).localHistory.length, 2)
  })

  t.test('sent twice at once is taken once', async (t) => {
    const answers = await Promise.all([7000, 7001, 7002].map((value) => put({ ...OWN, value }, '"2"')))
    t.strictSame(answers.map(({ statusCode }) => statusCode).sort(), [200, 412, 412])
    t.equal((await held()).localHistory.length, 3)
  })

  t.test('whose version is taken while it is being written does not overwrite what took it', async (t) => {
    const row = { organisation_id: LOCAL_ORGANISATION, area_code: 'E08000035', code: 'SS3.1', version: 1, edition: 'gmca-v1.4', value: '1', price_year: '2025/26', unit: 'per-week', source_note: 'x', entered_by: 'y', entered_at: '2026-11-20T00:00:00Z' }
    t.match(await insertLocalValue(database.kysely, row), { value: '1' })
    t.equal(await insertLocalValue(database.kysely, { ...row, value: '2' }), undefined)
    t.match(await findLocalHistory(database.kysely, 'E08000035', 'SS3.1'), [{ version: 1, value: '1' }])
  })

  t.test('that cannot be is refused, and nothing is kept', async (t) => {
    const url = `${ALL}/SS2.0/local-values/E08000035`
    const { sourceNote, ...without } = OWN
    t.ok(sourceNote)
    const cases: [object, number, string, string][] = [
      [{ ...OWN, value: -1 }, 400, '/value', 'minimum'],
      [{ ...OWN, value: '700' }, 400, '/value', 'type'],
      [{ ...OWN, value: 1.005 }, 422, '/value', 'finer-than-pence'],
      [{ ...OWN, value: 1e-7 }, 422, '/value', 'finer-than-pence'],
      [{ ...OWN, priceYear: '2025' }, 400, '/priceYear', 'pattern'],
      [{ ...OWN, priceYear: '2025/27' }, 422, '/priceYear', 'unknown-price-year'],
      [{ ...OWN, unit: 'per-fortnight' }, 400, '/unit', 'enum'],
      [{ ...OWN, sourceNote: ' ' }, 400, '/sourceNote', 'pattern'],
      [{ ...OWN, enteredBy: 'a\u0000b' }, 400, '/enteredBy', 'pattern'],
      [{ ...OWN, edition: 'none' }, 422, '/edition', 'unknown-edition'],
      [{ ...OWN, national: 1 }, 400, '/national', 'unknown-field'],
      [without, 400, '/sourceNote', 'required']
    ]
    for (const [body, status, pointer, code] of cases) {
      const response = await put(body, undefined, url)
      t.equal(response.statusCode, status, response.body)
      t.match(response.json(), { errors: [{ pointer, code }] })
    }
    t.match((await put(OWN, '"1"', url)).json(), { status: 412 }, 'a version of what is not there')
    t.match((await put(OWN, undefined, `${ALL}/SS2.X/local-values/E08000035`)).json(), { status: 404, errors: [{ pointer: '/code' }] })
    t.match((await put(OWN, undefined, `${ALL}/SS2.0/local-values/E10000006`)).json(), { status: 422, code: 'area-ended' })
    t.equal((await get(`${ALL}/SS2.0?area=E08000035`)).json<UnitCostDetail>().local, null)
  })
})

t.test('an appraisal is warned of how it uses unit costs, at the line', async (t) => {
  const benefit = (id: string, code: string, amount: number, per: string, more: object = {}) => ({
    id,
    name: code,
    outcome: 'care',
    impact: 0.1,
    agencySplit: [{ agency: 'local-authority', share: 1 }],
    unitValue: { fiscal: { amount, currency: 'GBP', priceYear: '2013/14' }, per, unitCost: code },
    ...more
  })
  const response = await app.inject({
    method: 'POST',
    url: '/v1/appraisals',
    payload: {
      title: 'Edge of care',
      startYear: '2023/24',
      years: 2,
      priceYear: '2023/24',
      options: [{ id: 'a', name: 'A', cohort: [{ year: 0, people: 10 }], benefits: [benefit('any', 'SS1.0', 51_080, 'year', { cashability: 0.5 }), benefit('home', 'SS3.0', 2995, 'year')] }]
    }
  })
  t.equal(response.statusCode, 200, response.body.slice(0, 400))
  const { warnings } = response.json<{ appraisal: { warnings: { code: string; pointer: string | null; message: string }[] } }>().appraisal
  const at = (code: string) => warnings.filter((warning) => warning.code === code)
  t.match(at('average-with-placement'), [{ pointer: '/options/0/benefits/0/unitValue', message: /Also: \/options\/0\/benefits\/1\/unitValue/ }])
  t.match(at('weekly-cost-used-as-yearly'), [{ pointer: '/options/0/benefits/1/unitValue' }])
  t.match(at('average-cost-claimed-cashable'), [{ pointer: '/options/0/benefits/0/unitValue' }])
  t.equal(at('stale-price-year').length, 2)
  t.strictSame(at('unit-cost-not-checked'), [])
})

t.test("an appraisal about a council is judged by the council's own values", async (t) => {
  const kept = await app.inject({ method: 'PUT', url: `${ALL}/SS3.1/local-values/E08000025`, payload: { value: 6100, priceYear: '2023/24', unit: 'per-week', sourceNote: 'Ledger', enteredBy: 'Finance' } })
  t.equal(kept.statusCode, 201, kept.body)
  const warned = async (area: string | null, amount: number, priceYear: string, per = 'week', unitsPerYear = 52) => {
    const benefit = { id: 'home', name: 'Home', outcome: 'care', impact: 0.1, agencySplit: [{ agency: 'local-authority', share: 1 }], unitValue: { fiscal: { amount, currency: 'GBP', priceYear }, per, ...(per === 'week' ? { unitsPerYear } : {}), unitCost: 'SS3.1' } }
    const payload = { title: 'Homes', area, startYear: '2023/24', years: 2, priceYear: '2023/24', options: [{ id: 'a', name: 'A', cohort: [{ year: 0, people: 10 }], benefits: [benefit] }] }
    const { warnings } = (await app.inject({ method: 'POST', url: '/v1/appraisals', payload })).json<{ appraisal: { warnings: { code: string; message: string }[] } }>().appraisal
    return warnings.filter(({ code }) => ['own-value-not-used', 'stale-price-year', 'weekly-cost-used-as-yearly', 'unit-mismatch'].includes(code))
  }
  t.strictSame(await warned('E08000025', 6100, '2023/24'), [], 'its own cost is as young as its prices')
  t.strictSame(await warned('E08000025', 6100 * 52, '2023/24', 'year'), [], 'put by the year, too')
  t.match(await warned('E08000025', 6100, '2023/24', 'year'), [{ code: 'weekly-cost-used-as-yearly', message: /317,200 in 52 weeks/ }])
  t.match(await warned('E08000025', 2947, '2013/14'), [{ code: 'own-value-not-used', message: /Birmingham keeps a value of its own for SS3\.1, £6,100 per week in prices of 2023\/24; the line takes £2,947/ }, { code: 'stale-price-year' }])
  t.match(await warned(null, 6100, '2023/24'), [{ code: 'stale-price-year' }], 'of no council, there is no value of its own')
})

t.test('an edition', async (t) => {
  const HEADER = 'code,theme,detail,unit,agency,fiscal_value,fiscal_price_year,source,rag'
  const NEWER = `${HEADER}\nSS3.0,Social Services,Council home,Per week,Local authority,"£5,500",2024/25,A newer source,A\nSS3.0.1,Social Services,Staff,Per week,Local authority,4000,2024/25,A newer source,G\nZZ1.0,Other,New,Per visit,NHS,=1+1,2024/25,,\n`
  const load = (payload: string, query: string, type = 'text/csv') => app.inject({ method: 'POST', url: `/v1/unit-cost-editions?${query}`, headers: { 'content-type': type }, payload })
  const editions = async () => (await get('/v1/unit-cost-editions')).json<{ items: UnitCostEditionSummary[] }>().items
  const counted = async () => ({ editions: (await editions()).length, rows: Number((await database.kysely.selectFrom('unit_cost').select((eb) => eb.fn.countAll<string>().as('n')).executeTakeFirstOrThrow()).n) })

  t.test('is loaded beside the one that is carried, and changes no answer while its date is not known', async (t) => {
    const response = await load(NEWER, 'edition=Version%203')
    t.equal(response.statusCode, 201, response.body)
    t.match(response.json<UnitCostEditionReport>(), {
      edition: { id: 'version-3', title: 'Version 3', rows: 3, isDefault: false, published: null },
      unchanged: false,
      rows: { read: 3, stored: 3, skipped: 0 },
      figures: { read: 3, stored: 2, skipped: 1 },
      skipped: [{ reason: 'not-a-figure', count: 1, samples: [{ row: 4, found: /=1\+1/ }] }],
      warnings: [/edition=version-3/]
    })
    t.match((await get(`${ALL}/SS3.0`)).json(), { edition: 'gmca-v1.4', fiscal: { value: 2995 } })
    t.match((await get(`${ALL}/SS3.0?edition=version-3`)).json(), { edition: 'version-3', fiscal: { value: 5500, priceYear: '2024/25' }, constituents: ['SS3.0.1'], sources: [{ id: 'version-3', section: /not stated/ }] })
    t.match((await get(`${ALL}/ZZ1.0?edition=version-3`)).json(), { fiscal: { value: null, status: 'unavailable' }, unit: { code: 'per-visit' } })
    t.equal((await get(`${ALL}/ZZ1.0`)).statusCode, 404)
  })

  t.test('loaded twice changes nothing, under whatever name', async (t) => {
    const before = await counted()
    for (const query of ['edition=Version%203', 'edition=Another']) {
      const again = await load(NEWER, query)
      t.equal(again.statusCode, 200)
      t.match(again.json(), { unchanged: true, edition: { id: 'version-3' }, rows: { stored: 0 } })
    }
    t.strictSame(await counted(), before)
  })

  t.test('of another file under a name that is held is refused, as is the name of the one that is carried', async (t) => {
    const before = await counted()
    for (const name of ['Version%203', 'version%203!', 'GMCA%20v1.4']) {
      t.match((await load(`${NEWER}SS1.0,x,y,Per year,,1,2024/25,,\n`, `edition=${name}`)).json(), { status: 409, code: 'edition-held', errors: [{ pointer: '/edition' }] }, name)
    }
    t.strictSame(await counted(), before)
  })

  t.test('that is not one, or breaks off, leaves nothing behind', async (t) => {
    const before = await counted()
    for (const [payload, code] of [['name,age\nAnn,4\n', 'not-unit-costs'], [`${NEWER}SS9.0,x`, 'truncated'], ['<html>', 'not-csv']] as const) {
      t.match((await load(payload, 'edition=Broken')).json(), { status: 422, code, detail: /Expected: a unit cost database/ })
    }
    t.match((await load('{}', 'edition=x', 'application/json')).json(), { status: 415 })
    t.match((await load(NEWER, 'name=x')).json(), { status: 400, code: 'validation' })
    t.match((await load(NEWER, 'edition=x&published=2026-13')).json(), { status: 400, errors: [{ pointer: '/published' }] })
    t.strictSame(await counted(), before)
  })

  t.test('becomes the default once it is known to be newer; the others can still be asked for', async (t) => {
    const dated = await load(NEWER, 'edition=Version%203&published=2026-01')
    t.equal(dated.statusCode, 200)
    t.match(dated.json(), { unchanged: false, edition: { isDefault: true, published: '2026-01' }, warnings: [/was not, and is now/] })
    t.match((await get(`${ALL}/SS3.0`)).json(), { edition: 'version-3', fiscal: { value: 5500 } })
    t.match((await get(`${ALL}/SS3.0?edition=gmca-v1.4`)).json(), { fiscal: { value: 2995 } })
    t.match((await load(`${HEADER}\nSS3.0,Social Services,Old,Per week,,1,2010/11,,\n`, 'edition=Older&published=2012')).json(), { edition: { isDefault: false }, warnings: [/version-3/] })
    t.strictSame((await editions()).map(({ id, isDefault }) => [id, isDefault]), [['gmca-v1.4', false], ['older', false], ['version-3', true]])
  })
})

t.test('the financial year of local government begins on 1 April', (t) => {
  for (const [day, year] of [['2026-03-31', '2025/26'], ['2026-04-01', '2026/27'], ['2026-11-20', '2026/27'], ['1999-12-31', '1999/00']] as const) t.equal(financialYearOf(new Date(`${day}T12:00:00Z`)), year)
  t.end()
})

import t from 'tap'
import { indexAreas } from '../../src/areas/areas.js'
import { readAreas, readDistricts } from '../../src/areas/data-files.js'
import type { AreaDetail, AreaSummary } from '../../src/areas/schemas.js'
import { requireCouncil } from '../../src/areas/service.js'
import { testApp } from '../helpers/app.js'

const app = await testApp(t)
const get = async <T>(url: string, status = 200): Promise<T> => {
  const response = await app.inject(url)
  t.equal(response.statusCode, status, url)
  return response.json<T>()
}
const records = readAreas()

t.test('there are 153 councils of today, each with a region, a three-digit code and ten neighbours', (t) => {
  const councils = records.filter(({ level, ended }) => level === 'council' && ended === null)
  t.equal(councils.length, 153)
  const codes = new Set(records.map(({ code }) => code))
  const dfeCodes = new Set(councils.map(({ dfeCode }) => dfeCode))
  t.equal(dfeCodes.size, 153)
  for (const { name, region, dfeCode, neighbours } of councils) {
    t.ok(codes.has(region!) && /^\d{3}$/.test(dfeCode!), name)
    t.equal(neighbours.length, 10, name)
    for (const one of neighbours) t.ok(dfeCodes.has(one.dfeCode), `${name} ${one.dfeCode}`)
  }
  t.equal(records.filter(({ level }) => level === 'region').length, 11)
  t.equal(new Set(records.map(({ id }) => id)).size, records.length, 'ids stand once')
  t.end()
})

t.test('a council is found by its codes old and new, by its three digits and by its names', async (t) => {
  for (const word of ['E08000035', '383', 'Leeds', 'leeds city council', 'LDS']) t.equal((await get<AreaDetail>(`/v1/areas/${encodeURIComponent(word)}`)).code, 'E08000035', word)
  for (const [old, code, name] of [['E08000016', 'E08000038', 'Barnsley'], ['E08000019', 'E08000039', 'Sheffield']] as const) {
    const area = await get<AreaDetail>(`/v1/areas/${old}`)
    t.match(area, { code, name, asked: { word: old, inForce: false, ended: '2025-04-30', replacedBy: [{ code, name }] } })
    t.match(await get<AreaDetail>(`/v1/areas/${code}`), { code, asked: { inForce: true, replacedBy: [] } })
  }
  t.match(await get<AreaDetail>('/v1/areas/370'), { code: 'E08000038' })
  t.match(await get<AreaDetail>('/v1/areas/Dorset'), { code: 'E06000059' }, 'the one of today')
})

t.test('a council that ended answers with what took its place', async (t) => {
  t.match(await get<AreaDetail>('/v1/areas/E10000006'), { name: 'Cumbria', ended: '2023-03-31', replacedBy: [{ name: 'Cumberland' }, { name: 'Westmorland and Furness' }], asked: { inForce: false } })
  t.match(await get<AreaDetail>('/v1/areas/E10000021'), { name: 'Northamptonshire', replacedBy: [{ name: 'North Northamptonshire' }, { name: 'West Northamptonshire' }] })
})

t.test('an unknown area is refused with the nearest ones', async (t) => {
  for (const [word, code] of [['E08000053', undefined], ['Ledes', 'E08000035'], ['Hartlepol', 'E06000001']] as const) {
    const problem = await get<{ code: string; errors: { pointer: string; suggestions: string[] }[] }>(`/v1/areas/${word}`, 422)
    t.match(problem, { code: 'unknown-area', errors: [{ pointer: '/code', in: 'path' }] })
    if (code !== undefined) t.equal(problem.errors[0]!.suggestions[0], code)
  }
  t.match(await get(`/v1/areas/W06000001`, 422), { detail: /Wales/ })
})

t.test('a district is answered with its county, and a code of elsewhere with no council whose digits are alike', async (t) => {
  type Refusal = { detail: string; errors: { suggestions: string[] }[] }
  for (const word of ['E07000008', 'cambridge']) t.match(await get<Refusal>(`/v1/areas/${word}/benchmarks`, 422), { detail: /district, Cambridge:.*Cambridgeshire/, errors: [{ suggestions: ['E10000003'] }] })
  for (const word of ['W06000015', 'S12000034', 'E07999999', 'E05000001']) t.strictSame((await get<Refusal>(`/v1/areas/${word}`, 422)).errors[0]!.suggestions, [], word)
  const councils = new Set(records.filter(({ ended }) => ended === null).map(({ code }) => code))
  t.strictSame(readDistricts().filter(({ code, council }) => councils.has(code) || !councils.has(council)), [])
})

t.test('the list is filtered, paged and in order', async (t) => {
  const all: AreaSummary[] = []
  for (let url: string | null = '/v1/areas?limit=50'; url !== null; ) {
    const page: { items: AreaSummary[]; nextCursor: string | null } = await get(url)
    all.push(...page.items)
    url = page.nextCursor === null ? null : `/v1/areas?limit=50&cursor=${page.nextCursor}`
  }
  t.equal(all.length, records.length)
  t.strictSame(all.map(({ code }) => code), all.map(({ code }) => code).sort())
  t.equal((await get<{ items: AreaSummary[] }>('/v1/areas?level=council&region=London&limit=200')).items.length, 33, 'London holds both its parts')
  t.equal((await get<{ items: AreaSummary[] }>('/v1/areas?level=council&region=E13000001&limit=200')).items.length, 14)
  t.match(await get('/v1/areas?region=Leeds', 422), { code: 'not-a-region', errors: [{ pointer: '/region', suggestions: ['E12000003'] }] })
  t.strictSame((await get<{ items: AreaSummary[] }>('/v1/areas?q=scilly')).items.map(({ code }) => code), ['E06000053'])
})

t.test('every word of every area finds it, or an area of today of the same name', (t) => {
  const areas = indexAreas(records.map((record) => ({ ...record, neighbours: [] })))
  for (const record of records) {
    for (const word of [record.code, ...(record.dfeCode === null ? [] : [record.dfeCode]), ...record.endedCodes.map(({ code }) => code)]) t.equal(areas.find(word)?.area.id, record.id, word)
    t.equal(areas.find(record.name)?.area.name, record.name)
  }
  t.end()
})

t.test('a word that two areas of today share finds neither, and both are suggested', (t) => {
  const twins = records.map((record) => ({ ...record, neighbours: [], aliases: ['E08000035', 'E08000038'].includes(record.code) ? [...record.aliases, 'Twinborough'] : record.aliases }))
  t.throws(() => requireCouncil(indexAreas(twins), 'twinborough', { in: 'body', pointer: '/area' }), { status: 422, code: 'unknown-area', errors: [{ in: 'body', pointer: '/area', suggestions: ['E08000035', 'E08000038'] }] })
  t.end()
})

import t from 'tap'
import { parse } from 'csv-parse/sync'
import { APPROVED_EXAMPLE_ID, EXAMPLE_ACTUAL, EXAMPLE_APPROVAL, EXAMPLE_CASE, EXAMPLE_CASE_ID, EXAMPLE_DECISION, EXAMPLE_ENTRY_ID, TO_DECIDE_EXAMPLE_ID } from '../../src/business-cases/examples.js'
import type { BusinessCase, CaseAppraisal, Realisation } from '../../src/business-cases/schemas.js'
import type { ColumnInfo, Row } from '../../src/rows/columns.js'
import { testApp } from '../helpers/app.js'

/** Every JSON answer here is also held against the OpenAPI document, and so each row against the types of its columns. */
const app = await testApp(t)

interface Rows {
  columns: ColumnInfo[]
  rows: Row[]
  nextCursor: string | null
}

const post = async (url: string, payload: object, etag?: string) => {
  const response = await app.inject({ method: 'POST', url, payload, ...(etag === undefined ? {} : { headers: { 'if-match': etag } }) })
  if (response.statusCode > 299) throw new Error(response.body)
  return response.json<BusinessCase>()
}
async function get<T = Rows>(url: string): Promise<T> {
  const response = await app.inject(url)
  if (response.statusCode !== 200) throw new Error(`${url} answered ${response.statusCode}: ${response.body.slice(0, 500)}`)
  return response.json<T>()
}
async function pages(dataset: string, limit: number, query = ''): Promise<Row[]> {
  const found: Row[] = []
  let cursor: string | null = null
  do {
    const page: Rows = await get(`/v1/rows/${dataset}?limit=${limit}${query}${cursor === null ? '' : `&cursor=${cursor}`}`)
    if (page.nextCursor !== null && page.rows.length !== limit) throw new Error('a page that is not the last is not full')
    found.push(...page.rows)
    cursor = page.nextCursor
  } while (cursor !== null)
  return found
}

const formula = '=cmd|"/c calc"!A1'
const { economic } = EXAMPLE_CASE
const kent = { ...EXAMPLE_CASE, title: formula, area: '886', economic: { ...economic, appraisal: { ...economic!.appraisal, area: '886' } } }
const { id: own } = await post('/v1/business-cases', kent)
await post(`/v1/business-cases/${own}/transitions`, EXAMPLE_DECISION, '"1"')
await post(`/v1/business-cases/${own}/transitions`, EXAMPLE_APPROVAL, '"2"')
for (const measured of [EXAMPLE_ACTUAL, { ...EXAMPLE_ACTUAL, period: '2024/25', measuredAt: '2025-05-30', value: null, status: 'suppressed' }, { ...EXAMPLE_ACTUAL, period: '2024/25 Q1', measuredAt: '2024-07-05', value: 2, attribution: null }]) {
  await post(`/v1/business-cases/${own}/actuals`, measured)
}
const { id: bare } = await post('/v1/business-cases', { title: 'Bare' })

for (const dataset of ['business-cases', 'cash-flows', 'realisation']) {
  t.test(dataset, async (t) => {
    const whole = await get(`/v1/rows/${dataset}?limit=10000`)
    const names = whole.columns.map(({ name }) => name)
    t.equal(whole.nextCursor, null)
    t.ok(whole.rows.every((row) => Object.keys(row).join() === names.join()), 'every column stands in every row')
    for (const limit of [1, 4, whole.rows.length]) t.strictSame(await pages(dataset, limit), whole.rows, `by ${limit}`)
    const csv = await app.inject(`/v1/rows/${dataset}?limit=10000&format=csv`)
    const read = parse<Record<string, string>>(csv.body, { columns: true })
    const cell = (value: Row[string]) => (value === null ? '' : typeof value === 'string' && /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : String(value))
    t.strictSame(read, whole.rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, cell(value)]))))
    const mine = await pages(dataset, 3, `&businessCase=${own}`)
    t.strictSame(mine, whole.rows.filter((row) => row['businessCaseId'] === own))
    t.ok(mine.length > 0)
  })
}

t.test('rows of business cases are every case, the first that was begun coming first', async (t) => {
  const { rows } = await get('/v1/rows/business-cases')
  t.strictSame(rows.map((row) => row['businessCaseId']).slice(-2), [own, bare])
  t.strictSame(rows.map((row) => row['businessCaseId']).sort(), [EXAMPLE_CASE_ID, TO_DECIDE_EXAMPLE_ID, APPROVED_EXAMPLE_ID, own, bare].sort())
  const { appraisal, simulation } = await get<CaseAppraisal>(`/v1/business-cases/${own}/appraisal`)
  const preferred = appraisal.options.find(({ option }) => option === 'casework')!
  t.match(rows.at(-2), {
    title: formula, area: 'E10000016', state: 'approved', version: 3, interventionId: 'family-focused-casework', evidenceStanding: 'recommended', evidenceStrength: 'physical-abuse: evidence-based, positive', evaluationPlanNeeded: true,
    npsvPounds: preferred.npsv, bcr: preferred.bcr.value, npsvP10Pounds: simulation!.options.find(({ option }) => option === 'casework')!.npsv.p10, budgetPounds: 690_000, benefitsInRegister: 2
  })
  t.match(rows.at(-1), { state: 'draft', area: null, npsvPounds: null, evidenceStanding: null, evaluationPlanNeeded: null, submittedAt: null }, 'what is not known is null')
})

t.test('rows of cash flows are those of the stored appraisal, and add up to it', async (t) => {
  const rows = (await pages('cash-flows', 100, `&businessCase=${own}`)).filter((row) => row['preferred'] === true)
  const { appraisal } = await get<CaseAppraisal>(`/v1/business-cases/${own}/appraisal`)
  const preferred = appraisal.options.find(({ option }) => option === 'casework')!
  const sum = rows.filter((row) => row['transfer'] === false).reduce((total, row) => total + Number(row['presentValuePounds']), 0)
  t.ok(Math.abs(sum - preferred.publicValue.presentValue.net.corrected) < 1, `${sum} and ${preferred.publicValue.presentValue.net.corrected}`)
  t.strictSame(await pages('cash-flows', 100, `&businessCase=${bare}`), [])
  t.strictSame(await pages('cash-flows', 100, `&businessCase=${EXAMPLE_CASE_ID}`), [], 'a draft has none: its appraisal is not stored')
})

t.test('rows of realisation say what was measured, and never put a zero for what was not', async (t) => {
  const rows = await pages('realisation', 100, `&businessCase=${own}`)
  const { lines } = await get<Realisation>(`/v1/business-cases/${own}/realisation`)
  t.strictSame(rows.map((r) => [r['benefitId'], r['period'], r['actual'], r['forecast'], r['claimable']]), lines.map((line) => [line.benefit, line.period, line.actual?.value ?? null, line.forecast?.expected ?? null, line.claimable]))
  const at = (period: string) => rows.find((row) => row['benefitId'] === 'repeat-plans' && row['period'] === period)
  t.match(at('2023/24'), { actual: 7, actualStatus: 'ok', claimable: true, wholeYear: true, attributionMethod: 'difference-in-differences' })
  t.match(at('2024/25'), { actual: null, actualStatus: 'suppressed', actualPounds: null, variance: null, claimable: false, cannotClaim: 'no-value' })
  t.match(at('2024/25 Q1'), { actual: 2, forecast: null, wholeYear: false, cannotClaim: 'no-counterfactual' })
  t.match(at('2025/26'), { actual: null, actualStatus: null, ended: true, cannotClaim: 'not-measured' })
  t.ok((await pages('realisation', 100)).some((row) => row['businessCaseId'] === APPROVED_EXAMPLE_ID && row['actual'] === 7), EXAMPLE_ENTRY_ID)
})

t.test('what is not held is refused at its place', async (t) => {
  t.match((await app.inject('/v1/rows/realisation?businessCase=00000000-0000-4000-8000-00000000dead')).json(), { status: 422, code: 'unknown-business-case', errors: [{ pointer: '/businessCase', in: 'query' }] })
  t.match((await app.inject('/v1/rows/cash-flows?businessCase=7')).json(), { status: 400, errors: [{ pointer: '/businessCase', code: 'format' }] })
  const { nextCursor } = await get('/v1/rows/realisation?limit=1')
  t.match((await app.inject(`/v1/rows/cash-flows?cursor=${nextCursor}`)).json(), { status: 400, code: 'invalid-cursor' })
})

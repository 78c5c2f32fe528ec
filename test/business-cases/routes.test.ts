import t, { type Test } from 'tap'
import fc from 'fast-check'
import { findRecords } from '../../src/catalogue/queries.js'
import { APPROVED_EXAMPLE_ID, EXAMPLE_ACTUAL, EXAMPLE_APPROVAL, EXAMPLE_AREA, EXAMPLE_CASE, EXAMPLE_CASE_ID, EXAMPLE_DECISION, EXAMPLE_ENTRY_ID } from '../../src/business-cases/examples.js'
import { findCase, replaceCase } from '../../src/business-cases/queries.js'
import type { Actual, ActualInput, BenefitsRegister, BusinessCase, BusinessCaseInput, BusinessCaseSummary, CaseAppraisal, CaseVersion, Realisation, TransitionInput } from '../../src/business-cases/schemas.js'
import { LOCAL_ORGANISATION } from '../../src/db/schema.js'
import { EXAMPLE_PROFILE_ID } from '../../src/needs-profiles/examples.js'
import { EXAMPLE_ID } from '../../src/recommendations/examples.js'
import { testApp, testDeps } from '../helpers/app.js'
import type { Writable } from '../helpers/writable.js'

/** Every answer here is also held against the OpenAPI document by `testApp`. */
const deps = await testDeps(t)
const { kysely } = deps.database
const app = await testApp(t, deps)

const ALL = '/v1/business-cases'
const NOBODY = '00000000-0000-4000-8000-00000000dead'
type Answer = Awaited<ReturnType<typeof app.inject>>
const create = (payload: object) => app.inject({ method: 'POST', url: ALL, payload })
const created = async (payload: object) => (await create(payload)).json<BusinessCase>()
const replace = (id: string, etag: string | undefined, payload: object) => app.inject({ method: 'PUT', url: `${ALL}/${id}`, ...(etag === undefined ? {} : { headers: { 'if-match': etag } }), payload })
const decide = (id: string, etag: string | undefined, payload: object) => app.inject({ method: 'POST', url: `${ALL}/${id}/transitions`, ...(etag === undefined ? {} : { headers: { 'if-match': etag } }), payload })
const enter = (id: string, payload: object) => app.inject({ method: 'POST', url: `${ALL}/${id}/actuals`, payload })
const get = async <T>(path: string) => {
  const response = await app.inject(`${ALL}${path}`)
  if (response.statusCode !== 200) throw new Error(`${path} answered ${response.statusCode}: ${response.body.slice(0, 500)}`)
  return response.json<T>()
}
const changed = (change: (input: Writable<BusinessCaseInput>) => void): BusinessCaseInput => {
  const input = structuredClone(EXAMPLE_CASE) as Writable<BusinessCaseInput>
  change(input)
  return input
}
/** The parts that a council writes. */
const contentOf = ({ title, area, needsProfile, recommendation, catalogueVersion, variationOf, strategic, economic, commercial, financial, management }: BusinessCase) =>
  JSON.stringify({ title, area, needsProfile, recommendation, catalogueVersion, variationOf, strategic, economic, commercial, financial, management })
const TABLES = ['business_case', 'business_case_version', 'business_case_submission', 'business_case_register', 'business_case_actual'] as const
const countRows = async () => (await Promise.all(TABLES.map((table) => kysely.selectFrom(table).select((eb) => eb.fn.countAll<string>().as('n')).executeTakeFirstOrThrow()))).map(({ n }) => Number(n)).join()
const errorsOf = (response: Answer) => (response.json<{ errors?: { pointer: string; code: string }[] }>().errors ?? []).map(({ pointer, code }) => `${pointer} ${code}`)

/** A case that somebody submitted, and one that was approved as well. */
async function submitted(input: BusinessCaseInput = EXAMPLE_CASE) {
  const { id } = await created(input)
  const answer = await decide(id, '"1"', EXAMPLE_DECISION)
  if (answer.statusCode !== 200) throw new Error(answer.body)
  return id
}
async function approved(input: BusinessCaseInput = EXAMPLE_CASE) {
  const id = await submitted(input)
  const answer = await decide(id, '"2"', EXAMPLE_APPROVAL)
  if (answer.statusCode !== 200) throw new Error(answer.body)
  return id
}

t.test('a business case that is kept', async (t) => {
  t.test('answers 201 with its address and version, and comes back from there', async (t) => {
    const response = await create(EXAMPLE_CASE)
    t.equal(response.statusCode, 201)
    const body = response.json<BusinessCase>()
    t.equal(response.headers['location'], `${ALL}/${body.id}`)
    t.equal(response.headers['etag'], '"1"')
    t.match(body, { version: 1, state: 'draft', evidence: null, transitions: [], next: [{ to: 'submitted', missing: [] }] })
    t.match(body, { ...EXAMPLE_CASE, catalogueVersion: 1 }, 'it says what was sent, and the version of the catalogue that the recommendation was made from')
    const again = await app.inject(String(response.headers['location']))
    t.equal(again.headers['etag'], '"1"')
    t.strictSame(again.json(), body)
  })

  t.test('may start from a title, with every key in place and a list of what is missing', async (t) => {
    const body = await created({ title: 'Later', strategic: { fit: 'Yes' } })
    t.strictSame(body.strategic, { need: null, needs: [], currentArrangements: null, objectives: [], consultation: [], fit: 'Yes', risks: [], constraints: [], dependencies: [] })
    t.match(body, { area: null, needsProfile: null, recommendation: null, catalogueVersion: null, economic: null })
    t.ok(body.next[0]!.missing.length > 20)
    t.notOk(body.next[0]!.missing.some(({ pointer }) => pointer === '/strategic/fit'))
  })

  t.test('holds any text that JSON can hold, and knows its council by the code in force', async (t) => {
    const text = 'nul \u0000, emoji 🧒, and = + - @'
    const { id } = await created({ title: text, area: '383', strategic: { need: text } })
    t.match(await get(`/${id}`), { title: text, area: 'E08000035', strategic: { need: text } })
  })

  t.test('that nobody kept is not found, at any of its addresses', async (t) => {
    for (const path of ['', '/versions', '/versions/1', '/appraisal', '/benefits', '/actuals', `/actuals/${NOBODY}`, '/realisation']) t.match((await app.inject(`${ALL}/${NOBODY}${path}`)).json(), { status: 404, code: 'not-found' }, path)
    t.match((await replace(NOBODY, '"1"', EXAMPLE_CASE)).json(), { status: 404 })
    t.match((await decide(NOBODY, '"1"', EXAMPLE_DECISION)).json(), { status: 404 })
    t.match((await enter(NOBODY, EXAMPLE_ACTUAL)).json(), { status: 404 })
    t.match((await app.inject(`${ALL}/${EXAMPLE_CASE_ID}/versions/7`)).json(), { status: 404, code: 'no-such-version', detail: /at 1/ })
    t.match((await app.inject(`${ALL}/${APPROVED_EXAMPLE_ID}/actuals/${NOBODY}`)).json(), { status: 404 })
  })
})

t.test('a change', async (t) => {
  t.test('moves the version on, and every version stays readable as it was', async (t) => {
    const first = await created(EXAMPLE_CASE)
    const second = await replace(first.id, '"1"', { ...EXAMPLE_CASE, title: 'Second' })
    t.equal(second.statusCode, 200)
    t.equal(second.headers['etag'], '"2"')
    const { items } = await get<{ items: CaseVersion[] }>(`/${first.id}/versions`)
    t.match(items, [{ version: 2, change: 'edited', state: 'draft', transition: null }, { version: 1, change: 'created' }])
    t.match((await get<{ items: CaseVersion[]; nextCursor: string }>(`/${first.id}/versions?limit=1`)), { items: [{ version: 2 }], nextCursor: /./ })
    const old = await get<BusinessCase>(`/${first.id}/versions/1`)
    t.equal(contentOf(old), contentOf(first))
    t.match(old, { version: 1, next: [], notices: [{ code: 'not-current', from: 1, to: 2 }] })
    t.match(await get(`/${first.id}/versions/2`), { title: 'Second', notices: [] })
  })

  t.test('that changes nothing makes no version; one to an older version, or without one, is refused', async (t) => {
    const { id } = await created(EXAMPLE_CASE)
    t.equal((await replace(id, '"1"', EXAMPLE_CASE)).headers['etag'], '"1"')
    t.equal((await replace(id, '"1"', { ...EXAMPLE_CASE, title: 'Second' })).headers['etag'], '"2"')
    const before = await get<BusinessCase>(`/${id}`)
    for (const stale of ['"1"', 'W/"2"', '"3"', '"x"']) t.match((await replace(id, stale, { title: 'Lost' })).json(), { status: 412, code: 'precondition-failed', detail: /version 2/ }, stale)
    for (const none of [undefined, '', '*']) {
      t.match((await replace(id, none, { title: 'Lost' })).json(), { status: 428, code: 'precondition-required' })
      t.match((await decide(id, none, EXAMPLE_DECISION)).json(), { status: 428, code: 'precondition-required' })
    }
    t.match((await decide(id, '"1"', EXAMPLE_DECISION)).json(), { status: 412 })
    t.strictSame(await get(`/${id}`), before)
  })

  t.test('that was begun before another was stored does not overwrite it', async (t) => {
    const { id } = await created(EXAMPLE_CASE)
    const held = (await findCase(kysely, LOCAL_ORGANISATION, id))!
    const change = (title: string) => kysely.transaction().execute((trx) => replaceCase(trx, LOCAL_ORGANISATION, { ...held, version: 2, content: { ...held.content, title } }, 'edited', null))
    t.equal(await change('First'), true)
    t.equal(await change('Second'), false)
    t.match(await get(`/${id}`), { version: 2, title: 'First' })
  })

  t.test('made at the same moment as others is made once, and the others are told', async (t) => {
    const { id } = await created(EXAMPLE_CASE)
    const answers = await Promise.all(Array.from({ length: 6 }, (_, i) => replace(id, '"1"', { title: `Racer ${i}` })))
    t.strictSame(answers.map(({ statusCode }) => statusCode).sort(), [200, 412, 412, 412, 412, 412])
    const won = answers.find(({ statusCode }) => statusCode === 200)!.json<BusinessCase>()
    t.match(await get(`/${id}`), { version: 2, title: won.title })
    t.equal((await get<{ items: CaseVersion[] }>(`/${id}/versions`)).items.length, 2)
  })
})

t.test('a decision', async (t) => {
  t.test('to submit an incomplete case is refused with everything that is missing, and stores nothing', async (t) => {
    const { id } = await created({ title: 'Bare' })
    const before = await countRows()
    const response = await decide(id, '"1"', EXAMPLE_DECISION)
    t.match(response.json(), { status: 409, code: 'incomplete' })
    const missing = errorsOf(response)
    for (const part of ['/strategic/need', '/economic/appraisal', '/commercial/route', '/financial/budget', '/management/benefits']) t.ok(missing.includes(`${part} required`), part)
    t.strictSame(missing, (await get<BusinessCase>(`/${id}`)).next[0]!.missing.map(({ pointer, code }) => `${pointer} ${code}`), 'the case itself says the same beforehand')
    t.equal(await countRows(), before)
  })

  t.test('that is not possible now says which are', async (t) => {
    const { id } = await created(EXAMPLE_CASE)
    for (const to of ['approved', 'returned', 'in-delivery', 'closed', 'draft']) t.match((await decide(id, '"1"', { ...EXAMPLE_DECISION, to })).json(), { status: 409, code: 'illegal-transition', detail: /submitted/, errors: [{ pointer: '/to', suggestions: ['submitted'] }] }, to)
  })

  t.test('goes the whole way, each step with who took it and why', async (t) => {
    const id = await submitted()
    t.match((await decide(id, '"2"', { ...EXAMPLE_APPROVAL, by: ' head of  Commissioning' })).json(), { status: 409, code: 'same-person', detail: /submitted it/, errors: [{ pointer: '/by', in: 'body' }] })
    t.match((await replace(id, '"2"', EXAMPLE_CASE)).json(), { status: 409, code: 'not-editable', detail: /Return it/ })
    t.match((await decide(id, '"2"', { to: 'returned', by: 'Board', reason: 'Say more of the risks' })).json(), { version: 3, state: 'returned', next: [{ to: 'submitted' }, { to: 'draft' }] })
    t.match((await replace(id, '"3"', { ...EXAMPLE_CASE, title: 'Said more' })).json(), { version: 4, state: 'returned', evidence: null })
    t.match((await decide(id, '"4"', EXAMPLE_DECISION)).json(), { version: 5, state: 'submitted', evidence: { option: 'casework' } })
    t.match((await decide(id, '"5"', EXAMPLE_APPROVAL)).json(), { version: 6, state: 'approved' })
    t.match((await decide(id, '"6"', { to: 'in-delivery', by: 'SRO', reason: 'Staff are in post' })).json(), { status: 409, code: 'incomplete', errors: [{ pointer: '/effectiveOn', in: 'body' }] })
    t.match((await decide(id, '"6"', { to: 'in-delivery', by: 'SRO', reason: 'Staff are in post', effectiveOn: '2023-05-01' })).json(), { version: 7, state: 'in-delivery' })
    const closing = { to: 'closed', by: 'SRO', reason: 'The contract ends', effectiveOn: '2026-03-31', lessons: 'Begin with one team.' }
    const unsaid = await decide(id, '"7"', closing)
    t.ok(errorsOf(unsaid).includes('/benefits/repeat-plans/2023~124 not-reported'), unsaid.body)
    const register = await get<BenefitsRegister>(`/${id}/benefits`)
    for (const pointer of errorsOf(unsaid).map((item) => item.split(' ')[0]!.split('/').slice(2))) {
      const period = pointer[1]!.replaceAll('~1', '/')
      t.equal((await enter(id, { ...EXAMPLE_ACTUAL, attribution: null, benefit: pointer[0]!, period, value: null, status: 'unavailable', measuredAt: '2026-11-01' })).statusCode, 201)
    }
    t.equal(register.benefits.length, 2)
    const closed = (await decide(id, '"7"', closing)).json<BusinessCase>()
    t.match(closed, { version: 8, state: 'closed', next: [] })
    t.strictSame(closed.transitions.map(({ from, to, version }) => `${version} ${from} ${to}`), ['2 draft submitted', '3 submitted returned', '5 returned submitted', '6 submitted approved', '7 approved in-delivery', '8 in-delivery closed'])
    t.match(closed.transitions[3], { by: EXAMPLE_APPROVAL.by, reason: EXAMPLE_APPROVAL.reason })
    t.strictSame((await get<{ items: CaseVersion[] }>(`/${id}/versions`)).items.map(({ change }) => change), ['transition', 'transition', 'transition', 'transition', 'edited', 'transition', 'transition', 'created'])
    t.match(await get(`/${id}/versions/1`), { title: EXAMPLE_CASE.title, state: 'draft', transitions: [], evidence: null })
    t.equal(contentOf(await get(`/${id}/versions/6`)), contentOf(closed))
  })

  t.test('that was approved stands: no change and no decision reaches its content again', async (t) => {
    const id = await approved()
    const before = contentOf(await get(`/${id}`))
    const appraisal = await get<CaseAppraisal>(`/${id}/appraisal`)
    t.match((await replace(id, '"3"', { title: 'Another' })).json(), { status: 409, code: 'not-editable', detail: /variationOf/ })
    for (const to of ['draft', 'returned', 'submitted', 'approved', 'closed']) t.match((await decide(id, '"3"', { to, by: 'X', reason: 'Y', effectiveOn: '2024-01-01', lessons: 'Z' })).json(), { status: 409, code: 'illegal-transition' }, to)
    const variation = await created({ title: 'Two more teams', variationOf: id })
    t.match(variation, { variationOf: id, state: 'draft' })
    t.equal(contentOf(await get(`/${id}`)), before)
    t.strictSame(await get(`/${id}/appraisal`), appraisal)
  })

  t.test('sent twice is taken once; another at the same version is told', async (t) => {
    const { id } = await created(EXAMPLE_CASE)
    const first = await decide(id, '"1"', EXAMPLE_DECISION)
    const before = await countRows()
    const again = await decide(id, '"1"', EXAMPLE_DECISION)
    t.equal(again.statusCode, 200)
    t.strictSame(again.json(), first.json())
    t.match((await decide(id, '"1"', { ...EXAMPLE_DECISION, reason: 'For another reason' })).json(), { status: 412 })
    t.equal(await countRows(), before)
  })

  t.test('to approve, taken by two at once, is taken once and makes one register', async (t) => {
    const id = await submitted()
    const answers = await Promise.all(['One', 'Two', 'Three'].map((by) => decide(id, '"2"', { ...EXAMPLE_APPROVAL, by })))
    t.strictSame(answers.map(({ statusCode }) => statusCode).sort(), [200, 412, 412])
    t.equal((await kysely.selectFrom('business_case_register').select('created_at').where('business_case_id', '=', id).execute()).length, 1)
    t.equal((await get<BusinessCase>(`/${id}`)).version, 3)
  })
})

t.test('the evidence that is copied in', async (t) => {
  t.test('is that of the preferred option for the needs of the recommendation, with the warnings and their sources', async (t) => {
    const { evidence } = await get<BusinessCase>(`/${await submitted()}`)
    t.match(evidence, { basis: 'recommendation', catalogueVersion: 1, intervention: { id: 'family-focused-casework' }, standing: 'recommended', needs: [{ need: 'physical-abuse', strength: 'evidence-based', direction: 'positive' }] })
    t.ok(evidence!.gapWarnings.some(({ code, needs }) => code === 'no-strong-evidence' && needs.includes('neglect')), 'a need that the option does nothing for keeps its warning')
    t.ok(evidence!.gapWarnings.some(({ code }) => code === 'savings-unverified'), 'and so do business cases')
    t.ok(evidence!.gapWarnings.every(({ sources }) => sources.length > 0) && evidence!.sources.length > 0)
  })

  const about = (needs: string[], intervention: string, plan: boolean) =>
    changed((input) => {
      delete input.recommendation
      delete input.needsProfile
      input.strategic!.needs = needs
      input.economic!.options![1]!.intervention = intervention
      input.economic!.appraisal!.options[1]!.intervention = intervention
      if (!plan) delete input.management!.evaluationPlan
    })

  t.test('says whether an evaluation plan is needed, and approval is refused without it', async (t) => {
    const rows: [string[], string, boolean][] = [
      [['early-help'], 'parents-as-teachers', false],
      [['physical-abuse'], 'family-focused-casework', true],
      [['physical-abuse', 'neglect'], 'family-focused-casework', true],
      [['domestic-abuse'], 'mother-child-joint-interventions-da', true],
      [['front-door-demand'], 'mash', true]
    ]
    for (const [needs, intervention, needed] of rows) {
      const id = await submitted(about(needs, intervention, false))
      const { evidence } = await get<BusinessCase>(`/${id}`)
      t.match(evidence, { basis: 'needs', evaluationPlan: { needed } }, `${intervention}: ${JSON.stringify(evidence!.evaluationPlan)}`)
      const response = await decide(id, '"2"', EXAMPLE_APPROVAL)
      t.equal(response.statusCode, needed ? 409 : 200, response.body.slice(0, 300))
      if (needed) {
        t.match(response.json(), { code: 'incomplete', detail: /Return it/ })
        t.ok(errorsOf(response).includes('/management/evaluationPlan/comparison required'))
        t.equal(await get<BusinessCase>(`/${id}`).then(({ next }) => next.find(({ to }) => to === 'approved')!.missing.length), 7)
      }
    }
  })

  t.test('keeps findings of no effect and of harm, also where the case is about another need', async (t) => {
    const id = await submitted(about(['neglect'], 'signs-of-safety', false))
    const { evidence } = await get<BusinessCase>(`/${id}`)
    t.match(evidence, { standing: null, needs: [] })
    t.match(evidence!.findingsAgainst!.find(({ direction }) => direction === 'harm'), { id: 'signs-of-safety-evaluation-2020-kinship-care', need: 'family-engagement' })
    t.ok(evidence!.findingsAgainst!.every(({ direction, sources }) => ['harm', 'no-effect'].includes(direction) && sources.length > 0))
    t.match((await app.inject({ url: `${ALL}/${id}?format=html` })).body, /Findings of no effect or of harm[\s\S]*<strong>Harm<\/strong>/)
    const { appraisal } = await get<CaseAppraisal>(`/${id}/appraisal`)
    t.match(appraisal.warnings.find(({ code }) => code === 'claim-of-another-intervention'), { severity: 'high', pointer: '/economic/appraisal/options/1/benefits/0/claimIds/0', message: /'family-focused-casework'.*'signs-of-safety'/ })
  })

  t.test('is held against the saved needs profile, or all that the entry is listed for, where no decision record is linked', async (t) => {
    const noRecord = changed((input) => delete input.recommendation)
    t.match(await get(`/${await submitted(noRecord)}`), { evidence: { basis: 'needs-profile', needs: [{ need: 'physical-abuse' }] } })
    t.match(await get(`/${await submitted(about([], 'mst-can', true))}`), { evidence: { basis: 'intervention', intervention: { id: 'mst-can' } } })
  })

  t.test('of an approach that the catalogue does not hold is none, and says so', async (t) => {
    const own = changed((input) => {
      input.economic!.options![1]!.intervention = null
      input.economic!.appraisal!.options[1]!.intervention = null
      delete input.management!.evaluationPlan
    })
    const id = await submitted(own)
    t.match(await get(`/${id}`), { evidence: { intervention: null, standing: null, needs: [], evaluationPlan: { needed: true, because: /no entry/ } } })
    t.equal((await decide(id, '"2"', EXAMPLE_APPROVAL)).statusCode, 409)
  })
})

t.test('the appraisal of a case', async (t) => {
  t.test('is computed while it is a draft, and stored when it is submitted', async (t) => {
    const { id } = await created(EXAMPLE_CASE)
    const draft = await get<CaseAppraisal>(`/${id}/appraisal`)
    t.match(draft, { version: 1, state: 'draft', basis: 'computed-now', preferredOption: 'casework', simulationStatus: 'ok' })
    await decide(id, '"1"', EXAMPLE_DECISION)
    const stored = await get<CaseAppraisal>(`/${id}/appraisal`)
    t.match(stored, { version: 2, state: 'submitted', basis: 'stored-at-submission', statement: /stored/ })
    t.strictSame(stored.appraisal, draft.appraisal)
    t.strictSame(stored.simulation, draft.simulation, 'the same seed, the same draws')
    t.strictSame(await get(`/${id}/appraisal?version=2`), stored)
    t.match(await get(`/${id}/appraisal?version=1`), { version: 1, basis: 'computed-now' })
    t.match((await app.inject(`${ALL}/${id}/appraisal?version=9`)).json(), { status: 404, code: 'no-such-version' })
  })

  t.test('of an older version is that of what it said then', async (t) => {
    const { id } = await created(EXAMPLE_CASE)
    const dearer = changed((input) => (input.economic!.appraisal!.options[1]!.costs![0]!.amount.amount = 990_000))
    await replace(id, '"1"', dearer)
    const [first, second] = [await get<CaseAppraisal>(`/${id}/appraisal?version=1`), await get<CaseAppraisal>(`/${id}/appraisal`)]
    const npsv = ({ appraisal }: CaseAppraisal) => appraisal.options.find(({ option }) => option === 'casework')!.npsv
    // £900,000 more in year 0, corrected up by 10% for its grade.
    t.equal(Math.round(npsv(first) - npsv(second)), 990_000)
  })

  t.test('is not there where nothing is to be appraised', async (t) => {
    const { id } = await created({ title: 'Bare' })
    t.match((await app.inject(`${ALL}/${id}/appraisal`)).json(), { status: 409, code: 'no-appraisal' })
  })
})

t.test('the benefits register', async (t) => {
  t.test('is made by the approval, with what the approved appraisal forecast', async (t) => {
    const id = await submitted()
    for (const path of ['benefits', 'actuals', 'realisation']) t.match((await app.inject(`${ALL}/${id}/${path}`)).json(), { status: 409, code: 'no-register' }, path)
    t.match((await enter(id, EXAMPLE_ACTUAL)).json(), { status: 409, code: 'no-register' })
    await decide(id, '"2"', EXAMPLE_APPROVAL)
    const register = await get<BenefitsRegister>(`/${id}/benefits`)
    t.match(register, { businessCase: id, approvedVersion: 3, option: 'casework', priceYear: '2023/24', periods: ['2023/24', '2024/25', '2025/26', '2026/27', '2027/28'] })
    const [plans, trust] = register.benefits
    t.match(plans, { number: 1, id: 'repeat-plans', class: 'cash-releasing', owner: /Director/, baseline: { value: 96, status: 'ok' }, measuredIn: 'units' })
    // 120 people x 0.8 x 0.1 = 9.6 in the first year; £12,000 less 15% for grade 4 is £10,200, a quarter of it cash.
    t.match(plans!.forecasts[0], { period: '2023/24', forecast: { expected: 9.6, pounds: 97_920, cashable: 24_480 } })
    t.match(plans, { poundsPerUnit: 10_200, cashablePerUnit: 2_550 })
    const { simulation } = await get<CaseAppraisal>(`/${id}/appraisal`)
    const drawn = simulation!.options.find(({ option }) => option === 'casework')!.benefits.find((one) => one.id === 'repeat-plans')!
    plans!.forecasts.forEach(({ forecast }, i) => t.match(forecast, { p10: drawn.years[i]!.units.p10, p90: drawn.years[i]!.units.p90 }))
    t.match(trust, { number: 2, class: 'qualitative', measuredIn: null, poundsPerUnit: null })
    t.ok(trust!.forecasts.every(({ forecast }) => forecast === null))
  })

  t.test('forecasts no cash of a benefit that is not classed as releasing any', async (t) => {
    const id = await approved(changed((input) => (input.management!.benefits![0]!.class = 'non-cash-releasing')))
    const [plans] = (await get<BenefitsRegister>(`/${id}/benefits`)).benefits
    t.match(plans, { class: 'non-cash-releasing', poundsPerUnit: 10_200, cashablePerUnit: null })
    t.match(plans!.forecasts[0], { forecast: { pounds: 97_920, cashable: null } })
  })
})

t.test('what is measured', async (t) => {
  const id = await approved()
  const base: ActualInput = EXAMPLE_ACTUAL
  const measured = await enter(id, base)
  const first = measured.json<Actual>()

  t.test('is kept as it was entered, and comes back from its address', async (t) => {
    t.equal(measured.statusCode, 201)
    t.equal(measured.headers['location'], `${ALL}/${id}/actuals/${first.id}`)
    t.match(first, { ...base, corrects: null, correctedBy: null, priceYear: null })
    t.strictSame((await app.inject(String(measured.headers['location']))).json(), first)
  })

  t.test('twice alike is one entry; otherwise it has to name the entry that it corrects', async (t) => {
    const again = await enter(id, base)
    t.equal(again.statusCode, 200)
    t.strictSame(again.json(), first)
    t.match((await enter(id, { ...base, value: 9 })).json(), { status: 409, code: 'already-entered', errors: [{ pointer: '/corrects', suggestions: [first.id] }] })
  })

  t.test('is corrected by a further entry, and nothing is lost', async (t) => {
    const second = (await enter(id, { ...base, value: 9, corrects: first.id, note: 'Two were counted twice.' })).json<Actual>()
    t.match(second, { value: 9, corrects: first.id, correctedBy: null })
    t.match((await enter(id, { ...base, value: 8, corrects: first.id })).json(), { status: 409, code: 'already-corrected', errors: [{ suggestions: [second.id] }] })
    const third = (await enter(id, { ...base, value: null, status: 'suppressed', corrects: second.id })).json<Actual>()
    const { items } = await get<{ items: Actual[] }>(`/${id}/actuals`)
    t.strictSame(items.map((item) => [item.id, item.value, item.corrects, item.correctedBy]), [[first.id, 7, null, second.id], [second.id, 9, first.id, third.id], [third.id, null, second.id, null]])
    t.match(await get<Realisation>(`/${id}/realisation`), { lines: [{ actual: { entry: third.id, value: null, status: 'suppressed', corrections: 2 }, cannotClaim: { code: 'no-value' } }], totals: { measured: { pounds: null, counted: 0 } } })
    t.match(await get(`/${id}/actuals?limit=2`), { items: [{ id: first.id }, { id: second.id }], nextCursor: /./ })
    t.strictSame((await get<{ items: Actual[] }>(`/${id}/actuals?period=2024/25`)).items, [])
  })

  t.test('and corrected in whatever order leaves every entry where it was', async (t) => {
    const seen: string[] = []
    const same = ({ id: one, value, corrects, source }: Actual) => JSON.stringify([one, value, corrects, source])
    const periods = ['2023/24 Q1', '2023/24 Q2']
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 1 }), fc.nat({ max: 4 }), async (which, value) => {
        const period = periods[which]!
        const { items: before } = await get<{ items: Actual[] }>(`/${id}/actuals?limit=200`)
        const holds = before.find((one) => one.period === period && one.correctedBy === null)
        const response = await enter(id, { ...base, period, value, measuredAt: '2023-11-01', corrects: holds?.id ?? null })
        const { items: after } = await get<{ items: Actual[] }>(`/${id}/actuals?limit=200`)
        seen.push(period)
        return (
          response.statusCode === 201 &&
          after.length === before.length + 1 &&
          JSON.stringify(after.slice(0, -1).map(same)) === JSON.stringify(before.map(same)) &&
          after.filter((one) => one.period === period && one.correctedBy === null).length === 1
        )
      }),
      { numRuns: 12 }
    )
    t.equal(seen.length, 12)
  })

  t.test('by many at once is entered once', async (t) => {
    const answers = await Promise.all([1, 2, 3, 4].map((value) => enter(id, { ...base, period: '2024/25', measuredAt: '2025-05-30', value })))
    t.strictSame(answers.map(({ statusCode }) => statusCode).sort(), [201, 409, 409, 409])
    const held = answers.find(({ statusCode }) => statusCode === 201)!.json<Actual>()
    const corrections = await Promise.all([5, 6, 7].map((value) => enter(id, { ...base, period: '2024/25', measuredAt: '2025-05-30', value, corrects: held.id })))
    t.strictSame(corrections.map(({ statusCode }) => statusCode).sort(), [201, 409, 409])
  })

  t.test('is refused where it cannot be, and nothing is stored', async (t) => {
    const other = (await enter(id, { ...base, benefit: 'trust', value: null, status: 'not-applicable' })).json<Actual>()
    const before = await countRows()
    const year = { ...base, period: '2025/26', measuredAt: '2026-05-29' }
    const faults: [object, number, string, string][] = [
      [{ ...year, benefit: 'repeat-plan' }, 422, '/benefit', 'unknown-benefit'],
      [{ ...year, period: '2022/23' }, 422, '/period', 'unknown-period'],
      [{ ...year, period: '2024/26' }, 422, '/period', 'unknown-period'],
      [{ ...year, period: '2024' }, 400, '/period', 'pattern'],
      [{ ...year, measuredAt: '2026-03-30' }, 422, '/measuredAt', 'period-not-over'],
      [{ ...year, measuredAt: '2999-01-01' }, 422, '/measuredAt', 'in-the-future'],
      [{ ...year, measuredAt: 'last spring' }, 400, '/measuredAt', 'format'],
      [{ ...year, value: null }, 422, '/status', 'value-and-status'],
      [{ ...year, value: 0, status: 'suppressed' }, 422, '/status', 'value-and-status'],
      [{ ...year, value: '7' }, 400, '/value', 'type'],
      [{ ...year, status: 'good' }, 400, '/status', 'enum'],
      [{ ...year, priceYear: '2023/24' }, 422, '/priceYear', 'not-in-pounds'],
      [{ ...year, corrects: NOBODY }, 422, '/corrects', 'unknown-entry'],
      [{ ...year, corrects: other.id }, 422, '/corrects', 'another-entry'],
      [{ ...year, attribution: { method: 'guess' } }, 400, '/attribution/method', 'enum'],
      [{ ...year, attribution: { counterfactual: 'x' } }, 400, '/attribution/method', 'required'],
      [{ ...year, by: ' ' }, 400, '/by', 'pattern'],
      [{ ...year, amount: 3 }, 400, '/amount', 'unknown-field'],
      [{ ...year, source: undefined }, 400, '/source', 'required']
    ]
    for (const [payload, status, pointer, code] of faults) {
      const response = await enter(id, payload)
      t.equal(response.statusCode, status, response.body)
      t.ok(errorsOf(response).includes(`${pointer} ${code}`), response.body)
    }
    t.equal(await countRows(), before)
  })

  t.test('in pounds says in which prices, which are those of the register', async (t) => {
    const inPounds = await approved(changed((input) => (input.management!.benefits![0]!.forecast!.measuredIn = 'pounds')))
    t.ok(errorsOf(await enter(inPounds, { ...base, value: 80_000 })).includes('/priceYear price-year'))
    t.ok(errorsOf(await enter(inPounds, { ...base, value: 80_000, priceYear: '2024/25' })).includes('/priceYear price-year'))
    t.equal((await enter(inPounds, { ...base, value: 80_000.1, priceYear: '2023/24' })).statusCode, 201)
    t.match(await get(`/${inPounds}/realisation`), { lines: [{ forecast: { expected: 97_920 }, actual: { value: 80_000.1 }, variance: { absolute: -17_919.9 }, pounds: 80_000.1, cashable: 20_000.03 }] })
  })
})

t.test('the list', async (t) => {
  t.test('has each once, the newest first, however it is paged', async (t) => {
    const all = async (limit: number) => {
      const items: BusinessCaseSummary[] = []
      let cursor: string | null = null
      do {
        const page: { items: BusinessCaseSummary[]; nextCursor: string | null } = await get(`?limit=${limit}${cursor === null ? '' : `&cursor=${cursor}`}`)
        items.push(...page.items)
        cursor = page.nextCursor
      } while (cursor !== null)
      return items
    }
    const whole = await all(200)
    const keys = whole.map(({ createdAt, id }) => `${createdAt} ${id}`)
    t.strictSame(keys, [...new Set(keys)].sort().reverse())
    t.strictSame(await all(7), whole)
    t.match(whole.find(({ id }) => id === APPROVED_EXAMPLE_ID), { state: 'approved', area: EXAMPLE_AREA, preferredOption: 'casework', intervention: 'family-focused-casework', recommendation: EXAMPLE_ID })
  })

  t.test('is narrowed by council, in any of its words, and by state', async (t) => {
    const { id } = await created({ title: 'Kent', area: '886' })
    for (const word of ['E10000016', '886', 'Kent']) t.strictSame((await get<{ items: BusinessCaseSummary[] }>(`?area=${word}`)).items.map((item) => item.id), [id], word)
    t.strictSame((await get<{ items: unknown[] }>('?area=886&state=approved')).items, [])
    t.ok((await get<{ items: BusinessCaseSummary[] }>('?state=returned')).items.every(({ state }) => state === 'returned'))
    t.match((await app.inject(`${ALL}?area=Kentt`)).json(), { status: 422, code: 'unknown-area', errors: [{ pointer: '/area', in: 'query' }] })
    t.match((await app.inject(`${ALL}?state=open`)).json(), { status: 400, errors: [{ pointer: '/state', code: 'enum' }] })
    t.match((await app.inject(`${ALL}?cursor=abc`)).json(), { status: 400, code: 'invalid-cursor' })
    const noDay = Buffer.from('2026-02-30T00:00:00.000Z 00000000-0000-4000-8000-0000000000e3').toString('base64url')
    t.match((await app.inject(`${ALL}?cursor=${noDay}`)).json(), { status: 400, code: 'invalid-cursor' })
  })
})

t.test('what is wrong is told at its place, and nothing is half stored', async (t) => {
  const { id } = await created(EXAMPLE_CASE)
  const draft = await created({ title: 'A draft' })
  const option = { id: 'a', name: 'A' }
  const benefit = { id: 'b' }
  const faults: [object, number, string, string][] = [
    [{}, 400, '/title', 'required'],
    [{ title: ' ' }, 400, '/title', 'pattern'],
    [{ title: 'x', strategy: {} }, 400, '/strategy', 'unknown-field'],
    [{ title: 'x', strategic: { needs: 'neglect' } }, 400, '/strategic/needs', 'type'],
    [{ title: 'x', strategic: { needs: ['neglekt'] } }, 422, '/strategic/needs/0', 'unknown-need'],
    [{ title: 'x', strategic: { needs: ['neglect', 'neglect'] } }, 422, '/strategic/needs/1', 'duplicate-need'],
    [{ title: 'x', strategic: { objectives: [{ objective: 'y', by: 'soon' }] } }, 400, '/strategic/objectives/0/by', 'format'],
    [{ title: 'x', strategic: { consultation: [{ group: 'children', summary: 'y' }] } }, 400, '/strategic/consultation/0/group', 'enum'],
    [{ title: 'x', area: 'Leedz' }, 422, '/area', 'unknown-area'],
    [{ title: 'x', area: 'E92000001' }, 422, '/area', 'not-a-council'],
    [changed((input) => (input.economic!.appraisal!.area = 'Kent')), 422, '/economic/appraisal/area', 'disagrees'],
    [{ title: 'x', needsProfile: { id: NOBODY, version: 1 } }, 422, '/needsProfile/id', 'unknown-needs-profile'],
    [{ title: 'x', needsProfile: { id: EXAMPLE_PROFILE_ID, version: 9 } }, 422, '/needsProfile/version', 'unknown-version'],
    [{ title: 'x', needsProfile: { id: EXAMPLE_PROFILE_ID } }, 400, '/needsProfile/version', 'required'],
    [{ title: 'x', recommendation: NOBODY }, 422, '/recommendation', 'unknown-recommendation'],
    [{ title: 'x', recommendation: 'e1' }, 400, '/recommendation', 'format'],
    [{ title: 'x', catalogueVersion: 999 }, 422, '/catalogueVersion', 'unknown-version'],
    [{ title: 'x', variationOf: NOBODY }, 422, '/variationOf', 'unknown-business-case'],
    [{ title: 'x', variationOf: draft.id }, 422, '/variationOf', 'not-approved'],
    [{ title: 'x', economic: { options: [option, option] } }, 422, '/economic/options/1/id', 'duplicate-option'],
    [{ title: 'x', economic: { options: [{ ...option, intervention: 'sign-of-safety' }] } }, 422, '/economic/options/0/intervention', 'unknown-intervention'],
    [{ title: 'x', economic: { options: [option], preferredOption: 'b' } }, 422, '/economic/preferredOption', 'unknown-option'],
    [{ title: 'x', economic: { appraisal: { title: 'y' } } }, 400, '/economic/appraisal/startYear', 'required'],
    [changed((input) => (input.economic!.appraisal!.options[1]!.benefits![0]!.deadweight = 2)), 422, '/economic/appraisal/options/1/benefits/0/deadweight', ''],
    [changed((input) => (input.economic!.appraisal!.options[1]!.intervention = 'nothing-known')), 422, '/economic/appraisal/options/1/intervention', 'unknown-intervention'],
    [{ title: 'x', commercial: { route: 'tender' } }, 400, '/commercial/route', 'enum'],
    [{ title: 'x', financial: { budget: { amount: -1, currency: 'GBP' } } }, 400, '/financial/budget/amount', 'minimum'],
    [{ title: 'x', financial: { budget: { amount: 1, currency: 'USD' } } }, 400, '/financial/budget/currency', 'enum'],
    [{ title: 'x', financial: { funding: [{ agency: 'a', source: 'b', year: '2026/28', amount: 1 }] } }, 422, '/financial/funding/0/year', 'unknown-year'],
    [{ title: 'x', management: { benefits: [benefit, benefit] } }, 422, '/management/benefits/1/id', 'duplicate-benefit'],
    [{ title: 'x', management: { benefits: [{ ...benefit, baseline: { value: 0, status: 'suppressed' } }] } }, 422, '/management/benefits/0/baseline', 'value-and-status'],
    [{ title: 'x', management: { benefits: [{ ...benefit, targets: [{ period: '2026/28', value: 1 }] }] } }, 422, '/management/benefits/0/targets/0/period', 'unknown-period'],
    [{ title: 'x', management: { benefits: [{ ...benefit, class: 'cash' }] } }, 400, '/management/benefits/0/class', 'enum'],
    [{ title: 'x', management: { readiness: { training: { status: 'ready' } } } }, 400, '/management/readiness/training/status', 'enum']
  ]
  const before = await countRows()
  for (const [payload, status, pointer, code] of faults) {
    for (const response of [await create(payload), await replace(id, '"1"', payload)]) {
      t.equal(response.statusCode, status, `${JSON.stringify(payload).slice(0, 120)} ${response.body.slice(0, 300)}`)
      t.ok(errorsOf(response).some((item) => (code === '' ? item.startsWith(`${pointer} `) : item === `${pointer} ${code}`)), response.body)
    }
  }
  const decisions: [Partial<TransitionInput> & object, number, string, string][] = [
    [{}, 400, '/to', 'required'],
    [{ ...EXAMPLE_DECISION, to: 'approve' as never }, 400, '/to', 'enum'],
    [{ to: 'submitted', reason: 'x' }, 400, '/by', 'required'],
    [{ to: 'submitted', by: 'x' }, 400, '/reason', 'required'],
    [{ ...EXAMPLE_DECISION, by: ' ' }, 400, '/by', 'pattern'],
    [{ ...EXAMPLE_DECISION, effectiveOn: '31/03/2026' }, 400, '/effectiveOn', 'format'],
    [{ ...EXAMPLE_DECISION, at: '2026-01-01' } as never, 400, '/at', 'unknown-field']
  ]
  for (const [payload, status, pointer, code] of decisions) {
    const response = await decide(id, '"1"', payload)
    t.equal(response.statusCode, status, response.body)
    t.ok(errorsOf(response).includes(`${pointer} ${code}`), response.body)
  }
  const both = await create({ title: 'x', recommendation: NOBODY, strategic: { needs: ['neglekt'] } })
  t.match(both.json(), { status: 422, code: 'invalid-business-case', errors: { length: 2 } })
  t.match((await replace(APPROVED_EXAMPLE_ID, '"3"', { ...EXAMPLE_CASE, variationOf: APPROVED_EXAMPLE_ID })).json(), { status: 409 })
  t.match((await app.inject(`${ALL}/abc`)).json(), { status: 400, errors: [{ pointer: '/id' }] })
  t.match((await app.inject(`${ALL}/${EXAMPLE_CASE_ID}/versions/x`)).json(), { status: 400, errors: [{ pointer: '/version' }] })
  t.equal((await app.inject({ method: 'DELETE', url: `${ALL}/${EXAMPLE_CASE_ID}` })).statusCode, 405)
  t.equal(await countRows(), before)
})

t.test('the examples are there from the start', async (t) => {
  t.match(await get(`/${EXAMPLE_CASE_ID}`), { state: 'draft', version: 1 })
  t.match(await get(`/${APPROVED_EXAMPLE_ID}`), { state: 'approved', version: 3 })
  t.match(await get(`/${APPROVED_EXAMPLE_ID}/actuals/${EXAMPLE_ENTRY_ID}`), { value: 7 })
})

t.test('when the catalogue moves, a case that was decided on stays as it was, and says what has changed', async (t: Test) => {
  const id = await approved()
  const draft = await created({ title: 'Not submitted', recommendation: EXAMPLE_ID })
  const [before, appraisal] = [await get<BusinessCase>(`/${id}`), await get<CaseAppraisal>(`/${id}/appraisal`)]
  t.strictSame(before.notices, [])

  const { interventions } = await findRecords(deps.database.kysely, 1)
  const claim = interventions.find(({ id }) => id === 'family-focused-casework')!.claims.find(({ need }) => need === 'physical-abuse')!
  const record = { ...claim, intervention: 'family-focused-casework', id: 'family-focused-casework-later-trial', direction: 'no-effect', strength: 'strong', country: 'England', year: 2026 }
  const curated = await app.inject({
    method: 'POST',
    url: '/v1/catalogue/versions',
    payload: { basedOn: 1, reason: 'A later trial found no effect (made up)', sources: claim.sources, changes: [{ op: 'add', kind: 'claim', record }] }
  })
  t.equal(curated.statusCode, 201, curated.body)
  const { version } = curated.json<{ version: number }>()

  const after = await get<BusinessCase>(`/${id}`)
  t.strictSame(after.evidence, before.evidence)
  t.strictSame(await get(`/${id}/appraisal`), appraisal)
  t.match(after.notices, [{ code: 'catalogue-moved', from: 1, to: version, message: /still shows what was known/ }])
  t.ok(after.notices[0]!.changes.some(({ code }) => code === 'standing'), JSON.stringify(after.notices[0]!.changes))
  t.ok(after.notices[0]!.changes.some(({ code, message }) => code === 'claims' && message.includes('family-focused-casework-later-trial')))
  t.match((await get<BusinessCase>(`/${draft.id}`)).notices, [{ code: 'catalogue-moved', from: 1, to: version }])
  t.match((await create({ title: 'x', recommendation: EXAMPLE_ID, catalogueVersion: version })).json(), { status: 422, errors: [{ pointer: '/catalogueVersion', code: 'disagrees', suggestions: ['1'] }] })
  const fresh = await submitted()
  t.match(await get(`/${fresh}`), { evidence: { catalogueVersion: version, evaluationPlan: { needed: true } }, notices: [] })

  const profile = await app.inject({ method: 'PUT', url: `/v1/needs-profiles/${EXAMPLE_PROFILE_ID}`, headers: { 'if-match': '"1"' }, payload: { title: 'Moved on' } })
  t.equal(profile.statusCode, 200)
  t.ok((await get<BusinessCase>(`/${fresh}`)).notices.some(({ code, from, to }) => code === 'needs-profile-moved' && from === 1 && to === 2))
})

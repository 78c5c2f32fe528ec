import fc from 'fast-check'
import t from 'tap'
import { appraise } from '../../src/appraisal/appraise.js'
import { readAppraisalData } from '../../src/appraisal/data-files.js'
import { EXAMPLE_APPRAISALS } from '../../src/appraisal/examples.js'
import type { AppraisalInput } from '../../src/appraisal/schemas.js'
import { DomainError } from '../../src/errors.js'
import { testApp, testDatabase } from '../helpers/app.js'
import { appraisal, benefit, cost, gbp, option } from '../helpers/appraisals.js'

const data = readAppraisalData()
const withBenefit = (more: Parameters<typeof benefit>[1], years?: Partial<AppraisalInput>) => appraisal([option({ benefits: [benefit(30, more)] })], years)
const withCost = (more: Parameters<typeof cost>[1], years?: Partial<AppraisalInput>) => appraisal([option({ costs: [cost(100, more)] })], years)
const valued = (unitValue: Parameters<typeof benefit>[1] & object) => withBenefit(unitValue)
const ranged = (range: object) => withBenefit({ impact: { value: 0.2, range: range as never } })
const own = (steps: { fromYear: number; toYear: number; rate: number }[]) => ({ discountSchedule: { title: 'Ours', source: 'Finance', steps } })
const BENEFIT = '/options/0/benefits/0'
const COST = '/options/0/costs/0'

/** What is wrong, where it is told, the code, and what the message says of the way out. */
const FAULTS: [string, AppraisalInput, string, string, RegExp][] = [
  ['a share over 1', withBenefit({ engagement: 1.2 }), `${BENEFIT}/engagement`, 'not-a-share', /0 to 1/],
  ['a percentage for a share', withBenefit({ retention: 80 }), `${BENEFIT}/retention`, 'not-a-share', /write 0\.8/],
  ['a share below 0', withBenefit({ deadweight: { value: -0.1, range: { distribution: 'uniform', low: 0, high: 1 } } }), `${BENEFIT}/deadweight/value`, 'not-a-share', /0 to 1/],
  ['an impact beyond all', withBenefit({ impact: -3 }), `${BENEFIT}/impact`, 'not-a-share', /-1 to 1/],
  ['agency shares that fall short of 1', withBenefit({ agencySplit: [{ agency: 'nhs', share: 0.5 }, { agency: 'police', share: 0.4 }] }), `${BENEFIT}/agencySplit`, 'shares-do-not-add-up', /add up to 0\.9/],
  ['an agency that stands twice', withBenefit({ agencySplit: [{ agency: 'nhs', share: 0.5 }, { agency: 'nhs', share: 0.5 }] }), `${BENEFIT}/agencySplit/1/agency`, 'duplicate-agency', /add its shares/],
  ['a fiscal value that is nobody\'s', withBenefit({ agencySplit: [] }), `${BENEFIT}/agencySplit`, 'no-agency', /say whose/],
  ['a fiscal value of society', withBenefit({ agencySplit: [{ agency: 'society', share: 1 }] }), `${BENEFIT}/agencySplit/0/agency`, 'not-an-agency', /social value/],
  ['a range upside down', ranged({ distribution: 'triangular', low: 0.4, high: 0.1 }), `${BENEFIT}/impact/range/high`, 'range-upside-down', /lower bound in low/],
  ['a mode outside the range', ranged({ distribution: 'triangular', low: 0.1, high: 0.4, mode: 0.5 }), `${BENEFIT}/impact/range/mode`, 'mode-outside', /0\.5/],
  ['a range beyond what an impact can be', ranged({ distribution: 'uniform', low: 0.1, high: 1.4 }), `${BENEFIT}/impact/range/high`, 'range-outside', /cannot be above 1/],
  ['a spread of nothing', ranged({ distribution: 'normal', sd: 0 }), `${BENEFIT}/impact/range/sd`, 'not-above-0', /above 0/],
  ['one key for two ranges', appraisal([option({ benefits: [benefit(30, { impact: { value: 0.2, key: 'k', range: { distribution: 'normal', sd: 0.1 } }, engagement: { value: 0.2, key: 'k', range: { distribution: 'normal', sd: 0.1 } } })] })]), `${BENEFIT}/impact/key`, 'key-differs', /another key/],
  ['a weekly value with no weeks', valued({ unitValue: { fiscal: gbp(700), per: 'week' } }), `${BENEFIT}/unitValue/unitsPerYear`, 'unit-does-not-fit', /such as 52/],
  ['more weeks than a year has', valued({ unitValue: { fiscal: gbp(700), per: 'week', unitsPerYear: 520 } }), `${BENEFIT}/unitValue/unitsPerYear`, 'unit-does-not-fit', /at most 53/],
  ['two years in a year', valued({ unitValue: { fiscal: gbp(700), per: 'year', unitsPerYear: 2 } }), `${BENEFIT}/unitValue/unitsPerYear`, 'unit-does-not-fit', /at most 1/],
  ['a lifetime every year', valued({ unitValue: { fiscal: gbp(700), per: 'lifetime' }, duration: 3 }), `${BENEFIT}/duration`, 'unit-does-not-fit', /duration at 1/],
  ['a benefit worth nothing known', valued({ unitValue: { per: 'year' }, agencySplit: [] }), `${BENEFIT}/unitValue`, 'no-value', /at least one value/],
  ['dollars among pounds', withCost({ amount: { amount: 5, currency: 'USD', priceYear: '2026/27' } }), `${COST}/amount/currency`, 'currency', /Convert it/],
  ['a cost below 0', withCost({ amount: gbp(-5) }), `${COST}/amount/amount`, 'negative-cost', /benefit line/],
  ['a price year outside the series', withCost({ amount: gbp(5, '2019/20') }), `${COST}/amount/priceYear`, 'price-year-outside-series', /deflator\.extension/],
  ['a price year before the series', withCost({ amount: gbp(5, '1950/51') }, { priceYear: '2020/21' }), `${COST}/amount/priceYear`, 'price-year-outside-series', /later price year/],
  ['no year at all', withCost({ amount: gbp(5, '2019/25') }), `${COST}/amount/priceYear`, 'price-year', /2013\/14/],
  ['an extension with a gap', appraisal([option()], { deflator: { extension: [{ priceYear: '2026/27', changePercent: 2, source: 'OBR' }] } }), '/deflator/extension/0/priceYear', 'extension-gap', /2024\/25/],
  ['an unknown series', appraisal([option()], { deflator: { series: 'gdp-deflator-calendar-hmt-2024' } }), '/deflator/series', 'unknown-series', /gdp-deflator-calendar-hmt-2025/],
  ['an unknown confidence table', appraisal([option()], { confidenceTable: 'mine' }), '/confidenceTable', 'unknown-table', /of your own/],
  ['an unknown grade', withCost({ confidence: 9 }), `${COST}/confidence`, 'unknown-grade', /1, 2, 3, 4, 5, 6/],
  ['a year beyond the discount schedule', appraisal([option()], own([{ fromYear: 0, toYear: 3, rate: 0.035 }])), '/discountSchedule/steps', 'beyond-schedule', /add a step/],
  ['a discount schedule with a gap', appraisal([option()], own([{ fromYear: 0, toYear: 2, rate: 0.035 }, { fromYear: 4, toYear: 9, rate: 0.03 }])), '/discountSchedule/steps/1/fromYear', 'schedule-gap', /year 3/],
  ['a rate in percent', appraisal([option()], own([{ fromYear: 0, toYear: 9, rate: 3.5 }])), '/discountSchedule/steps/0/rate', 'rate', /0\.035/],
  ['10 million draws', appraisal([option()], { simulation: { draws: 10_000_000 } }), '/simulation/draws', 'draws', /50000/],
  ['more draws than uncertain people and drop-off allow', appraisal([option({ cohort: Array.from({ length: 80 }, (_, year) => ({ year, people: { value: 5, range: { distribution: 'normal', sd: 1 } } })), benefits: [benefit(30, { duration: 80 })] })], { years: 80, simulation: { draws: 50_000 } }), '/simulation/draws', 'too-much-work', /at most \d+ draws/],
  ['more lines than can be looked through', appraisal([option({ costs: Array.from({ length: 60 }, (_, i) => cost(1, { id: `c-${i}` })) })], { years: 100 }), '/years', 'too-much-work', /fewer years/],
  ['two draws', appraisal([option()], { simulation: { draws: 2 } }), '/simulation/draws', 'draws', /100/],
  ['two options of one id', appraisal([option(), option()]), '/options/1/id', 'duplicate-id', /\/options\/0/],
  ['a cost and a benefit of one id', withBenefit({ id: 'cost' }), `${BENEFIT}/id`, 'duplicate-id', /id of its own/],
  ['doing nothing twice', appraisal([option({ doNothing: true }), option({ id: 'b', doNothing: true })]), '/options/1/doNothing', 'second-do-nothing', /exactly one/],
  ['people after the last year', appraisal([option({ cohort: [{ year: 6, people: 5 }] })]), '/options/0/cohort/0/year', 'outside-horizon', /0 to 5/],
  ['a year of people twice', appraisal([option({ cohort: [{ year: 1, people: 5 }, { year: 1, people: 5 }] })]), '/options/0/cohort/1/year', 'duplicate-year', /together/],
  ['a cost after the last year', withCost({ fromYear: 9 }), `${COST}/fromYear`, 'outside-horizon', /0 to 5/],
  ['a cost that ends before it starts', withCost({ basis: 'per-year', fromYear: 3, toYear: 1 }), `${COST}/toYear`, 'years-reversed', /before it starts/],
  ['a cost by person with no people', appraisal([option({ cohort: [], costs: [cost(1, { basis: 'per-person' })], benefits: [] })]), `${COST}/basis`, 'no-cohort', /cohort/],
  ['a lag beyond the appraisal', withBenefit({ lag: 6 }), `${BENEFIT}/lag`, 'outside-horizon', /0 to 5/],
  ['no years', appraisal([option()], { years: 0 }), '/years', 'years', /1 to 100/],
  ['a thousand years', appraisal([option()], { years: 1000 }), '/years', 'years', /1 to 100/],
  ['a first year that nobody plans for', appraisal([option()], { startYear: '5000/01' }), '/startYear', 'financial-year', /2100\/01/],
  ['a year that is none', appraisal([option()], { startYear: '2026/29' }), '/startYear', 'financial-year', /2026\/27/],
  ['a number that is not finite', withBenefit({ impact: Number.POSITIVE_INFINITY }), `${BENEFIT}/impact`, 'not-finite', /finite/],
  ['people without end', appraisal([option({ cohort: [{ year: 0, people: 1e9 }] })]), '/options/0/cohort/0/people', 'out-of-range', /500000/]
]

function faultOf(input: AppraisalInput): DomainError | null {
  try {
    appraise(input, data)
    return null
  } catch (error) {
    if (error instanceof DomainError) return error
    throw error
  }
}

const database = await testDatabase(t)
const app = await testApp(t, { database })

t.test('what cannot be appraised is told by its field, with the way out', (t) => {
  for (const [title, input, pointer, code, says] of FAULTS) {
    const fault = faultOf(input)
    const item = fault?.errors?.find((error) => error.pointer === pointer && error.code === code)
    t.ok(item, `${title}: ${JSON.stringify(fault?.errors?.map((error) => `${error.pointer} ${error.code}`))}`)
    t.match(item?.message, says, title)
    t.equal(fault?.status, 422)
  }
  t.end()
})

t.test('every fault is told at once, under the place where the input stands', (t) => {
  t.throws(() => appraise(withBenefit({ engagement: 2, impact: 2 }, { years: 0 }), data, '/economic/appraisal'), { errors: [{ pointer: '/economic/appraisal/years' }, { pointer: `/economic/appraisal${BENEFIT}/engagement` }, { pointer: `/economic/appraisal${BENEFIT}/impact` }] })
  t.end()
})

const post = (payload: object | string) => app.inject({ method: 'POST', url: '/v1/appraisals', headers: { 'content-type': 'application/json' }, payload: typeof payload === 'string' ? payload : JSON.stringify(payload) })

t.test('over HTTP a fault of meaning is a 422 and a fault of form a 400, each a problem document', async (t) => {
  const meaning = await post(appraisal([option()], { simulation: { draws: 10_000_000 } }))
  t.match(meaning.json(), { status: 422, code: 'draws', errors: [{ pointer: '/simulation/draws', in: 'body' }] })
  t.match(meaning.headers['content-type'], /problem\+json/)
  const form = await post({ ...appraisal(), oddity: 1 })
  t.match(form.json(), { status: 400, errors: [{ pointer: '/oddity', code: 'unknown-field' }] })
  t.match((await post(JSON.stringify(appraisal()).replace('"amount":100', '"amount":1e400'))).json(), { status: 400 })
})

t.test('what names nothing that is held is a 422 with what is near', async (t) => {
  const faults = async (input: AppraisalInput) => (await post(input)).json<{ status: number; errors: { pointer: string; code: string; suggestions: string[] }[] }>()
  t.match(await faults(appraisal([option({ intervention: 'sign-of-safety', benefits: [benefit(30, { need: 'neglekt', claimIds: ['no-such-claim'] })] })], { area: 'Leads' })), {
    status: 422,
    errors: [
      { pointer: '/area', code: 'unknown-area' },
      { pointer: '/options/0/intervention', code: 'unknown-intervention', suggestions: ['signs-of-safety'] },
      { pointer: `${BENEFIT}/need`, code: 'unknown-need', suggestions: ['neglect'] },
      { pointer: `${BENEFIT}/claimIds/0`, code: 'unknown-claim' }
    ]
  })
})

t.test('evidence of something else, or that says otherwise, is not taken for evidence of a benefit in silence', async (t) => {
  const warned = async (intervention: string | null, claim: string, impact: number) => {
    const { warnings } = (await post(appraisal([option({ intervention, benefits: [benefit(30, { impact, claimIds: [claim] })] })]))).json<{ appraisal: { warnings: { code: string; severity: string; pointer: string; sources: unknown[] }[] } }>().appraisal
    return warnings.filter(({ code }) => code.startsWith('claim-'))
  }
  t.strictSame(await warned('family-focused-casework', 'family-focused-casework-on-physical-abuse', 0.1), [])
  t.match(await warned('pcit', 'family-focused-casework-on-physical-abuse', 0.1), [{ code: 'claim-of-another-intervention', severity: 'high', pointer: `${BENEFIT}/claimIds/0`, sources: [{ id: 'eif-lga-overview-2017' }] }])
  t.match(await warned('mst-can', 'mst-can-trial-2010-re-abuse', 0.1), [{ code: 'claim-does-not-show-benefit', message: /no-effect/ }])
  t.strictSame(await warned('mst-can', 'mst-can-trial-2010-re-abuse', 0), [], 'what claims no benefit needs none')
  t.strictSame(await warned(null, 'family-focused-casework-on-physical-abuse', 0.1), [], 'an option of no intervention borrows nothing')
})

t.test('whatever is done to a valid appraisal, it is answered or refused', async (t) => {
  const anything = fc.oneof(fc.constantFrom<unknown>(null, true, '', [], {}), fc.jsonValue({ maxDepth: 2 }))
  const number = fc.constantFrom<unknown>(0, -1, 1, 0.5, 2, 7, 100, 1e9, 1e308, -1e308, { value: 0.5, range: { distribution: 'normal', sd: 1e300 } }, { value: 1, range: { distribution: 'lognormal', sdLog: 4 } }, { value: 0.5, range: { distribution: 'beta', alpha: 1e-9, beta: 1e12 } }, { value: 0.5, range: { distribution: 'triangular', low: 0, high: 1 }, key: 'k' })
  const text = fc.constantFrom<unknown>('', 'week', 'lifetime', 'year', '2013/14', '2026/27', '2019', '1900', 'nhs', 'USD', 'per-person', 'beta')
  const change = fc.record({ path: fc.array(fc.nat(15), { minLength: 1, maxLength: 9 }), fitting: fc.integer({ min: 0, max: 9 }), anything, number, text })
  const statuses = new Map<number, number>()
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...Object.values(EXAMPLE_APPRAISALS)), fc.array(change, { minLength: 1, maxLength: 3 }), async ({ value }, changes) => {
      const body = structuredClone(value) as unknown as Record<string, unknown>
      body['simulation'] = { draws: 100 }
      for (const { path, fitting, ...kinds } of changes) {
        let holder: Record<string, unknown> = body
        for (const step of path) {
          const keys = Object.keys(holder)
          const key = keys[step % keys.length]
          if (key === undefined) break
          const inner = holder[key]
          if (typeof inner === 'object' && inner !== null && Object.keys(inner).length > 0) holder = inner as Record<string, unknown>
          else {
            // Mostly something of the kind that stood there, so that it gets past the form.
            holder[key] = fitting === 0 ? kinds.anything : typeof inner === 'number' ? kinds.number : typeof inner === 'string' ? kinds.text : kinds.anything
            break
          }
        }
      }
      const response = await post(body)
      statuses.set(response.statusCode, (statuses.get(response.statusCode) ?? 0) + 1)
      if (![200, 400, 422].includes(response.statusCode)) throw new Error(`answered ${response.statusCode}: ${response.body.slice(0, 300)} to ${JSON.stringify(body)}`)
    }),
    { numRuns: 250, seed: 20261120 }
  )
  t.ok((statuses.get(200) ?? 0) > 10 && (statuses.get(400) ?? 0) > 20 && (statuses.get(422) ?? 0) > 20, JSON.stringify([...statuses]))
})

t.test('a worked example over HTTP, with and without a simulation', async (t) => {
  const byHand = await post(EXAMPLE_APPRAISALS['worked-by-hand']!.value)
  t.match(byHand.json(), { simulation: null, simulationStatus: 'no-ranges', appraisal: { options: [{ option: 'do-nothing' }, { npsv: 35.45 }] } })
  const programmes = (await post(EXAMPLE_APPRAISALS['parenting-programmes']!.value)).json<{ appraisal: { warnings: { code: string }[] }; simulation: { options: unknown[] } }>()
  t.equal(programmes.simulation.options.length, 3)
  t.notOk(programmes.appraisal.warnings.some(({ code }) => code === 'unit-cost-not-checked'), 'codes of unit costs are checked')
  t.ok(programmes.appraisal.warnings.some(({ code }) => code === 'stale-price-year'))
  t.match((await post({ ...EXAMPLE_APPRAISALS['parenting-programmes']!.value, simulation: null })).json(), { simulation: null, simulationStatus: 'not-asked' })
})

import fc from 'fast-check'
import t, { type Test } from 'tap'
import { appraise } from '../../src/appraisal/appraise.js'
import { readAppraisalData } from '../../src/appraisal/data-files.js'
import { discountFactors, presentValue } from '../../src/appraisal/discount.js'
import type { AppraisalInput, Amounts, BenefitLine, CostLine, Totals } from '../../src/appraisal/schemas.js'
import { simulate } from '../../src/appraisal/simulate.js'
import { gbp } from '../helpers/appraisals.js'

const data = readAppraisalData()
const YEARS = 6
const share = fc.integer({ min: 0, max: 20 }).map((n) => n / 20)
const amount = fc.integer({ min: 0, max: 20_000 })
const year = fc.integer({ min: 0, max: YEARS - 1 })
const grade = fc.constantFrom(null, 1, 3, 6)

const costLine = fc
  .record({ amount, agency: fc.constantFrom('local-authority' as const, 'nhs' as const), basis: fc.constantFrom('once' as const, 'per-year' as const, 'per-person' as const), fromYear: year, confidence: grade, transfer: fc.boolean() })
  .map(({ amount, ...line }): Omit<CostLine, 'id'> => ({ name: 'Cost', kind: 'running', amount: gbp(amount), ...line }))

const benefitLine = fc
  .record({
    fiscal: fc.integer({ min: -5_000, max: 20_000 }),
    economic: amount,
    social: amount,
    council: share,
    engagement: share,
    impact: fc.integer({ min: -5, max: 20 }).map((n) => n / 20),
    deadweight: share,
    dropOff: share,
    cashability: share,
    lag: fc.integer({ min: 0, max: 3 }),
    duration: fc.integer({ min: 1, max: 5 }),
    confidence: grade,
    transfer: fc.boolean()
  })
  .map(({ fiscal, economic, social, council, ...line }): Omit<BenefitLine, 'id'> => ({
    name: 'Benefit',
    outcome: 'An outcome',
    unitValue: { fiscal: gbp(fiscal), economic: gbp(economic), social: gbp(social), per: 'person' },
    agencySplit: [{ agency: 'local-authority', share: council }, { agency: 'police', share: 1 - council }],
    ...line
  }))

const optionOf = (id: string, doNothing: boolean) =>
  fc
    .record({ people: fc.array(fc.integer({ min: 0, max: 300 }), { minLength: YEARS, maxLength: YEARS }), costs: fc.array(costLine, { maxLength: 3 }), benefits: fc.array(benefitLine, { maxLength: 3 }) })
    .map(({ people, costs, benefits }) => ({
      id,
      name: id,
      doNothing,
      cohort: people.map((number, year) => ({ year, people: number })),
      costs: costs.map((line, i) => ({ ...line, id: `cost-${i}` })),
      benefits: benefits.map((line, i) => ({ ...line, id: `benefit-${i}` }))
    }))

const inputs = fc.tuple(optionOf('as-now', true), optionOf('a', false), optionOf('b', false)).map((options): AppraisalInput => ({ title: 'Laws', startYear: '2026/27', years: YEARS, priceYear: '2026/27', options }))
const holds = (t: Pick<Test, 'pass'>, law: (input: AppraisalInput) => boolean, numRuns = 60) => {
  fc.assert(fc.property(inputs, law), { numRuns, seed: 20261120 })
  t.pass(`it held in ${numRuns} appraisals`)
}

/** Every sum of rounded pounds may be off by half a penny for each of them. */
const same = (a: number, b: number, pennies = 20) => Math.abs(a - b) <= pennies / 100
const MEASURES = ['gross', 'corrected', 'cashable'] as const
const everySum = (totals: Totals): Amounts[] => [totals.costs, totals.benefits, totals.net, totals.presentValue.costs, totals.presentValue.benefits, totals.presentValue.net]
const addUp = (parts: readonly Totals[], whole: readonly Totals[]) =>
  everySum(parts[0] ?? whole[0]!).every((_, i) => MEASURES.every((measure) => same(sumOf(parts, i, measure), sumOf(whole, i, measure))))
const sumOf = (all: readonly Totals[], i: number, measure: keyof Amounts) => all.reduce((sum, totals) => sum + everySum(totals)[i]![measure], 0)

t.test('ledgers add up to public value, agencies to all ledgers, and rows to both', (t) => {
  holds(t, (input) => {
    const { options, cashFlows } = appraise(input, data)
    return options.every(({ option, ledgers, publicValue, agencies, council }) => {
      const rows = cashFlows.filter((row) => row.option === option)
      const rowSum = rows.filter(({ transfer }) => !transfer).reduce((sum, { presentValue }) => sum + presentValue, 0)
      const all = [publicValue, ledgers.transfersLeftOut]
      return (
        addUp([ledgers.fiscal, ledgers.economic, ledgers.social], [publicValue]) &&
        (agencies.length === 0 || addUp(agencies.map(({ totals }) => totals), all)) &&
        same(rowSum, publicValue.presentValue.net.corrected, 100) &&
        addUp([council.totals], agencies.filter(({ agency }) => agency === 'local-authority').map(({ totals }) => totals).concat(agencies.some(({ agency }) => agency === 'local-authority') ? [] : [council.totals]))
      )
    })
  })
  t.end()
})

t.test('doing nothing is worth nothing against itself, and an option like it is worth as much', (t) => {
  holds(t, (input) => {
    const [asNow] = input.options
    const { options } = appraise({ ...input, options: [asNow!, { ...asNow!, id: 'twin', doNothing: false }] }, data)
    return options.every(({ npsv, bcr, council }) => npsv === 0 && bcr.value === null && council.cashable === 0)
  })
  t.end()
})

t.test('cash is no more than the corrected fiscal value, in every year and over all', (t) => {
  holds(t, (input) => {
    const { options, cashFlows } = appraise(input, data)
    return (
      options.every(({ ledgers: { fiscal, economic, social } }) => fiscal.benefits.cashable <= fiscal.benefits.corrected + 0.02 && economic.benefits.cashable === 0 && social.benefits.cashable === 0) &&
      cashFlows.every(({ type, ledger, cashable, corrected }) => (ledger !== 'fiscal' ? cashable === 0 : type === 'benefit' ? cashable <= corrected + 0.01 : cashable === corrected))
    )
  })
  t.end()
})

t.test('corrections never make an option look better', (t) => {
  holds(t, (input) => {
    const nothing = input.options.map((option) => (option.doNothing ? { ...option, costs: [], benefits: [] } : option))
    return appraise({ ...input, options: nothing }, data).options.every(({ npsv, npsvGross }) => npsv <= npsvGross + 0.01)
  })
  t.end()
})

t.test('net present value is linear: twice the money is twice the value, and lines may be appraised apart', (t) => {
  holds(t, (input) => {
    const times = (factor: number) => input.options.map((option) => ({ ...option, costs: option.costs!.map((line) => ({ ...line, amount: gbp((line.amount.amount as number) * factor) })), benefits: option.benefits!.map((line) => ({ ...line, unitValue: { ...line.unitValue, fiscal: gbp((line.unitValue.fiscal!.amount as number) * factor), economic: gbp((line.unitValue.economic!.amount as number) * factor), social: gbp((line.unitValue.social!.amount as number) * factor) } })) }))
    const npsv = (options: AppraisalInput['options']) => appraise({ ...input, options }, data).options.map((option) => option.npsv)
    const whole = npsv(input.options)
    const costsAlone = npsv(input.options.map((option) => ({ ...option, benefits: [] })))
    const benefitsAlone = npsv(input.options.map((option) => ({ ...option, costs: [] })))
    return npsv(times(2)).every((value, i) => same(value, 2 * whole[i]!)) && whole.every((value, i) => same(value, costsAlone[i]! + benefitsAlone[i]!))
  })
  t.end()
})

t.test('more deadweight never helps, where the benefit is one', (t) => {
  holds(t, (input) => {
    const good = input.options.map((option) => (option.doNothing ? { ...option, costs: [], benefits: [] } : { ...option, benefits: option.benefits!.map((line) => ({ ...line, impact: Math.abs(line.impact as number), unitValue: { ...line.unitValue, fiscal: gbp(Math.abs(line.unitValue.fiscal!.amount as number)) } })) }))
    const more = good.map((option) => ({ ...option, benefits: option.benefits.map((line) => ({ ...line, deadweight: Math.min(1, (line.deadweight as number) + 0.2) })) }))
    const before = appraise({ ...input, options: good }, data).options
    return appraise({ ...input, options: more }, data).options.every(({ npsv }, i) => npsv <= before[i]!.npsv + 0.01)
  })
  t.end()
})

t.test('the order of options, lines and entrants changes nothing', (t) => {
  holds(t, (input) => {
    const turned = { ...input, options: [...input.options].reverse().map((option) => ({ ...option, cohort: [...option.cohort!].reverse(), costs: [...option.costs!].reverse(), benefits: [...option.benefits!].reverse() })) }
    const [given, reversed] = [input, turned].map((one) => new Map(appraise(one, data).options.map(({ option, npsv, council }) => [option, [npsv, council.cashable]] as const)))
    return [...given!].every(([id, [npsv, cash]]) => same(npsv, reversed!.get(id)![0], 1) && same(cash, reversed!.get(id)![1], 1))
  })
  t.end()
})

t.test('a present value does not depend on the order in which flows are added, and a later pound is worth no more', (t) => {
  const factors = discountFactors(data.schedules[0]!.steps, 40)
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 1, maxLength: 40 }), fc.array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 1, maxLength: 40 }), (a, b) => {
      const length = Math.max(a.length, b.length)
      const sum = Array.from({ length }, (_, i) => (a[i] ?? 0) + (b[i] ?? 0))
      return Math.abs(presentValue(sum, factors) - presentValue(a, factors) - presentValue(b, factors)) < 1e-4
    })
  )
  t.ok(factors.every((factor, year) => year === 0 || factor < factors[year - 1]!))
  t.end()
})

t.test('at a switching value the two options are worth the same', (t) => {
  let seen = 0
  holds(t, (input) => {
    const { options } = appraise(input, data)
    const [first] = options[1]!.switchingValues.filter(({ against, switchingValue, value, pointer }) => against === 'as-now' && switchingValue !== null && switchingValue !== value && /\/options\/1\/costs\/\d+\/amount\/amount$/.test(pointer))
    if (first === undefined) return true
    seen++
    const line = Number(/costs\/(\d+)/.exec(first.pointer)![1])
    const changed = input.options.map((option, i) => (i !== 1 ? option : { ...option, costs: option.costs!.map((cost, j) => (j === line ? { ...cost, amount: gbp(first.switchingValue!) } : cost)) }))
    return same(appraise({ ...input, options: changed }, data).options[1]!.npsv, 0, 10)
  })
  t.ok(seen > 10, `${seen} were tried`)
  t.end()
})

t.test('with ranges that are even on both sides the mean of a linear simulation comes to the deterministic answer', (t) => {
  const around = (value: number) => (value === 0 ? 0 : { value, range: { distribution: 'triangular' as const, low: Math.min(value * 0.5, value * 1.5), high: Math.max(value * 0.5, value * 1.5) } })
  holds(t, (input) => {
    const options = input.options.map((option) => ({
      ...option,
      costs: option.costs!.map((line) => ({ ...line, amount: gbp(around(line.amount.amount as number)) })),
      benefits: option.benefits!.map((line) => ({ ...line, unitValue: { ...line.unitValue, fiscal: gbp(around(line.unitValue.fiscal!.amount as number)) } }))
    }))
    const uncertain = { ...input, options, simulation: { draws: 4000, seed: 3 } }
    const simulation = simulate(uncertain, data)
    if (simulation === null) return true
    const { options: expected } = appraise(uncertain, data)
    return simulation.options.every(({ npsv, councilCashable }, i) => {
      const within = (mean: number, spread: number, value: number) => Math.abs(mean - value) <= (5 * spread) / 2.563 / Math.sqrt(4000) + 0.05
      return within(npsv.mean, npsv.p90 - npsv.p10, expected[i]!.npsv) && within(councilCashable.mean, councilCashable.p90 - councilCashable.p10, expected[i]!.council.cashable)
    })
  }, 25)
  t.end()
})

import { inPence, sumOf, tidy } from './numbers.js'
import { readPeriod } from './periods.js'
import type { Actual, BenefitsRegister, Realisation, RealisationLine, RegisterBenefit } from './schemas.js'
import type { State } from './vocabulary.js'

/**
 * What was forecast against what was measured.
 *
 * For each benefit and period: variance = actual - forecast; variance % = 100 x variance / |forecast|.
 * An actual is inside where P10 <= actual <= P90. In pounds it is the actual times what one unit was
 * worth in the approved appraisal, which is after the correction for confidence, so that meeting the
 * forecast in units is meeting it in pounds.
 *
 * What is not measured is never counted, nor taken for zero: a benefit that cannot be measured cannot
 * be claimed as realised (IPA 2017). What is measured without a counterfactual is shown and cannot be
 * claimed either. Totals are over whole financial years that are over, of benefits that were forecast
 * in pounds; they say how many of those they hold. Quarters are shown and never added up.
 *
 * @param entries every entry, corrected ones among them; those are never counted
 * @param today ISO day, by which a period is over or not
 */
export function realise(register: BenefitsRegister, entries: readonly Actual[], state: State, today: string): Realisation {
  const held = new Map<string, Actual>()
  const corrections = new Map<string, number>()
  for (const entry of entries) {
    const key = keyOf(entry.benefit, entry.period)
    if (entry.correctedBy === null) held.set(key, entry)
    else corrections.set(key, (corrections.get(key) ?? 0) + 1)
  }

  const lines = register.benefits.flatMap((benefit) =>
    periodsOf(benefit, register.periods, entries).map((period) => {
      const key = keyOf(benefit.id, period)
      return lineOf(benefit, period, held.get(key), corrections.get(key) ?? 0, today)
    })
  )
  const byId = new Map(register.benefits.map((benefit) => [benefit.id, benefit]))
  const years = lines.filter((line) => line.ended && line.forecast !== null && readPeriod(line.period)!.quarter === null)
  const publicYears = years.filter(({ benefit }) => !byId.get(benefit)!.transfer)
  const cashYears = years.filter((line) => line.class === 'cash-releasing')
  const withPounds = (line: RealisationLine) => line.pounds !== null

  return {
    businessCase: register.businessCase,
    state,
    asOf: today,
    approvedVersion: register.approvedVersion,
    priceYear: register.priceYear,
    lines,
    totals: {
      measured: totalOf(publicYears, withPounds, 'pounds', 'those that were measured'),
      claimable: totalOf(publicYears, (line) => withPounds(line) && line.claimable, 'pounds', 'those that were measured and have a counterfactual'),
      cashReleasing: totalOf(cashYears, ({ cashable }) => cashable !== null, 'cashable', 'those of cash-releasing benefits that were measured')
    },
    cannotBeClaimed: lines.flatMap(({ benefit, period, cannotClaim }) => (cannotClaim === null || cannotClaim.code === 'not-over' ? [] : [{ benefit, period, ...cannotClaim }])),
    notes: [
      `Pounds are in ${register.priceYear ?? 'the'} prices, those of the appraisal that was approved. A benefit measured in units is put in pounds at what a unit was worth there, after its correction for confidence.`,
      'Totals hold only what was measured over whole financial years that are over. Quarters are shown and not added up, as not every measure adds up; the appraisal forecasts whole years, so quarters have no forecast.',
      ...(register.benefits.some(({ transfer }) => transfer) ? ['Transfers are left out of what was measured and claimed in pounds; they count in cash.'] : [])
    ],
    sources: SOURCES
  }
}

/** Years of benefits that are over and of which nothing was entered, in order. */
export function unreportedYears(register: BenefitsRegister, entries: readonly Actual[], today: string): { benefit: string; period: string }[] {
  const entered = new Set(entries.map(({ benefit, period }) => keyOf(benefit, period)))
  return register.benefits.flatMap(({ id }) => register.periods.filter((period) => readPeriod(period)!.to < today && !entered.has(keyOf(id, period))).map((period) => ({ benefit: id, period })))
}

const keyOf = (benefit: string, period: string) => `${benefit} ${period}`

/** Every year of the appraisal, and the quarters of which something was entered or aimed at. */
function periodsOf(benefit: RegisterBenefit, years: readonly string[], entries: readonly Actual[]): string[] {
  const also = [...entries.filter((entry) => entry.benefit === benefit.id), ...benefit.targets].map(({ period }) => period)
  return [...new Set([...years, ...also])].sort()
}

function lineOf(benefit: RegisterBenefit, period: string, entry: Actual | undefined, corrections: number, today: string): RealisationLine {
  const forecast = benefit.forecasts.find((one) => one.period === period)?.forecast ?? null
  const ended = readPeriod(period)!.to < today
  const value = entry === undefined || entry.status !== 'ok' ? null : entry.value
  const absolute = value === null || forecast === null ? null : tidy(value - forecast.expected)
  const cannotClaim = whyNot(benefit, period, ended, entry)
  return {
    benefit: benefit.id,
    class: benefit.class,
    measuredIn: benefit.measuredIn,
    period,
    ended,
    forecast,
    target: benefit.targets.find((one) => one.period === period)?.value ?? null,
    actual: entry === undefined ? null : { entry: entry.id, value: entry.value, status: entry.status, measuredAt: entry.measuredAt, source: entry.source, corrections },
    variance: { absolute, percent: absolute === null || forecast!.expected === 0 ? null : tidy((100 * absolute) / Math.abs(forecast!.expected)) },
    insideP10P90: value === null || forecast === null || forecast.p10 === null || forecast.p90 === null ? null : value >= forecast.p10 && value <= forecast.p90,
    attribution: entry?.attribution ?? null,
    claimable: cannotClaim === null,
    cannotClaim,
    pounds: value === null || benefit.poundsPerUnit === null ? null : inPence(value * benefit.poundsPerUnit),
    cashable: value === null || benefit.cashablePerUnit === null || benefit.class !== 'cash-releasing' ? null : inPence(value * benefit.cashablePerUnit)
  }
}

function whyNot(benefit: RegisterBenefit, period: string, ended: boolean, entry: Actual | undefined): RealisationLine['cannotClaim'] {
  if (entry === undefined) {
    return ended
      ? { code: 'not-measured', message: `Nothing was measured for ${period}. A benefit that is not measured cannot be claimed as realised.` }
      : { code: 'not-over', message: `${period} is not over.` }
  }
  if (entry.value === null || entry.status !== 'ok') return { code: 'no-value', message: `The figure for ${period} is not there (${entry.status}), which is not the same as zero. It cannot be claimed.` }
  const { attribution } = entry
  if (attribution === null || attribution.counterfactual === null || attribution.method === 'none') {
    return { code: 'no-counterfactual', message: `It was measured, and nothing says what would have happened without ${benefit.serviceFeature === null ? 'it' : 'the service'}. It cannot be claimed as brought about.` }
  }
  return null
}

function totalOf(years: readonly RealisationLine[], holds: (line: RealisationLine) => boolean, of: 'pounds' | 'cashable', words: string): Realisation['totals']['measured'] {
  const counted = years.filter(holds)
  const unclaimable = counted.filter(({ claimable }) => !claimable).length
  return {
    pounds: counted.length === 0 ? null : sumOf(counted.map((line) => line[of]!)),
    forecast: counted.length === 0 ? null : sumOf(counted.map((line) => line.forecast![of]!)),
    counted: counted.length,
    of: years.length,
    statement: `Holds ${counted.length} of ${years.length} years of benefits that were forecast in pounds and are over: ${words}. Nothing is put in the place of the others.${unclaimable === 0 ? '' : ` Of those counted, ${unclaimable} cannot be claimed: nothing says what would have happened otherwise.`}`
  }
}

const SOURCES: Realisation['sources'] = [
  { id: 'hmt-green-book', title: 'The Green Book: central government guidance on appraisal and evaluation', publisher: 'HM Treasury', year: 2022, section: 'Benefits register (Box 9)', url: 'https://www.gov.uk/government/publications/the-green-book-appraisal-and-evaluation-in-central-government' },
  { id: 'ipa-benefits-management-2017', title: 'Guide for effective benefits management in major projects', publisher: 'Infrastructure and Projects Authority', year: 2017, section: null, url: 'https://www.gov.uk/government/publications/guide-for-effective-benefits-management-in-major-projects' }
]

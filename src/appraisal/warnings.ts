import { inputsOf } from './flows.js'
import type { Input, Model } from './model.js'
import { meanOf, shareCut } from './ranges.js'
import type { AppraisalInput, AppraisalWarning, BenefitLine, CostLine } from './schemas.js'
import { endOf } from './years.js'

/** Share of a range that may be cut off, and of the value that its mean may be off, before it is said. */
const CUT_TOLD = 0.01
const CENTRE_TOLD = 0.05

/**
 * What to know before the figures are used, as far as the input alone shows it. Each follows from a
 * rule that its message states; those that rest on a source name it.
 */
export function warningsOf(model: Model, input: AppraisalInput, at: string): AppraisalWarning[] {
  const warnings: AppraisalWarning[] = []
  const warn = (code: string, severity: AppraisalWarning['severity'], pointer: string | null, message: string, sources: AppraisalWarning['sources'] = []) => warnings.push({ code, severity, pointer, message, sources })
  const cited = (source: { id: string } | null) => (source === null ? [] : [source as AppraisalWarning['sources'][number]])
  const { schedule, series, table } = model
  const lines = model.options.flatMap(({ costs, benefits }) => [...costs, ...benefits])
  const written = new Map<string, CostLine | BenefitLine>(input.options.flatMap(({ costs = [], benefits = [] }, i) => [...costs.map((line, j) => [`${at}/options/${i}/costs/${j}`, line] as const), ...benefits.map((line, j) => [`${at}/options/${i}/benefits/${j}`, line] as const)]))
  const uncertain = (line: (typeof lines)[number]) => [...new Set(inputsOf(line))].map((place) => model.inputs[place]!).filter(({ range }) => range !== null)

  if (!model.ownSchedule) warn('discount-rates-under-review', 'low', null, `The rates of the schedule '${schedule.id}' (${schedule.version}) have been under review since December 2025. Appraise again when they change.`, cited(schedule.source))
  if (!model.ownSchedule && schedule.id === 'health') warn('rate-for-health-only', 'medium', `${at}/discountSchedule`, 'The rates for health apply to effects on life and health alone. Costs and all else are discounted at the standard rates: do not use these for a whole case.', cited(schedule.source))
  if (!model.ownTable && !table.verified && lines.some(({ correction }) => correction !== 0)) {
    warn('confidence-table-unverified', 'high', `${at}/confidenceTable`, `The percentages of '${table.title}' could not be checked against their source. Check them, or send a table of your own, before figures that rest on them are used.`, cited(table.source))
  }
  if (model.priceYear !== input.startYear) warn('price-year-not-first-year', 'low', `${at}/priceYear`, `Amounts are in prices of ${model.priceYear} and the appraisal starts in ${input.startYear}. The Green Book asks for prices of the first year; figures in other prices are lower or higher throughout, and no ratio moves.`, cited(model.ownSchedule ? null : schedule.source))
  if (series.forecastFrom !== null && model.upratings.some(({ priceYear, factor }) => factor !== 1 && (endOf(priceYear) >= endOf(series.forecastFrom!) || endOf(model.priceYear) >= endOf(series.forecastFrom!)))) {
    warn('forecast-deflator', 'medium', `${at}/deflator/series`, `From ${series.forecastFrom} on, the series '${series.id}' holds forecasts that have been overtaken. The series of calendar years is newer.`, [series.source])
  }

  const ungraded = lines.filter((line) => written.get(line.pointer)?.confidence == null && uncertain(line).length === 0)
  if (ungraded.length > 0) {
    warn('no-confidence-grade', 'medium', ungraded[0]!.pointer, `${ungraded.length === 1 ? 'One line has' : `${ungraded.length} lines have`} neither a confidence grade nor a range, so ${ungraded.length === 1 ? 'it is' : 'they are'} taken as certain: ${ungraded.slice(0, 8).map(({ name }) => `'${name}'`).join(', ')}${ungraded.length > 8 ? ' and others' : ''}.`)
  }
  for (const line of lines) {
    const spread = uncertain(line)
    if (line.correction !== 0 && spread.length > 0) {
      warn('uncertainty-counted-twice', 'medium', line.pointer, `'${line.name}' is corrected by ${line.correction}% for its confidence grade and has a range too (${spread.slice(0, 4).map(({ label }) => label).join('; ')}). One doubt may count twice: keep the grade or the range. Without the grade (confidence: null) the range alone speaks.`)
    }
    if (line.transfer) warn('transfer-left-out', 'low', line.pointer, `'${line.name}' is a transfer: it counts in cash and not in public value.`)
    if ('terms' in line) {
      if (line.bias !== 0 && line.correction !== 0) warn('optimism-bias-twice', 'medium', line.pointer, `'${line.name}' is raised by optimism bias (${Number(line.bias.toFixed(4))}%) and by its confidence grade (${line.correction}%). Choose one, unless they are about different doubts.`)
      continue
    }
    const given = written.get(line.pointer)
    if (given === undefined || !('impact' in given)) continue
    const deadweight = model.inputs[line.deadweight]!
    if ((given.claimIds ?? []).length === 0) warn('impact-without-evidence', 'medium', `${line.pointer}/impact`, `'${line.name}': no claim of the catalogue is named for the impact, so nothing shows that it can be expected. Name the claims in claimIds, or say in the case that it is a judgement.`)
    else if (deadweight.value > 0) warn('impact-and-deadweight', 'medium', `${line.pointer}/deadweight`, `'${line.name}': an impact that was measured against a control group leaves out already what would have come about anyway. Deadweight takes it out again, unless it stands for something else.`)
    if (line.entrants.length === 0) warn('benefit-without-people', 'medium', line.pointer, `'${line.name}': nobody enters, so it comes to nothing. Give the option a cohort, or the line a population.`)
    if (model.inputs[line.cashability]!.value >= 1) warn('all-cashable', 'medium', `${line.pointer}/cashability`, `'${line.name}': all of the saving is taken to be cash. A place that falls free is usually filled again; say which budget is cut, and when.`)
  }

  const graded = model.options.filter(({ doNothing }) => doNothing).flatMap(({ costs, benefits }) => [...costs, ...benefits]).filter(({ correction }) => correction !== 0)
  if (graded.length > 0) {
    warn('doing-nothing-corrected', 'medium', graded[0]!.pointer, `${graded.slice(0, 8).map(({ name, correction }) => `'${name}' (${correction}%)`).join(', ')}: a confidence grade raises the costs of doing nothing and lowers its benefits, so that every other option looks better the less sure the figure is, in cash too. Leave the grade out (confidence: null) for what no option carries on, and give it a range.`)
  }

  const seen = new Map<string, Input>()
  for (const input of model.inputs) {
    if (input.range === null) continue
    const [cut, mean] = [shareCut(input.range), meanOf(input.range)]
    if (cut > CUT_TOLD) warn('range-cut', 'low', input.pointer, `${input.label}: ${Math.round(cut * 100)}% of the range is beyond what this can be (${input.low} to ${input.high}) and is drawn again, so its mean is ${Number(mean.toPrecision(4))}.`)
    if (Math.abs(mean - input.value) > CENTRE_TOLD * Math.max(Math.abs(input.value), 1e-9)) {
      warn('range-centre-differs', 'low', input.pointer, `${input.label}: the mean of the range is ${Number(mean.toPrecision(4))} and the value is ${input.value}. The simulation centres on the one, the appraisal on the other.`)
    }
    if (input.key !== null) continue
    const same = `${input.pointer.split('/').at(-1)} ${input.value} ${JSON.stringify(input.range)}`
    const other = seen.get(same)
    if (other === undefined) seen.set(same, input)
    else warn('same-input-drawn-apart', 'low', input.pointer, `${input.label} has the same value and range as ${other.pointer} and is drawn apart from it. If both are one uncertain thing, give both the same key.`)
  }
  if (model.options.every(({ doNothing }) => doNothing)) warn('nothing-compared', 'high', `${at}/options`, 'Doing nothing is the only option, so there is nothing to compare.')
  return warnings
}

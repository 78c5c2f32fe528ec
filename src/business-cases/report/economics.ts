import type { OptionResult } from '../../appraisal/schemas.js'
import type { ResultStatus } from '../../appraisal/vocabulary.js'
import { agencyChart, cumulativeChart, tornadoChart, type AgencyRow, type CumulativeYear } from './charts.js'
import { Markup, html, type Part } from './html.js'
import { preferredOf, type Preferred, type ReportInput } from './input.js'
import { listed, prose, table } from './tables.js'
import { NO_RESULT } from './unknowns.js'
import { SEVERITIES } from '../../catalogue/vocabulary.js'
import { AGENCY_NAMES, chance, number, percent, pounds, shortPounds } from './words.js'

/** Bars of a tornado that are drawn; the rest stand in the table alone. */
const MOST_BARS = 8
/** Inputs whose switching values are listed, the nearest first. */
const MOST_SWITCHES = 12

type Figure = { value: number | null; status: ResultStatus }
export const ratio = ({ value, status }: Figure): string => (value !== null ? value.toFixed(2) : status === 'ok' ? 'Not known' : NO_RESULT[status])
export const paidBack = ({ financialYear, status }: OptionResult['payback']): string => financialYear ?? (status === 'ok' ? 'Not known' : NO_RESULT[status])

/** A drawing with the table of its figures. */
const figure = (number: number, title: string, chart: string, figures: Markup) => html`<figure><figcaption>Figure ${number}. ${title}</figcaption>${new Markup(chart)}${figures}</figure>`

/** Sums so far of an option less those of doing nothing, year by year. */
export function publicValueByYear({ result, doNothing, simulated }: Preferred): CumulativeYear[] {
  return (result?.years ?? []).map((year, i) => ({
    financialYear: year.financialYear,
    estimate: year.cumulativePresentValue - (doNothing?.years[i]?.cumulativePresentValue ?? 0),
    spread: simulated?.years.find((one) => one.year === year.year)?.cumulativePresentValue ?? null
  }))
}
export function councilCashByYear({ result, doNothing, simulated }: Preferred): CumulativeYear[] {
  return (result?.council.years ?? []).map((year, i) => ({
    financialYear: year.financialYear,
    estimate: year.cumulativeCashable - (doNothing?.council.years[i]?.cumulativeCashable ?? 0),
    spread: simulated?.years.find((one) => one.year === year.year)?.councilCumulativeCashable ?? null
  }))
}

/** Present value of benefits by agency less what doing nothing would bring it, the largest first. Those with none are left out. */
export function benefitsByAgency({ result, doNothing }: Preferred): AgencyRow[] {
  const rows = (result?.agencies ?? []).map(({ agency, totals }) => {
    const other = doNothing?.agencies.find((one) => one.agency === agency)?.totals.presentValue.benefits
    const { corrected, cashable } = totals.presentValue.benefits
    return { name: AGENCY_NAMES[agency], benefits: corrected - (other?.corrected ?? 0), cashable: cashable - (other?.cashable ?? 0) }
  })
  return rows.filter(({ benefits, cashable }) => benefits !== 0 || cashable !== 0).sort((a, b) => b.benefits - a.benefits || (a.name < b.name ? -1 : 1))
}

const cumulativeTable = (caption: string, years: readonly CumulativeYear[]): Markup => {
  const drawn = years.some(({ spread }) => spread !== null)
  return table(
    caption,
    [{ heading: 'Year' }, { heading: 'Sum so far', figures: true }, ...(drawn ? ['P10', 'Median', 'P90'].map((heading) => ({ heading, figures: true })) : [])],
    years.map(({ financialYear, estimate, spread }) => [financialYear, pounds(estimate), ...(drawn ? (spread === null ? ['Not known', 'Not known', 'Not known'] : [pounds(spread.p10), pounds(spread.p50), pounds(spread.p90)]) : [])])
  )
}

const endOf = (years: readonly CumulativeYear[]) => {
  const last = years.at(-1)
  if (last === undefined) return ''
  const spread = last.spread === null ? '' : `, with eight draws in ten between ${shortPounds(last.spread.p10)} and ${shortPounds(last.spread.p90)}`
  return `By ${last.financialYear} it comes to ${shortPounds(last.estimate)}${spread}.`
}

export function economicFigures(input: ReportInput): Markup {
  const preferred = preferredOf(input)
  const { appraisal: answer } = input
  if (answer === null) return prose(null, `There is no appraisal, so there are no figures. ${input.noAppraisalBecause ?? ''}`.trim())
  const { appraisal, simulation } = answer
  const prices = `Pounds of ${appraisal.prices.priceYear}`
  return html`<p>${answer.statement} All amounts are in the prices of ${appraisal.prices.priceYear}, over ${appraisal.years} years from ${appraisal.startYear}, after the correction for confidence in each input.</p>
${table(
  'The options against doing nothing',
  [{ heading: 'Option' }, { heading: 'Net present social value', figures: true }, { heading: 'P10 to P90', figures: true }, { heading: 'Chance that it is above £0' }, { heading: 'Benefits for each £1 of cost', figures: true }, { heading: "Council's cash over all years", figures: true }],
  appraisal.ranking.flatMap(({ option }): Part[][] => {
    const result = appraisal.options.find((one) => one.option === option)
    if (result === undefined) return []
    const drawn = simulation?.options.find((one) => one.option === option)
    const name = html`${result.name}${result.doNothing && ' (doing nothing)'}${option === input.businessCase.economic?.preferredOption && ' – preferred'}`
    if (result.doNothing) return [[name, pounds(result.npsv), 'Compared with', 'Compared with', 'Compared with', pounds(result.council.cashable)]]
    return [[name, pounds(result.npsv), drawn === undefined ? 'Not known' : `${pounds(drawn.npsv.p10)} to ${pounds(drawn.npsv.p90)}`, drawn === undefined ? 'Not known' : chance(drawn.probabilityNpsvPositive), ratio(result.bcr), pounds(result.council.cashable)]]
  })
)}
<p class="note">A ratio below 1 is not by itself poor value, and no threshold decides: read it beside what could not be put in pounds.</p>
${preferred?.result != null && !preferred.result.doNothing && preferredFigures(preferred, preferred.result, prices, (id) => appraisal.options.find(({ option }) => option === id)?.name ?? id)}
${simulation !== null && html`<p class="note">The simulation drew ${number(simulation.draws)} times from the ranges of ${number(simulation.uncertainInputs)} inputs (seed ${String(simulation.seed)}). Knowing every input exactly before deciding would be worth ${pounds(simulation.evpi)} at most.</p>`}`
}

function preferredFigures(preferred: Preferred, result: OptionResult, prices: string, nameOf: (option: string) => string): Markup {
  const value = publicValueByYear(preferred)
  const cash = councilCashByYear(preferred)
  const agencies = benefitsByAgency(preferred)
  const bars = preferred.simulated?.tornado ?? []
  const shown = bars.slice(0, MOST_BARS)
  const valueTitle = 'Public value so far, discounted, against doing nothing'
  const cashTitle = "The council's cash so far, against doing nothing"
  const agencyTitle = 'Benefits by agency, present value over all years, against doing nothing'
  const tornadoTitle = 'What each uncertain input alone does to the net present social value'
  return html`<h3>${preferred.name}, year by year</h3>
${figure(1, valueTitle, cumulativeChart({ id: 'public-value', title: valueTitle, description: `Line chart, ${prices}. ${endOf(value)}` }, value), cumulativeTable(`${prices}, discounted`, value))}
${figure(2, cashTitle, cumulativeChart({ id: 'council-cash', title: cashTitle, description: `Line chart, ${prices}, not discounted. ${endOf(cash)}` }, cash), cumulativeTable(`${prices}, not discounted: what the council can take out of its budget less what it pays`, cash))}
<h3>Who gains</h3>
${
  agencies.length === 0
    ? html`<p class="absent">No benefits are put in pounds.</p>`
    : figure(
        3,
        agencyTitle,
        agencyChart({ id: 'agencies', title: agencyTitle, description: `Bar chart, ${prices}. ${agencies.map(({ name, benefits, cashable }) => `${name}: ${shortPounds(benefits)}, of which ${shortPounds(cashable)} can be taken out of a budget.`).join(' ')}` }, agencies),
        table(`${prices}, discounted`, [{ heading: 'Agency' }, { heading: 'Benefits', figures: true }, { heading: 'Of that, can be taken out of a budget', figures: true }, { heading: 'Cannot', figures: true }], agencies.map(({ name, benefits, cashable }) => [name, pounds(benefits), pounds(cashable), pounds(benefits - cashable)]))
      )
}
<p class="note">What an agency saves and cannot take out of a budget is not money to be spent: a place that falls free is usually filled again. The council cannot bank what falls to others.</p>
${table(
  `Each benefit, present value in ${prices.toLowerCase()}`,
  [{ heading: 'Benefit' }, { heading: 'As the inputs say', figures: true }, { heading: 'Corrected for confidence', figures: true }, { heading: 'Can be taken out of a budget', figures: true }],
  result.benefits.map(({ name, transfer, presentValue }) => [html`${name}${transfer && ' (transfer: left out of public value)'}`, pounds(presentValue.gross), pounds(presentValue.corrected), pounds(presentValue.cashable)])
)}
<h3>What the result hangs on</h3>
${
  shown.length === 0
    ? html`<p class="absent">No input was given a range, so this is not known.</p>`
    : figure(
        4,
        tornadoTitle,
        tornadoChart(
          { id: 'tornado', title: tornadoTitle, description: `Bar chart, ${prices}. ${shown.map(({ label, npsvAtP10, npsvAtP90 }) => `${label}: ${shortPounds(npsvAtP10)} at its P10 and ${shortPounds(npsvAtP90)} at its P90.`).join(' ')}` },
          result.npsv,
          shown.map(({ label, input, npsvAtP10, npsvAtP90 }) => ({ label, input, atP10: npsvAtP10, atP90: npsvAtP90 }))
        ),
        html`${bars.length > shown.length && html`<p class="note">The ${MOST_BARS} inputs that move it most are drawn; the table has all ${bars.length}.</p>`}${table(
          `${prices}`,
          [{ heading: 'Input' }, { heading: 'Its P10', figures: true }, { heading: 'Its P90', figures: true }, { heading: 'Result at P10', figures: true }, { heading: 'Result at P90', figures: true }],
          bars.map(({ label, input, npsvAtP10, npsvAtP90 }) => [label, number(input.p10), number(input.p90), pounds(npsvAtP10), pounds(npsvAtP90)])
        )}`
      )
}
${
  result.switchingValues.length > 0 &&
  table(
    `How far an input must move before another option is better${result.switchingValues.length > MOST_SWITCHES ? ` (the nearest ${MOST_SWITCHES} of ${result.switchingValues.length})` : ''}`,
    [{ heading: 'Input' }, { heading: 'Now', figures: true }, { heading: 'Switches at', figures: true }, { heading: 'Change', figures: true }, { heading: 'Against' }],
    result.switchingValues.slice(0, MOST_SWITCHES).map(({ label, value, switchingValue, changePercent, status, against }) => [
      label,
      number(value),
      switchingValue === null ? (status === 'ok' ? 'Not known' : NO_RESULT[status]) : number(switchingValue),
      changePercent === null ? 'None to give' : percent(changePercent / 100),
      nameOf(against)
    ])
  )
}`
}

export function methodOf({ appraisal: answer }: ReportInput): Markup | null {
  if (answer === null) return null
  const { method, assumptions, warnings, notes } = answer.appraisal
  // The simulation repeats warnings of the appraisal that hold for it too.
  const all = [...new Map([...warnings, ...(answer.simulation?.warnings ?? [])].map((warning) => [warning.message, warning])).values()].sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity))
  const rates = method.discounting.steps.map(({ fromYear, toYear, rate }) => `${percent(rate)} in years ${fromYear} to ${toYear}`)
  return html`<h3>What to know before the figures are used</h3>${listed(all.map(({ severity, message }) => html`<strong>${severity === 'high' ? 'Important. ' : ''}</strong>${message}`), 'No warnings.')}
<h3>How it was worked out</h3>${listed([
    `Discounting: ${method.discounting.title} (${method.discounting.version}): ${rates.join(', ')}.`,
    `Prices: ${method.deflator.title} (${method.deflator.version}). ${method.deflator.used.map(({ priceYear, factor }) => `Amounts of ${priceYear} are multiplied by ${number(factor)}.`).join(' ')}`,
    `Confidence: ${method.confidence.title} (${method.confidence.version}).`,
    method.benefitOrNegativeCost,
    `Headline figures are against: ${answer.appraisal.options.find(({ option }) => option === method.relativeTo)?.name ?? method.relativeTo}.`,
    ...notes,
    ...(answer.simulation?.notes ?? [])
  ])}
${assumptions.length > 0 && html`<details open><summary>Assumed where the input says nothing</summary>${listed(assumptions.map(({ statement }) => statement))}</details>`}`
}

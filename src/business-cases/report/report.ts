import { economicFigures, methodOf, paidBack, ratio } from './economics.js'
import { Markup, html, type Part } from './html.js'
import { preferredOf, type ReportInput } from './input.js'
import { commercial, decisions, financial, management, register, sources, strategic, strength } from './sections.js'
import { listed, pairs } from './tables.js'
import { NO_RESULT, needsWithoutEvidence, unknownsOf } from './unknowns.js'
import { STANDING_NAMES, chance, day, plain, pounds } from './words.js'

/**
 * A business case as one page to be printed: HTML that stands alone, with no script and nothing to be
 * fetched. Everything that a council or a source wrote is escaped. What is not known is said.
 *
 * @returns the whole document
 */
export function renderReport(input: ReportInput): string {
  const { businessCase, areaName } = input
  const council = areaName ?? businessCase.area
  const chapters: [string, string, Part][] = [
    ['summary', 'Summary', summary(input)],
    ['not-known', 'What is not known', listed(unknownsOf(input), 'Nothing that the case and its appraisal could tell.')],
    ['strategic', 'Strategic case', strategic(input)],
    ['evidence', 'Strength of the evidence', strength(input)],
    ['economic', 'Economic case', html`${options(input)}${economicFigures(input)}${methodOf(input)}`],
    ['commercial', 'Commercial case', commercial(input)],
    ['financial', 'Financial case', financial(input)],
    ['management', 'Management case', management(input)],
    ['register', 'Benefits register', register(input)],
    ['decisions', 'Decisions', decisions(input)],
    ['sources', 'Sources', sources(input)]
  ]
  return String(html`<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${businessCase.title}: business case</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<header>
<p class="kind">Business case${council !== null && html`, ${council}`}</p>
<h1>${businessCase.title}</h1>
<p class="state">${plain(businessCase.state)}, version ${businessCase.version}. Changed on ${day(businessCase.updatedAt)}; this page was made on ${day(input.madeAt)}.</p>
${businessCase.state === 'draft' && html`<p class="banner">This is a draft. Nobody has put it forward or approved it.</p>`}
${businessCase.notices.map(({ message }) => html`<p class="banner">${message}</p>`)}
</header>
<nav aria-label="Contents"><ol>${chapters.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ol></nav>
<main>
${chapters.map(([id, title, content], i) => html`<section id="${id}"><h2>${i + 1}. ${title}</h2>${content}</section>
`)}</main>
<footer><p>This supports the judgement of those who decide and does not replace it. It is about a population of children, never about one child or family.</p></footer>
</body>
</html>
`)
}

function summary(input: ReportInput): Markup {
  const { businessCase, appraisal: answer } = input
  const { evidence, economic } = businessCase
  const preferred = preferredOf(input)
  const result = preferred?.result ?? null
  const drawn = preferred?.simulated ?? null
  const bare = needsWithoutEvidence(businessCase)
  const high = (evidence?.gapWarnings ?? []).filter(({ severity }) => severity === 'high').length
  const range = (spread: { p10: number; p90: number } | undefined) => (spread === undefined ? 'how uncertain that is is not known' : `P10 to P90: ${pounds(spread.p10)} to ${pounds(spread.p90)}`)
  const against = evidence?.findingsAgainst?.length ?? 0
  const noFigures = answer === null ? 'Not appraised' : 'Not known'
  return html`${overtaken(input).map((text) => html`<p class="banner">${text}</p>`)}${pairs([
    ['Preferred option', preferred === null ? null : preferred.name],
    ['Because', economic?.preferredBecause],
    ['Evidence that it works', evidence === null ? 'Not yet worked out' : `${evidence.standing === null ? 'Not ranked for these needs' : `${STANDING_NAMES[evidence.standing]}${bare.length === 0 ? '' : `. That is for ${listedNeeds(evidence.needs.map(({ label }) => label))}; none is held for ${listedNeeds(bare.map(plain))}`}${high === 0 ? '' : `; ${high} ${high === 1 ? 'gap' : 'gaps'} in the evidence of high severity`}`}${against === 0 ? '' : `; ${against} ${against === 1 ? 'finding' : 'findings'} of no effect or of harm held about it`}`],
    ['Net present social value', result === null ? noFigures : html`${pounds(result.npsv)} <small>(${range(drawn?.npsv)})</small>`],
    ['Chance that it is above £0', result === null ? noFigures : drawn === null ? 'Not known' : chance(drawn.probabilityNpsvPositive)],
    ['Benefits for each £1 of cost', result === null ? noFigures : ratio(result.bcr)],
    ["Council's cash over all years", result === null ? noFigures : html`${pounds(result.council.cashable)} <small>(${range(drawn?.councilCashable)})</small>`],
    ['Chance that the council saves cash', result === null ? noFigures : drawn === null ? 'Not known' : chance(drawn.probabilityCouncilCashablePositive)],
    ['Pays back society in', result === null ? noFigures : paidBack(result.payback)],
    ['Pays back the council in', result === null ? noFigures : paidBack(result.council.payback)],
    ['Net present social value for each £1 of the council', result === null ? noFigures : result.npsvPerCouncilPound.value === null ? (result.npsvPerCouncilPound.status === 'ok' ? 'Not known' : NO_RESULT[result.npsvPerCouncilPound.status]) : pounds2(result.npsvPerCouncilPound.value)]
  ])}`
}

/** Options that come out better than the one that is put forward. That may be right, and must not be missed. */
function overtaken(input: ReportInput): string[] {
  const preferred = preferredOf(input)
  const result = preferred?.result ?? null
  if (result === null) return []
  const better = input.appraisal!.appraisal.options.filter(({ option, npsv }) => option !== result.option && npsv > result.npsv)
  if (better.length === 0) return []
  const names = better.map(({ name, doNothing, npsv }) => `${doNothing ? `doing nothing (${name})` : name} with ${pounds(npsv)}`)
  return [`With every input at its value, the preferred option has a net present social value of ${pounds(result.npsv)}. Higher: ${names.join('; ')}. What it is preferred for has to outweigh that.`]
}

const listedNeeds = (labels: readonly string[]) => (labels.length === 0 ? 'no need' : labels.map((label) => label.toLowerCase()).join(', '))

const pounds2 = (value: number) => `${value < 0 ? '−' : ''}£${Math.abs(value).toFixed(2)}`

function options({ businessCase: { economic } }: ReportInput): Markup {
  const rows = economic?.options ?? []
  return html`<h3>Options</h3>${
    rows.length === 0
      ? html`<p class="absent">No options are given.</p>`
      : listed(rows.map(({ id, name, doNothing, description, reason }) => html`<strong>${name}</strong>${doNothing && ' (doing nothing)'}${id === economic!.preferredOption && ' – preferred'}. ${description} ${reason ?? html`<span class="absent">Why it was kept or turned down is not said.</span>`}`))
  }`
}

const STYLE = `
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem; background: #fff; color: #1d1d1d; font: 1rem/1.5 Arial, Helvetica, sans-serif; overflow-wrap: break-word; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: .2rem 0 .6rem; }
h2 { font-size: 1.4rem; line-height: 1.25; margin: 2.2rem 0 .8rem; border-top: 2px solid #1d1d1d; padding-top: .6rem; }
h3 { font-size: 1.1rem; margin: 1.5rem 0 .5rem; }
p { margin: 0 0 .7rem; max-width: 46rem; }
ul, ol { padding-left: 1.3rem; margin: 0 0 .8rem; }
li { margin-bottom: .3rem; max-width: 46rem; }
a { color: inherit; overflow-wrap: anywhere; }
.kind, .state { color: #4a4a4a; margin: 0; }
.banner { border: 2px solid #1d1d1d; padding: .5rem .8rem; margin: .8rem 0; font-weight: bold; }
.absent { font-style: italic; color: #4a4a4a; }
.note, small { font-size: .875em; color: #4a4a4a; }
nav ol { columns: 2; margin-top: 1.2rem; }
dl { margin: 0 0 1rem; }
dl > div { display: grid; grid-template-columns: minmax(10rem, 1fr) 2.2fr; gap: 1rem; padding: .4rem 0; border-bottom: 1px solid #c4c4c4; break-inside: avoid; }
dt { font-weight: bold; }
dd { margin: 0; }
dd p:last-child { margin-bottom: 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: 0 0 1.2rem; font-size: .9em; line-height: 1.35; }
caption { text-align: left; font-weight: bold; padding: .3rem 0; }
th, td { text-align: left; vertical-align: top; padding: .35rem 1rem .35rem 0; border-bottom: 1px solid #c4c4c4; font-weight: normal; }
thead th { font-weight: bold; border-bottom: 2px solid #1d1d1d; vertical-align: bottom; }
tbody th { min-width: 7rem; }
.figure { text-align: right; font-variant-numeric: tabular-nums; }
figure { margin: 1rem 0 1.5rem; }
figcaption { font-weight: bold; margin-bottom: .4rem; }
svg { display: block; max-width: 100%; height: auto; }
.register { border: 1px solid #8a8a8a; padding: .2rem .9rem .8rem; margin-bottom: 1rem; }
footer { margin-top: 2.5rem; border-top: 2px solid #1d1d1d; padding-top: .6rem; }
@page { size: A4; margin: 18mm 16mm 20mm; @bottom-right { content: counter(page) " / " counter(pages); font: 9pt Arial, sans-serif; } }
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  h2 { break-after: avoid; }
  h3, figcaption, caption { break-after: avoid; }
  tr, li, svg, .banner { break-inside: avoid; }
  thead { display: table-header-group; break-after: avoid; }
  tbody tr:first-child { break-before: avoid; }
  .wide { overflow: visible; }
  a { text-decoration: none; }
  nav ol { columns: 3; font-size: .875rem; }
}
`

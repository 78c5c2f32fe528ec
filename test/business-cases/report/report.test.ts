import t from 'tap'
import fc from 'fast-check'
import { escaped, html } from '../../../src/business-cases/report/html.js'
import { benefitsByAgency, publicValueByYear } from '../../../src/business-cases/report/economics.js'
import { preferredOf, type ReportInput } from '../../../src/business-cases/report/input.js'
import { renderReport } from '../../../src/business-cases/report/report.js'
import { realise } from '../../../src/business-cases/realisation.js'
import type { Actual } from '../../../src/business-cases/schemas.js'
import type { Claim } from '../../../src/catalogue/schemas.js'
import { unknownsOf } from '../../../src/business-cases/report/unknowns.js'
import { chance, number, pounds, shortPounds } from '../../../src/business-cases/report/words.js'
import { reportInput } from '../../helpers/report.js'

/** The words that a reader sees of a part of the page. */
const wordsOf = (page: string, section?: string) => {
  const part = section === undefined ? page : (new RegExp(`<section id="${section}">.*?</section>`, 's').exec(page)?.[0] ?? '')
  return part
    .replace(/<(svg|style).*?<\/\1>/gs, ' ')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
}
const changed = (change: (input: ReportInput) => void) => {
  const input = reportInput()
  change(input)
  return input
}
const page = renderReport(reportInput())

t.test('the summary has the headline figures with their uncertainty', (t) => {
  const summary = wordsOf(page, 'summary')
  for (const words of ['Preferred option Family therapy', 'Evidence that it works Consider: the evidence is weaker, ungraded, mixed or disputed, or it is not known whether it applies; 1 gap', '£120,000 (P10 to P90: −£35,000 to £260,000)', '83 in 100', 'Benefits for each £1 of cost 1.60', '−£10,000 (P10 to P90: −£60,000 to £33,000)', '41 in 100', 'Pays back society in 2029/30', 'Pays back the council in Not within the years appraised.', '£0.60']) t.ok(summary.includes(words), words)
  t.end()
})

t.test('charts and tables are against doing nothing', (t) => {
  const preferred = preferredOf(reportInput())!
  t.strictSame(publicValueByYear(preferred).map(({ estimate }) => estimate), [-100_000, -80_000, -40_000, 10_000, 60_000, 120_000])
  t.strictSame(benefitsByAgency(preferred), [
    { name: 'Council', benefits: 190_000, cashable: 90_000 },
    { name: 'Society: wider welfare', benefits: 75_000, cashable: 0 },
    { name: 'NHS', benefits: 40_000, cashable: 0 },
    { name: 'Police', benefits: 15_000, cashable: 0 }
  ])
  const economic = wordsOf(page, 'economic')
  t.match(economic, /2029\/30 £10,000 −£70,000 £0 £50,000/, 'each figure of the chart stands in its table')
  t.match(economic, /NHS £40,000 £0 £40,000/)
  t.match(economic, /Cost of the team, its training and its supervision in each year of delivery 90,000 130,000 £150,000 £40,000/)
  t.match(economic, /Fewer weeks in care: impact 0\.1 0\.0625 −37\.5% As now/)
  t.match(economic, /used Important\. The impact on health rests on no claim of the catalogue\. The rates are under review\. How it was worked out/, 'each warning once, the gravest first')
  t.equal(page.match(/<svg /g)?.length, 4)
  t.equal(page.match(/<figure>.*?<\/figure>/gs)?.filter((figure) => figure.includes('<table>')).length, 4, 'a table with each')
  t.end()
})

t.test('the evidence, its gaps and the register are all there', (t) => {
  const evidence = wordsOf(page, 'evidence')
  for (const words of ['Edge of care Preliminary Positive Some evidence 60% 25% 15%', 'No strong evidence is held for any response. Plan an evaluation.', 'It has to be found out locally whether it works. The evidence is preliminary.']) t.ok(evidence.includes(words), words)
  const register = wordsOf(page, 'register')
  for (const words of ['1. Fewer weeks in care', 'Baseline 410, on 31 March 2026. Source: Case records', 'Owner Head of placements', '2031/32 50 30 to 65 £56,250 £25,000', 'Nothing forecasts this benefit']) t.ok(register.includes(words), words)
  t.match(wordsOf(page, 'sources'), /A university \(2020\), A trial of the service : Table 3; Table 5\./)
  t.match(wordsOf(page, 'decisions'), /2 November 2026 Submitted Approved The board Agreed for three years/)
  t.end()
})

t.test('what is not known is said, and never shown as a nought', (t) => {
  const known = unknownsOf(reportInput())
  for (const words of [/15% of the children with Edge of care/, /25% of the benefit 'Fewer weeks in care' would fall after/, /'Confidence grades' could not be checked/, /Not in pounds: Brothers/, /'Better attendance at school' stands now is not known: Withheld/, /supervision is ready is not known/, /recording is ready has not been said/, /£20,000 of the funding is not confirmed/]) {
    t.ok(known.some((one) => words.test(one)), String(words))
  }
  t.match(wordsOf(page, 'register'), /Baseline Not known: Withheld by the publisher/)

  const drafted = changed((input) => {
    Object.assign(input.businessCase, { state: 'draft', evidence: null, strategic: null, commercial: null, financial: null, management: null, economic: null })
    Object.assign(input, { appraisal: null, register: null, noAppraisalBecause: 'It names no costs.' })
  })
  const draft = renderReport(drafted)
  t.match(wordsOf(draft), /This is a draft\. Nobody has put it forward/)
  t.match(wordsOf(draft, 'summary'), /Net present social value Not appraised/)
  t.match(wordsOf(draft, 'not-known'), /has not been appraised\. It names no costs\./)
  t.notMatch(wordsOf(draft), /(?<!above )£0|undefined|null|NaN/)
  t.notMatch(draft, /<svg/)
  t.end()
})

t.test('what was measured stands beside the forecast; what was not is said, and is no nought', (t) => {
  const entry = (fixed: Partial<Actual>): Actual => ({ id: fixed.period!, recordedAt: '2029-06-01T00:00:00.000Z', benefit: 'weeks', period: '', value: 7, status: 'ok', priceYear: null, measuredAt: '2029-05-31', source: 'Records', attribution: null, note: null, by: 'X', corrects: null, correctedBy: null, ...fixed })
  const input = changed((input) => {
    input.realisation = realise(input.register!, [entry({ period: '2027/28' }), entry({ period: '2028/29', value: null, status: 'suppressed' })], 'in-delivery', '2029-06-01')
  })
  const register = wordsOf(renderReport(input), 'register')
  for (const words of ['2026/27 0 Not measured Not known Not known', '2027/28 10 7 Yes £7,875 It was measured, and nothing says', '2028/29 20 Not known: Withheld', 'Measured £7,875 £11,250', 'Of that, can be claimed None of it Not compared', '£3,500 £5,000', 'Of those counted, 1 cannot be claimed']) t.ok(register.includes(words), `${words} in ${register.slice(-2500)}`)
  t.notMatch(register, /2029\/30 [^£]*Not measured/, 'a year that is not over is not held against anybody')
  t.match(unknownsOf(input).join('\n'), /not been measured for 5 years of benefits that are over: 'Fewer weeks in care' 2026\/27; 'Fewer weeks in care' 2028\/29; /)
  t.end()
})

t.test('findings against the option are on the first page, also where it is not ranked', (t) => {
  const summary = wordsOf(renderReport(changed(({ businessCase: { evidence } }) => {
    evidence!.standing = null
    evidence!.findingsAgainst = [{ direction: 'harm', need: 'family-engagement', outcome: 'kinship care', strength: 'moderate', finding: 'Fewer placements with kin.', year: 2020 }] as unknown as Claim[]
  })), 'summary')
  t.ok(summary.includes('Evidence that it works Not ranked for these needs; 1 finding of no effect or of harm held about it'), summary)
  t.end()
})

t.test('a need of the case that no evidence speaks to is named, on the first page too', (t) => {
  const wider = renderReport(changed(({ businessCase }) => businessCase.strategic!.needs.push('neglect')))
  t.match(wordsOf(wider, 'summary'), /That is for edge of care; none is held for neglect; 1 gap/)
  t.match(wordsOf(wider, 'not-known'), /No evidence is held that it helps with neglect\./)
  t.notMatch(wordsOf(page, 'not-known'), /No evidence is held/)
  t.end()
})

t.test('without a simulation no range is made up', (t) => {
  const bare = renderReport(changed(({ appraisal }) => Object.assign(appraisal!, { simulation: null, simulationStatus: 'no-ranges' })))
  t.match(wordsOf(bare, 'summary'), /£120,000 \(how uncertain that is is not known\).*Chance that it is above £0 Not known/)
  t.match(wordsOf(bare, 'not-known'), /no input was given a range/)
  t.notMatch(bare, /class="band"|P10 £/)
  t.end()
})

t.test('an option that is put forward and is not the best by its figures is said to be', (t) => {
  t.notMatch(wordsOf(page, 'summary'), /has to outweigh/)
  const worse = renderReport(changed(({ appraisal }) => Object.assign(appraisal!.appraisal.options[1]!, { npsv: -5_000 })))
  t.match(wordsOf(worse, 'summary'), /net present social value of −£5,000\. Higher: doing nothing \(As now\) with £0\./)
  t.end()
})

t.test('a ratio that is not there says why', (t) => {
  const cheaper = renderReport(changed(({ appraisal }) => Object.assign(appraisal!.appraisal.options[1]!, { bcr: { value: null, status: 'cost-saving' }, npsvPerCouncilPound: { value: null, status: 'no-council-cost' } })))
  t.match(wordsOf(cheaper, 'summary'), /Benefits for each £1 of cost It costs less than doing nothing, so a ratio would mislead\./)
  t.match(wordsOf(cheaper, 'summary'), /for each £1 of the council The council pays nothing more/)
  t.end()
})

/** Every text of an input, changed. */
function withTexts<T>(value: T, change: (text: string, key: string) => string, key = ''): T {
  if (typeof value === 'string') return change(value, key) as T
  if (Array.isArray(value)) return value.map((one) => withTexts<unknown>(one, change, key)) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withTexts<unknown>(inner, change, name)])) as T
}
/** Dates, ids and the words of closed lists are checked on their way in; the rest is whatever somebody wrote. */
const FREE = /^(title|name|label|need|objective|measure|baseline|target|achievable|summary|how|fit|risk|mitigation|owner|description|reason|preferredBecause|notMonetised|routeReason|providerMarket|form|payment|exit|socialValue|agency|source|affordability|cashablePosition|financeOfficer|governance|seniorResponsibleOwner|arrangements|question|comparison|data|lead|category|serviceFeature|activities|responsibleOfficer|targetImprovement|timescale|message|suggestedAction|questions|because|statement|wording|reasons|publisher|section|by|notes|note|areaName|constraints|outcomes|benefitOrNegativeCost|relativeTo|url)$/

t.test('whatever is written, it stands on the page as text: no markup, no script, nothing to fetch', (t) => {
  const hostile = `<b>x</b><script>alert(1)</script>"'&<img src=x onerror=y>`
  const input = withTexts(reportInput(), (text, key) => (FREE.test(key) && !/^(local-authority|nhs|police|schools|society|edge-of-care)$/.test(text) ? `${hostile}${text}` : text))
  const written = renderReport(input)
  t.notMatch(written, /<script|<b>|<img|onerror=y>/i)
  t.ok(written.split('&lt;script&gt;').length > 60, 'it was written in many places')
  const elements = (text: string) => (text.match(/<[a-z]+/g) ?? []).sort().filter((name) => name !== '<tspan' && name !== '<a')
  t.strictSame(elements(written), elements(page), 'the page has the elements that it had')
  t.notMatch(written, /href="(?!#|https?:)/, 'no address but of the web is a link')
  for (const text of [page, written]) {
    const tags = (text.match(/<[^>]*>/g) ?? []).join('\n')
    t.notMatch(tags, /<script|<link|<iframe|<object|\ssrc=|\son[a-z]+=|url\((?!#)/)
    t.notMatch(text, /@import|url\((?!#)/)
  }
  t.equal(renderReport(reportInput()), page, 'the same case is the same page')
  t.end()
})

t.test('escaping leaves nothing that opens or closes anything, and nothing that cannot be printed', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      const written = String(html`<p title="${text}">${[text, null, false]}</p>`)
      const inside = /^<p title="([^"]*)">([^<]*)<\/p>$/s.exec(written)
      return inside !== null && inside[1] === escaped(text) && inside[2] === escaped(text) && !/[<>"']/.test(escaped(text)) && Buffer.from(escaped(text)).toString() === escaped(text)
    }),
    { numRuns: 100 }
  )
  t.equal(escaped('<b>"A" & \'B\'</b>\u0000'), '&lt;b&gt;&quot;A&quot; &amp; &#39;B&#39;&lt;/b&gt;\ufffd')
  t.end()
})

t.test('figures are written as people read them', (t) => {
  t.equal(pounds(-1234.5), '−£1,235')
  t.equal(pounds(-0.2), '£0')
  t.equal(shortPounds(1_234_567), '£1.23m')
  t.equal(shortPounds(999_600), '£1m')
  t.equal(shortPounds(-45_600), '−£45.6k')
  t.equal(number(0.06251), '0.06251')
  t.equal(number(-1234.5678), '−1,235')
  t.equal(chance(1), 'More than 99 in 100')
  t.equal(chance(0), 'Less than 1 in 100')
  t.equal(chance(0.5), '50 in 100')
  t.end()
})

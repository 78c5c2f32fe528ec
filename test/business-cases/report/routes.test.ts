import t from 'tap'
import { preferredType } from '../../../src/accept.js'
import { APPROVED_EXAMPLE_ID, EXAMPLE_CASE, EXAMPLE_CASE_ID } from '../../../src/business-cases/examples.js'
import type { BusinessCase, CaseAppraisal } from '../../../src/business-cases/schemas.js'
import { pounds } from '../../../src/business-cases/report/words.js'
import { testApp } from '../../helpers/app.js'

const app = await testApp(t)
const pathOf = (id: string) => `/v1/business-cases/${id}`
/** What a browser sends for a page. */
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8'

t.test('a browser gets a page, and everything else goes on getting JSON', async (t) => {
  const page = await app.inject({ method: 'GET', url: pathOf(APPROVED_EXAMPLE_ID), headers: { accept: BROWSER } })
  t.equal(page.statusCode, 200)
  t.equal(page.headers['content-type'], 'text/html; charset=utf-8')
  t.equal(page.headers.vary, 'accept')
  t.match(page.headers['content-security-policy'], /^default-src 'none'; style-src 'unsafe-inline'/)
  t.equal(page.headers.etag, undefined, 'the ETag is that of the case, not of a page')
  t.match(page.body, /^<!doctype html>/)
  t.notMatch(page.body, /<script|undefined|NaN/)
  for (const accept of [undefined, '*/*', 'application/json', 'application/json, text/html']) {
    const answer = await app.inject({ method: 'GET', url: pathOf(APPROVED_EXAMPLE_ID), headers: accept === undefined ? {} : { accept } })
    t.match(answer.headers['content-type'], /^application\/json/, String(accept))
    t.ok(answer.headers.etag)
  }
  t.match((await app.inject(`${pathOf(APPROVED_EXAMPLE_ID)}?format=html`)).headers['content-type'], /^text\/html/)
  t.match((await app.inject({ method: 'GET', url: `${pathOf(APPROVED_EXAMPLE_ID)}?format=json`, headers: { accept: BROWSER } })).headers['content-type'], /^application\/json/)
  const neither = await app.inject({ method: 'GET', url: pathOf(APPROVED_EXAMPLE_ID), headers: { accept: 'application/pdf' } })
  t.equal(neither.statusCode, 406)
  const missing = await app.inject({ method: 'GET', url: pathOf('00000000-0000-4000-8000-00000000ffff'), headers: { accept: BROWSER } })
  t.equal(missing.statusCode, 404)
  t.match(missing.headers['content-type'], /problem\+json/)
})

t.test('the page has the figures of the stored appraisal, the evidence, the register and the name of the council', async (t) => {
  const { body } = await app.inject(`${pathOf(APPROVED_EXAMPLE_ID)}?format=html`)
  const { appraisal, simulation, preferredOption } = (await app.inject(`${pathOf(APPROVED_EXAMPLE_ID)}/appraisal`)).json<CaseAppraisal>()
  const { evidence } = (await app.inject(pathOf(APPROVED_EXAMPLE_ID))).json<BusinessCase>()
  const result = appraisal.options.find(({ option }) => option === preferredOption)!
  const drawn = simulation!.options.find(({ option }) => option === preferredOption)!
  t.ok(body.includes(`${pounds(result.npsv)} <small>(P10 to P90: ${pounds(drawn.npsv.p10)} to ${pounds(drawn.npsv.p90)})`))
  t.ok(body.includes('Business case, Leeds'))
  t.ok(evidence!.gapWarnings.length > 0)
  const text = body.replaceAll('&#39;', "'").replaceAll('&quot;', '"').replaceAll('&amp;', '&')
  for (const { message } of evidence!.gapWarnings) t.ok(text.includes(message), message)
  for (const { description } of EXAMPLE_CASE.management!.benefits!) t.ok(text.includes(description!), description!)
  t.match(body, /As approved on/)
  t.equal(body.match(/<svg /g)?.length, 4)
  // The sum so far of the last year is the net present social value, and so is that of the simulation.
  t.match(body, new RegExp(`<tr><th scope="row">2027/28</th><td class="figure">${pounds(result.npsv)}</td><td class="figure">${pounds(drawn.npsv.p10)}</td>`))
})

t.test('a draft is printed with what there is, and says that it is one', async (t) => {
  t.match((await app.inject(`${pathOf(EXAMPLE_CASE_ID)}?format=html`)).body, /This is a draft.*Computed just now/s)
  const created = (await app.inject({ method: 'POST', url: '/v1/business-cases', payload: { title: 'A <b>bold</b> start' } })).json<BusinessCase>()
  const { statusCode, body } = await app.inject(`${pathOf(created.id)}?format=html`)
  t.equal(statusCode, 200)
  t.match(body, /<h1>A &lt;b&gt;bold&lt;\/b&gt; start<\/h1>/)
  t.match(body, /has not been appraised\. The economic case has no appraisal input/)
  t.match(body, /Still needed before it can be submitted/)
})

t.test('Accept is read as RFC 9110 says', (t) => {
  const of = (accept: string | undefined) => preferredType(accept, ['application/json', 'text/html'])
  t.equal(of(undefined), 'application/json')
  t.equal(of('text/*'), 'text/html')
  t.equal(of('text/html;q=0.4, application/json;q=0.5'), 'application/json')
  t.equal(of('text/html;q=0, */*'), 'application/json')
  t.equal(of('application/json;q=0'), null)
  t.equal(of('image/png'), null)
  t.end()
})

import t from 'tap'
import type { GapCode } from '../../src/catalogue/vocabulary.js'
import type { GapWarning } from '../../src/recommendations/schemas.js'
import { advise, type Body } from '../helpers/advice.js'

interface Expected {
  title: string
  body: Body
  code: GapCode
  about?: string
  basis?: 'published' | 'derived'
}

const FOUNDING = { evidence: { sources: ['founding-documents'] } }
const one = (need: string, rest: object = {}): Body => ({ needs: [{ need, ...rest }] })
const find = (warnings: readonly GapWarning[], { code, about, basis }: Omit<Expected, 'title' | 'body'>) =>
  warnings.filter((w) => w.code === code && (basis === undefined || w.basis === basis) && (about === undefined || [...w.needs, ...w.interventions].includes(about)))

const raised: Expected[] = [
  { title: 'no strong evidence for neglect, as a source says', body: one('neglect'), code: 'no-strong-evidence', about: 'neglect', basis: 'published' },
  { title: 'no strong evidence for a need that only follows from the catalogue', body: one('adolescent-risk'), code: 'no-strong-evidence', about: 'adolescent-risk', basis: 'derived' },
  { title: 'no evidence-based option where its condition is not met', body: { ...one('parental-substance-misuse', { context: { parentsMisusing: 2 } }), ...FOUNDING }, code: 'no-strong-evidence', about: 'parental-substance-misuse' },
  { title: 'what is recommended since then is not shown to work here', body: one('parental-substance-misuse', { context: { parentsMisusing: 2 } }), code: 'not-validated-in-uk', about: 'mst-building-stronger-families', basis: 'derived' },
  { title: 'nor to help children', body: one('parental-substance-misuse', { context: { parentsMisusing: 2 } }), code: 'adult-outcome-only', about: 'mst-building-stronger-families', basis: 'derived' },
  { title: 'widely used and unevaluated', body: one('front-door-demand'), code: 'widely-used-unevaluated', about: 'mash', basis: 'published' },
  { title: 'the same when it is only provided', body: { ...one('neglect'), currentProvision: [{ intervention: 'mash' }] }, code: 'widely-used-unevaluated', about: 'mash' },
  { title: 'no evidence yet of less maltreatment', body: { ...one('family-engagement'), ...FOUNDING }, code: 'no-impact-evidence', about: 'signs-of-safety', basis: 'published' },
  { title: 'no evidence yet of less maltreatment, family group conferencing', body: { ...one('family-engagement'), ...FOUNDING }, code: 'no-impact-evidence', about: 'family-group-conferencing', basis: 'published' },
  { title: 'family group conferencing since its trial: shown before proceedings, and not at another stage', body: one('edge-of-care', { context: { stage: 's47-child-protection' } }), code: 'limited-effect', about: 'family-group-conferencing', basis: 'derived' },
  { title: 'evaluation under way', body: { ...one('sexual-abuse', { childAge: { min: 8, max: 17 } }), ...FOUNDING }, code: 'evaluation-under-way', about: 'letting-the-future-in' },
  { title: 'evaluation under way by the latest evidence', body: one('physical-abuse'), code: 'evaluation-under-way', about: 'mst-can' },
  { title: 'dated evidence, on every answer', body: one('fgm'), code: 'dated-evidence', basis: 'published' },
  { title: 'not validated in the UK', body: one('known-risk-of-maltreatment'), code: 'not-validated-in-uk', about: 'child-first', basis: 'derived' },
  { title: 'not validated in the UK, an assessment tool', body: one('assessment-quality'), code: 'not-validated-in-uk', about: 'crc-sdm-california-family-risk-assessment', basis: 'published' },
  { title: 'UK availability unclear', body: one('parental-substance-misuse', { context: { parentsMisusing: 1, couple: true } }), code: 'uk-availability-unclear', about: 'behavioural-couples-therapy' },
  { title: 'effect depends on severity', body: one('physical-abuse', { context: { severity: 'high' } }), code: 'effect-depends-on-condition', about: 'mst-can', basis: 'derived' },
  { title: 'effect depends on pattern', body: one('family-crisis'), code: 'effect-depends-on-condition', about: 'intensive-family-preservation' },
  { title: 'limited effect of perpetrator programmes', body: one('domestic-abuse-perpetration'), code: 'limited-effect', about: 'domestic-abuse-perpetration' },
  { title: 'adult outcome only', body: one('parental-substance-misuse', { context: { parentsMisusing: 1, couple: true } }), code: 'adult-outcome-only', about: 'behavioural-couples-therapy', basis: 'derived' },
  { title: 'no cost known', body: one('physical-abuse'), code: 'cost-unknown', about: 'pcit', basis: 'derived' },
  { title: 'overlapping needs', body: { needs: [{ need: 'physical-abuse' }, { need: 'domestic-abuse' }, { need: 'parental-substance-misuse' }] }, code: 'overlapping-needs' },
  { title: 'current provision not evidenced', body: { ...one('family-engagement'), currentProvision: [{ intervention: 'signs-of-safety' }] }, code: 'current-provision-not-evidenced', about: 'signs-of-safety' },
  { title: 'evidenced option not provided', body: { ...one('physical-abuse'), currentProvision: [{ intervention: 'signs-of-safety' }] }, code: 'evidenced-option-not-provided', about: 'physical-abuse' },
  { title: 'places short of the need', body: { ...one('physical-abuse', { children: 50 }), currentProvision: [{ intervention: 'pcit', places: 20 }] }, code: 'places-short-of-need', about: 'pcit', basis: 'derived' },
  { title: 'early help is outside the review', body: one('early-help'), code: 'outside-sources-scope', about: 'early-help', basis: 'published' },
  { title: 'the same by stage', body: { ...one('child-behaviour'), context: { stage: 'early-help' } }, code: 'outside-sources-scope', about: 'child-behaviour', basis: 'published' },
  { title: 'looked-after children are outside', body: one('placement-sufficiency'), code: 'outside-sources-scope' },
  { title: 'a need that no entry covers', body: one('fgm'), code: 'need-not-covered', about: 'fgm', basis: 'derived' },
  { title: 'assessing is not treating', body: one('neglect'), code: 'assessment-is-not-treatment', about: 'graded-care-profile-2' },
  { title: 'measurable value over what is provided', body: { ...one('physical-abuse'), currentProvision: [{ intervention: 'pcit' }] }, code: 'added-value-unmeasured', about: 'pcit', basis: 'derived' }
]

const silent: Expected[] = [
  { title: 'both parents misusing: there are evidence-based options by now', body: one('parental-substance-misuse', { context: { parentsMisusing: 2 } }), code: 'no-strong-evidence', about: 'parental-substance-misuse' },
  { title: 'what was evaluated and did not work is not said to be awaited by the source that waited', body: one('family-engagement'), code: 'evaluation-under-way', about: 'signs-of-safety' },
  { title: 'an evaluation that has reported is not under way', body: one('sexual-abuse', { childAge: { min: 8, max: 17 } }), code: 'evaluation-under-way', about: 'letting-the-future-in' },
  { title: 'conferences before proceedings, where a trial showed benefit', body: one('edge-of-care', { context: { stage: 'plo-pre-proceedings' } }), code: 'limited-effect', about: 'family-group-conferencing', basis: 'derived' },
  { title: 'a need with evidence-based options is not called a gap', body: one('physical-abuse'), code: 'no-strong-evidence', about: 'physical-abuse' },
  { title: 'one need does not overlap', body: one('physical-abuse'), code: 'overlapping-needs' },
  { title: 'low severity raises no warning of severity for this profile', body: one('physical-abuse', { context: { severity: 'low' } }), code: 'effect-depends-on-condition', about: 'mst-can', basis: 'derived' },
  { title: 'MASH is not mentioned to those who did not ask', body: one('physical-abuse'), code: 'widely-used-unevaluated', about: 'mash' },
  { title: 'nothing is said of provision that was not given', body: one('physical-abuse'), code: 'evidenced-option-not-provided' },
  { title: 'places enough', body: { ...one('physical-abuse', { children: 20 }), currentProvision: [{ intervention: 'pcit', places: 20 }] }, code: 'places-short-of-need', about: 'pcit', basis: 'derived' },
  { title: 'places not known', body: { ...one('physical-abuse', { children: 50 }), currentProvision: [{ intervention: 'pcit' }] }, code: 'places-short-of-need', about: 'pcit', basis: 'derived' },
  { title: 'a child protection need is within scope', body: { ...one('physical-abuse'), context: { stage: 's47-child-protection' } }, code: 'outside-sources-scope' }
]

t.test('a warning appears where it must', async (t) => {
  for (const row of raised) t.ok(find(advise(row.body).gapWarnings, row).length > 0, `${row.code}: ${row.title}`)
})

t.test('and not where it does not belong', async (t) => {
  for (const row of silent) t.equal(find(advise(row.body).gapWarnings, row).length, 0, `${row.code}: ${row.title}`)
})

t.test('a severe cohort gets a stronger caveat on MST-CAN than a mild one', async (t) => {
  const about = (severity: string) => find(advise(one('physical-abuse', { context: { severity } })).gapWarnings, { code: 'effect-depends-on-condition', about: 'mst-can' })
  t.ok(about('high').length > about('low').length)
  t.ok(about('high').some((w) => w.basis === 'derived' && w.severity === 'high'))
})

t.test('what was evaluated since stands by its result: Signs of Safety without an effect, conferences with fewer children in care', async (t) => {
  const standing = (body: Body, id: string) => advise({ ...body, limit: 200 }).supporting.engagement.find(({ intervention }) => intervention.id === id)?.standing
  t.equal(standing(one('family-engagement'), 'signs-of-safety'), 'not-supported')
  t.equal(standing({ ...one('family-engagement'), ...FOUNDING }, 'signs-of-safety'), 'test-and-evaluate')
  t.equal(standing(one('edge-of-care', { context: { stage: 'plo-pre-proceedings' } }), 'family-group-conferencing'), 'recommended')
  t.equal(standing({ ...one('edge-of-care', { context: { stage: 'plo-pre-proceedings' } }), ...FOUNDING }, 'family-group-conferencing'), 'test-and-evaluate')
})

t.test('every warning names its sources, a way on and a question or action', async (t) => {
  for (const { body } of raised) {
    for (const w of advise(body).gapWarnings) {
      t.ok(w.sources.length > 0, `${w.code} has sources`)
      t.ok(w.suggestedAction.length > 10 && w.questions.length > 0, `${w.code} has a way on`)
      t.equal(w.need, w.needs.length === 1 ? w.needs[0] : null)
      t.equal(w.intervention, w.interventions.length === 1 ? w.interventions[0] : null)
    }
  }
})

t.test('warnings come most severe first', async (t) => {
  const order = ['high', 'medium', 'low']
  for (const { body } of raised) {
    const places = advise(body).gapWarnings.map((w) => order.indexOf(w.severity))
    t.same([...places].sort(), places)
  }
})

t.test('a narrower view of the evidence keeps only its own warnings', async (t) => {
  const { gapWarnings } = advise({ ...one('neglect'), evidence: { sources: ['nlgn-tiny-acorns-2019'] } })
  t.notOk(gapWarnings.some((w) => w.sources.some((s) => s.id !== 'nlgn-tiny-acorns-2019')))
  t.equal(find(gapWarnings, { code: 'need-not-covered', about: 'neglect' }).length, 1)
})

import t, { type Test } from 'tap'
import { findFamily } from '../../src/catalogue/catalogue.js'
import type { Claim, Intervention } from '../../src/catalogue/schemas.js'
import type { GapCode } from '../../src/catalogue/vocabulary.js'
import { costValue, unitDeliveryCost } from '../../src/recommendations/criteria.js'
import { historyOf } from '../../src/recommendations/history.js'
import { understandProfile } from '../../src/recommendations/profile.js'
import { LISTS, type ExclusionCode, type List } from '../../src/recommendations/vocabulary.js'
import type { Advice } from '../../src/recommendations/recommend.js'
import type { Recommendation } from '../../src/recommendations/schemas.js'
import { advise, shippedCatalogue, shippedView, type Body } from '../helpers/advice.js'

/**
 * What an answer says today, with all of the evidence in view: the founding documents, what clearinghouses
 * rate, and what trials in the United Kingdom found since. Each row is one statement that the records
 * support, with the studies and ratings that it rests on. "At most" is a ceiling that no rating from
 * elsewhere may lift.
 */
interface Row {
  claim: string
  /** The studies and ratings that it rests on. */
  source: string
  checks: Check[]
}
type Check = (t: Test) => void

// --- what can be said of an answer

const STANDING = ['not-applicable', 'not-supported', 'test-and-evaluate', 'consider', 'recommended'] as const
type Standing = (typeof STANDING)[number]

const answers = new Map<string, Advice>()

function answer(body: Body): Advice {
  const key = JSON.stringify(body)
  const known = answers.get(key) ?? advise({ ...body, limit: 200 })
  answers.set(key, known)
  return known
}

function place(body: Body, id: string): { list: List; item: Recommendation } | undefined {
  const advice = answer(body)
  for (const list of LISTS) {
    const item = (list === 'response' ? advice.recommendations : advice.supporting[list]).find(({ intervention }) => intervention.id === id)
    if (item !== undefined) return { list, item }
  }
  return undefined
}

/** What is said of it for the one need of the profile; not listed is not applicable. */
const about = (body: Body, id: string) => place(body, id)?.item.needs[0]
const standingOf = (body: Body, id: string): Standing => place(body, id)?.item.standing ?? 'not-applicable'

interface Placing {
  list?: List
  lead?: { direction?: string; strength?: string | null; status?: string }
  reasons?: RegExp[]
}

function told(t: Test, body: Body, id: string, { list, lead = {}, reasons = [] }: Placing) {
  if (list !== undefined) t.equal(place(body, id)?.list, list, `${id} is in the list ${list}`)
  const need = about(body, id)
  for (const [key, value] of Object.entries(lead)) t.equal(need?.[key as keyof typeof need], value, `${key} of what ${id} rests on`)
  for (const words of reasons) t.match(need?.reasons.join(' ') ?? '', words, `reasons given for ${id}`)
}

const is = (body: Body, id: string, standing: Standing, placing: Placing = {}): Check => (t) => {
  t.equal(standingOf(body, id), standing, `standing of ${id}`)
  told(t, body, id, placing)
}

const atMost = (body: Body, id: string, standing: Standing, placing: Placing = {}): Check => (t) => {
  t.ok(STANDING.indexOf(standingOf(body, id)) <= STANDING.indexOf(standing), `${id} (${standingOf(body, id)}) is at most ${standing}`)
  told(t, body, id, placing)
}

const atLeast = (body: Body, id: string, standing: Standing, placing: Placing = {}): Check => (t) => {
  t.ok(STANDING.indexOf(standingOf(body, id)) >= STANDING.indexOf(standing), `${id} (${standingOf(body, id)}) is at least ${standing}`)
  told(t, body, id, placing)
}

const notListed = (body: Body, id: string, because?: ExclusionCode): Check => (t) => {
  t.equal(place(body, id), undefined, `${id} is in no list`)
  if (because !== undefined) t.same(answer(body).excluded.find(({ intervention }) => intervention.id === id)?.reasons.map(({ code }) => code), [because], `why ${id} is left out`)
}

const above = (body: Body, higher: string, lower: string): Check => (t) => {
  const [up, down] = [place(body, higher), place(body, lower)]
  t.equal(up?.list, down?.list, 'both are in one list')
  t.ok(up !== undefined && down !== undefined && up.item.rank < down.item.rank, `${higher} (${up?.item.rank}) stands above ${lower} (${down?.item.rank})`)
}

/** The answer warns so, of this intervention alone or among others, in these words. */
const warns = (body: Body, code: GapCode, id: string, ...words: RegExp[]): Check => (t) => {
  const given = answer(body).gapWarnings.filter((one) => one.code === code && one.interventions.includes(id))
  t.ok(given.some(({ message }) => words.every((word) => word.test(message))), `warns of ${id}: ${code} ${words.join(' ')}`, { given: given.map(({ message }) => message) })
}

const silent = (body: Body, code: GapCode, id: string): Check => (t) =>
  t.same(answer(body).gapWarnings.filter((one) => one.code === code && one.interventions.includes(id)).map(({ message }) => message), [], `does not warn of ${id}: ${code}`)

/** Findings both ways are shown side by side. */
const disputed = (body: Body, id: string, ...words: RegExp[]): Check => warns(body, 'sources-disagree', id, /side by side and not averaged/, ...words)

// --- what can be said of the catalogue

const entry = (id: string): Intervention => {
  const found = shippedView().byId.get(id)
  if (found === undefined) throw new Error(`the catalogue holds no entry '${id}'`)
  return found
}

type Facts = Partial<Pick<Claim, 'direction' | 'strength' | 'status' | 'country' | 'year' | 'age' | 'need' | 'studyDesign' | 'reviewed' | 'besideTheAim' | 'howRead' | 'outcomeFor'>> & {
  level?: string
  scheme?: string
  outcome?: RegExp
  finding?: RegExp
  note?: RegExp
}

function fits(claim: Claim, { level, scheme, outcome, finding, note, ...facts }: Facts): boolean {
  return (
    (level === undefined || claim.nativeRating?.value === level) &&
    (scheme === undefined || claim.nativeRating?.scheme === scheme) &&
    (outcome === undefined || outcome.test(claim.outcome ?? '')) &&
    (finding === undefined || finding.test(claim.finding ?? '')) &&
    (note === undefined || note.test(claim.note ?? '')) &&
    Object.entries(facts).every(([key, value]) => JSON.stringify(claim[key as keyof Claim]) === JSON.stringify(value))
  )
}

/** The entry holds a claim with these facts. */
const holds = (id: string, facts: Facts): Check => (t) =>
  t.ok(entry(id).claims.some((claim) => fits(claim, facts)), `${id} holds ${Object.entries(facts).map(([key, value]) => `${key} ${value instanceof RegExp ? value.source : JSON.stringify(value)}`).join(', ')}`)

const holdsNone = (id: string, facts: Facts): Check => (t) =>
  t.same(entry(id).claims.filter((claim) => fits(claim, facts)).map((claim) => claim.id), [], `${id} holds no such claim`)

/** Everything that the view of a day knows of the entry. */
const knownBy = (day: string, id: string, facts: Facts, expected: boolean): Check => (t) => {
  const claims = shippedView({ asOf: day }).byId.get(id)?.claims ?? []
  t.equal(claims.some((claim) => fits(claim, facts)), expected, `by ${day} it is ${expected ? '' : 'not '}known of ${id}: ${JSON.stringify(facts)}`)
}

/** Said of the entry wherever it is shown, as a caveat or as a point on which sources differ. */
const caveat = (id: string, words: RegExp): Check => (t) =>
  t.ok([...entry(id).caveats, ...entry(id).disagreements].some(({ text }) => words.test(text)), `caveat of ${id}: ${words.source}`)

interface Price {
  amount: number
  currency: string
  priceYear?: string | null
  upTo?: number | null
  per?: RegExp
  words?: RegExp
}

/** A cost as it was published: its currency, its price year, and what for. */
const costs = (id: string, { amount, currency, priceYear, upTo, per, words }: Price): Check => (t) =>
  t.ok(
    entry(id).costs.some(
      (cost) =>
        cost.amount?.amount === amount &&
        cost.amount.currency === currency &&
        (priceYear === undefined || cost.amount.priceYear === priceYear) &&
        (upTo === undefined || cost.upTo === upTo) &&
        (per === undefined || per.test(cost.per ?? '')) &&
        (words === undefined || words.test(cost.text))
    ),
    `${id} costs ${amount} ${currency} ${priceYear ?? ''}`,
    { given: entry(id).costs.map(({ text, amount }) => ({ text, amount })) }
  )

/** Foreign money takes no part in the score, and no standing comes from what an approach is said to pay back. */
const moneyAside = (id: string): Check => (t) => {
  const { costs } = entry(id)
  const pounds = costs.filter(({ amount }) => amount === null || amount.currency === 'GBP')
  t.equal(costValue({ costs }), costValue({ costs: pounds }), `the score of ${id} is the same without foreign money`)
  const used = unitDeliveryCost({ costs })
  t.ok(used === null || (used.kind === 'delivery-cost' && used.amount?.currency === 'GBP'), 'only a delivery cost in pounds is used')
  for (const claim of entry(id).claims.filter(({ nativeRating }) => nativeRating?.scheme === 'wsipp')) {
    t.equal(claim.direction, 'unknown', `${claim.id} is money, and no effect`)
  }
}

/** The standing that the claims known by each day would have given, as the history of the entry shows it. */
const history = (body: Body, id: string, points: [string, Standing][]): Check => (t) => {
  const need = understandProfile(body, shippedCatalogue()).needs[0]!
  const found = historyOf(shippedCatalogue(), shippedCatalogue().interventions.find((one) => one.id === id)!, need.cohort).find((one) => one.need === need.code)?.points ?? []
  for (const [day, standing] of points) t.equal(found.filter(({ date }) => date <= day).at(-1)?.standing ?? 'not-applicable', standing, `${id} by ${day}`)
}

/** A name that covers versions rated apart leads to the family, and the family is nothing to choose. */
const family = (name: string, versions: string[]): Check => (t) => {
  const found = findFamily(shippedCatalogue(), name)
  for (const version of versions) t.ok(found?.versions.includes(version), `${version} is a version of ${name}`)
  t.match(found?.note ?? '', /rated apart/, 'the family says that its versions are rated apart')
  t.notOk(shippedView().byId.has(found?.id ?? ''), 'the family is no entry of its own')
  const versionsNamed = new RegExp(versions[0]!)
  t.throws(() => advise({ needs: [{ need: 'child-behaviour' }], currentProvision: [{ intervention: found?.id ?? '' }] }), { message: versionsNamed }, 'who names the family is asked to choose a version')
}

const everyEntry = (check: (t: Test, one: Intervention) => void): Check => (t) => shippedView().interventions.forEach((one) => check(t, one))

// --- profiles that several rows ask about

type Context = NonNullable<Body['context']>
const aged = (need: string, min: number, max: number, context: Context = {}): Body => ({ needs: [{ need, childAge: { min, max } }], context })
const on = (day: string, body: Body): Body => ({ ...body, evidence: { asOf: day } })
const forChildren = (body: Body): Body => ({ ...body, needs: body.needs.map((need) => ({ ...need, context: { goal: 'child-outcomes' } })) })

const edgeOfCareTeens = aged('edge-of-care', 12, 17, { stage: 'edge-of-care' })
const offendingTeens = aged('adolescent-risk', 12, 17)
const offendingFrom10 = aged('adolescent-risk', 10, 17)
const behaviourFrom10 = aged('child-behaviour', 10, 17)
const assessing = aged('assessment-quality', 0, 17)
const engaging = aged('family-engagement', 0, 17)
const engagingAtProtection = aged('family-engagement', 0, 17, { stage: 's47-child-protection' })
const firstTimeParents = aged('early-help', 0, 2, { pregnant: true, firstTimeParent: true })
const maltreatmentRiskFirstTime = aged('known-risk-of-maltreatment', 0, 2, { firstTimeParent: true })
const physicalAbuse = aged('physical-abuse', 10, 15, { stage: 's47-child-protection' })
const afterAbuse = aged('domestic-abuse-child-exposure', 7, 14, { perpetratorInHome: false })
const preProceedings = aged('edge-of-care', 0, 17, { stage: 'plo-pre-proceedings' })
const abused8AndOver = aged('sexual-abuse', 8, 17)
const abusedUnder8 = aged('sexual-abuse', 4, 7)
const substanceUnder3 = aged('parental-substance-misuse', 0, 2)
const substance5To7 = aged('parental-substance-misuse', 5, 7)
const courtCases = aged('parental-substance-misuse', 0, 17, { stage: 'care-proceedings' })
const infants = aged('harmful-parent-child-interaction', 0, 1)
const twoToThree = aged('harmful-parent-child-interaction', 2, 3)
const toddlers = aged('child-behaviour', 1, 3)
const crisis = aged('edge-of-care', 0, 17, { pattern: 'temporary-crisis' })
const chronic = aged('edge-of-care', 0, 17, { pattern: 'chronic' })

const rows: Row[] = [
  // --- a trial in the United Kingdom against ratings from elsewhere

  {
    claim: 'High ratings of Multisystemic Therapy do not outweigh the English trial on placement',
    source: 'START trial, 2018 (OR 1.25, 0.77 to 2.05); EIF 4+ with mixed findings; Title IV-E; Blueprints',
    checks: [
      atMost(edgeOfCareTeens, 'multisystemic-therapy', 'consider', { reasons: [/No effect was found \(England, 2018; evidence-based\)/] }),
      disputed(edgeOfCareTeens, 'multisystemic-therapy', /no effect \(England, 2018/),
      holds('multisystemic-therapy', { need: 'edge-of-care', direction: 'no-effect', strength: 'evidence-based', finding: /1\.25.*0\.77.*2\.05/ })
    ]
  },
  {
    claim: 'Multisystemic Therapy is not shown to cut offending in England, at 18 months or at five years',
    source: 'START trial, 2018 (more offences); START II, 2020 (as many convictions)',
    checks: [
      atMost(offendingTeens, 'multisystemic-therapy', 'consider', { reasons: [/No effect was found \(England, 2020; evidence-based\), which takes it out of recommended/, /Harm was found \(England, 2018/] }),
      disputed(offendingTeens, 'multisystemic-therapy', /no effect \(England, 2020/, /harm \(England, 2018/),
      holds('multisystemic-therapy', { direction: 'no-effect', year: 2020, country: 'England', outcome: /conviction/ })
    ]
  },
  {
    claim: 'The mark for mixed findings on the EIF rating of Multisystemic Therapy is kept',
    source: 'EIF Guidebook, last reviewed February 2018, as Foundations still cites it in 2025',
    checks: [holds('multisystemic-therapy', { scheme: 'eif-guidebook', level: '4+*', reviewed: '2018-02' }), (t) => t.match(shippedCatalogue().standards.find(({ id }) => id === 'eif-guidebook')?.levels.find(({ value }) => value === '4+*')?.meaning ?? '', /mixed/, 'the mark is explained')]
  },
  {
    claim: 'Before-and-after figures from Essex do not lift Multisystemic Therapy',
    source: 'Essex social impact bond, Rees Centre, 2019',
    checks: [
      holds('multisystemic-therapy', { need: 'edge-of-care', studyDesign: 'pre-post', strength: 'limited', country: 'England', year: 2019 }),
      (t) => {
        const without = { ...edgeOfCareTeens, evidence: { sources: shippedCatalogue().sources.map(({ id }) => id).filter((id) => id !== 'mst-essex-sib-2019') } }
        t.equal(standingOf(without, 'multisystemic-therapy'), standingOf(edgeOfCareTeens, 'multisystemic-therapy'), 'the standing is the same without them')
      }
    ]
  },
  {
    claim: 'What is warned of evidence from one country counts the international evidence too',
    source: 'Review of 2021 (international) and Essex, 2019; Evidence Store review of family treatment courts (international)',
    checks: [silent(edgeOfCareTeens, 'one-country-only', 'multisystemic-therapy'), silent(courtCases, 'one-country-only', 'fdac')]
  },
  {
    claim: 'Functional Family Therapy: top ratings abroad, no gain in the English trial on offending',
    source: 'SAFE trial, 2017 (111 young people); EIF 3+ with mixed findings; Title IV-E Well-Supported; Blueprints Model',
    checks: [
      is(offendingFrom10, 'functional-family-therapy', 'consider', { reasons: [/No effect was found \(England, 2017; evidence-based\), which takes it out of recommended/] }),
      disputed(offendingFrom10, 'functional-family-therapy', /no effect \(England, 2017/),
      holds('functional-family-therapy', { scheme: 'eif-guidebook', level: '3+*' }),
      holds('functional-family-therapy', { scheme: 'blueprints', level: 'model' })
    ]
  },
  {
    claim: 'Functional Family Therapy: no gain in behaviour either, and less good behaviour seen by observers',
    source: 'SAFE trial, 2017, at 6 and 18 months',
    checks: [
      is(behaviourFrom10, 'functional-family-therapy', 'consider', { reasons: [/which takes it out of recommended/, /Harm was found \(England, 2017/] }),
      disputed(behaviourFrom10, 'functional-family-therapy', /harm \(England, 2017/)
    ]
  },
  {
    claim: 'Trials of Functional Family Therapy that have not reported give it nothing',
    source: 'Gangs pilot in Redbridge, 2023; grant record of the Croydon trial',
    checks: [
      atMost(aged('criminal-exploitation', 12, 17), 'functional-family-therapy', 'test-and-evaluate'),
      holds('functional-family-therapy', { direction: 'unknown', status: 'under-evaluation', year: 2023 }),
      holds('functional-family-therapy', { direction: 'unknown', strength: 'none', outcome: /care orders/ }),
      warns(offendingFrom10, 'evaluation-under-way', 'functional-family-therapy', /2023/)
    ]
  },
  {
    claim: 'Signs of Safety brought no more thorough assessments and no quicker ones',
    source: 'Evaluation in English pilot authorities, 2020, read second-hand',
    checks: [
      is(aged('assessment-quality', 0, 17, { stage: 's47-child-protection' }), 'signs-of-safety', 'not-supported', { list: 'engagement', reasons: [/No effect was found \(England, 2020; evidence-based\), which is why it is not supported/] }),
      holds('signs-of-safety', { need: 'assessment-quality', direction: 'no-effect', howRead: 'secondary' })
    ]
  },
  {
    claim: 'Signs of Safety changed neither re-referral nor escalation, and fewer children went to relatives',
    source: 'Evaluation in English pilot authorities, 2020; review of 2018; 2017 overview on its wide use',
    checks: [
      is(engaging, 'signs-of-safety', 'not-supported', { reasons: [/No effect was found \(England, 2020/, /Harm was found \(England, 2020; moderate evidence\)/] }),
      holds('signs-of-safety', { direction: 'harm', outcome: /relatives/ }),
      holds('signs-of-safety', { status: 'not-evaluated', year: 2018 }),
      caveat('signs-of-safety', /Wide adoption says nothing about effect/)
    ]
  },
  {
    claim: 'Training workers in motivational interviewing buys no engagement',
    source: 'UK trial, 2018 (skill 2.91 against 2.49, threshold 3.5); review of 2020, mixed; 2017 overview, supported',
    checks: [
      is(engagingAtProtection, 'motivational-interviewing', 'consider', { list: 'engagement', reasons: [/No effect was found \(United Kingdom, 2018; evidence-based\)/] }),
      disputed(engagingAtProtection, 'motivational-interviewing', /mixed \(International, 2020/, /no effect \(United Kingdom, 2018/),
      holds('motivational-interviewing', { need: 'practice-quality', direction: 'positive', finding: /2\.91/ })
    ]
  },
  {
    claim: 'The American rating of motivational interviewing is for substance use: for what becomes of children it is to be considered at most',
    source: 'Title IV-E Well-Supported for substance use; effects on child welfare little studied',
    checks: [
      warns(forChildren(aged('parental-substance-misuse', 0, 17)), 'adult-outcome-only', 'motivational-interviewing'),
      atMost(forChildren(aged('parental-substance-misuse', 0, 17)), 'motivational-interviewing', 'consider', { reasons: [/counts at most as preliminary/] })
    ]
  },
  {
    claim: 'Family Nurse Partnership is recommended for school readiness',
    source: 'Building Blocks 2-6, 2021: better readiness and early attainment; Title IV-E, Blueprints',
    checks: [
      is(firstTimeParents, 'family-nurse-partnership', 'recommended', { lead: { direction: 'positive' } }),
      holds('family-nurse-partnership', { need: 'early-help', direction: 'positive', country: 'England', year: 2021, studyDesign: 'randomised-trial' })
    ]
  },
  {
    claim: 'Family Nurse Partnership is not recommended against maltreatment',
    source: 'Building Blocks 2-6, 2021: no difference in referral, need, plan or care up to age 7; Foundations lists less risk',
    checks: [
      atMost(maltreatmentRiskFirstTime, 'family-nurse-partnership', 'consider', { reasons: [/No effect was found \(England, 2021; evidence-based\)/] }),
      disputed(maltreatmentRiskFirstTime, 'family-nurse-partnership', /no effect \(England, 2021/),
      ...[/referral/, /child in need/, /protection plan/, /care/].map((outcome) => holds('family-nurse-partnership', { direction: 'no-effect', country: 'England', year: 2021, outcome }))
    ]
  },
  {
    claim: 'Family Nurse Partnership makes no difference to entry to care',
    source: 'Building Blocks 2-6, 2021',
    checks: [is(aged('edge-of-care', 0, 2, { firstTimeParent: true }), 'family-nurse-partnership', 'not-supported')]
  },
  {
    claim: 'That Family Nurse Partnership did not pay by age two is about money, and both published costs are shown',
    source: 'Building Blocks economics, 2019; about £2,000 a child (EIF), £3,200 a place and year (National Unit)',
    checks: [
      holds('family-nurse-partnership', { year: 2019, direction: 'no-effect', besideTheAim: true, outcome: /money/ }),
      is(firstTimeParents, 'family-nurse-partnership', 'recommended', { reasons: [/No effect was found \(England, 2019; evidence-based\), shown beside/] }),
      costs('family-nurse-partnership', { amount: 2000, currency: 'GBP', per: /child/ }),
      costs('family-nurse-partnership', { amount: 3200, currency: 'GBP', per: /place and year/ })
    ]
  },
  {
    claim: 'Treatment Foster Care Oregon brought no better outcomes in England',
    source: 'CaPE evaluation, 2014, read second-hand; EIF 3+, Blueprints Model, Title IV-E only Promising',
    checks: [
      is(aged('adolescent-risk', 12, 16, { stage: 'looked-after' }), 'treatment-foster-care-oregon', 'consider', { reasons: [/England, 2014; evidence-based\), which takes it out of recommended/] }),
      disputed(aged('adolescent-risk', 12, 16, { stage: 'looked-after' }), 'treatment-foster-care-oregon', /England, 2014/),
      holds('treatment-foster-care-oregon', { scheme: 'title-iv-e', level: 'promising' }),
      holds('treatment-foster-care-oregon', { country: 'England', direction: 'no-effect', howRead: 'secondary' })
    ]
  },
  {
    claim: 'Both money results for Treatment Foster Care Oregon are told with their dates, in dollars, and give no standing',
    source: 'Washington State: 1.70 (61%) in 2016, 2.08 (62%) in 2017',
    checks: [
      atMost(aged('placement-sufficiency', 12, 17), 'treatment-foster-care-oregon', 'test-and-evaluate'),
      costs('treatment-foster-care-oregon', { amount: 2.08, currency: 'USD', words: /62%.*May 2017/ }),
      costs('treatment-foster-care-oregon', { amount: 2.08, currency: 'USD', words: /1\.70/ }),
      moneyAside('treatment-foster-care-oregon')
    ]
  },
  {
    claim: 'Strengthening Families 10-14 is not recommended while what the Welsh trial found has not been read',
    source: 'Project SFP Cymru, 2022 (abstract cut off); Title IV-E Supported',
    checks: [
      atMost(aged('adolescent-risk', 10, 14), 'strengthening-families-10-14', 'consider', { reasons: [/A UK trial is finished \(Wales, 2022\)/] }),
      warns(aged('adolescent-risk', 10, 14), 'result-not-seen', 'strengthening-families-10-14', /Wales, 2022/)
    ]
  },
  {
    claim: 'The Welsh trial says nothing of its namesake, whose own trial has a result not yet seen',
    source: 'Project SFP Cymru, 2022; TOGETHER trial, 2024',
    checks: [
      holdsNone('strengthening-families-strengthening-communities', { country: 'Wales' }),
      warns(aged('child-behaviour', 3, 12), 'result-not-seen', 'strengthening-families-strengthening-communities', /England, 2024/),
      atMost(aged('child-behaviour', 3, 12), 'strengthening-families-strengthening-communities', 'test-and-evaluate')
    ]
  },
  {
    claim: 'For 8 to 17 year olds with many traumas, trauma-focused therapy did not clearly beat usual care',
    source: 'DECRYPT trial, 2025 (p = 0.095); review of 2014, high; Title IV-E Promising',
    checks: [
      is(aged('trauma-symptoms', 8, 17), 'trauma-focused-cognitive-therapy', 'consider', { reasons: [/United Kingdom, 2025; evidence-based\), which takes it out of recommended/] }),
      disputed(aged('trauma-symptoms', 8, 17), 'trauma-focused-cognitive-therapy', /United Kingdom, 2025/),
      holds('trauma-focused-cognitive-therapy', { scheme: 'title-iv-e', level: 'promising', year: 2019 })
    ]
  },
  {
    claim: 'The trial with 8 to 17 year olds does not lower trauma-focused therapy for younger children',
    source: 'DECRYPT trial, 2025, ages 8 to 17',
    checks: [
      is(aged('trauma-symptoms', 4, 7), 'trauma-focused-cognitive-therapy', 'recommended'),
      silent(aged('trauma-symptoms', 4, 7), 'sources-disagree', 'trauma-focused-cognitive-therapy'),
      warns(aged('trauma-symptoms', 4, 7), 'not-validated-in-uk', 'trauma-focused-cognitive-therapy')
    ]
  },

  // --- where rating bodies differ

  {
    claim: 'MST-CAN stands on its own ratings, from one American trial',
    source: 'EIF 3, 2017; CEBC 1; trial of 2010 (86 families); no UK impact trial',
    checks: [
      is(physicalAbuse, 'mst-can', 'recommended'),
      warns(physicalAbuse, 'not-validated-in-uk', 'mst-can', /the United States/),
      warns(physicalAbuse, 'evaluation-under-way', 'mst-can', /2025/)
    ]
  },
  {
    claim: 'What the English trial of Multisystemic Therapy found is not held against MST-CAN, whose ratings are not lent to it',
    source: 'START trial, 2018; EIF and CEBC on MST-CAN',
    checks: [
      holdsNone('mst-can', { country: 'England', direction: 'no-effect' }),
      holdsNone('multisystemic-therapy', { need: 'physical-abuse' }),
      family('Multisystemic Therapy (family of versions)', ['mst-can', 'multisystemic-therapy', 'mst-harmful-sexual-behaviour'])
    ]
  },
  {
    claim: 'Two clearinghouses rate MST-CAN apart, and criteria not met are no finding of no effect',
    source: 'EIF 3, 2017; Title IV-E does not currently meet criteria, June 2019; trial of 2010: re-abuse not significant',
    checks: [
      holds('mst-can', { scheme: 'eif-guidebook', level: '3', strength: 'evidence-based' }),
      holds('mst-can', { scheme: 'title-iv-e', level: 'does-not-meet', direction: 'unknown', year: 2019 }),
      is(aged('physical-abuse', 6, 17), 'mst-can', 'recommended', { reasons: [/No effect was found \(United States, 2010; evidence-based\), shown beside/] }),
      holds('mst-can', { direction: 'no-effect', outcome: /renewed abuse/ })
    ]
  },
  {
    claim: 'MST-CAN is not offered for children under 5: every rating of it is for ages 6 to 17',
    source: 'EIF, CEBC and Title IV-E, ages 6 to 17; the 2017 overview names no age',
    checks: [notListed(aged('physical-abuse', 0, 4), 'mst-can', 'conditions-not-met'), is(aged('physical-abuse', 6, 17), 'mst-can', 'recommended')]
  },
  {
    claim: 'Parent-Child Interaction Therapy is recommended after physical abuse; its poor return is Washington\'s, in dollars',
    source: 'CEBC 1, Title IV-E Well-Supported; Washington State 0.58 (29%), 2023 dollars',
    checks: [
      is(aged('physical-abuse', 2, 7), 'pcit', 'recommended'),
      costs('pcit', { amount: 0.58, currency: 'USD', priceYear: '2023' }),
      costs('pcit', { amount: 2449, currency: 'USD', priceYear: '2023' }),
      holdsNone('pcit', { country: 'United Kingdom' }),
      moneyAside('pcit')
    ]
  },
  {
    claim: 'Child-Parent Psychotherapy is recommended on its rating; a high return adds nothing, and a lower rating stands beside',
    source: 'EIF 3, CEBC 2, Title IV-E Promising; Washington State 15.63',
    checks: [
      is(aged('known-risk-of-maltreatment', 3, 5), 'child-parent-psychotherapy', 'recommended', { lead: { strength: 'evidence-based' } }),
      holds('child-parent-psychotherapy', { scheme: 'title-iv-e', level: 'promising', strength: 'preliminary' }),
      costs('child-parent-psychotherapy', { amount: 77733, currency: 'USD', priceYear: '2023', words: /15\.63/ }),
      moneyAside('child-parent-psychotherapy')
    ]
  },
  {
    claim: 'Child First is evidenced in the United States and not known to be had here',
    source: 'EIF 3; NHS Scotland: no delivery outside the United States',
    checks: [
      atMost(aged('known-risk-of-maltreatment', 0, 4), 'child-first', 'recommended'),
      warns(aged('known-risk-of-maltreatment', 0, 4), 'not-validated-in-uk', 'child-first', /the United States/),
      warns(aged('known-risk-of-maltreatment', 0, 4), 'uk-availability-unclear', 'child-first', /unclear/),
      notListed({ ...aged('known-risk-of-maltreatment', 0, 4), constraints: { requireUkAvailability: true } }, 'child-first', 'uk-availability-not-shown')
    ]
  },
  {
    claim: 'SafeCare has American ratings, and an English evaluation without a comparison that lost most families',
    source: 'CEBC top level (second-hand), Title IV-E Supported, 2024; NSPCC, 2015',
    checks: [
      atMost(aged('neglect', 0, 5), 'safecare', 'recommended'),
      is(aged('known-risk-of-maltreatment', 0, 5), 'safecare', 'recommended'),
      holds('safecare', { country: 'England', studyDesign: 'pre-post', strength: 'limited' }),
      caveat('safecare', /did not complete/)
    ]
  },
  {
    claim: 'SafeCare is for children up to 5, and not recommended for older ones',
    source: 'Title IV-E: birth to 5; NSPCC: under 6',
    checks: [atMost(aged('neglect', 8, 12), 'safecare', 'test-and-evaluate'), notListed(aged('known-risk-of-maltreatment', 8, 12), 'safecare', 'conditions-not-met')]
  },
  {
    claim: 'Project SUPPORT: two American bodies differ on what it does for children',
    source: 'CEBC 1; CrimeSolutions Promising, 2011: no effect on internalising or on return to the partner; trial of 2006',
    checks: [
      is(aged('domestic-abuse-child-exposure', 4, 9, { perpetratorInHome: false }), 'project-support', 'recommended'),
      disputed(aged('domestic-abuse-child-exposure', 4, 9, { perpetratorInHome: false }), 'project-support', /no effect \(United States, 2011/),
      warns(aged('domestic-abuse-child-exposure', 4, 9, { perpetratorInHome: false }), 'not-validated-in-uk', 'project-support'),
      holds('project-support', { outcome: /return to the abusive partner/, direction: 'no-effect', year: 2011 }),
      holds('project-support', { outcome: /return to the abusive partner/, direction: 'positive', year: 2006 })
    ]
  },
  {
    claim: 'Intensive family preservation fits a passing crisis, by child and not by family',
    source: 'Meta-analysis of 2020; Title IV-E, CrimeSolutions; critique of 2020',
    checks: [
      atLeast(crisis, 'intensive-family-preservation', 'consider', { reasons: [/No effect was found \(International, 2020; evidence-based\)/] }),
      disputed(crisis, 'intensive-family-preservation', /no effect \(International, 2020/),
      warns(crisis, 'effect-depends-on-condition', 'intensive-family-preservation', /chronic/)
    ]
  },
  {
    claim: 'Intensive family preservation is not for long-standing abuse and neglect',
    source: '2017 overview: least effective where abuse or neglect is chronic',
    checks: [notListed(chronic, 'intensive-family-preservation', 'conditions-not-met')]
  },
  {
    claim: 'Functional Family Therapy for child welfare made no difference to placements',
    source: 'CrimeSolutions Promising, 2020; Title IV-E does not currently meet criteria',
    checks: [
      is(aged('edge-of-care', 0, 17), 'fft-child-welfare', 'not-supported', { reasons: [/No effect was found \(United States, 2020/] }),
      atMost(aged('neglect', 0, 17), 'fft-child-welfare', 'consider'),
      atMost(aged('known-risk-of-maltreatment', 0, 17), 'fft-child-welfare', 'consider'),
      holds('fft-child-welfare', { scheme: 'title-iv-e', level: 'does-not-meet', direction: 'unknown' }),
      family('Functional Family Therapy (family of versions)', ['fft-child-welfare', 'functional-family-therapy'])
    ]
  },
  {
    claim: 'Incredible Years Preschool is recommended for behaviour, and does nothing for children\'s emotional problems',
    source: 'EIF 4; Evidence Store, strength 3 of 3: emotional problems 0 of 2',
    checks: [
      is(aged('child-behaviour', 3, 6), 'incredible-years-preschool', 'recommended', { lead: { strength: 'strong' } }),
      holds('incredible-years-preschool', { direction: 'no-effect', strength: 'evidence-based', outcome: /emotional problems/ }),
      disputed(aged('early-help', 3, 6), 'incredible-years-preschool', /no effect/),
      warns(aged('child-behaviour', 3, 6), 'dated-evidence', 'incredible-years-preschool')
    ]
  },
  {
    claim: 'Incredible Years Preschool does nothing for the mental health of parents',
    source: 'Evidence Store: 0 of 2 at strength 3 of 3',
    checks: [atMost(aged('parental-mental-health', 3, 6), 'incredible-years-preschool', 'not-supported')]
  },
  {
    claim: 'Incredible Years Toddler has preliminary evidence and stands below the preschool version',
    source: 'EIF 2+, Title IV-E Promising',
    checks: [
      is(aged('child-behaviour', 2, 3), 'incredible-years-toddler', 'consider', { lead: { strength: 'preliminary' } }),
      above(aged('child-behaviour', 2, 3), 'incredible-years-preschool', 'incredible-years-toddler')
    ]
  },
  {
    claim: 'Incredible Years Babies shows no benefit, and more stress in the mothers who coped least',
    source: 'Danish pilot trial; Title IV-E does not meet criteria, August 2020',
    checks: [
      is(aged('early-help', 0, 1), 'incredible-years-babies', 'not-supported', { reasons: [/No effect was found \(Denmark/, /Harm was found \(Denmark/] }),
      holds('incredible-years-babies', { direction: 'harm', outcome: /lowest-functioning/ }),
      holds('incredible-years-babies', { scheme: 'title-iv-e', level: 'does-not-meet', direction: 'unknown' })
    ]
  },
  {
    claim: 'What Incredible Years does for preschool children is not carried down to babies',
    source: 'E-SEE trial, 2022; EIF on ages 3 to 6',
    checks: [notListed(aged('early-help', 0, 1), 'incredible-years-preschool', 'conditions-not-met')]
  },
  {
    claim: 'The baby and toddler version given widely left children slightly worse and their carers better',
    source: 'E-SEE economic evaluation, 2022: -0.005 and +0.034 QALYs; £458.50 for each pair',
    checks: [
      is(aged('early-help', 0, 2), 'incredible-years-infant-toddler', 'not-supported', { reasons: [/Harm was found \(United Kingdom, 2022/] }),
      holds('incredible-years-infant-toddler', { outcomeFor: 'child', direction: 'harm', finding: /0\.005/ }),
      holds('incredible-years-infant-toddler', { outcomeFor: 'adult', direction: 'positive', finding: /0\.034/ }),
      costs('incredible-years-infant-toddler', { amount: 458.5, currency: 'GBP' })
    ]
  },
  {
    claim: 'Incredible Years School Age is offered to age 12 and was evaluated from 4 to 8',
    source: 'Foundations; NHS Scotland 4+; Title IV-E Promising',
    checks: [
      warns(aged('child-behaviour', 9, 12), 'effect-depends-on-condition', 'incredible-years-school-age', /4 to 8/),
      holds('incredible-years-school-age', { scheme: 'nhs-scotland', level: '4+', strength: 'strong' }),
      holds('incredible-years-school-age', { scheme: 'title-iv-e', level: 'promising', strength: 'preliminary' }),
      (t) => t.same(entry('incredible-years-school-age').ageOffered, { min: 6, max: 12 }, 'ages as offered')
    ]
  },
  {
    claim: 'There is no rating for "Incredible Years" as such: a version has to be chosen',
    source: 'EIF, NHS Scotland, Title IV-E and the Evidence Store, each on a version',
    checks: [family('Incredible Years', ['incredible-years-babies', 'incredible-years-toddler', 'incredible-years-preschool', 'incredible-years-school-age'])]
  },
  {
    claim: 'Mellow Parenting has preliminary evidence by one body and very weak evidence by another, and a trial whose result is not seen',
    source: 'EIF 2; Evidence Store strength 0 of 3; THRIVE trial, 2025',
    checks: [
      atMost(aged('harmful-parent-child-interaction', 1, 3), 'mellow-parenting', 'consider'),
      warns(aged('harmful-parent-child-interaction', 1, 3), 'result-not-seen', 'mellow-parenting', /Scotland, 2025/),
      holds('mellow-parenting', { scheme: 'eif-guidebook', level: '2', strength: 'preliminary' }),
      holds('mellow-parenting', { scheme: 'wwcsc-store', level: 'strength-0', strength: 'limited' }),
      warns(aged('child-behaviour', 1, 3), 'offered-wider-than-evaluated', 'mellow-parenting', /0 to 5.*1 to 3/)
    ]
  },
  {
    claim: 'Triple P Standard is recommended at the ages evaluated',
    source: 'EIF 3; Foundations: evaluated at 3 and 4, offered under 12',
    checks: [
      is(aged('child-behaviour', 3, 4), 'triple-p-standard-level-4', 'recommended'),
      warns(aged('child-behaviour', 3, 4), 'offered-wider-than-evaluated', 'triple-p-standard-level-4', /0 to 11.*3 to 4/)
    ]
  },
  {
    claim: 'Above those ages Triple P Standard is at most considered, and the answer says why',
    source: 'Foundations: evaluated at 3 and 4, offered under 12',
    checks: [
      atMost(aged('child-behaviour', 8, 11), 'triple-p-standard-level-4', 'consider'),
      warns(aged('child-behaviour', 8, 11), 'offered-wider-than-evaluated', 'triple-p-standard-level-4', /3 to 4/)
    ]
  },
  {
    claim: 'The Triple P system is rated for maltreatment; for behaviour a whole population showed no effect',
    source: 'Blueprints Promising, CrimeSolutions Effective (second-hand); Australian population study (second-hand)',
    checks: [
      holds('triple-p', { need: 'known-risk-of-maltreatment', scheme: 'blueprints', level: 'promising' }),
      holds('triple-p', { need: 'known-risk-of-maltreatment', scheme: 'crimesolutions', howRead: 'secondary', strength: 'evidence-based' }),
      atMost(aged('child-behaviour', 0, 11), 'triple-p', 'test-and-evaluate', { reasons: [/No effect was found \(Australia/] })
    ]
  },
  {
    claim: 'Primary Care Teen Triple P has next to no evidence',
    source: 'NHS Scotland 1+',
    checks: [atMost(aged('child-behaviour', 12, 15), 'triple-p', 'test-and-evaluate', { lead: { strength: 'limited' } })]
  },
  {
    claim: 'The English trial of group Triple P gave no result, which is neither benefit nor none',
    source: 'Education Endowment Foundation, 2021; EIF page without its numeral',
    checks: [
      atMost(aged('child-behaviour', 3, 4), 'triple-p-group-level-4', 'consider', { lead: { strength: null } }),
      holds('triple-p-group-level-4', { country: 'England', direction: 'unknown', year: 2021 })
    ]
  },
  {
    claim: 'Group Teen Triple P is recommended on its own rating',
    source: 'EIF 3, 2017',
    checks: [is(aged('child-behaviour', 12, 16), 'triple-p-group-teen-level-4', 'recommended', { lead: { strength: 'evidence-based' } })]
  },
  {
    claim: 'Versions of Triple P are rated apart, and no rating of Pathways is made up',
    source: 'No rating of Pathways Triple P was found',
    checks: [
      family('Triple P (family of versions)', ['triple-p-standard-level-4', 'triple-p-group-level-4', 'triple-p-group-teen-level-4', 'enhanced-triple-p', 'triple-p']),
      everyEntry((t, { id, name, claims }) => {
        if (/pathways triple p/i.test(name)) t.same(claims.filter(({ strength }) => strength !== null && strength !== 'none'), [], `${id} has no rating`)
      })
    ]
  },
  {
    claim: 'EPEC is recommended, and what it costs depends on who counts',
    source: 'EIF 3, cost under £100; AIFS: A$2,000 a parent; scale-up of 2022',
    checks: [
      is(aged('child-behaviour', 2, 11), 'epec', 'recommended'),
      costs('epec', { amount: 0, upTo: 99, currency: 'GBP' }),
      costs('epec', { amount: 2000, currency: 'AUD', per: /parent/ }),
      moneyAside('epec')
    ]
  },
  {
    claim: 'For harmful sexual behaviour the therapy rests on American ratings; the result of the English trial is not seen',
    source: 'Blueprints Model, CEBC 1; feasibility trial in England',
    checks: [
      atMost(aged('harmful-sexual-behaviour', 11, 17), 'mst-harmful-sexual-behaviour', 'recommended'),
      warns(aged('harmful-sexual-behaviour', 11, 17), 'result-not-seen', 'mst-harmful-sexual-behaviour', /England, 2017/)
    ]
  },
  {
    claim: 'The Oxfordshire mentoring pilot does not inherit American ratings',
    source: 'CrimeSolutions Effective, CEBC 2, EvidenceBasedPrograms Suggestive: all of the American programme',
    checks: [
      atMost(aged('early-help', 7, 12), 'big-brothers-big-sisters-oxfordshire', 'consider'),
      holdsNone('big-brothers-big-sisters-oxfordshire', { country: 'United States' }),
      warns(aged('early-help', 7, 12), 'not-validated-in-uk', 'big-brothers-big-sisters-us', /the United States/),
      costs('big-brothers-big-sisters-us', { amount: 1512, currency: 'USD', per: /match/ })
    ]
  },
  {
    claim: 'The Parent Child Game is offered to age 8 and was evaluated from 3 to 5',
    source: 'EIF 3; Foundations: evaluated 3 to 5, offered 3 to 8',
    checks: [warns(aged('child-behaviour', 3, 8), 'offered-wider-than-evaluated', 'parent-child-game', /3 to 8.*3 to 5/), atMost(aged('child-behaviour', 6, 8), 'parent-child-game', 'consider')]
  },
  {
    claim: 'Circle of Security Parenting is not shown to help',
    source: 'Head Start trial, 2017; Title IV-E does not meet criteria, 2021',
    checks: [
      is(aged('harmful-parent-child-interaction', 3, 5), 'circle-of-security-parenting', 'not-supported', { reasons: [/No effect was found \(United States, 2017/] }),
      holds('circle-of-security-parenting', { scheme: 'title-iv-e', level: 'does-not-meet', direction: 'unknown' })
    ]
  },
  {
    claim: 'A label of UK testing is no UK result',
    source: 'e-Family Foundations: EIF 3+, studied with American military families',
    checks: [
      warns(aged('early-help', 0, 0, { pregnant: true, couple: true, firstTimeParent: true }), 'not-validated-in-uk', 'e-family-foundations', /the United States/),
      holdsNone('e-family-foundations', { country: 'United Kingdom' })
    ]
  },

  // --- what changed, and the view of a day

  {
    claim: 'A family group conference at pre-proceedings keeps children out of care',
    source: 'English trial of 2023: 36.2% against 44.8% in care at 12 months; no difference in later moves',
    checks: [
      is(preProceedings, 'family-group-conferencing', 'recommended', { list: 'engagement', lead: { strength: 'evidence-based', direction: 'positive' } }),
      holds('family-group-conferencing', { need: 'edge-of-care', direction: 'positive', finding: /36\.2.*44\.8/ }),
      holds('family-group-conferencing', { direction: 'no-effect', besideTheAim: true, outcome: /stability/ })
    ]
  },
  {
    claim: 'The trial of conferences says nothing of earlier stages',
    source: 'English trial of 2023, pre-proceedings only; review of 2020, mixed',
    checks: [
      atMost(aged('edge-of-care', 0, 17, { stage: 's17-child-in-need' }), 'family-group-conferencing', 'consider', { lead: { direction: 'mixed' } }),
      atMost(aged('edge-of-care', 0, 17, { stage: 's47-child-protection' }), 'family-group-conferencing', 'consider')
    ]
  },
  {
    claim: 'Where the stage is not given, conferences are at most to be considered',
    source: 'English trial of 2023, pre-proceedings only',
    checks: [is(aged('edge-of-care', 0, 17), 'family-group-conferencing', 'consider', { reasons: [/unknown for 100%/, /not known to be met/] })]
  },
  {
    claim: 'The trial of conferences says nothing of going home',
    source: 'Review of 2020, mixed',
    checks: [atMost(aged('reunification', 0, 17, { stage: 'reunification' }), 'family-group-conferencing', 'consider', { lead: { direction: 'mixed' } })]
  },
  {
    claim: 'Other family meetings do not inherit the trial of conferences',
    source: 'Review of 2020, mixed and inconclusive',
    checks: [
      atMost(engagingAtProtection, 'family-group-decision-making', 'consider'),
      atMost(preProceedings, 'family-group-decision-making', 'consider'),
      holds('family-group-decision-making', { direction: 'mixed', year: 2020 }),
      holdsNone('family-group-decision-making', { year: 2023 })
    ]
  },
  {
    claim: 'By the end of 2022 conferences were unproven, and the gap of 2017 was open',
    source: 'Review of 2020; 2017 overview',
    checks: [
      atMost(on('2022-12-31', preProceedings), 'family-group-conferencing', 'consider'),
      warns(on('2022-12-31', preProceedings), 'evaluation-under-way', 'family-group-conferencing', /Sheffield/),
      history(preProceedings, 'family-group-conferencing', [['2017-12-31', 'test-and-evaluate'], ['2022-12-31', 'test-and-evaluate'], ['2023-12-31', 'recommended']])
    ]
  },
  {
    claim: 'Letting the Future In is recommended from age 8',
    source: 'NSPCC trial (242 cases), reported 2016',
    checks: [is(abused8AndOver, 'letting-the-future-in', 'recommended'), warns(abused8AndOver, 'dated-evidence', 'letting-the-future-in'), holds('letting-the-future-in', { direction: 'positive', age: { min: 8, max: 17 } })]
  },
  {
    claim: 'An evaluation whose result is in is no longer called under way',
    source: 'Trials of Letting the Future In (2016), Parents Under Pressure (2019), family group conferencing (2023) and evaluation of Signs of Safety (2020)',
    checks: [
      silent(abused8AndOver, 'evaluation-under-way', 'letting-the-future-in'),
      silent(substanceUnder3, 'evaluation-under-way', 'parents-under-pressure'),
      silent(preProceedings, 'evaluation-under-way', 'family-group-conferencing'),
      silent(engaging, 'evaluation-under-way', 'signs-of-safety')
    ]
  },
  {
    claim: 'Letting the Future In brought no change for children under 8',
    source: 'NSPCC trial: no difference at 6 months, some sign after 12; named by NICE',
    checks: [
      atMost(abusedUnder8, 'letting-the-future-in', 'consider', { reasons: [/No effect was found \(United Kingdom, 2016; evidence-based\)/] }),
      disputed(abusedUnder8, 'letting-the-future-in', /no effect \(United Kingdom, 2016/),
      holds('letting-the-future-in', { direction: 'no-effect', age: { min: 4, max: 7 } }),
      (t) => t.same(entry('letting-the-future-in').ageOffered, { min: 4, max: 17 }, 'ages as offered')
    ]
  },
  {
    claim: 'Parents Under Pressure is recommended for families with a child under 2 and a half',
    source: 'UK trial, 2019 (100 parents): potential for abuse lower, parenting stress unchanged',
    checks: [
      is(substanceUnder3, 'parents-under-pressure', 'recommended', { reasons: [/No effect was found \(United Kingdom, 2019; evidence-based\), shown beside/] }),
      holds('parents-under-pressure', { direction: 'no-effect', besideTheAim: true, outcome: /parenting stress/ }),
      warns(substanceUnder3, 'offered-wider-than-evaluated', 'parents-under-pressure', /0 to 7.*0 to 2/),
      history(substanceUnder3, 'parents-under-pressure', [['2017-12-31', 'consider'], ['2019-12-31', 'recommended']])
    ]
  },
  {
    claim: 'For older children Parents Under Pressure is at most to be considered: the UK trial was not about them',
    source: 'UK trial, 2019, under 2 and a half; 2017 overview, level 2',
    checks: [is(substance5To7, 'parents-under-pressure', 'consider', { lead: { strength: 'preliminary' } })]
  },
  {
    claim: 'Attachment and Biobehavioural Catch-up is recommended for infants, though one body turned it down before',
    source: 'Title IV-E Well-Supported, March 2025, and does not meet, December 2020; HomVEE, 2020; CEBC 1',
    checks: [
      is(infants, 'attachment-biobehavioral-catch-up', 'recommended', { lead: { strength: 'strong' } }),
      holds('attachment-biobehavioral-catch-up', { scheme: 'title-iv-e', level: 'well-supported', year: 2025 }),
      holds('attachment-biobehavioral-catch-up', { scheme: 'title-iv-e', level: 'does-not-meet', year: 2020, direction: 'unknown' }),
      holdsNone('attachment-biobehavioral-catch-up', { country: 'United Kingdom' })
    ]
  },
  {
    claim: 'In mid-2021 the top rating of Catch-up for infants was not yet known',
    source: 'Title IV-E, December 2020; HomVEE, 2020; CEBC 1 as a review of 2018 reports it',
    checks: [
      knownBy('2021-06-30', 'attachment-biobehavioral-catch-up', { scheme: 'title-iv-e', level: 'does-not-meet' }, true),
      knownBy('2021-06-30', 'attachment-biobehavioral-catch-up', { scheme: 'title-iv-e', level: 'well-supported' }, false),
      knownBy('2021-06-30', 'attachment-biobehavioral-catch-up', { scheme: 'homvee', level: 'meets' }, true)
    ]
  },
  {
    claim: 'For children of 2 and 3 Catch-up is recommended now, and was not in 2021',
    source: 'Title IV-E Supported, March 2025, 24 to 48 months; HomVEE 2020: toddler version does not meet criteria',
    checks: [
      is(twoToThree, 'attachment-biobehavioral-catch-up', 'recommended', { lead: { strength: 'evidence-based' } }),
      atMost(on('2021-06-30', twoToThree), 'attachment-biobehavioral-catch-up', 'test-and-evaluate'),
      history(twoToThree, 'attachment-biobehavioral-catch-up', [['2021-06-30', 'test-and-evaluate'], ['2025-03-31', 'recommended']])
    ]
  },
  {
    claim: 'In mid-2021 nothing spoke for VIPP-SD',
    source: 'HomVEE does not meet criteria, May 2019; the UK trial, known by its year, counts from the end of 2021',
    checks: [
      atMost(on('2021-06-30', toddlers), 'vipp-sd', 'test-and-evaluate'),
      atMost(on('2021-06-30', aged('harmful-parent-child-interaction', 1, 3)), 'vipp-sd', 'test-and-evaluate', { lead: { direction: 'unknown' } }),
      history(toddlers, 'vipp-sd', [['2021-06-30', 'not-applicable'], ['2021-12-31', 'recommended']]),
      history(aged('harmful-parent-child-interaction', 1, 3), 'vipp-sd', [['2022-12-31', 'test-and-evaluate'], ['2023-12-31', 'recommended']])
    ]
  },
  {
    claim: 'VIPP-SD is recommended for toddlers\' behaviour',
    source: 'Healthy Start, Happy Start, 2021 (2.03 points) and six years on; HomVEE meets criteria, 2023',
    checks: [
      is(toddlers, 'vipp-sd', 'recommended'),
      holds('vipp-sd', { country: 'United Kingdom', year: 2021, finding: /2\.03/ }),
      holds('vipp-sd', { outcome: /six years/ }),
      holds('vipp-sd', { scheme: 'homvee', level: 'meets', year: 2023 }),
      warns(toddlers, 'one-country-only', 'vipp-sd', /United Kingdom/)
    ]
  },
  {
    claim: 'VIPP-SD is not shown to prevent maltreatment',
    source: 'Healthy Start, Happy Start, 2021: behaviour only',
    checks: [atMost(aged('known-risk-of-maltreatment', 1, 3), 'vipp-sd', 'test-and-evaluate')]
  },
  {
    claim: 'Video feedback in general is named by NICE and no more',
    source: 'NICE QS133, 2016, children below school age',
    checks: [
      is(aged('harmful-parent-child-interaction', 0, 4), 'video-feedback', 'consider', { lead: { strength: null } }),
      atMost(aged('harmful-parent-child-interaction', 10, 14), 'video-feedback', 'test-and-evaluate')
    ]
  },
  {
    claim: 'By the end of 2019 Signs of Safety lacked evidence, and had not yet been found without effect',
    source: 'Review of 2018; evaluation of 2020',
    checks: [
      is(on('2019-12-31', assessing), 'signs-of-safety', 'test-and-evaluate', { lead: { direction: 'unknown' } }),
      knownBy('2019-12-31', 'signs-of-safety', { direction: 'no-effect' }, false),
      warns(on('2019-12-31', assessing), 'widely-used-unevaluated', 'signs-of-safety'),
      history(assessing, 'signs-of-safety', [['2019-12-31', 'test-and-evaluate'], ['2021-12-31', 'not-supported']])
    ]
  },
  {
    claim: 'Steps to Safety can no longer be had',
    source: 'NSPCC feasibility study, 2019',
    checks: [atMost(aged('domestic-abuse', 0, 4), 'steps-to-safety', 'test-and-evaluate'), warns(aged('domestic-abuse', 0, 4), 'discontinued', 'steps-to-safety', /no longer delivered/)]
  },
  {
    claim: 'The trial of the assessment framework is finished and its result unseen, so it raises nothing',
    source: 'SAAF trial, December 2017',
    checks: [
      atMost(assessing, 'saaf', 'test-and-evaluate', { list: 'assessment' }),
      warns(assessing, 'result-not-seen', 'saaf', /England, 2017/)
    ]
  },
  {
    claim: 'A trial that is finished is not also called under way',
    source: 'SAAF trial, December 2017',
    checks: [silent(assessing, 'evaluation-under-way', 'saaf')]
  },

  // --- courts, systems and money

  {
    claim: 'Family drug and alcohol courts: favourable on going home, and the English evaluators draw no firm conclusion',
    source: 'NatCen, 2023 (52.0% against 12.5%); Evidence Store, reunification 1 of 2 at strength 3 of 3',
    checks: [
      holds('fdac', { country: 'England', year: 2023, direction: 'positive', strength: 'preliminary', finding: /52\.0%.*12\.5%/ }),
      holds('fdac', { country: 'England', year: 2023, note: /firm conclusion/ }),
      caveat('fdac', /no firm conclusion/),
      is(courtCases, 'fdac', 'recommended', { reasons: [/^Evidence-based \(International/] }),
      (t) => {
        const without = { ...courtCases, evidence: { sources: shippedCatalogue().sources.map(({ id }) => id).filter((id) => id !== 'wwcsc-evidence-store') } }
        t.equal(standingOf(without, 'fdac'), 'consider', 'on the English study alone it is to be considered')
      }
    ]
  },
  {
    claim: 'Family drug and alcohol courts change neither return to care nor further abuse',
    source: 'Evidence Store: 0 of 2 at strength 3 of 3',
    checks: [
      disputed(courtCases, 'fdac', /no effect/),
      holds('fdac', { direction: 'no-effect', strength: 'evidence-based', outcome: /return to care/ }),
      holds('fdac', { direction: 'no-effect', strength: 'evidence-based', outcome: /further maltreatment/ })
    ]
  },
  {
    claim: 'What American family courts cost is told in dollars, as theirs, and counts for nothing',
    source: 'Washington State: -1.26 (9%), 2022 dollars',
    checks: [costs('fdac', { amount: -14664, currency: 'USD', priceYear: '2022', words: /-1\.26.*9%/ }), costs('fdac', { amount: 18000, currency: 'GBP', per: /case/ }), moneyAside('fdac')]
  },
  {
    claim: 'Multi-agency safeguarding hubs are still unevaluated',
    source: 'UCL and Newcastle for Foundations, 2025: a study of the process only',
    checks: [
      is(aged('front-door-demand', 0, 17, { stage: 'front-door' }), 'mash', 'test-and-evaluate', { list: 'system', lead: { direction: 'unknown' } }),
      warns(aged('front-door-demand', 0, 17, { stage: 'front-door' }), 'widely-used-unevaluated', 'mash'),
      holds('mash', { year: 2025, status: 'not-evaluated', direction: 'unknown' })
    ]
  },
  {
    claim: 'Family Safeguarding has before-and-after figures of one county, and waits for its trial',
    source: 'Bedfordshire, 2017; five authorities, 2020 (not seen); stepped-wedge trial',
    checks: [
      atMost(aged('complex-multiple-needs', 0, 17), 'hertfordshire-family-safeguarding', 'test-and-evaluate', { lead: { strength: 'limited' } }),
      warns(aged('complex-multiple-needs', 0, 17), 'result-not-seen', 'hertfordshire-family-safeguarding', /England, 2020/),
      holds('hertfordshire-family-safeguarding', { status: 'under-evaluation', studyDesign: 'randomised-trial' })
    ]
  },
  {
    claim: 'No Wrong Door likewise',
    source: 'Loughborough, 2017 (86% stayed out of care, before and after); stepped-wedge trial',
    checks: [
      atMost(edgeOfCareTeens, 'no-wrong-door', 'test-and-evaluate', { lead: { strength: 'limited' } }),
      holds('no-wrong-door', { studyDesign: 'pre-post', strength: 'limited', finding: /86/ }),
      warns(edgeOfCareTeens, 'evaluation-under-way', 'no-wrong-door')
    ]
  },
  {
    claim: 'The study of Mockingbird\'s impact was given up, and its figures are its owner\'s',
    source: 'Foundations, evaluation retired for want of power; Rees Centre, 2020, as the owner reports it',
    checks: [
      atMost(aged('placement-sufficiency', 5, 17, { stage: 'looked-after' }), 'mockingbird', 'test-and-evaluate', { list: 'system' }),
      caveat('mockingbird', /given up/),
      caveat('mockingbird', /owner/),
      holds('mockingbird', { status: 'not-evaluated', year: 2023 })
    ]
  },
  {
    claim: 'That Family Valued can be set up elsewhere does not show that it works',
    source: 'Darlington pilot; Leeds, 2017, before and after',
    checks: [
      atMost(aged('practice-quality', 0, 17), 'restorative-practice', 'test-and-evaluate', { list: 'system' }),
      holds('restorative-practice', { status: 'not-evaluated', direction: 'unknown', country: 'England' }),
      holds('restorative-practice', { strength: 'limited', studyDesign: 'pre-post', year: 2017 })
    ]
  },
  {
    claim: 'Pause compared areas and was no trial; women join on a condition, and the savings are told by its owner',
    source: 'Sussex and others, 2020, as Pause reports it',
    checks: [
      atMost(aged('repeat-removal', 0, 0, { stage: 'post-removal' }), 'pause', 'consider', { lead: { strength: 'preliminary' } }),
      warns(aged('repeat-removal', 0, 0, { stage: 'post-removal' }), 'effect-depends-on-condition', 'pause', /contraception/),
      caveat('pause', /no trial/),
      caveat('pause', /organisation that runs it/)
    ]
  },
  {
    claim: 'Social workers in schools did not cut demand, and those who tested it advised against going on',
    source: 'Cluster trial in 291 schools, 2023',
    checks: [
      is(aged('front-door-demand', 11, 16), 'social-workers-in-schools', 'not-supported', { list: 'system', reasons: [/No effect was found \(England, 2023; evidence-based\)/] }),
      caveat('social-workers-in-schools', /advised against/)
    ]
  },
  {
    claim: 'That finding is not Stockport\'s, whose own result is not seen',
    source: 'Stockport Family, 2017',
    checks: [
      atMost(aged('early-help', 5, 16), 'stockport-community-social-workers', 'test-and-evaluate', { lead: { direction: 'unknown' } }),
      warns(aged('early-help', 5, 16), 'result-not-seen', 'stockport-community-social-workers', /England, 2017/),
      holdsNone('stockport-community-social-workers', { direction: 'no-effect' })
    ]
  },
  {
    claim: 'Sure Start brought long-term gains and less time in care, and no fewer contacts with social care',
    source: 'Institute for Fiscal Studies, 2024 and 2025',
    checks: [
      atMost(aged('early-help', 0, 4), 'sure-start', 'consider', { reasons: [/No effect was found \(England, 2025; evidence-based\), which takes it out of recommended/] }),
      disputed(aged('early-help', 0, 4), 'sure-start', /no effect \(England, 2025/),
      holds('sure-start', { direction: 'positive', outcome: /time spent in care/ }),
      holds('sure-start', { direction: 'mixed', outcome: /cautions/ }),
      caveat('sure-start', /centres have closed/)
    ]
  },
  {
    claim: 'Troubled Families: fewer children in care two years on, more on plans at first, and matched only',
    source: 'National evaluation, 2019 (1.7% against 2.5%)',
    checks: [
      is(aged('complex-multiple-needs', 0, 17, { stage: 'early-help' }), 'troubled-families-programme', 'consider'),
      caveat('troubled-families-programme', /matched families and did not allot them by chance/),
      holds('troubled-families-programme', { direction: 'mixed', outcome: /protection plan/ })
    ]
  },
  {
    claim: 'One study of Troubled Families counts once, and the study of the first programme stays apart',
    source: 'Evaluation of 2019 and its summary of 2022; evaluation of 2016, not seen',
    checks: [
      (t) => {
        const care = entry('troubled-families-programme').claims.filter(({ outcome, direction }) => /looked after/.test(outcome ?? '') && direction === 'positive')
        t.equal(care.length, 1, 'one finding on being looked after')
        t.ok(care[0]!.sources.length >= 2, 'with the summary among its citations')
        t.notOk(shippedView().byId.has('supporting-families-programme'), 'the later name is no second entry')
      },
      warns(aged('complex-multiple-needs', 0, 17), 'result-not-seen', 'troubled-families-programme', /England, 2016/)
    ]
  },
  {
    claim: 'Support for kinship carers is worth considering, on proof from abroad',
    source: 'Foundations practice guide, 2024',
    checks: [
      atLeast(aged('placement-sufficiency', 0, 17, { stage: 'looked-after' }), 'kinship-care', 'consider'),
      holds('kinship-care', { country: 'International', finding: /[Nn]avigator/ }),
      caveat('kinship-care', /good UK studies/)
    ]
  },
  {
    claim: 'Supervising school safeguarding leads is not supervising social workers',
    source: 'Trials in over 2,400 schools, 2023; Bolton pilot, 2021',
    checks: [
      atMost(aged('practice-quality', 0, 17), 'reflective-supervision', 'test-and-evaluate'),
      holdsNone('reflective-supervision', { direction: 'no-effect' }),
      holds('supervision-of-school-safeguarding-leads', { direction: 'no-effect', strength: 'evidence-based', year: 2023 })
    ]
  },
  {
    claim: 'Family hubs have a first small signal on school readiness, and none on care',
    source: 'Sheffield Hallam on Doncaster, 2023; Ecorys, 2023',
    checks: [
      is(aged('early-help', 0, 4), 'family-hubs', 'consider', { list: 'system', lead: { strength: 'preliminary' } }),
      holds('family-hubs', { direction: 'positive', finding: /1\.06/ }),
      holdsNone('family-hubs', { need: 'edge-of-care' }),
      warns(aged('early-help', 0, 4), 'result-not-seen', 'family-hubs')
    ]
  },
  {
    claim: 'The Graded Care Profile treats nothing, and is little used some months after training',
    source: 'NSPCC studies, 2018 and about 2019',
    checks: [
      atMost(aged('neglect', 0, 17), 'graded-care-profile-2', 'consider', { list: 'assessment', reasons: [/a tool treats nothing/] }),
      holds('graded-care-profile-2', { direction: 'mixed', finding: /limited|little/ })
    ]
  },

  // --- domestic abuse

  {
    claim: 'That nobody can yet be sure what helps children after abuse stands beside, and is no finding of no effect',
    source: 'Foundations (REACH), 2024; 2017 overview, moderate to strong',
    checks: [
      holds('mother-child-joint-interventions-da', { year: 2024, direction: 'unknown', status: 'not-rated' }),
      is(aged('domestic-abuse-child-exposure', 4, 14), 'mother-child-joint-interventions-da', 'recommended', { lead: { strength: 'moderate' } }),
      silent(aged('domestic-abuse-child-exposure', 4, 14), 'sources-disagree', 'mother-child-joint-interventions-da')
    ]
  },
  {
    claim: 'DART was compared and not randomised: worth considering',
    source: 'NSPCC, 2016 and 2020; Youth Endowment Fund on a weak UK base',
    checks: [
      is(afterAbuse, 'dart', 'consider', { lead: { strength: 'preliminary' } }),
      caveat('dart', /lack a strong UK evidence base/),
      caveat('dart', /randomised trial has not taken place/),
      warns(afterAbuse, 'result-not-seen', 'dart', /England, 2024/)
    ]
  },
  {
    claim: 'DART is for children of 7 to 14 whose abuser has left',
    source: 'NSPCC, 2020',
    checks: [
      atMost(aged('domestic-abuse-child-exposure', 0, 4), 'dart', 'test-and-evaluate'),
      atMost(aged('domestic-abuse-child-exposure', 7, 14, { perpetratorInHome: true }), 'dart', 'test-and-evaluate')
    ]
  },
  {
    claim: 'Two pilot trials of 2025 are worth considering, and were unknown in June of that year',
    source: 'REACH pilots of Bounce Back 4 Kids and WeMatter, November 2025',
    checks: ['bounce-back-4-kids', 'wematter'].flatMap((id) => [
      atMost(aged('domestic-abuse-child-exposure', 5, 15), id, 'consider', { lead: { strength: 'preliminary' } }),
      notListed(on('2025-06-30', aged('domestic-abuse-child-exposure', 5, 15)), id)
    ])
  },
  {
    claim: 'Drive reports on men who abuse and on no child',
    source: 'Bristol evaluation, 2020; article of 2025',
    checks: [
      atMost(forChildren(aged('domestic-abuse-perpetration', 0, 17)), 'drive', 'consider'),
      atMost(forChildren(aged('domestic-abuse-perpetration', 0, 17, { severity: 'high' })), 'drive', 'consider', { reasons: [/counts at most as preliminary/] }),
      warns(forChildren(aged('domestic-abuse-perpetration', 0, 17)), 'adult-outcome-only', 'drive'),
      holds('drive', { studyDesign: 'pre-post', strength: 'limited', finding: /82/ }),
      notListed(aged('domestic-abuse-perpetration', 0, 17, { severity: 'low' }), 'drive', 'conditions-not-met')
    ]
  },
  {
    claim: 'Drive does not lift ordinary group programmes, after which control goes on in part',
    source: 'Project Mirabal, 2015; Bristol, 2020',
    checks: [
      atMost(aged('domestic-abuse-perpetration', 0, 17), 'perpetrator-programmes', 'consider'),
      holds('perpetrator-programmes', { direction: 'mixed', outcome: /coercive control/ }),
      holdsNone('perpetrator-programmes', { year: 2020 })
    ]
  },
  {
    claim: 'Caring Dads has no comparison, half finish it, and finishing is not safety',
    source: 'NSPCC, 2016',
    checks: [
      atMost(aged('domestic-abuse-perpetration', 0, 17), 'caring-dads-safer-children', 'consider'),
      holds('caring-dads-safer-children', { direction: 'mixed', outcome: /risk from fathers who completed/ }),
      caveat('caring-dads-safer-children', /no reason by itself to end safeguarding/)
    ]
  },

  // --- money, everywhere

  {
    claim: 'No figure in foreign money enters a score, and none gives a standing',
    source: 'All costs and all results of the Washington State model',
    checks: shippedView().interventions.filter(({ costs }) => costs.some(({ amount }) => amount !== null && amount.currency !== 'GBP')).map(({ id }) => moneyAside(id))
  }
]

t.ok(rows.length >= 100, 'a hundred statements or more')
t.equal(new Set(rows.map(({ claim }) => claim)).size, rows.length, 'every statement stands once')

for (const { claim, source, checks } of rows) {
  t.test(claim, async (t) => {
    t.comment(source)
    for (const check of checks) check(t)
  })
}

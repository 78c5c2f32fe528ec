import t, { type Test } from 'tap'
import { readDataFiles } from '../../src/catalogue/data-files.js'
import { findRecords } from '../../src/catalogue/queries.js'
import type { Citation } from '../../src/catalogue/schemas.js'
import { CRITERIA } from '../../src/recommendations/criteria.js'
import { EXAMPLE_ID, EXAMPLE_PROFILES } from '../../src/recommendations/examples.js'
import type { Comparison, InterventionHistory, NeedAnswer, Recommendation, RecommendationAnswer } from '../../src/recommendations/schemas.js'
import { STRENGTHS, type Strength } from '../../src/catalogue/vocabulary.js'
import { testApp, testDeps } from '../helpers/app.js'

/** Every answer here is also held against the OpenAPI document by `testApp`. */
const deps = await testDeps(t)
const { database, catalogue } = deps
const app = await testApp(t, deps)

const RECORD = '/v1/recommendations'
const PREVIEW = '/v1/recommendations/preview'
const post = (url: string, payload: object) => app.inject({ method: 'POST', url, payload })

async function preview(body: object): Promise<RecommendationAnswer> {
  const response = await post(PREVIEW, body)
  if (response.statusCode !== 200) throw new Error(`answered ${response.statusCode}: ${response.body.slice(0, 500)}`)
  return response.json<RecommendationAnswer>()
}

const rows = async () => (await database.kysely.selectFrom('recommendation').selectAll().orderBy('created_at').execute())
/** An answer without what differs from one time of asking to the next. */
const lasting = (answer: RecommendationAnswer) => ({ ...answer, id: null, createdAt: '' })

const needCodes = catalogue.current().needs.map(({ code }) => code)
const listsOf = ({ recommendations, supporting }: RecommendationAnswer) => ({ response: recommendations, ...supporting })
const order = (strength: Strength | null) => (strength === null ? 1.5 : STRENGTHS.indexOf(strength))
const STANDINGS = ['recommended', 'consider', 'test-and-evaluate', 'not-supported']

/** The day by which each passage of the data files was published: its own, or else that of its source. */
function passageDays(): Map<string, string> {
  const known = new Map(catalogue.current().sources.map((source) => [source.id, source]))
  const last = (day: string) => (day.length === 10 ? day : new Date(Date.UTC(Number(day.slice(0, 4)), day.length === 4 ? 12 : Number(day.slice(5)), 0)).toISOString().slice(0, 10))
  const days = new Map<string, string>()
  const note = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return
    const { source, section, url, published } = node as { source?: unknown; section?: unknown; url?: string; published?: string }
    if (typeof source === 'string' && typeof section === 'string') {
      const of = known.get(source)!
      days.set(`${source} | ${section} | ${url ?? of.url}`, last(published ?? of.published))
    }
    for (const inner of Object.values(node)) note(inner)
  }
  for (const { record } of Object.values(readDataFiles() as unknown as Record<string, { record: unknown }[]>).flat()) note(record)
  return days
}

/** The example of the contract, whole. */
const FULL = {
  area: 'E08000035',
  needs: [
    { need: 'physical-abuse', children: 120, priority: 1, childAge: { min: 5, max: 11 } },
    { need: 'neglect', children: 310 }
  ],
  context: {
    parentsMisusing: 1, couple: true, perpetratorInHome: false, pattern: 'temporary-crisis', severity: 'moderate',
    childSex: 'female', traumaSymptoms: true, pregnant: false, stage: 's47-child-protection', goal: 'child-outcomes'
  },
  currentProvision: [{ intervention: 'signs-of-safety', places: 400, annualCost: 120000 }],
  constraints: { annualBudget: 750000, minimumStrength: 'preliminary', requireUkAvailability: false },
  weights: { evidence: 0.4 },
  evidence: { asOf: '2026-11-20', sources: ['founding-documents'] },
  limit: 20
}
const BODIES = [...EXAMPLE_PROFILES, FULL]

t.test('recording', async (t) => {
  t.test('answers 201 with its address, and the same bytes come back from there', async (t) => {
    for (const body of BODIES) {
      const created = await post(RECORD, body)
      t.equal(created.statusCode, 201)
      t.equal(created.headers['content-type'], 'application/json; charset=utf-8')
      const { id } = created.json<RecommendationAnswer>()
      t.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      t.equal(created.headers['location'], `/v1/recommendations/${id}`)
      const again = await app.inject(String(created.headers['location']))
      t.equal(again.statusCode, 200)
      t.equal(again.headers['content-type'], created.headers['content-type'])
      t.ok(again.rawPayload.equals(created.rawPayload), 'byte for byte')
      t.ok((await app.inject(`/v1/recommendations/${id?.toUpperCase()}`)).rawPayload.equals(created.rawPayload), 'in capitals too')
    }
  })

  t.test('keeps one row: what was asked, what was answered, by which catalogue and model', async (t) => {
    const before = await rows()
    const created = await post(RECORD, FULL)
    const after = await rows()
    t.equal(after.length, before.length + 1)
    const answer = created.json<RecommendationAnswer>()
    const row = after.find(({ id }) => id === answer.id)!
    t.equal(row.response, created.body)
    t.strictSame(JSON.parse(row.request), FULL)
    t.equal(row.catalogue_version, answer.catalogueVersion)
    t.equal(row.model_version, answer.modelVersion)
    t.equal(row.created_at.toISOString(), answer.createdAt)
  })

  t.test('twice gives two records with one answer', async (t) => {
    const [first, second] = [await post(RECORD, FULL), await post(RECORD, FULL)].map((response) => response.json<RecommendationAnswer>()) as [RecommendationAnswer, RecommendationAnswer]
    t.not(first.id, second.id)
    t.strictSame(lasting(first), lasting(second))
  })

  t.test('at once, many times, keeps them all apart', async (t) => {
    const before = (await rows()).length
    const created = await Promise.all(Array.from({ length: 20 }, (_, i) => post(RECORD, { needs: [{ need: 'neglect', children: i + 1 }] })))
    t.equal(new Set(created.map(({ headers }) => headers['location'])).size, 20)
    t.equal((await rows()).length, before + 20)
    for (const [i, { headers }] of created.entries()) {
      t.equal((await app.inject(String(headers['location']))).json<RecommendationAnswer>().profile.needs[0]!.children, i + 1)
    }
  })

  t.test('makes an example that can be read at once, and one that nobody recorded is not found', async (t) => {
    const example = await app.inject(`${RECORD}/${EXAMPLE_ID}`)
    t.equal(example.statusCode, 200)
    t.equal(example.json<RecommendationAnswer>().id, EXAMPLE_ID)
    t.strictSame(lasting(example.json()), lasting(await preview(EXAMPLE_PROFILES[0]!)))
    t.match((await app.inject(`${RECORD}/00000000-0000-4000-8000-00000000dead`)).json(), { status: 404, code: 'not-found' })
  })
})

t.test('a preview is the same document, and nothing of it is kept', async (t) => {
  for (const body of BODIES) {
    const before = await rows()
    const previewed = await post(PREVIEW, body)
    t.equal(previewed.statusCode, 200)
    t.notOk(previewed.headers['location'])
    t.strictSame(await rows(), before)
    const answer = previewed.json<RecommendationAnswer>()
    t.equal(answer.id, null)
    const recorded = (await post(RECORD, body)).json<RecommendationAnswer>()
    t.strictSame(lasting(answer), lasting(recorded))
    t.strictSame(Object.keys(answer), Object.keys(recorded))
  }
})

t.test('an answer', async (t) => {
  const answers = await Promise.all(BODIES.map(preview))
  const each = (t: Test, check: (answer: RecommendationAnswer, item: Recommendation, list: string) => void) => {
    for (const answer of answers) for (const [list, items] of Object.entries(listsOf(answer))) for (const item of items) check(answer, item, list)
    t.end()
  }
  const holds = (t: Test, part: object, fields: string[], what: string) => {
    const missing = fields.filter((field) => !(field in part) || (part as Record<string, unknown>)[field] === undefined)
    if (missing.length > 0) t.fail(`${what} lacks ${missing.join()}`)
  }

  t.test('has every field of the contract, null where nothing is known', (t) => {
    for (const answer of answers) {
      holds(t, answer, ['id', 'createdAt', 'catalogueVersion', 'modelVersion', 'profile', 'recommendations', 'supporting', 'gapWarnings', 'excluded', 'questions', 'totals'], 'the answer')
      holds(t, answer.supporting, ['engagement', 'assessment', 'system', 'workforce'], 'supporting')
      for (const list of Object.values(listsOf(answer))) {
        for (const item of list) {
          holds(t, item, ['rank', 'intervention', 'standing', 'score', 'contributions', 'needs', 'caveats', 'availability', 'sources'], item.intervention.id)
          holds(t, item.intervention, ['id', 'name', 'kind', 'role'], item.intervention.id)
          for (const contribution of item.contributions) holds(t, contribution, ['criterion', 'weight', 'value', 'contribution', 'reason'], item.intervention.id)
          for (const need of item.needs) {
            holds(t, need, ['need', 'strength', 'direction', 'claimIds', 'applicability', 'children', 'conditions'], item.intervention.id)
            holds(t, need.applicability, ['met', 'notMet', 'unknown'], item.intervention.id)
          }
        }
      }
      for (const warning of answer.gapWarnings) holds(t, warning, ['code', 'severity', 'need', 'intervention', 'message', 'basis', 'sources', 'questions', 'suggestedAction'], warning.code)
      for (const { intervention, reasons } of answer.excluded) for (const reason of reasons) holds(t, reason, ['code', 'message'], intervention.id)
      for (const question of answer.questions) holds(t, question, ['text', 'audience', 'sources'], question.text)
    }
    t.ok(answers.some(({ recommendations }) => recommendations.some(({ needs }) => needs.some(({ children }) => children === null))), 'a number of children that nobody gave is null')
    t.end()
  })

  t.test('ranks from 1, by standing first and score within it', (t) => {
    for (const list of answers.flatMap((answer) => Object.values(listsOf(answer)))) {
      t.strictSame(list.map(({ rank }) => rank), list.map((_, i) => i + 1))
      for (const [i, item] of list.entries()) {
        const next = list[i + 1]
        if (next === undefined) continue
        const fall = STANDINGS.indexOf(next.standing) - STANDINGS.indexOf(item.standing)
        t.ok(fall > 0 || (fall === 0 && next.score <= item.score), `${item.intervention.id} above ${next.intervention.id}`)
      }
    }
    t.end()
  })

  t.test('has scores that are the sum of their contributions, one for each criterion', (t) =>
    each(t, (_, { intervention, score, contributions }) => {
      t.strictSame(contributions.map(({ criterion }) => criterion), CRITERIA)
      t.ok(Math.abs(contributions.reduce((sum, { contribution }) => sum + contribution, 0) - score) < 1e-9, `${intervention.id}: ${score}`)
      t.ok(Math.abs(contributions.reduce((sum, { weight }) => sum + weight, 0) - 1) < 1e-3, 'weights add up to 1')
      for (const { weight, value, contribution, reason } of contributions) {
        t.ok(value >= 0 && value <= 1 && Math.abs(weight * value - contribution) < 1e-3, `${intervention.id}: ${weight} × ${value} = ${contribution}`)
        t.match(reason, /\S{3}/)
      }
    })
  )

  t.test('keeps kinds of thing apart: responses are ranked, the rest support', (t) => each(t, (_, { intervention }, list) => t.equal(intervention.role, list, intervention.id)))

  t.test('has supporting measures where the need is for them', (t) => {
    for (const list of ['engagement', 'assessment', 'system'] as const) t.ok(answers.some(({ supporting }) => supporting[list].length > 0), list)
    t.end()
  })

  t.test('speaks only to needs of the profile, for shares of the cohort that add up to 1', (t) =>
    each(t, ({ profile }, { intervention, needs }) => {
      t.ok(needs.length > 0)
      for (const { need, applicability: { met, notMet, unknown }, children } of needs) {
        const asked = profile.needs.find((one) => one.need === need)
        t.ok(asked, `${intervention.id}: ${need}`)
        t.equal(children, asked?.children)
        t.ok(Math.min(met, notMet, unknown) >= 0 && Math.abs(met + notMet + unknown - 1) < 1e-6, `${intervention.id}: ${met} ${notMet} ${unknown}`)
      }
    })
  )

  t.test('rests on claims that the catalogue holds, about that entry and that need', (t) =>
    each(t, (_, { intervention, needs }) => {
      const entry = catalogue.current().interventions.find(({ id }) => id === intervention.id)!
      for (const { need, claimIds } of needs) for (const id of claimIds) t.equal(entry.claims.find((claim) => claim.id === id)?.need, need, id)
    })
  )

  t.test('names a source for every entry, warning and question', (t) => {
    for (const answer of answers) {
      for (const { intervention, sources, caveats } of Object.values(listsOf(answer)).flat()) {
        t.ok(sources.length > 0, intervention.id)
        for (const caveat of caveats) t.ok(caveat.sources.length > 0, caveat.text)
      }
      for (const { code, message, sources, basis } of answer.gapWarnings) t.ok(sources.length > 0, `${basis} ${code}: ${message}`)
      for (const { text, sources } of answer.questions.filter(({ basis }) => basis === 'published')) t.ok(sources.length > 0, text)
    }
    t.end()
  })

  t.test('never names one entry as ranked and as excluded', (t) => {
    for (const answer of answers) {
      const ranked = Object.values(listsOf(answer)).flat().map(({ intervention }) => intervention.id)
      t.strictSame([...new Set(ranked)], ranked)
      t.strictSame(answer.excluded.filter(({ intervention }) => ranked.includes(intervention.id)), [])
      for (const { intervention, reasons } of answer.excluded) t.ok(reasons.length > 0 && reasons.every(({ message }) => message.length > 10), intervention.id)
    }
    t.end()
  })

  t.test('says how the profile was understood, and what was inferred from what', async (t) => {
    const { profile } = await preview({ needs: [{ need: 'neglect', ageBands: [{ min: 0, max: 4, children: 40 }, { min: 5, max: 9, children: 10 }] }, { need: 'physical-abuse', priority: 2, context: { parentsMisusing: { '1': 0.6, '2': 0.3 } } }] })
    t.match(profile.needs[0], { need: 'neglect', children: 50, ageBands: [{ min: 0, max: 4, share: 0.8 }, { min: 5, max: 9, share: 0.2 }] })
    t.match(profile.needs[1], { need: 'physical-abuse', children: null, priority: 2, context: { parentsMisusing: { '1': 0.6, '2': 0.3 } } })
    t.ok(profile.inferred.some(({ pointer }) => pointer === '/needs/0/children'))
    t.ok(Math.abs(profile.needs.reduce((sum, { weight }) => sum + weight, 0) - 1) < 1e-6)
    t.match(profile, { area: null, constraints: { annualBudget: null, minimumStrength: null, requireUkAvailability: false }, evidence: { asOf: null, requestedSources: null } })
  })

  t.test('marks what the council provides already', async (t) => {
    const { recommendations, supporting, gapWarnings } = await preview({ needs: [{ need: 'family-engagement' }, { need: 'neglect' }], currentProvision: [{ intervention: 'signs-of-safety' }], limit: 200 })
    const all = [...recommendations, ...Object.values(supporting).flat()]
    t.strictSame(all.filter(({ alreadyProvided }) => alreadyProvided).map(({ intervention }) => intervention.id), all.some(({ intervention }) => intervention.id === 'signs-of-safety') ? ['signs-of-safety'] : [])
    t.ok(gapWarnings.some(({ code, intervention }) => code === 'current-provision-not-evidenced' && intervention === 'signs-of-safety'))
  })
})

t.test('the limit', async (t) => {
  const body = { needs: needCodes.slice(0, 40).map((need) => ({ need })) }
  const all = await preview({ ...body, limit: 200 })

  t.test('bounds each list; without one it is 20, and 5 for each supporting list', async (t) => {
    const usual = await preview(body)
    t.ok(all.totals.recommendations > 20 && all.totals.assessment > 5, JSON.stringify(all.totals))
    for (const [list, items] of Object.entries(listsOf(usual))) t.strictSame(items, listsOf(all)[list as 'response'].slice(0, list === 'response' ? 20 : 5), list)
    for (const limit of [1, 3, 7]) {
      const some = await preview({ ...body, limit })
      for (const [list, items] of Object.entries(listsOf(some))) t.strictSame(items, listsOf(all)[list as 'response'].slice(0, limit), `${limit} ${list}`)
    }
  })

  t.test('does not change how many there were, nor what is said of coverage', async (t) => {
    t.strictSame(all.totals, {
      recommendations: all.recommendations.length,
      engagement: all.supporting.engagement.length,
      assessment: all.supporting.assessment.length,
      system: all.supporting.system.length,
      workforce: all.supporting.workforce.length,
      excluded: all.excluded.length
    })
    for (const limit of [1, 5, 200]) {
      const some = await preview({ ...body, limit })
      t.strictSame(some.totals, all.totals)
      t.strictSame(some.uncoveredNeeds, all.uncoveredNeeds)
      t.strictSame(some.excluded, all.excluded)
    }
  })
})

t.test('an area', async (t) => {
  for (const url of [RECORD, PREVIEW]) {
    t.test(`alone, where nothing is held for it, is refused by POST ${url}, which says what to give instead`, async (t) => {
      const before = (await rows()).length
      const response = await post(url, { area: 'E08000035' })
      t.equal(response.statusCode, 422)
      t.equal(response.headers['content-type'], 'application/problem+json; charset=utf-8')
      t.match(response.json(), { code: 'no-figures', title: /\S/, detail: /needs/, errors: [{ pointer: '/area' }] })
      t.equal((await rows()).length, before)
    })
    t.test(`beside needs is taken by POST ${url}`, async (t) => {
      for (const [area, code] of [['E08000035', 'E08000035'], ['W06000001', 'W06000001'], ['383', 'E08000035'], ['e08000035 ', 'E08000035'], ['Leeds', 'E08000035']]) {
        const response = await post(url, { area, needs: [{ need: 'neglect' }] })
        t.equal(response.json<RecommendationAnswer>().profile.area, code)
      }
    })
    t.test(`that is none is refused by POST ${url}, with needs and without`, async (t) => {
      for (const area of ['Leedes Magna', 'E0800003', 'X08000035', '38']) {
        for (const rest of [{}, { needs: [{ need: 'neglect' }] }]) t.match((await post(url, { area, ...rest })).json(), { status: 422, code: 'unknown-area', errors: [{ pointer: '/area' }] }, area)
      }
    })
  }
})

t.test('the evidence that is looked at', async (t) => {
  const cited = (node: unknown): Citation[] => {
    if (typeof node !== 'object' || node === null) return []
    const own = (node as { sources?: unknown }).sources
    return [...(Array.isArray(own) ? (own as unknown[]).filter((one): one is Citation => typeof one === 'object') : []), ...Object.values(node).flatMap(cited)]
  }
  const citations = (node: unknown) => cited(node).map(({ id }) => id)
  const body = (evidence?: object) => ({ needs: needCodes.slice(0, 40).map((need) => ({ need })), limit: 200, ...(evidence === undefined ? {} : { evidence }) })
  const { sources } = catalogue.current()

  t.test('is everything held, when nothing is said', async (t) => {
    const { profile } = await preview(body())
    t.strictSame(profile.evidence, { asOf: null, requestedSources: null, sources: null, sourceCount: sources.length })
  })

  t.test('is only of the sources chosen, and nothing else is cited anywhere in the answer', async (t) => {
    for (const { id } of sources) {
      const answer = await preview(body({ sources: [id] }))
      t.strictSame(answer.profile.evidence.sources, [id])
      t.equal(answer.profile.evidence.sourceCount, 1)
      t.strictSame([...new Set(citations(answer))].filter((cited) => cited !== id), [], id)
    }
  })

  t.test('is only what was published by the day, and nothing later is cited', async (t) => {
    const until = '2017-06-30'
    const answer = await preview(body({ asOf: until }))
    const days = passageDays()
    const kept = [...new Set([...days].filter(([, day]) => day <= until).map(([key]) => key.split(' | ')[0]!))].sort()
    t.ok(kept.length > 0 && kept.length < sources.length)
    t.strictSame(answer.profile.evidence, { asOf: until, requestedSources: null, sources: kept, sourceCount: kept.length })
    // What is derived from a silence cites what was looked at, and no passage of it.
    const later = cited(answer).filter(({ id, section, url, year }) => (section === null ? !kept.includes(id) || year > 2017 : !((days.get(`${id} | ${section} | ${url}`) ?? '9999') <= until)))
    t.strictSame(later, [], 'a passage of a collection is of its own day')
    t.ok(cited(answer).length > 100)
    t.ok(answer.recommendations.length < (await preview(body())).recommendations.length, 'fewer entries are known')
  })

  t.test('is the same by the name of a set as by its members, in any order', async (t) => {
    const members = sources.filter(({ sets }) => sets.includes('founding-documents')).map(({ id }) => id)
    const bySet = await preview(body({ sources: ['founding-documents'] }))
    const byId = await preview(body({ sources: members.reverse() }))
    t.strictSame({ ...lasting(byId), profile: null }, { ...lasting(bySet), profile: null })
    t.strictSame(byId.profile.evidence.sources, bySet.profile.evidence.sources)
  })

  t.test('is nothing before the first source: then nothing is ranked, every need is uncovered, and the next caller sees everything', async (t) => {
    const before = await preview(body())
    const answer = await preview(body({ asOf: '1950-01-01' }))
    t.strictSame(answer.totals, { recommendations: 0, engagement: 0, assessment: 0, system: 0, workforce: 0, excluded: 0 })
    t.strictSame(answer.profile.evidence.sources, [])
    t.strictSame(answer.uncoveredNeeds.map(({ need }) => need), before.profile.needs.map(({ need }) => need))
    t.strictSame(lasting(await preview(body())), lasting(before))
  })
})

t.test('weights', async (t) => {
  const body = { needs: [{ need: 'physical-abuse', children: 120 }, { need: 'neglect', children: 310 }], limit: 200 }

  t.test('are scaled to add up to 1, and change contributions and scores', async (t) => {
    const usual = await preview(body)
    const other = await preview({ ...body, weights: { evidence: 1, coverage: 1, deliverability: 1, cost: 1, addedValue: 1 } })
    t.strictSame(other.profile.weights, { evidence: 0.2, coverage: 0.2, deliverability: 0.2, cost: 0.2, addedValue: 0.2 })
    t.strictSame(other.recommendations[0]!.contributions.map(({ weight }) => weight), [0.2, 0.2, 0.2, 0.2, 0.2])
    const scores = new Map(usual.recommendations.map(({ intervention, score }) => [intervention.id, score]))
    t.ok(other.recommendations.some(({ intervention, score }) => scores.get(intervention.id) !== score))
    t.strictSame(new Set(other.recommendations.map(({ intervention, standing }) => `${intervention.id} ${standing}`)), new Set(usual.recommendations.map(({ intervention, standing }) => `${intervention.id} ${standing}`)), 'and never a standing')
    for (const item of other.recommendations) {
      const values = (list: Recommendation['contributions']) => list.map(({ value }) => value)
      t.strictSame(values(item.contributions), values(usual.recommendations.find(({ intervention }) => intervention.id === item.intervention.id)!.contributions), 'and never a value')
    }
  })

  t.test('that are given leave the others at their default', async (t) => {
    const { profile } = await preview({ ...body, weights: { evidence: 0 } })
    t.strictSame(profile.weights, { evidence: 0, coverage: 0.5, deliverability: 0.2, cost: 0.1, addedValue: 0.2 })
    t.strictSame((await preview({ ...body, weights: {} })).profile.weights, (await preview(body)).profile.weights)
  })

  t.test('never lift what is not evaluated above what is evidence-based for the same need', async (t) => {
    const settings = [{}, ...CRITERIA.map((heavy) => Object.fromEntries(CRITERIA.map((criterion) => [criterion, criterion === heavy ? 100 : 0]))), { evidence: 0, coverage: 0 }]
    let compared = 0
    for (const need of needCodes) {
      for (const weights of settings) {
        for (const list of Object.values(listsOf(await preview({ needs: [{ need }], weights, limit: 200 })))) {
          const firstSilent = list.findIndex(({ needs }) => needs.every(({ direction }) => direction === 'unknown'))
          for (const [at, { intervention, needs, standing }] of list.entries()) {
            const proven = needs.some(({ strength, direction }) => order(strength) >= order('evidence-based') && direction === 'positive')
            if (!proven || standing === 'not-supported' || firstSilent < 0) continue
            compared += 1
            if (at > firstSilent) t.fail(`${need} with ${JSON.stringify(weights)}: ${list[firstSilent]!.intervention.id} stands above ${intervention.id}`)
          }
        }
      }
    }
    t.ok(compared > 20, `${compared} comparisons`)
  })
})

t.test('constraints', async (t) => {
  const body = { needs: ['physical-abuse', 'neglect', 'domestic-abuse', 'parental-substance-misuse'].map((need) => ({ need })), limit: 200 }
  const free = await preview(body)
  const ranked = (answer: RecommendationAnswer) => Object.values(listsOf(answer)).flat()
  const ids = (items: { intervention: { id: string } }[]) => items.map(({ intervention }) => intervention.id).sort()
  const moved = (answer: RecommendationAnswer, code: string) => answer.excluded.filter(({ reasons }) => reasons.some((reason) => reason.code === code))

  t.test('of availability: what is not known to be had in the UK is excluded, and it is said why', async (t) => {
    const answer = await preview({ ...body, constraints: { requireUkAvailability: true } })
    const had = ({ availability: { uk } }: Recommendation) => uk === 'available' || uk === 'pilot'
    t.ok(ranked(answer).every(had) && ranked(answer).length > 0)
    t.strictSame(ids(ranked(answer)), ids(ranked(free).filter(had)))
    t.equal(answer.totals.excluded, free.totals.excluded + ranked(free).filter((item) => !had(item)).length)
    for (const { reasons } of moved(answer, 'uk-availability-not-shown')) t.match(reasons.find(({ code }) => code === 'uk-availability-not-shown')!.message, /UK/)
    t.ok(moved(answer, 'uk-availability-not-shown').length > 0)
    t.equal(answer.profile.constraints.requireUkAvailability, true)
    t.strictSame({ ...lasting(await preview({ ...body, constraints: { requireUkAvailability: false } })) }, lasting(free), 'false asks for nothing')
  })

  t.test('of strength: what falls short is excluded, and it is said why; a stronger demand leaves fewer', async (t) => {
    const claims = new Map(catalogue.current().interventions.flatMap((entry) => entry.claims.map((claim) => [claim.id, claim] as const)))
    // Each need of the answer names the claims that apply or may apply to it.
    const best = ({ claimIds }: NeedAnswer) =>
      claimIds.map((id) => claims.get(id)!).filter(({ direction }) => direction === 'positive' || direction === 'mixed').map(({ strength }) => strength).reduce<Strength | null>((a, b) => (order(a) >= order(b) ? a : b), 'none')
    const needsOf = (id: string) => ranked(free).find(({ intervention }) => intervention.id === id)?.needs ?? []
    let fewer = ids(ranked(free))
    for (const minimumStrength of STRENGTHS) {
      const answer = await preview({ ...body, constraints: { minimumStrength } })
      // By the strongest claim of benefit that holds or may hold for some of the children: what is not known is not taken as not met.
      for (const { intervention, needs } of ranked(answer)) t.ok(minimumStrength === 'none' || needs.some((need) => order(best(need)) >= order(minimumStrength)), `${intervention.id} at least ${minimumStrength}`)
      for (const { intervention } of moved(answer, 'below-minimum-strength')) t.notOk(needsOf(intervention.id).some((need) => order(best(need)) >= order(minimumStrength)), `${intervention.id} below ${minimumStrength}`)
      const left = ids(ranked(answer))
      t.strictSame(left.filter((id) => !fewer.includes(id)), [], `${minimumStrength}: ${left.length}`)
      for (const { intervention, reasons } of moved(answer, 'below-minimum-strength')) t.ok(reasons.every(({ message }) => message.length > 10), intervention.id)
      if (left.length < ranked(free).length) t.ok(moved(answer, 'below-minimum-strength').length > 0, minimumStrength)
      t.equal(answer.totals.excluded + left.length, free.totals.excluded + ranked(free).length, 'none is lost')
      fewer = left
    }
    t.ok(fewer.length < ranked(free).length)
  })

  t.test('of both: an entry that breaks two is given both reasons', async (t) => {
    const answer = await preview({ ...body, constraints: { minimumStrength: 'strong', requireUkAvailability: true } })
    t.ok(answer.excluded.some(({ reasons }) => reasons.length >= 2))
  })

  t.test('what is only a comparator or context is never ranked, with none of them', async (t) => {
    const answer = await preview({ needs: needCodes.slice(0, 40).map((need) => ({ need })), limit: 200 })
    t.strictSame(ranked(answer).filter(({ intervention: { role } }) => role === 'comparator' || role === 'context'), [])
    const codes = new Set(answer.excluded.flatMap(({ reasons }) => reasons.map(({ code }) => code)))
    t.ok(codes.has('comparator-only') || codes.has('context-only'))
  })
})

t.test('the history of an intervention', async (t) => {
  const history = async (id: string, query = '') => (await app.inject(`/v1/interventions/${id}/history${query}`)).json<InterventionHistory>()
  const knownBy = (id: string) => {
    const { interventions, publishedOn } = catalogue.current()
    const claim = interventions.flatMap((entry) => entry.claims).find((one) => one.id === id)!
    return claim.sources.map((citation) => publishedOn.get(citation)!).sort()[0]!
  }

  t.test('has its needs, and for each the points at which something became known, in order of date', async (t) => {
    for (const id of ['family-group-conferencing', 'signs-of-safety', 'pcit', 'mash', 'fdac']) {
      const entry = catalogue.current().interventions.find((one) => one.id === id)!
      const { intervention, needs, claims } = await history(id)
      t.strictSame(intervention, { id, name: entry.name, kind: entry.kind, role: entry.role })
      t.strictSame(needs.map(({ need }) => need), [...new Set(entry.claims.map(({ need }) => need))].sort(), id)
      for (const { need, label, points } of needs) {
        t.equal(label, catalogue.current().needByCode.get(need)!.label)
        t.strictSame(points.map(({ date }) => date), [...new Set(points.map(({ date }) => date))].sort(), `${id} ${need}: in order, each day once`)
        t.strictSame(points.flatMap(({ added }) => added).sort(), entry.claims.filter((claim) => claim.need === need).map((claim) => claim.id).sort(), `${id} ${need}: each claim once`)
        for (const [i, { date, added, lead, against }] of points.entries()) {
          for (const claim of added) t.equal(date, knownBy(claim), claim)
          const known = points.slice(0, i + 1).flatMap((point) => point.added)
          t.strictSame([...(lead === null ? [] : [lead]), ...against].filter((claim) => !known.includes(claim)), [], 'rests on what was known by then')
        }
      }
      const days = claims.map((claim) => knownBy(claim.id))
      t.strictSame(days, [...days].sort(), `${id}: the claims come oldest first`)
      t.strictSame(claims.map((claim) => claim.id).sort(), entry.claims.map((claim) => claim.id).sort(), `${id}: all of them`)
    }
  })

  t.test('tells of conferences: unproven in 2017, tried before proceedings by 2023', async (t) => {
    const edge = async (query: string) => (await history('family-group-conferencing', query)).needs.find(({ need }) => need === 'edge-of-care')!.points
    const before = (await edge('?stage=plo-pre-proceedings')).find(({ date }) => date === '2017-06-23')!
    t.equal(before.standing, 'test-and-evaluate')
    t.equal((await edge('?stage=plo-pre-proceedings')).at(-1)!.standing, 'recommended')
    t.not((await edge('')).at(-1)!.standing, 'recommended', 'the stage is unknown')
    t.not((await edge('?stage=early-help')).at(-1)!.standing, 'recommended', 'another stage')
  })

  t.test('is judged for the age and the stage that are given, and refuses those that are none', async (t) => {
    const points = async (query: string) => (await history('parents-under-pressure', query)).needs.find(({ need }) => need === 'parental-substance-misuse')!.points
    t.not((await points('?age=1')).at(-1)!.lead, (await points('?age=12')).at(-1)!.lead, 'its trial was of children under three')
    t.strictSame((await points('?age=1')).map(({ added }) => added), (await points('?age=12')).map(({ added }) => added), 'what was published is the same for all')
    for (const [query, pointer] of [['?age=26', '/age'], ['?age=-1', '/age'], ['?age=one', '/age'], ['?stage=nowhere', '/stage']] as const) {
      t.match((await app.inject(`/v1/interventions/parents-under-pressure/history${query}`)).json(), { status: 400, code: 'validation', errors: [{ pointer, in: 'query' }] }, query)
    }
  })

  t.test('of an unknown id is not found, with the one that was meant; of a family, with its versions', async (t) => {
    const refused = async (id: string) => (await app.inject(`/v1/interventions/${id}/history`)).json<object>()
    t.match(await refused('sign-of-safety'), { status: 404, code: 'not-found', errors: [{ pointer: '/id', in: 'path', code: 'unknown-intervention', suggestions: ['signs-of-safety'] }] })
    t.match(await refused('zzzzzzzz'), { status: 404, errors: [{ suggestions: [] }] })
    t.match(await refused('incredible-years'), { status: 404, errors: [{ pointer: '/id', suggestions: catalogue.current().families.find(({ id }) => id === 'incredible-years')!.versions }] })
  })
})

t.test('comparing two views for a recorded answer', async (t) => {
  const recorded = async (body: object) => (await post(RECORD, body)).json<RecommendationAnswer>()
  const compare = async (id: string | null, body: object = {}) => {
    const response = await post(`${RECORD}/${id}/compare`, body)
    if (response.statusCode !== 200) throw new Error(`answered ${response.statusCode}: ${response.body.slice(0, 300)}`)
    return response.json<Comparison>()
  }
  const all = catalogue.current().sources.map(({ id }) => id).sort()
  const founding = catalogue.current().sources.filter(({ sets }) => sets.includes('founding-documents')).map(({ id }) => id).sort()
  const edge = { needs: [{ need: 'edge-of-care' }], context: { stage: 'plo-pre-proceedings' } }

  t.test('is from the view of the answer to all that is held, where nothing is said', async (t) => {
    const narrow = await recorded({ ...edge, evidence: { asOf: '2018-12-31', sources: ['founding-documents'] } })
    const { recommendation, catalogueVersion, modelVersion, from, to } = await compare(narrow.id)
    t.strictSame({ recommendation, catalogueVersion, modelVersion }, { recommendation: narrow.id, catalogueVersion: narrow.catalogueVersion, modelVersion: narrow.modelVersion })
    t.strictSame(from, { asOf: '2018-12-31', requestedSources: ['founding-documents'], sources: narrow.profile.evidence.sources })
    t.strictSame(to, { asOf: null, requestedSources: null, sources: all })
    const whole = await recorded(edge)
    t.match((await compare(whole.id)).from, { asOf: whole.createdAt.slice(0, 10), requestedSources: null }, 'what had been published by the day of the answer')
  })

  t.test('names what moved, from where to where, and the claims that moved it', async (t) => {
    const then = { sources: ['founding-documents'] }
    const { id } = await recorded(edge)
    const { moved, from } = await compare(id, { from: then })
    t.strictSame(from, { asOf: null, requestedSources: ['founding-documents'], sources: founding })
    const places = (answer: RecommendationAnswer) => new Map(Object.values(listsOf(answer)).flat().map(({ intervention, rank, standing, score }) => [intervention.id, { rank, standing, score }]))
    const before = places(await preview({ ...edge, evidence: then, limit: 200 }))
    const after = places(await preview({ ...edge, limit: 200 }))
    const changed = [...new Set([...before.keys(), ...after.keys()])].filter((one) => before.get(one)?.standing !== after.get(one)?.standing || before.get(one)?.score !== after.get(one)?.score).sort()
    t.strictSame(moved.map(({ intervention }) => intervention), changed, 'all that did, and nothing else')
    for (const { intervention, from: was, to: is, because } of moved) {
      t.strictSame([was, is], [before.get(intervention) ?? null, after.get(intervention) ?? null], intervention)
      t.strictSame([...new Set(because.map(({ need }) => need))].filter((need) => need !== 'edge-of-care'), [])
      for (const { claim: held, change } of because) {
        const claim = catalogue.current().interventions.find((entry) => entry.id === intervention)!.claims.find((one) => one.id === held)!
        t.equal(change, 'added')
        t.notOk(claim.sources.some((source) => founding.includes(source.id)), `${held} is in one view only`)
      }
    }
    t.match(moved.find(({ intervention }) => intervention === 'family-group-conferencing'), { list: 'engagement', from: { standing: 'test-and-evaluate' }, to: { standing: 'recommended' } })
    t.ok(moved.find(({ intervention }) => intervention === 'family-group-conferencing')!.because.some(({ claim, direction, strength }) => claim === 'family-group-conferencing-coram-trial-2023-care' && direction === 'positive' && strength === 'evidence-based'))
    const back = await compare(id, { from: {}, to: then })
    t.strictSame(back.moved.map(({ intervention, from: was, to: is }) => ({ intervention, was, is })), moved.map(({ intervention, from: was, to: is }) => ({ intervention, was: is, is: was })), 'and back')
    t.ok(back.moved.every(({ because }) => because.every(({ change }) => change === 'left-out')))
  })

  t.test('says which warnings appear and which go', async (t) => {
    const { id } = await recorded({ needs: [{ need: 'parental-substance-misuse' }], context: { parentsMisusing: 2 } })
    const { warningsAppeared, warningsGone } = await compare(id, { from: { sources: ['founding-documents'] } })
    t.ok(warningsGone.some(({ code, need }) => code === 'no-strong-evidence' && need === 'parental-substance-misuse'))
    t.ok(warningsAppeared.some(({ code, intervention }) => code === 'not-validated-in-uk' && intervention === 'mst-building-stronger-families'))
    const key = (warning: { code: string; message: string; needs: string[]; interventions: string[] }) => `${warning.code} ${warning.needs.join()} ${warning.interventions.join()} ${warning.message}`
    t.strictSame(warningsAppeared.map(key).filter((one) => warningsGone.map(key).includes(one)), [])
  })

  t.test('of a view with itself moves nothing, and nothing of a comparison is kept', async (t) => {
    const { id } = await recorded(FULL)
    const before = await rows()
    for (const view of [{}, { asOf: '2019-12-31' }, { sources: ['founding-documents'] }]) {
      const { moved, warningsAppeared, warningsGone } = await compare(id, { from: view, to: view })
      t.strictSame([moved, warningsAppeared, warningsGone], [[], [], []], JSON.stringify(view))
    }
    t.strictSame(await rows(), before)
  })

  t.test('of an answer that nobody recorded, or with a source that is none, is refused', async (t) => {
    t.match((await post(`${RECORD}/00000000-0000-4000-8000-00000000dead/compare`, {})).json(), { status: 404, code: 'not-found' })
    const { id } = await recorded(edge)
    for (const side of ['from', 'to']) {
      t.match((await post(`${RECORD}/${id}/compare`, { [side]: { sources: ['founding-documents', 'founding-document'] } })).json(), { status: 422, code: 'unknown-source', errors: [{ pointer: `/${side}/sources/1`, in: 'body', code: 'unknown-source', suggestions: ['founding-documents'] }] }, side)
      t.match((await post(`${RECORD}/${id}/compare`, { [side]: { asOf: '2018-02-30' } })).json(), { status: 400, code: 'validation', errors: [{ pointer: `/${side}/asOf`, in: 'body' }] }, side)
    }
    t.match((await post(`${RECORD}/${id}/compare`, { fromm: {} })).json(), { status: 400, errors: [{ pointer: '/fromm', code: 'unknown-field', suggestions: ['from'] }] })
  })
})

t.test('the order of needs, provision, age bands, facts and fields changes nothing', async (t) => {
  const needs = [
    { need: 'physical-abuse', children: 120, priority: 1 },
    { need: 'neglect', ageBands: [{ min: 0, max: 4, children: 90 }, { min: 5, max: 11, children: 120 }] },
    { need: 'domestic-abuse', context: { couple: true, parentsMisusing: { '1': 0.6, '2': 0.3 } } }
  ]
  const currentProvision = [{ intervention: 'signs-of-safety' }, { intervention: 'mash', places: 3 }]
  const context = { severity: 'moderate', pattern: 'chronic', stage: 's47-child-protection' }
  const reversed = (part: unknown): unknown =>
    Array.isArray(part) ? part.map(reversed).reverse() : typeof part === 'object' && part !== null ? Object.fromEntries(Object.entries(part).map(([key, value]) => [key, reversed(value)]).reverse()) : part
  const body = { needs, currentProvision, context, evidence: { sources: ['nlgn-tiny-acorns-2019', 'eif-lga-overview-2017', 'rip-systems-practice-2017'] } }
  // Where in the request something was inferred from depends on the request; what was inferred does not.
  const comparable = (answer: RecommendationAnswer) => ({ ...lasting(answer), profile: { ...answer.profile, inferred: answer.profile.inferred.map(({ statement }) => statement).sort() } })
  const there = await post(PREVIEW, body)
  const back = await post(PREVIEW, reversed(body) as object)
  t.strictSame(comparable(back.json()), comparable(there.json()))
})

t.test('when the catalogue changes', async (t) => {
  const body = { needs: [{ need: 'physical-abuse', children: 120 }] }
  const asked = await post(RECORD, body)
  const before = asked.json<RecommendationAnswer>()
  const best = before.recommendations[0]!

  const { interventions } = await findRecords(database.kysely, before.catalogueVersion)
  const claims = interventions.find(({ id }) => id === best.intervention.id)!.claims
  const curate = (change: object) => app.inject({ method: 'POST', url: '/v1/catalogue/versions', payload: { basedOn: before.catalogueVersion, reason: 'A trial found no effect (made up)', sources: claims[0]!.sources, ...change } })

  t.test('a new version is stored and is what is asked from then on', async (t) => {
    const curated = await curate({
      changes: [
        { op: 'correct', kind: 'intervention', id: best.intervention.id, fields: { name: 'Renamed since' } },
        ...claims.map(({ id }) => ({ op: 'correct', kind: 'claim', id, fields: { direction: 'no-effect', strength: 'evidence-based', country: 'England', year: 2026 } }))
      ]
    })
    t.equal(curated.statusCode, 201, curated.body)
    const { version } = curated.json<{ version: number }>()
    t.ok(version > before.catalogueVersion)
    const now = await preview(body)
    t.equal(now.catalogueVersion, version)
    t.not(now.recommendations[0]?.intervention.id, best.intervention.id)
    t.strictSame(now.recommendations.filter(({ intervention, standing }) => intervention.id === best.intervention.id && standing === 'recommended'), [])
    t.match((await app.inject(`/v1/interventions/${best.intervention.id}`)).json(), { name: 'Renamed since' })
    t.equal(await catalogue.refresh(), false, 'and is loaded already')
  })

  t.test('what was recorded before comes back byte for byte, with the version it rests on', async (t) => {
    const again = await app.inject(String(asked.headers['location']))
    t.ok(again.rawPayload.equals(asked.rawPayload))
    t.equal(again.json<RecommendationAnswer>().catalogueVersion, before.catalogueVersion)
    t.notMatch(again.body, /Renamed since/)
    const then = await app.inject(`/v1/interventions/${best.intervention.id}?catalogueVersion=${before.catalogueVersion}`)
    t.equal(then.json<{ name: string }>().name, best.intervention.name, 'and the catalogue can be read as it was')
    t.match((await app.inject(`/v1/catalogue/versions/${before.catalogueVersion}`)).json(), { current: false, origin: 'shipped' })
  })
})

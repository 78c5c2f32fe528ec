import t from 'tap'
import { buildCatalogue } from '../../src/catalogue/catalogue.js'
import { evidenceMap } from '../../src/catalogue/evidence-map.js'
import { listGaps } from '../../src/catalogue/derived-gaps.js'
import type { InterventionRecord } from '../../src/catalogue/records.js'
import { lastDayOf } from '../../src/catalogue/dates.js'
import { selectSources, viewOf } from '../../src/catalogue/view.js'
import { intervention, needs, source } from '../helpers/arbitraries.js'

const later = { ...source, id: 'trial', published: '2018-03', year: 2018, sets: ['trials'] }
const cite = (id: string) => [{ source: id, section: 'Results' }]
const claim = (rest: object): Omit<InterventionRecord['claims'][number], 'id'> => ({
  need: 'alpha',
  outcome: null,
  outcomeFor: 'child',
  population: null,
  direction: 'positive',
  strength: 'evidence-based',
  status: 'graded-in-words',
  nativeRating: null,
  studyDesign: null,
  country: null,
  year: 2017,
  independent: null,
  sources: cite('review'),
  ...rest
})
const records = {
  sources: [source, later],
  needs,
  standards: [],
  families: [],
  ages: [],
  interventions: [
    intervention('both', [claim({}), claim({ direction: 'no-effect', year: 2018, sources: cite('trial') }), claim({ need: 'beta', sources: [...cite('review'), ...cite('trial')] })], {
      caveats: [{ text: 'Found only in the trial', sources: cite('trial') }]
    }),
    intervention('only-later', [claim({ sources: cite('trial') })], { sources: cite('trial') }),
    intervention('silent', [claim({ direction: 'unknown', strength: 'none', status: 'not-evaluated' })], { role: 'response' }),
    intervention('tool', [claim({ strength: 'preliminary' })], { role: 'assessment' })
  ],
  gaps: [],
  questions: [],
  contextFigures: []
}
const catalogue = buildCatalogue(records, 7)
const view = (selection: object) => viewOf(catalogue, selectSources(catalogue, selection))

t.test('a date of month or year precision is known from its last day', async (t) => {
  t.equal(lastDayOf('2017'), '2017-12-31')
  t.equal(lastDayOf('2016-02'), '2016-02-29')
  t.equal(lastDayOf('2017-06-29'), '2017-06-29')
})

t.test('a view as of a day leaves out what was published later', async (t) => {
  t.same(view({ asOf: '2018-03-30' }).interventions.map(({ id }) => id), ['both', 'silent', 'tool'])
  t.same(view({ asOf: '2018-03-31' }).interventions.map(({ id }) => id), ['both', 'only-later', 'silent', 'tool'])
  t.same(view({ asOf: '2010-01-01' }).interventions, [])
})

t.test('a narrowed claim keeps only the citations that are in view, and a claim of other sources goes', async (t) => {
  const both = view({ sources: ['review'] }).byId.get('both')!
  t.same(both.claims.map((one) => one.sources.map(({ id }) => id)), [['review'], ['review']])
  t.same(both.caveats, [])
  t.equal(both.evidenceAsOf, '2017-12-31')
  t.equal(view({}).byId.get('both')!.evidenceAsOf, '2018-03-31')
})

t.test('sources are chosen by id or by the name of a set', async (t) => {
  t.same([...selectSources(catalogue, { sources: ['trials'] }).sourceIds], ['trial'])
  t.same([...selectSources(catalogue, { sources: ['trials', 'review'] }).sourceIds].sort(), ['review', 'trial'])
  t.same([...selectSources(catalogue, { sources: ['trials'], asOf: '2017-12-31' }).sourceIds], [])
})

t.test('the map counts an entry once, at its best claim, and shows findings of no effect beside it', async (t) => {
  const row = evidenceMap(view({}), 'response').find(({ need }) => need === 'alpha')!
  const at = (strength: string) => row.cells.find((cell) => cell.strength === strength)!
  t.same(at('evidence-based'), { strength: 'evidence-based', count: 2, interventions: ['both', 'only-later'] })
  t.same(at('none').interventions, ['silent'])
  t.same(row.noEffect, ['both'])
  t.same(row.notEvaluated, ['silent'])
  t.notOk(row.cells.some((cell) => cell.interventions.includes('tool')), 'a tool is not a response')
})

t.test('gaps follow from the view that is asked for', async (t) => {
  const codes = (selection: object) => listGaps(view(selection)).map((gap) => `${gap.code} ${gap.needs.join()}`)
  t.ok(codes({}).includes('need-not-covered gamma'))
  t.notOk(codes({}).includes('no-strong-evidence alpha'))
  t.ok(codes({ sources: ['trials'] }).includes('no-strong-evidence alpha') === false, 'the later entry is evidence-based')
  t.ok(codes({ sources: ['trials'] }).some((code) => code.endsWith('gamma')))
})

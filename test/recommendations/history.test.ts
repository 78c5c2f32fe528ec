import t from 'tap'
import { buildCatalogue } from '../../src/catalogue/catalogue.js'
import { selectSources, viewOf } from '../../src/catalogue/view.js'
import { compareViews } from '../../src/recommendations/compare.js'
import { historyOf } from '../../src/recommendations/history.js'
import { understandProfile } from '../../src/recommendations/profile.js'
import { intervention, needs, source, type Body } from '../helpers/arbitraries.js'

/** An approach that was unproven in 2017, failed early in a US trial and worked in a later UK one at one stage. */

const on = (published: string) => [{ source: 'review', section: `Published ${published}`, published }]
const claim = (rest: object) => ({
  need: 'alpha',
  outcome: null,
  outcomeFor: 'child' as const,
  population: null,
  direction: 'positive' as const,
  strength: 'evidence-based' as const,
  status: 'graded-in-words' as const,
  nativeRating: null,
  studyDesign: null,
  country: null,
  year: 2017,
  independent: null,
  sources: on('2017-06-23'),
  ...rest
})
const conference = intervention('conference', [
  claim({ direction: 'unknown', strength: 'none', status: 'under-evaluation' }),
  claim({ direction: 'no-effect', country: 'United States', year: 2019, sources: on('2019-05') }),
  claim({
    country: 'England',
    year: 2023,
    sources: on('2023-06-13'),
    conditions: [{ key: 'stage', effect: 'requires', is: ['plo-pre-proceedings'], text: 'Before proceedings' }]
  })
])
const other = intervention('other', [claim({ strength: 'moderate' })])
const catalogue = buildCatalogue({ sources: [source], needs, standards: [], families: [], ages: [], interventions: [conference, other], gaps: [], questions: [], contextFigures: [] }, 1)
const entry = catalogue.interventions.find(({ id }) => id === 'conference')!
const at = (stage: string | null) => ({ ageBands: [], context: new Map(stage === null ? [] : [['stage' as const, new Map([[stage, 1]])]]) })

t.test('each point of the history has what was known by then', async (t) => {
  const [alpha] = historyOf(catalogue, entry, at('plo-pre-proceedings'))
  t.same(
    alpha!.points.map(({ date, standing, added, against }) => [date, standing, added, against]),
    [
      ['2017-06-23', 'test-and-evaluate', ['conference-0'], []],
      ['2019-05-31', 'not-supported', ['conference-1'], ['conference-1']],
      ['2023-06-13', 'recommended', ['conference-2'], ['conference-1']]
    ]
  )
})

t.test('a later trial lifts only where its conditions hold', async (t) => {
  const last = (stage: string | null) => historyOf(catalogue, entry, at(stage))[0]!.points.at(-1)!.standing
  t.equal(last('s17-child-in-need'), 'not-supported')
  t.equal(last(null), 'consider', 'the stage is unknown')
})

t.test('a comparison names what moved and the claims that moved it', async (t) => {
  const body: Body = { needs: [{ need: 'alpha' }], context: { stage: 'plo-pre-proceedings' } }
  const profile = understandProfile(body, catalogue)
  const view = (asOf?: string) => viewOf(catalogue, selectSources(catalogue, asOf === undefined ? {} : { asOf }))
  const [move, ...rest] = compareViews(view('2018-12-31'), view(), profile)
  t.same(rest, [], 'what did not change is not listed')
  t.match(move, { intervention: 'conference', from: { standing: 'test-and-evaluate', rank: 2 }, to: { standing: 'recommended', rank: 1 } })
  t.same(move!.because.map(({ claim, direction, change }) => [claim, direction, change]), [
    ['conference-1', 'no-effect', 'added'],
    ['conference-2', 'positive', 'added']
  ])
  t.same(compareViews(view(), view(), profile), [])
})

import t from 'tap'
import fc from 'fast-check'
import { filled } from '../../src/business-cases/kept.js'
import { EMPTY_CASE, EXAMPLE_CASE } from '../../src/business-cases/examples.js'
import { BusinessCaseInput, type BusinessCaseContent, type CaseEvidence } from '../../src/business-cases/schemas.js'
import { NEXT, canBecome, hasRegister, isEditable, missingFor, type Standing } from '../../src/business-cases/transitions.js'
import { STATES, type State } from '../../src/business-cases/vocabulary.js'
import type { Writable } from '../helpers/writable.js'

const contentOf = (input: BusinessCaseInput): BusinessCaseContent => filled(BusinessCaseInput, input)
const COMPLETE = contentOf(EXAMPLE_CASE)
const evidence = (needed: boolean) => ({ evaluationPlan: { needed, because: 'It is not strong.' } }) as CaseEvidence
const standing = (fixed: Partial<Standing> = {}): Standing => ({ state: 'draft', content: COMPLETE, evidence: null, submittedBy: null, unreported: [], ...fixed })
const pointers = (list: { pointer: string }[]) => list.map(({ pointer }) => pointer)
type Content = Writable<BusinessCaseContent>
const without = (change: (content: Content) => void) => {
  const content = structuredClone(COMPLETE) as Content
  change(content)
  return standing({ content })
}

t.test('the states', (t) => {
  t.test('lead to one another as the Green Book has it, and to no others', (t) => {
    const pairs = STATES.flatMap((from) => STATES.filter((to) => canBecome(from, to)).map((to) => `${from} > ${to}`))
    t.strictSame(pairs.sort(), ['draft > submitted', 'submitted > approved', 'submitted > returned', 'returned > submitted', 'returned > draft', 'approved > in-delivery', 'in-delivery > closed'].sort())
    t.end()
  })

  t.test('are all reached from a draft, and none that was approved can be changed again, whatever is decided', (t) => {
    const reached = new Set<State>(['draft'])
    for (const state of reached) for (const next of NEXT[state]) reached.add(next)
    t.strictSame([...reached].sort(), [...STATES].sort())
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...STATES), { maxLength: 30 }), (asked) => {
        let state: State = 'draft'
        let approved = false
        for (const to of asked) {
          if (canBecome(state, to)) state = to
          approved ||= state === 'approved'
          if (approved && (isEditable(state) || !hasRegister(state))) return false
          if (!approved && hasRegister(state)) return false
        }
        return true
      })
    )
    t.end()
  })
  t.end()
})

t.test('to be submitted', (t) => {
  t.strictSame(missingFor('submitted', standing()), [], 'a complete case needs nothing')

  t.test('a case with a title alone is told of every part that is missing, in all five cases', (t) => {
    const missing = pointers(missingFor('submitted', standing({ content: contentOf(EMPTY_CASE) })))
    t.strictSame([...new Set(missing)].length >= 24, true)
    for (const part of ['strategic/need', 'strategic/objectives', 'strategic/consultation', 'economic/appraisal', 'economic/preferredOption', 'commercial/route', 'commercial/contract', 'commercial/socialValue', 'financial/budget', 'financial/funding', 'financial/cashablePosition', 'management/governance', 'management/benefits', 'management/readiness']) {
      t.ok(missing.includes(`/${part}`), part)
    }
    t.end()
  })

  const cases: [string, (content: Content) => void, string, string][] = [
    ['an objective needs all that makes it SMART', (c) => (c.strategic!.objectives[0]!.target = null), '/strategic/objectives/0/target', 'required'],
    ['doing nothing has to be one of the options', (c) => (c.economic!.options[0]!.doNothing = false), '/economic/options', 'do-nothing-needed'],
    ['it can be only one of them', (c) => (c.economic!.options[1]!.doNothing = true), '/economic/options', 'do-nothing-needed'],
    ['each option needs its reason', (c) => (c.economic!.options[2]!.reason = null), '/economic/options/2/reason', 'required'],
    ['the preferred option has to be appraised', (c) => (c.economic!.preferredOption = 'pcit'), '/economic/preferredOption', 'not-appraised'],
    ['it rests on the same entry in the appraisal', (c) => (c.economic!.options[1]!.intervention = 'pcit'), '/economic/preferredOption', 'disagrees'],
    ['a contract is needed unless the council delivers it', (c) => (c.commercial!.route = 'framework'), '/commercial/contract', 'required'],
    ['each aspect of readiness is answered, be it as not known', (c) => (c.management!.readiness!.supervision = null), '/management/readiness/supervision', 'required'],
    ['a benefit needs its owner', (c) => (c.management!.benefits[0]!.owner = null), '/management/benefits/0/owner', 'required'],
    ['a benefit that is counted needs a baseline', (c) => (c.management!.benefits[0]!.baseline = null), '/management/benefits/0/baseline', 'required'],
    ['and the source of that', (c) => (c.management!.benefits[0]!.baseline!.source = null), '/management/benefits/0/baseline/source', 'required'],
    ['its forecast is a line of the preferred option', (c) => (c.management!.benefits[0]!.forecast!.benefit = 'plans'), '/management/benefits/0/forecast/benefit', 'unknown-benefit'],
    ['two benefits are not forecast by one line', (c) => (c.management!.benefits[1]!.forecast = { benefit: 'repeat-plans', measuredIn: 'pounds' }), '/management/benefits/1/forecast/benefit', 'counted-twice']
  ]
  for (const [title, change, pointer, code] of cases) {
    t.test(title, (t) => {
      t.match(missingFor('submitted', without(change)).find((item) => item.pointer === pointer), { code, message: /\S{3}/ })
      t.end()
    })
  }

  t.test('a qualitative benefit needs no figure, and a case whose preferred option is to do nothing no appraisal of that', (t) => {
    t.strictSame(missingFor('submitted', without((c) => (c.management!.benefits[1]!.baseline = null))), [])
    t.strictSame(missingFor('submitted', without((c) => ((c.economic!.preferredOption = 'as-now'), (c.management!.benefits = [c.management!.benefits[1]!])))), [])
    t.end()
  })

  t.test('leaving any one part out is told by that part, and by nothing that is there', (t) => {
    const parts = ['strategic', 'commercial', 'financial', 'management'] as const
    for (const part of parts) {
      for (const field of new Set(pointers(missingFor('submitted', without((c) => (c[part] = null)))).map((pointer) => pointer.split('/')[2]!))) {
        const missing = missingFor('submitted', without((c) => ((c[part] as Record<string, unknown>)[field] = Array.isArray((COMPLETE[part] as Record<string, unknown>)[field]) ? [] : null)))
        // The contract is missing already where it is delivered in-house.
        if (field === 'contract') continue
        t.ok(missing.length >= 1 && missing.every(({ pointer }) => pointer.startsWith(`/${part}/${field}`) || pointer === '/commercial/contract'), `${part}/${field}: ${JSON.stringify(missing)}`)
      }
    }
    t.end()
  })
  t.end()
})

t.test('to be approved', (t) => {
  const submitted = (fixed: Partial<Standing>) => standing({ state: 'submitted', submittedBy: { by: 'A. Khan', actor: 'local' }, ...fixed })
  const noPlan = structuredClone(COMPLETE) as Content
  noPlan.management!.evaluationPlan = null

  t.test('an option without strong evidence needs an evaluation plan, told field by field', (t) => {
    const missing = missingFor('approved', submitted({ content: noPlan, evidence: evidence(true) }))
    t.strictSame(pointers(missing), ['question', 'design', 'comparison', 'outcomes', 'data', 'reportBy', 'lead'].map((field) => `/management/evaluationPlan/${field}`))
    t.match(missing[0]!.message, /It is not strong\.$/)
    t.strictSame(missingFor('approved', submitted({ content: noPlan, evidence: evidence(false) })), [])
    t.strictSame(missingFor('approved', submitted({ evidence: evidence(true) })), [])
    t.end()
  })

  t.test('somebody else than who submitted it has to approve, however the name is written', (t) => {
    const by = (name: string, actor = 'local', submitter = 'local') => missingFor('approved', submitted({ evidence: evidence(false), submittedBy: { by: 'A. Khan', actor: submitter } }), { by: name, actor })
    for (const name of ['A. Khan', 'a khan', ' A.  KHAN ', 'A Khan.', 'Khan, A.']) t.match(by(name), [{ pointer: '/by', code: 'same-person' }], name)
    for (const name of ['B. Khan', 'A. Khanna']) t.strictSame(by(name), [], name)
    t.match(by('B. Khan', 'key:1', 'key:1'), [{ pointer: '/by', code: 'same-person', message: /key or token/ }], 'another name with the same key is the same person')
    t.strictSame(by('B. Khan', 'key:2', 'key:1'), [])
    t.strictSame(missingFor('returned', submitted({ evidence: evidence(true) }), { by: 'A. Khan', actor: 'local' }), [], 'to return it, or take it back, needs nobody else')
    t.end()
  })
  t.end()
})

t.test('delivery begins and ends on a day, and ends with what was learnt and with nothing left unsaid', (t) => {
  const begun = standing({ state: 'approved' })
  t.strictSame(pointers(missingFor('in-delivery', begun, { by: 'X', actor: 'local' })), ['/effectiveOn'])
  t.strictSame(missingFor('in-delivery', begun, { by: 'X', actor: 'local', effectiveOn: '2024-04-01' }), [])
  const ending = standing({ state: 'in-delivery', unreported: [{ benefit: 'plans', period: '2024/25' }] })
  t.match(missingFor('closed', ending, { by: 'X', actor: 'local' }), [
    { pointer: '/benefits/plans/2024~125', code: 'not-reported', message: /null/ },
    { pointer: '/effectiveOn', code: 'required' },
    { pointer: '/lessons', code: 'required' }
  ])
  t.strictSame(missingFor('closed', { ...ending, unreported: [] }, { by: 'X', actor: 'local', effectiveOn: '2026-03-31', lessons: 'Start smaller.' }), [])
  t.strictSame(pointers(missingFor('closed', ending)), ['/benefits/plans/2024~125'], 'before it is decided, what the decision says is not missing')
  t.end()
})

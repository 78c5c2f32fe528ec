import t from 'tap'
import { CRITERIA, unitDeliveryCost } from '../../src/recommendations/criteria.js'
import type { Body } from '../helpers/advice.js'
import {
  answer, asks, caveat, claims, doesNotAsk, entry, figure, found, founding, level, listed, mapHolds, notListed, onEntry, publishedGap,
  ranksAbove, recommendsOnly, sameEntry, silent, takeUp, warns, warnsMore, type Check
} from '../helpers/checks.js'

/**
 * What the five founding documents say that a faithful answer has to reproduce, row by row: the 2017
 * overview (EIF and LGA), the practice review (Research in Practice), Bright Futures (LGA), From Tiny
 * Acorns (NLGN) and the papers of the LGA's board. Later sources are left out of view here.
 */
interface Row {
  claim: string
  /** The document and its section. */
  source: string
  checks: Check[]
}

// --- profiles that several rows ask about

const aged = (need: string, age: number, context: Body['context'] = {}): Body => ({ needs: [{ need, childAge: { min: age, max: age } }], context })
const only = (need: string, context: Body['context'] = {}): Body => ({ needs: [{ need }], context })
const provided = (body: Body, ...ids: string[]): Body => ({ ...body, currentProvision: ids.map((intervention) => ({ intervention })) })

const physicalAbuse = only('physical-abuse')
const neglect = only('neglect')
const domesticAbuse = aged('domestic-abuse', 7)
const oneParentOfCouple = only('parental-substance-misuse', { parentsMisusing: 1, couple: true })
const bothParents = only('parental-substance-misuse', { parentsMisusing: 2, couple: true })
const loneParent = only('parental-substance-misuse', { parentsMisusing: 1, couple: false })
const interaction = only('harmful-parent-child-interaction')
const engagement = only('family-engagement')
const frontDoor = only('front-door-demand')
const assessing: Body = { needs: [{ need: 'assessment-quality' }] }
const chooseNeglectTool: Body = { needs: [{ need: 'neglect' }, { need: 'assessment-quality' }], limit: 50 }
const withBudget: Body = { ...physicalAbuse, constraints: { annualBudget: 750_000 } }
const withSpending: Body = { ...physicalAbuse, area: 'E08000035' }
const withArea: Body = { ...physicalAbuse, area: 'E08000035' }
const monitoring = only('evaluation-capacity')

const OVERVIEW = 'eif-lga-overview-2017'
const PRACTICE = 'rip-systems-practice-2017'
const BRIGHT_FUTURES = 'lga-bright-futures-2017'
const TINY_ACORNS = 'nlgn-tiny-acorns-2019'
const BOARD = 'lga-board-papers-2017'

const rows: Row[] = [
  // --- what stands above what

  {
    claim: 'Where parenting may be physically abusive, parent-child interaction therapy has the most consistent evidence',
    source: '2017 overview, Key findings 1 of 3: emotional abuse and harmful interactions',
    checks: [
      ranksAbove(aged('harmful-parent-child-interaction', 5), ['pcit'], ['child-parent-psychotherapy', 'parent-child-game', 'child-first']),
      listed(aged('harmful-parent-child-interaction', 5), 'pcit', { standing: 'recommended', strength: 'evidence-based', met: 1 }),
      ranksAbove({ needs: [...aged('harmful-parent-child-interaction', 5).needs, ...aged('physical-abuse', 5).needs] }, ['pcit'], ['child-parent-psychotherapy', 'parent-child-game', 'child-first'])
    ]
  },
  {
    claim: 'After domestic abuse, help for mother and child together comes before managing the case in the community',
    source: '2017 overview, Key findings 3 of 3: families where domestic abuse is present',
    checks: [
      listed(domesticAbuse, 'mother-child-joint-interventions-da', { standing: 'recommended', strength: 'moderate', direction: 'positive' }),
      ranksAbove(domesticAbuse, ['mother-child-joint-interventions-da', 'child-parent-psychotherapy'], ['community-case-management-da']),
      notListed(domesticAbuse, 'community-case-management-da', 'comparator-only')
    ]
  },
  {
    claim: 'After domestic abuse, help for mother and child together comes before treating the child alone',
    source: '2017 overview, Key findings 3 of 3: families where domestic abuse is present',
    checks: [
      ranksAbove(domesticAbuse, ['mother-child-joint-interventions-da', 'child-parent-psychotherapy'], ['child-only-treatment-da']),
      notListed(domesticAbuse, 'child-only-treatment-da', 'comparator-only'),
      ranksAbove(aged('domestic-abuse-child-exposure', 7), ['mother-child-joint-interventions-da'], ['child-only-treatment-da'])
    ]
  },
  {
    claim: 'For physical abuse, supported programmes come before a popular approach that nobody has shown to work',
    source: '2017 overview, Key findings 1 of 3: physical abuse; Executive summary: lack of evidence',
    checks: [
      listed(aged('physical-abuse', 6), 'incredible-years-enhanced', { standing: 'recommended', strength: 'evidence-based', met: 1 }),
      listed(aged('physical-abuse', 6), 'mst-can', { standing: 'recommended', strength: 'evidence-based', met: 1 }),
      notListed(aged('physical-abuse', 6), 'signs-of-safety'),
      listed({ needs: [{ need: 'physical-abuse' }, { need: 'family-engagement' }] }, 'signs-of-safety', { list: 'engagement', standing: 'test-and-evaluate', strength: 'none', direction: 'unknown' }),
      warns(provided(physicalAbuse, 'signs-of-safety'), 'no-impact-evidence', { intervention: 'signs-of-safety', words: [/reduces maltreatment/], severity: 'high' }),
      warns(provided(physicalAbuse, 'signs-of-safety'), 'evidenced-option-not-provided', { need: 'physical-abuse', intervention: 'incredible-years-enhanced' })
    ]
  },
  {
    claim: 'Where one parent of a couple misuses substances, couples therapy outranks a programme with preliminary evidence, until it has to be available in the UK',
    source: '2017 overview, Key findings 2 of 3: a substance-dependent parent; 1. Understanding the evidence',
    checks: [
      ranksAbove(oneParentOfCouple, ['behavioural-couples-therapy'], ['parents-under-pressure']),
      listed(oneParentOfCouple, 'behavioural-couples-therapy', { standing: 'recommended', strength: 'evidence-based', met: 1 }),
      listed(oneParentOfCouple, 'parents-under-pressure', { standing: 'consider', strength: 'preliminary' }),
      warns(oneParentOfCouple, 'uk-availability-unclear', { intervention: 'behavioural-couples-therapy' }),
      notListed({ ...oneParentOfCouple, constraints: { requireUkAvailability: true } }, 'behavioural-couples-therapy', 'uk-availability-not-shown'),
      listed({ ...oneParentOfCouple, constraints: { requireUkAvailability: true } }, 'parents-under-pressure', { standing: 'consider' })
    ]
  },
  {
    claim: 'Family drug and alcohol courts are promising and no more: they stay below what is consistent with level 3',
    source: '2017 overview, Key findings 2 of 3: a substance-dependent parent',
    checks: [
      ranksAbove(oneParentOfCouple, ['behavioural-couples-therapy', 'bct-plus-parent-child-game'], ['fdac']),
      listed(oneParentOfCouple, 'fdac', { standing: 'consider', strength: 'preliminary', direction: 'positive' }),
      claims('fdac', 'parental-substance-misuse', { strength: 'preliminary', status: 'graded-in-words' })
    ]
  },
  {
    claim: 'A tool used within professional judgement is a better way to assess than the score of a tool by itself',
    source: '2017 overview, Key points: assessment; practice review, 4.1',
    checks: [
      ranksAbove(assessing, ['structured-professional-judgement'], ['structured-risk-assessment-tools']),
      listed(assessing, 'structured-professional-judgement', { list: 'assessment', standing: 'consider', direction: 'positive' }),
      listed(assessing, 'structured-risk-assessment-tools', { list: 'assessment', standing: 'consider', direction: 'positive' }),
      warns(assessing, 'assessment-is-not-treatment', { intervention: 'structured-risk-assessment-tools', words: [/70 to 80 per cent/, /do not replace it/] })
    ]
  },
  {
    claim: 'To assess neglect, a tested tool comes before checklists of local make, and it is still only assessment',
    source: '2017 overview, Key points: assessment; practice review, 4.1',
    checks: [
      ranksAbove(chooseNeglectTool, ['graded-care-profile-2'], ['vulnerability-checklist']),
      listed(chooseNeglectTool, 'graded-care-profile-2', { list: 'assessment', standing: 'consider', need: 'neglect', outcomeFor: 'assessment', reasons: /a tool treats nothing/ }),
      listed(chooseNeglectTool, 'vulnerability-checklist', { list: 'assessment', standing: 'test-and-evaluate', strength: 'none' }),
      warns(chooseNeglectTool, 'assessment-is-not-treatment', { need: 'assessment-quality', words: [/Locally designed/, /untested/] })
    ]
  },
  {
    claim: 'To engage families, motivational interviewing comes before family group meetings, and engagement is all that is claimed',
    source: '2017 overview, Key points: parental engagement',
    checks: [
      ranksAbove(engagement, ['motivational-interviewing'], ['family-group-conferencing', 'family-group-decision-making', 'family-partnership-model']),
      listed(engagement, 'motivational-interviewing', { list: 'engagement', standing: 'consider', outcomeFor: 'engagement', reasons: /engaging families.*not about less maltreatment/ }),
      listed(engagement, 'family-group-conferencing', { list: 'engagement', standing: 'test-and-evaluate', strength: 'limited' }),
      warns(engagement, 'no-impact-evidence', { need: 'family-engagement', words: [/not shown to bring less maltreatment/] }),
      warns(engagement, 'effect-depends-on-condition', { intervention: 'motivational-interviewing', words: [/delivered/] })
    ]
  },
  {
    claim: 'For harmful interaction with conduct problems, work with the parent, or parent and child together, stands first; nothing aimed at the child alone does',
    source: '2017 overview, 2. Where is the evidence strongest',
    checks: [
      recommendsOnly(
        { needs: [...aged('harmful-parent-child-interaction', 6).needs, ...aged('child-behaviour', 6).needs] },
        ['pcit', 'child-parent-psychotherapy', 'parent-child-game', 'child-first']
      ),
      ...['pcit', 'child-parent-psychotherapy', 'parent-child-game', 'child-first'].map((id) => onEntry(id, (t, { worksWith }) => t.same(worksWith, ['both']))),
      listed(aged('child-behaviour', 6), 'parent-focused-logic-model', { standing: 'consider', direction: 'positive' }),
      onEntry('parent-focused-logic-model', (t, { worksWith, summary }) => {
        t.same(worksWith, ['parent'])
        t.match(summary, /parent/)
      }),
      (t) => {
        const { recommendations } = answer({ needs: [{ need: 'harmful-parent-child-interaction' }, { need: 'child-behaviour' }], limit: 200 })
        const childAlone = recommendations.filter(({ intervention, standing }) => standing !== 'test-and-evaluate' && entry(intervention.id).worksWith.join() === 'child')
        t.same(childAlone.map(({ intervention }) => intervention.id), [])
        t.ok(recommendations.length > 10, 'out of a list worth the name')
      }
    ]
  },

  // --- what has to be there

  {
    claim: 'Child First is offered where a risk of maltreatment is known, marked as one American trial',
    source: '2017 overview, Key findings 1 of 3: emotional abuse and harmful interactions',
    checks: [
      listed(aged('known-risk-of-maltreatment', 2), 'child-first', { standing: 'recommended', strength: 'evidence-based', reasons: /United States/ }),
      claims('child-first', 'known-risk-of-maltreatment', { country: 'United States', consistency: 'single-study' }),
      warns(aged('known-risk-of-maltreatment', 2), 'not-validated-in-uk', { intervention: 'child-first', words: [/United States/] })
    ]
  },
  {
    claim: 'Both versions of the Graded Care Profile are offered for judging care where there may be neglect',
    source: 'practice review, 4.1; 2017 overview, Key points: assessment',
    checks: [
      listed(neglect, 'graded-care-profile-2', { list: 'assessment', standing: 'consider', strength: 'preliminary', outcomeFor: 'assessment' }),
      listed(neglect, 'graded-care-profile', { list: 'assessment', standing: 'test-and-evaluate', strength: 'limited', outcomeFor: 'assessment' }),
      warns(neglect, 'no-impact-evidence', { intervention: 'graded-care-profile', words: [/first version/, /piloted formally/] })
    ]
  },
  {
    claim: 'Good casework has four features: clear goals, specialist help beside social work, families in the planning, strong case management',
    source: '2017 overview, 2. Social work practice',
    checks: [
      listed(only('practice-quality'), 'careful-assessment-casework', { list: 'engagement', standing: 'consider', direction: 'positive' }),
      onEntry('careful-assessment-casework', (t, { summary }) => {
        for (const feature of [/goals and targets/, /specialist services.*beside social work/s, /children and families involved in planning/, /strong case management/]) t.match(summary, feature)
      }),
      caveat('careful-assessment-casework', /never been formally evaluated/, OVERVIEW)
    ]
  },
  {
    claim: 'The California family risk assessment is listed as a supported tool that still needs validation in the UK',
    source: '2017 overview, Key points: assessment',
    checks: [
      listed(assessing, 'crc-sdm-california-family-risk-assessment', { list: 'assessment', standing: 'consider', strength: 'preliminary' }),
      caveat('crc-sdm-california-family-risk-assessment', /validation in the UK/, OVERVIEW),
      warns(assessing, 'not-validated-in-uk', { intervention: 'crc-sdm-california-family-risk-assessment', severity: 'high', basis: 'published' })
    ]
  },

  // --- what depends on the families

  {
    claim: 'Couples therapy fits where one parent misuses substances, and not where both do',
    source: '2017 overview, Key findings 2 of 3: a substance-dependent parent',
    checks: [
      listed(oneParentOfCouple, 'behavioural-couples-therapy', { standing: 'recommended', met: 1 }),
      notListed(bothParents, 'behavioural-couples-therapy', 'conditions-not-met'),
      listed(only('parental-substance-misuse'), 'behavioural-couples-therapy', { standing: 'consider', met: 0 }),
      asks(only('parental-substance-misuse'), /How many parents in each family misuse/)
    ]
  },
  {
    claim: 'Couples therapy is not offered to a lone parent',
    source: '2017 overview, Key findings 2 of 3: a substance-dependent parent (our reading of a therapy for couples)',
    checks: [
      notListed(loneParent, 'behavioural-couples-therapy', 'conditions-not-met'),
      notListed(only('parental-substance-misuse', { couple: false }), 'behavioural-couples-therapy', 'conditions-not-met'),
      listed(loneParent, 'parents-under-pressure', { standing: 'consider' })
    ]
  },
  {
    claim: 'Letting the Future In is for ages 8 to 17',
    source: '2017 overview, Key findings 1 of 3: children who have been sexually abused',
    checks: [
      notListed(aged('sexual-abuse', 7), 'letting-the-future-in', 'conditions-not-met'),
      listed(aged('sexual-abuse', 8), 'letting-the-future-in', { standing: 'test-and-evaluate', met: 1, status: 'under-evaluation' }),
      listed(aged('sexual-abuse', 17), 'letting-the-future-in', { standing: 'test-and-evaluate', met: 1 }),
      notListed(aged('sexual-abuse', 18), 'letting-the-future-in', 'conditions-not-met')
    ]
  },
  {
    claim: 'After sexual abuse, individual or group therapy is for girls of 6 to 14 with symptoms, for no boy and no older girl',
    source: '2017 overview, Key findings 1 of 3: children who have been sexually abused',
    checks: ['individual-psychoanalytic-therapy-girls-csa', 'group-psychoeducational-therapy-girls-csa'].flatMap((therapy) => [
      listed(aged('sexual-abuse', 10, { childSex: 'female', traumaSymptoms: true }), therapy, { standing: 'consider', met: 1 }),
      notListed(aged('sexual-abuse', 10, { childSex: 'male', traumaSymptoms: true }), therapy, 'conditions-not-met'),
      notListed(aged('sexual-abuse', 15, { childSex: 'female', traumaSymptoms: true }), therapy, 'conditions-not-met'),
      notListed(aged('sexual-abuse', 10, { childSex: 'female', traumaSymptoms: false }), therapy, 'conditions-not-met'),
      notListed(aged('sexual-abuse', 5, { childSex: 'female', traumaSymptoms: true }), therapy, 'conditions-not-met'),
      listed(aged('sexual-abuse', 6, { childSex: 'female', traumaSymptoms: true }), therapy, { standing: 'consider', met: 1 }),
      listed(aged('sexual-abuse', 14, { childSex: 'female', traumaSymptoms: true }), therapy, { standing: 'consider', met: 1 }),
      listed(aged('sexual-abuse', 10, { childSex: 'male', traumaSymptoms: true }), 'letting-the-future-in', { standing: 'test-and-evaluate', met: 1 }),
      listed(aged('sexual-abuse', 15, { childSex: 'female', traumaSymptoms: true }), 'letting-the-future-in', { standing: 'test-and-evaluate', met: 1 })
    ])
  },
  {
    claim: 'How far MST-CAN helps may depend on how severe and complex the problems are: severe families get a stronger warning',
    source: '2017 overview, Key findings 1 of 3: physical abuse',
    checks: [
      ...(['low', 'high'] as const).map((severity): Check => (t) => {
        const conditions = answer(only('physical-abuse', { severity })).recommendations.find(({ intervention }) => intervention.id === 'mst-can')?.needs[0]?.conditions
        const caution = conditions?.find(({ key }) => key === 'severity')
        t.equal(caution?.effect, 'caution')
        t.equal(caution?.status, severity === 'high' ? 'met' : 'not-met', `the caution on severity, for families of ${severity} severity`)
      }),
      warns(physicalAbuse, 'effect-depends-on-condition', { intervention: 'mst-can', words: [/severe and complex/] }),
      warnsMore(only('physical-abuse', { severity: 'high' }), only('physical-abuse', { severity: 'low' }), 'mst-can')
    ]
  },
  {
    claim: 'What works for one problem may not work where others are present, so a package is planned',
    source: '2017 overview, 2. Where is the evidence strongest; Key findings 2 of 3: complex problems',
    checks: (() => {
      const combined: Body = { needs: [{ need: 'physical-abuse' }, { need: 'domestic-abuse' }, { need: 'parental-substance-misuse' }] }
      return [
        silent(physicalAbuse, 'overlapping-needs'),
        (t) => t.equal(answer(physicalAbuse).integratedPackage, null, 'no package for one problem'),
        warns(combined, 'overlapping-needs', { basis: 'published', severity: 'high', words: [/may fail when other problems are present/] }),
        warns(combined, 'overlapping-needs', { need: 'parental-substance-misuse' }),
        listed(combined, 'integrated-packages-complex-needs', { standing: 'consider', need: 'parental-substance-misuse' }),
        (t) => {
          const made = answer(combined).integratedPackage
          t.same(made?.parts.map(({ familyMember }) => familyMember).sort(), ['couple', 'parent', 'parent-and-child'])
          t.match(made?.warning ?? '', /No package as a whole has been shown to work/)
        }
      ]
    })()
  },
  {
    claim: 'Neglect as the main problem has no evidenced answer; beside physical abuse it keeps the warning and the physical abuse options',
    source: '2017 overview, Key findings 1 of 3: children who have been neglected',
    checks: (() => {
      const beside: Body = { needs: [{ need: 'physical-abuse', priority: 1 }, { need: 'neglect', priority: 2 }] }
      return [
        recommendsOnly(neglect, []),
        notListed(neglect, 'mst-can'),
        warns(neglect, 'no-strong-evidence', { need: 'neglect', basis: 'published', severity: 'high' }),
        warns(beside, 'no-strong-evidence', { need: 'neglect', basis: 'published', severity: 'high' }),
        recommendsOnly(beside, ['pcit', 'family-focused-casework', 'incredible-years-enhanced', 'mst-can']),
        (t) => t.same(answer(beside).uncoveredNeeds.map(({ need }) => need), ['neglect']),
        (t) => t.same(answer(beside).recommendations.filter(({ needs }) => needs.some(({ need }) => need === 'neglect')), [])
      ]
    })()
  },
  {
    claim: 'Trauma-focused cognitive therapy is for maltreated children who show signs of trauma',
    source: '2017 overview, Key findings 1 of 3: older maltreated children with trauma symptoms',
    checks: [
      listed(only('trauma-symptoms'), 'trauma-focused-cognitive-therapy', { standing: 'recommended', strength: 'evidence-based', met: 1 }),
      notListed(only('trauma-symptoms', { traumaSymptoms: false }), 'trauma-focused-cognitive-therapy', 'conditions-not-met'),
      listed(only('known-risk-of-maltreatment', { traumaSymptoms: true }), 'trauma-focused-cognitive-therapy', { standing: 'consider', met: 1 }),
      notListed(only('known-risk-of-maltreatment', { traumaSymptoms: false }), 'trauma-focused-cognitive-therapy', 'conditions-not-met'),
      listed(only('known-risk-of-maltreatment'), 'trauma-focused-cognitive-therapy', { standing: 'consider', met: 0 }),
      asks(only('known-risk-of-maltreatment'), /show symptoms of trauma.*Trauma-focused cognitive therapy/)
    ]
  },
  {
    claim: 'Early help was outside the overview: an early help profile is sent to the Early Intervention Foundation and gets no made-up rating',
    source: '2017 overview, Executive summary; 1. Context and purpose',
    checks: (() => {
      const earlyStage = only('harmful-parent-child-interaction', { stage: 'early-help' })
      return [
        ...([['early-help', only('early-help')], ['harmful-parent-child-interaction', earlyStage]] as const).map(([need, body]) =>
          warns(body, 'outside-sources-scope', { need, basis: 'published', words: [/left it out/, /Early Intervention Foundation/], action: /guidebook/ })
        ),
        silent(interaction, 'outside-sources-scope'),
        mapHolds('early-help', { strong: 0, 'evidence-based': 0, moderate: 0, preliminary: 0 }),
        recommendsOnly(only('early-help'), []),
        recommendsOnly(earlyStage, []),
        listed(earlyStage, 'pcit', { standing: 'consider', met: 0 })
      ]
    })()
  },
  {
    claim: 'Where a like service is provided already, the question is what more would add that can be measured',
    source: '2017 overview, Executive summary: evidence is a starting point; 2. Where is the evidence strongest',
    checks: [
      warns(provided(interaction, 'pcit'), 'added-value-unmeasured', { intervention: 'pcit', words: [/something comparable, has to add measurable value/] }),
      asks(provided(interaction, 'pcit'), /What measurable value would the new intervention add/, 'commissioners'),
      (t) => {
        const found = answer(provided(interaction, 'pcit')).recommendations.find(({ intervention }) => intervention.id === 'pcit')
        t.equal(found?.alreadyProvided, true)
        t.equal(found?.contributions.find(({ criterion }) => criterion === 'addedValue')?.value, 0)
        t.ok((found?.rank ?? 0) > 1, 'it no longer comes first')
      },
      silent(interaction, 'added-value-unmeasured'),
      doesNotAsk(interaction, /measurable value/)
    ]
  },

  // --- where evidence is missing

  {
    claim: 'Nothing has strong evidence where neglect is the primary issue',
    source: '2017 overview, Key findings 1 of 3: children who have been neglected; Executive summary: lack of evidence',
    checks: [
      warns(neglect, 'no-strong-evidence', { need: 'neglect', basis: 'published', severity: 'high', words: [/strong evidence/, /primary issue/, /significant gap/] }),
      publishedGap('no-strong-evidence', { need: 'neglect', severity: 'high', source: OVERVIEW }),
      mapHolds('neglect', { strong: 0, 'evidence-based': 0, moderate: 0, preliminary: 0, limited: 0, none: 0 }),
      (t) => t.same(answer(neglect).uncoveredNeeds.map(({ need, bestStanding }) => [need, bestStanding]), [['neglect', null]])
    ]
  },
  {
    claim: 'Multi-agency safeguarding hubs are promoted and not rigorously evaluated',
    source: '2017 overview, 2. Innovative models and approaches; Executive summary: lack of evidence',
    checks: [
      warns(frontDoor, 'widely-used-unevaluated', { intervention: 'mash', severity: 'high', words: [/not been rigorously evaluated/, /urged to set/] }),
      warns(provided(physicalAbuse, 'mash'), 'widely-used-unevaluated', { intervention: 'mash', severity: 'high' }),
      listed(frontDoor, 'mash', { list: 'system', standing: 'test-and-evaluate', strength: 'none', status: 'not-evaluated' }),
      silent(physicalAbuse, 'widely-used-unevaluated', { intervention: 'mash' })
    ]
  },
  {
    claim: 'Family group conferencing has not been shown to cut repeat maltreatment or placements: what is known is about taking part',
    source: '2017 overview, Key points: parental engagement; 2. Improving assessment and engagement',
    checks: [
      ...[engagement, only('edge-of-care'), provided(physicalAbuse, 'family-group-conferencing')].flatMap((body) => [
        warns(body, 'no-impact-evidence', { intervention: 'family-group-conferencing', severity: 'high', words: [/repeated maltreatment or out-of-home placement/, /qualitative/, /participation/] }),
        warns(body, 'evaluation-under-way', { intervention: 'family-group-conferencing' })
      ]),
      listed(only('edge-of-care'), 'family-group-conferencing', { list: 'engagement', standing: 'test-and-evaluate', strength: 'none', direction: 'unknown' })
    ]
  },
  {
    claim: 'Programmes for perpetrators of domestic abuse show limited effects',
    source: '2017 overview, Key findings 3 of 3: perpetrators',
    checks: [
      warns(only('domestic-abuse-perpetration'), 'limited-effect', { need: 'domestic-abuse-perpetration', basis: 'published', severity: 'high', words: [/limited effects in changing behaviour/] }),
      listed(only('domestic-abuse-perpetration'), 'perpetrator-programmes', { standing: 'test-and-evaluate', strength: 'limited', direction: 'mixed' }),
      recommendsOnly(only('domestic-abuse-perpetration'), []),
      silent(physicalAbuse, 'limited-effect')
    ]
  },
  {
    claim: 'Savings in business cases came about in some areas, but usually nobody could tell, so each has to be verifiable',
    source: '2017 overview, 3. Local evaluation and cost-benefit analysis',
    checks: [
      publishedGap('savings-unverified', { decision: 'business-case', severity: 'high', words: [/broadly realised/, /nobody could establish/], source: OVERVIEW }),
      warns(withBudget, 'savings-unverified', { severity: 'high' }),
      asks(withBudget, /assumptions do the savings rest.*how will you tell later whether they were made/),
      silent(physicalAbuse, 'savings-unverified'),
      (t) => t.ok(answer(withBudget).gapWarnings.find(({ code }) => code === 'savings-unverified')?.questions.some((text) => /verified, by whom and when/.test(text)))
    ]
  },
  {
    claim: 'What MST-CAN costs is not known here, and an unknown cost is said to be unknown, not nil',
    source: '2017 overview, 5. Priorities for action 3: filling the gaps',
    checks: [
      publishedGap('cost-data-lacking', { decision: 'business-case', words: [/no unit cost/], source: OVERVIEW }),
      warns(withBudget, 'cost-data-lacking', { basis: 'published' }),
      warns(withBudget, 'cost-unknown', { intervention: 'mst-can', words: [/unknown, not nil/] }),
      onEntry('mst-can', (t, found) => {
        t.same(found.costs, [])
        t.equal(unitDeliveryCost(found), null)
      }),
      (t) => {
        const cost = answer(withBudget).recommendations.find(({ intervention }) => intervention.id === 'mst-can')?.contributions.find(({ criterion }) => criterion === 'cost')
        t.equal(cost?.value, 0.5, 'neither cheap nor dear')
        t.match(cost?.reason ?? '', /No delivery cost is held/)
      },
      silent(physicalAbuse, 'cost-data-lacking')
    ]
  },
  {
    claim: "Councils' spending returns are not fit for comparison",
    source: '2017 overview, 4. Local levels of deprivation; Bright Futures, Sustainable funding; practice review, 3.2',
    checks: [
      ...[OVERVIEW, BRIGHT_FUTURES, PRACTICE].map((source) => publishedGap('spending-returns-unreliable', { decision: 'spending-comparison', severity: 'high', words: [/section 251/, /not fit for purpose/], source })),
      warns(withSpending, 'spending-returns-unreliable', { severity: 'high', action: /spending comparisons with this warning/ }),
      silent(physicalAbuse, 'spending-returns-unreliable')
    ]
  },
  {
    claim: 'Routine data count children and processes, and nobody follows children who have left the system',
    source: '2017 overview, 4. Data on demand and process rather than outcomes',
    checks: [
      publishedGap('routine-data-not-outcomes', { decision: 'monitoring', severity: 'high', words: [/counts children and processes/, /not followed once they leave/], source: OVERVIEW }),
      warns(monitoring, 'routine-data-not-outcomes', { severity: 'high', action: /follow children after closure/ }),
      asks(monitoring, /what became of individual children, including after they left the system/),
      silent(physicalAbuse, 'routine-data-not-outcomes')
    ]
  },
  {
    claim: 'The evidence dates from reviews of 2005 to 2016, and every answer says so',
    source: '2017 overview, 2. What is a rapid review',
    checks: [
      ...[physicalAbuse, neglect, frontDoor, oneParentOfCouple].map((body) =>
        warns(body, 'dated-evidence', { basis: 'published', source: OVERVIEW, words: [/28 reviews published from 2005 to 2016/, /may be out of date/] })
      ),
      (t) => t.same([...new Set(answer(physicalAbuse).recommendations.map(({ evidenceAsOf }) => evidenceAsOf))], ['2017-06-23'], 'each recommendation carries its date'),
      warns(physicalAbuse, 'dated-evidence', { basis: 'derived', intervention: 'mst-can', words: [/published before 2019/] })
    ]
  },
  {
    claim: 'Moving services into a trust, as a way to improve, is costly and without evidence in the view of the LGA',
    source: "board papers, Children's services improvement",
    checks: [
      ...[provided(physicalAbuse, 'structural-change-improvement'), provided(physicalAbuse, 'childrens-trusts-independent'), only('system-integration')].map((body) =>
        warns(body, 'structural-change-unevidenced', { severity: 'high', words: [/trust/, /costly/, /lacks\s+evidence of effectiveness/, /view of the body that represents councils/], source: BOARD })
      ),
      listed({ ...only('system-integration'), limit: 50 }, 'structural-change-improvement', { list: 'system', standing: 'test-and-evaluate', strength: 'none', direction: 'unknown' }),
      silent(physicalAbuse, 'structural-change-unevidenced')
    ]
  },

  // --- what must be said beside

  {
    claim: 'It is unclear how far couples therapy for substance misuse can be had in the UK',
    source: '2017 overview, Key findings 2 of 3: a substance-dependent parent',
    checks: [
      warns(oneParentOfCouple, 'uk-availability-unclear', { intervention: 'behavioural-couples-therapy', basis: 'published', words: [/UK is unclear/] }),
      caveat('behavioural-couples-therapy', /UK is unclear/, OVERVIEW),
      (t) => {
        const found = answer(oneParentOfCouple).recommendations.find(({ intervention }) => intervention.id === 'behavioural-couples-therapy')
        t.equal(found?.availability.uk, 'unclear')
        t.match(found?.contributions.find(({ criterion }) => criterion === 'deliverability')?.reason ?? '', /unclear/)
      }
    ]
  },
  {
    claim: 'The Graded Care Profile assesses neglect and never fills the gap in help for it',
    source: 'practice review, 4.1; 2017 overview, Key findings 1 of 3: children who have been neglected',
    checks: [
      (t) => t.same(answer({ ...neglect, limit: 200 }).recommendations, []),
      warns(neglect, 'assessment-is-not-treatment', { need: 'neglect', intervention: 'graded-care-profile', severity: 'high', words: [/do not treat it/] }),
      warns(neglect, 'assessment-is-not-treatment', { intervention: 'graded-care-profile-2', words: [/leave the\s+gap in evidence/] }),
      warns(neglect, 'no-strong-evidence', { need: 'neglect', basis: 'published', severity: 'high' }),
      listed(neglect, 'graded-care-profile-2', { list: 'assessment', standing: 'consider' }),
      ...['graded-care-profile', 'graded-care-profile-2'].map((id) => onEntry(id, (t, { role }) => t.equal(role, 'assessment'))),
      caveat('graded-care-profile-2', /never a treatment/, OVERVIEW)
    ]
  },
  {
    claim: 'What the service says supplements professional judgement and does not replace it',
    source: '2017 overview, Disclaimer',
    checks: [physicalAbuse, neglect, frontDoor].map((body): Check => (t) => t.match(answer(body).notice, /supports professional judgement and local knowledge and does not replace them/))
  },
  {
    claim: "Fife's fall in children in care is a local report out of a blog, one part of wider changes, in Scotland",
    source: 'From Tiny Acorns, Principle 1: supporting practitioners',
    checks: [
      listed(only('edge-of-care'), 'fife-spending-autonomy', { standing: 'test-and-evaluate', strength: 'none', direction: 'unknown' }),
      warns(only('edge-of-care'), 'reported-locally-only', { intervention: 'fife-spending-autonomy', words: [/blog/, /wider changes/, /no comparison/] }),
      caveat('fife-spending-autonomy', /blog/, TINY_ACORNS),
      caveat('fife-spending-autonomy', /one element of wider changes.*cannot be put down to it/, TINY_ACORNS),
      caveat('fife-spending-autonomy', /Scotland.*England.*carry over/, TINY_ACORNS),
      onEntry('fife-spending-autonomy', (t, { reportedResults, claims }) => {
        t.same(reportedResults.map(({ value, comparison }) => [value, comparison]), [[70, 'none'], [250, 'none']])
        t.same([...new Set(claims.map(({ direction }) => direction))], ['unknown'], 'never evidence of effect')
      }),
      figure('fife-children-in-care-fall', { value: 70, status: 'queried', geography: /Scotland/, source: TINY_ACORNS })
    ]
  },
  {
    claim: 'Family group conferencing can turn into a box to tick; it needs relationships and fidelity',
    source: 'From Tiny Acorns, Principle 3: community-led partnerships',
    checks: [
      caveat('family-group-conferencing', /tick-box.*building relationships/, TINY_ACORNS),
      caveat('family-group-conferencing', /Fidelity/, TINY_ACORNS),
      (t) => {
        const found = answer(engagement).supporting.engagement.find(({ intervention }) => intervention.id === 'family-group-conferencing')
        t.ok(found?.caveats.some(({ text }) => /tick-box/.test(text)), 'the answer shows it')
      }
    ]
  },
  {
    claim: 'Three different things are called Strengthening Families, and they stay apart',
    source: 'practice review, 1.3.4 and 3.6; 2017 overview, 3. Evidence-based provision',
    checks: (() => {
      const three = ['strengthening-families-parenting', 'strengthening-families-redbridge', 'strengthening-families-strengthening-communities']
      return [
        found('Strengthening Families', three),
        ...three.map((id) => onEntry(id, (t, { notToBeConfusedWith }) => t.same([...notToBeConfusedWith].sort(), three.filter((other) => other !== id), id))),
        onEntry('strengthening-families-parenting', (t, { kind, role }) => t.same([kind, role], ['programme', 'response'])),
        onEntry('strengthening-families-redbridge', (t, { kind, role }) => t.same([kind, role], ['local-initiative', 'system'])),
        sameEntry('strengthening-families-strengthening-communities', ['SFSC', 'Strengthening Families and Strengthening Communities'])
      ]
    })()
  },
  {
    claim: 'Nobody defines what a MASH is, so counts and comparisons of hubs mean little',
    source: 'practice review, 6.3.1',
    checks: [
      caveat('mash', /Nobody defines or controls the label.*different things in different places/s, PRACTICE),
      warns(frontDoor, 'councils-not-comparable', { intervention: 'mash', words: [/not formally defined/, /do not carry over/] }),
      onEntry('mash', (t, { takeUp }) => t.match(takeUp[0]?.text ?? '', /Not all of these would be hubs in the same sense/))
    ]
  },
  {
    claim: 'Counts of who uses a programme are partial, dated, and silent on who delivers it',
    source: 'practice review, 7.1.1 and 4.3.1',
    checks: [
      takeUp('multisystemic-therapy', 32, 2016, { words: /not a complete count.*does not show whether councils, health bodies or charities deliver/ }),
      takeUp('functional-family-therapy', 9, 2016, { words: /not a complete count.*does not show whether councils, health bodies or charities deliver/ }),
      (t) => {
        const complete = founding().interventions.flatMap(({ id, takeUp }) => takeUp.filter(({ value, outOf, completeness }) => value !== null && outOf === null && completeness === 'complete').map(() => id))
        t.same(complete, [], 'no count is passed off as complete')
      },
      (t) => {
        const undated = founding().interventions.flatMap(({ id, takeUp }) => takeUp.filter(({ value, year }) => value !== null && year === null).map(() => id))
        t.same(undated, [], 'and none goes without its year')
      },
      publishedGap('councils-not-comparable', { decision: 'benchmark', words: [/counts of take-up are partial, old and silent on who delivers/], source: PRACTICE })
    ]
  },

  // --- facts of the catalogue

  {
    claim: '41 authorities were listed as using family group conferencing, and all 12 of a family justice study held family meetings',
    source: 'practice review, 4.4.2',
    checks: [takeUp('family-group-conferencing', 41, 2016, { words: /Family Rights Group/ }), takeUp('family-group-conferencing', 12, 2016, { outOf: 12, words: /second phase.*family justice/ })]
  },
  {
    claim: '7 of the 8 authorities in a study of reunification used family group conferencing',
    source: 'practice review, 4.4.2',
    checks: [takeUp('family-group-conferencing', 7, 2015, { outOf: 8, words: /returning home/ })]
  },
  {
    claim: '35 authorities used Signs of Safety in 2011, probably many more since, and ten were in the innovation project',
    source: 'practice review, 4.1',
    checks: [takeUp('signs-of-safety', 35, 2011, { words: /much higher since/ }), takeUp('signs-of-safety', 10, 2016, { words: /Innovation Programme/ })]
  },
  {
    claim: 'About 40 authorities took referrals together with other agencies in 2013, and many more meant to',
    source: 'practice review, 6.3.1',
    checks: [takeUp('mash', 40, 2013, { words: /About 40.*many more planned/ })]
  },
  {
    claim: 'Lieberman and Leiberman are one programme',
    source: '2017 overview, Key findings 1 of 3 and 3 of 3',
    checks: [
      sameEntry('child-parent-psychotherapy', ['Lieberman model', 'Leiberman model', 'Child-Parent Psychotherapy (Lieberman model)', 'Child-Parent Psychotherapy (Leiberman model)', 'CPP']),
      found('child-parent psychotherapy', ['child-parent-psychotherapy']),
      claims('child-parent-psychotherapy', 'domestic-abuse-child-exposure', { direction: 'positive', strength: 'evidence-based' }),
      claims('child-parent-psychotherapy', 'trauma-symptoms', { direction: 'positive', strength: 'evidence-based' })
    ]
  },
  {
    claim: 'The Parent-Child Game and Helping the Noncompliant Child are one programme, counted once',
    source: '2017 overview, Key findings 1 of 3: emotional abuse and harmful interactions',
    checks: [
      sameEntry('parent-child-game', ['Parent-Child Game', 'Helping the Noncompliant Child']),
      found('Noncompliant', ['bct-plus-parent-child-game', 'parent-child-game']),
      (t) => t.equal(answer(interaction).recommendations.filter(({ intervention }) => intervention.id === 'parent-child-game').length, 1)
    ]
  },
  {
    claim: 'Parents Under Pressure has preliminary evidence from Australia, and a UK trial was running in 2017',
    source: '2017 overview, Key findings 2 of 3: a substance-dependent parent; 1. Understanding the evidence',
    checks: [
      claims('parents-under-pressure', 'parental-substance-misuse', {
        strength: 'preliminary', country: 'Australia', nativeRating: { scheme: 'eif-overview-2017', value: 'level-2-consistent', wording: 'preliminary evidence' }
      }),
      claims('parents-under-pressure', 'parental-substance-misuse', { status: 'under-evaluation', direction: 'unknown', country: 'United Kingdom', year: 2017 }),
      warns(oneParentOfCouple, 'evaluation-under-way', { intervention: 'parents-under-pressure', words: [/UK trial was in progress/] }),
      warns(oneParentOfCouple, 'not-validated-in-uk', { intervention: 'parents-under-pressure', words: [/Australia/] })
    ]
  },
  {
    claim: 'Level 2 means that a child outcome improved by methods that do not allow a cause to be inferred',
    source: '2017 overview, 1. Understanding the evidence',
    checks: [level('eif-overview-2017', 'level-2-consistent', 'preliminary', /child outcome improved.*do not allow a causal conclusion/)]
  },
  {
    claim: 'The overview holds studies consistent with a level; it awards none, and no answer says that it did',
    source: '2017 overview, 1. Understanding the evidence',
    checks: [
      level('eif-overview-2017', 'level-3-consistent', 'evidence-based', /judged at face value.*does not say which had a full assessment/),
      listed(physicalAbuse, 'mst-can', { standing: 'recommended', reasons: /consistent with that level at face value; the level was not awarded/ }),
      caveat('mst-can', /without a full assessment/, OVERVIEW),
      (t) => {
        const awarded = founding().interventions.flatMap(({ claims }) => claims).filter(({ status, nativeRating }) => status === 'rated' && !nativeRating?.value.endsWith('-consistent'))
        t.same(awarded.map(({ id }) => id), [])
      }
    ]
  },
  {
    claim: 'The evidence came out of 28 reviews published from 2005 to 2016',
    source: '2017 overview, 2. What is a rapid review',
    checks: [
      figure('overview-reviews', { value: 28, unit: /reviews/, source: OVERVIEW }),
      figure('overview-reviews-first-year', { value: 2005, source: OVERVIEW }),
      figure('overview-reviews-last-year', { value: 2016, source: OVERVIEW })
    ]
  },
  {
    claim: 'Norfolk reported 14 per cent more children with its own carers and savings of 1.2 million pounds a year',
    source: 'From Tiny Acorns, Principle 2: outcomes and value over process',
    checks: [
      onEntry('valuing-care-norfolk', (t, { reportedResults, costs }) => {
        t.match(reportedResults, [{ value: 14, unit: /per cent more children with the council's foster carers/, place: 'Norfolk', period: /2019/, comparison: 'none', interest: /funded the report/ }])
        t.match(costs, [{ kind: 'reported-saving', amount: { amount: 1_200_000, currency: 'GBP' }, per: 'year', certainty: 'claimed' }])
        t.same([...reportedResults, ...costs].flatMap(({ sources }) => sources.map(({ id }) => id)), [TINY_ACORNS, TINY_ACORNS])
      }),
      warns(only('placement-sufficiency'), 'reported-locally-only', { intervention: 'valuing-care-norfolk', words: [/14 per cent/, /1\.2 million pounds/] })
    ]
  },
  {
    claim: "Steps to Safety and Healthy Relationships, Healthy Baby were UK pilots under evaluation; the second is not Hartlepool's partnership",
    source: '2017 overview, 2. Interventions related to domestic abuse; From Tiny Acorns, Principle 3',
    checks: [
      ...['steps-to-safety', 'healthy-relationships-healthy-baby'].flatMap((id) => [
        listed(domesticAbuse, id, { standing: 'test-and-evaluate', strength: 'none', direction: 'unknown', status: 'under-evaluation' }),
        warns(domesticAbuse, 'evaluation-under-way', { intervention: id, basis: 'published', words: [/pilot/] }),
        onEntry(id, (t, { availability, claims }) => {
          t.equal(availability.uk, 'pilot')
          t.same(claims.map(({ status, strength }) => [status, strength]), [['under-evaluation', 'none']])
        })
      ]),
      sameEntry('healthy-relationships-healthy-baby', ['Healthy Relationships, Healthy Baby']),
      sameEntry('hartlepool-healthy-relationships-partnership', ['Healthy Relationships Partnership', 'Healthy Relationship Hubs']),
      onEntry('healthy-relationships-healthy-baby', (t, { notToBeConfusedWith }) => t.same(notToBeConfusedWith, ['hartlepool-healthy-relationships-partnership'])),
      notListed(domesticAbuse, 'hartlepool-healthy-relationships-partnership')
    ]
  },

  // --- published figures

  {
    claim: 'Children in care ran from 22 to 164 per 10,000 among councils',
    source: 'From Tiny Acorns, Variable demand',
    checks: [figure('children-in-care-rate-range', { low: 22, high: 164, unit: /children in care per 10,000/, geography: /England/, period: /2017/, by: /All Party Parliamentary Group/, source: TINY_ACORNS })]
  },
  {
    claim: 'Children in need ran from 141.9 per 10,000 in Wokingham to 683.4 in Hull',
    source: 'practice review, 3.1',
    checks: [figure('children-in-need-rate-range', { low: 141.9, high: 683.4, unit: /10,000/, geography: /Wokingham and Hull/, period: /2014-15/, by: /Department for Education \(2015\)/, source: PRACTICE })]
  },
  {
    claim: 'Councils spent 2,300 pounds per child in need on average, from 340 to 4,970, and nobody could explain the spread',
    source: '2017 overview, 4. Local levels of deprivation',
    checks: [
      figure('spend-per-child-in-need-average', { value: 2300, unit: /GBP per child in need/, period: /2016/, by: /National Audit Office/, source: OVERVIEW }),
      figure('spend-per-child-in-need-range', { low: 340, high: 4970, note: /no clear explanation for the variation/, by: /National Audit Office/, source: OVERVIEW })
    ]
  },
  {
    claim: 'The child protection system costs about 6 billion pounds a year',
    source: '2017 overview, 1. Context and purpose',
    checks: [figure('child-protection-system-cost', { value: 6, unit: /GBP billion a year/, period: /2017/, source: OVERVIEW })]
  },
  {
    claim: "Late intervention costs almost 17 billion pounds a year, 6.2 billion of it in children's social care",
    source: 'Bright Futures, The right support at the right time; From Tiny Acorns, Overview of the demand challenge',
    checks: [BRIGHT_FUTURES, TINY_ACORNS].flatMap((source) => [
      figure('late-intervention-cost', { value: 17, unit: /GBP billion a year \(almost\)/, by: /Early Intervention Foundation/, note: /2019 publication/, source }),
      figure('late-intervention-social-care', { value: 6.2, unit: /GBP billion a year/, note: /Part of the 17 billion/, source })
    ])
  },
  {
    claim: 'The LGA projected a funding gap of 2 billion pounds by 2020',
    source: "Bright Futures, Foreword; board papers, Children's social care funding",
    checks: [BRIGHT_FUTURES, BOARD].map((source) => figure('funding-gap-2020', { value: 2, unit: /GBP billion/, period: /2020/, by: /LGA/, note: /projection/, source }))
  },
  {
    claim: "Councils overspent on children's services by 365 million, then 605, then 872 million pounds",
    source: 'Bright Futures, Sustainable funding; From Tiny Acorns, Overview of the demand challenge',
    checks: [
      figure('overspend-2014-15', { value: 365, unit: /GBP million/, period: /2014-15/, source: BRIGHT_FUTURES }),
      figure('overspend-2015-16', { value: 605, unit: /GBP million/, period: /2015-16/, source: BRIGHT_FUTURES }),
      figure('overspend-2017-18', { value: 872, unit: /GBP million/, period: /2017-18/, source: TINY_ACORNS })
    ]
  },
  {
    claim: 'Two documents give different numbers of referrals for 2014-15, and both are shown',
    source: '2017 overview, 4. Number of children in the system; practice review, 3.1',
    checks: [
      figure('referrals-accepted-2014-15-overview', { value: 635_600, period: /2014-15/, source: OVERVIEW, disagreesWith: ['referrals-2014-15-practice-review'] }),
      figure('referrals-2014-15-practice-review', { value: 637_000, period: /2014-15/, source: PRACTICE, disagreesWith: ['referrals-accepted-2014-15-overview'] })
    ]
  },
  {
    claim: 'Children on protection plans rose by 124 per cent from 2002 to 62,210, beside other figures in the board papers',
    source: "2017 overview, 4. Child protection plans; board papers, Children's social care funding",
    checks: [
      figure('child-protection-plans-2015', { value: 62_210, period: /2014-15/, source: OVERVIEW, disagreesWith: ['child-protection-plans-decade'] }),
      figure('child-protection-plans-rise-since-2002', { value: 124, unit: /per cent/, period: /2002 to 2014-15/, source: OVERVIEW }),
      figure('child-protection-plans-decade', { low: 26_400, high: 50_000, unit: /more than 50,000/, source: BOARD, disagreesWith: ['child-protection-plans-2015'] })
    ]
  },
  {
    claim: 'Domestic violence was a factor in 48 per cent of assessments and mental health in 32, in 2014-15',
    source: '2017 overview, 4. Domestic violence and mental health; From Tiny Acorns, contextual challenges',
    checks: [
      figure('domestic-violence-assessments-2014-15', { value: 48, unit: /per cent/, period: /2014-15/, note: /2018 is 51\.1/, source: OVERVIEW }),
      figure('mental-health-assessments-2014-15', { value: 32, unit: /per cent/, period: /2014-15/, source: OVERVIEW }),
      figure('domestic-violence-assessments-2018', { value: 51.1, period: /2018/, source: TINY_ACORNS })
    ]
  },
  {
    claim: 'Since 2013, 22 per cent of inspected services were inadequate and 46 per cent required improvement; other counts stand beside',
    source: "2017 overview, 4. Lack of agreement on 'what good looks like'; practice review, 3.5.1",
    checks: [
      figure('ofsted-inadequate-since-2013', { value: 22, unit: /per cent of services inspected/, period: /2013/, source: OVERVIEW, disagreesWith: ['ofsted-inadequate-count-2016'] }),
      figure('ofsted-requires-improvement-since-2013', { value: 46, source: OVERVIEW, disagreesWith: ['ofsted-requires-improvement-count-2016', 'ofsted-requires-improvement-2017'] }),
      figure('ofsted-inadequate-count-2016', { value: 23, unit: /of 90 inspected/, source: PRACTICE, disagreesWith: ['ofsted-inadequate-since-2013'] })
    ]
  },
  {
    claim: 'In the most deprived councils children are 10 times as likely to have a plan and over 11 times as likely to be in care; two other documents put it differently',
    source: '2017 overview, 4. Local levels of deprivation; Bright Futures, The right support; From Tiny Acorns, Variable demand',
    checks: [
      figure('protection-plan-deprivation-gap', { value: 10, unit: /times as likely/, note: /steeper for plans/, source: OVERVIEW, disagreesWith: ['looked-after-deprivation-2019-report'] }),
      figure('looked-after-deprivation-gap', {
        value: 11, unit: /more than/, source: OVERVIEW, disagreesWith: ['care-entry-deprivation-bright-futures', 'looked-after-deprivation-2019-report']
      }),
      figure('care-entry-deprivation-bright-futures', { value: 10, unit: /up to/, source: BRIGHT_FUTURES, disagreesWith: ['looked-after-deprivation-gap'] }),
      figure('looked-after-deprivation-2019-report', { value: 10, unit: /up to/, note: /reverse of the 2017 overview/, source: TINY_ACORNS, disagreesWith: ['looked-after-deprivation-gap', 'protection-plan-deprivation-gap'] })
    ]
  },
  {
    claim: 'Spending on Sure Start and early years fell 44 per cent while statutory spending rose 10 per cent',
    source: 'From Tiny Acorns, Modifiers: funding and market',
    checks: [
      figure('sure-start-spending-fall', { value: 44, unit: /per cent/, period: /2010-11 to 2015-16/, source: TINY_ACORNS }),
      figure('statutory-spending-rise', { value: 10, unit: /per cent/, period: /2010-11 to 2015-16/, source: TINY_ACORNS })
    ]
  },
  {
    claim: "The claim that the share of outstanding councils rose from 36 to 38 per cent is shown as doubtful, never as fact",
    source: 'From Tiny Acorns, Modifiers: inspection; practice review, 3.5.1',
    checks: [
      figure('ofsted-outstanding-2018', { value: 38, status: 'queried', note: /not to be quoted.*36 per cent.*Two of 90.*good or outstanding/s, source: TINY_ACORNS, disagreesWith: ['ofsted-outstanding-count-2016'] }),
      figure('ofsted-outstanding-count-2016', { value: 2, unit: /of 90 inspected/, source: PRACTICE, disagreesWith: ['ofsted-outstanding-2018'] }),
      (t) => t.same(founding().contextFigures.filter(({ value, id, status }) => id.startsWith('ofsted-outstanding') && value !== null && value >= 36 && status === 'ok'), [])
    ]
  },
  {
    claim: "365 children's centres and 603 youth centres closed between 2012 and 2017",
    source: "board papers, Children's social care funding",
    checks: [
      figure('children-centres-closed', { value: 365, period: /2012 to 2017/, by: /LGA/, source: BOARD }),
      figure('youth-centres-closed', { value: 603, period: /2012 to 2017/, by: /LGA/, source: BOARD })
    ]
  },
  {
    claim: 'In 2015-16 care applications fell in nearly a third of councils, by up to 40 per cent, and rose in 68 per cent, by up to 134: the national rise hides falls',
    source: 'practice review, 3.1',
    checks: [
      figure('care-applications-fell', { value: 33, unit: /nearly one third/, period: /2015-16/, by: /Cafcass/, note: /hides local falls/, source: PRACTICE }),
      figure('care-applications-largest-fall', { value: 40, unit: /per cent/, period: /2015-16/, source: PRACTICE }),
      figure('care-applications-rose', { value: 68, unit: /per cent of local authorities/, period: /2015-16/, source: PRACTICE }),
      figure('care-applications-largest-rise', { value: 134, unit: /per cent/, period: /2015-16/, source: PRACTICE })
    ]
  },

  // --- comparing councils

  {
    claim: 'Inspection grades hardly go with outcomes and ignore cost, so no grade stands for effectiveness or value',
    source: "2017 overview, 4. 'What good looks like'; From Tiny Acorns, Modifiers: inspection; practice review, 2",
    checks: [
      ...[OVERVIEW, TINY_ACORNS, PRACTICE].map((source) =>
        publishedGap('inspection-not-outcome', { decision: 'benchmark', intervention: 'ofsted-inspection', severity: 'high', words: [/very little association/, /ignore value for money/], source })
      ),
      warns(withArea, 'inspection-not-outcome', { action: /Do not use a grade as a proxy for effectiveness or value/ }),
      silent(physicalAbuse, 'inspection-not-outcome'),
      notListed(only('practice-quality'), 'ofsted-inspection'),
      (t) => t.same([...CRITERIA], ['evidence', 'coverage', 'deliverability', 'cost', 'addedValue'], 'no grade enters the score')
    ]
  },
  {
    claim: 'Front doors differ in what they count as a contact or a referral, so councils may not be comparable',
    source: 'practice review, 3.1 and 7.1.2',
    checks: [
      publishedGap('councils-not-comparable', { decision: 'benchmark', severity: 'high', words: [/contact or referral/, /recording and definitions differ/], source: PRACTICE }),
      warns(withArea, 'councils-not-comparable', { severity: 'high', words: [/front doors/, /may not be comparable/] }),
      silent(physicalAbuse, 'councils-not-comparable')
    ]
  },

  // --- questions for those who decide

  {
    claim: 'Leaders are asked how far evidence shapes design, business cases and daily running',
    source: '2017 overview, Key questions for local leaders',
    checks: [physicalAbuse, frontDoor].map((body) => asks(body, /How far does evidence shape the design, the business cases and the daily running/, 'leaders'))
  },
  {
    claim: 'Leaders are asked whether local arrangements take account of research on what works',
    source: '2017 overview, Key questions for local leaders',
    checks: [physicalAbuse, frontDoor].map((body) => asks(body, /arrangements in your area take account of research/, 'leaders'))
  },
  {
    claim: 'Whoever considers something unevaluated is asked whether there is capacity to evaluate it',
    source: '2017 overview, Key questions for local leaders',
    checks: [
      asks(frontDoor, /enough capacity to evaluate its impact/, 'leaders'),
      asks(provided(physicalAbuse, 'mash'), /enough capacity to evaluate its impact/),
      doesNotAsk(physicalAbuse, /enough capacity to evaluate/)
    ]
  },
  {
    claim: 'A business case is asked to state how strong its evidence is',
    source: '2017 overview, Building evidence into local child protection systems',
    checks: [
      asks(withBudget, /business case, and the specification for any commissioned service, state how strong the evidence is/, 'commissioners'),
      doesNotAsk(physicalAbuse, /state how strong the evidence is/)
    ]
  },
  {
    claim: 'Whoever copies an example is asked what problem it is to solve, and whether it was the same problem there',
    source: '2017 overview, 3. Evidence in commissioning; practice review, Considerations for further exploration',
    checks: [
      asks(physicalAbuse, /What problem are you trying to solve\? Which families/),
      asks(only('placement-sufficiency'), /was it the same problem.*where the idea comes from/, 'commissioners'),
      doesNotAsk(physicalAbuse, /was it the same problem/)
    ]
  },
  {
    claim: 'Those who monitor are asked why each kind of data is collected and whether it serves prevention',
    source: 'From Tiny Acorns, Recommendations: understanding demand and need',
    checks: [
      ...[monitoring, withArea].map((body) => asks(body, /Why is this kind of data collected, and does it in fact serve prevention and early intervention/, 'analysts')),
      doesNotAsk(physicalAbuse, /Why is this kind of data collected/)
    ]
  }
]

t.equal(new Set(rows.map(({ claim }) => claim)).size, 78, 'every claim stands once')

for (const { claim, source, checks } of rows) {
  t.test(claim, async (t) => {
    t.comment(source)
    for (const check of checks) check(t)
  })
}

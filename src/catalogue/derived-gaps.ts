import { lookedAt, passages } from './citations.js'
import type { EvidenceGap, Intervention } from './schemas.js'
import { answersTo, type CatalogueView } from './view.js'
import { strengthOrder } from './vocabulary.js'

/**
 * The gaps that follow from what a catalogue view holds, whatever the profile: needs of families that
 * no entry responds to, or none with evidence-based evidence, and approaches that are reported in use
 * with no known effect. Gaps that a source states come from the data files instead.
 */
export function derivedGaps(view: CatalogueView): EvidenceGap[] {
  const gaps: EvidenceGap[] = []
  for (const { code, label, concerns } of view.catalogue.needs) {
    if (concerns !== 'family') continue
    const name = label.toLowerCase()
    const links = (view.byNeed.get(code) ?? []).filter(({ intervention }) => intervention.role === 'response')
    const base = { basis: 'derived' as const, needs: [code], interventions: [], decision: null, answeredBy: [], sources: lookedAt(view, code) }
    if (links.length === 0) {
      gaps.push({
        ...base,
        id: `derived-need-not-covered-${code}`,
        code: 'need-not-covered',
        severity: 'high',
        message: `The sources looked at name no response to ${name}. That is not a finding that nothing works.`,
        questions: [`What is done about ${name} now, and how would anyone know whether it helps?`],
        suggestedAction: 'Look beyond these sources before commissioning, and evaluate whatever is chosen.'
      })
    } else if (!links.some(({ claims }) => claims.some((claim) => claim.direction === 'positive' && strengthOrder(claim.strength) >= strengthOrder('evidence-based')))) {
      gaps.push({
        ...base,
        id: `derived-no-strong-evidence-${code}`,
        code: 'no-strong-evidence',
        severity: 'high',
        message: `${links.length === 1 ? 'The one response' : `None of the ${links.length} responses`} held for ${name} has ${links.length === 1 ? 'no ' : ''}evidence-based or stronger evidence of benefit.`,
        questions: ['Where evidence of impact is missing, what other knowledge is the choice based on?'],
        suggestedAction: 'Treat any choice as a test, measured from the start.'
      })
    }
  }
  for (const entry of view.interventions) {
    if (!isWidelyUsedUnevaluated(entry)) continue
    const { id, name, takeUp, claims } = entry
    gaps.push({
      id: `derived-widely-used-unevaluated-${id}`,
      code: 'widely-used-unevaluated',
      severity: 'medium',
      basis: 'derived',
      needs: [],
      interventions: [id],
      decision: null,
      message: `${name} is reported in use, and no effect of it is known. How many use it says nothing of whether it works.`,
      questions: ['Is there capacity to evaluate it here?'],
      suggestedAction: 'Use it only with an evaluation, or ask what else could be done with the same money.',
      answeredBy: [],
      sources: passages([...takeUp, ...claims].map((part) => part.sources))
    })
  }
  return gaps
}

/** Councils that make an approach widely used: about one in fifteen of England's. */
const WIDE = 10

/** Reported in use by ten councils or more, with no finding of any kind about it. */
export function isWidelyUsedUnevaluated({ takeUp, claims }: Pick<Intervention, 'takeUp' | 'claims'>): boolean {
  const wide = takeUp.some(({ value, unit }) => value !== null && value >= WIDE && unit !== null && /authorit|council/i.test(unit) && !/train|aim|plan/i.test(unit))
  return wide && claims.length > 0 && claims.every((claim) => claim.direction === 'unknown')
}

/**
 * All gaps of a view by id: published ones, and derived ones that no published one states. What a
 * review searched for and did not find is not also called uncovered.
 */
export function listGaps(view: CatalogueView): EvidenceGap[] {
  const published = view.gaps.map((gap): EvidenceGap => ({
    id: gap.id,
    code: gap.code,
    severity: gap.severity,
    basis: 'published',
    needs: gap.needs,
    interventions: gap.interventions,
    decision: gap.decision,
    message: gap.message,
    questions: gap.questions,
    suggestedAction: gap.suggestedAction,
    answeredBy: answersTo(view, gap),
    sources: gap.sources
  }))
  const stated = new Set(published.flatMap((gap) => [...gap.needs, ...gap.interventions].map((subject) => `${gap.code} ${subject}`)))
  const said = (gap: EvidenceGap, subject: string) => stated.has(`${gap.code} ${subject}`) || (gap.code === 'need-not-covered' && stated.has(`no-strong-evidence ${subject}`))
  const derived = derivedGaps(view).filter((gap) => ![...gap.needs, ...gap.interventions].some((subject) => said(gap, subject)))
  return [...published, ...derived].sort((a, b) => (a.id < b.id ? -1 : 1))
}

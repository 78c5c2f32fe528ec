import { STRENGTHS } from './vocabulary.js'
import { passages } from './citations.js'
import type { EvidenceGap } from './schemas.js'
import type { CatalogueView } from './view.js'

const EVIDENCE_BASED = STRENGTHS.indexOf('evidence-based')

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
    const sources = passages(links.flatMap((link) => link.claims.map((claim) => claim.sources)))
    const base = { basis: 'derived' as const, needs: [code], interventions: [], decision: null, sources }
    if (links.length === 0) {
      gaps.push({
        ...base,
        id: `derived-need-not-covered-${code}`,
        code: 'need-not-covered',
        severity: 'high',
        message: `No entry of the catalogue is a response to ${name}. That is a silence of its sources, not a finding that nothing works.`,
        questions: [`What is done about ${name} now, and how would anyone know whether it helps?`],
        suggestedAction: 'Look beyond these sources before commissioning, and evaluate whatever is chosen.'
      })
    } else if (!links.some(({ claims }) => claims.some((claim) => claim.direction === 'positive' && claim.strength !== null && STRENGTHS.indexOf(claim.strength) >= EVIDENCE_BASED))) {
      gaps.push({
        ...base,
        id: `derived-no-strong-evidence-${code}`,
        code: 'no-strong-evidence',
        severity: 'high',
        message: `None of the ${links.length} responses held for ${name} has evidence-based or stronger evidence of benefit.`,
        questions: ['Where evidence of impact is missing, what other knowledge is the choice based on?'],
        suggestedAction: 'Treat any choice as a test, measured from the start.'
      })
    }
  }
  for (const { id, name, takeUp, claims } of view.interventions) {
    if (takeUp.length === 0 || claims.length === 0 || claims.some((claim) => claim.direction !== 'unknown')) continue
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
      sources: passages([...takeUp, ...claims].map((part) => part.sources))
    })
  }
  return gaps
}

/** All gaps of a view by id: published ones, and derived ones that no published one states. */
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
    sources: gap.sources
  }))
  const stated = new Set(published.flatMap((gap) => [...gap.needs, ...gap.interventions].map((subject) => `${gap.code} ${subject}`)))
  const derived = derivedGaps(view).filter((gap) => ![...gap.needs, ...gap.interventions].some((subject) => stated.has(`${gap.code} ${subject}`)))
  return [...published, ...derived].sort((a, b) => (a.id < b.id ? -1 : 1))
}

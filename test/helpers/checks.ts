import type { Test } from 'tap'
import { listGaps } from '../../src/catalogue/derived-gaps.js'
import { evidenceMap } from '../../src/catalogue/evidence-map.js'
import { nameKey } from '../../src/catalogue/check.js'
import type { ContextFigure, Intervention } from '../../src/catalogue/schemas.js'
import type { GapCode } from '../../src/catalogue/vocabulary.js'
import type { Standing } from '../../src/recommendations/combine.js'
import { LISTS, type ExclusionCode, type List } from '../../src/recommendations/vocabulary.js'
import type { Advice } from '../../src/recommendations/recommend.js'
import type { GapWarning, Recommendation } from '../../src/recommendations/schemas.js'
import { advise, shippedCatalogue, shippedView, type Body } from './advice.js'

/**
 * What can be said of an answer or of the catalogue, in words that a row of a table can use. All of it
 * is judged on the five founding documents alone, whatever else the catalogue holds by now.
 */
export type Check = (t: Test) => void

const FOUNDING = ['founding-documents']
const answers = new Map<string, Advice>()

export const founding = () => shippedView({ sources: FOUNDING })

/** The answer to a profile, from the founding documents. */
export function answer(body: Body): Advice {
  const key = JSON.stringify(body)
  const known = answers.get(key) ?? advise({ ...body, evidence: { sources: FOUNDING } })
  answers.set(key, known)
  return known
}

const listOf = (advice: Advice, list: List): Recommendation[] => (list === 'response' ? advice.recommendations : advice.supporting[list])

function place(advice: Advice, id: string): { list: List; item: Recommendation } | undefined {
  for (const list of LISTS) {
    const item = listOf(advice, list).find((one) => one.intervention.id === id)
    if (item !== undefined) return { list, item }
  }
  return undefined
}

const evidenceOf = (item: Recommendation) => item.contributions.find(({ criterion }) => criterion === 'evidence')!.value

/**
 * Each of `higher` stands before each of `lower` in the same list, and by its evidence, not only by
 * price or availability. One of `lower` may instead be refused a place altogether, with the reason given.
 */
export function ranksAbove(body: Body, higher: string[], lower: string[]): Check {
  return (t) => {
    const advice = answer({ ...body, limit: 200 })
    for (const up of higher) {
      const above = place(advice, up)
      if (above === undefined) {
        t.fail(`${up} is not listed`)
        continue
      }
      for (const down of lower) {
        const below = place(advice, down)
        if (below === undefined) {
          t.ok(advice.excluded.some(({ intervention }) => intervention.id === down), `${down} is listed, or excluded with a reason`)
          continue
        }
        t.equal(below.list, above.list, `${up} and ${down} stand in one list`)
        t.ok(above.item.rank < below.item.rank, `${up} (${above.item.rank}) is above ${down} (${below.item.rank})`)
        t.ok(evidenceOf(above.item) > evidenceOf(below.item), `evidence for ${up} (${evidenceOf(above.item)}) is above ${down} (${evidenceOf(below.item)})`)
      }
    }
  }
}

export interface Placing {
  list?: List
  standing: Standing
  /** The need that the rest is about; the first of the profile by default. */
  need?: string
  strength?: string | null
  direction?: string
  status?: string
  outcomeFor?: string
  met?: number
  reasons?: RegExp
}

/** The intervention is in the answer, in this list (responses, unless another is named) and with this standing. */
export function listed(body: Body, id: string, { list = 'response', standing, need, met, reasons, ...facts }: Placing): Check {
  return (t) => {
    const found = place(answer(body), id)
    if (found === undefined) {
      t.fail(`${id} is not listed`)
      return
    }
    t.equal(found.list, list, `${id} is in the list ${list}`)
    t.equal(found.item.standing, standing, `standing of ${id}`)
    const about = need === undefined ? found.item.needs[0] : found.item.needs.find((one) => one.need === need)
    if (about === undefined) {
      t.fail(`${id} does not speak to ${need}`)
      return
    }
    for (const [key, value] of Object.entries(facts)) t.equal(about[key as keyof typeof facts], value, `${key} of ${id} for ${about.need}`)
    if (met !== undefined) t.equal(about.applicability.met, met, `share for whom the evidence on ${id} applies`)
    if (reasons !== undefined) t.match(about.reasons.join(' '), reasons, `reasons given for ${id}`)
  }
}

/** The intervention is in no list; where a reason is named, the answer gives it. */
export function notListed(body: Body, id: string, because?: ExclusionCode): Check {
  return (t) => {
    const advice = answer({ ...body, limit: 200 })
    t.equal(place(advice, id), undefined, `${id} is in no list`)
    if (because === undefined) return
    const codes = advice.excluded.find(({ intervention }) => intervention.id === id)?.reasons.map(({ code }) => code)
    t.same(codes, [because], `${id} is excluded, and why`)
  }
}

/** The answer lists these responses as recommended, and no others. */
export function recommendsOnly(body: Body, ids: string[]): Check {
  return (t) => {
    const found = answer({ ...body, limit: 200 }).recommendations.filter(({ standing }) => standing === 'recommended')
    t.same(found.map(({ intervention }) => intervention.id).sort(), [...ids].sort(), 'what is recommended')
  }
}

export interface About {
  need?: string
  intervention?: string
  basis?: 'published' | 'derived'
  severity?: string
  /** All have to be in the message. */
  words?: RegExp[]
  action?: RegExp
  source?: string
}

const fits = (warning: Pick<GapWarning, 'needs' | 'interventions' | 'basis' | 'severity' | 'message' | 'suggestedAction' | 'sources'>, about: About) =>
  (about.need === undefined || warning.needs.includes(about.need)) &&
  (about.intervention === undefined || warning.interventions.includes(about.intervention)) &&
  (about.basis === undefined || warning.basis === about.basis) &&
  (about.severity === undefined || warning.severity === about.severity) &&
  (about.words ?? []).every((word) => word.test(warning.message)) &&
  (about.action === undefined || about.action.test(warning.suggestedAction)) &&
  (about.source === undefined || warning.sources.some(({ id }) => id === about.source))

const wanted = (code: string, about: About) => `${code} ${Object.entries(about).map(([key, value]) => `${key}: ${String(value)}`).join(', ')}`

/** The answer carries such a warning. */
export function warns(body: Body, code: GapCode, about: About = {}): Check {
  return (t) => {
    const given = answer(body).gapWarnings.filter((warning) => warning.code === code)
    t.ok(given.some((warning) => fits(warning, about)), `warns: ${wanted(code, about)}`, { given: given.map(({ message, severity }) => `${severity}: ${message}`) })
  }
}

/** The answer carries no such warning. */
export function silent(body: Body, code: GapCode, about: About = {}): Check {
  return (t) => {
    const given = answer(body).gapWarnings.filter((warning) => warning.code === code && fits(warning, about))
    t.same(given.map(({ message }) => message), [], `does not warn: ${wanted(code, about)}`)
  }
}

/** What is warned of an intervention in one profile goes beyond what is warned of it in another, and is severe. */
export function warnsMore(more: Body, less: Body, intervention: string): Check {
  return (t) => {
    const about = (body: Body) => answer(body).gapWarnings.filter((warning) => warning.interventions.length === 1 && warning.interventions[0] === intervention)
    const usual = new Set(about(less).map(({ severity, message }) => `${severity}: ${message}`))
    const added = about(more).filter(({ severity, message }) => severity === 'high' && !usual.has(`${severity}: ${message}`))
    t.not(added.length, 0, `a severe warning about ${intervention} that the milder case does not get`, { given: [...usual] })
  }
}

/** The answer asks a question that holds all these words. */
export const asks = (body: Body, words: RegExp, audience?: string): Check => (t) => {
  const found = answer(body).questions.find(({ text }) => words.test(text))
  t.ok(found, `asks: ${words.source}`)
  if (audience !== undefined) t.equal(found?.audience, audience, 'who is asked')
}

export const doesNotAsk = (body: Body, words: RegExp): Check => (t) =>
  t.same(answer(body).questions.map(({ text }) => text).filter((text) => words.test(text)), [], `does not ask: ${words.source}`)

/** The catalogue's list of gaps holds such a one, stated by a source. */
export function publishedGap(code: GapCode, { decision = null, ...about }: About & { decision?: string | null }): Check {
  return (t) => {
    const given = listGaps(founding()).filter((gap) => gap.code === code && gap.decision === decision)
    t.ok(given.some((gap) => gap.basis === 'published' && fits(gap, about)), `published gap: ${wanted(code, about)}`, { given: given.map(({ message }) => message) })
  }
}

/** The number of responses at each of these strengths for a need, in the evidence map. */
export function mapHolds(need: string, counts: Record<string, number>): Check {
  return (t) => {
    const cells = evidenceMap(founding(), 'response').find((row) => row.need === need)?.cells ?? []
    const found = Object.fromEntries(cells.filter(({ strength }) => strength in counts).map(({ strength, count }) => [strength, count]))
    t.same(found, counts, `responses to ${need} by strength`)
  }
}

export const entry = (id: string): Intervention => {
  const found = founding().byId.get(id)
  if (found === undefined) throw new Error(`the founding documents hold no entry '${id}'`)
  return found
}

/** Any check of one entry of the catalogue. */
export const onEntry = (id: string, check: (t: Test, found: Intervention) => void): Check => (t) => check(t, entry(id))

/** The entry holds a claim for the need with these facts. */
export const claims = (id: string, need: string, facts: object): Check => (t) => {
  const given = entry(id).claims.filter((claim) => claim.need === need)
  const found = given.some((claim) => Object.entries(facts).every(([key, value]) => JSON.stringify(claim[key as keyof typeof claim]) === JSON.stringify(value)))
  t.ok(found, `${id} has a claim for ${need}: ${JSON.stringify(facts)}`, { given })
}

/** The entry carries a caveat in these words, from that source. */
export const caveat = (id: string, words: RegExp, source: string): Check => (t) =>
  t.ok(entry(id).caveats.some(({ text, sources }) => words.test(text) && sources.some((one) => one.id === source)), `caveat of ${id}: ${words.source}`)

/** A count of users as it was published: with its year, and never called complete. */
export const takeUp = (id: string, value: number, year: number, { outOf = null, words = /./ }: { outOf?: number | null; words?: RegExp } = {}): Check => (t) => {
  const found = entry(id).takeUp.find((one) => one.value === value && words.test(one.text))
  const { outOf: whole, year: when, completeness } = found ?? {}
  t.same({ whole, when, completeness }, { whole: outOf, when: year, completeness: 'partial' }, `take-up of ${id}: ${value}`)
}

/** All these names lead to one entry, and to no other. */
export const sameEntry = (id: string, names: string[]): Check => (t) => {
  for (const name of names) t.same(shippedCatalogue().idsByName.get(nameKey(name)), [id], name)
}

/** Entries whose name, alias or id holds all these words. */
export const found = (words: string, ids: string[]): Check => (t) => {
  const parts = nameKey(words).split(' ')
  const hits = founding().interventions.filter(({ id, name, aliases }) => [id, name, ...aliases].some((one) => parts.every((part) => nameKey(one).split(' ').includes(part))))
  t.same(hits.map(({ id }) => id).sort(), [...ids].sort(), `entries called '${words}'`)
}

export interface Printed extends Partial<Pick<ContextFigure, 'value' | 'low' | 'high' | 'status'>> {
  unit?: RegExp
  geography?: RegExp
  period?: RegExp
  by?: RegExp
  note?: RegExp
  source: string
  disagreesWith?: string[]
}

/** A published figure as it was printed, with its year, place, origin, and the figures that disagree. */
export function figure(id: string, { value = null, low = null, high = null, status = 'ok', source, disagreesWith = [], ...words }: Printed): Check {
  return (t) => {
    const given = founding().contextFigures.find((one) => one.id === id)
    if (given === undefined) {
      t.fail(`no figure '${id}' is held`)
      return
    }
    t.same({ value: given.value, low: given.low, high: given.high, status: given.status }, { value, low, high, status }, id)
    if (words.unit) t.match(given.unit, words.unit, `unit of ${id}`)
    if (words.geography) t.match(given.geography, words.geography, `place of ${id}`)
    if (words.period) t.match(given.period ?? '', words.period, `period of ${id}`)
    if (words.by) t.match(given.attributedTo ?? '', words.by, `origin of ${id}`)
    if (words.note) t.match(given.note ?? '', words.note, `note on ${id}`)
    t.ok(given.sources.some((one) => one.id === source), `${id} cites ${source}`)
    for (const other of disagreesWith) t.ok(given.disagreesWith.some((one) => one.id === other), `${id} stands beside ${other}`)
  }
}

/** A level of a published scale: what it means, and what strength it stands for here. */
export const level = (standard: string, value: string, strength: string | null, meaning: RegExp): Check => (t) => {
  const given = shippedCatalogue().standards.find(({ id }) => id === standard)?.levels.find((one) => one.value === value)
  t.equal(given?.strength, strength, `strength of ${value}`)
  t.match(given?.meaning ?? '', meaning, `meaning of ${value}`)
}

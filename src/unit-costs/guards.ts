import { nearest } from '../nearest.js'
import type { Citation } from '../schemas.js'
import { NAO_RESIDENTIAL, citeEdition } from './citations.js'
import type { Overlap, UnitCostEdition, UnitCostRecord } from './records.js'
import { matchesCode } from './relations.js'
import { firstYear, mostPerYear, type Ledger, type Unit } from './vocabulary.js'

/** What a council keeps as its own fiscal value for a code. */
export interface OwnValue {
  value: number
  unit: Unit
  priceYear: string
}

/** One use of a unit cost by a line of a calculation. */
export interface UnitCostUse {
  /** Where the line stands in the request. */
  pointer: string
  code: string
  /** What the line's amount is for one of: `year`, `week`, `incident`, `lifetime` and so on, with or without `per-`. */
  per: string
  /** How many of those a person has in a year; null where the line does not say. */
  unitsPerYear: number | null
  /** Pounds for one of `per`; null where the line leaves it to the unit cost. */
  amount: number | null
  /** The year of the amount's prices, such as 2026/27. */
  priceYear: string | null
  /** Share of the value that is claimed to be taken out of a budget, 0 to 1; null where nothing is claimed. */
  cashability: number | null
  ledger: Ledger
  /** The amount is the council's own and not the database's: its age is that of `priceYear`. */
  localValue?: boolean
}

/** The edition that the codes are of. */
export interface UnitCostCatalogue {
  edition: Pick<UnitCostEdition, 'id' | 'source' | 'title' | 'publisher' | 'published' | 'loadedAt' | 'url'>
  records: ReadonlyMap<string, UnitCostRecord>
  overlaps: readonly Overlap[]
  /** The financial year of today, such as 2026/27: ages are counted up to it. */
  year: string
  /** The council that the lines are about, and its own values by code; left out where none is named. */
  own?: { council: string; values: ReadonlyMap<string, OwnValue> }
}

export const UNIT_COST_WARNING_CODES = [
  'unknown-unit-cost',
  'headline-with-constituents',
  'average-with-placement',
  'overlapping-unit-costs',
  'weekly-cost-used-as-yearly',
  'unit-mismatch',
  'too-many-units-a-year',
  'value-not-held',
  'own-value-not-used',
  'amount-differs',
  'stale-price-year',
  'price-year-unknown',
  'average-cost-claimed-cashable'
] as const

export interface UnitCostWarning {
  code: (typeof UNIT_COST_WARNING_CODES)[number]
  severity: 'high' | 'medium' | 'low'
  /** The lines it is about, in the order they were given. */
  pointers: string[]
  message: string
  sources: Citation[]
  suggestedAction: string
}

/**
 * Prices older than this are stale. A judgement of this service, stated so that it can be argued with:
 * a GDP deflator moves a price with the whole economy, and what children's services pay has moved much
 * faster. SS3.0 comes to 2,995 x 52 = 155,740 pounds a year at 2013/14, and councils paid 318,400 on
 * average in 2023-24 (National Audit Office, 2025): no deflator closes a gap of that size, and over
 * five years it is large enough to turn a decision.
 */
export const STALE_AFTER_YEARS = 5

/** Placements of children in care. */
const PLACEMENTS = ['SS1.*', 'SS2.0*', 'SS2.3', 'SS3.*']
const HOMES = ['SS3.*']

/** How many of a period a year holds, in round figures. */
const PERIODS: Readonly<Record<string, number>> = { day: 365, week: 52, month: 12, 'six-months': 2, year: 1 }
/** Values of many years at once, counted once for each person. */
const SPANS = new Set(['lifetime', 'ten-years', '25-years'])
const ONCE_A_PERSON = new Set(['person', 'case', 'item', 'lifetime'])

/** An amount counts as converted, rather than taken over as it stands, from a little below what the conversion gives to that much above, which leaves room for uprating. */
const CONVERTED = { from: 0.8, to: 3 }
/** An amount this many times the unit cost, for the same unit, is that of a longer period. */
const OF_A_LONGER_PERIOD = 10

/** A line takes a council's own value where its amount is this near to it, rounding to whole pounds allowed for. */
const SAME_AMOUNT = 0.005

const WORDS: Readonly<Record<string, string>> = { 'six-months': 'six months', 'bed-day': 'bed day', 'full-time-post': 'full-time post', 'ten-years': 'ten years', '25-years': '25 years' }

const bare = (unit: string) => unit.replace(/^per-/, '')
const asPeriod = (unit: Unit) => ({ 'bed-day': 'day', 'full-time-post': 'year' })[bare(unit)] ?? bare(unit)
const said = (unit: string) => (bare(unit) === 'lifetime' ? 'for a lifetime' : `per ${WORDS[bare(unit)] ?? bare(unit)}`)
const pounds = (amount: number) => `£${amount.toLocaleString('en-GB', { maximumFractionDigits: 2 })}`
const listed = (words: readonly string[]) => (words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`)
const unique = (words: readonly string[]) => [...new Set(words)]

/**
 * What is wrong with the use of unit costs, line by line and between lines.
 *
 * @param given the uses of one option: what stands in different options is never added up
 * @param catalogue the edition, the rows that overlap, and today's financial year
 * @returns warnings in a fixed order: by kind, then by the first line they are about; the order of the
 *   lines changes the order of the pointers and nothing else. None for a clean use.
 * Sources: the guidance notes of the Unit Cost Database v1.4 on headlines, constituents and SS1.0;
 * National Audit Office (2025) for the age of prices.
 */
export function checkUnitCosts(given: readonly UnitCostUse[], catalogue: UnitCostCatalogue): UnitCostWarning[] {
  const lines = given.map((line) => (takesOwnValue(line, catalogue) ? { ...line, localValue: true } : line))
  const known = lines.filter(({ code }) => catalogue.records.has(code))
  const warnings = [
    ...unknownCodes(lines, catalogue),
    ...headlinesWithParts(known, catalogue),
    ...overlaps(known, catalogue),
    ...known.flatMap((line) => unitFaults(line, catalogue)).filter(firstOfItsKind()),
    ...valuesNotHeld(known, catalogue),
    ...ownValuesNotUsed(known, catalogue),
    ...amountsThatDiffer(known, catalogue),
    ...staleness(known, catalogue),
    ...cashable(known, catalogue)
  ]
  const place = new Map(lines.map(({ pointer }, i) => [pointer, i]))
  const kind = (warning: UnitCostWarning) => UNIT_COST_WARNING_CODES.indexOf(warning.code)
  return warnings
    .map((warning) => ({ ...warning, pointers: unique(warning.pointers).sort((a, b) => place.get(a)! - place.get(b)!) }))
    .sort((a, b) => kind(a) - kind(b) || place.get(a.pointers[0]!)! - place.get(b.pointers[0]!)!)
}

/** A line has the same fault of unit in every ledger that it has a value in: once is enough. */
function firstOfItsKind() {
  const seen = new Set<string>()
  return ({ code, pointers, sources }: UnitCostWarning) => {
    const key = [code, ...pointers, sources[0]?.section].join('\n')
    return !seen.has(key) && seen.add(key)
  }
}

const cite = ({ edition }: UnitCostCatalogue, ...codes: string[]): Citation[] => unique(codes).map((code) => citeEdition(edition, code))

/** The lines of each code, in the order of the codes' first lines. */
function byCode(lines: readonly UnitCostUse[]): Map<string, UnitCostUse[]> {
  const groups = new Map<string, UnitCostUse[]>()
  for (const line of lines) groups.set(line.code, [...(groups.get(line.code) ?? []), line])
  return groups
}

function unknownCodes(lines: readonly UnitCostUse[], catalogue: UnitCostCatalogue): UnitCostWarning[] {
  return [...byCode(lines.filter(({ code }) => !catalogue.records.has(code)))].map(([code, uses]) => {
    const near = nearest(code, [...catalogue.records.keys()])
    return {
      code: 'unknown-unit-cost',
      severity: 'high',
      pointers: uses.map(({ pointer }) => pointer),
      message: `'${code.slice(0, 40)}' is no code of ${catalogue.edition.title}${near.length === 0 ? '.' : `; did you mean ${listed(near.map((one) => `'${one}'`)).replace(' and ', ' or ')}?`} Nothing about the line could be checked.`,
      sources: [citeEdition(catalogue.edition)],
      suggestedAction: 'Take a code of GET /v1/unit-costs, name the edition that the code is of, or leave the code out and say where the amount comes from.'
    }
  })
}

/** A headline holds its parts already: adding both counts the same money twice. Values of different ledgers are different money. */
function headlinesWithParts(lines: readonly UnitCostUse[], catalogue: UnitCostCatalogue): UnitCostWarning[] {
  const { records } = catalogue
  return [...byCode(lines)].flatMap(([code, uses]) =>
    unique(uses.map(({ ledger }) => ledger)).flatMap((ledger): UnitCostWarning[] => {
      const parts = lines.filter((line) => {
        const part = records.get(line.code)!
        return line.ledger === ledger && part.headline === code && (part.relation === 'constituent' || part.relation === 'variant')
      })
      if (parts.length === 0) return []
      const codes = unique(parts.map((line) => line.code))
      const averaged = codes.every((one) => records.get(one)!.relation === 'variant')
      return [
        {
          code: 'headline-with-constituents',
          severity: 'high',
          pointers: [...uses.filter((line) => line.ledger === ledger), ...parts].map(({ pointer }) => pointer),
          message: `${code} ${averaged ? 'is an average over' : 'already contains'} ${listed(codes)}: counting both counts the same ${ledger} value twice.`,
          sources: cite(catalogue, code, ...codes),
          suggestedAction: `Keep ${code}, and take the agencies' shares from its parts; or leave ${code} out and keep ${listed(codes)}.`
        }
      ]
    })
  )
}

function overlaps(lines: readonly UnitCostUse[], catalogue: UnitCostCatalogue): UnitCostWarning[] {
  return catalogue.overlaps.flatMap((overlap) =>
    (['fiscal', 'economic', 'social'] as const).flatMap((ledger): UnitCostWarning[] => {
      const own = lines.filter((line) => line.ledger === ledger && line.code === overlap.code)
      const others = lines.filter((line) => line.ledger === ledger && line.code !== overlap.code && matchesCode(line.code, overlap.with))
      if (own.length === 0 || others.length === 0) return []
      const codes = unique(others.map(({ code }) => code))
      const placement = overlap.kind === 'placement'
      return [
        {
          code: placement ? 'average-with-placement' : 'overlapping-unit-costs',
          severity: 'high',
          pointers: [...own, ...others].map(({ pointer }) => pointer),
          message: `${overlap.code} stands beside ${listed(codes)}. ${overlap.reason} Counting both counts the same ${ledger} value twice.`,
          sources: cite(catalogue, overlap.code, ...codes),
          suggestedAction: placement ? `Leave ${overlap.code} out and keep ${listed(codes)}, best at the council's own placement costs.` : `Keep either ${overlap.code} or ${listed(codes)}.`
        }
      ]
    })
  )
}

const ownValueOf = ({ code, ledger }: UnitCostUse, { own }: UnitCostCatalogue) => (ledger === 'fiscal' ? own?.values.get(code) : undefined)

/** Whether the amount of a line is the council's own value: in the prices of that, for the same unit or converted to another period. */
function takesOwnValue(line: UnitCostUse, catalogue: UnitCostCatalogue): boolean {
  const own = ownValueOf(line, catalogue)
  if (own === undefined || line.amount === null || line.priceYear !== own.priceYear) return false
  const [unit, per] = [asPeriod(own.unit), bare(line.per)]
  const factors = [1, ...(unit in PERIODS && per in PERIODS ? [PERIODS[unit]! / PERIODS[per]!] : [])]
  return factors.some((factor) => Math.abs(line.amount! - own.value * factor) <= own.value * factor * SAME_AMOUNT)
}

/** A council that knows its own cost has no need of a national average. */
function ownValuesNotUsed(lines: readonly UnitCostUse[], catalogue: UnitCostCatalogue): UnitCostWarning[] {
  return lines.flatMap((line): UnitCostWarning[] => {
    const own = ownValueOf(line, catalogue)
    if (own === undefined || line.localValue === true) return []
    return [
      {
        code: 'own-value-not-used',
        severity: matchesCode(line.code, PLACEMENTS) ? 'high' : 'medium',
        pointers: [line.pointer],
        message: `${catalogue.own!.council} keeps a value of its own for ${line.code}, ${pounds(own.value)} ${said(own.unit)} in prices of ${own.priceYear}${line.amount === null ? '.' : `; the line takes ${pounds(line.amount)} ${said(line.per)}${line.priceYear === null ? '' : ` in prices of ${line.priceYear}`}.`}`,
        sources: cite(catalogue, line.code),
        suggestedAction: "Take the council's own value with its price year, or say in source why another is the better one."
      }
    ]
  })
}

/**
 * An amount that carries a code and is not the code's: another one in the same prices, or the very same
 * in those of another year, which would be uprated from there. In prices of another year any other
 * amount may be the code's own, uprated, and nothing is said of it.
 */
function amountsThatDiffer(lines: readonly UnitCostUse[], catalogue: UnitCostCatalogue): UnitCostWarning[] {
  return lines.flatMap((line): UnitCostWarning[] => {
    const record = catalogue.records.get(line.code)!
    const { value, priceYear } = record[line.ledger]
    if (line.localValue === true || line.amount === null || line.priceYear === null || value === null || Number(value) === 0 || priceYear === null || !/^\d{4}\/\d{2}$/.test(priceYear)) return []
    if (bare(line.per) !== asPeriod(record.unit) && bare(line.per) !== bare(record.unit)) return []
    const held = Number(value)
    const same = Math.abs(line.amount - held) <= held * SAME_AMOUNT
    // What is of a longer period is told as a fault of the unit.
    if (same === (line.priceYear === priceYear) || (!same && (line.priceYear !== priceYear || line.amount >= held * OF_A_LONGER_PERIOD))) return []
    return [
      {
        code: 'amount-differs',
        severity: 'medium',
        pointers: [line.pointer],
        message: same
          ? `${line.code} is ${pounds(held)} ${said(record.unit)} in prices of ${priceYear}, and the line takes the same amount as one of ${line.priceYear}: it would be uprated from the wrong year.`
          : `${line.code} is ${pounds(held)} ${said(record.unit)} in prices of ${priceYear}, and the line takes ${pounds(line.amount)} in the same prices, so that the amount is not the one of the code.`,
        sources: cite(catalogue, line.code),
        suggestedAction: same ? `Say ${priceYear}.` : "Take the amount of the code; or leave the code out, and say in source where the amount comes from."
      }
    ]
  })
}

function unitFaults(line: UnitCostUse, catalogue: UnitCostCatalogue): UnitCostWarning[] {
  const record = catalogue.records.get(line.code)!
  const own = line.localValue === true ? ownValueOf(line, catalogue) : undefined
  const unitCode = own?.unit ?? record.unit
  const unit = asPeriod(unitCode)
  const per = bare(line.per)
  const value = own?.value ?? (record[line.ledger].value === null ? null : Number(record[line.ledger].value))
  const warning = (code: UnitCostWarning['code'], severity: UnitCostWarning['severity'], message: string, suggestedAction: string): UnitCostWarning[] => [
    { code, severity, pointers: [line.pointer], message, sources: cite(catalogue, line.code), suggestedAction }
  ]
  const times = line.amount === null || value === null || value === 0 ? null : line.amount / value
  const isAround = (factor: number | null | undefined) => times !== null && factor != null && factor > 0 && times >= factor * CONVERTED.from && times <= factor * CONVERTED.to

  if (per === unit || per === bare(unitCode)) {
    const most = mostPerYear(unitCode)
    if (most !== null && most >= 1 && line.unitsPerYear !== null && line.unitsPerYear > most) {
      return warning('too-many-units-a-year', 'high', `${line.code} is a cost ${said(unitCode)}, and the line counts ${line.unitsPerYear} of them in a year, which holds at most ${most}.`, 'Count how many of the unit a person has in one year of benefit.')
    }
    const shorter = unit in PERIODS && unit !== 'year'
    if (shorter && times !== null && times >= OF_A_LONGER_PERIOD && line.unitsPerYear !== 1) {
      return warning('unit-mismatch', 'high', `${line.code} is ${pounds(value!)} ${said(unitCode)}, and the line takes ${pounds(line.amount!)} for the same: that looks like the amount of a year, and would be counted ${line.unitsPerYear ?? 'many'} times.`, `Give the amount ${said(unitCode)}, or say that it is per year.`)
    }
    if (shorter && line.unitsPerYear === 1 && (times === null || times < OF_A_LONGER_PERIOD)) {
      return warning(unit === 'week' ? 'weekly-cost-used-as-yearly' : 'unit-mismatch', 'medium', `${line.code} is a cost ${said(unitCode)}, and the line counts one ${WORDS[unit] ?? unit} in a year.`, `Say how many a person has in a year, such as ${PERIODS[unit]}; leave 1 where it is truly one.`)
    }
    return []
  }

  if (isCompatible(unit, per, unitCode)) return []
  // Converted beforehand: 52 weeks of a weekly cost, given as the cost of a year.
  // A person counts once in each year of benefit, so that what is per person is per year.
  const counted = per === 'person' ? 'year' : per
  const factor = unit in PERIODS && counted in PERIODS ? PERIODS[unit]! / PERIODS[counted]! : null
  if (isAround(factor) || (counted === 'year' && line.unitsPerYear !== null && line.unitsPerYear !== 1 && isAround(line.unitsPerYear))) return []
  const weekly = unit === 'week' && counted === 'year'
  const example = weekly && value !== null ? ` ${pounds(value)} a week is ${pounds(value * 52)} in 52 weeks.` : ''
  return warning(
    weekly ? 'weekly-cost-used-as-yearly' : 'unit-mismatch',
    'high',
    `${line.code} is a cost ${said(unitCode)}, and the line uses it ${said(per)}.${example}`,
    weekly ? 'Say per week and how many weeks a year, or multiply the amount by the weeks.' : `Say ${said(unitCode)} and how many of them a person has in a year, or convert the amount.`
  )
}

/** Units that may stand for each other: an event by whatever word; a value of many years for each person; a yearly one for each person in each year. */
function isCompatible(unit: string, per: string, code: Unit): boolean {
  if (code === 'other') return true
  if (SPANS.has(unit)) return ONCE_A_PERSON.has(per) || SPANS.has(per)
  if (unit === 'year') return per === 'person'
  const timed = (one: string) => one in PERIODS || one === 'hour' || SPANS.has(one)
  return !timed(unit) && !timed(per)
}

/** A figure that no source stands behind, although the line names one. */
function valuesNotHeld(lines: readonly UnitCostUse[], catalogue: UnitCostCatalogue): UnitCostWarning[] {
  return lines
    .filter((line) => line.localValue !== true && catalogue.records.get(line.code)![line.ledger].value === null)
    .map((line) => ({
      code: 'value-not-held',
      severity: 'high',
      pointers: [line.pointer],
      message: `${line.code} has no ${line.ledger} value in ${catalogue.edition.title}${line.amount === null ? '' : `, so ${pounds(line.amount)} cannot come from it`}. Missing is not zero.`,
      sources: cite(catalogue, line.code),
      suggestedAction: 'Name the source that the amount comes from, or leave it out.'
    }))
}

function staleness(lines: readonly UnitCostUse[], catalogue: UnitCostCatalogue): UnitCostWarning[] {
  const today = firstYear(catalogue.year)
  return [...byCode(lines)].flatMap(([code, uses]) => {
    const record = catalogue.records.get(code)!
    const age = new Map<string | null, UnitCostUse[]>()
    for (const line of uses) {
      if (line.localValue !== true && record[line.ledger].value === null) continue
      const year = line.localValue === true ? line.priceYear : record[line.ledger].priceYear
      age.set(year, [...(age.get(year) ?? []), line])
    }
    return [...age].flatMap(([year, aged]): UnitCostWarning[] => {
      const pointers = aged.map(({ pointer }) => pointer)
      const placement = matchesCode(code, PLACEMENTS)
      const suggestedAction = placement ? "Use the council's own placement cost, from its current contracts." : "Use the council's own cost or a newer published one; at the least uprate it, and test the answer at twice the amount."
      if (year === null || !/^\d{4}/.test(year)) {
        return [{ code: 'price-year-unknown', severity: 'medium', pointers, message: `Nothing says which year's prices ${code} is in, so that its age cannot be told and it cannot be uprated.`, sources: cite(catalogue, code), suggestedAction }]
      }
      const years = today - firstYear(year)
      if (years <= STALE_AFTER_YEARS) return []
      const home = aged.some(({ localValue }) => localValue !== true) && matchesCode(code, HOMES) && record.unit === 'per-week' && record.fiscal.value !== null
      const known = home ? ` ${pounds(Number(record.fiscal.value))} a week is ${pounds(Number(record.fiscal.value) * 52)} a year, and a place in a children's home cost councils £318,400 on average in 2023-24.` : ''
      return [
        {
          code: 'stale-price-year',
          severity: home ? 'high' : 'medium',
          pointers,
          message: `${code} is in prices of ${year}, ${years} years back; after ${STALE_AFTER_YEARS} a deflator no longer stands for what children's services pay.${known}`,
          sources: [...cite(catalogue, code), ...(home ? [NAO_RESIDENTIAL] : [])],
          suggestedAction
        }
      ]
    })
  })
}

/** What is saved is what an avoidable cost falls by, not the average. Payments end with their claim, so they are not meant here. */
function cashable(lines: readonly UnitCostUse[], catalogue: UnitCostCatalogue): UnitCostWarning[] {
  return lines.flatMap((line): UnitCostWarning[] => {
    const { kind } = catalogue.records.get(line.code)!
    if (line.ledger !== 'fiscal' || line.cashability === null || line.cashability <= 0 || kind === 'payment') return []
    const placement = matchesCode(line.code, PLACEMENTS)
    return [
      {
        code: 'average-cost-claimed-cashable',
        severity: placement || line.cashability >= 0.5 ? 'high' : 'medium',
        pointers: [line.pointer],
        message: `${line.code} is an average cost${kind === 'saving' ? ' saved, as a study puts it' : ''}, and ${Math.round(line.cashability * 1000) / 10}% of it is claimed as cashable. An average is not what one case more or less costs, and that is not what can be taken out of a budget${placement ? ': a place that falls free is usually filled again' : ': staff and buildings stay'}.`,
        sources: cite(catalogue, line.code),
        suggestedAction: 'Claim as cashable only what a budget holder has agreed to give up, such as a contract that ends or a post that is not filled; leave the rest at 0.'
      }
    ]
  })
}

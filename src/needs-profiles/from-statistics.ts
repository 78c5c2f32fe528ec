import type { Areas } from '../areas/areas.js'
import { referToArea } from '../areas/describe.js'
import { noFigures, requireCouncil } from '../areas/service.js'
import type { CatalogueService } from '../catalogue/service.js'
import type { ErrorItem } from '../errors.js'
import { NOT_HELD, citeSeries, type Figure } from '../indicators/figures.js'
import type { GivenFigure, StatisticsService } from '../indicators/service.js'
import { ATTRIBUTION, STATUS_WORDS } from '../indicators/vocabulary.js'
import { CANNOT_SAY, MAPPED_INDICATORS, MAPPING, PLAN_ROW } from './mapping.js'
import { needsFromFigures, type NotStated } from './needs-from-figures.js'
import type { NeedsProfileFromStatistics, ProfileFigure } from './from-statistics-schemas.js'

export interface AreaNeedsService {
  /**
   * The needs of a council as published for a year, or for the latest year that says anything.
   * @throws DomainError 422 for what is no council of today, 404 where nothing usable is published
   */
  fromStatistics(word: string, year: number | null, at?: Places): Promise<NeedsProfileFromStatistics>
}

/** Where in a request the area and the year stand. */
type Places = Record<'area' | 'year', Pick<ErrorItem, 'in' | 'pointer'>>
const IN_ADDRESS: Places = { area: { in: 'path', pointer: '/code' }, year: { in: 'query', pointer: '/year' } }

const STATEMENTS = {
  'assessment-factors': (year: number) => `Episodes of assessment that ended in the year to 31 March ${year} in which the factor was found.`,
  'plan-categories': (year: number) => `Children on a child protection plan at 31 March ${year}, by latest category of abuse, because no assessment factors are published for that year. They are far fewer than the children who have the need.`
}

const NOT_STATED: Record<NotStated['reason'], string> = {
  none: 'Published as none.',
  'not-published': 'No count that says anything is published for the year.',
  'no-count': 'No published count is fit to stand for it; what there is stands beside it.'
}

export function areaNeedsService({ areas, catalogue, statistics }: { areas: Areas; catalogue: CatalogueService; statistics: StatisticsService }): AreaNeedsService {
  return {
    async fromStatistics(word, asked, at = IN_ADDRESS) {
      const { area } = requireCouncil(areas, word, at.area)
      const years = await statistics.years()
      // A count of a part of the children, such as one age band, is not that of the need.
      const held = (await statistics.trend([...MAPPED_INDICATORS, ...PLAN_ROW.parts], [area.id], years)).filter(({ series }) => Object.keys(series.filters).length === 0)
      const given = new Map<string, (typeof held)[number]>()
      for (const one of held) {
        const key = `${one.series.indicator} ${one.year}`
        const rival = given.get(key)
        // Of two kinds of year, that of the newer release.
        if (rival === undefined || one.series.dataset.release > rival.series.dataset.release) given.set(key, one)
      }
      const totals = await statistics.besideOf(PLAN_ROW.total, held.filter(({ series }) => PLAN_ROW.parts.includes(series.indicator)), area.id)
      /** Of another release than its parts, a total bounds nothing. */
      const totalOf = (year: number): Figure => {
        const found = PLAN_ROW.parts.map((part) => totals.get(given.get(`${part} ${year}`)?.series.dataset.id ?? -1)?.get(year))
        return found[0] !== undefined && found.every((one) => one === found[0]) ? found[0] : NOT_HELD
      }
      const figureIn = (year: number) => (indicator: string): Figure => (indicator === PLAN_ROW.total ? totalOf(year) : (given.get(`${indicator} ${year}`)?.figure ?? NOT_HELD))
      const readings = new Map(years.map((year) => [year, needsFromFigures(MAPPING, PLAN_ROW, year, figureIn(year))]))
      const usableYears = years.filter((year) => readings.get(year)!.needs.length > 0)
      const year = asked ?? usableYears[0]
      const reading = year === undefined ? undefined : readings.get(year)
      if (year === undefined || reading === undefined || reading.basis === null || reading.needs.length === 0) {
        throw noFigures(explainNothing(area.name, year, (indicator) => given.get(`${indicator} ${year}`), usableYears), [
          { ...at.year, code: 'no-figures', message: 'Nothing usable is published for this area and year.', suggestions: usableYears.slice(0, 3).map(String) }
        ])
      }
      const labels = catalogue.current().needByCode
      const label = (need: string) => labels.get(need)?.label ?? need
      const describe = (indicator: string, of: number): ProfileFigure[] => {
        const one = given.get(`${indicator} ${of}`)
        return one === undefined ? [] : [describeProfileFigure(one, of)]
      }
      /** The latest year, up to the one of the profile, in which the count is published at all. */
      const beside = (indicator: string) => describe(indicator, years.find((other) => other <= year && given.has(`${indicator} ${other}`)) ?? year)
      const needs = reading.needs.map(({ need, interval, openBecause, used, missing, alongside, note }) => ({
        need,
        label: label(need),
        children: Math.max(1, interval.working),
        interval: { low: interval.low, high: interval.high },
        openBecause,
        figures: [...used, ...missing].flatMap((indicator) => describe(indicator, year)),
        alongside: alongside.flatMap(beside),
        note
      }))
      needs.sort((a, b) => (a.need < b.need ? -1 : 1))
      return {
        area: referToArea(area),
        year,
        basis: reading.basis,
        statement: STATEMENTS[reading.basis](year),
        profile: { area: area.code, needs: needs.map(({ need, children }) => ({ need, children })) },
        needs,
        notStated: reading.notStated.map(({ need, reason, indicators }) => ({ need, label: label(need), reason, message: NOT_STATED[reason], figures: indicators.flatMap((indicator) => (reason === 'no-count' ? beside(indicator) : describe(indicator, year))) })),
        cannotSay: [...CANNOT_SAY],
        usableYears,
        attribution: ATTRIBUTION
      }
    }
  }
}

function describeProfileFigure({ series, figure }: GivenFigure, year: number): ProfileFigure {
  return { indicator: series.indicator, label: series.label, year, release: series.dataset.release, dataset: series.dataset.slug, value: figure.value, status: figure.status, sources: [citeSeries(series)] }
}

/** Why nothing can be said, in the publisher's own terms. */
function explainNothing(name: string, year: number | undefined, givenFor: (indicator: string) => GivenFigure | undefined, usable: readonly number[]): string {
  if (year === undefined) return `No figures that say anything of needs are held for ${name}.`
  const said = (codes: readonly string[]) => {
    const statuses = new Set(codes.flatMap((code) => givenFor(code)?.figure.status ?? []))
    if (statuses.size === 0) return 'not held'
    return [...statuses].map((status) => `${status === 'ok' ? 'none' : status} (${STATUS_WORDS[status].replace(/\.$/, '').toLowerCase()})`).join(', ')
  }
  const factors = said(MAPPING.flatMap((one) => one.factors))
  const plans = said(MAPPING.flatMap((one) => one.plans))
  const others = usable.length === 0 ? '' : ` Years that can be used: ${usable.join(', ')}.`
  return `Nothing usable is published for ${name} for ${year}: assessment factors are ${factors}; categories of abuse on plans are ${plans}. Missing figures are not low need.${others}`
}

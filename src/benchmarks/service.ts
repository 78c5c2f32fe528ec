import type { Area, Areas } from '../areas/areas.js'
import { referToArea } from '../areas/describe.js'
import { noFigures, requireCouncil } from '../areas/service.js'
import { NOT_HELD, citeSeries, estimateNote, populationBaseOf, yearOf, type Figure, type Series } from '../indicators/figures.js'
import type { StatisticsService } from '../indicators/service.js'
import { ATTRIBUTION } from '../indicators/vocabulary.js'
import { cautionsFor } from './cautions.js'
import { MEASURES, type Measure } from './data-files.js'
import { changeBetween, commonest, countStatuses, median, percentileAmong, percentileAtMost, populationYear, ratePer10000, slopePerYear, standingOf } from './rates.js'
import type { AreaBenchmarks, Benchmark } from './schemas.js'

export interface BenchmarkService {
  /**
   * A council's measures for a year, or the latest of each.
   * @throws DomainError 422 for what is no council of today, 404 where nothing is held of it for the year
   */
  benchmarksOf(word: string, year: number | null): Promise<Omit<AreaBenchmarks, 'nextCursor'>>
  /** The measures of several councils, each in order of their key; empty where no release covers the year. */
  benchmarksOfAll(councils: readonly Area[], year: number | null): Promise<{ area: Area; items: Benchmark[] }[]>
}

const POPULATION = 'population-0-17'
/** Years of a trend, the year itself included. */
const TREND_YEARS = 6
/** Fewer councils than this are too few to stand among. */
const FEW = 100
/** By how much the counts that are withheld may raise a percentile before it is said. */
const LEANING = 5

type Chosen = { series: Series; period: number }

export function benchmarkService({ areas, statistics }: { areas: Areas; statistics: StatisticsService }): BenchmarkService {
  return {
    async benchmarksOf(word, asked) {
      const { area } = requireCouncil(areas, word)
      const { itemsOf, isHeld, notHeld } = await compareCouncils([area], asked)
      const items = itemsOf(area)
      if (items.length === 0) throw noFigures(`No release that is held covers ${asked} for the measures compared.`)
      if (!isHeld(area)) throw noFigures(`No figures of ${area.name} are held for ${asked ?? 'the latest year'} for the measures compared.`)
      return {
        area: referToArea(area),
        year: asked,
        neighbours: area.neighbours.map(({ id, rank, closeness }) => ({ rank, ...referToArea(areas.byId.get(id)!), closeness })),
        items,
        notHeld,
        cautions: cautionsFor(items),
        attribution: ATTRIBUTION
      }
    },
    async benchmarksOfAll(councils, asked) {
      const { itemsOf } = await compareCouncils(councils, asked)
      return councils.map((area) => ({ area, items: itemsOf(area) }))
    }
  }

  /** What is compared is read once for all the councils asked for. */
  async function compareCouncils(asking: readonly Area[], asked: number | null): Promise<{ itemsOf: (area: Area) => Benchmark[]; isHeld: (area: Area) => boolean; notHeld: string[] }> {
    const rateCodes = MEASURES.map(({ indicator }) => `${indicator}-rate`)
    const { chosen, figureOf } = await statistics.compare([...MEASURES.map(({ indicator }) => indicator), ...rateCodes], asked)
    const found = MEASURES.map((measure) => ({ measure, given: pick(chosen, measure) }))
    const given = found.filter((one): one is { measure: Measure; given: Chosen } => one.given !== undefined)
    const notHeld = found.filter((one) => one.given === undefined).map(({ measure }) => measure.indicator)
    if (given.length === 0) return { itemsOf: () => [], isHeld: () => false, notHeld }

    const years = [...new Set(given.map(({ given: { period } }) => yearOf(period)))]
    const span = [...new Set(years.flatMap((year) => Array.from({ length: TREND_YEARS }, (_, i) => year - i)))].sort((a, b) => a - b)
    const populations = new Map(await Promise.all(years.map(async (year) => [year, await statistics.compare([POPULATION], populationYear(year))] as const)))
    const ids = asking.map(({ id }) => id)
    type Past = Awaited<ReturnType<StatisticsService['trend']>>
    const past = new Map<string, Past>()
    for (const point of await statistics.trend([...MEASURES.map(({ indicator }) => indicator), ...rateCodes], ids, span)) {
      const key = `${point.area} ${point.series.indicator}`
      const points = past.get(key)
      if (points === undefined) past.set(key, [point])
      else points.push(point)
    }
    const pastPopulation = new Map((await statistics.trend([POPULATION], ids, span.map(populationYear))).map((one) => [`${one.area} ${one.year}`, one.figure]))

    /** The measure of any area in the year of the figure. */
    const measured = ({ measure, given: { series, period } }: (typeof given)[number], id: number): Figure => {
      const figure = figureOf(id, series, period)
      if (measure.measure === 'as-published') return figure
      const population = populations.get(yearOf(period))!
      const [base] = population.chosen
      return ratePer10000(figure, base === undefined ? NOT_HELD : population.figureOf(id, base.series, base.period))
    }

    const everywhere = given.map((one) => {
      const ofCouncils = new Map(areas.councils.map(({ id }) => [id, measured(one, id)]))
      const all = [...ofCouncils.values()]
      return { one, england: measured(one, areas.england.id), ofCouncils, all, values: all.flatMap(({ value }) => value ?? []), statuses: countStatuses(all), estimates: all.filter(({ estimated }) => estimated).length }
    })
    const national = everywhere.map(({ one, england }) => ({ one, value: england.value }))
    // Kinds are compared among themselves: a factor is common among factors.
    const common = new Set([...commonest(national.filter(({ one }) => one.given.series.group === 'assessment-factor'))].map(({ one }) => one))

    const itemsOf = (area: Area) => {
      const regionId = area.region === null ? undefined : areas.byCode.get(area.region)?.id
      const items = everywhere.map(({ one, england, ofCouncils, all, values, statuses, estimates }): Benchmark => {
        const { measure, given: { series, period } } = one
        const year = yearOf(period)
        const decimals = series.unit === 'score' ? 3 : 1
        const figure = ofCouncils.get(area.id) ?? measured(one, area.id)
        const near = area.neighbours.map(({ id }) => ofCouncils.get(id) ?? measured(one, id))
        const nearValues = near.flatMap(({ value }) => value ?? [])
        const others = figure.value === null ? values : withoutOne(values, figure.value)
        const percentile = figure.value === null ? null : percentileAmong(figure.value, others)
        const points = (past.get(`${area.id} ${measure.indicator}`) ?? [])
          .filter((point) => fits(point.series, measure) && point.year <= year && point.year > year - TREND_YEARS)
          .map((point) => {
            const { value, status } = measure.measure === 'rate' ? ratePer10000(point.figure, pastPopulation.get(`${area.id} ${populationYear(point.year)}`) ?? NOT_HELD) : point.figure
            return { year: point.year, release: point.series.dataset.release, value, status }
          })
          .sort((a, b) => a.year - b.year)
        const before = points.find((point) => point.year === year - 1)
        const withheld = all.filter(({ status }) => status === 'suppressed').length
        const atMost = figure.value === null ? null : percentileAtMost(figure.value, others, withheld)
        const change = changeBetween(before?.value ?? null, figure.value)
        const base = populations.get(year)!.chosen[0]?.series.dataset
        const published = measure.measure === 'rate' ? chosen.find((other) => other.series.indicator === `${measure.indicator}-rate` && other.period === period && fits(other.series, measure)) : undefined
        const publishedRate = published === undefined ? null : { ...plain(figureOf(area.id, published.series, period)), release: published.series.dataset.release, populationBase: populationBaseOf(published.series)! }
        const earlierRate = change === null || base === undefined ? undefined : (past.get(`${area.id} ${measure.indicator}-rate`) ?? []).find((point) => point.year === year - 1 && point.figure.value !== null && fits(point.series, measure) && point.series.dataset.release < base.release && point.figure.value !== before!.value)
        return {
          key: `${measure.indicator}${measure.filter === null ? '' : `|${measure.filter}`}`,
          indicator: measure.indicator,
          label: measure.filter ?? series.label,
          group: series.group,
          need: measure.need,
          year,
          release: series.dataset.release,
          measure: measure.measure,
          unit: measure.measure === 'rate' ? 'per-10000' : series.unit,
          count: measure.measure === 'rate' ? plain(figureOf(area.id, series, period)) : null,
          value: figure.value,
          status: figure.status,
          estimated: figure.estimated ?? false,
          populationBase: measure.measure === 'rate' ? `ONS mid-${populationYear(year)} estimate of children aged 0 to 17, as published in the release of ${base?.release ?? 'no year held'}` : populationBaseOf(series),
          publishedRate,
          england: plain(england),
          region: plain(regionId === undefined ? NOT_HELD : measured(one, regionId)),
          councils: { percentile, median: median(values, decimals), published: statuses.published, notPublished: all.length - statuses.published },
          neighbours: {
            median: median(nearValues, decimals),
            rank: figure.value === null || nearValues.length === 0 ? null : 1 + nearValues.filter((value) => value > figure.value!).length,
            published: nearValues.length,
            notPublished: near.length - nearValues.length
          },
          standing: standingOf(percentile, atMost, common.has(one)),
          trend: { points, slopePerYear: slopePerYear(points) },
          change: change === null ? null : { since: year - 1, ...change },
          warnings: [
            ...(publishedRate !== null && base !== undefined && publishedRate.release < base.release
              ? [{ code: 'rebased-population' as const, message: `The rate that the release of ${publishedRate.release} published was worked out on another population (${publishedRate.populationBase}). All rates here are on the rebased one: never compare the two.` }]
              : []),
            ...(earlierRate !== undefined
              ? [{ code: 'rebased-population' as const, message: `For ${year - 1} the release of ${earlierRate.series.dataset.release} published a rate of ${earlierRate.figure.value}, worked out on another population (${populationBaseOf(earlierRate.series)}); on the rebased one it is ${before!.value}, which the change is since. The two must not be compared.` }]
              : []),
            ...(before !== undefined && before.release !== series.dataset.release ? [{ code: 'releases-differ' as const, message: `The year before is from the release of ${before.release}, this year from that of ${series.dataset.release}: counts may have been revised between them.` }] : []),
            ...(figure.status === 'suppressed' ? [{ code: 'suppressed' as const, message: 'The count is withheld because it is small, so nothing is compared. It is not zero.' }] : []),
            ...(estimates > 0 ? [{ code: 'estimated' as const, message: `The figures of ${estimates} of the ${statuses.published} councils are estimates${figure.estimated ? ', this one among them' : ''}. ${estimateNote(series)}` }] : []),
            ...(statuses.published < FEW || (atMost !== null && atMost - percentile! > LEANING)
              ? [{ code: 'few-published' as const, message: `Only ${statuses.published} of ${all.length} councils have a published figure; the percentile is among those alone.${atMost !== null && atMost > percentile! ? ` ${withheld} are withheld because they are small: among all councils it may be as high as ${atMost}.` : ''}` }]
              : [])
          ],
          sources: [citeSeries(series), ...(measure.measure === 'rate' && populations.get(year)!.chosen[0] !== undefined ? [citeSeries(populations.get(year)!.chosen[0]!.series)] : [])]
        }
      })
      return items.sort((a, b) => (a.key < b.key ? -1 : 1))
    }
    /** Whether any of what is compared is held of a council; nothing is of one that was not there yet. */
    const isHeld = (area: Area) => given.some(({ measure, given: { series, period } }) => (past.get(`${area.id} ${measure.indicator}`) ?? []).some((point) => point.series.id === series.id && point.period === period && point.figure !== NOT_HELD))
    return { itemsOf, isHeld, notHeld }
  }
}

const plain = ({ value, status }: Figure) => ({ value, status })

/** The others, where the value itself stands among all. */
function withoutOne(values: readonly number[], value: number): number[] {
  const at = values.indexOf(value)
  return at === -1 ? [...values] : values.toSpliced(at, 1)
}

const fits = (series: Series, { filter }: Measure) => (filter === null ? Object.keys(series.filters).length === 0 : Object.values(series.filters).includes(filter))

const pick = (chosen: readonly Chosen[], measure: Measure) => chosen.find(({ series }) => series.indicator === measure.indicator && fits(series, measure))

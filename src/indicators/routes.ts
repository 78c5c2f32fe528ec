import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { Areas } from '../areas/areas.js'
import { referToArea } from '../areas/describe.js'
import { EXAMPLE_ANSWERS } from '../areas/data-files.js'
import { AreaCode } from '../areas/routes.js'
import { noFigures, requireArea } from '../areas/service.js'
import { nearest } from '../nearest.js'
import { listQuery, paged, sendPage } from '../pages.js'
import { answerLike, problemResponses, typed } from '../schemas.js'
import { citeSeries, estimateNote, periodText, populationBaseOf, seriesKey, yearOf } from './figures.js'
import * as schemas from './schemas.js'
import type { GivenFigure, StatisticsService } from './service.js'
import { ATTRIBUTION } from './vocabulary.js'

export const yearQuery = (description: string, example: number) => Type.Optional(Type.Integer({ minimum: 1900, maximum: 2100, description, examples: [example] }))

export function describeFigure({ series, period, figure }: GivenFigure): schemas.IndicatorFigure {
  return {
    key: seriesKey(series),
    indicator: series.indicator,
    label: series.label,
    group: series.group,
    unit: series.unit,
    filters: Object.entries(series.filters).map(([name, value]) => ({ name, value })),
    year: yearOf(period),
    period: periodText(period),
    timeIdentifier: series.timeIdentifier,
    value: figure.value,
    status: figure.status,
    estimated: figure.estimated ?? false,
    note: figure.estimated ? estimateNote(series) : null,
    dataset: series.dataset.slug,
    release: series.dataset.release,
    populationBase: populationBaseOf(series),
    sources: [citeSeries(series)]
  }
}

export function registerIndicators(fastify: FastifyInstance, { areas, statistics }: { areas: Areas; statistics: StatisticsService }) {
  const app = typed(fastify)
  for (const schema of schemas.COMPONENTS) app.addSchema(schema)

  app.get(
    '/v1/areas/:code/indicators',
    {
      schema: {
        operationId: 'listAreaIndicators',
        tags: ['Areas'],
        summary: 'Published figures of an area',
        description:
          'Every figure held for a council, a region or England, each with its value and status, the release it comes from and, for a rate, the population it was worked out on. The newest release that covers a year gives its figures.',
        params: AreaCode,
        querystring: Type.Object({
          year: yearQuery('Only figures for this year; without it, the latest of each.', 2024),
          group: Type.Optional(Type.String({ minLength: 1, maxLength: 80, description: 'Only indicators of this group, such as `assessment-factor`.', examples: ['child-protection'] })),
          ...listQuery(200)
        }),
        response: { 200: answerLike(schemas.AreaIndicators, 'GET /v1/areas/E08000035/indicators?limit=1', EXAMPLE_ANSWERS.listAreaIndicators), ...problemResponses(400, 404, 414, 422, 503) }
      }
    },
    async (request, reply) => {
      const { area } = requireArea(areas, request.params.code)
      const { year, group } = request.query
      const years = await statistics.years()
      const held = await statistics.figuresOf(area.id, year ?? null)
      const figures = held.filter(({ series }) => group === undefined || series.group === group)
      if (figures.length === 0) {
        const groups = [...new Set(held.map(({ series }) => series.group))].sort()
        const span = years.length === 0 ? 'No statistics are held.' : `Figures of any area are held for ${years.at(-1)} to ${years[0]}.`
        const of = `No figures are held for ${area.name}${year === undefined ? '' : ` for ${year}`}`
        if (groups.length === 0) throw noFigures(`${of}. ${span}`)
        const message = `${of} in the group '${group}'. The groups are ${groups.join(', ')}.`
        throw noFigures(message, [{ pointer: '/group', in: 'query', code: 'no-figures', message, suggestions: nearest(group!, groups) }])
      }
      const items = figures.map(describeFigure).sort((a, b) => (a.key < b.key ? -1 : 1))
      return sendPage(request, reply, { area: referToArea(area), year: year ?? null, years, ...paged(items, ({ key }) => key, request.query), attribution: ATTRIBUTION })
    }
  )
}

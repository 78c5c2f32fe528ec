import { Type, type Static } from 'typebox'
import { AreaRef } from '../areas/schemas.js'
import { FigureStatusSchema } from '../indicators/schemas.js'
import { Citation, nullable, ref, words } from '../schemas.js'
import { STANDINGS } from './rates.js'

export const BenchmarkFigure = Type.Object(
  { value: nullable(Type.Number()), status: ref(FigureStatusSchema) },
  { $id: 'BenchmarkFigure', description: 'A figure as value and status.' }
)
const FigureRef = ref(BenchmarkFigure)

export const Benchmark = Type.Object(
  {
    key: Type.String({ description: 'Identifies the benchmark among those of an area.' }),
    indicator: Type.String(),
    label: Type.String(),
    group: Type.String(),
    need: nullable(Type.String(), { description: 'The need of the catalogue that it speaks to.' }),
    year: Type.Integer(),
    release: Type.String(),
    measure: words(['rate', 'as-published']),
    unit: Type.String({ description: 'Of everything compared here: `per-10000` children aged 0 to 17, `percent`, `percent-of-children` (of the population that `populationBase` names) or `score`.' }),
    count: nullable(FigureRef, { description: 'The count that a rate was worked out from; null for a percentage.' }),
    value: nullable(Type.Number()),
    status: ref(FigureStatusSchema),
    estimated: Type.Boolean({ description: 'Whether the value is an estimate; `warnings` says how it was made.' }),
    populationBase: nullable(Type.String(), { description: 'The population that the rate, the share or the score is of.' }),
    publishedRate: nullable(
      Type.Object({ value: nullable(Type.Number()), status: ref(FigureStatusSchema), release: Type.String(), populationBase: Type.String() }),
      { description: "The release's own rate, where it has one; it may be on another population." }
    ),
    england: FigureRef,
    region: FigureRef,
    councils: Type.Object({ percentile: nullable(Type.Integer({ description: '0 to 100; the share of councils that are lower, those that are equal counting half.' })), median: nullable(Type.Number()), published: Type.Integer(), notPublished: Type.Integer() }),
    neighbours: Type.Object(
      { median: nullable(Type.Number()), rank: nullable(Type.Integer({ description: 'Among the neighbours and the council itself, 1 the highest.' })), published: Type.Integer(), notPublished: Type.Integer() },
      { description: 'The ten statistical neighbours.' }
    ),
    standing: words(STANDINGS, { description: 'Whether it is high here (the top fifth of councils), common everywhere (the most frequent quarter of its kind in England), both or neither.' }),
    trend: Type.Object({
      points: Type.Array(Type.Object({ year: Type.Integer(), value: nullable(Type.Number()), status: ref(FigureStatusSchema), release: Type.String() })),
      slopePerYear: nullable(Type.Number({ description: 'Least squares through the points; null with fewer than three.' }))
    }),
    change: nullable(Type.Object({ since: Type.Integer(), difference: Type.Number(), percent: nullable(Type.Number()) }), { description: 'Since the year before; null where either is not published.' }),
    warnings: Type.Array(Type.Object({ code: words(['rebased-population', 'releases-differ', 'suppressed', 'estimated', 'few-published']), message: Type.String() })),
    sources: Type.Array(ref(Citation))
  },
  { $id: 'Benchmark', description: 'One measure of a council beside England, its region, all councils, its statistical neighbours and its own past.' }
)

export const AreaBenchmarks = Type.Object(
  {
    area: ref(AreaRef),
    year: nullable(Type.Integer(), { description: 'The year asked for; null for the latest of each.' }),
    neighbours: Type.Array(Type.Object({ rank: Type.Integer(), code: Type.String(), name: Type.String(), closeness: Type.String() })),
    items: Type.Array(ref(Benchmark)),
    nextCursor: nullable(Type.String(), { description: 'Give it as `cursor` for the next page; null on the last.' }),
    notHeld: Type.Array(Type.String(), { description: 'Indicators that no release covers for the year.' }),
    cautions: Type.Array(Type.Object({ code: Type.String(), message: Type.String() })),
    attribution: Type.String()
  },
  { $id: 'AreaBenchmarks', description: 'Benchmarks of a council, in order of their key, with the cautions that go with them.' }
)

export const COMPONENTS = [BenchmarkFigure, Benchmark, AreaBenchmarks] as const

export type Benchmark = Static<typeof Benchmark>
export type AreaBenchmarks = Static<typeof AreaBenchmarks>

import { Type, type Static } from 'typebox'
import { ref, words } from '../schemas.js'
import { SKIP_REASONS, type SkipReason } from './read-table.js'

const Counts = (what: string) => Type.Object({ read: Type.Integer(), stored: Type.Integer(), skipped: Type.Integer() }, { description: what })

export const ImportColumn = Type.Object(
  { column: Type.String(), indicator: Type.String(), known: Type.Boolean() },
  { $id: 'ImportColumn', description: 'A column of figures and the indicator it became; one that is not known is kept as an indicator of its own.' }
)

export const ImportReport = Type.Object(
  {
    dataset: Type.Object({
      id: Type.String(),
      title: Type.String(),
      release: Type.String(),
      known: Type.Boolean({ description: 'Whether the file was recognised as one of the published tables that the service knows.' }),
      hash: Type.String({ description: 'SHA-256 of the file.' }),
      firstPeriod: Type.Integer(),
      lastPeriod: Type.Integer()
    }),
    unchanged: Type.Boolean({ description: 'True where this very file is held: nothing was stored.' }),
    replaced: Type.Boolean({ description: 'True where an older file of the same table and release gave way.' }),
    rows: Counts('Rows of the file.'),
    figures: Counts('Cells of figures.'),
    skipped: Type.Array(
      Type.Object({
        reason: words(Object.keys(SKIP_REASONS) as SkipReason[]),
        message: Type.String(),
        of: words(['rows', 'figures']),
        count: Type.Integer(),
        samples: Type.Array(Type.Object({ row: Type.Integer(), found: Type.String() }), { description: 'The first few; the header is row 1.' })
      }),
      { description: 'What was left out, and why.' }
    ),
    columns: Type.Array(ref(ImportColumn)),
    filters: Type.Array(Type.String(), { description: 'Columns taken as parting the rows.' }),
    warnings: Type.Array(Type.String()),
    seconds: Type.Number(),
    attribution: Type.String()
  },
  { $id: 'ImportReport', description: 'What became of a file.' }
)

export const COMPONENTS = [ImportColumn, ImportReport] as const

export type ImportReportAnswer = Static<typeof ImportReport>

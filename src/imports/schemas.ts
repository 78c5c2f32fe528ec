import { Type, type Static } from 'typebox'
import { fileCounts, ref } from '../schemas.js'
import { SKIP_REASONS } from './read-table.js'

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
    ...fileCounts(SKIP_REASONS, 'Cells of figures.'),
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

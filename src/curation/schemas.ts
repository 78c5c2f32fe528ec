import { Type, type Static } from 'typebox'
import { CitationRecord } from '../catalogue/records.js'
import { Citation, closed, nullable, page, ref, words } from '../schemas.js'
import { RECORD_SHAPES } from './record-set.js'
import { CONFLICT_CODES, OPERATIONS, RECORD_KINDS } from './vocabulary.js'

const Version = (description: string) => Type.Integer({ minimum: 1, maximum: 999_999_999, description })
/** Something to read, without the character that the database's text cannot hold. */
const Sentence = (description: string) => Type.String({ minLength: 10, maxLength: 2000, pattern: '^\\s*[^\\s\\u0000][^\\u0000]*$', description })
/** What a record holds is checked by the catalogue's own check, which says where. */
const Open = (description: string, options: { minProperties?: number } = {}) => Type.Unsafe<Record<string, unknown>>({ type: 'object', properties: {}, additionalProperties: true, description, ...options })

export const CatalogueChange = closed(
  {
    op: words(OPERATIONS, { description: '`add` a record that is new; `correct` fields of one; `withdraw` one: it stays readable in the versions that held it.' }),
    kind: words(RECORD_KINDS, { description: 'What sort of record it is. A claim is a record of its own, with `intervention`; an `age` has the id of its intervention.' }),
    id: Type.Optional(Type.String({ minLength: 1, maxLength: 80, description: 'With `correct` and `withdraw`: the id of the record; of a need, its code.' })),
    record: Type.Optional(Open('With `add`: the whole record, as GET /v1/catalogue/versions/{version}/records/{kind}/{id} answers one of its kind.')),
    fields: Type.Optional(Open('With `correct`: the fields that change, each whole: a list takes the place of the list. Null also takes away a field that may be left out.', { minProperties: 1 }))
  },
  { $id: 'CatalogueChange', description: 'A change to one record of the catalogue.' }
)

export const ChangeSource = Type.Object({ ...CitationRecord.properties }, { $id: 'ChangeSource', additionalProperties: false, description: 'A passage: a source by its id, where in it, and the page and its date where the source is a collection of pages.' })

export const CatalogueChangeSet = closed(
  {
    basedOn: Version('The version that the changes were made to, which must still be the newest.'),
    reason: Sentence('Why, for whoever reads the list of versions.'),
    sources: Type.Array(ref(ChangeSource), {
      minItems: 1,
      maxItems: 20,
      description: 'The grounds: passages of sources that the catalogue holds. A source that is new is added in full among the changes.'
    }),
    changes: Type.Array(ref(CatalogueChange), { maxItems: 200, description: 'Each record once. May be empty only where conflicts are settled by leaving the catalogue as it is.' }),
    settles: Type.Optional(Type.Array(Type.Integer({ minimum: 1, maximum: 999_999_999 }), { maxItems: 200, uniqueItems: true, description: 'Ids of the open conflicts (GET /v1/catalogue/conflicts) that this settles, with changes to their records or by leaving them as they are.' }))
  },
  { $id: 'CatalogueChangeSet', description: 'Changes to the catalogue that become one new version, with a reason and sources: all of them, or none.' }
)

const counted = { description: 'How many.' }
export const CatalogueCounts = Type.Object(
  {
    sources: Type.Integer(counted),
    needs: Type.Integer(counted),
    standards: Type.Integer(counted),
    families: Type.Integer(counted),
    ages: Type.Integer(counted),
    interventions: Type.Integer(counted),
    claims: Type.Integer(counted),
    gaps: Type.Integer(counted),
    questions: Type.Integer(counted),
    contextFigures: Type.Integer(counted)
  },
  { $id: 'CatalogueCounts', description: 'How many records of each kind a version holds.' }
)

export const CatalogueConflict = Type.Object(
  {
    id: Type.Integer({ description: 'To be named in `settles`.' }),
    version: Type.Integer({ description: 'The version that the conflict came with.' }),
    code: words(CONFLICT_CODES, { description: "`both-changed`: the shipped catalogue and a curator have changed the same, each otherwise. `does-not-fit`: what is shipped cannot stand beside what a curator has changed. In both, the curator's stands." }),
    kind: words(RECORD_KINDS),
    record: Type.String({ description: 'The id of the record.' }),
    parts: Type.Array(Type.String(), { description: 'JSON pointers to what is in dispute; the empty one is the whole record.' }),
    message: Type.String(),
    shippedBefore: nullable(Open('The record as it was shipped before; null where it was not.')),
    shippedNow: nullable(Open('The record as it is shipped now; null where it is not any more.')),
    curated: nullable(Open('The record as curators had it, which stands; null where they have none.')),
    settledBy: nullable(Type.Integer(), { description: 'The version that settled it; null while it is open.' })
  },
  { $id: 'CatalogueConflict', description: 'Something that both a new edition of the shipped catalogue and a curator have changed. Nothing is decided for the curator: what is curated stands, until a change set settles it.' }
)

const version = {
  version: Type.Integer(),
  parent: nullable(Type.Integer(), { description: 'The version that it was made from; null for the first.' }),
  current: Type.Boolean({ description: 'Whether it is the newest, which is asked unless another is named.' }),
  origin: words(['shipped', 'curated'], { description: '`shipped`: it came with a release of the service, merged with what curators had changed. `curated`: a curator made it.' }),
  createdAt: Type.String({ format: 'date-time' }),
  by: nullable(
    Type.Object({
      organisation: Type.String(),
      actor: nullable(Type.String(), { description: 'Which key or person, as the trail of changes names it; told to their own organisation alone.' })
    }),
    { description: 'Who curated it; null for what was shipped.' }
  ),
  reason: nullable(Type.String()),
  sources: Type.Array(ref(Citation), { description: 'The grounds of what was curated. Those of a shipped version stand in its records.' }),
  changes: nullable(Type.Object({ added: Type.Integer(), changed: Type.Integer(), withdrawn: Type.Integer() }), { description: 'How many records it says otherwise than its parent; null where that was not counted.' }),
  counts: ref(CatalogueCounts),
  settles: Type.Array(Type.Integer(), { description: 'Ids of the conflicts that it settled.' }),
  openConflicts: Type.Integer({ description: 'How many of the conflicts that came with it are open.' })
}

export const CatalogueVersionSummary = Type.Object(version, { $id: 'CatalogueVersionSummary', description: 'One version of the catalogue in short.' })
export const CatalogueVersion = Type.Object(
  { ...version, conflicts: Type.Array(ref(CatalogueConflict), { description: 'What came with it and both sides had changed; settled ones too.' }) },
  { $id: 'CatalogueVersion', description: 'One version of the catalogue: what it is made from, by whom, why, on what grounds, and what is in dispute. A version never changes.' }
)

export const CatalogueRecord = Type.Object(
  {
    version: Type.Integer(),
    kind: words(RECORD_KINDS),
    id: Type.String(),
    record: Type.Union(
      RECORD_KINDS.map((kind) => Type.Object(RECORD_SHAPES[kind].properties, { additionalProperties: false, title: kind })),
      { description: 'The record as it is written, with sources by their ids. A field that may be left out is left out where nothing is known.' }
    )
  },
  { $id: 'CatalogueRecord', description: 'One record as a version holds it, in the form in which it is added and corrected.' }
)

export const CatalogueDifference = Type.Object(
  {
    from: Type.Integer(),
    to: Type.Integer(),
    versions: Type.Array(ref(CatalogueVersionSummary), { description: 'The versions in between that made the difference, with their reasons and sources, the oldest first.' }),
    changes: Type.Array(
      Type.Object({
        kind: words(RECORD_KINDS),
        id: Type.String(),
        change: words(['added', 'changed', 'withdrawn']),
        fields: Type.Array(
          Type.Object({
            pointer: Type.String({ description: 'JSON pointer into the record; the empty one is the whole record, where it was added or withdrawn.' }),
            before: Type.Unsafe<unknown>({ description: 'Null where there was nothing.' }),
            after: Type.Unsafe<unknown>({ description: 'Null where there is nothing.' })
          })
        )
      }),
      { description: 'Records, in order of kind and id. A list of another length is told as a whole.' }
    ),
    totals: Type.Object({ added: Type.Integer(), changed: Type.Integer(), withdrawn: Type.Integer() }, { description: 'On all pages.' }),
    nextCursor: nullable(Type.String(), { description: 'Give it as `cursor` for the next page; null on the last.' })
  },
  { $id: 'CatalogueDifference', description: 'What one version says otherwise than another, record by record and field by field.' }
)

export const CatalogueVersionPage = page(ref(CatalogueVersionSummary), { $id: 'CatalogueVersionPage', description: 'Versions, the newest first.' })
export const CatalogueConflictPage = page(ref(CatalogueConflict), { $id: 'CatalogueConflictPage', description: 'Conflicts, the oldest first.' })

export const COMPONENTS = [ChangeSource, CatalogueChange, CatalogueChangeSet, CatalogueCounts, CatalogueConflict, CatalogueVersionSummary, CatalogueVersion, CatalogueRecord, CatalogueDifference, CatalogueVersionPage, CatalogueConflictPage] as const

export type CatalogueChange = Static<typeof CatalogueChange>
export type CatalogueChangeSet = Static<typeof CatalogueChangeSet>
export type CatalogueCounts = Static<typeof CatalogueCounts>
export type CatalogueConflict = Static<typeof CatalogueConflict>
export type CatalogueVersionSummary = Static<typeof CatalogueVersionSummary>
export type CatalogueVersion = Static<typeof CatalogueVersion>
export type CatalogueDifference = Static<typeof CatalogueDifference>

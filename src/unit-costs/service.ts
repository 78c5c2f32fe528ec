import { createHash } from 'node:crypto'
import { readAppraisalData, type DeflatorSeries } from '../appraisal/data-files.js'
import type { Areas } from '../areas/areas.js'
import { referToArea } from '../areas/describe.js'
import { requireCouncil } from '../areas/service.js'
import type { Database } from '../db/database.js'
import { conflict, notFound, payloadTooLarge, preconditionFailed, unprocessable, type ErrorItem } from '../errors.js'
import { versionsMatching } from '../etag.js'
import { checkStart } from '../imports/text-check.js'
import { slug } from '../imports/slug.js'
import { nearest } from '../nearest.js'
import { paged } from '../pages.js'
import { readOverlaps, readSelection, readShippedEdition } from './data-files.js'
import { defaultEdition, describeUnitCost, filterUnitCosts, summariseEdition, type Filters, type Uprate } from './describe.js'
import { checkUnitCosts, type UnitCostCatalogue, type UnitCostUse, type UnitCostWarning } from './guards.js'
import { datePublished, findEditions, findLocalHistory, findLocalValues, findUnitCosts, insertEdition, insertLocalValue, lockEditions, type LocalValueRow } from './queries.js'
import { readEdition, refuseEdition } from './read-edition.js'
import type { UnitCostEdition, UnitCostRecord } from './records.js'
import { relationOf } from './relations.js'
import type { UnitCost, UnitCostDetail, UnitCostEditionReport, UnitCostEditionSummary, UnitCostLocalValue, UnitCostLocalValueInput } from './schemas.js'
import { reachOf, uprateBy } from './uprate.js'
import { financialYear, type Unit } from './vocabulary.js'

const LARGEST_FILE = 16 * 1024 * 1024

export interface UnitCostQuery extends Omit<Filters, 'codes'> {
  code?: string | undefined
  edition?: string | undefined
  priceYear?: string | undefined
  deflator?: string | undefined
  area?: string | undefined
  limit?: number | undefined
  cursor?: string | undefined
}

export interface EditionOptions {
  edition: string
  published?: string | undefined
  publisher?: string | undefined
  licence?: string | undefined
  fileName?: string | undefined
}

export interface UnitCostService {
  list(query: UnitCostQuery): Promise<{ items: UnitCost[]; nextCursor: string | null }>
  find(code: string, query: Pick<UnitCostQuery, 'edition' | 'priceYear' | 'deflator' | 'area'>): Promise<UnitCostDetail>
  editions(page: { limit?: number | undefined; cursor?: string | undefined }): Promise<{ items: UnitCostEditionSummary[]; nextCursor: string | null }>
  /** Adds a version of a council's own value. One that says the same already is left at its version. */
  putLocal(code: string, area: string, ifMatch: string | undefined, input: UnitCostLocalValueInput): Promise<{ local: UnitCostLocalValue; created: boolean }>
  load(chunks: AsyncIterable<Uint8Array>, options: EditionOptions): Promise<UnitCostEditionReport>
  /** For the guards: an edition, or the default one. */
  catalogue(edition?: string): Promise<UnitCostCatalogue>
  /**
   * What is wrong with the uses of one option, by the default edition or another.
   * @param area a council, whose own values then stand beside the national ones; any other area has none
   */
  check(uses: readonly UnitCostUse[], about?: { edition?: string | undefined; area?: string | null | undefined }): Promise<UnitCostWarning[]>
}

interface Parts {
  database: Pick<Database, 'kysely'>
  areas: Areas
  /** Series to put values into the prices of another year with; the first is the default. */
  deflators?: readonly DeflatorSeries[]
  now?: () => Date
}

type EditionHead = Omit<UnitCostEdition, 'records'> & { rows: number; rowId: number | null }

export function unitCostService({ database, areas, deflators = readAppraisalData().deflators, now = () => new Date() }: Parts): UnitCostService {
  const db = database.kysely
  const shipped = readShippedEdition()
  const overlaps = readOverlaps()
  const { relations } = readSelection()
  /** Rows of an edition never change once it is loaded. */
  const rowsOf = new Map<number, readonly UnitCostRecord[]>()

  async function heads(): Promise<EditionHead[]> {
    const imported = (await findEditions(db)).map((row) => {
      const { slug: id, title, publisher, licence, published, hash, loaded_at } = row
      return { id, source: id, title, publisher, licence, attribution: `${title}. Publisher: ${publisher}. Licence: ${licence}.`, url: null, published, loadedAt: loaded_at.toISOString(), origin: 'imported' as const, hash, rows: Number(row.rows), rowId: row.id }
    })
    return [{ ...shipped, rows: shipped.records.length, rowId: null }, ...imported]
  }

  /** @throws DomainError 422 with suggestions where none is known by that word */
  async function requireEdition(word: string | undefined, at: Pick<ErrorItem, 'in' | 'pointer'> = { in: 'query', pointer: '/edition' }): Promise<UnitCostEdition> {
    const all = await heads()
    const head = word === undefined ? defaultEdition(all) : all.find(({ id, title }) => id === word || title === word)
    if (head === undefined) {
      const suggestions = nearest(word!, all.map(({ id }) => id))
      const message = `'${clip(word!)}' is not an edition that is held${suggestions.length === 0 ? `; ${all.map(({ id }) => `'${id}'`).slice(0, 8).join(', ')} ${all.length === 1 ? 'is' : 'are'}.` : `; did you mean ${suggestions.map((one) => `'${one}'`).join(' or ')}?`}`
      throw unprocessable(message, { code: 'unknown-edition', errors: [{ ...at, code: 'unknown-edition', message, suggestions }] })
    }
    if (head.rowId === null) return shipped
    let records = rowsOf.get(head.rowId)
    if (records === undefined) rowsOf.set(head.rowId, (records = await findUnitCosts(db, head.rowId)))
    return { ...head, records }
  }

  const unknownCode = (code: string, edition: UnitCostEdition, at: Pick<ErrorItem, 'in' | 'pointer'>) => {
    const suggestions = nearest(code, edition.records.map((record) => record.code))
    const message = `'${clip(code)}' is not a code of ${edition.title}${suggestions.length === 0 ? '.' : `; did you mean ${suggestions.map((one) => `'${one}'`).join(' or ')}?`} GET /v1/unit-costs lists them.`
    return { message, errors: [{ ...at, code: 'unknown-unit-cost', message, suggestions }] }
  }

  async function catalogueOf(word?: string): Promise<UnitCostCatalogue> {
    const { records, ...edition } = await requireEdition(word)
    return { edition, records: new Map(records.map((record) => [record.code, record])), overlaps, year: financialYearOf(now()) }
  }

  async function ownValues(uses: readonly UnitCostUse[], area: string | null | undefined): Promise<Pick<UnitCostCatalogue, 'own'>> {
    const council = area == null ? undefined : areas.find(area)?.area
    if (council === undefined || uses.length === 0) return {}
    const rows = await findLocalValues(db, council.code, [...new Set(uses.map(({ code }) => code))])
    return { own: { council: council.name, values: new Map(rows.map((row) => [row.code, { value: Number(row.value), unit: row.unit as Unit, priceYear: row.price_year }])) } }
  }

  /** @throws DomainError 404 with suggestions */
  function requireRecord(edition: UnitCostEdition, code: string): UnitCostRecord {
    const record = edition.records.find((one) => one.code === code)
    if (record !== undefined) return record
    const { message, errors } = unknownCode(code, edition, { in: 'path', pointer: '/code' })
    throw notFound(message, { errors })
  }

  /** @throws DomainError 422 for a series that is not held, no year, or one that the series does not reach */
  function requireUprate({ priceYear, deflator }: Pick<UnitCostQuery, 'priceYear' | 'deflator'>): Uprate | undefined {
    const refused = (pointer: string, code: string, message: string, suggestions: string[] = []) => unprocessable(message, { code, errors: [{ in: 'query', pointer, code, message, suggestions }] })
    const ids = deflators.map(({ id }) => id)
    const series = deflator === undefined ? deflators[0]! : deflators.find(({ id }) => id === deflator)
    if (series === undefined) throw refused('/deflator', 'unknown-deflator', `'${clip(deflator!)}' is not a series of deflators; ${ids.map((id) => `'${id}'`).join(', ')} are.`, nearest(deflator!, ids))
    if (priceYear === undefined) {
      if (deflator !== undefined) throw refused('/priceYear', 'price-year-required', 'A series of deflators does nothing without priceYear: say in which prices, such as 2023/24.')
      return undefined
    }
    const year = financialYear(priceYear)
    if (year === undefined) throw refused('/priceYear', 'unknown-price-year', `'${clip(priceYear)}' is no financial year: write one such as 2023/24, of two years that follow each other.`)
    const uprate = uprateBy(series, year)
    if (uprate !== undefined) return uprate
    const { from, to } = reachOf(series)
    const others = deflators.filter((other) => other !== series && uprateBy(other, year) !== undefined).map(({ id }) => id)
    throw refused('/priceYear', 'unknown-price-year', `${series.title} reaches from ${from} to ${to}, not ${year}.${others.length === 0 ? '' : ` deflator=${others.join(' or ')} does.`}`, [year < from ? from : to])
  }

  const describeLocal = (row: LocalValueRow, uprate?: Uprate): UnitCostLocalValue => ({
    area: referToArea(areas.byCode.get(row.area_code)!),
    version: row.version,
    value: Number(row.value),
    currency: 'GBP',
    priceYear: row.price_year,
    unit: row.unit as UnitCostLocalValue['unit'],
    uprated: uprate?.(row.value, row.price_year) ?? null,
    sourceNote: row.source_note,
    enteredBy: row.entered_by,
    enteredAt: row.entered_at.toISOString(),
    edition: row.edition
  })

  return {
    async list({ code, theme, edition: asked, priceYear, deflator, area, limit, cursor, ...filters }) {
      const edition = await requireEdition(asked)
      const uprate = requireUprate({ priceYear, deflator })
      const codes = code?.split(',').map((one) => one.trim()).filter((one) => one !== '')
      const unknown = codes?.find((one) => !edition.records.some((record) => record.code === one))
      if (unknown !== undefined) {
        const { message, errors } = unknownCode(unknown, edition, { in: 'query', pointer: '/code' })
        throw unprocessable(message, { code: 'unknown-unit-cost', errors })
      }
      const themes = [...new Set(edition.records.map((record) => record.theme))]
      const chosenTheme = theme === undefined ? undefined : themes.find((one) => one.toLowerCase() === theme.toLowerCase())
      if (theme !== undefined && chosenTheme === undefined) {
        const message = `'${clip(theme)}' is not a theme of ${edition.title}; its themes are ${themes.join(', ')}.`
        throw unprocessable(message, { code: 'unknown-theme', errors: [{ in: 'query', pointer: '/theme', code: 'unknown-theme', message, suggestions: nearest(theme, themes) }] })
      }
      const council = area === undefined ? undefined : requireCouncil(areas, area, { in: 'query', pointer: '/area' }).area
      const place = new Map(edition.records.map((record, i) => [record, String(i).padStart(6, '0')]))
      const { items, nextCursor } = paged(filterUnitCosts(edition.records, { ...filters, codes, theme: chosenTheme }), (record) => place.get(record)!, { limit, cursor })
      const locals = council === undefined || items.length === 0 ? [] : await findLocalValues(db, council.code, items.map((record) => record.code))
      const localOf = new Map(locals.map((row) => [row.code, describeLocal(row, uprate)]))
      return { items: items.map((record) => describeUnitCost(edition, record, { overlaps, uprate, local: localOf.get(record.code) ?? null })), nextCursor }
    },
    async find(code, { edition: asked, priceYear, deflator, area }) {
      const edition = await requireEdition(asked)
      const record = requireRecord(edition, code)
      const uprate = requireUprate({ priceYear, deflator })
      const council = area === undefined ? undefined : requireCouncil(areas, area, { in: 'query', pointer: '/area' }).area
      const history = council === undefined ? [] : (await findLocalHistory(db, council.code, record.code)).map((row) => describeLocal(row, uprate))
      return { ...describeUnitCost(edition, record, { overlaps, uprate, local: history[0] ?? null }), localHistory: history }
    },
    async editions(page) {
      const all = await heads()
      const chosen = defaultEdition(all)
      const summaries = all.map((head) => summariseEdition(head, head.rows, head === chosen)).sort((a, b) => (a.id < b.id ? -1 : 1))
      return paged(summaries, ({ id }) => id, page)
    },
    async putLocal(code, area, ifMatch, input) {
      const edition = await requireEdition(input.edition, { in: 'body', pointer: '/edition' })
      const record = requireRecord(edition, code)
      const council = requireCouncil(areas, area, { in: 'path', pointer: '/area' }).area
      const faults: ErrorItem[] = []
      const priceYear = financialYear(input.priceYear)
      if (priceYear === undefined) faults.push({ pointer: '/priceYear', in: 'body', code: 'unknown-price-year', message: `'${clip(input.priceYear)}' is no financial year: write one such as 2025/26, of two years that follow each other.` })
      if (!/^\d+(\.\d{1,2})?$/.test(String(input.value))) faults.push({ pointer: '/value', in: 'body', code: 'finer-than-pence', message: `${input.value} is finer than a penny: round it to two decimal places.` })
      if (faults.length > 0) throw unprocessable(faults[0]!.message, { code: faults[0]!.code, errors: faults })
      const row = {
        area_code: council.code,
        code: record.code,
        edition: edition.id,
        value: String(input.value),
        price_year: priceYear!,
        unit: input.unit ?? record.unit,
        source_note: input.sourceNote,
        entered_by: input.enteredBy
      }
      const [held] = await findLocalHistory(db, council.code, record.code)
      if (held !== undefined && saysTheSame(held, row) && (ifMatch === undefined || versionsMatching(ifMatch).includes(held.version))) return { local: describeLocal(held), created: false }
      if (held === undefined && ifMatch !== undefined) throw preconditionFailed(`${council.name} has no value of its own for ${record.code} yet. Send it without If-Match.`)
      if (held !== undefined && !versionsMatching(ifMatch).includes(held.version)) throw changedSince(held)
      const kept = await insertLocalValue(db, { ...row, version: (held?.version ?? 0) + 1, entered_at: now().toISOString() })
      if (kept === undefined) throw changedSince((await findLocalHistory(db, council.code, record.code))[0]!)
      return { local: describeLocal(kept), created: held === undefined }
    },
    async load(chunks, { edition: name, published, publisher = 'Not stated', licence = 'Not stated', fileName }) {
      const parts: Uint8Array[] = []
      let size = 0
      for await (const chunk of chunks) {
        if (size === 0) checkStart(chunk, refuseEdition)
        size += chunk.length
        if (size > LARGEST_FILE) throw payloadTooLarge(`The file is over the limit of ${LARGEST_FILE / 1024 / 1024} MiB.`)
        parts.push(chunk)
      }
      const file = Buffer.concat(parts)
      const hash = createHash('sha256').update(file).digest('hex')
      const id = slug(name)
      const reading = await readEdition(
        (async function* () {
          yield file
        })()
      )
      // Which rows are no constituents of their headline is known by their codes.
      const codes = new Set(reading.records.map(({ code }) => code))
      const records = reading.records.map((record) => ({ ...record, ...relationOf(record.code, codes, relations) }))
      const outcome = await db.transaction().execute(async (trx): Promise<'stored' | 'dated' | 'unchanged'> => {
        await lockEditions(trx)
        const held = await findEditions(trx)
        const same = held.find((one) => one.hash === hash)
        if (same !== undefined) {
          if (same.published !== null || published === undefined) return 'unchanged'
          await datePublished(trx, same.slug, published)
          return 'dated'
        }
        if (id === slug(shipped.id) || held.some((one) => one.slug === id)) {
          const message = `An edition '${id}' is held, and its file is another one. Editions stand side by side, so that what was worked out from one can be worked out again: give this one another name.`
          throw conflict(message, { code: 'edition-held', errors: [{ pointer: '/edition', in: 'query', code: 'edition-held', message }] })
        }
        await insertEdition(trx, { slug: id, title: name, publisher, licence, published: published ?? null, file_name: fileName ?? null, hash, loaded_at: now().toISOString() }, records)
        return 'stored'
      })
      const all = await heads()
      const chosen = defaultEdition(all)
      const head = all.find((one) => one.hash === hash)!
      const nothing = { read: 0, stored: 0, skipped: 0 }
      const kept = outcome === 'stored'
      return {
        edition: summariseEdition(head, head.rows, head === chosen),
        unchanged: outcome === 'unchanged',
        rows: kept ? reading.rows : nothing,
        figures: kept ? reading.figures : nothing,
        skipped: kept ? reading.skipped : [],
        columns: kept ? reading.columns : { read: [], ignored: [] },
        warnings: [
          ...(!kept && head.id !== id ? [`This very file is held as '${head.id}'; it was not stored again under another name.`] : []),
          ...(outcome === 'dated' ? [`It was held before; when it was published was not, and is now.`] : []),
          ...(head.published === null ? [`Nobody has said when it was published, so it is used only where it is asked for (edition=${head.id}). Load the same file again with the date of publication to change that.`] : []),
          ...(head.published !== null && head !== chosen ? [`'${chosen.id}' was published later and stays the default; ask for this one with edition=${head.id}.`] : [])
        ]
      }
    },
    catalogue: catalogueOf,
    check: async (uses, { edition, area } = {}) => checkUnitCosts(uses, { ...(await catalogueOf(edition)), ...(await ownValues(uses, area)) })
  }
}

const clip = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}…` : text)

/** The financial year of local government that a day falls in: from 1 April. */
export function financialYearOf(day: Date): string {
  const first = day.getUTCMonth() >= 3 ? day.getUTCFullYear() : day.getUTCFullYear() - 1
  return `${first}/${String((first + 1) % 100).padStart(2, '0')}`
}

type LocalDraft = Pick<LocalValueRow, 'edition' | 'value' | 'price_year' | 'unit' | 'source_note' | 'entered_by'>
const saysTheSame = (held: LocalValueRow, draft: LocalDraft) =>
  Number(held.value) === Number(draft.value) && (['edition', 'price_year', 'unit', 'source_note', 'entered_by'] as const).every((key) => held[key] === draft[key])

const changedSince = (held: LocalValueRow) =>
  preconditionFailed(`It is at version ${held.version}, entered at ${held.entered_at.toISOString()}. Read it again, make your change to that, and send its version as If-Match.`)

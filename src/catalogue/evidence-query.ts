import { Type } from 'typebox'
import { unprocessable } from '../errors.js'
import { nearest } from '../nearest.js'
import type { CatalogueService, HeldCatalogue } from './service.js'
import { selectableSources, type CatalogueView } from './view.js'

/** The query parameters that narrow a read to a part of the evidence. */
export const evidenceQuery = {
  evidenceAsOf: Type.Optional(Type.String({ format: 'date', description: 'Leave out sources published after this day, such as `2018-12-31`.', examples: ['2018-12-31'] })),
  evidenceSources: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 2000,
      pattern: '[^,\\s]',
      description: 'Only these sources: ids or sets such as `founding-documents`, parted by commas.',
      examples: ['founding-documents']
    })
  )
}
export interface EvidenceQuery {
  evidenceAsOf?: string | undefined
  evidenceSources?: string | undefined
}

/**
 * The catalogue as the query asks to see it.
 * @throws DomainError 422 naming every source that is not known, with the nearest that are
 */
export function viewFor(catalogue: HeldCatalogue, query: EvidenceQuery): CatalogueView {
  const sources = query.evidenceSources?.split(',').map((part) => part.trim()).filter((part) => part !== '')
  const selectable = selectableSources(catalogue.current())
  const unknown = sources?.filter((source) => !selectable.includes(source)) ?? []
  if (unknown.length > 0) {
    throw unprocessable(`'${unknown[0]!.slice(0, 60)}' is neither a source nor a set of sources. GET /v1/sources lists them.`, {
      code: 'unknown-source',
      errors: unknown.map((source) => ({
        pointer: '/evidenceSources',
        in: 'query' as const,
        code: 'unknown-source',
        message: `'${source.slice(0, 60)}' is neither a source nor a set of sources.`,
        suggestions: nearest(source, selectable)
      }))
    })
  }
  return catalogue.view({ asOf: query.evidenceAsOf ?? null, sources: sources ?? null })
}

/** The query parameter that asks for the catalogue as it was. */
export const versionQuery = {
  catalogueVersion: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 999_999_999, description: 'The catalogue as this version holds it, such as the `catalogueVersion` of a recommendation; without it, the newest. GET /v1/catalogue/versions lists them.' })
  )
}

/**
 * The version of the catalogue that a query asks for.
 * @throws DomainError 422 where there is none such
 */
export async function catalogueFor(catalogue: CatalogueService, { catalogueVersion }: { catalogueVersion?: number | undefined }): Promise<HeldCatalogue> {
  const held = await catalogue.at(catalogueVersion)
  if (held !== undefined) return held
  const newest = catalogue.current().version
  const message = `There is no version ${catalogueVersion} of the catalogue; the newest is ${newest}.`
  throw unprocessable(message, { code: 'unknown-version', errors: [{ pointer: '/catalogueVersion', in: 'query', code: 'unknown-version', message, suggestions: [String(newest)] }] })
}

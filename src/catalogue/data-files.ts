import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parse } from 'yaml'
import { packageRoot } from '../package-root.js'

/** One record of a data file, with where it stands, so that a message can name it. */
export interface RawRecord {
  file: string
  index: number
  record: unknown
}

export interface RawCatalogue {
  sources: RawRecord[]
  needs: RawRecord[]
  standards: RawRecord[]
  families: RawRecord[]
  interventions: RawRecord[]
  /** Claims and costs in files of their own, beside the interventions that they are about. */
  addedClaims: RawRecord[]
  addedCosts: RawRecord[]
  ages: RawRecord[]
  gaps: RawRecord[]
  questions: RawRecord[]
  contextFigures: RawRecord[]
}

export const dataFolder = () => join(packageRoot(), 'src', 'catalogue', 'data')

/**
 * Reads every data file of the catalogue. Nothing is judged here except that each file is YAML
 * holding a list; `checkCatalogue` judges the records.
 * @throws Error naming the file that is not a YAML list
 */
export function readDataFiles(folder = dataFolder()): RawCatalogue {
  const read = (path: string): RawRecord[] => {
    const file = relative(folder, path)
    let list: unknown
    try {
      list = parse(readFileSync(path, 'utf8'))
    } catch (error) {
      throw new Error(`${file}: cannot be read as YAML: ${(error as Error).message}`)
    }
    if (!Array.isArray(list)) throw new Error(`${file}: must hold a list of records`)
    return list.map((record: unknown, index) => ({ file, index, record }))
  }
  const folderOf = (name: string) =>
    !existsSync(join(folder, name))
      ? []
      : readdirSync(join(folder, name))
          .filter((file) => file.endsWith('.yaml'))
          .sort()
          .flatMap((file) => read(join(folder, name, file)))
  const optional = (name: string) => (existsSync(join(folder, name)) ? read(join(folder, name)) : [])
  return {
    sources: [...read(join(folder, 'sources.yaml')), ...folderOf('sources')],
    needs: read(join(folder, 'needs.yaml')),
    standards: read(join(folder, 'evidence-standards.yaml')),
    families: optional('families.yaml'),
    interventions: folderOf('interventions'),
    addedClaims: folderOf('claims'),
    addedCosts: folderOf('costs'),
    ages: optional('ages.yaml'),
    gaps: read(join(folder, 'evidence-gaps.yaml')),
    questions: read(join(folder, 'questions.yaml')),
    contextFigures: read(join(folder, 'context-figures.yaml'))
  }
}

/**
 * Which edition of the catalogue these files are, and the hash of what they say. A file with a higher
 * number is a newer one: by it a service that is started with older files than a database has seen knows
 * that it has nothing to bring.
 */
export function readEdition(folder = dataFolder()): { edition: number; content: string } {
  const { edition, content } = parse(readFileSync(join(folder, 'edition.yaml'), 'utf8')) as { edition: unknown; content: unknown }
  if (!Number.isSafeInteger(edition) || (edition as number) < 1 || typeof content !== 'string') throw new Error('edition.yaml: must hold edition, a whole number from 1, and content, the hash that `npm run catalogue:check` prints')
  return { edition: edition as number, content }
}

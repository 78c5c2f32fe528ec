import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { packageRoot } from '../package-root.js'

export interface IndicatorRecord {
  code: string
  label: string
  unit: string
  group: string
}

/** How a published table is recognised and read, whatever the release. */
export interface Table {
  id: string
  section: string | null
  publication: string
  title: string
  publisher: string
  recognisedBy: string[]
  constants: string[]
  /** What a constant column must say for the file to be this table. */
  says?: Record<string, string>
  filters: string[]
  periodLag: number
  /** How the figures that the file marks as estimates were made. */
  estimates?: string
  /** Indicator code to every name that its column has had. */
  columns: Record<string, string[]>
}

export interface Release {
  publication: string
  release: string
  populationBase: string | null
  url: string | null
}

const read = <T>(...path: string[]): T => parse(readFileSync(join(packageRoot(), 'src', ...path), 'utf8')) as T

export const INDICATORS: readonly IndicatorRecord[] = read('indicators', 'data', 'indicators.yaml')
export const TABLES: readonly Table[] = read('imports', 'data', 'tables.yaml')
const RELEASES: readonly Release[] = read('imports', 'data', 'releases.yaml')

/** The known table that has these columns: the one that asks for most of them. */
export function recogniseTable(header: readonly string[]): Table | undefined {
  const names = new Set(header.map((name) => name.toLowerCase()))
  return TABLES.filter(({ recognisedBy }) => recognisedBy.every((column) => column.split('|').some((name) => names.has(name.toLowerCase())))).sort((a, b) => b.recognisedBy.length - a.recognisedBy.length)[0]
}

/** Indicator codes of a table by the lower-case name of their column. */
export const indicatorByColumn = (table: Table): Map<string, string> =>
  new Map(Object.entries(table.columns).flatMap(([code, names]) => names.map((name) => [name.toLowerCase(), code] as const)))

/** The year that a period ends in, and how much later its table is published. */
export const releaseOf = (lastPeriod: number, table: Table | undefined): string => String((lastPeriod > 9999 ? Math.floor(lastPeriod / 100) + 1 : lastPeriod) + (table?.periodLag ?? 0))

/** How a table is called beside others; one whose own title begins with its publication does not say it twice. */
export const titleOf = ({ publication, title }: Pick<Table, 'publication' | 'title'>) => (title.startsWith(publication) ? title : `${publication}: ${title}`)

export const findRelease = (publication: string, release: string): Release | undefined => RELEASES.find((one) => one.publication === publication && one.release === release)

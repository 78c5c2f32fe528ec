import type { Citation } from '../schemas.js'
import type { UnitCostEdition } from './records.js'

type Named = Pick<UnitCostEdition, 'source' | 'title' | 'publisher' | 'published' | 'loadedAt' | 'url'>

/** An edition as a source, and the row of it. Where nobody said when it was published, the year is that of loading, and the section says so. */
export function citeEdition({ source, title, publisher, published, loadedAt, url }: Named, code: string | null = null): Citation {
  const undated = published === null ? 'date of publication not stated, the year is that of loading' : null
  return { id: source, title, publisher, year: Number((published ?? loadedAt ?? '').slice(0, 4)), section: [code, undated].filter((part) => part !== null).join('; ') || null, url }
}

/** What a place in a children's home cost councils on average ten years after the database. */
export const NAO_RESIDENTIAL: Citation = {
  id: 'nao-childrens-residential-care-2025',
  title: "Managing children's residential care",
  publisher: 'National Audit Office',
  year: 2025,
  section: 'Press release',
  url: 'https://www.nao.org.uk/press-releases/government-needs-better-oversight-to-tackle-market-failures-in-childrens-residential-care'
}

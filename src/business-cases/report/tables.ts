import type { Citation } from '../../schemas.js'
import { html, type Markup, type Part } from './html.js'

/** The pieces that the sections of a report are made of. */

/** Text as a council wrote it, with its paragraphs; where nothing stands, that is said. */
export function prose(text: string | null | undefined, absent = 'Not given.'): Markup {
  if (text == null || text.trim() === '') return html`<p class="absent">${absent}</p>`
  return html`${text.split(/\n\s*\n|\r?\n/).filter((part) => part.trim() !== '').map((part) => html`<p>${part}</p>`)}`
}

/** A list of texts; where it is empty, that is said. */
export const listed = (texts: readonly Part[], absent = 'None given.'): Markup => (texts.length === 0 ? html`<p class="absent">${absent}</p>` : html`<ul>${texts.map((text) => html`<li>${text}</li>`)}</ul>`)

/** What may be missing in a row of a table. */
export const orAbsent = (text: Part, absent = 'Not given'): Part => (text === null || text === undefined || text === '' ? html`<span class="absent">${absent}</span>` : text)

export interface Column {
  heading: string
  /** Figures stand to the right. */
  figures?: boolean
}

/** A table with headings for its columns; the first cell of each row is the heading of the row. */
export function table(caption: string, columns: readonly Column[], rows: readonly (readonly Part[])[]): Markup {
  const kind = (i: number) => (columns[i]!.figures === true ? html` class="figure"` : null)
  return html`<div class="wide"><table><caption>${caption}</caption>
<thead><tr>${columns.map(({ heading }, i) => html`<th scope="col"${kind(i)}>${heading}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell, i) => (i === 0 ? html`<th scope="row">${cell}</th>` : html`<td${kind(i)}>${cell}</td>`))}</tr>
`)}</tbody></table></div>`
}

/** Names with what belongs to each; where nothing is given, that is said. */
export const pairs = (rows: readonly (readonly [string, Part])[]): Markup => html`<dl>${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${orAbsent(value)}</dd></div>`)}</dl>`

/** A source with all its passages that are cited. Only addresses of the web become links: nothing else may be followed from a page that is passed on. */
export function cite({ title, publisher, year, sections, url }: Cited): Markup {
  const link = url !== null && /^https?:\/\//.test(url) ? html` <a href="${url}">${url}</a>` : null
  return html`${publisher} (${String(year)}), <cite>${title}</cite>${sections.length > 0 && html`: ${sections.join('; ')}`}.${link}`
}

export type Cited = Omit<Citation, 'section'> & { sections: string[] }

/** Each source once, with its passages, in order of publisher and year. */
export function distinct(sources: readonly Citation[]): Cited[] {
  const bySource = new Map<string, Cited>()
  for (const { section, ...source } of sources) {
    const key = `${source.id} ${source.url ?? ''}`
    const cited = bySource.get(key) ?? { ...source, sections: [] }
    if (section !== null && !cited.sections.includes(section)) cited.sections.push(section)
    bySource.set(key, cited)
  }
  return [...bySource.values()].sort((a, b) => (a.publisher < b.publisher ? -1 : a.publisher > b.publisher ? 1 : a.year - b.year || (a.title < b.title ? -1 : 1)))
}

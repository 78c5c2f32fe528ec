/** Text that is markup already. Everything else is escaped where it enters a page. */
export class Markup {
  constructor(private readonly text: string) {}
  toString() {
    return this.text
  }
}

export type Part = Markup | string | number | null | undefined | false | readonly Part[]

/** What no page may hold: control characters but for tab and line ends, and halves of a pair. */
// eslint-disable-next-line no-control-regex
const UNPRINTABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g
const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Text as it may stand in the body of an element or in a quoted attribute, of HTML and of SVG. */
export const escaped = (text: string) => text.replace(UNPRINTABLE, '\ufffd').replace(/[&<>"']/g, (character) => ESCAPES[character]!)

const written = (part: Part): string => {
  if (part === null || part === undefined || part === false) return ''
  if (part instanceof Markup) return part.toString()
  if (Array.isArray(part)) return (part as readonly Part[]).map(written).join('')
  return escaped(String(part))
}

/** Markup with values in it, each escaped unless it is markup itself. Null, undefined and false write nothing. */
export const html = (strings: TemplateStringsArray, ...parts: Part[]): Markup => new Markup(strings.map((text, i) => text + (i < parts.length ? written(parts[i]) : '')).join(''))

import { unprocessable } from '../errors.js'

/** What was expected, in every refusal of a file. */
export const EXPECTED =
  "Expected: a data file of 'Explore education statistics' as it is downloaded, a CSV in UTF-8 whose columns include time_period, time_identifier, geographic_level, country_code and country_name, and for councils new_la_code or old_la_code."

export const refuseFile = (code: string, found: string, extra: { suggestions?: string[]; title?: string } = {}) =>
  unprocessable(`${found} ${EXPECTED} Nothing was stored.`, {
    code,
    title: extra.title ?? 'The file cannot be imported',
    errors: [{ pointer: '', in: 'body', code, message: found, suggestions: extra.suggestions ?? [] }]
  })

/** How a file is refused: by the kind of fault, and what was found. */
export type Refuse = (code: string, found: string) => Error

const startsWith = (bytes: Uint8Array, ...start: number[]) => start.every((byte, i) => bytes[i] === byte)

/** Refuses what the first bytes of a file show not to be a CSV. */
export function checkStart(bytes: Uint8Array, refuse: Refuse = refuseFile): void {
  if (startsWith(bytes, 0x50, 0x4b)) throw refuse('zip-file', 'Found: a zip or a spreadsheet file. Unpack it and send the .csv of its data folder.')
  if (startsWith(bytes, 0x1f, 0x8b)) throw refuse('compressed-file', 'Found: a gzip file. Unpack it and send the .csv.')
  if (startsWith(bytes, 0xff, 0xfe) || startsWith(bytes, 0xfe, 0xff)) throw refuse('wrong-encoding', "Found: text in UTF-16. Save it as 'CSV UTF-8'.")
  if (startsWith(bytes, 0x25, 0x50, 0x44, 0x46)) throw refuse('not-csv', 'Found: a PDF.')
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, 200)).replace(/^ï»¿/, '').trimStart()
  if (text.startsWith('<')) throw refuse('not-csv', 'Found: a web page. Download the data file itself.')
  if (text.startsWith('{') || text.startsWith('[')) throw refuse('not-csv', 'Found: JSON.')
}

/** Passes the bytes of a file on while they are text in UTF-8. */
export async function* checkedText(chunks: AsyncIterable<Uint8Array>, refuse: Refuse = refuseFile): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let first = true
  let read = 0
  for await (const chunk of chunks) {
    if (first) checkStart(chunk, refuse)
    first = false
    if (read === 0 && (chunk[0] === 0 || chunk[1] === 0)) throw refuse('wrong-encoding', "Found: text in UTF-16. Save it as 'CSV UTF-8'.")
    if (chunk.includes(0)) throw refuse('not-csv', `Found: a byte of zero after ${read + chunk.indexOf(0)} bytes, which no text holds.`)
    decode(chunk)
    read += chunk.length
    yield chunk
  }
  decode()

  function decode(chunk?: Uint8Array) {
    try {
      decoder.decode(chunk ?? new Uint8Array(), { stream: chunk !== undefined })
    } catch {
      throw refuse('wrong-encoding', `Found: text that is not UTF-8, within the ${chunk?.length ?? 0} bytes after byte ${read}. Save it as 'CSV UTF-8'.`)
    }
  }
}

/**
 * JSON in UTF-8, with the parts that stay the same from answer to answer written out once.
 *
 * Most of an answer is catalogue: sources, caveats, warnings. Writing them out anew for every request
 * would cost more than the ranking itself, and so would joining their text: a long string made of
 * thousands of pieces is copied again when it is sent. So their bytes are kept, and copied once.
 */
const kept = new WeakMap<object, Buffer | null>()

/** Marks a part as one that will never change, so that its bytes may be kept. */
export function keep<T extends object>(part: T): T {
  if (!kept.has(part)) kept.set(part, null)
  return part
}

export const isKept = (part: object) => kept.has(part)

export class JsonWriter {
  private bytes = Buffer.allocUnsafe(1 << 19)
  private length = 0
  /** Short texts in a row, which are cheaper to encode together. */
  private pending = ''

  text(text: string): void {
    this.pending += text
  }

  /** A part that never changes. */
  kept(part: object): void {
    let known = kept.get(part)
    if (known == null) kept.set(part, (known = Buffer.from(JSON.stringify(part))))
    this.copy(known)
  }

  /** Any part: its kept bytes where it is marked so. */
  part(part: object): void {
    if (kept.has(part)) this.kept(part)
    else this.text(JSON.stringify(part))
  }

  /** A list, each of its parts by `write`. */
  list<T>(parts: readonly T[], write: (part: T) => void): void {
    this.text('[')
    for (let i = 0; i < parts.length; i += 1) {
      if (i > 0) this.text(',')
      write(parts[i]!)
    }
    this.text(']')
  }

  /** What has been written since this was last asked. */
  finish(): Buffer {
    this.flush()
    const written = Buffer.from(this.bytes.subarray(0, this.length))
    this.length = 0
    return written
  }

  copy(bytes: Buffer): void {
    this.flush()
    this.makeRoom(bytes.length)
    this.bytes.set(bytes, this.length)
    this.length += bytes.length
  }

  private flush(): void {
    if (this.pending === '') return
    // No UTF-16 unit takes more than three bytes.
    this.makeRoom(this.pending.length * 3)
    this.length += this.bytes.write(this.pending, this.length, 'utf8')
    this.pending = ''
  }

  private makeRoom(more: number): void {
    if (this.length + more <= this.bytes.length) return
    const larger = Buffer.allocUnsafe(2 * (this.length + more))
    larger.set(this.bytes.subarray(0, this.length))
    this.bytes = larger
  }
}

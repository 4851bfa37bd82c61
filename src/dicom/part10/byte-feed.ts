/** Cuts a stream of chunks of any size into what a parser needs next, copying only what straddles two chunks. */

export interface ByteParser {
  /** bytes wanted before parse is worth calling again; parse sets it when it leaves bytes unread */
  need: number
  /** Reads what it can of bytes[at, end).
   * @param base absolute offset of index 0, so that base + index is a place in the stream (base may be negative)
   * @returns index of the first byte not read; beyond `end` to skip bytes that have yet to come */
  parse(bytes: Buffer, at: number, end: number, base: number): number
}

export class ByteFeed {
  /** absolute offset of the first byte that no parser has read */
  offset = 0
  /** bytes to come that nobody reads */
  skip = 0
  #held = Buffer.alloc(0)
  #heldLength = 0

  constructor(public parser: ByteParser) {}

  /** what the parser has been shown and left, because it needs more */
  get held(): Buffer {
    return this.#held.subarray(0, this.#heldLength)
  }

  /** The chunk may be reused once this has returned.
   * @throws what the parser throws; the feed is then finished */
  push(chunk: Buffer, from = 0, end = chunk.length): void {
    let at = from
    while (at < end || (this.#heldLength > 0 && this.#heldLength >= this.parser.need)) {
      if (this.skip > 0) {
        const skipped = Math.min(this.skip, end - at)
        this.skip -= skipped
        this.offset += skipped
        at += skipped
      } else if (this.#heldLength > 0) {
        const taken = Math.min(Math.max(this.parser.need - this.#heldLength, 0), end - at)
        this.#hold(chunk, at, at + taken)
        at += taken
        if (this.#heldLength >= this.parser.need) this.#parseHeld()
      } else {
        const { parser } = this
        const next = parser.parse(chunk, at, end, this.offset - at)
        this.offset += Math.min(next, end) - at
        if (next >= end) {
          this.skip = next - end
          at = end
        } else if (parser === this.parser) {
          this.#hold(chunk, next, end)
          at = end
        } else at = next
      }
    }
  }

  #parseHeld(): void {
    const length = this.#heldLength
    const next = this.parser.parse(this.#held, 0, length, this.offset)
    const used = Math.min(next, length)
    this.offset += used
    this.skip = next - used
    if (used > 0) this.#held.copyWithin(0, used, length)
    this.#heldLength = length - used
  }

  #hold(chunk: Buffer, from: number, end: number): void {
    const length = this.#heldLength + end - from
    if (length > this.#held.length) {
      const grown = Buffer.allocUnsafe(Math.max(1024, length, this.#held.length * 2))
      this.#held.copy(grown, 0, 0, this.#heldLength)
      this.#held = grown
    }
    chunk.copy(this.#held, this.#heldLength, from, end)
    this.#heldLength = length
  }
}

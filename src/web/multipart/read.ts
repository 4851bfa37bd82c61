/** Reads multipart/related as it streams in, without copying the parts. RFC 2046 5.1, RFC 2387; PS3.18 8.6.1.2.
 *
 *  An own splitter, not Dicer of @fastify/busboy: a part here is pulled (backpressure is the consumer's next call), a cut
 *  part fails instead of ending, and the pieces are views of the chunks that came. Both search with Buffer.indexOf. */
import { Problem } from '../../dicom/problem.js'

export interface MultipartPart {
  /** lower-case names; the first of two of the same name */
  readonly headers: ReadonlyMap<string, string>
  /** The bytes of the part, once. Pieces are views of the source's chunks. It ends only where the part's delimiter was seen:
   *  reading a part that the outer loop has left behind throws an Error.
   * @throws Problem `malformed-request` where the body ends or breaks within the part, after all bytes that came;
   *   a Problem of the source as it is */
  readonly body: AsyncIterable<Uint8Array>
}

export interface MultipartLimits {
  /** most bytes of one part's headers together */
  readonly headerBytes: number
}

const DEFAULT_LIMITS: MultipartLimits = { headerBytes: 16 * 1024 }

/** Blanks between a boundary and the end of its line; a line with more is data. */
const PADDING_BYTES = 256

const CR = 0x0d
const LF = 0x0a
const DASH = 0x2d
const EMPTY: Buffer = Buffer.alloc(0)
const CRLF: Buffer = Buffer.from('\r\n')
const HEADERS_END = Buffer.from('\r\n\r\n')

/** The parts of a multipart body, in order, one at a time. What the consumer leaves unread of a part is skipped; preamble
 *  and epilogue are read and dropped, so that after the last part the source is at its end.
 *
 *  Leaving the loop, or an error, calls the source's `return`. Where the source is a request that is still to be answered,
 *  hand in `request.iterator({ destroyOnReturn: false })`.
 * @param boundary the parameter's value, unquoted
 * @throws Problem `malformed-request`: no boundary in the body, none at its end, headers beyond the limit; what broke the
 *   source, as cause (a Problem of the source passes as it is) */
export async function* multipartParts(
  source: AsyncIterable<Uint8Array>,
  boundary: string,
  limits: Partial<MultipartLimits> = {},
): AsyncGenerator<MultipartPart, void, undefined> {
  const splitter = new Splitter(source, boundary)
  const headerBytes = limits.headerBytes ?? DEFAULT_LIMITS.headerBytes
  try {
    await splitter.skip()
    for (let number = 1; !splitter.closed; number++) {
      const headers = parseHeaders(await splitter.headers(headerBytes))
      splitter.part = number
      yield { headers, body: partBody(splitter, number) }
      await splitter.skip()
    }
    await splitter.drain()
  } finally {
    splitter.part = 0
    await splitter.release()
  }
}

function partBody(splitter: Splitter, number: number): AsyncIterable<Uint8Array> {
  const next = async (): Promise<IteratorResult<Uint8Array, undefined>> => {
    if (splitter.part !== number) throw new Error('a part was read after the loop over the parts had left it')
    const piece = await splitter.piece()
    return piece === undefined ? { done: true, value: undefined } : { done: false, value: piece }
  }
  return { [Symbol.asyncIterator]: () => ({ next }) }
}

/** What stands at a place where a delimiter may begin. */
type Verdict =
  | { readonly kind: 'data' }
  | { readonly kind: 'undecided' }
  | { readonly kind: 'delimiter'; readonly end: number; readonly closing: boolean }

const DATA: Verdict = { kind: 'data' }
const UNDECIDED: Verdict = { kind: 'undecided' }

/** Cuts a stream at its delimiters. `piece` gives what stands before the next one. */
class Splitter {
  /** the closing delimiter has passed */
  closed = false
  /** the part that may be read, from 1 */
  part = 0
  readonly #source: AsyncIterator<Uint8Array>
  readonly #delimiter: Buffer
  /** not yet looked at */
  #chunk: Buffer = EMPTY
  /** the end of earlier chunks that may begin a delimiter; it holds no CR but its first byte and, after blanks, its last */
  #held: Buffer = CRLF
  /** bytes at the start of #held that are no data: the line before, whose CRLF a delimiter shares */
  #borrowed = CRLF.length
  #atDelimiter = false
  #failure: Problem | undefined
  #ended = false

  constructor(source: AsyncIterable<Uint8Array>, boundary: string) {
    this.#source = source[Symbol.asyncIterator]()
    this.#delimiter = Buffer.from(`\r\n--${boundary}`)
  }

  /** @returns undefined once the delimiter after these bytes has been passed, and ever after until headers() */
  async piece(): Promise<Buffer | undefined> {
    for (;;) {
      if (this.#atDelimiter) return undefined
      if (this.#chunk.length === 0 && !(await this.#fill())) {
        const rest = this.#giveHeld()
        if (rest.length > 0) return rest
        throw (
          this.#failure ?? new Problem('malformed-request', 'multipart body ended before its final boundary')
        )
      }
      const bytes = this.#held.length > 0 ? this.#goOn() : this.#scan()
      if (bytes.length > 0) return bytes
    }
  }

  /** Reads on to the next delimiter. */
  async skip(): Promise<void> {
    while ((await this.piece()) !== undefined);
  }

  /** The header block after a delimiter, without the empty line that ends it. */
  async headers(limitBytes: number): Promise<Buffer> {
    let block = EMPTY
    for (;;) {
      const seen = block.length
      const ahead = this.#chunk.subarray(0, limitBytes + this.#delimiter.length)
      block = seen === 0 ? ahead : Buffer.concat([block, ahead])
      const found = this.#endOfHeaders(block)
      const tooLong =
        found === undefined ? block.length >= limitBytes + this.#delimiter.length : found.end > limitBytes
      if (tooLong)
        throw new Problem('malformed-request', `headers of a part are longer than ${limitBytes} bytes`)
      if (found !== undefined) {
        // A part may end with its headers, without an empty line: then its delimiter may have begun in an earlier chunk.
        this.#chunk =
          found.next >= seen
            ? this.#chunk.subarray(found.next - seen)
            : Buffer.concat([block.subarray(found.next, seen), this.#chunk])
        this.#held = found.borrow ? CRLF : EMPTY
        this.#borrowed = this.#held.length
        this.#atDelimiter = false
        return block.subarray(0, found.end)
      }
      this.#chunk = EMPTY
      if (!(await this.#fill()))
        throw (
          this.#failure ??
          new Problem('malformed-request', 'multipart body ended within the headers of a part')
        )
    }
  }

  /** Reads the epilogue. */
  async drain(): Promise<void> {
    while (await this.#fill());
    if (this.#failure !== undefined) throw this.#failure
  }

  async release(): Promise<void> {
    if (!this.#ended) await this.#source.return?.()
    this.#ended = true
  }

  #endOfHeaders(block: Buffer): { end: number; next: number; borrow: boolean } | undefined {
    if (block.subarray(0, CRLF.length).equals(CRLF)) return { end: 0, next: CRLF.length, borrow: true }
    const emptyLine = block.indexOf(HEADERS_END)
    const delimiter = block.subarray(0, emptyLine < 0 ? block.length : emptyLine).indexOf(this.#delimiter)
    if (delimiter >= 0) return { end: delimiter, next: delimiter, borrow: false }
    return emptyLine < 0 ? undefined : { end: emptyLine, next: emptyLine + HEADERS_END.length, borrow: true }
  }

  /** The chunk after one that ended in what may be a delimiter. */
  #goOn(): Buffer {
    const held = this.#held.length
    const most = this.#delimiter.length + PADDING_BYTES + CRLF.length
    const joined = Buffer.concat([this.#held, this.#chunk.subarray(0, most)])
    const verdict = this.#verdict(joined, 0)
    if (verdict.kind === 'undecided') {
      this.#held = joined
      this.#chunk = EMPTY
      return EMPTY
    }
    if (verdict.kind === 'data') return this.#giveHeld()
    this.#held = EMPTY
    this.#pass(verdict, verdict.end - held)
    return EMPTY
  }

  /** All of the chunk that is surely data, up to a delimiter. */
  #scan(): Buffer {
    const chunk = this.#chunk
    for (let from = 0; ; from += this.#delimiter.length) {
      from = chunk.indexOf(this.#delimiter, from)
      if (from < 0) break
      const verdict = this.#verdict(chunk, from)
      if (verdict.kind === 'data') continue
      if (verdict.kind === 'undecided') return this.#hold(from)
      this.#pass(verdict, verdict.end)
      return chunk.subarray(0, from)
    }
    // A delimiter has one CR, at its start: only the last CR of the chunk can begin one that goes on in the next.
    const tail = Math.max(0, chunk.length - this.#delimiter.length + 1)
    const cr = chunk.subarray(tail).lastIndexOf(CR)
    if (cr >= 0 && this.#verdict(chunk, tail + cr).kind === 'undecided') return this.#hold(tail + cr)
    this.#chunk = EMPTY
    return chunk
  }

  /** RFC 2046 5.1.1: CRLF, two dashes, boundary; then two dashes, or blanks and CRLF. Anything else, as a longer boundary that
   *  begins with ours, is data. */
  #verdict(bytes: Buffer, start: number): Verdict {
    const delimiter = this.#delimiter
    let at = start + delimiter.length
    if (bytes.length < at) {
      const length = bytes.length - start
      return bytes.compare(delimiter, 0, length, start) === 0 ? UNDECIDED : DATA
    }
    if (bytes.compare(delimiter, 0, delimiter.length, start, at) !== 0) return DATA
    if (bytes[at] === DASH) {
      if (bytes.length === at + 1) return UNDECIDED
      return bytes[at + 1] === DASH ? { kind: 'delimiter', end: at + 2, closing: true } : DATA
    }
    const paddingEnd = at + PADDING_BYTES
    while (at < paddingEnd && (bytes[at] === 0x20 || bytes[at] === 0x09)) at++
    if (at === bytes.length) return UNDECIDED
    if (bytes[at] !== CR) return DATA
    if (at + 1 === bytes.length) return UNDECIDED
    return bytes[at + 1] === LF ? { kind: 'delimiter', end: at + 2, closing: false } : DATA
  }

  #pass(verdict: { closing: boolean }, end: number): void {
    this.closed = verdict.closing
    this.#atDelimiter = true
    this.#borrowed = 0
    this.#chunk = this.#chunk.subarray(end)
  }

  #hold(from: number): Buffer {
    const chunk = this.#chunk
    this.#held = Buffer.from(chunk.subarray(from))
    this.#borrowed = 0
    this.#chunk = EMPTY
    return chunk.subarray(0, from)
  }

  #giveHeld(): Buffer {
    const bytes = this.#held.subarray(this.#borrowed)
    this.#held = EMPTY
    this.#borrowed = 0
    return bytes
  }

  /** @returns false at the end of the source, or where it broke (then #failure says how) */
  async #fill(): Promise<boolean> {
    if (this.#ended) return false
    try {
      for (;;) {
        const result = await this.#source.next()
        if (result.done === true) break
        const bytes = result.value
        if (bytes.length === 0) continue
        this.#chunk = Buffer.isBuffer(bytes)
          ? bytes
          : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
        return true
      }
    } catch (cause) {
      this.#failure =
        cause instanceof Problem
          ? cause
          : new Problem('malformed-request', 'multipart body broke off before its final boundary', { cause })
    }
    this.#ended = true
    return false
  }
}

/** RFC 2046 5.1: lines of `name: value`, a line that begins with a blank continues the one before. What is no header line is
 *  passed over: a part is judged by what it holds. */
function parseHeaders(block: Buffer): ReadonlyMap<string, string> {
  const headers = new Map<string, string>()
  for (const line of block
    .toString('utf8')
    .replace(/\r\n[\t ]+/g, ' ')
    .split('\r\n')) {
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase()
    if (name !== '' && !headers.has(name)) headers.set(name, line.slice(colon + 1).trim())
  }
  return headers
}

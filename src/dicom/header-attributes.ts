/** Top-level attributes of a stored header, read as the parser kept them when the instance came. */
import { promisify } from 'node:util'
import { createInflateRaw, inflateRaw, inflateRawSync } from 'node:zlib'
import { parseMarkedJson, type DicomJson } from './json-model.js'

/** Shorter ones are inflated at once: to hand them to another thread would take longer. */
const AT_ONCE_TEXT_BYTES = 64 << 10
/** Longer headers stream through, so that memory stays bounded. */
const WHOLE_TEXT_BYTES = 1 << 20
/** Longer elements are left out: no search keeps them. */
const ELEMENT_BYTES = 1 << 20

const inflate = promisify(inflateRaw)

/** @param header raw deflate of the DICOM JSON text with URL_MARK
 *  @param tags eight upper-case hex digits; of one that occurs twice the last counts
 *  @throws Error where the text is not what a parser of ours wrote */
export async function headerAttributes(
  header: Uint8Array,
  headerTextBytes: number,
  tags: ReadonlySet<string>,
): Promise<DicomJson> {
  const elements = new TopLevelElements(tags)
  if (headerTextBytes <= AT_ONCE_TEXT_BYTES) elements.push(inflateRawSync(header))
  else if (headerTextBytes <= WHOLE_TEXT_BYTES) elements.push(await inflate(header))
  else {
    const inflater = createInflateRaw()
    inflater.end(header)
    for await (const chunk of inflater) elements.push(chunk as Buffer)
  }
  return elements.parsed()
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const BRACE = 0x7b
const BRACE_END = 0x7d
const BRACKET = 0x5b
const BRACKET_END = 0x5d
/** `"ggggeeee":` */
const KEY_BYTES = 11

/** Cuts the members of the outermost object out of JSON text that comes in pieces. */
class TopLevelElements {
  readonly #tags: ReadonlySet<string>
  readonly #found = new Map<string, string>()
  #depth = 0
  #inString = false
  #escaped = false
  /** of the member that has begun; empty between members */
  #key: number[] = []
  #wanted = false
  #pieces: Buffer[] = []
  #bytes = 0

  constructor(tags: ReadonlySet<string>) {
    this.#tags = tags
  }

  push(chunk: Buffer): void {
    // Where the value that is being collected goes on in this chunk.
    let start = 0
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0
      if (this.#depth === 1 && this.#key.length < KEY_BYTES) {
        // Commas and the closing brace are no beginning of a key.
        if (this.#key.length > 0 || byte === QUOTE) this.#key.push(byte)
        if (this.#key.length === KEY_BYTES) {
          this.#wanted = this.#tags.has(this.#tag())
          start = at + 1
        }
      } else if (this.#inString) {
        if (this.#escaped) this.#escaped = false
        else if (byte === BACKSLASH) this.#escaped = true
        else if (byte === QUOTE) this.#inString = false
      } else if (byte === QUOTE) this.#inString = true
      else if (byte === BRACE || byte === BRACKET) this.#depth++
      else if ((byte === BRACE_END || byte === BRACKET_END) && --this.#depth === 1) {
        if (this.#wanted) this.#take(chunk.subarray(start, at + 1), true)
        this.#key = []
        this.#wanted = false
      }
    }
    if (this.#wanted) this.#take(chunk.subarray(start), false)
  }

  parsed(): DicomJson {
    const members = [...this.#found].map(([tag, text]) => `"${tag}":${text}`)
    return parseMarkedJson(`{${members.join(',')}}`)
  }

  #tag(): string {
    return Buffer.from(this.#key.slice(1, 9)).toString('latin1')
  }

  #take(piece: Buffer, isLast: boolean): void {
    this.#bytes += piece.length
    if (this.#bytes <= ELEMENT_BYTES) this.#pieces.push(piece)
    if (!isLast) return
    if (this.#bytes <= ELEMENT_BYTES)
      this.#found.set(this.#tag(), Buffer.concat(this.#pieces).toString('utf8'))
    else this.#found.delete(this.#tag())
    this.#pieces = []
    this.#bytes = 0
  }
}

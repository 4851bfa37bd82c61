/** Items of one sequence of a stored header, one at a time: per-frame functional groups may be longer than memory allows. */
import { createInflateRaw } from 'node:zlib'
import { parseMarkedJson, type DicomJson } from './json-model.js'

/** Of the JSON text of one item; a longer one is given as an empty item. */
const ITEM_BYTES = 1 << 20

const QUOTE = 0x22
const BACKSLASH = 0x5c
const BRACE = 0x7b
const BRACE_END = 0x7d
const BRACKET = 0x5b
const BRACKET_END = 0x5d
/** `{"ggggeeee":{"vr":"SQ","Value":[{` */
const ITEM_DEPTH = 4

/** @param header raw deflate of the DICOM JSON text with URL_MARK
 *  @param tag of a sequence at the top level, eight upper-case hex digits
 *  @param isWanted by position, from 0; other items are given as empty ones
 *  @throws Error where the text is not what a parser of ours wrote */
export async function* headerItems(
  header: Uint8Array,
  tag: string,
  isWanted: (position: number) => boolean = () => true,
): AsyncGenerator<DicomJson> {
  const cutter = new ItemCutter(tag, isWanted)
  const inflater = createInflateRaw()
  inflater.end(header)
  for await (const chunk of inflater) {
    yield* cutter.push(chunk as Buffer)
    if (cutter.isDone) return
  }
}

/** One item of a sequence at the top level; those before it are not parsed.
 * @param position from 0
 * @returns undefined where there are not so many
 * @throws Error as headerItems */
export async function headerItem(
  header: Uint8Array,
  tag: string,
  position: number,
): Promise<DicomJson | undefined> {
  let at = 0
  for await (const item of headerItems(header, tag, each => each === position))
    if (at++ === position) return item
  return undefined
}

/** Cuts the items out of JSON text that comes in pieces. */
class ItemCutter {
  isDone = false
  readonly #tag: string
  readonly #isWantedAt: (position: number) => boolean
  #position = 0
  #depth = 0
  #inString = false
  #escaped = false
  /** of the member of the outermost object that has begun: its quote and name */
  #key = ''
  #pieces: Buffer[] = []
  #bytes = 0

  constructor(tag: string, isWanted: (position: number) => boolean) {
    this.#tag = `"${tag}"`
    this.#isWantedAt = isWanted
  }

  *push(chunk: Buffer): Generator<DicomJson> {
    let start = 0
    for (let at = 0; at < chunk.length && !this.isDone; at++) {
      const byte = chunk[at] ?? 0
      if (this.#depth === 1 && this.#key.length < this.#tag.length) {
        // Commas and the closing brace are no beginning of a key.
        if (this.#key !== '' || byte === QUOTE) this.#key += String.fromCharCode(byte)
      } else if (this.#inString) {
        if (this.#escaped) this.#escaped = false
        else if (byte === BACKSLASH) this.#escaped = true
        else if (byte === QUOTE) this.#inString = false
      } else if (byte === QUOTE) this.#inString = true
      else if (byte === BRACE || byte === BRACKET) {
        if (++this.#depth === ITEM_DEPTH) start = at
      } else if (byte === BRACE_END || byte === BRACKET_END) {
        if (--this.#depth === ITEM_DEPTH - 1 && this.#isInside()) {
          this.#take(chunk.subarray(start, at + 1))
          yield this.#item()
        } else if (this.#depth === 1) {
          this.isDone = this.#isInside()
          this.#key = ''
        }
      }
    }
    if (this.#depth >= ITEM_DEPTH && this.#isInside()) this.#take(chunk.subarray(start))
  }

  #isInside(): boolean {
    return this.#key === this.#tag
  }

  #take(piece: Buffer): void {
    if (!this.#isWantedAt(this.#position)) return
    this.#bytes += piece.length
    if (this.#bytes <= ITEM_BYTES) this.#pieces.push(piece)
  }

  #item(): DicomJson {
    const isEmpty = !this.#isWantedAt(this.#position++) || this.#bytes > ITEM_BYTES
    const item = isEmpty ? {} : parseMarkedJson(Buffer.concat(this.#pieces).toString('utf8'))
    this.#pieces = []
    this.#bytes = 0
    return item
  }
}

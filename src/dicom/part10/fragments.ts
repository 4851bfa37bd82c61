import { Problem } from '../problem.js'
import type { ByteParser } from './byte-feed.js'
import { tagName } from './tags.js'

/** Reads the items of an encapsulated value: Pixel Data in fragments, and whatever else has an undefined length and no
 *  sequence in it. PS3.5 A.4. Of a fragment only its length is kept, and whether a codestream starts or ends in it. */

const ITEM = 0xfffee000
const SEQUENCE_DELIMITATION = 0xfffee0dd
const UNDEFINED = 0xffffffff
/** beyond this a value is refused: 5 bytes a fragment are kept */
const MOST_FRAGMENTS = 1 << 22
const MOST_TABLE_BYTES = 4 * MOST_FRAGMENTS
const HEAD_BYTES = 12
const TAIL_BYTES = 12

export const STARTS_CODESTREAM = 1
export const ENDS_CODESTREAM = 2
/** of a format that has no end marker */
export const NEEDS_NO_END = 4

export class FragmentReader implements ByteParser {
  need = 8
  /** the delimiter has been read, or the end of the file reported */
  done = false
  /** absolute offset after the last whole item */
  endBytes: number
  /** absolute offset of the item header that follows the Basic Offset Table */
  firstItemBytes = 0
  count = 0
  /** value length by fragment; fragments follow one another, 8 bytes of header apart */
  lengths = new Uint32Array(0)
  flags = new Uint8Array(0)
  /** entries of the Basic Offset Table; undefined where there are none, or more than anybody can use */
  basicOffsets: Uint32Array | undefined
  #tableRead = false
  #tail: { length: number; flags: number } | undefined

  /** @param tag of the value
   *  @param valueBytes absolute offset of its first item
   *  @param littleEndian of the item headers
   *  @param recorded whether fragments are to be dealt to frames later, or only passed over */
  constructor(
    readonly tag: number,
    readonly valueBytes: number,
    readonly littleEndian: boolean,
    readonly recorded: boolean,
  ) {
    this.endBytes = valueBytes
  }

  /** @throws Problem `bad-dicom` where an item should be and is not, `limit-exceeded` */
  parse(bytes: Buffer, from: number, end: number, base: number): number {
    let at = from
    for (;;) {
      if (this.#tail !== undefined) {
        if (end - at < TAIL_BYTES) return this.#wait(TAIL_BYTES, at)
        const { length, flags } = this.#tail
        this.#tail = undefined
        at += TAIL_BYTES
        this.#record(length, flags | endFlag(bytes, at - TAIL_BYTES, at), base + at)
        continue
      }
      this.endBytes = base + at
      if (end - at < 8) return this.#wait(8, at)
      const itemTag = this.littleEndian
        ? bytes.readUInt16LE(at) * 65536 + bytes.readUInt16LE(at + 2)
        : bytes.readUInt32BE(at)
      if (itemTag === SEQUENCE_DELIMITATION) {
        this.done = true
        return at + 8
      }
      const length = this.littleEndian ? bytes.readUInt32LE(at + 4) : bytes.readUInt32BE(at + 4)
      if (itemTag !== ITEM || length === UNDEFINED)
        throw new Problem(
          'bad-dicom',
          `fragments of ${tagName(this.tag)}: expected an item of defined length at byte ${base + at}, found ${tagName(itemTag)}`,
        )
      if (!this.recorded) {
        at += 8 + length
        if (at > end) return this.#wait(8, at)
      } else if (!this.#tableRead) {
        const wanted = length <= MOST_TABLE_BYTES && length % 4 === 0
        if (wanted && end - at < 8 + length) return this.#wait(8 + length, at)
        if (wanted && length > 0) this.basicOffsets = readTable(bytes, at + 8, length)
        this.#tableRead = true
        at += 8 + length
        this.firstItemBytes = base + at
        if (at > end) return this.#wait(8, at)
      } else {
        const head = Math.min(length, HEAD_BYTES)
        if (end - at < 8 + head) return this.#wait(8 + head, at)
        const flags = startFlag(bytes, at + 8, head)
        if (end - at >= 8 + length) {
          at += 8 + length
          const tail = Math.min(length, TAIL_BYTES)
          this.#record(length, flags | endFlag(bytes, at - tail, at), base + at)
        } else {
          this.#tail = { length, flags }
          at += 8 + length - TAIL_BYTES
          if (at > end) return this.#wait(TAIL_BYTES, at)
        }
      }
    }
  }

  #wait(need: number, at: number): number {
    this.need = need
    return at
  }

  #record(length: number, flags: number, endBytes: number): void {
    if (this.count === MOST_FRAGMENTS)
      throw new Problem(
        'limit-exceeded',
        `${tagName(this.tag)} has more than ${MOST_FRAGMENTS} fragments before byte ${endBytes}`,
      )
    if (this.count === this.lengths.length) {
      const lengths = new Uint32Array(Math.max(64, this.count * 2))
      const allFlags = new Uint8Array(lengths.length)
      lengths.set(this.lengths)
      allFlags.set(this.flags)
      this.lengths = lengths
      this.flags = allFlags
    }
    this.lengths[this.count] = length
    this.flags[this.count] = flags
    this.count++
    this.endBytes = endBytes
  }
}

function readTable(bytes: Buffer, start: number, length: number): Uint32Array {
  const table = new Uint32Array(length / 4)
  for (let i = 0; i < table.length; i++) table[i] = bytes.readUInt32LE(start + i * 4)
  return table
}

/** JPEG FFD8, JPEG 2000 FF4F FF51, JPEG XL FF0A, and the boxes of the last two */
function startFlag(bytes: Buffer, at: number, length: number): number {
  if (length < 2) return 0
  const marker = bytes.readUInt16BE(at)
  if (marker === 0xffd8) return STARTS_CODESTREAM
  if (marker === 0xff0a) return STARTS_CODESTREAM | NEEDS_NO_END
  if (length < 4) return 0
  if (marker === 0xff4f) return bytes.readUInt16BE(at + 2) === 0xff51 ? STARTS_CODESTREAM : 0
  if (length < 8 || bytes.readUInt32BE(at) !== 0x0000000c) return 0
  const box = bytes.toString('latin1', at + 4, at + 8)
  return box === 'JXL ' ? STARTS_CODESTREAM | NEEDS_NO_END : box === 'jP  ' ? STARTS_CODESTREAM : 0
}

/** FFD9, with any padding after it */
function endFlag(bytes: Buffer, start: number, to: number): number {
  let end = to
  while (end > start && bytes[end - 1] === 0) end--
  // a pad byte of FF is allowed before a marker, and some writers pad with it
  if (end - start >= 3 && bytes[end - 1] === 0xff) end--
  return end - start >= 2 && bytes.readUInt16BE(end - 2) === 0xffd9 ? ENDS_CODESTREAM : 0
}

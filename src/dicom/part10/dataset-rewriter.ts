import { Problem } from '../problem.js'
import { SHAPE, valueRepresentation, type ValueRepresentation } from '../value-representations.js'
import type { ByteParser } from './byte-feed.js'
import type { DatasetEdits } from './dataset-edits.js'
import {
  ElementHeader,
  ITEM,
  ITEM_DELIMITATION,
  readHeader,
  SEQUENCE_DELIMITATION,
  UNDEFINED,
  type HeaderContext,
} from './element-header.js'
import { guessEncoding } from './encoding-guess.js'
import { tagName } from './tags.js'

/** Rewrites a native dataset in Explicit VR Little Endian as its bytes come: headers anew, values as they are or swapped.
 *  Sequences and items get undefined length, since theirs changes. It reads what dataset-reader.ts reads, with the same
 *  patience: what that stored, this must be able to give back. PS3.5 7, A.1 to A.3. */

interface RewriteLevel extends HeaderContext {
  /** a dataset holds elements, a sequence items, encapsulated pixels fragments */
  readonly kind: 'dataset' | 'sequence' | 'fragments'
  /** absolute offset, Infinity where a delimiter ends it */
  readonly end: number
  readonly tag: number
  explicit: boolean
  littleEndian: boolean
  count: number
  pixelRepresentation: number
}

/** Larger pieces of values leave without being copied. */
const COPIED_BYTES = 2048
const STAGE_BYTES = 16 * 1024
/** PS3.5 6.2.2: what is longer cannot say its length in a short header, and goes as UN */
const LONGEST_SHORT_VALUE = 65534

const UN = valueRepresentation('UN')
const OB = valueRepresentation('OB')
const SQ = valueRepresentation('SQ')

const PIXEL_REPRESENTATION = 0x00280103
const BITS_ALLOCATED = 0x00280100
const PIXEL_DATA = 0x7fe00010

export class DatasetRewriter implements ByteParser {
  need = 8
  readonly #header = new ElementHeader()
  readonly #levels: RewriteLevel[] = []
  #level: RewriteLevel = {
    kind: 'dataset',
    end: Infinity,
    tag: 0,
    explicit: true,
    littleEndian: true,
    count: 0,
    pixelRepresentation: 0,
  }
  #started = false
  /** nothing but padding and rubbish comes any more */
  #ended = false
  #bitsAllocated = 0
  #pixelsSeen = false
  /** of the value that is passing */
  #valueTag = 0
  #valueLeft = 0
  #wordBytes = 1
  #dropped = false
  /** the top-level element is left out, with all that is in it */
  #muted = false
  #out: Buffer[] = []
  #stage: Buffer = Buffer.allocUnsafe(STAGE_BYTES)
  #staged = 0

  /** @param TransferSyntaxUID as stored, not deflated
   *  @param edits of the top level */
  constructor(
    readonly TransferSyntaxUID: string,
    readonly edits?: DatasetEdits,
  ) {}

  /** The header of Pixel Data was the last that came. Its value does not come: what comes next stands behind it. */
  skipPixels(): void {
    this.#valueLeft = 0
    if (this.#level.kind === 'fragments') this.#level = this.#levels.pop() ?? this.#level
  }

  /** What has been rewritten since the last call. */
  take(): Buffer[] {
    this.#flush()
    const out = this.#out
    this.#out = []
    return out
  }

  /** @throws Problem `bad-dicom` */
  parse(bytes: Buffer, from: number, end: number, base: number): number {
    let at = from
    for (;;) {
      if (this.#valueLeft > 0) {
        at = this.#passValue(bytes, at, end)
        if (this.#valueLeft > 0) return this.#wait(Math.min(this.#wordBytes, this.#valueLeft), at)
      }
      while (base + at >= this.#level.end) this.#close()
      if (this.#ended) return end
      if (end - at < 8) return this.#wait(8, at)
      if (!this.#started) this.#start(bytes, at, end)
      const next =
        this.#level.kind === 'dataset'
          ? this.#readElement(bytes, at, end, base)
          : this.#readItem(bytes, at, base)
      if (next < 0) return at
      at = next
    }
  }

  /** The dataset has ended. What was cut short within its pixels stays so, since it is stored so.
   * @param held bytes that were left over
   * @throws Problem `bad-dicom` */
  finish(held: Buffer, offset: number): void {
    const endBytes = offset + held.length
    const endsIn = (what: string): Problem =>
      new Problem('bad-dicom', `file ends at byte ${endBytes} inside ${what}`)
    const inFragments = this.#levels.length === 1 && this.#level.kind === 'fragments'
    if (this.#valueLeft > 0) {
      if (inFragments || (this.#levels.length === 0 && isPixels(this.#valueTag))) return
      throw endsIn(tagName(this.#valueTag))
    }
    // an item may announce more than its sequence has
    const ended = this.#levels.findIndex(
      (_, index) => (this.#levels[index + 1] ?? this.#level).end <= endBytes,
    )
    while (this.#levels.length > 0 && (inFragments || (ended >= 0 && this.#levels.length > ended)))
      this.#close()
    if (this.#levels.length > 0) throw endsIn('a sequence that has no end')
    if (!this.#pixelsSeen && held.some(byte => byte !== 0)) throw endsIn('a data element')
  }

  #wait(need: number, at: number): number {
    this.need = need
    return at
  }

  #start(bytes: Buffer, at: number, end: number): void {
    const encoding = guessEncoding(bytes, at, end, this.TransferSyntaxUID)
    if (encoding === undefined)
      throw new Problem('bad-dicom', 'no data element begins where the dataset does')
    this.#level.explicit = encoding.explicit
    this.#level.littleEndian = encoding.littleEndian
    this.#started = true
  }

  /** @returns where the next element or its value begins, or -1 where more bytes are needed */
  #readElement(bytes: Buffer, at: number, end: number, base: number): number {
    const level = this.#level
    const header = this.#header
    if (!readHeader(header, bytes, at, end, level, this.#bitsAllocated)) {
      this.need = header.need
      return -1
    }
    const { tag, length, vr } = header
    const start = at + header.bytes
    if (tag >= 0xfffe0000 && tag <= 0xfffeffff) return this.#readDelimiter(tag, at, base)
    const isTop = this.#levels.length === 0
    if (isTop && level.count > 0 && (tag === 0 || (this.#pixelsSeen && !header.plausible))) {
      this.#ended = true
      return end
    }
    if ((tag === PIXEL_REPRESENTATION || tag === BITS_ALLOCATED) && length === 2) {
      if (end - start < 2) return this.#more(start + 2 - at)
      const number = header.littleEndian ? bytes.readUInt16LE(start) : bytes.readUInt16BE(start)
      if (tag === PIXEL_REPRESENTATION) level.pixelRepresentation = number
      else if (isTop) this.#bitsAllocated = number
    }
    level.count++
    if (isTop) this.#edit(tag)
    if (isTop && isPixels(tag)) this.#pixelsSeen = true
    if (length === UNDEFINED) this.#openUndefined(tag, vr)
    else if (vr.shape === SHAPE.sequence && length > 0) {
      this.#writeHeader(tag, SQ, UNDEFINED)
      this.#open('sequence', tag, base + start + length)
    } else this.#beginValue(header)
    return start
  }

  #edit(tag: number): void {
    if (this.edits === undefined) return
    this.#muted = false
    const written = this.edits.upTo(tag)
    this.#wordBytes = 1
    if (written !== undefined) this.#write(Buffer.from(written))
    this.#muted = this.edits.removes(tag)
  }

  #more(need: number): number {
    this.need = need
    return -1
  }

  #beginValue({ tag, vr, length, littleEndian }: ElementHeader): void {
    this.#valueTag = tag
    this.#valueLeft = length
    // Group lengths are of the encoding. PS3.5 7.2
    this.#dropped = (tag & 0xffff) === 0
    const wide = tag === PIXEL_DATA && this.#levels.length === 0 && this.#bitsAllocated === 32
    this.#wordBytes = littleEndian ? 1 : wide && vr.name === 'OW' ? 4 : vr.wordBytes
    if (!this.#dropped)
      this.#writeHeader(tag, vr.longLength || length <= LONGEST_SHORT_VALUE ? vr : UN, length)
  }

  #openUndefined(tag: number, vr: ValueRepresentation): void {
    if (vr.shape === SHAPE.bytes && vr !== UN) {
      this.#writeHeader(tag, OB, UNDEFINED)
      this.#open('fragments', tag, Infinity)
      return
    }
    this.#writeHeader(tag, SQ, UNDEFINED)
    this.#open('sequence', tag, Infinity)
    // PS3.5 6.2.2: what is inside UN is implicit little endian, whatever is outside
    if (vr === UN) this.#level.littleEndian = true
  }

  #readItem(bytes: Buffer, at: number, base: number): number {
    const { kind, littleEndian, tag: sequence } = this.#level
    const tag = littleEndian
      ? bytes.readUInt16LE(at) * 65536 + bytes.readUInt16LE(at + 2)
      : bytes.readUInt32BE(at)
    const length = littleEndian ? bytes.readUInt32LE(at + 4) : bytes.readUInt32BE(at + 4)
    if (tag === SEQUENCE_DELIMITATION) this.#close()
    else if (tag === ITEM && kind === 'sequence') {
      this.#writeItem(ITEM, UNDEFINED)
      this.#open('dataset', sequence, length === UNDEFINED ? Infinity : base + at + 8 + length)
    } else if (tag === ITEM && length !== UNDEFINED) {
      this.#writeItem(ITEM, length)
      this.#valueTag = sequence
      this.#valueLeft = length
      this.#wordBytes = 1
      this.#dropped = false
    } else if (tag !== ITEM_DELIMITATION)
      throw new Problem(
        'bad-dicom',
        `sequence ${tagName(sequence)}: expected an item at byte ${base + at}, found ${tagName(tag)}`,
      )
    return at + 8
  }

  /** A delimiter among elements: of an item of defined length it says nothing, of the sequence it ends both. */
  #readDelimiter(tag: number, at: number, base: number): number {
    const inItem = this.#levels.length > 0
    const open = inItem && this.#level.end === Infinity
    if (tag === ITEM || (inItem && !open && tag === SEQUENCE_DELIMITATION))
      throw new Problem('bad-dicom', `expected a data element at byte ${base + at}, found ${tagName(tag)}`)
    if (open) {
      this.#close()
      if (tag === SEQUENCE_DELIMITATION) this.#close()
    }
    return at + 8
  }

  #open(kind: RewriteLevel['kind'], tag: number, end: number): void {
    const { explicit, littleEndian, pixelRepresentation } = this.#level
    this.#levels.push(this.#level)
    this.#level = { kind, end, tag, explicit, littleEndian, count: 0, pixelRepresentation }
  }

  #close(): void {
    this.#writeItem(this.#level.kind === 'dataset' ? ITEM_DELIMITATION : SEQUENCE_DELIMITATION, 0)
    this.#level = this.#levels.pop() ?? this.#level
  }

  #passValue(bytes: Buffer, at: number, end: number): number {
    let length = Math.min(this.#valueLeft, end - at)
    if (length < this.#valueLeft) length -= length % this.#wordBytes
    this.#valueLeft -= length
    if (!this.#dropped) this.#write(bytes.subarray(at, at + length))
    return at + length
  }

  #write(bytes: Buffer): void {
    if (this.#muted) return
    if (bytes.length < COPIED_BYTES) {
      if (this.#staged + bytes.length > this.#stage.length) this.#flush()
      const place = this.#stage.subarray(this.#staged, this.#staged + bytes.length)
      bytes.copy(place)
      this.#swap(place)
      this.#staged += bytes.length
      return
    }
    this.#flush()
    if (this.#wordBytes === 1) this.#out.push(bytes)
    else this.#out.push(this.#swap(Buffer.from(bytes)))
  }

  #swap(bytes: Buffer): Buffer {
    const words = bytes.subarray(0, bytes.length - (bytes.length % this.#wordBytes))
    if (this.#wordBytes === 2) words.swap16()
    else if (this.#wordBytes === 4) words.swap32()
    else if (this.#wordBytes === 8) words.swap64()
    return bytes
  }

  #writeHeader(tag: number, vr: ValueRepresentation, length: number): void {
    if (this.#muted) return
    const stage = this.#room(12)
    const at = this.#staged
    stage.writeUInt16LE(tag >>> 16, at)
    stage.writeUInt16LE(tag & 0xffff, at + 2)
    stage.write(vr.name, at + 4, 'latin1')
    if (vr.longLength) {
      stage.writeUInt16LE(0, at + 6)
      stage.writeUInt32LE(length, at + 8)
    } else stage.writeUInt16LE(length, at + 6)
    this.#staged += vr.longLength ? 12 : 8
  }

  #writeItem(tag: number, length: number): void {
    if (this.#muted) return
    const stage = this.#room(8)
    stage.writeUInt16LE(tag >>> 16, this.#staged)
    stage.writeUInt16LE(tag & 0xffff, this.#staged + 2)
    stage.writeUInt32LE(length, this.#staged + 4)
    this.#staged += 8
  }

  #room(bytes: number): Buffer {
    if (this.#staged + bytes > this.#stage.length) this.#flush()
    return this.#stage
  }

  #flush(): void {
    if (this.#staged === 0) return
    this.#out.push(this.#stage.subarray(0, this.#staged))
    this.#stage = this.#stage.subarray(this.#staged)
    if (this.#stage.length < COPIED_BYTES) this.#stage = Buffer.allocUnsafe(STAGE_BYTES)
    this.#staged = 0
  }
}

function isPixels(tag: number): boolean {
  return tag === PIXEL_DATA || tag === 0x7fe00008 || tag === 0x7fe00009
}

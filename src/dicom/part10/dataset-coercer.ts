import { ORIGINAL_ATTRIBUTES, type CoercedAttribute, type Coercion } from '../coercion.js'
import { Problem } from '../problem.js'
import { SHAPE, valueRepresentation } from '../value-representations.js'
import type { ByteParser } from './byte-feed.js'
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
import {
  element,
  elementHead,
  originalAttributesItem,
  originalAttributesLength,
  type OriginalElement,
} from './original-attributes.js'
import { tagName } from './tags.js'

/** Coerces a dataset as its bytes come, in its own encoding: coerced elements are put in their places by the order of tags, and
 *  what they were goes into an item of Original Attributes Sequence; all else leaves as it came. What it cannot read it lets
 *  pass, for the parser behind it to say what is wrong. PS3.5 7.1, 7.5; PS3.3 C.12.1.1.9. */

/** Bytes, or those that a moment is still to be written into. */
export type CoercedPiece = Buffer | ((moment: string) => Buffer)

interface CoercionLevel extends HeaderContext {
  readonly kind: 'dataset' | 'sequence' | 'fragments'
  /** the Original Attributes Sequence of the instance, of undefined length */
  readonly isOriginals: boolean
  explicit: boolean
  littleEndian: boolean
  count: number
}

const SOP_INSTANCE_UID = 0x00080018
const MOST_UID_BYTES = 128
/** of what is kept of an element that is coerced, and of what waits for a group length */
const MOST_HELD_BYTES = 1 << 20
/** smaller pieces are copied, for they may be of a buffer that is used again */
const COPIED_BYTES = 4096

const SQ = valueRepresentation('SQ')
const UN = valueRepresentation('UN')

export class DatasetCoercer implements ByteParser {
  need = 8
  SOPInstanceUID: string | undefined
  TransferSyntaxUID: string | undefined
  readonly #coercion: Coercion
  readonly #groups: ReadonlySet<number>
  readonly #header = new ElementHeader()
  readonly #levels: CoercionLevel[] = []
  #level: CoercionLevel = level('dataset', { explicit: true, littleEndian: true })
  #started = false
  /** index of the next attribute to come to */
  #next = 0
  readonly #originals: OriginalElement[] = []
  #recorded = false
  /** all that is still to come stays as it is */
  #passing = false
  #valueLeft = 0
  #recordAfterValue: { readonly isInUn: boolean } | undefined
  /** of the chunk that is being read, where what has not left yet begins */
  #from = 0
  #out: CoercedPiece[] = []
  /** Group Length (gggg,0000) that is told once all of its group is known. PS3.5 7.2 */
  #groupLength:
    { readonly group: number; readonly bytes: Buffer; grown: number; heldBytes: number } | undefined

  constructor(coercion: Coercion) {
    this.#coercion = coercion
    this.#groups = new Set([...coercion.map(({ tag }) => tag >>> 16), ORIGINAL_ATTRIBUTES >>> 16])
  }

  /** tags of what was not already so */
  get coerced(): readonly number[] {
    return this.#originals.map(({ tag }) => tag)
  }

  /** nothing was altered, and nothing will be */
  get isUntouched(): boolean {
    return this.#passing && this.#originals.length === 0
  }

  /** something was altered, and could not be recorded since what follows cannot be read */
  get isUnrecorded(): boolean {
    return this.#originals.length > 0 && !this.#recorded
  }

  take(): CoercedPiece[] {
    if (this.#groupLength !== undefined) return []
    const out = this.#out
    this.#out = []
    return out
  }

  /** @throws Problem `bad-dicom`, `limit-exceeded` where an element that is to be coerced cannot be recorded */
  parse(bytes: Buffer, from: number, end: number): number {
    let at = from
    this.#from = from
    for (;;) {
      if (this.#passing) at = end
      if (this.#valueLeft > 0) {
        const length = Math.min(this.#valueLeft, end - at)
        this.#valueLeft -= length
        at += length
        if (this.#valueLeft > 0) break
        this.#valueHasPassed(bytes, at)
        continue
      }
      this.need = 8
      if (this.#passing || end - at < 8) break
      if (!this.#started) this.#start(bytes, at, end)
      const next =
        this.#level.kind === 'dataset' ? this.#readElement(bytes, at, end) : this.#readItem(bytes, at)
      if (next < 0) break
      at = next
    }
    this.#leave(bytes, at)
    return at
  }

  /** The dataset has ended.
   * @param held bytes that were left over */
  finish(held: Buffer): void {
    const isWhole =
      this.#started && this.#levels.length === 0 && this.#valueLeft === 0 && held.every(byte => byte === 0)
    if (isWhole && !this.#passing) this.#endOfWhatIsAltered()
    this.#closeGroup()
    if (held.length > 0) this.#out.push(Buffer.from(held))
  }

  #start(bytes: Buffer, at: number, end: number): void {
    const encoding = guessEncoding(bytes, at, end, this.TransferSyntaxUID)
    this.#started = true
    if (encoding === undefined) this.#passing = true
    else this.#level = level('dataset', encoding)
  }

  /** @returns where the next element or its value begins, or -1 where more bytes are needed */
  #readElement(bytes: Buffer, at: number, end: number): number {
    if (this.#passing) return at
    const header = this.#header
    if (!readHeader(header, bytes, at, end, this.#level, 0)) return this.#more(header.need)
    const { tag, length } = header
    if (tag >= 0xfffe0000 && tag <= 0xfffeffff) return this.#readDelimiter(tag, at)
    if (this.#levels.length === 0) {
      const next = this.#readTop(bytes, at, end)
      if (next !== undefined) return next
    }
    this.#level.count++
    return this.#passElement(at + header.bytes, length, false)
  }

  /** @returns undefined where the element passes as it is */
  #readTop(bytes: Buffer, at: number, end: number): number | undefined {
    const { tag, length, bytes: headerBytes } = this.#header
    // zeros are padding behind the dataset
    const isEnd = tag > ORIGINAL_ATTRIBUTES || (tag === 0 && this.#level.count > 0)
    this.#leave(bytes, at)
    if (isEnd) {
      this.#endOfWhatIsAltered()
      return at
    }
    this.#insertBelow(tag)
    if (tag >>> 16 !== this.#groupLength?.group) this.#closeGroup()
    if (this.#settled()) return at
    if (tag === ORIGINAL_ATTRIBUTES) return this.#openOriginals(bytes, at)
    const wanted = this.#coercion[this.#next]
    if (wanted?.tag === tag) return this.#coerce(bytes, at, end, wanted)
    if (this.#coercion.some(({ tag: earlier }) => earlier === tag))
      throw new Problem('bad-dicom', `${tagName(tag)} is out of order, and cannot be coerced there`)
    const isGroupLength = (tag & 0xffff) === 0 && length === 4 && this.#groups.has(tag >>> 16)
    const isUid = tag === SOP_INSTANCE_UID && length <= MOST_UID_BYTES
    if (!isGroupLength && !isUid) return undefined
    const next = at + headerBytes + length
    if (end < next) return this.#more(next - at)
    this.#level.count++
    if (isUid) this.SOPInstanceUID = trimmed(bytes.subarray(at + headerBytes, next))
    else {
      const copy = Buffer.from(bytes.subarray(at, next))
      this.#out.push(copy)
      this.#from = next
      this.#groupLength = { group: tag >>> 16, bytes: copy, grown: 0, heldBytes: 0 }
    }
    return next
  }

  #coerce(bytes: Buffer, at: number, end: number, wanted: CoercedAttribute): number {
    const { tag, length, bytes: headerBytes } = this.#header
    if (length === UNDEFINED || length > MOST_HELD_BYTES)
      throw new Problem(
        'limit-exceeded',
        `${tagName(tag)} is too long to be coerced: what it was could not be kept`,
      )
    const next = at + headerBytes + length
    if (end < next) return this.#more(next - at)
    this.#next++
    this.#level.count++
    const original = Buffer.from(bytes.subarray(at, next))
    if (trimmed(original.subarray(headerBytes)) === trimmed(wanted.value)) {
      this.#settled()
      return next
    }
    this.#originals.push({ tag, bytes: original, headerBytes, vr: wanted.vr })
    this.#write(tag, element(tag, wanted.vr, wanted.value, this.#level), original.length)
    this.#from = next
    return next
  }

  /** Attributes that are absent, as the elements behind their places show. */
  #insertBelow(tag: number): void {
    for (;;) {
      const wanted = this.#coercion[this.#next]
      if (wanted === undefined || wanted.tag >= tag) return
      this.#next++
      this.#originals.push({ tag: wanted.tag, bytes: Buffer.alloc(0), headerBytes: 0, vr: wanted.vr })
      this.#write(wanted.tag, element(wanted.tag, wanted.vr, wanted.value, this.#level), 0)
    }
  }

  #endOfWhatIsAltered(): void {
    this.#insertBelow(Infinity)
    if (this.#settled()) return
    const { explicit, littleEndian } = this.#level
    const length = originalAttributesLength(this.#originals, { explicit, littleEndian }, false)
    this.#write(ORIGINAL_ATTRIBUTES, elementHead(ORIGINAL_ATTRIBUTES, SQ, length, this.#level), 0)
    this.#record(this.#level, false)
  }

  /** Whether all attributes have been come to, and none had to be altered. */
  #settled(): boolean {
    if (this.#next === this.#coercion.length && this.#originals.length === 0) {
      this.#passing = true
      this.#closeGroup()
    }
    return this.#passing
  }

  /** The item goes behind those that are there. */
  #openOriginals(bytes: Buffer, at: number): number {
    const header = this.#header
    const start = at + header.bytes
    const isInUn = header.vr === UN
    if (header.vr !== SQ && !(isInUn && header.bytes === (this.#level.explicit ? 12 : 8))) {
      this.#passing = true
      return at
    }
    this.#level.count++
    if (header.length === UNDEFINED) return this.#passElement(start, UNDEFINED, true)
    const grown = originalAttributesLength(this.#originals, this.#level, isInUn)
    if (header.length + grown >= UNDEFINED) {
      this.#passing = true
      return at
    }
    const head = elementHead(ORIGINAL_ATTRIBUTES, header.vr, header.length + grown, this.#level)
    this.#write(ORIGINAL_ATTRIBUTES, head, header.bytes)
    this.#from = start
    this.#valueLeft = header.length
    this.#recordAfterValue = { isInUn }
    if (header.length === 0) this.#valueHasPassed(bytes, start)
    return start
  }

  #valueHasPassed(bytes: Buffer, at: number): void {
    if (this.#recordAfterValue === undefined) return
    this.#leave(bytes, at)
    this.#record(this.#level, this.#recordAfterValue.isInUn)
  }

  #record({ explicit, littleEndian }: CoercionLevel, isInUn: boolean): void {
    const originals = this.#originals
    const encoding = { explicit, littleEndian }
    this.#out.push(moment => originalAttributesItem(originals, moment, encoding, isInUn))
    this.#grow(ORIGINAL_ATTRIBUTES, originalAttributesLength(originals, encoding, isInUn))
    this.#recorded = true
    this.#passing = true
    this.#recordAfterValue = undefined
    this.#closeGroup()
  }

  #passElement(start: number, length: number, isOriginals: boolean): number {
    if (length !== UNDEFINED) {
      this.#valueLeft = length
      return start
    }
    const { vr } = this.#header
    this.#levels.push(this.#level)
    const kind = vr.shape === SHAPE.bytes && vr !== UN ? 'fragments' : 'sequence'
    // PS3.5 6.2.2: what is inside UN is implicit little endian, whatever is outside
    const { explicit } = this.#level
    const littleEndian = vr === UN || this.#level.littleEndian
    this.#level = level(
      kind,
      { explicit: explicit && !(isOriginals && vr === UN), littleEndian },
      isOriginals,
    )
    return start
  }

  #readItem(bytes: Buffer, at: number): number {
    const { kind, littleEndian } = this.#level
    const tag = littleEndian
      ? bytes.readUInt16LE(at) * 65536 + bytes.readUInt16LE(at + 2)
      : bytes.readUInt32BE(at)
    const length = littleEndian ? bytes.readUInt32LE(at + 4) : bytes.readUInt32BE(at + 4)
    if (tag === SEQUENCE_DELIMITATION) {
      const { isOriginals } = this.#level
      const isInUn = !this.#level.explicit && this.#levels.at(-1)?.explicit === true
      if (isOriginals) {
        this.#leave(bytes, at)
        this.#record(this.#level, isInUn)
      }
      this.#close()
    } else if (tag === ITEM && length !== UNDEFINED) this.#valueLeft = length
    else if (tag === ITEM && kind === 'sequence') {
      this.#levels.push(this.#level)
      this.#level = level('dataset', this.#level)
    } else if (tag !== ITEM_DELIMITATION) this.#passing = true
    return at + 8
  }

  /** A delimiter among elements: where an item's is missing, that of the sequence ends both. */
  #readDelimiter(tag: number, at: number): number {
    if (tag === ITEM) this.#passing = true
    else if (this.#levels.length > 0) {
      this.#close()
      if (tag === SEQUENCE_DELIMITATION) {
        if (this.#level.isOriginals) this.#passing = true
        this.#close()
      }
    }
    return at + 8
  }

  #close(): void {
    this.#level = this.#levels.pop() ?? this.#level
  }

  #more(need: number): number {
    this.need = need
    return -1
  }

  /** What was read up to `at` leaves as it is. */
  #leave(bytes: Buffer, at: number): void {
    if (at <= this.#from) return
    const piece = bytes.subarray(this.#from, at)
    this.#from = at
    const waiting = this.#groupLength
    this.#out.push(waiting !== undefined || piece.length < COPIED_BYTES ? Buffer.from(piece) : piece)
    if (waiting === undefined) return
    waiting.heldBytes += piece.length
    // Nobody reads by it any more: the length of a group that large stays as it came.
    if (waiting.heldBytes > MOST_HELD_BYTES) this.#groupLength = undefined
  }

  #write(tag: number, bytes: Buffer, insteadOfBytes: number): void {
    this.#out.push(bytes)
    this.#grow(tag, bytes.length - insteadOfBytes)
  }

  #grow(tag: number, byBytes: number): void {
    const waiting = this.#groupLength
    if (waiting?.group === tag >>> 16) waiting.grown += byBytes
  }

  #closeGroup(): void {
    const closed = this.#groupLength
    this.#groupLength = undefined
    if (closed === undefined || closed.grown === 0) return
    const at = closed.bytes.length - 4
    if (this.#isLittleEndian())
      closed.bytes.writeUInt32LE((closed.bytes.readUInt32LE(at) + closed.grown) >>> 0, at)
    else closed.bytes.writeUInt32BE((closed.bytes.readUInt32BE(at) + closed.grown) >>> 0, at)
  }

  #isLittleEndian(): boolean {
    return (this.#levels[0] ?? this.#level).littleEndian
  }
}

function level(
  kind: CoercionLevel['kind'],
  { explicit, littleEndian }: { explicit: boolean; littleEndian: boolean },
  isOriginals = false,
): CoercionLevel {
  return { kind, isOriginals, explicit, littleEndian, count: 0, pixelRepresentation: 0 }
}

/** Padding is not of a value. PS3.5 6.2 */
function trimmed(value: Buffer): string {
  return value.toString('latin1').replace(/[\0 ]+$/, '')
}

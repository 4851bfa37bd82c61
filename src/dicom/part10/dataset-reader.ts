import { BulkTablePacker } from '../bulk-table.js'
import { characterSetOf } from '../character-sets.js'
import { Problem } from '../problem.js'
import { transferSyntax } from '../transfer-syntaxes.js'
import { SHAPE, valueRepresentation, type ValueRepresentation } from '../value-representations.js'
import type { ByteParser } from './byte-feed.js'
import { guessEncoding } from './encoding-guess.js'
import { bulkJson, elementJson } from './element-json.js'
import {
  ElementHeader,
  ITEM,
  ITEM_DELIMITATION,
  readHeader,
  SEQUENCE_DELIMITATION,
  UNDEFINED,
} from './element-header.js'
import { FragmentReader } from './fragments.js'
import { HeaderText } from './header-text.js'
import type { NativePixels } from './native-frames.js'
import type { Part10Limits } from './parsed-dataset.js'
import { mustBeBulk, TopLevel } from './top-level.js'
import { holdsSequence } from './unknown-sequence.js'
import { tagHex, tagName } from './tags.js'

/** Reads a dataset element by element, in one synchronous loop over whatever bytes there are: no promise, no closure and
 *  no copy an element. Values beyond the inline limits are passed over by arithmetic. PS3.5 7. */

const MAX_INLINE_BINARY_BYTES = 1024
const MAX_INLINE_TEXT_BYTES = 64 * 1024
/** while the header streams: PS3.18 10.4.1.1.2 lets these VRs be bulk */
const MAX_INLINE_STREAMING_BYTES = 1024
const MAX_EXTENDED_TABLE_BYTES = 32 * 1024 * 1024
const MAX_REMARKS = 100

const UN = valueRepresentation('UN')
const OB = valueRepresentation('OB')

const AVAILABLE_TRANSFER_SYNTAX_UID = 0x00083002
const SPECIFIC_CHARACTER_SET = 0x00080005
const PIXEL_REPRESENTATION = 0x00280103

export class DatasetReader implements ByteParser {
  need = 8
  readonly text: HeaderText
  readonly bulk = new BulkTablePacker()
  readonly top = new TopLevel()
  readonly remarks: string[] = []
  readonly notes: string[] = []
  /** top-level pixels, whichever kind the file has; of two the last */
  pixels: NativePixels | FragmentReader | undefined
  /** from the meta group, or guessed with the first element */
  TransferSyntaxUID: string | undefined
  #started = false
  #fragments: FragmentReader | undefined
  /** the value that was passed over last */
  #passing = { tag: 0, lengthBytes: 0, isTop: true }
  #syntaxAdded = false
  /** nothing but padding and rubbish comes any more */
  #ended = false
  readonly #header = new ElementHeader()

  constructor(
    keep: ReadonlySet<number>,
    readonly limits: Part10Limits,
  ) {
    this.text = new HeaderText(limits.headerTextBytes, keep)
  }

  remark(text: string): void {
    if (this.remarks.length < MAX_REMARKS) this.remarks.push(text)
  }

  note(text: string): void {
    if (this.notes.length < MAX_REMARKS) this.notes.push(text)
  }

  /** @throws Problem `bad-dicom`, `limit-exceeded`, `unsupported-transfer-syntax` */
  parse(bytes: Buffer, from: number, end: number, base: number): number {
    let at = from
    const { text } = this
    for (;;) {
      if (this.#fragments !== undefined) {
        at = this.#fragments.parse(bytes, at, end, base)
        if (!this.#fragments.done) return this.#wait(this.#fragments.need, at)
        this.#endFragments(this.#fragments)
      }
      while (base + at >= text.level.end) text.close()
      if (this.#ended) return end
      if (end - at < 8) return this.#wait(8, at)
      if (!this.#started) this.#start(bytes, at, end, base)
      const { level } = text
      const next = level.isDataset ? this.#readElement(bytes, at, end, base) : this.#readItem(bytes, at, base)
      if (next < 0) return at
      if (level.isDataset) level.count++
      at = next
    }
  }

  /** The file has ended; `held` are bytes that were left, `missing` those that were to be passed over.
   * @returns whether the top-level pixels were cut short
   * @throws Problem `bad-dicom` */
  finish(held: Buffer, offset: number, missing: number): boolean {
    const endBytes = offset + held.length
    const { text } = this
    if (!this.#started)
      throw new Problem('bad-dicom', `file ends at byte ${endBytes}, before any of its dataset`)
    const fragments = this.#fragments
    if (fragments !== undefined) {
      if (!fragments.recorded || text.depth > 0) throw endsInside(endBytes, fragments.tag)
      this.remark(`file ends at byte ${endBytes}, before the fragments of ${tagName(fragments.tag)} do`)
      this.#endFragments(fragments)
      return true
    }
    if (missing > 0) {
      const { tag, lengthBytes, isTop } = this.#passing
      if (!isTop || !isPixels(tag)) throw endsInside(endBytes, tag)
      this.remark(`file ends at byte ${endBytes}, ${missing} bytes before ${tagName(tag)} does`)
      this.bulk.shortenLast(lengthBytes - missing)
      return true
    }
    if (held.length === 0 && text.closeEnded(endBytes))
      this.remark(`an item announces more than its sequence has, which ends at byte ${endBytes}`)
    if (text.depth > 0)
      throw new Problem(
        'bad-dicom',
        `file ends at byte ${endBytes} inside sequence ${tagName(this.#openSequence())}, which has no end`,
      )
    if (held.length > 0 && !this.#isRubbish(held))
      throw new Problem('bad-dicom', this.#describeHeld(held, endBytes))
    if (held.length > 0) this.note(`${held.length} bytes after the dataset`)
    return false
  }

  /** The dataset's text, or what of it has not left. */
  finishText(): string {
    this.#addSyntax(Infinity)
    return this.text.finish()
  }

  #wait(need: number, at: number): number {
    this.need = need
    return at
  }

  /** The transfer syntax says how to read, and the first element shows whether that is so. */
  #start(bytes: Buffer, at: number, end: number, base: number): void {
    const named = this.TransferSyntaxUID
    const encoding = guessEncoding(bytes, at, end, named)
    if (encoding === undefined) {
      const found = `at byte ${base + at} no data element begins`
      if (named !== undefined && transferSyntax(named) === undefined)
        throw new Problem('unsupported-transfer-syntax', `transfer syntax is unknown, and ${found}`)
      throw new Problem('bad-dicom', `not a DICOM file: ${found}`)
    }
    if (encoding.remark !== undefined) this.remark(encoding.remark)
    const { level } = this.text
    level.explicit = encoding.explicit
    level.littleEndian = encoding.littleEndian
    this.TransferSyntaxUID ??= encoding.uid
    this.#started = true
  }

  /** @returns where the next element begins, or -1 where more bytes are needed */
  #readElement(bytes: Buffer, at: number, end: number, base: number): number {
    const { text } = this
    const { level } = text
    const header = this.#header
    if (!readHeader(header, bytes, at, end, level, this.top.description.BitsAllocated)) {
      this.need = header.need
      return -1
    }
    const { tag, length, vr } = header
    const start = at + header.bytes
    if (tag >= 0xfffe0000 && tag <= 0xfffeffff) return this.#readDelimiter(tag, at, base)
    const isTop = text.depth === 0
    if (isTop && this.#endsHere(tag, header.plausible, base + at)) return end
    if (length === UNDEFINED) return this.#openUndefined(tag, vr, start, base)
    if (isTop && !this.#syntaxAdded) this.#addSyntax(tag)
    if (vr.shape === SHAPE.sequence) return this.#openDefined(tag, start, length, base)
    if (header.mayHoldItems) {
      // UN where the dictionary says SQ. What is longer than is worth waiting for is judged by its first item
      const judged = length <= MAX_INLINE_TEXT_BYTES ? length : 8
      if (end - start < judged) return this.#more(start + judged - at)
      const isSequence =
        judged === length
          ? length > 0 && holdsSequence(bytes, start, start + length)
          : bytes.readUInt32LE(start) === 0xe000fffe
      if (isSequence) return this.#openUnknown(tag, start, length, base)
    }
    if (length > 0 && this.#isBulk(tag, vr, length)) return this.#passOver(header, bytes, at, end, base)
    if (end - start < length) return this.#more(start + length - at)
    this.#take(header, bytes, start, start + length)
    return start + length
  }

  /** A value that stays in the header. */
  #take(header: ElementHeader, bytes: Buffer, start: number, end: number): void {
    const { tag, vr } = header
    const { text } = this
    const { level } = text
    // group lengths are of the encoding, not of the dataset. PS3.18 F.2
    if ((tag & 0xffff) === 0 || tag >>> 16 === 0 || tag >>> 16 === 2 || tag === 0xfffcfffc) return
    if (tag === SPECIFIC_CHARACTER_SET) {
      level.characterSet = characterSetOf(bytes.toString('latin1', start, end))
      if (!level.characterSet.known)
        this.remark(`Specific Character Set of ${text.pathOf(tag)} has an unknown term`)
    } else if (tag === PIXEL_REPRESENTATION && end - start >= 2)
      level.pixelRepresentation = level.littleEndian ? bytes.readUInt16LE(start) : bytes.readUInt16BE(start)
    if (text.depth === 0) this.top.take(tag, vr, bytes, start, end, level.littleEndian)
    text.add(tag, elementJson(vr, bytes, start, end, header.littleEndian, level.characterSet, tag))
  }

  #isBulk(tag: number, vr: ValueRepresentation, length: number): boolean {
    if (vr.shape === SHAPE.bytes) return length > MAX_INLINE_BINARY_BYTES || mustBeBulk(tag)
    if (vr.mayBeBulk && this.text.streaming) return length > MAX_INLINE_STREAMING_BYTES
    return length > MAX_INLINE_TEXT_BYTES
  }

  /** A value that becomes bulk. */
  #passOver(header: ElementHeader, bytes: Buffer, at: number, end: number, base: number): number {
    const { tag, length } = header
    const { text } = this
    const start = at + header.bytes
    this.#passing = { tag, lengthBytes: length, isTop: text.depth === 0 }
    if (tag === 0xfffcfffc) return start + length
    const isTop = text.depth === 0
    if (isTop && (tag === 0x7fe00001 || tag === 0x7fe00002) && length <= MAX_EXTENDED_TABLE_BYTES) {
      if (end - start < length) return this.#more(start + length - at)
      this.top.take(tag, header.vr, bytes, start, start + length, text.level.littleEndian)
    }
    // a value this long cannot be of a VR that never is bulk, so what it is is unknown
    const vr = header.vr.mayBeBulk ? header.vr : UN
    const offsetBytes = base + start
    this.#addBulk(tag, vr, offsetBytes, length, 'value')
    if (isTop && isPixels(tag)) this.pixels = { tag, vr, offsetBytes, lengthBytes: length }
    return start + length
  }

  #addBulk(
    tag: number,
    vr: ValueRepresentation,
    offsetBytes: number,
    lengthBytes: number,
    kind: 'value' | 'encapsulated',
  ): void {
    const path = this.text.pathOf(tag)
    // writers swap a 32-bit sample whole, though OW says two words (seen in RT doses)
    const wide = vr.name === 'OW' && tag === 0x7fe00010 && this.top.description.BitsAllocated === 32
    this.bulk.add({ path, vr: vr.name, offsetBytes, lengthBytes, wordBytes: wide ? 4 : vr.wordBytes, kind })
    if (this.bulk.lengthBytes > this.limits.headerDeflatedBytes)
      throw new Problem('limit-exceeded', `more bulk values before byte ${offsetBytes} than a table holds`)
    this.text.add(tag, bulkJson(vr, path))
  }

  #more(need: number): number {
    this.need = need
    return -1
  }

  #openDefined(tag: number, start: number, length: number, base: number): number {
    this.#checkDepth(tag, base + start)
    this.text.openSequence(tag, base + start + length)
    return start
  }

  #openUnknown(tag: number, start: number, length: number, base: number): number {
    this.#checkDepth(tag, base + start)
    this.text.openSequence(tag, base + start + length).littleEndian = true
    return start
  }

  #openUndefined(tag: number, vr: ValueRepresentation, start: number, base: number): number {
    if (vr.shape === SHAPE.bytes && vr !== UN) {
      const recorded = this.text.depth === 0 && isPixels(tag)
      if (this.text.depth === 0 && !this.#syntaxAdded) this.#addSyntax(tag)
      this.#fragments = new FragmentReader(tag, base + start, this.text.level.littleEndian, recorded)
      return start
    }
    if (this.text.depth === 0 && !this.#syntaxAdded) this.#addSyntax(tag)
    this.#checkDepth(tag, base + start)
    const level = this.text.openSequence(tag, Infinity)
    // PS3.5 6.2.2: what is inside UN is implicit little endian, whatever is outside
    if (vr === UN) level.littleEndian = true
    return start
  }

  #endFragments(fragments: FragmentReader): void {
    this.#fragments = undefined
    const lengthBytes = fragments.endBytes - fragments.valueBytes
    if (fragments.recorded) this.pixels = fragments
    if (lengthBytes > 0) this.#addBulk(fragments.tag, OB, fragments.valueBytes, lengthBytes, 'encapsulated')
    else this.text.add(fragments.tag, `${OB.open}}`)
  }

  #checkDepth(tag: number, at: number): void {
    if (this.text.depth >= this.limits.depth * 2)
      throw new Problem(
        'limit-exceeded',
        `sequence ${tagName(tag)} at byte ${at} is nested deeper than ${this.limits.depth}`,
      )
  }

  #readItem(bytes: Buffer, at: number, base: number): number {
    const { text } = this
    const { level } = text
    const tag = level.littleEndian
      ? bytes.readUInt16LE(at) * 65536 + bytes.readUInt16LE(at + 2)
      : bytes.readUInt32BE(at)
    const length = level.littleEndian ? bytes.readUInt32LE(at + 4) : bytes.readUInt32BE(at + 4)
    if (tag === ITEM) text.openItem(length === UNDEFINED ? Infinity : base + at + 8 + length)
    else if (tag === SEQUENCE_DELIMITATION) {
      if (level.end === Infinity) text.close()
    } else if (tag !== ITEM_DELIMITATION)
      throw new Problem(
        'bad-dicom',
        `sequence ${tagName(level.tag)}: expected an item at byte ${base + at}, found ${tagName(tag)}`,
      )
    return at + 8
  }

  /** A delimiter among elements. */
  #readDelimiter(tag: number, at: number, base: number): number {
    const { text } = this
    if (tag === ITEM_DELIMITATION && text.depth > 0) {
      // in an item of defined length it says nothing
      if (text.level.end === Infinity) text.close()
    } else if (tag === SEQUENCE_DELIMITATION && text.depth > 0 && text.level.end === Infinity) {
      this.remark(`item without its delimiter before byte ${base + at}`)
      text.close()
      text.close()
    } else if (text.depth === 0 && tag !== ITEM)
      this.remark(`${tagName(tag)} outside any sequence at byte ${base + at}`)
    else throw new Problem('bad-dicom', `expected a data element at byte ${base + at}, found ${tagName(tag)}`)
    return at + 8
  }

  #addSyntax(before: number): void {
    if (this.#syntaxAdded || before < AVAILABLE_TRANSFER_SYNTAX_UID) return
    this.#syntaxAdded = true
    if (before === AVAILABLE_TRANSFER_SYNTAX_UID) return
    const uid = JSON.stringify(this.TransferSyntaxUID ?? '')
    this.text.add(AVAILABLE_TRANSFER_SYNTAX_UID, `{"vr":"UI","Value":[${uid}]}`)
  }

  /** After Pixel Data some files have padding or rubbish that is no element. */
  #endsHere(tag: number, plausible: boolean, at: number): boolean {
    const { level } = this.text
    const rubbish = level.count > 0 && (tag === 0 || (this.pixels !== undefined && !plausible))
    if (!rubbish) return false
    this.note(`bytes after the dataset, from ${at}`)
    this.#ended = true
    return true
  }

  #isRubbish(held: Buffer): boolean {
    return (
      this.text.depth === 0 &&
      held.length < 8 &&
      (this.pixels !== undefined || held.every(byte => byte === 0))
    )
  }

  #openSequence(): number {
    const path = this.text.pathOf(0).split('.')
    return parseInt(path.at(-3) ?? path[0] ?? '', 16)
  }

  #describeHeld(held: Buffer, endBytes: number): string {
    const { level } = this.text
    if (held.length < 8) return `file ends at byte ${endBytes} inside an element header`
    const group = level.littleEndian ? held.readUInt16LE(0) : held.readUInt16BE(0)
    const element = level.littleEndian ? held.readUInt16LE(2) : held.readUInt16BE(2)
    return `file ends at byte ${endBytes} inside (${tagHex(group * 65536 + element).replace(/^..../, '$&,')})`
  }
}

function isPixels(tag: number): boolean {
  return tag === 0x7fe00010 || tag === 0x7fe00008 || tag === 0x7fe00009
}

function endsInside(endBytes: number, tag: number): Problem {
  return new Problem('bad-dicom', `file ends at byte ${endBytes} inside ${tagName(tag)}`)
}

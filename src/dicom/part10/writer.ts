import { Problem } from '../problem.js'
import { isUid } from '../uid.js'
import { SHAPE, valueRepresentation, type ValueRepresentation } from '../value-representations.js'
import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME } from '../implementation.js'
import { bytesInMemory, type ByteSource } from './byte-source.js'
import { DatasetBytes } from './dataset-bytes.js'
import { ITEM } from './element-header.js'
import { writeFragments, type EncapsulatedPixels } from './writer-fragments.js'
import { metaGroupHead } from './meta-rewrite.js'
import { DEFAULT_PART10_LIMITS } from './parsed-dataset.js'
import { bad, binaryOf, writeValues } from './writer-values.js'

/** Makes a Part 10 file of a dataset of the DICOM JSON model and its bulk values: Explicit VR Little Endian, explicit
 *  lengths, elements in ascending order. PS3.10 7.1, PS3.5 7; PS3.18 10.5.1, F.2. */

/** A dataset that nobody has looked at yet: what JSON.parse or the XML reader gave. */
export type UncheckedDataset = Readonly<Record<string, unknown>>

export interface WriterOptions {
  /** Explicit VR Little Endian, or an encapsulated one; never big endian, implicit or deflated */
  readonly TransferSyntaxUID: string
  /** What a BulkDataURI stands for.
   * @throws Problem where it stands for nothing */
  readonly bulkValue: (uri: string, tag: number) => ByteSource | EncapsulatedPixels
}

export interface WrittenFile {
  /** known before the first byte is sent */
  readonly lengthBytes: number
  /** The file. What it fails with is what a bulk value failed with. */
  chunks(): AsyncGenerator<Uint8Array, void, undefined>
}

const SPECIFIC_CHARACTER_SET = 0x00080005
const UTF_8 = 'ISO_IR 192'
const SQ = valueRepresentation('SQ')
const UN = valueRepresentation('UN')
const BLANK = 0x20

/** Group 0002, group lengths and trailing padding are left out: they belong to a file, not to a dataset. F.2.
 * @throws Problem `bad-dicom`: a name that is no tag, one that occurs twice, no VR, a value that does not fit it, nested too
 *   deep; what bulkValue throws. Nothing is thrown for an absent or empty attribute */
export function part10File(dataset: UncheckedDataset, options: WriterOptions): WrittenFile {
  const out = new DatasetBytes()
  writeDataset(out, dataset, { ...options, depth: 0, utf8: hasForeignText(dataset) })
  const head = metaGroupHead({
    MediaStorageSOPClassUID: uidOf(dataset, '00080016'),
    MediaStorageSOPInstanceUID: uidOf(dataset, '00080018'),
    TransferSyntaxUID: options.TransferSyntaxUID,
    ImplementationClassUID: IMPLEMENTATION_CLASS_UID,
    ImplementationVersionName: IMPLEMENTATION_VERSION_NAME,
  })
  return {
    lengthBytes: head.length + out.lengthBytes,
    async *chunks() {
      yield head
      yield* out.chunks()
    },
  }
}

/** One element by itself, as it would stand in such a file.
 * @throws Problem as part10File */
export async function writtenElement(tag: string, element: unknown): Promise<Buffer> {
  const out = new DatasetBytes()
  const bulkValue = (): never => {
    throw bad(parseInt(tag, 16), 'has a bulk value')
  }
  writeDataset(out, { [tag]: element }, { TransferSyntaxUID: '', bulkValue, depth: 0, utf8: false })
  const chunks: Uint8Array[] = []
  for await (const chunk of out.chunks()) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** The first value of an attribute where it is a UID. */
export function uidOf(dataset: UncheckedDataset, tag: string): string | undefined {
  const text = firstText(dataset, tag)
  return text !== undefined && isUid(text) ? text : undefined
}

/** The first value of an attribute where it is text. */
export function firstText(dataset: UncheckedDataset, tag: string): string | undefined {
  const element = Object.hasOwn(dataset, tag) ? dataset[tag] : undefined
  if (!isObject(element) || !Array.isArray(element['Value'])) return undefined
  const value: unknown = element['Value'][0]
  return typeof value === 'string' ? value.trim() : undefined
}

interface Context extends WriterOptions {
  readonly depth: number
  /** some text is beyond ASCII, so the text of the whole file is UTF-8 */
  readonly utf8: boolean
}

function writeDataset(out: DatasetBytes, dataset: UncheckedDataset, context: Context): void {
  const elements = sortedElements(dataset)
  if (context.utf8) setUtf8(elements, context.depth === 0)
  for (const [tag, element] of elements) writeElement(out, tag, element, context)
}

function sortedElements(dataset: UncheckedDataset): [number, unknown][] {
  const elements: [number, unknown][] = []
  for (const [name, element] of Object.entries(dataset)) {
    if (!/^[0-9a-f]{8}$/i.test(name)) throw new Problem('bad-dicom', 'a name in a dataset is not a tag')
    const tag = parseInt(name, 16)
    if (belongsToFile(tag)) continue
    if (tag < 0x00080000 || tag >= 0xfffe0000) throw bad(tag, 'cannot stand in a dataset')
    elements.push([tag, element])
  }
  elements.sort(([a], [b]) => a - b)
  // The same tag in capitals and small letters.
  elements.forEach(([tag], index) => {
    if (elements[index + 1]?.[0] === tag) throw bad(tag, 'occurs twice')
  })
  return elements
}

function belongsToFile(tag: number): boolean {
  return tag >>> 16 === 0x0002 || (tag & 0xffff) === 0 || tag === 0xfffcfffc
}

/** JSON and XML are Unicode whatever this says; a file is what it says. PS3.18 8.8, PS3.3 C.12.1.1.2 */
function setUtf8(elements: [number, unknown][], isTop: boolean): void {
  const element = { vr: 'CS', Value: [UTF_8] }
  const at = elements.findIndex(([tag]) => tag >= SPECIFIC_CHARACTER_SET)
  if (elements[at]?.[0] === SPECIFIC_CHARACTER_SET) elements[at] = [SPECIFIC_CHARACTER_SET, element]
  else if (isTop) elements.splice(at < 0 ? elements.length : at, 0, [SPECIFIC_CHARACTER_SET, element])
}

function writeElement(out: DatasetBytes, tag: number, element: unknown, context: Context): void {
  const vr = vrOf(tag, element)
  const { Value, InlineBinary, BulkDataURI } = element as Readonly<Record<string, unknown>>
  if ([Value, InlineBinary, BulkDataURI].filter(one => one !== undefined && one !== null).length > 1)
    throw bad(tag, 'has more than one of Value, InlineBinary, BulkDataURI')
  if (BulkDataURI !== undefined && BulkDataURI !== null) {
    if (typeof BulkDataURI !== 'string' || vr === SQ) throw bad(tag, 'has a BulkDataURI that is not one')
    const bulk = context.bulkValue(BulkDataURI, tag)
    if ('fragments' in bulk) writeFragments(out, tag, bulk)
    else writeBytes(out, tag, vr, bulk)
    return
  }
  if (InlineBinary !== undefined && InlineBinary !== null) {
    if (vr.shape !== SHAPE.bytes && vr.shape !== SHAPE.numbers)
      throw bad(tag, `of VR ${vr.name} has InlineBinary`)
    writeBytes(out, tag, vr, bytesInMemory(binaryOf(tag, InlineBinary)))
    return
  }
  if (Value !== undefined && Value !== null && !Array.isArray(Value))
    throw bad(tag, 'has a Value that is not an array')
  const values = (Value ?? []) as readonly unknown[]
  const open = out.open(tag, vr)
  if (vr === SQ) writeItems(out, tag, values, context)
  else writeValues(out, tag, vr, values)
  out.close(open, paddingOf(vr))
}

function vrOf(tag: number, element: unknown): ValueRepresentation {
  if (!isObject(element)) throw bad(tag, 'is not an object with a vr')
  const name = Object.hasOwn(element, 'vr') ? element['vr'] : undefined
  if (typeof name !== 'string' || !/^[A-Z]{2}$/.test(name)) throw bad(tag, 'has no vr')
  try {
    return valueRepresentation(name)
  } catch (cause) {
    throw new Problem('bad-dicom', bad(tag, 'has a vr that PS3.5 does not know').message, { cause })
  }
}

function writeItems(out: DatasetBytes, tag: number, items: readonly unknown[], context: Context): void {
  const depth = context.depth + 1
  if (depth > DEFAULT_PART10_LIMITS.depth)
    throw bad(tag, `is nested deeper than ${DEFAULT_PART10_LIMITS.depth} sequences`)
  for (const item of items) {
    if (item !== null && !isObject(item)) throw bad(tag, 'has an item that is not an object')
    const lengthAt = out.itemHeader(ITEM, 0)
    const start = out.lengthBytes
    // An empty item is {}; some write null. F.2.5, trap 28
    if (item !== null) writeDataset(out, item, { ...context, depth })
    out.setLength(lengthAt, out.lengthBytes - start, tag)
  }
}

/** What a 16-bit length cannot tell is UN. PS3.5 6.2.2 note 4 */
function writeBytes(out: DatasetBytes, tag: number, vr: ValueRepresentation, source: ByteSource): void {
  const written = !vr.longLength && source.lengthBytes > 0xfffe ? UN : vr
  const open = out.open(tag, written)
  out.bulk(source)
  out.close(open, paddingOf(vr))
}

/** PS3.5 6.2: text is padded with a blank, UIDs and bytes with NUL. */
function paddingOf(vr: ValueRepresentation): number {
  return vr.name === 'UI' || vr.shape === SHAPE.bytes ? 0 : BLANK
}

/** Whether a VR that Specific Character Set governs has text beyond ASCII, at any level. */
function hasForeignText(dataset: UncheckedDataset, depth = 0): boolean {
  return Object.values(dataset).some(element => {
    if (!isObject(element) || !Array.isArray(element['Value'])) return false
    const values = element['Value'] as readonly unknown[]
    const { vr } = element
    if (vr === 'SQ') {
      // Deeper ones are refused when they are written.
      if (depth > DEFAULT_PART10_LIMITS.depth) return false
      return values.some(item => isObject(item) && hasForeignText(item, depth + 1))
    }
    if (vr === 'PN')
      return values.some(name => (isObject(name) ? Object.values(name).some(isForeign) : isForeign(name)))
    return typeof vr === 'string' && GOVERNED.has(vr) && values.some(isForeign)
  })
}

const GOVERNED = new Set(['LO', 'LT', 'SH', 'ST', 'UC', 'UT'])

function isForeign(value: unknown): boolean {
  return typeof value === 'string' && /\P{ASCII}/u.test(value)
}

function isObject(value: unknown): value is UncheckedDataset {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

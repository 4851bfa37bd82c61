import type { Codestream, CodestreamPixels } from '../dicom/codestreams/codestream.js'
import { readJpeg } from '../dicom/codestreams/jpeg.js'
import { readJpeg2000 } from '../dicom/codestreams/jpeg-2000.js'
import { readJpegXl } from '../dicom/codestreams/jpeg-xl.js'
import { readMp4, readMpeg2, type Video } from '../dicom/codestreams/video.js'
import { joinedBytes, type ByteSource } from '../dicom/part10/byte-source.js'
import {
  extendedOffsetTable,
  fitsBasicOffsetTable,
  type EncapsulatedPixels,
} from '../dicom/part10/writer-fragments.js'
import { firstText, type UncheckedDataset } from '../dicom/part10/writer.js'
import { Problem } from '../dicom/problem.js'
import {
  EXPLICIT_VR_LITTLE_ENDIAN,
  RLE_LOSSLESS,
  transferSyntax,
  type TransferSyntax,
} from '../dicom/transfer-syntaxes.js'
import type { ImagingPool } from '../imaging/pool.js'
import { framesOfItems } from './store-metadata-items.js'
import type { BulkPart } from './store-metadata-parts.js'
import { DECODED_TYPES, decodedPictures, type DecodedPictures } from './store-metadata-pictures.js'

/** Pixel Data from its parts: native octets, or codestreams that are kept as they are. PS3.18 8.7.3, 10.5.1, 10.5.2. */
export interface StoredPixels {
  /** undefined for native octets, which fit any */
  readonly TransferSyntaxUID: string | undefined
  readonly content: ByteSource | EncapsulatedPixels
  /** Adds to the dataset what the codestream tells and the metadata does not: the Image Pixel Macro, Lossy Image Compression,
   *  the offsets of the frames where these need a table of their own. */
  fill(dataset: Record<string, unknown>): void
}

const OCTETS = new Set(['', 'application/octet-stream'])

type CodestreamReader = (bytes: ByteSource) => Promise<Codestream | Video | undefined>

/** By media type, PS3.18 table 8.7.3: what reads it, and the syntax of what cannot be read but was so named. */
const READERS: ReadonlyMap<string, CodestreamReader> = new Map<string, CodestreamReader>([
  ['image/jpeg', readJpeg],
  ['image/jls', readJpeg],
  ['image/jp2', readJpeg2000],
  ['image/jpx', readJpeg2000],
  ['image/jphc', readJpeg2000],
  ['image/jxl', readJpegXl],
  ['image/dicom-rle', readRle],
  ['video/mp4', readMp4],
  ['video/h265', readMp4],
  ['video/mpeg2', readMpeg2],
])
/** Where a video does not tell: PS3.18 table 8.7.3-5. */
const VIDEO_DEFAULTS: ReadonlyMap<string, string> = new Map([
  ['video/mp4', '1.2.840.10008.1.2.4.102'],
  ['video/h265', '1.2.840.10008.1.2.4.107'],
  ['video/mpeg2', '1.2.840.10008.1.2.4.101'],
])
const JPX_SYNTAXES: ReadonlyMap<string, string> = new Map([
  ['1.2.840.10008.1.2.4.90', '1.2.840.10008.1.2.4.92'],
  ['1.2.840.10008.1.2.4.91', '1.2.840.10008.1.2.4.93'],
])

/** @param parts one, or one a frame; givenSources are theirs
 *  @throws Problem `unsupported-transfer-syntax`: would have to be decoded; `bad-dicom`: no codestream of its media type, or
 *   frames that differ in number or syntax */
export async function storedPixels(
  parts: readonly BulkPart[],
  givenSources: readonly ByteSource[],
  dataset: UncheckedDataset,
  pool: ImagingPool,
): Promise<StoredPixels> {
  const [part] = parts
  if (part === undefined || parts.some(({ mediaType }) => mediaType !== part.mediaType))
    throw bad('has parts of different media types')
  const asked = part.transferSyntax ?? hintOf(dataset)
  const known = asked === undefined ? undefined : transferSyntax(asked)
  if (known?.bigEndian === true || known?.deflated === true)
    throw unsupported('cannot be stored in the transfer syntax of its part')
  const sources =
    known?.encapsulated === true && OCTETS.has(part.mediaType)
      ? await withoutItems(givenSources, firstNumber(dataset, '00280008') ?? 1)
      : givenSources
  const type = OCTETS.has(part.mediaType) ? await typeOfOctets(part, sources, known) : part.mediaType
  if (type === undefined)
    return { TransferSyntaxUID: undefined, content: joinedBytes(sources), fill: () => undefined }
  if (DECODED_TYPES.has(type)) return nativePixels(await decodedPictures(sources, type, dataset, pool))
  const readers = READERS.get(type)
  if (readers === undefined && type !== 'octets')
    throw unsupported('has a media type that cannot be stored as it is')
  const read: (Codestream | undefined)[] = []
  for (const source of sources) read.push(await readers?.(source))
  const TransferSyntaxUID = syntaxOf(type, read, known?.encapsulated === true ? known : undefined)
  return encapsulated(TransferSyntaxUID, sources, read, dataset)
}

/** Samples of more than a byte are words: VR OW. PS3.5 8.2 */
function nativePixels({ content, attributes }: DecodedPictures): StoredPixels {
  return {
    TransferSyntaxUID: EXPLICIT_VR_LITTLE_ENDIAN,
    content,
    fill(target) {
      for (const [tag, value] of Object.entries(attributes)) {
        const vr = typeof value === 'string' ? 'CS' : tag === '00280008' ? 'IS' : 'US'
        if (isEmpty(target[tag])) target[tag] = { vr, Value: [value] }
      }
      const pixels = target['7FE00010']
      if (attributes['00280100'] === 16 && typeof pixels === 'object')
        target['7FE00010'] = { ...pixels, vr: 'OW' }
    },
  }
}

async function withoutItems(sources: readonly ByteSource[], frames: number): Promise<readonly ByteSource[]> {
  const [only] = sources
  if (only === undefined || sources.length > 1) return sources
  return (await framesOfItems(only, frames)) ?? sources
}

/** Octets are uncompressed by the text. They are codestreams where the part names a compressed syntax, or where the metadata
 *  does (Available Transfer Syntax UID, as servers give it) and they look like it.
 * @returns a media type, `octets` for an encapsulated syntax without one of its own, undefined for native pixels */
async function typeOfOctets(
  part: BulkPart,
  sources: readonly ByteSource[],
  known: TransferSyntax | undefined,
): Promise<string | undefined> {
  if (known?.encapsulated !== true) return undefined
  const type = known.mediaType.toLowerCase()
  if (part.transferSyntax !== undefined) return OCTETS.has(type) ? 'octets' : type
  const [first] = sources
  return first !== undefined && (await READERS.get(type)?.(first)) !== undefined ? type : undefined
}

/** Available Transfer Syntax UID, or Transfer Syntax UID: no part of a dataset, but clients put them there. */
function hintOf(dataset: UncheckedDataset): string | undefined {
  return firstText(dataset, '00083002') ?? firstText(dataset, '00020010')
}

/** The codestream is believed before the label, and the label where it fits the codestream. */
function syntaxOf(
  type: string,
  read: readonly (Codestream | undefined)[],
  asked: TransferSyntax | undefined,
): string {
  const [first] = read
  if (first === undefined || read.includes(undefined)) {
    const named = asked !== undefined && (type === 'octets' || asked.mediaType.toLowerCase() === type)
    const fallback = named ? asked.uid : VIDEO_DEFAULTS.get(type)
    if (fallback === undefined) throw bad('is no codestream of the media type of its part')
    return fallback
  }
  const common = fitting(first).filter(uid =>
    read.every(one => one !== undefined && fitting(one).includes(uid)),
  )
  if (asked !== undefined && common.includes(asked.uid)) return asked.uid
  const [uid] = common
  if (uid === undefined) throw bad('has frames of different transfer syntaxes')
  return type === 'image/jpx' ? (JPX_SYNTAXES.get(uid) ?? uid) : uid
}

function fitting({ TransferSyntaxUID, alsoFits }: Codestream): readonly string[] {
  return [TransferSyntaxUID, ...alsoFits]
}

function encapsulated(
  TransferSyntaxUID: string,
  sources: readonly ByteSource[],
  read: readonly (Codestream | undefined)[],
  dataset: UncheckedDataset,
): StoredPixels {
  const fragments = sources.map((source, index) => read[index]?.bytes ?? source)
  const video = transferSyntax(TransferSyntaxUID)?.video === true
  const NumberOfFrames = firstNumber(dataset, '00280008') ?? 1
  if (video && fragments.length > 1) throw bad('is a video in more than one part')
  if (fragments.length > 1 && !isEmpty(dataset['00280008']) && NumberOfFrames !== fragments.length)
    throw bad('has not one part for each of Number of Frames')
  // One part for many frames: readers find these by where codestreams begin.
  const whole = video || fragments.length < NumberOfFrames
  const extended = !whole && (!isEmpty(dataset['7FE00001']) || !fitsBasicOffsetTable(fragments))
  return {
    TransferSyntaxUID,
    content: { fragments, table: whole || extended ? 'none' : 'basic' },
    fill(target) {
      delete target['7FE00001']
      delete target['7FE00002']
      if (extended) {
        const { offsets, lengths } = extendedOffsetTable(fragments)
        target['7FE00001'] = { vr: 'OV', InlineBinary: offsets.toString('base64') }
        target['7FE00002'] = { vr: 'OV', InlineBinary: lengths.toString('base64') }
      }
      const [first] = read
      const frames = first !== undefined && 'frames' in first ? first.frames : fragments.length
      const add = (tag: string, vr: string, value: string | number): void => {
        if (isEmpty(target[tag])) target[tag] = { vr, Value: [value] }
      }
      if (first?.pixels !== undefined) addImagePixel(first.pixels, add)
      if (typeof frames === 'number' && frames > 1) add('00280008', 'IS', frames)
      if (read.some(one => one?.lossy === true)) add('00282110', 'CS', '01')
    },
  }
}

/** PS3.3 C.7.6.3.1 */
function addImagePixel(
  pixels: CodestreamPixels,
  add: (tag: string, vr: string, value: string | number) => void,
): void {
  add('00280002', 'US', pixels.SamplesPerPixel)
  add('00280004', 'CS', pixels.PhotometricInterpretation)
  if (pixels.SamplesPerPixel > 1) add('00280006', 'US', 0)
  add('00280010', 'US', pixels.Rows)
  add('00280011', 'US', pixels.Columns)
  add('00280100', 'US', pixels.BitsAllocated)
  add('00280101', 'US', pixels.BitsStored)
  add('00280102', 'US', pixels.BitsStored - 1)
  add('00280103', 'US', pixels.PixelRepresentation)
}

/** RLE has a header of 16 numbers: how many segments, and where. It tells neither rows nor columns. PS3.5 G.5 */
async function readRle(bytes: ByteSource): Promise<Codestream | undefined> {
  const header = await bytes.read(0, 64)
  if (header.length < 64 || header.readUInt32LE(0) > 15 || header.readUInt32LE(4) !== 64) return undefined
  return { TransferSyntaxUID: RLE_LOSSLESS, alsoFits: [], lossy: undefined, pixels: undefined, bytes }
}

function firstNumber(dataset: UncheckedDataset, tag: string): number | undefined {
  const element = dataset[tag]
  if (typeof element !== 'object' || element === null || !('Value' in element)) return undefined
  const value: unknown = Array.isArray(element.Value) ? element.Value[0] : undefined
  const number = Number(value)
  return value !== null && Number.isSafeInteger(number) && number > 0 ? number : undefined
}

/** Absent, or without a value. */
export function isEmpty(element: unknown): boolean {
  if (typeof element !== 'object' || element === null) return true
  if ('InlineBinary' in element || 'BulkDataURI' in element) return false
  return !('Value' in element) || !Array.isArray(element.Value) || (element.Value[0] ?? '') === ''
}

function bad(what: string): Problem {
  return new Problem('bad-dicom', `(7FE0,0010) ${what}`)
}

function unsupported(what: string): Problem {
  return new Problem('unsupported-transfer-syntax', `(7FE0,0010) ${what}`)
}

import type { ByteSource } from '../part10/byte-source.js'
import { bitsAllocatedFor, type Codestream, type CodestreamPixels } from './codestream.js'

/** JPEG and JPEG-LS: the marker segments up to the first scan. ISO/IEC 10918-1 annex B, 14495-1 annex C; PS3.5 8.2.1, 8.2.3. */

const SOI = 0xd8
const SOS = 0xda
const APP0 = 0xe0
const APP14 = 0xee
const SOF55 = 0xf7
/** SOF0 to SOF15 without DHT, JPG and DAC */
const isStartOfFrame = (marker: number): boolean =>
  (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) ||
  marker === SOF55
/** Exif, ICC profiles and comments may be many; this many are not. */
const MOST_SEGMENTS = 4096
/** A shorter one, and there are, does not tell the transform. */
const ADOBE_BYTES = 14
/** what of a segment is looked at */
const SEGMENT_BYTES = 64

const UID = (n: number): string => `1.2.840.10008.1.2.4.${n}`

interface Frame {
  /** of the frame header, which names the process: 0xc0 baseline, …, 0xf7 JPEG-LS */
  readonly marker: number
  readonly precision: number
  /** 0: they stand behind the scan (DNL) */
  readonly rows: number
  readonly columns: number
  readonly components: readonly { readonly id: number; readonly sampling: number }[]
}

export interface JpegHeader extends Frame {
  /** the byte after the components of the first scan: Ss, the predictor of lossless JPEG; NEAR of JPEG-LS */
  readonly parameter: number
  /** a JFIF segment was there */
  readonly jfif: boolean
  /** of Adobe's segment: 0 no transform, 1 YCbCr, 2 YCCK */
  readonly adobeTransform: number | undefined
}

/** @returns undefined where it is no JPEG or JPEG-LS, or none of a process that DICOM has */
export async function readJpeg(bytes: ByteSource): Promise<Codestream | undefined> {
  const header = await readJpegHeader(bytes)
  const process = header === undefined ? undefined : processOf(header)
  return header === undefined || process === undefined
    ? undefined
    : { ...process, pixels: pixelsOf(header), bytes }
}

/** @returns undefined where it is no JPEG or JPEG-LS that reaches a scan */
export async function readJpegHeader(bytes: ByteSource): Promise<JpegHeader | undefined> {
  const start = await bytes.read(0, 2)
  if (start[0] !== 0xff || start[1] !== SOI) return undefined
  let frame: Frame | undefined
  let jfif = false
  let adobeTransform: number | undefined
  let at = 2
  for (let segments = 0; segments < MOST_SEGMENTS; segments++) {
    const segment = await bytes.read(at, at + SEGMENT_BYTES)
    const marker = segment[1]
    if (segment.length < 4 || segment[0] !== 0xff || marker === undefined) return undefined
    if (marker === 0xff) {
      // Any number of fill bytes may stand before a marker. B.1.1.2
      at++
      continue
    }
    const length = segment.readUInt16BE(2)
    if (length < 2) return undefined
    if (marker === APP0 && segment.toString('latin1', 4, 8) === 'JFIF') jfif = true
    if (marker === APP14 && length >= ADOBE_BYTES && segment.toString('latin1', 4, 9) === 'Adobe')
      adobeTransform = segment[15]
    if (isStartOfFrame(marker)) frame = startOfFrame(marker, segment)
    if (marker === SOS) {
      if (frame === undefined) return undefined
      const parameter = segment[5 + (segment[4] ?? 0) * 2] ?? 0
      return { ...frame, parameter, jfif, adobeTransform }
    }
    at += 2 + length
  }
  return undefined
}

function startOfFrame(marker: number, segment: Buffer): Frame | undefined {
  const count = segment[9] ?? 0
  if (segment.length < 10 + count * 3) return undefined
  const components = Array.from({ length: count }, (_, i) => ({
    id: segment[10 + i * 3] ?? 0,
    sampling: segment[11 + i * 3] ?? 0,
  }))
  return {
    marker,
    precision: segment[4] ?? 0,
    rows: segment.readUInt16BE(5),
    columns: segment.readUInt16BE(7),
    components,
  }
}

/** PS3.18 10.5.2: the syntax by the process. Progressive and other retired ones have theirs too. PS3.5 10.15, PS3.6 annex A */
function processOf({
  marker,
  parameter,
}: JpegHeader): Pick<Codestream, 'TransferSyntaxUID' | 'alsoFits' | 'lossy'> | undefined {
  switch (marker) {
    case 0xc0:
      return { TransferSyntaxUID: UID(50), alsoFits: [UID(51)], lossy: true }
    case 0xc1:
      return { TransferSyntaxUID: UID(51), alsoFits: [], lossy: true }
    case 0xc2:
      return { TransferSyntaxUID: UID(55), alsoFits: [], lossy: true }
    case 0xc3:
      return parameter === 1
        ? { TransferSyntaxUID: UID(70), alsoFits: [UID(57)], lossy: false }
        : { TransferSyntaxUID: UID(57), alsoFits: [], lossy: false }
    case SOF55:
      return parameter === 0
        ? { TransferSyntaxUID: UID(80), alsoFits: [UID(81)], lossy: false }
        : { TransferSyntaxUID: UID(81), alsoFits: [], lossy: true }
    default:
      return undefined
  }
}

function pixelsOf(header: JpegHeader): CodestreamPixels | undefined {
  const { rows, columns, precision, components } = header
  // Rows may stand behind the scan (DNL), and four components have no interpretation in DICOM.
  if (rows === 0 || columns === 0 || (components.length !== 1 && components.length !== 3)) return undefined
  return {
    Rows: rows,
    Columns: columns,
    SamplesPerPixel: components.length,
    PhotometricInterpretation: interpretationOf(header),
    BitsAllocated: bitsAllocatedFor(precision),
    BitsStored: precision,
    PixelRepresentation: 0,
  }
}

/** JFIF and Adobe's marker tell; else the components' names do, and what is lossless is taken for RGB. PS3.5 8.2.1 */
function interpretationOf({ marker, components, jfif, adobeTransform }: JpegHeader): string {
  if (components.length === 1) return 'MONOCHROME2'
  const isRgb =
    adobeTransform === 0 ||
    (adobeTransform === undefined &&
      !jfif &&
      (String.fromCharCode(...components.map(({ id }) => id)) === 'RGB' ||
        marker === 0xc3 ||
        marker === SOF55))
  if (isRgb) return 'RGB'
  const [first, second] = components
  return first !== undefined && second !== undefined && first.sampling !== second.sampling
    ? 'YBR_FULL_422'
    : 'YBR_FULL'
}

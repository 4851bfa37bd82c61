import { joinedBytes, partOf, type ByteSource } from '../part10/byte-source.js'
import { boxesOf } from './boxes.js'
import { bitsAllocatedFor, type Codestream, type CodestreamPixels } from './codestream.js'

/** JPEG XL: the headers of the codestream, with or without the container around it. ISO/IEC 18181-1 annex D (SizeHeader,
 *  ImageMetadata), 18181-2 clause 9; PS3.5 8.2.16. */

const LOSSLESS = '1.2.840.10008.1.2.4.110'
const RECOMPRESSION = '1.2.840.10008.1.2.4.111'
const ANY = '1.2.840.10008.1.2.4.112'
const CONTAINER = Buffer.from([0, 0, 0, 0x0c, 0x4a, 0x58, 0x4c, 0x20])
const HEADER_BYTES = 64
const SIGNATURE_BITS = 16

/** The container stays: it may hold what makes the JPEG again that was recompressed.
 * @returns undefined where it is no JPEG XL */
export async function readJpegXl(file: ByteSource): Promise<Codestream | undefined> {
  const start = await file.read(0, CONTAINER.length)
  const { codestream, recompressed } = start.equals(CONTAINER)
    ? await opened(file)
    : { codestream: file, recompressed: false }
  const header = await codestream?.read(0, HEADER_BYTES)
  if (header?.[0] !== 0xff || header[1] !== 0x0a) return undefined
  const image = readImage(header)
  const others = image?.xyb === true ? [RECOMPRESSION] : [LOSSLESS, RECOMPRESSION]
  return {
    // Whether the rest is lossless stands in each frame: .112 holds every codestream.
    ...(recompressed
      ? { TransferSyntaxUID: RECOMPRESSION, alsoFits: [ANY] }
      : { TransferSyntaxUID: ANY, alsoFits: others }),
    lossy: recompressed || image?.xyb === true ? true : undefined,
    pixels: image?.pixels,
    bytes: file,
  }
}

/** The codestream of a container, in one box or in several that begin with their number. */
async function opened(
  file: ByteSource,
): Promise<{ codestream: ByteSource | undefined; recompressed: boolean }> {
  const parts: ByteSource[] = []
  let recompressed = false
  for await (const { type, content } of boxesOf(file)) {
    if (type === 'jbrd') recompressed = true
    if (type === 'jxlc') parts.push(content)
    if (type === 'jxlp' && content.lengthBytes > 4) parts.push(partOf(content, 4, content.lengthBytes))
  }
  return { codestream: parts.length === 0 ? undefined : joinedBytes(parts), recompressed }
}

const RATIOS: readonly (readonly [number, number])[] = [
  [1, 1],
  [12, 10],
  [4, 3],
  [3, 2],
  [16, 9],
  [5, 4],
  [2, 1],
]

function readImage(header: Buffer): { xyb: boolean; pixels: CodestreamPixels | undefined } | undefined {
  const bits = bitReader(header, SIGNATURE_BITS)
  const size = (): number => bits.choice([9, 1], [13, 1], [18, 1], [30, 1])
  const small = bits.take(1) === 1
  const rows = small ? (bits.take(5) + 1) * 8 : size()
  const ratio = RATIOS[bits.take(3) - 1]
  const columns =
    ratio !== undefined ? Math.floor((rows * ratio[0]) / ratio[1]) : small ? (bits.take(5) + 1) * 8 : size()
  let depth = 8
  let xyb = true
  let gray = false
  if (bits.take(1) === 0) {
    // Orientation, previews and animations are not looked into.
    if (bits.take(1) === 1) return undefined
    if (bits.take(1) === 1) return undefined
    depth = bits.choice([0, 8], [0, 10], [0, 12], [6, 1])
    bits.take(1)
    if (bits.choice([0, 0], [0, 1], [4, 2], [12, 1]) !== 0) return undefined
    xyb = bits.take(1) === 1
    // Color encoding: all default is sRGB; else whether there is a profile, and the color space.
    if (bits.take(1) === 0) {
      bits.take(1)
      gray = bits.choice([0, 0], [0, 1], [4, 2], [6, 18]) === 1
    }
  }
  if (rows > 0xffff || columns > 0xffff || columns < 1 || depth > 32) return { xyb, pixels: undefined }
  return {
    xyb,
    pixels: {
      Rows: rows,
      Columns: columns,
      SamplesPerPixel: gray ? 1 : 3,
      PhotometricInterpretation: gray ? 'MONOCHROME2' : xyb ? 'XYB' : 'RGB',
      BitsAllocated: bitsAllocatedFor(depth),
      BitsStored: depth,
      PixelRepresentation: 0,
    },
  }
}

interface BitReader {
  take(count: number): number
  /** U32(): two bits choose how many bits follow and what is added to them. */
  choice(...of: readonly (readonly [bits: number, plus: number])[]): number
}

/** Least significant bit first; beyond the end there are zeros. */
function bitReader(bytes: Buffer, startBit: number): BitReader {
  let at = startBit
  const take = (count: number): number => {
    let value = 0
    for (let i = 0; i < count; i++, at++) value += (((bytes[at >>> 3] ?? 0) >>> (at & 7)) & 1) * 2 ** i
    return value
  }
  return {
    take,
    choice(...of) {
      const [bits, plus] = of[take(2)] ?? [0, 0]
      return take(bits) + plus
    },
  }
}

import { Problem } from '../../dicom/problem.js'
import type { NativeFrame, PixelFormat } from '../pixel-format.js'

/** What a codestream says of its samples. */
export interface CodestreamSamples {
  readonly rows: number
  readonly columns: number
  readonly samples: number
  /** bits of a sample */
  readonly precision: number
}

/** Before anything is decoded: a codestream that is of another picture than its attributes.
 * @throws Problem `undecodable` */
export function checkAgainstAttributes(stream: CodestreamSamples, format: PixelFormat): void {
  const { rows, columns, samples, precision } = stream
  if (rows !== format.rows || columns !== format.columns || samples !== format.samples)
    throw new Problem(
      'undecodable',
      `the codestream has ${sizeOf(stream)}; its attributes say ${sizeOf(format)}`,
    )
  if (precision > format.bitsAllocated || precision < 1)
    throw new Problem(
      'undecodable',
      `the codestream has ${precision} bits a sample; its attributes allocate ${format.bitsAllocated}`,
    )
}

function sizeOf({ rows, columns, samples }: Omit<CodestreamSamples, 'precision'>): string {
  return `${columns} × ${rows} pixels of ${samples} sample${samples === 1 ? '' : 's'}`
}

/** Decoded samples, pixel by pixel in words of 1, 2 or 4 bytes, as they would be in Explicit VR Little Endian.
 * @param signed whether the decoder gives negative numbers as such
 * @throws Problem `undecodable`: there are more or fewer of them than the codestream announced */
export function nativeFrame(
  decoded: Uint8Array,
  stream: CodestreamSamples & { readonly photometric: string; readonly signed?: boolean },
  format: PixelFormat,
): NativeFrame {
  const { rows, columns, samples, precision, photometric, signed = false } = stream
  const count = rows * columns * samples
  const wordBytes = decoded.length / count
  if (wordBytes !== 1 && wordBytes !== 2 && wordBytes !== 4)
    throw new Problem(
      'undecodable',
      `the codestream decodes to ${decoded.length} bytes, which are not ${sizeOf(stream)}`,
    )
  return {
    bytes:
      format.bitsAllocated === 1
        ? packedBits(decoded, wordBytes)
        : resized(decoded, wordBytes, format.bitsAllocated / 8, signed),
    format: {
      ...format,
      ...storedBits(precision, format),
      // Attributes that call negative numbers unsigned are wrong; those that call unsigned ones negative count on their bits.
      signed: format.signed || signed,
      rows,
      columns,
      photometric,
      planar: false,
    },
  }
}

/** A codestream of whole words (16 of 16) holds them as they were. One of more bits than are stored, but fewer than a word, knows
 *  better than the attributes. PS3.5 8.2 */
function storedBits(
  precision: number,
  { bitsAllocated, bitsStored, highBit }: PixelFormat,
): Pick<PixelFormat, 'bitsStored' | 'highBit'> {
  if (precision === bitsAllocated) return { bitsStored, highBit }
  const stored = Math.max(precision, bitsStored)
  return { bitsStored: stored, highBit: stored - 1 }
}

function resized(decoded: Uint8Array, fromBytes: number, toBytes: number, signed: boolean): Uint8Array {
  if (fromBytes === toBytes) return decoded
  const count = decoded.length / fromBytes
  const out = new Uint8Array(count * toBytes)
  for (let at = 0; at < count; at++) {
    for (let byte = 0; byte < Math.min(fromBytes, toBytes); byte++)
      out[at * toBytes + byte] = decoded[at * fromBytes + byte] ?? 0
    const negative = signed && (decoded[at * fromBytes + fromBytes - 1] ?? 0) >= 0x80
    if (negative && toBytes > fromBytes) out.fill(0xff, at * toBytes + fromBytes, (at + 1) * toBytes)
  }
  return out
}

/** PS3.5 8.1.1: pixels of one bit fill a byte from its least significant bit on. */
function packedBits(decoded: Uint8Array, wordBytes: number): Uint8Array {
  const count = decoded.length / wordBytes
  const out = new Uint8Array(Math.ceil(count / 8))
  for (let at = 0; at < count; at++)
    if (((decoded[at * wordBytes] ?? 0) & 1) === 1) out[at >> 3] = (out[at >> 3] ?? 0) | (1 << (at & 7))
  return out
}

/** What samples are that a codec gives back as it was given them: its own color transforms undone, all of the chroma there.
 *  PS3.5 8.2.4, 8.2.16 */
export function decodedPhotometric(photometric: string): string {
  switch (photometric) {
    case 'YBR_RCT':
    case 'YBR_ICT':
    case 'XYB':
      return 'RGB'
    case 'YBR_FULL_422':
      return 'YBR_FULL'
    default:
      return photometric
  }
}

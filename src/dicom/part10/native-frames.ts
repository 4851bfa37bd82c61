import type { FrameTable } from '../frame-table.js'
import type { ValueRepresentation } from '../value-representations.js'
import { tagHex } from './tags.js'

/** Attributes of the Image Pixel Module that the frame table needs. PS3.3 C.7.6.3; 0 or '' where absent. */
export interface PixelDescription {
  Rows: number
  Columns: number
  SamplesPerPixel: number
  BitsAllocated: number
  PhotometricInterpretation: string
  /** undefined where absent or no positive number */
  NumberOfFrames: number | undefined
}

/** A top-level pixel value of defined length. */
export interface NativePixels {
  readonly tag: number
  readonly vr: ValueRepresentation
  readonly offsetBytes: number
  readonly lengthBytes: number
}

const FLOAT_PIXEL_DATA = 0x7fe00008
const DOUBLE_FLOAT_PIXEL_DATA = 0x7fe00009

/** @param presentBytes how much of the value is in the file */
export function nativeFrames(
  pixels: NativePixels,
  presentBytes: number,
  description: PixelDescription,
  remark: (text: string) => void,
): FrameTable {
  const bitsAllocated =
    pixels.tag === FLOAT_PIXEL_DATA
      ? 32
      : pixels.tag === DOUBLE_FLOAT_PIXEL_DATA
        ? 64
        : description.BitsAllocated
  const photometric = description.PhotometricInterpretation
  const subsampled = photometric === 'YBR_FULL_422' || photometric === 'YBR_PARTIAL_422'
  // PS3.5 8.2: two pixels share their chrominance, so a pixel takes two samples
  const samples = subsampled && description.SamplesPerPixel === 3 ? 2 : description.SamplesPerPixel || 1
  const frameBits = description.Rows * description.Columns * samples * bitsAllocated
  const announced = description.NumberOfFrames ?? 1
  const present = frameBits === 0 ? 0 : Math.floor((presentBytes * 8) / frameBits)
  const count = Math.min(announced, present)
  if (frameBits > 0 && count < announced)
    remark(
      `${announced} frames announced, ${count} in the ${presentBytes} bytes of (${tagHex(pixels.tag).replace(/^..../, '$&,')})`,
    )
  return {
    kind: 'native',
    tag: tagHex(pixels.tag),
    vr: pixels.vr.name,
    offsetBytes: pixels.offsetBytes,
    lengthBytes: presentBytes,
    frameBits,
    count,
    wordBytes: pixels.vr.name === 'OW' && bitsAllocated === 32 ? 4 : pixels.vr.wordBytes,
  }
}

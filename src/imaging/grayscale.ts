import type { FrameDescription, Window } from './frame-description.js'
import type { NativeFrame } from './pixel-format.js'

/** Stored values to 8 bits by one table: Modality LUT, window, and MONOCHROME1. PS3.3 C.11, C.7.6.3.1.2. Truncates, as DCMTK
 *  does. */
export function grayscale(
  { bytes, format }: NativeFrame,
  { rescale, window }: Pick<FrameDescription, 'rescale' | 'window'>,
): Uint8Array {
  const words = format.bitsAllocated === 16 ? new Uint16Array(bytes.slice().buffer) : bytes
  const count = format.rows * format.columns
  const low = format.signed ? -(2 ** (format.bitsStored - 1)) : 0
  const mask = format.bitsAllocated === 16 ? 0xffff : 0xff
  const table = new Uint8Array(mask + 1)
  const { center, width } = window ?? rangeOf(words, format.signed, format.bitsAllocated, rescale)
  const invert = format.photometric === 'MONOCHROME1'
  for (let k = 0; k < 2 ** format.bitsStored; k++) {
    const x = (low + k) * rescale.slope + rescale.intercept
    const gray = Math.trunc(linear(x, center, width))
    table[(low + k) & mask] = invert ? 255 - gray : gray
  }
  const out = new Uint8Array(count)
  for (let i = 0; i < count; i++) out[i] = table[words[i] ?? 0] ?? 0
  return out
}

/** PS3.3 C.11.2.1.2.1 */
function linear(x: number, center: number, width: number): number {
  const half = (width - 1) / 2
  const least = center - 0.5 - half
  if (x <= least) return 0
  if (x > center - 0.5 + half) return 255
  return ((x - least) * 255) / (width - 1)
}

function rangeOf(
  words: ArrayLike<number>,
  signed: boolean,
  bits: number,
  { slope, intercept }: FrameDescription['rescale'],
): Window {
  let least = Infinity
  let most = -Infinity
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? 0
    const value = (signed && word >= 2 ** (bits - 1) ? word - 2 ** bits : word) * slope + intercept
    if (value < least) least = value
    if (value > most) most = value
  }
  return { center: (least + most + 1) / 2, width: Math.max(1, most - least + 1), shape: 'LINEAR' }
}

import type { Overlay } from './frame-description.js'
import type { NativeFrame } from './pixel-format.js'
import { MOST_TABLE_BITS, rawWords } from './stored-values.js'

const WHITE = 255

/** The bit planes drawn in white over what is shown already. Of one that is too short, or lies outside the image in part, what
 *  is there is drawn. PS3.3 C.9.2
 * @param shown pixel by pixel, not changed
 * @param native for planes that are in the unused bits of the pixels (retired in 2004) */
export function withOverlays(
  shown: Uint8Array,
  channels: number,
  native: NativeFrame,
  overlays: readonly Overlay[],
): Uint8Array {
  const data = shown.slice()
  for (const overlay of overlays) {
    const { plane } = overlay
    if ('bits' in plane) burn(data, channels, native, overlay, bitsOf(plane.bits, plane.skipBits))
    else burnEmbedded(data, channels, native, plane.bit)
  }
  return data
}

type IsSet = (pixel: number) => boolean

function bitsOf(bits: Uint8Array, skipBits: number): IsSet {
  return pixel => {
    const bit = pixel + skipBits
    return (((bits[Math.floor(bit / 8)] ?? 0) >> (bit & 7)) & 1) === 1
  }
}

function burn(
  data: Uint8Array,
  channels: number,
  { format }: NativeFrame,
  { rows, columns, top, left }: Overlay,
  isSet: IsSet,
): void {
  const lastRow = Math.min(rows, format.rows - top)
  const lastColumn = Math.min(columns, format.columns - left)
  for (let row = Math.max(0, -top); row < lastRow; row++) {
    const start = (row + top) * format.columns + left
    for (let column = Math.max(0, -left); column < lastColumn; column++)
      if (isSet(row * columns + column))
        data.fill(WHITE, (start + column) * channels, (start + column + 1) * channels)
  }
}

function burnEmbedded(data: Uint8Array, channels: number, native: NativeFrame, bit: number): void {
  const { rows, columns, samples, numbers, bitsAllocated } = native.format
  if (samples !== 1 || numbers !== 'integer' || bitsAllocated > MOST_TABLE_BITS) return
  const words = rawWords(native)
  const count = rows * columns
  for (let i = 0; i < count; i++)
    if ((((words[i] ?? 0) >> bit) & 1) === 1) data.fill(WHITE, i * channels, (i + 1) * channels)
}

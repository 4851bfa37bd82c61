import { blackRaster, colorRaster, type ColorRaster } from './color-raster.js'
import type { NativeFrame } from './pixel-format.js'
import type { Raster } from './raster.js'
import type { Rgb } from './segment-colors.js'

/** Frames of a segmentation that lie at one place. PS3.3 C.8.20.2 */
export interface Segments {
  /** as PS3.3 C.8.20.2.3: a value is a probability or occupancy (1 with BINARY), or a segment's number */
  readonly kind: 'proportion' | 'label-map'
  /** what is a whole: Maximum Fractional Value (0062,000E), 1 with BINARY */
  readonly whole: number
  /** of a label map: the number that is no segment; Pixel Padding Value (0028,0120), 0 */
  readonly background: number
  /** of each frame, in their order; of a label map by segment number */
  readonly colors: readonly (Rgb | undefined)[]
}

/** How much of the image below shows through a segment. */
const OPACITY_OVER_IMAGE = 0.5

/** Each frame in its segment's colour over the image, or over black. Where segments overlap their colours mix.
 * @param layers of one size
 * @param image of the same size */
export function segmentationRaster(
  layers: readonly NativeFrame[],
  segments: Segments,
  image: Raster | undefined,
): ColorRaster {
  const { rows: height, columns: width } = layers[0]?.format ?? { rows: 1, columns: 1 }
  const out = image === undefined ? blackRaster(width, height) : colorRaster(image)
  const opacity = image === undefined ? 1 : OPACITY_OVER_IMAGE
  const values = layers.map(reader)
  for (let at = 0; at < width * height; at++) {
    let red = 0
    let green = 0
    let blue = 0
    let sum = 0
    let most = 0
    for (let layer = 0; layer < values.length; layer++) {
      const value = values[layer]?.(at) ?? 0
      const isLabel = segments.kind === 'label-map'
      const color = segments.colors[isLabel ? value : layer]
      const part = isLabel
        ? Number(value !== segments.background)
        : Math.min(1, value / Math.max(1, segments.whole))
      if (part === 0 || color === undefined) continue
      red += color[0] * part
      green += color[1] * part
      blue += color[2] * part
      sum += part
      if (part > most) most = part
    }
    if (sum === 0) continue
    const strength = most * opacity
    const mixed = [red / sum, green / sum, blue / sum]
    for (let c = 0; c < 3; c++) {
      const below = out.data[at * 3 + c] ?? 0
      out.data[at * 3 + c] = Math.round(below + ((mixed[c] ?? 0) - below) * strength)
    }
  }
  return out
}

/** Sample by position; 1-bit samples lie in bytes from the lowest bit on. PS3.5 8.1.1 */
function reader({ format, bytes }: NativeFrame): (at: number) => number {
  if (format.bitsAllocated === 1) return at => ((bytes[at >> 3] ?? 0) >> (at & 7)) & 1
  if (format.bitsAllocated === 16) return at => (bytes[2 * at] ?? 0) | ((bytes[2 * at + 1] ?? 0) << 8)
  return at => bytes[at] ?? 0
}

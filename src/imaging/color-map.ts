import { blackRaster, type ColorRaster } from './color-raster.js'
import type { Rgb } from './segment-colors.js'

export type ColorMapName = 'viridis' | 'dose'

/** Colours at equal distances from the least to the most. */
const STOPS: Readonly<Record<ColorMapName, readonly Rgb[]>> = {
  /** Even steps of a value look like even steps, in grey and to the colour-blind too (matplotlib, CC0). */
  viridis: [
    [68, 1, 84],
    [71, 44, 122],
    [59, 81, 139],
    [44, 113, 142],
    [33, 144, 141],
    [39, 173, 129],
    [92, 200, 99],
    [170, 220, 50],
    [253, 231, 37],
  ],
  /** What planning systems show: from blue to red; what has no dose is black. */
  dose: [
    [0, 0, 0],
    [0, 0, 160],
    [0, 0, 255],
    [0, 128, 255],
    [0, 255, 255],
    [128, 255, 128],
    [255, 255, 0],
    [255, 128, 0],
    [255, 0, 0],
  ],
}

const STEPS = 256

/** @returns 256 colours, three bytes each */
export function colorMap(name: ColorMapName): Uint8Array {
  const stops = STOPS[name]
  const table = new Uint8Array(STEPS * 3)
  for (let step = 0; step < STEPS; step++) {
    const at = (step / (STEPS - 1)) * (stops.length - 1)
    const before = stops[Math.floor(at)]
    const after = stops[Math.min(stops.length - 1, Math.floor(at) + 1)]
    for (let c = 0; c < 3; c++) {
      const from = before?.[c] ?? 0
      table[step * 3 + c] = Math.round(from + ((after?.[c] ?? from) - from) * (at % 1))
    }
  }
  return table
}

/** Values from `low` to `high`; what lies outside has the colour of the end. */
export interface ValueRange {
  readonly low: number
  readonly high: number
}

/** Of what is a number; 0 to 1 where nothing is. */
export function rangeOf(values: Float64Array): ValueRange {
  let low = Infinity
  let high = -Infinity
  for (const value of values) {
    if (!Number.isFinite(value)) continue
    if (value < low) low = value
    if (value > high) high = value
  }
  return low <= high ? { low, high } : { low: 0, high: 1 }
}

/** What is no number is black.
 * @param values of the pixels, row by row
 * @param times each pixel is drawn as a square of so many */
export function coloredValues(
  values: Float64Array,
  width: number,
  { low, high }: ValueRange,
  name: ColorMapName,
  times: number,
): ColorRaster {
  const table = colorMap(name)
  const height = values.length / width
  const out = blackRaster(width * times, height * times)
  const scale = high > low ? (STEPS - 1) / (high - low) : 0
  for (let y = 0; y < out.height; y++)
    for (let x = 0; x < out.width; x++) {
      const value = values[Math.floor(y / times) * width + Math.floor(x / times)] ?? NaN
      if (Number.isNaN(value)) continue
      const step = Math.min(STEPS - 1, Math.max(0, Math.round((value - low) * scale)))
      out.data.set(table.subarray(3 * step, 3 * step + 3), (y * out.width + x) * 3)
    }
  return out
}

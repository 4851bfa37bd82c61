import { colorMap, type ColorMapName, type ValueRange } from './color-map.js'
import { blackRaster, drawLettering, fillBox, type ColorRaster } from './color-raster.js'
import { lettering } from './lettering.js'
import type { Rgb } from './segment-colors.js'

const TICKS = 5
const LEAST_TEXT_PIXELS = 12
const WHITE: Rgb = [255, 255, 255]

/** The picture with what its colours mean at its right side: a bar of them, with numbers and their unit. */
export async function withScaleBar(
  picture: ColorRaster,
  name: ColorMapName,
  { low, high }: ValueRange,
  unit: string,
): Promise<ColorRaster> {
  const text = Math.max(LEAST_TEXT_PIXELS, Math.round(picture.height / 24))
  const ticks = Array.from({ length: TICKS }, (_, n) => high - ((high - low) * n) / (TICKS - 1))
  const numbers = await Promise.all(ticks.map(tick => lettering(short(tick), text)))
  const unitLine = unit === '' ? undefined : await lettering(unit, text)
  const bar = { x: picture.width + text, width: text }
  const labels = bar.x + bar.width + (text >> 1)
  const right = Math.max(...numbers.map(line => labels + line.width), bar.x + (unitLine?.width ?? 0))
  const out = blackRaster(right + (text >> 1), picture.height, picture.pixelAspect)
  for (let y = 0; y < picture.height; y++)
    out.data.set(picture.data.subarray(y * picture.width * 3, (y + 1) * picture.width * 3), y * out.width * 3)
  const top = unitLine === undefined ? text : text + unitLine.height + (text >> 1)
  const length = Math.max(1, picture.height - top - text)
  const table = colorMap(name)
  for (let y = 0; y < length; y++) {
    const step = 255 - Math.round((y * 255) / Math.max(1, length - 1))
    const color: Rgb = [table[3 * step] ?? 0, table[3 * step + 1] ?? 0, table[3 * step + 2] ?? 0]
    fillBox(out, { ...bar, y: top + y, height: 1 }, color)
  }
  if (unitLine !== undefined) drawLettering(out, unitLine, bar.x, text >> 1, WHITE)
  for (const [n, line] of numbers.entries()) {
    const y = top + Math.round(((length - 1) * n) / (TICKS - 1))
    fillBox(out, { x: bar.x + bar.width, y, width: text >> 2, height: 1 }, WHITE)
    drawLettering(out, line, labels, y - (line.height >> 1), WHITE)
  }
  return out
}

/** Three digits that count. */
function short(value: number): string {
  const rounded = Number(value.toPrecision(3))
  return rounded !== 0 && (Math.abs(rounded) < 0.001 || Math.abs(rounded) >= 1e6)
    ? value.toExponential(2)
    : `${rounded}`
}

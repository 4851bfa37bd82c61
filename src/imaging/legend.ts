import { drawLettering, fillBox, type ColorRaster } from './color-raster.js'
import { lettering } from './lettering.js'
import type { Rgb } from './segment-colors.js'

export interface LegendEntry {
  readonly label: string
  readonly color: Rgb
}

/** A smaller picture would be covered. */
const LEAST_SIDE = 256
const MOST_ENTRIES = 12
const TEXT_PIXELS = 12
const LINE = 16
const MARGIN = 6
const SWATCH = 10

/** What the colours stand for, in the lower left corner; nothing where the picture is too small for it. */
export async function drawLegend(raster: ColorRaster, entries: readonly LegendEntry[]): Promise<void> {
  if (Math.min(raster.width, raster.height) < LEAST_SIDE || entries.length === 0) return
  const shown = entries.slice(0, MOST_ENTRIES)
  const lines = await Promise.all(shown.map(({ label }) => lettering(label, TEXT_PIXELS)))
  const width = Math.max(...lines.map(line => line.width)) + SWATCH + 3 * MARGIN
  const top = raster.height - shown.length * LINE - 2 * MARGIN
  fillBox(raster, { x: 0, y: top, width, height: raster.height - top }, [0, 0, 0], 0.6)
  for (const [n, line] of lines.entries()) {
    const y = top + MARGIN + n * LINE
    const color = shown[n]?.color ?? [255, 255, 255]
    fillBox(raster, { x: MARGIN, y: y + 3, width: SWATCH, height: SWATCH }, color)
    drawLettering(
      raster,
      line,
      2 * MARGIN + SWATCH,
      y + Math.max(0, (LINE - line.height) >> 1),
      [255, 255, 255],
    )
  }
}

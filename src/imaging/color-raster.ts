import type { Lettering } from './lettering.js'
import type { Raster } from './raster.js'
import type { Rgb } from './segment-colors.js'

/** A raster in red, green and blue, to be drawn on. */
export interface ColorRaster extends Raster {
  readonly channels: 3
}

export function blackRaster(width: number, height: number, pixelAspect = 1): ColorRaster {
  return { width, height, channels: 3, pixelAspect, data: new Uint8Array(width * height * 3) }
}

/** @returns a copy; opacity is left out */
export function colorRaster({ width, height, channels, data, pixelAspect }: Raster): ColorRaster {
  const out = blackRaster(width, height, pixelAspect)
  for (let i = 0; i < width * height; i++)
    for (let c = 0; c < 3; c++) out.data[i * 3 + c] = data[i * channels + (channels === 1 ? 0 : c)] ?? 0
  return out
}

/** A colour laid over a pixel; nothing outside of the raster.
 * @param opacity 0 to 1 */
export function blend(raster: ColorRaster, x: number, y: number, color: Rgb, opacity: number): void {
  if (x < 0 || y < 0 || x >= raster.width || y >= raster.height) return
  const at = (y * raster.width + x) * 3
  for (let c = 0; c < 3; c++) {
    const below = raster.data[at + c] ?? 0
    raster.data[at + c] = Math.round(below + ((color[c] ?? 0) - below) * opacity)
  }
}

export function fillBox(
  raster: ColorRaster,
  box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  color: Rgb,
  opacity = 1,
): void {
  for (let y = box.y; y < box.y + box.height; y++)
    for (let x = box.x; x < box.x + box.width; x++) blend(raster, x, y, color, opacity)
}

/** @param x left of the text
 *  @param y top of it */
export function drawLettering(
  raster: ColorRaster,
  { width, height, coverage }: Lettering,
  x: number,
  y: number,
  color: Rgb,
): void {
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const covered = coverage[row * width + column] ?? 0
      if (covered > 0) blend(raster, x + column, y + row, color, covered / 255)
    }
}

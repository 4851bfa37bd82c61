import { Problem } from '../dicom/problem.js'
import type { Region, Viewport } from './picture-request.js'
import type { Raster } from './raster.js'

export interface Size {
  readonly width: number
  readonly height: number
}

/** How a raster becomes a picture: cut, then scaled to a size, whatever the shape of its pixels was. */
export interface Placement extends Size {
  readonly crop: {
    readonly left: number
    readonly top: number
    readonly width: number
    readonly height: number
  }
}

/** Pixels further from square than so are taken as square: no camera has them. */
const MOST_ASPECT = 100
/** A picture without a viewport is not made larger than so for the sake of square pixels. */
const MOST_PIXELS = 1 << 28

/** PS3.18 8.3.5.1.3; PS3.3 C.7.6.3.1.7
 * @param source size of the frame as it is stored: the raster may be of a reduced resolution
 * @throws Problem `invalid-parameter`: the region lies outside */
export function placementOf(
  raster: Pick<Raster, 'width' | 'height' | 'pixelAspect'>,
  source: Size,
  viewport: Viewport | undefined,
): Placement {
  const crop = cropOf(raster, source, viewport?.region)
  const aspect =
    raster.pixelAspect >= 1 / MOST_ASPECT && raster.pixelAspect <= MOST_ASPECT ? raster.pixelAspect : 1
  // Pixels are made square by more of them, never by fewer.
  const shown = { width: crop.width * Math.max(1, 1 / aspect), height: crop.height * Math.max(1, aspect) }
  if (viewport === undefined) {
    const square = shown.width * shown.height > MOST_PIXELS ? crop : shown
    return { crop, width: Math.round(square.width), height: Math.round(square.height) }
  }
  const fit = Math.min(
    (viewport.width ?? Infinity) / shown.width,
    (viewport.height ?? Infinity) / shown.height,
    viewport.withoutEnlargement === true ? 1 : Infinity,
  )
  const scale = Number.isFinite(fit) ? fit : 1
  const side = (length: number): number => Math.max(1, Math.round(length * scale))
  return { crop, width: side(shown.width), height: side(shown.height) }
}

/** How often the resolution of a frame can be halved with no fewer pixels left than the picture has. */
export function reductionFor(source: Size, pixelAspect: number, viewport: Viewport | undefined): number {
  if (viewport === undefined || source.width < 1 || source.height < 1) return 0
  const { crop, width, height } = placementOf({ ...source, pixelAspect }, source, viewport)
  const factor = Math.min(crop.width / width, crop.height / height)
  return factor < 2 ? 0 : Math.min(MOST_REDUCTION, Math.floor(Math.log2(factor)))
}
const MOST_REDUCTION = 8

function cropOf({ width, height }: Size, source: Size, region: Region | undefined): Placement['crop'] {
  if (region === undefined) return { left: 0, top: 0, width, height }
  const whole = region.unit === 'whole' ? { width: 1, height: 1 } : source
  const across = side(region.x, region.width, whole.width, width)
  const down = side(region.y, region.height, whole.height, height)
  return { left: across.start, top: down.start, width: across.length, height: down.length }
}

/** One side of a region, from the unit that it is given in to pixels of the raster: whole ones, at least one. */
function side(
  start: number,
  length: number | undefined,
  whole: number,
  pixels: number,
): { start: number; length: number } {
  const end = length === undefined ? whole : start + length
  if (start >= whole || end <= 0)
    throw new Problem('invalid-parameter', 'the region of the viewport lies outside of the picture')
  const scale = pixels / whole
  const first = Math.min(pixels - 1, Math.max(0, Math.round(start * scale)))
  const last = Math.max(first + 1, Math.min(pixels, Math.round(end * scale)))
  return { start: first, length: last - first }
}

import { blackRaster, colorRaster, type ColorRaster } from './color-raster.js'
import type { Palette, Overlay } from './frame-description.js'
import { tableEntries } from './lookup-table.js'
import type { Graphic, TextObject } from './presentation-graphics.js'
import type { Raster } from './raster.js'
import type { Rgb } from './segment-colors.js'

/** What a presentation state does to an image once its values are greys or colours. PS3.3 A.33 */
export interface Presentation {
  readonly shutter: Shutter | undefined
  readonly area: DisplayedArea | undefined
  /** clockwise, before the flip. PS3.3 C.10.6 */
  readonly rotation: 0 | 90 | 180 | 270
  readonly flipHorizontal: boolean
  /** of a pseudo-color one: greys become its colours */
  readonly palette: Palette | undefined
  /** in the order of their layers */
  readonly graphics: readonly Graphic[]
  readonly texts: readonly TextObject[]
}

/** What of the image is not shown; columns and rows count from 1. PS3.3 C.7.6.11, C.7.6.15 */
export interface Shutter {
  readonly box:
    | { readonly left: number; readonly right: number; readonly upper: number; readonly lower: number }
    | undefined
  readonly circle: { readonly row: number; readonly column: number; readonly radius: number } | undefined
  /** row, column, row, column, … */
  readonly polygon: readonly number[] | undefined
  /** a bit hides its pixel */
  readonly bitmap: Overlay | undefined
  readonly color: Rgb
}

/** PS3.3 C.10.4 */
export interface DisplayedArea {
  /** of the image before it is turned: 1-based, ends included, may reach beyond it */
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
  readonly mode: 'SCALE TO FIT' | 'TRUE SIZE' | 'MAGNIFY'
  /** of MAGNIFY */
  readonly magnification: number
  /** mm from column to column; of TRUE SIZE */
  readonly spacing: number | undefined
}

/** Greys by the colours of a pseudo-color state. PS3.3 A.33.3 */
export function pseudoColored(raster: Raster, palette: Palette): ColorRaster {
  const out = colorRaster(raster)
  const tables = [palette.red, palette.green, palette.blue].map(table =>
    tableEntries(table, 'palette', false),
  )
  for (const [c, { entries, bits }] of tables.entries()) {
    const last = entries.length - 1
    for (let at = c; at < out.data.length; at += 3)
      out.data[at] = (entries[Math.round(((out.data[at] ?? 0) * last) / 255)] ?? 0) >> Math.max(0, bits - 8)
  }
  return out
}

/** Draws over what is hidden. */
export function shut(raster: ColorRaster, { box, circle, polygon, bitmap, color }: Shutter): void {
  for (let y = 0; y < raster.height; y++)
    for (let x = 0; x < raster.width; x++) {
      const [column, row] = [x + 1, y + 1]
      const isHidden =
        (box !== undefined &&
          (column < box.left || column > box.right || row < box.upper || row > box.lower)) ||
        (circle !== undefined &&
          (column - circle.column) ** 2 + (row - circle.row) ** 2 > circle.radius ** 2) ||
        (polygon !== undefined && !isInside(polygon, row, column)) ||
        (bitmap !== undefined && bitOf(bitmap, x, y))
      if (isHidden) raster.data.set(color, (y * raster.width + x) * 3)
    }
}

/** Even-odd rule; a pixel on an edge is inside by its centre. */
function isInside(points: readonly number[], row: number, column: number): boolean {
  let inside = false
  for (let n = 0; n + 1 < points.length; n += 2) {
    const previous = n === 0 ? points.length - 2 : n - 2
    const [r1 = 0, c1 = 0] = points.slice(n, n + 2)
    const [r0 = 0, c0 = 0] = points.slice(previous, previous + 2)
    if (r1 > row !== r0 > row && column < ((c0 - c1) * (row - r1)) / (r0 - r1) + c1) inside = !inside
  }
  return inside
}

function bitOf({ rows, columns, top, left, plane }: Overlay, x: number, y: number): boolean {
  const [column, row] = [x - left, y - top]
  if (!('bits' in plane) || column < 0 || row < 0 || column >= columns || row >= rows) return false
  const bit = plane.skipBits + row * columns + column
  return (((plane.bits[bit >> 3] ?? 0) >> (bit & 7)) & 1) === 1
}

/** Where a point of the image comes to lie. */
export interface Placed {
  readonly raster: ColorRaster
  /** @param x from the left edge of the image, in its pixels @param y from its top */
  readonly place: (x: number, y: number) => readonly [x: number, y: number]
}

/** The displayed area, turned and flipped; black where there is no image. PS3.3 C.10.4, C.10.6 */
export function placed(image: ColorRaster, presentation: Omit<Presentation, 'shutter'>): Placed {
  const { area, rotation, flipHorizontal } = presentation
  const left = (area?.left ?? 1) - 1
  const top = (area?.top ?? 1) - 1
  const width = (area?.right ?? image.width) - left
  const height = (area?.bottom ?? image.height) - top
  const isTurned = rotation === 90 || rotation === 270
  const out = blackRaster(
    isTurned ? height : width,
    isTurned ? width : height,
    isTurned ? 1 / image.pixelAspect : image.pixelAspect,
  )
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [sx, sy] = [x + left, y + top]
      if (sx < 0 || sy < 0 || sx >= image.width || sy >= image.height) continue
      const from = (sy * image.width + sx) * 3
      // The middle of a pixel stays the middle of one.
      const [px, py] = turned(x + 0.5, y + 0.5)
      out.data.set(image.data.subarray(from, from + 3), (Math.floor(py) * out.width + Math.floor(px)) * 3)
    }
  return { raster: out, place: (x, y) => turned(x - left, y - top) }

  function turned(x: number, y: number): readonly [number, number] {
    const [tx, ty] =
      rotation === 90
        ? [height - y, x]
        : rotation === 180
          ? [width - x, height - y]
          : rotation === 270
            ? [y, width - x]
            : [x, y]
    return [flipHorizontal ? out.width - tx : tx, ty]
  }
}

import sharp from 'sharp'
import { Problem } from '../../dicom/problem.js'
import { decodeFrame } from '../codecs/decode.js'
import { colorRaster, drawLettering, type ColorRaster } from '../color-raster.js'
import { encodePicture } from '../encode-picture.js'
import type { JobInput, JobOutput } from '../jobs.js'
import { lettering } from '../lettering.js'
import {
  anchorSvg,
  graphicsSvg,
  type Point,
  type TextObject,
  type ToPicture,
} from '../presentation-graphics.js'
import { placed, pseudoColored, shut, type DisplayedArea, type Presentation } from '../presentation.js'
import { drawnRaster, openRaster } from '../open-raster.js'
import { renderFrame } from '../render-frame.js'

/** Lines and letters need some pixels; an area that is to be fitted is drawn at least so large. */
const LEAST_SIDE = 512
const MOST_PIXELS = 1 << 26
/** of a display, where TRUE SIZE is asked for: 96 an inch */
const PIXELS_PER_MM = 96 / 25.4
const MOST_SCALE = 16

/** An image as a presentation state has it shown. PS3.3 A.33.1; PS3.4 N.2 */
export async function presentation({
  frame,
  description,
  presentation: state,
  request,
}: JobInput<'presentation'>): Promise<JobOutput<'presentation'>> {
  const native = await decodeFrame(frame, description.transferSyntax, description.format)
  const shown = renderFrame(native, description, undefined)
  // Graphics are drawn in sRGB.
  const grey =
    shown.iccProfile === undefined
      ? shown
      : { ...(await drawnRaster(openRaster(shown))), pixelAspect: shown.pixelAspect }
  const image = state.palette === undefined ? colorRaster(grey) : pseudoColored(grey, state.palette)
  if (state.shutter !== undefined) shut(image, state.shutter)
  checkArea(state.area)
  const { raster, place } = placed(image, state)
  const scale = scaleOf(state, raster)
  const width = Math.max(1, Math.round(raster.width * scale * Math.max(1, 1 / raster.pixelAspect)))
  const height = Math.max(1, Math.round(raster.height * scale * Math.max(1, raster.pixelAspect)))
  if (width * height > MOST_PIXELS)
    throw new Problem('limit-exceeded', `a picture of ${width} × ${height} is more than can be drawn`)
  const toPicture: ToPicture = (units, x, y) => {
    if (units === 'DISPLAY') return [x * width, y * height]
    const [px, py] = place(x, y)
    return [(px * width) / raster.width, (py * height) / raster.height]
  }
  const drawn = await withGraphics(raster, { width, height }, state, toPicture)
  return encodePicture(drawn, request)
}

function checkArea(area: DisplayedArea | undefined): void {
  if (area === undefined) return
  const [width, height] = [area.right - area.left + 1, area.bottom - area.top + 1]
  if (!(width >= 1 && height >= 1) || width * height > MOST_PIXELS)
    throw new Problem('undecodable', `the displayed area has ${width} × ${height} pixels`)
}

function scaleOf({ area, graphics, texts }: Presentation, { width, height }: ColorRaster): number {
  if (area?.mode === 'MAGNIFY') return bounded(area.magnification)
  if (area?.mode === 'TRUE SIZE' && area.spacing !== undefined) return bounded(area.spacing * PIXELS_PER_MM)
  const side = Math.max(width, height)
  return side >= LEAST_SIDE || graphics.length + texts.length === 0 ? 1 : Math.ceil(LEAST_SIDE / side)
}

function bounded(scale: number): number {
  return scale > 0 ? Math.min(MOST_SCALE * LEAST_SIDE, Math.max(1 / MOST_SCALE, scale)) : 1
}

async function withGraphics(
  raster: ColorRaster,
  { width, height }: { readonly width: number; readonly height: number },
  { graphics, texts }: Presentation,
  toPicture: ToPicture,
): Promise<ColorRaster> {
  const stroke = Math.max(1, Math.round(Math.max(width, height) / 512))
  const anchors = texts.map(text => anchorOf(text, toPicture, stroke)).join('')
  const svg = graphicsSvg(graphics, toPicture, stroke) + anchors
  const raw = { width: raster.width, height: raster.height, channels: 3 as const }
  let image = sharp(raster.data, { raw, limitInputPixels: false })
  if (width !== raster.width || height !== raster.height) image = image.resize({ width, height, fit: 'fill' })
  if (svg !== '') {
    const whole = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${svg}</svg>`
    image = image.composite([{ input: Buffer.from(whole) }])
  }
  const data = await image.removeAlpha().raw().toBuffer()
  const out: ColorRaster = { width, height, channels: 3, pixelAspect: 1, data }
  const size = Math.max(12, Math.round(Math.max(width, height) / 40))
  for (const text of texts) await drawText(out, text, size, toPicture)
  return out
}

/** Upper left and lower right corner of where a text is to be. */
function boxOf({ box, anchor }: TextObject, toPicture: ToPicture): readonly [Point, Point] {
  if (box !== undefined) {
    const [x0 = 0, y0 = 0, x1 = x0, y1 = y0] = box.corners
    const [a, b] = [toPicture(box.units, x0, y0), toPicture(box.units, x1, y1)]
    return [
      [Math.min(a[0], b[0]), Math.min(a[1], b[1])],
      [Math.max(a[0], b[0]), Math.max(a[1], b[1])],
    ]
  }
  const [x = 0, y = 0] = anchor?.point ?? []
  const at = toPicture(anchor?.units ?? 'DISPLAY', x, y)
  const beside: Point = [at[0] + 6, at[1] + 6]
  return [beside, beside]
}

function anchorOf(text: TextObject, toPicture: ToPicture, stroke: number): string {
  if (text.anchor?.isVisible !== true || text.box === undefined) return ''
  const [x = 0, y = 0] = text.anchor.point
  const at = toPicture(text.anchor.units, x, y)
  const [[left, top], [right, bottom]] = boxOf(text, toPicture)
  const near: Point = [Math.min(right, Math.max(left, at[0])), Math.min(bottom, Math.max(top, at[1]))]
  return anchorSvg(near, at, text.color, stroke)
}

async function drawText(
  raster: ColorRaster,
  text: TextObject,
  size: number,
  toPicture: ToPicture,
): Promise<void> {
  const [[left, top], [right]] = boxOf(text, toPicture)
  for (const [n, line] of text.lines.entries()) {
    const letters = await lettering(line, size)
    const space = Math.max(0, right - left - letters.width)
    const indent = { LEFT: 0, CENTER: space / 2, RIGHT: space }[text.justification]
    const y = Math.round(top + n * size * 1.3)
    drawLettering(raster, letters, Math.round(left + indent), y, text.color)
  }
}

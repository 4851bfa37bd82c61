import sharp, { type Sharp } from 'sharp'
import { Problem } from '../dicom/problem.js'
import { annotated, type AnnotationLines } from './annotation.js'
import type { Picture, PictureRequest, PictureType } from './picture-request.js'
import type { Raster } from './raster.js'
import { placementOf, type Size } from './viewport.js'

/** Pixels that a side of a picture can have. */
const MOST_SIDE: Readonly<Record<PictureType, number>> = {
  'image/jpeg': 65_535,
  'image/png': 1 << 24,
  'image/webp': 16_383,
  'image/gif': 65_535,
  'image/avif': 16_384,
}

/** A raster as a file: cut, flipped and scaled as the viewport says, pixels made square. PS3.18 8.3.5.1, 8.7.4
 * @param source size of the frame as it is stored, where the raster is of a reduced resolution: a region counts its pixels
 * @throws Problem `invalid-parameter` (a region outside), `not-acceptable` (the type has no pictures so large) */
export async function encodePicture(
  raster: Raster,
  request: PictureRequest,
  source: Size = raster,
): Promise<Picture> {
  const { viewport, mediaType } = request
  const { crop, width, height } = placementOf(raster, source, viewport)
  if (Math.max(width, height) > MOST_SIDE[mediaType])
    throw new Problem('not-acceptable', `${mediaType} has no pictures of ${width} × ${height}`)
  const raw = { width: raster.width, height: raster.height, channels: raster.channels }
  // Its own limit of pixels is below what a frame may have (codecs/decode.ts).
  let image = sharp(raster.data, { raw, limitInputPixels: false })
  if (crop.width !== raster.width || crop.height !== raster.height) image = image.extract(crop)
  if (width !== crop.width || height !== crop.height)
    image = image.resize({ width, height, fit: 'fill', fastShrinkOnLoad: false })
  if (viewport?.flipHorizontal === true) image = image.flop()
  if (viewport?.flipVertical === true) image = image.flip()
  const bearsProfile = (request.colorProfile ?? 'no') !== 'no'
  if (bearsProfile && raster.iccProfile !== undefined)
    throw new Problem('not-acceptable', 'colours of a profile of their own are not converted to another one')
  if (bearsProfile) image = image.toColourspace('srgb').withIccProfile('srgb')
  else if (raster.channels === 1) image = image.toColourspace('b-w')
  if (raster.channels === 4 && mediaType === 'image/jpeg') image = image.flatten()
  if (request.lines !== undefined) image = await withLines(image, request.lines)
  const bytes = await encoded(image, request).toBuffer()
  return { mediaType, bytes, width, height }
}

/** What is burnt in is drawn in the size that it is seen in. */
async function withLines(image: Sharp, lines: AnnotationLines): Promise<Sharp> {
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true })
  const { width, height } = info
  const channels = info.channels === 1 || info.channels === 4 ? info.channels : 3
  const drawn = await annotated({ width, height, channels, data, pixelAspect: 1 }, lines)
  const again = sharp(drawn.data, { raw: { width, height, channels }, limitInputPixels: false })
  return channels === 1 ? again.toColourspace('b-w') : again
}

/** Fast rather than small: a picture is waited for. */
function encoded(image: Sharp, { mediaType, quality }: PictureRequest): Sharp {
  switch (mediaType) {
    case 'image/jpeg':
      return image.jpeg({ quality: quality ?? 90 })
    case 'image/png':
      return image.png({ compressionLevel: 6 })
    case 'image/webp':
      return image.webp({ quality: quality ?? 80, effort: 1 })
    case 'image/gif':
      return image.gif({ effort: 1, dither: 0 })
    case 'image/avif':
      return image.avif({ quality: quality ?? 60, effort: 1 })
  }
}

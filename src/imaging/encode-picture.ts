import sharp, { type Sharp } from 'sharp'
import { Problem } from '../dicom/problem.js'
import { annotated, type AnnotationLines } from './annotation.js'
import { profileOf, srgbTo } from './color-profiles.js'
import { drawnRaster, openRaster } from './open-raster.js'
import type { ColorProfile, Picture, PictureRequest, PictureType } from './picture-request.js'
import { profiledTiff } from './profiled-tiff.js'
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
  let image = openRaster(raster)
  if (crop.width !== raster.width || crop.height !== raster.height) image = image.extract(crop)
  if (width !== crop.width || height !== crop.height)
    image = image.resize({ width, height, fit: 'fill', fastShrinkOnLoad: false })
  if (viewport?.flipHorizontal === true) image = image.flop()
  if (viewport?.flipVertical === true) image = image.flip()
  if (raster.channels === 1) image = image.toColourspace('b-w')
  if (raster.channels === 4 && mediaType === 'image/jpeg') image = image.flatten()
  if (request.lines !== undefined) image = await withLines(image, request.lines)
  image = await withProfile(image, request.colorProfile ?? 'no')
  const bytes = await encoded(image, request).toBuffer()
  return { mediaType, bytes, width, height }
}

/** PS3.18 8.3.5.1.5
 * @param image in sRGB, or grey */
async function withProfile(image: Sharp, name: ColorProfile): Promise<Sharp> {
  if (name === 'no') return image
  const colored = image.toColourspace('srgb')
  if (name === 'yes' || name === 'srgb') return colored.withIccProfile('srgb')
  const raster = await drawnRaster(colored)
  if (raster.channels === 1) throw new TypeError('sRGB has three channels')
  const { width, height, channels } = raster
  const data = srgbTo(name, raster.data, channels)
  const file = profiledTiff({ width, height, channels, data }, profileOf(name))
  return sharp(file, { limitInputPixels: false }).keepIccProfile()
}

/** What is burnt in is drawn in the size that it is seen in. */
async function withLines(image: Sharp, lines: AnnotationLines): Promise<Sharp> {
  const drawn = await annotated(await drawnRaster(image), lines)
  return drawn.channels === 1 ? openRaster(drawn).toColourspace('b-w') : openRaster(drawn)
}

/** Fast rather than small: a picture is waited for. */
function encoded(image: Sharp, { mediaType, quality }: PictureRequest): Sharp {
  switch (mediaType) {
    case 'image/jpeg':
      // Optimal Huffman tables make it some 6 % smaller and take as long as all the rest.
      return image.jpeg({ quality: quality ?? 90, optimiseCoding: false })
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

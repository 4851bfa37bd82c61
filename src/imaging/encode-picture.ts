import sharp from 'sharp'
import type { Picture, PictureRequest } from './picture-request.js'
import type { Raster } from './raster.js'

/** A raster as a file: cut, flipped and scaled as the viewport says, pixels made square. PS3.18 8.3.5.1, 8.7.4 */
export async function encodePicture(raster: Raster, request: PictureRequest): Promise<Picture> {
  const { width, height, channels, data } = raster
  let image = sharp(data, { raw: { width, height, channels } })
  if (channels === 1) image = image.toColourspace('b-w')
  const encoded =
    request.mediaType === 'image/png'
      ? image.png({ compressionLevel: 6 })
      : image.jpeg({ quality: request.quality ?? 90 })
  const { data: bytes, info } = await encoded.toBuffer({ resolveWithObject: true })
  return { mediaType: request.mediaType, bytes, width: info.width, height: info.height }
}

import sharp, { type Sharp } from 'sharp'
import { usableProfile } from './color-profiles.js'
import { profiledTiff } from './profiled-tiff.js'
import type { Raster } from './raster.js'

/** To be worked on in sRGB, or in grey: sharp converts colours that come with a profile, and leaves them as they are where it
 *  can make nothing of the profile. PS3.3 C.11.15 */
export function openRaster({ width, height, channels, data, iccProfile }: Raster): Sharp {
  // Its own limit of pixels is below what a frame may have (codecs/decode.ts).
  const limitInputPixels = false
  const profile = iccProfile === undefined ? undefined : usableProfile(iccProfile)
  return profile !== undefined && channels !== 1
    ? sharp(profiledTiff({ width, height, channels, data }, profile), { limitInputPixels })
    : sharp(data, { raw: { width, height, channels }, limitInputPixels })
}

/** What has become of it. */
export async function drawnRaster(image: Sharp): Promise<Raster> {
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true })
  const { width, height } = info
  const channels = info.channels === 1 || info.channels === 4 ? info.channels : 3
  return { width, height, channels, data, pixelAspect: 1 }
}

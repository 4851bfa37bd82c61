import sharp from 'sharp'
import { Problem } from '../../dicom/problem.js'
import type { JobInput, JobOutput } from '../jobs.js'

/** Pictures of one size one after the other, again and again. PS3.18 8.7.4
 * @throws Problem `undecodable` where they are not of one size */
export async function animation({
  pictures,
  frameMs,
  mediaType,
  quality,
}: JobInput<'animation'>): Promise<JobOutput<'animation'>> {
  let width = 0
  let height = 0
  let pixels: Uint8Array = new Uint8Array()
  for (const [index, picture] of pictures.entries()) {
    const { data, info } = await sharp(picture)
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    if (index === 0) {
      ;({ width, height } = info)
      pixels = new Uint8Array(data.length * pictures.length)
    } else if (info.width !== width || info.height !== height)
      throw new Problem('undecodable', 'the frames are not of one size')
    pixels.set(data, index * data.length)
  }
  const raw = { width, height: height * pictures.length, channels: 3, pageHeight: height } as const
  const image = sharp(pixels, { raw, limitInputPixels: false })
  const timing = { loop: 0, delay: frameMs.map(Math.round) }
  const bytes =
    mediaType === 'image/gif'
      ? await image.gif({ ...timing, effort: 1, dither: 0, interFrameMaxError: 0 }).toBuffer()
      : await image.webp({ ...timing, effort: 0, quality: quality ?? 80 }).toBuffer()
  return { bytes }
}

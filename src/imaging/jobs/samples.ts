import sharp, { type Metadata } from 'sharp'
import { Problem } from '../../dicom/problem.js'
import type { JobInput, JobOutput } from '../jobs.js'

/** Of all frames together. */
const MOST_BYTES = 512 << 20

/** A PNG, or every frame of a GIF, as native samples: gray or RGB, what is transparent on black. PS3.18 10.5.1
 * @throws Problem `undecodable`, `limit-exceeded` */
export async function samples({ picture, mediaType }: JobInput<'samples'>): Promise<JobOutput<'samples'>> {
  const image = sharp(picture, {
    pages: mediaType === 'image/gif' ? -1 : 1,
    failOn: 'warning',
    limitInputPixels: MOST_BYTES,
  })
  const found = await image.metadata().catch(failed)
  if (`image/${found.format}` !== mediaType) failed()
  const isGray = found.space === 'b-w' || found.space === 'grey16'
  const bitsAllocated = found.depth === 'ushort' ? 16 : 8
  const wanted = found.width * heightOf(found) * (isGray ? 1 : 3) * (bitsAllocated / 8) * (found.pages ?? 1)
  if (wanted > MOST_BYTES) throw new Problem('limit-exceeded', `the picture has ${wanted} bytes of samples`)
  const { data, info } = await image
    .flatten({ background: '#000' })
    .toColourspace(bitsAllocated === 16 ? (isGray ? 'grey16' : 'rgb16') : isGray ? 'b-w' : 'srgb')
    .raw({ depth: bitsAllocated === 16 ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch(failed)
  const rows = heightOf(found)
  return {
    bytes: data,
    rows,
    columns: info.width,
    samples: info.channels,
    bitsAllocated,
    frames: Math.floor(info.height / rows),
  }
}

function heightOf({ height, pageHeight }: Metadata): number {
  return pageHeight ?? height
}

function failed(cause?: unknown): never {
  throw new Problem('undecodable', 'no whole picture of its media type', { cause })
}

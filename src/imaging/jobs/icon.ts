import sharp from 'sharp'
import { encodePicture } from '../encode-picture.js'
import { iconSvg } from '../icon-drawings.js'
import type { JobInput, JobOutput } from '../jobs.js'

/** As large as a thumbnail is. PS3.18 8.3.5.1.3 */
const ICON_PIXELS = 256

/** What stands for an instance without a picture, drawn and encoded as a picture is. */
export async function icon({ kind, request }: JobInput<'icon'>): Promise<JobOutput<'icon'>> {
  const data = await sharp(Buffer.from(iconSvg(kind, ICON_PIXELS)))
    .flatten({ background: '#1b222b' })
    .raw()
    .toBuffer()
  return encodePicture(
    { width: ICON_PIXELS, height: ICON_PIXELS, channels: 3, data, pixelAspect: 1 },
    request,
  )
}

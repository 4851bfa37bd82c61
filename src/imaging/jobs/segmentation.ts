import { decodeFrame } from '../codecs/decode.js'
import { drawLegend } from '../legend.js'
import { encodePicture } from '../encode-picture.js'
import type { JobInput, JobOutput } from '../jobs.js'
import type { NativeFrame } from '../pixel-format.js'
import { renderFrame } from '../render-frame.js'
import { segmentationRaster } from '../segmentation.js'

/** Frames of a segmentation that lie at one place, in colour over the image that they were made from. PS3.3 C.8.20 */
export async function segmentation({
  frames,
  description,
  segments,
  image,
  legend,
  request,
}: JobInput<'segmentation'>): Promise<JobOutput<'segmentation'>> {
  const layers: NativeFrame[] = []
  for (const frame of frames)
    layers.push(await decodeFrame(frame, description.transferSyntax, description.format))
  const below =
    image === undefined
      ? undefined
      : renderFrame(
          await decodeFrame(image.frame, image.description.transferSyntax, image.description.format),
          image.description,
          request.window,
        )
  const raster = segmentationRaster(layers, segments, below)
  await drawLegend(raster, legend)
  return encodePicture(raster, request)
}

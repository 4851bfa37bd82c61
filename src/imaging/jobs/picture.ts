import { decodeFrame } from '../codecs/decode.js'
import { encodePicture } from '../encode-picture.js'
import type { JobInput, JobOutput } from '../jobs.js'
import { renderFrame } from '../render-frame.js'
import { reductionFor } from '../viewport.js'

/** One frame as a picture: decoded, no larger than needed, shown by its own window or the one asked for, encoded. PS3.18 8.7.4 */
export async function picture({
  frame,
  description,
  request,
}: JobInput<'picture'>): Promise<JobOutput<'picture'>> {
  const { transferSyntax, format, overlays = [], palette, pixelAspect = 1 } = description
  const source = { width: format.columns, height: format.rows }
  // What a codec halves are samples: no indexes into a palette, and no places of overlays.
  const whole = overlays.length > 0 || palette !== undefined
  const reduce = whole ? 0 : reductionFor(source, pixelAspect, request.viewport)
  const native = await decodeFrame(frame, transferSyntax, format, reduce)
  return encodePicture(renderFrame(native, description, request.window), request, source)
}

import { decodeFrame } from '../codecs/decode.js'
import { encodePicture } from '../encode-picture.js'
import type { JobInput, JobOutput } from '../jobs.js'
import { renderFrame } from '../render-frame.js'

/** One frame as a picture: decoded, shown by its own window or the one asked for, encoded. PS3.18 8.7.4 */
export async function picture({
  frame,
  description,
  request,
}: JobInput<'picture'>): Promise<JobOutput<'picture'>> {
  const native = await decodeFrame(frame, description.transferSyntax, description.format)
  return encodePicture(renderFrame(native, description, request.window), request)
}

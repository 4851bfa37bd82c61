import { decodeFrame } from '../codecs/decode.js'
import { encodeFrame } from '../codecs/encode.js'
import type { JobInput, JobOutput } from '../jobs.js'

/** One frame in another transfer syntax. PS3.18 8.7.3 */
export async function transcode({
  frame,
  transferSyntax,
  format,
  to,
  options,
}: JobInput<'transcode'>): Promise<JobOutput<'transcode'>> {
  return encodeFrame(await decodeFrame(frame, transferSyntax, format), to, options)
}

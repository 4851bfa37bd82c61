import { EXPLICIT_VR_LITTLE_ENDIAN } from '../../dicom/transfer-syntaxes.js'
import { asDescribed } from '../as-described.js'
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
  const native = await decodeFrame(frame, transferSyntax, format)
  // Native frames stand beside the attributes of the stored instance, and say what those say.
  const source = to === EXPLICIT_VR_LITTLE_ENDIAN ? asDescribed(native, format) : native
  return encodeFrame(source, to, options)
}

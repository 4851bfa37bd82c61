import { Problem } from '../dicom/problem.js'
import type { Payload } from './payload.js'

/** A larger frame is not handed to the pool. */
const MOST_FRAME_BYTES = 512 << 20

/** The bytes of a frame in one piece, as the imaging pool takes them.
 * @throws Problem `limit-exceeded` */
export async function wholeFrame(payload: Payload, signal?: AbortSignal): Promise<Uint8Array> {
  if (payload.lengthBytes > MOST_FRAME_BYTES)
    throw new Problem(
      'limit-exceeded',
      `a frame of ${payload.lengthBytes} bytes is more than can be worked on`,
    )
  const bytes = await payload.read(undefined, signal)
  if (bytes instanceof Uint8Array) return bytes
  const whole = new Uint8Array(payload.lengthBytes)
  let at = 0
  for await (const piece of bytes) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

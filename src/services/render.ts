import { Problem } from '../dicom/problem.js'
import type { PictureRequest } from '../imaging/picture-request.js'
import type { ImagingPool } from '../imaging/pool.js'
import type { FoundInstance } from '../index/archive-index.js'
import type { DerivedBytes } from './derived-bytes.js'
import type { FrameDescriptions } from './frame-descriptions.js'
import type { FrameService } from './frames.js'
import { instanceOrigin } from './instance-bytes.js'
import type { Payload } from './payload.js'

export interface RenderService {
  /** A picture of one frame. PS3.18 8.7.4
   * @param frame 0-based, below the count of frames
   * @throws Problem `frame-not-found`, `undecodable`, `not-acceptable`, `overloaded`, `limit-exceeded` */
  picture(
    instance: FoundInstance,
    frame: number,
    request: PictureRequest,
    signal?: AbortSignal,
  ): Promise<Uint8Array>
}

/** Part of the name of every derived picture: a renderer that draws otherwise has another. */
const RENDERER = 1

/** A larger frame is not handed to the pool. */
const MOST_FRAME_BYTES = 512 << 20

export function renderService(
  frames: FrameService,
  descriptions: FrameDescriptions,
  pool: ImagingPool,
  derived: DerivedBytes,
): RenderService {
  return {
    picture(instance, frame, request, signal) {
      const as = `picture ${RENDERER} ${frame} ${JSON.stringify(request)}`
      const draw = async (working: AbortSignal): Promise<Uint8Array> => {
        const found = frames.ofInstance(instance)
        if (frame >= found.count)
          throw new Problem('frame-not-found', `the instance has ${found.count} frames`)
        const description = await descriptions.of(instance, frame)
        const bytes = await wholeFrame(await found.frame(frame), working)
        return (await pool.run('picture', { frame: bytes, description, request }, working)).bytes
      }
      return derived.get({ of: instanceOrigin(instance), as }, draw, signal)
    },
  }
}

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

import { Problem } from '../dicom/problem.js'
import type { PictureRequest } from '../imaging/picture-request.js'
import type { ImagingPool } from '../imaging/pool.js'
import type { FoundInstance } from '../index/archive-index.js'
import { refuseDamaged } from './damaged.js'
import type { DerivedBytes } from './derived-bytes.js'
import type { FrameTimesOf } from './frame-times.js'
import type { FrameService } from './frames.js'
import { instanceOrigin } from './instance-bytes.js'
import type { MovingPictures } from './moving-pictures.js'
import { isSegmentation } from './segmentation-picture.js'
import type { FindVideoEncoder } from './video-encoder.js'

/** All frames of an instance as one picture that moves, or as a video. PS3.18 8.7.4 (multi-frame image) */
export interface AnimationService {
  /** Whether an instance has frames that follow one another. A segmentation has not: images of others are under its frames,
   *  which nothing made of them could be kept with. */
  moves(instance: FoundInstance): boolean
  /** @param request of `image/gif` or `image/webp`
   * @throws Problem `limit-exceeded`, and as a picture of a frame */
  animation(instance: FoundInstance, request: PictureRequest, signal?: AbortSignal): Promise<Uint8Array>
  /** Whether this machine can make videos. */
  hasVideo(): Promise<boolean>
  /** An MP4 file.
   * @param request quality is of no effect
   * @throws Problem `not-acceptable` (no ffmpeg), `overloaded`, `undecodable`, and as an animation */
  video(instance: FoundInstance, request: PictureRequest, signal?: AbortSignal): Promise<Uint8Array>
}

/** Counted up when animations are made otherwise. */
const ANIMATION = 2
/** of all frames together; larger ones are made smaller */
const MOST_ANIMATED_PIXELS = 32 << 20
const MOST_VIDEO_PIXELS = 2 ** 31

export function animations(
  frames: FrameService,
  times: FrameTimesOf,
  moving: MovingPictures,
  pool: ImagingPool,
  derived: DerivedBytes,
  findEncoder: FindVideoEncoder,
): AnimationService {
  return {
    moves: instance => frames.ofInstance(instance).count > 1 && !isSegmentation(instance),
    async animation(instance, request, signal) {
      refuseDamaged(instance)
      const as = `animation ${ANIMATION} ${JSON.stringify(request)}`
      const draw = async (working: AbortSignal): Promise<Uint8Array> => {
        const frameMs = await times(instance, frames.ofInstance(instance).count)
        const pictures: Uint8Array[] = []
        for await (const picture of moving.pictures(instance, request, MOST_ANIMATED_PIXELS, working))
          // A copy: others may have asked for the same picture, and a job takes what it is given.
          pictures.push(Uint8Array.from(picture))
        const mediaType = request.mediaType === 'image/gif' ? 'image/gif' : 'image/webp'
        const { quality } = request
        const input = { pictures, frameMs, mediaType, quality } as const
        return (await pool.run('animation', input, working, instance.uids.StudyInstanceUID)).bytes
      }
      return derived.get({ of: instanceOrigin(instance), as }, draw, signal)
    },
    hasVideo: async () => (await findEncoder()) !== undefined,
    async video(instance, request, signal) {
      refuseDamaged(instance)
      const encoder = await findEncoder()
      if (encoder === undefined)
        throw new Problem('not-acceptable', 'video/mp4 needs ffmpeg on the server, which has none')
      const as = `video ${ANIMATION} ${JSON.stringify({ ...request, quality: undefined })}`
      const draw = async (working: AbortSignal): Promise<Uint8Array> => {
        const frameMs = await times(instance, frames.ofInstance(instance).count)
        const total = frameMs.reduce((sum, ms) => sum + ms, 0)
        const pictures = moving.pictures(instance, request, MOST_VIDEO_PIXELS, working)
        return encoder.mp4(pictures, (1000 * frameMs.length) / total, working)
      }
      return derived.get({ of: instanceOrigin(instance), as }, draw, signal)
    },
  }
}

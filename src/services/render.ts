import { Problem } from '../dicom/problem.js'
import { iconOf } from '../imaging/icons.js'
import type { JobInput } from '../imaging/jobs.js'
import type { PictureRequest, PictureType } from '../imaging/picture-request.js'
import type { ImagingPool } from '../imaging/pool.js'
import type { FoundInstance } from '../index/archive-index.js'
import type { LinesOf } from './annotation-lines.js'
import type { DerivedBytes } from './derived-bytes.js'
import type { PlanDerived } from './derived-objects.js'
import type { FrameDescriptions } from './frame-descriptions.js'
import type { FrameService } from './frames.js'
import { instanceOrigin } from './instance-bytes.js'
import { wholeFrame } from './whole-frame.js'

export type { PictureRequest, PictureType }

export interface RenderService {
  /** A picture of one frame. PS3.18 8.7.4
   * @param frame 0-based, below the count of frames; undefined: what stands for the instance, by default the middle one
   * @throws Problem `frame-not-found`, `undecodable`, `not-acceptable`, `overloaded`, `limit-exceeded` */
  picture(
    instance: FoundInstance,
    frame: number | undefined,
    request: PictureRequest,
    signal?: AbortSignal,
  ): Promise<Uint8Array>
  /** What a picture depends on beside the instance, for its ETag: the hash of another whose pixels are in it; empty where there is
   *  none.
   * @throws Problem `not-found`, `frame-not-found` */
  basis(instance: FoundInstance, frame: number | undefined): Promise<string>
  /** What stands for an instance without pictures.
   * @param modality of its series; empty where unknown */
  icon(
    instance: FoundInstance,
    modality: string,
    request: PictureRequest,
    signal?: AbortSignal,
  ): Promise<Uint8Array>
}

/** Part of the name of every derived picture, and of its ETag: a renderer that draws otherwise has another. */
export const RENDERER = 2

export function renderService(
  frames: FrameService,
  descriptions: FrameDescriptions,
  pool: ImagingPool,
  derived: DerivedBytes,
  planDerived: PlanDerived,
  linesOf: LinesOf,
): RenderService {
  return {
    async picture(instance, frame, request, signal) {
      const planned = await planDerived(instance, frame)
      if (planned?.other !== undefined)
        return (await planned.draw(await withLines(instance, frame ?? 0, request, undefined), signal)).bytes
      const as = `picture ${RENDERER} ${frame ?? 'instance'} ${JSON.stringify(request)}`
      const draw = async (working: AbortSignal): Promise<Uint8Array> => {
        if (planned !== undefined)
          return (await planned.draw(await withLines(instance, frame ?? 0, request, undefined), working))
            .bytes
        const found = frames.ofInstance(instance)
        const number = frame ?? Math.floor(found.count / 2)
        if (number >= found.count)
          throw new Problem('frame-not-found', `the instance has ${found.count} frames`)
        const input = async (): Promise<JobInput<'picture'>> => {
          const description = await descriptions.of(instance, number)
          return {
            frame: await wholeFrame(await found.frame(number), working),
            description,
            request: await withLines(instance, number, request, description.window),
          }
        }
        return (await pool.run('picture', input, working, instance.uids.StudyInstanceUID)).bytes
      }
      return derived.get({ of: instanceOrigin(instance), as }, draw, signal)
    },
    async basis(instance, frame) {
      const other = (await planDerived(instance, frame))?.other
      return other === undefined ? '' : Buffer.from(other.sha256).toString('hex')
    },
    async icon({ SOPClassUID }, modality, request, signal) {
      const kind = iconOf(SOPClassUID, modality === '' ? undefined : modality)
      return (await pool.run('icon', { kind, request }, signal)).bytes
    },
  }

  /** @param own window of the frame */
  async function withLines(
    instance: FoundInstance,
    frame: number,
    request: PictureRequest,
    own: PictureRequest['window'],
  ): Promise<PictureRequest> {
    const { annotation: kinds = [], window = own } = request
    if (kinds.length === 0) return request
    const { count } = frames.ofInstance(instance)
    return { ...request, lines: await linesOf(instance, { kinds, frame, count, window }) }
  }
}

import { Problem } from '../dicom/problem.js'
import { iconOf } from '../imaging/icons.js'
import type { JobInput } from '../imaging/jobs.js'
import type { PictureRequest, PictureType } from '../imaging/picture-request.js'
import type { ImagingPool } from '../imaging/pool.js'
import type { FoundInstance } from '../index/archive-index.js'
import type { LinesOf } from './annotation-lines.js'
import type { DerivedBytes } from './derived-bytes.js'
import { refuseDamaged } from './damaged.js'
import type { PlanDerived } from './derived-objects.js'
import type { FrameDescriptions } from './frame-descriptions.js'
import type { FrameService } from './frames.js'
import { instanceOrigin } from './instance-bytes.js'
import { wholeFrame } from './whole-frame.js'

export type { PictureRequest, PictureType }

export interface RenderService {
  /** How one frame is shown; nothing is drawn yet. PS3.18 8.7.4
   * @param frame 0-based; undefined: what stands for the instance, by default the middle one
   * @throws Problem `frame-not-found`; `not-found`: the image that it would be drawn over; `blob-missing`, `blob-damaged` */
  plan(instance: FoundInstance, frame: number | undefined): Promise<PlannedRendering>
  /** What stands for an instance without pictures.
   * @param modality of its series; empty where unknown */
  icon(
    instance: FoundInstance,
    modality: string,
    request: PictureRequest,
    signal?: AbortSignal,
  ): Promise<Uint8Array>
}

export interface PlannedRendering {
  /** What the picture depends on beside the instance, for its ETag: the hash of another whose pixels are in it; empty where there
   *  is none. */
  readonly basis: string
  /** @throws Problem `undecodable`, `not-acceptable`, `overloaded`, `limit-exceeded`, `client-gone` */
  readonly draw: (request: PictureRequest, signal?: AbortSignal) => Promise<Uint8Array>
}

/** Part of the name of every derived picture, and of its ETag: a renderer that draws otherwise has another. */
export const RENDERER = 2

type Draw = PlannedRendering['draw']

export function renderService(
  frames: FrameService,
  descriptions: FrameDescriptions,
  pool: ImagingPool,
  derived: DerivedBytes,
  planDerived: PlanDerived,
  linesOf: LinesOf,
): RenderService {
  return {
    async plan(instance, frame) {
      refuseDamaged(instance)
      const planned = await planDerived(instance, frame)
      if (planned === undefined)
        return { basis: '', draw: kept(instance, frame, drawnFrame(instance, frame)) }
      const draw: Draw = async (request, signal) =>
        (await planned.draw(await withLines(instance, frame ?? 0, request, undefined), signal)).bytes
      const { other } = planned
      // Not kept: the other may be deleted.
      if (other !== undefined) return { basis: Buffer.from(other.sha256).toString('hex'), draw }
      return { basis: '', draw: kept(instance, frame, draw) }
    },
    async icon(instance, modality, request, signal) {
      refuseDamaged(instance)
      const kind = iconOf(instance.SOPClassUID, modality === '' ? undefined : modality)
      return (await pool.run('icon', { kind, request }, signal)).bytes
    },
  }

  function kept(instance: FoundInstance, frame: number | undefined, draw: Draw): Draw {
    return (request, signal) => {
      const as = `picture ${RENDERER} ${frame ?? 'instance'} ${JSON.stringify(request)}`
      return derived.get({ of: instanceOrigin(instance), as }, working => draw(request, working), signal)
    }
  }

  function drawnFrame(instance: FoundInstance, frame: number | undefined): Draw {
    const found = frames.ofInstance(instance)
    const number = frame ?? Math.floor(found.count / 2)
    if (number >= found.count) throw new Problem('frame-not-found', `the instance has ${found.count} frames`)
    return async (request, signal) => {
      const input = async (): Promise<JobInput<'picture'>> => {
        const description = await descriptions.of(instance, number)
        return {
          frame: await wholeFrame(await found.frame(number), signal),
          description,
          request: await withLines(instance, number, request, description.window),
        }
      }
      return (await pool.run('picture', input, signal, instance.uids.StudyInstanceUID)).bytes
    }
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

import type { Picture, PictureRequest } from '../imaging/picture-request.js'
import type { FoundInstance } from '../index/archive-index.js'

/** How one object that was derived from images is shown. */
export interface PlannedPicture {
  /** whose pixels are in it too: then it is not kept, for the other may be deleted */
  readonly other: FoundInstance | undefined
  /** @throws Problem `undecodable`, `not-acceptable`, `overloaded`, `limit-exceeded`, `client-gone` */
  draw(request: PictureRequest, signal: AbortSignal | undefined): Promise<Picture>
}

/** @param frame 0-based, shown alone; undefined: what stands for the instance
 *  @throws Problem `frame-not-found`; `not-found` (what it refers to) */
export type PlanPicture = (instance: FoundInstance, frame: number | undefined) => Promise<PlannedPicture>

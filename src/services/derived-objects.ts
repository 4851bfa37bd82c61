import type { ImagingPool } from '../imaging/pool.js'
import type { ArchiveIndex, FoundInstance } from '../index/archive-index.js'
import { colorMapPictures, isColorMapped } from './color-map-picture.js'
import type { PlannedPicture } from './derived-picture.js'
import type { BulkdataService } from './bulkdata.js'
import type { FrameDescriptions } from './frame-descriptions.js'
import type { FrameService } from './frames.js'
import { isPresentationState, presentationPictures } from './presentation-picture.js'
import { isSegmentation, segmentationPictures } from './segmentation-picture.js'

/** Objects that are shown in a way of their own: segmentations, parametric maps, doses, presentation states.
 * @returns undefined where the instance is shown as an image is
 * @throws Problem as PlanPicture */
export type PlanDerived = (
  instance: FoundInstance,
  frame: number | undefined,
) => Promise<PlannedPicture | undefined>

export function derivedObjects(
  index: ArchiveIndex,
  frames: FrameService,
  descriptions: FrameDescriptions,
  bulkdata: BulkdataService,
  pool: ImagingPool,
): PlanDerived {
  const segmentation = segmentationPictures(index, frames, descriptions, pool)
  const colorMapped = colorMapPictures(index, frames, descriptions, pool)
  const presented = presentationPictures(index, frames, descriptions, bulkdata, pool)
  return async (instance, frame) => {
    if (isSegmentation(instance)) return segmentation(instance, frame)
    if (isColorMapped(instance)) return colorMapped(instance, frame)
    if (isPresentationState(instance)) return presented(instance, frame)
    return undefined
  }
}

import type { DicomJson, JsonElement } from '../dicom/json-model.js'
import { itemsOf } from '../dicom/json-values.js'
import { itemOf, textOf } from '../dicom/json-values.js'

const ICC_PROFILE = '00282000'
const OPTICAL_PATHS = '00480105'
const PATH_OF_FRAME = '00480207'
const PATH_IDENTIFIER = '00480106'

/** Attribute and functional group that profileElement looks at. */
export const PROFILE_TAGS: readonly string[] = [ICC_PROFILE, OPTICAL_PATHS]
export const PROFILE_GROUP = PATH_OF_FRAME

/** ICC Profile (0028,2000) of a frame: that of its optical path (the first where it names none), else that of the image.
 *  PS3.3 C.8.12.5, C.11.15
 * @param groups functional groups of the frame
 * @param shared those of all frames */
export function profileElement(
  header: DicomJson,
  groups: DicomJson | undefined,
  shared: DicomJson | undefined,
): JsonElement | undefined {
  const named = textOf(itemOf(groups, PATH_OF_FRAME) ?? itemOf(shared, PATH_OF_FRAME), PATH_IDENTIFIER)
  const paths = itemsOf(header, OPTICAL_PATHS)
  const path = paths.find(each => named !== undefined && textOf(each, PATH_IDENTIFIER) === named) ?? paths[0]
  return path?.[ICC_PROFILE] ?? header[ICC_PROFILE]
}

import type { DicomJson } from '../dicom/json-model.js'
import { itemOf, numbersOf } from '../dicom/json-values.js'

/** Where a frame lies in the patient. PS3.3 C.7.6.2.1.1, C.7.6.16.2.3 */
export interface Plane {
  /** of its first pixel, in mm */
  readonly position: readonly number[] | undefined
  /** of its rows and columns: six direction cosines */
  readonly orientation: readonly number[] | undefined
}

const MOST_SHIFT_MM = 0.1
const MOST_TURN = 0.001

/** @param own its functional groups, or the dataset of an image of one frame
 *  @param shared those of all frames */
export function planeOf(own: DicomJson, shared: DicomJson | undefined): Plane {
  return {
    position:
      vector(own, '00200032', 3) ??
      vector(itemOf(own, '00209113'), '00200032', 3) ??
      vector(itemOf(shared, '00209113'), '00200032', 3),
    orientation:
      vector(own, '00200037', 6) ??
      vector(itemOf(own, '00209116'), '00200037', 6) ??
      vector(itemOf(shared, '00209116'), '00200037', 6),
  }
}

/** Whether pixels of one lie over those of the other, as far as both say where they are. */
export function isSamePlane(one: Plane, other: Plane): boolean {
  return (
    isNear(one.position, other.position, MOST_SHIFT_MM) &&
    isNear(one.orientation, other.orientation, MOST_TURN)
  )
}

function vector(dataset: DicomJson | undefined, tag: string, length: number): readonly number[] | undefined {
  const values = numbersOf(dataset, tag)
  return values.length === length ? values : undefined
}

function isNear(
  one: readonly number[] | undefined,
  other: readonly number[] | undefined,
  most: number,
): boolean {
  if (one === undefined || other === undefined) return true
  return one.every((value, n) => Math.abs(value - (other[n] ?? Infinity)) <= most)
}

import type { DicomJson } from '../dicom/json-model.js'
import type { FrameDescription, Window } from '../imaging/frame-description.js'
import type { ElementBytes } from './element-bytes.js'
import { itemOf, numberOf, numbersAt, textOf } from '../dicom/json-values.js'
import { sequenceTable } from './lookup-tables.js'
import { PROFILE_GROUP } from './profile-element.js'

export const SHARED_GROUPS = '52009229'
export const PER_FRAME_GROUPS = '52009230'

const PIXEL_VALUE_TRANSFORMATION = '00289145'
const FRAME_VOI_LUT = '00289132'
const PIXEL_MEASURES = '00289110'

/** Functional groups that frameTone looks at, and profileElement. */
export const TONE_GROUPS: ReadonlySet<string> = new Set([
  PIXEL_VALUE_TRANSFORMATION,
  FRAME_VOI_LUT,
  PIXEL_MEASURES,
  PROFILE_GROUP,
])

export type FrameTone = Pick<FrameDescription, 'rescale' | 'window' | 'voiLut' | 'pixelAspect'>

/** What may be another for each frame: in its functional groups, else in those shared by all frames, else in the dataset
 *  itself. PS3.3 C.7.6.16.2 */
export async function frameTone(
  header: DicomJson,
  groups: DicomJson | undefined,
  bytesOf: ElementBytes,
): Promise<FrameTone> {
  const shared = itemOf(header, SHARED_GROUPS)
  const inGroups = (tag: string): DicomJson => itemOf(groups, tag) ?? itemOf(shared, tag) ?? header
  const transformation = inGroups(PIXEL_VALUE_TRANSFORMATION)
  const voi = inGroups(FRAME_VOI_LUT)
  const window = firstWindow(voi)
  const voiLut = window === undefined ? await sequenceTable(voi, '00283010', bytesOf) : undefined
  const aspect = pixelAspect(header, inGroups(PIXEL_MEASURES))
  return {
    rescale: {
      slope: numberOf(transformation, '00281053') ?? 1,
      intercept: numberOf(transformation, '00281052') ?? 0,
    },
    window,
    ...(voiLut === undefined ? {} : { voiLut }),
    ...(aspect === undefined ? {} : { pixelAspect: aspect }),
  }
}

/** The first window that means anything: one of no width, or of less than 1 where it is linear, is passed over. PS3.3 C.11.2.1.2 */
export function firstWindow(voi: DicomJson): Window | undefined {
  const shape = windowShape(textOf(voi, '00281056'))
  const widths = numbersAt(voi, '00281051')
  const least = shape === 'LINEAR' ? 1 : Number.MIN_VALUE
  for (const [n, center] of numbersAt(voi, '00281050').entries()) {
    const width = widths[n]
    if (center !== undefined && width !== undefined && width >= least) return { center, width, shape }
  }
  return undefined
}

function windowShape(function_: string | undefined): Window['shape'] {
  return function_ === 'SIGMOID' || function_ === 'LINEAR_EXACT' ? function_ : 'LINEAR'
}

/** A picture is not stretched beyond this: such an aspect is a mistake. */
const MOST_ASPECT = 20
/** Nobody sees less than this; a spacing is often rounded. */
const SQUARE_WITHIN = 0.005

/** Height of a pixel through its width: by Pixel Spacing, Imager Pixel Spacing, Nominal Scanned Pixel Spacing, or Pixel Aspect
 *  Ratio, all of which name the height first. PS3.3 C.7.6.3.1.7, 10.7.1.3 */
function pixelAspect(header: DicomJson, measures: DicomJson): number | undefined {
  const spacings = [
    numbersAt(measures, '00280030'),
    numbersAt(header, '00280030'),
    numbersAt(header, '00181164'),
    numbersAt(header, '00182010'),
    numbersAt(header, '00280034'),
  ]
  for (const [height = 0, width = 0] of spacings) {
    const aspect = height / width
    if (height > 0 && width > 0 && aspect <= MOST_ASPECT && aspect >= 1 / MOST_ASPECT)
      return Math.abs(aspect - 1) <= SQUARE_WITHIN ? undefined : aspect
  }
  return undefined
}

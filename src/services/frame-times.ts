import { headerAttributes } from '../dicom/header-attributes.js'
import type { ArchiveIndex, FoundInstance } from '../index/archive-index.js'
import { noSuchInstance } from './absent.js'
import { numberOf, numbersAt } from '../dicom/json-values.js'

/** How long each frame is to be seen, in milliseconds.
 * @throws Problem `not-found` */
export type FrameTimesOf = (instance: FoundInstance, count: number) => Promise<readonly number[]>

const FRAME_TIME = '00181063'
const FRAME_TIME_VECTOR = '00181065'
const DISPLAY_RATE = '00082144'
const CINE_RATE = '00180040'
const TAGS = new Set([FRAME_TIME, FRAME_TIME_VECTOR, DISPLAY_RATE, CINE_RATE])

/** of frames that are no film, such as slices */
const USUAL_MS = 100
const SHORTEST_MS = 20
const LONGEST_MS = 10_000

/** The rate that the dataset recommends, else Frame Time, Frame Time Vector or Cine Rate. PS3.3 C.7.6.5 */
export function frameTimes(index: ArchiveIndex): FrameTimesOf {
  return async (instance, count) => {
    const stored = await index.header(instance.id)
    if (stored === undefined) throw noSuchInstance()
    const header = await headerAttributes(stored.header, stored.headerTextBytes, TAGS)
    const rate = numberOf(header, DISPLAY_RATE)
    const cine = numberOf(header, CINE_RATE)
    const fixed = perSecond(rate) ?? above0(numberOf(header, FRAME_TIME))
    const vector = numbersAt(header, FRAME_TIME_VECTOR)
    return Array.from({ length: count }, (_, frame) => {
      // Each of the vector is the time since the frame before; the last frame is seen as long as the one before it.
      const between = above0(vector[Math.min(frame + 1, count - 1)])
      return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, fixed ?? between ?? perSecond(cine) ?? USUAL_MS))
    })
  }
}

function perSecond(rate: number | undefined): number | undefined {
  return rate !== undefined && rate > 0 ? 1000 / rate : undefined
}

function above0(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 ? value : undefined
}

import type { FrameDescription, Window } from './frame-description.js'
import { tableEntries, type TableEntries } from './lookup-table.js'
import { storedBits } from './stored-values.js'

/** One number to another: a step from a stored value to grey. */
export type Step = (value: number) => number

/** Stored value to modality unit (Hounsfield units of CT). A table goes before slope and intercept, as with DCMTK. PS3.3 C.11.1
 * @throws Problem `undecodable` */
export function modalityStep({ modalityLut, rescale, format }: FrameDescription): Step {
  if (modalityLut !== undefined)
    return entryStep(tableEntries(modalityLut, 'Modality LUT', format.signed), Number)
  const { slope, intercept } = rescale
  // A slope of 0 would make every pixel the same; it is ignored, as with DCMTK.
  if (slope === 0 || (slope === 1 && intercept === 0)) return value => value
  return value => value * slope + intercept
}

/** Modality unit to 0…255, and on to the display; not truncated to whole greys. PS3.3 C.11.2, C.11.6
 * @param window of the client, or of the frame; without it by VOI LUT or, where there is none, by `range`
 * @throws Problem `undecodable` */
export function displayStep(
  description: FrameDescription,
  window: Window | undefined,
  range: () => Window,
): Step {
  const { voiLut } = description
  const lut =
    window === undefined && voiLut !== undefined
      ? tableEntries(voiLut, 'VOI LUT', mayBeNegative(description))
      : undefined
  const voi = lut === undefined ? windowStep(window ?? range()) : entryStep(lut, greyOf(lut))
  const presented = presentationStep(description, voi)
  const inverse = description.inverse ?? description.format.photometric === 'MONOCHROME1'
  return inverse ? value => 255 - presented(value) : presented
}

function presentationStep({ presentationLut }: FrameDescription, voi: Step): Step {
  if (presentationLut === undefined) return voi
  const table = tableEntries(presentationLut, 'Presentation LUT', false)
  const last = table.entries.length - 1
  const grey = greyOf(table)
  return value => grey(table.entries[Math.round((voi(value) / 255) * last)] ?? 0)
}

/** Of entries of more than 8 bits the highest 8, as DCMTK takes them. */
function greyOf({ bits }: TableEntries): Step {
  const most = 2 ** bits - 1
  return bits > 8 ? entry => entry >> (bits - 8) : entry => (entry * 255) / most
}

function entryStep({ first, entries }: TableEntries, scaled: Step): Step {
  const last = entries.length - 1
  return value => {
    const at = Math.trunc(value) - first
    return scaled(entries[at < 0 ? 0 : at > last ? last : at] ?? 0)
  }
}

/** What goes into the VOI LUT: its descriptor is to be read so. PS3.3 C.11.2.1.1 */
function mayBeNegative({ modalityLut, rescale, format }: FrameDescription): boolean {
  if (modalityLut !== undefined) return false
  const most = 2 ** Math.min(16, format.bitsStored) - 1
  return format.signed || rescale.intercept < 0 || most * rescale.slope + rescale.intercept < 0
}

/** PS3.3 C.11.2.1.2, C.11.2.1.3 */
function windowStep({ center, width, shape }: Window): Step {
  if (shape === 'SIGMOID') return value => 255 / (1 + Math.exp((-4 * (value - center)) / width))
  // Linear is exact with half a value less of both, and one value less of width.
  const [middle, span] = shape === 'LINEAR' ? [center - 0.5, width - 1] : [center, width]
  const least = middle - span / 2
  const most = middle + span / 2
  return value => (value <= least ? 0 : value > most ? 255 : ((value - least) * 255) / span)
}

/** From the least to the most of values, of which whole ones fill their last grey as DCMTK's min–max window does. */
export function rangeWindow(least: number, most: number, isWhole: boolean): Window {
  if (least > most) return rangeWindow(0, 1, isWhole)
  if (isWhole) return { center: (least + most + 1) / 2, width: most - least + 1, shape: 'LINEAR' }
  return {
    center: (least + most) / 2,
    width: most - least || Number.MIN_VALUE,
    shape: 'LINEAR_EXACT',
  }
}

/** Unsigned values of at most 8 bits that nothing rescales are greys already: without a window they are shown as they are, and
 *  not stretched to their range. */
export function isGreyAlready({ format, rescale, modalityLut }: FrameDescription): boolean {
  const { numbers, signed } = format
  return (
    numbers === 'integer' &&
    !signed &&
    storedBits(format).bits <= 8 &&
    modalityLut === undefined &&
    rescale.slope === 1 &&
    rescale.intercept === 0
  )
}

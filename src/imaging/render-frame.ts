import { Problem } from '../dicom/problem.js'
import type { FrameDescription, Window } from './frame-description.js'
import { grayscale } from './grayscale.js'
import type { NativeFrame } from './pixel-format.js'
import type { Raster } from './raster.js'

/** Stored values to what a display shows, in the order of PS3.3 C.11 (PS3.18 8.3.5.1).
 * @param window in place of the frame's own
 * @throws Problem `not-acceptable`, `undecodable` */
export function renderFrame(
  native: NativeFrame,
  description: FrameDescription,
  window: Window | undefined,
): Raster {
  if (native.format.samples !== 1) throw new Problem('not-acceptable', 'colour is not rendered yet')
  const { rows: height, columns: width } = native.format
  const data = grayscale(native, { ...description, window: window ?? description.window })
  return { width, height, channels: 1, data, pixelAspect: 1 }
}

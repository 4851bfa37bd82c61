import { Problem } from '../dicom/problem.js'
import { rgbOf } from './color.js'
import type { FrameDescription, Window } from './frame-description.js'
import { grayscale } from './grayscale.js'
import { withOverlays } from './overlays.js'
import { coloredByPalette } from './palette.js'
import { frameBytes, type NativeFrame } from './pixel-format.js'
import type { Raster } from './raster.js'

/** A frame of 1-bit pixels within the limit of a frame's bytes would be a picture of gigabytes. */
const MOST_PIXELS = 256 << 20

/** Stored values to what a display shows, in the order of PS3.3 C.11 (PS3.18 8.3.5.1): by Modality LUT, VOI and Presentation
 *  LUT, or colours; then overlays in white.
 * @param native of the size of the description, or smaller where it was decoded at a lower resolution: then without overlays
 * @param window in place of the frame's own; of greys only
 * @throws Problem `not-acceptable`: a kind of colour that is not drawn; `undecodable`: attributes that make no sense;
 *  `limit-exceeded` */
export function renderFrame(
  native: NativeFrame,
  description: FrameDescription,
  window: Window | undefined,
): Raster {
  const { rows: height, columns: width } = native.format
  if (!(width > 0 && height > 0))
    throw new Problem('undecodable', `the frame has ${width} × ${height} pixels`)
  if (width * height > MOST_PIXELS)
    throw new Problem('limit-exceeded', `a picture of ${width} × ${height} is more than can be drawn`)
  if (native.bytes.length < frameBytes(native.format))
    throw new Problem(
      'undecodable',
      `the frame has ${native.bytes.length} bytes; its attributes say ${frameBytes(native.format)}`,
    )
  const { channels, data: bare } = shown(native, description, window)
  const { overlays = [], iccProfile, pixelAspect = 1 } = description
  const isWhole = width === description.format.columns && height === description.format.rows
  const data = isWhole && overlays.length > 0 ? withOverlays(bare, channels, native, overlays) : bare
  return {
    width,
    height,
    channels,
    data,
    pixelAspect,
    ...(channels === 3 && iccProfile !== undefined ? { iccProfile } : {}),
  }
}

function shown(
  native: NativeFrame,
  description: FrameDescription,
  window: Window | undefined,
): Pick<Raster, 'data'> & { channels: 1 | 3 } {
  const { samples, photometric } = native.format
  const { palette } = description
  if (samples !== 1) return { channels: 3, data: rgbOf(native) }
  if (palette !== undefined)
    return { channels: 3, data: coloredByPalette(native, description, palette, window) }
  if (photometric === 'PALETTE COLOR')
    throw new Problem('undecodable', 'the frame has indexes into a palette, and there is none')
  return { channels: 1, data: grayscale(native, description, window) }
}

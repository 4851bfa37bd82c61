import type { NativeFrame, PixelFormat } from './pixel-format.js'
import { planewise, withHalfChroma } from './sample-layout.js'

/** A decoded frame in the color space and order that its attributes say, so that it may stand beside them: YBR_FULL_422 with two
 *  samples a pixel, planes where they are said to be. YBR_RCT, YBR_ICT and XYB have no native form: they stay RGB. PS3.5 8.2;
 *  PS3.18 8.7.3.
 * @param described the frame's own, from the dataset */
export function asDescribed(native: NativeFrame, described: PixelFormat): NativeFrame {
  const { format } = native
  if (format.samples !== 3) return native
  const { bytes, photometric } = inColorSpace(native, described.photometric)
  if (photometric === 'YBR_FULL_422')
    return { bytes: withHalfChroma(bytes), format: { ...format, photometric, planar: false } }
  return described.planar
    ? {
        bytes: planewise(bytes, 3, format.bitsAllocated / 8),
        format: { ...format, photometric, planar: true },
      }
    : { bytes, format: { ...format, photometric, planar: false } }
}

/** Only bytes: JPEG has no colors of more that DICOM allows. */
function inColorSpace(
  { bytes, format }: NativeFrame,
  described: string,
): { bytes: Uint8Array; photometric: string } {
  const isYbr = described === 'YBR_FULL' || described === 'YBR_FULL_422'
  const { photometric } = format
  if (format.bitsAllocated !== 8) return { bytes, photometric }
  if (photometric === 'YBR_FULL' && described === 'RGB')
    return { bytes: mapped(bytes, toRgb), photometric: described }
  if (photometric === 'RGB' && isYbr) return { bytes: mapped(bytes, toYbr), photometric: described }
  return { bytes, photometric: photometric === 'YBR_FULL' && isYbr ? described : photometric }
}

type Triple = readonly [number, number, number]

function mapped(bytes: Uint8Array, pixel: (a: number, b: number, c: number) => Triple): Uint8Array {
  const out = new Uint8ClampedArray(bytes.length)
  for (let at = 0; at + 2 < bytes.length; at += 3)
    out.set(pixel(bytes[at] ?? 0, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0), at)
  return new Uint8Array(out.buffer)
}

/** PS3.3 C.7.6.3.1.2, inverted */
function toRgb(y: number, cb: number, cr: number): Triple {
  return [y + 1.402 * (cr - 128), y - 0.344136 * (cb - 128) - 0.714136 * (cr - 128), y + 1.772 * (cb - 128)]
}

/** PS3.3 C.7.6.3.1.2 */
function toYbr(r: number, g: number, b: number): Triple {
  return [
    0.299 * r + 0.587 * g + 0.114 * b,
    -0.168736 * r - 0.331264 * g + 0.5 * b + 128,
    0.5 * r - 0.418688 * g - 0.081312 * b + 128,
  ]
}

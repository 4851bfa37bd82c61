import sharp from 'sharp'
import type { NativeFrame } from '../pixel-format.js'
import type { EncodedFrame, EncodeOptions } from './encoded-frame.js'

/** JPEG baseline by libjpeg-turbo, 8 bits, without subsampling of colour. PS3.5 8.2.1, A.4.1 */

const USUAL_QUALITY = 90

export async function encodeJpegBaseline(
  { bytes, format }: NativeFrame,
  { quality = USUAL_QUALITY }: EncodeOptions,
): Promise<EncodedFrame> {
  const { columns: width, rows: height, samples } = format
  const data = format.photometric === 'YBR_FULL' ? rgbOf(bytes) : bytes
  const raw = sharp(data, { raw: { width, height, channels: samples === 1 ? 1 : 3 } })
  const image = samples === 1 ? raw.toColourspace('b-w') : raw
  const encoded = await image.jpeg({ quality, chromaSubsampling: '4:4:4' }).toBuffer()
  return {
    bytes: encoded,
    format: { ...format, photometric: samples === 1 ? format.photometric : 'YBR_FULL' },
  }
}

/** PS3.3 C.7.6.3.1.2 */
function rgbOf(ybr: Uint8Array): Uint8Array {
  const rgb = new Uint8ClampedArray(ybr.length)
  for (let at = 0; at + 2 < ybr.length; at += 3) {
    const y = ybr[at] ?? 0
    const cb = (ybr[at + 1] ?? 0) - 128
    const cr = (ybr[at + 2] ?? 0) - 128
    rgb[at] = y + 1.402 * cr
    rgb[at + 1] = y - 0.344136 * cb - 0.714136 * cr
    rgb[at + 2] = y + 1.772 * cb
  }
  return new Uint8Array(rgb.buffer)
}

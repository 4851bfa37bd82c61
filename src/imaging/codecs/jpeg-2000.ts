import type { NativeFrame, PixelFormat } from '../pixel-format.js'
import { openjpeg } from './codec-modules.js'
import { decodeWavelet } from './wavelet.js'

/** JPEG 2000 part 1. PS3.5 8.2.4
 * @throws Problem as decodeWavelet */
export async function decodeJpeg2000(
  codestream: Uint8Array,
  format: PixelFormat,
  reduce: number,
): Promise<NativeFrame> {
  const codec = await openjpeg()
  return decodeWavelet(codec, new codec.module.J2KDecoder(), codestream, format, reduce)
}

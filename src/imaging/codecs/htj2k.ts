import type { NativeFrame, PixelFormat } from '../pixel-format.js'
import { openjph } from './codec-modules.js'
import { decodeWavelet } from './wavelet.js'

/** High-throughput JPEG 2000. PS3.5 8.2.14; ISO/IEC 15444-15
 * @throws Problem as decodeWavelet */
export async function decodeHtj2k(
  codestream: Uint8Array,
  format: PixelFormat,
  reduce: number,
): Promise<NativeFrame> {
  const codec = await openjph()
  return decodeWavelet(codec, new codec.module.HTJ2KDecoder(), codestream, format, reduce)
}

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
  return decodeWavelet(codec, new codec.module.HTJ2KDecoder(), codestream, format, reduce, byPixel)
}

/** Without a colour transform OpenJPH hands out all lines of a component before those of the next one. The module takes them for
 *  a line of each component in turn all the same: line n it puts where component n % samples of row n / samples would be. */
function byPixel(
  decoded: Uint8Array,
  decoder: HighThroughputDecoder,
  { width, height }: { readonly width: number; readonly height: number },
): Uint8Array {
  const { componentCount: samples, isUsingColorTransform } = decoder.getFrameInfo()
  if (samples === 1 || isUsingColorTransform) return decoded
  const sampleBytes = decoded.length / (width * height * samples)
  const pixelBytes = samples * sampleBytes
  const rowBytes = width * pixelBytes
  const out = new Uint8Array(decoded.length)
  for (let line = 0; line < samples * height; line++) {
    let from = Math.floor(line / samples) * rowBytes + (line % samples) * sampleBytes
    let to = (line % height) * rowBytes + Math.floor(line / height) * sampleBytes
    for (let column = 0; column < width; column++, from += pixelBytes, to += pixelBytes)
      for (let byte = 0; byte < sampleBytes; byte++) out[to + byte] = decoded[from + byte] ?? 0
  }
  return out
}

import type { NativeFrame } from '../pixel-format.js'
import { openjph } from './codec-modules.js'
import type { EncodedFrame } from './encoded-frame.js'
import { precisionOf } from './precision.js'

/** High-Throughput JPEG 2000 by OpenJPH. PS3.5 8.2.14, A.4.11 */

const RPCL = 2
/** Quantisation step of what is lossy, in least significant bits of a sample. */
const LOSSY_STEP = 2

/** Resolution by resolution, each a tile part whose place the TLM marker tells: a viewer shows the first of the bytes. PS3.5
 *  A.4.11 asks it of .202, and allows it the others. */
async function encode(frame: NativeFrame, lossless: boolean): Promise<EncodedFrame> {
  const { module, said } = await openjph()
  const { format } = frame
  const isColor = format.samples === 3
  const bitsPerSample = precisionOf(frame, true)
  const encoder = new module.HTJ2KEncoder()
  try {
    encoder
      .getDecodedBuffer({
        width: format.columns,
        height: format.rows,
        bitsPerSample,
        componentCount: format.samples,
        isSigned: format.signed,
        isUsingColorTransform: isColor,
      })
      .set(frame.bytes)
    encoder.setQuality(lossless, lossless ? 0 : LOSSY_STEP / 2 ** bitsPerSample)
    encoder.setProgressionOrder(RPCL)
    encoder.setTLMMarker(true)
    encoder.setTilePartDivisionsAtResolutions(true)
    encoder.encode()
    const photometric = !isColor ? format.photometric : lossless ? 'YBR_RCT' : 'YBR_ICT'
    return { bytes: new Uint8Array(encoder.getEncodedBuffer()), format: { ...format, photometric } }
  } finally {
    encoder.delete()
    said()
  }
}

export function encodeHtj2k(frame: NativeFrame): Promise<EncodedFrame> {
  return encode(frame, true)
}

export function encodeLossyHtj2k(frame: NativeFrame): Promise<EncodedFrame> {
  return encode(frame, false)
}

import type { NativeFrame } from '../pixel-format.js'
import { openjpeg } from './codec-modules.js'
import type { EncodedFrame } from './encoded-frame.js'
import { precisionOf } from './precision.js'

/** JPEG 2000 by OpenJPEG, which transforms three components always. PS3.5 8.2.4, A.4.4 */

const MOST_DECOMPOSITIONS = 5
/** of what is lossy */
const RATIO = 10

async function encode(frame: NativeFrame, lossless: boolean): Promise<EncodedFrame> {
  const { module, said } = await openjpeg()
  const { format } = frame
  const encoder = new module.J2KEncoder()
  try {
    encoder
      .getDecodedBuffer({
        width: format.columns,
        height: format.rows,
        bitsPerSample: precisionOf(frame, true),
        componentCount: format.samples,
        isSigned: format.signed,
      })
      .set(frame.bytes)
    encoder.setDecompositions(decompositions(format.columns, format.rows))
    // Without a layer the ratio would be written beside the memory that is meant.
    encoder.setQuality(lossless, 1)
    if (!lossless) encoder.setCompressionRatio(0, RATIO)
    encoder.encode()
    const photometric = format.samples === 1 ? format.photometric : lossless ? 'YBR_RCT' : 'YBR_ICT'
    return { bytes: new Uint8Array(encoder.getEncodedBuffer()), format: { ...format, photometric } }
  } finally {
    encoder.delete()
    said()
  }
}

/** No more than the shorter side can be halved. */
function decompositions(width: number, height: number): number {
  return Math.min(MOST_DECOMPOSITIONS, Math.floor(Math.log2(Math.min(width, height))))
}

export function encodeJpeg2000(frame: NativeFrame): Promise<EncodedFrame> {
  return encode(frame, true)
}

export function encodeLossyJpeg2000(frame: NativeFrame): Promise<EncodedFrame> {
  return encode(frame, false)
}

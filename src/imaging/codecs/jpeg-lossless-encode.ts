import type { NativeFrame } from '../pixel-format.js'
import { nativeCodecs } from './codec-modules.js'
import type { EncodedFrame } from './encoded-frame.js'
import { precisionOf } from './precision.js'

/** JPEG lossless by dcmjs-codecs, first-order prediction: it fits both of its transfer syntaxes. PS3.5 8.2.1, A.4.1 */

const SELECTION_VALUE = 1

export async function encodeJpegLossless(frame: NativeFrame): Promise<EncodedFrame> {
  const { module, said } = await nativeCodecs()
  const { format } = frame
  const context = new module.Context({
    width: format.columns,
    height: format.rows,
    bitsAllocated: format.bitsAllocated,
    bitsStored: precisionOf(frame, false),
    samplesPerPixel: format.samples,
    pixelRepresentation: format.signed ? 1 : 0,
    planarConfiguration: 0,
    photometricInterpretation: format.photometric,
    decodedBuffer: frame.bytes,
  })
  const encoded = module.NativeCodecs.encodeJpeg(context, {
    lossy: false,
    predictor: SELECTION_VALUE,
    pointTransform: 0,
  }).getEncodedBuffer()
  said()
  return { bytes: new Uint8Array(encoded ?? []), format }
}

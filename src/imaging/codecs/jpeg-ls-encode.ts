import type { NativeFrame } from '../pixel-format.js'
import { charls } from './codec-modules.js'
import type { EncodedFrame } from './encoded-frame.js'
import { precisionOf } from './precision.js'

/** JPEG-LS by CharLS. PS3.5 8.2.3, A.4.3 */

/** With fewer bits a sample DCMTK 3.6.7 takes the codestream for broken. */
const LEAST_BITS = 8
const BY_PIXEL = 2
/** By so much at most a decoded sample is another. */
const NEAR = 2

/** @param near by how much a decoded sample may be another: 0 for lossless */
async function encode(frame: NativeFrame, near: number): Promise<EncodedFrame> {
  const { module, said } = await charls()
  const { rows, columns, samples } = frame.format
  const encoder = new module.JpegLSEncoder()
  try {
    encoder
      .getDecodedBuffer({
        width: columns,
        height: rows,
        bitsPerSample: Math.max(LEAST_BITS, precisionOf(frame, false)),
        componentCount: samples,
      })
      .set(frame.bytes)
    encoder.setNearLossless(near)
    encoder.setInterleaveMode(samples === 1 ? 0 : BY_PIXEL)
    encoder.encode()
    return { bytes: evenLength(new Uint8Array(encoder.getEncodedBuffer())), format: frame.format }
  } finally {
    encoder.delete()
    said()
  }
}

/** A fill byte before the end marker: other decoders take a pad byte behind it for a fault. PS3.5 A.4; ISO/IEC 10918-1 B.1.1.2 */
function evenLength(codestream: Uint8Array): Uint8Array {
  const even = new Uint8Array(codestream.length + (codestream.length % 2))
  even.set(codestream)
  if (even.length > codestream.length) even.set([0xff, 0xff, 0xd9], even.length - 3)
  return even
}

export function encodeJpegLs(frame: NativeFrame): Promise<EncodedFrame> {
  return encode(frame, 0)
}

export function encodeNearLossless(frame: NativeFrame): Promise<EncodedFrame> {
  return encode(frame, NEAR)
}

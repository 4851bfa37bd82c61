import { inflateRawSync } from 'node:zlib'
import { Problem } from '../../dicom/problem.js'
import { frameBytes, type NativeFrame, type PixelFormat } from '../pixel-format.js'
import { decodeNative } from './native.js'

/** Deflated Image Frame Compression: a raw deflate stream a frame. PS3.5 A.4.13
 * @throws Problem `undecodable` */
export function decodeDeflated(codestream: Uint8Array, format: PixelFormat): Promise<NativeFrame> {
  // One byte of padding may come with it.
  const most = frameBytes(format) + 1
  let inflated: Uint8Array
  try {
    inflated = inflateRawSync(codestream, { maxOutputLength: most })
  } catch (cause) {
    throw new Problem('undecodable', explanation(cause, most), { cause })
  }
  return decodeNative(inflated, format)
}

function explanation(cause: unknown, most: number): string {
  if (cause instanceof RangeError)
    return `the frame inflates to more than the ${most} bytes of its attributes`
  return 'the frame is no whole deflate stream'
}

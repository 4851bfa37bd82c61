import { promisify } from 'node:util'
import { deflateRaw } from 'node:zlib'
import type { NativeFrame } from '../pixel-format.js'
import type { EncodedFrame } from './encoded-frame.js'

/** Native samples in a fragment of their own: as they are, or deflated. PS3.5 A.4.12, A.4.13 */

const deflate = promisify(deflateRaw)

export function encodeUncompressed(frame: NativeFrame): Promise<EncodedFrame> {
  return Promise.resolve(frame)
}

export async function encodeDeflated({ bytes, format }: NativeFrame): Promise<EncodedFrame> {
  return { bytes: await deflate(bytes), format }
}

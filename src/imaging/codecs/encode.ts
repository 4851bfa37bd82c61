import { Problem } from '../../dicom/problem.js'
import { EXPLICIT_VR_LITTLE_ENDIAN } from '../../dicom/transfer-syntaxes.js'
import type { NativeFrame, PixelFormat } from '../pixel-format.js'

/** How much a syntax that loses may lose; without it, nothing. */
export interface EncodeOptions {
  /** 1 to 100 */
  readonly quality: number | undefined
}

/** One frame in another transfer syntax, and how its samples are described there (YBR_RCT, planar, …). */
export interface EncodedFrame {
  readonly bytes: Uint8Array
  readonly format: PixelFormat
}

/** Native samples to the codestream of one frame.
 * @throws Problem `not-acceptable` (the syntax cannot hold such samples), `undecodable` (the codec failed) */
export type FrameEncoder = (frame: NativeFrame, options: EncodeOptions) => Promise<EncodedFrame>

/** Each loads on first use. */
const ENCODERS: ReadonlyMap<string, () => Promise<FrameEncoder>> = new Map([
  [EXPLICIT_VR_LITTLE_ENDIAN, () => Promise.resolve((frame: NativeFrame) => Promise.resolve(frame))],
])

/** @throws Problem as FrameEncoder */
export async function encodeFrame(
  frame: NativeFrame,
  transferSyntax: string,
  options: EncodeOptions,
): Promise<EncodedFrame> {
  const load = ENCODERS.get(transferSyntax)
  if (load === undefined)
    throw new Problem('not-acceptable', `there is no encoder for transfer syntax ${transferSyntax}`)
  return (await load())(frame, options)
}

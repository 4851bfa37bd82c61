import type { NativeFrame, PixelFormat } from '../pixel-format.js'

/** How much a syntax that loses may lose. */
export interface EncodeOptions {
  /** 1 to 100, of JPEG baseline */
  readonly quality: number | undefined
}

/** One frame in another transfer syntax, and how its samples are described there (YBR_RCT, planar, …). */
export interface EncodedFrame {
  readonly bytes: Uint8Array
  readonly format: PixelFormat
}

/** Native samples to the codestream of one frame. What it is given is as decodeFrame gives it, pixel by pixel and with all of
 *  its chroma, and encodable() has found it good.
 * @throws whatever the codec throws */
export type FrameEncoder = (frame: NativeFrame, options: EncodeOptions) => Promise<EncodedFrame>

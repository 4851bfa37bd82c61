import { Problem } from '../../dicom/problem.js'
import {
  DEFLATED_IMAGE_FRAME,
  ENCAPSULATED_UNCOMPRESSED,
  EXPLICIT_VR_LITTLE_ENDIAN,
  RLE_LOSSLESS,
} from '../../dicom/transfer-syntaxes.js'
import type { NativeFrame, PixelFormat } from '../pixel-format.js'
import type { EncodedFrame, EncodeOptions, FrameEncoder } from './encoded-frame.js'
import {
  encodable,
  HTJ2K,
  HTJ2K_LOSSLESS,
  HTJ2K_LOSSLESS_RPCL,
  JPEG_2000,
  JPEG_2000_LOSSLESS,
  JPEG_BASELINE,
  JPEG_LOSSLESS,
  JPEG_LOSSLESS_SV1,
  JPEG_LS_LOSSLESS,
  JPEG_LS_NEAR_LOSSLESS,
} from './encodable.js'

/** Each loads on first use. */
const ENCODERS: ReadonlyMap<string, () => Promise<FrameEncoder>> = new Map([
  [EXPLICIT_VR_LITTLE_ENDIAN, async () => (await import('./uncompressed-encode.js')).encodeUncompressed],
  [ENCAPSULATED_UNCOMPRESSED, async () => (await import('./uncompressed-encode.js')).encodeUncompressed],
  [DEFLATED_IMAGE_FRAME, async () => (await import('./uncompressed-encode.js')).encodeDeflated],
  [RLE_LOSSLESS, async () => (await import('./rle-encode.js')).encodeRle],
  [JPEG_BASELINE, async () => (await import('./jpeg-encode.js')).encodeJpegBaseline],
  [JPEG_LOSSLESS, async () => (await import('./jpeg-lossless-encode.js')).encodeJpegLossless],
  [JPEG_LOSSLESS_SV1, async () => (await import('./jpeg-lossless-encode.js')).encodeJpegLossless],
  [JPEG_LS_LOSSLESS, async () => (await import('./jpeg-ls-encode.js')).encodeJpegLs],
  [JPEG_LS_NEAR_LOSSLESS, async () => (await import('./jpeg-ls-encode.js')).encodeNearLossless],
  [JPEG_2000_LOSSLESS, async () => (await import('./jpeg-2000-encode.js')).encodeJpeg2000],
  [JPEG_2000, async () => (await import('./jpeg-2000-encode.js')).encodeLossyJpeg2000],
  [HTJ2K_LOSSLESS, async () => (await import('./htj2k-encode.js')).encodeHtj2k],
  [HTJ2K_LOSSLESS_RPCL, async () => (await import('./htj2k-encode.js')).encodeHtj2k],
  [HTJ2K, async () => (await import('./htj2k-encode.js')).encodeLossyHtj2k],
])

/** @throws Problem as FrameEncoder; `undecodable` where the codec made nothing */
export async function encodeFrame(
  frame: NativeFrame,
  transferSyntax: string,
  options: EncodeOptions,
): Promise<EncodedFrame> {
  const load = ENCODERS.get(transferSyntax)
  if (load === undefined)
    throw new Problem('not-acceptable', `there is no encoder for transfer syntax ${transferSyntax}`)
  if (!encodable(transferSyntax, frame.format))
    throw new Problem(
      'not-acceptable',
      `transfer syntax ${transferSyntax} cannot hold ${describe(frame.format)}`,
    )
  const encoded = await (await load())(frame, options)
  if (encoded.bytes.length === 0)
    throw new Problem('undecodable', `nothing came of the frame in transfer syntax ${transferSyntax}`)
  return encoded
}

function describe({ samples, bitsAllocated, signed, photometric, numbers }: PixelFormat): string {
  const kind = numbers === 'integer' ? (signed ? 'signed' : 'unsigned') : numbers
  return `${samples} × ${bitsAllocated} bits ${kind} of ${photometric}`
}

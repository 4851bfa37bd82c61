import { Problem } from '../../dicom/problem.js'
import {
  DEFLATED_IMAGE_FRAME,
  ENCAPSULATED_UNCOMPRESSED,
  EXPLICIT_VR_LITTLE_ENDIAN,
  RLE_LOSSLESS,
} from '../../dicom/transfer-syntaxes.js'
import { frameBytes, type NativeFrame, type PixelFormat } from '../pixel-format.js'

/** Codestream of one frame to native samples. What comes back has been checked against the format, and its format says what
 *  it is now (a colour transform undone, planes interleaved, fewer rows and columns of a reduced resolution).
 * @param format as the dataset has it
 * @param reduce how often to halve the resolution where the codec can: 0 for all of it
 * @throws Problem `undecodable` (406: the bytes are at fault), `not-acceptable` (no decoder) */
export type FrameDecoder = (
  codestream: Uint8Array,
  format: PixelFormat,
  reduce: number,
) => Promise<NativeFrame>

/** Each loads on first use: a worker with all of them costs 100 MB. */
const DECODERS: ReadonlyMap<string, () => Promise<FrameDecoder>> = new Map([
  ...family(
    [EXPLICIT_VR_LITTLE_ENDIAN, ENCAPSULATED_UNCOMPRESSED],
    async () => (await import('./native.js')).decodeNative,
  ),
  ...family([DEFLATED_IMAGE_FRAME], async () => (await import('./deflated.js')).decodeDeflated),
  ...family([RLE_LOSSLESS], async () => (await import('./rle.js')).decodeRle),
  // .52, .54, .56 and .58 to .66 are retired processes
  ...family(
    jpeg(50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 70),
    async () => (await import('./jpeg.js')).decodeJpeg,
  ),
  ...family(jpeg(80, 81), async () => (await import('./jpeg-ls.js')).decodeJpegLs),
  // .92 and .93 may hold what part 1 can do
  ...family(jpeg(90, 91, 92, 93), async () => (await import('./jpeg-2000.js')).decodeJpeg2000),
  ...family(jpeg(110, 111, 112), async () => (await import('./jpeg-xl.js')).decodeJpegXl),
  ...family(jpeg(201, 202, 203), async () => (await import('./htj2k.js')).decodeHtj2k),
])

function family(
  syntaxes: readonly string[],
  load: () => Promise<FrameDecoder>,
): [string, () => Promise<FrameDecoder>][] {
  return syntaxes.map(syntax => [syntax, load])
}

function jpeg(...numbers: readonly number[]): string[] {
  return numbers.map(n => `1.2.840.10008.1.2.4.${n}`)
}

/** Whether there is a decoder for a transfer syntax. */
export function decodable(transferSyntax: string): boolean {
  return DECODERS.has(transferSyntax)
}

/** Of decoded samples; what a header declares beyond it is not allocated. */
const MOST_FRAME_BYTES = 512 << 20

/** @throws Problem as FrameDecoder; `limit-exceeded` */
export async function decodeFrame(
  frame: Uint8Array,
  transferSyntax: string,
  format: PixelFormat,
  reduce = 0,
): Promise<NativeFrame> {
  if (frameBytes(format) > MOST_FRAME_BYTES)
    throw new Problem(
      'limit-exceeded',
      `a frame of ${format.columns} × ${format.rows} is more than can be decoded`,
    )
  const load = DECODERS.get(transferSyntax)
  if (load === undefined)
    throw new Problem('not-acceptable', `there is no decoder for transfer syntax ${transferSyntax}`)
  const native = await (await load())(frame, format, reduce)
  const wanted = frameBytes(native.format)
  if (native.bytes.length !== wanted)
    throw new Problem(
      'undecodable',
      `the frame decodes to ${native.bytes.length} bytes; its attributes say ${wanted}`,
    )
  return native
}

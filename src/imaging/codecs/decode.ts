import { Problem } from '../../dicom/problem.js'
import { EXPLICIT_VR_LITTLE_ENDIAN } from '../../dicom/transfer-syntaxes.js'
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
  [EXPLICIT_VR_LITTLE_ENDIAN, () => Promise.resolve(decodeNative)],
])

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
  return (await load())(frame, format, reduce)
}

function decodeNative(bytes: Uint8Array, format: PixelFormat): Promise<NativeFrame> {
  const wanted = frameBytes(format)
  if (bytes.length < wanted)
    throw new Problem('undecodable', `the frame has ${bytes.length} bytes; its attributes say ${wanted}`)
  return Promise.resolve({ format, bytes: bytes.subarray(0, wanted) })
}

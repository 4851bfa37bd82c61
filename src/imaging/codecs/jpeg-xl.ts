import { readJpegXl } from '../../dicom/codestreams/jpeg-xl.js'
import { bytesInMemory } from '../../dicom/part10/byte-source.js'
import { Problem } from '../../dicom/problem.js'
import type { NativeFrame, PixelFormat } from '../pixel-format.js'
import { checkAgainstAttributes, decodedPhotometric, nativeFrame } from './decoded-frame.js'
import { decodeByNativeCodecs } from './native-codecs-decode.js'

const RECOMPRESSION = '1.2.840.10008.1.2.4.111'

/** JPEG XL, lossless or not, and a JPEG recompressed. PS3.5 8.2.16; ISO/IEC 18181-1
 * @throws Problem `undecodable`, `not-acceptable` */
export async function decodeJpegXl(codestream: Uint8Array, format: PixelFormat): Promise<NativeFrame> {
  const image = await readJpegXl(
    bytesInMemory(Buffer.from(codestream.buffer, codestream.byteOffset, codestream.length)),
  )
  if (image === undefined) throw new Problem('undecodable', 'the frame is no JPEG XL codestream')
  if (image.pixels === undefined)
    throw new Problem('not-acceptable', 'there is no decoder for JPEG XL of such samples')
  const { Rows: rows, Columns: columns, SamplesPerPixel: samples, BitsStored: precision } = image.pixels
  const stream = { rows, columns, samples, precision }
  checkAgainstAttributes(stream, format)
  const decodesToRgb =
    samples === 3 &&
    (image.pixels.PhotometricInterpretation === 'XYB' || image.TransferSyntaxUID === RECOMPRESSION)
  const photometric = decodesToRgb ? 'RGB' : decodedPhotometric(format.photometric)
  const decoded = (await decodeByNativeCodecs('JPEG XL', codestream, stream)).samples
  return nativeFrame(unscaled(decoded, precision), { ...stream, photometric }, format)
}

/** The decoder stretches samples to the whole of their words. */
function unscaled(decoded: Uint8Array, precision: number): Uint8Array {
  if (precision === 8 || precision === 16) return decoded
  const words = precision > 8 ? new Uint16Array(decoded.slice().buffer) : decoded.slice()
  const scale = (2 ** precision - 1) / (precision > 8 ? 0xffff : 0xff)
  for (let at = 0; at < words.length; at++) words[at] = Math.round((words[at] ?? 0) * scale)
  return new Uint8Array(words.buffer)
}

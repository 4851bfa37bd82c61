import { readJpegHeader, type JpegHeader } from '../../dicom/codestreams/jpeg.js'
import { bytesInMemory } from '../../dicom/part10/byte-source.js'
import { Problem } from '../../dicom/problem.js'
import type { NativeFrame, PixelFormat } from '../pixel-format.js'
import { checkAgainstAttributes, decodedPhotometric, nativeFrame } from './decoded-frame.js'
import { damaged, decodeByNativeCodecs } from './native-codecs-decode.js'

/** JPEG of every process that has a decoder: sequential and progressive of 8 and 12 bits, lossless up to 16. PS3.5 8.2.1, 10.x;
 *  ISO/IEC 10918-1. All samples come out in full, in the color space that they are coded in.
 * @throws Problem `undecodable`, `not-acceptable` (hierarchical, arithmetic coding) */
export async function decodeJpeg(codestream: Uint8Array, format: PixelFormat): Promise<NativeFrame> {
  const header = await readJpegHeader(
    bytesInMemory(Buffer.from(codestream.buffer, codestream.byteOffset, codestream.length)),
  )
  if (header === undefined)
    throw new Problem('undecodable', 'the frame is no JPEG codestream, or ends before its first scan')
  const { rows, columns, precision, components } = header
  if (!DECODED_PROCESSES.has(header.marker))
    throw new Problem(
      'not-acceptable',
      `there is no decoder for JPEG of the process of frame header FF${header.marker.toString(16).toUpperCase()}`,
    )
  const stream = { rows, columns, precision, samples: components.length }
  checkAgainstAttributes(stream, format)
  const { samples, said } = await decodeByNativeCodecs('JPEG', codestream, stream)
  const corrupt = said.find(line => CORRUPT.test(line))
  if (corrupt !== undefined) throw damaged('JPEG', corrupt)
  return nativeFrame(samples, { ...stream, photometric: photometricOf(header, format.photometric) }, format)
}

/** SOF0 to SOF3 */
const DECODED_PROCESSES: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc2, 0xc3])
const LOSSLESS = 0xc3

/** libjpeg goes on after such, with gray or with noise. */
const CORRUPT = /Corrupt JPEG data|Premature end|Inconsistent progression/

/** The codestream knows: by JFIF or Adobe's segment, by the names of its components, by subsampling. Where it says nothing, and
 *  in what is lossless, the attributes do. PS3.5 8.2.1 */
function photometricOf({ marker, components, jfif, adobeTransform }: JpegHeader, attribute: string): string {
  if (components.length !== 3 || marker === LOSSLESS) return decodedPhotometric(attribute)
  if (adobeTransform !== undefined) return adobeTransform === 0 ? 'RGB' : 'YBR_FULL'
  if (jfif) return 'YBR_FULL'
  if (String.fromCharCode(...components.map(({ id }) => id)) === 'RGB') return 'RGB'
  const subsampled = components.some(({ sampling }) => sampling !== components[0]?.sampling)
  return attribute === 'RGB' && !subsampled ? 'RGB' : 'YBR_FULL'
}

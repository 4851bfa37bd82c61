import { readJpeg2000 } from '../../dicom/codestreams/jpeg-2000.js'
import { bytesInMemory } from '../../dicom/part10/byte-source.js'
import { Problem } from '../../dicom/problem.js'
import type { NativeFrame, PixelFormat } from '../pixel-format.js'
import { checkAgainstAttributes, decodedPhotometric, nativeFrame } from './decoded-frame.js'
import type { CodecModule } from './codec-modules.js'

/** JPEG 2000 and HTJ2K alike: only the module that decodes is another. PS3.5 8.2.4, 8.2.14
 * @param decoder is deleted afterwards
 * @param reduce how often to halve the resolution; as often as the codestream can at most
 * @param arranged what the module gives, pixel by pixel
 * @throws Problem `undecodable`, `not-acceptable` (extensions of part 2) */
export async function decodeWavelet<D extends WaveletDecoder>(
  { said }: CodecModule<unknown>,
  decoder: D,
  codestream: Uint8Array,
  format: PixelFormat,
  reduce: number,
  arranged: (
    decoded: Uint8Array,
    decoder: D,
    size: { width: number; height: number },
  ) => Uint8Array = decoded => decoded,
): Promise<NativeFrame> {
  try {
    const { photometric, decompositions } = await checkedHeader(codestream, format)
    said()
    decoder.getEncodedBuffer(codestream.length).set(codestream)
    decoder.readHeader()
    const level = Math.min(reduce, decompositions)
    decoder.decodeSubResolution(level, 0)
    const trouble = said().find(line => TROUBLE.test(line) && !HARMLESS.test(line))
    if (trouble !== undefined) throw damaged(trouble)
    const size = decoder.calculateSizeAtDecompositionLevel(level)
    const { bitsPerSample: precision, componentCount: samples, isSigned: signed } = decoder.getFrameInfo()
    const stream = { rows: size.height, columns: size.width, samples, precision, signed, photometric }
    const decoded = new Uint8Array(decoder.getDecodedBuffer())
    return nativeFrame(arranged(decoded, decoder, size), stream, format)
  } catch (error) {
    if (typeof error !== 'number') throw error
    throw damaged('the decoder gave up')
  } finally {
    decoder.delete()
  }
}

/** What is said of a codestream that does not decode to what was encoded. */
const TROUBLE = /error|warning/i
/** Said of what decodes all the same. */
const HARMLESS = /TPsot==TNsot|JP2 box which are after the codestream|Unknown marker/

function damaged(how: string): Problem {
  return new Problem('undecodable', `the JPEG 2000 codestream is damaged: ${how.trim()}`)
}

/** @returns the color space that comes out, and how often it can be halved */
async function checkedHeader(
  codestream: Uint8Array,
  format: PixelFormat,
): Promise<{ photometric: string; decompositions: number }> {
  const bytes = Buffer.from(codestream.buffer, codestream.byteOffset, codestream.length)
  const stream = await readJpeg2000(bytesInMemory(bytes))
  if (stream === undefined)
    throw new Problem('undecodable', 'the frame is no JPEG 2000 codestream, or ends before its first tile')
  if (stream.pixels === undefined)
    throw new Problem(
      'undecodable',
      'the JPEG 2000 codestream has components of a kind that DICOM does not have',
    )
  const { Rows: rows, Columns: columns, SamplesPerPixel: samples, BitsStored: precision } = stream.pixels
  checkAgainstAttributes({ rows, columns, samples, precision }, format)
  if (PART_2.has(stream.TransferSyntaxUID))
    throw new Problem('not-acceptable', 'there is no decoder for the extensions of JPEG 2000 part 2')
  // The module for JPEG 2000 does not know it before it has decoded.
  return { photometric: decodedPhotometric(format.photometric), decompositions: stream.decompositions ?? 0 }
}

const PART_2: ReadonlySet<string> = new Set(['1.2.840.10008.1.2.4.92', '1.2.840.10008.1.2.4.93'])

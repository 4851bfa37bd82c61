import { readJpegHeader } from '../../dicom/codestreams/jpeg.js'
import { bytesInMemory } from '../../dicom/part10/byte-source.js'
import { Problem } from '../../dicom/problem.js'
import type { NativeFrame, PixelFormat } from '../pixel-format.js'
import { interleaved } from '../sample-layout.js'
import { charls } from './codec-modules.js'
import { checkAgainstAttributes, decodedPhotometric, nativeFrame } from './decoded-frame.js'

const SOF55 = 0xf7
const INTERLEAVED_BY_PLANE = 0

/** JPEG-LS, lossless and near-lossless, of every interleave mode. PS3.5 8.2.3; ISO/IEC 14495-1
 * @throws Problem `undecodable` */
export async function decodeJpegLs(codestream: Uint8Array, format: PixelFormat): Promise<NativeFrame> {
  const header = await readJpegHeader(
    bytesInMemory(Buffer.from(codestream.buffer, codestream.byteOffset, codestream.length)),
  )
  if (header?.marker !== SOF55)
    throw new Problem('undecodable', 'the frame is no JPEG-LS codestream, or ends before its first scan')
  const { rows, columns, precision, components } = header
  const stream = { rows, columns, precision, samples: components.length }
  checkAgainstAttributes(stream, format)
  const { module } = await charls()
  const decoder = new module.JpegLSDecoder()
  try {
    decoder.getEncodedBuffer(codestream.length).set(codestream)
    decoder.decode()
    const decoded = new Uint8Array(decoder.getDecodedBuffer())
    const pixels =
      stream.samples > 1 && decoder.getInterleaveMode() === INTERLEAVED_BY_PLANE
        ? interleaved(decoded, stream.samples, precision <= 8 ? 1 : 2)
        : decoded
    return nativeFrame(pixels, { ...stream, photometric: decodedPhotometric(format.photometric) }, format)
  } catch (error) {
    if (typeof error !== 'number') throw error
    throw new Problem('undecodable', 'the JPEG-LS codestream is damaged')
  } finally {
    decoder.delete()
  }
}

import { Problem } from '../../dicom/problem.js'
import { frameBytes, type NativeFrame, type PixelFormat } from '../pixel-format.js'
import { interleaved, withFullChroma } from '../sample-layout.js'

/** Native samples: as they are, but pixel by pixel and with all of their chroma. PS3.5 8.1, 8.2; Encapsulated Uncompressed A.4.11
 * @throws Problem `undecodable` */
export function decodeNative(bytes: Uint8Array, format: PixelFormat): Promise<NativeFrame> {
  const wanted = frameBytes(format)
  if (bytes.length < wanted)
    throw new Problem('undecodable', `the frame has ${bytes.length} bytes; its attributes say ${wanted}`)
  return Promise.resolve(laidOut(bytes.subarray(0, wanted), format))
}

function laidOut(bytes: Uint8Array, format: PixelFormat): NativeFrame {
  const { rows, columns, samples, bitsAllocated, photometric, planar } = format
  if (photometric === 'YBR_FULL_422' && samples === 3 && bitsAllocated === 8)
    return {
      bytes: withFullChroma(bytes, rows * columns),
      format: { ...format, photometric: 'YBR_FULL', planar: false },
    }
  if (!planar || samples === 1 || bitsAllocated % 8 !== 0) return { bytes, format }
  return { bytes: interleaved(bytes, samples, bitsAllocated / 8), format: { ...format, planar: false } }
}

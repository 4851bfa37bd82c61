import { Problem } from '../../dicom/problem.js'
import { discardNativeCodecs, nativeCodecs } from './codec-modules.js'
import type { CodestreamSamples } from './decoded-frame.js'

/** Decodes by dcmjs-codecs, in words as wide as its decoders' own: with others they mistake the length of a row.
 * @returns samples, pixel by pixel, of 8 bits or 16; and what was said of them
 * @throws Problem `undecodable`; RuntimeError where the module trapped */
export async function decodeByNativeCodecs(
  name: 'JPEG' | 'JPEG XL',
  codestream: Uint8Array,
  { rows, columns, samples, precision }: CodestreamSamples,
): Promise<{ samples: Uint8Array; said: readonly string[] }> {
  const { module, said } = await nativeCodecs()
  const { Context, NativeCodecs } = module
  said()
  const context = new Context({
    width: columns,
    height: rows,
    bitsAllocated: precision <= 8 ? 8 : 16,
    bitsStored: precision,
    samplesPerPixel: samples,
    pixelRepresentation: 0,
    planarConfiguration: 0,
    photometricInterpretation: samples === 1 ? 'MONOCHROME2' : 'RGB',
    encodedBuffer: codestream,
  })
  try {
    const decoded =
      name === 'JPEG'
        ? NativeCodecs.decodeJpeg(context, { convertColorspaceToRgb: false })
        : NativeCodecs.decodeJpegXl(context)
    return { samples: decoded.getDecodedBuffer() ?? new Uint8Array(), said: said() }
  } catch (error) {
    // Thrown right through the module, whose stack and memory are not tidied up by it.
    discardNativeCodecs()
    if (!(error instanceof Error) || error.name === 'RuntimeError') throw error
    throw damaged(name, error.message)
  }
}

/** @param message of the library: the names of its functions, then what it says */
export function damaged(name: string, message: string): Problem {
  return new Problem('undecodable', `the ${name} codestream is damaged: ${message.split('::').at(-1) ?? ''}`)
}

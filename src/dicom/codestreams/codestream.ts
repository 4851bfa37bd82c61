import type { ByteSource } from '../part10/byte-source.js'

/** What the codestream of a frame says of itself. PS3.5 8.2, PS3.18 8.7.3.3, 10.5.1. */
export interface Codestream {
  readonly TransferSyntaxUID: string
  /** other syntaxes that this codestream conforms to as well, so that a client may name them */
  readonly alsoFits: readonly string[]
  /** decoding does not give back what was encoded. undefined where the codestream does not tell */
  readonly lossy: boolean | undefined
  /** Image Pixel Macro, PS3.3 C.7.6.3; undefined where the codestream does not tell */
  readonly pixels: CodestreamPixels | undefined
  /** of wavelets: how often every part of it can be halved */
  readonly decompositions?: number
  /** without the boxes of a file format around it */
  readonly bytes: ByteSource
}

export interface CodestreamPixels {
  readonly Rows: number
  readonly Columns: number
  readonly SamplesPerPixel: number
  readonly PhotometricInterpretation: string
  readonly BitsAllocated: number
  readonly BitsStored: number
  readonly PixelRepresentation: 0 | 1
}

/** PS3.5 8.1.1: bits allocated are 1, or a multiple of 8. */
export function bitsAllocatedFor(bitsStored: number): number {
  return bitsStored <= 8 ? 8 : bitsStored <= 16 ? 16 : 32
}

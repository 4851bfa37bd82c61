/** How the samples of a frame lie in its bytes. PS3.3 C.7.6.3; PS3.5 8.1 */
export interface PixelFormat {
  readonly rows: number
  readonly columns: number
  readonly samples: number
  /** 1, or a multiple of 8 */
  readonly bitsAllocated: number
  readonly bitsStored: number
  readonly highBit: number
  readonly signed: boolean
  /** Photometric Interpretation (0028,0004) */
  readonly photometric: string
  /** Planar Configuration (0028,0006) 1: plane by plane */
  readonly planar: boolean
  /** Pixel Data, Float Pixel Data (7FE0,0008) or Double Float Pixel Data (7FE0,0009) */
  readonly numbers: 'integer' | 'float' | 'double'
}

/** A frame as it would be in Explicit VR Little Endian. */
export interface NativeFrame {
  readonly format: PixelFormat
  /** frameBytes(format) of them */
  readonly bytes: Uint8Array
}

/** Bytes of a native frame. YBR_FULL_422 has two samples a pixel. PS3.3 C.7.6.3.1.2; PS3.5 8.2 */
export function frameBytes({ rows, columns, samples, bitsAllocated, photometric }: PixelFormat): number {
  const samplesOfPixel = photometric === 'YBR_FULL_422' ? 2 : samples
  return Math.ceil((rows * columns * samplesOfPixel * bitsAllocated) / 8)
}

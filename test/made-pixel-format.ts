import type { PixelFormat } from '../src/imaging/pixel-format.js'

/** Unsigned gray of 8 bits, unless said otherwise; bits stored and high bit follow from what is allocated. */
export function pixelFormat(format: Partial<PixelFormat>): PixelFormat {
  const bitsAllocated = format.bitsAllocated ?? 8
  const bitsStored = format.bitsStored ?? bitsAllocated
  return {
    rows: 2,
    columns: 2,
    samples: 1,
    bitsAllocated,
    bitsStored,
    highBit: bitsStored - 1,
    signed: false,
    photometric: (format.samples ?? 1) === 1 ? 'MONOCHROME2' : 'RGB',
    planar: false,
    numbers: 'integer',
    ...format,
  }
}

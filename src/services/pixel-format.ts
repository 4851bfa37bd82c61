import type { DicomJson } from '../dicom/json-model.js'
import type { PixelFormat } from '../imaging/pixel-format.js'
import type { FoundInstance } from '../index/archive-index.js'
import { numberOf, textOf } from '../dicom/json-values.js'

/** The attributes of an instance that say how its samples lie. PS3.3 C.7.6.3 */
export const PIXEL_FORMAT_TAGS = [
  ...['00280002', '00280004', '00280006', '00280010', '00280011'],
  ...['00280100', '00280101', '00280102', '00280103'],
] as const

/** What a header says of the samples of its frames. */
export function pixelFormat(header: DicomJson, { frames }: FoundInstance): PixelFormat {
  const numberKind = frames.kind === 'native' ? NUMBERS[frames.tag] : undefined
  const bitsAllocated = numberKind?.bits ?? numberOf(header, '00280100') ?? 16
  const bitsStored = numberKind?.bits ?? numberOf(header, '00280101') ?? bitsAllocated
  return {
    rows: numberOf(header, '00280010') ?? 0,
    columns: numberOf(header, '00280011') ?? 0,
    samples: numberOf(header, '00280002') ?? 1,
    bitsAllocated,
    bitsStored,
    highBit: numberOf(header, '00280102') ?? bitsStored - 1,
    signed: numberOf(header, '00280103') === 1,
    photometric: textOf(header, '00280004') ?? 'MONOCHROME2',
    planar: numberOf(header, '00280006') === 1,
    numbers: numberKind?.numbers ?? 'integer',
  }
}

/** Float and Double Float Pixel Data. PS3.3 C.7.6.24, C.7.6.25 */
const NUMBERS: Readonly<Record<string, { bits: number; numbers: PixelFormat['numbers'] }>> = {
  '7FE00008': { bits: 32, numbers: 'float' },
  '7FE00009': { bits: 64, numbers: 'double' },
}

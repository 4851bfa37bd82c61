import { headerAttributes } from '../dicom/header-attributes.js'
import { transferSyntax, EXPLICIT_VR_LITTLE_ENDIAN } from '../dicom/transfer-syntaxes.js'
import type { DicomJson } from '../dicom/json-model.js'
import type { FrameDescription } from '../imaging/frame-description.js'
import type { PixelFormat } from '../imaging/pixel-format.js'
import type { ArchiveIndex, FoundInstance } from '../index/archive-index.js'
import { noSuchInstance } from './absent.js'

const TAGS = new Set([
  '00280002',
  '00280004',
  '00280006',
  '00280010',
  '00280011',
  '00280100',
  '00280101',
  '00280102',
  '00280103',
  '00281050',
  '00281051',
  '00281052',
  '00281053',
])

/** What the header of an instance says about its frames. */
export interface FrameDescriptions {
  /** @param frame 0-based */
  of(instance: FoundInstance, frame: number): Promise<FrameDescription>
}

export function frameDescriptions(index: ArchiveIndex): FrameDescriptions {
  return {
    async of(instance) {
      const stored = await index.header(instance.id)
      if (stored === undefined) throw noSuchInstance()
      const header = await headerAttributes(stored.header, stored.headerTextBytes, TAGS)
      const encapsulated = transferSyntax(instance.TransferSyntaxUID)?.encapsulated === true
      const center = first(header, '00281050')
      const width = first(header, '00281051')
      return {
        transferSyntax: encapsulated ? instance.TransferSyntaxUID : EXPLICIT_VR_LITTLE_ENDIAN,
        format: pixelFormat(header),
        rescale: { slope: first(header, '00281053') ?? 1, intercept: first(header, '00281052') ?? 0 },
        window: center === undefined || width === undefined ? undefined : { center, width, shape: 'LINEAR' },
      }
    },
  }
}

function pixelFormat(header: DicomJson): PixelFormat {
  const bitsAllocated = first(header, '00280100') ?? 16
  const photometric = header['00280004']?.Value?.[0]
  const bitsStored = first(header, '00280101') ?? bitsAllocated
  return {
    rows: first(header, '00280010') ?? 0,
    columns: first(header, '00280011') ?? 0,
    samples: first(header, '00280002') ?? 1,
    bitsAllocated,
    bitsStored,
    highBit: first(header, '00280102') ?? bitsStored - 1,
    signed: first(header, '00280103') === 1,
    photometric: typeof photometric === 'string' ? photometric : 'MONOCHROME2',
    planar: first(header, '00280006') === 1,
    numbers: 'integer',
  }
}

function first(header: DicomJson, tag: string): number | undefined {
  const value = header[tag]?.Value?.[0]
  return typeof value === 'number' ? value : undefined
}

import { findBulkValue } from '../dicom/bulk-table.js'
import type { DicomJson, JsonElement } from '../dicom/json-model.js'
import { itemOf } from '../dicom/json-values.js'
import { writtenElement } from '../dicom/part10/writer.js'
import { Problem } from '../dicom/problem.js'
import { EXPLICIT_VR_LITTLE_ENDIAN } from '../dicom/transfer-syntaxes.js'
import type { ImagingPool } from '../imaging/pool.js'
import type { ArchiveIndex, FoundInstance } from '../index/archive-index.js'
import type { BulkdataService } from './bulkdata.js'
import { elementBytes } from './element-bytes.js'
import { pixelFormat } from './pixel-format.js'
import { wholeFrame } from './whole-frame.js'

export const ICON_IMAGE_SEQUENCE = '00880200'
const ICON_PIXELS = '00880200.1.7FE00010'
const PIXEL_DATA = '7FE00010'

/** Icon Image Sequence (0088,0200) of an instance that is transcoded. All compressed Pixel Data of a dataset is in the one transfer
 *  syntax of the file, or else native: what was compressed is decoded. PS3.5 8.2, A.4; PS3.3 C.7.6.1.1.6
 * @param header with its Icon Image Sequence
 * @returns the element as it stands in Explicit VR Little Endian; empty where the icon, which is optional, cannot be decoded
 *  and has to be left out; undefined where it stays as it is
 * @throws Problem `overloaded`, `client-gone`, and those of stored bytes */
export type NativeIcon = (
  instance: FoundInstance,
  header: DicomJson,
  signal?: AbortSignal,
) => Promise<Uint8Array | undefined>

export function nativeIcon(index: ArchiveIndex, bulkdata: BulkdataService, pool: ImagingPool): NativeIcon {
  return async (instance, header, signal) => {
    const icon = itemOf(header, ICON_IMAGE_SEQUENCE)
    if (icon?.[PIXEL_DATA] === undefined) return undefined
    const pixels = findBulkValue(await index.bulkTable(instance.id), ICON_PIXELS)
    if (pixels?.kind !== 'encapsulated') return undefined
    try {
      const value = await bulkdata.ofInstance(instance, pixels)
      if (value.kind !== 'frames') return undefined
      const decoded = await pool.run(
        'transcode',
        async () => ({
          frame: await wholeFrame(await value.frames.frame(0), signal),
          transferSyntax: instance.TransferSyntaxUID,
          format: pixelFormat(icon, instance),
          to: EXPLICIT_VR_LITTLE_ENDIAN,
          options: { quality: undefined },
        }),
        signal,
        instance.uids.StudyInstanceUID,
      )
      const native: Record<string, JsonElement> = {
        ...(await inline(icon, instance)),
        '00280004': { vr: 'CS', Value: [decoded.format.photometric] },
        [PIXEL_DATA]: {
          vr: decoded.format.bitsAllocated > 8 ? 'OW' : 'OB',
          InlineBinary: Buffer.from(decoded.bytes).toString('base64'),
        },
      }
      if (decoded.format.samples > 1)
        native['00280006'] = { vr: 'US', Value: [Number(decoded.format.planar)] }
      return await writtenElement(ICON_IMAGE_SEQUENCE, { vr: 'SQ', Value: [native] })
    } catch (error) {
      if (error instanceof Problem && UNUSABLE.has(error.kind)) return new Uint8Array()
      throw error
    }
  }

  /** Values that are elsewhere, as of a long palette, in their places. */
  async function inline(icon: DicomJson, instance: FoundInstance): Promise<DicomJson> {
    const bytesOf = elementBytes(index, bulkdata, instance)
    const entries = await Promise.all(
      Object.entries(icon).map(async ([tag, element]): Promise<[string, JsonElement]> => {
        if (element.BulkDataURI === undefined || tag === PIXEL_DATA) return [tag, element]
        const bytes = await bytesOf(element)
        if (bytes === undefined) throw new Problem('bad-pixel-data', 'a value of the icon cannot be read')
        return [tag, { vr: element.vr, InlineBinary: Buffer.from(bytes).toString('base64') }]
      }),
    )
    return Object.fromEntries(entries)
  }
}

const UNUSABLE: ReadonlySet<Problem['kind']> = new Set([
  'undecodable',
  'not-acceptable',
  'limit-exceeded',
  'bad-pixel-data',
  'invalid-parameter',
])

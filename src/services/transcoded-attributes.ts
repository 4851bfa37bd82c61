import { createHash } from 'node:crypto'
import type { DicomJson } from '../dicom/json-model.js'
import { datasetEdits, type DatasetEdits } from '../dicom/part10/dataset-edits.js'
import { writtenElement } from '../dicom/part10/writer.js'
import type { PixelFormat } from '../imaging/pixel-format.js'
import type { FoundInstance } from '../index/archive-index.js'
import { ICON_IMAGE_SEQUENCE } from './native-icon.js'
import { TRANSCODER } from './transcode.js'

/** Attributes that are others once the frames of an instance are in another transfer syntax. PS3.3 C.7.6.3, C.7.6.1.1.5 */

/** of the stored instance, for what is appended to */
export const LOSSY_HISTORY_TAGS = ['00080008', '00082111', '00282112', '00282114'] as const

const PIXEL_DATA = 0x7fe00010
/** What an Extended Offset Table says of the fragments that were. PS3.3 C.7.6.3.1.8 */
const OFFSET_TABLES = [0x7fe00001, 0x7fe00002]

export interface Lossy {
  readonly header: DicomJson
  /** Lossy Image Compression Ratio, of the first frame */
  readonly ratio: number
  readonly to: string
  readonly SOPInstanceUID: string
}

/** @param formats as the stored instance describes its frames, and as they are described now
 *  @param icon in place of the stored Icon Image Sequence, as native-icon.ts has it */
export async function transcodedAttributes(
  instance: FoundInstance,
  { was, is }: { readonly was: PixelFormat; readonly is: PixelFormat },
  lossy: Lossy | undefined,
  icon: Uint8Array | undefined,
): Promise<DatasetEdits> {
  const elements: [string, unknown][] = []
  const us = (tag: string, before: number, now: number): void => {
    if (before !== now) elements.push([tag, { vr: 'US', Value: [now] }])
  }
  if (was.photometric !== is.photometric) elements.push(['00280004', { vr: 'CS', Value: [is.photometric] }])
  if (is.samples > 1) us('00280006', Number(was.planar), Number(is.planar))
  us('00280100', was.bitsAllocated, is.bitsAllocated)
  us('00280101', was.bitsStored, is.bitsStored)
  us('00280102', was.highBit, is.highBit)
  if (lossy !== undefined) elements.push(...lossyAttributes(instance, lossy))
  const written = await Promise.all(
    elements.map(
      async ([tag, element]): Promise<[number, Uint8Array]> =>
        [parseInt(tag, 16), await writtenElement(tag, element)] as const,
    ),
  )
  if (icon !== undefined) written.push([parseInt(ICON_IMAGE_SEQUENCE, 16), icon])
  return datasetEdits(new Map(written), [...OFFSET_TABLES, PIXEL_DATA])
}

/** PS3.3 C.7.6.1.1.2 to C.7.6.1.1.5 */
function lossyAttributes(
  instance: FoundInstance,
  { header, ratio, to, SOPInstanceUID }: Lossy,
): [string, unknown][] {
  const code = (value: string, meaning: string): object => ({
    '00080100': { vr: 'SH', Value: [value] },
    '00080102': { vr: 'SH', Value: ['DCM'] },
    '00080104': { vr: 'LO', Value: [meaning] },
  })
  const source = {
    '00081150': { vr: 'UI', Value: [instance.SOPClassUID] },
    '00081155': { vr: 'UI', Value: [instance.uids.SOPInstanceUID] },
    '0040A170': { vr: 'SQ', Value: [code('121320', 'Uncompressed predecessor')] },
  }
  const [, ...type] = values(header, '00080008')
  return [
    ['00080008', { vr: 'CS', Value: ['DERIVED', ...(type.length === 0 ? ['PRIMARY'] : type)] }],
    ['00080018', { vr: 'UI', Value: [SOPInstanceUID] }],
    ['00082111', { vr: 'ST', Value: [description(header, to)] }],
    ['00082112', { vr: 'SQ', Value: [source] }],
    ['00089215', { vr: 'SQ', Value: [code('113040', 'Lossy Compression')] }],
    ['00282110', { vr: 'CS', Value: ['01'] }],
    ['00282112', { vr: 'DS', Value: [...values(header, '00282112'), ratio.toFixed(2)] }],
    ['00282114', { vr: 'CS', Value: [...values(header, '00282114'), METHODS[to] ?? ''] }],
  ]
}

/** Defined terms of PS3.3 C.7.6.1.1.5.1 */
const METHODS: Readonly<Record<string, string>> = {
  '1.2.840.10008.1.2.4.50': 'ISO_10918_1',
  '1.2.840.10008.1.2.4.81': 'ISO_14495_1',
  '1.2.840.10008.1.2.4.91': 'ISO_15444_1',
  '1.2.840.10008.1.2.4.203': 'ISO_15444_15',
}

/** Text beyond ASCII is of a character set that this would have to keep. */
function description(header: DicomJson, to: string): string {
  const before = values(header, '00082111').join(' ')
  const own = `Lossy compression to transfer syntax ${to}`
  const kept = /^[\x20-\x7e\r\n]{1,800}$/.test(before) ? `${before}; ` : ''
  return kept + own
}

function values(header: DicomJson, tag: string): string[] {
  return (header[tag]?.Value ?? []).map(value =>
    typeof value === 'number' || typeof value === 'string' ? String(value) : '',
  )
}

/** The same for the same instance and syntax, from whatever server of ours. PS3.5 B.2 */
export function derivedUid(instance: FoundInstance, to: string): string {
  const digest = createHash('sha256')
    .update(
      `${Buffer.from(instance.sha256).toString('hex')} ${instance.uids.SOPInstanceUID} ${to} ${TRANSCODER}`,
    )
    .digest('hex')
  return `2.25.${BigInt(`0x${digest.slice(0, 32)}`).toString()}`
}

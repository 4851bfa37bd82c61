/** Makes what a store hands to the index, without a file behind it. */
import { randomBytes } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import type { FrameTable } from '../../src/dicom/frame-table.js'
import type { DicomJson, JsonElement, JsonValue } from '../../src/dicom/json-model.js'
import type { NewInstance } from '../../src/dicom/stored-instance.js'
import { USUAL_ATTRIBUTES } from '../../src/dicom/indexed-attributes.js'
import { newUid } from '../made-dicom.js'

export interface MadeOptions {
  readonly study?: string
  readonly series?: string
  readonly sop?: string
  /** elements of the header beside the usual ones; undefined leaves a usual one out */
  readonly elements?: Readonly<Record<string, JsonElement | undefined>>
  readonly frames?: FrameTable
  /** what the index keeps; as without named attributes by default */
  readonly keep?: ReadonlySet<string>
  readonly over?: Partial<NewInstance>
}

export const json = (vr: string, ...Value: JsonValue[]): JsonElement =>
  Value.length === 0 ? { vr } : { vr, Value }
export const name = (Alphabetic: string): JsonElement => json('PN', { Alphabetic })
export const CT_STORAGE = '1.2.840.10008.5.1.4.1.1.2'
export const EXPLICIT = '1.2.840.10008.1.2.1'

export function madeInstance(options: MadeOptions = {}): NewInstance {
  const { study = newUid(), series = newUid(), sop = newUid() } = options
  const usual: Record<string, JsonElement | undefined> = {
    '00080016': json('UI', CT_STORAGE),
    '00080018': json('UI', sop),
    '00080020': json('DA', '20240131'),
    '00080030': json('TM', '101112'),
    '00080050': json('SH', 'A1'),
    '00080060': json('CS', 'CT'),
    '00080090': name('Referring^Doctor'),
    '0008103E': json('LO', 'Thin slices'),
    '00100010': name('Müller^Jürgen'),
    '00100020': json('LO', 'P1'),
    '00180050': json('DS', 1.5),
    '0020000D': json('UI', study),
    '0020000E': json('UI', series),
    '00200010': json('SH', 'S1'),
    '00200011': json('IS', 1),
    '00200013': json('IS', 1),
    '00280010': json('US', 8),
    '00280011': json('US', 8),
    '00280100': json('US', 16),
    ...options.elements,
    '7FE00010': { vr: 'OW', BulkDataURI: '\x1f/bulkdata/7FE00010' },
  }
  const dataset = Object.fromEntries(
    Object.entries(usual)
      .filter((entry): entry is [string, JsonElement] => entry[1] !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
  // The mark stands raw in stored headers (json-model.ts).
  const text = JSON.stringify(dataset).replaceAll('\\u001f', '\x1f')
  return {
    uids: { StudyInstanceUID: study, SeriesInstanceUID: series, SOPInstanceUID: sop },
    SOPClassUID: CT_STORAGE,
    TransferSyntaxUID: EXPLICIT,
    blobKey: `ab/${randomBytes(12).toString('hex')}.dcm`,
    sizeBytes: 1234,
    sha256: randomBytes(32),
    datasetSha256: randomBytes(32),
    datasetOffsetBytes: 330,
    header: deflateRawSync(text),
    headerTextBytes: Buffer.byteLength(text),
    bulk: randomBytes(12),
    frames: options.frames ?? { kind: 'none' },
    attributes: indexed(dataset, options.keep ?? USUAL_ATTRIBUTES.tags),
    ...options.over,
  }
}

function indexed(dataset: DicomJson, keep: ReadonlySet<string>): DicomJson {
  return Object.fromEntries(Object.entries(dataset).filter(([tag]) => keep.has(tag)))
}

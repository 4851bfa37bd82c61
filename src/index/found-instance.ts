/** Rows of an instance, to and from the types of dicom/. */
import type { FrameTable } from '../dicom/frame-table.js'
import type { Damage } from '../dicom/stored-instance.js'
import type { FoundInstance } from './archive-index.js'

export interface InstanceRow {
  readonly id: number
  readonly study_instance_uid: string
  readonly series_instance_uid: string
  readonly sop_instance_uid: string
  readonly sop_class_uid: string
  readonly transfer_syntax_uid: string
  readonly blob_key: string
  readonly size_bytes: number
  readonly sha256: Uint8Array
  readonly dataset_sha256: Uint8Array
  readonly dataset_offset_bytes: number
  readonly inflated_bytes: number | null
  readonly frames: string
  readonly stored_at: number
  readonly damage: Damage | null
}

export const INSTANCE_COLUMNS = [
  'instance.id',
  'study.study_instance_uid',
  'series.series_instance_uid',
  'instance.sop_instance_uid',
  'instance.sop_class_uid',
  'instance.transfer_syntax_uid',
  'instance.blob_key',
  'instance.size_bytes',
  'instance.sha256',
  'instance.dataset_sha256',
  'instance.dataset_offset_bytes',
  'instance.inflated_bytes',
  'instance.frames',
  'instance.stored_at',
  'instance.damage',
] as const

export function foundInstance(row: InstanceRow): FoundInstance {
  return {
    id: row.id,
    uids: {
      StudyInstanceUID: row.study_instance_uid,
      SeriesInstanceUID: row.series_instance_uid,
      SOPInstanceUID: row.sop_instance_uid,
    },
    SOPClassUID: row.sop_class_uid,
    TransferSyntaxUID: row.transfer_syntax_uid,
    blobKey: row.blob_key,
    sizeBytes: row.size_bytes,
    sha256: row.sha256,
    datasetSha256: row.dataset_sha256,
    datasetOffsetBytes: row.dataset_offset_bytes,
    ...(row.inflated_bytes === null ? {} : { inflatedBytes: row.inflated_bytes }),
    // Written by storedFrames alone.
    frames: JSON.parse(row.frames) as FrameTable,
    storedAt: new Date(row.stored_at),
    ...(row.damage === null ? {} : { damage: row.damage }),
  }
}

/** A frame table without its chunks, which have rows of their own. */
export function storedFrames(frames: FrameTable): string {
  return JSON.stringify(frames.kind === 'encapsulated' ? { ...frames, chunks: [] } : frames)
}

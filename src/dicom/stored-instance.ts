import type { FrameTable } from './frame-table.js'
import type { InstanceUids } from './instance-uids.js'
import type { DicomJson } from './json-model.js'

/** What is wrong with an instance's blob: it is gone, or other bytes than were stored. */
export type Damage = 'missing' | 'damaged'

/** Plain data about one stored instance, as the index keeps it and gives it back. */
export interface InstanceRecord {
  readonly uids: InstanceUids
  readonly SOPClassUID: string
  readonly TransferSyntaxUID: string
  readonly blobKey: string
  readonly sizeBytes: number
  /** SHA-256 of the whole file, 32 bytes */
  readonly sha256: Uint8Array
  /** SHA-256 of the bytes after the meta group, 32 bytes */
  readonly datasetSha256: Uint8Array
  /** where the dataset begins in the file: 132 + meta group, or 0 without both */
  readonly datasetOffsetBytes: number
  /** how long the file is once its dataset is inflated; only for deflated transfer syntaxes */
  readonly inflatedBytes?: number
}

/** What a store hands to the index for one instance whose blob is durable. */
export interface NewInstance extends InstanceRecord {
  /** the DICOM JSON text, raw deflate (RFC 1951), see json-model.ts URL_MARK */
  readonly header: Uint8Array
  readonly headerTextBytes: number
  /** bulk-table.ts; empty where the instance has no bulk value */
  readonly bulk: Uint8Array
  readonly frames: FrameTable
  /** top-level attributes that search needs: those of the index's `attributes.tags` that the dataset has */
  readonly attributes: DicomJson
  /** where the index is made anew, and the instance was stored long ago */
  readonly rebuilt?: Rebuilt
}

/** What the blobs alone tell of an instance. Times are milliseconds since 1970. */
export interface Rebuilt {
  readonly storedAt: number
  /** where it is deleted */
  readonly deletion?: { readonly id: number; readonly deletedAt: number }
}

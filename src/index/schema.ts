import type { Generated } from 'kysely'
import type { RebuildPhase } from './rebuilding.js'

/** The tables, as migrations/ leave them. Both databases. Times are milliseconds since 1970. */
export interface Schema {
  readonly study: StudyTable
  readonly series: SeriesTable
  readonly attribute_set: AttributeSetTable
  readonly instance: InstanceTable
  readonly instance_header: InstanceHeaderTable
  readonly frame_chunk: FrameChunkTable
  readonly study_attribute: StudyAttributeTable
  readonly series_attribute: AttributeTable
  readonly deletion: DeletionTable
  readonly change: ChangeTable
  readonly change_head: ChangeHeadTable
  readonly search_state: SearchStateTable
  readonly orphan: OrphanTable
  readonly verification: VerificationTable
  readonly rebuild: RebuildTable
  readonly rebuild_blob: RebuildBlobTable
}

interface StudyTable {
  readonly id: Generated<number>
  readonly study_instance_uid: string
  /** YYYYMMDD, empty where unknown */
  readonly study_date: string
  /** HHMMSS.FFFFFF, empty where unknown */
  readonly study_time: string
  /** element-text.ts, merged from the instances */
  readonly attributes: string
  /** JSON list of the live series' modalities */
  readonly modalities: string
  readonly series_count: number
  readonly instance_count: number
  /** number of the last change */
  readonly version: number
  readonly created_at: number
  readonly updated_at: number
  /** null where the study has a live instance */
  readonly deleted_at: number | null
}

interface SeriesTable {
  readonly id: Generated<number>
  readonly study_id: number
  readonly series_instance_uid: string
  /** normalised-values.ts orderNumber */
  readonly series_number: number
  /** empty where unknown */
  readonly modality: string
  readonly attributes: string
  readonly instance_count: number
  readonly version: number
  readonly created_at: number
  readonly updated_at: number
  readonly deleted_at: number | null
}

/** What instances say of their study, or of their series: each different text once in its study. */
interface AttributeSetTable {
  readonly id: Generated<number>
  readonly study_id: number
  readonly digest: Uint8Array
  readonly attributes: string
}

interface InstanceTable {
  readonly id: Generated<number>
  readonly series_id: number
  readonly sop_instance_uid: string
  readonly sop_class_uid: string
  readonly instance_number: number
  readonly study_set_id: number
  readonly series_set_id: number
  readonly transfer_syntax_uid: string
  readonly blob_key: string
  readonly size_bytes: number
  readonly sha256: Uint8Array
  readonly dataset_sha256: Uint8Array
  readonly dataset_offset_bytes: number
  readonly inflated_bytes: number | null
  /** FrameTable as JSON, without the chunks */
  readonly frames: string
  readonly header_bytes: number
  readonly stored_at: number
  readonly deleted_at: number | null
  readonly attributes: string
  /** null where the instance is live */
  readonly deletion_id: number | null
  /** null where nothing is known to be wrong with its blob */
  readonly damage: 'missing' | 'damaged' | null
  readonly damage_found_at: number | null
}

interface InstanceHeaderTable {
  readonly instance_id: number
  readonly header_text_bytes: number
  readonly bulk: Uint8Array
  readonly header: Uint8Array
}

interface FrameChunkTable {
  readonly instance_id: number
  readonly chunk: number
  readonly ranges: Uint8Array
}

/** Normalised values of the attributes that are searched often (searched-attributes.ts), each value a row. */
interface AttributeTable {
  readonly owner_id: number
  readonly tag: string
  readonly value: string
}

interface StudyAttributeTable extends AttributeTable {
  /** where the study stands in the order of answers: moments.ts orderMoment */
  readonly moment: number
}

/** One request's deletions, as long as rows of them are there. */
interface DeletionTable {
  readonly id: Generated<number>
  readonly action: 'delete' | 'replace' | 'restore'
  readonly deleted_at: number
  readonly tombstone_key: string | null
  /** counts what made the tombstone untrue since it was written; 0: it is true */
  readonly stale: number
  /** 1: its time is over, its blobs may be gone already */
  readonly purging: number
}

interface ChangeTable {
  readonly number: number
  readonly action: 'stored' | 'replaced' | 'deleted' | 'restored'
  readonly study_instance_uid: string
  readonly series_instance_uid: string
  readonly sop_instance_uid: string
  readonly changed_at: number
}

/** One row: the last change's number, and how many live rows there are. */
interface ChangeHeadTable {
  readonly id: number
  readonly number: number
  readonly studies: number
  readonly series: number
  readonly instances: number
}

/** One row: search-state.ts. */
interface SearchStateTable {
  readonly id: number
  readonly written_for: string
  readonly filled: number
}

/** Blobs that no row names, as long as they are there. */
interface OrphanTable {
  readonly blob_key: string
  readonly first_seen: number
  readonly last_seen: number
}

/** One row once a pass in the background was begun. */
interface VerificationTable {
  readonly id: number
  readonly started_at: number
  /** null while the pass is under way */
  readonly finished_at: number | null
  /** blobs up to this key are done */
  readonly after: string
  /** JSON */
  readonly counts: string
}

/** One row while the index is made anew from the blobs. */
interface RebuildTable {
  readonly id: number
  readonly phase: RebuildPhase
  readonly after: string
}

/** What there is to read then, by the part of the key that begins with its time. */
interface RebuildBlobTable {
  readonly name: string
  readonly blob_key: string
  readonly deletion_id: number | null
}

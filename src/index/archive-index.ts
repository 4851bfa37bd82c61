import type { FrameTable } from '../dicom/frame-table.js'
import type { IndexedAttributes } from '../dicom/indexed-attributes.js'
import type { InstanceUids, Scope } from '../dicom/instance-uids.js'
import type { Query } from '../dicom/query.js'
import type { Damage, InstanceRecord, NewInstance } from '../dicom/stored-instance.js'
import type { Deletions } from './deletions.js'
import type { Rebuilding } from './rebuilding.js'
import type { Reindexing } from './reindexing.js'
import type { Verification } from './verification.js'

/** What became of one instance handed to commit. */
export type CommitOutcome =
  | { readonly kind: 'stored' }
  /** live under the same UIDs with equal file, or equal transfer syntax and dataset: nothing was written */
  | { readonly kind: 'identical' }
  /** policy `replace`: the earlier one is marked deleted; its blob stays until it is purged */
  | { readonly kind: 'replaced'; readonly previousBlobKey: string }
  /** live with equal file, but known to be damaged: now it has this blob, and is whole; the earlier one is named no more */
  | { readonly kind: 'healed'; readonly previousBlobKey: string }
  /** the SOP Instance UID is live with other bytes (policy `reject`), or in another study or series (any policy) */
  | { readonly kind: 'conflict'; readonly reason: 'other-content' | 'other-series' }

export type DuplicatePolicy = 'reject' | 'replace'

/** The blob that lists what is to be replaced, durable already. */
export interface ReplaceTombstone {
  readonly key: string
  /** what it lists */
  readonly blobKey: string
}

export interface Change {
  /** from 1 on, without gaps, in the order of the commits */
  readonly number: number
  readonly action: 'stored' | 'replaced' | 'deleted' | 'restored'
  readonly uids: InstanceUids
  readonly time: Date
}

export interface ChangePage {
  readonly changes: readonly Change[]
  /** number of the latest change of all */
  readonly latest: number
}

/** What opening the index did to its schema. Versions are the names of the last migration, such as `0003-search-state`. */
export interface SchemaChange {
  /** undefined where there was no index yet */
  readonly from: string | undefined
  /** the same as `from` where nothing had to be done, or another process did it */
  readonly to: string
  /** the last step that a newer program made, and this one does not know */
  readonly newer: string | undefined
}

/** An instance as a read finds it. */
export interface FoundInstance extends InstanceRecord {
  /** row id; addresses header, bulk table and frame chunks */
  readonly id: number
  /** kind, arithmetic and count; chunks of encapsulated frames are read apart, by frameChunk */
  readonly frames: FrameTable
  readonly storedAt: Date
  /** found by a verification: its bytes are not to be served */
  readonly damage?: Damage
}

export interface StoredHeader {
  readonly uids: InstanceUids
  /** raw deflate of the DICOM JSON text with URL_MARK */
  readonly header: Uint8Array
  readonly headerTextBytes: number
}

/** Rows of a search, each a whole DICOM JSON object as text, URL_MARK standing for the base URL. */
export interface SearchPage {
  readonly rows: readonly string[]
  /** how many more match after these (for the Warning header), as far as they are counted; 0 where these are the last */
  readonly remaining: number
  /** no more than that match */
  readonly isAll: boolean
}

export interface SeriesVersion {
  readonly SeriesInstanceUID: string
  /** Modality (0008,0060); empty where unknown */
  readonly modality: string
  /** changes with every store, replacement, deletion and restoration in the series */
  readonly version: number
  /** when the version became what it is */
  readonly changedAt: Date
  readonly instances: number
}

/** What is where. Plain data in and out (what structured clone carries), so that a part can run in another thread or
 *  process. SQLite and PostgreSQL run the same test/index/index-conformance.ts.
 *  Every method throws Problem `unavailable` when the database does not answer. */
export interface ArchiveIndex {
  readonly schema: SchemaChange
  /** what it keeps for searches; a store hands over what `tags` name */
  readonly attributes: IndexedAttributes
  /** Durable when it resolves (the SQLite log is fsynced), and visible to every later read. Instances of many callers share
   *  a transaction; one bad row never fails its neighbours. Outcomes in the order given.
   *  What is known to be damaged is healed by an equal file, and replaced, as by policy `replace`, by an equal dataset in
   *  another file.
   *  What is `rebuilt` and deleted gets its row beside whatever is live, without a change.
   *  @param tombstone for policy `replace`: what it does not list is not replaced, but a conflict as with `reject`. Without
   *   one anything is, and the deletion counts as stale. */
  commit(
    instances: readonly NewInstance[],
    policy: DuplicatePolicy,
    tombstone?: ReplaceTombstone,
  ): Promise<readonly CommitOutcome[]>
  /** The live instance with this SOP Instance UID, wherever it is. One indexed read. */
  findBySopInstance(SOPInstanceUID: string): Promise<FoundInstance | undefined>
  /** The live instance at exactly these UIDs. One indexed read. */
  find(uids: InstanceUids): Promise<FoundInstance | undefined>
  /** One chunk of 1,024 frames of encapsulated pixel data. */
  frameChunk(instanceId: number, chunk: number): Promise<Uint8Array | undefined>
  /** The packed bulk table of an instance; empty where it has none. */
  bulkTable(instanceId: number): Promise<Uint8Array>
  /** The header of one instance. */
  header(instanceId: number): Promise<StoredHeader | undefined>
  /** Live instances in scope, by SeriesNumber, series, InstanceNumber, SOP Instance UID; read in pages by key. */
  instances(scope: Scope): AsyncIterable<FoundInstance>
  /** Some of a series, in the order of instances(), from a position on. */
  instancesFrom(
    StudyInstanceUID: string,
    SeriesInstanceUID: string,
    position: number,
    count: number,
  ): Promise<readonly FoundInstance[]>
  /** Headers in scope, in the order of instances(); a bounded number of bytes a page. */
  headers(scope: Scope): AsyncIterable<StoredHeader>
  /** The live series of a study, in order, with versions; empty where the study is not there. */
  seriesVersions(StudyInstanceUID: string, SeriesInstanceUID?: string): Promise<readonly SeriesVersion[]>
  search(query: Query, signal?: AbortSignal): Promise<SearchPage>
  /** Changes after a number, ascending; all that is committed is told, and none can come before one that was told. */
  changes(since: number, limit: number): Promise<ChangePage>
  readonly deletions: Deletions
  /** Whether all that is stored can be found by `attributes`: false where some was stored before they were named, or by an
   *  earlier version. Then reindexing fills it in. */
  isFilled(): Promise<boolean>
  readonly reindexing: Reindexing
  readonly verification: Verification
  readonly rebuilding: Rebuilding
  /** Runs work while no other process that has the archive open, and nothing else in this one, does the same task. Who ends,
   *  in whatever way, lets the task go at once.
   * @param task lower-case letters and dashes
   * @param work is given a signal that is aborted where the hold on the task was lost: then another may have begun
   * @returns what the work returned; undefined where the task is another's now
   * @throws what the work throws; Problem `unavailable` */
  alone<T>(task: string, work: (lost: AbortSignal) => Promise<T>): Promise<T | undefined>
  /** Answers when the database can be read and written. */
  ready(): Promise<void>
  close(): Promise<void>
}

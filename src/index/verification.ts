import type { InstanceUids } from '../dicom/instance-uids.js'
import type { Damage } from '../dicom/stored-instance.js'

/** The index's part in comparing it with the blobs. Times are milliseconds since 1970. Each throws Problem `unavailable` or
 *  `storage-full`, and then has changed nothing. */
export interface Verification {
  /** Instances with greater blob keys, ascending by those; deleted ones too. */
  instances(after: string, limit: number): Promise<readonly NamedBlob[]>
  /** one of them, as it is now */
  instance(id: number): Promise<NamedBlob | undefined>
  uids(instanceId: number): Promise<InstanceUids | undefined>
  isNamed(blobKey: string): Promise<boolean>
  /** Says of an instance that its blob is damaged, or whole after all; nothing where it has another blob by now. */
  mark(mark: Mark): Promise<void>

  /** Notes that no row names these blobs now; those that one names are left out.
   *  @returns those that are orphans, and since when */
  seeOrphans(seen: OrphanSighting): Promise<readonly Orphan[]>
  /** Orphans that were seen first before one time, and again after another, ascending by key; a page. */
  orphans(page: OrphanPage): Promise<readonly Orphan[]>
  /** What no longer is an orphan: it is named, or gone. */
  forgetOrphans(forgotten: ForgottenOrphans): Promise<void>

  /** Deletions that can be undone, ascending by id; a page. */
  deletions(after: number, limit: number): Promise<readonly ListedDeletion[]>
  /** Its tombstone does not tell the truth: it is to be written anew. */
  distrustTombstone(deletionId: number): Promise<void>

  /** Where the pass in the background is; undefined before the first. */
  progress(): Promise<VerificationProgress | undefined>
  saveProgress(progress: VerificationProgress): Promise<void>
}

/** An instance by its blob. */
export interface NamedBlob {
  readonly id: number
  readonly blobKey: string
  readonly sizeBytes: number
  readonly sha256: Uint8Array
  /** `purging`: its blob may be gone already */
  readonly state: 'live' | 'deleted' | 'purging'
  readonly damage: Damage | undefined
}

export interface Mark {
  readonly instanceId: number
  readonly blobKey: string
  /** undefined: it is whole */
  readonly damage: Damage | undefined
}

export interface Orphan {
  readonly blobKey: string
  readonly firstSeen: number
}

export interface OrphanSighting {
  readonly blobKeys: readonly string[]
  readonly now: number
}

export interface OrphanPage {
  readonly firstSeenUntil: number
  readonly lastSeenFrom: number
  readonly after: string
  readonly limit: number
}

export interface ForgottenOrphans {
  readonly blobKeys: readonly string[]
  /** all that were not seen since; undefined: only those keys */
  readonly lastSeenBefore?: number
}

export interface ListedDeletion {
  readonly id: number
  readonly tombstoneKey: string | undefined
  /** its tombstone is known not to be true, and will be renewed */
  readonly stale: boolean
}

export interface VerificationProgress {
  readonly startedAt: number
  /** undefined while the pass is under way */
  readonly finishedAt: number | undefined
  /** blobs up to this key are done */
  readonly after: string
  /** JSON */
  readonly counts: string
}

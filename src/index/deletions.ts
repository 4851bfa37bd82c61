import type { InstanceUids, Scope } from '../dicom/instance-uids.js'

/** Deletion in the index: what is deleted is invisible at once, can be restored for a while, and is then purged. A deletion
 *  is what one request deleted or replaced; it lasts as long as rows of it are there. Times are milliseconds since 1970. */
export interface Deletions {
  /** The study's version, which every change in it raises; undefined where it has no live instance. */
  studyVersion(StudyInstanceUID: string): Promise<number | undefined>
  /** Deletes all that is live in scope, in one commit.
   * @returns how many; 0 where nothing is there (then nothing was written) */
  remove(removal: Removal): Promise<number>
  /** Makes what is deleted in scope live again, in one commit: of each SOP Instance UID the one deleted last. */
  restore(restoration: Restoration): Promise<Restored>
  /** What is deleted and not yet to be purged, by deletion and series, the latest first. */
  deleted(deletedAfter: number): Promise<readonly DeletedSeries[]>

  /** Whether a deletion names this tombstone. */
  knowsTombstone(key: string): Promise<boolean>
  /** Deletions whose tombstone does not tell the truth (a part was restored), or that have none yet. */
  stale(): Promise<readonly StaleDeletion[]>
  /** Blobs of a deletion's instances, in pages. */
  blobKeys(deletionId: number): AsyncIterable<string>
  /** Names another tombstone.
   * @returns false where the deletion was changed meanwhile: then the list is not true either */
  renewTombstone(renewal: Renewal): Promise<boolean>

  /** From now on nothing that was deleted so long ago can be restored: its blobs may go. */
  expire(deletedUntil: number): Promise<void>
  /** Instances to be purged, the first few. Their blobs go first, then their rows by purge. */
  expired(limit: number): Promise<readonly ExpiredInstance[]>
  /** Removes the rows for good, and those of series and studies that have none left. What is not there, or not expired, is
   *  left alone: several may purge the same at once. */
  purge(instanceIds: readonly number[]): Promise<void>
  /** Expired deletions of which no row is left. Their tombstones go first, then they by forget. */
  emptied(): Promise<readonly EmptiedDeletion[]>
  forget(deletionId: number): Promise<void>
}

export interface Removal {
  readonly scope: Scope
  /** the blob that lists what is deleted, durable already */
  readonly tombstoneKey: string
  /** the study's version before the list was begun; where it is another by now, the deletion counts as stale */
  readonly version: number
}

export interface Restoration {
  readonly scope: Scope
  readonly deletedAfter: number
  /** instances that were replaced, in place of those that were deleted */
  readonly replaced: boolean
}

export interface Restored {
  readonly instances: number
  /** not restored: there is a live instance with the same SOP Instance UID */
  readonly taken: readonly InstanceUids[]
  /** of deletions that have nothing left, and are forgotten */
  readonly tombstoneKeys: readonly string[]
}

export interface DeletedSeries {
  readonly action: 'delete' | 'replace'
  readonly deletedAt: number
  readonly StudyInstanceUID: string
  readonly SeriesInstanceUID: string
  readonly instances: number
}

export interface StaleDeletion {
  readonly id: number
  readonly action: 'delete' | 'replace'
  readonly tombstoneKey: string | undefined
  /** to be given back to renewTombstone */
  readonly stale: number
}

export interface Renewal {
  readonly deletionId: number
  readonly stale: number
  readonly tombstoneKey: string
}

export interface ExpiredInstance {
  readonly id: number
  readonly blobKey: string
  readonly sha256: Uint8Array
  readonly StudyInstanceUID: string
  readonly SeriesInstanceUID: string
}

export interface EmptiedDeletion {
  readonly id: number
  readonly tombstoneKey: string | undefined
}

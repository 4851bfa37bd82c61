/** Making the index anew from the blobs alone: what is to be read, in the order in which it was stored, and how far that is.
 *  The instances themselves come by ArchiveIndex.commit. */

export type RebuildPhase = 'tombstones' | 'blobs' | 'instances'

/** Where a rebuild is. Plain data. */
export interface RebuildProgress {
  readonly phase: RebuildPhase
  /** of that phase all is done up to this key, or name */
  readonly after: string
}

/** A blob that is to be read. */
export interface BlobToRead {
  /** the key without its folder: begins with the time at which it was stored */
  readonly name: string
  readonly blobKey: string
  /** the deletion whose tombstone lists it */
  readonly deletionId?: number
}

export interface ReadBlob extends BlobToRead {
  /** of the deletion */
  readonly deletedAt?: number
}

export interface FoundTombstone {
  readonly action: 'delete' | 'replace'
  /** milliseconds since 1970 */
  readonly deletedAt: number
  readonly tombstoneKey: string
}

/** Each throws Problem `unavailable` or `storage-full`, and then has changed nothing. */
export interface Rebuilding {
  /** Where a rebuild is under way; undefined where none is. */
  readonly progress: () => Promise<RebuildProgress | undefined>
  /** Begins one, or goes on with it.
   * @returns undefined where there is none and the index is not empty */
  readonly begin: () => Promise<RebuildProgress | undefined>
  /** The row of a deletion, made where there is none of that tombstone. @returns its id */
  readonly deletion: (found: FoundTombstone) => Promise<number>
  /** Notes what is to be read, and how far that is; what is noted already stays as it is. */
  readonly note: (noted: {
    readonly blobs: readonly BlobToRead[]
    readonly at: RebuildProgress
  }) => Promise<void>
  /** How many there are after a name. */
  readonly count: (after: string) => Promise<number>
  /** What there is after a name, ascending; a page. */
  readonly blobs: (after: string, limit: number) => Promise<readonly ReadBlob[]>
  readonly end: () => Promise<void>
}

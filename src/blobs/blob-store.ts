import type { ByteRange } from '../dicom/frame-table.js'

/** Keys are `<2 hex>/<ulid>.dcm` and the like: `[0-9a-z][0-9a-z/._-]*`, no `..`, no empty or `.` part, at most 200
 *  characters (blob-key.ts); no key is the folder of another.
 *  Anything else is a bug of the caller and throws a RangeError. */
export type BlobKey = string

/** Bytes on their way in. The first call of commit or abort ends it; both may be called again without harm: an abort after a
 *  commit was begun waits for that commit and changes nothing, a commit after an abort rejects. */
export interface BlobWriter {
  /** @returns undefined to go on at once, a promise to wait for when enough is waiting (backpressure). The bytes are
   *   taken before it resolves: the caller may reuse the chunk after that (or at once where it returned undefined).
   * @throws Problem `storage-full` (no room), `unavailable` (the store does not answer); then nothing is visible */
  write(chunk: Uint8Array): Promise<void> | undefined
  /** Resolves when the blob is durable and visible under its key: it survives kill -9 and power loss. */
  commit(): Promise<void>
  /** Nothing of it is or becomes visible; its space is given back. Never throws. */
  abort(): Promise<void>
}

export interface BlobStat {
  readonly sizeBytes: number
  readonly modified: Date
}

/** Where the bytes of instances are. Blobs are immutable: a key is written once. Nothing half-written is ever visible.
 *  Both implementations (folder, S3) run test/blobs/blob-store-conformance.ts. */
export interface BlobStore {
  /** Starts a blob. Two writers of one key: the last commit wins, whole (callers choose unique keys). */
  create(key: BlobKey): BlobWriter
  /** A range of the blob in one read. Meant for what fits in memory: frames, headers, bulk values.
   * @returns exactly the bytes asked for, cut at the end of the blob
   * @throws Problem `blob-missing`, `unavailable` */
  read(key: BlobKey, range: ByteRange, signal?: AbortSignal): Promise<Uint8Array>
  /** The blob, or a range of it, in order, a bounded number of bytes ahead of the consumer. Leaving the loop
   *  (break, throw) frees what it holds, and so does the signal; what is never iterated holds a file until then. The first
   *  chunk's failure comes before any byte: open first. A blob deleted meanwhile is still read to its end.
   * @throws Problem `blob-missing`, `unavailable` */
  open(key: BlobKey, range?: ByteRange, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>>
  /** @returns undefined where there is no such blob */
  stat(key: BlobKey): Promise<BlobStat | undefined>
  /** Deleting what is not there is no error. The removal is durable when it resolves. */
  delete(key: BlobKey): Promise<void>
  /** Keys under a prefix in ascending order, paged within.
   * @param after only greater ones: what comes before costs nothing, or little */
  list(prefix: string, after?: BlobKey): AsyncIterable<BlobKey>
  /** Removes what interrupted writes left behind, at the start. @returns how many */
  sweep(): Promise<number>
  close(): Promise<void>
}

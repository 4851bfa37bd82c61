import {
  DeleteObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
} from '@aws-sdk/client-s3'
import type { ByteRange } from '../dicom/frame-table.js'
import { Problem } from '../dicom/problem.js'
import { checkBlobKey, isBlobKey } from './blob-key.js'
import type { BlobKey, BlobStat, BlobStore } from './blob-store.js'
import { blockPool } from './blocks.js'
import type { S3Address } from './s3/address.js'
import { untilAnswered } from './s3/attempts.js'
import { bodyPool } from './s3/bodies.js'
import { s3Bucket, type Bucket, type BucketLimits } from './s3/bucket.js'
import { nameOf, s3Problem, statusOf } from './s3/failures.js'
import { inFlight } from './s3/in-flight.js'
import { abortLeftUploads } from './s3/left-uploads.js'
import { readObject, readWholeRange } from './s3/reading.js'
import { S3Writer, type PartSizes } from './s3/writer.js'

export interface S3BlobStoreOptions extends BucketLimits {
  /** folder for what slow uploads have gathered beyond the memory for it */
  readonly spoolFolder: string
  /** what all writers together may gather in memory, beyond 128 KiB each; 32 MiB by default */
  readonly gatherBytes?: number
  /** what may be on its way to the server at a time, of all writers together; 32 MiB by default */
  readonly inFlightBytes?: number
  /** an upload in parts that was begun so long ago is nobody's any more; a day by default */
  readonly abandonedAfterMs?: number
  readonly parts?: Partial<PartSizes>
}

const MIB = 1024 * 1024
const GATHER_BYTES = 32 * MIB
const IN_FLIGHT_BYTES = 32 * MIB
const KEPT_BYTES = 16 * MIB
/** S3's 10,000 parts so hold 293 GiB. */
const PARTS: PartSizes = { firstBytes: 8 * MIB, ofASize: 2500, largestBytes: 64 * MIB }
const STALLED_MS = 60_000
/** They may be another replica's, which nothing else tells from one that has ended. */
const ABANDONED_AFTER_MS = 24 * 60 * 60 * 1000

/** Blobs as objects in a bucket, which must be there: `<prefix><key>`. Several processes may share it. An object is visible
 *  when its one request, or the completion of its parts, is acknowledged; only then commit resolves. A commit that fails may
 *  leave the whole object behind, where the server took it and its answer was lost, but never a part of it. A blob that
 *  is deleted while it is read is read to its end as long as its connection does not break.
 * @throws Problem `unavailable`: no such bucket, no access, no answer; its message tells the operator what to do */
export async function s3BlobStore(address: S3Address, options: S3BlobStoreOptions): Promise<BlobStore> {
  const bucket = s3Bucket(address, options)
  try {
    await listPage(bucket, address.prefix, {}, 1)
  } catch (error) {
    bucket.client.destroy()
    throw new Problem('unavailable', startFailure(address, error), { cause: error })
  }
  return new S3BlobStore(bucket, options)
}

class S3BlobStore implements BlobStore {
  readonly #bucket: Bucket
  readonly #blocks
  readonly #inFlight
  readonly #bodies = bodyPool(KEPT_BYTES)
  readonly #parts: PartSizes
  readonly #spoolFolder: string
  readonly #abandonedAfterMs: number
  #closed = false

  constructor(
    bucket: Bucket,
    {
      spoolFolder,
      gatherBytes = GATHER_BYTES,
      inFlightBytes = IN_FLIGHT_BYTES,
      abandonedAfterMs = ABANDONED_AFTER_MS,
      parts = {},
    }: S3BlobStoreOptions,
  ) {
    this.#bucket = bucket
    this.#blocks = blockPool(gatherBytes)
    this.#inFlight = inFlight(inFlightBytes, STALLED_MS)
    this.#parts = { ...PARTS, ...parts }
    this.#spoolFolder = spoolFolder
    this.#abandonedAfterMs = abandonedAfterMs
  }

  create(key: BlobKey): S3Writer {
    return new S3Writer({
      bucket: this.#bucket,
      key: this.#objectOf(key),
      blocks: this.#blocks,
      spoolFolder: this.#spoolFolder,
      inFlight: this.#inFlight,
      bodies: this.#bodies,
      parts: this.#parts,
    })
  }

  async read(key: BlobKey, range: ByteRange, signal?: AbortSignal): Promise<Uint8Array> {
    checkRange(range)
    const object = this.#objectOf(key)
    if (range.start === range.end) return this.#nothingOf(key, signal)
    return readWholeRange(this.#bucket, object, range, signal)
  }

  async open(
    key: BlobKey,
    range: ByteRange = { start: 0, end: Infinity },
    signal?: AbortSignal,
  ): Promise<AsyncIterable<Uint8Array>> {
    checkRange(range)
    const object = this.#objectOf(key)
    if (range.start === range.end) {
      await this.#nothingOf(key, signal)
      return nothing()
    }
    return readObject(this.#bucket, object, range, signal)
  }

  async stat(key: BlobKey): Promise<BlobStat | undefined> {
    const { client, name, patience } = this.#bucket
    const Key = this.#objectOf(key)
    try {
      const { ContentLength, LastModified } = await untilAnswered(
        abortSignal => client.send(new HeadObjectCommand({ Bucket: name, Key }), { abortSignal }),
        patience.read,
      )
      if (ContentLength === undefined || LastModified === undefined)
        throw new Problem('unavailable', 'the blob store does not say how long a blob is')
      return { sizeBytes: ContentLength, modified: LastModified }
    } catch (error) {
      if (statusOf(error) !== 404) throw s3Problem(error)
    }
    try {
      // The answer to HEAD has no body to tell a missing object from a missing bucket.
      await untilAnswered(
        abortSignal => client.send(new HeadBucketCommand({ Bucket: name }), { abortSignal }),
        patience.read,
      )
      return undefined
    } catch (error) {
      throw s3Problem(error)
    }
  }

  async delete(key: BlobKey): Promise<void> {
    const { client, name, patience } = this.#bucket
    const Key = this.#objectOf(key)
    try {
      await untilAnswered(
        abortSignal => client.send(new DeleteObjectCommand({ Bucket: name, Key }), { abortSignal }),
        patience.write,
      )
    } catch (error) {
      if (nameOf(error) !== 'NoSuchKey') throw s3Problem(error)
    }
  }

  async *list(prefix: string, after?: BlobKey): AsyncGenerator<BlobKey, void, void> {
    const home = this.#bucket.address.prefix
    let from: PageStart | undefined = after === undefined ? {} : { StartAfter: home + after }
    do {
      this.#throwIfClosed()
      let page
      try {
        page = await listPage(this.#bucket, home + prefix, from)
      } catch (error) {
        throw s3Problem(error)
      }
      for (const { Key } of page.Contents ?? []) {
        const key = Key?.slice(home.length)
        if (key !== undefined && isBlobKey(key)) yield key
      }
      from = page.IsTruncated === true ? { ContinuationToken: page.NextContinuationToken } : undefined
    } while (from !== undefined)
  }

  sweep(): Promise<number> {
    return abortLeftUploads(this.#bucket, this.#abandonedAfterMs)
  }

  close(): Promise<void> {
    this.#closed = true
    this.#bucket.client.destroy()
    return Promise.resolve()
  }

  async #nothingOf(key: BlobKey, signal: AbortSignal | undefined): Promise<Uint8Array> {
    signal?.throwIfAborted()
    if ((await this.stat(key)) === undefined)
      throw new Problem('blob-missing', 'the blob store has no such blob')
    return Buffer.alloc(0)
  }

  #objectOf(key: BlobKey): string {
    checkBlobKey(key)
    this.#throwIfClosed()
    return this.#bucket.address.prefix + key
  }

  #throwIfClosed(): void {
    if (this.#closed) throw new Problem('unavailable', 'the blob store is closed')
  }
}

type PageStart = Pick<ListObjectsV2CommandInput, 'StartAfter' | 'ContinuationToken'>

function listPage({ client, name, patience }: Bucket, Prefix: string, from: PageStart, MaxKeys = 1000) {
  return untilAnswered(
    abortSignal =>
      client.send(
        new ListObjectsV2Command({
          Bucket: name,
          Prefix,
          MaxKeys,
          ...from,
        }),
        { abortSignal },
      ),
    patience.read,
  )
}

/** For the operator, at the start. */
function startFailure({ bucket, endpoint = 'Amazon' }: S3Address, error: unknown): string {
  const name = nameOf(error)
  if (name === 'NoSuchBucket') return `FILMROOM_BLOBS: there is no bucket ${bucket} at ${endpoint}`
  if (name === 'CredentialsProviderError')
    return 'FILMROOM_BLOBS: there are no credentials for S3 (AWS_ACCESS_KEY_ID and the like)'
  if (error instanceof Error && error.message === 'Region is missing')
    return 'FILMROOM_BLOBS: there is no region (region=… or AWS_REGION)'
  const status = statusOf(error)
  if (status === 301 || status === 307 || status === 400)
    return `FILMROOM_BLOBS: the bucket ${bucket} is not in this region (${name})`
  if (status === 401 || status === 403)
    return `FILMROOM_BLOBS: ${endpoint} refuses these credentials for the bucket ${bucket} (${name})`
  return `FILMROOM_BLOBS: ${s3Problem(error).message}: the bucket ${bucket} at ${endpoint}`
}

function checkRange({ start, end }: ByteRange): void {
  if (Number.isSafeInteger(start) && start >= 0 && start <= end) return
  throw new RangeError('a byte range starts at a whole number from 0 on and does not end before it')
}

async function* nothing(): AsyncGenerator<Uint8Array, void, void> {
  // An empty range.
}

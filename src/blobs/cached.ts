import type { ByteRange } from '../dicom/frame-table.js'
import { checkBlobKey } from './blob-key.js'
import type { BlobKey, BlobStat, BlobStore, BlobWriter } from './blob-store.js'
import { keepings, keptName } from './cached/keepings.js'
import { begun, keptInPassing, keptThenRest } from './cached/reading.js'
import type { DerivedCache, DerivedFile } from './derived-cache.js'

/** A range that starts so early is read from the beginning of the blob, and kept as it passes: what lies before the pixels of a
 *  single frame is no more as a rule. */
const NEAR_BYTES = 64 << 10
/** Blobs that are read for the cache's own sake at a time. */
const FILLS_AT_ONCE = 2
/** What waits to be written is in memory; beyond it nothing more is kept, since the disk is slower than the store. */
const HELD_BYTES = 32 << 20
/** How many blobs are remembered as too large, so that their sizes are not asked for again and again. */
const REMEMBERED = 10_000

/** A store that is far, with a cache of its blobs near by. Kept is the beginning of a blob, or all of it: what is read from near
 *  its beginning is kept as it passes, at no request more; a range from further behind has all of the blob fetched in the
 *  background, for others will follow. No read waits for that, and none fails for the cache's sake.
 *
 *  What another process deletes may be served as long as it is kept: who reads must know from the index that it is there.
 *  What has to know what is stored (verify, copy, rebuild) takes the store itself. `stat` and `list` always ask it.
 * @param largestBytes of a blob; larger ones are read through */
export function cachedBlobs(store: BlobStore, cache: DerivedCache, largestBytes: number): BlobStore {
  return new CachedBlobStore(store, cache, largestBytes)
}

class CachedBlobStore implements BlobStore {
  readonly #store: BlobStore
  readonly #cache: DerivedCache
  readonly #largestBytes: number
  readonly #keepings
  readonly #tooLarge = new Set<BlobKey>()
  readonly #closing = new AbortController()
  #fills = 0

  constructor(store: BlobStore, cache: DerivedCache, largestBytes: number) {
    this.#store = store
    this.#cache = cache
    this.#largestBytes = largestBytes
    this.#keepings = keepings(cache)
  }

  /** Not kept: nobody knows yet whether it will be read. */
  create(key: BlobKey): BlobWriter {
    const writer = this.#store.create(key)
    return {
      write: chunk => writer.write(chunk),
      commit: async () => {
        try {
          await writer.commit()
        } finally {
          await this.#keepings.forget(key)
        }
      },
      abort: () => writer.abort(),
    }
  }

  async read(key: BlobKey, range: ByteRange, signal?: AbortSignal): Promise<Uint8Array> {
    if (!this.#mayBeKept(key, range)) return this.#store.read(key, range, signal)
    signal?.throwIfAborted()
    const kept = await this.#kept(key, range)
    const bytes = kept && (await wholeOf(kept, range))
    signal?.throwIfAborted()
    if (bytes !== undefined) return bytes
    const keeping = this.#keepingOf(key, range)
    if (keeping === undefined) return this.#store.read(key, range, signal)
    try {
      const beginning = await this.#store.read(key, { start: 0, end: range.end }, signal)
      void keeping.write(beginning)
      keeping.end(true)
      return beginning.subarray(range.start)
    } finally {
      keeping.end(false)
    }
  }

  async open(key: BlobKey, range?: ByteRange, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    if (range === undefined || !this.#mayBeKept(key, range)) return this.#store.open(key, range, signal)
    signal?.throwIfAborted()
    const kept = await this.#kept(key, range)
    if (kept !== undefined) {
      const rest = (start: number) => this.#store.open(key, { start, end: range.end }, signal)
      return begun(keptThenRest(kept, range, rest), signal)
    }
    const keeping = this.#keepingOf(key, range)
    if (keeping === undefined) return this.#store.open(key, range, signal)
    try {
      const beginning = await this.#store.open(key, { start: 0, end: range.end }, signal)
      return await begun(keptInPassing(beginning, keeping, range), signal)
    } catch (error) {
      keeping.end(false)
      throw error
    }
  }

  stat(key: BlobKey): Promise<BlobStat | undefined> {
    return this.#store.stat(key)
  }

  async delete(key: BlobKey): Promise<void> {
    try {
      await this.#store.delete(key)
    } finally {
      await this.#keepings.forget(key)
    }
  }

  list(prefix: string, after?: BlobKey): AsyncIterable<BlobKey> {
    return this.#store.list(prefix, after)
  }

  sweep(): Promise<number> {
    return this.#store.sweep()
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await this.#keepings.close()
    await this.#store.close()
  }

  /** What is out of order, or over, the store itself refuses. */
  #mayBeKept(key: BlobKey, { start, end }: ByteRange): boolean {
    checkBlobKey(key)
    const isRange = Number.isSafeInteger(start) && start >= 0 && start < end
    return isRange && end <= this.#largestBytes && !this.#closing.signal.aborted
  }

  /** @returns an open file that holds all of the range */
  async #kept(key: BlobKey, range: ByteRange): Promise<DerivedFile | undefined> {
    const file = await this.#cache.get(keptName(key))
    if (file === undefined || file.sizeBytes >= range.end) return file
    await file.close()
    return undefined
  }

  /** @returns where what is read from the beginning of the blob up to the end of the range goes, or undefined: it is read
   *   alone. What lies too far behind has the blob fetched. */
  #keepingOf(key: BlobKey, range: ByteRange) {
    if (range.start > NEAR_BYTES) this.#fill(key)
    else if (this.#keepings.heldBytes <= HELD_BYTES) return this.#keepings.begin(key)
    return undefined
  }

  #fill(key: BlobKey): void {
    if (this.#fills >= FILLS_AT_ONCE || this.#tooLarge.has(key)) return
    const keeping = this.#keepings.begin(key)
    if (keeping === undefined) return
    this.#fills += 1
    const filling = async (): Promise<void> => {
      const { sizeBytes = Infinity } = (await this.#store.stat(key)) ?? {}
      if (sizeBytes > this.#largestBytes) {
        this.#remember(key)
        return
      }
      const whole = { start: 0, end: sizeBytes }
      for await (const chunk of await this.#store.open(key, whole, this.#closing.signal))
        await keeping.write(chunk)
      keeping.end(true)
    }
    void filling()
      // Whoever reads the blob is told by the store itself.
      .catch(() => undefined)
      .finally(() => {
        keeping.end(false)
        this.#fills -= 1
      })
  }

  #remember(key: BlobKey): void {
    if (this.#tooLarge.size >= REMEMBERED) this.#tooLarge.clear()
    this.#tooLarge.add(key)
  }
}

/** @returns undefined where it is damaged */
async function wholeOf(file: DerivedFile, range: ByteRange): Promise<Uint8Array | undefined> {
  try {
    const chunks: Uint8Array[] = []
    for await (const chunk of file.read(range)) chunks.push(chunk)
    return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)
  } catch {
    return undefined
  } finally {
    await file.close()
  }
}

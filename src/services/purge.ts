import type { BlobStore } from '../blobs/blob-store.js'
import type { DerivedCache } from '../blobs/derived-cache.js'
import type { ArchiveIndex } from '../index/archive-index.js'
import type { ExpiredInstance } from '../index/deletions.js'
import { instanceOrigin } from './instance-bytes.js'
import { bundleOrigin } from './series-bundle.js'
import type { Tombstones } from './tombstones.js'

export interface PurgeService {
  /** Lets go for good of all whose time to be restored is over, and puts tombstones in order. Blobs go before their rows, so
   *  that an interrupted purge goes on where it was; several may run at once.
   * @param signal ends it between two batches
   * @returns instances purged
   * @throws Problem `unavailable`; the signal's reason */
  purge(signal?: AbortSignal): Promise<number>
}

/** Instances of one transaction of the writer, which stores wait for. */
const BATCH_INSTANCES = 250
const BLOBS_AT_ONCE = 16

/** @param graceMs how long what is deleted can be restored */
export function purgeService(
  { deletions }: ArchiveIndex,
  blobs: BlobStore,
  cache: DerivedCache,
  tombstones: Tombstones,
  graceMs: number,
): PurgeService {
  return { purge }

  async function purge(signal?: AbortSignal): Promise<number> {
    await tombstones.sweep()
    await tombstones.renew()
    await deletions.expire(Date.now() - graceMs)
    let purged = 0
    for (;;) {
      signal?.throwIfAborted()
      const batch = await deletions.expired(BATCH_INSTANCES)
      if (batch.length === 0) break
      await deleteBlobs(batch)
      await cache.remove(originsOf(batch))
      await deletions.purge(batch.map(one => one.id))
      purged += batch.length
    }
    for (const { id, tombstoneKey } of await deletions.emptied()) {
      signal?.throwIfAborted()
      if (tombstoneKey !== undefined) await tombstones.remove(tombstoneKey)
      await deletions.forget(id)
    }
    return purged
  }

  async function deleteBlobs(batch: readonly ExpiredInstance[]): Promise<void> {
    const left = batch.values()
    const worker = async (): Promise<void> => {
      for (const { blobKey } of left) await blobs.delete(blobKey)
    }
    await Promise.all(Array.from({ length: BLOBS_AT_ONCE }, worker))
  }
}

function originsOf(batch: readonly ExpiredInstance[]): string[] {
  const origins = batch.flatMap(one => [
    instanceOrigin(one),
    bundleOrigin(one.StudyInstanceUID, one.SeriesInstanceUID),
  ])
  return [...new Set(origins)]
}

import type { BlobKey, BlobStore } from '../blobs/blob-store.js'
import type { ArchiveIndex } from '../index/archive-index.js'
import type { StaleDeletion } from '../index/deletions.js'
import { newTombstoneKey, TOMBSTONES } from './blob-names.js'

/** So that the blobs alone tell what is deleted, should the index have to be made anew from them: a tombstone is a blob that
 *  lists blobs. The first line is JSON (`tombstone` the version of the form, `action`, `time`), each further line a key. */
export interface Tombstones {
  /** Durable when it resolves; the deletion itself is committed after it. */
  write(
    action: StaleDeletion['action'],
    blobKeys: Iterable<BlobKey> | AsyncIterable<BlobKey>,
  ): Promise<BlobKey>
  /** Removes one whose deletion did not come about, or is no more. */
  remove(key: BlobKey): Promise<void>
  /** Writes those anew that do not tell the truth: a part was restored, or more was deleted than was listed. */
  renew(): Promise<void>
  /** Removes those whose deletion did not come about because the process ended first. */
  sweep(): Promise<void>
}

/** The deletion of a younger tombstone may still be under way, here or in another process. */
const UNCOMMITTED_MS = 10 * 60_000
const CHUNK_BYTES = 64 << 10

export function tombstones(index: ArchiveIndex, blobs: BlobStore): Tombstones {
  const { deletions } = index
  return { write, remove: key => blobs.delete(key), renew, sweep }

  async function write(
    action: StaleDeletion['action'],
    blobKeys: Iterable<BlobKey> | AsyncIterable<BlobKey>,
  ): Promise<BlobKey> {
    const key = newTombstoneKey()
    const writer = blobs.create(key)
    try {
      let text = `${JSON.stringify({ tombstone: 1, action, time: new Date().toISOString() })}\n`
      for await (const blobKey of blobKeys) {
        text += `${blobKey}\n`
        if (text.length < CHUNK_BYTES) continue
        await writer.write(Buffer.from(text))
        text = ''
      }
      await writer.write(Buffer.from(text))
      await writer.commit()
    } catch (error) {
      await writer.abort()
      throw error
    }
    return key
  }

  async function renew(): Promise<void> {
    for (const { id, action, stale, tombstoneKey: old } of await deletions.stale()) {
      const tombstoneKey = await write(action, deletions.blobKeys(id))
      const renewed = await deletions.renewTombstone({ deletionId: id, stale, tombstoneKey })
      // Where the deletion has changed meanwhile, whoever changed it renews it.
      if (!renewed) await blobs.delete(tombstoneKey)
      else if (old !== undefined) await blobs.delete(old)
    }
  }

  async function sweep(): Promise<void> {
    for await (const key of blobs.list(TOMBSTONES)) {
      const found = await blobs.stat(key)
      if (found === undefined || Date.now() - found.modified.getTime() < UNCOMMITTED_MS) continue
      if (!(await deletions.knowsTombstone(key))) await blobs.delete(key)
    }
  }
}

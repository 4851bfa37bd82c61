import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { BlobStore } from './blobs/blob-store.js'
import { cachedBlobs } from './blobs/cached.js'
import { derivedCache, type DerivedCache } from './blobs/derived-cache.js'
import { openBlobs } from './blobs/open.js'
import type { Config } from './config.js'
import { indexedAttributes } from './dicom/indexed-attributes.js'
import type { ArchiveIndex } from './index/archive-index.js'
import { openIndex } from './index/open.js'
import type { ProcessChannel } from './index/shared-writer.js'

/** What services are built on, for the server and for commands alike; several processes may have it open at once. */
export interface Parts {
  readonly index: ArchiveIndex
  /** for whoever reads what the index says is there, or deletes it: with a cache, where there is one */
  readonly blobs: BlobStore
  /** for whoever has to know what is stored */
  readonly storedBlobs: BlobStore
  readonly cache: DerivedCache
  close(): Promise<void>
}

/** @param parent by which SQLite is written, in one of several processes
 * @throws Problem where index or blobs cannot be opened */
export async function openParts(config: Config, parent?: ProcessChannel): Promise<Parts> {
  // Blobs may be elsewhere; SQLite makes no folders.
  await mkdir(config.data, { recursive: true, mode: 0o750 })
  const storedBlobs = await openBlobs(config.blobs, path.join(config.data, 'spool'))
  const index = await openIndex(
    config.index,
    indexedAttributes(config.searchAttributes ?? []),
    { connections: config.indexPool, timeoutMs: config.indexTimeout },
    parent,
  )
  const cache = await derivedCache(path.join(config.data, 'cache'), config.cacheBytes)
  const blobs = await nearBlobs(config, storedBlobs)
  return {
    index,
    blobs,
    storedBlobs,
    cache,
    async close() {
      await index.close()
      await blobs.close()
    },
  }
}

/** A blob may be so large a share of their cache, but no larger than the fixed size: fetching it takes a second or two. */
const LARGEST_KEPT_SHARE = 1 / 16
const LARGEST_KEPT_BYTES = 256 << 20

/** Blobs in a folder are near already. */
async function nearBlobs({ blobs, blobCache, data }: Config, stored: BlobStore): Promise<BlobStore> {
  if (blobCache === 0 || blobs.startsWith('file:')) return stored
  const cache = await derivedCache(path.join(data, 'blob-cache'), blobCache)
  return cachedBlobs(stored, cache, Math.min(blobCache * LARGEST_KEPT_SHARE, LARGEST_KEPT_BYTES))
}

import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { BlobStore } from './blobs/blob-store.js'
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
  readonly blobs: BlobStore
  readonly cache: DerivedCache
  close(): Promise<void>
}

/** @param parent by which SQLite is written, in one of several processes
 * @throws Problem where index or blobs cannot be opened */
export async function openParts(config: Config, parent?: ProcessChannel): Promise<Parts> {
  // Blobs may be elsewhere; SQLite makes no folders.
  await mkdir(config.data, { recursive: true, mode: 0o750 })
  const blobs = await openBlobs(config.blobs, path.join(config.data, 'spool'))
  const index = await openIndex(
    config.index,
    indexedAttributes(config.searchAttributes ?? []),
    { connections: config.indexPool, timeoutMs: config.indexTimeout },
    parent,
  )
  const cache = await derivedCache(path.join(config.data, 'cache'), config.cacheBytes)
  return {
    index,
    blobs,
    cache,
    async close() {
      await index.close()
      await blobs.close()
    },
  }
}

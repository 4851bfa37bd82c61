import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { BlobStore } from './blobs/blob-store.js'
import { derivedCache, type DerivedCache } from './blobs/derived-cache.js'
import { folderBlobStore } from './blobs/folder.js'
import type { Config } from './config.js'
import { indexedAttributes } from './dicom/indexed-attributes.js'
import type { ArchiveIndex } from './index/archive-index.js'
import { openIndex } from './index/open.js'

/** What services are built on, for the server and for commands alike; several processes may have it open at once. */
export interface Parts {
  readonly index: ArchiveIndex
  readonly blobs: BlobStore
  readonly cache: DerivedCache
  close(): Promise<void>
}

/** @throws Problem where index or blobs cannot be opened */
export async function openParts(config: Config): Promise<Parts> {
  // Blobs may be elsewhere; SQLite makes no folders.
  await mkdir(config.data, { recursive: true, mode: 0o750 })
  const blobs = await folderBlobStore(config.blobs.slice('file:'.length))
  const index = await openIndex(config.index, indexedAttributes(config.searchAttributes ?? []), {
    connections: config.indexPool,
    timeoutMs: config.indexTimeout,
  })
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

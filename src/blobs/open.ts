import type { BlobStore } from './blob-store.js'
import { folderBlobStore } from './folder.js'
import { s3Address } from './s3/address.js'

/** Opens the blob store that a URL names: `file:<folder>` or `s3://bucket/prefix?…`.
 * @param spoolFolder for what does not stay in memory on its way to S3
 * @throws Problem `unavailable`, `storage-full`: it cannot be opened */
export async function openBlobs(url: string, spoolFolder: string): Promise<BlobStore> {
  if (url.startsWith('file:')) return folderBlobStore(url.slice('file:'.length))
  // The SDK is large: whoever has a folder does not load it.
  const { s3BlobStore } = await import('./s3.js')
  return s3BlobStore(s3Address(url), { spoolFolder })
}

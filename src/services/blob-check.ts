import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { BlobStore } from '../blobs/blob-store.js'
import { Problem } from '../dicom/problem.js'
import type { NamedBlob } from '../index/verification.js'
import type { ByteRate } from './byte-rate.js'

/** What a blob is, beside what its row says. `unread`: the store did not give it. */
export type BlobState =
  | { readonly kind: 'whole'; readonly hashed: boolean }
  | { readonly kind: 'missing' }
  | { readonly kind: 'damaged' | 'unread'; readonly detail: string }

/** Before a blob counts as unread. */
const TRIES = 3
const RETRY_MS = 500

/** Reads blobs and compares size and SHA-256, or looks at the size alone.
 * @throws the signal's reason */
export function blobCheck(
  blobs: BlobStore,
  rate: ByteRate,
  signal: AbortSignal | undefined,
): (blob: NamedBlob, hash: boolean) => Promise<BlobState> {
  return async (blob, hash) => {
    for (let tries = 1; ; tries++) {
      try {
        return await (hash ? hashed(blob) : sized(blob))
      } catch (error) {
        signal?.throwIfAborted()
        if (!(error instanceof Problem)) throw error
        if (error.kind === 'blob-missing') return { kind: 'missing' }
        if (tries === TRIES) return { kind: 'unread', detail: error.message }
        await pause(RETRY_MS)
      }
    }
  }

  async function hashed({ blobKey, sizeBytes, sha256 }: NamedBlob): Promise<BlobState> {
    const hash = createHash('sha256')
    let foundBytes = 0
    for await (const chunk of await blobs.open(blobKey, undefined, signal)) {
      foundBytes += chunk.length
      if (foundBytes > sizeBytes) return otherSize(`more than ${sizeBytes}`, sizeBytes)
      hash.update(chunk)
      await rate(chunk.length, signal)
    }
    if (foundBytes !== sizeBytes) return otherSize(foundBytes, sizeBytes)
    return Buffer.compare(hash.digest(), sha256) === 0
      ? { kind: 'whole', hashed: true }
      : { kind: 'damaged', detail: 'its SHA-256 is another' }
  }

  async function sized({ blobKey, sizeBytes }: NamedBlob): Promise<BlobState> {
    const found = await blobs.stat(blobKey)
    if (found === undefined) return { kind: 'missing' }
    return found.sizeBytes === sizeBytes
      ? { kind: 'whole', hashed: false }
      : otherSize(found.sizeBytes, sizeBytes)
  }
}

function otherSize(found: number | string, sizeBytes: number): BlobState {
  return { kind: 'damaged', detail: `it has ${found} bytes in place of ${sizeBytes}` }
}

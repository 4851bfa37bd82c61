import type { BlobKey } from './blob-store.js'

const KEY = /^[0-9a-z][0-9a-z._-]*(?:\/[0-9a-z._-]+)*$/
const LONGEST_KEY = 200

/** Whether a key is one that callers may choose: never a way out of the store, never a name the store keeps for itself. */
export function isBlobKey(key: string): key is BlobKey {
  return key.length <= LONGEST_KEY && KEY.test(key) && !key.includes('..') && !key.split('/').includes('.')
}

/** @throws RangeError for what is no key; does not repeat it, for it may hold anything */
export function checkBlobKey(key: BlobKey): void {
  if (isBlobKey(key)) return
  throw new RangeError(
    `a blob key has 1 to ${LONGEST_KEY} characters of 0-9 a-z . _ - between single slashes, starts with 0-9 a-z and holds no ".."`,
  )
}

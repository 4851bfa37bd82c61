/** What a cache of blobs keeps. */
import { setTimeout as delay } from 'node:timers/promises'
import type { BlobKey } from '../../src/blobs/blob-store.js'
import { keptName } from '../../src/blobs/cached/keepings.js'
import type { DerivedCache } from '../../src/blobs/derived-cache.js'

const TRIES = 2000

export async function keptBytes(cache: DerivedCache, key: BlobKey): Promise<number | undefined> {
  const file = await cache.get(keptName(key))
  await file?.close()
  return file?.sizeBytes
}

export async function isKept(cache: DerivedCache, key: BlobKey): Promise<boolean> {
  return (await keptBytes(cache, key)) !== undefined
}

/** @throws Error where it never comes */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < TRIES; i++) {
    if (await condition()) return
    await delay(10)
  }
  throw new Error('it never came')
}

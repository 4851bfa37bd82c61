import type { BlobStore } from '../../src/blobs/blob-store.js'
import type { ByteRange } from '../../src/dicom/frame-table.js'

/** A store that tells what it is asked for. */
export interface FarStore {
  readonly store: BlobStore
  readonly asked: string[]
  /** From now on `open` waits, until letOpen. */
  holdOpen(): void
  letOpen(): void
}

export function farStore(store: BlobStore): FarStore {
  const asked: string[] = []
  let opening = Promise.resolve()
  let letOpen = (): void => undefined
  const words = (range?: ByteRange): string => (range ? `${range.start}-${range.end}` : 'whole')
  return {
    asked,
    holdOpen: () => (opening = new Promise(resolve => (letOpen = resolve))),
    letOpen: () => letOpen(),
    store: {
      create: key => store.create(key),
      read: (key, range, signal) => {
        asked.push(`read ${key} ${words(range)}`)
        return store.read(key, range, signal)
      },
      open: async (key, range, signal) => {
        asked.push(`open ${key} ${words(range)}`)
        await opening
        return store.open(key, range, signal)
      },
      stat: key => {
        asked.push(`stat ${key}`)
        return store.stat(key)
      },
      delete: key => store.delete(key),
      list: (prefix, after) => store.list(prefix, after),
      sweep: () => store.sweep(),
      close: () => store.close(),
    },
  }
}

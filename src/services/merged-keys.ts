import type { BlobKey } from '../blobs/blob-store.js'

/** What two lists say of one blob. */
export interface MergedKey<Row> {
  readonly key: BlobKey
  /** rows that name it: usually one */
  readonly rows: readonly Row[]
  /** the store lists it */
  readonly listed: boolean
}

/** Walks through two ascending lists side by side; in memory are the rows of one key. */
export async function* mergedKeys<Row extends { readonly blobKey: BlobKey }>(
  rows: AsyncIterable<Row>,
  keys: AsyncIterable<BlobKey>,
): AsyncGenerator<MergedKey<Row>, void, undefined> {
  const left = rows[Symbol.asyncIterator]() as AsyncIterator<Row, undefined>
  const right = keys[Symbol.asyncIterator]() as AsyncIterator<BlobKey, undefined>
  try {
    let row = await left.next()
    let listed = await right.next()
    for (;;) {
      const key = lesser(row.value?.blobKey, listed.value)
      if (key === undefined) return
      const same: Row[] = []
      for (; row.value?.blobKey === key; row = await left.next()) same.push(row.value)
      const isListed = listed.value === key
      if (isListed) listed = await right.next()
      yield { key, rows: same, listed: isListed }
    }
  } finally {
    await left.return?.()
    await right.return?.()
  }
}

function lesser(a: BlobKey | undefined, b: BlobKey | undefined): BlobKey | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return a < b ? a : b
}

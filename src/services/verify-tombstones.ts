import { createHash } from 'node:crypto'
import type { BlobStore } from '../blobs/blob-store.js'
import { Problem } from '../dicom/problem.js'
import type { ArchiveIndex } from '../index/archive-index.js'
import type { ListedDeletion } from '../index/verification.js'
import type { Tombstones } from './tombstones.js'
import type { Finding } from './verify-report.js'

const PAGE_DELETIONS = 200

/** Whether the lists of deleted blobs say what the index says; with repair those that do not are written anew, and those that
 *  belong to no deletion removed.
 * @returns one a deletion */
export async function* tombstoneFindings(
  index: ArchiveIndex,
  blobs: BlobStore,
  tombstones: Tombstones,
  repair: boolean,
): AsyncGenerator<{ readonly finding?: Finding; readonly renewed: boolean }> {
  const { verification, deletions } = index
  if (repair) {
    await tombstones.sweep()
    await tombstones.renew()
  }
  for (let after = 0; ;) {
    const page = await verification.deletions(after, PAGE_DELETIONS)
    for (const deletion of page) {
      const detail = await wrongAbout(deletion)
      if (detail === undefined) {
        yield { renewed: false }
        continue
      }
      if (repair) {
        await verification.distrustTombstone(deletion.id)
        await tombstones.renew()
      }
      yield { finding: { kind: 'tombstone', detail, blobKey: deletion.tombstoneKey }, renewed: repair }
    }
    const last = page.at(-1)
    if (last === undefined) return
    after = last.id
  }

  /** A deletion that changes meanwhile sees to its tombstone by itself. */
  async function wrongAbout(deletion: ListedDeletion): Promise<string | undefined> {
    if (deletion.stale) return undefined
    const detail = await difference(deletion)
    if (detail === undefined) return undefined
    const [now] = await verification.deletions(deletion.id - 1, 1)
    const isSame = now?.id === deletion.id && !now.stale && now.tombstoneKey === deletion.tombstoneKey
    return isSame ? detail : undefined
  }

  async function difference({ id, tombstoneKey }: ListedDeletion): Promise<string | undefined> {
    if (tombstoneKey === undefined) return 'there is none'
    try {
      const listed = await digestOf((await tombstones.read(tombstoneKey)).blobKeys)
      return listed === (await digestOf(deletions.blobKeys(id))) ? undefined : 'it lists other blobs'
    } catch (error) {
      if (!(error instanceof Problem) || error.kind === 'unavailable') throw error
      return error.kind === 'blob-missing' ? 'it is gone' : 'it cannot be read'
    }
  }
}

/** The same for the same keys in any order; nothing is kept of them. */
async function digestOf(keys: AsyncIterable<string>): Promise<string> {
  let count = 0
  let sum = 0n
  for await (const key of keys) {
    count++
    sum = BigInt.asUintN(64, sum + createHash('sha256').update(key).digest().readBigUInt64LE())
  }
  return `${count} ${sum}`
}

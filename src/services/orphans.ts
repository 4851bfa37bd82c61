import type { BlobKey, BlobStore } from '../blobs/blob-store.js'
import type { ArchiveIndex } from '../index/archive-index.js'
import type { Finding, VerifyCounts } from './verify-report.js'

/** The blobs that a pass finds without a row. */
export interface Orphanage {
  /** Notes one, with others or later. @returns those that were noted now */
  see(key: BlobKey): Promise<readonly Finding[]>
  /** Notes what waits. */
  note(): Promise<readonly Finding[]>
  /** Removes those that an earlier pass saw as well, long enough ago. A blob is durable before its row: so none goes that a
   *  running upload could still make a row for.
   * @returns how many */
  remove(counts: VerifyCounts, signal?: AbortSignal): Promise<number>
}

/** Notes of one transaction. */
const NOTED_TOGETHER = 200
const PAGE_ORPHANS = 500
/** A row follows its blob within seconds, or the upload fails. */
const LONGEST_COMMIT_MS = 3_600_000
/** Where there are more orphans beside the instances than crashes could leave, the index is not that of the blobs, or is older. */
const INSTANCES_AN_ORPHAN = 4

export function orphanage(
  { verification }: ArchiveIndex,
  blobs: BlobStore,
  pass: { readonly startedAt: number; readonly orphanAgeMs: number; readonly repair: boolean },
): Orphanage {
  let waiting: BlobKey[] = []
  return { see, note, remove }

  async function see(key: BlobKey): Promise<readonly Finding[]> {
    if (pass.repair) {
      waiting.push(key)
      return waiting.length < NOTED_TOGETHER ? [] : note()
    }
    return (await verification.isNamed(key)) ? [] : [finding(key, 'no row names it')]
  }

  async function note(): Promise<readonly Finding[]> {
    if (waiting.length === 0) return []
    const seen = await verification.seeOrphans({ blobKeys: waiting, now: Date.now() })
    waiting = []
    return seen.map(({ blobKey, firstSeen }) => {
      // A rebuild has given it time.
      const since = firstSeen > Date.now() ? 'kept until' : 'first seen at'
      return finding(blobKey, `no row names it; ${since} ${new Date(firstSeen).toISOString()}`)
    })
  }

  async function remove({ instances, deleted, found }: VerifyCounts, signal?: AbortSignal): Promise<number> {
    let removed = 0
    const firstSeenUntil = Math.min(Date.now() - pass.orphanAgeMs, pass.startedAt - 1)
    const isLikely = found.orphan * INSTANCES_AN_ORPHAN <= instances + deleted
    for (let after = ''; isLikely;) {
      const page = await verification.orphans({
        firstSeenUntil,
        lastSeenFrom: pass.startedAt,
        after,
        limit: PAGE_ORPHANS,
      })
      const last = page.at(-1)
      if (last === undefined) break
      for (const { blobKey } of page) {
        signal?.throwIfAborted()
        if (!(await mayGo(blobKey))) continue
        await blobs.delete(blobKey)
        await verification.forgetOrphans({ blobKeys: [blobKey] })
        removed++
      }
      after = last.blobKey
    }
    await verification.forgetOrphans({ blobKeys: [], lastSeenBefore: pass.startedAt })
    return removed
  }

  async function mayGo(key: BlobKey): Promise<boolean> {
    const found = await blobs.stat(key)
    if (found === undefined || Date.now() - found.modified.getTime() < LONGEST_COMMIT_MS) return false
    return !(await verification.isNamed(key))
  }
}

function finding(blobKey: BlobKey, detail: string): Finding {
  return { kind: 'orphan', detail, blobKey }
}

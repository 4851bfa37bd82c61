import { createHash } from 'node:crypto'
import type { BlobKey, BlobStore } from '../blobs/blob-store.js'
import { Problem } from '../dicom/problem.js'
import type { ArchiveIndex } from '../index/archive-index.js'
import type { CopiedRows } from '../index/copy.js'
import { isInstanceKey, TOMBSTONES } from './blob-names.js'
import { mergedKeys, type MergedKey } from './merged-keys.js'
import { namedBlobs } from './named-blobs.js'
import { preparedAhead } from './prepared-ahead.js'
import type { NamedBlob } from '../index/verification.js'

/** An archive that is copied, or to. */
export interface CopySide {
  readonly index: Pick<ArchiveIndex, 'verification' | 'changes'>
  readonly blobs: BlobStore
}

export interface CopyCounts {
  /** blobs that the copy has */
  readonly blobs: number
  /** of these, those that it had not before */
  readonly copied: number
  readonly copiedBytes: number
  /** removed from the copy: purged where they came from */
  readonly removed: number
  /** by key: named by the index, and not there, or with another SHA-256 */
  readonly wrong: readonly { readonly blobKey: BlobKey; readonly kind: 'missing' | 'damaged' }[]
  readonly rows: CopiedRows
}

export interface CopyProgress {
  /** blobs are copied before the rows that name them, and once more what was stored meanwhile */
  readonly step: 'blobs' | 'rows' | 'blobs since'
  readonly blobs: number
  readonly bytes: number
  readonly rows: number
  /** up to which the blobs are done */
  readonly key: BlobKey
}

export interface CopyService {
  /** Makes one archive hold what another one holds, which may go on storing, deleting and answering. Every blob's SHA-256 is
   *  compared with the index as it passes. To be run again after an interruption, and again, with the first archive stopped, before
   *  the second takes its place.
   * @throws Problem `invalid-parameter`: the second holds another archive, or a newer program has brought the first's index
   *  further; `unavailable`, `storage-full`; the signal's reason */
  copy(tell: (progress: CopyProgress) => void, signal?: AbortSignal): Promise<CopyCounts>
}

const BLOBS_AT_ONCE = 8

type SourceKey = MergedKey<NamedBlob> & { readonly blobKey: BlobKey }

/** @param copyRows makes the second index hold what the first holds */
export function copyService(
  from: CopySide,
  to: CopySide,
  copyRows: (tell: (rows: number) => void, signal?: AbortSignal) => Promise<CopiedRows>,
): CopyService {
  return {
    async copy(tell, signal) {
      let present = 0
      let copied = 0
      let copiedBytes = 0
      let removed = 0
      let rows = 0
      let wrong: CopyCounts['wrong'][number][] = []
      const isNew = (await to.index.changes(0, 1)).latest === 0

      const blobs = async (step: CopyProgress['step'], removes: boolean): Promise<void> => {
        present = 0
        wrong = []
        const pairs = mergedKeys(sourceKeys(), to.blobs.list(''))
        for await (const done of preparedAhead(pairs, BLOBS_AT_ONCE, pair => copyKey(pair, removes))) {
          signal?.throwIfAborted()
          if (done.kind === 'there' || done.kind === 'copied') present++
          if (done.kind === 'removed') removed++
          if (done.kind === 'copied') {
            copied++
            copiedBytes += done.bytes
          }
          if (done.kind === 'missing' || done.kind === 'damaged')
            wrong.push({ blobKey: done.key, kind: done.kind })
          tell({ step, blobs: present, bytes: copiedBytes, rows, key: done.key })
        }
      }
      const copyKey = async (pair: MergedKey<SourceKey>, removes: boolean): Promise<Done> => {
        const { key, rows: sources, listed } = pair
        const [source] = sources
        if (source === undefined) return removes ? removeExtra(key) : notOurs(key, isNew)
        if (listed) return { kind: 'there', key }
        return source.listed ? copyBlob(key, source.rows[0], signal) : missing(key, source.rows)
      }

      await blobs('blobs', false)
      const copiedRows = await copyRows(count => {
        rows = count
        tell({ step: 'rows', blobs: present, bytes: copiedBytes, rows, key: '' })
      }, signal)
      // What was stored while the rows were read, and what is named no longer.
      await blobs('blobs since', true)
      return { blobs: present, copied, copiedBytes, removed, wrong, rows: copiedRows }
    },
  }

  async function* sourceKeys(): AsyncGenerator<SourceKey, void, undefined> {
    for await (const merged of mergedKeys(namedBlobs(from.index.verification), from.blobs.list('')))
      yield { ...merged, blobKey: merged.key }
  }

  async function copyBlob(key: BlobKey, row: NamedBlob | undefined, signal?: AbortSignal): Promise<Done> {
    const writer = to.blobs.create(key)
    const hash = createHash('sha256')
    let bytes = 0
    try {
      for await (const chunk of await from.blobs.open(key, undefined, signal)) {
        hash.update(chunk)
        bytes += chunk.length
        await writer.write(chunk)
      }
      if (row !== undefined && Buffer.compare(hash.digest(), row.sha256) !== 0) {
        await writer.abort()
        return { kind: 'damaged', key }
      }
      await writer.commit()
      return { kind: 'copied', key, bytes }
    } catch (error) {
      await writer.abort()
      // Purged meanwhile.
      if (error instanceof Problem && error.kind === 'blob-missing') return { kind: 'gone', key }
      throw error
    }
  }

  async function removeExtra(key: BlobKey): Promise<Done> {
    const isOurs = isInstanceKey(key) || key.startsWith(TOMBSTONES)
    // It may have been stored since the first archive was listed here.
    if (!isOurs || (await from.blobs.stat(key)) !== undefined) return { kind: 'gone', key }
    await to.blobs.delete(key)
    return { kind: 'removed', key }
  }
}

type Done =
  | { readonly kind: 'there' | 'missing' | 'damaged' | 'gone' | 'removed'; readonly key: BlobKey }
  | { readonly kind: 'copied'; readonly key: BlobKey; readonly bytes: number }

/** What is purged may be gone already. */
function missing(key: BlobKey, rows: readonly NamedBlob[]): Done {
  return { kind: rows.some(({ state }) => state !== 'purging') ? 'missing' : 'gone', key }
}

/** A store that has instances, and an index that has none, are of some other archive.
 * @throws Problem `invalid-parameter` */
function notOurs(key: BlobKey, isNew: boolean): Done {
  if (isNew && isInstanceKey(key))
    throw new Problem('invalid-parameter', 'the blob store to copy to holds instances of another archive')
  return { kind: 'gone', key }
}

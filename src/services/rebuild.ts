import type { BlobStore } from '../blobs/blob-store.js'
import { part10Reader } from '../dicom/part10/reader.js'
import { Problem } from '../dicom/problem.js'
import type { NewInstance, Rebuilt } from '../dicom/stored-instance.js'
import type { ArchiveIndex, CommitOutcome } from '../index/archive-index.js'
import type { BlobToRead, ReadBlob } from '../index/rebuilding.js'
import { isInstanceKey, nameOfKey, timeOfKey, TOMBSTONES } from './blob-names.js'
import { Unfit } from './instance-checks.js'
import { instanceHashes } from './instance-hashes.js'
import { parsedInstance } from './parsed-instance.js'
import { preparedAhead } from './prepared-ahead.js'
import type { Tombstones } from './tombstones.js'

/** What could not be given its place.
 *  `spare`: the same instance as another blob. `conflict`: another instance under a UID that a blob which came before it has; the
 *  blobs do not tell which of them counted. `unreadable`: no whole instance, or a tombstone that cannot be read. `foreign`:
 *  none of the archive's. */
export interface RebuildFinding {
  readonly kind: 'spare' | 'conflict' | 'unreadable' | 'foreign'
  readonly blobKey: string
  /** in words, without values of a dataset */
  readonly detail: string
}

export interface RebuildCounts {
  readonly instances: number
  readonly deleted: number
  readonly found: Readonly<Record<RebuildFinding['kind'], number>>
}

export interface RebuildListener {
  readonly found: (finding: RebuildFinding) => void
  /** @param of undefined where it is not known yet */
  readonly progress: (done: number, of: number | undefined) => void
}

export interface RebuildService {
  /** Makes the index anew from the blobs alone: what a tombstone lists is deleted, all else is live. May be ended at any point,
   *  also by force, and run again: then it goes on where it was. What gets no row, and is no
   *  spare copy, stays in the store for 30 days at least.
   * @returns what was done by this run
   * @throws Problem `invalid-parameter`: the index is not empty, and no rebuild was begun in it; `unavailable`, `storage-full`;
   *  the signal's reason */
  rebuild(listener: RebuildListener, signal?: AbortSignal): Promise<RebuildCounts>
}

const NOTED_TOGETHER = 1_000
const PAGE_BLOBS = 500
const READ_AT_ONCE = 4
/** Instances of one commit, and bytes of headers and tables (but at least one instance). */
const COMMITTED_TOGETHER = 100
const COMMITTED_BYTES = 8 << 20
const KEPT_MS = 30 * 86_400_000

interface Read {
  readonly blob: ReadBlob
  readonly instance?: NewInstance
  readonly finding?: RebuildFinding
}

export function rebuildService(
  index: ArchiveIndex,
  blobs: BlobStore,
  tombstones: Tombstones,
  limits: { readonly inflatedBytes: number },
): RebuildService {
  const { rebuilding, verification } = index
  return { rebuild }

  async function rebuild(listener: RebuildListener, signal?: AbortSignal): Promise<RebuildCounts> {
    const begun = await rebuilding.begin()
    if (begun === undefined)
      throw new Problem(
        'invalid-parameter',
        'the index is not empty: to make it anew, stop the server and move its files away first',
      )
    let { phase, after } = begun
    const counts = { instances: 0, deleted: 0, found: { spare: 0, conflict: 0, unreadable: 0, foreign: 0 } }
    const tell = async (finding: RebuildFinding): Promise<void> => {
      counts.found[finding.kind]++
      listener.found(finding)
      // As an orphan it would go within days, and nobody has looked at it.
      if (finding.kind !== 'spare' && isInstanceKey(finding.blobKey))
        await verification.seeOrphans({ blobKeys: [finding.blobKey], now: Date.now() + KEPT_MS })
    }
    if (phase === 'tombstones') {
      await noteTombstones(tell, signal)
      await rebuilding.note({ blobs: [], at: { phase: (phase = 'blobs'), after: (after = '') } })
    }
    if (phase === 'blobs') {
      await noteBlobs(after, tell, listener, signal)
      await rebuilding.note({ blobs: [], at: { phase: 'instances', after: (after = '') } })
    }
    const of = await rebuilding.count(after)
    let done = 0
    for await (const batch of batches(preparedAhead(listed(after), READ_AT_ONCE, one => read(one, signal)))) {
      signal?.throwIfAborted()
      const outcomes = await commit(batch)
      for (const { blob, instance, finding } of batch) {
        if (finding !== undefined) await tell(finding)
        if (instance === undefined) continue
        const told = await foundOf(instance, outcomes.get(instance))
        if (told !== undefined) await tell(told)
        else if (blob.deletionId === undefined) counts.instances++
        else counts.deleted++
      }
      const last = batch.at(-1)
      if (last !== undefined)
        await rebuilding.note({ blobs: [], at: { phase: 'instances', after: last.blob.name } })
      listener.progress((done += batch.length), of)
    }
    await rebuilding.end()
    return counts
  }

  async function noteTombstones(
    tell: (finding: RebuildFinding) => Promise<void>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    for await (const tombstoneKey of blobs.list(TOMBSTONES)) {
      signal?.throwIfAborted()
      try {
        const { action, time, blobKeys } = await tombstones.read(tombstoneKey)
        const deletionId = await rebuilding.deletion({ action, deletedAt: time, tombstoneKey })
        const note = (some: readonly BlobToRead[]): Promise<void> =>
          rebuilding.note({ blobs: some, at: { phase: 'tombstones', after: '' } })
        let noted: BlobToRead[] = []
        for await (const blobKey of blobKeys) {
          noted.push({ name: nameOfKey(blobKey), blobKey, deletionId })
          if (noted.length < NOTED_TOGETHER) continue
          await note(noted)
          noted = []
        }
        await note(noted)
      } catch (error) {
        if (!(error instanceof Problem) || error.kind !== 'blob-damaged') throw error
        await tell({ kind: 'unreadable', blobKey: tombstoneKey, detail: error.message })
      }
    }
  }

  async function noteBlobs(
    after: string,
    tell: (finding: RebuildFinding) => Promise<void>,
    listener: RebuildListener,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    let noted: BlobToRead[] = []
    let listedBlobs = 0
    let last = after
    const note = async (): Promise<void> => {
      await rebuilding.note({ blobs: noted, at: { phase: 'blobs', after: last } })
      listener.progress((listedBlobs += noted.length), undefined)
      noted = []
    }
    for await (const key of blobs.list('', after)) {
      signal?.throwIfAborted()
      if (key <= after || key.startsWith(TOMBSTONES)) continue
      last = key
      if (isInstanceKey(key)) noted.push({ name: nameOfKey(key), blobKey: key })
      else await tell({ kind: 'foreign', blobKey: key, detail: 'it is none of the archive’s' })
      if (noted.length === NOTED_TOGETHER) await note()
    }
    await note()
  }

  async function* listed(from: string): AsyncGenerator<ReadBlob> {
    for (let after = from; ;) {
      const page = await rebuilding.blobs(after, PAGE_BLOBS)
      yield* page
      const last = page.at(-1)
      if (last === undefined) return
      after = last.name
    }
  }

  /** By the code that reads an upload. */
  async function read(blob: ReadBlob, signal: AbortSignal | undefined): Promise<Read> {
    const { blobKey, deletionId: id, deletedAt } = blob
    // Done by an earlier run, which ended before it could note that.
    if (await verification.isNamed(blobKey)) return { blob }
    const reader = part10Reader({ keep: index.attributes.tags, limits })
    const hashes = instanceHashes(false)
    let sizeBytes = 0
    try {
      for await (const chunk of await blobs.open(blobKey, undefined, signal)) {
        sizeBytes += chunk.length
        const parsing = reader.write(chunk)
        if (parsing !== undefined) await parsing
        hashes.update(chunk, reader.datasetOffsetBytes)
      }
      const instance = parsedInstance(await reader.end(), hashes.digests(), { blobKey, sizeBytes })
      const rebuilt: Rebuilt = {
        storedAt: timeOfKey(blobKey),
        ...(id === undefined || deletedAt === undefined ? {} : { deletion: { id, deletedAt } }),
      }
      return { blob, instance: { ...instance, rebuilt } }
    } catch (error) {
      reader.destroy()
      signal?.throwIfAborted()
      const isUnfit = error instanceof Unfit
      if (!isUnfit && !(error instanceof Problem)) throw error
      if (!isUnfit && (error.kind === 'unavailable' || error.kind === 'storage-full')) throw error
      // Listed by its tombstone, and purged.
      if (!isUnfit && error.kind === 'blob-missing') return { blob }
      const detail = isUnfit ? error.failure.detail : error.message
      return { blob, finding: { kind: 'unreadable', blobKey, detail } }
    }
  }

  async function commit(batch: readonly Read[]): Promise<Map<NewInstance, CommitOutcome>> {
    const instances = batch.flatMap(({ instance }) => (instance === undefined ? [] : [instance]))
    const outcomes = await index.commit(instances, 'reject')
    return new Map(
      instances.flatMap((instance, n) => {
        const outcome = outcomes[n]
        return outcome === undefined ? [] : [[instance, outcome] as const]
      }),
    )
  }

  /** @returns undefined where it has its row */
  async function foundOf(
    { uids, blobKey }: NewInstance,
    outcome: CommitOutcome | undefined,
  ): Promise<RebuildFinding | undefined> {
    if (outcome === undefined || outcome.kind === 'stored') return undefined
    const other = (await index.findBySopInstance(uids.SOPInstanceUID))?.blobKey ?? 'another blob'
    if (outcome.kind === 'identical')
      return { kind: 'spare', blobKey, detail: `${other} is the same instance` }
    const where =
      outcome.kind === 'conflict' && outcome.reason === 'other-series' ? ', in another series' : ''
    return { kind: 'conflict', blobKey, detail: `${other} has the same SOP Instance UID${where}` }
  }
}

async function* batches(all: AsyncIterable<Read>): AsyncGenerator<readonly Read[]> {
  let batch: Read[] = []
  let bytes = 0
  for await (const one of all) {
    batch.push(one)
    bytes += (one.instance?.header.length ?? 0) + (one.instance?.bulk.length ?? 0)
    if (batch.length < COMMITTED_TOGETHER && bytes < COMMITTED_BYTES) continue
    yield batch
    batch = []
    bytes = 0
  }
  if (batch.length > 0) yield batch
}

/** What a server that starts says of an index which is not, or not yet, that of its blobs.
 * @returns undefined where nothing of the kind is known */
export async function knownGap(index: ArchiveIndex, blobs: BlobStore): Promise<string | undefined> {
  if ((await index.rebuilding.progress()) !== undefined)
    return 'the index is being made anew and lacks instances: `filmroom reindex --from-blobs` has to end first'
  if ((await index.changes(0, 1)).latest > 0) return undefined
  for await (const key of blobs.list(''))
    if (isInstanceKey(key))
      return 'the index is empty and the blob store is not: stop the server and run `filmroom reindex --from-blobs` before anything is stored'
  return undefined
}

import type { BlobStore } from '../blobs/blob-store.js'
import type { Coercion } from '../dicom/coercion.js'
import { Problem } from '../dicom/problem.js'
import * as reason from '../dicom/store-reasons.js'
import type { ArchiveIndex, CommitOutcome, DuplicatePolicy, FoundInstance } from '../index/archive-index.js'
import type { NewInstance } from '../dicom/stored-instance.js'
import type { Caller } from './caller.js'
import { coercionMoments } from './coercion-moments.js'
import type { IncomingInstance } from './incoming-instance.js'
import { receiveInstance, type ReceivedInstance, type ReceiveLimits } from './receive-instance.js'
import { asProblem, brokenBy, failureOf, type Failure } from './store-failure.js'
import { warningOf, type PartOutcome } from './store-report.js'
import type { Tombstones } from './tombstones.js'

export interface StoreRequest {
  readonly caller: Caller
  /** throws where the envelope breaks */
  readonly instances: AsyncIterable<IncomingInstance>
  /** `/studies/{study}`: instances of other studies fail with A900. PS3.18 10.5.1 */
  readonly StudyInstanceUID?: string
}

export interface StoreResult {
  /** in the order of the parts */
  readonly outcomes: readonly PartOutcome[]
  /** why the body could not be read to its end */
  readonly broken?: Problem
  /** parts that were read to their end, stored or not */
  readonly wholeParts: number
}

export interface StoreService {
  /** Stores every part that can be stored; resolves when all that succeeded are durable and searchable. Never rejects:
   *  what goes wrong is told part by part. */
  store(request: StoreRequest): Promise<StoreResult>
}

/** Parts of one request that may become durable while the next is read. */
const PENDING_PARTS = 32
const PENDING_BYTES = 16 << 20
/** What is told of each part is held until all are read. */
const MOST_PARTS = 100_000
/** What a pending part holds in memory of its file, at most: larger ones are on disk already. */
const WAITING_FILE_BYTES = 1 << 20

/** STOW-RS. PS3.18 10.5. */
export function storeService(
  index: ArchiveIndex,
  blobs: BlobStore,
  tombstones: Tombstones,
  policy: DuplicatePolicy,
  limits: ReceiveLimits,
  coercion: Coercion | undefined,
): StoreService {
  return { store }

  async function store(request: StoreRequest): Promise<StoreResult> {
    const outcomes: PartOutcome[] = []
    const pending = new Map<Promise<void>, number>()
    const underWay = new Map<string, Promise<void>>()
    let pendingBytes = 0
    let wholeParts = 0
    let broken: Problem | undefined
    const receiveOptions = {
      blobs,
      limits,
      keep: index.attributes.tags,
      StudyInstanceUID: request.StudyInstanceUID,
      isDuplicate: async (uid: string) => {
        if (policy !== 'reject') return false
        const existing = await index.findBySopInstance(uid)
        // What is damaged is healed by the same bytes.
        return existing !== undefined && existing.damage === undefined
      },
      coercion: coercion === undefined ? undefined : { coercion, moment: coercionMoments(index, new Date()) },
    }

    function begin(received: ReceivedInstance): void {
      const bytes = waitingBytes(received.instance)
      const { SOPInstanceUID } = received.instance.uids
      const place = outcomes.push(UNDECIDED) - 1
      const settled = async (): Promise<void> => {
        outcomes[place] = await settle(received)
      }
      // Of two parts with one UID the first is the first for the archive too.
      const earlier = underWay.get(SOPInstanceUID)
      const outcome = earlier === undefined ? settled() : earlier.then(settled)
      underWay.set(SOPInstanceUID, outcome)
      pending.set(outcome, bytes)
      pendingBytes += bytes
      void outcome.then(() => {
        pending.delete(outcome)
        pendingBytes -= bytes
        if (underWay.get(SOPInstanceUID) === outcome) underWay.delete(SOPInstanceUID)
      })
    }

    try {
      for await (const incoming of request.instances) {
        if (outcomes.length >= MOST_PARTS)
          throw new Problem('payload-too-large', `the request has more than ${MOST_PARTS} parts`)
        const received = await receiveInstance(incoming, receiveOptions)
        if (received.kind === 'failed') {
          outcomes.push(failed(received.failure))
          broken = received.broken
          if (broken !== undefined) break
          wholeParts++
          continue
        }
        wholeParts++
        begin(received)
        while (pending.size >= PENDING_PARTS || (pending.size > 1 && pendingBytes > PENDING_BYTES)) {
          await Promise.race(pending.keys())
        }
      }
    } catch (error) {
      // Not within a part: none of those that were read is to blame.
      broken = asProblem(error)
      outcomes.push(failed(brokenBy(broken)))
    }
    await Promise.all(pending.keys())
    return { outcomes, wholeParts, ...(broken === undefined ? {} : { broken }) }
  }

  /** Makes one whole, fit instance durable: the blob first, then its row. */
  async function settle(received: ReceivedInstance): Promise<PartOutcome> {
    const { instance, writer, unwritten } = received
    const { uids, SOPClassUID } = instance
    const warning = warningOf(received.coerced, received.oddities)
    const stored: PartOutcome = {
      kind: 'stored',
      ...uids,
      SOPClassUID,
      ...(warning === undefined ? {} : { warning }),
    }
    const refused = (failure: Failure): PartOutcome =>
      failed({ ...failure, SOPClassUID, SOPInstanceUID: uids.SOPInstanceUID })
    try {
      const existing = await index.findBySopInstance(uids.SOPInstanceUID)
      if (existing !== undefined) {
        const verdict = compare(existing, instance)
        const heals = verdict === 'identical' && existing.damage !== undefined
        // It was whole when these bytes were not written.
        if (heals && unwritten) return refused(WENT_AWAY)
        if (!heals && (verdict !== 'other-content' || policy === 'reject')) {
          await writer.abort()
          return verdict === 'identical' ? stored : refused(CONFLICTS[verdict])
        }
      } else if (unwritten) {
        return refused(WENT_AWAY)
      }
      await writer.commit()
      const outcome = await commit(instance, existing)
      if (outcome?.kind === 'healed') {
        // An orphan at worst.
        await blobs.delete(outcome.previousBlobKey).catch(() => undefined)
        return stored
      }
      if (outcome === undefined || outcome.kind === 'stored' || outcome.kind === 'replaced') return stored
      // Another request was faster with the same UID; the index decided.
      await blobs.delete(instance.blobKey)
      return outcome.kind === 'identical' ? stored : refused(CONFLICTS[outcome.reason])
    } catch (error) {
      // Where the row's fate is unknown the blob stays: an orphan at worst, which verify removes.
      await writer.abort()
      return refused(failureOf(error))
    }
  }

  /** What is replaced stands in a tombstone first; where another request has replaced it meanwhile, in another one. */
  async function commit(
    instance: NewInstance,
    existing: FoundInstance | undefined,
  ): Promise<CommitOutcome | undefined> {
    const replaced = existing?.blobKey
    const key = replaced === undefined ? undefined : await tombstones.write('replace', [replaced])
    const [outcome] =
      replaced === undefined || key === undefined
        ? await index.commit([instance], 'reject')
        : await index.commit([instance], 'replace', { key, blobKey: replaced })
    if (key !== undefined && outcome?.kind !== 'replaced') await tombstones.remove(key)
    if (policy === 'reject' || outcome?.kind !== 'conflict' || outcome.reason === 'other-series')
      return outcome
    return commit(instance, await index.findBySopInstance(instance.uids.SOPInstanceUID))
  }
}

/** In the place of an outcome until there is one. */
const UNDECIDED: PartOutcome = {
  kind: 'failed',
  reason: reason.PROCESSING_FAILURE,
  detail: 'the instance was not stored',
}
const WENT_AWAY: Failure = {
  reason: reason.PROCESSING_FAILURE,
  detail: 'the stored instance went away during the upload',
}
const CONFLICTS: Readonly<Record<'other-content' | 'other-series', Failure>> = {
  'other-content': {
    reason: reason.DUPLICATE_SOP_INSTANCE,
    detail: 'the SOP Instance UID is stored with other bytes',
  },
  'other-series': {
    reason: reason.DUPLICATE_SOP_INSTANCE,
    detail: 'the SOP Instance UID is stored in another study or series',
  },
}

function failed(failure: Failure): PartOutcome {
  return { kind: 'failed', ...failure }
}

function waitingBytes(instance: NewInstance): number {
  return Math.min(instance.sizeBytes, WAITING_FILE_BYTES) + instance.header.length + instance.bulk.length
}

/** Identical: equal files, or equal transfer syntax and equal bytes after the meta group. */
function compare(
  existing: FoundInstance,
  instance: NewInstance,
): 'identical' | 'other-content' | 'other-series' {
  if (
    existing.uids.StudyInstanceUID !== instance.uids.StudyInstanceUID ||
    existing.uids.SeriesInstanceUID !== instance.uids.SeriesInstanceUID
  ) {
    return 'other-series'
  }
  const same =
    Buffer.compare(existing.sha256, instance.sha256) === 0 ||
    (existing.TransferSyntaxUID === instance.TransferSyntaxUID &&
      Buffer.compare(existing.datasetSha256, instance.datasetSha256) === 0)
  return same ? 'identical' : 'other-content'
}

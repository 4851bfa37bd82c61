import type { BlobStore } from '../blobs/blob-store.js'
import { Problem } from '../dicom/problem.js'
import type { ArchiveIndex } from '../index/archive-index.js'
import type { NamedBlob } from '../index/verification.js'
import { blobCheck } from './blob-check.js'
import { isInstanceKey, TOMBSTONES } from './blob-names.js'
import { byteRate } from './byte-rate.js'
import { mergedKeys, type MergedKey } from './merged-keys.js'
import { namedBlobs } from './named-blobs.js'
import { orphanage } from './orphans.js'
import { preparedAhead } from './prepared-ahead.js'
import type { Tombstones } from './tombstones.js'
import { NOTHING_YET, type Finding, type VerifyCounts } from './verify-report.js'
import { tombstoneFindings } from './verify-tombstones.js'

export interface VerifyOptions {
  /** of blobs that are read, a second; undefined: as fast as it goes */
  readonly rateBytes: number | undefined
  /** false: sizes alone are compared, but of what is marked as damaged */
  readonly hash: boolean
  /** false: nothing is marked, noted, renewed or removed */
  readonly repair: boolean
  /** how long before this pass another one has to have seen what is removed as an orphan */
  readonly orphanAgeMs: number
}

/** How far a pass is; it can be begun there again. */
export interface VerifyPass {
  /** milliseconds since 1970 */
  readonly startedAt: number
  /** blobs up to this key are done */
  readonly after: string
  readonly counts: VerifyCounts
}

export interface VerifyListener {
  readonly found: (finding: Finding) => void
  readonly progress: (pass: VerifyPass) => Promise<void> | void
}

export interface VerifyService {
  /** Compares index and blobs in both directions, beside all else that goes on. What is damaged or missing is marked, so that
   *  it is not served; what is marked and whole again is so no longer; orphans that an earlier pass saw too are removed.
   *  In memory is a page of each list.
   * @param from where an earlier pass was ended; a new one by default
   * @throws Problem `unavailable`: the index or the blob store does not answer, or they are not of one archive; the signal's
   *  reason */
  verify(
    options: VerifyOptions,
    listener: VerifyListener,
    signal?: AbortSignal,
    from?: VerifyPass,
  ): Promise<VerifyCounts>
}

const BLOBS_AT_ONCE = 4
const PROGRESS_MS = 200
/** A store that fails so often in a row does not answer at all. */
const MOST_UNREAD_TOGETHER = 20
/** From so many instances on, most of them missing means that the blobs are somewhere else. */
const FEW_INSTANCES = 100

/** What came of one blob. */
interface Checked {
  readonly key: string
  readonly findings: readonly Finding[]
  readonly counts: Partial<Omit<VerifyCounts, 'found'>>
  readonly isOrphan?: boolean
}

export function verifyService(index: ArchiveIndex, blobs: BlobStore, tombstones: Tombstones): VerifyService {
  const { verification } = index
  return { verify }

  async function verify(
    options: VerifyOptions,
    listener: VerifyListener,
    signal?: AbortSignal,
    from: VerifyPass = { startedAt: Date.now(), after: '', counts: NOTHING_YET },
  ): Promise<VerifyCounts> {
    const { startedAt } = from
    let { after, counts } = from
    let unreadTogether = 0
    let toldAt = performance.now()
    const check = blobCheck(blobs, byteRate(options.rateBytes), signal)
    const orphans = orphanage(index, blobs, { ...options, startedAt })
    const tell = (findings: readonly Finding[]): void => {
      for (const finding of findings) {
        counts = { ...counts, found: { ...counts.found, [finding.kind]: counts.found[finding.kind] + 1 } }
        listener.found(finding)
      }
    }
    // Blobs without a row are not orphans then.
    if ((await index.rebuilding.progress()) !== undefined)
      throw new Problem(
        'unavailable',
        'the index is being made anew: `filmroom reindex --from-blobs` has to end first',
      )
    if (options.repair) await refuseEmptyStore()

    const keys = mergedKeys(namedBlobs(verification, after), listedBlobs(after))
    for await (const checked of preparedAhead(keys, BLOBS_AT_ONCE, one => checkKey(one, check, options))) {
      signal?.throwIfAborted()
      after = checked.key
      counts = added(counts, checked.counts)
      tell(checked.findings)
      if (checked.isOrphan === true) tell(await orphans.see(checked.key))
      unreadTogether = checked.findings.some(one => one.kind === 'unread') ? unreadTogether + 1 : 0
      if (unreadTogether === MOST_UNREAD_TOGETHER)
        throw new Problem('unavailable', `the blob store failed ${unreadTogether} times in a row`)
      if (options.repair) refuseOtherStore(counts)
      if (performance.now() - toldAt < PROGRESS_MS) continue
      toldAt = performance.now()
      tell(await orphans.note())
      await listener.progress({ startedAt, after, counts })
    }
    tell(await orphans.note())
    for await (const { finding, renewed } of tombstoneFindings(index, blobs, tombstones, options.repair)) {
      signal?.throwIfAborted()
      counts = added(counts, { tombstones: 1, tombstonesRenewed: Number(renewed) })
      if (finding !== undefined) tell([finding])
    }
    if (options.repair) counts = added(counts, { orphansRemoved: await orphans.remove(counts, signal) })
    return counts
  }

  /** A store may list what comes before, too. */
  async function* listedBlobs(after: string): AsyncGenerator<string> {
    for await (const key of blobs.list('', after)) if (key > after) yield key
  }

  async function checkKey(
    { key, rows, listed }: MergedKey<NamedBlob>,
    check: ReturnType<typeof blobCheck>,
    options: VerifyOptions,
  ): Promise<Checked> {
    if (rows.length === 0) {
      if (key.startsWith(TOMBSTONES)) return { key, findings: [], counts: {} }
      if (isInstanceKey(key)) return { key, findings: [], counts: {}, isOrphan: listed }
      const detail = 'it is none of the archive’s'
      return { key, findings: [{ kind: 'foreign', detail, blobKey: key }], counts: {} }
    }
    const all: Checked[] = []
    for (const row of rows) all.push(await checkInstance(row, check, options))
    return {
      key,
      findings: all.flatMap(one => one.findings),
      counts: all.reduce<VerifyCounts>((sum, one) => added(sum, one.counts), NOTHING_YET),
    }
  }

  async function checkInstance(
    row: NamedBlob,
    check: ReturnType<typeof blobCheck>,
    { hash, repair }: VerifyOptions,
  ): Promise<Checked> {
    const key = row.blobKey
    const nothing = { key, findings: [], counts: {} }
    if (row.state === 'purging') return nothing
    const state = await check(row, hash || row.damage !== undefined)
    const counted = { instances: Number(row.state === 'live'), deleted: Number(row.state === 'deleted') }
    if (state.kind === 'whole') {
      const heals = repair && state.hashed && row.damage !== undefined
      if (heals) await verification.mark({ instanceId: row.id, blobKey: key, damage: undefined })
      const hashed = state.hashed ? { hashed: 1, hashedBytes: row.sizeBytes } : {}
      return { key, findings: [], counts: { ...counted, ...hashed, healed: Number(heals) } }
    }
    // Meanwhile it may have been purged, or stored anew: its row is looked at after its blob.
    const now = await verification.instance(row.id)
    if (now === undefined || now.state === 'purging' || now.blobKey !== key) return nothing
    const marks = repair && state.kind !== 'unread' && now.damage !== state.kind
    if (marks) await verification.mark({ instanceId: row.id, blobKey: key, damage: state.kind })
    const uids = await verification.uids(row.id)
    const finding: Finding = {
      kind: state.kind,
      detail: state.kind === 'missing' ? 'its blob is gone' : state.detail,
      blobKey: key,
      ...(uids === undefined ? {} : { uids }),
      deleted: now.state === 'deleted',
    }
    return { key, findings: [finding], counts: { ...counted, marked: Number(marks) } }
  }

  /** A folder that is not mounted must not make everything count as missing. */
  async function refuseEmptyStore(): Promise<void> {
    if ((await verification.instances('', 1)).length === 0) return
    for await (const _ of blobs.list('')) return
    throw new Problem('unavailable', 'the blob store is empty, but the index is not: is it the right one?')
  }
}

function refuseOtherStore({ instances, deleted, found: { missing } }: VerifyCounts): void {
  const all = instances + deleted
  if (all < FEW_INSTANCES || missing * 2 <= all) return
  throw new Problem(
    'unavailable',
    `${missing} of the first ${all} blobs are missing: is the blob store that of the index?`,
  )
}

function added(counts: VerifyCounts, more: Checked['counts']): VerifyCounts {
  const sum: Record<string, unknown> = { ...counts }
  for (const [name, count] of Object.entries(more))
    if (typeof count === 'number') sum[name] = Number(sum[name]) + count
  return sum as unknown as VerifyCounts
}

/** How much of an archive lies before a key: the folders that instances are spread over are equally full. */
export function shareOfKey(key: string): number {
  const folder = Number.parseInt(key.slice(0, 2), 16)
  return Number.isNaN(folder) ? Number(key > '') : folder / 256
}

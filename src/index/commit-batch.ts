/** The instances of one transaction, placed one after the other; then what became of their studies, and the changes, once
 *  for all. */
import type { Transaction } from 'kysely'
import type { InstanceUids } from '../dicom/instance-uids.js'
import type { InstanceRecord } from '../dicom/stored-instance.js'
import type { CommitOutcome, DuplicatePolicy, ReplaceTombstone } from './archive-index.js'
import type { IndexDatabase } from './dialects/dialect.js'
import type { InstanceRows } from './instance-rows.js'
import { attributeSetOf } from './level-rows.js'
import { firstRow, onlyRow, rowsOf } from './rows.js'
import type { Schema } from './schema.js'
import {
  TouchedStudies,
  addTo,
  type TouchedSeries,
  type TouchedStudy,
  type Writing,
} from './touched-studies.js'
import type { WriterQueries } from './writer-queries.js'

export interface CommitRequest {
  readonly rows: InstanceRows
  readonly policy: DuplicatePolicy
  readonly tombstone?: ReplaceTombstone
}

interface Change {
  readonly action: Schema['change']['action']
  readonly uids: InstanceUids
}
interface Live extends Pick<InstanceRecord, 'sha256' | 'datasetSha256' | 'TransferSyntaxUID' | 'blobKey'> {
  readonly id: number
  readonly StudyInstanceUID: string
  readonly SeriesInstanceUID: string
  readonly SOPInstanceUID: string
  readonly damaged: boolean
}

/** Compressed bytes that wait to be inserted together, at most. */
const WAITING_BYTES = 4 << 20

export class CommitBatch {
  readonly #database: IndexDatabase
  readonly #transaction: Transaction<Schema>
  readonly #queries: WriterQueries
  readonly #now: number
  readonly #touched: TouchedStudies
  readonly #changes: Change[] = []
  /** by SOP Instance UID, as it was before the first of the batch was placed */
  readonly #known = new Map<string, Live | undefined>()
  readonly #headers: Schema['instance_header'][] = []
  readonly #chunks: Schema['frame_chunk'][] = []
  #waitingBytes = 0
  /** by study: text → row id of attribute_set */
  readonly #sets = new Map<TouchedStudy, Map<string, number>>()
  /** by tombstone: row id of deletion */
  readonly #deletions = new Map<string | undefined, number>()
  #newInstances = 0

  constructor(writing: Writing) {
    this.#database = writing.database
    this.#transaction = writing.transaction
    this.#queries = writing.queries
    this.#now = writing.now
    this.#touched = new TouchedStudies(writing)
  }

  /** Reads what is there of all that the batch is about, before any instance is placed. */
  async open(uids: readonly InstanceUids[]): Promise<void> {
    // Studies in the order of their UIDs: two writers never wait for each other in a circle.
    const studies = [...new Set(uids.map(one => one.StudyInstanceUID))].sort()
    for (const uid of studies) await this.#touched.openOrMake(uid)
    const sops = [...new Set(uids.map(one => one.SOPInstanceUID))]
    for (const sop of sops) this.#known.set(sop, undefined)
    for (const live of await this.#liveOf(sops)) this.#known.set(live.SOPInstanceUID, live)
  }

  /** Decides about one instance and writes its rows. */
  async place({ rows, policy, tombstone }: CommitRequest): Promise<CommitOutcome> {
    const { uids } = rows.record
    if (rows.rebuilt?.deletion !== undefined) {
      const study = this.#touched.study(uids.StudyInstanceUID)
      await this.#insertRows(study, await this.#touched.series(study, uids.SeriesInstanceUID), rows)
      return { kind: 'stored' }
    }
    for (;;) {
      const live = await this.#live(uids.SOPInstanceUID)
      if (live !== undefined) {
        if (!sameSeries(live, uids)) return { kind: 'conflict', reason: 'other-series' }
        if (identical(live, rows.record)) {
          if (!live.damaged) return { kind: 'identical' }
          if (Buffer.compare(live.sha256, rows.record.sha256) === 0) return this.#heal(live, rows.record)
        }
        if (policy === 'reject' || (tombstone !== undefined && tombstone.blobKey !== live.blobKey))
          return { kind: 'conflict', reason: 'other-content' }
      }
      const study = this.#touched.study(uids.StudyInstanceUID)
      const series = await this.#touched.series(study, uids.SeriesInstanceUID)
      if (live !== undefined) {
        const deletion = await this.#deletion(tombstone?.key)
        await rowsOf(
          this.#transaction,
          this.#queries.retireInstance({ id: live.id, deletion, now: this.#now }),
        )
        study.instances--
        series.instances--
        study.recompute = series.recompute = true
        this.#newInstances--
      }
      // Another writer was faster: look at what it stored.
      if (!(await this.#insert(study, series, rows))) continue
      this.#changes.push({ action: live === undefined ? 'stored' : 'replaced', uids })
      return live === undefined ? { kind: 'stored' } : { kind: 'replaced', previousBlobKey: live.blobKey }
    }
  }

  /** Writes counts, values, versions and changes of all that was placed. */
  async finish(): Promise<void> {
    await this.#insertWaiting()
    if (this.#changes.length === 0) return this.#touched.dropUnused()
    let number = await this.#touched.finish(this.#changes.length, this.#newInstances)
    const changes = this.#changes.map(({ action, uids }) => ({
      number: ++number,
      action,
      study_instance_uid: uids.StudyInstanceUID,
      series_instance_uid: uids.SeriesInstanceUID,
      sop_instance_uid: uids.SOPInstanceUID,
      changed_at: this.#now,
    }))
    await this.#database.insertAll(this.#transaction, 'change', changes)
  }

  async #live(sop: string): Promise<Live | undefined> {
    if (!this.#known.has(sop)) return (await this.#liveOf([sop]))[0]
    const live = this.#known.get(sop)
    // Whatever becomes of this one, the next with its UID looks again.
    this.#known.delete(sop)
    return live
  }

  async #liveOf(sops: readonly string[]): Promise<Live[]> {
    const rows = await rowsOf(this.#transaction, this.#queries.liveInstances(sops, {}))
    return rows.map(row => ({
      id: row.id,
      blobKey: row.blob_key,
      TransferSyntaxUID: row.transfer_syntax_uid,
      sha256: row.sha256,
      datasetSha256: row.dataset_sha256,
      StudyInstanceUID: row.study_instance_uid,
      SeriesInstanceUID: row.series_instance_uid,
      SOPInstanceUID: row.sop_instance_uid,
      damaged: row.damage !== null,
    }))
  }

  /** Nothing but the blob is another: no change, no new version. */
  async #heal({ id, blobKey }: Live, record: InstanceRecord): Promise<CommitOutcome> {
    await rowsOf(this.#transaction, this.#queries.heal({ id, blob: record.blobKey }))
    return { kind: 'healed', previousBlobKey: blobKey }
  }

  async #insert(study: TouchedStudy, series: TouchedSeries, rows: InstanceRows): Promise<boolean> {
    if (!(await this.#insertRows(study, series, rows))) return false
    addTo(study, rows.studyText)
    addTo(series, rows.seriesText)
    series.sopClasses.add(rows.record.SOPClassUID)
    this.#newInstances++
    return true
  }

  async #insertRows(study: TouchedStudy, series: TouchedSeries, rows: InstanceRows): Promise<boolean> {
    const { record, studyText, seriesText, rebuilt } = rows
    const row = await firstRow(
      this.#transaction,
      this.#queries.insertInstance({
        series_id: series.id,
        sop_instance_uid: record.uids.SOPInstanceUID,
        sop_class_uid: record.SOPClassUID,
        instance_number: rows.instanceNumber,
        study_set_id: await this.#attributeSet(study, studyText),
        series_set_id: await this.#attributeSet(study, seriesText),
        transfer_syntax_uid: record.TransferSyntaxUID,
        blob_key: record.blobKey,
        size_bytes: record.sizeBytes,
        sha256: record.sha256,
        dataset_sha256: record.datasetSha256,
        dataset_offset_bytes: record.datasetOffsetBytes,
        inflated_bytes: record.inflatedBytes ?? null,
        frames: rows.frames,
        header_bytes: rows.header.length,
        stored_at: rebuilt?.storedAt ?? this.#now,
        deleted_at: rebuilt?.deletion?.deletedAt ?? null,
        deletion_id: rebuilt?.deletion?.id ?? null,
        attributes: rows.instanceText,
      }),
    )
    if (row === undefined) return false
    this.#headers.push({
      instance_id: row.id,
      header_text_bytes: rows.headerTextBytes,
      bulk: rows.bulk,
      header: rows.header,
    })
    for (const [chunk, ranges] of rows.frameChunks.entries())
      this.#chunks.push({ instance_id: row.id, chunk, ranges })
    this.#waitingBytes += bytesOf(rows)
    if (this.#waitingBytes > WAITING_BYTES) await this.#insertWaiting()
    return true
  }

  async #insertWaiting(): Promise<void> {
    await this.#database.insertAll(this.#transaction, 'instance_header', this.#headers.splice(0))
    await this.#database.insertAll(this.#transaction, 'frame_chunk', this.#chunks.splice(0))
    this.#waitingBytes = 0
  }

  async #deletion(tombstone: string | undefined): Promise<number> {
    const known = this.#deletions.get(tombstone)
    if (known !== undefined) return known
    const { id } = await onlyRow(
      this.#transaction,
      this.#queries.insertDeletion({
        action: 'replace',
        now: this.#now,
        tombstone: tombstone ?? null,
        stale: Number(tombstone === undefined),
      }),
    )
    this.#deletions.set(tombstone, id)
    return id
  }

  async #attributeSet(study: TouchedStudy, text: string): Promise<number> {
    const sets = this.#sets.get(study) ?? new Map<string, number>()
    this.#sets.set(study, sets)
    const known = sets.get(text)
    if (known !== undefined) return known
    const id = await attributeSetOf(study.id, text, {
      run: query => rowsOf(this.#transaction, query),
      queries: this.#queries,
    })
    sets.set(text, id)
    return id
  }
}

function bytesOf({ header, bulk, frameChunks }: InstanceRows): number {
  return frameChunks.reduce((sum, chunk) => sum + chunk.length, header.length + bulk.length)
}

function sameSeries(live: Live, uids: InstanceUids): boolean {
  return live.StudyInstanceUID === uids.StudyInstanceUID && live.SeriesInstanceUID === uids.SeriesInstanceUID
}

function identical(live: Live, instance: InstanceRecord): boolean {
  if (Buffer.compare(live.sha256, instance.sha256) === 0) return true
  return (
    live.TransferSyntaxUID === instance.TransferSyntaxUID &&
    Buffer.compare(live.datasetSha256, instance.datasetSha256) === 0
  )
}

/** The instances of one transaction, placed one after the other; then counts, values and changes, once for all. */
import { createHash } from 'node:crypto'
import type { CompiledQuery, Transaction } from 'kysely'
import { normaliseDate, normaliseTime } from '../dicom/date-time.js'
import type { InstanceUids } from '../dicom/instance-uids.js'
import type { InstanceRecord } from '../dicom/stored-instance.js'
import type { CommitOutcome, DuplicatePolicy } from './archive-index.js'
import { elementIn, mergeElementTexts } from './element-text.js'
import type { InstanceRows } from './instance-rows.js'
import { orderNumber, textValues } from './normalised-values.js'
import type { Schema } from './schema.js'
import { SOP_CLASS_UID, modalityOf, searchedOfSeries, searchedOfStudy } from './searched-attributes.js'
import type { WriterQueries } from './writer-queries.js'

/** A study or series as the batch knows it. */
interface Level {
  readonly id: number
  readonly wasLive: boolean
  attributes: string
  instances: number
  /** its attributes are to be written */
  changed: boolean
  /** its first instance may have gone: values are made anew from those that remain */
  recompute: boolean
}
interface Study extends Level {
  readonly uid: string
  readonly wereSeries: number
  readonly modalities: string
  readonly series: Map<string, Series>
  /** text → row id of attribute_set */
  readonly sets: Map<string, number>
}
interface Series extends Level {
  readonly sopClasses: Set<string>
}
interface Change {
  readonly action: Schema['change']['action']
  readonly uids: InstanceUids
  readonly id: number
}
interface Live extends Pick<InstanceRecord, 'sha256' | 'datasetSha256' | 'TransferSyntaxUID' | 'blobKey'> {
  readonly id: number
  readonly StudyInstanceUID: string
  readonly SeriesInstanceUID: string
}

export class CommitBatch {
  readonly #transaction: Transaction<Schema>
  readonly #queries: WriterQueries
  readonly #now: number
  readonly #studies = new Map<string, Study | undefined>()
  readonly #changes: Change[] = []
  #newInstances = 0

  /** @param now milliseconds since 1970 */
  constructor(transaction: Transaction<Schema>, queries: WriterQueries, now: number) {
    this.#transaction = transaction
    this.#queries = queries
    this.#now = now
  }

  /** Reads the study's row, where there is one, before any instance is placed. */
  async openStudy(uid: string): Promise<void> {
    const row = await this.#first(this.#queries.study({ uid }))
    this.#studies.set(
      uid,
      row && {
        id: row.id,
        uid,
        wasLive: row.instance_count > 0,
        wereSeries: row.series_count,
        attributes: row.attributes,
        modalities: row.modalities,
        instances: row.instance_count,
        changed: false,
        recompute: false,
        series: new Map(),
        sets: new Map(),
      },
    )
  }

  /** Decides about one instance and writes its rows. */
  async place(rows: InstanceRows, policy: DuplicatePolicy): Promise<CommitOutcome> {
    const { uids } = rows.record
    for (;;) {
      const live = await this.#live(uids.SOPInstanceUID)
      if (live !== undefined) {
        if (!sameSeries(live, uids)) return { kind: 'conflict', reason: 'other-series' }
        if (identical(live, rows.record)) return { kind: 'identical' }
        if (policy === 'reject') return { kind: 'conflict', reason: 'other-content' }
      }
      const study = await this.#study(uids.StudyInstanceUID)
      const series = await this.#series(study, uids.SeriesInstanceUID)
      if (live !== undefined) {
        await this.#run(this.#queries.retireInstance({ id: live.id, now: this.#now }))
        study.instances--
        series.instances--
        study.recompute = series.recompute = true
        this.#newInstances--
      }
      const id = await this.#insert(study, series, rows)
      // Another writer was faster: look at what it stored.
      if (id === undefined) continue
      this.#changes.push({ action: live === undefined ? 'stored' : 'replaced', uids, id })
      return live === undefined ? { kind: 'stored' } : { kind: 'replaced', previousBlobKey: live.blobKey }
    }
  }

  /** Writes counts, values, versions and changes of all that was placed. */
  async finish(): Promise<void> {
    if (this.#changes.length === 0) return
    const studies = [...this.#studies.values()].filter(
      study => study !== undefined && study.series.size > 0,
    ) as Study[]
    const seriesCounts = new Map(studies.map(study => [study, liveSeries(study)]))
    const last = await this.#first(
      this.#queries.takeNumbers({
        changes: this.#changes.length,
        studies: sum(studies, study => Number(study.instances > 0) - Number(study.wasLive)),
        series: sum(studies, study => (seriesCounts.get(study) ?? 0) - study.wereSeries),
        instances: this.#newInstances,
      }),
    )
    if (last === undefined) throw new Error('change_head has no row')
    for (const study of studies) {
      for (const series of study.series.values()) await this.#finishSeries(series, last.number)
      await this.#finishStudy(study, seriesCounts.get(study) ?? 0, last.number)
    }
    let number = last.number - this.#changes.length
    for (const { action, uids, id } of this.#changes) {
      await this.#run(
        this.#queries.insertChange({
          number: ++number,
          action,
          study_instance_uid: uids.StudyInstanceUID,
          series_instance_uid: uids.SeriesInstanceUID,
          sop_instance_uid: uids.SOPInstanceUID,
          instance_id: id,
          changed_at: this.#now,
        }),
      )
    }
  }

  async #live(sop: string): Promise<Live | undefined> {
    const row = await this.#first(this.#queries.liveInstance({ sop }))
    return (
      row && {
        id: row.id,
        blobKey: row.blob_key,
        TransferSyntaxUID: row.transfer_syntax_uid,
        sha256: row.sha256,
        datasetSha256: row.dataset_sha256,
        StudyInstanceUID: row.study_instance_uid,
        SeriesInstanceUID: row.series_instance_uid,
      }
    )
  }

  async #study(uid: string): Promise<Study> {
    const known = this.#studies.get(uid)
    if (known !== undefined) return known
    const { id } = await this.#must(this.#queries.insertStudy({ uid, now: this.#now }))
    const study: Study = {
      ...newLevel(id),
      uid,
      wereSeries: 0,
      modalities: '[]',
      series: new Map(),
      sets: new Map(),
    }
    this.#studies.set(uid, study)
    return study
  }

  async #series(study: Study, uid: string): Promise<Series> {
    const known = study.series.get(uid)
    if (known !== undefined) return known
    const row = await this.#first(this.#queries.series({ study: study.id, uid }))
    const level: Level =
      row === undefined
        ? newLevel(
            (await this.#must(this.#queries.insertSeries({ study: study.id, uid, now: this.#now }))).id,
          )
        : {
            id: row.id,
            wasLive: row.instance_count > 0,
            attributes: row.attributes,
            instances: row.instance_count,
            changed: false,
            recompute: false,
          }
    const series = { ...level, sopClasses: new Set<string>() }
    study.series.set(uid, series)
    return series
  }

  async #insert(study: Study, series: Series, rows: InstanceRows): Promise<number | undefined> {
    const { record, studyText, seriesText } = rows
    const row = await this.#first(
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
        stored_at: this.#now,
        attributes: rows.instanceText,
      }),
    )
    if (row === undefined) return undefined
    await this.#run(
      this.#queries.insertHeader({
        instance_id: row.id,
        header_text_bytes: rows.headerTextBytes,
        bulk: rows.bulk,
        header: rows.header,
      }),
    )
    for (const [chunk, ranges] of rows.frameChunks.entries())
      await this.#run(this.#queries.insertFrameChunk({ instance_id: row.id, chunk, ranges }))
    addTo(study, studyText)
    addTo(series, seriesText)
    series.sopClasses.add(record.SOPClassUID)
    this.#newInstances++
    return row.id
  }

  async #attributeSet(study: Study, text: string): Promise<number> {
    const known = study.sets.get(text)
    if (known !== undefined) return known
    const digest = createHash('sha256').update(text).digest()
    const { id } =
      (await this.#first(this.#queries.attributeSet({ study: study.id, digest }))) ??
      (await this.#must(this.#queries.insertAttributeSet({ study: study.id, digest, attributes: text })))
    study.sets.set(text, id)
    return id
  }

  async #finishSeries(series: Series, version: number): Promise<void> {
    const { id, instances } = series
    const deleted = instances > 0 ? null : this.#now
    await this.#run(this.#queries.countSeries({ id, instances, version, now: this.#now, deleted }))
    let sopClasses: Iterable<string> = series.sopClasses
    if (series.recompute) {
      series.attributes = await this.#merged(this.#queries.seriesTexts({ id }))
      series.changed = true
    }
    if (series.changed) {
      await this.#run(
        this.#queries.describeSeries({
          id,
          number: orderNumber(elementIn(series.attributes, '00200011')),
          modality: modalityOf(series.attributes),
          attributes: series.attributes,
        }),
      )
      await this.#run(this.#queries.clearSeriesAttributes({ id }))
      sopClasses = (await this.#run(this.#queries.sopClasses({ id }))).map(row => row.sop_class_uid)
      for (const found of searchedOfSeries(series.attributes, sopClasses))
        await this.#run(this.#queries.insertSeriesAttribute({ owner_id: id, ...found }))
    } else {
      for (const value of sopClasses)
        await this.#run(this.#queries.insertSeriesAttribute({ owner_id: id, tag: SOP_CLASS_UID, value }))
    }
  }

  async #finishStudy(study: Study, series: number, version: number): Promise<void> {
    const { id, instances } = study
    const deleted = instances > 0 ? null : this.#now
    await this.#run(this.#queries.countStudy({ id, series, instances, version, now: this.#now, deleted }))
    let modalities = study.modalities
    if ([...study.series.values()].some(one => one.changed)) {
      const rows = await this.#run(this.#queries.modalities({ id }))
      modalities = JSON.stringify(rows.map(row => row.modality).sort())
    }
    if (study.recompute) {
      study.attributes = await this.#merged(this.#queries.studyTexts({ id }))
      study.changed = true
    }
    if (!study.changed && modalities === study.modalities) return
    const { attributes } = study
    await this.#run(
      this.#queries.describeStudy({
        id,
        date: normaliseDate(textValues(elementIn(attributes, '00080020'))[0] ?? '') ?? '',
        time: normaliseTime(textValues(elementIn(attributes, '00080030'))[0] ?? '', '0') ?? '',
        attributes,
        modalities,
      }),
    )
    await this.#run(this.#queries.clearStudyAttributes({ id }))
    for (const found of searchedOfStudy(attributes, JSON.parse(modalities) as string[]))
      await this.#run(this.#queries.insertStudyAttribute({ owner_id: id, ...found }))
  }

  async #merged(texts: CompiledQuery<{ attributes: string }>): Promise<string> {
    return mergeElementTexts((await this.#run(texts)).map(row => row.attributes))
  }

  async #run<Row>(query: CompiledQuery<Row>): Promise<Row[]> {
    return (await this.#transaction.executeQuery(query)).rows
  }

  async #first<Row>(query: CompiledQuery<Row>): Promise<Row | undefined> {
    return (await this.#run(query))[0]
  }

  async #must<Row>(query: CompiledQuery<Row>): Promise<Row> {
    const row = await this.#first(query)
    if (row === undefined) throw new Error('an insert returned no row')
    return row
  }
}

function newLevel(id: number): Level {
  return { id, wasLive: false, attributes: '', instances: 0, changed: true, recompute: false }
}

/** The first instance's text is the level's, later ones fill what is empty. */
function addTo(level: Level, text: string): void {
  const merged =
    level.attributes === text || (level.instances === 0 && !level.recompute)
      ? text
      : mergeElementTexts([level.attributes, text])
  level.instances++
  if (merged === level.attributes) return
  level.attributes = merged
  level.changed = true
}

function liveSeries(study: Study): number {
  return (
    study.wereSeries + sum([...study.series.values()], one => Number(one.instances > 0) - Number(one.wasLive))
  )
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

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}
